/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Columns on their way into a table: a row's cells, gathering the cells of one table, the statements that write them, and
 * what is set without a field saying so (constants of the scope, extras of the contract). */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "write_priv.h"

void
row_write_init(struct row_write *r, struct axl_call *c, const struct form *f, uint16_t scope, bool adding)
{
    *r = (struct row_write){ .call = c, .form = f, .scope = scope, .adding = adding };
    r->seen = arena_alloc(c->arena, f->count);
    r->cells_end = &r->cells;
    r->lists_end = &r->lists;
    r->after_end = &r->after;
}

struct cell *
row_cell(struct row_write *r, const char *table, const char *column)
{
    for (struct cell *c = r->cells; c != NULL; c = c->next)
        if (strcmp(c->column, column) == 0 && strcmp(c->table, table) == 0)
            return c;
    return NULL;
}

struct cell *
row_set(struct row_write *r, const char *table, const char *column, const struct value *v)
{
    struct cell *c = row_cell(r, table, column);
    if (c == NULL) {
        c = arena_alloc(r->call->arena, sizeof *c);
        c->table = table;
        c->column = column;
        c->implied = true;
        *r->cells_end = c;
        r->cells_end = &c->next;
    }
    c->implied = c->implied && r->defaulting;
    c->value = *v;
    return c;
}

bool
cells_run(struct axl_call *c, struct buf *sql, struct cell *const *cells, unsigned count, const char *last,
          struct ccm_error *err)
{
    sqlite3_stmt *s = store_prepare(c->conn, buf_cstr(sql), err);
    buf_release(sql);
    if (s == NULL)
        return false;
    for (unsigned i = 0; i < count; i++)
        axl_bind_value(s, (int)i + 1, &cells[i]->value);
    if (last != NULL)
        sqlite3_bind_text(s, (int)count + 1, last, -1, SQLITE_TRANSIENT);
    int step = store_step(c->conn, s, err);
    sqlite3_reset(s);
    return step >= 0;
}

/* Cells of one table. */
unsigned
cells_of(const struct row_write *r, const char *table, bool shadow, struct cell **out)
{
    unsigned n = 0;
    for (struct cell *c = r->cells; c != NULL && n < MAX_CELLS; c = c->next)
        if (c->shadow == shadow && strcmp(c->table, table) == 0)
            out[n++] = c;
    return n;
}

/* Bits that the request didn't name keep the column's default in a new row. */
static void
complete_bits(struct cell *const *cells, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (cells[i]->bit_mask != 0) {
            const struct store_column *col = store_column_find(cells[i]->table, cells[i]->column);
            int64_t                    def = col != NULL && col->def != NULL ? strtoll(col->def, NULL, 10) : 0;
            cells[i]->value.number |= def & ~cells[i]->bit_mask;
        }
}

void
cells_add_number(struct buf *sql, const char *table, const char *main, unsigned place)
{
    buf_addf(sql,
             ",(SELECT CASE WHEN NOT EXISTS(SELECT 1 FROM \"%s\" WHERE rowid=m.rowid) THEN m.rowid WHEN NOT EXISTS"
             "(SELECT 1 FROM \"%s\" WHERE rowid=-m.rowid) THEN -m.rowid END FROM \"%s\" m WHERE m.pkid=?%u)",
             table, table, main, place);
}

bool
cells_insert(struct axl_call *c, const char *table, struct cell *const *cells, unsigned count, const char *main,
             const char *main_pkid, struct ccm_error *err)
{
    struct buf sql;
    buf_init(&sql, BUF_MAX_SQL);
    buf_addf(&sql, "INSERT INTO \"%s\"(", table);
    for (unsigned i = 0; i < count; i++)
        buf_addf(&sql, "%s\"%s\"", i > 0 ? "," : "", cells[i]->column);
    buf_adds(&sql, main != NULL ? ",rowid) VALUES(" : ") VALUES(");
    for (unsigned i = 0; i < count; i++)
        buf_addf(&sql, "%s?%u", i > 0 ? "," : "", i + 1);
    if (main != NULL)
        cells_add_number(&sql, table, main, count + 1);
    buf_addc(&sql, ')');
    complete_bits(cells, count);
    return cells_run(c, &sql, cells, count, main_pkid, err);
}

