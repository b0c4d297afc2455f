/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* PerfMon's names and what they stand for: hosts, objects, paths, instances, values. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "serviceability/serviceability_priv.h"

static unsigned
release_number(const char *text)
{
    char    *end;
    unsigned major = (unsigned)strtoul(text, &end, 10);

    return major * 100 + (*end == '.' ? (unsigned)strtoul(end + 1, NULL, 10) : 0);
}

bool
perfmon_since(const struct cluster *cl, const char *since)
{
    return release_number(since) <= release_number(cl->settings.ccm_version);
}

/* ---- names ---- */

static bool
is_own_host(const struct call *c, const char *host)
{
    const char *own = c->rq->host;
    size_t      len = own != NULL ? strcspn(own, ":") : 0;

    return len > 0 && strlen(host) == len && strncasecmp(own, host, len) == 0;
}

const char *
perfmon_node(struct call *c, const char *host, struct ccm_error *err)
{
    if (host == NULL) {
        ccm_fail(err, CCM_INVALID, "The host is missing");
        return NULL;
    }
    const struct sim_node *n = sim_node_find(c->cluster->sim, c->arena, host);
    if (n == NULL && strchr(host, '.') != NULL)
        n = sim_node_find(c->cluster->sim, c->arena, arena_strndup(c->arena, host, strcspn(host, ".")));
    if (n == NULL && is_own_host(c, host))
        n = sim_node_find(c->cluster->sim, c->arena, c->node);
    if (n == NULL) {
        ccm_fail(err, CCM_NOT_FOUND, "Host '%.100s' is not a node of this cluster", host);
        return NULL;
    }
    if (!n->up) {
        ccm_fail(err, CCM_INVALID, "Host '%.100s' does not respond", host);
        return NULL;
    }
    return n->name;
}

const struct perfmon_object *
perfmon_object_find(struct call *c, const char *name, struct ccm_error *err)
{
    for (const struct perfmon_object *o = perfmon_objects; name != NULL && o->name != NULL; o++)
        if (strcasecmp(o->name, name) == 0 && perfmon_since(c->cluster, o->counters[0].since)) {
            if (o->carried)
                return o;
            ccm_fail(err, CCM_UNSUPPORTED, "Performance object '%s' is not carried out by this server", o->name);
            return NULL;
        }
    ccm_fail(err, CCM_NOT_FOUND, "Performance object '%.100s' is unknown", name != NULL ? name : "");
    return NULL;
}

static const struct perfmon_counter *
counter_find(struct call *c, const struct perfmon_object *o, const char *name)
{
    for (size_t i = 0; i < o->count; i++)
        if (strcasecmp(o->counters[i].name, name) == 0 && perfmon_since(c->cluster, o->counters[i].since))
            return &o->counters[i];
    return NULL;
}

/* Instances may hold backslashes, as patterns of directory numbers do: the object's parenthesis ends them. */
static bool
split(struct arena *a, const char *text, struct perfmon_path *out, const char **object, const char **counter)
{
    if (strncmp(text, "\\\\", 2) != 0)
        return false;
    text += 2;
    size_t host = strcspn(text, "\\");
    out->host = arena_strndup(a, text, host);
    text += host;
    if (*text == '\0')
        return false;
    text++;
    size_t len = strcspn(text, "\\(");
    *object = arena_strndup(a, text, len);
    text += len;
    if (*text == '(') {
        const char *end = strstr(text, ")\\");
        if (end == NULL)
            return false;
        out->instance = arena_strndup(a, text + 1, (size_t)(end - text) - 1);
        text = end + 1;
    }
    *counter = *text == '\\' ? text + 1 : "";
    return **object != '\0' && **counter != '\0' && *out->host != '\0';
}

bool
perfmon_path_parse(struct call *c, const char *text, struct perfmon_path *out, struct ccm_error *err)
{
    const char *object, *counter;

    *out = (struct perfmon_path){ .text = text };
    if (!split(c->arena, text, out, &object, &counter))
        return ccm_fail(err, CCM_INVALID, "'%.200s' is not the name of a counter", text);
    out->node = perfmon_node(c, out->host, err);
    if (out->node == NULL)
        return false;
    out->object = perfmon_object_find(c, object, err);
    if (out->object == NULL)
        return false;
    out->counter = counter_find(c, out->object, counter);
    if (out->counter == NULL || out->object->multi != (out->instance != NULL))
        return ccm_fail(err, CCM_NOT_FOUND, "Counter '%.200s' is unknown", text);
    return true;
}

/* ---- instances and values ---- */

static size_t
of_class(struct call *c, const char *node, const char *device_class, const char *const **out)
{
    const struct sim_device *const *devices;
    const struct sim_filter         f = {
                .device_class = device_class, .node = node, .tkmodel = -1, .status = SIM_STATUS_COUNT, .seen = true
    };
    size_t       total;
    size_t       n = sim_devices(c->cluster->sim, c->arena, &f, &devices, &total);
    const char **names = arena_alloc(c->arena, (n + 1) * sizeof *names);

    for (size_t i = 0; i < n; i++)
        names[i] = devices[i]->name;
    *out = names;
    return n;
}

size_t
perfmon_instances(struct call *c, const char *node, const struct perfmon_object *o, const char *const **out)
{
    switch (o->instances) {
    case OF_SIM: return sim_counter_instances(c->cluster->sim, c->arena, node, o->name, out);
    case OF_CLASS: return of_class(c, node, o->device_class, out);
    case SINGLE: break;
    }
    return 0;
}

/* A device's instance is there as long as the device is known on the node. */
static bool
device_value(struct call *c, const struct perfmon_path *p, int64_t *value, bool *gone)
{
    const struct sim_device *d = sim_device_find(c->cluster->sim, c->arena, p->instance);

    *gone = d == NULL || strcasecmp(d->node, p->node) != 0 || strcmp(d->device_class, p->object->device_class) != 0;
    if (*gone)
        return false;
    *value = p->counter->source == FROM_REGISTERED ? d->status == SIM_REGISTERED : 0;
    return true;
}

/* All objects here are of the call process: without it they can't be read. */
bool
perfmon_value(struct call *c, const struct perfmon_path *p, int64_t *value, bool *gone)
{
    *gone = false;
    *value = 0;
    if (p->counter->source == FROM_NOWHERE || !sim_service_runs(c->cluster->sim, p->node, "Cisco CallManager"))
        return false;
    if (p->object->instances == OF_CLASS)
        return device_value(c, p, value, gone);
    if (p->counter->source == FROM_NAUGHT)
        return true;
    if (sim_counter(c->cluster->sim, p->node, p->object->name, p->instance, p->counter->name, value))
        return true;
    *gone = p->instance != NULL;
    return false;
}
