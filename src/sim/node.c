/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Process nodes: power, services, and what their coming and going does to the devices. */
#include <stdio.h>
#include <strings.h>

#include "sim/sim_priv.h"

const struct service_row sim_services[SERVICE_COUNT] = {
#define X(id, name, servlet, feature, publisher_only, activated) { name, servlet, feature, publisher_only, activated },
#include "sim/services.def"
#undef X
};

void
node_setup(struct node *n, int64_t now)
{
    for (size_t i = 0; i < SERVICE_COUNT; i++) {
        n->exists[i] = n->publisher || !sim_services[i].publisher_only;
        n->activated[i] = n->exists[i] && sim_services[i].activated;
        n->running[i] = n->activated[i];
        n->service_since[i] = now;
    }
    n->up = true;
    n->since_ms = now;
}

const char *
node_name(const struct sim *sim, uint8_t node)
{
    return node == 0 ? "" : sim->nodes[node - 1].name;
}

struct node *
node_find(struct sim *sim, const char *name)
{
    for (size_t i = 0; i < SIM_MAX_NODES && name != NULL; i++) {
        struct node *n = &sim->nodes[i];
        if (n->used && (strcasecmp(n->name, name) == 0 || strcmp(n->address, name) == 0))
            return n;
    }
    return NULL;
}

static uint8_t
number_of(const struct sim *sim, const struct node *n)
{
    return (uint8_t)(n - sim->nodes + 1);
}

bool
node_serves(const struct sim *sim, uint8_t node)
{
    if (node == 0)
        return false;
    const struct node *n = &sim->nodes[node - 1];
    return n->used && n->up && n->running[SERVICE_CALLMANAGER];
}

/* ---- for others: copies ---- */

static struct sim_node *
copy_node(const struct node *n, struct arena *a)
{
    struct sim_node    *out = arena_alloc(a, sizeof *out);
    struct sim_service *services = arena_alloc(a, SERVICE_COUNT * sizeof *services);
    size_t              count = 0;

    for (size_t i = 0; i < SERVICE_COUNT; i++)
        if (n->exists[i])
            services[count++] = (struct sim_service){ sim_services[i].name, n->activated[i], n->up && n->running[i],
                                                      n->service_since[i] };
    *out = (struct sim_node){ .name = arena_strdup(a, n->name),
                              .address = arena_strdup(a, n->address),
                              .nodeid = n->nodeid,
                              .publisher = n->publisher,
                              .up = n->up,
                              .since_ms = n->since_ms,
                              .registered = n->registered,
                              .service_count = count,
                              .services = services };
    return out;
}

size_t
sim_nodes(struct sim *sim, struct arena *a, const struct sim_node **out)
{
    struct sim_node *nodes = arena_alloc(a, SIM_MAX_NODES * sizeof *nodes);

    sim_lock(sim);
    size_t count = sim->node_count;
    for (size_t i = 0; i < count; i++)
        nodes[i] = *copy_node(&sim->nodes[sim->node_order[i] - 1], a);
    sim_unlock(sim);
    *out = nodes;
    return count;
}

const struct sim_node *
sim_node_find(struct sim *sim, struct arena *a, const char *name)
{
    sim_lock(sim);
    const struct node     *n = node_find(sim, name);
    const struct sim_node *out = n != NULL ? copy_node(n, a) : NULL;
    sim_unlock(sim);
    return out;
}

static bool
runs(const struct node *n, const char *service)
{
    for (size_t i = 0; i < SERVICE_COUNT; i++)
        if (strcasecmp(sim_services[i].name, service) == 0)
            return n->up && n->running[i];
    return false;
}

struct sim_reach
sim_node_reach(struct sim *sim, struct arena *a, const char *address, const char *service)
{
    struct sim_reach out = { .node = "", .up = true, .runs = true };

    sim_lock(sim);
    const struct node *n = node_find(sim, address);
    if (n != NULL)
        out.node = arena_strdup(a, n->name);
    else if (sim->node_count > 0)
        n = &sim->nodes[sim->node_order[0] - 1];
    if (n != NULL) {
        out.up = n->up;
        out.runs = service == NULL || runs(n, service);
    }
    sim_unlock(sim);
    return out;
}

bool
sim_service_runs(struct sim *sim, const char *node, const char *service)
{
    sim_lock(sim);
    const struct node *n = node_find(sim, node);
    bool               yes = n != NULL && runs(n, service);
    sim_unlock(sim);
    return yes;
}

/* ---- power and services ---- */

/* Its devices leave, its calls are nobody's to count, and its counters begin anew with its CallManager. */
void
node_lost(struct sim *sim, uint8_t node, int reason)
{
    struct order_at at = { 0, 0 };
    struct dev     *d;

    sim->lost_reason = reason;
    call_node_gone(sim, node);
    while ((d = order_next(&sim->order, &at)) != NULL)
        if (d->node == node)
            phone_event(sim, d, EVENT_LOST);
    memset(sim->nodes[node - 1].gauges, 0, sizeof sim->nodes[node - 1].gauges);
}

