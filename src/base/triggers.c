/*
 * triggers.c
 *		The triggers of a table.
 */
#include "postgres.h"

#include "commands/trigger.h"
#include "utils/rel.h"

#include "base/triggers.h"

/* Returns the triggers of a table; numtriggers is 0 if it has none. */
TriggerDesc *
zdm_triggers(Relation rel)
{
	return rel->trigdesc ? CopyTriggerDesc(rel->trigdesc) : palloc0(sizeof(TriggerDesc));
}

/* Returns the trigger of a table that has a name; NULL if there is none. */
Trigger *
zdm_find_trigger(Relation rel, const char *name)
{
	for (int i = 0; rel->trigdesc && i < rel->trigdesc->numtriggers; i++)
	{
		TriggerDesc found = {.triggers = &rel->trigdesc->triggers[i], .numtriggers = 1};

		if (strcmp(found.triggers->tgname, name) == 0)
			return CopyTriggerDesc(&found)->triggers;
	}
	return NULL;
}
