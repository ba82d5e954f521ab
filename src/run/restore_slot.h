/*
 * restore_slot.h
 *		Logical slots beside restore points: what is written after contract can be read again.
 */
#ifndef ZDM_RESTORE_SLOT_H
#define ZDM_RESTORE_SLOT_H

#include "postgres.h"

extern void zdm_restore_slot_make(const char *name);
extern const char *zdm_restore_slot_made(void);
extern bool zdm_restore_slots_are_there(void);
extern void zdm_restore_slots_step(void);
extern void zdm_restore_slots_forget(void);
extern void zdm_restore_slot_init(void);

#endif /* ZDM_RESTORE_SLOT_H */
