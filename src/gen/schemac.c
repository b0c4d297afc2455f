/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The schema compiler: schema/db's dictionary to the SQL of all tables and to C tables of the same facts.
 * Usage: schemac DICTIONARY RELAXED TYPES INDEXES OUT.sql OUT.c */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gen/dict.h"

static struct dict dict;
static struct tsv  types;
static char       *indexes;

static bool
is_type_table(const char *table)
{
    return strncmp(table, "type", 4) == 0;
}

static bool
is_catalogue(const char *table)
{
    return strncmp(table, "sys", 3) == 0;
}

static bool
is_boolean(const struct dict_column *c)
{
    return strcmp(c->type, "BOOLEAN") == 0;
}

/* Numbered by the database, one past the highest. */
static bool
is_serial(const struct dict_column *c)
{
    return strcmp(c->type, "SERIAL") == 0 || (c->relaxed != NULL && strcmp(c->relaxed, "serial") == 0);
}

static const char *
sql_type(const struct dict_column *c)
{
    if (dict_is_integer(c))
        return "INTEGER";
    return strcmp(c->type, "FLOAT") == 0 ? "REAL" : "TEXT";
}

/* The name, quoted where it is a word of SQL. */
static void
put_name(FILE *f, const char *name)
{
    bool quote = sqlite3_keyword_check(name, (int)strlen(name)) != 0;
    fprintf(f, quote ? "\"%s\"" : "%s", name);
}

