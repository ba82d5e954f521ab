/*
 * announce.c
 *		Tells others what happens to migrations: NOTIFY zdm, and the server's log.
 *
 * Both tell of what is committed alone.  A notification is queued when the transaction is about
 * to commit, not when the event happens: NOTIFY would keep the transaction from being prepared
 * (manual, PREPARE TRANSACTION).  Of a prepared transaction nobody is told anything; its events
 * are in the record.
 *
 * Any role may LISTEN, so the payload has names and words of zdm alone, no detail and no error.
 */
#include "postgres.h"

#include "access/xact.h"
#include "commands/async.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/json.h"
#include "utils/memutils.h"

#include "base/owner.h"
#include "base/settings.h"
#include "record/announce.h"

/* An event of the current transaction. */
typedef struct Announcement
{
	int nest_level; /* of the subtransaction that it belongs to now */
	char *message;
	char *payload;
} Announcement;

static List *announcements = NIL; /* in TopTransactionContext */

/* Appends "key": "value" to a JSON object; NULL is left out. */
static void
append_member(StringInfo json, const char *key, const char *value)
{
	if (value == NULL)
		return;
	appendStringInfoString(json, json->len > 1 ? ", " : "");
	escape_json(json, key);
	appendStringInfoString(json, ": ");
	escape_json(json, value);
}

/* Whose the table is, to whom the migration's name belongs; NULL: it is gone. */
static const char *
owner_name(const ZdmMigration *m)
{
	Oid owner = zdm_relation_owner(m->relation);

	return OidIsValid(owner) ? GetUserNameFromId(owner, true) : NULL;
}

/* Remembers an event of a migration until the transaction commits. */
void
zdm_announce(const ZdmMigration *m, const char *event)
{
	MemoryContext caller;
	Announcement *a;
	StringInfoData json;

	if (!zdm_notify && zdm_log_level == ZDM_LOG_OFF)
		return;
	caller = MemoryContextSwitchTo(TopTransactionContext);
	initStringInfo(&json);
	appendStringInfoChar(&json, '{');
	append_member(&json, "migration", m->name);
	append_member(&json, "event", event);
	append_member(&json, "status", zdm_status_name(m->status));
	append_member(&json, "kind", m->kind);
	append_member(&json, "table", m->relation_name);
	append_member(&json, "owner", owner_name(m));
	append_member(&json, "release", m->release);
	appendStringInfoChar(&json, '}');
	a = palloc(sizeof(Announcement));
	a->nest_level = GetCurrentTransactionNestLevel();
	a->message = psprintf("zdm: migration \"%s\" of %s: %s", m->name,
						  m->relation_name ? m->relation_name : "a table that is gone", event);
	a->payload = json.data;
	announcements = lappend(announcements, a);
	MemoryContextSwitchTo(caller);
}

/*
 * Writes to the log what has been committed.  Must not raise an error any more, as a message to a
 * client might whose encoding has no such characters.
 */
static void
log_announcements(void)
{
	int save_client_min_messages = client_min_messages;
	ListCell *lc;

	if (zdm_log_level == ZDM_LOG_OFF)
		return;
	client_min_messages = ERROR;
	foreach (lc, announcements)
	{
		Announcement *a = lfirst(lc);

		ereport(zdm_log_level,
				(errmsg_internal("%s", a->message), errdetail_internal("%s", a->payload),
				 errhidestmt(true), errhidecontext(true)));
	}
	client_min_messages = save_client_min_messages;
}

static pg_noinline void
announce_at(XactEvent event)
{
	ListCell *lc;

	switch (event)
	{
		case XACT_EVENT_PRE_COMMIT:
			foreach (lc, announcements)
				if (zdm_notify)
					Async_Notify("zdm", ((Announcement *) lfirst(lc))->payload);
			break;
		case XACT_EVENT_COMMIT:
			log_announcements();
			announcements = NIL; /* its memory goes with the transaction */
			break;
		case XACT_EVENT_ABORT:
		case XACT_EVENT_PREPARE:
			announcements = NIL;
			break;
		default:
			break;
	}
}

/* Every transaction comes by. */
static void
xact_callback(XactEvent event, void *arg)
{
	if (announcements != NIL)
		announce_at(event);
}

/* Gives a subtransaction's events to the one above, or forgets them. */
static void
subxact_callback(SubXactEvent event, SubTransactionId sub, SubTransactionId parent, void *arg)
{
	int level = GetCurrentTransactionNestLevel();
	ListCell *lc;

	if (event != SUBXACT_EVENT_COMMIT_SUB && event != SUBXACT_EVENT_ABORT_SUB)
		return;
	foreach (lc, announcements)
	{
		Announcement *a = lfirst(lc);

		if (a->nest_level < level)
			continue;
		if (event == SUBXACT_EVENT_COMMIT_SUB)
			a->nest_level = level - 1;
		else
			announcements = foreach_delete_current (announcements, lc);
	}
}

/* Called once, from _PG_init. */
void
zdm_announce_init(void)
{
	RegisterXactCallback(xact_callback, NULL);
	RegisterSubXactCallback(subxact_callback, NULL);
}
