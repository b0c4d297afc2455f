/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the writer's connection tells of each row before it changes, cascades included: values are
 * checked here, once, without reading the row again; what must be derived anew, and what the change
 * feed will tell, is collected. */
#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_priv.h"
#include "store/store_priv.h"

#define SHADOW "shadow_"
/* The fixed key of records that come with the installation: no partition, no voice mail profile,
 * the node that holds what is true of the whole enterprise. */
#define BUILT_IN "00000000-1111-0000-0000-000000000000"

/* ---- plans: what to look at in each table ---- */

static void
plan_checks(struct store_write *w, struct store_plan *p, const struct store_table_def *t, size_t *at)
{
    p->check_first = (uint16_t)*at;
    p->serial = -1;
    for (int i = 0; i < t->column_count && !t->is_type && !t->is_catalogue; i++) {
        const struct store_column_def *c = store_column_def(t, i);
        if (c->serial)
            p->serial = (int16_t)i;
        if (c->validation != NULL || c->pub.boolean)
            w->checked[(*at)++] = (uint16_t)i;
    }
    p->check_count = (uint16_t)(*at - p->check_first);
}

static void
plan_watch(struct store_watch *watch, const struct store_trigger *trigger, const struct store_table_def *t)
{
    char   words[200], *rest = words, *word;
    size_t n = 0;

    watch->trigger = trigger;
    watch->key = (int16_t)store_column_index(t, trigger->key);
    snprintf(words, sizeof(words), "%s", trigger->watch != NULL ? trigger->watch : "");
    while ((word = strsep(&rest, " ")) != NULL && n < 7)
        if (*word != '\0')
            watch->columns[n++] = (int16_t)store_column_index(t, word);
    watch->columns[n] = -1;
}

static void
plan(struct store_write *w)
{
    size_t checks = 0, watches = 0, columns = 0;

    for (uint32_t i = 0; i < store_table_count; i++)
        columns += store_tables[i].column_count;
    w->plans = base_malloc(store_table_count * sizeof(*w->plans));
    w->checked = base_malloc(columns * sizeof(*w->checked));
    w->watches = base_malloc(store_trigger_count * sizeof(*w->watches));
    for (uint32_t i = 0; i < store_table_count; i++) {
        struct store_plan *p = &w->plans[i];
        plan_checks(w, p, &store_tables[i], &checks);
        p->watch_first = (uint16_t)watches;
        for (size_t k = 0; k < store_trigger_count; k++)
            if (strcmp(store_triggers[k].table, store_tables[i].name) == 0)
                plan_watch(&w->watches[watches++], &store_triggers[k], &store_tables[i]);
        p->watch_count = (uint16_t)(watches - p->watch_first);
    }
}

/* ---- one row ---- */

struct store_row {
    struct store_conn            *c;
    struct store_write           *w;
    sqlite3                      *db;
    const struct store_table_def *t;
    int                           table;
    char                          op; /* 'a', 'u', 'r' */
    int64_t                       rowid;
    bool                          shadow;
};

static const char *
old_text(const struct store_row *r, int column)
{
    sqlite3_value *v;
    if (column < 0 || r->op == 'a' || sqlite3_preupdate_old(r->db, column, &v) != SQLITE_OK)
        return NULL;
    return (const char *)sqlite3_value_text(v);
}

static const char *
new_text(const struct store_row *r, int column)
{
    sqlite3_value *v;
    if (column < 0 || r->op == 'r' || sqlite3_preupdate_new(r->db, column, &v) != SQLITE_OK)
        return NULL;
    return (const char *)sqlite3_value_text(v);
}

static bool
same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void
check_values(const struct store_row *r)
{
    const struct store_plan *p = &r->w->plans[r->table];

    for (size_t i = 0; i < p->check_count; i++) {
        sqlite3_value *v;
        int            column = r->w->checked[p->check_first + i];
        if (sqlite3_preupdate_new(r->db, column, &v) == SQLITE_OK &&
            !store_check_value(r->w, r->t, column, v, &r->w->violation))
            return;
    }
}

static bool
is_kept(const struct store_row *r)
{
    for (size_t i = 0; i < store_kept_count; i++) {
        const struct store_kept *k = &store_kept[i];
        if (strcmp(k->table, r->t->name) != 0)
            continue;
        const char *value = old_text(r, store_column_index(r->t, k->column));
        if (value != NULL && (strcmp(value, k->value) == 0) != k->unless)
            return true;
    }
    return false;
}

