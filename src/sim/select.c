/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Devices by what they are: looked up where they are named exactly, else walked in their order; counted by buckets
 * where no name, number or text matters. */
#include <stdlib.h>
#include <strings.h>

#include "ccmsim/glob.h"
#include "sim/sim_priv.h"

/* ---- selections ---- */

/* What of a bucket's devices fits: what they are; and what they are now, with status and node. */
enum { FITS_KIND = 1, FITS_NOW = 2 };

struct found {
    struct sim               *sim;
    struct arena             *arena;
    const struct sim_filter  *f;
    struct copies             copies;
    bool                      nodes[SIM_MAX_NODES + 1];   /* that were asked for */
    size_t                    records[SIM_MAX_NODES + 1]; /* that fit, by node */
    unsigned char            *fits;                       /* by bucket */
    bool                      left, counted;              /* left: records left behind can fit */
    const struct sim_device **out;
    size_t                    count, room, total;
};

static bool
is_like(const char *pattern, const char *text)
{
    return glob_fits(pattern, text, true);
}

static bool
is_same(const char *pattern, const char *text)
{
    return strcasecmp(pattern, text) == 0;
}

/* ---- what can be said without looking at names ---- */

static bool
is_node_asked(const struct sim_filter *f, const char *name)
{
    if (f->node != NULL && strcasecmp(f->node, name) != 0)
        return false;
    if (f->nodes == NULL)
        return true;
    for (const char *const *n = f->nodes; *n != NULL; n++)
        if (strcasecmp(*n, name) == 0)
            return true;
    return false;
}

static void
ask_nodes(struct found *r)
{
    r->nodes[0] = r->f->node == NULL && r->f->nodes == NULL;
    for (uint8_t i = 1; i <= SIM_MAX_NODES; i++)
        r->nodes[i] = r->sim->nodes[i - 1].used && is_node_asked(r->f, r->sim->nodes[i - 1].name);
}

static unsigned char
bucket_fits(const struct found *r, const struct bucket *b)
{
    const struct sim_filter *f = r->f;

    if ((f->device_class != NULL && strcasecmp(f->device_class, sim_class_name(b->ris)) != 0) ||
        (f->protocol != NULL && strcasecmp(f->protocol, sim_protocol_name(b->protocol)) != 0) ||
        (f->tkmodel > 0 && f->tkmodel != b->tkmodel))
        return 0;
    bool now = (f->status == SIM_STATUS_COUNT || (unsigned)f->status == b->status) &&
               (!f->seen || b->status != SIM_UNKNOWN) && r->nodes[b->node];
    return now ? FITS_KIND | FITS_NOW : FITS_KIND;
}

/* Where nothing else is asked, that is the count: buckets know how many they are. */
static void
weigh_buckets(struct found *r)
{
    const struct sim *sim = r->sim;

    r->fits = arena_alloc(r->arena, sim->bucket_count + 1u);
    for (uint32_t i = 1; i <= sim->bucket_count; i++) {
        r->fits[i] = bucket_fits(r, &sim->buckets[i]);
        if (!r->counted || (r->fits[i] & FITS_NOW) == 0)
            continue;
        r->records[sim->buckets[i].node] += sim->buckets[i].count;
        r->total += sim->buckets[i].count;
    }
}

/* ---- one device ---- */

static void
take(struct found *r, const struct dev *d)
{
    if (r->f->limit != 0 && r->count >= r->f->limit)
        return;
    if (r->count == r->room) {
        size_t                    room = r->room == 0 ? 64 : r->room * 2;
        const struct sim_device **bigger = arena_alloc(r->arena, room * sizeof *bigger);
        if (r->count > 0)
            memcpy(bigger, r->out, r->count * sizeof *bigger);
        r->out = bigger;
        r->room = room;
    }
    r->out[r->count++] = sim_copy_device(&r->copies, d);
}

static bool
may_fit(const struct found *r, const struct dev *d)
{
    unsigned char fits = r->fits[d->bucket];

    return (fits & FITS_NOW) != 0 || (r->left && fits != 0 && d->left_count > 0);
}

