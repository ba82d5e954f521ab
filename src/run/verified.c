/*
 * verified.c
 *		Both sides are compared before contract.
 *
 * Before any lock is taken, with a snapshot: what is written meanwhile passes the trigger.  Only
 * where both sides have to agree is there something to compare; where nothing flows back, a
 * writer may have meant whatever the new columns have.
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

#include "change/shadow.h"
#include "change/change.h"
#include "fill/compare.h"
#include "fill/synced.h"
#include "record/verification.h"
#include "run/release.h"
#include "run/verified.h"

/* Raises an error if the sides of a row disagree. */
static void
refuse_mismatches(const ZdmMigration *m, const ZdmComparison *found)
{
	const char *name = quote_literal_cstr(m->name);

	if (found->mismatches == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DATA_EXCEPTION),
			 errmsg("cannot contract migration \"%s\": the two sides disagree in " INT64_FORMAT
					" of " INT64_FORMAT " rows",
					m->name, found->mismatches, found->rows),
			 errdetail("Some of them: %s.", found->json.data),
			 errhint("SELECT * FROM zdm.verify(%s, repair => true) has one side follow the other. "
					 "SELECT zdm.contract(%s, verify => 'none') does without.",
					 name, name)));
}

/* Compares the sides of a migration that is ready, and notes the result. */
static void
compare_sides(ZdmMigration *m, ZdmVerifyMode mode)
{
	ZdmVerification result = {.mode = "none", .before_contract = true};
	ZdmComparison found = {.two_way = true};

	if (m->status != ZDM_READY || m->trigger_name == NULL || get_rel_name(m->relation) == NULL ||
		zdm_change_kind(m->kind)->follower_goes) /* both forms are the same rows */
		return;
	zdm_require_synced(m, "contract");
	zdm_shadow_check_contract(m);
	if (mode != ZDM_VERIFY_NONE)
	{
		double limit = zdm_verify_size * 1024.0 * 1024.0;
		double size = mode == ZDM_VERIFY_FULL ? 0 : zdm_tree_size(m->relation);
		bool sample = mode == ZDM_VERIFY_SAMPLE || size > limit;

		result.mode = sample ? "sample" : "full";
		result.percent = sample && size > limit ? 100 * limit / size : 100;
		/* Not the caller's: it may be older than the backfill. */
		CommandCounterIncrement();
		PushActiveSnapshot(GetLatestSnapshot());
		zdm_compare_begin(&found);
		zdm_compare_migration(m, result.percent, &found);
		zdm_compare_end(&found);
		PopActiveSnapshot();
		refuse_mismatches(m, &found);
	}
	result.rows = found.rows;
	result.lossy = found.lossy;
	zdm_verification_add(m, &result);
}

/* Compares the sides of a migration as zdm.verify says. */
void
zdm_verify_as_set(ZdmMigration *m)
{
	compare_sides(m, zdm_verify_mode);
}

/*
 * Compares the sides of what a name stands for, a migration or a release, unless some member can't
 * be contracted anyway.
 */
void
zdm_verify_before_contract(const char *name, ZdmVerifyMode mode)
{
	List *members = zdm_release_members(name);
	ListCell *lc;

	foreach (lc, members)
	{
		const ZdmMigration *m = lfirst(lc);

		if (m->status != ZDM_READY && m->status != ZDM_CONTRACTED && m->status != ZDM_FINALIZED)
			return;
	}
	foreach (lc, members)
		compare_sides(lfirst(lc), mode);
}
