/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Calls: the table is call_fsm.def, this runs it, finds calls and hands out copies. */
#include <ctype.h>
#include <stdio.h>

#include "sim/call.h"

static const char *const state_names[CALL_STATE_COUNT] = {
#define STATE(name, text) [CALL_##name] = (text),
#include "sim/call_fsm.def"
#undef STATE
};

const struct call_row call_rows[] = {
#define ROW(state, event, action, next) { CALL_##state, ON_##event, action_##action, CALL_##next, #action },
#define CALL_ANY                        CALL_STATE_ANY
#include "sim/call_fsm.def"
#undef CALL_ANY
#undef ROW
};
const size_t call_row_count = sizeof call_rows / sizeof call_rows[0];

const char *
call_state_name(uint8_t state)
{
    return state < CALL_STATE_COUNT ? state_names[state] : "";
}

int
call_state_number(const char *name)
{
    for (int i = 0; i < CALL_STATE_COUNT; i++)
        if (strcmp(state_names[i], name) == 0)
            return i;
    return -1;
}

bool
call_event(struct sim *sim, struct call *c, enum call_event e)
{
    for (size_t i = 0; i < call_row_count && c->state != CALL_ENDED; i++)
        if ((call_rows[i].state == c->state || call_rows[i].state == CALL_STATE_ANY) && call_rows[i].event == e) {
            c->state = call_rows[i].next;
            call_rows[i].action(sim, c);
            return true;
        }
    return false;
}

void
call_time(struct sim *sim, struct call *c)
{
    call_event(sim, c, ON_TIME);
}

/* ---- finding, keeping, forgetting ---- */

struct call *
call_find(struct sim *sim, uint64_t id)
{
    struct call *c = sim->call_slots[id % CALL_SLOTS];

    while (c != NULL && c->id != id)
        c = c->hash_next;
    return c;
}

static void
forget(struct sim *sim, struct call *c)
{
    for (struct call **p = &sim->call_slots[c->id % CALL_SLOTS]; *p != NULL; p = &(*p)->hash_next)
        if (*p == c) {
            *p = c->hash_next;
            break;
        }
    free(c);
}

/* From those under way to the last that ended. */
void
call_ended(struct sim *sim, struct call *c)
{
    if (c->prev != NULL)
        c->prev->next = c->next;
    else
        sim->calls = c->next;
    if (c->next != NULL)
        c->next->prev = c->prev;
    c->next = c->prev = NULL;
    sim->call_count--;
    size_t at = sim->ended_count++ % CALLS_KEPT;
    if (sim->ended[at] != NULL)
        forget(sim, sim->ended[at]);
    sim->ended[at] = c;
}

static void
free_legs(struct leg *leg)
{
    while (leg != NULL) {
        struct leg *next = leg->call_next;
        leg->line->legs = NULL;
        free(leg);
        leg = next;
    }
}

void
call_clear_all(struct sim *sim)
{
    while (sim->calls != NULL) {
        struct call *c = sim->calls;
        sim->calls = c->next;
        clock_stop(sim, &c->timer);
        free_legs(c->caller);
        free_legs(c->called);
        free(c);
    }
    for (size_t i = 0; i < CALLS_KEPT; i++)
        free(sim->ended[i]);
    memset(sim->ended, 0, sizeof sim->ended);
    memset(sim->call_slots, 0, sizeof sim->call_slots);
    sim->call_count = sim->ended_count = 0;
}

/* ---- a party goes ---- */

static void
leg_gone(struct sim *sim, struct leg *leg)
{
    struct call *c = leg->call;

    if (leg == c->caller || c->state == CALL_CONNECTED) {
        c->cause = CAUSE_TEMPORARY_FAILURE;
        call_event(sim, c, ON_LOST);
        return;
    }
    leg_drop(sim, leg);
    if (c->called == NULL) {
        c->cause = CAUSE_OUT_OF_ORDER;
        call_event(sim, c, ON_FAIL);
    }
}

void
call_line_gone(struct sim *sim, struct line *l)
{
    while (l->legs != NULL)
        leg_gone(sim, l->legs);
}

/* The device has lost its node: what is not yet a conversation can't go on. */
void
call_device_unsettled(struct sim *sim, struct dev *d)
{
    for (uint8_t i = 0; i < d->line_count; i++)
        for (struct leg *leg = d->lines[i]->legs; leg != NULL;) {
            if (leg->call->state == CALL_CONNECTED) {
                leg = leg->line_next;
                continue;
            }
            leg_gone(sim, leg);
            leg = d->lines[i]->legs; /* it may have taken others with it */
        }
}

