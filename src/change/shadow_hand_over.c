/*
 * shadow_hand_over.c
 *		What goes by the name of a table, handed over to another one, which takes the name.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "commands/comment.h"
#include "commands/tablecmds.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/names.h"
#include "base/owner.h"
#include "change/catalog_changes.h"
#include "change/dependents.h"
#include "change/settings.h"
#include "change/shadow.h"

/* Puts values into a row of a catalog, and returns the row's copy. */
static void
update_row(Oid catalog_id, HeapTuple tuple, int column, Datum value, bool isnull)
{
	Relation catalog = table_open(catalog_id, RowExclusiveLock);

	tuple =
		heap_modify_tuple_by_cols(tuple, RelationGetDescr(catalog), 1, &column, &value, &isnull);
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	table_close(catalog, RowExclusiveLock);
	CommandCounterIncrement();
}

/* Returns a copy of a row that a catalog has by one or two keys. */
static HeapTuple
copy_row(int cache, Datum key1, Datum key2)
{
	HeapTuple tuple = SearchSysCacheCopy(cache, key1, key2, 0, 0);

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for %u", DatumGetObjectId(key1));
	return tuple;
}

/* Sets the grants of a table, or of a column of it, as GRANT does; NULL: none. */
void
zdm_shadow_set_acl(Oid relid, AttrNumber attnum, Acl *acl)
{
	int cache = attnum ? ATTNUM : RELOID;
	int column = attnum ? Anum_pg_attribute_attacl : Anum_pg_class_relacl;
	HeapTuple tuple = copy_row(cache, ObjectIdGetDatum(relid), Int16GetDatum(attnum));
	bool isnull;
	Datum had = SysCacheGetAttr(cache, tuple, column, &isnull);
	Oid *had_roles = NULL;
	Oid *roles = NULL;
	int n_had = isnull ? 0 : aclmembers(DatumGetAclPCopy(had), &had_roles);
	int n = acl ? aclmembers(acl, &roles) : 0;

	update_row(attnum ? AttributeRelationId : RelationRelationId, tuple, column,
			   PointerGetDatum(acl), acl == NULL);
	updateAclDependencies(RelationRelationId, relid, attnum, zdm_relation_owner(relid), n_had,
						  had_roles, n, roles);
	CommandCounterIncrement();
}

/* Takes the grants of a table, or of a column of it, away, and gives them to another one. */
static void
move_acl(Oid from, AttrNumber from_attnum, Oid to, AttrNumber to_attnum)
{
	int cache = from_attnum ? ATTNUM : RELOID;
	HeapTuple tuple = copy_row(cache, ObjectIdGetDatum(from), Int16GetDatum(from_attnum));
	bool isnull;
	Datum value = SysCacheGetAttr(
		cache, tuple, from_attnum ? Anum_pg_attribute_attacl : Anum_pg_class_relacl, &isnull);
	Acl *acl = isnull ? NULL : DatumGetAclPCopy(value);

	zdm_shadow_set_acl(to, to_attnum, acl);
	if (acl)
		zdm_shadow_set_acl(from, from_attnum, NULL);
}

/* Gives an object the comment of another one. */
static void
copy_comment(Oid class_id, Oid from, int32 from_sub, Oid to, int32 to_sub)
{
	CreateComments(to, class_id, to_sub, GetComment(from, class_id, from_sub));
}

/* Gives the table what CREATE TABLE can't say of its columns. */
void
zdm_shadow_copy_columns(Relation from, Oid to)
{
	TupleDesc desc = RelationGetDescr(from);
	Oid relid = RelationGetRelid(from);

	for (int i = 0; i < desc->natts; i++)
	{
		AttrNumber attnum;

		if (TupleDescAttr(desc, i)->attisdropped)
			continue;
		attnum = get_attnum(to, NameStr(TupleDescAttr(desc, i)->attname));
		if (attnum <= 0)
			continue;
		zdm_copy_column_settings(relid, i + 1, to, attnum);
	}
}

/* Sets whether one index refuses equal keys. */
static void
set_one_unique(Oid index, bool unique, bool nulls_not_distinct)
{
	HeapTuple tuple = copy_row(INDEXRELID, ObjectIdGetDatum(index), (Datum) 0);
	Relation catalog = table_open(IndexRelationId, RowExclusiveLock);
	Form_pg_index form = (Form_pg_index) GETSTRUCT(tuple);

	form->indisunique = unique;
	form->indnullsnotdistinct = nulls_not_distinct;
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	table_close(catalog, RowExclusiveLock);
	CommandCounterIncrement();
}

/*
 * Sets whether an index, with those of partitions, refuses equal keys; a primary key always does.
 */
