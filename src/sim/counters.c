/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Counters of PerfMon that something moves. Each lives on the node where it happened, and starts anew with the node's
 * CallManager; a node whose CallManager doesn't run has none. */
#include <stdio.h>
#include <strings.h>

#include "sim/sim_priv.h"

/* One beat: nothing public says how long it is. */
#define BEAT_MS 1000

static const struct {
    const char *object, *counter;
} gauges[GAUGE_COUNT] = {
#define X(name, object, counter, kind) { object, counter },
#include "sim/counters.def"
#undef X
};

void
gauge_add(struct sim *sim, uint8_t node, enum sim_gauge g, int64_t by)
{
    if (node != 0)
        sim->nodes[node - 1].gauges[g] += by;
}

static int
gauge_of(const struct dev *d)
{
    switch ((enum ris_class)d->ris) {
    case RIS_PHONE: return d->hard ? GAUGE_HARD_PHONES : GAUGE_OTHER_STATIONS;
    case RIS_CTI:
    case RIS_VOICEMAIL: return GAUGE_OTHER_STATIONS;
    case RIS_GATEWAY: return d->tkprotocol == STORE_PROTOCOL_ANALOG ? GAUGE_ANALOG_ACCESS : GAUGE_MGCP_GATEWAYS;
    case RIS_HUNTLIST: return GAUGE_HUNT_LISTS;
    default: return -1;
    }
}

void
gauge_device(struct sim *sim, const struct dev *d, int64_t by)
{
    int g = gauge_of(d);

    if (d->node == 0 || (d->status != SIM_REGISTERED && d->status != SIM_PARTIALLY))
        return;
    sim->nodes[d->node - 1].registered += (size_t)by;
    if (d->status == SIM_PARTIALLY)
        gauge_add(sim, d->node, GAUGE_PARTIAL_PHONES, by);
    else if (g >= 0)
        gauge_add(sim, d->node, (enum sim_gauge)g, by);
}

/* ---- reading ---- */

static bool
of_node(struct sim *sim, uint8_t node, const char *object, const char *counter, int64_t *value)
{
    const struct node *n = &sim->nodes[node - 1];

    for (size_t i = 0; i < GAUGE_COUNT; i++)
        if (strcasecmp(gauges[i].object, object) == 0 && strcasecmp(gauges[i].counter, counter) == 0) {
            *value = n->gauges[i];
            return true;
        }
    if (strcasecmp(object, "Cisco CallManager") != 0)
        return false;
    if (strcasecmp(counter, "InitializationState") == 0)
        *value = 100;
    else if (strcasecmp(counter, "CallManagerHeartBeat") == 0)
        *value = (clock_now(sim) - n->service_since[SERVICE_CALLMANAGER]) / BEAT_MS;
    else
        return false;
    return true;
}

/* "DEVICE:NUMBER" */
static struct line *
line_of_instance(struct sim *sim, const char *instance)
{
    char        device[130];
    const char *colon = strrchr(instance, ':');

    if (colon == NULL || (size_t)(colon - instance) >= sizeof device)
        return NULL;
    snprintf(device, sizeof device, "%.*s", (int)(colon - instance), instance);
    struct dev *d = registry_find(sim, device);
    for (uint8_t i = 0; d != NULL && i < d->line_count; i++)
        if (strcmp(d->lines[i]->dn->pattern, colon + 1) == 0)
            return d->lines[i];
    return NULL;
}

static bool
is_here(const struct dev *d, uint8_t node)
{
    return d != NULL && d->node == node && (d->status == SIM_REGISTERED || d->status == SIM_PARTIALLY);
}

enum object_kind { OBJECT_PHONES, OBJECT_LINES, OBJECT_SIP };