/* A check with the columns named by SQL words quoted. */
static void
put_check(FILE *f, const struct dict_table *t, const char *check)
{
    while (*check != '\0') {
        size_t n = strspn(check, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
        if (n == 0) {
            fputc(*check++, f);
            continue;
        }
        const char *column = NULL;
        for (size_t i = 0; i < t->count && column == NULL; i++) {
            const char *name = dict.columns[t->first + i].name;
            if (strlen(name) == n && strncasecmp(name, check, n) == 0)
                column = name;
        }
        if (column != NULL)
            put_name(f, column);
        else
            fprintf(f, "%.*s", (int)n, check);
        check += n;
    }
}

/* Whether what c refers to is a key: SQLite asks for that, Informix's dictionary doesn't tell it of some. */
static bool
refers_to_key(const struct dict_column *c)
{
    const struct dict_table *t = dict_find(&dict, c->fk_table);

    for (size_t i = 0; i < t->count; i++) {
        const struct dict_column *target = &dict.columns[t->first + i];
        if (strcmp(target->name, c->fk_column) == 0)
            return target->pk || target->unique;
    }
    return false;
}

/* A reference into a type table is enforced only when the table's rows are known, the column's own
 * default among them; one into the system catalogue never. */
static bool
is_enforced(const struct dict_column *c)
{
    if (c->fk_table == NULL || is_catalogue(c->fk_table) || !refers_to_key(c))
        return false;
    if (!is_type_table(c->fk_table))
        return true;
    bool numbered = c->def[0] == '-' || (c->def[0] >= '0' && c->def[0] <= '9'), rows = false, def = !numbered;
    for (size_t i = 0; i < types.count; i++) {
        const struct tsv_line *l = &types.lines[i];
        if (strcmp(l->cells[0], c->fk_table) != 0)
            continue;
        rows = true;
        def = def || strcmp(l->cells[1], c->def) == 0;
    }
    return rows && def;
}

/* A reference of a past release: nobody makes the record that its default names. */
static bool
is_past_reference(const struct dict_column *c)
{
    return c->fk_table != NULL && !is_type_table(c->fk_table) && strcmp(c->last, "12.5.1") != 0;
}

static bool
is_not_null(const struct dict_column *c)
{
    bool has_default = c->def[0] != '\0' && strcmp(c->def, "NULL") != 0;

    if (c->nullable || is_type_table(c->table) || is_catalogue(c->table) || is_past_reference(c))
        return false;
    if (is_boolean(c) || is_serial(c))
        return true;
    if (c->relaxed != NULL)
        return strcmp(c->relaxed, "null") != 0;
    return has_default || strcmp(c->last, "12.5.1") == 0;
}

static void
put_default(FILE *f, const struct dict_column *c)
{
    const char *def = c->relaxed != NULL ? c->relaxed : c->def;

    if (is_past_reference(c))
        return;
    if (is_serial(c) && !c->pk)
        fprintf(f, " DEFAULT (next_serial('%s'))", c->table);
    else if (strcmp(c->name, "versionstamp") == 0 && !is_type_table(c->table))
        fputs(" DEFAULT (new_versionstamp())", f);
    else if (strcmp(def, "newid()") == 0)
        fputs(" DEFAULT (newid())", f);
    else if (strcmp(def, "EMPTY") == 0)
        fputs(" DEFAULT ''", f);
    else if (strcmp(def, "TRUE") == 0)
        fputs(" DEFAULT 't'", f);
    else if (strcmp(def, "FALSE") == 0 || (def[0] == '\0' && is_boolean(c) && !c->nullable))
        fputs(" DEFAULT 'f'", f);
    else if (def[0] == '\0' || strcasecmp(def, "NULL") == 0)
        return;
    else if (dict_is_integer(c))
        fprintf(f, " DEFAULT %s", def);
    else
        fprintf(f, " DEFAULT '%s'", def);
}

static void
put_column(FILE *f, const struct dict_table *t, const struct dict_column *c)
{
    put_name(f, c->name);
    fprintf(f, " %s", sql_type(c));
    if (c->pk && !is_catalogue(c->table))
        fputs(strcmp(sql_type(c), "INTEGER") == 0 ? " PRIMARY KEY" : " PRIMARY KEY NOT NULL", f);
    else if (is_not_null(c))
        fputs(" NOT NULL", f);
    put_default(f, c);
    if (c->unique && !c->pk && !is_type_table(c->table) && !is_catalogue(c->table))
        fputs(" UNIQUE", f);
    if (is_enforced(c))
        fprintf(f, " REFERENCES %s(%s)%s", c->fk_table, c->fk_column,
                c->cascade    ? " ON DELETE CASCADE"
                : c->set_null ? " ON DELETE SET NULL"
                              : "");
    if (c->check[0] != '\0') {
        fprintf(f, " CONSTRAINT FI_%d CHECK(", c->field_id);
        put_check(f, t, c->check);
        fputc(')', f);
    }
}

/* Whether indexes.sql has an index that begins with this column. */
static bool
is_indexed_by_hand(const struct dict_column *c)
{
    char what[160];

    snprintf(what, sizeof(what), " ON %s(%s,", c->table, c->name);
    if (strstr(indexes, what) != NULL)
        return true;
    snprintf(what, sizeof(what), " ON %s(%s)", c->table, c->name);
    return strstr(indexes, what) != NULL;
}

static void
put_indexes(FILE *f, const struct dict_table *t)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct dict_column *c = &dict.columns[t->first + i];
        bool                      reference = c->fk_table != NULL && !is_type_table(c->fk_table);
        if (c->pk || c->unique || !(reference || c->indexed) || is_type_table(c->table) || is_catalogue(c->table) ||
            is_indexed_by_hand(c))
            continue;
        /* Partial: most references are null, and an insert need not touch their indexes. Not where the column
         * is never null: SQLite drops the condition there, and then finds no query that implies it. */
        fprintf(f, "CREATE INDEX ix_%s_%s ON %s(", c->table, c->name, c->table);
        put_name(f, c->name);
        if (!is_not_null(c)) {
            fputs(") WHERE ", f);
            put_name(f, c->name);
            fputs(" IS NOT NULL", f);
        }
        fputs(is_not_null(c) ? ");\n" : ";\n", f);
    }
}