/* What comes with the installation stays, whoever deletes. */
static void
check_removal(const struct store_row *r)
{
    const char *standard = old_text(r, r->t->is_standard);

    if (standard != NULL && strcmp(standard, "t") == 0) {
        ccm_fail_db(&r->w->violation, -746, "A standard record of %s cannot be deleted.", r->t->name);
        return;
    }
    const char *pkid = old_text(r, r->t->pkid);
    if ((pkid != NULL && strcmp(pkid, BUILT_IN) == 0) || is_kept(r))
        ccm_fail_db(&r->w->violation, -746, "The built-in record of %s cannot be deleted.", r->t->name);
}

static void
bump_serial(const struct store_row *r)
{
    sqlite3_value *v;
    int            column = r->w->plans[r->table].serial;

    if (column < 0 || sqlite3_preupdate_new(r->db, column, &v) != SQLITE_OK)
        return;
    for (size_t i = 0; i < STORE_MAX_SERIALS; i++) {
        struct store_serial *s = &r->w->serials[i];
        if (s->column >= 0 && s->table == r->table && sqlite3_value_int64(v) > s->last)
            s->last = sqlite3_value_int64(v);
    }
}

static bool
is_watched_change(const struct store_row *r, const struct store_watch *watch)
{
    if (strchr(watch->trigger->ops, r->op) == NULL)
        return false;
    if (r->op != 'u' || watch->columns[0] < 0)
        return true;
    for (const int16_t *column = watch->columns; *column >= 0; column++)
        if (!same_text(old_text(r, *column), new_text(r, *column)))
            return true;
    return false;
}

static void
mark_derived(const struct store_row *r)
{
    const struct store_plan *p = &r->w->plans[r->table];

    for (size_t i = 0; i < p->watch_count; i++) {
        const struct store_watch *watch = &r->w->watches[p->watch_first + i];
        if (!is_watched_change(r, watch))
            continue;
        const char *keys[2] = { old_text(r, watch->key), new_text(r, watch->key) };
        bool        fresh;
        for (size_t k = 0; k < 2; k++)
            if (keys[k] != NULL)
                store_set_put(&r->w->dirty, (uint16_t)watch->trigger->derived, keys[k], &fresh)->op |=
                    watch->trigger->done;
    }
}

/* The row's name in the change feed: its pkid, or its number where the table has none. */
static void
row_key(const struct store_row *r, char *out, size_t size)
{
    const char *pkid = r->op == 'a' ? new_text(r, r->t->pkid) : old_text(r, r->t->pkid);

    if (pkid != NULL)
        snprintf(out, size, "%s", pkid);
    else
        snprintf(out, size, "%" PRId64, r->rowid);
}

/* What two changes of one row come to: row: before, column: now. */
static uint8_t
merge_ops(uint8_t before, char now)
{
    if (before == 'a')
        return now == 'r' ? 0 : 'a';
    if (before == 'r')
        return now == 'a' ? 'u' : 'r';
    return before == 'u' ? (now == 'r' ? 'r' : 'u') : (uint8_t)now;
}

static void
note_change(const struct store_row *r, char op)
{
    char key[45];
    bool fresh;

    if (r->c->store->listener == NULL)
        return;
    row_key(r, key, sizeof(key));
    struct store_set_entry *e = store_set_put(&r->w->changes, (uint16_t)r->table, key, &fresh);
    e->op = fresh ? (uint8_t)op : merge_ops(e->op, op);
}

/* ---- who looks on ---- */

char
store_row_op(const struct store_row *r)
{
    return r->op;
}

unsigned
store_row_table(const struct store_row *r, bool *shadow)
{
    *shadow = r->shadow;
    return (unsigned)r->table;
}

void
store_row_key(const struct store_row *r, char out[45])
{
    row_key(r, out, 45);
}

const char *
store_row_text(const struct store_row *r, bool before, int column)
{
    return before ? old_text(r, column) : new_text(r, column);
}

bool
store_row_changes(const struct store_row *r, int column)
{
    sqlite3_value *a, *b;

    if (sqlite3_preupdate_old(r->db, column, &a) != SQLITE_OK || sqlite3_preupdate_new(r->db, column, &b) != SQLITE_OK)
        return false;
    int type = sqlite3_value_type(a);
    if (type != sqlite3_value_type(b))
        return true;
    return type == SQLITE_INTEGER ? sqlite3_value_int64(a) != sqlite3_value_int64(b)
                                  : type != SQLITE_NULL && !same_text((const char *)sqlite3_value_text(a),
                                                                      (const char *)sqlite3_value_text(b));
}

