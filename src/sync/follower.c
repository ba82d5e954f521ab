/*
 * follower.c
 *		How a table follows another one: which column is which, and by which key rows meet.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteHandler.h"
#include "rewrite/rewriteManip.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "base/expression.h"
#include "record/shadow.h"
#include "sync/follower.h"

/* Returns the name by which the source has a column that moves; NULL: the same as the target. */
static const char *
hidden_name(Relation source, List *extracted, const char *name)
{
	int n = list_length(extracted) / 2;

	for (int i = 0; i < n; i++)
	{
		char *hidden = list_nth(extracted, n + i);

		if (strcmp(list_nth(extracted, i), name) == 0 &&
			get_attnum(RelationGetRelid(source), hidden) > 0)
			return hidden;
	}
	return NULL;
}

/* Returns the source's column of a target's column: of that name and the same type; 0: none. */
static AttrNumber
source_column(Relation source, Form_pg_attribute att, List *extracted)
{
	TupleDesc desc = RelationGetDescr(source);
	const char *hidden = hidden_name(source, extracted, NameStr(att->attname));
	const char *name = hidden ? hidden : NameStr(att->attname);

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute other = TupleDescAttr(desc, i);

		if (!other->attisdropped && strcmp(NameStr(other->attname), name) == 0)
			return other->atttypid == att->atttypid && other->atttypmod == att->atttypmod
					   ? other->attnum
					   : 0;
	}
	return 0;
}

/*
 * Tells whether an index of the source can find the target's keys: unique, on just these columns.
 * Notes the target's column for each of its own.
 */
static bool
index_is_on_key(ZdmFollower *follower, Relation index, int nkeys)
{
	Form_pg_index form = index->rd_index;

	if (!form->indisunique || !form->indisvalid || form->indnkeyatts != nkeys ||
		RelationGetIndexPredicate(index) != NIL)
		return false;
	for (int i = 0; i < nkeys; i++)
	{
		follower->source_atts[i] = 0;
		for (int j = 0; j < nkeys; j++)
		{
			AttrNumber attnum = follower->target_atts[j];

			if (form->indkey.values[i] != 0 && follower->from[attnum - 1] == form->indkey.values[i])
				follower->source_atts[i] = attnum;
		}
		if (follower->source_atts[i] == 0)
			return false;
	}
	return true;
}

/* Finds the index by which the source is looked up. */
static void
find_source_key(ZdmFollower *follower, Relation source, int nkeys)
{
	ListCell *lc;

	foreach (lc, RelationGetIndexList(source))
	{
		Relation index = index_open(lfirst_oid(lc), AccessShareLock);

		if (index_is_on_key(follower, index, nkeys))
			follower->source_key = RelationGetRelid(index);
		index_close(index, AccessShareLock);
		if (OidIsValid(follower->source_key))
			return;
	}
}

/* Tells whether a row of the source, as it is stored, is one of the target. */
static bool
has_same_layout(const ZdmFollower *follower, Relation source, Relation target)
{
	TupleDesc desc = RelationGetDescr(source);

	if (desc->natts != follower->natts)
		return false;
	for (int i = 0; i < desc->natts; i++)
		if (TupleDescAttr(desc, i)->attisdropped ||
			TupleDescAttr(RelationGetDescr(target), i)->attisdropped || follower->from[i] != i + 1)
			return false;
	return true;
}

/*
 * Returns the condition of the view by which rows of the source are known that the target has, on
 * a row of the source; NULL: none.  It is the writer who evaluates it, so nothing of a user's.
 */
