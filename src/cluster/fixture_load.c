/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Carrying a fixture out on a store of its own, which then takes the cluster's place: all of it or nothing. First
 * come its copies of rows, exactly as they are; then what a seed text may hold (seed_text.c), with the rules and
 * checks that hold for every writer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cluster/fixture_priv.h"
#include "cluster/image.h"
#include "cluster/seed.h"
#include "cluster/seed_priv.h"

#define MAX_TEXT ((size_t)64 * 1024 * 1024)

struct field {
    const char       *column, *text;
    enum fixture_kind kind;
};

struct record {
    struct record              *next;
    bool                        remove;
    unsigned                    line;
    const struct fixture_table *table;
    size_t                      count;
    struct field               *fields;
};

struct loader {
    struct arena      *arena;
    const char        *name; /* of the fixture */
    struct store_conn *conn;
    bool               fresh;
    struct record     *first, **end;
    struct known {
        struct known               *next;
        const struct fixture_table *table;
    } * tables;
    char        *rest; /* the text without what was taken from it */
    struct field fields[FIXTURE_MAX_COLUMNS];
    unsigned     line;
};

/* Always false; the reason gets the place in front. */
static bool
place(const struct loader *l, unsigned line, struct ccm_error *err)
{
    char why[sizeof err->text];

    snprintf(why, sizeof why, "%s", err->text);
    return ccm_fail(err, CCM_BAD_REQUEST, "%s:%u: %.900s", l->name, line, why);
}

/* ---- reading ---- */

static const struct fixture_table *
table_of(struct loader *l, const char *name)
{
    for (struct known *k = l->tables; k != NULL; k = k->next)
        if (strcmp(k->table->name, name) == 0)
            return k->table;
    const struct fixture_table *t = fixture_table(l->arena, store_db(l->conn), name);
    if (t == NULL)
        return NULL;
    struct known *k = arena_alloc(l->arena, sizeof *k);
    *k = (struct known){ l->tables, t };
    l->tables = k;
    return t;
}

static const struct fixture_column *
column_of(const struct fixture_table *t, const char *name)
{
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->columns[i].name, name) == 0)
            return &t->columns[i];
    return NULL;
}

static bool
read_field(struct loader *l, const struct record *r, const char *line, struct field *f, struct ccm_error *err)
{
    line += strspn(line, " \t");
    size_t      len = strcspn(line, " \t");
    const char *value = line + len + strspn(line + len, " \t");

    f->column = arena_strndup(l->arena, line, len);
    const struct fixture_column *c = column_of(r->table, f->column);
    if (c == NULL)
        return ccm_fail(err, CCM_BAD_REQUEST, "table %s has no column \"%.100s\"", r->table->name, f->column);
    if (!fixture_get(l->arena, value, &f->kind, &f->text))
        return ccm_fail(err, CCM_BAD_REQUEST, "bad quotes or escapes in the value of %s", f->column);
    if (f->kind == FIXTURE_REFERENCE && c->parent == NULL)
        return ccm_fail(err, CCM_BAD_REQUEST, "%s refers to nothing that has a name", f->column);
    return true;
}

static bool
begin_record(struct loader *l, const char *line, struct record **out, struct ccm_error *err)
{
    bool           removes = strncmp(line, FIXTURE_REMOVE, strlen(FIXTURE_REMOVE)) == 0;
    const char    *name = line + strlen(removes ? FIXTURE_REMOVE : FIXTURE_COPY);
    struct record *r = arena_alloc(l->arena, sizeof *r);

    if (strncmp(name, "sqlite_", 7) == 0 || (r->table = table_of(l, name)) == NULL)
        return ccm_fail(err, CCM_BAD_REQUEST, "there is no table \"%.100s\"", name);
    r->remove = removes;
    r->line = l->line;
    *l->end = r;
    l->end = &r->next;
    *out = r;
    return true;
}

static void
end_record(struct loader *l, struct record **r, size_t count)
{
    if (*r == NULL)
        return;
    (*r)->count = count;
    (*r)->fields = arena_alloc(l->arena, (count + 1) * sizeof *(*r)->fields);
    memcpy((*r)->fields, l->fields, count * sizeof *l->fields);
    *r = NULL;
}

