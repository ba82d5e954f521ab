/*
 * expand_each.c
 *		zdm.expand_each(), and what routes by it.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "api/given_call.h"
#include "api/wait.h"
#include "base/extension.h"
#include "base/query.h"
#include "base/settings.h"
#include "run/lifecycle.h"
#include "run/tenants.h"

PG_FUNCTION_INFO_V1(zdm_expand_each);
PG_FUNCTION_INFO_V1(zdm_expand_each_of);
PG_FUNCTION_INFO_V1(zdm_rollback_schema);
PG_FUNCTION_INFO_V1(zdm_schema_version);

/* Reads what becomes of the others where one schema fails. */
static ZdmOnFailure
on_failure_argument(const char *word)
{
	if (strcmp(word, "stop") == 0)
		return ZDM_FAILURE_STOP;
	if (strcmp(word, "skip") == 0)
		return ZDM_FAILURE_SKIP;
	if (strcmp(word, "rollback") == 0)
		return ZDM_FAILURE_ROLLBACK;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("on_failure must be stop, skip or rollback, not \"%s\"", word)));
	return ZDM_FAILURE_STOP; /* keep the compiler quiet */
}

/* Refuses a null where there must be none: all arguments but the name. */
static void
check_nulls(FunctionCallInfo fcinfo)
{
	static const char *const names[] = {"schemas", "call", "batch", "on_failure"};

	for (int i = 0; i < lengthof(names); i++)
		if (PG_ARGISNULL(i))
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
							errmsg("%s must not be null", names[i])));
}

/* The release: the name that was given, or that of the session. */
static char *
release_argument(FunctionCallInfo fcinfo)
{
	char *name = PG_ARGISNULL(4) ? pstrdup(zdm_release) : text_to_cstring(PG_GETARG_TEXT_PP(4));

	if (name[0] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("the release must have a name"),
				 errhint("Give it, name => 'v42', or SET zdm.release.")));
	return name;
}

/* Lists the schemas, in a transaction; an error if there is none, or not one that is named. */
static List *
find_schemas(const char *pattern, List *names, const char *role)
{
	char *unknown;
	List *schemas;

	zdm_require_extension();
	schemas = zdm_tenant_schemas(pattern, names, role, &unknown);
	if (unknown)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_SCHEMA), errmsg("schemas do not exist: %s", unknown),
				 errdetail("Or role %s has no USAGE on them, or they are of the server.",
						   quote_identifier(role))));
	if (schemas == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_SCHEMA),
				 pattern ? errmsg("no schema is like \"%s\"", pattern)
						 : errmsg("schemas must name at least one schema"),
				 errdetail("Those that role %s has no USAGE on do not count, nor those of the "
						   "server.",
						   quote_identifier(role))));
	return schemas;
}

/* Both forms of zdm.expand_each(): schemas by a LIKE pattern, or by a list. */
static Datum
expand_each(FunctionCallInfo fcinfo, const char *pattern, List *names)
{
	ZdmTenants tenants = {.role = GetUserNameFromId(GetUserId(), false)};
	ZdmOnFailure on_failure = on_failure_argument(text_to_cstring(PG_GETARG_TEXT_PP(3)));
	int batch = PG_GETARG_INT32(2);

	tenants.call = text_to_cstring(PG_GETARG_TEXT_PP(1));
	tenants.release = release_argument(fcinfo);
	if (batch < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("batch must be at least 1")));
	zdm_given_call_check(tenants.call);
	zdm_enter_procedure(fcinfo, "expand_each");
	PG_TRY();
	{
		zdm_tenants_run(&tenants, find_schemas(pattern, names, tenants.role), batch, on_failure,
						zdm_given_call_run);
	}
	PG_FINALLY();
	{
		zdm_leave_procedure();
	}
	PG_END_TRY();
	SPI_finish();
	PG_RETURN_VOID();
}

/* CALL zdm.expand_each(schemas text, call text, batch int, on_failure text, name text). */
Datum
zdm_expand_each(PG_FUNCTION_ARGS)
{
	check_nulls(fcinfo);
	return expand_each(fcinfo, text_to_cstring(PG_GETARG_TEXT_PP(0)), NIL);
}

/* CALL zdm.expand_each(schemas text[], ...). */
Datum
zdm_expand_each_of(PG_FUNCTION_ARGS)
{
	ArrayType *schemas;

	check_nulls(fcinfo);
	schemas = PG_GETARG_ARRAYTYPE_P(0);
	if (ARR_NDIM(schemas) > 1 || array_contains_nulls(schemas))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("schemas must be an array of one dimension without a null")));
	return expand_each(fcinfo, NULL, zdm_text_list(schemas));
}

/* zdm.rollback(release text, schema text): undoes a release in one schema. */
Datum
zdm_rollback_schema(PG_FUNCTION_ARGS)
{
	zdm_refuse_standby("rollback");
	zdm_require_extension();
	zdm_tenants_rollback(text_to_cstring(PG_GETARG_TEXT_PP(0)),
						 text_to_cstring(PG_GETARG_TEXT_PP(1)));
	PG_RETURN_VOID();
}

/* zdm.schema_version(schema text): the release that was completed last there; null: none. */
Datum
zdm_schema_version(PG_FUNCTION_ARGS)
{
	char *version = zdm_tenant_version(text_to_cstring(PG_GETARG_TEXT_PP(0)),
									   GetUserNameFromId(GetUserId(), false));

	if (version == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(version));
}
