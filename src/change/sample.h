/*
 * sample.h
 *		Trying a conversion on a sample of rows before anything is changed.
 */
#ifndef ZDM_SAMPLE_H
#define ZDM_SAMPLE_H

#include "postgres.h"

#include "change/swap_columns.h"

extern ErrorData *zdm_sample_expression(ZdmPlan *plan, const char *expression, bool *gives_null);
extern void zdm_sample_note(ZdmSwap *swap, ZdmStep *step);

#endif /* ZDM_SAMPLE_H */
