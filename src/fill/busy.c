/*
 * busy.c
 *		Whether somebody holds a row, and who.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/heapam.h"
#include "access/multixact.h"
#include "access/subtrans.h"
#include "access/transam.h"
#include "access/xact.h"
#include "executor/tuptable.h"
#include "storage/bufmgr.h"
#include "storage/procarray.h"

#include "fill/busy.h"

/* Tells whether one of the transactions of a multixact that are under way keeps our update out. */
static bool
members_conflict(MultiXactId multi, uint16 infomask, bool changes_key)
{
	MultiXactMember *members;
	int n;
	bool conflict = false;

	if (HEAP_LOCKED_UPGRADED(infomask))
		return false;
	n = GetMultiXactIdMembers(multi, &members, false, HEAP_XMAX_IS_LOCKED_ONLY(infomask));
	for (int i = 0; i < n && !conflict; i++)
		conflict = (members[i].status != MultiXactStatusForKeyShare || changes_key) &&
				   !TransactionIdIsCurrentTransactionId(members[i].xid) &&
				   TransactionIdIsInProgress(members[i].xid);
	if (n > 0)
		pfree(members);
	return conflict;
}

/*
 * Tells whether updating the row would have to wait for a transaction that is under way.
 * Whoever holds FOR KEY SHARE - an insert into a table that refers to this one - keeps
 * nobody out who leaves the key columns as they are.
 */
bool
zdm_row_is_busy(TupleTableSlot *row, CommandId command, bool changes_key)
{
	BufferHeapTupleTableSlot *slot = (BufferHeapTupleTableSlot *) row;
	HeapTupleHeader header = slot->base.tuple->t_data;
	TransactionId xmax;
	uint16 infomask;
	TM_Result result;

	/* Read without a lock: whoever comes in between meets the deadline of the write. */
	if (header->t_infomask & HEAP_XMAX_INVALID)
		return false;
	LockBuffer(slot->buffer, BUFFER_LOCK_SHARE);
	result = HeapTupleSatisfiesUpdate(slot->base.tuple, command, slot->buffer);
	xmax = HeapTupleHeaderGetRawXmax(header);
	infomask = header->t_infomask;
	LockBuffer(slot->buffer, BUFFER_LOCK_UNLOCK);
	if (result != TM_BeingModified)
		return false;
	if (infomask & HEAP_XMAX_IS_MULTI)
		return members_conflict(xmax, infomask, changes_key);
	return !TransactionIdIsCurrentTransactionId(xmax) &&
		   (changes_key || !HEAP_XMAX_IS_KEYSHR_LOCKED(infomask));
}

/*
 * Returns the transaction that holds the row in the slot, as its header has it
 * by now; invalid if that can't be told.  For messages: read without a lock.
 */
TransactionId
zdm_row_holder(TupleTableSlot *row)
{
	HeapTupleHeader header;
	TransactionId xid = InvalidTransactionId;

	if (!TTS_IS_BUFFERTUPLE(row))
		return InvalidTransactionId;
	header = ((BufferHeapTupleTableSlot *) row)->base.tuple->t_data;
	if (header->t_infomask & HEAP_XMAX_IS_MULTI)
	{
		MultiXactMember *members;
		int n = GetMultiXactIdMembers(HeapTupleHeaderGetRawXmax(header), &members, false,
									  HEAP_XMAX_IS_LOCKED_ONLY(header->t_infomask));

		for (int i = 0; i < n; i++)
			if (TransactionIdIsInProgress(members[i].xid))
				xid = members[i].xid;
	}
	else
		xid = HeapTupleHeaderGetRawXmax(header);
	return TransactionIdIsInProgress(xid) ? SubTransGetTopmostTransaction(xid)
										  : InvalidTransactionId;
}
