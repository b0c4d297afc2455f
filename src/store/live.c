/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* registrationdynamic as it is now: a virtual table that asks whoever knows, found by device without a search. A row of
 * the store's own table gives the columns that nobody knows better, and stands alone for a device that never registered
 * here: what came with a fixture or a snapshot. */
#include <stdlib.h>
#include <string.h>

#include "base/base_priv.h"
#include "store/store_priv.h"

#define TABLE        "registrationdynamic"
#define BATCH        32
#define MOST_COLUMNS 20

const char *
store_table_source(const char *table)
{
    return strcmp(table, TABLE) == 0 ? "live_" TABLE : table;
}

void
store_show(struct store *st, const struct store_live *live)
{
    st->live = *live;
}

struct cursor;
typedef void cell_fn(sqlite3_context *ctx, const struct cursor *c);

struct vtab {
    sqlite3_vtab       base;
    struct store_conn *conn;
    int                device, key; /* numbers of columns fkdevice and pkid */
    int                columns;
    cell_fn           *cells[MOST_COLUMNS]; /* NULL: as the store has it */
    const char        *defaults[MOST_COLUMNS];
    char              *select; /* all columns of the store's own table, in their order */
};

enum phase { LIVE, STORED, OVER };

struct cursor {
    sqlite3_vtab_cursor       base;
    struct store_conn        *conn;
    sqlite3_stmt             *by_device, *all; /* of the store's own table */
    enum phase                phase;
    bool                      one; /* one device was asked for */
    int                       key;
    size_t                    count, at;
    sqlite3_int64             rowid;
    struct store_registration batch[BATCH];
};

/* ---- cells of a live row ---- */

static const struct store_registration *
row_of(const struct cursor *c)
{
    return &c->batch[c->at];
}

static void
give_text(sqlite3_context *ctx, const char *s)
{
    sqlite3_result_text(ctx, s, -1, SQLITE_TRANSIENT);
}

/* A row of its own in the table keeps its key; else one that follows from the device's. */
static void
cell_pkid(sqlite3_context *ctx, const struct cursor *c)
{
    static const char mask[] = "5b0e71c9-a4d2-0f36-0e8b-97d1c3f6a250";
    static const char hex[] = "0123456789abcdef";
    char              out[37];

    if (sqlite3_data_count(c->by_device) > 0) {
        sqlite3_result_value(ctx, sqlite3_column_value(c->by_device, c->key));
        return;
    }
    memcpy(out, row_of(c)->device, sizeof(out));
    for (size_t i = 0; i < 36 && out[i] != '\0'; i++) {
        const char *digit = strchr(hex, out[i]), *by = strchr(hex, mask[i]);
        if (digit != NULL && by != NULL)
            out[i] = hex[(digit - hex) ^ (by - hex)];
    }
    give_text(ctx, out);
}

static void
cell_device(sqlite3_context *ctx, const struct cursor *c)
{
    give_text(ctx, row_of(c)->device);
}

static void
cell_address(sqlite3_context *ctx, const struct cursor *c)
{
    give_text(ctx, row_of(c)->address);
}

static void
cell_node(sqlite3_context *ctx, const struct cursor *c)
{
    give_text(ctx, row_of(c)->node);
}

static void
cell_seen(sqlite3_context *ctx, const struct cursor *c)
{
    sqlite3_result_int64(ctx, row_of(c)->seen_s);
}

static void
cell_active(sqlite3_context *ctx, const struct cursor *c)
{
    sqlite3_result_int64(ctx, row_of(c)->active_s);
}

static void
cell_status(sqlite3_context *ctx, const struct cursor *c)
{
    const struct store_enum *e = store_enum_find(c->conn->store, "typerisstatus");
    int64_t                  number;

    if (e != NULL && store_enum_number(e, row_of(c)->status, &number))
        sqlite3_result_int64(ctx, number);
}

static const struct {
    const char *column;
    cell_fn    *cell;
} cells[] = {
    { "pkid", cell_pkid },         { "fkdevice", cell_device },    { "lastknownipaddress", cell_address },
    { "lastknownucm", cell_node }, { "datetimestamp", cell_seen }, { "lastseen", cell_seen },
    { "lastactive", cell_active }, { "tkrisstatus", cell_status },
};

/* ---- the table ---- */

