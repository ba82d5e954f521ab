/*
 * compat.h
 *		Every difference between the supported server versions (15 to 19), in one place.
 *
 * No other file tests PG_VERSION_NUM.
 */
#ifndef ZDM_COMPAT_H
#define ZDM_COMPAT_H

#include "postgres.h"

#include "access/attnum.h"
#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/tableam.h"
#include "access/xlog.h"
#include "catalog/dependency.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "commands/defrem.h"
#include "commands/tablecmds.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "parser/parse_node.h"
#include "parser/parse_type.h"
#include "nodes/nodes.h"
#include "rewrite/rewriteHandler.h"
#include "storage/bufmgr.h"
#include "storage/latch.h"
#include "storage/lwlock.h"
#include "storage/proc.h"
#include "tcop/pquery.h"
#include "utils/acl.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/typcache.h"
#include "utils/wait_event.h"

#if PG_VERSION_NUM < 150000
#error "zdm needs PostgreSQL 15 or later"
#endif

/* 19 renamed commands/cluster.h, and its file: CLUSTER is a way of REPACK. */
#if PG_VERSION_NUM >= 190000
#include "commands/repack.h"
#else
#include "commands/cluster.h"
#endif

/* 18 put what RETURNING lists into a node of its own, which names OLD and NEW. */
#if PG_VERSION_NUM >= 180000
#define zdm_returned(stmt) ((stmt)->returningClause ? (stmt)->returningClause->exprs : NIL)
#else
#define zdm_returned(stmt) ((stmt)->returningList)
#endif

/* 18 has the number of the WAL writer's process where its latch was.  NULL: there is none now. */
static inline Latch *
zdm_wal_writer_latch(void)
{
#if PG_VERSION_NUM >= 180000
	ProcNumber writer = ProcGlobal->walwriterProc;

	return writer == INVALID_PROC_NUMBER ? NULL : &GetPGProcByNumber(writer)->procLatch;
#else
	return ProcGlobal->walwriterLatch;
#endif
}

/* 16 renamed rd_node/relNode to rd_locator/relNumber (commit b0a55e43299). */
#if PG_VERSION_NUM >= 160000
#define zdm_relation_filenode(rel) ((rel)->rd_locator.relNumber)
#define zdm_relation_locator(rel) ((rel)->rd_locator)
#else
#define zdm_relation_filenode(rel) ((rel)->rd_node.relNode)
#define zdm_relation_locator(rel) ((rel)->rd_node)
#endif

/* 16 has the parser tell how a table is partitioned.  '\0': in no way that is known. */
static inline char
zdm_partition_strategy(const PartitionSpec *spec)
{
#if PG_VERSION_NUM >= 160000
	return (char) spec->strategy;
#else
	return pg_strcasecmp(spec->strategy, "range") == 0  ? PARTITION_STRATEGY_RANGE
		   : pg_strcasecmp(spec->strategy, "list") == 0 ? PARTITION_STRATEGY_LIST
		   : pg_strcasecmp(spec->strategy, "hash") == 0 ? PARTITION_STRATEGY_HASH
														: '\0';
#endif
}

/* 16 replaced pg_class_ownercheck() and its kin by object_ownercheck(). */
#if PG_VERSION_NUM >= 160000
#define zdm_owns_relation(relid, roleid) object_ownercheck(RelationRelationId, (relid), (roleid))
#else
#define zdm_owns_relation(relid, roleid) pg_class_ownercheck((relid), (roleid))
#endif

#if PG_VERSION_NUM >= 160000
#define zdm_owns_extension(id, roleid) object_ownercheck(ExtensionRelationId, (id), (roleid))
#else
#define zdm_owns_extension(id, roleid) pg_extension_ownercheck((id), (roleid))
#endif

/* ... and pg_namespace_aclcheck() by object_aclcheck(). */
#if PG_VERSION_NUM >= 160000
#define zdm_may_create_in(schema, role) \
	(object_aclcheck(NamespaceRelationId, (schema), (role), ACL_CREATE) == ACLCHECK_OK)
#else
#define zdm_may_create_in(schema, role) \
	(pg_namespace_aclcheck((schema), (role), ACL_CREATE) == ACLCHECK_OK)