/* Devices that have none, and those for which it is better than where they are. */
void
node_back(struct sim *sim, uint8_t node)
{
    struct order_at at = { 0, 0 };
    struct dev     *d;

    while ((d = order_next(&sim->order, &at)) != NULL)
        if ((d->node != node || d->state == STATE_SEARCHING) && phone_best_node(sim, d) == node)
            phone_event(sim, d, EVENT_BACK);
}

static bool
no_such_node(struct ccm_error *err, const char *node)
{
    return ccm_fail(err, CCM_NOT_FOUND, "no node \"%.200s\" in this cluster", node != NULL ? node : "");
}

static void
serving_changed(struct sim *sim, uint8_t node, bool before, int reason)
{
    bool now = node_serves(sim, node);

    if (before && !now)
        node_lost(sim, node, reason);
    else if (!before && now)
        node_back(sim, node);
}

bool
sim_node_power(struct sim *sim, const char *node, bool up, struct ccm_error *err)
{
    sim_lock(sim);
    struct node *n = node_find(sim, node);
    if (n != NULL && n->up != up) {
        uint8_t number = number_of(sim, n);
        bool    served = node_serves(sim, number);
        int64_t now = clock_now(sim);
        n->up = up;
        n->since_ms = now;
        for (size_t i = 0; i < SERVICE_COUNT; i++) {
            n->running[i] = up && n->activated[i];
            n->service_since[i] = now;
        }
        struct buf *b = event_begin(sim, KIND_NODE, n->name);
        event_text(b, "state", up ? "up" : "down");
        event_end(sim, KIND_NODE, n->name);
        serving_changed(sim, number, served, REASON_KEEPALIVE_TIMEOUT);
    }
    sim_unlock(sim);
    return n != NULL || no_such_node(err, node);
}

static int
service_index(const struct node *n, const char *service)
{
    for (int i = 0; i < SERVICE_COUNT && service != NULL; i++)
        if (n->exists[i] && strcasecmp(sim_services[i].name, service) == 0)
            return i;
    return -1;
}

/* Both ways of changing a service; activation also starts or stops it, as Control Center does. */
static bool
change_service(struct sim *sim, const char *node, const char *service, bool running, const bool *activated,
               struct ccm_error *err)
{
    sim_lock(sim);
    struct node *n = node_find(sim, node);
    int          i = n != NULL ? service_index(n, service) : -1;
    bool         ok = true;

    if (n == NULL) {
        ok = no_such_node(err, node);
    } else if (i < 0) {
        ok = ccm_fail(err, CCM_NOT_FOUND, "no service \"%.200s\" on node \"%s\"", service != NULL ? service : "",
                      n->name);
    } else if (!n->up) {
        ok = ccm_fail(err, CCM_CONFLICT, "node \"%s\" is down", n->name);
    } else if (activated != NULL && !sim_services[i].feature) {
        ok = ccm_fail(err, CCM_CONFLICT, "service \"%s\" is a network service: it can't be activated or deactivated",
                      sim_services[i].name);
    } else if (running && activated == NULL && !n->activated[i]) {
        ok = ccm_fail(err, CCM_CONFLICT, "service \"%s\" is not activated on node \"%s\"", sim_services[i].name,
                      n->name);
    } else if (n->running[i] != running || (activated != NULL && n->activated[i] != *activated)) {
        uint8_t number = number_of(sim, n);
        bool    served = node_serves(sim, number);
        n->running[i] = running;
        n->service_since[i] = clock_now(sim);
        if (activated != NULL)
            n->activated[i] = *activated;
        struct buf *b = event_begin(sim, KIND_SERVICE, n->name);
        event_text(b, "service", sim_services[i].name);
        event_text(b, "state", running ? "running" : "stopped");
        buf_addf(b, ",\"activated\":%s", n->activated[i] ? "true" : "false");
        event_end(sim, KIND_SERVICE, n->name);
        serving_changed(sim, number, served, REASON_CONNECTIVITY_ERROR);
    }
    sim_unlock(sim);
    return ok;
}

bool
sim_service_set(struct sim *sim, const char *node, const char *service, bool running, struct ccm_error *err)
{
    return change_service(sim, node, service, running, NULL, err);
}

bool
sim_service_activate(struct sim *sim, const char *node, const char *service, bool activated, struct ccm_error *err)
{
    return change_service(sim, node, service, activated, &activated, err);
}

void
nodes_forget(struct sim *sim, uint8_t node)
{
    struct order_at at = { 0, 0 };
    struct dev     *d;

    while ((d = order_next(&sim->order, &at)) != NULL) {
        uint8_t n = 0;
        for (uint8_t i = 0; i < d->left_count; i++)
            if (d->left[i].node != node)
                d->left[n++] = d->left[i];
        registry_set_left(sim, d, n);
        if (d->seen_node == node)
            d->seen_node = 0;
        if (d->node == node) {
            d->node = 0;
            registry_recount(sim, d);
        }
    }
    for (size_t i = 0; i < sim->groups.cap; i++) {
        struct group *g = sim->groups.slots[i];
        uint8_t       kept = 0;
        for (uint8_t k = 0; g != NULL && k < g->count; k++)
            if (g->nodes[k] != node)
                g->nodes[kept++] = g->nodes[k];
        if (g != NULL)
            g->count = kept;
    }
}
