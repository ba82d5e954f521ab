/*
 * closest.c
 *		"Did you mean": the name among others that is closest to one that does not exist.
 */
#include "postgres.h"

#include "utils/varlena.h"

#include "base/closest.h"

#define MAX_LENGTH 255 /* levenshtein.c, MAX_LEVENSHTEIN_STRLEN */
#define MAX_DISTANCE                                                             \
	3 /* as the server's hint for columns (parse_relation.c, MAX_FUZZY_DISTANCE) \
	   */

/* Returns the closest of these names (char *); NULL if none is close, or two are as close. */
char *
zdm_closest(const char *name, List *names)
{
	int len = (int) strlen(name);
	int best = Min(MAX_DISTANCE, len / 2) + 1;
	char *result = NULL;
	ListCell *lc;

	if (len > MAX_LENGTH)
		return NULL;
	foreach (lc, names)
	{
		const char *other = lfirst(lc);
		int distance;

		if (strlen(other) > MAX_LENGTH)
			continue;
		distance = varstr_levenshtein_less_equal(name, len, other, (int) strlen(other), 1, 1, 1,
												 best, true);
		if (distance < best)
		{
			best = distance;
			result = lfirst(lc);
		}
		else if (distance == best && result != NULL)
			result = NULL;
	}
	return result;
}
