/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A device's life: the table is phone_fsm.def, this runs it. What a phone in a call is told to do waits until the
 * call is over. */
#include "sim/phone.h"

static const char *const state_names[STATE_COUNT] = {
#define STATE(name, text) [STATE_##name] = (text),
#include "sim/phone_fsm.def"
#undef STATE
};

const struct phone_row phone_rows[] = {
#define ROW(state, event, action, next) { STATE_##state, EVENT_##event, action_##action, STATE_##next, #action },
#include "sim/phone_fsm.def"
#undef ROW
};
const size_t phone_row_count = sizeof phone_rows / sizeof phone_rows[0];

const char *
phone_state_name(uint8_t state)
{
    return state < STATE_COUNT ? state_names[state] : "";
}

/* By state and event: number of the row + 1. Made once for all simulators. */
static uint8_t        rows_of[STATE_COUNT][EVENT_COUNT];
static pthread_once_t rows_once = PTHREAD_ONCE_INIT;

static void
index_rows(void)
{
    for (size_t i = 0; i < phone_row_count; i++)
        rows_of[phone_rows[i].state][phone_rows[i].event] = (uint8_t)(i + 1);
}

/* Those that wait while there is a call, the stronger ones later. */
static const enum dev_event patient[] = { EVENT_HOME,    EVENT_LINE,  EVENT_APPLY_CHANGED, EVENT_LOGIN,
                                          EVENT_RESTART, EVENT_RESET, EVENT_WIPE };

static int
patience(uint8_t e)
{
    for (int i = 0; i < (int)(sizeof patient / sizeof patient[0]); i++)
        if (patient[i] == e)
            return i;
    return -1;
}

bool
phone_event(struct sim *sim, struct dev *d, enum dev_event e)
{
    pthread_once(&rows_once, index_rows);
    uint8_t row = rows_of[d->state][e];
    if (row == 0)
        return false;
    if (d->calls > 0 && patience((uint8_t)e) >= 0) {
        if (patience((uint8_t)e) > patience(d->pending))
            d->pending = (uint8_t)e;
        return true;
    }
    const struct phone_row *r = &phone_rows[row - 1];
    d->state = r->next;
    r->action(sim, d);
    return true;
}

void
phone_idle(struct sim *sim, struct dev *d)
{
    enum dev_event e = (enum dev_event)d->pending;

    d->pending = EVENT_NONE;
    if (e != EVENT_NONE)
        phone_event(sim, d, e);
}

/* ---- what everybody sees ---- */

static void
leave_behind(struct sim *sim, struct dev *d, uint8_t node)
{
    uint8_t n = 0;

    /* What it left on the node where it is now, or on the one it leaves before, is past. */
    for (uint8_t i = 0; i < d->left_count; i++)
        if (d->left[i].node != node && d->left[i].node != d->node)
            d->left[n++] = d->left[i];
    if (n == SIM_PRESENCES)
        n--;
    d->left = base_realloc(d->left, (n + 1u) * sizeof *d->left);
    memmove(d->left + 1, d->left, n * sizeof *d->left);
    d->left[0] =
        (struct presence){ d->node, SIM_UNREGISTERED, d->status == SIM_UNREGISTERED ? d->reason : REASON_UNKNOWN,
                           d->status == SIM_UNREGISTERED ? d->time_ms : clock_now(sim) };
    registry_set_left(sim, d, n + 1u);
}

void
phone_seen(const struct sim *sim, struct dev *d)
{
    if (d->status != SIM_REGISTERED && d->status != SIM_PARTIALLY)
        return;
    d->seen_ms = clock_now(sim);
    d->seen_node = d->node;
}

