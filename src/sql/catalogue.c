/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The catalogue as virtual tables made from the dictionary of the release served: systables, syscolumns,
 * sysindexes, sysconstraints, sysreferences, sysdefaults. Tables are numbered from 100 by name, those of the
 * catalogue below; a constraint's number tells its table and column, so nothing is kept. */
#include <stdio.h>
#include <string.h>

#include "base/base_priv.h"
#include "sql/catalogue.h"

#define MOST_COLUMNS 40 /* of a table of the catalogue */

struct catalogue {
    const char *name, *module;
    /* Whether there is a row for this column (NULL: the table itself) in this role. */
    bool (*has_row)(const struct store_column *c, int role);
};

struct vtab {
    sqlite3_vtab            base;
    const struct catalogue *catalogue;
    struct sql_session     *session;
    sql_cell_fn            *cells[MOST_COLUMNS];
    int                     tabid, constrid; /* numbers of these columns; -1 */
};

/* ---- which rows ---- */

static bool
is_table(const struct store_column *c, int role)
{
    return c == NULL && role == 0;
}

static bool
is_column(const struct store_column *c, int role)
{
    return c != NULL && role == 0;
}

static bool
is_reference(const struct store_column *c, int role)
{
    return c != NULL && role == 1 && c->refers >= 0;
}

static bool
has_default(const struct store_column *c, int role)
{
    return c != NULL && role == 0 && c->def != NULL;
}

static const struct catalogue catalogues[] = {
    { "sysconstraints", "sql_sysconstraints", sql_column_is_constraint },
    { "sysdefaults", "sql_sysdefaults", has_default },
    { "sysindexes", "sql_sysindexes", sql_column_is_constraint },
    { "sysreferences", "sql_sysreferences", is_reference },
    { "syscolumns", "sql_syscolumns", is_column },
    { "systables", "sql_systables", is_table },
};
#define CATALOGUES (sizeof catalogues / sizeof catalogues[0])

const char *
sql_catalogue_table(const char *name)
{
    for (size_t i = 0; i < CATALOGUES; i++)
        if (strcmp(catalogues[i].name, name) == 0)
            return catalogues[i].module;
    return NULL;
}

/* ---- connecting ---- */

static int
on_connect(sqlite3 *db, void *aux, int argc, const char *const *argv, sqlite3_vtab **out, char **message)
{
    struct vtab       *v = sqlite3_malloc(sizeof *v);
    sqlite3_str       *sql = sqlite3_str_new(db);
    struct store_table t;

    (void)argc;
    (void)message;
    if (v == NULL)
        return SQLITE_NOMEM;
    *v = (struct vtab){ .session = aux, .tabid = -1, .constrid = -1 };
    for (size_t i = 0; i < CATALOGUES; i++)
        if (strcmp(catalogues[i].module, argv[0]) == 0)
            v->catalogue = &catalogues[i];
    store_table_find(v->catalogue->name, &t);
    for (unsigned i = 0; i < t.columns && i < MOST_COLUMNS; i++) {
        const struct store_column *c = store_table_column(t.number, i);
        const char                *type = c->integer ? "INTEGER" : strcmp(c->type, "FLOAT") == 0 ? "REAL" : "TEXT";
        sqlite3_str_appendf(sql, "%s\"%w\" %s", i == 0 ? "CREATE TABLE x(" : ",", c->name, type);
        v->cells[i] = sql_cell_find(t.name, c->name);
        if (strcmp(c->name, "tabid") == 0)
            v->tabid = (int)i;
        if (strcmp(c->name, "constrid") == 0)
            v->constrid = (int)i;
    }
    sqlite3_str_appendall(sql, ")");
    char *text = sqlite3_str_finish(sql);
    bool  preparing = v->session->preparing;
    v->session->preparing = false; /* declaring it is no client's doing */
    int rc = text != NULL ? sqlite3_declare_vtab(db, text) : SQLITE_NOMEM;
    v->session->preparing = preparing;
    sqlite3_free(text);
    if (rc != SQLITE_OK) {
        sqlite3_free(v);
        return rc;
    }
    *out = &v->base;
    return SQLITE_OK;
}

static int
on_disconnect(sqlite3_vtab *base)
{
    sqlite3_free(base);
    return SQLITE_OK;
}

/* ---- scans: of all tables, or of the one that a tabid or constrid tells ---- */

enum scan { SCAN_ALL, SCAN_TABID, SCAN_CONSTRID };

