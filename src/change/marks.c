/*
 * marks.c
 *		What a migration has in a table, and the comments that say so.
 *
 * Whoever meets a column or an index with a strange name should learn whose it is and which
 * call removes it.  So everything hidden has a comment of zdm's own, in front of that which
 * it had, or will have: a mark.  Marks are set and taken off after the steps of a call, by
 * what the catalog has then; no step knows of them.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_trigger.h"
#include "commands/comment.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/lock.h"
#include "base/names.h"
#include "base/tree.h"
#include "base/triggers.h"
#include "change/change.h"
#include "change/dependents.h"
#include "change/marks.h"

#define MARK "zdm migration "

/* What is looked for. */
typedef struct Search
{
	const ZdmMigration *migration;
	List *steps;  /* of ZdmStep *: what they name */
	bool below;   /* in a table below the migration's own */
	bool renames; /* what was hidden there has got another name meanwhile */
} Search;

/* Tells whether a name is one that zdm gives to what no application is meant to name. */
bool
zdm_is_hidden_name(const char *name)
{
	static const char *const prefixes[] = {"zdm_old_", "zdm_new_", "zdm_null_", "~zdm_"};

	for (int i = 0; i < lengthof(prefixes); i++)
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

/* Tells whether a step names an object. */
static bool
names_it(const ZdmStep *step, const char *name)
{
	const char *quoted = quote_identifier(name);

	const char *command = step->command.text;
	const char *undo = step->undo.text;

	return zdm_mentions(command, name) || zdm_mentions(command, quoted) ||
		   (undo && (zdm_mentions(undo, name) || zdm_mentions(undo, quoted)));
}

/* Tells whether one of the steps names an object. */
static bool
any_names_it(List *steps, const char *name)
{
	ListCell *lc;

	foreach (lc, steps)
		if (names_it(lfirst(lc), name))
			return true;
	return false;
}

/* Returns what a comment says besides the mark; NULL: nothing. */
static const char *
without_mark(const char *comment)
{
	if (comment == NULL || strncmp(comment, MARK, strlen(MARK)) != 0)
		return comment;
	comment = strchr(comment, '\n');
	return comment ? comment + 1 : NULL;
}

/* Returns an object's comment without a mark; NULL: it has none. */
char *
zdm_own_comment(Oid object_id, Oid class_id, int32 sub_id)
{
	return unconstify(char *, without_mark(GetComment(object_id, class_id, sub_id)));
}

/* Tells whether an object has a mark still, though its name is not hidden any more. */
static bool
is_left_marked(const Search *search, Oid class_id, Oid object_id)
{
	const char *comment = search->renames ? GetComment(object_id, class_id, 0) : NULL;

	return comment && strncmp(comment, MARK, strlen(MARK)) == 0;
}

/*
 * Adds an object, if a step names it.  Of the tables below the migration's own there may be
 * thousands, and the lock is a strong one: of those only what has a hidden name is looked at, or
 * what may have had one.
 */
static List *
add_part(const Search *search, List *parts, Oid class_id, Oid object_id, int32 sub_id,
		 const char *name)
{
	bool hidden = zdm_is_hidden_name(name);
	ZdmPart *part;

	if (search->below && !hidden ? !is_left_marked(search, class_id, object_id)
								 : !any_names_it(search->steps, name))
		return parts;
	part = palloc0(sizeof(ZdmPart));
	ObjectAddressSubSet(part->address, class_id, object_id, sub_id);
	part->name = pstrdup(name);
	part->hidden = hidden;
	return lappend(parts, part);
}

/* Adds the constraints of a table. */
static List *
add_constraints(const Search *search, List *parts, Oid relid)
{
	ListCell *lc;

	foreach (lc, zdm_constraints_of(relid))
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT((HeapTuple) lfirst(lc));

		parts = add_part(search, parts, ConstraintRelationId, form->oid, 0, NameStr(form->conname));
	}
	return parts;
}

/* Adds the extended statistics of a table. */
static List *
add_statistics(const Search *search, List *parts, Relation rel)
{
	ListCell *lc;

	foreach (lc, RelationGetStatExtList(rel))
	{
		HeapTuple tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(lfirst_oid(lc)));

		if (!HeapTupleIsValid(tuple))
			continue;
		parts = add_part(search, parts, StatisticExtRelationId, lfirst_oid(lc), 0,
						 NameStr(((Form_pg_statistic_ext) GETSTRUCT(tuple))->stxname));
		ReleaseSysCache(tuple);
	}
	return parts;
}

