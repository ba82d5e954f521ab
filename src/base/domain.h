/*
 * domain.h
 *		What a domain asks of its values.
 */
#ifndef ZDM_DOMAIN_H
#define ZDM_DOMAIN_H

#include "postgres.h"

extern bool zdm_domain_has_constraints(Oid type);

#endif /* ZDM_DOMAIN_H */
