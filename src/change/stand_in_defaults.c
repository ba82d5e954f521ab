/*
 * stand_in_defaults.c
 *		The defaults of a table's columns on the view that stands for it.
 *
 * An INSERT by a view that has none gets those of the table; but UPDATE ... SET column = DEFAULT
 * gives NULL there (rewriteHandler.c, rewriteTargetListIU).  So the view has them, too.  Trees are
 * copied and no text is parsed: names in it could stand for something else by now.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/xact.h"
#include "catalog/pg_attrdef.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "change/stand_in.h"

/* Returns a column's default; NULL if there is none. */
static Node *
default_of(Relation rel, AttrNumber attnum)
{
	TupleConstr *constr = RelationGetDescr(rel)->constr;

	if (TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attgenerated)
		return NULL;
	for (int i = 0; constr != NULL && i < constr->num_defval; i++)
		if (constr->defval[i].adnum == attnum)
			return stringToNode(constr->defval[i].adbin);
	return NULL;
}

/* Gives the view the defaults that the table has.  The caller has ACCESS EXCLUSIVE on the view. */
void
zdm_stand_in_copy_defaults(Oid table, Oid view)
{
	Relation from = relation_open(table, NoLock);
	Relation to = relation_open(view, NoLock);

	for (AttrNumber attnum = 1; attnum <= RelationGetNumberOfAttributes(to); attnum++)
	{
		const char *column = NameStr(TupleDescAttr(RelationGetDescr(to), attnum - 1)->attname);
		Node *wanted = default_of(from, get_attnum(table, column));
		Node *has = default_of(to, attnum);

		if (equal(wanted, has))
			continue;
		if (has)
			RemoveAttrDefault(view, attnum, DROP_RESTRICT, true, true);
		CommandCounterIncrement();
		if (wanted)
			(void) zdm_store_default(to, attnum, wanted);
		CommandCounterIncrement();
	}
	relation_close(to, NoLock);
	relation_close(from, NoLock);
}
