/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Look-ups in the compiled dictionary: binary search in const tables. */
#include <stdlib.h>
#include <string.h>

#include "store/store_priv.h"

int
store_table_index(const char *name)
{
    uint32_t low = 0, high = store_table_count;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        int      order = strcmp(name, store_tables[mid].name);
        if (order == 0)
            return (int)mid;
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return -1;
}

int
store_column_index(const struct store_table_def *t, const char *name)
{
    const uint16_t *order = &store_column_order[t->column_first];
    uint32_t        low = 0, high = t->column_count;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        int      cmp = strcmp(name, store_column_def(t, order[mid])->pub.name);
        if (cmp == 0)
            return order[mid];
        if (cmp < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return -1;
}

const struct store_column *
store_column_find(const char *table, const char *column)
{
    int t = store_table_index(table);
    if (t < 0)
        return NULL;
    int c = store_column_index(&store_tables[t], column);
    return c < 0 ? NULL : &store_column_def(&store_tables[t], c)->pub;
}

bool
store_table_known(const char *table)
{
    return store_table_index(table) >= 0;
}

/* ---- for who walks it ---- */

bool
store_table_at(unsigned number, struct store_table *out)
{
    if (number >= store_table_count)
        return false;
    const struct store_table_def *t = &store_tables[number];
    *out = (struct store_table){ t->name, number, t->column_count, t->is_type, t->is_catalogue };
    return true;
}

bool
store_table_find(const char *name, struct store_table *out)
{
    int i = store_table_index(name);
    return i >= 0 && store_table_at((unsigned)i, out);
}

const struct store_column *
store_table_column(unsigned table, unsigned i)
{
    return &store_columns[store_tables[table].column_first + i].pub;
}

int
store_table_column_find(unsigned table, const char *name)
{
    return store_column_index(&store_tables[table], name);
}

unsigned
store_release(const char *release)
{
    enum { FIRST = 500, LAST = 1205 };
    char         *end;
    unsigned long major = strtoul(release != NULL ? release : "", &end, 10), minor = 0;

    if (*end == '.')
        minor = strtoul(end + 1, NULL, 10);
    unsigned long number = major * 100 + minor;
    return number > LAST ? LAST : number < FIRST ? FIRST : (unsigned)number;
}