static void
set_unique(Oid index, bool unique, bool nulls_not_distinct)
{
	ListCell *lc;

	foreach (lc, find_all_inheritors(index, NoLock, NULL))
	{
		set_one_unique(lfirst_oid(lc), unique, nulls_not_distinct);
		CacheInvalidateRelcacheByRelid(IndexGetRelation(lfirst_oid(lc), false));
	}
}

/* Lets the indexes of unique constraints take equal keys, in a table that follows another one. */
void
zdm_shadow_relax(Oid table)
{
	Relation rel = relation_open(table, AccessShareLock);
	ListCell *lc;

	foreach (lc, zdm_shadow_indexes(rel))
	{
		ZdmShadowIndex *index = lfirst(lc);

		if (!index->primary)
		{
			bool distinct =
				((Form_pg_index) GETSTRUCT(copy_row(INDEXRELID, ObjectIdGetDatum(index->index), 0)))
					->indnullsnotdistinct;

			set_unique(index->index, false, distinct);
		}
	}
	relation_close(rel, NoLock);
	CacheInvalidateRelcacheByRelid(table);
	CommandCounterIncrement();
}

/* Says on a hidden table whose it is. */
void
zdm_shadow_mark(const ZdmMigration *m, Oid table)
{
	char *name = quote_literal_cstr(m->name);

	CreateComments(table, RelationRelationId, 0,
				   psprintf("zdm migration %s has made or hidden this: not to be dropped by hand. "
							"SELECT zdm.finalize(%s) or zdm.rollback(%s) removes it or brings it "
							"back.",
							name, name, name));
}

/*
 * Finds an index of the other table that is the same but for its name, or is its primary key as
 * well; NULL: there is none.
 */
static ZdmShadowIndex *
find_pair(List *indexes, const ZdmShadowIndex *wanted)
{
	ListCell *lc;

	foreach (lc, indexes)
	{
		ZdmShadowIndex *index = lfirst(lc);

		if (!index->paired && index->contype == wanted->contype &&
			(wanted->primary || strcmp(index->tail, wanted->tail) == 0))
		{
			index->paired = true;
			return index;
		}
	}
	return NULL;
}

/* Sets by which index a table is clustered, and by which its rows are identified. */
static void
set_marks(Oid index, bool clustered, bool identity)
{
	if (get_rel_relkind(index) == RELKIND_INDEX)
		update_row(IndexRelationId, copy_row(INDEXRELID, ObjectIdGetDatum(index), 0),
				   Anum_pg_index_indisclustered, BoolGetDatum(clustered), false);
	update_row(IndexRelationId, copy_row(INDEXRELID, ObjectIdGetDatum(index), 0),
			   Anum_pg_index_indisreplident, BoolGetDatum(identity), false);
}

/*
 * Gives an index, with those of partitions, the statistics targets of another one; those of
 * partitions that come back may be their own, unless the whole table's were changed.  A primary key
 * has none, and may have other columns.
 */
static void
copy_targets(const ZdmShadowIndex *from_index, const ZdmShadowIndex *to_index, bool back)
{
	Oid from = from_index->index;
	Oid to = to_index->index;
	ListCell *lc;

	if (from_index->primary)
		return;
	foreach (lc,
			 back && zdm_same_index_targets(from, to) ? NIL : find_all_inheritors(to, NoLock, NULL))
		zdm_copy_index_targets(from, lfirst_oid(lc));
}

/* Gives the indexes that a hidden table has already the statistics targets of the named one's. */
void
zdm_shadow_copy_targets(Relation rel, Oid shadow)
{
	Relation hidden = table_open(shadow, NoLock);
	List *indexes = zdm_shadow_indexes(hidden);
	ListCell *lc;

	foreach (lc, zdm_shadow_indexes(rel))
	{
		const ZdmShadowIndex *index = lfirst(lc);
		const ZdmShadowIndex *pair = find_pair(indexes, index);

		if (pair)
			copy_targets(index, pair, false);
	}
	table_close(hidden, NoLock);
}

/* Gives an index that takes over the name and the flags of the one that it takes over from. */
static void
hand_over_index(const ZdmShadowIndex *from, const ZdmShadowIndex *to, bool back, const char *prefix)
{
	Oid schema = get_rel_namespace(from->index);
	Form_pg_index form =
		(Form_pg_index) GETSTRUCT(copy_row(INDEXRELID, ObjectIdGetDatum(from->index), 0));

	if (!from->primary)
	{
		set_unique(to->index, form->indisunique, form->indnullsnotdistinct);
		set_unique(from->index, false, form->indnullsnotdistinct);
	}
	set_marks(to->index, form->indisclustered, form->indisreplident);
	RenameRelationInternal(
		from->index, zdm_choose_relation_name(schema, prefix, from->name, from->index), true, true);
	CommandCounterIncrement();
	RenameRelationInternal(to->index, from->name, true, true);
	CommandCounterIncrement();
	copy_comment(RelationRelationId, from->index, 0, to->index, 0);
	copy_targets(from, to, back);
	if (OidIsValid(from->constraint))
		copy_comment(ConstraintRelationId, from->constraint, 0, to->constraint, 0);
}

