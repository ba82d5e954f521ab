/*
 * extension.c
 *		Extension zdm in this database, and how it is kept there.
 */
#include "postgres.h"

#include "catalog/pg_extension.h"
#include "commands/extension.h"
#include "storage/lmgr.h"

#include "base/extension.h"

/* Returns the OID of extension zdm in this database, or InvalidOid. */
Oid
zdm_extension_oid(void)
{
	return get_extension_oid("zdm", true);
}

/*
 * Keeps the extension from being dropped until the end of the transaction.
 * DROP EXTENSION locks the extension before anything that belongs to it
 * (dependency.c, performDeletion), so whoever takes this lock first can neither
 * see zdm's tables vanish nor run into a deadlock with the drop.  Returns false
 * if the extension is gone.
 */
bool
zdm_extension_lock(void)
{
	Oid extension = zdm_extension_oid();

	if (!OidIsValid(extension))
		return false;
	LockDatabaseObject(ExtensionRelationId, extension, 0, AccessShareLock);
	return zdm_extension_oid() == extension;
}

/* Keeps the extension in place; an error if it is not installed in this database. */
void
zdm_require_extension(void)
{
	if (!zdm_extension_lock())
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg("extension \"zdm\" was dropped in the meantime")));
}
