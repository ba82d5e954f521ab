/*
 * hand_over.h
 *		A table gets another owner in mid-flight: what zdm has made beside it goes along.
 */
#ifndef ZDM_HAND_OVER_H
#define ZDM_HAND_OVER_H

#include "postgres.h"

/* Sees to a table, or a view of zdm's, that a command of the caller's has given to somebody. */
extern void zdm_hand_over(Oid table);

#endif /* ZDM_HAND_OVER_H */