/* Refuses to go on without an index; on the way back, one that is not unique just stays. */
static void
refuse_index(const ZdmMigration *m, const ZdmShadowIndex *index, bool back)
{
	HeapTuple tuple = copy_row(INDEXRELID, ObjectIdGetDatum(index->index), 0);

	if (!back)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("index \"%s\" was made or changed since the migration began", index->name),
				 errhint("Drop it, and make it again in the end; or SELECT zdm.rollback(%s) "
						 "ends the migration.",
						 quote_literal_cstr(m->name))));
	if (((Form_pg_index) GETSTRUCT(tuple))->indisunique)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("unique index \"%s\" was made since contract, and is not in the "
							   "table that would come back",
							   index->name),
						errhint("Drop it, and make it again afterwards; or SELECT zdm.finalize(%s) "
								"keeps this table.",
								quote_literal_cstr(m->name))));
	ereport(WARNING, (errmsg("index \"%s\" was made since contract, and is not in the table "
							 "that comes back",
							 index->name)));
}

/* Drops an index, with its constraint, that the table which had the name has not any more. */
static void
drop_unpaired(const ZdmShadowIndex *index)
{
	ObjectAddress object;

	if (OidIsValid(index->constraint))
		ObjectAddressSet(object, ConstraintRelationId, index->constraint);
	else
		ObjectAddressSet(object, RelationRelationId, index->index);
	performDeletion(&object, DROP_RESTRICT, PERFORM_DELETION_INTERNAL);
	CommandCounterIncrement();
}

/*
 * Hands over the indexes; one that the other table does not have is refused, or stays, and one that
 * it has alone goes.
 */
static void
hand_over_indexes(const ZdmMigration *m, Relation from, Relation to, bool back, const char *prefix)
{
	List *have = zdm_shadow_indexes(from);
	List *want = zdm_shadow_indexes(to);
	ListCell *lc;

	foreach (lc, want)
		set_marks(((ZdmShadowIndex *) lfirst(lc))->index, false, false);
	foreach (lc, have)
	{
		ZdmShadowIndex *index = lfirst(lc);
		ZdmShadowIndex *pair = find_pair(want, index);

		if (pair)
			hand_over_index(index, pair, back, prefix);
		else
			refuse_index(m, index, back);
	}
	foreach (lc, want)
		if (!((ZdmShadowIndex *) lfirst(lc))->paired)
			drop_unpaired(lfirst(lc));
}

/* Sets what makes a column an identity; in partitions, too, where they have that of their parent.
 */
static void
set_identity(Oid relid, const char *column, char identity)
{
	ListCell *lc;

	foreach (lc,
			 ZDM_SHARED_IDENTITY ? find_all_inheritors(relid, NoLock, NULL) : list_make1_oid(relid))
		update_row(AttributeRelationId,
				   copy_row(ATTNUM, ObjectIdGetDatum(lfirst_oid(lc)),
							Int16GetDatum(get_attnum(lfirst_oid(lc), column))),
				   Anum_pg_attribute_attidentity, CharGetDatum(identity), false);
}

/* Hands over what columns have: grants, comments, settings, and what makes them identities. */
static void
hand_over_columns(Relation from, Oid to, bool back)
{
	TupleDesc desc = RelationGetDescr(from);
	Oid relid = RelationGetRelid(from);

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		AttrNumber attnum = att->attisdropped ? 0 : get_attnum(to, NameStr(att->attname));
		char identity;
		ListCell *lc;

		if (attnum <= 0)
			continue;
		/* Partitions that come back may have their own, unless the whole table's was changed. */
		foreach (lc, back && zdm_same_column_settings(relid, att->attnum, to, attnum)
						 ? NIL
						 : find_all_inheritors(to, NoLock, NULL))
			zdm_copy_column_settings(relid, att->attnum, lfirst_oid(lc),
									 get_attnum(lfirst_oid(lc), NameStr(att->attname)));
		copy_comment(RelationRelationId, relid, att->attnum, to, attnum);
		zdm_copy_labels(relid, att->attnum, to, attnum, true);
		move_acl(relid, att->attnum, to, attnum);
		if (att->attidentity == '\0')
			continue;
		identity = att->attidentity;
		set_identity(to, NameStr(att->attname), identity);
		set_identity(relid, NameStr(att->attname), '\0');
	}
}

/* Gives the comments of constraints without an index to those of the same names. */
static void
copy_constraint_comments(Oid from, Oid to)
{
	ListCell *lc;

	foreach (lc, zdm_constraints_of(from))
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT((HeapTuple) lfirst(lc));
		Oid other = get_relation_constraint_oid(to, NameStr(form->conname), true);

		if (!OidIsValid(form->conindid) && OidIsValid(other))
			copy_comment(ConstraintRelationId, form->oid, 0, other, 0);
	}
}