#endif

/* 16 lets summarising indexes (BRIN) follow a HOT update: TU_Summarizing. */
#if PG_VERSION_NUM >= 160000
typedef TU_UpdateIndexes ZdmUpdateIndexes;
#define ZDM_ALL_INDEXES TU_All
#define zdm_update_needs_indexes(u) ((u) != TU_None)
#define zdm_update_needs_index(u, info) ((u) != TU_Summarizing || (info)->ii_Summarizing)
#define zdm_update_is_hot(u) ((u) != TU_All)
#else
typedef bool ZdmUpdateIndexes;
#define ZDM_ALL_INDEXES true
#define zdm_update_needs_indexes(u) (u)
#define zdm_update_needs_index(u, info) (u)
#define zdm_update_is_hot(u) (!(u))
#endif

/*
 * Inserts the index entries of a row that an update has moved.
 *
 * It does not say "update", which would let nbtree look for old versions to
 * delete where a leaf page is full: they are not dead to everybody yet, and the
 * search in vain costs more than the insertion (docs/internals.md, "Figures").
 */
static inline List *
zdm_insert_index_tuples(ResultRelInfo *rri, TupleTableSlot *slot, EState *estate,
						ZdmUpdateIndexes update_indexes)
{
#if PG_VERSION_NUM >= 190000
	return ExecInsertIndexTuples(
		rri, estate, update_indexes == TU_Summarizing ? EIIT_ONLY_SUMMARIZING : 0, slot, NIL, NULL);
#elif PG_VERSION_NUM >= 160000
	return ExecInsertIndexTuples(rri, slot, estate, false, false, NULL, NIL,
								 update_indexes == TU_Summarizing);
#else
	return ExecInsertIndexTuples(rri, slot, estate, false, false, NULL, NIL);
#endif
}

/* 18 tells no more whether the column is just being added. */
#if PG_VERSION_NUM >= 180000
#define zdm_store_default(rel, attnum, expr) StoreAttrDefault((rel), (attnum), (expr), true)
#else
#define zdm_store_default(rel, attnum, expr) StoreAttrDefault((rel), (attnum), (expr), true, false)
#endif

/*
 * CREATE INDEX after its analysis; `skip_build`: without what is to be in it.  16 counts
 * partitions, 19 wants a ParseState for positions.
 */
static inline ObjectAddress
zdm_define_index(Oid table, IndexStmt *stmt, bool skip_build)
{
#if PG_VERSION_NUM >= 190000
	return DefineIndex(make_parsestate(NULL), table, stmt, InvalidOid, InvalidOid, InvalidOid, -1,
					   false, true, true, skip_build, false);
#elif PG_VERSION_NUM >= 160000
	return DefineIndex(table, stmt, InvalidOid, InvalidOid, InvalidOid, -1, false, true, true,
					   skip_build, false);
#else
	return DefineIndex(table, stmt, InvalidOid, InvalidOid, InvalidOid, false, true, true,
					   skip_build, false);
#endif
}

/* 18 has virtual generated columns, which are added without rewriting the table. */
#define ZDM_HAS_VIRTUAL_COLUMNS (PG_VERSION_NUM >= 180000)

/*
 * 18 expands virtual generated columns where a CHECK reads them, and has constraints that are
 * not enforced.  NULL: such a one.
 */
static inline Node *
zdm_check_expression(Relation rel, const ConstrCheck *check)
{
#if PG_VERSION_NUM >= 180000
	return check->ccenforced ? expand_generated_columns_in_expr(stringToNode(check->ccbin), rel, 1)
							 : NULL;
#else
	return stringToNode(check->ccbin);
#endif
}

/* Returns the expression of a virtual generated column; NULL: it is none. */
static inline Node *
zdm_virtual_expression(Relation rel, AttrNumber attnum)
{
#if PG_VERSION_NUM >= 180000
	if (TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attgenerated ==
		ATTRIBUTE_GENERATED_VIRTUAL)
		return build_generation_expression(rel, attnum);
#endif
	return NULL;
}

