/*
 * statement_names.c
 *		The names of relations in the parse tree of a step's statement.
 *
 * Only of those statements that steps are made of; any other is an error, since a name in
 * it would go unseen.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "change/statement_names.h"

typedef struct Visit
{
	ZdmNameVisitor visitor;
	void *context;
	char *table_then; /* by which expressions name the row of the statement's table */
	char *table_now;
} Visit;

static void
visit_range_var(Visit *visit, RangeVar *relation)
{
	if (relation && relation->schemaname)
		visit->visitor(ZDM_NAME_RELATION, &relation->schemaname, &relation->relname,
					   visit->context);
}

/* Visits the table that a statement is about. */
static void
visit_table(Visit *visit, RangeVar *relation)
{
	if (relation == NULL)
		return;
	visit->table_then = relation->relname;
	visit_range_var(visit, relation);
	visit->table_now = relation->relname;
}

/* Visits a name that is a list of strings; `behind` of them, at its end, name a part of it. */
static void
visit_list(Visit *visit, ZdmNameKind kind, List *names, int behind)
{
	char *schema;
	char *name;

	if (list_length(names) != behind + 2)
		return;
	schema = strVal(linitial(names));
	name = strVal(lsecond(names));
	visit->visitor(kind, &schema, &name, visit->context);
	linitial(names) = makeString(schema);
	lsecond(names) = makeString(name);
}

/* Visits a constant of type regclass. */
static void
visit_constant(Visit *visit, A_Const *constant)
{
	char *text;
	List *names;

	if (!IsA(constant, A_Const) || !IsA(&constant->val, String))
		return;
	text = strVal(&constant->val);
	if (text[0] >= '0' && text[0] <= '9')
		return; /* an OID */
	names = zdm_name_list(text);
	if (list_length(names) != 2)
		return;
	visit_list(visit, ZDM_NAME_RELATION, names, 0);
	strVal(&constant->val) =
		quote_qualified_identifier(strVal(linitial(names)), strVal(lsecond(names)));
}

/* Tells whether a type's name is that of regclass. */
static bool
is_regclass(const TypeName *type)
{
	return type->names != NIL && strcmp(strVal(llast(type->names)), "regclass") == 0;
}

/* Walker over an expression as the grammar gives it. */
static bool
visit_expression(Node *node, void *context)
{
	Visit *visit = context;

	if (node == NULL)
		return false;
	if (IsA(node, TypeCast) && is_regclass(((TypeCast *) node)->typeName))
		visit_constant(visit, (A_Const *) ((TypeCast *) node)->arg);
	else if (IsA(node, ColumnRef))
	{
		List *fields = ((ColumnRef *) node)->fields;

		if (list_length(fields) > 1 && visit->table_then && IsA(linitial(fields), String) &&
			strcmp(strVal(linitial(fields)), visit->table_then) == 0)
			linitial(fields) = makeString(visit->table_now);
	}
	return raw_expression_tree_walker(node, visit_expression, context);
}

static void
visit_constraint(Visit *visit, Constraint *constraint)
{
	visit_range_var(visit, constraint->pktable);
	(void) visit_expression(constraint->raw_expr, visit);
	/* Of exclusion constraints and the like there are no steps. */
}

static void
visit_alter_table(Visit *visit, AlterTableStmt *stmt)
{
	ListCell *lc;

	visit_table(visit, stmt->relation);
	foreach (lc, stmt->cmds)
	{
		AlterTableCmd *cmd = lfirst_node(AlterTableCmd, lc);

		if (cmd->def == NULL)
			continue;
		if (IsA(cmd->def, Constraint))
			visit_constraint(visit, (Constraint *) cmd->def);
		else if (IsA(cmd->def, PartitionCmd))
			visit_range_var(visit, ((PartitionCmd *) cmd->def)->name);
		else if (IsA(cmd->def, ColumnDef))
		{
			ColumnDef *column = (ColumnDef *) cmd->def;
			ListCell *constraint;

			(void) visit_expression(column->raw_default, visit);
			foreach (constraint, column->constraints)
				visit_constraint(visit, lfirst_node(Constraint, constraint));
		}
		else if (cmd->subtype == AT_ColumnDefault)
			(void) visit_expression(cmd->def, visit);
	}
}

static void
visit_index(Visit *visit, IndexStmt *stmt)
{
	ListCell *lc;

	visit_table(visit, stmt->relation);
	foreach (lc, stmt->indexParams)
		(void) visit_expression(lfirst_node(IndexElem, lc)->expr, visit);
	(void) visit_expression(stmt->whereClause, visit);
}

