/*
 * rollout.h
 *		The record: zdm.rollout, for which keys an application uses the new form.
 */
#ifndef ZDM_ROLLOUT_H
#define ZDM_ROLLOUT_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "record/migration.h"

/* What is asked for; what is NULL or negative stays as it is. */
typedef struct ZdmRollout
{
	int percent;
	ArrayType *steps;
	int64 every_usec;
	ArrayType *include;
	ArrayType *exclude;
	ArrayType *require; /* queries of the owner */
} ZdmRollout;

/* What a role sees of the last migration of a name. */
typedef struct ZdmRolloutState
{
	List *relations; /* Oid: the tables that have one of that name, whoever may use them */
	bool by_path;    /* the search_path has decided */
	bool all;        /* the new form alone is visible */
	bool open;       /* both are, and complete */
	int percent;
	List *include; /* of char * */
	List *exclude;
} ZdmRolloutState;

extern Oid zdm_rollout_relation(void);
extern void zdm_rollout_changed(void);
extern void zdm_rollout_set(int64 migration, const ZdmRollout *rollout);
extern bool zdm_rollouts_are_there(void);
extern List *zdm_rollouts_due(void);
extern bool zdm_rollout_may_go_on(int64 migration, char **reason);
extern bool zdm_rollout_claim(int64 migration);
extern int zdm_rollout_step(int64 migration);
extern List *zdm_rollout_requires(int64 migration);
extern void zdm_rollout_hold(int64 migration, const char *reason);
extern void zdm_rollout_put_off(int64 migration, const char *reason, int seconds);
extern bool zdm_rollout_take_back(int64 migration, const char *reason);
extern bool zdm_rollout_look(const char *name, Oid role, Oid table, MemoryContext memory,
							 ZdmRolloutState *state);

#endif /* ZDM_ROLLOUT_H */
