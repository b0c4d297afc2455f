/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What a wait waits for: a condition on phones, calls or requests, read from its body and looked at. */
#include "control/condition.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "control/phones.h"
#include "control/view.h"

#define MAX_TOLD 10 /* names or ids told with a count */

static const struct kind {
    const char         *name;
    enum condition_kind kind;
} kinds[] = { { "phones", ON_PHONES }, { "calls", ON_CALLS }, { "requests", ON_REQUESTS } };
#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

static const char *
text(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

struct condition *
condition_new(const json_t *args, struct ccm_error *err)
{
    const struct kind *found = NULL;
    size_t             given = 0;
    struct expectation x;

    for (size_t i = 0; i < KIND_COUNT; i++)
        if (json_object_get(args, kinds[i].name) != NULL) {
            found = &kinds[i];
            given++;
        }
    if (given != 1) {
        ccm_fail(err, CCM_BAD_REQUEST, "give one of 'phones', 'calls' and 'requests'");
        return NULL;
    }
    json_t *object = json_object_get(args, found->name);
    if (!expect_read(&x, object, err))
        return NULL;
    const json_t     *id = json_object_get(object, "id"), *model = json_object_get(object, "model");
    struct condition *c = malloc(sizeof *c);
    if (c == NULL)
        abort();
    *c = (struct condition){
        .kind = found->kind,
        .object = json_incref(object),
        .x = x,
        .name = text(object, "name"),
        .status = text(object, "status"),
        .node = text(object, "node"),
        .device_class = text(object, "class"),
        .user = text(object, "user"),
        .line_state = text(object, "lineState"),
        .device = text(object, "device"),
        .state = text(object, "state"),
        .id = id != NULL ? json_integer_value(id) : -1,
        .model = model != NULL ? json_integer_value(model) : -1,
    };
    char *json = json_dumps(object, JSON_SORT_KEYS | JSON_COMPACT);
    if (json == NULL || asprintf(&c->key, "%s%s", found->name, json) < 0)
        abort();
    free(json);
    return c;
}

void
condition_free(struct condition *c)
{
    if (c == NULL)
        return;
    json_decref(c->object);
    free(c->key);
    free(c);
}

const char *
condition_device(const struct condition *c)
{
    const char *name = c->kind == ON_PHONES ? c->name : c->kind == ON_CALLS ? c->device : NULL;

    return name != NULL && strchr(name, '*') == NULL ? name : NULL;
}

/* ---- phones ---- */

static void
look_at_phone(const struct condition *c, struct cluster *cl, struct arena *a, struct standing *out)
{
    const struct sim_device *d = sim_device_find(cl->sim, a, c->name);
    struct phone_filter      f;

    phone_filter_of(&f, c->object);
    out->found = d != NULL && phone_fits(&f, d);
    json_object_set_new(out->facts, "present", d != NULL ? view_phone(d) : json_null());
}

/* All that are registered, of any kind: the nodes know. */
static bool
is_count_of_registered(const struct condition *c)
{
    return c->status != NULL && strcmp(c->status, sim_status_name(SIM_REGISTERED)) == 0 && c->name == NULL &&
           c->device_class == NULL && c->user == NULL && c->line_state == NULL && c->model < 0;
}

static void
count_registered(const struct condition *c, struct cluster *cl, struct arena *a, struct standing *out)
{
    const struct sim_node *nodes;
    size_t                 n = sim_nodes(cl->sim, a, &nodes);

    for (size_t i = 0; i < n; i++)
        if (c->node == NULL || strcasecmp(c->node, nodes[i].name) == 0)
            out->found += (int64_t)nodes[i].registered;
}

static void
count_phones(const struct condition *c, struct cluster *cl, struct arena *a, struct standing *out)
{
    struct phone_filter             f;
    const struct sim_device *const *devices;
    size_t                          total;
    json_t                         *names = json_array();

    phone_filter_of(&f, c->object);
    size_t n = phone_select(&f, cl->sim, a, f.post ? 0 : MAX_TOLD, &devices, &total);
    for (size_t i = 0; i < n && i < MAX_TOLD; i++)
        json_array_append_new(names, json_string(devices[i]->name));
    out->found = (int64_t)total;
    json_object_set_new(out->facts, "phones", names);
}

/* ---- calls ---- */

static bool
party_fits(const char *device, const struct sim_party *p)
{
    return p->device != NULL && strcasecmp(device, p->device) == 0;
}

static bool
call_fits(const struct condition *c, const struct sim_call *call)
{
    return (c->id < 0 || (uint64_t)c->id == call->id) && (c->state == NULL || strcmp(c->state, call->state) == 0) &&
           (c->device == NULL || party_fits(c->device, &call->caller) || party_fits(c->device, &call->called));
}

static void
look_at_calls(const struct condition *c, struct cluster *cl, struct arena *a, struct standing *out)
{
    const struct sim_call *const *calls = NULL;
    const struct sim_call        *one = NULL;
    json_t                       *ids = json_array();

    if (c->id >= 0)
        one = sim_call_find(cl->sim, a, (uint64_t)c->id);
    size_t n = c->id >= 0 ? one != NULL : sim_calls(cl->sim, a, &calls);
    for (size_t i = 0; i < n; i++) {
        const struct sim_call *call = c->id >= 0 ? one : calls[i];
        if (!call_fits(c, call))
            continue;
        if (out->found++ < MAX_TOLD)
            json_array_append_new(ids, json_integer((json_int_t)call->id));
    }
    if (one != NULL)
        json_object_set_new(out->facts, "present", view_call(one));
    json_object_set_new(out->facts, "calls", ids);
}

void
condition_look(const struct condition *c, struct cluster *cl, struct standing *out)
{
    struct arena *a = arena_new();

    *out = (struct standing){ .found = 0, .facts = json_object() };
    if (c->kind == ON_CALLS)
        look_at_calls(c, cl, a, out);
    else if (condition_device(c) != NULL)
        look_at_phone(c, cl, a, out);
    else if (is_count_of_registered(c))
        count_registered(c, cl, a, out);
    else
        count_phones(c, cl, a, out);
    arena_free(a);
}
