/*
 * merge_comments.c
 *		What was said and set of columns, constraints and indexes of tables that are merged.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "commands/comment.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/query.h"
#include "change/dependents.h"
#include "change/extract.h"
#include "change/follow.h"
#include "change/marks.h"
#include "change/merge.h"
#include "change/settings.h"

/* Lists the comments of foreign keys of the part (of char *), which the turn drops; "" for none. */
List *
zdm_merge_key_comments(const ZdmMerging *merging, List *keys)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, keys)
	{
		Oid key = get_relation_constraint_oid(RelationGetRelid(merging->part),
											  ((ZdmMergeConstraint *) lfirst(lc))->name, false);
		char *comment = zdm_own_comment(key, ConstraintRelationId, 0);

		result = lappend(result, comment ? comment : "");
	}
	return result;
}

/* Gives foreign keys that are back the comments that they had. */
void
zdm_merge_restore_comments(const ZdmDeed *deed, Oid part)
{
	ListCell *name;
	ListCell *comment;

	forboth (name, zdm_deed_list(deed, "constraints"), comment, zdm_deed_list(deed, "comments"))
		if (*(char *) lfirst(comment) != '\0')
			CreateComments(get_relation_constraint_oid(part, lfirst(name), false),
						   ConstraintRelationId, 0, lfirst(comment));
}

/* Gives the whole's constraints the comments that the part's have. */
static void
copy_of_constraints(Oid whole, Oid part, List *names, List *part_names)
{
	ListCell *name;
	ListCell *part_name;

	forboth (name, names, part_name, part_names)
	{
		Oid from = get_relation_constraint_oid(part, lfirst(part_name), true);

		if (OidIsValid(from))
			zdm_extract_copy_comment(ConstraintRelationId, from,
									 get_relation_constraint_oid(whole, lfirst(name), true));
	}
}

/*
 * Gives the columns and indexes of one of the tables what was set of those of the other one, as far
 * as they are there.
 */
static void
copy_settings(const ZdmMigration *m, const ZdmDeed *deed, Oid part, bool back)
{
	List *columns = zdm_migration_columns(m->id); /* the latter half: what they are called hidden */
	ListCell *name;
	ListCell *part_name;

	foreach (name, list_truncate(columns, list_length(columns) / 2))
	{
		AttrNumber there = get_attnum(part, lfirst(name));
		AttrNumber here = get_attnum(m->relation, lfirst(name));

		if (there <= 0 || here <= 0)
			continue;
		if (back)
			zdm_copy_column_settings(m->relation, here, part, there);
		else
			zdm_copy_column_settings(part, there, m->relation, here);
	}
	forboth (name, zdm_deed_list(deed, "indexes"), part_name, zdm_deed_list(deed, "part_indexes"))
	{
		Oid there = get_relname_relid(lfirst(part_name), get_rel_namespace(part));
		Oid here = get_relname_relid(lfirst(name), get_rel_namespace(m->relation));

		if (zdm_table_of_index(there) != part || zdm_table_of_index(here) != m->relation)
			continue;
		if (back)
			zdm_copy_index_targets(here, there);
		else
			zdm_copy_index_targets(there, here);
	}
}

/* Gives the part what was set of its columns and indexes while the whole had them. */
void
zdm_merge_copy_back(const ZdmMigration *m, const ZdmDeed *deed, Oid part)
{
	copy_settings(m, deed, part, true);
}

/*
 * Gives what the whole has of the part's constraints and indexes the comments of these, and what
 * was set of them and of columns.
 */
void
zdm_merge_copy_comments(const ZdmMigration *m, const ZdmDeed *deed, Oid part)
{
	List *names = zdm_deed_list(deed, "indexes");
	List *part_names = zdm_deed_list(deed, "part_indexes");
	ListCell *name;
	ListCell *part_name;

	copy_settings(m, deed, part, false);
	copy_of_constraints(m->relation, part, zdm_deed_list(deed, "constraints"),
						zdm_deed_list(deed, "part_constraints"));
	/* Those of a unique index have its name. */
	copy_of_constraints(m->relation, part, names, part_names);
	forboth (name, names, part_name, part_names)
	{
		Oid from = get_relname_relid(lfirst(part_name), get_rel_namespace(part));

		if (OidIsValid(from))
			zdm_extract_copy_comment(
				RelationRelationId, from,
				get_relname_relid(lfirst(name), get_rel_namespace(m->relation)));
	}
}