static void
describe(struct vtab *v, const struct store_table *t, sqlite3_str *create, sqlite3_str *select)
{
    v->columns = (int)t->columns;
    for (unsigned i = 0; i < t->columns; i++) {
        const struct store_column *c = store_table_column(t->number, i);
        sqlite3_str_appendf(create, "%s\"%w\" %s", i == 0 ? "CREATE TABLE x(" : ",", c->name,
                            c->integer ? "INTEGER" : "TEXT");
        sqlite3_str_appendf(select, "%s\"%w\"", i == 0 ? "SELECT " : ",", c->name);
        if (c->def != NULL && strcmp(c->def, "NULL") != 0)
            v->defaults[i] = strcmp(c->def, "EMPTY") == 0 ? "" : c->def;
        for (size_t k = 0; k < sizeof(cells) / sizeof(cells[0]); k++)
            if (strcmp(cells[k].column, c->name) == 0)
                v->cells[i] = cells[k].cell;
        if (strcmp(c->name, "fkdevice") == 0)
            v->device = (int)i;
        if (c->primary)
            v->key = (int)i;
    }
    sqlite3_str_appendall(create, ")");
    sqlite3_str_appendall(select, " FROM " TABLE);
}

static int
on_disconnect(sqlite3_vtab *base)
{
    sqlite3_free(((struct vtab *)base)->select);
    sqlite3_free(base);
    return SQLITE_OK;
}

static int
on_connect(sqlite3 *db, void *aux, int argc, const char *const *argv, sqlite3_vtab **out, char **message)
{
    struct vtab       *v = sqlite3_malloc(sizeof(*v));
    struct store_table t;

    (void)argc, (void)argv, (void)message;
    if (v == NULL)
        return SQLITE_NOMEM;
    *v = (struct vtab){ .conn = aux };
    if (!store_table_find(TABLE, &t) || t.columns > MOST_COLUMNS) {
        sqlite3_free(v);
        return SQLITE_ERROR;
    }
    sqlite3_str *create = sqlite3_str_new(db), *select = sqlite3_str_new(db);
    describe(v, &t, create, select);
    char *text = sqlite3_str_finish(create);
    v->select = sqlite3_str_finish(select);
    int rc = text != NULL && v->select != NULL ? sqlite3_declare_vtab(db, text) : SQLITE_NOMEM;
    sqlite3_free(text);
    if (rc != SQLITE_OK) {
        on_disconnect(&v->base);
        return rc;
    }
    *out = &v->base;
    return SQLITE_OK;
}

static int
on_best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
    const struct vtab *v = (const struct vtab *)base;

    info->idxNum = 0;
    info->estimatedCost = 1000000;
    info->estimatedRows = 100000;
    for (int i = 0; i < info->nConstraint; i++) {
        const struct sqlite3_index_constraint *c = &info->aConstraint[i];
        if (!c->usable || c->op != SQLITE_INDEX_CONSTRAINT_EQ || c->iColumn != v->device)
            continue;
        info->idxNum = 1;
        info->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
        info->aConstraintUsage[i].argvIndex = 1;
        info->estimatedCost = 3;
        info->estimatedRows = 1;
        break;
    }
    return SQLITE_OK;
}

/* ---- cursors ---- */

static int
on_close(sqlite3_vtab_cursor *base)
{
    struct cursor *c = (struct cursor *)base;

    sqlite3_finalize(c->by_device);
    sqlite3_finalize(c->all);
    sqlite3_free(c);
    return SQLITE_OK;
}

static int
on_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
    const struct vtab *v = (const struct vtab *)base;
    struct cursor     *c = sqlite3_malloc(sizeof(*c));
    char              *by_device = sqlite3_mprintf("%s WHERE fkdevice=?1", v->select);

    if (c == NULL || by_device == NULL) {
        sqlite3_free(by_device);
        sqlite3_free(c);
        return SQLITE_NOMEM;
    }
    *c = (struct cursor){ .conn = v->conn, .key = v->key };
    int rc = sqlite3_prepare_v2(c->conn->db, by_device, -1, &c->by_device, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_prepare_v2(c->conn->db, v->select, -1, &c->all, NULL);
    sqlite3_free(by_device);
    if (rc != SQLITE_OK) {
        on_close(&c->base);
        return rc;
    }
    *out = &c->base;
    return SQLITE_OK;
}

static bool
is_live(const struct cursor *c, const char *device, struct store_registration *out)
{
    const struct store_live *live = &c->conn->store->live;
    return live->find != NULL && device != NULL && live->find(live->cookie, device, out);
}

