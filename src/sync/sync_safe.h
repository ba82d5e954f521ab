/*
 * sync_safe.h
 *		Running what may fail without failing the write that it runs in.
 */
#ifndef ZDM_SYNC_SAFE_H
#define ZDM_SYNC_SAFE_H

#include "postgres.h"

#include "base/transaction.h"

extern bool zdm_sync_try(ZdmTryFunction function, void *arg, ErrorData **error);

#endif /* ZDM_SYNC_SAFE_H */
