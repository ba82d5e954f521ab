/*
 * pressure.c
 *		What the server and its clients suffer at this moment.
 *
 * Of clients it is only counted how many wait for what kind of thing; nothing that
 * pg_stat_activity hides from a user is kept.
 */
#include "postgres.h"

#include <fcntl.h>
#include <unistd.h>

#include "miscadmin.h"
#include "storage/proc.h"
#include "storage/procarray.h"
#include "utils/wait_event.h"

#include "base/compat.h"
#include "base/lock.h"
#include "base/settings.h"
#include "fill/pressure.h"

#define CGROUPS "/sys/fs/cgroup"

static const char *const file_names[ZDM_PRESSURE_FILES] = {"cpu", "io", "memory"};
static const ZdmSignal file_signals[ZDM_PRESSURE_FILES] = {ZDM_SIGNAL_CPU, ZDM_SIGNAL_IO,
														   ZDM_SIGNAL_MEMORY};

/* Reads the beginning of a file.  False if that can't be done. */
static bool
read_file(const char *path, char *text, int size)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (file < 0)
		return false;
	n = read(file, text, size - 1);
	close(file);
	if (n <= 0)
		return false;
	text[n] = '\0';
	return true;
}

/*
 * Reads how long some process has been stalled, in all, out of a file of the kernel
 * (Documentation/accounting/psi.rst): "some avg10=... total=<microseconds>".
 */
static bool
read_stalled(const char *path, int64 *usec)
{
	char text[256];
	const char *total;

	if (!read_file(path, text, sizeof(text)) || strncmp(text, "some ", 5) != 0)
		return false;
	total = strstr(text, " total=");
	if (total == NULL)
		return false;
	*usec = strtoll(total + strlen(" total="), NULL, 10);
	return true;
}

/*
 * Finds where the kernel tells of pressure: the one of the server's own control group,
 * as far as it has one of the unified hierarchy, or else the machine's.
 */
static bool
find_stalled(int file, int64 *usec)
{
	static const char *const roots[] = {CGROUPS, CGROUPS "/unified"};
	char groups[4096];
	char path[MAXPGPATH];
	char *group = NULL;

	if (zdm_pressure_path[0] != '\0')
	{
		snprintf(path, sizeof(path), "%s/%s", zdm_pressure_path, file_names[file]);
		return read_stalled(path, usec);
	}
	if (read_file("/proc/self/cgroup", groups, sizeof(groups)))
		group = strncmp(groups, "0::/", 4) == 0 ? groups : strstr(groups, "\n0::/");
	if (group)
	{
		group = strstr(group, "0::") + strlen("0::");
		group[strcspn(group, "\n")] = '\0';
		for (int i = 0; i < lengthof(roots); i++)
		{
			snprintf(path, sizeof(path), "%s%s/%s.pressure", roots[i], group, file_names[file]);
			if (read_stalled(path, usec))
				return true;
		}
	}
	snprintf(path, sizeof(path), "/proc/pressure/%s", file_names[file]);
	return read_stalled(path, usec);
}

/* How many processors there are; one where the system does not say. */
int
zdm_processors(void)
{
	return Max((int) sysconf(_SC_NPROCESSORS_ONLN), 1);
}

/* Returns the processes that run or could, for each processor; negative if that is not known. */
static double
running_per_processor(void)
{
	char path[MAXPGPATH];
	char text[128];
	int running;

	snprintf(path, sizeof(path), "%s/loadavg",
			 zdm_pressure_path[0] != '\0' ? zdm_pressure_path : "/proc");
	if (!read_file(path, text, sizeof(text)) || sscanf(text, "%*f %*f %*f %d/", &running) != 1)
		return -1;
	return (double) running / zdm_processors();
}

/* Tells which kind of thing a client waits for; ZDM_SIGNALS: none that tells of suffering. */
static int
kind_of_wait(uint32 wait)
{
	switch (wait & 0xFF000000)
	{
		case PG_WAIT_LOCK:
			return ZDM_SIGNAL_LOCKS;
		case ZDM_WAIT_CLASS_BUFFER:
			return ZDM_SIGNAL_BUFFERS;
		case PG_WAIT_LWLOCK:
			if (zdm_wait_is_wal_lock(wait))
				return ZDM_SIGNAL_WAL;
			return zdm_wait_is_buffer_lock(wait) ? ZDM_SIGNAL_BUFFERS : ZDM_SIGNALS;
		case PG_WAIT_IO:
			switch (wait)
			{
				case WAIT_EVENT_WAL_SYNC:
				case WAIT_EVENT_WAL_WRITE:
				case WAIT_EVENT_WAL_INIT_SYNC:
				case WAIT_EVENT_WAL_INIT_WRITE:
					return ZDM_SIGNAL_WAL;
			}
			return ZDM_SIGNAL_READS;
	}
	return ZDM_SIGNALS;
}

/*
 * Counts who waits for what, and tells whether a client is at work: its process runs, or
 * waits for something else than its client.  One that waits for a migration does not
 * count.  Read without locks, as pg_stat_activity reads it: a glance is enough.  A process
 * that has ended leaves its slot as it was until another takes it (proc.c, ProcKill), so
 * who seems to be at work is looked up among those that live, until one is found; one
 * that waits for ever, as it seems, is so in a probe, too.
 */
bool
zdm_pressure_glance(ZdmPressure *pressure)
{
	bool at_work = false;

	pressure->glances++;
	for (int i = 0; i < MaxBackends; i++)
	{
		PGPROC *proc = GetPGProcByNumber(i);
		uint32 wait = *(volatile uint32 *) &proc->wait_event_info;
		int kind;

		if (proc->pid == 0 || wait == WAIT_EVENT_CLIENT_READ || proc == MyProc ||
			(wait & 0xFF000000) == PG_WAIT_EXTENSION || !zdm_is_client(proc))
			continue;
		kind = kind_of_wait(wait);
		if (kind < ZDM_SIGNALS)
			pressure->waiting[kind]++;
		if (!at_work && !zdm_session_lock_is_held(ZDM_LOCK_WAITER, proc->pid) &&
			BackendPidGetProc(proc->pid) == proc)
			at_work = true;
	}
	return at_work;
}

/* Tells what was so since the last call, as far as pressure and clients go. */
void
zdm_pressure_sample(ZdmPressure *pressure, ZdmSample *sample)
{
	TimestampTz now = GetCurrentTimestamp();
	double usec = (double) (now - pressure->read_at);

	for (int s = 0; s < ZDM_SIGNALS; s++)
		sample->value[s] = -1;
	for (int i = 0; i < ZDM_PRESSURE_FILES; i++)
	{
		int64 stalled = -1;

		if (find_stalled(i, &stalled) && pressure->stalled_usec[i] >= 0 && usec > 0)
			sample->value[file_signals[i]] =
				pressure->read_at == 0 ? 0 : Max(stalled - pressure->stalled_usec[i], 0) / usec;
		pressure->stalled_usec[i] = stalled;
	}
	if (sample->value[ZDM_SIGNAL_CPU] < 0)
		sample->value[ZDM_SIGNAL_RUNNING] = running_per_processor();
	for (int s = ZDM_SIGNAL_WAL; s <= ZDM_SIGNAL_BUFFERS; s++)
		sample->value[s] =
			pressure->glances > 0 ? (double) pressure->waiting[s] / pressure->glances : -1;
	pressure->glances = 0;
	memset(pressure->waiting, 0, sizeof(pressure->waiting));
	pressure->read_at = now;
}
