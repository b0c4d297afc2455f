/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* SQL as CallManager's database speaks it (IBM Informix's dialect), over the store. A statement is parsed,
 * its names are resolved against the dictionary of the release served, and SQLite runs the SQL that comes of
 * it. Errors carry Informix's numbers and words; none of SQLite's reach a client. */
#ifndef CCMSIM_SQL_H
#define CCMSIM_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ccmsim/arena.h"
#include "ccmsim/error.h"
#include "ccmsim/store.h"

/* ---- translation: a pure function of text and release ---- */

enum sql_verb { SQL_SELECT, SQL_INSERT, SQL_UPDATE, SQL_DELETE, SQL_EXECUTE };

struct sql_param { /* a value bound to ?1, ?2 ... */
    enum { SQL_PARAM_TEXT, SQL_PARAM_INT, SQL_PARAM_REAL } kind;
    const char *text;
    size_t      length;
    int64_t     number;
    double      real;
};

struct sql_procedure;

struct sql_translation {
    enum sql_verb               verb;
    const char                 *sql; /* for SQLite, every name quoted */
    const struct sql_param     *params;
    unsigned                    param_count;
    const char *const          *columns; /* names as AXL has them; queries only */
    unsigned                    column_count;
    bool                        into_temp; /* SELECT INTO TEMP: the rows are counted, and gone with the connection */
    const struct sql_procedure *procedure; /* EXECUTE */
};

/* Translate one statement. *out lives in the arena. False: *err has Informix's number and text. */
bool sql_translate(struct arena *a, const char *text, unsigned release, struct sql_translation *out,
                   struct ccm_error *err);

/* ---- running ---- */

struct sql_limits {
    unsigned ms;                     /* of running; then -213 */
    unsigned processor_ms;           /* the same, of this thread's processor time alone; 0: no limit */
    bool (*cancelled)(void *cookie); /* asked now and then; NULL: never */
    void   *cookie;
    int64_t now_us; /* since 1970: CURRENT and TODAY */
};

struct sql_statement; /* one at a time a connection */

/* Make a statement ready on a leased connection. writes: the connection is the writer's. Its translation and
 * what SQLite made of it come from the connection's cache when the same text was there before. */
bool                          sql_open(struct sql_statement **out, struct store_conn *c, const char *text, bool writes,
                                       const struct sql_limits *limits, struct ccm_error *err);
const struct sql_translation *sql_translation_of(const struct sql_statement *s);
/* 1: a row, 0: the end, -1: *err. */
int sql_step(struct sql_statement *s, struct ccm_error *err);
/* Text of a column of the row, until the next step; NULL: null. */
const char *sql_text(struct sql_statement *s, unsigned column, size_t *length);
/* How many rows the whole query has, counted without reading them; the time limit begins anew. */
bool sql_count(struct sql_statement *s, unsigned long *rows, struct ccm_error *err);
/* Rows written. */
int64_t sql_rows_written(const struct sql_statement *s);
/* Must be called before the lease ends. NULL is fine. */
void sql_close(struct sql_statement *s);

#endif
