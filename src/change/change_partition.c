/*
 * change_partition.c
 *		expand_partition: a table becomes a partitioned one.
 *
 * It is a table in another shape (change_shadow.c). The rows that are there decide
 * which partitions there are; they are read before any lock is held, since that may
 * take its time. What comes meanwhile, and what no partition is for, goes into DEFAULT.
 */
#include "postgres.h"

#include <ctype.h>

#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "executor/spi.h"
#include "nodes/parsenodes.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/expression.h"
#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/query.h"
#include "change/change.h"
#include "change/dependents.h"
#include "change/shadow.h"

#define MAX_PARTITIONS 1000

/* How a table is to be partitioned. */
typedef struct Partitioning
{
	Relation rel;
	char strategy;
	List *columns;   /* of char * */
	Oid type;        /* of the only column; of range and list */
	Interval *every; /* of range, in time */
	int64 width;     /* of range, over integers */
	int ahead;
	int partitions; /* of hash */
} Partitioning;

/* partition_<table> */
static char *
derive_name(Relation rel, Jsonb *arguments)
{
	return psprintf("partition_%s", RelationGetRelationName(rel));
}

/* Refuses an argument. */
static void
refuse_argument(const char *what, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s", what), errhint("%s", hint)));
}

/* Reads what stands behind PARTITION BY. */
static void
parse_partition_by(Partitioning *p, const char *partition_by)
{
	static const char example[] =
		"For example: 'RANGE (created_at)', 'LIST (region)', 'HASH (id)'.";
	char *text = psprintf("CREATE TABLE zdm_new () PARTITION BY %s", partition_by);
	ErrorContextCallback callback;
	List *parsed;
	const CreateStmt *stmt;
	ListCell *lc;

	zdm_expression_enter(&callback, text);
	parsed = raw_parser(text, RAW_PARSE_DEFAULT);
	zdm_expression_leave(&callback);
	stmt = (const CreateStmt *) linitial_node(RawStmt, parsed)->stmt;
	if (list_length(parsed) != 1 || !IsA(stmt, CreateStmt) || stmt->partspec == NULL ||
		stmt->options || stmt->tablespacename || stmt->accessMethod ||
		stmt->oncommit != ONCOMMIT_NOOP)
		refuse_argument("partition_by must be what stands behind PARTITION BY, and nothing else",
						example);
	p->strategy = zdm_partition_strategy(stmt->partspec);
	if (p->strategy == '\0')
		refuse_argument("a table is partitioned by RANGE, LIST or HASH", example);
	foreach (lc, stmt->partspec->partParams)
	{
		const PartitionElem *element = lfirst_node(PartitionElem, lc);

		if (element->name == NULL || element->collation || element->opclass)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("a table can't be partitioned by an expression, nor by a collation or "
							"operator class of its own"),
					 errdetail("Its primary key has to have the columns of the partition key."),
					 errhint("%s", example)));
		(void) zdm_find_column(p->rel, element->name);
		p->columns = lappend(p->columns, element->name);
	}
}

/* Writes what stands behind PARTITION BY. */
static char *
partition_by_text(const Partitioning *p)
{
	const char *strategy = p->strategy == PARTITION_STRATEGY_RANGE  ? "RANGE"
						   : p->strategy == PARTITION_STRATEGY_LIST ? "LIST"
																	: "HASH";
	List *quoted = NIL;
	ListCell *lc;

	foreach (lc, p->columns)
		quoted = lappend(quoted, pstrdup(quote_identifier(lfirst(lc))));
	return psprintf("%s (%s)", strategy, zdm_join(quoted, ", "));
}

/* Returns an argument that is a number within bounds. */
static int
number_argument(Jsonb *arguments, const char *key, int low)
{
	char *text = zdm_json_string(arguments, key);
	int number = text ? pg_strtoint32(text) : 0;

	if (text && (number < low || number > MAX_PARTITIONS))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be between %d and %d", key, low, MAX_PARTITIONS),
						errdetail("It is %d.", number)));
	return number;
}

/* Checks how long a partition of range is to be: months, or else days and less. */
static void
check_every(const Partitioning *p)
{
	const Interval *every = p->every;
	bool months = every->month != 0;

	if (every->month < 0 || every->day < 0 || every->time < 0 ||
		(every->month == 0 && every->day == 0 && every->time == 0) ||
		(months && (every->day != 0 || every->time != 0)))
		refuse_argument("every must be a number of months, or of days, hours and less",
						"For example: '1 month', '1 year', '7 days', '6 hours'.");
	if (p->type == DATEOID && every->time % USECS_PER_DAY != 0)
		refuse_argument("every must be whole days, since the column is a date",
						"For example: '1 day'.");
}

