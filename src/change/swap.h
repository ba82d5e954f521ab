/*
 * swap.h
 *		The plan of a migration in which new columns take over: changes of type, transforms.
 */
#ifndef ZDM_SWAP_H
#define ZDM_SWAP_H

#include "postgres.h"

#include "change/swap_columns.h"

extern void zdm_swap_plan(ZdmSwap *swap);

#endif /* ZDM_SWAP_H */
