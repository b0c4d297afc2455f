/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Phones, and whatever else registers: listed, looked at, and what their owners do to them. */
#include "control/phones.h"

#include <string.h>
#include <strings.h>

#include "ccmsim/cluster.h"
#include "control/control_priv.h"
#include "control/view.h"

#define DEFAULT_LIMIT 100

/* ---- selecting ---- */

static const struct {
    const char *field;
    enum sim_by by;
} patterns[] = {
    { "name", SIM_BY_NAME },
    { "address", SIM_BY_ADDRESS },
    { "directoryNumber", SIM_BY_DIRECTORY_NUMBER },
    { "description", SIM_BY_DESCRIPTION },
};

static enum sim_status
status_of(const char *name)
{
    enum sim_status s = SIM_UNKNOWN;

    while (name != NULL && s < SIM_STATUS_COUNT && strcmp(sim_status_name(s), name) != 0)
        s++;
    return name != NULL ? s : SIM_STATUS_COUNT;
}

static const char *
text(const json_t *fields, const char *name)
{
    return json_string_value(json_object_get(fields, name));
}

void
phone_filter_of(struct phone_filter *f, const json_t *fields)
{
    const json_t *model = json_object_get(fields, "model");

    *f = (struct phone_filter){
        .sim = { .device_class = text(fields, "class"),
                 .node = text(fields, "node"),
                 .protocol = text(fields, "protocol"),
                 .tkmodel = model != NULL ? (int)json_integer_value(model) : -1,
                 .status = status_of(text(fields, "status")) },
        .user = text(fields, "user"),
        .line_state = text(fields, "lineState"),
    };
    f->post = f->user != NULL || f->line_state != NULL;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        if (text(fields, patterns[i].field) != NULL) {
            f->two_patterns = f->patterns[0] != NULL;
            f->patterns[0] = text(fields, patterns[i].field);
            f->sim.by = patterns[i].by;
        }
}

static bool
same(const char *wanted, const char *text_)
{
    return wanted == NULL || (text_ != NULL && strcasecmp(wanted, text_) == 0);
}

static bool
fits_later(const struct phone_filter *f, const struct sim_device *d)
{
    bool state = f->line_state == NULL;

    for (size_t i = 0; i < d->line_count && !state; i++)
        state = strcmp(sim_line_state_name(d->lines[i].state), f->line_state) == 0;
    return state && same(f->user, d->user);
}

/* For one that was looked up by its name. */
bool
phone_fits(const struct phone_filter *f, const struct sim_device *d)
{
    return (f->sim.status == SIM_STATUS_COUNT || f->sim.status == d->status) &&
           same(f->sim.device_class, d->device_class) && same(f->sim.node, d->node) &&
           same(f->sim.protocol, d->protocol) && (f->sim.tkmodel < 0 || f->sim.tkmodel == d->tkmodel) &&
           fits_later(f, d);
}

size_t
phone_select(struct phone_filter *f, struct sim *sim, struct arena *a, size_t limit,
             const struct sim_device *const **out, size_t *total)
{
    const struct sim_device *const *found;

    f->sim.patterns = f->patterns[0] != NULL ? f->patterns : NULL;
    f->sim.limit = f->post ? 0 : limit;
    size_t n = sim_devices(sim, a, &f->sim, &found, total);
    *out = found;
    if (!f->post)
        return n;
    const struct sim_device **kept = arena_alloc(a, (n + 1) * sizeof *kept);
    *total = 0;
    for (size_t i = 0; i < n; i++)
        if (fits_later(f, found[i]))
            kept[(*total)++] = found[i];
    *out = kept;
    return limit != 0 && *total > limit ? limit : *total;
}

/* ---- routes ---- */

enum outcome
control_phones(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    const struct sim_device *const *found;
    struct phone_filter             f;
    size_t                          total, offset = (size_t)ask_number(ask, "offset", 0);
    size_t                          limit = (size_t)ask_number(ask, "limit", DEFAULT_LIMIT);
    json_t                         *list = json_array();

    phone_filter_of(&f, ask->args);
    if (f.two_patterns)
        return control_refuse(ask, CCM_BAD_REQUEST, err, "leave all but one of them out",
                              "one of name, address, directoryNumber and description can be asked for");
    size_t n = phone_select(&f, rq->cluster->sim, rq->arena, offset + limit, &found, &total);
    for (size_t i = offset; i < n; i++)
        json_array_append_new(list, view_phone(found[i]));
    json_t *out = json_pack("{s:o, s:I}", "phones", list, "total", (json_int_t)total);
    if (n < total)
        json_object_set_new(out, "next", json_integer((json_int_t)n));
    return control_reply(rq, 200, out);
}

static enum outcome
show(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    const struct sim_device *d = sim_device_find(rq->cluster->sim, rq->arena, ask_text(ask, "name"));

    if (d == NULL)
        return control_refuse(ask, CCM_NOT_FOUND, err,
                              "GET " ROUTES_BASE "phones lists them; a new one is added over AXL, or appears by itself",
                              "no device '%s'", ask_text(ask, "name"));
    return control_reply(rq, 200, view_phone(d));
}

enum outcome
control_phone(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    return show(rq, ask, err);
}

enum outcome
control_phone_register(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    return sim_device_plug(rq->cluster->sim, ask_text(ask, "name"), err) ? show(rq, ask, err) : FAILED;
}

enum outcome
control_phone_unregister(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    return sim_device_unplug(rq->cluster->sim, ask_text(ask, "name"), err) ? show(rq, ask, err) : FAILED;
}

enum outcome
control_phone_reject(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    return sim_device_reject(rq->cluster->sim, ask_text(ask, "name"), (int)ask_number(ask, "reason", 0), err)
               ? show(rq, ask, err)
               : FAILED;
}

enum outcome
control_phone_press(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    const json_t *keys = json_object_get(ask->args, "keys");
    size_t        i;
    json_t       *key;

    json_array_foreach(keys, i, key)
    {
        if (!sim_device_press(rq->cluster->sim, ask_text(ask, "name"), json_string_value(key), err))
            return FAILED;
    }
    return show(rq, ask, err);
}

enum outcome
control_phone_appear(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    struct sim *sim = rq->cluster->sim;
    const char *name = ask_text(ask, "name");

    if (!sim_device_appear(sim, name, (int)ask_number(ask, "model", 0), err))
        return FAILED;
    const struct sim_device *d = sim_device_find(sim, rq->arena, name);
    return control_reply(rq, 200,
                         d != NULL ? view_phone(d) : json_pack("{s:s, s:s}", "name", name, "status", "Unknown"));
}
