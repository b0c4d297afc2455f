/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The SELECT that reads one scope of a form: the object's row with its companion rows, or the rows of
 * one list. References are read with the name they point to by scalar subqueries: a null key costs
 * nothing there, and no join limit is met. */
#include <stdlib.h>
#include <string.h>

#include "axl_priv.h"

#define MAX_SIDES 16

struct text {
    struct axl_call       *call;
    const struct form     *form;
    uint16_t               scope;
    struct buf             sql, joins;
    unsigned               columns, sides, parts, lists;
    const char            *side[MAX_SIDES], *side_alias[MAX_SIDES];
    const struct axl_bind *part[MAX_SIDES], *list[MAX_SIDES]; /* joined; lists that were asked about */
    const char            *part_alias[MAX_SIDES];
    int16_t                list_column[MAX_SIDES];
};

static bool
is_empty(const struct text *t, const char *table)
{
    return store_table_empty(t->call->conn, table);
}

static void
quote(struct buf *b, const char *name)
{
    buf_addc(b, '"');
    buf_adds(b, name);
    buf_addc(b, '"');
}

/* Join a row of table that is likely to have t's number (cells_add_number): there it is looked for first, as alias,
 * which spares a search of an index; if it isn't there, by the index, as x and alias. */
static void
join_twin(struct text *t, const char *alias, const char *table, const char *column, const char *key,
          const struct axl_side *side)
{
    struct buf *b = &t->joins;

    buf_addf(b, " LEFT JOIN \"%s\" %s ON %s.rowid=t.rowid AND %s.\"%s\"=%s", table, alias, alias, alias, column, key);
    if (side != NULL)
        axl_where(b, alias, side->where, side->where_count);
    buf_addf(b, " LEFT JOIN \"%s\" x%s ON x%s.\"%s\"=CASE WHEN %s.rowid IS NULL THEN %s END", table, alias, alias,
             column, alias, key);
    if (side != NULL)
        axl_where(b, arena_printf(t->call->arena, "x%s", alias), side->where, side->where_count);
}

/* A column of a joined row, or of t: those joined twice are named s0..., p0... */
static const char *
cell(const struct text *t, const char *al, const char *column)
{
    if (al[0] == 's' || al[0] == 'p')
        return arena_printf(t->call->arena, "CASE WHEN %s.rowid IS NULL THEN x%s.\"%s\" ELSE %s.\"%s\" END", al, al,
                            column, al, column);
    return arena_printf(t->call->arena, "%s.\"%s\"", al, column);
}

/* alias of the row that holds table: t itself, or a companion joined when first needed: s0... for one that points to
 * the row, b0... for one that the row points to. NULL: there is none; *null: because its table is empty, so that all
 * its columns are null. */
static const char *
alias(struct text *t, const struct axl_bind *b, bool *null)
{
    struct arena *a = t->call->arena;
    const char   *own = t->form->scopes[t->scope].table;
    bool          shadow = b->kind == BIND_SHADOW;

    if (!shadow && (b->table == NULL || strcmp(b->table, own) == 0))
        return "t";
    for (unsigned i = 0; i < t->sides; i++)
        if (strcmp(t->side[i], b->table) == 0)
            return t->side_alias[i];
    const struct axl_side *side = shadow ? NULL : axl_side_find(t->form->object, own, b->table);
    if ((!shadow && side == NULL) || t->sides == MAX_SIDES)
        return NULL;
    if (is_empty(t, b->table)) {
        *null = true;
        return NULL;
    }
    unsigned    i = t->sides++;
    bool        behind = side != NULL && side->behind;
    const char *name = arena_printf(a, "%c%u", behind ? 'b' : 's', i);
    t->side[i] = b->table;
    t->side_alias[i] = name;
    if (behind) {
        buf_addf(&t->joins, " LEFT JOIN \"%s\" %s ON %s.pkid=t.\"%s\"", b->table, name, name, side->column);
        axl_where(&t->joins, name, side->where, side->where_count);
    } else {
        join_twin(t, name, b->table, shadow ? "pkid" : side->column, "t.pkid", side);
    }
    return name;
}

