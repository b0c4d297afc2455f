/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A row on its way into the store: collect.c fills it from a request, write.c carries it out. */
#ifndef AXL_WRITE_PRIV_H
#define AXL_WRITE_PRIV_H

#include "axl_priv.h"

#define MAX_PARTS 24

struct cell { /* a column to be set */
    const char  *table, *column;
    struct value value;
    int64_t      bit_mask; /* not 0: only these bits of the column */
    bool         shadow, reference;
    bool         implied; /* by a default: no reason to make a companion that is there only when needed */
    struct cell *next;
};

struct part {                    /* one reference told by several fields */
    const struct axl_bind *bind; /* of its first field */
    struct {
        const struct axl_bind *bind;
        struct value           value;
    } fields[4];
    unsigned    count;
    const char *uuid;
};

enum list_what { LIST_CLEAR, LIST_INSERT, LIST_REMOVE, LIST_PUT };

struct list_op { /* something to do with the rows of a scope below */
    enum list_what             what;
    uint16_t                   node;
    const struct soap_element *e;
    struct list_op            *next;
};

struct after_op { /* a special field, written when the row is there */
    const struct axl_bind     *bind;
    const struct soap_element *e;
    const char                *text;
    struct after_op           *next;
};

struct row_write {
    struct axl_call   *call;
    const struct form *form;
    uint16_t           scope;
    const char        *pkid; /* of the row that is changed; NULL: it is new */
    bool              *seen; /* by node */
    struct cell       *cells, **cells_end;
    struct part        parts[MAX_PARTS];
    unsigned           part_count;
    struct list_op    *lists, **lists_end;
    struct after_op   *after, **after_end;
    bool               adding;     /* defaults apply */
    bool               defaulting; /* they are being applied */
    bool               numbered;   /* a row of a list that has an order of its own, so rowids don't make it */
};

void row_write_init(struct row_write *r, struct axl_call *c, const struct form *f, uint16_t scope, bool adding);
/* Fields of e, an instance of node. */
bool collect(struct row_write *r, uint16_t node, const struct soap_element *e, struct ccm_error *err);
/* The text of e itself as the field bound by b. */
bool collect_field(struct row_write *r, const struct form_node *n, const struct axl_bind *b,
                   const struct soap_element *e, const char *text, struct ccm_error *err);
/* What the request left out and the schema or the store gives. */
bool collect_defaults(struct row_write *r, uint16_t node, bool present, struct ccm_error *err);
/* parts.c: one field of a reference told in parts ... */
bool part_set(struct row_write *r, const struct axl_bind *b, const struct soap_element *e, const char *text, bool nil,
              struct ccm_error *err);
/* ... which become cells. */
bool         collect_parts(struct row_write *r, struct ccm_error *err);
struct cell *row_set(struct row_write *r, const char *table, const char *column, const struct value *v);
struct cell *row_cell(struct row_write *r, const char *table, const char *column);

/* ---- cells.c ---- */

#define MAX_CELLS 400

/* A statement over cells: ?1 ... are their values, then last if there is one. Releases sql. */
bool cells_run(struct axl_call *c, struct buf *sql, struct cell *const *cells, unsigned count, const char *last,
               struct ccm_error *err);
/* The row's cells of one table: at most MAX_CELLS. */
unsigned cells_of(const struct row_write *r, const char *table, bool shadow, struct cell **out);
/* main: the table whose row with main_pkid the new row accompanies; NULL: none. */
bool cells_insert(struct axl_call *c, const char *table, struct cell *const *cells, unsigned count, const char *main,
                  const char *main_pkid, struct ccm_error *err);
/* The rowid of a row of table that accompanies main's row with pkid ?place: the same number, so that queries find it
 * without an index; if that is taken its negative, so that it takes no other row's; if that is taken too, any. */
void cells_add_number(struct buf *sql, const char *table, const char *main, unsigned place);
/* The row of table whose key column is pkid, and for which the constants hold. */
bool        cells_update(struct axl_call *c, const char *table, const char *key, const char *pkid,
                         const struct axl_const *where, unsigned where_count, struct cell *const *cells, unsigned count,
                         struct ccm_error *err);
struct cell cell_of_text(const char *column, const char *text);
void        row_set_constants(struct row_write *r, const char *table, const struct axl_const *consts, unsigned count);
void        row_set_extras(struct row_write *r, const char *table);

/* ---- side.c ---- */

/* Companions that the row is to point to; before the row. */
bool write_behind(struct row_write *r, const char *table, struct ccm_error *err);
/* Companions that point to the row; behind it. fresh: the row is new. */
bool write_sides(struct row_write *r, const char *pkid, bool fresh, struct ccm_error *err);
bool write_shadow(struct row_write *r, const char *pkid, struct ccm_error *err);

/* ---- rows.c, write.c ---- */

bool write_lists(struct row_write *r, const char *pkid, struct ccm_error *err);
bool write_after(struct row_write *r, const char *pkid, struct ccm_error *err);
/* Insert the row with all that hangs on it. parent_column, parent: what ties a list's row; NULL for none. */
bool write_new(struct row_write *r, const struct axl_const *consts, unsigned const_count, const char *parent_column,
               const struct value *parent, const char *pkid, struct ccm_error *err);

#endif
