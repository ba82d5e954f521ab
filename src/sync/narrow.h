/*
 * narrow.h
 *		A table that follows another one by a key that lets in fewer rows.
 */
#ifndef ZDM_NARROW_H
#define ZDM_NARROW_H

#include "sync/follower.h"

extern void zdm_narrow_insert(ZdmFollowing *f);
extern void zdm_narrow_follow(ZdmFollowing *f);

#endif /* ZDM_NARROW_H */