static int
on_best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
    const struct vtab *v = (const struct vtab *)base;

    info->idxNum = SCAN_ALL;
    info->estimatedCost = 100000;
    info->estimatedRows = 5000;
    for (int i = 0; i < info->nConstraint; i++) {
        const struct sqlite3_index_constraint *c = &info->aConstraint[i];
        enum scan scan = c->iColumn == v->constrid ? SCAN_CONSTRID : c->iColumn == v->tabid ? SCAN_TABID : SCAN_ALL;
        if (!c->usable || c->op != SQLITE_INDEX_CONSTRAINT_EQ || c->iColumn < 0 || scan == SCAN_ALL)
            continue;
        info->idxNum = scan;
        info->aConstraintUsage[i].argvIndex = 1;
        info->estimatedCost = 100;
        info->estimatedRows = 20;
        break;
    }
    return SQLITE_OK;
}

static int
on_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
    struct sql_cursor *c = sqlite3_malloc(sizeof *c);

    if (c == NULL)
        return SQLITE_NOMEM;
    *c = (struct sql_cursor){ .session = ((struct vtab *)base)->session };
    *out = &c->base;
    return SQLITE_OK;
}

static int
on_close(sqlite3_vtab_cursor *base)
{
    sqlite3_free(base);
    return SQLITE_OK;
}

static bool
is_row(const struct sql_cursor *c, const struct catalogue *catalogue)
{
    if (sql_tabid(c->session, c->table) == 0)
        return false;
    if (c->column < 0)
        return catalogue->has_row(NULL, c->role);
    const struct store_column *column = store_table_column((unsigned)c->table, (unsigned)c->column);
    return column->first <= c->session->release && c->session->release <= column->last &&
           catalogue->has_row(column, c->role);
}

static void
step(struct sql_cursor *c)
{
    if (++c->role < 2)
        return;
    c->role = 0;
    if (++c->column < (int)c->t.columns)
        return;
    c->column = -1;
    if (!store_table_at((unsigned)++c->table, &c->t))
        c->table = c->last + 1;
}

static void
seek(struct sql_cursor *c)
{
    const struct catalogue *catalogue = ((struct vtab *)c->base.pVtab)->catalogue;

    while (c->table <= c->last && !is_row(c, catalogue))
        step(c);
}

static int
on_filter(sqlite3_vtab_cursor *base, int scan, const char *text, int argc, sqlite3_value **argv)
{
    struct sql_cursor *c = (struct sql_cursor *)base;
    struct store_table t;

    (void)text;
    sql_tabid(c->session, 0);
    c->table = 0;
    c->last = (int)c->session->table_count - 1;
    c->column = -1;
    c->role = 0;
    if (scan != SCAN_ALL && argc == 1) {
        int64_t wanted = sqlite3_value_int64(argv[0]);
        if (scan == SCAN_CONSTRID)
            wanted /= SQL_CONSTRAINTS_A_TABLE;
        while (c->table <= c->last && (wanted <= 0 || c->session->tabids[c->table] != wanted))
            c->table++;
        if (c->table <= c->last)
            c->last = c->table;
    }
    if (store_table_at((unsigned)c->table, &t))
        c->t = t;
    seek(c);
    return SQLITE_OK;
}

static int
on_next(sqlite3_vtab_cursor *base)
{
    step((struct sql_cursor *)base);
    seek((struct sql_cursor *)base);
    return SQLITE_OK;
}

static int
on_eof(sqlite3_vtab_cursor *base)
{
    const struct sql_cursor *c = (const struct sql_cursor *)base;
    return c->table > c->last;
}

static int
on_column(sqlite3_vtab_cursor *base, sqlite3_context *ctx, int i)
{
    const struct vtab *v = (const struct vtab *)base->pVtab;
    if (i >= 0 && i < MOST_COLUMNS && v->cells[i] != NULL)
        v->cells[i](ctx, (const struct sql_cursor *)base);
    return SQLITE_OK;
}

static int
on_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
    const struct sql_cursor *c = (const struct sql_cursor *)base;
    *out = ((sqlite3_int64)c->table * SQL_CONSTRAINTS_A_TABLE + c->column + 1) * 2 + c->role;
    return SQLITE_OK;
}

bool
sql_catalogue_add(sqlite3 *db, struct sql_session *s)
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
    for (size_t i = 0; i < CATALOGUES; i++)
        if (sqlite3_create_module(db, catalogues[i].module, &module, s) != SQLITE_OK)
            return false;
    return true;
}
