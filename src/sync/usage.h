/*
 * usage.h
 *		Who still uses which form of what changes: kept in shared memory, where zdm is preloaded.
 */
#ifndef ZDM_USAGE_H
#define ZDM_USAGE_H

#include "postgres.h"

#include "utils/timestamp.h"

struct ZdmSyncSpec;

typedef enum ZdmSide
{
	ZDM_SIDE_OLD, /* the form that goes away */
	ZDM_SIDE_NEW,
	ZDM_SIDE_ALL, /* all columns of the table, as SELECT * has them: it doesn't tell which */
} ZdmSide;

#define ZDM_SIDES (ZDM_SIDE_ALL + 1)

/* What this backend has seen of one sync trigger, and not told others yet. */
typedef struct ZdmUse
{
	Oid trigger; /* key */
	Oid relid;
	bool pending;
	bool due;                       /* others are to be told at the end of the transaction */
	TimestampTz told_at[ZDM_SIDES]; /* the last use of which others know */
	int64 reads[ZDM_SIDES];
	int64 writes[ZDM_SIDES];
	TimestampTz read_at[ZDM_SIDES];
	TimestampTz written_at[ZDM_SIDES];
	uint64 query_id[ZDM_SIDES]; /* of the last statement that read; 0: not known */
} ZdmUse;

/* What is known of one side of a trigger, a role and an application. */
typedef struct ZdmUsage
{
	Oid trigger;
	Oid relid; /* the table that the trigger is on */
	Oid role;
	ZdmSide side;
	char application[NAMEDATALEN];
	int64 reads;
	int64 writes;
	TimestampTz last_read;  /* 0: never */
	TimestampTz last_write; /* likewise */
	uint64 query_id;        /* 0: not known */
} ZdmUsage;

extern const char *const zdm_side_names[];

extern void zdm_usage_init(void);
extern bool zdm_usage_is_kept(void);
extern TimestampTz zdm_usage_since(void);
extern ZdmUsage *zdm_usage_list(int *n);
extern ZdmUse *zdm_usage_of_trigger(Oid trigger, Oid relid);
extern bool zdm_usage_has_forms(const struct ZdmSyncSpec *spec);
extern void zdm_usage_pend(ZdmUse *use);

/* Notes that a row was written by one side.  use: NULL where usage is not kept. */
static inline void
zdm_usage_wrote(ZdmUse *use, ZdmSide side)
{
	if (use == NULL)
		return;
	use->writes[side]++;
	if (!use->pending)
		zdm_usage_pend(use);
}

#endif /* ZDM_USAGE_H */
