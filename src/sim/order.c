/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Devices in the order of their names, without case: runs of at most RUN_MAX pointers, so that adding one among a
 * hundred thousand moves a few hundred. */
#include <stdlib.h>
#include <strings.h>

#include "sim/sim_priv.h"

#define RUN_MAX  512u
#define RUN_FILL 384u
/* Records lie far from each other: one that many places ahead is fetched while this one is looked at. */
#define AHEAD 8u

static void
insert_run(struct order *o, size_t at)
{
    if (o->count == o->cap) {
        o->cap = o->cap == 0 ? 8 : o->cap * 2;
        o->runs = base_realloc(o->runs, o->cap * sizeof *o->runs);
    }
    memmove(o->runs + at + 1, o->runs + at, (o->count - at) * sizeof *o->runs);
    o->runs[at] = (struct run){ base_malloc(RUN_MAX * sizeof(struct dev *)), 0 };
    o->count++;
}

/* The run where a name belongs: the last that doesn't begin behind it. */
static size_t
find_run(const struct order *o, const char *name)
{
    size_t low = 0, high = o->count;

    while (high - low > 1) {
        size_t mid = (low + high) / 2;
        if (strcasecmp(o->runs[mid].items[0]->name, name) <= 0)
            low = mid;
        else
            high = mid;
    }
    return low;
}

static uint32_t
find_item(const struct run *r, const char *name)
{
    uint32_t low = 0, high = r->count;

    while (low < high) {
        uint32_t mid = (low + high) / 2;
        if (strcasecmp(r->items[mid]->name, name) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static void
split(struct order *o, size_t at)
{
    insert_run(o, at + 1);
    struct run *left = &o->runs[at], *right = &o->runs[at + 1];
    right->count = left->count / 2;
    left->count -= right->count;
    memcpy(right->items, left->items + left->count, right->count * sizeof(struct dev *));
}

void
order_add(struct order *o, struct dev *d)
{
    if (o->count == 0)
        insert_run(o, 0);
    struct run *end = &o->runs[o->count - 1];
    if (end->count > 0 && strcasecmp(end->items[end->count - 1]->name, d->name) < 0) {
        /* Behind all others: many come in their order. */
        if (end->count >= RUN_FILL) {
            insert_run(o, o->count);
            end = &o->runs[o->count - 1];
        }
        end->items[end->count++] = d;
        return;
    }
    size_t at = find_run(o, d->name);
    if (o->runs[at].count == RUN_MAX) {
        split(o, at);
        at = find_run(o, d->name);
    }
    struct run *r = &o->runs[at];
    uint32_t    item = find_item(r, d->name);
    memmove(r->items + item + 1, r->items + item, (r->count - item) * sizeof(struct dev *));
    r->items[item] = d;
    r->count++;
}

void
order_drop(struct order *o, struct dev *d)
{
    if (o->count == 0)
        return;
    size_t      at = find_run(o, d->name);
    struct run *r = &o->runs[at];
    uint32_t    item = find_item(r, d->name);
    if (item >= r->count || r->items[item] != d)
        return;
    r->count--;
    memmove(r->items + item, r->items + item + 1, (r->count - item) * sizeof(struct dev *));
    if (r->count > 0)
        return;
    free(r->items);
    o->count--;
    memmove(o->runs + at, o->runs + at + 1, (o->count - at) * sizeof *o->runs);
}

void
order_fill(struct order *o, struct dev **sorted, size_t count)
{
    order_release(o);
    for (size_t i = 0; i < count; i += RUN_FILL) {
        insert_run(o, o->count);
        struct run *r = &o->runs[o->count - 1];
        r->count = (uint32_t)(count - i < RUN_FILL ? count - i : RUN_FILL);
        memcpy(r->items, sorted + i, r->count * sizeof(struct dev *));
    }
}

void
order_release(struct order *o)
{
    for (size_t i = 0; i < o->count; i++)
        free(o->runs[i].items);
    free(o->runs);
    *o = (struct order){ 0 };
}

struct order_at
order_from(const struct order *o, const char *text)
{
    if (o->count == 0 || text == NULL || *text == '\0')
        return (struct order_at){ 0, 0 };
    size_t run = find_run(o, text);
    return (struct order_at){ run, find_item(&o->runs[run], text) };
}

bool
order_before(struct order_at a, struct order_at b)
{
    return a.run < b.run || (a.run == b.run && a.item < b.item);
}

struct dev *
order_next(const struct order *o, struct order_at *at)
{
    while (at->run < o->count && at->item >= o->runs[at->run].count)
        *at = (struct order_at){ at->run + 1, 0 };
    if (at->run == o->count)
        return NULL;
    const struct run *r = &o->runs[at->run];
    if (at->item + AHEAD < r->count) {
        __builtin_prefetch(r->items[at->item + AHEAD]);
        __builtin_prefetch(&r->items[at->item + AHEAD]->bucket);
    }
    return r->items[at->item++];
}