bool
cells_update(struct axl_call *c, const char *table, const char *key, const char *pkid, const struct axl_const *where,
             unsigned where_count, struct cell *const *cells, unsigned count, struct ccm_error *err)
{
    struct buf sql;
    buf_init(&sql, BUF_MAX_SQL);
    buf_addf(&sql, "UPDATE \"%s\" SET ", table);
    for (unsigned i = 0; i < count; i++)
        if (cells[i]->bit_mask != 0)
            buf_addf(&sql, "%s\"%s\"=(\"%s\"&~%lld)|?%u", i > 0 ? "," : "", cells[i]->column, cells[i]->column,
                     (long long)cells[i]->bit_mask, i + 1);
        else
            buf_addf(&sql, "%s\"%s\"=?%u", i > 0 ? "," : "", cells[i]->column, i + 1);
    buf_addf(&sql, " WHERE \"%s\"=?%u", key, count + 1);
    axl_where(&sql, "", where, where_count);
    return cells_run(c, &sql, cells, count, pkid, err);
}

struct cell
cell_of_text(const char *column, const char *text)
{
    return (struct cell){ .column = column, .value = { .kind = VALUE_TEXT, .text = text } };
}

/* Is the cell's value among those of a choice ("2|13")? */
static bool
is_among(struct row_write *r, const struct cell *cell, const char *values)
{
    const struct value *v = &cell->value;
    const char         *text = v->kind == VALUE_TEXT  ? v->text
                               : v->kind == VALUE_INT ? arena_printf(r->call->arena, "%lld", (long long)v->number)
                                                      : "";
    size_t              len = strlen(text);
    for (const char *p = values;; p += strcspn(p, "|") + 1) {
        if (len > 0 && strncmp(p, text, len) == 0 && (p[len] == '|' || p[len] == '\0'))
            return true;
        if (strchr(p, '|') == NULL)
            return false;
    }
}

void
row_set_constants(struct row_write *r, const char *table, const struct axl_const *consts, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const char        *v = axl_const_value(r->call->arena, &consts[i]);
        const struct cell *cell = row_cell(r, table, consts[i].column);
        if (v != NULL && !(axl_const_is_choice(&consts[i]) && cell != NULL && is_among(r, cell, consts[i].value)))
            row_set(r, table, consts[i].column, &(struct value){ .kind = VALUE_TEXT, .text = v });
    }
}

/* "COLUMN:TYPETABLE.ATTRIBUTE": what the type-table row of another column of the row says. */
static bool
type_attribute(struct row_write *r, const struct axl_set *set, const char *colon, struct value *out)
{
    struct axl_call   *c = r->call;
    const char        *dot = strchr(colon, '.');
    const struct cell *cell =
        row_cell(r, set->table, arena_strndup(c->arena, set->value, (size_t)(colon - set->value)));
    const struct store_enum *e =
        dot == NULL ? NULL
                    : store_enum_find(store_of(c->conn), arena_strndup(c->arena, colon + 1, (size_t)(dot - colon - 1)));
    int64_t number, attribute;

    if (cell == NULL || cell->value.kind == VALUE_NULL || e == NULL)
        return false;
    number = cell->value.kind == VALUE_INT ? cell->value.number : strtoll(cell->value.text, NULL, 10);
    if (!store_enum_attr(e, number, dot + 1, &attribute))
        return false;
    *out = (struct value){ .kind = VALUE_INT, .number = attribute };
    return true;
}

/* "now" and "next" are the time and one more than the column's highest; the rest is as it stands. */
static bool
extra_value(struct row_write *r, const struct axl_set *set, struct value *out)
{
    struct axl_call *c = r->call;
    const char      *colon = strchr(set->value, ':');

    *out = (struct value){ .kind = VALUE_TEXT, .text = set->value };
    if (strcmp(set->value, "now") == 0)
        *out = (struct value){ .kind = VALUE_INT, .number = (int64_t)time(NULL) };
    if (colon != NULL)
        return type_attribute(r, set, colon, out);
    if (strcmp(set->value, "next") != 0)
        return true;
    sqlite3_stmt *s = store_prepare(
        c->conn, arena_printf(c->arena, "SELECT coalesce(max(\"%s\"),0)+1 FROM \"%s\"", set->column, set->table), NULL);
    *out = (struct value){ .kind = VALUE_INT, .number = 1 };
    if (s != NULL && store_step(c->conn, s, NULL) == 1)
        out->number = sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
    return true;
}

/* What no field says and the row needs all the same. */
void
row_set_extras(struct row_write *r, const char *table)
{
    const struct axl_object *o = r->form->object;
    for (unsigned i = 0; i < o->set_count; i++)
        if (strcmp(o->sets[i].table, table) == 0 && row_cell(r, table, o->sets[i].column) == NULL) {
            struct value v;
            if (extra_value(r, &o->sets[i], &v))
                row_set(r, table, o->sets[i].column, &v);
        }
}
