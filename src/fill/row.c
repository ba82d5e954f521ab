/*
 * row.c
 *		One version of a row: what messages and examples have of it, and whether it is the present
 *one.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/tableam.h"
#include "catalog/index.h"
#include "executor/executor.h"
#include "storage/bufmgr.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/names.h"
#include "fill/row.h"

/*
 * Names a row for an error message: its ctid, and its primary key if it has
 * one.  NULL if the row is gone.  The caller has opened the relation and has an
 * active snapshot.
 */
char *
zdm_describe_row(Relation rel, ItemPointer tid)
{
	TupleTableSlot *slot = table_slot_create(rel, NULL);
	char *key = NULL;
	char *text;

	if (!table_tuple_fetch_row_version(rel, tid, GetActiveSnapshot(), slot))
	{
		ExecDropSingleTupleTableSlot(slot);
		return NULL;
	}
	list_free(RelationGetIndexList(rel));
	if (OidIsValid(rel->rd_pkindex))
	{
		Relation index = index_open(rel->rd_pkindex, AccessShareLock);
		Datum values[INDEX_MAX_KEYS];
		bool isnull[INDEX_MAX_KEYS];
		IndexInfo *info = BuildIndexInfo(index);
		EState *estate = CreateExecutorState();

		FormIndexDatum(info, slot, estate, values, isnull);
		key = BuildIndexValueDescription(index, values, isnull);
		FreeExecutorState(estate);
		index_close(index, AccessShareLock);
	}
	text = psprintf("row (%u,%u) of %s%s%s", ItemPointerGetBlockNumber(tid),
					ItemPointerGetOffsetNumber(tid), zdm_qualified_name(RelationGetRelid(rel)),
					key ? ", key " : "", key ? key : "");
	ExecDropSingleTupleTableSlot(slot);
	return text;
}

/* Tells whether a version of a row is the present one no more: it was updated or deleted. */
bool
zdm_row_was_changed(Relation rel, ItemPointer tid)
{
	TupleTableSlot *slot = table_slot_create(rel, NULL);
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	bool present = ItemPointerGetBlockNumber(tid) < RelationGetNumberOfBlocks(rel) &&
				   table_tuple_fetch_row_version(rel, tid, snapshot, slot);

	ExecDropSingleTupleTableSlot(slot);
	UnregisterSnapshot(snapshot);
	return !present;
}

/* Adds the values of one side of a row to an example. */
void
zdm_add_side(StringInfo buf, const char *key, const ZdmSyncColumn *columns, int n,
			 TupleTableSlot *slot)
{
	zdm_json_add_key(buf, key);
	appendStringInfoChar(buf, '{');
	for (int i = 0; i < n; i++)
	{
		Form_pg_attribute att = TupleDescAttr(slot->tts_tupleDescriptor, columns[i].attnum - 1);
		bool isnull;
		Datum value = slot_getattr(slot, columns[i].attnum, &isnull);
		Oid output;
		bool is_varlena;

		getTypeOutputInfo(att->atttypid, &output, &is_varlena);
		zdm_json_add_string(buf, NameStr(att->attname),
							isnull ? NULL : OidOutputFunctionCall(output, value));
	}
	appendStringInfoChar(buf, '}');
}
