/*
 * carry_record.c
 *		What contract and its way back have carried over, in the record.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/memutils.h"

#include "base/json.h"
#include "base/query.h"
#include "change/carry_over.h"
#include "record/carried.h"

/* Lists OIDs as texts. */
static List *
oid_texts(List *oids)
{
	List *texts = NIL;
	ListCell *lc;

	foreach (lc, oids)
		texts = lappend(texts, psprintf("%u", lfirst_oid(lc)));
	return texts;
}

void
zdm_carried_record(const ZdmMigration *m, List *list)
{
	StringInfoData objects;
	StringInfoData record;
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	List *order = NIL;
	ListCell *lc;

	initStringInfo(&objects);
	appendStringInfoChar(&objects, '{');
	foreach (lc, list)
	{
		ZdmCarried *carried = lfirst(lc);
		char *key = psprintf("%s %s", carried->class->name, carried->identity);
		StringInfoData members;

		initStringInfo(&members);
		appendStringInfoChar(&members, '{');
		zdm_json_add_string(&members, "class", carried->class->name);
		zdm_json_add_string(&members, "identity", carried->identity);
		zdm_json_add_string(&members, "oid", psprintf("%u", carried->oid));
		zdm_json_add_string(&members, "direct", carried->direct ? "yes" : "no");
		if (carried->was)
			zdm_json_add_string(&members, "was", carried->was);
		if (carried->left)
			zdm_json_add_string(&members, "left", carried->left);
		zdm_json_add_list(&members, "tables", oid_texts(carried->tables));
		zdm_json_add_list(&members, "uses", carried->uses);
		zdm_json_add_list(&members, "used", carried->used);
		zdm_json_add_key(&objects, key);
		appendStringInfo(&objects, "%s}", members.data);
		order = lappend(order, key);
	}
	appendStringInfoChar(&objects, '}');
	initStringInfo(&record);
	appendStringInfoChar(&record, '{');
	zdm_json_add_list(&record, "order", order);
	zdm_json_add_key(&record, "objects");
	appendStringInfo(&record, "%s}", objects.data);
	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	zdm_arg_text(&args, record.data);
	zdm_query("UPDATE zdm.migration_row SET carried = $2::jsonb WHERE id = $1", &args);
	zdm_record_end(&scope);
}

/* Lists the objects that the record has, in order. */
List *
zdm_carried_recorded(const ZdmMigration *m)
{
	Jsonb *record = zdm_carried_get(m->id); /* members "order" and "objects" */
	Jsonb *objects = zdm_json_object(record, "objects");
	List *list = NIL;
	ListCell *table;
	ListCell *lc;

	foreach (lc, zdm_json_list(record, "order"))
	{
		Jsonb *members = zdm_json_object(objects, lfirst(lc));
		ZdmCarried *carried = palloc0(sizeof(ZdmCarried));
		char *name = zdm_json_string(members, "class");

		carried->class = zdm_carried_class(name);
		carried->oid = atooid(zdm_json_string(members, "oid"));
		carried->identity = zdm_json_string(members, "identity");
		carried->direct = strcmp(zdm_json_string(members, "direct"), "yes") == 0;
		foreach (table, zdm_json_list(members, "tables"))
			carried->tables = lappend_oid(carried->tables, atooid(lfirst(table)));
		carried->was = zdm_json_string(members, "was");
		carried->left = zdm_json_string(members, "left");
		carried->uses = zdm_json_list(members, "uses");
		carried->used = zdm_json_list(members, "used");
		list = lappend(list, carried);
	}
	return list;
}

/* What was there before the last time is put back, if what that time has left is there still. */
void
zdm_carried_restore(List *recorded, ZdmCarried *carried)
{
	ListCell *lc;

	foreach (lc, recorded)
	{
		ZdmCarried *before = lfirst(lc);

		if (before->class == carried->class && strcmp(before->identity, carried->identity) == 0 &&
			before->left != NULL && strcmp(before->left, carried->was) == 0)
		{
			carried->apply = before->was;
			carried->used = before->uses;
		}
	}
}

/* What one step of a call has found for a later one of the same call. */
typedef struct HandedOn
{
	MemoryContextCallback callback;
	int64 migration;
	List *list;
} HandedOn;

static HandedOn *handed_on = NULL;

static void
forget_handed_on(void *arg)
{
	if (handed_on == arg)
		handed_on = NULL;
}

/* Keeps a list, which is in TopTransactionContext, for zdm_carried_handed_on(). */
void
zdm_carried_hand_on(const ZdmMigration *m, List *list)
{
	handed_on = MemoryContextAllocZero(TopTransactionContext, sizeof(HandedOn));
	handed_on->migration = m->id;
	handed_on->list = list;
	handed_on->callback.func = forget_handed_on;
	handed_on->callback.arg = handed_on;
	MemoryContextRegisterResetCallback(TopTransactionContext, &handed_on->callback);
}

/* Returns what carry_prepare() has found in this transaction. */
List *
zdm_carried_handed_on(const ZdmMigration *m)
{
	if (handed_on == NULL || handed_on->migration != m->id)
		elog(ERROR, "nothing was prepared for migration " INT64_FORMAT, m->id);
	return handed_on->list;
}
