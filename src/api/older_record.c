/*
 * older_record.c
 *		What comes of records of older versions.
 *
 * The update of the extension (sql/upgrade) creates functions for what it can't do in SQL, calls
 * them and drops them again: nobody else ever can.  They see the record in the older form.
 */
#include "postgres.h"

#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "storage/lmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "base/extension.h"
#include "base/lock.h"
#include "base/query.h"
#include "base/resolved.h"

PG_FUNCTION_INFO_V1(zdm_refuse_older_dump);
PG_FUNCTION_INFO_V1(zdm_update_begin);
PG_FUNCTION_INFO_V1(zdm_update_resolved);
PG_FUNCTION_INFO_V1(zdm_update_run);

/*
 * The trigger of INSERT on zdm.migration: raises the error that a dump of 0.1.0 meets.  That of a
 * later version has the rows for zdm.migration_row.
 */
Datum
zdm_refuse_older_dump(PG_FUNCTION_ARGS)
{
	ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("migrations of zdm 0.1.0 can't be restored into zdm %s", ZDM_VERSION),
					errdetail("Their steps have another form. What else is in the dump is not "
							  "concerned."),
					errhint("Run ALTER EXTENSION zdm UPDATE in the database that was dumped, and "
							"dump it again; or end all migrations there first.")));
	PG_RETURN_NULL(); /* keep the compiler quiet */
}

/*
 * Keeps calls and workers away until the update is committed, and refuses it while a worker of
 * the older version is at work: it would go on with that version's library.
 */
Datum
zdm_update_begin(PG_FUNCTION_ARGS)
{
	ZdmRecordScope scope;
	char *name = NULL;
	uint64 n;

	LockDatabaseObject(ExtensionRelationId, zdm_extension_oid(), 0, AccessExclusiveLock);
	zdm_record_begin_any(&scope);
	n = zdm_query("SELECT id, name FROM zdm.migration WHERE status = 'running' ORDER BY id", NULL);
	for (uint64 i = 0; i < n && name == NULL; i++)
		if (zdm_session_lock_is_held(ZDM_LOCK_MIGRATION, zdm_result_int8(i, "id")))
			name = zdm_result_text(i, "name");
	zdm_record_end(&scope);
	if (name)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE),
						errmsg("cannot update extension zdm while migration \"%s\" is being worked "
							   "on: SELECT zdm.pause_all() stops all workers",
							   name),
						errdetail("A worker goes on with the library that it has begun with."),
						errhint("After the update, SELECT zdm.resume(name) goes on with each.")));
	PG_RETURN_VOID();
}

/* zdm.update_run(command): runs what a query of the update's script has put together. */
Datum
zdm_update_run(PG_FUNCTION_ARGS)
{
	char *command = text_to_cstring(PG_GETARG_TEXT_PP(0));

	if (SPI_connect() != SPI_OK_CONNECT || SPI_execute(command, false, 0) < 0)
		elog(ERROR, "could not run: %s", command);
	SPI_finish();
	PG_RETURN_VOID();
}

/* Returns the OIDs of an array. */
static List *
oid_list(ArrayType *array)
{
	List *result = NIL;
	Datum *elems;
	int n;

	deconstruct_array(array, OIDOID, sizeof(Oid), true, TYPALIGN_INT, &elems, NULL, &n);
	for (int i = 0; i < n; i++)
		result = lappend_oid(result, DatumGetObjectId(elems[i]));
	return result;
}

/* zdm.update_resolved(functions, operators, types): zdm.migration.resolved for these objects. */
Datum
zdm_update_resolved(PG_FUNCTION_ARGS)
{
	ZdmResolved resolved = {.functions = oid_list(PG_GETARG_ARRAYTYPE_P(0)),
							.operators = oid_list(PG_GETARG_ARRAYTYPE_P(1)),
							.types = oid_list(PG_GETARG_ARRAYTYPE_P(2))};

	PG_RETURN_JSONB_P(zdm_resolved_json(&resolved));
}
