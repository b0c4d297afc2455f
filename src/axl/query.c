/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The SELECT that reads one scope of a form: the object's row with its companion rows, or the rows of
 * one list. References are read with the name they point to by scalar subqueries: a null key costs
 * nothing there, and no join limit is met. */
#include <string.h>

#include "axl_priv.h"

struct text {
    struct buf  sql, joins;
    unsigned    columns, sides;
    const char *side[16];
};

static void
quote(struct buf *b, const char *name)
{
    buf_addc(b, '"');
    buf_adds(b, name);
    buf_addc(b, '"');
}

/* alias of the row that holds table: t itself, or a companion joined when first needed. */
static const char *
alias(struct arena *a, struct text *t, const struct form *f, uint16_t scope, const struct axl_bind *b)
{
    const char *own = f->scopes[scope].table;
    bool        shadow = b->kind == BIND_SHADOW;

    if (!shadow && (b->table == NULL || strcmp(b->table, own) == 0))
        return "t";
    for (unsigned i = 0; i < t->sides; i++)
        if (strcmp(t->side[i], b->table) == 0)
            return arena_printf(a, "s%u", i);
    const struct axl_side *side = shadow ? NULL : axl_side_find(f->object, own, b->table);
    if ((!shadow && side == NULL) || t->sides == sizeof t->side / sizeof t->side[0])
        return NULL;
    t->side[t->sides] = b->table;
    const char *name = arena_printf(a, "s%u", t->sides++);
    if (shadow)
        buf_addf(&t->joins, " LEFT JOIN \"%s\" %s ON %s.pkid=t.pkid", b->table, name, name);
    else if (side->behind)
        buf_addf(&t->joins, " LEFT JOIN \"%s\" %s ON %s.pkid=t.\"%s\"", b->table, name, name, side->column);
    else
        buf_addf(&t->joins, " LEFT JOIN \"%s\" %s ON %s.\"%s\"=t.pkid", b->table, name, name, side->column);
    if (!shadow)
        axl_where(&t->joins, name, side->where, side->where_count);
    return name;
}

/* A null key is not looked up: opening the cursors for it would cost more than all the rest. */
static void
begin_lookup(struct buf *s, const char *al, const struct axl_bind *b)
{
    buf_addf(s, ",CASE WHEN %s.\"%s\" IS NOT NULL THEN (", al, b->column);
}

/* A part that is no reference itself has no uuid: null stands in its column. */
static void
begin_lookup_or_null(struct buf *s, const char *al, const struct axl_bind *b)
{
    if (b->ref_table == NULL)
        buf_adds(s, ",NULL");
    begin_lookup(s, al, b);
}

/* Tables with a row for each phone, number or person: to remember what these are called is of no use. */
static bool
is_large(const char *table)
{
    static const char *const large[] = { "device", "numplan", "enduser", "applicationuser", "remotedestination" };
    for (size_t i = 0; i < sizeof large / sizeof large[0]; i++)
        if (strcmp(table, large[i]) == 0)
            return true;
    return false;
}

/* A plain reference to a row whose name the store remembers: only the key need be read. */
static bool
is_named(const struct axl_bind *b)
{
    return b->kind == BIND_REF && b->where_count == 0 && b->ref_column == NULL && !is_large(b->target);
}

static void
add_columns(struct text *t, const char *al, const struct axl_bind *b)
{
    struct buf *s = &t->sql;
    switch ((enum axl_bind_kind)b->kind) {
    case BIND_COLUMN:
    case BIND_ENUM:
    case BIND_BIT:
    case BIND_REFID:
    case BIND_SHADOW:
    case BIND_XML:
        buf_addf(s, ",%s.\"%s\"", al, b->column);
        t->columns += 1;
        break;
    case BIND_REF: /* uuid, text */
        buf_addf(s, ",%s.\"%s\"", al, b->column);
        if (is_named(b)) {
            t->columns += 1;
            break;
        }
        begin_lookup(s, al, b);
        buf_addf(s, "SELECT r.\"%s\" FROM \"%s\" r WHERE r.\"%s\"=%s.\"%s\"", b->target_column, b->target,
                 b->ref_column != NULL ? b->ref_column : "pkid", al, b->column);
        axl_where(s, "r", b->where, b->where_count);
        buf_adds(s, ") END");
        t->columns += 2;
        break;
    case BIND_PART:
        begin_lookup_or_null(s, al, b);
        buf_addf(s, "SELECT r.\"%s\" FROM \"%s\" r WHERE r.pkid=%s.\"%s\") END", b->target_column, b->target, al,
                 b->column);
        if (b->ref_table != NULL) {
            begin_lookup(s, al, b);
            buf_addf(s, "SELECT q.\"%s\" FROM \"%s\" r JOIN \"%s\" q ON q.pkid=r.\"%s\" WHERE r.pkid=%s.\"%s\") END",
                     b->ref_column, b->target, b->ref_table, b->target_column, al, b->column);
        }
        t->columns += 2;
        break;
    case BIND_THROUGH:
        begin_lookup(s, al, b);
        buf_addf(s, "SELECT r.\"%s\" FROM \"%s\" r WHERE r.pkid=%s.\"%s\") END", b->target_column, b->target, al,
                 b->column);
        t->columns += 1;
        break;
    case BIND_ROWS:
    case BIND_ROW:
    case BIND_SECRET:
    case BIND_CALL: break;
    }
}