/* Adds what one table has. */
static List *
add_parts_of(const Search *search, List *parts, Relation rel)
{
	const ZdmMigration *m = search->migration;
	TupleDesc desc = RelationGetDescr(rel);
	Oid relid = RelationGetRelid(rel);
	Trigger *trigger = m->trigger_name ? zdm_find_trigger(rel, m->trigger_name) : NULL;
	ListCell *lc;

	for (int i = 0; !search->below && i < desc->natts; i++)
		if (!TupleDescAttr(desc, i)->attisdropped)
			parts = add_part(search, parts, RelationRelationId, relid, i + 1,
							 NameStr(TupleDescAttr(desc, i)->attname));
	parts = add_constraints(search, parts, relid);
	foreach (lc, RelationGetIndexList(rel))
		parts = add_part(search, parts, RelationRelationId, lfirst_oid(lc), 0,
						 get_rel_name(lfirst_oid(lc)));
	if (trigger)
		parts = add_part(search, parts, TriggerRelationId, trigger->tgoid, 0, m->trigger_name);
	return add_statistics(search, parts, rel);
}

/*
 * Lists what the steps of a migration name of its table and those below (ZdmPart *).  The
 * caller has a lock on the table that keeps what is there from being dropped.
 */
List *
zdm_parts(const ZdmMigration *m, List *steps)
{
	Search search = {m, steps, false, zdm_change_kind(m->kind)->hides_parts};
	List *parts = NIL;
	ZdmTree tree = zdm_tree(m->relation);

	if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(m->relation)))
		return NIL;
	while (zdm_tree_next(&tree))
	{
		Relation rel = tree.rel;

		search.below = RelationGetRelid(rel) != m->relation;
		parts = add_parts_of(&search, parts, rel);
	}
	return parts;
}

/* Tells whether contract has hidden an index, under the name that it has always had. */
static bool
is_invisible_index(const ZdmMigration *m, const ZdmPart *part)
{
	return m->status == ZDM_CONTRACTED && strcmp(m->kind, "drop_index") == 0 &&
		   part->address.classId == RelationRelationId && part->address.objectSubId == 0 &&
		   !get_index_isvalid(part->address.objectId);
}

/* Sets an object's comment to `mark` and what it had without one; NULL: no mark. */
static void
set_mark(const ZdmPart *part, const char *mark)
{
	const ObjectAddress *address = &part->address;
	char *comment = GetComment(address->objectId, address->classId, address->objectSubId);
	const char *own = without_mark(comment);
	const char *wanted;

	wanted = mark && own ? psprintf("%s\n%s", mark, own) : mark ? mark : own;
	if (comment == wanted || (comment && wanted && strcmp(comment, wanted) == 0))
		return;
	CreateComments(address->objectId, address->classId, address->objectSubId, wanted);
}

/* Marks what is hidden now, and nothing else. */
void
zdm_mark_parts(const ZdmMigration *m)
{
	char *name = quote_literal_cstr(m->name);
	char *mark = psprintf(MARK "%s has made or hidden this: not to be dropped by hand. SELECT "
							   "zdm.finalize(%s) or zdm.rollback(%s) removes it or brings it back.",
						  name, name, name);
	ListCell *lc;

	foreach (lc, zdm_parts(m, zdm_steps(m->id)))
	{
		ZdmPart *part = lfirst(lc);

		set_mark(part, part->hidden || is_invisible_index(m, part) ? mark : NULL);
	}
	CommandCounterIncrement();
}

/* Takes the marks of a migration off that has ended; forgotten: says so of what is left. */
void
zdm_unmark_parts(const ZdmMigration *m, bool forgotten)
{
	char *mark = psprintf(MARK "%s has left this behind: it was forgotten, nothing needs this.",
						  quote_literal_cstr(m->name));
	ListCell *lc;

	foreach (lc, zdm_parts(m, zdm_steps(m->id)))
	{
		ZdmPart *part = lfirst(lc);

		set_mark(part, forgotten && part->hidden ? mark : NULL);
	}
	CommandCounterIncrement();
}
