/*
 * sync_program.h
 *		A sync spec compiled for one relation in one backend.
 */
#ifndef ZDM_SYNC_PROGRAM_H
#define ZDM_SYNC_PROGRAM_H

#include "postgres.h"

#include "nodes/execnodes.h"
#include "utils/jsonb.h"
#include "utils/rel.h"
#include "utils/reltrigger.h"

#include "base/direct_call.h"
#include "base/patch.h"
#include "sync/sync_spec.h"

/* One column of a program, and how its value is made from the other side. */
typedef struct ZdmSyncColumn
{
	AttrNumber attnum;
	bool byval;
	int16 len;
	bool generated;       /* the server computes it behind the trigger, whatever that sets */
	AttrNumber copy_from; /* if expression is NULL; 0: has no source */
	ExprState *expression;
	ZdmDirectCall *call; /* does the same, if not NULL */
	char *marked_as;     /* its name, where a default of zdm's tells who has left it; NULL: none */
	bool has_default; /* what DEFAULT means is known: it has one, or is declared to have one ... */
	char *declared;   /* ... then this; NULL: the catalog has it */
	ExprState *standard; /* it, once it was needed */
} ZdmSyncColumn;

typedef struct ZdmSyncProgram
{
	Oid trigger; /* cache key; InvalidOid if not cached */
	Oid relid;
	bool valid; /* false once the catalog has changed */
	int busy;   /* evaluations under way, see zdm_sync_forward() */
	ZdmSyncState state;
	bool not_null;      /* these four as in the spec */
	bool null_on_error; /* ... */
	bool exact;
	bool filled;
	bool fill_once;      /* forward is volatile and nothing flows back: only fills what is NULL */
	bool no_return;      /* reverse only marks rows written since contract: it gives NULL */
	bool guarded;        /* contracted: what the server computes from the old columns may fail */
	bool user_code;      /* evaluates functions that did not come with the server */
	bool large_values;   /* forward reads or makes values of any length */
	bool old_not_null;   /* some old column is NOT NULL */
	bool fills_last;     /* an INSERT that leaves the last column NULL wants forward there ... */
	bool fills_directly; /* ... which is a direct call and needs neither sandbox nor try */
	AttrNumber last_not_null; /* NOT NULL column, but for the relation's last one */
	TransactionId since;      /* a NULL that it or a later one wrote is meant; invalid: none is */
	bool takes_defaults;      /* some new column has marked_as */
	bool old_has_default;     /* some old column has one */
	bool keeps_defaults;      /* some default has been compiled */
	Oid root;                 /* the migration's own table, if anything is parsed */
	Oid owner;                /* of that; runs user_code */
	Jsonb *resolved;          /* likewise: what names in it stand for */
	List *settings;           /* of ZdmFormatting *: hold while it evaluates */
	int nold;
	int nnew;
	ZdmSyncColumn *old_columns;
	ZdmSyncColumn *new_columns;
	Datum *values; /* room for the values of one side */
	bool *isnull;
	bool *left;         /* for each new column: this row's statement has left it to its default */
	struct ZdmUse *use; /* where writes are counted; NULL: they are not */
	ZdmLastColumn last; /* of the relation */
	ExprContext *econtext; /* of its expressions; NULL if there are none */
	MemoryContext context; /* owns everything here */
} ZdmSyncProgram;

extern Oid zdm_sync_function(void);
extern bool zdm_sync_fires(const Trigger *trigger);
extern Trigger *zdm_sync_trigger(Relation rel, const char *name);
extern ZdmSyncProgram *zdm_sync_find_program(Relation rel, Trigger *trigger);
extern ZdmSyncProgram *zdm_sync_last_program;
extern void zdm_sync_compile_default(ZdmSyncProgram *program, Relation rel, Trigger *trigger,
									 ZdmSyncColumn *column);

/*
 * Returns the compiled program of a sync trigger.  The caller holds a lock on the
 * relation, which keeps the program true; it belongs to the cache.
 */
static inline ZdmSyncProgram *
zdm_sync_program(Relation rel, Trigger *trigger)
{
	ZdmSyncProgram *last = zdm_sync_last_program;

	if (last && last->trigger == trigger->tgoid && last->valid && !last->busy)
		return last;
	return zdm_sync_find_program(rel, trigger);
}

#endif /* ZDM_SYNC_PROGRAM_H */