static void
add_where(struct buf *s, const struct form *f, const struct form_scope *sc)
{
    if (sc->rows == NULL) {
        buf_adds(s, " WHERE t.pkid=?1");
        return;
    }
    buf_adds(s, " WHERE ");
    axl_where_parent(s, f, sc->rows, "t", f->scopes[sc->parent].table, "?1");
    axl_where(s, "t", sc->rows->where, sc->rows->where_count);
    if (sc->rows->order != NULL)
        buf_addf(s, " ORDER BY t.\"%s\",t.rowid", sc->rows->order);
    else
        buf_adds(s, " ORDER BY t.rowid");
}

/* Is there a row of the list that node opens? Told with the parent's row, so that empty lists cost nothing. */
static void
add_presence(struct text *t, const struct form *f, const struct form_node *n, uint16_t scope)
{
    buf_addf(&t->sql, ",EXISTS(SELECT 1 FROM \"%s\" c WHERE ", n->bind->table);
    axl_where_parent(&t->sql, f, n->bind, "c", f->scopes[scope].table, "t.pkid");
    axl_where(&t->sql, "c", n->bind->where, n->bind->where_count);
    buf_addc(&t->sql, ')');
    t->columns++;
}

/* A special field that can be told as an expression comes with its row. */
static void
add_special(struct arena *a, struct text *t, const struct axl_bind *b)
{
    const struct axl_special *s = axl_special_find(b->func);
    const char               *e = s != NULL && s->expression != NULL ? s->expression(a, b) : NULL;
    if (e == NULL)
        return;
    buf_addf(&t->sql, ",%s", e);
    t->columns++;
}

static void
add_node(struct arena *a, struct text *t, const struct form *f, uint16_t scope, const struct axl_bind *b)
{
    if (b->kind == BIND_CALL || (b->kind == BIND_XML && b->func != NULL)) {
        add_special(a, t, b);
        return;
    }
    const char *al = alias(a, t, f, scope, b);
    if (al != NULL)
        add_columns(t, al, b);
}

const struct query *
axl_query(struct arena *a, const struct form *f, uint16_t scope, const bool *selected, const char *tail)
{
    const struct form_scope *sc = &f->scopes[scope];
    struct query            *q = arena_alloc(a, sizeof *q);
    struct text              t = { .columns = 1 };

    q->column = arena_alloc(a, sizeof *q->column * f->count);
    memset(q->column, -1, sizeof *q->column * f->count);
    q->named = arena_alloc(a, sizeof *q->named * f->count);
    buf_init(&t.sql, BUF_MAX_SQL);
    buf_init(&t.joins, BUF_MAX_SQL);
    buf_adds(&t.sql, "SELECT t.pkid");
    for (uint16_t i = sc->node; i < f->nodes[sc->node].end; i++) {
        const struct form_node *n = &f->nodes[i];
        const struct axl_bind  *b = n->opens == scope ? n->text : n->scope == scope ? n->bind : NULL;
        unsigned                first = t.columns;
        if (selected != NULL && !selected[i])
            continue;
        if (n->opens != FORM_NONE && n->opens != scope && n->scope == scope)
            add_presence(&t, f, n, scope);
        else if (b != NULL && (b->flags & BINDF_WRITEONLY) == 0 && (n->opens == FORM_NONE || n->opens == scope))
            add_node(a, &t, f, scope, b);
        if (t.columns > first) {
            q->column[i] = (int16_t)first;
            q->named[i] = b != NULL && is_named(b);
        }
    }
    buf_adds(&t.sql, " FROM ");
    quote(&t.sql, sc->table);
    buf_adds(&t.sql, " t");
    buf_adds(&t.sql, buf_cstr(&t.joins));
    if (tail != NULL)
        buf_adds(&t.sql, tail);
    else
        add_where(&t.sql, f, sc);
    q->sql = arena_strndup(a, t.sql.ptr, t.sql.len);
    buf_release(&t.sql);
    buf_release(&t.joins);
    return q;
}