/* Informix's number of a column type, as syscolumns tells it. */
static int
catalogue_type(const struct dict_column *c)
{
    static const struct {
        const char *prefix;
        int         code;
    } codes[] = { { "CHAR", 0 }, { "SMALLINT", 1 }, { "INTEGER", 2 },   { "FLOAT", 3 },    { "SERIAL", 6 },
                  { "DATE", 7 }, { "VARCHAR", 13 }, { "NVARCHAR", 16 }, { "BOOLEAN", 41 }, { "LVARCHAR", 43 } };
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (strncmp(c->type, codes[i].prefix, strlen(codes[i].prefix)) == 0)
            return codes[i].code + (c->nullable ? 0 : 256);
    fprintf(stderr, "%s.%s: unknown type %s\n", c->table, c->name, c->type);
    exit(1);
}

static int
length_of(const struct dict_column *c)
{
    const char *paren = strchr(c->type, '(');
    return paren != NULL ? (int)strtol(paren + 1, NULL, 10) : 0;
}

/* systables and syscolumns of all tables; the catalogue's own come first, numbered below 100. */
static void
put_catalogue(FILE *f)
{
    int own = 1, other = 100;

    for (size_t i = 0; i < dict.table_count; i++) {
        const struct dict_table *t = &dict.tables[i];
        int                      id = strcmp(t->name, "systables") == 0 ? 1 : is_catalogue(t->name) ? ++own : other++;
        fprintf(f, "INSERT INTO systables(tabname,owner,tabid,ncols,tabtype) VALUES('%s','informix',%d,%zu,'T');\n",
                t->name, id, t->count);
        fputs("INSERT INTO syscolumns(colname,tabid,colno,coltype,collength) VALUES", f);
        for (size_t k = 0; k < t->count; k++) {
            const struct dict_column *c = &dict.columns[t->first + k];
            fprintf(f, "%s('%s',%d,%zu,%d,%d)", k == 0 ? "" : ",", c->name, id, k + 1, catalogue_type(c), length_of(c));
        }
        fputs(";\n", f);
    }
}

static void
put_sql(FILE *f)
{
    for (size_t i = 0; i < dict.table_count; i++) {
        const struct dict_table *t = &dict.tables[i];
        fprintf(f, "CREATE TABLE %s(", t->name);
        for (size_t k = 0; k < t->count; k++) {
            if (k > 0)
                fputs(", ", f);
            put_column(f, t, &dict.columns[t->first + k]);
        }
        /* STRICT refuses text in a number's column, as the real database does. */
        fputs(") STRICT;\n", f);
        put_indexes(f, t);
    }
    put_catalogue(f);
}

/* ---- the C tables ---- */

static void
put_string(FILE *f, const char *s)
{
    fputc('"', f);
    for (; *s != '\0'; s++)
        fprintf(f, *s == '"' || *s == '\\' || *s == '?' ? "\\%c" : "%c", *s);
    fputc('"', f);
}

/* "12.5.1" -> 12 * 100 + 5 */
static int
release_number(const char *text)
{
    char *end;
    long  major = strtol(text, &end, 10);
    return (int)(major * 100 + (*end == '.' ? strtol(end + 1, NULL, 10) : 0));
}

static long
table_index(const char *name)
{
    const struct dict_table *t = name != NULL ? dict_find(&dict, name) : NULL;
    return t != NULL ? t - dict.tables : -1;
}

static void
put_c_column(FILE *f, const struct dict_column *c)
{
    fputs("    { { ", f);
    put_string(f, c->name);
    fputs(", ", f);
    put_string(f, c->type);
    if (c->def[0] != '\0') {
        fputs(", ", f);
        put_string(f, c->def);
    } else {
        fputs(", NULL", f);
    }
    fprintf(f, ", %d, %d, %d, %d, %d, %d", length_of(c), !is_not_null(c) && !c->pk, is_boolean(c), dict_is_integer(c),
            c->modifiable, c->field_id);
    fprintf(f, ", %d, %d, %d, %d, %ld, %d, %d, %d }, ", c->nullable, c->pk, c->unique, strcmp(c->type, "SERIAL") == 0,
            table_index(c->fk_table), c->cascade, release_number(c->first), release_number(c->last));
    if (c->validation[0] != '\0')
        put_string(f, c->validation);
    else
        fputs("NULL", f);
    fprintf(f, ", %ld, %d },\n", is_enforced(c) ? table_index(c->fk_table) : -1, is_serial(c));
}

