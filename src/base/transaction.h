/*
 * transaction.h
 *		Transactions of the worker's part, which runs in a background worker or in
 *		the procedure zdm.run(), and subtransactions that catch errors.
 */
#ifndef ZDM_TRANSACTION_H
#define ZDM_TRANSACTION_H

#include "postgres.h"

#include "utils/elog.h"
#include "utils/relcache.h"

extern void zdm_tx_in_procedure(bool in_procedure);
extern bool zdm_tx_is_procedure(void);
extern void zdm_tx_begin_worker(void);
extern void zdm_tx_cancellable(bool on);
extern void zdm_tx_begin(void);
extern TransactionId zdm_tx_horizon(Relation rel);
extern void zdm_tx_relax(void);
extern void zdm_tx_commit(void);

typedef void (*ZdmTryFunction)(void *arg);

extern ErrorData *zdm_try(ZdmTryFunction function, void *arg);
extern void zdm_try_and_undo(ZdmTryFunction function, void *arg);
extern bool zdm_error_is_transient(const ErrorData *error);
extern char *zdm_error_text(const ErrorData *error);

#endif /* ZDM_TRANSACTION_H */
