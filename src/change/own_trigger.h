/*
 * own_trigger.h
 *		Whether a trigger is one of zdm's.
 */
#ifndef ZDM_OWN_TRIGGER_H
#define ZDM_OWN_TRIGGER_H

#include "postgres.h"

extern bool zdm_is_own_function(Oid function, const char *wanted);
extern bool zdm_is_sync_trigger(Oid trigger);
extern bool zdm_is_own_trigger(Oid trigger);

#endif /* ZDM_OWN_TRIGGER_H */
