/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Rows that a write changes, as changes of AXL's objects: the contract says which table an object is of, which rows
 * belong to it, and which column is which tag. All of it is the writer's: nobody else looks. A change of a row that
 * belongs to an object (a line of a phone) is one of the object. */
#include <stdlib.h>
#include <string.h>

#include "base/base_priv.h"
#include "changes.h"

#define MOST_COLUMNS 384 /* of a table */
#define MOST_TAGS    20  /* more, and the object had better be read */
#define MOST_TEXT    1024
#define MOST_KEPT    1024 /* records of a write, for the next */

struct touched {
    uint16_t                 table;
    char                     op; /* 0: it came to nothing */
    char                     pkid[45];
    bool                     itself; /* not only what belongs to it */
    bool                     read;   /* tags don't tell all */
    bool                     gone;   /* came and went */
    const struct axl_object *object; /* known from the row as it was; NULL: look */
    uint64_t                 columns[MOST_COLUMNS / 64];
};

struct change_watch {
    struct axl_changes *queue;
    struct change_plans plans;
    struct touched     *touched;
    size_t              count, room;
    uint32_t           *slots; /* of touched, plus 1 */
    size_t              slot_count;
    struct change      *ready; /* for the queue, once the write is committed */
    size_t              ready_count, ready_room;
};

/* ---- what is touched ---- */

static uint32_t
hash_of(unsigned table, const char *pkid)
{
    uint32_t h = 2166136261u ^ table;

    for (; *pkid != '\0'; pkid++)
        h = (h ^ (unsigned char)*pkid) * 16777619u;
    return h;
}

static void
index_touched(struct change_watch *w, size_t i)
{
    size_t at = hash_of(w->touched[i].table, w->touched[i].pkid) % w->slot_count;

    while (w->slots[at] != 0)
        at = (at + 1) % w->slot_count;
    w->slots[at] = (uint32_t)i + 1;
}

static void
make_room(struct change_watch *w)
{
    if (w->count < w->room)
        return;
    w->room = w->room == 0 ? 32 : w->room * 2;
    w->touched = base_realloc(w->touched, w->room * sizeof *w->touched);
    w->slot_count = w->room * 2;
    w->slots = base_realloc(w->slots, w->slot_count * sizeof *w->slots);
    memset(w->slots, 0, w->slot_count * sizeof *w->slots);
    for (size_t i = 0; i < w->count; i++)
        index_touched(w, i);
}

/* The record of a row; new with op 0. Pointers hold until the next call. */
static struct touched *
touch(struct change_watch *w, unsigned table, const char *pkid)
{
    make_room(w);
    size_t at = hash_of(table, pkid) % w->slot_count;
    for (; w->slots[at] != 0; at = (at + 1) % w->slot_count) {
        struct touched *t = &w->touched[w->slots[at] - 1];
        if (t->table == table && strcmp(t->pkid, pkid) == 0)
            return t;
    }
    struct touched *t = &w->touched[w->count];
    *t = (struct touched){ .table = (uint16_t)table };
    strncpy(t->pkid, pkid, sizeof t->pkid - 1);
    index_touched(w, w->count++);
    return t;
}

static void
touch_parent(struct change_watch *w, unsigned table, const char *pkid)
{
    if (pkid == NULL || strlen(pkid) != 36)
        return;
    struct touched *t = touch(w, table, pkid);
    if (t->op == 0 && !t->gone)
        t->op = 'u';
    t->read = true;
}

/* ---- a row changes ---- */

static bool
value_fits(const struct axl_const *c, const char *value)
{
    if (strcmp(c->value, "null") == 0)
        return value == NULL;
    if (c->value[0] == '!')
        return value == NULL || strcmp(value, c->value + 1) != 0;
    if (value == NULL)
        return false;
    size_t len = strlen(value);
    for (const char *p = c->value; p != NULL; p = strchr(p, '|') != NULL ? strchr(p, '|') + 1 : NULL)
        if (strncmp(p, value, len) == 0 && (p[len] == '\0' || p[len] == '|'))
            return true;
    return false;
}

