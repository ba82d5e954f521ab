/*
 * extract_marks.c
 *		Who may do what with columns that move to another table, and what is said of them.
 *
 * The view has that for the new table until finalize; it begins with what the old table has, and
 * may be given other things.  What is given to the old columns before contract hides them is made
 * good on the view then, unless the view has got something else meanwhile: of grants the record has
 * what the old table had, of comments and labels the hidden table.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "commands/comment.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "change/catalog_changes.h"
#include "change/extract.h"
#include "change/marks.h"
#include "change/settings.h"
#include "change/shadow.h"
#include "change/stand_in.h"
#include "record/shadow.h"

/* Gives a relation the grants of another one, and the comments of its columns, by their names. */
void
zdm_extract_copy_marks(Oid from, Oid to)
{
	Relation from_rel = table_open(from, NoLock);
	Relation to_rel = table_open(to, NoLock);

	zdm_shadow_set_acl(to, 0, zdm_acl_of(from, 0));
	for (int i = 0; i < RelationGetDescr(to_rel)->natts; i++)
	{
		AttrNumber attnum =
			get_attnum(from, NameStr(TupleDescAttr(RelationGetDescr(to_rel), i)->attname));

		if (attnum > 0)
			zdm_copy_column_marks(from_rel, attnum, to_rel, i + 1);
	}
	table_close(to_rel, NoLock);
	table_close(from_rel, NoLock);
}

/* Gives a column the comment of another one. */
static void
copy_comment(Oid from, AttrNumber from_attnum, Oid to, AttrNumber to_attnum)
{
	CreateComments(to, RelationRelationId, to_attnum,
				   zdm_own_comment(from, RelationRelationId, from_attnum));
	CommandCounterIncrement();
}

/* Notes what is said of the columns, on those of the hidden table. */
void
zdm_extract_note_marks(Relation rel, Oid hidden)
{
	Relation hidden_rel = table_open(hidden, NoLock);

	for (int i = 0; i < RelationGetDescr(hidden_rel)->natts; i++)
	{
		AttrNumber attnum =
			get_attnum(RelationGetRelid(rel),
					   NameStr(TupleDescAttr(RelationGetDescr(hidden_rel), i)->attname));

		copy_comment(RelationGetRelid(rel), attnum, hidden, i + 1);
		zdm_copy_labels(RelationGetRelid(rel), attnum, hidden, i + 1, true);
	}
	table_close(hidden_rel, NoLock);
}

/* Tells whether two columns have the same comment, or none. */
static bool
same_comment(Oid one, AttrNumber of_one, Oid other, AttrNumber of_other)
{
	char *here = zdm_own_comment(one, RelationRelationId, of_one);
	char *there = zdm_own_comment(other, RelationRelationId, of_other);

	return here == NULL || there == NULL ? here == there : strcmp(here, there) == 0;
}

/* Gives the view's column what was said of the table's since it was noted. */
static void
follow_column(Relation rel, Oid noted, Oid view, const char *name)
{
	Oid table = RelationGetRelid(rel);
	AttrNumber here = get_attnum(table, name);
	AttrNumber before = get_attnum(noted, name);
	AttrNumber there = get_attnum(view, name);

	if (!same_comment(table, here, noted, before))
	{
		if (same_comment(view, there, noted, before))
			copy_comment(table, here, view, there);
		copy_comment(table, here, noted, before);
	}
	if (!zdm_same_labels(table, here, noted, before))
	{
		if (zdm_same_labels(view, there, noted, before))
			zdm_copy_labels(table, here, view, there, true);
		zdm_copy_labels(table, here, noted, before, true);
	}
}

/*
 * Gives the view what was granted, revoked and said since expand on the old table's columns, which
 * have their names still.  The caller has ACCESS EXCLUSIVE on all of them.
 */
void
zdm_extract_follow_marks(const ZdmMigration *m, Relation rel, const ZdmExtract *extract)
{
	List *columns = list_concat_copy(extract->key, extract->columns);
	ListCell *lc;

	zdm_stand_in_follow_grants(m, rel, zdm_stand_in(m), columns);
	foreach (lc, columns)
		follow_column(rel, zdm_shadow_follower(m), zdm_stand_in(m), lfirst(lc));
}