/* Refuses an argument that is not there and has to be, or the other way round. */
static void
require_argument(bool wanted, bool given, const char *missing, const char *needless,
				 const char *example)
{
	if (wanted != given)
		refuse_argument(wanted ? missing : needless, example);
}

/* Reads how long partitions of range are to be: times have "every", integers "width". */
static void
parse_length(Partitioning *p, const char *every, const char *width)
{
	bool range = p->strategy == PARTITION_STRATEGY_RANGE;
	bool integers = zdm_is_integer(p->type);
	bool times = p->type == DATEOID || p->type == TIMESTAMPOID || p->type == TIMESTAMPTZOID;

	if (range && !integers && !times)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("column \"%s\" is no date, time or integer", (char *) linitial(p->columns)),
				 errdetail("It is %s.", format_type_be(p->type)),
				 errhint("HASH takes columns of any type.")));
	require_argument(range && times, every != NULL,
					 "every must be given: how long each partition is to be",
					 range ? "every is for dates and times" : "every is for RANGE alone",
					 integers ? "For example: partition_by => 'RANGE (id)', width => 1000000."
							  : "For example: partition_by => 'RANGE (created_at)', every => "
								"'1 month'.");
	require_argument(range && integers, width != NULL,
					 "width must be given: how many numbers each partition is to have",
					 range ? "width is for integers" : "width is for RANGE alone",
					 "For example: partition_by => 'RANGE (id)', width => 1000000.");
	if (width)
	{
		p->width = DatumGetInt64(DirectFunctionCall1(int8in, CStringGetDatum(width)));
		if (p->width < 1)
			refuse_argument("width must be positive", "For example: width => 1000000.");
	}
	if (every)
	{
		p->every = DatumGetIntervalP(DirectFunctionCall3(
			interval_in, CStringGetDatum(every), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
		check_every(p);
	}
}

/* Reads the arguments that say which partitions there are to be. */
static void
parse_arguments(Partitioning *p, Jsonb *arguments)
{
	char *every = zdm_json_string(arguments, "every");
	char *width = zdm_json_string(arguments, "width");
	bool hash = p->strategy == PARTITION_STRATEGY_HASH;

	p->ahead = number_argument(arguments, "ahead", 0);
	p->partitions = number_argument(arguments, "partitions", 1);
	require_argument(hash, p->partitions > 0, "partitions must be given: how many there are to be",
					 "partitions is for HASH alone",
					 "For example: partition_by => 'HASH (id)', partitions => 8.");
	if (!hash && list_length(p->columns) != 1)
		refuse_argument("RANGE and LIST take one column here", "HASH takes several.");
	if (!hash)
		p->type = getBaseType(get_atttype(
			RelationGetRelid(p->rel), get_attnum(RelationGetRelid(p->rel), linitial(p->columns))));
	parse_length(p, every, width);
}

/* Writes the text of a value, for a name. */
static char *
name_part(const char *value)
{
	char *part = zdm_clip_text(value, 30);

	for (char *c = part; *c != '\0'; c++)
		if (!IS_HIGHBIT_SET(*c))
			*c = isalnum((unsigned char) *c) ? pg_tolower((unsigned char) *c) : '_';
	return part;
}

/* Tells whether a partition has the name already. */
static bool
is_taken(List *partitions, const char *name)
{
	ListCell *lc;

	foreach (lc, partitions)
		if (strcmp(((ZdmShapePartition *) lfirst(lc))->name, name) == 0)
			return true;
	return false;
}

/* Adds a partition, called after the table and what it has. */
static List *
add_partition(List *partitions, Relation rel, const char *suffix, char *bound)
{
	ZdmShapePartition *partition = palloc(sizeof(ZdmShapePartition));
	int reserve = (int) strlen(suffix) + 1;
	char *name =
		psprintf("%s_%s", zdm_clip_name("", RelationGetRelationName(rel), reserve), suffix);

	for (int n = 1; is_taken(partitions, name); n++)
		name = psprintf("%s_%s_%d", zdm_clip_name("", RelationGetRelationName(rel), reserve + 6),
						suffix, n);
	if (OidIsValid(get_relname_relid(name, RelationGetNamespace(rel))))
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_TABLE), errmsg("relation \"%s\" already exists", name),
				 errdetail("A partition of %s is to have that name.",
						   zdm_qualified_name(RelationGetRelid(rel))),
				 errhint("Rename it, or drop it.")));
	partition->name = name;
	partition->bound = bound;
	return lappend(partitions, partition);
}

/* What an SQL query yields of a partition. */
typedef struct FoundPartition
{
	char *suffix;
	char *bound;
} FoundPartition;