static const struct axl_object *
object_of(const struct change_watch *w, const struct store_row *r, unsigned table, bool before)
{
    const struct plan *p = &w->plans.tables[table];

    for (uint16_t i = 0; i < p->object_count; i++) {
        const struct axl_object *o = p->objects[i];
        bool                     fits = true;
        for (uint16_t k = 0; k < o->where_count && fits; k++) {
            int column = store_table_column_find(table, o->where[k].column);
            fits = column >= 0 && value_fits(&o->where[k], store_row_text(r, before, column));
        }
        if (fits)
            return o;
    }
    return NULL;
}

/* Columns that the store's own rules keep up: a change of one alone is none. */
static bool
is_kept_up(const struct store_column *c)
{
    static const char *const names[] = { "versionstamp", "datetimestamp", "ndescription", "clause", "ctiid" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], c->name) == 0)
            return true;
    return false;
}

static bool
note_columns(const struct store_row *r, unsigned table, uint64_t columns[MOST_COLUMNS / 64])
{
    struct store_table t;
    bool               any = false;

    store_table_at(table, &t);
    for (unsigned i = 0; i < t.columns && i < MOST_COLUMNS; i++)
        if (store_row_changes(r, (int)i) && !is_kept_up(store_table_column(table, i))) {
            columns[i / 64] |= UINT64_C(1) << i % 64;
            any = true;
        }
    return any;
}

static void
row_itself(struct change_watch *w, const struct store_row *r, unsigned table, const char *pkid)
{
    char            op = store_row_op(r);
    struct touched *t = touch(w, table, pkid);

    t->object = object_of(w, r, table, op == 'r');
    if (op == 'u') {
        bool any = note_columns(r, table, t->columns);
        if (t->op == 0 && any)
            t->op = 'u';
    } else if (op == 'a') {
        t->read = t->op == 'r';
        t->op = t->op == 'r' ? 'u' : 'a';
        t->gone = false;
    } else {
        t->gone = t->op == 'a';
        t->op = t->gone ? 0 : 'r';
    }
    t->itself = true;
}

static void
parents(struct change_watch *w, const struct store_row *r, unsigned table)
{
    const struct plan *p = &w->plans.tables[table];
    uint64_t           columns[MOST_COLUMNS / 64] = { 0 };
    char               pkid[45];

    if (p->link_count == 0 || (store_row_op(r) == 'u' && !note_columns(r, table, columns)))
        return;
    for (uint16_t i = 0; i < p->link_count; i++) {
        const struct link *l = &w->plans.links[p->link_first + i];
        for (int before = 0; before < 2; before++) {
            const char *parent = store_row_text(r, before == 1, l->column);
            if (parent == NULL || strlen(parent) >= sizeof pkid)
                continue;
            memcpy(pkid, parent, strlen(parent) + 1);
            touch_parent(w, l->parent, pkid);
        }
    }
}

static void
on_row(void *cookie, const struct store_row *r)
{
    struct change_watch *w = cookie;
    bool                 shadow;
    unsigned             table = store_row_table(r, &shadow);
    const struct plan   *p = &w->plans.tables[table];
    char                 pkid[45];

    if (p->object_count == 0 && p->link_count == 0)
        return;
    store_row_key(r, pkid);
    if (shadow) {
        touch_parent(w, table, pkid);
        return;
    }
    if (p->object_count > 0)
        row_itself(w, r, table, pkid);
    parents(w, r, table);
}

/* ---- the write ends: tags ---- */

