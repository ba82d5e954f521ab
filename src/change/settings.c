/*
 * settings.c
 *		What ALTER TABLE ... ALTER COLUMN has set of a column, and its like of indexes
 *		and statistics.
 *
 * Statistics target, options (n_distinct), storage and compression of a column; the statistics
 * targets of an index's expressions, and of extended statistics.  Whoever sets one means the name,
 * also while a migration has two columns, indexes or tables for it.  So whatever makes one of a
 * pair take the name of the other one calls these, there and back.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/reloptions.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_type.h"
#include "nodes/parsenodes.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/names.h"
#include "change/settings.h"

/* What is set of a column. */
typedef struct Settings
{
	Datum target;
	bool no_target;
	List *options; /* DefElem: of users */
	List *own;     /* ... and of the server */
	char storage;
	char compression;
} Settings;

/* Lists the options of a column (DefElem) that a user can have set, or those that are the server's
 * own: minor releases of older majors keep a version of each column there. */
static List *
options_of(Datum options, bool users)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, untransformRelOptions(options))
		if ((strncmp(lfirst_node(DefElem, lc)->defname, "pg_", 3) != 0) == users)
			result = lappend(result, lfirst(lc));
	return result;
}

/* Lists the options of a column that a user can have set (DefElem): n_distinct and its like. */
List *
zdm_column_options(Datum options)
{
	return options_of(options, true);
}

/* Returns a copy of a column's row of pg_attribute. */
static HeapTuple
column_row(Oid relid, AttrNumber attnum)
{
	HeapTuple tuple = SearchSysCacheCopy2(ATTNUM, ObjectIdGetDatum(relid), Int16GetDatum(attnum));

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for column %d of relation %u", attnum, relid);
	return tuple;
}

/* Reads what is set of a column. */
static Settings
settings_of(HeapTuple tuple)
{
	Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);
	Settings settings = {.storage = form->attstorage, .compression = form->attcompression};
	bool isnull;
	Datum options = SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attoptions, &isnull);

	if (!isnull)
	{
		settings.options = options_of(options, true);
		settings.own = options_of(options, false);
	}
	settings.target =
		SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attstattarget, &settings.no_target);
	return settings;
}

/* Tells whether two columns have the same statistics target; a number, or NULL. */
static bool
same_target(const Settings *a, const Settings *b)
{
	return a->no_target == b->no_target && (a->no_target || a->target == b->target);
}

/* Tells whether the same is set of two columns. */
static bool
same_settings(const Settings *a, const Settings *b)
{
	return same_target(a, b) && a->storage == b->storage && a->compression == b->compression &&
		   equal(a->options, b->options);
}

/* Puts what is set of a column into its row, unless it is there. */
static void
write_settings(HeapTuple tuple, const Settings *settings)
{
	int columns[] = {Anum_pg_attribute_attstattarget, Anum_pg_attribute_attoptions,
					 Anum_pg_attribute_attstorage, Anum_pg_attribute_attcompression};
	Settings there = settings_of(tuple);
	Relation catalog;
	Datum options;
	Datum values[lengthof(columns)];
	bool nulls[lengthof(columns)] = {0};

	if (same_settings(&there, settings))
		return;
	catalog = table_open(AttributeRelationId, RowExclusiveLock);
	options = transformRelOptions((Datum) 0, list_concat_copy(there.own, settings->options), NULL,
								  NULL, false, false);
	values[0] = settings->target;
	nulls[0] = settings->no_target;
	values[1] = options;
	nulls[1] = options == (Datum) 0;
	values[2] = CharGetDatum(settings->storage);
	values[3] = CharGetDatum(settings->compression);
	tuple = heap_modify_tuple_by_cols(tuple, RelationGetDescr(catalog), lengthof(columns), columns,
									  values, nulls);
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	table_close(catalog, RowExclusiveLock);
	CommandCounterIncrement();
}

/* Returns the storage that values of a type have by themselves, which is that of its base type. */
static char
type_storage(Oid type)
{
	return get_typstorage(getBaseType(type));
}

/*
 * Has storage and compression be those of another column.  Where the types differ: as the type has
 * it where that one has what its own type has, and as it is where the type of one has no choice.
 */
static void
take_storage(Settings *settings, Form_pg_attribute to, const Settings *others,
			 Form_pg_attribute from)
{
	char own = type_storage(to->atttypid);
	char its_own = type_storage(from->atttypid);
	bool same_type = from->atttypid == to->atttypid;

	if (!same_type && (own == TYPSTORAGE_PLAIN || its_own == TYPSTORAGE_PLAIN))
		return;
	settings->storage = !same_type && others->storage == its_own ? own : others->storage;
	settings->compression = others->compression;
}

