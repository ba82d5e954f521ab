/*
 * actions.h
 *		The table of what a step can do.
 */
#ifndef ZDM_ACTIONS_H
#define ZDM_ACTIONS_H

#include "postgres.h"

#include "record/migration.h"
#include "run/judge.h"
#include "run/work_outcome.h"

typedef struct ZdmAction
{
	const char *name; /* in zdm.step */

	/*
	 * Does it in the transaction that is open and as the user of the moment, with names
	 * resolved in pg_catalog alone.  What it does and the record of it are committed together,
	 * so after a crash there is nothing to judge.  NULL: it has transactions of its own.
	 */
	void (*run)(const ZdmMigration *m, const ZdmDeed *deed);

	/* Does a step of the worker in transactions of its own; NULL: run, in one. */
	ZdmWork (*work)(const struct ZdmAction *action, int64 migration, const ZdmStep *step);

	/* Does in transactions of its own what the worker has to do before `run`; NULL: nothing. */
	ZdmWork (*before)(const struct ZdmAction *action, int64 migration, const ZdmStep *step);

	/*
	 * Tells by the catalog what has become of a step whose work is committed before its
	 * record.  NULL: there is no such step, or it keeps its own record (zdm.backfill_range).
	 */
	void (*judge)(const ZdmStep *step, List *targets, ZdmJudgement *judgement);

	int grace_msec;  /* for what is under way to come to its end, before it is cancelled */
	bool about_rows; /* in an empty table there is nothing to do */
	bool renames;    /* or drops what its migration knows: it has the names of the moment */
} ZdmAction;

extern const ZdmAction *zdm_action(const char *name);
extern void zdm_run_deed(const ZdmMigration *m, const ZdmDeed *deed);

#endif /* ZDM_ACTIONS_H */