/* How many of its records fit, counted. */
static size_t
count_records(struct found *r, const struct dev *d)
{
    size_t n = 0;

    if ((r->fits[d->bucket] & FITS_NOW) != 0) {
        r->records[d->node]++;
        n++;
    }
    for (uint8_t i = 0; r->left && i < d->left_count; i++) {
        const struct presence *p = &d->left[i];
        if (r->nodes[p->node] && (r->f->status == SIM_STATUS_COUNT || (unsigned)r->f->status == p->status)) {
            r->records[p->node]++;
            n++;
        }
    }
    r->total += n;
    return n;
}

static bool
text_fits(const struct found *r, const struct dev *d, const char *pattern)
{
    bool (*fits)(const char *, const char *) = r->f->literal ? is_same : is_like;
    char address[SIM_ADDRESS];

    switch (r->f->by) {
    case SIM_BY_NAME: return fits(pattern, d->name);
    case SIM_BY_DESCRIPTION: return fits(pattern, d->description);
    case SIM_BY_ADDRESS: registry_address(r->sim, d, address); return fits(pattern, address);
    case SIM_BY_DIRECTORY_NUMBER:
        for (uint8_t i = 0; i < d->line_count; i++)
            if (fits(pattern, d->lines[i]->dn->pattern))
                return true;
        return false;
    }
    return false;
}

static bool
any_fits(const struct found *r, const struct dev *d)
{
    for (size_t i = 0; r->f->patterns[i] != NULL; i++)
        if (text_fits(r, d, r->f->patterns[i]))
            return true;
    return false;
}

/* ---- all devices, or those whose names begin as the only pattern does ---- */

struct range {
    struct order_at at, end;
    bool            all; /* that are in it fit the patterns */
};

static struct range
range_of(const struct found *r)
{
    const struct order *o = &r->sim->order;
    struct range        g = { .end = { o->count, 0 }, .all = r->f->patterns == NULL };
    const char         *only = r->f->patterns != NULL && r->f->patterns[0] != NULL ? r->f->patterns[0] : NULL;
    char                prefix[130];

    if (only == NULL || r->f->patterns[1] != NULL || r->f->by != SIM_BY_NAME || r->f->literal)
        return g;
    size_t len = strcspn(only, "*");
    if (len == 0 || len > sizeof prefix - 2)
        return g;
    memcpy(prefix, only, len);
    prefix[len] = '\0';
    g.at = order_from(o, prefix);
    memcpy(prefix + len, "\xff", 2); /* behind any text in UTF-8 */
    g.end = order_from(o, prefix);
    g.all = only[len] == '*' && only[len + strspn(only + len, "*")] == '\0';
    return g;
}

static void
walk(struct found *r)
{
    struct range g = range_of(r);
    struct dev  *d;

    while (order_before(g.at, g.end) && (d = order_next(&r->sim->order, &g.at)) != NULL) {
        if (!may_fit(r, d) || (!g.all && !any_fits(r, d)))
            continue;
        if (r->counted || count_records(r, d) > 0)
            take(r, d);
        if (r->counted && r->count == r->f->limit)
            break;
    }
}

/* ---- devices by whole names, addresses or numbers ---- */

static int
by_name(const void *a, const void *b)
{
    return strcasecmp((*(struct dev *const *)a)->name, (*(struct dev *const *)b)->name);
}

static void
look_up(struct found *r)
{
    const struct sim        *sim = r->sim;
    const struct sim_filter *f = r->f;
    size_t                   room = 0, n = 0, patterns = 0;
    struct dev              *d;

    for (; f->patterns[patterns] != NULL; patterns++) {
        const struct dn *dn = f->by == SIM_BY_DIRECTORY_NUMBER ? map_get(&sim->numbers, f->patterns[patterns]) : NULL;
        for (room++; dn != NULL; dn = dn->same)
            for (const struct line *l = dn->lines; l != NULL; l = l->next)
                room++;
    }
    struct dev **hits = arena_alloc(r->arena, (room + 1) * sizeof(struct dev *));
    for (size_t i = 0; i < patterns; i++) {
        if (f->by == SIM_BY_DIRECTORY_NUMBER) {
            for (const struct dn *dn = map_get(&sim->numbers, f->patterns[i]); dn != NULL; dn = dn->same)
                for (const struct line *l = dn->lines; l != NULL; l = l->next)
                    hits[n++] = l->dev;
            continue;
        }
        d = f->by == SIM_BY_NAME ? registry_find(sim, f->patterns[i]) : registry_by_address(sim, f->patterns[i]);
        if (d != NULL)
            hits[n++] = d;
    }
    qsort(hits, n, sizeof(struct dev *), by_name);
    for (size_t i = 0; i < n; i++) {
        if ((i > 0 && hits[i] == hits[i - 1]) || !may_fit(r, hits[i]))
            continue;
        if (count_records(r, hits[i]) > 0)
            take(r, hits[i]);
    }
}

