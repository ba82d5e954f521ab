/*
 * sample.h
 *		Trying a conversion on a sample of rows before anything is changed.
 */
#ifndef ZDM_SAMPLE_H
#define ZDM_SAMPLE_H

#include "postgres.h"

#include "swap.h"

extern void zdm_sample_note(ZdmSwap *swap, ZdmStep *step);

#endif /* ZDM_SAMPLE_H */
