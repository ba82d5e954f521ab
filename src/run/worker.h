/*
 * worker.h
 *		Background workers.
 */
#ifndef ZDM_WORKER_H
#define ZDM_WORKER_H

#include "postgres.h"

#include "postmaster/bgworker.h"

#include "record/migration.h"

/* What a worker is told, in bgw_extra. */
typedef struct ZdmWorkerArgs
{
	Oid database;
	TransactionId creator; /* wait for it to end first; may be invalid */
	bool visits;           /* goes through all that is unfinished */
	bool keeps;            /* measures what guards are about */
	int helper;            /* not 0: helps the worker of the migration */
	int64 migration;
} ZdmWorkerArgs;

/* Workers that one session has started, one after the other, where nobody was to come. */
typedef struct ZdmStarts
{
	BackgroundWorkerHandle *last; /* NULL: none, or it has ended */
	int ended;                    /* without anybody to come after it */
} ZdmStarts;

extern void zdm_worker_init(void);
extern bool zdm_worker_is_there(int64 migration);
extern void zdm_worker_request(int64 migration);
extern void zdm_worker_request_again(void);
extern bool zdm_worker_start(Oid database, TransactionId creator, BackgroundWorkerHandle **handle);
extern bool zdm_worker_start_visitor(Oid database, BackgroundWorkerHandle **handle);
extern bool zdm_worker_start_keeper(TransactionId creator);
extern void zdm_worker_request_keeper(void);
extern void zdm_guards_request(const ZdmMigration *m);
extern bool zdm_worker_keep(ZdmStarts *starts);
extern bool zdm_worker_start_another(void);
extern void zdm_worker_start_helpers(int64 migration, Oid role, int workers);
extern PGDLLEXPORT void zdm_worker_main(Datum arg);

extern void zdm_launcher_init(void);
extern PGDLLEXPORT void zdm_launcher_main(Datum arg);

#endif /* ZDM_WORKER_H */
