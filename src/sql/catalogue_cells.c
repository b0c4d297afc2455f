/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the catalogue says of each table, column and constraint, in Informix's codes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_priv.h"
#include "sql/catalogue.h"

#define FIRST_TABID 100

bool
sql_column_is_constraint(const struct store_column *c, int role)
{
    return c != NULL && (role == 0 ? c->primary || c->unique : c->refers >= 0);
}

/* ---- numbers ---- */

int
sql_tabid(struct sql_session *s, int table)
{
    struct store_table t;
    int                own = 1, other = FIRST_TABID;

    if (s->tabids != NULL)
        return s->tabids[table];
    while (store_table_at(s->table_count, &t))
        s->table_count++;
    s->tabids = base_malloc(s->table_count * sizeof *s->tabids);
    for (unsigned i = 0; i < s->table_count; i++) {
        store_table_at(i, &t);
        bool first = strcmp(t.name, "systables") == 0;
        s->tabids[i] = !sql_table_exists(s->release, &t) ? 0 : first ? 1 : t.catalogue ? ++own : other++;
    }
    return s->tabids[table];
}

static bool
visible(const struct sql_session *s, const struct store_column *c)
{
    return c->first <= s->release && s->release <= c->last;
}

static int
colno_of(const struct sql_cursor *c, int column)
{
    int n = 0;

    for (int i = 0; i <= column; i++)
        n += visible(c->session, store_table_column((unsigned)c->table, (unsigned)i));
    return n;
}

static int
constraint_of(struct sql_session *s, int table, int column, int role)
{
    return sql_tabid(s, table) * SQL_CONSTRAINTS_A_TABLE + column * 2 + role;
}

static const struct store_column *
column_of(const struct sql_cursor *c)
{
    return store_table_column((unsigned)c->table, (unsigned)c->column);
}

/* The key of a table that others refer to. */
static int
key_of(int table)
{
    int key = store_table_column_find((unsigned)table, "pkid");
    if (key < 0)
        key = store_table_column_find((unsigned)table, "enum");
    return key < 0 ? 0 : key;
}

/* ---- cells ---- */

static void
text(sqlite3_context *ctx, const char *s)
{
    sqlite3_result_text(ctx, s, -1, SQLITE_TRANSIENT);
}

static void
cell_tabname(sqlite3_context *ctx, const struct sql_cursor *c)
{
    text(ctx, c->t.name);
}

static void
cell_owner(sqlite3_context *ctx, const struct sql_cursor *c)
{
    (void)c;
    text(ctx, "informix");
}

static void
cell_tabid(sqlite3_context *ctx, const struct sql_cursor *c)
{
    sqlite3_result_int(ctx, sql_tabid(c->session, c->table));
}

static void
cell_partnum(sqlite3_context *ctx, const struct sql_cursor *c)
{
    sqlite3_result_int(ctx, 0x100000 + sql_tabid(c->session, c->table));
}

/* ---- of a column's type, as Informix encodes it ---- */

static const struct {
    const char *prefix;
    int         code, length; /* -1: as declared */
} types[] = { { "CHAR", 0, -1 },    { "SMALLINT", 1, 2 },  { "INTEGER", 2, 4 },   { "FLOAT", 3, 8 },
              { "SERIAL", 6, 4 },   { "DATE", 7, 4 },      { "VARCHAR", 13, -1 }, { "NVARCHAR", 16, -1 },
              { "BOOLEAN", 41, 1 }, { "LVARCHAR", 43, -1 } };

static int
type_row(const struct store_column *c)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strncmp(c->type, types[i].prefix, strlen(types[i].prefix)) == 0)
            return (int)i;
    return 0;
}

static int
length_of(const struct store_column *c)
{
    int length = types[type_row(c)].length;
    if (length < 0)
        length = c->max_length;
    return length > 0 ? length : 2048; /* an LVARCHAR without a number */
}

static void
cell_coltype(sqlite3_context *ctx, const struct sql_cursor *c)
{
    sqlite3_result_int(ctx, types[type_row(column_of(c))].code + (column_of(c)->optional ? 0 : 256));
}

static void
cell_collength(sqlite3_context *ctx, const struct sql_cursor *c)
{
    sqlite3_result_int(ctx, length_of(column_of(c)));
}

