/*
 * event_scope.c
 *		Event triggers of users that fire for zdm's own statements.
 *
 * A statement of zdm's runs with search_path pinned to pg_catalog.  An event trigger that
 * names its tables by short names would fail for it, although it works for everybody else;
 * and an error that it raises is no sign that something of the migration was dropped.  So
 * while such statements run, the server's hook around functions (fmgr.c,
 * fmgr_security_definer) gives event triggers the search_path that the session would have,
 * and notes where one has failed.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "base/query.h"
#include "change/event_scope.h"

/* What holds while a scope is open. */
static needs_fmgr_hook_type next_needs = NULL;
static fmgr_hook_type next_hook = NULL;
static const char *search_path_of_user = NULL;
static bool restricted_too = false;

/* Whether an event trigger has failed since zdm_event_failure_forget(). */
static bool failed = false;

/* An event trigger that is being called.  They may be nested. */
typedef struct Call
{
	struct Call *outer;
	int guc_level; /* 0: none was begun */
	Oid save_user; /* InvalidOid: was not changed */
	int save_context;
} Call;

static Call *calls = NULL;

/* Returns the search_path that event triggers see for a plain statement of this session. */
const char *
zdm_event_search_path(void)
{
	if (strcmp(namespace_search_path, ZDM_PINNED_SEARCH_PATH) != 0)
		return pstrdup(namespace_search_path);
	return pstrdup(GetConfigOptionResetString("search_path"));
}

/* How a function is declared. */
static void
look_at_function(Oid function, bool *has_settings, bool *security_definer)
{
	HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", function);
	*has_settings = !heap_attisnull(tuple, Anum_pg_proc_proconfig, NULL);
	*security_definer = ((Form_pg_proc) GETSTRUCT(tuple))->prosecdef;
	ReleaseSysCache(tuple);
}

/*
 * One that has settings of its own is left alone: the server ends them in an order in which
 * there is no room for another.
 */
static void
begin_call(Oid function)
{
	Call *call = MemoryContextAllocZero(TopMemoryContext, sizeof(Call));
	bool has_settings;
	bool security_definer;

	look_at_function(function, &has_settings, &security_definer);
	call->outer = calls;
	calls = call;
	if (has_settings || (restricted_too && security_definer))
		return;
	call->guc_level = NewGUCNestLevel();
	if (restricted_too)
	{
		GetUserIdAndSecContext(&call->save_user, &call->save_context);
		SetUserIdAndSecContext(call->save_user, call->save_context | SECURITY_LOCAL_USERID_CHANGE |
													SECURITY_RESTRICTED_OPERATION);
	}
	(void) set_config_option("search_path", search_path_of_user, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

/* After an error the abort of the (sub)transaction undoes what was set. */
static void
end_call(bool aborted)
{
	Call *call = calls;

	if (call == NULL)
		return;
	calls = call->outer;
	if (!aborted && call->guc_level > 0)
		AtEOXact_GUC(false, call->guc_level);
	if (!aborted && OidIsValid(call->save_user))
		SetUserIdAndSecContext(call->save_user, call->save_context);
	pfree(call);
}

/* Hook: whether calls of a function are to be announced. */
static bool
needs_hook(Oid function)
{
	return get_func_rettype(function) == EVENT_TRIGGEROID ||
		   (next_needs != NULL && next_needs(function));
}

/* Hook: before and after the call of a function. */
static void
around_function(FmgrHookEventType event, FmgrInfo *flinfo, Datum *private)
{
	bool is_ours = get_func_rettype(flinfo->fn_oid) == EVENT_TRIGGEROID;

	if (event == FHET_START && is_ours)
		begin_call(flinfo->fn_oid);
	if (next_hook != NULL && (next_needs == NULL || next_needs(flinfo->fn_oid)))
		next_hook(event, flinfo, private);
	if (event != FHET_START && is_ours)
		end_call(event == FHET_ABORT);
	failed |= event == FHET_ABORT && is_ours;
}

/*
 * From here on event triggers see this search_path; `restricted`: with no way to another role,
 * where the session is a superuser's and nothing else keeps them from it.  End it on errors, too.
 */
void
zdm_event_scope_begin(ZdmEventScope *scope, const char *search_path, bool restricted)
{
	scope->save_needs = needs_fmgr_hook;
	scope->save_hook = fmgr_hook;
	scope->save_path = search_path_of_user;
	scope->save_restricted = restricted_too;
	if (needs_fmgr_hook != needs_hook)
	{
		next_needs = needs_fmgr_hook;
		next_hook = fmgr_hook;
	}
	needs_fmgr_hook = needs_hook;
	fmgr_hook = around_function;
	search_path_of_user = search_path;
	restricted_too = restricted;
}

void
zdm_event_scope_end(const ZdmEventScope *scope)
{
	needs_fmgr_hook = scope->save_needs;
	fmgr_hook = scope->save_hook;
	search_path_of_user = scope->save_path;
	restricted_too = scope->save_restricted;
}

/* Forgets earlier failures. */
void
zdm_event_failure_forget(void)
{
	failed = false;
}

/* Tells whether an event trigger has failed since. */
bool
zdm_event_trigger_failed(void)
{
	return failed;
}
