/*
 * extension.h
 *		Extension zdm in this database, and how it is kept there.
 */
#ifndef ZDM_EXTENSION_H
#define ZDM_EXTENSION_H

#include "postgres.h"

extern Oid zdm_extension_oid(void);
extern bool zdm_extension_lock(void);
extern void zdm_require_extension(void);

#endif /* ZDM_EXTENSION_H */
