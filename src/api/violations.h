/*
 * violations.h
 *		Rows that violate the constraint of a migration.
 */
#ifndef ZDM_VIOLATIONS_H
#define ZDM_VIOLATIONS_H

#include "postgres.h"

#include "record/migration.h"
#include "utils/rel.h"

/*
 * How a constraint can be violated, in SQL over a table called t: by a row alone,
 * by having the same keys as another one, or (a primary key) by both.
 */
typedef struct ZdmViolations
{
	char *table;     /* qualified name */
	char *condition; /* true for a row that violates by itself; NULL: none does */
	char *reason;    /* why, in words */
	List *keys;      /* of char *: expressions that must be unique; NIL: none */
	char *among;     /* condition for rows that must be; NULL: all */
} ZdmViolations;

extern void zdm_violations_of(const ZdmMigration *migration, Relation rel,
							  ZdmViolations *violations);
extern char *zdm_violations_key_list(const ZdmViolations *violations);

#endif /* ZDM_VIOLATIONS_H */
