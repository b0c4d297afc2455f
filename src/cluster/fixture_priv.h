/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What reading and writing fixtures share (docs/fixtures.md). */
#ifndef CCMSIM_FIXTURE_PRIV_H
#define CCMSIM_FIXTURE_PRIV_H

#include <sqlite3.h>

#include "ccmsim/arena.h"
#include "ccmsim/fixture.h"

#define FIXTURE_MAX_COLUMNS 400
#define FIXTURE_FRESH       "fresh"
#define FIXTURE_COPY        "copy "
#define FIXTURE_REMOVE      "remove "

struct fixture_column {
    const char *name;
    const char *parent, *parent_key, *parent_name; /* reference to a row that has a name; else NULL */
    const char *def;                               /* SQL of its default; NULL: none */
};

struct fixture_table {
    const char                  *name;
    const char                  *key; /* the one column that tells rows apart; NULL: all of them do */
    size_t                       count;
    const struct fixture_column *columns; /* in physical order */
};

/* NULL: no such table, or out of memory. schema: "main". */
const struct fixture_table *fixture_table(struct arena *a, sqlite3 *db, const char *name);

enum fixture_kind { FIXTURE_NULL, FIXTURE_TEXT, FIXTURE_BLOB, FIXTURE_REFERENCE };

/* A value as it is written: plain where it can be, else quoted. */
void fixture_put(struct buf *out, const char *text, size_t len);
/* And read. False: quotes or escapes that are none. */
bool fixture_get(struct arena *a, const char *written, enum fixture_kind *kind, const char **text);

#endif