/* Returns a copy of the storage parameters of a relation; 0: it has none. */
static Datum
options_of(Oid relid)
{
	bool isnull;
	Datum value = SysCacheGetAttr(RELOID, copy_row(RELOID, ObjectIdGetDatum(relid), 0),
								  Anum_pg_class_reloptions, &isnull);

	return isnull ? (Datum) 0 : value;
}

/*
 * Gives a relation the storage parameters that another one has by now.  VACUUM writes into its row
 * of pg_class in place, which an update beside it would undo, so it is locked as ALTER TABLE does
 * (tablecmds.c, ATExecSetRelOptions); where nothing is to be done, nobody is waited for.
 */
static void
copy_options(Oid from, Oid to)
{
	Datum wanted = options_of(from);
	Datum there = options_of(to);

	if ((wanted == 0) == (there == 0) && (wanted == 0 || datumIsEqual(wanted, there, false, -1)))
		return;
	LockRelationOid(to, ShareUpdateExclusiveLock);
	update_row(RelationRelationId, copy_row(RELOID, ObjectIdGetDatum(to), 0),
			   Anum_pg_class_reloptions, wanted, wanted == 0);
}

/* Likewise a table, with what is kept beside it. */
void
zdm_shadow_copy_options(Oid from, Oid to)
{
	Oid from_toast =
		((Form_pg_class) GETSTRUCT(copy_row(RELOID, ObjectIdGetDatum(from), 0)))->reltoastrelid;
	Oid to_toast =
		((Form_pg_class) GETSTRUCT(copy_row(RELOID, ObjectIdGetDatum(to), 0)))->reltoastrelid;

	copy_options(from, to);
	if (OidIsValid(from_toast) && OidIsValid(to_toast))
		copy_options(from_toast, to_toast);
}

/* Has row security of one table be that of another one.  Policies go along by themselves. */
static void
hand_over_row_security(Relation from, Oid to)
{
	static const int columns[] = {Anum_pg_class_relrowsecurity, Anum_pg_class_relforcerowsecurity};
	bool flags[] = {from->rd_rel->relrowsecurity, from->rd_rel->relforcerowsecurity};

	for (int i = 0; i < lengthof(columns); i++)
	{
		update_row(RelationRelationId, copy_row(RELOID, ObjectIdGetDatum(to), 0), columns[i],
				   BoolGetDatum(flags[i]), false);
		update_row(RelationRelationId,
				   copy_row(RELOID, ObjectIdGetDatum(RelationGetRelid(from)), 0), columns[i],
				   BoolGetDatum(false), false);
	}
}

/* Hands over what the table itself has, its name at last. */
static void
hand_over_table(const ZdmMigration *m, Relation from, Oid to, bool back, const char *prefix)
{
	Oid relid = RelationGetRelid(from);
	char *name = pstrdup(RelationGetRelationName(from));
	char identity =
		((Form_pg_class) GETSTRUCT(copy_row(RELOID, ObjectIdGetDatum(to), 0)))->relreplident;
	ListCell *lc;

	move_acl(relid, 0, to, 0);
	copy_comment(RelationRelationId, relid, 0, to, 0);
	zdm_copy_labels(relid, 0, to, 0, true);
	zdm_shadow_mark(m, relid);
	foreach (lc, back && identity == from->rd_rel->relreplident
					 ? NIL
					 : find_all_inheritors(to, NoLock, NULL))
		update_row(RelationRelationId, copy_row(RELOID, ObjectIdGetDatum(lfirst_oid(lc)), 0),
				   Anum_pg_class_relreplident, CharGetDatum(from->rd_rel->relreplident), false);
	hand_over_row_security(from, to);
	RenameRelationInternal(
		relid, zdm_choose_relation_name(RelationGetNamespace(from), prefix, name, relid), true,
		false);
	CommandCounterIncrement();
	RenameRelationInternal(to, name, true, false);
	CommandCounterIncrement();
}

/* Hands over all that goes by the name of a table: indexes, columns, sequences; then the name. */
void
zdm_shadow_hand_over(const ZdmMigration *m, Relation from, Relation to, bool back)
{
	const char *prefix = back ? "zdm_new_" : "zdm_old_";
	Oid relid = RelationGetRelid(from);
	Oid heir = RelationGetRelid(to);

	hand_over_indexes(m, from, to, back, prefix);
	zdm_shadow_hand_over_statistics(from, to, back);
	hand_over_columns(from, heir, back);
	zdm_shadow_hand_over_sequences(relid, heir);
	copy_constraint_comments(relid, heir);
	hand_over_table(m, from, heir, back, prefix);
}
