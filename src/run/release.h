/*
 * release.h
 *		Control calls on all migrations of a release.
 */
#ifndef ZDM_RELEASE_H
#define ZDM_RELEASE_H

#include "postgres.h"

#include "record/migration.h"
#include "run/executor.h"

/* A control call, and what it means for a release. */
typedef struct ZdmControl
{
	void (*call)(const ZdmMigration *m);
	void (*check)(ZdmMigration *m);       /* what may take long, before any lock; NULL: nothing */
	List *(*lock)(const ZdmMigration *m); /* the locks that it wants of a member; NULL: none */
	int takes;      /* set of status (1 << ZdmStatus): every member must have one of them */
	int leaves_out; /* members that have one of these are left alone, ... */
	bool (*concerns)(
		const ZdmMigration *m); /* ... but for those of which this is true; NULL: all */
	bool backwards;             /* the newest member first */
} ZdmControl;

#define ZDM_IN(status) (1 << (status))

extern void zdm_release_refuse_name(const ZdmMigration *m);
extern List *zdm_release_members(const char *name);
extern List *zdm_release_locks(List *members, List *(*wanted)(const ZdmMigration *) );
extern void zdm_release_lock(List *members, List *(*wanted)(const ZdmMigration *) );
extern void zdm_release_control(const char *name, const ZdmControl *control);

#endif /* ZDM_RELEASE_H */
