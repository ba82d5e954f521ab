/*
 * record_scan.h
 *		Rows of zdm's own tables, read without SQL.
 */
#ifndef ZDM_RECORD_SCAN_H
#define ZDM_RECORD_SCAN_H

#include "postgres.h"

#include "access/genam.h"
#include "utils/jsonb.h"
#include "utils/relcache.h"
#include "utils/snapshot.h"

/* What a column has to be equal to; of type bigint, oid or text. */
typedef struct ZdmRecordKey
{
	const char *column;
	Oid type;
	Datum value;
} ZdmRecordKey;

/* A scan that is under way, and the row that it has come to. */
typedef struct ZdmRecordScan
{
	Relation rel;
	Snapshot snapshot;
	SysScanDesc scan;
	HeapTuple row;
} ZdmRecordScan;

extern void zdm_record_scan_begin(ZdmRecordScan *scan, const char *table, const char *index,
								  const ZdmRecordKey *keys, int nkeys);
extern bool zdm_record_scan_next(ZdmRecordScan *scan);
extern void zdm_record_scan_end(ZdmRecordScan *scan);
extern char *zdm_record_scan_text(const ZdmRecordScan *scan, const char *column);
extern int64 zdm_record_scan_int8(const ZdmRecordScan *scan, const char *column);
extern Oid zdm_record_scan_oid(const ZdmRecordScan *scan, const char *column);
extern Jsonb *zdm_record_scan_jsonb(const ZdmRecordScan *scan, const char *column);

#endif