/* Take the copies out of the text; in their place are empty lines, so that the rest keeps its numbers. */
static bool
read_line(struct loader *l, char *line, struct record **r, size_t *count, struct ccm_error *err)
{
    bool mine = true;

    if (*line == '#')
        return true;
    if (*line == '\0') {
        end_record(l, r, *count);
        return true;
    }
    if (*r != NULL && (*line == ' ' || *line == '\t')) {
        if (*count == FIXTURE_MAX_COLUMNS)
            return ccm_fail(err, CCM_BAD_REQUEST, "more than %d columns", FIXTURE_MAX_COLUMNS);
        if (!read_field(l, *r, line, &l->fields[(*count)++], err))
            return false;
    } else if (strncmp(line, FIXTURE_COPY, strlen(FIXTURE_COPY)) == 0 ||
               strncmp(line, FIXTURE_REMOVE, strlen(FIXTURE_REMOVE)) == 0) {
        end_record(l, r, *count);
        *count = 0;
        if (!begin_record(l, line, r, err))
            return false;
    } else if (strcmp(line, FIXTURE_FRESH) != 0) {
        end_record(l, r, *count);
        mine = false;
    }
    if (mine)
        *line = '\0';
    return true;
}

static bool
read_text(struct loader *l, struct str text, struct ccm_error *err)
{
    struct record *r = NULL;
    struct buf     rest;
    size_t         count = 0;
    bool           ok = true;

    buf_init(&rest, text.len + 2);
    l->line = 0;
    for (size_t at = 0; ok && at < text.len;) {
        const char *end = memchr(text.ptr + at, '\n', text.len - at);
        size_t      len = end != NULL ? (size_t)(end - text.ptr) - at : text.len - at;
        size_t      shown = len > 0 && text.ptr[at + len - 1] == '\r' ? len - 1 : len;
        char       *line = arena_strndup(l->arena, text.ptr + at, shown);
        l->line++;
        ok = read_line(l, line, &r, &count, err) || place(l, l->line, err);
        buf_adds(&rest, line);
        buf_addc(&rest, '\n');
        at += len + 1;
    }
    end_record(l, &r, count);
    l->rest = arena_strdup(l->arena, buf_cstr(&rest));
    buf_release(&rest);
    return ok;
}

/* "fresh" decides what the text is carried out on: it is looked for before the store is there. */
static bool
says_fresh(struct str text)
{
    for (const char *p = text.ptr, *end = text.ptr + text.len; p < end;) {
        const char *line_end = memchr(p, '\n', (size_t)(end - p));
        size_t      len = line_end != NULL ? (size_t)(line_end - p) : (size_t)(end - p);
        if (len >= 5 && memcmp(p, FIXTURE_FRESH, 5) == 0 && (len == 5 || (len == 6 && p[5] == '\r')))
            return true;
        p += len + 1;
    }
    return false;
}

/* ---- copies ---- */

static const struct field *
field_of(const struct record *r, const char *column)
{
    for (size_t i = 0; column != NULL && i < r->count; i++)
        if (strcmp(r->fields[i].column, column) == 0)
            return &r->fields[i];
    return NULL;
}

static const char *
own_name_column(const struct fixture_table *t)
{
    return column_of(t, "name") != NULL ? "name" : column_of(t, "userid") != NULL ? "userid" : NULL;
}

static bool
run(struct loader *l, const char *sql, struct ccm_error *err)
{
    return sqlite3_exec(store_db(l->conn), sql, NULL, NULL, NULL) == SQLITE_OK ||
           ccm_fail(err, CCM_INTERNAL, "%s", sqlite3_errmsg(store_db(l->conn)));
}

/* What the fixture's own rows are called: they may be referred to before they are there. */
static bool
note_names(struct loader *l, struct ccm_error *err)
{
    if (!run(l, "CREATE TEMP TABLE fixture_names(tab TEXT, name TEXT, key, PRIMARY KEY(tab,name))", err))
        return false;
    for (const struct record *r = l->first; r != NULL; r = r->next) {
        const struct field *name = field_of(r, own_name_column(r->table)), *key = field_of(r, r->table->key);
        if (r->remove || name == NULL || key == NULL)
            continue;
        sqlite3_stmt *stmt = store_prepare(l->conn, "INSERT OR REPLACE INTO fixture_names VALUES(?,?,?)", err);
        if (stmt == NULL)
            return false;
        sqlite3_bind_text(stmt, 1, r->table->name, -1, SQLITE_STATIC);
        sqlite3_bind_text(stmt, 2, name->text, -1, SQLITE_STATIC);
        sqlite3_bind_text(stmt, 3, key->text, -1, SQLITE_STATIC);
        if (store_step(l->conn, stmt, err) < 0)
            return place(l, r->line, err);
        sqlite3_reset(stmt);
    }
    return true;
}