/* Tells whether a column is one of those: rows have NULL there, whatever it is. */
#if ZDM_HAS_VIRTUAL_COLUMNS
#define zdm_is_virtual(att) ((att)->attgenerated == ATTRIBUTE_GENERATED_VIRTUAL)
#else
#define zdm_is_virtual(att) false
#endif

/* 18 took from StoreAttrDefault() what ADD COLUMN did by it. */
#if PG_VERSION_NUM >= 180000
#define zdm_store_default(rel, attnum, expr) StoreAttrDefault((rel), (attnum), (expr), true)
#else
#define zdm_store_default(rel, attnum, expr) StoreAttrDefault((rel), (attnum), (expr), true, false)
#endif

/* 17 wants the relation, not its OID. */
static inline Oid
zdm_identity_sequence(Relation rel, AttrNumber attnum)
{
#if PG_VERSION_NUM >= 170000
	return getIdentitySequence(rel, attnum, true);
#else
	return getIdentitySequence(RelationGetRelid(rel), attnum, true);
#endif
}

/* From 17 on, partitions have the identity of their parent, without a sequence of their own. */
#define ZDM_SHARED_IDENTITY (PG_VERSION_NUM >= 170000)

/* 18 wants to be told that a deferrable primary key will not do. */
static inline Oid
zdm_primary_key_index(Relation rel)
{
#if PG_VERSION_NUM >= 180000
	return RelationGetPrimaryKeyIndex(rel, false);
#else
	return RelationGetPrimaryKeyIndex(rel);
#endif
}

/* 16 gave stringToQualifiedNameList() a context for soft errors. */
static inline List *
zdm_name_list(const char *text)
{
#if PG_VERSION_NUM >= 160000
	return stringToQualifiedNameList(text, NULL);
#else
	return stringToQualifiedNameList(text);
#endif
}

/* ... and typeStringToTypeName(), too. */
static inline TypeName *
zdm_type_name(const char *text)
{
#if PG_VERSION_NUM >= 160000
	return typeStringToTypeName(text, NULL);
#else
	return typeStringToTypeName(text);
#endif
}

/* 18 knows checks and foreign keys that nobody keeps. */
static inline bool
zdm_constraint_enforced(Form_pg_constraint form)
{
#if PG_VERSION_NUM >= 180000
	return form->conenforced;
#else
	return true;
#endif
}

/* 18 has keys that hold for a time: WITHOUT OVERLAPS, and PERIOD in foreign keys. */
static inline bool
zdm_constraint_is_temporal(Form_pg_constraint form)
{
#if PG_VERSION_NUM >= 180000
	return form->conperiod;
#else
	return false;
#endif
}

static inline bool
zdm_check_enforced(const ConstrCheck *check)
{
#if PG_VERSION_NUM >= 180000
	return check->ccenforced;
#else
	return true;
#endif
}

/* 18 knows NOT NULL constraints that are not valid yet. */
#define ZDM_NATIVE_NOT_NULL (PG_VERSION_NUM >= 180000)

/* ... and has NOT NULL as constraints at all; returns the column's, InvalidOid before 18. */
static inline Oid
zdm_not_null_constraint(Oid relid, AttrNumber attnum)
{
#if PG_VERSION_NUM >= 180000
	HeapTuple tuple = findNotNullConstraintAttnum(relid, attnum);

	return HeapTupleIsValid(tuple) ? ((Form_pg_constraint) GETSTRUCT(tuple))->oid : InvalidOid;
#else
	return InvalidOid;
#endif
}

/* 18 and 19 have other marks for a client's process. */
static inline bool
zdm_is_client(const PGPROC *proc)
{
#if PG_VERSION_NUM >= 190000
	return proc->backendType == B_BACKEND;
#elif PG_VERSION_NUM >= 180000
	return proc->isRegularBackend;
#else
	return !proc->isBackgroundWorker && OidIsValid(proc->databaseId) &&
		   (proc->statusFlags & PROC_IS_AUTOVACUUM) == 0;
#endif
}

