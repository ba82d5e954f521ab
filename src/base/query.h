/*
 * query.h
 *		Parameterised SQL on zdm's own tables.
 */
#ifndef ZDM_QUERY_H
#define ZDM_QUERY_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "utils/array.h"
#include "utils/jsonb.h"

#define ZDM_MAX_ARGS 16

/* The parameters of one statement, in order; see the zdm_arg_* functions. */
typedef struct ZdmArgs
{
	int count;
	Oid types[ZDM_MAX_ARGS];
	Datum values[ZDM_MAX_ARGS];
	char nulls[ZDM_MAX_ARGS];
} ZdmArgs;

/* What zdm_record_begin saved and zdm_record_end puts back. */
typedef struct ZdmRecordScope
{
	Oid save_user;
	int save_context;
	int guc_level;
} ZdmRecordScope;

#define ZDM_PINNED_SEARCH_PATH "pg_catalog, pg_temp"

extern int zdm_pin_search_path(void);
extern int zdm_pin_quoting(void);
extern void zdm_pin_session(void);
extern List *zdm_parse(const char *text);
extern bool zdm_record_is_older(void);
extern void zdm_refuse_older_record(void);
extern void zdm_require_record(void);
extern void zdm_record_begin(ZdmRecordScope *scope);
extern void zdm_record_begin_any(ZdmRecordScope *scope);
extern void zdm_record_hush(void);
extern void zdm_hush_notices(void);
extern void zdm_record_end(ZdmRecordScope *scope);

extern void zdm_arg_datum(ZdmArgs *args, Oid type, Datum value, bool isnull);
extern void zdm_arg_text(ZdmArgs *args, const char *value);
extern void zdm_arg_int8(ZdmArgs *args, int64 value);
extern void zdm_arg_int4(ZdmArgs *args, int32 value);
extern void zdm_arg_oid(ZdmArgs *args, Oid value);
extern void zdm_arg_bool(ZdmArgs *args, bool value);
extern void zdm_arg_usec(ZdmArgs *args, int64 usec);
extern void zdm_arg_text_list(ZdmArgs *args, List *strings);

extern uint64 zdm_query(const char *sql, ZdmArgs *args);
extern char *zdm_result_text(uint64 row, const char *column);
extern int64 zdm_result_int8(uint64 row, const char *column);
extern Oid zdm_result_oid(uint64 row, const char *column);
extern bool zdm_result_bool(uint64 row, const char *column);
extern int zdm_result_word(uint64 row, const char *column, const char *const *words, int n);
extern bool zdm_result_isnull(uint64 row, const char *column);
extern Jsonb *zdm_result_jsonb(uint64 row, const char *column);
extern List *zdm_text_list(ArrayType *array);
extern List *zdm_query_names(const char *sql, ZdmArgs *args);
extern List *zdm_query_ids(const char *sql, ZdmArgs *args);

#endif /* ZDM_QUERY_H */