/* One text of the row; false: there is no such row, or it can't be read. */
static bool
read_text(struct axl_call *c, const char *sql, const char *pkid, const char **text)
{
    struct ccm_error err = { 0 };
    sqlite3_stmt    *s = store_prepare(c->conn, sql, &err);

    *text = NULL;
    if (s == NULL)
        return false;
    sqlite3_bind_text(s, 1, pkid, -1, SQLITE_STATIC);
    bool found = store_step(c->conn, s, &err) == 1;
    if (found && sqlite3_column_type(s, 0) != SQLITE_NULL)
        *text = arena_strdup(c->arena, (const char *)sqlite3_column_text(s, 0));
    sqlite3_reset(s);
    return found;
}

static bool
read_tag(struct axl_call *c, const struct touched *t, const char *table, const struct axl_bind *b, const char **text)
{
    struct ccm_error         err = { 0 };
    const struct store_enum *type = b->kind == BIND_ENUM ? store_enum_find(store_of(c->conn), b->target) : NULL;
    const char              *sql =
        b->kind == BIND_REF
                         ? arena_printf(
                               c->arena,
                               "SELECT (SELECT q.\"%s\" FROM \"%s\" q WHERE q.\"%s\"=t.\"%s\") FROM \"%s\" t WHERE t.pkid=?1",
                               b->target_column, b->target, b->ref_column != NULL ? b->ref_column : "pkid", b->column, table)
                         : arena_printf(c->arena, "SELECT \"%s\" FROM \"%s\" WHERE pkid=?1", b->column, table);
    sqlite3_stmt *s = store_prepare(c->conn, sql, &err);

    *text = NULL;
    if (s == NULL)
        return false;
    sqlite3_bind_text(s, 1, t->pkid, -1, SQLITE_STATIC);
    bool found = store_step(c->conn, s, &err) == 1;
    if (found) {
        const char *value = axl_value_out(c, b, type, s, 0);
        *text = value != NULL ? arena_strdup(c->arena, value) : NULL;
    }
    sqlite3_reset(s);
    return found;
}

/* The tag that a column is, of those that stand directly under the object. */
static const struct axl_bind *
tag_of(const struct axl_object *o, const char *column)
{
    for (uint16_t i = 0; i < o->bind_count; i++) {
        const struct axl_bind *b = &o->binds[i];
        bool                   plain = b->kind == BIND_COLUMN || b->kind == BIND_ENUM || b->kind == BIND_REF;
        if (plain && (b->versions >> CHANGE_VERSION & 1) != 0 && b->path[strcspn(b->path, "/@.")] == '\0' &&
            (b->table == NULL || strcmp(b->table, o->table) == 0) && strcmp(b->column, column) == 0)
            return b;
    }
    return NULL;
}

/* False: they don't tell all of it. */
static bool
put_tags(struct axl_call *c, const struct touched *t, const struct axl_object *o, struct buf *out)
{
    struct store_table table;
    unsigned           tags = 0;

    store_table_at(t->table, &table);
    for (unsigned i = 0; i < table.columns && i < MOST_COLUMNS; i++) {
        const char *text;
        if ((t->columns[i / 64] >> i % 64 & 1) == 0)
            continue;
        const struct axl_bind *b = tag_of(o, store_table_column(t->table, i)->name);
        if (b == NULL || ++tags > MOST_TAGS || !read_tag(c, t, table.name, b, &text))
            return false;
        xml_begin(out, "changedTag");
        xml_attr(out, "name", b->path);
        xml_end(out, false);
        xml_text(out, text != NULL ? text : "");
        xml_close(out, "changedTag");
    }
    return tags > 0 && out->len <= MOST_TEXT;
}

static const struct axl_object *
look_up_object(struct axl_call *c, const struct change_watch *w, const struct touched *t)
{
    const struct plan *p = &w->plans.tables[t->table];

    for (uint16_t i = 0; i < p->object_count; i++) {
        const struct axl_object *o = p->objects[i];
        struct buf               sql;
        const char              *text;
        buf_init(&sql, BUF_MAX_TEXT);
        buf_addf(&sql, "SELECT 1 FROM \"%s\" WHERE pkid=?1", o->table);
        axl_where(&sql, "", o->where, o->where_count);
        bool fits = read_text(c, arena_strdup(c->arena, buf_cstr(&sql)), t->pkid, &text);
        buf_release(&sql);
        if (fits)
            return o;
    }
    return NULL;
}

