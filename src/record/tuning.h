/*
 * tuning.h
 *		How hard a backfill works: the settings of one migration.
 */
#ifndef ZDM_TUNING_H
#define ZDM_TUNING_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "utils/jsonb.h"

#include "base/settings.h"

/*
 * What zdm.migration.settings says, with the defaults filled in.  The limits
 * that pacing.c watches are read from the settings by zdm.throttle_reason().
 */
typedef struct ZdmTuning
{
	double batch_msec; /* execution time that a batch aims at */
	double nice;       /* share of time that a worker sleeps: 0 .. 0.99; -1: pace says */
	ZdmPaceMode pace;
	int workers;        /* on one table or over its partitions */
	int share;          /* a page gives one of so many rows away per wave; 0: what is best */
	int64 max_wal_rate; /* bytes a second, of all workers together; 0: no cap */
	double max_lag_sec; /* that a standby may be behind; 0: not looked at */
	int64 max_behind;   /* WAL that a standby or a slot may be behind, in bytes; 0: not looked at */
	bool has_limits;    /* there is something for zdm.throttle_reason() */
	char *go_if;        /* a query that must return true; NULL: none */
} ZdmTuning;

extern void zdm_tuning_read(Jsonb *settings, ZdmTuning *tuning);
extern void zdm_tuning_check_names(List *names);
extern void zdm_tuning_check(Jsonb *settings);
extern void zdm_tuning_check_pace(Jsonb *settings);

#endif /* ZDM_TUNING_H */
