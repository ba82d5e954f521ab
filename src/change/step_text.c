/*
 * step_text.c
 *		Runs the SQL text of a step, and knows while it does.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "nodes/parsenodes.h"
#include "parser/parser.h"

#include "change/event_scope.h"
#include "change/step_text.h"

/*
 * The migration whose step has come to a statement that calls a part of zdm's own, until
 * that part has been entered; NULL while anything else runs, like the code of users that
 * a step may evaluate.
 */
static const ZdmMigration *part_of = NULL;

/* How many texts of zdm's own are being run, one within the other. */
static int running = 0;

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

/* Runs one text through SPI. */
static void
execute_text(const char *text)
{
	int code = SPI_execute(text, false, 0);

	if (code < 0)
		elog(ERROR, "\"%s\" failed: %s", text, SPI_result_code_string(code));
}

/*
 * Runs SQL through SPI; an error passes through, and leaves part_of as it was.  A
 * statement that calls a part is run by itself.  Event triggers see event_search_path.
 */
void
zdm_run_step_text(const ZdmMigration *m, const char *command, const char *event_search_path)
{
	const ZdmMigration *outer = part_of;
	List *parsed = raw_parser(command, RAW_PARSE_DEFAULT);
	bool has_parts = false;
	ZdmEventScope events;
	ListCell *lc;

	foreach (lc, parsed)
		has_parts |= calls_part(lfirst_node(RawStmt, lc));
	running++;
	zdm_event_scope_begin(&events, event_search_path, false);
	PG_TRY();
	{
		part_of = NULL;
		if (SPI_connect() != SPI_OK_CONNECT)
			elog(ERROR, "SPI_connect failed");
		if (!has_parts)
			execute_text(command);
		else
			foreach (lc, parsed)
			{
				RawStmt *raw = lfirst_node(RawStmt, lc);
				const char *text = command + raw->stmt_location;

				part_of = calls_part(raw) ? m : NULL;
				execute_text(raw->stmt_len > 0 ? pnstrdup(text, raw->stmt_len) : text);
				part_of = NULL;
			}
		if (SPI_finish() != SPI_OK_FINISH)
			elog(ERROR, "SPI_finish failed");
	}
	PG_FINALLY();
	{
		zdm_event_scope_end(&events);
		part_of = outer;
		running--;
	}
	PG_END_TRY();
}