static bool
is_node_address(const struct sim *sim, const char *address)
{
    for (size_t i = 0; i < sim->node_count; i++)
        if (strcmp(sim->nodes[sim->node_order[i] - 1].address, address) == 0)
            return true;
    return false;
}

static bool
all_exact(const struct sim *sim, const struct sim_filter *f)
{
    if (f->patterns == NULL || f->by == SIM_BY_DESCRIPTION)
        return false;
    for (size_t i = 0; f->patterns[i] != NULL; i++)
        if ((!f->literal && strchr(f->patterns[i], '*') != NULL) ||
            (f->by == SIM_BY_ADDRESS && is_node_address(sim, f->patterns[i])))
            return false;
    return true;
}

/* ---- the selection ---- */

static void
select_devices(struct found *r)
{
    const struct sim_filter *f = r->f;

    ask_nodes(r);
    r->left = f->left && r->sim->left_count > 0 && (f->status == SIM_STATUS_COUNT || f->status == SIM_UNREGISTERED);
    r->counted = f->patterns == NULL && !r->left;
    weigh_buckets(r);
    if (all_exact(r->sim, f))
        look_up(r);
    else
        walk(r);
}

size_t
sim_devices(struct sim *sim, struct arena *a, const struct sim_filter *f, const struct sim_device *const **out,
            size_t *total)
{
    struct found r = { .sim = sim, .arena = a, .f = f, .copies = { .sim = sim, .arena = a, .brief = f->brief } };

    sim_lock(sim);
    select_devices(&r);
    sim_unlock(sim);
    *out = r.out;
    if (total != NULL)
        *total = r.total;
    return r.count;
}

size_t
sim_devices_cost(struct sim *sim, const struct sim_filter *f, size_t *rows)
{
    size_t cost = 0;

    sim_lock(sim);
    size_t devices = sim->devices.count;
    bool   exact = all_exact(sim, f), left = f->left && sim->left_count > 0;
    sim_unlock(sim);
    for (size_t i = 0; f->patterns != NULL && f->patterns[i] != NULL; i++)
        cost += exact ? 1 : (strlen(f->patterns[i]) + 1) * devices;
    if (f->patterns == NULL && left)
        cost = devices;
    *rows = f->limit != 0 && f->limit < devices ? f->limit : devices;
    if (exact && f->by != SIM_BY_DIRECTORY_NUMBER && cost < *rows)
        *rows = cost;
    return cost;
}

/* In the order of nodes, those without a record left out. */
static const struct sim_tally *
tally(struct found *r)
{
    struct sim_tally *t = arena_alloc(r->arena, (r->sim->node_count + 1u) * sizeof *t);
    size_t            n = 0;

    for (uint8_t i = 0; i < r->sim->node_count; i++) {
        uint8_t node = r->sim->node_order[i];
        if (r->records[node] > 0)
            t[n++] = (struct sim_tally){ arena_strdup(r->arena, node_name(r->sim, node)), r->records[node] };
    }
    return t;
}

size_t
sim_records(struct sim *sim, struct arena *a, const struct sim_filter *f, const struct sim_device *const **out,
            const struct sim_tally **tallies)
{
    struct found r = { .sim = sim, .arena = a, .f = f, .copies = { .sim = sim, .arena = a, .brief = f->brief } };

    sim_lock(sim);
    select_devices(&r);
    *tallies = tally(&r);
    sim_unlock(sim);
    *out = r.out;
    return r.count;
}
