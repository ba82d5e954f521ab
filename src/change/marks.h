/*
 * marks.h
 *		What a migration has in a table, and the comments that say so.
 */
#ifndef ZDM_MARKS_H
#define ZDM_MARKS_H

#include "postgres.h"

#include "catalog/objectaddress.h"

#include "record/migration.h"

/* Something of the user's table that the steps of a migration name. */
typedef struct ZdmPart
{
	ObjectAddress address;
	char *name;
	bool hidden; /* no application is meant to name it */
} ZdmPart;

extern bool zdm_is_hidden_name(const char *name);
extern List *zdm_parts(const ZdmMigration *m, List *steps);
extern char *zdm_own_comment(Oid object_id, Oid class_id, int32 sub_id);
extern void zdm_mark_parts(const ZdmMigration *m);
extern void zdm_unmark_parts(const ZdmMigration *m, bool forgotten);

#endif /* ZDM_MARKS_H */
