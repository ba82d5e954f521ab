/*
 * domain.c
 *		What a domain asks of its values, without running any of it.
 *
 * The server's own answer, DomainHasConstraints(), plans the constraints, and so calls functions
 * in them: with the rights of whoever asks, about a type of whoever has made it.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_type.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/domain.h"

/* Tells whether a domain itself has a constraint in the catalog. */
static bool
has_constraint(Oid domain)
{
	Relation catalog = table_open(ConstraintRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	bool result;

	ScanKeyInit(&key, Anum_pg_constraint_contypid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(domain));
	scan = systable_beginscan(catalog, ConstraintTypidIndexId, true, NULL, 1, &key);
	result = HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return result;
}

/* Tells whether a type is a domain that refuses some values; so may one that it is over. */
bool
zdm_domain_has_constraints(Oid type)
{
	while (get_typtype(type) == TYPTYPE_DOMAIN)
	{
		HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
		Form_pg_type form;
		bool not_null;
		Oid base;

		if (!HeapTupleIsValid(tuple))
			elog(ERROR, "cache lookup failed for type %u", type);
		form = (Form_pg_type) GETSTRUCT(tuple);
		not_null = form->typnotnull;
		base = form->typbasetype;
		ReleaseSysCache(tuple);
		if (not_null || has_constraint(type))
			return true;
		type = base;
	}
	return false;
}
