/*
 * record_scan.c
 *		Rows of zdm's own tables, read without SQL.
 *
 * For what a session asks of the record when it writes to a table for the first time: to parse and
 * plan one query on it takes longer than such a write.  As zdm_query() it sees what has been
 * committed by now, whatever snapshot the session has, and it needs no right on the tables.  The
 * caller has asked zdm_require_record() whether they are zdm's.  Locks go with the scan.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/record_scan.h"

#define MAX_KEYS 2

/* Returns the number of a column that must be there. */
static AttrNumber
column_number(const ZdmRecordScan *scan, const char *column)
{
	AttrNumber attnum = get_attnum(RelationGetRelid(scan->rel), column);

	if (attnum == InvalidAttrNumber)
		elog(ERROR, "no column \"%s\" in table \"%s\"", column, RelationGetRelationName(scan->rel));
	return attnum;
}

/*
 * Begins to scan a table by the leading columns of an index of it, for rows that have all of these
 * values.  The collation is that of the index, which ScanKeyInit() would not take.
 */
void
zdm_record_scan_begin(ZdmRecordScan *scan, const char *table, const char *index,
					  const ZdmRecordKey *keys, int nkeys)
{
	Oid schema = get_namespace_oid("zdm", false);
	Oid relid = get_relname_relid(table, schema);
	Oid index_oid;
	ScanKeyData scan_keys[MAX_KEYS];

	Assert(nkeys <= MAX_KEYS);
	if (!OidIsValid(relid))
		elog(ERROR, "no table zdm.%s", table);
	scan->rel = table_open(relid, AccessShareLock);
	index_oid = get_relname_relid(index, schema);
	if (!OidIsValid(index_oid))
		elog(ERROR, "no index zdm.%s", index);
	for (int i = 0; i < nkeys; i++)
	{
		bool is_text = keys[i].type == TEXTOID;

		Assert(is_text || keys[i].type == INT8OID || keys[i].type == OIDOID);
		ScanKeyEntryInitialize(&scan_keys[i], 0, column_number(scan, keys[i].column),
							   BTEqualStrategyNumber, InvalidOid,
							   is_text ? DEFAULT_COLLATION_OID : InvalidOid,
							   is_text                  ? F_TEXTEQ
							   : keys[i].type == OIDOID ? F_OIDEQ
														: F_INT8EQ,
							   keys[i].value);
	}
	scan->snapshot = RegisterSnapshot(GetLatestSnapshot());
	scan->scan = systable_beginscan(scan->rel, index_oid, true, scan->snapshot, nkeys, scan_keys);
	scan->row = NULL;
}

/* Goes on to the next row; false: there is none. */
bool
zdm_record_scan_next(ZdmRecordScan *scan)
{
	scan->row = systable_getnext(scan->scan);
	return HeapTupleIsValid(scan->row);
}

void
zdm_record_scan_end(ZdmRecordScan *scan)
{
	systable_endscan(scan->scan);
	UnregisterSnapshot(scan->snapshot);
	table_close(scan->rel, AccessShareLock);
}

static Datum
column_datum(const ZdmRecordScan *scan, const char *column, bool *isnull)
{
	return heap_getattr(scan->row, column_number(scan, column), RelationGetDescr(scan->rel),
						isnull);
}

/* Returns a column of type text in the current memory context; NULL is NULL. */
char *
zdm_record_scan_text(const ZdmRecordScan *scan, const char *column)
{
	bool isnull;
	Datum value = column_datum(scan, column, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

/* Returns a bigint; NULL is 0. */
int64
zdm_record_scan_int8(const ZdmRecordScan *scan, const char *column)
{
	bool isnull;
	Datum value = column_datum(scan, column, &isnull);

	return isnull ? 0 : DatumGetInt64(value);
}

/* Returns an OID, or what is stored as one; NULL is InvalidOid. */
Oid
zdm_record_scan_oid(const ZdmRecordScan *scan, const char *column)
{
	bool isnull;
	Datum value = column_datum(scan, column, &isnull);

	return isnull ? InvalidOid : DatumGetObjectId(value);
}

/* Returns a jsonb in the current memory context; NULL is NULL. */
Jsonb *
zdm_record_scan_jsonb(const ZdmRecordScan *scan, const char *column)
{
	bool isnull;
	Datum value = column_datum(scan, column, &isnull);

	return isnull ? NULL : DatumGetJsonbPCopy(value);
}
