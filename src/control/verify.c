/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The journal against a list of expectations, in one pass: how often each was met, in which order, and what came
 * nearest to one that was not. */
#include <stdlib.h>

#include "ccmsim/cluster.h"
#include "control/control_priv.h"
#include "control/expect.h"

#define MAX_SEQS    100 /* told of one expectation */
#define MAX_NEAREST 3

struct miss {
    uint64_t seq;
    size_t   differences;
    json_t  *told;
};

struct trial {
    struct expectation x;
    uint64_t          *seqs; /* what met it, ascending */
    size_t             found, room;
    struct miss        nearest[MAX_NEAREST]; /* nearest first */
    size_t             misses;
};

struct trials {
    struct arena *arena;
    struct trial *rows;
    size_t        count;
};

static void
keep_seq(struct trial *t, uint64_t seq)
{
    if (t->found == t->room) {
        t->room = t->room != 0 ? t->room * 2 : 16;
        t->seqs = realloc(t->seqs, t->room * sizeof *t->seqs);
        if (t->seqs == NULL)
            abort();
    }
    t->seqs[t->found++] = seq;
}

/* Newer ones displace older ones that are as near. */
static void
keep_miss(struct trial *t, struct exhibit *e, size_t differences)
{
    size_t at = 0;

    while (at < t->misses && t->nearest[at].differences < differences)
        at++;
    if (at == MAX_NEAREST)
        return;
    if (t->misses == MAX_NEAREST)
        json_decref(t->nearest[--t->misses].told);
    for (size_t i = t->misses++; i > at; i--)
        t->nearest[i] = t->nearest[i - 1];
    t->nearest[at] = (struct miss){ e->entry->seq, differences, expect_explain(&t->x, e) };
}

static void
try_entry(void *cookie, const struct journal_entry *entry)
{
    struct trials *all = cookie;
    struct exhibit e = { .entry = entry, .arena = arena_new() };

    for (size_t i = 0; i < all->count; i++) {
        size_t points, differences = expect_differences(&all->rows[i].x, &e, &points);
        if (differences == 0)
            keep_seq(&all->rows[i], entry->seq);
        else if (differences < points) /* something agrees */
            keep_miss(&all->rows[i], &e, differences);
    }
    arena_free(e.arena);
}

/* ---- order ---- */

/* What is behind seq in t, the n-th from there; 0: not that many. */
static uint64_t
nth_after(const struct trial *t, uint64_t seq, size_t n)
{
    size_t low = 0, high = t->found;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (t->seqs[mid] > seq)
            high = mid;
        else
            low = mid + 1;
    }
    return low + n <= t->found ? t->seqs[low + n - 1] : 0;
}

/* Each expectation's requests behind those of the one before. The number of the first that isn't; count: none. */
static size_t
first_out_of_order(const struct trials *all, uint64_t *behind)
{
    uint64_t at = 0;

    for (size_t i = 0; i < all->count; i++) {
        const struct trial *t = &all->rows[i];
        size_t              n = t->x.min > 0 ? (size_t)t->x.min : 1;
        if (t->x.max == 0 || t->found < n)
            continue; /* not to come, or missing altogether: no matter of order */
        *behind = at;
        at = nth_after(t, at, n);
        if (at == 0)
            return i;
    }
    return all->count;
}

/* ---- the answer ---- */

static json_t *
result_of(const struct trials *all, size_t i)
{
    struct trial *t = &all->rows[i];
    bool          met = expect_met(&t->x, t->found);
    json_t       *seqs = json_array();
    json_t       *out = json_pack("{s:b, s:i, s:s, s:o}", "ok", met, "found", (int)t->found, "wanted",
                                  expect_wanted(all->arena, &t->x), "entries", seqs);

    if (t->x.name != NULL)
        json_object_set_new(out, "name", json_string(t->x.name));
    for (size_t k = 0; k < t->found && k < MAX_SEQS; k++)
        json_array_append_new(seqs, json_integer((json_int_t)t->seqs[k]));
    if (!met && (int64_t)t->found < t->x.min) {
        json_t *nearest = json_array();
        for (size_t k = 0; k < t->misses; k++)
            json_array_append_new(nearest, json_pack("{s:I, s:O}", "seq", (json_int_t)t->nearest[k].seq, "differences",
                                                     t->nearest[k].told));
        json_object_set_new(out, "nearest", nearest);
    }
    return out;
}

static json_t *
verdict(const struct trials *all, bool ordered)
{
    json_t  *results = json_array();
    bool     ok = true;
    uint64_t behind = 0;
    json_t  *out = json_pack("{s:o}", "results", results);

    for (size_t i = 0; i < all->count; i++) {
        ok = ok && expect_met(&all->rows[i].x, all->rows[i].found);
        json_array_append_new(results, result_of(all, i));
    }
    size_t wrong = ordered ? first_out_of_order(all, &behind) : all->count;
    if (ordered && wrong < all->count)
        json_object_set_new(
            out, "order",
            json_pack("{s:b, s:i, s:I}", "ok", 0, "expectation", (int)wrong, "notBehind", (json_int_t)behind));
    else if (ordered)
        json_object_set_new(out, "order", json_pack("{s:b}", "ok", 1));
    json_object_set_new(out, "ok", json_boolean(ok && wrong == all->count));
    return out;
}

static void
release(struct trials *all)
{
    for (size_t i = 0; i < all->count; i++) {
        free(all->rows[i].seqs);
        while (all->rows[i].misses > 0)
            json_decref(all->rows[i].nearest[--all->rows[i].misses].told);
    }
}

enum outcome
control_verify(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    const json_t *list = json_object_get(ask->args, "expectations");
    struct trials all = { .arena = rq->arena, .count = json_array_size(list) };

    all.rows = arena_alloc(rq->arena, all.count * sizeof *all.rows);
    for (size_t i = 0; i < all.count; i++)
        if (!expect_read(&all.rows[i].x, json_array_get(list, i), err))
            return FAILED;
    struct journal_filter filter = { .after = (uint64_t)ask_number(ask, "after", 0) };
    journal_read(rq->cluster->journal, &filter, try_entry, &all);
    json_t *body = verdict(&all, ask_flag(ask, "ordered"));
    release(&all);
    return control_reply(rq, 200, body);
}
