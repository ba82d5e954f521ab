/*
 * carry.h
 *		What hangs on an old column, as carry*.c see it.
 */
#ifndef ZDM_CARRY_H
#define ZDM_CARRY_H

#include "postgres.h"

#include "access/htup.h"
#include "nodes/parsenodes.h"
#include "utils/rel.h"

#include "change/swap_columns.h"

typedef enum ZdmDependentKind
{
	ZDM_DEP_INDEX, /* that no constraint owns */
	ZDM_DEP_KEY,   /* a unique or primary key constraint */
	ZDM_DEP_CHECK,
	ZDM_DEP_FOREIGN_KEY, /* of this table */
	ZDM_DEP_REFERENCE,   /* a foreign key of another table, or of this one, to the column */
	ZDM_DEP_DEFAULT,
	ZDM_DEP_SEQUENCE,   /* owned: a serial column */
	ZDM_DEP_IDENTITY,   /* the sequence behind an identity */
	ZDM_DEP_STATISTICS, /* extended statistics */
} ZdmDependentKind;

typedef struct ZdmDependent
{
	ZdmDependentKind kind;
	Oid oid;
	Oid index;  /* InvalidOid: is none, has none */
	Oid relid;  /* constraint: of its table */
	Oid schema; /* statistics: where they are */
	ZdmOldColumn *column;
	char *name;
	char *shadow; /* of the new one, until contract */
	char *hidden; /* of the old index or statistics, from contract on */
	bool unique;
	bool primary;
	bool exclusion; /* a constraint with operators of its own, and its strategies: */
	List *strategies;
	bool deferrable;
	bool deferred;
	bool validated;
	bool nulls_not_distinct;
	struct ZdmDependent *above; /* an index of a partition: the parent's that it is part of */
} ZdmDependent;

extern HeapTuple zdm_constraint_row(Oid constraint);
extern void zdm_note_unvalidated(const ZdmMigration *m);
extern List *zdm_column_dependents(Relation rel, AttrNumber attnum, const char *except,
								   List *known);

/* carry.c: what hangs on the old columns. */
extern void zdm_carry_find(ZdmSwap *swap);

/* carry_trial.c: whether the new columns can bear it. */
extern void zdm_carry_try(ZdmSwap *swap);
extern List *zdm_swap_shadow_row(ZdmSwap *swap);

/* carry_plan.c: the steps that make it, and hand it on. */
extern void zdm_carry_plan_build(ZdmSwap *swap, const char *name, char *sql, const char *parent,
								 const char *top);
extern void zdm_carry_plan_expand(ZdmSwap *swap);
extern void zdm_carry_plan_validate(ZdmSwap *swap);
extern void zdm_carry_plan_contract(ZdmSwap *swap);

/* carry_apart.c */
extern bool zdm_carry_is_apart(ZdmSwap *swap, const ZdmDependent *dependent);
extern void zdm_carry_note_apart(ZdmStep *step, const ZdmDependent *dependent, bool look);

/* carry_exclusion.c */
extern bool zdm_carry_excludes_beside(const ZdmSwap *swap, const ZdmDependent *dependent);
extern ZdmDeed *zdm_carry_exclusion(ZdmSwap *swap, const ZdmDependent *dependent, bool look);
extern ZdmDeed *zdm_carry_exclusion_beside(ZdmSwap *swap, const ZdmDependent *dependent);
extern void zdm_carry_plan_exclusion(ZdmSwap *swap, const ZdmDependent *dependent,
									 const char *index);

/* carry_step.c */
extern ZdmStep *zdm_carry_contract_step(ZdmSwap *swap, const ZdmDeed *command, const ZdmDeed *undo);
extern ZdmStep *zdm_carry_contract_sql(ZdmSwap *swap, char *command, char *undo);

/* carry_default.c */
extern void zdm_carry_contract_defaults(ZdmSwap *swap);
extern void zdm_carry_contract_sequence(ZdmSwap *swap, ZdmDependent *dependent);

/* carry_index.c, carry_statistics.c, carry_constraint.c: the SQL of each. */
extern IndexStmt *zdm_carry_index_statement(Relation rel, Relation index);
extern char *zdm_carry_index_text(Relation index, IndexStmt *statement, List *names,
								  const char *table, const char *name, bool unique);
extern char *zdm_carry_index_sql(ZdmSwap *swap, Oid index, const char *name);
extern char *zdm_carry_statistics_sql(ZdmSwap *swap, Oid oid, const char *name);
extern void zdm_carry_plan_analyze(ZdmSwap *swap);
extern char *zdm_carry_check_sql(ZdmSwap *swap, HeapTuple constraint, ZdmNaming naming);
extern char *zdm_carry_foreign_key_sql(ZdmSwap *swap, HeapTuple constraint, ZdmNaming naming);

/* carry_computed.c */
extern void zdm_computed_add(ZdmSwap *swap);
extern void zdm_computed_note_reads(ZdmSwap *swap);
extern Node *zdm_computed_guard(ZdmSwap *swap, Node *reverse);

/* carry_generated.c */
extern List *zdm_carry_generated_names(ZdmSwap *swap);
extern void zdm_carry_plan_generated(ZdmSwap *swap, ZdmPhase phase);

/* carry_not_null.c */
extern const char *zdm_carry_no_inherit(const ZdmOldColumn *old);
extern void zdm_carry_contract_not_null(ZdmSwap *swap);

#endif /* ZDM_CARRY_H */
