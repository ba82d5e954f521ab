/*
 * guard_scan.h
 *		Looks at the rows that a guard index has.
 */
#ifndef ZDM_GUARD_SCAN_H
#define ZDM_GUARD_SCAN_H

#include "postgres.h"

#include "executor/tuptable.h"
#include "utils/rel.h"

/* Looks at one row; true: go on. */
typedef bool (*ZdmGuardRow)(Relation rel, TupleTableSlot *row, void *arg);

extern void zdm_scan_guard(Relation rel, const char *guard, const char *column,
						   ZdmGuardRow function, void *arg);
extern void zdm_require_no_null(Relation rel, const char *column, const char *guard);

#endif /* ZDM_GUARD_SCAN_H */