/* The row of the store's own table that belongs to a device, or none. */
static int
step_device(struct cursor *c, const char *device)
{
    sqlite3_reset(c->by_device);
    sqlite3_bind_text(c->by_device, 1, device, -1, SQLITE_TRANSIENT);
    return sqlite3_step(c->by_device);
}

static int
done(int rc)
{
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int
next_live(struct cursor *c)
{
    const struct store_live *live = &c->conn->store->live;

    if (c->at == c->count && live->next != NULL) {
        char after[sizeof(c->batch[0].name)] = "";
        if (c->count > 0)
            memcpy(after, c->batch[c->count - 1].name, sizeof(after));
        c->count = live->next(live->cookie, after, c->batch, BATCH);
        c->at = 0;
    }
    if (c->at < c->count)
        return done(step_device(c, row_of(c)->device));
    c->phase = STORED;
    return SQLITE_OK;
}

static int
next_stored(struct cursor *c)
{
    struct vtab              *v = (struct vtab *)c->base.pVtab;
    struct store_registration known;
    int                       rc;

    while ((rc = sqlite3_step(c->all)) == SQLITE_ROW)
        if (!is_live(c, (const char *)sqlite3_column_text(c->all, v->device), &known))
            return SQLITE_OK;
    c->phase = OVER;
    return done(rc);
}

static int
on_next(sqlite3_vtab_cursor *base)
{
    struct cursor *c = (struct cursor *)base;
    int            rc = SQLITE_OK;

    c->rowid++;
    if (c->one) {
        c->phase = OVER;
        return SQLITE_OK;
    }
    if (c->phase == LIVE) {
        c->at++;
        rc = next_live(c);
        if (rc != SQLITE_OK || c->phase == LIVE)
            return rc;
    }
    return c->phase == STORED ? next_stored(c) : rc;
}

static int
find_device(struct cursor *c, const char *device)
{
    int rc = device != NULL ? step_device(c, device) : SQLITE_DONE;

    c->one = true;
    c->phase = is_live(c, device, &c->batch[0]) ? LIVE : rc == SQLITE_ROW ? STORED : OVER;
    return done(rc);
}

static int
on_filter(sqlite3_vtab_cursor *base, int one, const char *text, int argc, sqlite3_value **argv)
{
    struct cursor *c = (struct cursor *)base;

    (void)text;
    sqlite3_reset(c->all);
    sqlite3_reset(c->by_device);
    c->one = false;
    c->count = c->at = 0;
    c->rowid = 1;
    c->phase = LIVE;
    if (one == 1 && argc == 1)
        return find_device(c, (const char *)sqlite3_value_text(argv[0]));
    int rc = next_live(c);
    return rc == SQLITE_OK && c->phase == STORED ? next_stored(c) : rc;
}

static int
on_eof(sqlite3_vtab_cursor *base)
{
    return ((const struct cursor *)base)->phase == OVER;
}

static int
on_column(sqlite3_vtab_cursor *base, sqlite3_context *ctx, int i)
{
    const struct vtab   *v = (const struct vtab *)base->pVtab;
    const struct cursor *c = (const struct cursor *)base;
    sqlite3_stmt        *stored = c->one || c->phase == LIVE ? c->by_device : c->all;

    if (i < 0 || i >= v->columns)
        return SQLITE_OK;
    if (c->phase == LIVE && v->cells[i] != NULL)
        v->cells[i](ctx, c);
    else if (sqlite3_data_count(stored) > 0)
        sqlite3_result_value(ctx, sqlite3_column_value(stored, i));
    else if (v->defaults[i] != NULL)
        give_text(ctx, v->defaults[i]);
    return SQLITE_OK;
}

static int
on_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
    *out = ((const struct cursor *)base)->rowid;
    return SQLITE_OK;
}

bool
store_live_add(struct store_conn *c, struct ccm_error *err)
{
    static const sqlite3_module module = {
        .xConnect = on_connect,
        .xBestIndex = on_best_index,
        .xDisconnect = on_disconnect,
        .xDestroy = on_disconnect,
        .xOpen = on_open,
        .xClose = on_close,
        .xFilter = on_filter,
        .xNext = on_next,
        .xEof = on_eof,
        .xColumn = on_column,
        .xRowid = on_rowid,
    };
    return sqlite3_create_module(c->db, store_table_source(TABLE), &module, c) == SQLITE_OK || store_fail(c, err);
}

void
store_live_connect(struct store_conn *c)
{
    sqlite3_exec(c->db, "SELECT 1 FROM live_" TABLE " LIMIT 0", NULL, NULL, NULL);
}
