/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Which rows are an object of AXL, and which belong to one: read out of the contract, by table. */
#include <stdlib.h>
#include <string.h>

#include "base/base_priv.h"
#include "changes.h"

static bool
is_change_type(const char *name)
{
    const struct axl_simple *s = axl_simple_find("XChangeType", CHANGE_VERSION);

    for (uint32_t i = 0; s != NULL && i < s->value_count; i++)
        if (strcmp(axl_enum_values[s->value_first + i].text, name) == 0)
            return true;
    return false;
}

static void
add_link(struct change_plans *w, const char *table, const char *column, const char *parent)
{
    struct store_table child, other;

    if (!store_table_find(table, &child) || !store_table_find(parent, &other))
        return;
    int place = store_table_column_find(child.number, column);
    if (place < 0)
        return;
    int         refers = store_table_column(child.number, (unsigned)place)->refers;
    struct link l = { (uint16_t)child.number, (uint16_t)place,
                      (uint16_t)(refers >= 0 ? (unsigned)refers : other.number) };
    for (size_t i = 0; i < w->link_count; i++)
        if (memcmp(&w->links[i], &l, sizeof l) == 0)
            return;
    w->links = base_realloc(w->links, (w->link_count + 1) * sizeof *w->links);
    w->links[w->link_count++] = l;
}

static void
add_object(struct change_plans *w, const struct axl_object *o)
{
    struct store_table t;

    if (o->table == NULL || !is_change_type(o->name) || !store_table_find(o->table, &t))
        return;
    struct plan *p = &w->tables[t.number];
    p->objects = base_realloc(p->objects, (p->object_count + 1u) * sizeof(struct axl_object *));
    p->objects[p->object_count++] = o;
    for (uint16_t i = 0; i < o->side_count; i++)
        if (!o->sides[i].behind)
            add_link(w, o->sides[i].table, o->sides[i].column, o->table);
    for (uint16_t i = 0; i < o->bind_count; i++) {
        const struct axl_bind *b = &o->binds[i];
        if ((b->kind == BIND_ROWS || b->kind == BIND_ROW) && b->ref_column == NULL && b->column != NULL)
            add_link(w, b->table, b->column, o->table);
    }
}

static int
by_child(const void *a, const void *b)
{
    return ((const struct link *)a)->child - ((const struct link *)b)->child;
}

void
change_plans_make(struct change_plans *w)
{
    struct store_table t;

    *w = (struct change_plans){ 0 };
    while (store_table_at((unsigned)w->table_count, &t))
        w->table_count++;
    w->tables = calloc(w->table_count, sizeof *w->tables);
    if (w->tables == NULL)
        base_out_of_memory(w->table_count * sizeof *w->tables);
    for (uint32_t i = 0; i < axl_object_count; i++)
        add_object(w, &axl_objects[i]);
    if (w->link_count > 0)
        qsort(w->links, w->link_count, sizeof *w->links, by_child);
    for (size_t i = w->link_count; i-- > 0;) {
        struct plan *p = &w->tables[w->links[i].child];
        p->link_first = (uint16_t)i;
        p->link_count++;
    }
}

void
change_plans_release(struct change_plans *w)
{
    for (size_t i = 0; i < w->table_count; i++)
        free(w->tables[i].objects);
    free(w->tables);
    free(w->links);
}
