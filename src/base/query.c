/*
 * query.c
 *		Parameterised SQL on zdm's own tables.
 *
 * Callers need no right on zdm's tables: a record scope runs as their owner, with a
 * pinned search_path, and restores both at its end.  An error inside needs no clean-up,
 * (sub)transaction abort restores user, GUCs and SPI (xact.c, AbortTransaction and
 * AbortSubTransaction).
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "parser/parse_expr.h"
#include "parser/parser.h"
#include "storage/lmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/float.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/extension.h"
#include "base/query.h"

/* A statement that was prepared in this backend; keyed by its text's address. */
typedef struct PlanEntry
{
	const char *sql;
	char *text; /* a copy of it */
	SPIPlanPtr plan;
} PlanEntry;

static HTAB *plan_cache = NULL;

/* Returns the version of an extension as its script has left it. */
static char *
extension_version(Oid extension)
{
	Relation catalog = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;
	char *version = NULL;

	ScanKeyInit(&key, Anum_pg_extension_oid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(extension));
	scan = systable_beginscan(catalog, ExtensionOidIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		bool isnull;
		Datum value =
			heap_getattr(tuple, Anum_pg_extension_extversion, RelationGetDescr(catalog), &isnull);

		version = TextDatumGetCString(value);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return version;
}

/*
 * Tells whether the record has the form of an older version: this library is installed, and
 * ALTER EXTENSION has not been run yet.  What is of this version stays so, but for one that is
 * just being updated, which may be undone.
 */
bool
zdm_record_is_older(void)
{
	static bool is_current = false;
	char *version;

	if (is_current)
		return false;
	version = extension_version(zdm_extension_oid());
	if (version == NULL || strcmp(version, ZDM_VERSION) != 0)
		return version != NULL;
	is_current = !creating_extension;
	return false;
}

/*
 * Refuses to work on a record that has the form of an older version.  A function that takes more
 * arguments than it did calls this before it looks at any: that of the older version passes fewer.
 */
void
zdm_refuse_older_record(void)
{
	if (zdm_record_is_older())
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("extension zdm has to be updated in this database first: ALTER "
							   "EXTENSION zdm UPDATE"),
						errdetail("It is of version %s, the library of version %s.",
								  extension_version(zdm_extension_oid()), ZDM_VERSION)));
}

/*
 * Returns the owner of zdm's tables: the bootstrap superuser where the owner of a database has
 * installed zdm (control file, trusted), else whoever has.  An undefined_object error if the
 * extension is gone, even where somebody has made a table of that name since.
 */
static Oid
record_owner(void)
{
	Oid extension = zdm_extension_oid();
	Oid schema = get_namespace_oid("zdm", true);
	Oid table = OidIsValid(schema) ? get_relname_relid("migration_row", schema) : InvalidOid;
	HeapTuple tuple;
	Oid owner;

	if (OidIsValid(schema) && !OidIsValid(table))
		table = get_relname_relid("migration", schema); /* of 0.1.0 */
	if (!OidIsValid(extension) || !OidIsValid(table) ||
		getExtensionOfObject(RelationRelationId, table) != extension)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("extension \"zdm\" does not exist"),
				 errhint("CREATE EXTENSION zdm installs it in this database.")));
	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", table);
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
}

/* Raises an error unless zdm's tables are there, and are those of the extension. */
void
zdm_require_record(void)
{
	(void) record_owner();
}

/*
 * What else text of SQL means something else under, or is printed otherwise: constants,
 * and the words that were quoted.
 */
static const struct
{
	const char *name;
	const char *value;
} text_settings[] = {{"standard_conforming_strings", "on"},
					 {"DateStyle", "ISO, MDY"},
					 {"IntervalStyle", "postgres"},
					 {"extra_float_digits", "1"},
					 {"array_nulls", "on"},
					 {"transform_null_equals", "off"},
					 {"quote_all_identifiers", "off"}};

/*
 * Tells whether text settings are as good as these, so that a row need not set them: an
 * ISO date has its own order, and from 1 on floats are exact.
 */
static bool
text_settings_hold(void)
{
	return ZDM_STANDARD_CONFORMING_STRINGS && DateStyle == USE_ISO_DATES &&
		   IntervalStyle == INTSTYLE_POSTGRES && extra_float_digits >= 1 && Array_nulls &&
		   !Transform_null_equals && !quote_all_identifiers;
}