/*
 * Reads which partitions there are to be (FoundPartition *), as the owner of the table, whose
 * types may have code of users, and past row security or not at all.
 */
static List *
query_partitions(Relation rel, const char *sql)
{
	MemoryContext caller = CurrentMemoryContext;
	ZdmOwnerScope scope;
	List *found = NIL;

	zdm_owner_begin(&scope, rel->rd_rel->relowner);
	(void) set_config_option("row_security", "off", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE,
							 true, 0, false);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute(sql, true, MAX_PARTITIONS + 1) != SPI_OK_SELECT)
		elog(ERROR, "could not execute: %s", sql);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple tuple = SPI_tuptable->vals[i];
		char *suffix = SPI_getvalue(tuple, SPI_tuptable->tupdesc, 1);
		char *bound = SPI_getvalue(tuple, SPI_tuptable->tupdesc, 2);
		MemoryContext spi = MemoryContextSwitchTo(caller);
		FoundPartition *one = palloc(sizeof(FoundPartition));

		one->suffix = pstrdup(suffix);
		one->bound = pstrdup(bound);
		found = lappend(found, one);
		MemoryContextSwitchTo(spi);
	}
	SPI_finish();
	zdm_owner_end(&scope);
	if (list_length(found) > MAX_PARTITIONS)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("table %s would have more than %d partitions",
							   zdm_qualified_name(RelationGetRelid(rel)), MAX_PARTITIONS),
						errhint("Make them longer, or take HASH.")));
	return found;
}

/* Writes the query for the partitions of LIST: one for each value that is there. */
static char *
list_query(const Partitioning *p)
{
	const char *column = quote_identifier(linitial(p->columns));

	return psprintf("SELECT v::text, 'FOR VALUES IN (' || quote_literal(v::text) || ')'"
					"  FROM (SELECT DISTINCT %s FROM ONLY %s WHERE %s IS NOT NULL) AS d (v)"
					" ORDER BY v::text COLLATE \"C\"",
					column, zdm_qualified_name(RelationGetRelid(p->rel)), column);
}

/*
 * Writes the query for the partitions of RANGE over times: those that have rows, the present one,
 * and some ahead.  Times are those of UTC, whatever the session's time zone; months count from
 * 2000, days and less from a Monday.
 */
static char *
range_query(const Partitioning *p)
{
	const Interval *every = p->every;
	bool days = every->month == 0 && every->time % USECS_PER_DAY == 0;
	char *length = every->month ? psprintf("interval '%d months'", every->month)
								: psprintf("interval '%d days " INT64_FORMAT " microseconds'",
										   every->day, every->time);
	const char *begin =
		every->month
			? psprintf("timestamp '2000-01-01' + make_interval(months => %1$d * floor(((extract("
					   "year FROM t) - 2000) * 12 + extract(month FROM t) - 1) / %1$d)::int)",
					   every->month)
			: psprintf("date_bin(%s, t, timestamp '2001-01-01')", length);
	const char *suffix = every->month ? (every->month % 12 == 0 ? "YYYY" : "YYYY_MM")
						 : days       ? "YYYY_MM_DD"
						 : every->time % USECS_PER_MINUTE == 0 ? "YYYY_MM_DD_HH24MI"
															   : "YYYY_MM_DD_HH24MISS";
	const char *bound = p->type == DATEOID     ? "YYYY-MM-DD"
						: every->month || days ? "YYYY-MM-DD 00:00:00"
											   : "YYYY-MM-DD HH24:MI:SS.US";
	const char *zone = p->type == TIMESTAMPTZOID ? "+00" : "";
	const char *column = quote_identifier(linitial(p->columns));

	return psprintf(
		"SELECT to_char(b, '%s'),"
		"       format('FOR VALUES FROM (%%L) TO (%%L)', to_char(b, '%s') || '%s',"
		"              to_char(b + %s, '%s') || '%s')"
		"  FROM (SELECT DISTINCT %s AS b"
		"          FROM (SELECT %s%s FROM ONLY %s WHERE isfinite(%s)"
		"                UNION ALL SELECT now() AT TIME ZONE 'UTC' + i * %s"
		"                            FROM generate_series(0, %d) AS i) AS r (t)"
		"         WHERE t >= timestamp '0001-01-01' AND t < timestamp '9999-01-01') AS p"
		" ORDER BY b",
		suffix, bound, zone, length, bound, zone, begin, column,
		p->type == TIMESTAMPTZOID ? "::timestamptz AT TIME ZONE 'UTC'" : "::timestamp",
		zdm_qualified_name(RelationGetRelid(p->rel)), column, length, p->ahead);
}

