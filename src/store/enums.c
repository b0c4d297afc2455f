/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The type tables in memory: read when first asked for, again when a type table has changed. What was
 * read before stays until the store is closed, so that names handed out hold. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/base_priv.h"
#include "ccmsim/arena.h"
#include "store/store_priv.h"

struct enum_row {
    int64_t        number;
    const char    *name;
    const int64_t *attributes; /* by column, NO_NUMBER where it is no number */
};

struct enum_map {
    struct enum_map  *before;
    struct arena     *arena;
    uint32_t          epoch;
    struct enum_row  *rows; /* by number */
    struct enum_row **by_name, **by_folded_name;
    size_t            count;
};

struct store_enum {
    struct store              *store;
    int                        table;
    _Atomic(struct enum_map *) map;
};

#define NO_NUMBER INT64_MIN

static int
by_number(const void *a, const void *b)
{
    const struct enum_row *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

static int
by_name(const void *a, const void *b)
{
    const struct enum_row *const *x = a, *const *y = b;
    int                           order = strcmp((*x)->name, (*y)->name);
    return order != 0 ? order : by_number(*x, *y);
}

static int
by_folded_name(const void *a, const void *b)
{
    const struct enum_row *const *x = a, *const *y = b;
    int                           order = strcasecmp((*x)->name, (*y)->name);
    return order != 0 ? order : by_number(*x, *y);
}

static void
read_row(struct enum_map *m, struct enum_row *row, const struct store_table_def *t, sqlite3_stmt *stmt)
{
    int         name = store_column_index(t, "name"), number = store_column_index(t, "enum");
    int64_t    *attributes = arena_alloc(m->arena, t->column_count * sizeof(*attributes));
    const char *text = name >= 0 ? (const char *)sqlite3_column_text(stmt, name) : NULL;

    for (int i = 0; i < t->column_count; i++)
        attributes[i] = sqlite3_column_type(stmt, i) == SQLITE_INTEGER ? sqlite3_column_int64(stmt, i) : NO_NUMBER;
    row->number = number >= 0 ? sqlite3_column_int64(stmt, number) : 0;
    row->name = arena_strdup(m->arena, text != NULL ? text : "");
    row->attributes = attributes;
}

static void
sort_map(struct enum_map *m)
{
    qsort(m->rows, m->count, sizeof(*m->rows), by_number);
    m->by_name = arena_alloc(m->arena, (m->count + 1) * sizeof(struct enum_row *));
    m->by_folded_name = arena_alloc(m->arena, (m->count + 1) * sizeof(struct enum_row *));
    for (size_t i = 0; i < m->count; i++)
        m->by_name[i] = m->by_folded_name[i] = &m->rows[i];
    qsort(m->by_name, m->count, sizeof(struct enum_row *), by_name);
    qsort(m->by_folded_name, m->count, sizeof(struct enum_row *), by_folded_name);
}

static struct enum_map *
read_map(struct store_conn *c, const struct store_table_def *t, uint32_t epoch)
{
    struct enum_map *m = base_malloc(sizeof(*m));
    size_t           cap = 0;
    struct enum_row *rows = NULL;

    *m = (struct enum_map){ .arena = arena_new(), .epoch = epoch };
    sqlite3_stmt *stmt = store_prepare(c, arena_printf(m->arena, "SELECT * FROM \"%s\"", t->name), NULL);
    while (stmt != NULL && store_step(c, stmt, NULL) == 1) {
        if (m->count == cap) {
            cap = cap == 0 ? 16 : cap * 2;
            rows = base_realloc(rows, cap * sizeof(*rows));
        }
        read_row(m, &rows[m->count++], t, stmt);
    }
    m->rows = arena_alloc(m->arena, (m->count + 1) * sizeof(*m->rows));
    if (m->count > 0)
        memcpy(m->rows, rows, m->count * sizeof(*rows));
    free(rows);
    sort_map(m);
    return m;
}

static const struct enum_map *current(const struct store_enum *ce);

/* The same table as the elder first read it: ours, until one of our type tables changes. */
static const struct enum_map *
inherited(const struct store_enum *e)
{
    const struct store_enum *theirs = store_enum_find(e->store->opt.elder, store_tables[e->table].name);
    const struct enum_map   *m = theirs != NULL ? current(theirs) : NULL;

    while (m != NULL && m->epoch != 0)
        m = m->before;
    return m;
}

/* The map of now. */
static const struct enum_map *
current(const struct store_enum *ce)
{
    struct store_enum *e = (struct store_enum *)ce;
    struct store      *st = e->store;
    struct enum_map   *m = atomic_load(&e->map);

    if (m != NULL && m->epoch == atomic_load(&st->enum_epoch))
        return m;
    if (st->opt.elder != NULL && atomic_load(&st->enum_epoch) == 0) {
        const struct enum_map *theirs = inherited(e);
        if (theirs != NULL)
            return theirs;
    }
    pthread_mutex_lock(&st->enum_lock);
    uint32_t epoch = atomic_load(&st->enum_epoch);
    m = atomic_load(&e->map);
    if (m == NULL || m->epoch != epoch) {
        struct store_conn *c = store_read_begin(st, NULL);
        if (c != NULL) {
            struct enum_map *fresh = read_map(c, &store_tables[e->table], epoch);
            store_read_end(c);
            fresh->before = m;
            m = fresh;
            atomic_store(&e->map, m);
        }
    }
    pthread_mutex_unlock(&st->enum_lock);
    return m;
}

const struct store_enum *
store_enum_find(struct store *st, const char *table)
{
    int i = store_table_index(table);

    if (i < 0 || !store_tables[i].is_type)
        return NULL;
    pthread_mutex_lock(&st->enum_lock);
    struct store_enum *e = st->enums[i];
    if (e == NULL) {
        e = base_malloc(sizeof(*e));
        e->store = st;
        e->table = i;
        atomic_init(&e->map, NULL);
        st->enums[i] = e;
    }
    pthread_mutex_unlock(&st->enum_lock);
    return e;
}

static const struct enum_row *
find_number(const struct store_enum *e, int64_t number)
{
    const struct enum_map *m = current(e);
    struct enum_row        key = { .number = number };

    /* Most tables count from 0 without gaps. */
    if (m != NULL && number >= 0 && (uint64_t)number < m->count && m->rows[number].number == number)
        return &m->rows[number];
    return m != NULL ? bsearch(&key, m->rows, m->count, sizeof(*m->rows), by_number) : NULL;
}

const char *
store_enum_name(const struct store_enum *e, int64_t number)
{
    const struct enum_row *row = find_number(e, number);
    return row != NULL ? row->name : NULL;
}

/* The first of those that bear the name: the lowest number. */
static struct enum_row *
first_of(struct enum_row **rows, size_t count, const char *name, int (*compare)(const char *, const char *))
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (compare(rows[mid]->name, name) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low < count && compare(rows[low]->name, name) == 0 ? rows[low] : NULL;
}

bool
store_enum_at(const struct store_enum *e, unsigned index, int64_t *number, const char **name)
{
    const struct enum_map *m = current(e);

    if (m == NULL || index >= m->count)
        return false;
    *number = m->rows[index].number;
    *name = m->rows[index].name;
    return true;
}

bool
store_enum_number(const struct store_enum *e, const char *name, int64_t *out)
{
    const struct enum_map *m = current(e);

    if (m == NULL)
        return false;
    const struct enum_row *row = first_of(m->by_name, m->count, name, strcmp);
    if (row == NULL)
        row = first_of(m->by_folded_name, m->count, name, strcasecmp);
    if (row != NULL)
        *out = row->number;
    return row != NULL;
}

bool
store_enum_attr(const struct store_enum *e, int64_t number, const char *column, int64_t *out)
{
    const struct enum_row *row = find_number(e, number);
    int                    i = store_column_index(&store_tables[e->table], column);

    if (row == NULL || i < 0 || row->attributes[i] == NO_NUMBER)
        return false;
    *out = row->attributes[i];
    return true;
}

void
store_enums_free(struct store *st)
{
    for (uint32_t i = 0; st->enums != NULL && i < store_table_count; i++) {
        struct enum_map *m = st->enums[i] != NULL ? atomic_load(&st->enums[i]->map) : NULL;
        while (m != NULL) {
            struct enum_map *before = m->before;
            arena_free(m->arena);
            free(m);
            m = before;
        }
        free(st->enums[i]);
    }
    free(st->enums);
}
