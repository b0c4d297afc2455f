/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Devices as others see them: copies. */

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

const char *
sim_class_name(uint8_t ris)
{
    return class_names[ris];
}

const char *
sim_protocol_name(uint8_t protocol)
{
    return protocol_names[protocol];
}

/* ---- copies: a device with its lines, records and texts is one piece of memory ---- */

static size_t
piece_size(const struct copies *c, const struct dev *d)
{
    size_t size = sizeof(struct sim_device) + d->line_count * sizeof(struct sim_line) +
                  (d->left_count + 1u) * sizeof(struct sim_presence) + strlen(d->name) + strlen(d->description) +
                  SIM_ADDRESS + 5;

    if (!c->brief)
        size += strlen(d->pkid);
    if (d->load != NULL)
        size += strlen(d->load);
    if (d->user != NULL)
        size += strlen(d->user);
    for (uint8_t i = 0; i < d->line_count; i++)
        size += strlen(d->lines[i]->dn->pattern) + (c->brief ? 0 : strlen(d->lines[i]->dn->pkid)) + 2;
    return size;
}

static const char *
put(char **at, const char *text)
{
    const char *start = *at;

    *at = stpcpy(*at, text) + 1;
    return start;
}

static const char *
copy_node(struct copies *c, uint8_t node)
{
    if (c->nodes[node] == NULL)
        c->nodes[node] = arena_strdup(c->arena, node_name(c->sim, node));
    return c->nodes[node];
}

/* Of many lines most are in the partition of the one before. */
static const char *
copy_partition(struct copies *c, const struct partition *p)
{
    if (p == NULL)
        return "";
    if (c->partition != p) {
        c->partition = p;
        c->partition_name = arena_strdup(c->arena, p->name);
    }
    return c->partition_name;
}

/* Of many devices most have the load of the one before. */
static const char *
load_of(struct copies *c, const struct dev *d)
{
    if (c->load == NULL || c->tkmodel != d->tkmodel || c->protocol != d->protocol) {
        c->tkmodel = d->tkmodel;
        c->protocol = d->protocol;
        c->load = model_load(d->tkmodel, d->protocol);
    }
    return c->load;
}

static void
copy_line(struct copies *c, const struct line *l, struct sim_line *out, char **at)
{
    *out = (struct sim_line){ .index = l->index,
                              .pattern = put(at, l->dn->pattern),
                              .partition = copy_partition(c, l->dn->partition),
                              .pkid = c->brief ? "" : put(at, l->dn->pkid),
                              .status = line_status(l),
                              .state = (enum sim_line_state)l->state };
}

static size_t
copy_presences(struct copies *c, const struct dev *d, struct sim_presence *p)
{
    size_t n = 0;

    if (d->status != SIM_UNKNOWN && d->node != 0)
        p[n++] = (struct sim_presence){ copy_node(c, d->node), (enum sim_status)d->status, d->reason, d->time_ms };
    for (uint8_t i = 0; i < d->left_count; i++)
        p[n++] = (struct sim_presence){ copy_node(c, d->left[i].node), (enum sim_status)d->left[i].status,
                                        d->left[i].reason, d->left[i].time_ms };
    return n;
}

const struct sim_device *
sim_copy_device(struct copies *c, const struct dev *d)
{
    struct sim_device   *out = arena_alloc(c->arena, piece_size(c, d));
    struct sim_line     *lines = (struct sim_line *)(out + 1);
    struct sim_presence *presences = (struct sim_presence *)(lines + d->line_count);
    char                *at = (char *)(presences + d->left_count + 1), *address = at;

    at += registry_address(c->sim, d, address) + 1;
    *out = (struct sim_device){
        .name = put(&at, d->name),
        .pkid = c->brief ? "" : put(&at, d->pkid),
        .description = put(&at, d->description),
        .tkclass = d->tkclass,
        .tkmodel = d->tkmodel,
        .tkproduct = d->tkproduct,
        .tkprotocol = d->tkprotocol,
        .device_class = class_names[d->ris],
        .protocol = protocol_names[d->protocol],
        .status = (enum sim_status)d->status,
        .reason = d->reason,
        .node = copy_node(c, d->node),
        .address = address,
        .time_ms = d->time_ms,
        .active_load = d->load != NULL ? put(&at, d->load) : load_of(c, d),
        .inactive_load = "",
        .user = d->user != NULL ? put(&at, d->user) : "",
        .state = phone_state_name(d->state),
        .attempts = d->attempts,
        .cti_controllable = d->cti,
        .line_count = d->line_count,
        .presence_count = copy_presences(c, d, presences),
        .lines = lines,
        .presences = presences,
    };
    for (uint8_t i = 0; i < d->line_count; i++)
        copy_line(c, d->lines[i], &lines[i], &at);
    return out;
}

const struct sim_device *
sim_device_find(struct sim *sim, struct arena *a, const char *name)
{
    struct copies c = { .sim = sim, .arena = a };

    if (name == NULL)
        return NULL;
    sim_lock(sim);
    const struct dev        *d = registry_find(sim, name);
    const struct sim_device *out = d != NULL ? sim_copy_device(&c, d) : NULL;
    sim_unlock(sim);
    return out;
}
