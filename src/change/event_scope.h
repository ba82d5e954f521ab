/*
 * event_scope.h
 *		Event triggers of users that fire for zdm's own statements.
 */
#ifndef ZDM_EVENT_SCOPE_H
#define ZDM_EVENT_SCOPE_H

#include "postgres.h"

#include "fmgr.h"

typedef struct ZdmEventScope
{
	needs_fmgr_hook_type save_needs;
	fmgr_hook_type save_hook;
	const char *save_path;
	bool save_restricted;
} ZdmEventScope;

extern const char *zdm_event_search_path(void);
extern void zdm_event_scope_begin(ZdmEventScope *scope, const char *search_path, bool restricted);
extern void zdm_event_scope_end(const ZdmEventScope *scope);
extern void zdm_event_failure_forget(void);
extern bool zdm_event_trigger_failed(void);

#endif /* ZDM_EVENT_SCOPE_H */
