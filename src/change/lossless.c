/*
 * lossless.c
 *		Which casts give back what they were given.
 *
 * There are more of them than are known here; of the others the user is told that they may
 * be lossy.  A value that the other type does not take is none that it loses: the cast fails.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/lsyscache.h"

#include "change/lossless.h"

/* Types of numbers, the digits that each of them keeps, and whether it has a fraction. */
typedef struct NumberType
{
	Oid type;
	int bits; /* of an integer that it has room for */
	bool fraction;
	bool floating;
} NumberType;

static const NumberType numbers[] = {
	{INT2OID, 16, false, false},  {INT4OID, 32, false, false}, {INT8OID, 64, false, false},
	{NUMERICOID, 0, true, false}, {FLOAT4OID, 24, true, true}, {FLOAT8OID, 53, true, true},
};

/* Returns what is known of a type of numbers; NULL if it is none. */
static const NumberType *
number_type(Oid type)
{
	for (int i = 0; i < lengthof(numbers); i++)
		if (numbers[i].type == type)
			return &numbers[i];
	return NULL;
}

/* Tells whether a type is one of numbers, whose casts to each other give equal for equal. */
bool
zdm_type_is_number(Oid type)
{
	return number_type(type) != NULL;
}

/* Returns the scale of a numeric's modifier (numeric.c, numeric_typmod_scale). */
static int
numeric_scale(int32 typmod)
{
	return (((typmod - VARHDRSZ) & 0x7ff) ^ 1024) - 1024;
}

/* Tells whether a number is the same after a cast to the other type and back. */
static bool
number_is_kept(const NumberType *from, const NumberType *to, int32 to_typmod)
{
	if (to->type == NUMERICOID)
		return !from->floating && (to_typmod < VARHDRSZ || numeric_scale(to_typmod) >= 0);
	if (from->fraction)
		return to->floating && from->floating && to->bits >= from->bits;
	return !to->floating || to->bits >= from->bits;
}

/* Tells whether values are the same under another modifier of their type, or do not get in. */
static bool
modifier_keeps(Oid type, int32 from, int32 to)
{
	if (from == to || to < 0)
		return true;
	switch (type)
	{
		case VARCHAROID:
		case BPCHAROID:
		case BITOID:
		case VARBITOID:
			return true; /* but for blanks at the end */
		case NUMERICOID:
			return from >= VARHDRSZ && numeric_scale(to) >= numeric_scale(from);
		case TIMEOID:
		case TIMETZOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			return from >= 0 && to >= from;
		default:
			return false;
	}
}

/* Tells whether the cast to a type of text, and the one back, keep a value. */
static bool
text_is_kept(Oid from, Oid to)
{
	if (to != TEXTOID && to != VARCHAROID)
		return false;
	switch (from)
	{
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
		case BOOLOID:
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case NUMERICOID:
		case DATEOID:
		case TIMEOID:
		case TIMESTAMPOID:
		case UUIDOID:
		case INETOID:
		case CIDROID:
		case MACADDROID:
		case JSONOID:
		case JSONBOID:
			return true;
		default:
			return get_typtype(from) == TYPTYPE_ENUM;
	}
}

/*
 * Tells whether the assignment cast from one type to another, followed by the one back, is
 * known to give every value that it takes back as it was.
 */
bool
zdm_cast_is_lossless(Oid from, int32 from_typmod, Oid to, int32 to_typmod)
{
	Oid from_element = get_element_type(from);
	Oid to_element = get_element_type(to);
	const NumberType *from_number = number_type(from);
	const NumberType *to_number = number_type(to);

	if (OidIsValid(from_element) && OidIsValid(to_element))
		return zdm_cast_is_lossless(from_element, from_typmod, to_element, to_typmod);
	if (from == to)
		return modifier_keeps(from, from_typmod, to_typmod);
	if (from_number && to_number)
		return number_is_kept(from_number, to_number, to_typmod);
	if (text_is_kept(from, to))
		return true;
	switch (from)
	{
		case DATEOID:
			return to == TIMESTAMPOID;
		case CIDROID:
			return to == INETOID;
		case JSONBOID:
			return to == JSONOID;
		case BITOID:
			return to == VARBITOID;
		default:
			return false;
	}
}
