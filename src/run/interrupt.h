/*
 * interrupt.h
 *		Background workers: how what they do is interrupted.
 */
#ifndef ZDM_INTERRUPT_H
#define ZDM_INTERRUPT_H

#include "postgres.h"

extern void zdm_worker_interrupt(int64 migration);

#endif /* ZDM_INTERRUPT_H */