/* The key of the row that a reference names: one of the fixture's, else the only one of that name. */
static const char *
resolve(struct loader *l, const struct fixture_column *c, const char *name, struct ccm_error *err)
{
    const char *const texts[] = {
        "SELECT key FROM fixture_names WHERE tab=?2 AND name=?1",
        arena_printf(l->arena, "SELECT \"%s\" FROM \"%s\" WHERE \"%s\"=?1 LIMIT 2", c->parent_key, c->parent,
                     c->parent_name),
    };
    for (size_t i = 0; i < 2; i++) {
        sqlite3_stmt *stmt = store_prepare(l->conn, texts[i], err);
        if (stmt == NULL)
            return NULL;
        sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
        if (i == 0)
            sqlite3_bind_text(stmt, 2, c->parent, -1, SQLITE_STATIC);
        int         got = store_step(l->conn, stmt, err);
        const char *key = got == 1 ? arena_strdup(l->arena, (const char *)sqlite3_column_text(stmt, 0)) : NULL;
        bool        again = key != NULL && i == 1 && store_step(l->conn, stmt, err) == 1;
        sqlite3_reset(stmt);
        if (got < 0)
            return NULL;
        if (again) {
            ccm_fail(err, CCM_BAD_REQUEST, "more than one row of %s is called \"%.100s\"", c->parent, name);
            return NULL;
        }
        if (key != NULL)
            return key;
    }
    ccm_fail(err, CCM_BAD_REQUEST, "no row of %s is called \"%.100s\"", c->parent, name);
    return NULL;
}

static bool
bind_fields(struct loader *l, const struct record *r, sqlite3_stmt *stmt, struct ccm_error *err)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct field *f = &r->fields[i];
        const char         *text = f->text;
        if (f->kind == FIXTURE_REFERENCE && (text = resolve(l, column_of(r->table, f->column), f->text, err)) == NULL)
            return false;
        if (f->kind == FIXTURE_NULL)
            sqlite3_bind_null(stmt, (int)i + 1);
        else
            sqlite3_bind_text(stmt, (int)i + 1, text, -1, SQLITE_STATIC);
    }
    return true;
}

/* A row to be copied that says no pkid gets one that is the same each time. */
static void
give_key(struct loader *l, struct record *r)
{
    if (r->remove || r->table->key == NULL || strcmp(r->table->key, "pkid") != 0 || field_of(r, "pkid") != NULL)
        return;
    char         *pkid = arena_alloc(l->arena, 37);
    struct buf    all;
    struct field *fields = arena_alloc(l->arena, (r->count + 1) * sizeof *fields);

    buf_init(&all, BUF_MAX_TEXT);
    for (size_t i = 0; i < r->count; i++)
        buf_addf(&all, "%s=%s\n", r->fields[i].column, r->fields[i].text);
    seed_uuid(r->table->name, buf_cstr(&all), pkid);
    buf_release(&all);
    memcpy(fields, r->fields, r->count * sizeof *fields);
    fields[r->count++] = (struct field){ "pkid", pkid, FIXTURE_TEXT };
    r->fields = fields;
}

static const char *
statement_text(struct loader *l, const struct record *r)
{
    struct buf sql;

    buf_init(&sql, BUF_MAX_TEXT);
    buf_addf(&sql, r->remove ? "DELETE FROM \"%s\" WHERE " : "INSERT OR REPLACE INTO \"%s\"(", r->table->name);
    for (size_t i = 0; i < r->count; i++)
        buf_addf(&sql, r->remove ? "%s\"%s\" IS ?%zu" : "%s\"%s\"",
                 i == 0      ? ""
                 : r->remove ? " AND "
                             : ",",
                 r->fields[i].column, i + 1);
    if (!r->remove) {
        buf_adds(&sql, ") VALUES(");
        for (size_t i = 0; i < r->count; i++)
            buf_adds(&sql, i == 0 ? "?" : ",?");
        buf_addc(&sql, ')');
    }
    const char *out = arena_strdup(l->arena, buf_cstr(&sql));
    buf_release(&sql);
    return out;
}

static bool
carry_out(struct loader *l, struct record *r, struct ccm_error *err)
{
    if (r->count == 0)
        return ccm_fail(err, CCM_BAD_REQUEST, "a row without columns");
    give_key(l, r);
    sqlite3_stmt *stmt = store_prepare(l->conn, statement_text(l, r), err);
    bool          ok = stmt != NULL && bind_fields(l, r, stmt, err) && store_step(l->conn, stmt, err) >= 0;
    if (stmt != NULL)
        sqlite3_reset(stmt);
    return ok;
}

