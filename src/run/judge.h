/*
 * judge.h
 *		What has become of a step that commits by itself, before anybody has noted it.
 */
#ifndef ZDM_JUDGE_H
#define ZDM_JUDGE_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "utils/jsonb.h"

#include "record/migration.h"

/* What the catalog says about a step. */
typedef struct ZdmJudgement
{
	Oid table;       /* whose index it is about */
	Oid owner;       /* of the table */
	bool done;       /* there is nothing to do */
	List *leftovers; /* of char *: qualified names of invalid indexes to drop first */
	Jsonb *before;   /* what is to be noted as the step begins; NULL: nothing */
} ZdmJudgement;

extern void zdm_judge_create_index(const ZdmStep *step, List *targets, ZdmJudgement *judgement);
extern void zdm_judge_reindex(const ZdmStep *step, List *targets, ZdmJudgement *judgement);

#endif /* ZDM_JUDGE_H */
