/*
 * progress.h
 *		How far a migration is, and for whom it waits, in words.
 */
#ifndef ZDM_PROGRESS_H
#define ZDM_PROGRESS_H

#include "postgres.h"

extern char *zdm_migration_progress(int64 id);
extern char *zdm_release_progress(const char *release, const int64 *ids, int n);
extern double zdm_migration_rows_done(int64 id);
extern char *zdm_transaction_holder(TransactionId xid);
extern char *zdm_oldest_snapshot(void);

#endif /* ZDM_PROGRESS_H */