static void
add_ready(struct change_watch *w, struct change change)
{
    if (w->ready_count == w->ready_room) {
        w->ready_room = w->ready_room == 0 ? 16 : w->ready_room * 2;
        w->ready = base_realloc(w->ready, w->ready_room * sizeof *w->ready);
    }
    w->ready[w->ready_count++] = change;
}

static void
finish(struct axl_call *c, struct change_watch *w, const struct touched *t)
{
    const struct axl_object *o = t->itself ? t->object : look_up_object(c, w, t);
    struct change            change = { .object = o, .op = t->op };
    struct buf               tags;

    if (t->op == 0 || o == NULL || strlen(t->pkid) != 36)
        return;
    memcpy(change.pkid, t->pkid, 36);
    buf_init(&tags, BUF_MAX_TEXT);
    if (t->op == 'u' && !t->read && put_tags(c, t, o, &tags)) {
        change.size = tags.len;
        change.tags = base_malloc(tags.len + 1);
        memcpy(change.tags, tags.ptr, tags.len);
        change.tags[tags.len] = '\0';
    }
    buf_release(&tags);
    add_ready(w, change);
}

/* What belongs to something that belongs to an object. */
static void
climb(struct axl_call *c, struct change_watch *w, size_t i)
{
    const struct plan *p = &w->plans.tables[w->touched[i].table];

    for (uint16_t k = 0; !w->touched[i].itself && k < p->link_count; k++) {
        const struct link *l = &w->plans.links[p->link_first + k];
        struct store_table table;
        const char        *parent;
        store_table_at(l->child, &table);
        const char *sql = arena_printf(c->arena, "SELECT \"%s\" FROM \"%s\" WHERE pkid=?1",
                                       store_table_column(l->child, l->column)->name, table.name);
        if (read_text(c, sql, w->touched[i].pkid, &parent))
            touch_parent(w, l->parent, parent);
    }
}

static void
on_ending(void *cookie, struct store_conn *conn)
{
    struct change_watch *w = cookie;

    if (w->count == 0)
        return;
    struct arena   *a = arena_new();
    struct axl_call c = { .arena = a, .conn = conn, .version = CHANGE_VERSION };
    for (size_t i = 0; i < w->count; i++)
        climb(&c, w, i);
    for (size_t i = 0; i < w->count; i++)
        finish(&c, w, &w->touched[i]);
    arena_free(a);
}

static void
on_ended(void *cookie, bool committed)
{
    struct change_watch *w = cookie;

    pthread_mutex_lock(&w->queue->lock);
    for (size_t i = 0; i < w->ready_count; i++)
        if (committed)
            changes_add(w->queue, &w->ready[i]);
        else
            free(w->ready[i].tags);
    pthread_mutex_unlock(&w->queue->lock);
    w->ready_count = 0;
    if (w->room > MOST_KEPT) {
        free(w->touched);
        free(w->slots);
        w->touched = NULL;
        w->slots = NULL;
        w->room = w->slot_count = 0;
    } else if (w->count > 0) {
        memset(w->slots, 0, w->slot_count * sizeof *w->slots);
    }
    w->count = 0;
}

/* ---- life ---- */

struct change_watch *
change_watch_new(struct store *store, struct axl_changes *q)
{
    struct change_watch *w = base_malloc(sizeof *w);

    *w = (struct change_watch){ .queue = q };
    change_plans_make(&w->plans);
    store_observe(store, &(struct store_observer){ on_row, on_ending, on_ended, w });
    return w;
}

void
change_watch_free(struct change_watch *w)
{
    change_plans_release(&w->plans);
    free(w->touched);
    free(w->slots);
    free(w->ready);
    free(w);
}
