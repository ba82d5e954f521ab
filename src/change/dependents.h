/*
 * dependents.h
 *		What hangs on a column, and how it is carried over to another.
 */
#ifndef ZDM_DEPENDENTS_H
#define ZDM_DEPENDENTS_H

#include "postgres.h"

#include "access/htup.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_constraint.h"

#include "change/change.h"

/*
 * Tells whether a constraint is one of the rows that a foreign key has for each partition
 * of either side, below that of the key itself (tablecmds.c, addFkRecurseReferenced): no key
 * of its own.
 */
static inline bool
zdm_is_part_of_key(Form_pg_constraint form)
{
	return form->contype == CONSTRAINT_FOREIGN && OidIsValid(form->conparentid);
}

extern bool zdm_is_integer(Oid type);
extern char *zdm_type_definition(Oid type, int32 typmod, Oid collation);
extern char *zdm_column_definition(Form_pg_attribute att);
extern void zdm_plan_copy_storage(ZdmPlan *plan, Form_pg_attribute att, Form_pg_attribute above,
								  const char *to);
extern void zdm_plan_copy_statistics_target(ZdmPlan *plan, Form_pg_attribute att,
											Form_pg_attribute above, const char *to);
extern void zdm_plan_copy_index_targets(ZdmPlan *plan, Oid from, const char *to);
extern void zdm_plan_copy_grants(ZdmPlan *plan, Form_pg_attribute att, const char *to);
extern List *zdm_index_columns(Oid oid);
extern bool zdm_index_has_expressions(Oid oid);
extern List *zdm_indexes_on(Relation rel, AttrNumber attnum);
extern List *zdm_constraints_of(Oid relid);
extern List *zdm_objects_of(Oid classid, Oid objid);
extern List *zdm_objects_on(Oid classid, Oid objid, AttrNumber attnum);
extern List *zdm_objects_on_columns(Oid relid);
extern int16 *zdm_constraint_columns(HeapTuple tuple, AttrNumber array_column, int *n);
extern bool zdm_constraint_has_column(HeapTuple tuple, AttrNumber array_column, AttrNumber attnum,
									  int *length);

#endif /* ZDM_DEPENDENTS_H */
