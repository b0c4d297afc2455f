/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Look-ups in the contract's const tables: binary search by name. */
#include "ccmsim/contract.h"

#include <string.h>

/* Index of the first row called key in a table sorted by name, or count. */
#define LOWER_BOUND(table, count, key)            \
    uint32_t lo = 0, hi = (count);                \
    while (lo < hi) {                             \
        uint32_t mid = lo + (hi - lo) / 2;        \
        if (strcmp((table)[mid].name, (key)) < 0) \
            lo = mid + 1;                         \
        else                                      \
            hi = mid;                             \
    }

const struct axl_type *
axl_type_find(const char *name)
{
    LOWER_BOUND(axl_types, axl_type_count, name)
    return lo < axl_type_count && strcmp(axl_types[lo].name, name) == 0 ? &axl_types[lo] : NULL;
}

const struct axl_object *
axl_object_find(const char *name)
{
    LOWER_BOUND(axl_objects, axl_object_count, name)
    return lo < axl_object_count && strcmp(axl_objects[lo].name, name) == 0 ? &axl_objects[lo] : NULL;
}

const struct axl_simple *
axl_simple_find(const char *name, enum axl_version v)
{
    LOWER_BOUND(axl_simples, axl_simple_count, name)
    for (; lo < axl_simple_count && strcmp(axl_simples[lo].name, name) == 0; lo++)
        if ((axl_simples[lo].versions >> v) & 1)
            return &axl_simples[lo];
    return NULL;
}

const struct axl_op *
axl_op_find(const char *name, enum axl_version v)
{
    LOWER_BOUND(axl_ops, axl_op_count, name)
    for (; lo < axl_op_count && strcmp(axl_ops[lo].name, name) == 0; lo++)
        if ((axl_ops[lo].versions >> v) & 1)
            return &axl_ops[lo];
    return NULL;
}

enum axl_version
axl_version_parse(const char *name, size_t len)
{
    for (int v = 0; v < AXL_VERSIONS; v++)
        if (strlen(axl_version_info[v].name) == len && memcmp(axl_version_info[v].name, name, len) == 0)
            return (enum axl_version)v;
    return AXL_VERSIONS;
}