/*
 * Writes the query for the partitions of RANGE over integers: those that have rows, and some ahead
 * of the last of them.  Where numbers of the type end, so does the last partition on that side.
 */
static char *
integer_query(const Partitioning *p)
{
	const char *column = quote_identifier(linitial(p->columns));
	const char *low = p->type == INT2OID   ? "-32768"
					  : p->type == INT4OID ? "-2147483648"
										   : "-9223372036854775808";
	const char *high = p->type == INT2OID   ? "32767"
					   : p->type == INT4OID ? "2147483647"
											: "9223372036854775807";

	return psprintf(
		"WITH has AS (SELECT DISTINCT v / %1$s - (v %% %1$s < 0)::int AS n"
		"               FROM (SELECT %2$s::bigint AS v FROM ONLY %3$s) AS t WHERE v IS NOT NULL)"
		"SELECT replace(b::text, '-', 'm'),"
		"       format('FOR VALUES FROM (%%s) TO (%%s)',"
		"              CASE WHEN b < '%5$s' THEN 'MINVALUE' ELSE quote_literal(b) END,"
		"              CASE WHEN b + %1$s > '%6$s' THEN 'MAXVALUE' ELSE quote_literal(b + %1$s) "
		"END)"
		"  FROM (SELECT n::numeric * %1$s AS b FROM has"
		"        UNION SELECT ((SELECT coalesce(max(n), 0) FROM has)::numeric + i) * %1$s"
		"                FROM generate_series(0, %4$d) AS i) AS p"
		" WHERE b <= '%6$s' ORDER BY b",
		psprintf("'" INT64_FORMAT "'::bigint", p->width), column,
		zdm_qualified_name(RelationGetRelid(p->rel)), p->ahead, low, high);
}

/* Writes the query for the partitions that there are to be. */
static char *
partitions_query(const Partitioning *p)
{
	if (p->strategy == PARTITION_STRATEGY_LIST)
		return list_query(p);
	return p->every ? range_query(p) : integer_query(p);
}

/* Lists the partitions that there are to be (ZdmShapePartition *). */
static List *
list_partitions(const Partitioning *p)
{
	List *partitions = NIL;
	ListCell *lc;

	for (int i = 0; i < p->partitions; i++)
		partitions =
			add_partition(partitions, p->rel, psprintf("%d", i),
						  psprintf("FOR VALUES WITH (modulus %d, remainder %d)", p->partitions, i));
	if (p->strategy == PARTITION_STRATEGY_HASH)
		return partitions;
	foreach (lc, query_partitions(p->rel, partitions_query(p)))
	{
		const FoundPartition *found = lfirst(lc);

		partitions = add_partition(partitions, p->rel, name_part(found->suffix), found->bound);
	}
	return add_partition(partitions, p->rel, "default", pstrdup("DEFAULT"));
}

/* Refuses columns that a partition key can't have. */
static void
check_columns(const Partitioning *p)
{
	ListCell *lc;

	foreach (lc, p->columns)
	{
		AttrNumber attnum = get_attnum(RelationGetRelid(p->rel), lfirst(lc));

		if (TupleDescAttr(RelationGetDescr(p->rel), attnum - 1)->attgenerated)
			ereport(ERROR, (errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
							errmsg("column \"%s\" is generated", (char *) lfirst(lc)),
							errdetail("A row goes to its partition before it is computed."),
							errhint("Partition by a column that is written.")));
	}
}

/* See ZdmChangeKind. */
static void
plan_partition(ZdmPlan *plan, Jsonb *arguments)
{
	Partitioning p = {.rel = plan->rel};
	ZdmShape *shape = palloc0(sizeof(ZdmShape));

	zdm_shadow_refuse_partitioned(plan->rel);
	zdm_shadow_refuse(plan->rel);
	parse_partition_by(&p, zdm_plan_argument(plan, arguments, "partition_by"));
	check_columns(&p);
	parse_arguments(&p, arguments);
	shape->key = zdm_shape_key(plan->rel, zdm_json_list(arguments, "primary_key"), p.columns);
	zdm_shadow_refuse_partitioning(plan->rel, p.columns);
	shape->partition_by = partition_by_text(&p);
	if (plan->migration->partitions == NIL)
		plan->migration->partitions = list_partitions(&p);
	shape->partitions = plan->migration->partitions;
	shape->unlogged = plan->rel->rd_rel->relpersistence == RELPERSISTENCE_UNLOGGED;
	zdm_plan_shape(plan, shape);
}

const ZdmChangeKind zdm_change_partition = {.name = "partition",
											.whole_table = true,
											.derive_name = derive_name,
											.plan = plan_partition,
											.rolled_back = zdm_shape_rolled_back};
