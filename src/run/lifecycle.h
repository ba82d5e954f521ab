/*
 * lifecycle.h
 *		What happens to a migration from its expand to its end.
 */
#ifndef ZDM_LIFECYCLE_H
#define ZDM_LIFECYCLE_H

#include "postgres.h"

#include "utils/array.h"
#include "utils/jsonb.h"

#include "record/migration.h"
#include "run/executor.h"

/* A call of an expand function. */
typedef struct ZdmCall
{
	const char *kind;
	Oid relation;
	const char *name; /* NULL: made of the arguments */
	Jsonb *arguments;
	Jsonb *settings;
	const char *release; /* "": none */
} ZdmCall;

extern List *zdm_plan_call(const ZdmCall *call);
extern void zdm_expand_in_schema(const char *schema, List **migrations);
extern char *zdm_expand_call(const ZdmCall *call);

extern void zdm_refuse_standby(const char *what);
extern void zdm_notice_notes(List *steps, ZdmPhase first);
extern ZdmMigration *zdm_own_migration(const char *name);
extern ZdmMigration *zdm_own_again(int64 id);
extern ZdmMigration *zdm_lock_migration(ZdmMigration *m, List *locks);
extern Jsonb *zdm_alter_backfill_call(const ZdmMigration *given, Jsonb *settings, Jsonb *workers,
									  ArrayType *reset);
extern int zdm_pause_all_call(void);
extern void zdm_pause_call(const ZdmMigration *given);
extern void zdm_resume_call(const ZdmMigration *given);
extern bool zdm_resume_concerns(const ZdmMigration *m);
extern List *zdm_contract_lock(const ZdmMigration *m);
extern List *zdm_rollback_lock(const ZdmMigration *m);
extern List *zdm_finalize_lock(const ZdmMigration *m);
extern void zdm_contract_check(ZdmMigration *m);
extern void zdm_contract_call(const ZdmMigration *given);
extern void zdm_reopen_call(const ZdmMigration *given);
extern void zdm_rollback_call(const ZdmMigration *given, bool only_unfinished);
extern void zdm_finalize_call(const ZdmMigration *given);

#endif /* ZDM_LIFECYCLE_H */
