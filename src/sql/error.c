/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The database's errors: numbers and words are Informix's, as its driver passes them on. */
#include <string.h>

#include "sql/sql_priv.h"

static const struct {
    int         code;
    const char *before, *after; /* of the object */
} errors[] = {
    { -201, "A syntax error has occurred.", "" },
    { -202, "An illegal character has been found in the statement.", "" },
    { -203, "An illegal integer has been found in the statement.", "" },
    { -206, "The specified table (", ") is not in the database." },
    { -213, "Statement interrupted by user.", "" },
    { -217, "Column (", ") not found in any table in the query (or SLV is undefined)." },
    { -223, "Duplicate table name (", ") in the FROM clause." },
    { -236, "Number of columns in INSERT does not match number of VALUES.", "" },
    { -253, "Identifier is too long - maximum length is 128.", "" },
    { -272, "No SELECT permission for ", "." },
    { -273, "No UPDATE permission for ", "." },
    { -274, "No DELETE permission for ", "." },
    { -275, "The Insert privilege is required for this operation.", "" },
    { -282, "Found a quote for which there is no matching quote.", "" },
    { -283, "Found a non-terminated comment (\"{\" with no matching \"}\").", "" },
    { -284, "A subquery has returned not exactly one row.", "" },
    { -294, "The column (", ") must be in the GROUP BY list." },
    { -309, "ORDER BY column (", ") must be in SELECT list." },
    { -324, "Ambiguous column (", ")." },
    { -328, "Column (", ") already exists in table." },
    { -329, "Database not found or no system permission.", "" },
    { -352, "Column (", ") not found." },
    { -387, "No connect permission.", "" },
    { -388, "No resource permission.", "" },
    { -391, "Cannot insert a null into column (", ")." },
    { -460, "Statement length exceeds maximum.", "" },
    { -522, "Table (", ") not selected in query." },
    { -528, "Maximum output rowsize (32767) exceeded.", "" },
    { -555, "Cannot use a select or any of the database statements in a multi-query prepare.", "" },
    { -664, "Wrong number of arguments to system function(", ")." },
    { -674, "Routine (", ") can not be resolved." },
    { -728, "Unknown first argument of dbinfo(", ")." },
    { -746, "", "" },
    { -885, "Invalid or NULL utc time given to dbinfo(utc_to_datetime).", "" },
    { -944, "Cannot use \"", "\" in this context." },
    { -1202, "An attempt was made to divide by zero.", "" },
    { -1204, "Invalid year in date", "" },
    { -1205, "Invalid month in date", "" },
    { -1206, "Invalid day in date", "" },
    { -1213, "A character to numeric conversion process failed", "" },
    { -1214, "Value too large to fit in a SMALLINT", "" },
    { -1215, "Value exceeds limit of INTEGER precision", "" },
    { -1218, "String to date conversion error.", "" },
    { -1226, "Decimal or numeric value exceeds the maximum precision.", "" },
    { -1260, "It is not possible to convert between the specified types.", "" },
    { -1261, "Too many digits in the first field of datetime or interval.", "" },
    { -1262, "Non-numeric character in datetime or interval.", "" },
    { -1263,
      "A field in a datetime or interval value is incorrect or an illegal operation specified on datetime field.", "" },
    { -1264, "Extra characters at the end of a datetime or interval.", "" },
    { -1266, "Intervals or datetimes are incompatible for the operation.", "" },
    { -1277, "Input does not match format specification.", "" },
    { -9628, "Type (", ") not found." },
    { -9634, "No cast from ", "." },
};

bool
sql_error(struct ccm_error *err, int code, const char *object)
{
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (errors[i].code == code)
            return ccm_fail_db(err, code, "%s%s%s", errors[i].before,
                               object != NULL && errors[i].after[0] != '\0' ? object : "", errors[i].after);
    return ccm_fail_db(err, code, "%s", object != NULL ? object : "");
}

void
sql_fail(struct sql_work *w, int code, const char *object)
{
    sql_error(w->err, code, object);
    longjmp(w->failed, 1);
}

void *
sql_new(struct sql_work *w, size_t size)
{
    if (++w->nodes > SQL_MAX_NODES)
        sql_fail(w, -460, NULL);
    return arena_alloc(w->arena, size);
}