static Node *
read_condition(Relation source, Relation target)
{
	Oid view = zdm_shadow_condition(RelationGetRelid(target));
	Relation rel = OidIsValid(view) ? try_table_open(view, AccessShareLock) : NULL;
	Query *query;
	Node *condition = NULL;

	if (rel == NULL)
		return NULL;
	query = get_view_query(rel);
	if (list_length(query->jointree->fromlist) == 1 &&
		IsA(linitial(query->jointree->fromlist), RangeTblRef))
	{
		int index = linitial_node(RangeTblRef, query->jointree->fromlist)->rtindex;

		condition = copyObject(query->jointree->quals);
		if (rt_fetch(index, query->rtable)->relid != RelationGetRelid(source) ||
			zdm_expression_calls_user_code(condition))
			condition = NULL;
		else
			ChangeVarNodes(condition, index, 1, 0);
	}
	table_close(rel, NoLock);
	return condition ? (Node *) expression_planner((Expr *) condition) : NULL;
}

/* Finds out how a table follows another one, in the current memory context; both are open. */
ZdmFollower *
zdm_follower_make(Relation source, Relation target)
{
	ZdmFollower *follower = palloc0(sizeof(ZdmFollower));
	TupleDesc desc = RelationGetDescr(target);
	List *extracted = zdm_shadow_extracted(RelationGetRelid(target));
	Relation key;
	int nkeys;

	follower->projects = extracted != NIL;
	follower->source = RelationGetRelid(source);
	follower->target = RelationGetRelid(target);
	follower->natts = desc->natts;
	follower->from = palloc0(sizeof(AttrNumber) * desc->natts);
	for (int i = 0; i < desc->natts; i++)
		if (!TupleDescAttr(desc, i)->attisdropped)
			follower->from[i] = source_column(source, TupleDescAttr(desc, i), extracted);
	follower->target_key = zdm_primary_key_index(target);
	if (!OidIsValid(follower->target_key))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" has lost its primary key", RelationGetRelationName(target)),
				 errdetail("It follows \"%s\" by it.", RelationGetRelationName(source))));
	key = index_open(follower->target_key, AccessShareLock);
	nkeys = key->rd_index->indnkeyatts;
	for (int i = 0; i < nkeys; i++)
		follower->target_atts[i] = key->rd_index->indkey.values[i];
	index_close(key, AccessShareLock);
	find_source_key(follower, source, nkeys);
	if (follower->projects)
		follower->only = read_condition(source, target);
	follower->same_layout = has_same_layout(follower, source, target);
	return follower;
}

/* Tells whether the source has all columns of the target, or both the same; and a key to meet by.
 */
bool
zdm_follower_is_complete(const ZdmFollower *follower, Relation source, Relation target)
{
	TupleDesc desc = RelationGetDescr(source);
	int of_source = 0;
	int of_target = 0;

	for (int i = 0; i < desc->natts; i++)
		of_source += !TupleDescAttr(desc, i)->attisdropped;
	for (int i = 0; i < follower->natts; i++)
	{
		if (TupleDescAttr(RelationGetDescr(target), i)->attisdropped)
			continue;
		if (follower->from[i] == 0)
			return false;
		of_target++;
	}
	return (follower->projects || of_source == of_target) && OidIsValid(follower->source_key);
}

/* Copies it into the current memory context. */
ZdmFollower *
zdm_follower_copy(const ZdmFollower *follower)
{
	ZdmFollower *copy = palloc(sizeof(ZdmFollower));

	*copy = *follower;
	copy->from = palloc(sizeof(AttrNumber) * copy->natts);
	memcpy(copy->from, follower->from, sizeof(AttrNumber) * copy->natts);
	copy->only = copyObject(follower->only);
	return copy;
}

/* Tells whether the target is to have a row of the source. */
bool
zdm_following_wants(ZdmFollowing *f, TupleTableSlot *source_row)
{
	ExprContext *context;
	bool isnull;
	bool wants;

	if (f->only == NULL)
		return true;
	context = GetPerTupleExprContext(f->estate);
	context->ecxt_scantuple = source_row;
	wants = DatumGetBool(ExecEvalExprSwitchContext(f->only, context, &isnull)) && !isnull;
	ResetExprContext(context);
	return wants;
}
