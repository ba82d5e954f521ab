/*
 * repair.c
 *		Makes the sides of a row agree again that were written apart.
 *
 * Which side follows is judged as for a table whose trigger was off (sync_columns.c,
 * zdm_sync_judge_apart).  The row is written as the backfill writes one, by the same code: as
 * the owner of the table, with the constraints kept, and without waiting for whoever has it.
 */
#include "postgres.h"

#include "access/tableam.h"
#include "utils/snapmgr.h"

#include "base/json.h"
#include "base/owner.h"
#include "base/transaction.h"
#include "fill/fill.h"
#include "fill/repair.h"
#include "fill/row.h"

/* Argument and results of try_repair(). */
typedef struct Repair
{
	const ZdmMigration *m;
	Relation rel;
	ItemPointer tid;
	StringInfo json;
	bool collided;    /* somebody took the row at the moment of its update */
	const char *left; /* why the row was left as it is; NULL: it was not */
} Repair;

static const char is_held[] = "another transaction has the row";
static const char was_changed[] = "the row was changed meanwhile";

/* Computes and writes the row, if it still is what it was. */
static const char *
write_row(Repair *repair, ZdmFill *fill)
{
	const ZdmSyncColumn *columns;
	TupleTableSlot *computed;
	int n;
	bool hot;

	if (!table_tuple_fetch_row_version(repair->rel, repair->tid, GetActiveSnapshot(),
									   zdm_fill_slot(fill)))
		return was_changed;
	if (!zdm_fill_compute(fill))
		return "neither side can be computed from the other";
	switch (zdm_fill_write(fill, &hot, &repair->collided))
	{
		case TM_Ok:
			computed = zdm_fill_computed(fill, &columns, &n);
			zdm_add_side(repair->json, "set", columns, n, computed);
			return NULL;
		case TM_BeingModified:
			return is_held;
		default:
			return was_changed;
	}
}

/* ZdmTryFunction. */
static void
try_repair(void *arg)
{
	Repair *repair = arg;
	ZdmOwnerScope scope;
	ZdmFill *fill;

	zdm_owner_begin(&scope, zdm_relation_owner(repair->m->relation));
	PushActiveSnapshot(GetLatestSnapshot());
	fill = zdm_fill_open(repair->rel, repair->m->trigger_name, ZDM_GAP_OFF);
	repair->left = write_row(repair, fill);
	zdm_fill_finish(fill);
	zdm_fill_close(fill);
	PopActiveSnapshot();
	zdm_owner_end(&scope);
}

/*
 * Repairs a row, and adds to a JSON object what it was set to, or why it was left alone.  False:
 * it was.  The caller has ROW EXCLUSIVE on the table, and has seen its trigger in place.
 */
bool
zdm_repair_row(const ZdmMigration *m, Relation rel, ItemPointer tid, StringInfo json)
{
	Repair request = {.m = m, .rel = rel, .tid = tid, .json = json};
	int len = json->len;
	ErrorData *error = zdm_try(try_repair, &request);

	if (error)
	{
		json->len = len;
		json->data[len] = '\0';
		request.left = request.collided ? is_held : error->message;
	}
	if (request.left)
		zdm_json_add_string(json, "left", request.left);
	return request.left == NULL;
}
