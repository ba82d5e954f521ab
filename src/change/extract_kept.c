/*
 * extract_kept.c
 *		Whether a table keeps what the one is taken to keep that columns of it move to.
 *
 * The hidden table gets its rows from the old one, by no way that looks at them: its checks are
 * taken for kept because the old table has the same ones, and its unique indexes become unique at
 * finalize because the old table's are.  Who has made one of these anew, weaker, has let in rows
 * that they refuse.  Which of them has which name does not matter.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "catalog/pg_constraint.h"
#include "utils/guc.h"
#include "utils/rel.h"

#include "base/expression.h"
#include "base/names.h"
#include "base/query.h"
#include "change/carry.h"
#include "change/dependents.h"
#include "change/extract.h"

/* Lists what the new table calls the columns of a table (char *), one for each. */
static List *
names_there(Relation rel, const ZdmExtract *extract)
{
	List *names = NIL;

	for (int i = 0; i < RelationGetNumberOfAttributes(rel); i++)
	{
		char *name = NameStr(TupleDescAttr(RelationGetDescr(rel), i)->attname);
		ListCell *lc;

		foreach (lc, extract->hidden)
			if (strcmp(lfirst(lc), name) == 0)
				name = list_nth(extract->columns, foreach_current_index(lc));
		names = lappend(names, pstrdup(name));
	}
	return names;
}

/* Lists the checks of a table (char *), with these names for its columns. */
static List *
check_texts(Relation rel, List *names)
{
	TupleConstr *constr = RelationGetDescr(rel)->constr;
	List *result = NIL;

	for (int i = 0; constr && i < constr->num_check; i++)
		if (constr->check[i].ccvalid)
			result = lappend(
				result, zdm_expression_canonical_row(names, stringToNode(constr->check[i].ccbin)));
	return result;
}

/* Writes what an index is of, whatever its own name is, and its table's. */
static char *
index_text(Relation rel, Relation index, List *names)
{
	return zdm_carry_index_text(index, zdm_carry_index_statement(rel, index), names, "t", "i",
								false);
}

/* Lists what the unique indexes of a table are of (char *), with these names for its columns. */
static List *
unique_texts(Relation rel, List *names)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, RelationGetIndexList(rel))
	{
		Relation index = index_open(lfirst_oid(lc), AccessShareLock);

		if (index->rd_index->indisunique && index->rd_index->indisvalid &&
			index->rd_index->indimmediate && !index->rd_index->indisexclusion)
			result = lappend(result, index_text(rel, index, names));
		index_close(index, AccessShareLock);
	}
	return result;
}

/*
 * Returns what the old table does not keep of what the new one is to have; NULL: it keeps all.
 * unique: the indexes of the new one that are to be unique.
 */
const char *
zdm_extract_not_kept(Relation rel, Relation hidden, const ZdmExtract *extract, List *unique)
{
	int level = zdm_pin_search_path();
	List *here = names_there(rel, extract);
	List *there = names_there(hidden, extract);
	List *checks = check_texts(rel, here);
	List *keys = unique_texts(rel, here);
	TupleConstr *constr = RelationGetDescr(hidden)->constr;
	const char *what = NULL;
	ListCell *lc;

	for (int i = 0; constr && i < constr->num_check; i++)
		if (!zdm_has_string(
				checks, zdm_expression_canonical_row(there, stringToNode(constr->check[i].ccbin))))
			what = psprintf("a check that was \"%s\"", constr->check[i].ccname);
	foreach (lc, RelationGetIndexList(hidden))
	{
		Relation index = index_open(lfirst_oid(lc), AccessShareLock);
		char *name = pstrdup(RelationGetRelationName(index));

		if (zdm_has_string(unique, name) && !zdm_has_string(keys, index_text(hidden, index, there)))
			what = psprintf("a unique index that is to be \"%s\"", name);
		index_close(index, AccessShareLock);
	}
	AtEOXact_GUC(false, level);
	return what;
}
