/*
 * fold.c
 *		Text for a narrow column of a table.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"

#include "base/fold.h"

/* Returns how many bytes the next so many characters have, fewer at the end of the text. */
static int
bytes_of(const char *text, int characters)
{
	return pg_mbcharcliplen(text, (int) strlen(text), characters);
}

/* Returns the text with one space for all white space between words. */
static char *
squeeze_blanks(const char *text)
{
	StringInfoData buf;

	initStringInfo(&buf);
	for (; *text; text++)
	{
		bool space = strchr(" \t\r\n", *text) != NULL;

		if (!space)
			appendStringInfoChar(&buf, *text);
		else if (buf.len > 0 && buf.data[buf.len - 1] != ' ')
			appendStringInfoChar(&buf, ' ');
	}
	return buf.data;
}

/*
 * Folds a text into lines of so many characters, between words where there are any.  What is
 * beyond max_lines is cut off and stands as "..."; 0: nothing is.
 */
char *
zdm_fold(const char *text, int width, int max_lines)
{
	const char *rest = squeeze_blanks(text);
	StringInfoData buf;

	initStringInfo(&buf);
	for (int line = 1;; line++)
	{
		int fits = bytes_of(rest, width);
		int end = fits;

		if (rest[fits] == '\0')
			break;
		if (line == max_lines)
		{
			appendBinaryStringInfo(&buf, rest, bytes_of(rest, width - 3));
			appendStringInfoString(&buf, "...");
			return buf.data;
		}
		while (end > 0 && rest[end] != ' ')
			end--;
		if (end == 0)
			end = fits;
		appendBinaryStringInfo(&buf, rest, end);
		appendStringInfoChar(&buf, '\n');
		rest += end;
		if (*rest == ' ')
			rest++;
	}
	appendStringInfoString(&buf, rest);
	return buf.data;
}
