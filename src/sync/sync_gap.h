/*
 * sync_gap.h
 *		How a table came to have rows that were written without its sync trigger.
 */
#ifndef ZDM_SYNC_GAP_H
#define ZDM_SYNC_GAP_H

typedef enum ZdmSyncGap
{
	ZDM_GAP_NONE,  /* it has none but those that were there before the trigger */
	ZDM_GAP_LATE,  /* attached after the others were noted: somebody has brought its rows */
	ZDM_GAP_AGAIN, /* detached for a while */
	ZDM_GAP_OFF,   /* the trigger was disabled, or replaced, for a while */
} ZdmSyncGap;

#endif /* ZDM_SYNC_GAP_H */
