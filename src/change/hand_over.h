/*
 * hand_over.h
 *		A table gets another owner in mid-flight: what zdm has made beside it goes along.
 */
#ifndef ZDM_HAND_OVER_H
#define ZDM_HAND_OVER_H

#include "postgres.h"

#include "record/migration.h"

/* Sees to a table, or a view of zdm's, that a command of the caller's has given to somebody. */
extern void zdm_hand_over(Oid table);

/*
 * Refuses to contract a change of type, or to go back, where statistics on its columns belong to
 * somebody else than the table: others are to take their name, or give it back.  ALTER TABLE ...
 * OWNER TO leaves them to whom they belong.  The caller has the table.
 */
extern void zdm_require_statistics_owned(const ZdmMigration *m, const char *call);

#endif /* ZDM_HAND_OVER_H */
