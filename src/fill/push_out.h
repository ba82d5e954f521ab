/*
 * push_out.h
 *		Has what the build of an index writes be on its way to the disk before others wait for it.
 */
#ifndef ZDM_PUSH_OUT_H
#define ZDM_PUSH_OUT_H

extern void zdm_push_out_begin(void);
extern void zdm_push_out_end(void);

#endif /* ZDM_PUSH_OUT_H */
