/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Devices, calls, nodes and events as JSON. */
#include "control/view.h"

#include <stdio.h>
#include <time.h>

#define OR_EMPTY(text) ((text) != NULL ? (text) : "")

json_t *
view_time(int64_t ms)
{
    char      day[32], text[48];
    time_t    seconds = (time_t)(ms / 1000);
    struct tm utc;

    if (ms == 0)
        return json_null();
    gmtime_r(&seconds, &utc);
    strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text, sizeof text, "%s.%03dZ", day, (int)(ms % 1000));
    return json_string(text);
}

static json_t *
lines_of(const struct sim_device *d)
{
    json_t *out = json_array();

    for (size_t i = 0; i < d->line_count; i++) {
        const struct sim_line *l = &d->lines[i];
        json_array_append_new(out, json_pack("{s:i, s:s, s:s, s:s, s:s}", "index", (int)l->index, "pattern",
                                             OR_EMPTY(l->pattern), "partition", OR_EMPTY(l->partition), "status",
                                             sim_status_name(l->status), "state", sim_line_state_name(l->state)));
    }
    return out;
}

static json_t *
presences_of(const struct sim_device *d)
{
    json_t *out = json_array();

    for (size_t i = 0; i < d->presence_count; i++) {
        const struct sim_presence *p = &d->presences[i];
        json_array_append_new(out, json_pack("{s:s, s:s, s:i, s:o}", "node", OR_EMPTY(p->node), "status",
                                             sim_status_name(p->status), "reason", p->reason, "since",
                                             view_time(p->time_ms)));
    }
    return out;
}

json_t *
view_phone(const struct sim_device *d)
{
    return json_pack(
        "{s:s, s:s, s:s, s:i, s:i, s:s, s:s, s:i, s:s, s:s, s:o, s:s, s:s, s:s, s:i, s:b, s:o, s:o}", "name", d->name,
        "description", OR_EMPTY(d->description), "class", OR_EMPTY(d->device_class), "model", d->tkmodel, "product",
        d->tkproduct, "protocol", OR_EMPTY(d->protocol), "status", sim_status_name(d->status), "reason", d->reason,
        "node", OR_EMPTY(d->node), "address", OR_EMPTY(d->address), "since", view_time(d->time_ms), "activeLoad",
        OR_EMPTY(d->active_load), "inactiveLoad", OR_EMPTY(d->inactive_load), "user", OR_EMPTY(d->user), "attempts",
        (int)d->attempts, "ctiControllable", d->cti_controllable, "lines", lines_of(d), "nodes", presences_of(d));
}

static json_t *
party_of(const struct sim_party *p)
{
    return json_pack("{s:s, s:s, s:s, s:s}", "device", OR_EMPTY(p->device), "pattern", OR_EMPTY(p->pattern),
                     "partition", OR_EMPTY(p->partition), "name", OR_EMPTY(p->name));
}

json_t *
view_call(const struct sim_call *c)
{
    return json_pack("{s:I, s:s, s:o, s:o, s:s, s:o, s:o, s:o, s:i}", "id", (json_int_t)c->id, "state", c->state,
                     "caller", party_of(&c->caller), "called", party_of(&c->called), "dialled", OR_EMPTY(c->dialled),
                     "started", view_time(c->start_ms), "connected", view_time(c->connect_ms), "ended",
                     view_time(c->end_ms), "cause", c->cause);
}

json_t *
view_node(const struct sim_node *n)
{
    json_t *services = json_array();

    for (size_t i = 0; i < n->service_count; i++) {
        const struct sim_service *s = &n->services[i];
        json_array_append_new(services, json_pack("{s:s, s:b, s:b, s:o}", "name", s->name, "activated", s->activated,
                                                  "running", s->running, "since", view_time(s->since_ms)));
    }
    return json_pack("{s:s, s:s, s:i, s:b, s:b, s:o, s:I, s:o}", "name", n->name, "address", OR_EMPTY(n->address),
                     "nodeid", n->nodeid, "publisher", n->publisher, "up", n->up, "since", view_time(n->since_ms),
                     "registered", (json_int_t)n->registered, "services", services);
}