static void
visit_create_statistics(Visit *visit, CreateStatsStmt *stmt)
{
	ListCell *lc;

	visit_list(visit, ZDM_NAME_STATISTICS, stmt->defnames, 0);
	foreach (lc, stmt->relations)
		visit_table(visit, lfirst_node(RangeVar, lc));
	foreach (lc, stmt->exprs)
		(void) visit_expression(lfirst_node(StatsElem, lc)->expr, visit);
}

/* Visits an object that is given as a list of names, as DROP, COMMENT and ALTER do. */
static void
visit_object(Visit *visit, ObjectType type, Node *object)
{
	switch (type)
	{
		case OBJECT_TABLE:
		case OBJECT_INDEX:
		case OBJECT_SEQUENCE:
			visit_list(visit, ZDM_NAME_RELATION, castNode(List, object), 0);
			break;
		case OBJECT_COLUMN:
		case OBJECT_TABCONSTRAINT:
		case OBJECT_TRIGGER:
			visit_list(visit, ZDM_NAME_RELATION, castNode(List, object), 1);
			break;
		case OBJECT_STATISTIC_EXT:
			visit_list(visit, ZDM_NAME_STATISTICS, castNode(List, object), 0);
			break;
		default:
			elog(ERROR, "unexpected type of object in a step: %d", (int) type);
	}
}

static void
visit_alter_sequence(Visit *visit, AlterSeqStmt *stmt)
{
	ListCell *lc;

	visit_range_var(visit, stmt->sequence);
	foreach (lc, stmt->options)
	{
		DefElem *option = lfirst_node(DefElem, lc);

		if (strcmp(option->defname, "owned_by") == 0)
			visit_list(visit, ZDM_NAME_RELATION, castNode(List, option->arg), 1);
	}
}

/* Visits each name of a relation or of extended statistics that a statement gives in full. */
void
zdm_visit_names(Node *statement, ZdmNameVisitor visitor, void *context)
{
	Visit visit = {.visitor = visitor, .context = context};
	ListCell *lc;

	switch (nodeTag(statement))
	{
		case T_AlterTableStmt:
			visit_alter_table(&visit, (AlterTableStmt *) statement);
			break;
		case T_RenameStmt:
			if (((RenameStmt *) statement)->relation)
				visit_range_var(&visit, ((RenameStmt *) statement)->relation);
			else
				visit_object(&visit, ((RenameStmt *) statement)->renameType,
							 ((RenameStmt *) statement)->object);
			break;
		case T_IndexStmt:
			visit_index(&visit, (IndexStmt *) statement);
			break;
		case T_ReindexStmt:
			visit_range_var(&visit, ((ReindexStmt *) statement)->relation);
			break;
		case T_CreateTrigStmt:
			visit_range_var(&visit, ((CreateTrigStmt *) statement)->relation);
			break;
		case T_DropStmt:
			foreach (lc, ((DropStmt *) statement)->objects)
				visit_object(&visit, ((DropStmt *) statement)->removeType, lfirst(lc));
			break;
		case T_CommentStmt:
			visit_object(&visit, ((CommentStmt *) statement)->objtype,
						 ((CommentStmt *) statement)->object);
			break;
		case T_AlterSeqStmt:
			visit_alter_sequence(&visit, (AlterSeqStmt *) statement);
			break;
		case T_CreateStatsStmt:
			visit_create_statistics(&visit, (CreateStatsStmt *) statement);
			break;
		case T_AlterStatsStmt:
			visit_list(&visit, ZDM_NAME_STATISTICS, ((AlterStatsStmt *) statement)->defnames, 0);
			break;
		case T_VacuumStmt:
			foreach (lc, ((VacuumStmt *) statement)->rels)
				visit_range_var(&visit, lfirst_node(VacuumRelation, lc)->relation);
			break;
		case T_GrantStmt:
			foreach (lc, ((GrantStmt *) statement)->objects)
				visit_range_var(&visit, lfirst_node(RangeVar, lc));
			break;
		case T_LockStmt:
			foreach (lc, ((LockStmt *) statement)->relations)
				visit_range_var(&visit, lfirst_node(RangeVar, lc));
			break;
		default:
			elog(ERROR, "unexpected statement in a step: %d", (int) nodeTag(statement));
	}
}
