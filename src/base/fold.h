/*
 * fold.h
 *		Text for a narrow column of a table.
 */
#ifndef ZDM_FOLD_H
#define ZDM_FOLD_H

#include "postgres.h"

extern char *zdm_fold(const char *text, int width, int max_lines);

#endif /* ZDM_FOLD_H */
