/*
 * column_uses.h
 *		What uses a column that is to be dropped: what goes with it, and what forbids it.
 */
#ifndef ZDM_COLUMN_USES_H
#define ZDM_COLUMN_USES_H

#include "postgres.h"

#include "access/attnum.h"
#include "nodes/pg_list.h"
#include "utils/rel.h"

/* Lists of char * but for one, descriptions like "view v", each in alphabetical order. */
typedef struct ZdmColumnUses
{
	List *blockers;   /* the server would refuse to drop the column, or should */
	List *companions; /* go away with the column, and others may miss them */
	List *uniques;    /* unique and exclusion constraints and indexes with the column */
	List *foreign;    /* foreign keys of the column, but for those NOT ENFORCED */
	List *referenced; /* of Oid: the other tables that these refer to */
	List *composite;  /* those of both that cover other columns too */
	bool match_full;  /* one of these is over several columns and MATCH FULL */
	bool nulls_clash; /* one of the uniques takes two NULLs for the same */
} ZdmColumnUses;

extern void zdm_column_uses(Relation rel, const char *column, ZdmColumnUses *uses);
extern List *zdm_functions_mentioning(Relation rel, const char *column);
extern List *zdm_triggers_mentioning(Relation rel, const char *column);

#endif /* ZDM_COLUMN_USES_H */
