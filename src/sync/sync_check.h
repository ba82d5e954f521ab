/*
 * sync_check.h
 *		Which specs a sync trigger works by.
 */
#ifndef ZDM_SYNC_CHECK_H
#define ZDM_SYNC_CHECK_H

#include "postgres.h"

#include "utils/jsonb.h"

#include "sync/sync_spec.h"

extern bool zdm_sync_spec_is_good(Jsonb *json, const ZdmSyncSpec *spec);

#endif /* ZDM_SYNC_CHECK_H */
