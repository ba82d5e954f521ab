/*
 * settings.h
 *		zdm's configuration parameters (all named zdm.*).
 */
#ifndef ZDM_SETTINGS_H
#define ZDM_SETTINGS_H

#include "postgres.h"

/* Who a session says it is: whose column wins where a write contradicts itself. */
typedef enum ZdmWriter
{
	ZDM_WRITER_AUTO, /* judge by what was written (design: truth table) */
	ZDM_WRITER_OLD,  /* an application of the old schema */
	ZDM_WRITER_NEW,  /* an application of the new schema */
} ZdmWriter;

/* zdm.log_level: an elevel, or this. */
#define ZDM_LOG_OFF 0

/* How hard a backfill works where it is not told how nice it is to be. */
typedef enum ZdmPaceMode
{
	ZDM_PACE_AUTO,   /* as fast as clients, processors, storage and standbys leave room for */
	ZDM_PACE_GENTLY, /* as little as can be while a client is at work */
	ZDM_PACE_FULL,   /* always as fast as it can */
} ZdmPaceMode;

/* How rows are compared before contract. */
typedef enum ZdmVerifyMode
{
	ZDM_VERIFY_AUTO, /* all of them up to zdm.verify_size, a sample of that size above */
	ZDM_VERIFY_FULL,
	ZDM_VERIFY_SAMPLE,
	ZDM_VERIFY_NONE,
} ZdmVerifyMode;

extern bool zdm_preloaded; /* by shared_preload_libraries */
extern int zdm_writer;
extern int zdm_lock_timeout;
extern int zdm_lock_retries;
extern int zdm_batch_time;
extern double zdm_nice;
extern int zdm_pace;
extern char *zdm_pressure_path; /* "": where the kernel has it */
extern int zdm_verify_mode;
extern int zdm_verify_size;   /* MB */
extern int zdm_quiet;         /* seconds */
extern int zdm_usage_entries; /* 0: usage is not kept */
extern int zdm_keep_for;      /* seconds; 0: for ever */
extern int zdm_keep_record;   /* likewise */
extern bool zdm_restore_point;
extern char *zdm_restore_slot;        /* the output plugin; "": none is made */
extern int zdm_restore_slot_limit;    /* MB */
extern int zdm_restore_slot_keep_for; /* seconds */
extern bool zdm_notify;
extern int zdm_log_level; /* for ereport(); ZDM_LOG_OFF: nothing is logged */
extern int zdm_max_workers;
extern int zdm_max_workers_per_database; /* -1: one less than there can be, 0: no limit */
extern int zdm_max_workers_per_role;     /* -1: one less than for a database, 0: no limit */
extern int zdm_max_builds;
extern char *zdm_release; /* "": none */
extern int zdm_max_retries;
extern int zdm_launcher_interval;
extern bool zdm_start_worker;
extern bool zdm_at_once;
extern bool zdm_complete;

extern bool zdm_find_pace(const char *name, ZdmPaceMode *pace);
extern bool zdm_find_verify_mode(const char *name, ZdmVerifyMode *mode);
extern void zdm_settings_init(void);

#endif /* ZDM_SETTINGS_H */
