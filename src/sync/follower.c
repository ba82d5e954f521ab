/*
 * follower.c
 *		How a table follows another one: which column is which, and by which key rows meet.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/genam.h"
#include "access/table.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteHandler.h"
#include "rewrite/rewriteManip.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "base/expression.h"
#include "base/names.h"
#include "record/shadow.h"
#include "sync/follower.h"

/*
 * Returns the mode to open a relation with: NoLock where this subtransaction has locked it the
 * same way before, which lasts at least as long as itself.
 */
LOCKMODE
zdm_lock_once(ZdmLockedBy *by, LOCKMODE mode)
{
	LocalTransactionId lxid = zdm_current_lxid();
	SubTransactionId subid = GetCurrentSubTransactionId();

	if (by->lxid == lxid && by->subid == subid)
		return NoLock;
	by->lxid = lxid;
	by->subid = subid;
	return mode;
}

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

/* Tells whether one of the first n columns of the target's key is one of the source's. */
static bool
key_has(const ZdmFollower *follower, int nkeys, AttrNumber of_source, AttrNumber *of_target)
{
	for (int i = 0; i < nkeys; i++)
		if (follower->from[follower->target_atts[i] - 1] == of_source)
		{
			*of_target = follower->target_atts[i];
			return true;
		}
	return false;
}

/*
 * Has the source be looked up by its primary key, if that has fewer columns than the target's, or
 * more.
 */
static void
take_other_key(ZdmFollower *follower, Relation source, int nkeys)
{
	Oid primary = zdm_primary_key_index(source);
	Relation index;
	int n;
	int common = 0;

	if (!OidIsValid(primary))
		return;
	index = index_open(primary, AccessShareLock);
	n = index->rd_index->indnkeyatts;
	for (int i = 0; i < n; i++)
		common += key_has(follower, nkeys, index->rd_index->indkey.values[i],
						  &follower->source_atts[common]);
	follower->partial = common == n;
	follower->narrow = common == nkeys;
	if (follower->partial || follower->narrow)
		follower->source_key = primary;
	index_close(index, AccessShareLock);
}

/*
 * Finds the index by which the source is looked up: one on the target's key; else its own primary
 * key, if one of the two has all columns of the other.
 */
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
	take_other_key(follower, source, nkeys);
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

/*
 * Notes which columns a row of the source needs to have one in the target: those that are NOT NULL
 * there alone.  The server reads such columns without a look for NULLs.
 */
static void
find_required(ZdmFollower *follower, Relation source, TupleDesc desc)
{
	follower->required = palloc0(sizeof(AttrNumber) * desc->natts);
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		AttrNumber from = follower->from[i];

		if (!att->attisdropped && att->attnotnull && from > 0 &&
			!TupleDescAttr(RelationGetDescr(source), from - 1)->attnotnull)
			follower->required[follower->nrequired++] = from;
	}
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
	{
		follower->only = read_condition(source, target);
		find_required(follower, source, desc);
		follower->some = follower->nrequired == 0 && zdm_shadow_is_merged(follower->target);
	}
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

/*
 * Refuses a target of somebody who has not the rights of the source's owner: he would read what is
 * the source's, and the code of his indexes would run as whoever writes that.
 */
void
zdm_follower_require_owner(Relation target, Oid owner)
{
	if (has_privs_of_role(target->rd_rel->relowner, owner))
		return;
	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("table \"%s\" does not belong to the owner of the table that it follows",
						   RelationGetRelationName(target)),
					errhint("ALTER TABLE %s OWNER TO %s makes that so.",
							zdm_qualified_name(RelationGetRelid(target)),
							quote_identifier(GetUserNameFromId(owner, false)))));
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
	if (copy->nrequired > 0)
	{
		copy->required = palloc(sizeof(AttrNumber) * copy->nrequired);
		memcpy(copy->required, follower->required, sizeof(AttrNumber) * copy->nrequired);
	}
	return copy;
}

/* Tells whether there may be rows of the source that the target does not have. */
bool
zdm_follower_chooses(const ZdmFollower *follower)
{
	return follower->only != NULL || follower->nrequired > 0 || follower->some;
}

/* Tells whether a column of the target is one of the key by which rows meet. */
bool
zdm_follower_is_key(const ZdmFollower *follower, AttrNumber attnum)
{
	for (int i = 0; i < INDEX_MAX_KEYS && follower->target_atts[i] != 0; i++)
		if (follower->target_atts[i] == attnum)
			return true;
	return false;
}

/* Tells whether a row of the source has some value in a column of the target, but for its key. */
static bool
has_some(const ZdmFollower *follower, TupleTableSlot *source_row)
{
	for (int i = 0; i < follower->natts; i++)
		if (!zdm_follower_is_key(follower, i + 1) && follower->from[i] > 0 &&
			!slot_attisnull(source_row, follower->from[i]))
			return true;
	return false;
}

/* Tells whether the target is to have a row of the source. */
bool
zdm_following_wants(ZdmFollowing *f, TupleTableSlot *source_row)
{
	ExprContext *context;
	bool isnull;
	bool wants;

	for (int i = 0; i < f->follower->nrequired; i++)
		if (slot_attisnull(source_row, f->follower->required[i]))
			return false;
	if (f->follower->some && !has_some(f->follower, source_row))
		return false;
	if (f->only == NULL)
		return true;
	context = GetPerTupleExprContext(f->estate);
	context->ecxt_scantuple = source_row;
	wants = DatumGetBool(ExecEvalExprSwitchContext(f->only, context, &isnull)) && !isnull;
	ResetExprContext(context);
	return wants;
}

/* Puts a row of the source into a slot of the target's layout; its values stay where they are. */
void
zdm_follower_map(const ZdmFollower *follower, TupleTableSlot *from, TupleTableSlot *to)
{
	slot_getallattrs(from);
	ExecClearTuple(to);
	for (int i = 0; i < follower->natts; i++)
	{
		AttrNumber attnum = follower->from[i];

		to->tts_isnull[i] = attnum == 0 || from->tts_isnull[attnum - 1];
		to->tts_values[i] = to->tts_isnull[i] ? (Datum) 0 : from->tts_values[attnum - 1];
	}
	ExecStoreVirtualTuple(to);
	to->tts_tableOid = follower->target;
}

/*
 * Copies a stored row of the source into a slot of the target, if it is one of the target as it
 * is.  A row from before a column was added lacks that.
 */
bool
zdm_following_take(const ZdmFollowing *f, HeapTuple tuple, TupleTableSlot *to)
{
	const ZdmFollower *follower = f->follower;

	if (!follower->same_layout || HeapTupleHeaderGetNatts(tuple->t_data) != follower->natts)
		return false;
	ExecForceStoreHeapTuple(tuple, to, false);
	to->tts_tableOid = follower->target;
	return true;
}
