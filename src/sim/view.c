/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Devices as others see them: copies, by name or by what they are. */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "sim/sim_priv.h"

static const char *const status_names[SIM_STATUS_COUNT] = {
#define X(name, text) [SIM_##name] = (text),
    SIM_STATUS_MAP(X)
#undef X
};
static const char *const class_names[RIS_COUNT] = {
#define X(id, text) [RIS_##id] = (text),
#include "sim/classes.def"
#undef X
};
static const char *const protocol_names[] = {
    [PROTOCOL_UNKNOWN] = "Unknown", [PROTOCOL_SIP] = "SIP", [PROTOCOL_SCCP] = "SCCP"
};

const char *
sim_status_name(enum sim_status status)
{
    return (unsigned)status < SIM_STATUS_COUNT ? status_names[status] : "Unknown";
}

/* ---- copies ---- */

static void
copy_line(const struct line *l, struct arena *a, struct sim_line *out)
{
    *out = (struct sim_line){ .index = l->index,
                              .pattern = arena_strdup(a, l->dn->pattern),
                              .partition = l->dn->partition != NULL ? arena_strdup(a, l->dn->partition->name) : "",
                              .pkid = arena_strdup(a, l->dn->pkid),
                              .status = line_status(l),
                              .state = (enum sim_line_state)l->state };
}

static void
copy_presences(const struct sim *sim, const struct dev *d, struct arena *a, struct sim_device *out)
{
    struct sim_presence *p = arena_alloc(a, (d->left_count + 1u) * sizeof *p);
    size_t               n = 0;

    if (d->status != SIM_UNKNOWN && d->node != 0)
        p[n++] = (struct sim_presence){ out->node, out->status, d->reason, d->time_ms };
    for (uint8_t i = 0; i < d->left_count; i++)
        p[n++] = (struct sim_presence){ arena_strdup(a, node_name(sim, d->left[i].node)),
                                        (enum sim_status)d->left[i].status, d->left[i].reason, d->left[i].time_ms };
    out->presences = p;
    out->presence_count = n;
}

static const struct sim_device *
copy_device(const struct sim *sim, const struct dev *d, struct arena *a)
{
    struct sim_device *out = arena_alloc(a, sizeof *out);
    struct sim_line   *lines = arena_alloc(a, (d->line_count + 1u) * sizeof *lines);
    char               address[16];

    registry_address(sim, d, address);
    *out = (struct sim_device){
        .name = arena_strdup(a, d->name),
        .pkid = arena_strdup(a, d->pkid),
        .description = arena_strdup(a, d->description),
        .tkclass = d->tkclass,
        .tkmodel = d->tkmodel,
        .tkproduct = d->tkproduct,
        .tkprotocol = d->tkprotocol,
        .device_class = class_names[d->ris],
        .protocol = protocol_names[d->protocol],
        .status = (enum sim_status)d->status,
        .reason = d->reason,
        .node = arena_strdup(a, node_name(sim, d->node)),
        .address = arena_strdup(a, address),
        .time_ms = d->time_ms,
        .active_load = arena_strdup(a, d->load != NULL ? d->load : model_load(d->tkmodel, d->protocol)),
        .inactive_load = "",
        .user = d->user != NULL ? arena_strdup(a, d->user) : "",
        .state = phone_state_name(d->state),
        .attempts = d->attempts,
        .cti_controllable = d->cti,
        .line_count = d->line_count,
        .lines = lines,
    };
    for (uint8_t i = 0; i < d->line_count; i++)
        copy_line(d->lines[i], a, &lines[i]);
    copy_presences(sim, d, a, out);
    return out;
}

const struct sim_device *
sim_device_find(struct sim *sim, struct arena *a, const char *name)
{
    if (name == NULL)
        return NULL;
    sim_lock(sim);
    const struct dev        *d = registry_find(sim, name);
    const struct sim_device *out = d != NULL ? copy_device(sim, d, a) : NULL;
    sim_unlock(sim);
    return out;
}

/* ---- selections ---- */

struct found {
    const struct sim         *sim;
    struct arena             *arena;
    const struct sim_filter  *f;
    bool                     *fits; /* by bucket */
    const struct sim_device **out;
    size_t                    count, room, total;
};

