/*
 * extracted.h
 *		Columns that move to a table of their own: what of them is blank.
 */
#ifndef ZDM_EXTRACTED_H
#define ZDM_EXTRACTED_H

#include "postgres.h"

#include "access/attnum.h"
#include "nodes/primnodes.h"
#include "utils/rel.h"

extern bool zdm_blank_is_known(Relation rel, AttrNumber attnum);
extern Const *zdm_blank(Relation rel, AttrNumber attnum);

#endif /* ZDM_EXTRACTED_H */