static void
cell_extended_id(sqlite3_context *ctx, const struct sql_cursor *c)
{
    int code = types[type_row(column_of(c))].code;
    sqlite3_result_int(ctx, code == 41 ? 5 : code == 43 ? 1 : 0);
}

static void
cell_rowsize(sqlite3_context *ctx, const struct sql_cursor *c)
{
    int size = 0;

    for (unsigned i = 0; i < c->t.columns; i++) {
        const struct store_column *column = store_table_column(c->t.number, i);
        if (visible(c->session, column))
            size += length_of(column) + (strchr(column->type, '(') != NULL ? 1 : 0);
    }
    sqlite3_result_int(ctx, size > 32767 ? 32767 : size);
}

static void
cell_ncols(sqlite3_context *ctx, const struct sql_cursor *c)
{
    sqlite3_result_int(ctx, colno_of(c, (int)c->t.columns - 1));
}

static void
cell_nindexes(sqlite3_context *ctx, const struct sql_cursor *c)
{
    int n = 0;

    for (unsigned i = 0; i < c->t.columns; i++) {
        const struct store_column *column = store_table_column(c->t.number, i);
        if (visible(c->session, column))
            n += sql_column_is_constraint(column, 0) + sql_column_is_constraint(column, 1);
    }
    sqlite3_result_int(ctx, n);
}