/* 19 has content locks that are no LWLocks, and waits for them in the class of pins. */
#if PG_VERSION_NUM >= 190000
#define ZDM_WAIT_CLASS_BUFFER PG_WAIT_BUFFER
#define zdm_wait_is_buffer_lock(wait) false
#else
#if PG_VERSION_NUM >= 170000
#define ZDM_WAIT_CLASS_BUFFER PG_WAIT_BUFFERPIN
#else
#define ZDM_WAIT_CLASS_BUFFER PG_WAIT_BUFFER_PIN
#endif
#define zdm_wait_is_buffer_lock(wait) ((wait) == (PG_WAIT_LWLOCK | LWTRANCHE_BUFFER_CONTENT))
#endif

/* Tells whether a process that waits for an LWLock wants to write WAL, or have it written. */
static inline bool
zdm_wait_is_wal_lock(uint32 wait)
{
	return wait == (PG_WAIT_LWLOCK | WALWriteLock->tranche) ||
		   wait == (PG_WAIT_LWLOCK | LWTRANCHE_WAL_INSERT);
}

/* 18 takes a foreign key that is not valid yet on a partitioned table. */
#define ZDM_PARTITIONED_FOREIGN_KEY (PG_VERSION_NUM >= 180000)

/* 17 put the numbers of a virtual transaction together. */
#if PG_VERSION_NUM >= 170000
#define zdm_current_lxid() (MyProc->vxid.lxid)
#else
#define zdm_current_lxid() (MyProc->lxid)
#endif

/* 17 let LockHeldByMe() look for stronger locks, too. */
#if PG_VERSION_NUM >= 170000
#define zdm_lock_is_held(tag, mode) LockHeldByMe((tag), (mode), false)
#else
#define zdm_lock_is_held(tag, mode) LockHeldByMe((tag), (mode))
#endif

/* 18 dropped the run_once argument of PortalRun(). */
static inline void
zdm_portal_run(Portal portal, bool is_top_level)
{
#if PG_VERSION_NUM >= 180000
	(void) PortalRun(portal, FETCH_ALL, is_top_level, None_Receiver, None_Receiver, NULL);
#else
	(void) PortalRun(portal, FETCH_ALL, is_top_level, true, None_Receiver, None_Receiver, NULL);
#endif
}

/* 19 gave table_tuple_update() an options argument. */
static inline TM_Result
zdm_table_tuple_update(Relation rel, ItemPointer tid, TupleTableSlot *slot, CommandId cid,
					   Snapshot snapshot, bool wait, TM_FailureData *failure,
					   LockTupleMode *lockmode, ZdmUpdateIndexes *update_indexes)
{
#if PG_VERSION_NUM >= 190000
	return table_tuple_update(rel, tid, slot, cid, 0, snapshot, InvalidSnapshot, wait, failure,
							  lockmode, update_indexes);
#else
	return table_tuple_update(rel, tid, slot, cid, snapshot, InvalidSnapshot, wait, failure,
							  lockmode, update_indexes);
#endif
}

/* ... and table_tuple_delete(), which lost its argument about partitions. */
static inline TM_Result
zdm_table_tuple_delete(Relation rel, ItemPointer tid, CommandId cid, bool wait,
					   TM_FailureData *failure)
{
#if PG_VERSION_NUM >= 190000
	return table_tuple_delete(rel, tid, cid, 0, GetActiveSnapshot(), InvalidSnapshot, wait,
							  failure);
#else
	return table_tuple_delete(rel, tid, cid, GetActiveSnapshot(), InvalidSnapshot, wait, failure,
							  false);
#endif
}

/* 18 counts searches of an index, 19 has flags. */
static inline IndexScanDesc
zdm_index_beginscan(Relation rel, Relation index, Snapshot snapshot, int nkeys)
{
#if PG_VERSION_NUM >= 190000
	return index_beginscan(rel, index, snapshot, NULL, nkeys, 0, 0);
#elif PG_VERSION_NUM >= 180000
	return index_beginscan(rel, index, snapshot, NULL, nkeys, 0);
#else
	return index_beginscan(rel, index, snapshot, nkeys, 0);
#endif
}

/* Ends what the insertions into an index have left to be done at their end. */
static inline void
zdm_index_insert_cleanup(Relation index, IndexInfo *info)
{
#if PG_VERSION_NUM >= 170000
	index_insert_cleanup(index, info);
#endif
}