static const struct dict_column *sort_base;

static int
by_name(const void *a, const void *b)
{
    return strcmp(sort_base[*(const int *)a].name, sort_base[*(const int *)b].name);
}

static int
find_column(const struct dict_table *t, const char *name)
{
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(dict.columns[t->first + i].name, name) == 0)
            return (int)i;
    return -1;
}

/* At each table's columns, their numbers sorted by name. */
static void
put_c_order(FILE *f)
{
    int *order = calloc(dict.column_count, sizeof(*order));

    for (size_t i = 0; i < dict.table_count; i++) {
        const struct dict_table *t = &dict.tables[i];
        for (size_t k = 0; k < t->count; k++)
            order[t->first + k] = (int)k;
        sort_base = &dict.columns[t->first];
        qsort(order + t->first, t->count, sizeof(order[0]), by_name);
    }
    fputs("};\n\nconst uint16_t store_column_order[] = {", f);
    for (size_t i = 0; i < dict.column_count; i++)
        fprintf(f, "%s%d,", i % 32 == 0 ? "\n    " : " ", order[i]);
    fputc('\n', f);
    free(order);
}

static void
put_c(FILE *f)
{
    fputs("/* Made by schemac from schema/db. */\n#include \"store/store_priv.h\"\n\n"
          "const struct store_column_def store_columns[] = {\n",
          f);
    for (size_t i = 0; i < dict.column_count; i++)
        put_c_column(f, &dict.columns[i]);
    put_c_order(f);
    fputs("};\n\nconst struct store_table_def store_tables[] = {\n", f);
    for (size_t i = 0; i < dict.table_count; i++) {
        const struct dict_table *t = &dict.tables[i];
        fprintf(f, "    { \"%s\", %zu, %zu, %d, %d, %d, %d },\n", t->name, t->first, t->count, find_column(t, "pkid"),
                find_column(t, "isstandard"), is_type_table(t->name), is_catalogue(t->name));
    }
    fprintf(f, "};\n\nconst uint32_t store_table_count = %zu;\n", dict.table_count);
}

static void
check_order(void)
{
    for (size_t i = 1; i < dict.table_count; i++) {
        const char *a = dict.tables[i - 1].name, *b = dict.tables[i].name;
        if (strcmp(a, b) == 0 || dict_find(&dict, b) != &dict.tables[i]) {
            fprintf(stderr, "dictionary: table %s is in two places\n", b);
            exit(1);
        }
    }
    for (size_t i = 0; i < dict.column_count; i++) {
        const struct dict_column *c = &dict.columns[i];
        if (c->fk_table != NULL && dict_find(&dict, c->fk_table) == NULL) {
            fprintf(stderr, "dictionary: %s.%s refers to %s, which is not there\n", c->table, c->name, c->fk_table);
            exit(1);
        }
    }
}

static FILE *
create(const char *path)
{
    FILE *f = fopen(path, "w");
    if (f == NULL) {
        perror(path);
        exit(1);
    }
    return f;
}

static void
finish(FILE *f, const char *path)
{
    if (fclose(f) != 0) {
        perror(path);
        exit(1);
    }
}

static int
table_by_name(const void *a, const void *b)
{
    return strcmp(((const struct dict_table *)a)->name, ((const struct dict_table *)b)->name);
}

int
main(int argc, char **argv)
{
    if (argc != 7) {
        fprintf(stderr, "usage: schemac DICTIONARY RELAXED TYPES INDEXES OUT.sql OUT.c\n");
        return 2;
    }
    dict_load(&dict, argv[1], argv[2]);
    qsort(dict.tables, dict.table_count, sizeof(dict.tables[0]), table_by_name);
    tsv_load(&types, argv[3]);
    indexes = file_text(argv[4], false);
    check_order();
    FILE *sql = create(argv[5]);
    put_sql(sql);
    finish(sql, argv[5]);
    FILE *c = create(argv[6]);
    put_c(c);
    finish(c, argv[6]);
    return 0;
}