/* Nobody counts its calls any more; conversations go on, the rest ends with the devices. */
void
call_node_gone(struct sim *sim, uint8_t node)
{
    for (struct call *c = sim->calls; c != NULL; c = c->next)
        if (c->node == node)
            c->node = 0;
}

/* ---- digits, answering ---- */

static bool
dialable(char ch)
{
    return isdigit((unsigned char)ch) || ch == '*' || ch == '#' || ch == '+' || (ch >= 'A' && ch <= 'D');
}

void
call_digit(struct sim *sim, struct call *c, char digit)
{
    size_t len = strlen(c->digits);

    if (digit == '#' && len > 0) {
        action_route(sim, c);
        return;
    }
    if (len < CALL_DIGITS)
        c->digits[len] = digit;
    call_event(sim, c, ON_DIGIT);
}

void
call_dial(struct sim *sim, struct call *c, const char *digits)
{
    snprintf(c->digits, sizeof c->digits, "%s", digits);
    call_event(sim, c, ON_TIME);
}

bool
call_answer(struct sim *sim, struct call *c, struct line *l)
{
    for (struct leg *leg = c->called; leg != NULL && c->state == CALL_RINGING; leg = leg->call_next)
        if (l == NULL || leg->line == l) {
            c->answering = leg;
            return call_event(sim, c, ON_ANSWER);
        }
    return false;
}

struct leg *
device_ringing(const struct dev *d)
{
    for (uint8_t i = 0; i < d->line_count; i++)
        for (struct leg *leg = d->lines[i]->legs; leg != NULL; leg = leg->line_next)
            if (leg->state == SIM_LINE_RINGIN)
                return leg;
    return NULL;
}

/* What it talks in, before what it dials, before what rings. */
struct leg *
device_leg(const struct dev *d)
{
    struct leg *found = NULL;

    for (uint8_t i = 0; i < d->line_count; i++)
        for (struct leg *leg = d->lines[i]->legs; leg != NULL; leg = leg->line_next) {
            if (leg->state == SIM_LINE_CONNECTED)
                return leg;
            if (found == NULL || found->state == SIM_LINE_RINGIN)
                found = leg;
        }
    return found;
}

/* ---- for others ---- */

static bool
refuse(enum sim_dial_result *why, enum sim_dial_result result)
{
    if (why != NULL)
        *why = result;
    return false;
}

static bool
dial(struct sim *sim, const char *device, unsigned index, const char *digits, uint64_t *id, enum sim_dial_result *why,
     struct ccm_error *err)
{
    struct dev *d = device != NULL ? registry_find(sim, device) : NULL;

    if (d == NULL) {
        ccm_fail(err, CCM_NOT_FOUND, "no device \"%.128s\" that registers", device != NULL ? device : "");
        return refuse(why, SIM_DIAL_NO_DEVICE);
    }
    struct line *l = index == 0 ? (d->line_count > 0 ? d->lines[0] : NULL) : line_find(d, index);
    if (l == NULL) {
        ccm_fail(err, CCM_NOT_FOUND, "device \"%s\" has no line %u", d->name, index == 0 ? 1 : index);
        return refuse(why, SIM_DIAL_NO_LINE);
    }
    if (line_status(l) != SIM_REGISTERED) {
        ccm_fail(err, CCM_CONFLICT, "device \"%s\" is not registered: it is %s", d->name, phone_state_name(d->state));
        return refuse(why, SIM_DIAL_UNREGISTERED);
    }
    if (!line_usable(l)) {
        ccm_fail(err, CCM_CONFLICT, "line %u of device \"%s\" has as many calls as it can have", l->index, d->name);
        return refuse(why, d->state == STATE_LOST ? SIM_DIAL_UNREACHABLE : SIM_DIAL_LINE_BUSY);
    }
    struct call *c = call_new(sim, l);
    *id = c->id;
    call_dial(sim, c, digits);
    refuse(why, SIM_DIAL_OK);
    return true;
}

bool
sim_call_dial(struct sim *sim, const char *device, unsigned line, const char *digits, uint64_t *id,
              enum sim_dial_result *why, struct ccm_error *err)
{
    size_t len = digits != NULL ? strlen(digits) : 0;
    bool   good = len > 0 && len <= CALL_DIGITS;

