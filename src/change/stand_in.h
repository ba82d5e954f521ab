/*
 * stand_in.h
 *		A view by which a table has a second name.
 */
#ifndef ZDM_STAND_IN_H
#define ZDM_STAND_IN_H

#include "postgres.h"

#include "change/deed.h"
#include "record/migration.h"
#include "utils/rel.h"

#define ZDM_ACTION_MAKE_STAND_IN "make_stand_in"
#define ZDM_ACTION_EXCHANGE_NAMES "exchange_names"
#define ZDM_ACTION_DROP_STAND_IN "drop_stand_in"
#define ZDM_ACTION_REFRESH_STAND_IN "refresh_stand_in"
#define ZDM_ACTION_RENAME_OBJECTS "rename_objects"

extern ZdmDeed *zdm_deed_make_stand_in(const char *table, const char *schema, const char *name);
extern ZdmDeed *zdm_deed_exchange_names(const char *table, const char *schema, const char *name);
extern ZdmDeed *zdm_deed_drop_stand_in(const char *table);
extern ZdmDeed *zdm_deed_refresh_stand_in(const ZdmMigration *m);
extern ZdmDeed *zdm_deed_rename_objects(const char *table, bool back);

extern void zdm_run_make_stand_in(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_exchange_names(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_drop_stand_in(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_refresh_stand_in(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_rename_objects(const ZdmMigration *m, const ZdmDeed *deed);

extern Oid zdm_stand_in(const ZdmMigration *m);
extern void zdm_stand_in_ddl(const char *format, ...) pg_attribute_printf(1, 2);

/* stand_in_grants.c */
extern void zdm_stand_in_copy_grants(const ZdmMigration *m, Oid table, Oid view);
extern void zdm_stand_in_agree_grants(const ZdmMigration *m, Oid table, Oid view, Oid owner_then);
extern void zdm_stand_in_note_grants(const ZdmMigration *m, Relation table);
extern void zdm_stand_in_take_revoked(const ZdmMigration *m, Oid table, Oid view, List *columns,
									  List *now);
extern void zdm_stand_in_follow_grants(const ZdmMigration *m, Relation table, Oid view,
									   List *columns);

extern void zdm_stand_in_check_readers(Oid table);

/* stand_in_defaults.c */
extern void zdm_stand_in_copy_defaults(Oid table, Oid view);

/* rename_objects.c */
typedef struct ZdmObjectName
{
	const char *what; /* "constraint", "index", "sequence" or "statistics" */
	char *schema;
	char *from;
	char *to;
} ZdmObjectName;

extern List *zdm_object_names(Relation rel, List *from, const char *to);

#endif /* ZDM_STAND_IN_H */
