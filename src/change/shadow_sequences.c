/*
 * shadow_sequences.c
 *		The sequences of a table's columns, when another one takes its name.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#include "change/shadow.h"

/* Hands over the sequences that belong to columns: those of serial and identity columns. */
void
zdm_shadow_hand_over_sequences(Oid from, Oid to)
{
	Relation depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple tuple;
	List *found = NIL;
	ListCell *lc;

	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(RelationRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(from));
	scan = systable_beginscan(depend, DependReferenceIndexId, true, NULL, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);

		if (form->classid == RelationRelationId && form->refobjsubid > 0 &&
			get_rel_relkind(form->objid) == RELKIND_SEQUENCE)
		{
			Form_pg_depend copy = palloc(sizeof(FormData_pg_depend));

			*copy = *form;
			found = lappend(found, copy);
		}
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	foreach (lc, found)
	{
		Form_pg_depend form = lfirst(lc);
		ObjectAddress sequence;
		ObjectAddress column;

		ObjectAddressSet(sequence, RelationRelationId, form->objid);
		ObjectAddressSubSet(column, RelationRelationId, to,
							get_attnum(to, get_attname(from, form->refobjsubid, false)));
		deleteDependencyRecordsForClass(RelationRelationId, form->objid, RelationRelationId,
										form->deptype);
		recordDependencyOn(&sequence, &column, form->deptype);
	}
	CommandCounterIncrement();
}
