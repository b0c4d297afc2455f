/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the seeds share: the text form of rows and objects, told in docs/fresh-install.md. */
#ifndef CCMSIM_SEED_PRIV_H
#define CCMSIM_SEED_PRIV_H

#include "ccmsim/arena.h"
#include "ccmsim/buf.h"
#include "ccmsim/store.h"

/* One value of a row (name: a column) or of an object (name: an AXL path). */
struct seed_cell {
    const char *name;
    const char *value;      /* NULL: an SQL null */
    const char *type_table; /* the value is a name in it; else NULL */
    const char *ref_table;  /* the value is ref_column's of a row of it, the cell its pkid; else NULL */
    const char *ref_column;
};

struct seed_target;
typedef bool seed_object_fn(struct seed_target *to, const char *object, const struct seed_cell *cells, size_t count,
                            const char *key, struct ccm_error *err);

struct seed_target {
    struct store_conn *conn; /* an open write transaction */
    struct arena      *arena;
    seed_object_fn    *object;  /* NULL: the text may hold rows and SQL only */
    bool               guarded; /* the text comes from outside: its SQL reads and writes rows and nothing else */
};

/* Carry out text in the open transaction. Messages begin with "NAME:LINE: ". */
bool seed_text(struct seed_target *to, const char *name, struct str text, struct ccm_error *err);
/* One row by SQL. Without a pkid among the cells, key (which must tell the row from others) makes one that is
 * the same each time. */
bool seed_row(struct seed_target *to, const char *table, const struct seed_cell *cells, size_t count, const char *key,
              struct ccm_error *err);
/* One AXL object through the engine of the newest schema. */
seed_object_fn seed_object;
/* A version-4-shaped UUID in the store's form that depends on the texts only. */
void seed_uuid(const char *kind, const char *key, char out[37]);

#endif
