/*
 * migration.h
 *		The record: zdm's tables.
 *
 * migration.c, migration_search.c and step.c are the only readers and writers of these tables in C.
 */
#ifndef ZDM_MIGRATION_H
#define ZDM_MIGRATION_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "storage/lockdefs.h"
#include "utils/array.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

#include "base/lock.h"
#include "record/status.h"

/* Names of actions that more than one file knows; src/run/actions.c has the table of all. */
#define ZDM_ACTION_SQL "sql"
#define ZDM_ACTION_SERIES "series"
#define ZDM_ACTION_BACKFILL "backfill"
#define ZDM_ACTION_COPY "copy"

/* What a step does, or what undoes it. */
typedef struct ZdmDeed
{
	const char *action; /* NULL: nothing */
	Jsonb *arguments;   /* NULL: the text says all */
	char *text;         /* SQL; or to be read alone: what is no SQL is a comment in it */
} ZdmDeed;

typedef enum ZdmRuns
{
	ZDM_RUNS_CALLER,     /* in the transaction of the call */
	ZDM_RUNS_WORKER,     /* in a transaction of the worker */
	ZDM_RUNS_CONCURRENT, /* by the worker, outside any transaction block */
} ZdmRuns;

typedef enum ZdmStepStatus
{
	ZDM_STEP_PENDING,
	ZDM_STEP_DONE,
	ZDM_STEP_FAILED,
	ZDM_STEP_UNDONE,
	ZDM_STEP_RUNNING, /* a concurrent one, which may have left traces */
} ZdmStepStatus;

/* One row of zdm.step. */
typedef struct ZdmStep
{
	int seq;
	ZdmPhase phase;
	ZdmRuns runs;
	Oid target;       /* the table that it is about: one of the migration's targets */
	LOCKMODE lock;    /* on that; NoLock: the command needs none that hurts */
	List *also_locks; /* of ZdmTableLock: what it wants of other targets */
	ZdmDeed command;
	ZdmDeed undo; /* nothing: goes with another step's undo */
	char *note;   /* NULL: nothing to say */
	ZdmStepStatus status;
	int attempts;
	Jsonb *before; /* what was there when it began, by which it is judged; NULL: nothing noted */
} ZdmStep;

/* One row of zdm.migration. */
typedef struct ZdmMigration
{
	int64 id;
	char *name;
	char *kind;
	Oid relation;
	char *relation_name; /* qualified, as it was at expand */
	/* Of its own table, zdm.target has these; the first two only for insert; of char *. */
	List *columns;       /* that it creates, writes or renames */
	List *reads_columns; /* that it needs as they are */
	List *also_locks;    /* of Oid: other tables that some of its steps lock, too */
	List *targets;       /* only for insert; of ZdmTarget *: what its steps are about, or name */
	List *partitions;    /* of ZdmShapePartition *: what its planner has read; not in the table */
	Jsonb *arguments;
	Jsonb *settings;
	char *release;      /* NULL: none */
	bool complete;      /* settings: contracted and finalized as soon as it is ready */
	bool refused;       /* ... which an error has kept it from that time does not cure */
	Jsonb *resolved;    /* what the names in its expressions stand for: resolved.c */
	char *trigger_name; /* NULL: needs no sync trigger */
	ZdmStatus status;
	ZdmPhase phase;
	int attempts;
	char *last_error; /* NULL: none */
	char *created_by;
	bool same_arguments;
	int64 lock_wait_usec;  /* what the table lock of this call cost; not in the table */
	TimestampTz locked_at; /* 0: none was taken */
} ZdmMigration;

/* What a step cost, for zdm.step; microseconds. */
typedef struct ZdmStepCost
{
	int64 lock_wait_usec;
	int64 lock_held_usec;
	int64 run_usec;
} ZdmStepCost;

extern const char *zdm_runs_name(ZdmRuns runs);

extern ZdmMigration *zdm_migration_of_owner(const char *name, Oid owner, Oid relation,
											Jsonb *arguments);
extern ZdmMigration *zdm_migration_by_id(int64 id);
extern ZdmMigration *zdm_migration_lock(int64 id);
extern List *zdm_oid_texts(List *oids);
extern List *zdm_migration_columns(int64 id);
extern bool zdm_migration_superseded(const ZdmMigration *migration, const char *index);
extern ZdmMigration *zdm_migration_renaming(Oid relation, bool of_view);
extern ZdmMigration *zdm_migration_in_the_way(const ZdmMigration *migration, bool along,
											  char **columns);
extern List *zdm_migrations_at(Oid relation);
extern List *zdm_migration_names(Oid role);
extern List *zdm_migration_of_release(const char *release, Oid owner);
extern List *zdm_migration_without_table(const char *name);
extern List *zdm_migration_completed_with(int64 id);
extern int64 zdm_migration_kept_by(int64 id);
extern List *zdm_migration_unfinished(void);
extern List *zdm_migration_kept_longer(int seconds);
extern void zdm_record_age_out(int seconds);
extern ZdmMigration *zdm_migration_of_trigger(Oid relation, const char *trigger);
extern List *zdm_migration_open(void);
extern bool zdm_migration_any_open(void);
extern double zdm_backfill_speed(void);
extern void zdm_migration_insert(ZdmMigration *migration, List *steps);
extern void zdm_migration_set_status(ZdmMigration *migration, ZdmStatus status, const char *detail);
extern Jsonb *zdm_migration_alter_settings(ZdmMigration *migration, Jsonb *settings, Jsonb *workers,
										   ArrayType *reset, Jsonb **shown);
extern void zdm_migration_set_phase(ZdmMigration *migration, ZdmPhase phase);
extern void zdm_migration_set_error(ZdmMigration *migration, int attempts, const char *error,
									double retry_msec);
extern void zdm_migration_clear_error(ZdmMigration *m);
extern bool zdm_migrations_set_waiting(List *migrations, const char *waiting_for);
extern bool zdm_migration_set_waiting(int64 id, const char *waiting_for);
extern void zdm_migration_add_rate(int64 id, double rows_per_second, double seconds, double pace);
extern void zdm_migration_event(const ZdmMigration *migration, const char *event,
								const char *detail);

extern List *zdm_steps(int64 migration);
extern List *zdm_step_locks(const ZdmStep *step);
extern void zdm_step_also_lock(ZdmStep *step, List *relations);
extern Jsonb *zdm_step_locks_json(const ZdmStep *step, List *targets);
extern void zdm_step_started(int64 migration, const ZdmStep *step, Jsonb *before);
extern bool zdm_step_is_backfill(const ZdmStep *step);
extern bool zdm_step_copies(const ZdmStep *step);
extern void zdm_step_done(int64 migration, const ZdmStep *step, const ZdmStepCost *cost);
extern void zdm_step_undone(int64 migration, const ZdmStep *step, bool again);
extern bool zdm_contract_is_done(List *steps);
extern ZdmStep *zdm_next_worker_step(List *steps);
extern List *zdm_step_commands_to_run(Oid schema, const char *word);
extern void zdm_step_failed(int64 migration, const ZdmStep *step, const char *error);

#endif /* ZDM_MIGRATION_H */