/* Counted, as after UPDATE STATISTICS. */
static void
cell_nrows(sqlite3_context *ctx, const struct sql_cursor *c)
{
    char          sql[160];
    sqlite3_stmt *stmt = NULL;
    double        rows = 0;

    snprintf(sql, sizeof sql, "SELECT count(*) FROM \"%s\"", c->t.name);
    if (!c->t.catalogue && sqlite3_prepare_v2(sqlite3_context_db_handle(ctx), sql, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        rows = (double)sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_result_double(ctx, rows);
}

static void
cell_tabtype(sqlite3_context *ctx, const struct sql_cursor *c)
{
    (void)c;
    text(ctx, "T");
}

static void
cell_locklevel(sqlite3_context *ctx, const struct sql_cursor *c)
{
    (void)c;
    text(ctx, "R");
}

static void
cell_created(sqlite3_context *ctx, const struct sql_cursor *c)
{
    (void)c;
    text(ctx, "2012-01-01");
}

static void
cell_zero(sqlite3_context *ctx, const struct sql_cursor *c)
{
    (void)c;
    sqlite3_result_int(ctx, 0);
}

static void
cell_colname(sqlite3_context *ctx, const struct sql_cursor *c)
{
    text(ctx, column_of(c)->name);
}

static void
cell_colno(sqlite3_context *ctx, const struct sql_cursor *c)
{
    sqlite3_result_int(ctx, colno_of(c, c->column));
}

static const char *
constraint_name(const struct sql_cursor *c, char *out, size_t size)
{
    const struct store_column *column = column_of(c);

    if (c->role == 0 && column->primary)
        snprintf(out, size, "pk_%s", c->t.name);
    else
        snprintf(out, size, "%s_%s_%s", c->role == 1 ? "fk" : "u", c->t.name, column->name);
    return out;
}

static void
cell_constrid(sqlite3_context *ctx, const struct sql_cursor *c)
{
    sqlite3_result_int(ctx, constraint_of(c->session, c->table, c->column, c->role));
}

static void
cell_constrname(sqlite3_context *ctx, const struct sql_cursor *c)
{
    char name[200];
    text(ctx, constraint_name(c, name, sizeof name));
}

static void
cell_idxname(sqlite3_context *ctx, const struct sql_cursor *c)
{
    char name[200] = "ix_";
    constraint_name(c, name + 3, sizeof name - 3);
    text(ctx, name);
}

static void
cell_constrtype(sqlite3_context *ctx, const struct sql_cursor *c)
{
    text(ctx, c->role == 1 ? "R" : column_of(c)->primary ? "P" : "U");
}

static void
cell_idxtype(sqlite3_context *ctx, const struct sql_cursor *c)
{
    text(ctx, c->role == 1 ? "D" : "U");
}

static void
cell_part1(sqlite3_context *ctx, const struct sql_cursor *c)
{
    sqlite3_result_int(ctx, colno_of(c, c->column));
}

static void
cell_primary(sqlite3_context *ctx, const struct sql_cursor *c)
{
    int parent = column_of(c)->refers;
    sqlite3_result_int(ctx, constraint_of(c->session, parent, key_of(parent), 0));
}

static void
cell_ptabid(sqlite3_context *ctx, const struct sql_cursor *c)
{
    sqlite3_result_int(ctx, sql_tabid(c->session, column_of(c)->refers));
}

static void
cell_restrict(sqlite3_context *ctx, const struct sql_cursor *c)
{
    (void)c;
    text(ctx, "R");
}

static void
cell_delrule(sqlite3_context *ctx, const struct sql_cursor *c)
{
    text(ctx, column_of(c)->cascade ? "C" : "R");
}

static void
cell_no(sqlite3_context *ctx, const struct sql_cursor *c)
{
    (void)c;
    text(ctx, "N");
}

static void
cell_default_type(sqlite3_context *ctx, const struct sql_cursor *c)
{
    text(ctx, strcmp(column_of(c)->def, "NULL") == 0 ? "N" : "L");
}

static void
cell_default(sqlite3_context *ctx, const struct sql_cursor *c)
{
    static const char *const words[][2] = { { "EMPTY", "" }, { "TRUE", "t" }, { "FALSE", "f" }, { "NULL", NULL } };
    const char              *def = column_of(c)->def;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(def, words[i][0]) == 0)
            def = words[i][1];
    if (def != NULL)
        text(ctx, def);
}

static void
cell_class(sqlite3_context *ctx, const struct sql_cursor *c)
{
    (void)c;
    text(ctx, "T");
}

static const struct {
    const char  *table, *column; /* table NULL: of any */
    sql_cell_fn *cell;
} cells[] = {
    { NULL, "tabid", cell_tabid },
    { NULL, "owner", cell_owner },
    { NULL, "tabname", cell_tabname },
    { NULL, "constrid", cell_constrid },
    { NULL, "idxname", cell_idxname },
    { NULL, "colno", cell_colno },
    { "systables", "partnum", cell_partnum },
    { "systables", "rowsize", cell_rowsize },
    { "systables", "ncols", cell_ncols },
    { "systables", "nindexes", cell_nindexes },
    { "systables", "nrows", cell_nrows },
    { "systables", "created", cell_created },
    { "systables", "version", cell_zero },
    { "systables", "tabtype", cell_tabtype },
    { "systables", "locklevel", cell_locklevel },
    { "systables", "npused", cell_zero },
    { "systables", "fextsize", cell_zero },
    { "systables", "nextsize", cell_zero },
    { "systables", "flags", cell_zero },
    { "syscolumns", "colname", cell_colname },
    { "syscolumns", "coltype", cell_coltype },
    { "syscolumns", "collength", cell_collength },
    { "syscolumns", "extended_id", cell_extended_id },
    { "syscolumns", "seclabelid", cell_zero },
    { "syscolumns", "colattr", cell_zero },
    { "sysconstraints", "constrname", cell_constrname },
    { "sysconstraints", "constrtype", cell_constrtype },
    { "sysindexes", "idxtype", cell_idxtype },
    { "sysindexes", "part1", cell_part1 },
    { "sysreferences", "primary", cell_primary },
    { "sysreferences", "ptabid", cell_ptabid },
    { "sysreferences", "updrule", cell_restrict },
    { "sysreferences", "delrule", cell_delrule },
    { "sysreferences", "matchtype", cell_no },
    { "sysreferences", "pendant", cell_no },
    { "sysdefaults", "type", cell_default_type },
    { "sysdefaults", "default", cell_default },
    { "sysdefaults", "class", cell_class },
};

sql_cell_fn *
sql_cell_find(const char *table, const char *column)
{
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++)
        if ((cells[i].table == NULL || strcmp(cells[i].table, table) == 0) && strcmp(cells[i].column, column) == 0)
            return cells[i].cell;
    /* The other parts of an index are none. */
    return strncmp(column, "part", 4) == 0 ? cell_zero : NULL;
}
