/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The clock, and the nodes with their services. */
#include <string.h>

#include "ccmsim/cluster.h"
#include "ccmsim/sim.h"
#include "control/control_priv.h"
#include "control/view.h"

/* ---- clock ---- */

static const char *const modes[] = {
    [SIM_CLOCK_REAL] = "real",
    [SIM_CLOCK_FAST] = "fast",
    [SIM_CLOCK_MANUAL] = "manual",
};

static json_t *
clock_of(struct sim *sim)
{
    double              speed = 1;
    enum sim_clock_mode mode = sim_clock_mode(sim, &speed);
    int64_t             now_ms = sim_now_ms(sim);
    json_t             *out =
        json_pack("{s:o, s:I, s:s}", "now", view_time(now_ms), "nowMs", (json_int_t)now_ms, "mode", modes[mode]);

    if (mode == SIM_CLOCK_FAST)
        json_object_set_new(out, "speed", json_real(speed));
    return out;
}

enum outcome
control_clock(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    (void)ask, (void)err;
    return control_reply(rq, 200, clock_of(rq->cluster->sim));
}

enum outcome
control_clock_set(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    enum sim_clock_mode mode = SIM_CLOCK_REAL;
    const json_t       *speed = json_object_get(ask->args, "speed");

    while (strcmp(modes[mode], ask_text(ask, "mode")) != 0)
        mode++;
    if ((speed != NULL) != (mode == SIM_CLOCK_FAST))
        return control_refuse(ask, CCM_BAD_REQUEST, err, "send {\"mode\": \"fast\", \"speed\": 60}, or no speed",
                              speed != NULL ? "'speed' goes with mode fast only"
                                            : "'speed' is missing: simulated seconds a second");
    if (!sim_clock_set(rq->cluster->sim, mode, json_number_value(speed), err))
        return FAILED;
    return control_reply(rq, 200, clock_of(rq->cluster->sim));
}

static enum outcome
advanced(struct request *rq, size_t ran)
{
    json_t *out = clock_of(rq->cluster->sim);

    json_object_set_new(out, "timersRun", json_integer((json_int_t)ran));
    return control_reply(rq, 200, out);
}

enum outcome
control_clock_advance(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    size_t ran = 0;

    return sim_clock_advance(rq->cluster->sim, ask_number(ask, "byMs", 0), &ran, err) ? advanced(rq, ran) : FAILED;
}

enum outcome
control_clock_idle(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    size_t ran = 0;

    return sim_clock_run_idle(rq->cluster->sim, ask_number(ask, "withinMs", 86400000), &ran, err) ? advanced(rq, ran)
                                                                                                  : FAILED;
}

/* ---- nodes ---- */

enum outcome
control_nodes(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    const struct sim_node *nodes;
    size_t                 n = sim_nodes(rq->cluster->sim, rq->arena, &nodes);
    json_t                *list = json_array();

    (void)ask, (void)err;
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, view_node(&nodes[i]));
    return control_reply(rq, 200, json_pack("{s:o}", "nodes", list));
}

enum outcome
control_node(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    const struct sim_node *n = sim_node_find(rq->cluster->sim, rq->arena, ask_text(ask, "name"));

    if (n == NULL)
        return control_refuse(ask, CCM_NOT_FOUND, err, "GET " ROUTES_BASE "nodes lists them", "no node '%s'",
                              ask_text(ask, "name"));
    return control_reply(rq, 200, view_node(n));
}

enum outcome
control_node_set(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    return sim_node_power(rq->cluster->sim, ask_text(ask, "name"), ask_flag(ask, "up"), err)
               ? control_node(rq, ask, err)
               : FAILED;
}

enum outcome
control_service_set(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    return sim_service_set(rq->cluster->sim, ask_text(ask, "name"), ask_text(ask, "service"), ask_flag(ask, "running"),
                           err)
               ? control_node(rq, ask, err)
               : FAILED;
}
