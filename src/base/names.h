/*
 * names.h
 *		Names of SQL objects: quoting, length, and the names that zdm itself makes.
 */
#ifndef ZDM_NAMES_H
#define ZDM_NAMES_H

#include "postgres.h"

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "utils/rel.h"

extern bool zdm_has_string(const List *strings, const char *string);
extern char *zdm_join(List *texts, const char *between);
extern char *zdm_qualified_name(Oid relid);
extern char *zdm_operator_sql(Oid oid);
extern char *zdm_qualified_type(Oid typid, int32 typmod);
extern char *zdm_qualified_collation(Oid collation);
extern void zdm_add_options(StringInfo buf, List *options);
extern void zdm_check_name(const char *argument, const char *name);
extern void zdm_parse_type(const char *text, Oid *type, int32 *typmod);
extern AttrNumber zdm_find_column(Relation rel, const char *column);
extern void zdm_check_not_virtual(Relation rel, const char *column, const char *use);
extern void zdm_check_column_free(Relation rel, const char *column);
extern char *zdm_clip_text(const char *text, int bytes);
extern char *zdm_clip_name(const char *prefix, const char *name, int reserve);
extern char *zdm_choose_column_name(Relation rel, const char *prefix, const char *column);
extern char *zdm_choose_relation_name(Oid schema, const char *prefix, const char *name, Oid id);
extern char *zdm_choose_passing_name(Oid from, Oid to, Oid id);
extern char *zdm_choose_constraint_name(Oid relid, const char *prefix, const char *name, Oid id);
extern char *zdm_join_name(const char *prefix, const char *name, Oid id);
extern const char *zdm_behind_name(const char *name, const List *names);
extern bool zdm_mentions(const char *text, const char *name);
extern char *zdm_choose_trigger_name(Relation rel, const char *migration);

#endif /* ZDM_NAMES_H */
