/*
 * zdm.c
 *		Entry point of the library.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"

#include "base/latency.h"
#include "base/settings.h"
#include "record/announce.h"
#include "run/restore_slot.h"
#include "run/worker.h"
#include "sync/usage.h"

PG_MODULE_MAGIC;

void _PG_init(void);

/* Called once when a process loads the library; in the postmaster if it is preloaded. */
void
_PG_init(void)
{
	zdm_settings_init();
	zdm_announce_init();
	zdm_worker_init();
	zdm_restore_slot_init();
	if (process_shared_preload_libraries_in_progress)
	{
		zdm_usage_init();
		zdm_latency_init();
		zdm_launcher_init();
	}
}
