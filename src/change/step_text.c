/*
 * step_text.c
 *		Runs the SQL text of a step, and knows while it does.
 */
#include "postgres.h"

#include "access/xact.h"
#include "nodes/parsenodes.h"
#include "parser/analyze.h"
#include "parser/parser.h"
#include "tcop/pquery.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/portal.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "change/event_scope.h"
#include "change/follow.h"
#include "change/step_text.h"

/*
 * The migration whose step has come to a statement that calls a part of zdm's own, until
 * that part has been entered; NULL while anything else runs, like the code of users that
 * a step may evaluate.
 */
static const ZdmMigration *part_of = NULL;

/* What the names in the step's text that is being run stand for. */
static List *targets_of = NIL;

/* How many texts of zdm's own are being run, one within the other. */
static int running = 0;

/* Returns what the names in the step that is running stand for; NIL: what they say. */
List *
zdm_step_targets(void)
{
	return targets_of;
}

/* Tells whether a statement that is running is zdm's own. */
bool
zdm_runs_ddl(void)
{
	return running > 0;
}

/* Returns the migration whose step has come to a part that has not been entered; or NULL. */
const ZdmMigration *
zdm_step_migration(void)
{
	return part_of;
}

/*
 * Tells whether a function that is a part of steps is called by a step, for a table of its
 * migration; InvalidOid: for none.  True once for each statement.
 */
bool
zdm_step_enters_part(Oid relid)
{
	const ZdmMigration *m = part_of;

	part_of = NULL;
	return m != NULL &&
		   (!OidIsValid(relid) || relid == m->relation || list_member_oid(m->also_locks, relid));
}

/* Tells whether a statement does nothing but call a function of schema zdm. */
static bool
calls_part(RawStmt *raw)
{
	SelectStmt *select = (SelectStmt *) raw->stmt;
	FuncCall *call;

	if (!IsA(select, SelectStmt) || list_length(select->targetList) != 1 || select->fromClause)
		return false;
	call = (FuncCall *) linitial_node(ResTarget, select->targetList)->val;
	return IsA(call, FuncCall) && list_length(call->funcname) == 2 &&
		   strcmp(strVal(linitial(call->funcname)), "zdm") == 0;
}

/* What step_error_callback() is given. */
typedef struct StepContext
{
	const char *command; /* the step's text, to which positions belong */
	char *statement;     /* the part of it that is running; NULL: none is yet */
} StepContext;

/* Error context: as SPI has it, a position does not belong to the statement of the client. */
static void
step_error_callback(void *arg)
{
	const StepContext *context = arg;
	int position = geterrposition();

	if (position > 0)
	{
		errposition(0);
		internalerrposition(position);
		internalerrquery(context->command);
	}
	else if (context->statement)
		errcontext("SQL statement \"%s\"", context->statement);
}

/* Returns the text of one statement of a command. */
static char *
statement_text(const RawStmt *raw, const char *command)
{
	const char *text = command + raw->stmt_location;
	const char *begin = text + strspn(text, " \n");

	return raw->stmt_len > 0 ? pnstrdup(begin, raw->stmt_len - (begin - text)) : pstrdup(begin);
}

/* Runs a statement whose names have been followed, as SPI would run its text. */
static void
run_statement(RawStmt *raw, const char *text)
{
	bool needs_snapshot = analyze_requires_snapshot(raw);
	Portal portal = CreateNewPortal();
	List *plans;

	if (needs_snapshot)
		PushActiveSnapshot(GetTransactionSnapshot());
	plans = pg_analyze_and_rewrite_fixedparams(raw, text, NULL, 0, NULL);
	plans = pg_plan_queries(plans, text, 0, NULL);
	if (needs_snapshot)
		PopActiveSnapshot();
	portal->visible = false;
	PortalDefineQuery(portal, NULL, text, CreateCommandTag(raw->stmt), plans, NULL);
	PortalStart(portal, NULL, 0, InvalidSnapshot);
	zdm_portal_run(portal, false);
	PortalDrop(portal, false);
	CommandCounterIncrement();
}

/*
 * Runs the SQL of a step; an error passes through, and leaves part_of as it was.  `targets`
 * are the record's; NIL: the text has the names of now.  Event triggers see event_search_path.
 */
void
zdm_run_step_text(const ZdmMigration *m, List *targets, const char *command,
				  const char *event_search_path)
{
	const ZdmMigration *outer = part_of;
	List *outer_targets = targets_of;
	ZdmEventScope events;
	StepContext context = {.command = command};
	ErrorContextCallback callback = {
		.callback = step_error_callback, .arg = &context, .previous = error_context_stack};
	ListCell *lc;

	error_context_stack = &callback;
	running++;
	targets_of = targets;
	zdm_event_scope_begin(&events, event_search_path, false);
	PG_TRY();
	{
		foreach (lc, raw_parser(command, RAW_PARSE_DEFAULT))
		{
			RawStmt *raw = lfirst_node(RawStmt, lc);

			part_of = NULL;
			context.statement = statement_text(raw, command);
			if (!zdm_follow_names(targets, raw->stmt))
				continue;
			part_of = calls_part(raw) ? m : NULL;
			run_statement(raw, command);
		}
	}
	PG_FINALLY();
	{
		zdm_event_scope_end(&events);
		part_of = outer;
		targets_of = outer_targets;
		running--;
	}
	PG_END_TRY();
	error_context_stack = callback.previous;
}