/* 16 can run the triggers of TRUNCATE as the table's owner. */
static inline void
zdm_truncate(List *rels, List *relids)
{
#if PG_VERSION_NUM >= 160000
	ExecuteTruncateGuts(rels, relids, NIL, DROP_RESTRICT, false, false);
#else
	ExecuteTruncateGuts(rels, relids, NIL, DROP_RESTRICT, false);
#endif
}

/* 19 lets pruning set the visibility map, and wants to know whether writes will follow. */
static inline void
zdm_heap_page_prune_opt(Relation rel, Buffer buffer)
{
#if PG_VERSION_NUM >= 190000
	Buffer vmbuffer = InvalidBuffer;

	heap_page_prune_opt(rel, buffer, &vmbuffer, false);
	if (BufferIsValid(vmbuffer))
		ReleaseBuffer(vmbuffer);
#else
	heap_page_prune_opt(rel, buffer);
#endif
}

/* 19 gave table_beginscan() and table_beginscan_tidrange() a flags argument. */
static inline TableScanDesc
zdm_beginscan(Relation rel, Snapshot snapshot)
{
#if PG_VERSION_NUM >= 190000
	return table_beginscan(rel, snapshot, 0, NULL, 0);
#else
	return table_beginscan(rel, snapshot, 0, NULL);
#endif
}

static inline TableScanDesc
zdm_beginscan_tidrange(Relation rel, Snapshot snapshot, ItemPointer low, ItemPointer high)
{
#if PG_VERSION_NUM >= 190000
	return table_beginscan_tidrange(rel, snapshot, low, high, 0);
#else
	return table_beginscan_tidrange(rel, snapshot, low, high);
#endif
}

/* 19 knows no other strings. */
#if PG_VERSION_NUM >= 190000
#define ZDM_STANDARD_CONFORMING_STRINGS true
#else
#define ZDM_STANDARD_CONFORMING_STRINGS standard_conforming_strings
#endif

/* 18 took an argument from ExecutorRun(), and from its hook. */
#if PG_VERSION_NUM >= 180000
#define ZDM_EXECUTOR_RUN_PARAMETERS QueryDesc *desc, ScanDirection direction, uint64 rows
#define ZDM_EXECUTOR_RUN_ARGUMENTS desc, direction, rows
#else
#define ZDM_EXECUTOR_RUN_PARAMETERS \
	QueryDesc *desc, ScanDirection direction, uint64 rows, bool execute_once
#define ZDM_EXECUTOR_RUN_ARGUMENTS desc, direction, rows, execute_once
#endif

/* 19 begins to write what can be decoded when the first logical slot is made. */
#if PG_VERSION_NUM >= 190000
#define zdm_wal_can_be_decoded() XLogIsNeeded()
#else
#define zdm_wal_can_be_decoded() XLogLogicalInfoActive()
#endif

/* 19 wants one number of entries for a hash table in shared memory, before what describes it. */
#if PG_VERSION_NUM >= 190000
#define zdm_shmem_hash(name, entries, info, flags) ShmemInitHash((name), (entries), (info), (flags))
#else
#define zdm_shmem_hash(name, entries, info, flags) \
	ShmemInitHash((name), (entries), (entries), (info), (flags))
#endif

/*
 * The tables that a statement was given rights on, and the columns that it selects of one: 16
 * has put them into a list of their own.  InvalidOid: it is no table, or was not named.
 */
#if PG_VERSION_NUM >= 160000
#define zdm_statement_tables(statement) ((statement)->permInfos)
static inline Oid
zdm_selected_columns(const void *table, const Bitmapset **selected)
{
	const RTEPermissionInfo *info = table;

	*selected = info->selectedCols;
	return info->relid;
}
#else
#define zdm_statement_tables(statement) ((statement)->rtable)
static inline Oid
zdm_selected_columns(const void *table, const Bitmapset **selected)
{
	const RangeTblEntry *rte = table;

	*selected = rte->selectedCols;
	return rte->rtekind == RTE_RELATION && rte->requiredPerms != 0 ? rte->relid : InvalidOid;
}
#endif

#endif /* ZDM_COMPAT_H */