/* Tells whether the same is set of two columns of one type. */
bool
zdm_same_column_settings(Oid a, AttrNumber a_attnum, Oid b, AttrNumber b_attnum)
{
	Settings of_a = settings_of(column_row(a, a_attnum));
	Settings of_b = settings_of(column_row(b, b_attnum));

	return same_settings(&of_a, &of_b);
}

/* Gives a column what is set of another one. */
void
zdm_copy_column_settings(Oid from_relid, AttrNumber from, Oid relid, AttrNumber to)
{
	HeapTuple source = column_row(from_relid, from);
	HeapTuple tuple = column_row(relid, to);
	Settings others = settings_of(source);
	Settings settings = others;

	settings.storage = ((Form_pg_attribute) GETSTRUCT(tuple))->attstorage;
	settings.compression = ((Form_pg_attribute) GETSTRUCT(tuple))->attcompression;
	take_storage(&settings, (Form_pg_attribute) GETSTRUCT(tuple), &others,
				 (Form_pg_attribute) GETSTRUCT(source));
	write_settings(tuple, &settings);
}

/* Returns how many columns a relation has. */
static AttrNumber
column_count(Oid relid)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	AttrNumber count;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relid);
	count = ((Form_pg_class) GETSTRUCT(tuple))->relnatts;
	ReleaseSysCache(tuple);
	return count;
}

/* Gives the columns of a materialized view what is set of those of another one. */
void
zdm_copy_view_settings(Oid from, Oid to)
{
	for (AttrNumber i = column_count(from); i > 0; i--)
		zdm_copy_column_settings(from, i, to, i);
}

/* Gives a column the statistics target and the options of another one, if that has any. */
void
zdm_add_column_estimates(Oid relid, AttrNumber from, AttrNumber to)
{
	Settings others = settings_of(column_row(relid, from));
	HeapTuple tuple = column_row(relid, to);
	Settings settings = settings_of(tuple);

	if (!others.no_target && DatumGetInt32(others.target) >= 0)
	{
		settings.target = others.target;
		settings.no_target = false;
	}
	if (others.options != NIL)
		settings.options = others.options;
	write_settings(tuple, &settings);
}

/* Refuses an index that somebody has made anew, under its name, with more columns or fewer. */
static void
require_same_count(Oid a, Oid b)
{
	if (column_count(a) != column_count(b))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("index %s does not have the columns of index %s any more",
							   zdm_qualified_name(a), zdm_qualified_name(b)),
						errdetail("Each of them takes the other's place when the columns do."),
						errhint("Make the one that was made by hand as it was before.")));
}

/* Tells whether the keys of two indexes, which are the same, have the same statistics targets. */
bool
zdm_same_index_targets(Oid a, Oid b)
{
	require_same_count(a, b);
	for (AttrNumber i = column_count(a); i > 0; i--)
	{
		Settings of_a = settings_of(column_row(a, i));
		Settings of_b = settings_of(column_row(b, i));

		if (!same_target(&of_a, &of_b))
			return false;
	}
	return true;
}

/*
 * Gives an index the statistics targets of another one that has the same keys: of expressions,
 * since a plain column has its own.  What else is set there belongs to the index itself.
 */
void
zdm_copy_index_targets(Oid from, Oid to)
{
	require_same_count(from, to);
	for (AttrNumber i = column_count(from); i > 0; i--)
	{
		Settings others = settings_of(column_row(from, i));
		HeapTuple tuple = column_row(to, i);
		Settings settings = settings_of(tuple);

		settings.target = others.target;
		settings.no_target = others.no_target;
		write_settings(tuple, &settings);
	}
}

/* Gives extended statistics the target of others. */
void
zdm_copy_statistics_target(Oid from, Oid to)
{
	Relation catalog = table_open(StatisticExtRelationId, RowExclusiveLock);
	HeapTuple source = SearchSysCacheCopy1(STATEXTOID, ObjectIdGetDatum(from));
	HeapTuple tuple = SearchSysCacheCopy1(STATEXTOID, ObjectIdGetDatum(to));
	int column = Anum_pg_statistic_ext_stxstattarget;
	bool isnull;
	Datum value;

	if (!HeapTupleIsValid(source) || !HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for statistics object %u or %u", from, to);
	value = SysCacheGetAttr(STATEXTOID, source, column, &isnull);
	tuple =
		heap_modify_tuple_by_cols(tuple, RelationGetDescr(catalog), 1, &column, &value, &isnull);
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	table_close(catalog, RowExclusiveLock);
	CommandCounterIncrement();
}
