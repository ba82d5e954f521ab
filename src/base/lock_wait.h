/*
 * lock_wait.h
 *		Who is in the way of a table lock, and letting others see who waits for one.
 */
#ifndef ZDM_LOCK_WAIT_H
#define ZDM_LOCK_WAIT_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "storage/lockdefs.h"

extern char *zdm_describe_holders(List *roots);
extern void zdm_show_wait(List *roots);
extern void zdm_hide_wait(List *roots);

#endif /* ZDM_LOCK_WAIT_H */
