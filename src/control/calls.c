/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Calls: dialled, answered, cleared, looked at. */
#include <string.h>
#include <strings.h>

#include "ccmsim/cluster.h"
#include "ccmsim/sim.h"
#include "control/control_priv.h"
#include "control/view.h"

#define DEFAULT_LIMIT 100

static bool
takes_part(const char *device, const struct sim_call *c)
{
    return device == NULL || (c->caller.device != NULL && strcasecmp(device, c->caller.device) == 0) ||
           (c->called.device != NULL && strcasecmp(device, c->called.device) == 0);
}

enum outcome
control_calls(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    const struct sim_call *const *calls;
    const char                   *device = ask_text(ask, "device"), *state = ask_text(ask, "state");
    size_t                        total = 0, offset = (size_t)ask_number(ask, "offset", 0),
           limit = (size_t)ask_number(ask, "limit", DEFAULT_LIMIT);
    size_t  n = sim_calls(rq->cluster->sim, rq->arena, &calls);
    json_t *list = json_array();

    (void)err;
    for (size_t i = 0; i < n; i++) {
        if (!takes_part(device, calls[i]) || (state != NULL && strcmp(state, calls[i]->state) != 0))
            continue;
        if (total >= offset && total - offset < limit)
            json_array_append_new(list, view_call(calls[i]));
        total++;
    }
    json_t *out = json_pack("{s:o, s:I}", "calls", list, "total", (json_int_t)total);
    size_t  behind = offset + json_array_size(list);
    if (behind < total)
        json_object_set_new(out, "next", json_integer((json_int_t)behind));
    return control_reply(rq, 200, out);
}

static enum outcome
show(struct request *rq, struct ask *ask, uint64_t id, struct ccm_error *err)
{
    const struct sim_call *c = sim_call_find(rq->cluster->sim, rq->arena, id);

    if (c == NULL)
        return control_refuse(ask, CCM_NOT_FOUND, err, "GET " ROUTES_BASE "calls lists those there are", "no call %llu",
                              (unsigned long long)id);
    return control_reply(rq, 200, view_call(c));
}

static uint64_t
id_of(const struct ask *ask)
{
    return (uint64_t)ask_number(ask, "id", 0);
}

enum outcome
control_call(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    return show(rq, ask, id_of(ask), err);
}

enum outcome
control_call_dial(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    static const struct {
        enum ccm_status status;
        const char     *hint;
    } whys[] = {
        [SIM_DIAL_NO_DEVICE] = { CCM_NOT_FOUND, "GET " ROUTES_BASE "phones lists the devices" },
        [SIM_DIAL_UNREGISTERED] = { CCM_CONFLICT, "register the phone, and wait until it is" },
        [SIM_DIAL_NO_LINE] = { CCM_CONFLICT, "give the phone a line over AXL, or dial from another of its lines" },
        [SIM_DIAL_LINE_BUSY] = { CCM_CONFLICT, "clear the line's call first, or dial from another line" },
        [SIM_DIAL_UNREACHABLE] = { CCM_CONFLICT, "no pattern in the caller's calling search space fits these digits" },
    };
    enum sim_dial_result why = SIM_DIAL_OK;
    uint64_t             id = 0;

    if (sim_call_dial(rq->cluster->sim, ask_text(ask, "device"), (unsigned)ask_number(ask, "line", 1),
                      ask_text(ask, "digits"), &id, &why, err))
        return show(rq, ask, id, err);
    if (why != SIM_DIAL_OK && err->status != CCM_UNSUPPORTED) {
        err->status = whys[why].status;
        ask->hint = whys[why].hint;
    }
    return FAILED;
}

enum outcome
control_call_answer(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    return sim_call_answer(rq->cluster->sim, id_of(ask), ask_text(ask, "device"), err) ? show(rq, ask, id_of(ask), err)
                                                                                       : FAILED;
}

enum outcome
control_call_clear(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    return sim_call_clear(rq->cluster->sim, id_of(ask), err) ? show(rq, ask, id_of(ask), err) : FAILED;
}
