/*
 * sync_trust.h
 *		Who has written the spec of a sync trigger.
 */
#ifndef ZDM_SYNC_TRUST_H
#define ZDM_SYNC_TRUST_H

#include "postgres.h"

#include "utils/jsonb.h"
#include "utils/rel.h"
#include "utils/reltrigger.h"

extern Oid zdm_require_recorded_spec(Relation rel, const Trigger *trigger, Jsonb **resolved,
									 int64 *since);

#endif /* ZDM_SYNC_TRUST_H */
