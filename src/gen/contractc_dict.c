/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The data dictionary as the compiler needs it: which columns a table has, and their types. Read from
 * schema/db/dictionary.tsv (table, column, type, ...). */
#include <stdlib.h>
#include <string.h>

#include "contractc.h"

struct column {
    const char *table, *name, *type;
};

struct dictionary {
    struct column *columns; /* sorted by table and name */
    size_t         count;
};

static int
compare(const void *a, const void *b)
{
    const struct column *x = a, *y = b;
    int                  d = strcmp(x->table, y->table);
    return d != 0 ? d : strcmp(x->name, y->name);
}

struct dictionary *
dictionary_load(struct contract *c, const char *path)
{
    char  line[8192];
    FILE *f = fopen(path, "r");
    C_LIST(struct column) columns = { NULL, 0, 0 };

    if (f == NULL) {
        c_problem(c, (struct c_place){ path, 0 }, "can't be read");
        return NULL;
    }
    while (fgets(line, sizeof line, f) != NULL) {
        char *rest = line, *table = strsep(&rest, "\t\n"), *name = strsep(&rest, "\t\n"), *type = strsep(&rest, "\t\n");
        if (*table == '#' || type == NULL)
            continue;
        *C_ADD(c, columns) = (struct column){ arena_strdup(c->arena, table), arena_strdup(c->arena, name),
                                              arena_strdup(c->arena, type) };
    }
    fclose(f);

    struct dictionary *d = arena_alloc(c->arena, sizeof *d);
    d->columns = columns.items;
    d->count = columns.count;
    if (d->count > 0)
        qsort(d->columns, d->count, sizeof *d->columns, compare);
    return d;
}

const char *
dictionary_column(const struct dictionary *d, const char *table, const char *column)
{
    struct column        key = { table, column, NULL };
    const struct column *found = d->count > 0 ? bsearch(&key, d->columns, d->count, sizeof key, compare) : NULL;
    return found != NULL ? found->type : NULL;
}

bool
dictionary_has_table(const struct dictionary *d, const char *table)
{
    size_t lo = 0, hi = d->count;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (strcmp(d->columns[mid].table, table) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < d->count && strcmp(d->columns[lo].table, table) == 0;
}
