/*
 * lossless.h
 *		Which casts give back what they were given.
 */
#ifndef ZDM_LOSSLESS_H
#define ZDM_LOSSLESS_H

#include "postgres.h"

extern bool zdm_type_is_number(Oid type);
extern bool zdm_cast_is_lossless(Oid from, int32 from_typmod, Oid to, int32 to_typmod);

#endif /* ZDM_LOSSLESS_H */
