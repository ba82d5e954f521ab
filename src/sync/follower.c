/*
 * follower.c
 *		How a table follows another one: which column is which, and by which key rows meet.
 */
#include "postgres.h"

#include "access/genam.h"

#include "base/compat.h"
#include "sync/follower.h"

/* Returns the source's column of a target's column: of the same name and type; 0: none. */
static AttrNumber
source_column(Relation source, Form_pg_attribute att)
{
	TupleDesc desc = RelationGetDescr(source);

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute other = TupleDescAttr(desc, i);

		if (!other->attisdropped && strcmp(NameStr(other->attname), NameStr(att->attname)) == 0)
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

/* Finds out how a table follows another one, in the current memory context; both are open. */
ZdmFollower *
zdm_follower_make(Relation source, Relation target)
{
	ZdmFollower *follower = palloc0(sizeof(ZdmFollower));
	TupleDesc desc = RelationGetDescr(target);
	Relation key;
	int nkeys;

	follower->source = RelationGetRelid(source);
	follower->target = RelationGetRelid(target);
	follower->natts = desc->natts;
	follower->from = palloc0(sizeof(AttrNumber) * desc->natts);
	for (int i = 0; i < desc->natts; i++)
		if (!TupleDescAttr(desc, i)->attisdropped)
			follower->from[i] = source_column(source, TupleDescAttr(desc, i));
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
	follower->same_layout = has_same_layout(follower, source, target);
	return follower;
}

/* Tells whether both tables have the same columns, and a key to meet by. */
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
	return of_source == of_target && OidIsValid(follower->source_key);
}

/* Copies it into the current memory context. */
ZdmFollower *
zdm_follower_copy(const ZdmFollower *follower)
{
	ZdmFollower *copy = palloc(sizeof(ZdmFollower));

	*copy = *follower;
	copy->from = palloc(sizeof(AttrNumber) * copy->natts);
	memcpy(copy->from, follower->from, sizeof(AttrNumber) * copy->natts);
	return copy;
}