/* '*' stands for any text, letters of either case are the same. */
static bool
like(const char *pattern, const char *text)
{
    const char *star = NULL, *back = NULL;

    while (*text != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            back = text;
        } else if (strncasecmp(pattern, text, 1) == 0) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star + 1;
            text = ++back;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

static bool
bucket_fits(const struct sim *sim, const struct bucket *b, const struct sim_filter *f)
{
    return (f->device_class == NULL || strcasecmp(f->device_class, class_names[b->ris]) == 0) &&
           (f->protocol == NULL || strcasecmp(f->protocol, protocol_names[b->protocol]) == 0) &&
           (f->tkmodel <= 0 || f->tkmodel == b->tkmodel) &&
           (f->status == SIM_STATUS_COUNT || (unsigned)f->status == b->status) &&
           (!f->seen || b->status != SIM_UNKNOWN) &&
           (f->node == NULL || (b->node != 0 && strcasecmp(f->node, sim->nodes[b->node - 1].name) == 0));
}

static void
weigh_buckets(struct sim *sim, struct found *r)
{
    r->fits = arena_alloc(r->arena, (sim->bucket_count + 1u) * sizeof(bool));
    for (uint32_t i = 1; i <= sim->bucket_count; i++) {
        r->fits[i] = bucket_fits(sim, &sim->buckets[i], r->f);
        if (r->fits[i] && r->f->patterns == NULL)
            r->total += sim->buckets[i].count;
    }
}

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
    r->out[r->count++] = copy_device(r->sim, d, r->arena);
}

static bool
text_fits(const struct sim *sim, const struct dev *d, enum sim_by by, const char *pattern)
{
    char address[16];

    switch (by) {
    case SIM_BY_NAME: return like(pattern, d->name);
    case SIM_BY_DESCRIPTION: return like(pattern, d->description);
    case SIM_BY_ADDRESS: registry_address(sim, d, address); return like(pattern, address);
    case SIM_BY_DIRECTORY_NUMBER:
        for (uint8_t i = 0; i < d->line_count; i++)
            if (like(pattern, d->lines[i]->dn->pattern))
                return true;
        return false;
    }
    return false;
}

static bool
any_fits(const struct sim *sim, const struct dev *d, const struct sim_filter *f)
{
    for (size_t i = 0; f->patterns[i] != NULL; i++)
        if (text_fits(sim, d, f->by, f->patterns[i]))
            return true;
    return false;
}

/* All devices, or those whose names begin as the only pattern does. */
static void
walk(struct sim *sim, struct found *r)
{
    const struct sim_filter *f = r->f;
    char                     prefix[130] = "";
    struct dev              *d;

    if (f->patterns != NULL && f->by == SIM_BY_NAME && f->patterns[0] != NULL && f->patterns[1] == NULL)
        snprintf(prefix, sizeof prefix, "%.*s", (int)strcspn(f->patterns[0], "*"), f->patterns[0]);
    size_t          len = strlen(prefix);
    struct order_at at = order_from(&sim->order, prefix);
    while ((d = order_next(&sim->order, &at)) != NULL) {
        if (strncasecmp(d->name, prefix, len) != 0)
            break;
        if (!r->fits[d->bucket])
            continue;
        if (f->patterns == NULL) {
            take(r, d);
            if (f->limit != 0 && r->count == f->limit)
                break; /* the buckets know how many there are */
        } else if (any_fits(sim, d, f)) {
            r->total++;
            take(r, d);
        }
    }
}

static int
by_name(const void *a, const void *b)
{
    return strcasecmp((*(struct dev *const *)a)->name, (*(struct dev *const *)b)->name);
}

/* Every pattern is a whole name, address or number: look them up. */
static void
look_up(struct sim *sim, struct found *r)
{
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
        if ((i > 0 && hits[i] == hits[i - 1]) || !r->fits[hits[i]->bucket])
            continue;
        r->total++;
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
        if (strchr(f->patterns[i], '*') != NULL || (f->by == SIM_BY_ADDRESS && is_node_address(sim, f->patterns[i])))
            return false;
    return true;
}

size_t
sim_devices(struct sim *sim, struct arena *a, const struct sim_filter *f, const struct sim_device *const **out,
            size_t *total)
{
    struct found r = { .sim = sim, .arena = a, .f = f };

    sim_lock(sim);
    weigh_buckets(sim, &r);
    if (all_exact(sim, f))
        look_up(sim, &r);
    else
        walk(sim, &r);
    sim_unlock(sim);
    *out = r.out;
    if (total != NULL)
        *total = r.total;
    return r.count;
}
