/*
 * circle.h
 *		Waits for a migration that the waiting session itself holds up.
 */
#ifndef ZDM_CIRCLE_H
#define ZDM_CIRCLE_H

#include "postgres.h"

#include "utils/timestamp.h"

#include "record/migration.h"

/* What was seen at the last look. */
typedef struct ZdmCircle
{
	int64 pid; /* the session that the worker waits for; 0: none that matters */
	bool own;  /* it waits for this session, else it is another one of the same client */
	int looks; /* in a row that have seen it */
} ZdmCircle;

extern void zdm_refuse_circle(ZdmCircle *circle, const ZdmMigration *m, TimestampTz since,
							  bool worked_on);

#endif /* ZDM_CIRCLE_H */
