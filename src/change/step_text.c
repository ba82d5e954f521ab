/*
 * step_text.c
 *		Runs the SQL text of a step, and knows while it does.
 */
#include "postgres.h"

#include "access/xact.h"
#include "nodes/parsenodes.h"
#include "parser/analyze.h"
#include "tcop/pquery.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/lsyscache.h"
#include "utils/portal.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "base/query.h"
#include "change/follow.h"
#include "change/step_text.h"

/* What the names in the step's text that is being run stand for. */
static List *targets_of = NIL;

/* How many steps are being run, one within the other. */
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
 * From here on a step is running, whose names are those of `targets` (the record's); NIL: it has
 * the names of now.  End it on errors, too.
 */
void
zdm_step_scope_begin(ZdmStepScope *scope, List *targets)
{
	scope->save_targets = targets_of;
	targets_of = targets;
	running++;
}

void
zdm_step_scope_end(const ZdmStepScope *scope)
{
	targets_of = scope->save_targets;
	running--;
}

/*
 * Runs the SQL of a step; an error passes through.  With `table`, an ALTER TABLE is of that one,
 * whatever the text says.
 */
static void
run_text(const char *command, Oid table)
{
	StepContext context = {.command = command};
	ErrorContextCallback callback = {
		.callback = step_error_callback, .arg = &context, .previous = error_context_stack};
	ListCell *lc;

	error_context_stack = &callback;
	foreach (lc, zdm_parse(command))
	{
		RawStmt *raw = lfirst_node(RawStmt, lc);

		context.statement = statement_text(raw, command);
		if (!zdm_follow_names(targets_of, raw->stmt))
			continue;
		if (OidIsValid(table))
		{
			RangeVar *relation = castNode(AlterTableStmt, raw->stmt)->relation;

			relation->schemaname = get_namespace_name(get_rel_namespace(table));
			relation->relname = get_rel_name(table);
		}
		run_statement(raw, command);
	}
	error_context_stack = callback.previous;
}

void
zdm_run_step_text(const char *command)
{
	run_text(command, InvalidOid);
}

/* Runs an ALTER TABLE of a step for another table than the one that it names. */
void
zdm_run_step_text_for(const char *command, Oid table)
{
	run_text(command, table);
}
