/*
 * json.h
 *		Reading and writing the small JSON objects that zdm keeps: the arguments of a
 *		call, and the argument of a sync trigger.
 */
#ifndef ZDM_JSON_H
#define ZDM_JSON_H

#include "postgres.h"

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "utils/jsonb.h"

extern Jsonb *zdm_json_parse(const char *text);
extern char *zdm_json_text(Jsonb *json);
extern bool zdm_json_has(Jsonb *json, const char *key);
extern bool zdm_json_is(Jsonb *json, const char *key, enum jbvType type);
extern char *zdm_json_string(Jsonb *json, const char *key);
extern bool zdm_json_bool(Jsonb *json, const char *key, bool if_missing);
extern List *zdm_json_list(Jsonb *json, const char *key);
extern Jsonb *zdm_json_object(Jsonb *json, const char *key);
extern List *zdm_json_objects(Jsonb *json, const char *key);
extern List *zdm_json_keys(Jsonb *json);

extern void zdm_json_add_key(StringInfo buf, const char *key);
extern void zdm_json_add_string(StringInfo buf, const char *key, const char *value);
extern void zdm_json_add_bool(StringInfo buf, const char *key, bool value);
extern void zdm_json_add_list(StringInfo buf, const char *key, List *strings);

#endif /* ZDM_JSON_H */