/* Copies are not held to the store's rules, but what they refer to must be there. */
static bool
check_references(struct loader *l, struct ccm_error *err)
{
    sqlite3_stmt *stmt = store_prepare(l->conn, "SELECT \"table\", parent FROM pragma_foreign_key_check LIMIT 1", err);
    int           got = stmt != NULL ? store_step(l->conn, stmt, err) : -1;

    if (got == 1)
        ccm_fail(err, CCM_BAD_REQUEST, "%s: a row of %s refers to a row of %s that isn't there", l->name,
                 (const char *)sqlite3_column_text(stmt, 0), (const char *)sqlite3_column_text(stmt, 1));
    if (stmt != NULL)
        sqlite3_reset(stmt);
    return got == 0;
}

static bool
copy_rows(struct loader *l, struct ccm_error *err)
{
    if (l->first == NULL)
        return true;
    if (!note_names(l, err))
        return false;
    for (int removing = 1; removing >= 0; removing--)
        for (struct record *r = l->first; r != NULL; r = r->next)
            if (r->remove == (removing == 1) && !carry_out(l, r, err))
                return place(l, r->line, err);
    return run(l, "DROP TABLE fixture_names", err) && check_references(l, err);
}

/* ---- the whole ---- */

/* One write on the store aside. */
static bool
write_part(struct loader *l, struct store *aside, bool complete, struct str text, struct ccm_error *err)
{
    const struct store_writer who = { .user = "", .origin = "sql", .complete = complete, .trusted = !complete };
    bool                      ok;

    l->conn = store_write_begin(aside, &who, err);
    if (l->conn == NULL)
        return false;
    if (complete) {
        ok = read_text(l, text, err) && copy_rows(l, err);
    } else {
        struct seed_target to = { .conn = l->conn, .arena = l->arena, .object = seed_object, .guarded = true };
        ok = seed_text(&to, l->name, (struct str){ l->rest, strlen(l->rest) }, err);
    }
    return store_write_end(l->conn, ok, ok ? err : NULL) && ok;
}

/* Nobody could ask for anything in a cluster without its administrator. */
static bool
keep_admin(struct cluster *aside, struct ccm_error *err)
{
    struct store_conn *c = store_read_begin(aside->store, err);

    if (c == NULL)
        return false;
    sqlite3_stmt *stmt = store_prepare(c, "SELECT 1 FROM applicationuser WHERE name=?", err);
    if (stmt != NULL)
        sqlite3_bind_text(stmt, 1, aside->seed.admin_user, -1, SQLITE_STATIC);
    int found = stmt != NULL ? store_step(c, stmt, err) : -1;
    store_read_end(c);
    return found == 1 || (found == 0 && seed_admin(aside, aside->seed.admin_user, aside->seed.admin_password, err));
}

static bool
load_aside(struct loader *l, struct cluster *aside, struct str text, struct ccm_error *err)
{
    if (!write_part(l, aside->store, true, text, err) || !write_part(l, aside->store, false, text, err) ||
        (aside->seed.admin_user != NULL && !keep_admin(aside, err))) {
        if (err->status != CCM_INTERNAL)
            err->status = CCM_BAD_REQUEST; /* whatever a row or object broke, it is the text that is wrong */
        return false;
    }
    return true;
}

bool
fixture_load(struct cluster *cl, const char *name, struct str text, struct ccm_error *err)
{
    struct cluster       aside = { .settings = cl->settings, .seed = cl->seed };
    struct store_options opt = { .readers = 1, .uuids = &cl->uuids, .release = cl->settings.ccm_version };
    struct loader       *l = calloc(1, sizeof *l);
    unsigned char       *base = NULL, *image = NULL;
    size_t               size = 0;

    if (l == NULL)
        abort();
    l->name = name;
    l->end = &l->first;
    l->arena = arena_new();
    pthread_mutex_lock(&cl->reset_lock);
    bool ok = text.len <= MAX_TEXT || ccm_fail(err, CCM_BAD_REQUEST, "a fixture has %zu bytes at most", MAX_TEXT);
    if (ok && !says_fresh(text)) {
        ok = store_save(cl->store, &base, &opt.image_size, err);
        opt.image = base;
    }
    ok = ok && store_open(&aside.store, &opt, err) && load_aside(l, &aside, text, err) &&
         store_save(aside.store, &image, &size, err);
    store_close(aside.store);
    if (ok) {
        uint64_t uuids[4];
        memcpy(uuids, cl->uuids.state, sizeof uuids);
        struct cluster_image *whole = cluster_image_new(image, size, uuids, NULL);
        ok = cluster_image_apply(cl, whole, err);
        cluster_image_release(whole);
    }
    pthread_mutex_unlock(&cl->reset_lock);
    arena_free(l->arena);
    free(base);
    free(l);
    return ok;
}