static void
pin_text_settings(void)
{
	if (!text_settings_hold())
		for (int i = 0; i < lengthof(text_settings); i++)
			(void) set_config_option(text_settings[i].name, text_settings[i].value, PGC_USERSET,
									 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

/*
 * Pins search_path to pg_catalog, and the settings that say what SQL means and how it is
 * printed, until AtEOXact_GUC(false, level) with the returned level, or the end of the
 * (sub)transaction in an error.  Never end it with true, as if it were a commit: what code
 * of users has SET inside would stay in the session.
 */
int
zdm_pin_search_path(void)
{
	int level = NewGUCNestLevel();

	(void) set_config_option("search_path", ZDM_PINNED_SEARCH_PATH, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	pin_text_settings();
	return level;
}

/* Parses text that zdm or the server has written, or that is kept, whatever the session has set. */
List *
zdm_parse(const char *text)
{
	int level = NewGUCNestLevel();
	List *parsed;

	pin_text_settings();
	parsed = raw_parser(text, RAW_PARSE_DEFAULT);
	AtEOXact_GUC(false, level);
	return parsed;
}

/*
 * Lets words be quoted only where they must be, until AtEOXact_GUC(false, level): names
 * that are kept are compared later on.
 */
int
zdm_pin_quoting(void)
{
	int level = NewGUCNestLevel();

	if (quote_all_identifiers)
		(void) set_config_option("quote_all_identifiers", "off", PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
	return level;
}

/* Pins the same for the rest of a worker's life: a database's owner may have others for it. */
void
zdm_pin_session(void)
{
	SetConfigOption("search_path", ZDM_PINNED_SEARCH_PATH, PGC_USERSET, PGC_S_SESSION);
	for (int i = 0; i < lengthof(text_settings); i++)
		SetConfigOption(text_settings[i].name, text_settings[i].value, PGC_USERSET, PGC_S_SESSION);
}

/* Opens a record scope: see the head of this file. */
void
zdm_record_begin(ZdmRecordScope *scope)
{
	zdm_refuse_older_record();
	zdm_record_begin_any(scope);
}

/* Likewise, in whatever form the record is (zdm_record_is_older). */
void
zdm_record_begin_any(ZdmRecordScope *scope)
{
	Oid owner = record_owner();

	GetUserIdAndSecContext(&scope->save_user, &scope->save_context);
	SetUserIdAndSecContext(owner, scope->save_context | SECURITY_LOCAL_USERID_CHANGE);
	scope->guc_level = zdm_pin_search_path();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
}

/*
 * Keeps warnings from the client for the rest of a record scope: that a process which is to be
 * signalled has ended meanwhile (signalfuncs.c) is what was wanted.
 */
void
zdm_record_hush(void)
{
	(void) set_config_option("client_min_messages", "error", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

/* Keeps notices from the client, until the caller's level of settings ends, and no more than that:
 * who wants no warnings either gets none. */
void
zdm_hush_notices(void)
{
	if (client_min_messages < WARNING)
		(void) set_config_option("client_min_messages", "warning", PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
}

/* Closes a record scope.  What zdm_result_* returned lives on in the caller's context. */
void
zdm_record_end(ZdmRecordScope *scope)
{
	if (SPI_finish() != SPI_OK_FINISH)
		elog(ERROR, "SPI_finish failed");
	AtEOXact_GUC(false, scope->guc_level);
	SetUserIdAndSecContext(scope->save_user, scope->save_context);
}

/* Appends a parameter of any type; the value must outlive the statement. */
void
zdm_arg_datum(ZdmArgs *args, Oid type, Datum value, bool isnull)
{
	if (args->count >= ZDM_MAX_ARGS)
		elog(ERROR, "too many parameters");
	args->types[args->count] = type;
	args->values[args->count] = value;
	args->nulls[args->count] = isnull ? 'n' : ' ';
	args->count++;
}

/* Appends a text parameter; a NULL pointer is SQL NULL. */
void
zdm_arg_text(ZdmArgs *args, const char *value)
{
	zdm_arg_datum(args, TEXTOID, value ? CStringGetTextDatum(value) : (Datum) 0, value == NULL);
}

/* Appends a bigint parameter. */
void
zdm_arg_int8(ZdmArgs *args, int64 value)
{
	zdm_arg_datum(args, INT8OID, Int64GetDatum(value), false);
}

/* Appends an integer parameter. */
void
zdm_arg_int4(ZdmArgs *args, int32 value)
{
	zdm_arg_datum(args, INT4OID, Int32GetDatum(value), false);
}

/* Appends an oid parameter. */
void
zdm_arg_oid(ZdmArgs *args, Oid value)
{
	zdm_arg_datum(args, OIDOID, ObjectIdGetDatum(value), false);
}

/* Appends a boolean parameter. */
void
zdm_arg_bool(ZdmArgs *args, bool value)
{
	zdm_arg_datum(args, BOOLOID, BoolGetDatum(value), false);
}

/* Appends an interval parameter of so many microseconds. */
void
zdm_arg_usec(ZdmArgs *args, int64 usec)
{
	Interval *interval = palloc0(sizeof(Interval));

	interval->time = usec;
	zdm_arg_datum(args, INTERVALOID, IntervalPGetDatum(interval), false);
}

/* Appends a text[] parameter made of a list of C strings. */
void
zdm_arg_text_list(ZdmArgs *args, List *strings)
{
	Datum *elems = palloc(sizeof(Datum) * Max(list_length(strings), 1));
	int n = 0;
	ListCell *lc;

	foreach (lc, strings)
		elems[n++] = CStringGetTextDatum(lfirst(lc));
	zdm_arg_datum(args, TEXTARRAYOID,
				  PointerGetDatum(construct_array(elems, n, TEXTOID, -1, false, TYPALIGN_INT)),
				  false);
}

/*
 * Returns this backend's plan of a statement.  `sql` must be a string literal:
 * its address is the key.  Another text at that address is an internal error.  Plans follow changes
 * of the catalog by themselves (plancache.c).  One plan for all parameters: where the server takes
 * one of its own for each execution to be better, which thousands of ended migrations of one table
 * are enough for, planning takes longer than all the rest.
 */
static SPIPlanPtr
prepared_plan(const char *sql, ZdmArgs *args)
{
	PlanEntry *entry;
	bool found;

	if (plan_cache == NULL)
	{
		HASHCTL ctl = {.keysize = sizeof(char *), .entrysize = sizeof(PlanEntry)};

		plan_cache = hash_create("zdm statements", 64, &ctl, HASH_ELEM | HASH_BLOBS);
	}
	entry = hash_search(plan_cache, &sql, HASH_FIND, NULL);
	if (entry == NULL)
	{
		SPIPlanPtr plan = SPI_prepare_cursor(sql, args ? args->count : 0, args ? args->types : NULL,
											 CURSOR_OPT_GENERIC_PLAN);

		if (plan == NULL || SPI_keepplan(plan) != 0)
			elog(ERROR, "could not prepare \"%s\": %s", sql, SPI_result_code_string(SPI_result));
		entry = hash_search(plan_cache, &sql, HASH_ENTER, &found);
		entry->plan = plan;
		entry->text = MemoryContextStrdup(TopMemoryContext, sql);
	}
	if (strcmp(entry->text, sql) != 0)
		elog(ERROR, "the text of a statement is no literal: \"%s\"", sql);
	return entry->plan;
}

/*
 * Runs one statement inside a record scope and returns the number of rows that
 * it processed.  It sees every transaction that has committed by now, in every
 * isolation level: the record is a queue between sessions, and a caller's old
 * snapshot would show it as it was.  `args` may be NULL.
 */
uint64
zdm_query(const char *sql, ZdmArgs *args)
{
	int code = SPI_execute_snapshot(prepared_plan(sql, args), args ? args->values : NULL,
									args ? args->nulls : NULL, GetLatestSnapshot(), InvalidSnapshot,
									false, true, 0);

	if (code < 0)
		elog(ERROR, "\"%s\" failed: %s", sql, SPI_result_code_string(code));
	return SPI_processed;
}

/* Fetches one field of the last result. */
static Datum
result_datum(uint64 row, const char *column, bool *isnull)
{
	int number = SPI_fnumber(SPI_tuptable->tupdesc, column);

	if (number <= 0 || row >= SPI_processed)
		elog(ERROR, "no field \"%s\" in row %llu", column, (unsigned long long) row);
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, number, isnull);
}

/* Returns a field in its text form, in the memory context that opened the scope; NULL is NULL. */
char *
zdm_result_text(uint64 row, const char *column)
{
	int number = SPI_fnumber(SPI_tuptable->tupdesc, column);
	char *value;
	char *copy;

	if (number <= 0 || row >= SPI_processed)
		elog(ERROR, "no field \"%s\" in row %llu", column, (unsigned long long) row);
	value = SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, number);
	if (value == NULL)
		return NULL;
	copy = SPI_palloc(strlen(value) + 1);
	return strcpy(copy, value);
}

/* Returns a bigint field; NULL is 0. */
int64
zdm_result_int8(uint64 row, const char *column)
{
	bool isnull;
	Datum value = result_datum(row, column, &isnull);

	return isnull ? 0 : DatumGetInt64(value);
}

/* Returns an oid field; NULL is InvalidOid. */
Oid
zdm_result_oid(uint64 row, const char *column)
{
	bool isnull;
	Datum value = result_datum(row, column, &isnull);

	return isnull ? InvalidOid : DatumGetObjectId(value);
}

/* Returns a boolean field; NULL is false. */
bool
zdm_result_bool(uint64 row, const char *column)
{
	bool isnull;
	Datum value = result_datum(row, column, &isnull);

	return !isnull && DatumGetBool(value);
}

/* Returns the position of a text field in a list of words; an internal error if it is not there. */
int
zdm_result_word(uint64 row, const char *column, const char *const *words, int n)
{
	char *word = zdm_result_text(row, column);

	for (int i = 0; word && i < n; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	elog(ERROR, "unexpected word \"%s\" in zdm's tables", word ? word : "");
	return 0; /* keep the compiler quiet */
}

/* Tells whether a field is NULL. */
bool
zdm_result_isnull(uint64 row, const char *column)
{
	bool isnull;

	(void) result_datum(row, column, &isnull);
	return isnull;
}

/* Copies a varlena field to the memory context that opened the scope; NULL is NULL. */
static struct varlena *
result_varlena(uint64 row, const char *column)
{
	bool isnull;
	Datum value = result_datum(row, column, &isnull);

	if (isnull)
		return NULL;
	value = PointerGetDatum(PG_DETOAST_DATUM(value));
	return (struct varlena *) DatumGetPointer(SPI_datumTransfer(value, false, -1));
}

/* Returns a jsonb field in the memory context that opened the scope. */
Jsonb *
zdm_result_jsonb(uint64 row, const char *column)
{
	return (Jsonb *) result_varlena(row, column);
}

/* Turns a text[] into a list of C strings in the current memory context. */
List *
zdm_text_list(ArrayType *array)
{
	List *result = NIL;
	Datum *elems;
	bool *nulls;
	int n;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elems, &nulls, &n);
	for (int i = 0; i < n; i++)
		if (!nulls[i])
			result = lappend(result, TextDatumGetCString(elems[i]));
	return result;
}

/* Lists the texts (char *) in column "name" of what a query yields; opens a record scope of its
 * own. */
List *
zdm_query_names(const char *sql, ZdmArgs *args)
{
	ZdmRecordScope scope;
	List *result = NIL;
	MemoryContext caller = CurrentMemoryContext;
	uint64 n;

	zdm_record_begin(&scope);
	n = zdm_query(sql, args);
	for (uint64 i = 0; i < n; i++)
	{
		char *name = zdm_result_text(i, "name");
		MemoryContext spi = MemoryContextSwitchTo(caller);

		result = lappend(result, name);
		MemoryContextSwitchTo(spi);
	}
	zdm_record_end(&scope);
	return result;
}

/* Lists the ids (int64 *) that a query on the record yields, in the caller's memory. */
List *
zdm_query_ids(const char *sql, ZdmArgs *args)
{
	ZdmRecordScope scope;
	List *result = NIL;
	int64 *ids;
	uint64 n;

	zdm_record_begin(&scope);
	n = zdm_query(sql, args);
	ids = SPI_palloc(sizeof(int64) * (n + 1));
	for (uint64 i = 0; i < n; i++)
		ids[i] = zdm_result_int8(i, "id");
	zdm_record_end(&scope);
	for (uint64 i = 0; i < n; i++)
		result = lappend(result, &ids[i]);
	return result;
}