/* alias of the joined row that some members of an element are columns of (a line's directory number). NULL: too many. */
static const char *
part(struct text *t, const char *al, const struct axl_bind *b)
{
    unsigned i = 0;
    while (i < t->parts && (strcmp(t->part[i]->column, b->column) != 0 || strcmp(t->part[i]->target, b->target) != 0))
        i++;
    if (i < t->parts || i == MAX_SIDES)
        return i < t->parts ? t->part_alias[i] : NULL;
    bool        own = strcmp(al, "t") == 0;
    const char *name = arena_printf(t->call->arena, "%c%u", own ? 'p' : 'o', i), *key = cell(t, al, b->column);
    t->part[i] = b;
    t->part_alias[i] = name;
    t->parts++;
    if (own)
        join_twin(t, name, b->target, "pkid", key, NULL);
    else
        buf_addf(&t->joins, " LEFT JOIN \"%s\" %s ON %s.pkid=%s", b->target, name, name, key);
    return name;
}

/* A null key is not looked up: opening the cursors for it would cost more than all the rest. */
static void
begin_lookup(struct buf *s, const char *key)
{
    buf_addf(s, ",CASE WHEN %s IS NOT NULL THEN (", key);
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
bool
axl_named(const struct axl_bind *b, const char **table, const char **column)
{
    bool reference = b->kind == BIND_REF && b->where_count == 0 && b->ref_column == NULL;
    bool through = b->kind == BIND_THROUGH && b->ref_table == NULL && (b->conv == CONV_TEXT || b->conv == CONV_INT);
    bool of_part = b->kind == BIND_PART && b->ref_table != NULL;

    *table = of_part ? b->ref_table : b->target;
    *column = of_part ? b->ref_column : b->target_column;
    return (reference || through || of_part) && !is_large(*table);
}

static bool
is_named(const struct axl_bind *b)
{
    const char *table, *column;
    return axl_named(b, &table, &column);
}

/* uuid, text: a part that is no reference itself has no uuid, null stands in its column. */
static void
add_part(struct text *t, const char *al, const struct axl_bind *b)
{
    const char *p = part(t, al, b);
    if (p == NULL) {
        buf_adds(&t->sql, ",NULL,NULL");
        t->columns += 2;
        return;
    }
    const char *value = cell(t, p, b->target_column);
    if (b->ref_table == NULL)
        buf_addf(&t->sql, ",NULL,%s", value);
    else if (is_named(b))
        buf_addf(&t->sql, ",%s", value);
    else
        buf_addf(&t->sql, ",%s,(SELECT q.\"%s\" FROM \"%s\" q WHERE q.pkid=%s)", value, b->ref_column, b->ref_table,
                 value);
    t->columns += b->ref_table != NULL && is_named(b) ? 1 : 2;
}

static void
add_columns(struct text *t, const char *al, const struct axl_bind *b)
{
    struct buf *s = &t->sql;
    const char *key = b->column != NULL ? cell(t, al, b->column) : NULL;
    switch ((enum axl_bind_kind)b->kind) {
    case BIND_COLUMN:
    case BIND_ENUM:
    case BIND_BIT:
    case BIND_REFID:
    case BIND_SHADOW:
    case BIND_XML:
        buf_addf(s, ",%s", key);
        t->columns += 1;
        break;
    case BIND_REF: /* uuid, text */
        buf_addf(s, ",%s", key);
        if (is_named(b)) {
            t->columns += 1;
            break;
        }
        begin_lookup(s, key);
        buf_addf(s, "SELECT r.\"%s\" FROM \"%s\" r WHERE r.\"%s\"=%s", b->target_column, b->target,
                 b->ref_column != NULL ? b->ref_column : "pkid", key);
        axl_where(s, "r", b->where, b->where_count);
        buf_adds(s, ") END");
        t->columns += 2;
        break;
    case BIND_PART: add_part(t, al, b); break;
    case BIND_THROUGH:
        t->columns += 1;
        if (is_named(b)) {
            buf_addf(s, ",%s", key);
            break;
        }
        begin_lookup(s, key);
        buf_addf(s, "SELECT r.\"%s\" FROM \"%s\" r WHERE r.pkid=%s) END", b->target_column, b->target, key);
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

static bool
is_same_list(const struct axl_bind *a, const struct axl_bind *b)
{
    return a->where_count == 0 && b->where_count == 0 && strcmp(a->table, b->table) == 0 &&
           strcmp(a->column, b->column) == 0 && a->ref_column == b->ref_column;
}

/* The column that tells whether there is a row of the list that node opens. It comes with the parent's row, so that
 * empty lists cost nothing, and once for lists that are the same rows by two names. */
static int16_t
add_presence(struct text *t, const struct form_node *n)
{
    const struct axl_bind *b = n->bind;

    if (is_empty(t, b->table))
        return COLUMN_NULL;
    for (unsigned i = 0; i < t->lists; i++)
        if (is_same_list(t->list[i], b))
            return t->list_column[i];
    buf_addf(&t->sql, ",EXISTS(SELECT 1 FROM \"%s\" c WHERE ", b->table);
    axl_where_parent(&t->sql, t->form, b, "c", t->form->scopes[t->scope].table, "t.pkid");
    axl_where(&t->sql, "c", b->where, b->where_count);
    buf_addc(&t->sql, ')');
    if (t->lists < MAX_SIDES) {
        t->list[t->lists] = b;
        t->list_column[t->lists++] = (int16_t)t->columns;
    }
    return (int16_t)t->columns++;
}

/* A special field that can be told as an expression comes with its row. */
static int16_t
add_special(struct text *t, const struct axl_bind *b)
{
    const struct axl_special *s = axl_special_find(b->func);
    const char               *e = s != NULL && s->expression != NULL ? s->expression(t->call, b) : NULL;
    if (e == NULL)
        return COLUMN_NONE;
    buf_addf(&t->sql, ",%s", e);
    return (int16_t)t->columns++;
}

static int16_t
add_bound(struct text *t, const struct axl_bind *b)
{
    if ((b->flags & BINDF_WRITEONLY) != 0)
        return COLUMN_NONE;
    if (b->kind == BIND_CALL || (b->kind == BIND_XML && b->func != NULL))
        return add_special(t, b);
    unsigned    first = t->columns;
    bool        null = false;
    const char *al = alias(t, b, &null);
    if (al != NULL)
        add_columns(t, al, b);
    return null ? COLUMN_NULL : t->columns > first ? (int16_t)first : COLUMN_NONE;
}

static int16_t
add_node(struct text *t, const struct form_node *n)
{
    const struct axl_bind *b = n->opens == t->scope ? n->text : n->scope == t->scope ? n->bind : NULL;

    if (n->opens != FORM_NONE && n->opens != t->scope && n->scope == t->scope)
        return add_presence(t, n);
    if (b == NULL || (n->opens != FORM_NONE && n->opens != t->scope))
        return COLUMN_NONE;
    return add_bound(t, b);
}

static struct query *
make(struct arena *a, struct text *t, const bool *selected, const char *tail)
{
    const struct form       *f = t->form;
    const struct form_scope *sc = &f->scopes[t->scope];
    struct query            *q = arena_alloc(a, sizeof *q);

    q->column = arena_alloc(a, sizeof *q->column * f->count);
    q->named = arena_alloc(a, sizeof *q->named * f->count);
    buf_init(&t->sql, BUF_MAX_SQL);
    buf_init(&t->joins, BUF_MAX_SQL);
    buf_adds(&t->sql, "SELECT t.pkid");
    q->type = arena_alloc(a, sizeof *q->type * f->count);
    for (uint16_t i = 0; i < f->count; i++)
        q->column[i] = COLUMN_NONE;
    for (uint16_t i = sc->node; i < f->nodes[sc->node].end; i++) {
        const struct form_node *n = &f->nodes[i];
        if (selected != NULL && !selected[i])
            continue;
        q->column[i] = add_node(t, n);
        const struct axl_bind *b = n->opens == t->scope ? n->text : n->bind;
        q->named[i] = q->column[i] >= 0 && b != NULL && is_named(b);
        const char *type = b == NULL || q->column[i] < 0 ? NULL
                           : b->kind == BIND_ENUM        ? b->target
                           : b->kind == BIND_THROUGH     ? b->ref_table
                                                         : NULL;
        if (type != NULL)
            q->type[i] = store_enum_find(store_of(t->call->conn), type);
    }
    buf_adds(&t->sql, " FROM ");
    quote(&t->sql, sc->table);
    buf_adds(&t->sql, " t");
    buf_adds(&t->sql, buf_cstr(&t->joins));
    if (tail != NULL)
        buf_adds(&t->sql, tail);
    else
        add_where(&t->sql, f, sc);
    q->sql = arena_strndup(a, t->sql.ptr, t->sql.len);
    buf_release(&t->sql);
    buf_release(&t->joins);
    return q;
}

/* ---- queries kept with a connection ---- */

#define SLOTS    256u
#define MAX_USED 192u

struct kept {
    uint64_t            hash;
    const struct form  *form; /* NULL: free */
    const bool         *selected;
    const char         *tail;
    const struct query *query;
    uint16_t            scope;
};

struct queries {
    struct arena *arena;
    uint64_t      epoch; /* of the store's tables */
    unsigned      used;
    struct kept   slots[SLOTS];
};

static void
queries_free(void *arg)
{
    struct queries *qs = arg;
    if (qs == NULL)
        return;
    arena_free(qs->arena);
    free(qs);
}

/* Those of the call's connection, emptied first if there are too many or tables are no longer empty. */
static struct queries *
queries_of(struct axl_call *c)
{
    struct store_slot *slot = store_slot(c->conn, STORE_SLOT_AXL);
    struct queries    *qs = slot->data;
    uint64_t           epoch = store_table_epoch(c->conn);

    if (qs == NULL) {
        qs = calloc(1, sizeof *qs);
        if (qs == NULL)
            abort();
        qs->arena = arena_new();
        *slot = (struct store_slot){ qs, queries_free };
    } else if (qs->epoch != epoch || qs->used >= MAX_USED) {
        arena_reset(qs->arena);
        memset(qs->slots, 0, sizeof qs->slots);
        qs->used = 0;
    }
    qs->epoch = epoch;
    return qs;
}

static uint64_t
mix(uint64_t h, const void *data, size_t len)
{
    const char *p = data;
    uint64_t    piece;
    for (; len > 0; p += sizeof piece) {
        size_t n = len < sizeof piece ? len : sizeof piece;
        piece = 0;
        memcpy(&piece, p, n);
        h = (h ^ piece) * 0xFF51AFD7ED558CCDu;
        h ^= h >> 32;
        len -= n;
    }
    return h;
}

static bool
is_same(const struct kept *k, const struct kept *wanted)
{
    return k->hash == wanted->hash && k->form == wanted->form && k->scope == wanted->scope &&
           (k->selected == NULL) == (wanted->selected == NULL) && (k->tail == NULL) == (wanted->tail == NULL) &&
           (k->tail == NULL || strcmp(k->tail, wanted->tail) == 0) &&
           (k->selected == NULL || memcmp(k->selected, wanted->selected, k->form->count) == 0);
}

const struct query *
axl_query(struct axl_call *c, const struct form *f, uint16_t scope, const bool *selected, const char *tail)
{
    struct queries *qs = c->queries;
    struct kept     wanted = { .form = f, .scope = scope, .selected = selected, .tail = tail };
    size_t          i;

    if (qs == NULL)
        qs = c->queries = queries_of(c);
    wanted.hash = mix((uintptr_t)&f->scopes[scope], selected, selected != NULL ? f->count : 0);
    wanted.hash = mix(wanted.hash, tail, tail != NULL ? strlen(tail) : 0);
    for (i = (wanted.hash >> 20) % SLOTS; qs->slots[i].form != NULL; i = (i + 1) % SLOTS)
        if (is_same(&qs->slots[i], &wanted))
            return qs->slots[i].query;
    struct text t = { .call = c, .form = f, .scope = scope, .columns = 1 };
    if (qs->used == SLOTS - 1)
        return make(c->arena, &t, selected, tail);
    wanted.query = make(qs->arena, &t, selected, tail);
    if (selected != NULL)
        wanted.selected = memcpy(arena_alloc(qs->arena, f->count), selected, f->count);
    if (tail != NULL)
        wanted.tail = arena_strdup(qs->arena, tail);
    qs->slots[i] = wanted;
    qs->used++;
    return wanted.query;
}