void
phone_set(struct sim *sim, struct dev *d, enum sim_status status, int reason, uint8_t node)
{
    char address[16];

    gauge_device(sim, d, -1);
    phone_seen(sim, d);
    if (d->node != node && d->node != 0 && d->status != SIM_UNKNOWN)
        leave_behind(sim, d, node);
    d->status = (uint8_t)status;
    d->reason = (uint8_t)reason;
    d->node = node;
    d->time_ms = clock_now(sim);
    phone_seen(sim, d);
    gauge_device(sim, d, +1);
    registry_recount(sim, d);

    struct buf *b = event_begin(sim, KIND_DEVICE, d->name);
    registry_address(sim, d, address);
    event_text(b, "status", sim_status_name(status));
    event_number(b, "reason", reason);
    event_text(b, "node", node_name(sim, node));
    event_text(b, "address", address);
    event_end(sim, KIND_DEVICE, d->name);
    for (uint8_t i = 0; i < d->line_count; i++)
        line_show(sim, d->lines[i]);
}

uint8_t
phone_best_node(const struct sim *sim, const struct dev *d)
{
    const struct group *g = d->group != NULL ? d->group : d->pool != NULL ? d->pool->group : NULL;

    if (g != NULL && g->count > 0) {
        for (uint8_t i = 0; i < g->count; i++)
            if (node_serves(sim, g->nodes[i]))
                return g->nodes[i];
        return 0;
    }
    /* Lists and templates of resources without a group: any node, the publisher first. */
    for (uint8_t i = 0; i < sim->node_count; i++)
        if (node_serves(sim, sim->node_order[i]))
            return sim->node_order[i];
    return 0;
}

/* ---- what its owner, or a test, does to it ---- */

static bool
no_such_device(struct ccm_error *err, const char *name)
{
    return ccm_fail(err, CCM_NOT_FOUND, "no device \"%.128s\" that registers", name != NULL ? name : "");
}

static bool
do_event(struct sim *sim, const char *name, enum dev_event e, const char *what, struct ccm_error *err)
{
    sim_lock(sim);
    struct dev *d = name != NULL ? registry_find(sim, name) : NULL;
    bool        ok = d != NULL ? phone_event(sim, d, e) : no_such_device(err, name);
    if (d != NULL && !ok)
        ccm_fail(err, CCM_CONFLICT, "device \"%s\" is %s: it can't be %s", d->name, phone_state_name(d->state), what);
    sim_unlock(sim);
    return ok;
}

bool
sim_device_plug(struct sim *sim, const char *name, struct ccm_error *err)
{
    return do_event(sim, name, EVENT_PLUG, "plugged in", err);
}

bool
sim_device_unplug(struct sim *sim, const char *name, struct ccm_error *err)
{
    return do_event(sim, name, EVENT_UNPLUG, "unplugged", err);
}

static bool
rejection_known(int reason)
{
    switch (reason) {
#define REJECTED(number, name) case number:
#include "sim/reasons.def"
#undef REJECTED
        return true;
    default: return false;
    }
}

bool
sim_device_reject(struct sim *sim, const char *name, int reason, struct ccm_error *err)
{
    if (reason != 0 && !rejection_known(reason))
        return ccm_fail(err, CCM_INVALID, "%d is no reason for which a registration is rejected: 1 to 35", reason);
    sim_lock(sim);
    struct dev *d = name != NULL ? registry_find(sim, name) : NULL;
    if (d != NULL) {
        d->reject = (uint8_t)reason;
        phone_event(sim, d, reason != 0 ? EVENT_REJECT : EVENT_ADMIT);
    }
    sim_unlock(sim);
    return d != NULL || no_such_device(err, name);
}

bool
sim_line_reject(struct sim *sim, const char *name, unsigned index, bool reject, struct ccm_error *err)
{
    bool ok = true;

    sim_lock(sim);
    struct dev  *d = name != NULL ? registry_find(sim, name) : NULL;
    struct line *l = d != NULL ? line_find(d, index) : NULL;
    if (d == NULL) {
        ok = no_such_device(err, name);
    } else if (l == NULL) {
        ok = ccm_fail(err, CCM_NOT_FOUND, "device \"%s\" has no line %u", d->name, index);
    } else if (d->protocol != PROTOCOL_SIP) {
        ok = ccm_fail(err, CCM_CONFLICT, "device \"%s\" does not register its lines one by one: it isn't SIP", d->name);
    } else {
        l->refused = reject;
        phone_event(sim, d, EVENT_LINE);
    }
    sim_unlock(sim);
    return ok;
}
