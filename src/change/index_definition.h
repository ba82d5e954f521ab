/*
 * index_definition.h
 *		The text of a CREATE INDEX, read by the server's parser and written anew.
 */
#ifndef ZDM_INDEX_DEFINITION_H
#define ZDM_INDEX_DEFINITION_H

#include "postgres.h"

#include "change/change.h"
#include "nodes/parsenodes.h"
#include "utils/rel.h"

/* An index that is to be, with every name in full. */
typedef struct ZdmIndexDefinition
{
	char *name;     /* as given; NULL: none was */
	char *addition; /* what the server would put between table and "idx" in a name */
	bool unique;
	bool if_not_exists;
	bool nulls_not_distinct;
	bool expressions; /* some of its keys are */
	List *keys;       /* of char *: key columns and expressions */
	char *predicate;  /* NULL: none */
	char *tail;       /* all that stands behind the table's name */
	List *columns;    /* of char *: the columns that it reads */
} ZdmIndexDefinition;

extern IndexStmt *zdm_index_parse(const char *text);
extern ZdmIndexDefinition *zdm_index_definition(Relation rel, IndexStmt *stmt, const char *text);
extern char *zdm_index_default_name(const char *table, IndexStmt *stmt);
extern char *zdm_choose_index_name(List **names, Oid table, const char *addition,
								   const char *label);
extern char *zdm_index_sql(const ZdmIndexDefinition *definition, const char *name, Oid table,
						   bool only);
extern void zdm_plan_index(ZdmPlan *plan, ZdmPhase phase, const ZdmIndexDefinition *definition);

#endif /* ZDM_INDEX_DEFINITION_H */
