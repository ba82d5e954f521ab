/*
 * announce.h
 *		Tells others what happens to migrations: NOTIFY zdm, and the server's log.
 */
#ifndef ZDM_ANNOUNCE_H
#define ZDM_ANNOUNCE_H

#include "postgres.h"

#include "record/migration.h"

extern void zdm_announce(const ZdmMigration *m, const char *event);
extern void zdm_announce_init(void);

#endif /* ZDM_ANNOUNCE_H */
