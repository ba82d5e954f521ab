/*
 * pressure.h
 *		What the server and its clients suffer at this moment.
 */
#ifndef ZDM_PRESSURE_H
#define ZDM_PRESSURE_H

#include "postgres.h"

#include "fill/control.h"
#include "utils/timestamp.h"

#define ZDM_PRESSURE_FILES 3 /* cpu, io, memory */

/* What was read last, and what glances at the clients have counted since. */
typedef struct ZdmPressure
{
	TimestampTz read_at;
	int64 stalled_usec[ZDM_PRESSURE_FILES]; /* negative: there is no such file */
	int glances;
	int waiting[ZDM_SIGNALS]; /* clients, over all glances */
} ZdmPressure;

extern bool zdm_pressure_glance(ZdmPressure *pressure);
extern int zdm_processors(void);
extern void zdm_pressure_sample(ZdmPressure *pressure, ZdmSample *sample);

#endif /* ZDM_PRESSURE_H */