static const struct {
    const char *object, *counter;
    uint8_t     kind;
} of_instances[] = {
    { "Cisco Phones", "CallsAttempted", OBJECT_PHONES }, { "Cisco Lines", "Active", OBJECT_LINES },
    { "Cisco SIP", "CallsActive", OBJECT_SIP },          { "Cisco SIP", "CallsAttempted", OBJECT_SIP },
    { "Cisco SIP", "CallsCompleted", OBJECT_SIP },       { "Cisco SIP", "CallsInProgress", OBJECT_SIP },
    { "Cisco SIP", "VideoCallsActive", OBJECT_SIP },     { "Cisco SIP", "VideoCallsCompleted", OBJECT_SIP },
};
#define INSTANCE_ROWS (sizeof of_instances / sizeof of_instances[0])

static bool
of_instance(struct sim *sim, uint8_t node, size_t row, const char *instance, int64_t *value)
{
    struct line *l = of_instances[row].kind == OBJECT_LINES ? line_of_instance(sim, instance) : NULL;
    struct dev *d = of_instances[row].kind == OBJECT_LINES ? (l != NULL ? l->dev : NULL) : registry_find(sim, instance);

    if (!is_here(d, node) || d->ris != (of_instances[row].kind == OBJECT_SIP ? RIS_SIPTRUNK : d->ris))
        return false;
    /* Trunks carry no calls yet. */
    *value = of_instances[row].kind == OBJECT_PHONES ? d->calls_attempted : l != NULL ? (int64_t)l->calls : 0;
    return true;
}

bool
sim_counter(struct sim *sim, const char *node, const char *object, const char *instance, const char *counter,
            int64_t *value)
{
    bool found = false;

    sim_lock(sim);
    const struct node *n = node_find(sim, node);
    uint8_t            number = n != NULL ? (uint8_t)(n - sim->nodes + 1) : 0;
    if (number != 0 && node_serves(sim, number)) {
        if (instance == NULL || *instance == '\0')
            found = of_node(sim, number, object, counter, value);
        else
            for (size_t i = 0; i < INSTANCE_ROWS && !found; i++)
                if (strcasecmp(of_instances[i].object, object) == 0 &&
                    strcasecmp(of_instances[i].counter, counter) == 0)
                    found = of_instance(sim, number, i, instance, value);
    }
    sim_unlock(sim);
    return found;
}

static size_t
device_instances(const struct dev *d, enum object_kind kind, struct arena *a, const char **out)
{
    size_t n = 0;

    if (kind == OBJECT_PHONES && (d->ris == RIS_PHONE || d->ris == RIS_CTI))
        out[n++] = arena_strdup(a, d->name);
    if (kind == OBJECT_SIP && d->ris == RIS_SIPTRUNK)
        out[n++] = arena_strdup(a, d->name);
    for (uint8_t i = 0; kind == OBJECT_LINES && i < d->line_count; i++)
        out[n++] = arena_printf(a, "%s:%s", d->name, d->lines[i]->dn->pattern);
    return n;
}

size_t
sim_counter_instances(struct sim *sim, struct arena *a, const char *node, const char *object, const char *const **out)
{
    size_t          count = 0, row = 0;
    struct order_at at = { 0, 0 };
    struct dev     *d;

    *out = NULL;
    while (row < INSTANCE_ROWS && strcasecmp(of_instances[row].object, object) != 0)
        row++;
    if (row == INSTANCE_ROWS)
        return 0;
    sim_lock(sim);
    const struct node *n = node_find(sim, node);
    uint8_t            number = n != NULL ? (uint8_t)(n - sim->nodes + 1) : 0;
    if (number != 0 && node_serves(sim, number)) {
        size_t room =
            of_instances[row].kind == OBJECT_LINES ? sim->number_pkids.count + sim->line_pkids.count : n->registered;
        const char **names = arena_alloc(a, (room + 1) * sizeof *names);
        while ((d = order_next(&sim->order, &at)) != NULL)
            if (is_here(d, number))
                count += device_instances(d, (enum object_kind)of_instances[row].kind, a, names + count);
        *out = names;
    }
    sim_unlock(sim);
    return count;
}
