/*
 * stop_point.h
 *		Named places at which a test holds a process, in builds for tests.
 */
#ifndef ZDM_STOP_POINT_H
#define ZDM_STOP_POINT_H

#include "postgres.h"

#ifdef ZDM_STOP_POINTS
extern void zdm_stop_points_init(void);
extern void zdm_stop_point(const char *name);
#else
#define zdm_stop_points_init() ((void) 0)
#define zdm_stop_point(name) ((void) 0)
#endif

#endif /* ZDM_STOP_POINT_H */
