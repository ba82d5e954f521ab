/*
 * push_out.c
 *		Has an index that is being built be on its way to the disk before the server waits for it.
 *
 * Before 17 a build ends with an fsync of the whole index (nbtsort.c, smgrimmedsync; 17 leaves
 * that to the checkpoint, bulk_write.c).  Of what is written until then the kernel may have begun
 * to write nothing, and every other fsync waits meanwhile, those of clients' commits too: 100 ms
 * for an index of 290 MB.  So while a build runs, a timer comes by every few milliseconds and has
 * the kernel begin to write what is new in the index's file, as the server itself does for
 * checkpoints (pg_flush_data).
 *
 * That is done in a signal handler: system calls, and reads of this process's own memory.  It is
 * no more than advice; nothing of it can fail a build.  A disk that is busy may hold up such a
 * call, so none is made while others may wait for what this process holds, as for the WAL.
 */
#include "postgres.h"

#include "fill/push_out.h"

#if defined(HAVE_SYNC_FILE_RANGE) && PG_VERSION_NUM < 170000

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/progress.h"
#include "miscadmin.h"
#include "utils/backend_status.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

#define EVERY_MSEC 10
#define LEAST_BYTES (1024 * 1024) /* that are worth a call */

static TimeoutId timer = MAX_TIMEOUTS;

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

/* The timer's handler. */
static void
push_out(void)
{
	int save_errno = errno;
	volatile PgBackendStatus *entry = MyBEEntry;
	struct stat file;
	Oid index = InvalidOid;
	int fd;

	/* An LWLock holds off interrupts; so does timeout.c, once, around its handlers. */
	if (InterruptHoldoffCount > 1 || CritSectionCount > 0)
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
	errno = save_errno;
}

/* Does that for builds of this process, until zdm_push_out_end(). */
void
zdm_push_out_begin(void)
{
	if (timer == MAX_TIMEOUTS)
		timer = RegisterTimeout(USER_TIMEOUT, push_out);
	pushed_index = InvalidOid;
	pushed_bytes = pushed_of_all = 0;
	enable_timeout_every(timer, TimestampTzPlusMilliseconds(GetCurrentTimestamp(), EVERY_MSEC),
						 EVERY_MSEC);
}

/* Whatever has become of them. */
void
zdm_push_out_end(void)
{
	disable_timeout(timer, false);
	elog(DEBUG1,
		 "zdm: %lld bytes of the index were on their way to the disk before it was complete",
		 (long long) pushed_of_all);
}

#else

void
zdm_push_out_begin(void)
{
}

void
zdm_push_out_end(void)
{
}

#endif