static void
show_row(const struct store_row *r)
{
    const struct store_observer *o = &r->c->store->observer;

    if (o->row != NULL && !r->w->complete && !r->w->unseen)
        o->row(o->cookie, r);
}

static void
trace_row(const struct store_row *r)
{
    struct store_write *w = r->w;

    if (w->touched_count == w->touched_cap) {
        w->touched_cap = w->touched_cap == 0 ? 16 : w->touched_cap * 2;
        w->touched = base_realloc(w->touched, w->touched_cap * sizeof(*w->touched));
    }
    struct store_touched *t = &w->touched[w->touched_count++];
    *t = (struct store_touched){ .table = (int16_t)r->table, .op = r->op, .rowid = r->rowid };
    row_key(r, t->pkid, sizeof(t->pkid));
}

/* ---- the hook ---- */

/* The table's number; a shadow table is its table's other half. Rows of one table come in runs. */
static int
table_of(struct store_write *w, const char *name, bool *shadow)
{
    if (strcmp(name, w->last_name) != 0) {
        w->last_shadow = strncmp(name, SHADOW, strlen(SHADOW)) == 0;
        w->last_table = store_table_index(name + (w->last_shadow ? strlen(SHADOW) : 0));
        snprintf(w->last_name, sizeof(w->last_name), "%s", name);
    }
    *shadow = w->last_shadow;
    return w->last_table;
}

static void
on_change(void *arg, sqlite3 *db, int op, const char *database, const char *name, sqlite3_int64 old_rowid,
          sqlite3_int64 new_rowid)
{
    struct store_conn *c = arg;
    bool               shadow;
    int                table = table_of(c->write, name, &shadow);

    if (table < 0 || strcmp(database, "main") != 0)
        return;
    struct store_row r = { .c = c,
                           .w = c->write,
                           .db = db,
                           .t = &store_tables[table],
                           .table = table,
                           .rowid = op == SQLITE_DELETE ? old_rowid : new_rowid,
                           .shadow = shadow };
    r.op = op == SQLITE_INSERT ? 'a' : op == SQLITE_DELETE ? 'r' : 'u';
    if (r.op == 'a')
        store_occupied_note(c->file, table, shadow);
    if (shadow) {
        /* Its first column is the pkid of the row it belongs to, as there. */
        note_change(&r, 'u');
        show_row(&r);
        return;
    }
    if (r.w->trace) {
        trace_row(&r);
        return;
    }
    if (!r.w->deriving && !r.w->trusted && r.w->violation.status == CCM_OK) {
        if (r.op == 'r')
            check_removal(&r);
        else
            check_values(&r);
    }
    if (r.op == 'a')
        bump_serial(&r);
    mark_derived(&r);
    note_change(&r, r.op);
    show_row(&r);
    if (r.t->is_type)
        atomic_fetch_add(&c->store->enum_epoch, 1);
}

bool
store_hook_install(struct store_conn *c, struct ccm_error *err)
{
    struct store_write *w = base_malloc(sizeof(*w));

    (void)err;
    memset(w, 0, sizeof(*w));
    for (size_t i = 0; i < STORE_MAX_SERIALS; i++)
        w->serials[i].column = -1;
    w->last_table = -1;
    plan(w);
    c->write = w;
    store_hook_set(c, true);
    return true;
}

void
store_hook_set(struct store_conn *c, bool on)
{
    sqlite3_preupdate_hook(c->db, on ? on_change : NULL, c);
}

void
store_write_forget(struct store_write *w)
{
    w->open = w->deriving = false;
    w->violation.status = CCM_OK;
    w->derived = 0;
    store_set_clear(&w->changes);
    store_set_clear(&w->acts);
    store_set_clear(&w->dirty);
}

void
store_write_free(struct store_write *w)
{
    if (w == NULL)
        return;
    store_set_release(&w->changes);
    store_set_release(&w->acts);
    store_set_release(&w->dirty);
    store_patterns_free(w->patterns);
    free(w->plans);
    free(w->checked);
    free(w->watches);
    free(w->touched);
    free(w);
}
