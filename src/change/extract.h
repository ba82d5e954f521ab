/*
 * extract.h
 *		Columns of a table that move to a table of their own.
 */
#ifndef ZDM_CHANGE_EXTRACT_H
#define ZDM_CHANGE_EXTRACT_H

#include "postgres.h"

#include "catalog/pg_constraint.h"
#include "nodes/pg_list.h"
#include "utils/rel.h"

#include "change/deed.h"
#include "record/migration.h"

#define ZDM_ACTION_MAKE_EXTRACT "make_extract"
#define ZDM_ACTION_DROP_EXTRACT "drop_extract"
#define ZDM_ACTION_CHECK_EXTRACT "check_extract"
#define ZDM_ACTION_FINISH_EXTRACT "finish_extract"

/* An argument that a split has: the columns that are for another part, or stay. */
#define ZDM_EXTRACT_ELSEWHERE "elsewhere"

/* What moves where. */
typedef struct ZdmExtract
{
	List *columns;   /* of char *: they move */
	List *hidden;    /* of char *: what each is called in the old table from contract on */
	List *key;       /* of char *: the primary key, which both tables have */
	List *key_there; /* of char *: what its columns are called by the view; NIL: the same */
	List *order;     /* of the view's columns, by its names; NIL: the key comes first */
	Oid schema;
	char *name;      /* of the new table */
	char *shadow;    /* ... while it is hidden */
	List *reads;     /* of char *: the columns that only_when uses */
	char *only_when; /* canonical; NULL: each row of the old table has one in the new one */
	List *required;  /* of char *: columns that are NOT NULL and have no default */
} ZdmExtract;

/* An index that the new table is to have. */
typedef struct ZdmExtractIndex
{
	char *name;
	char *tail; /* all that stands behind the table's name */
	Oid index;  /* that of the old table */
	bool unique;
	bool constraint; /* of a UNIQUE constraint */
} ZdmExtractIndex;

extern void zdm_extract_refuse(Relation rel, const ZdmExtract *extract);
extern void zdm_extract_refuse_dependents(Relation rel, const ZdmExtract *extract, Oid view,
										  const char *required_trigger);
extern void zdm_extract_refuse_other(Relation rel, Relation hidden, const ZdmExtract *extract);
extern bool zdm_extract_requires(Relation rel, AttrNumber attnum);
extern bool zdm_extract_moves(Relation rel, const ZdmExtract *extract, HeapTuple constraint);
extern List *zdm_extract_indexes(Relation rel, const ZdmExtract *extract);
extern char *zdm_extract_constraint_name(const List *old_names, const char *new_table,
										 const char *name);
extern char *zdm_extract_name_of(const List *old_names, const char *new_table, const char *name);
extern char *zdm_extract_table_sql(Relation rel, const ZdmExtract *extract);
extern List *zdm_extract_view_sql(Relation rel, const ZdmExtract *extract);
extern char *zdm_extract_require_sql(Relation rel, const ZdmExtract *extract, const char *trigger);
extern List *zdm_extract_keys_sql(Relation rel, const ZdmExtract *extract, const List *old_names,
								  const char *new_table, List **names);
extern List *zdm_extract_other_tables(Relation rel, const ZdmExtract *extract);
extern ZdmExtract *zdm_extract_of(const ZdmMigration *m);
extern void zdm_extract_copy_comment(Oid class_id, Oid from, Oid to);
extern void zdm_extract_take_name(const ZdmMigration *m, Oid hidden, Oid view);
extern char *zdm_extract_publication(Oid schema);

extern ZdmDeed *zdm_deed_make_extract(const char *table, const ZdmExtract *extract,
									  const char *create, List *view, const char *require);
extern ZdmDeed *zdm_deed_drop_extract(const char *table);
extern ZdmDeed *zdm_deed_check_extract(const char *table);
extern ZdmDeed *zdm_deed_finish_extract(const char *table, List *unique);
extern void zdm_run_make_extract(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_drop_extract(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_check_extract(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_finish_extract(const ZdmMigration *m, const ZdmDeed *deed);

/* extract_marks.c */
extern void zdm_extract_copy_marks(Oid from, Oid to);
extern void zdm_extract_note_marks(Relation rel, Oid hidden);
extern void zdm_extract_follow_marks(const ZdmMigration *m, Relation rel,
									 const ZdmExtract *extract);

/* extract_kept.c */
extern const char *zdm_extract_not_kept(Relation rel, Relation hidden, const ZdmExtract *extract,
										List *unique);

#endif /* ZDM_CHANGE_EXTRACT_H */