    *id = 0;
    for (size_t i = 0; i < len && good; i++)
        good = dialable(digits[i]) && (digits[i] != '+' || i == 0);
    if (!good) {
        ccm_fail(err, CCM_INVALID, "\"%.60s\" can't be dialled: give 1 to %d of 0-9, *, #, A-D, with + in front only",
                 digits != NULL ? digits : "", CALL_DIGITS);
        return refuse(why, SIM_DIAL_UNREACHABLE);
    }
    sim_lock(sim);
    bool ok = dial(sim, device, line, digits, id, why, err);
    sim_unlock(sim);
    return ok;
}

static bool
no_such_call(struct ccm_error *err, uint64_t id)
{
    return ccm_fail(err, CCM_NOT_FOUND, "no call %llu", (unsigned long long)id);
}

static bool
answer(struct sim *sim, uint64_t id, const char *device, struct ccm_error *err)
{
    struct call *c = call_find(sim, id);
    struct line *l = NULL;

    if (c == NULL)
        return no_such_call(err, id);
    for (struct leg *leg = c->called; leg != NULL && device != NULL && l == NULL; leg = leg->call_next) {
        const struct dev *d = registry_find(sim, device);
        if (leg->line->dev == d)
            l = leg->line;
    }
    if (device != NULL && l == NULL && c->state == CALL_RINGING)
        return ccm_fail(err, CCM_NOT_FOUND, "call %llu does not ring at device \"%.128s\"", (unsigned long long)id,
                        device);
    return call_answer(sim, c, l) || ccm_fail(err, CCM_CONFLICT, "call %llu does not ring: it is %s",
                                              (unsigned long long)id, call_state_name(c->state));
}

bool
sim_call_answer(struct sim *sim, uint64_t id, const char *device, struct ccm_error *err)
{
    sim_lock(sim);
    bool ok = answer(sim, id, device, err);
    sim_unlock(sim);
    return ok;
}

bool
sim_call_clear(struct sim *sim, uint64_t id, struct ccm_error *err)
{
    sim_lock(sim);
    struct call *c = call_find(sim, id);
    bool         ok = c != NULL ? call_event(sim, c, ON_CLEAR) ||
                              ccm_fail(err, CCM_CONFLICT, "call %llu is over", (unsigned long long)id)
                                : no_such_call(err, id);
    sim_unlock(sim);
    return ok;
}

uint64_t
sim_device_call(struct sim *sim, const char *device)
{
    sim_lock(sim);
    const struct dev *d = device != NULL ? registry_find(sim, device) : NULL;
    const struct leg *leg = d != NULL ? device_leg(d) : NULL;
    uint64_t          id = leg != NULL ? leg->call->id : 0;
    sim_unlock(sim);
    return id;
}

static struct sim_party
copy_party(const struct party *p, struct arena *a)
{
    return (struct sim_party){ arena_strdup(a, p->device), arena_strdup(a, p->pattern), arena_strdup(a, p->partition),
                               arena_strdup(a, p->name) };
}

static const struct sim_call *
copy_call(const struct call *c, struct arena *a)
{
    struct sim_call *out = arena_alloc(a, sizeof *out);

    *out = (struct sim_call){ .id = c->id,
                              .state = call_state_name(c->state),
                              .caller = copy_party(&c->from, a),
                              .called = copy_party(&c->to, a),
                              .dialled = arena_strdup(a, c->digits),
                              .start_ms = c->start_ms,
                              .connect_ms = c->connect_ms,
                              .end_ms = c->end_ms,
                              .cause = c->cause };
    return out;
}

size_t
sim_calls(struct sim *sim, struct arena *a, const struct sim_call *const **out)
{
    size_t n = 0;

    sim_lock(sim);
    const struct sim_call **calls = arena_alloc(a, (sim->call_count + 1) * sizeof *calls);
    /* The newest stand first in the list. */
    for (const struct call *c = sim->calls; c != NULL; c = c->next)
        calls[sim->call_count - ++n] = copy_call(c, a);
    sim_unlock(sim);
    *out = calls;
    return n;
}

const struct sim_call *
sim_call_find(struct sim *sim, struct arena *a, uint64_t id)
{
    sim_lock(sim);
    const struct call     *c = call_find(sim, id);
    const struct sim_call *out = c != NULL ? copy_call(c, a) : NULL;
    sim_unlock(sim);
    return out;
}
