/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A binary heap of timers that stand inside other records and know their place, so that stopping one is as cheap as
 * starting it; and timers that are known by a number. */
#include <stdlib.h>

#include "sim/sim_priv.h"

static bool
before(const struct sim_timer *a, const struct sim_timer *b)
{
    return a->at != b->at ? a->at < b->at : a->seq < b->seq;
}

static void
put(struct sim_heap *h, uint32_t pos, struct sim_timer *t)
{
    h->items[pos] = t;
    t->pos = pos;
}

static void
rise(struct sim_heap *h, uint32_t pos, struct sim_timer *t)
{
    for (; pos > 1 && before(t, h->items[pos / 2]); pos /= 2)
        put(h, pos, h->items[pos / 2]);
    put(h, pos, t);
}

static void
sink(struct sim_heap *h, uint32_t pos, struct sim_timer *t)
{
    for (uint32_t child = pos * 2; child <= h->count; child = pos * 2) {
        if (child < h->count && before(h->items[child + 1], h->items[child]))
            child++;
        if (!before(h->items[child], t))
            break;
        put(h, pos, h->items[child]);
        pos = child;
    }
    put(h, pos, t);
}

void
heap_add(struct sim_heap *h, struct sim_timer *t, int64_t at)
{
    heap_remove(h, t);
    if (h->count + 1 >= h->cap) {
        h->cap = h->cap == 0 ? 64 : h->cap * 2;
        h->items = base_realloc(h->items, h->cap * sizeof(struct sim_timer *));
    }
    t->at = at;
    t->seq = ++h->seq;
    rise(h, ++h->count, t);
}

void
heap_remove(struct sim_heap *h, struct sim_timer *t)
{
    uint32_t pos = t->pos;

    if (pos == 0)
        return;
    struct sim_timer *last = h->items[h->count--];
    t->pos = 0;
    if (last == t)
        return;
    if (pos > 1 && before(last, h->items[pos / 2]))
        rise(h, pos, last);
    else
        sink(h, pos, last);
}

struct sim_timer *
heap_first(const struct sim_heap *h)
{
    return h->count == 0 ? NULL : h->items[1];
}

void
heap_release(struct sim_heap *h)
{
    free(h->items);
    *h = (struct sim_heap){ 0 };
}

/* ---- by number ---- */

struct sim_alarm *
alarm_new(struct sim_alarms *a, void (*fn)(void *cookie), void *cookie)
{
    struct sim_alarm *alarm = base_malloc(sizeof *alarm);
    uint32_t          slot;

    if (a->spare_count > 0) {
        slot = a->spare[--a->spare_count];
    } else {
        if (a->count == a->cap) {
            a->cap = a->cap == 0 ? 16 : a->cap * 2;
            a->slots = base_realloc(a->slots, a->cap * sizeof(struct sim_alarm *));
            a->spare = base_realloc(a->spare, a->cap * sizeof(uint32_t));
        }
        slot = a->count++;
    }
    *alarm = (struct sim_alarm){ .timer.kind = TIMER_OTHER, .fn = fn, .cookie = cookie };
    alarm->id = (uint64_t)++a->round << 32 | (slot + 1);
    a->slots[slot] = alarm;
    return alarm;
}

struct sim_alarm *
alarm_find(const struct sim_alarms *a, uint64_t id)
{
    uint32_t slot = (uint32_t)id;

    if (slot == 0 || slot > a->count || a->slots[slot - 1] == NULL || a->slots[slot - 1]->id != id)
        return NULL;
    return a->slots[slot - 1];
}

void
alarm_take(struct sim_alarms *a, struct sim_alarm *alarm)
{
    uint32_t slot = (uint32_t)alarm->id - 1;

    a->slots[slot] = NULL;
    a->spare[a->spare_count++] = slot;
}

void
alarms_release(struct sim_alarms *a)
{
    for (uint32_t i = 0; i < a->count; i++)
        free(a->slots[i]);
    free(a->slots);
    free(a->spare);
    *a = (struct sim_alarms){ 0 };
}
