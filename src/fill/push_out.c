/*
 * push_out.c
 *		Has what the build of an index writes be on its way to the disk before others wait for it.
 *
 * A build writes an index and as much WAL, tens of megabytes in a moment, and pauses nowhere.
 *
 * Its WAL waits in the buffers for the next commit, which has to write all of it before its own,
 * or for the WAL writer, which does so after 200 ms: clients wait behind that for a lock, and where
 * there are few processors for one of them, too, since a kernel may copy megabytes without a look
 * at who else wants to run.
 *
 * The index itself is fsynced at the end before 17 (nbtsort.c, smgrimmedsync; 17 leaves that to the
 * checkpoint, bulk_write.c).  Of what is written until then the kernel may have begun to write
 * nothing, and every other fsync waits meanwhile, those of clients' commits too: 100 ms for an
 * index of 290 MB.
 *
 * So while a build runs, a timer comes by every few milliseconds, wakes the WAL writer if there is
 * something for it, and has the kernel begin to write what is new in the index's file, as the
 * server itself does for checkpoints (pg_flush_data).
 *
 * That is done in a signal handler: SetLatch(), system calls, and reads of this process's own
 * memory.  It is no more than advice; nothing of it can fail a build.  A disk that is busy may hold
 * up a call for the index, so none is made while others may wait for what this process holds, as
 * for the WAL.
 */
#include "postgres.h"

#include "executor/instrument.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "fill/push_out.h"

#define EVERY_MSEC 2
#define LEAST_WAL_BYTES (64 * 1024) /* that are worth waking somebody for */

static TimeoutId timer = MAX_TIMEOUTS;
static uint64 told_bytes; /* of pgWalUsage, when the WAL writer was woken last */
static int told;          /* how often it was since zdm_push_out_begin() */

#if defined(HAVE_SYNC_FILE_RANGE) && PG_VERSION_NUM < 170000

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/progress.h"
#include "utils/backend_status.h"

#define INDEX_EVERY 5             /* of the timer's visits */
#define LEAST_BYTES (1024 * 1024) /* that are worth a call */

static int visits;

/* The index that was at work when the timer came by last, and how much of it was on its way. */
static Oid pushed_index;
static off_t pushed_bytes;
static off_t pushed_of_all; /* indexes since zdm_push_out_begin() */

/*
 * Opens the file of an index that this process builds; -1: it is in another tablespace, or not
 * there yet.  While it is built its file is called after it (heap.c, heap_create).  What is beyond
 * the first segment is left to the kernel, which has long begun to write by then.
 */
static int
open_index(Oid index)
{
	char path[MAXPGPATH];
	char digits[10];
	size_t length = strnlen(DatabasePath, MAXPGPATH - lengthof(digits) - 2);
	int n = 0;

	memcpy(path, DatabasePath, length);
	path[length++] = '/';
	for (; index != InvalidOid; index /= 10)
		digits[n++] = '0' + index % 10;
	while (n > 0)
		path[length++] = digits[--n];
	path[length] = '\0';
	return open(path, O_RDONLY, 0);
}

/* In the timer's handler: what is new in the index. */
static void
push_out_index(void)
{
	volatile PgBackendStatus *entry = MyBEEntry;
	struct stat file;
	Oid index = InvalidOid;
	int fd;

	/* An LWLock holds off interrupts; so does timeout.c, once, around its handlers. */
	if (++visits % INDEX_EVERY != 0 || InterruptHoldoffCount > 1 || CritSectionCount > 0)
		return;
	if (entry != NULL && entry->st_progress_command == PROGRESS_COMMAND_CREATE_INDEX)
		index = (Oid) entry->st_progress_param[PROGRESS_CREATEIDX_INDEX_OID];
	if (index != pushed_index)
	{
		pushed_index = index;
		pushed_bytes = 0;
	}
	if (OidIsValid(index) && (fd = open_index(index)) >= 0)
	{
		if (fstat(fd, &file) == 0 && file.st_size - pushed_bytes >= LEAST_BYTES &&
			sync_file_range(fd, pushed_bytes, file.st_size - pushed_bytes, SYNC_FILE_RANGE_WRITE) ==
				0)
		{
			pushed_of_all += file.st_size - pushed_bytes;
			pushed_bytes = file.st_size;
		}
		(void) close(fd);
	}
}

static void
begin_index(void)
{
	pushed_index = InvalidOid;
	pushed_bytes = pushed_of_all = 0;
}

static void
end_index(void)
{
	elog(DEBUG1,
		 "zdm: %lld bytes of the index were on their way to the disk before it was complete",
		 (long long) pushed_of_all);
}

#else
#define push_out_index() ((void) 0)
#define begin_index() ((void) 0)
#define end_index() ((void) 0)
#endif

/* In the timer's handler: the WAL of this process. */
static void
push_out_wal(void)
{
	Latch *writer;

	if (pgWalUsage.wal_bytes - told_bytes < LEAST_WAL_BYTES)
		return;
	told_bytes = pgWalUsage.wal_bytes;
	writer = zdm_wal_writer_latch();
	if (writer != NULL)
	{
		SetLatch(writer);
		told++;
	}
}

/* The timer's handler. */
static void
push_out(void)
{
	int save_errno = errno;

	push_out_wal();
	push_out_index();
	errno = save_errno;
}

/* Does that for builds of this process, until zdm_push_out_end(). */
void
zdm_push_out_begin(void)
{
	if (timer == MAX_TIMEOUTS)
		timer = RegisterTimeout(USER_TIMEOUT, push_out);
	told_bytes = pgWalUsage.wal_bytes;
	told = 0;
	begin_index();
	enable_timeout_every(timer, TimestampTzPlusMilliseconds(GetCurrentTimestamp(), EVERY_MSEC),
						 EVERY_MSEC);
}

/* Whatever has become of them. */
void
zdm_push_out_end(void)
{
	disable_timeout(timer, false);
	elog(DEBUG1, "zdm: the WAL writer was woken %d times during the build", told);
	end_index();
}
