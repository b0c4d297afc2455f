/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What happens on the lines, and to the counters, when a call's state changes. */
#include <stdio.h>

#include "sim/call.h"

/* ---- lines show what their calls do ---- */

static enum sim_line_state
state_of(const struct line *l)
{
    enum sim_line_state state = SIM_LINE_IDLE;

    for (const struct leg *leg = l->legs; leg != NULL; leg = leg->line_next)
        if (state == SIM_LINE_IDLE || leg->state == SIM_LINE_CONNECTED)
            state = (enum sim_line_state)leg->state;
    if (state != SIM_LINE_IDLE)
        return state;
    for (const struct line *other = l->dn->lines; other != NULL; other = other->next)
        for (const struct leg *leg = other->legs; leg != NULL && other != l; leg = leg->line_next)
            if (leg->state == SIM_LINE_CONNECTED)
                return SIM_LINE_REMOTE_IN_USE;
    return SIM_LINE_IDLE;
}

void
line_show(struct sim *sim, struct line *l)
{
    enum sim_line_state state = state_of(l);

    if (state == (enum sim_line_state)l->state)
        return;
    l->state = (uint8_t)state;
    struct buf *b = event_begin(sim, KIND_LINE, l->dev->name);
    event_number(b, "line", l->index);
    event_text(b, "number", l->dn->pattern);
    event_text(b, "partition", l->dn->partition != NULL ? l->dn->partition->name : "");
    event_text(b, "state", sim_line_state_name(state));
    event_end(sim, KIND_LINE, l->dev->name);
}

void
line_show_all(struct sim *sim, struct dn *dn)
{
    for (struct line *l = dn->lines; l != NULL; l = l->next)
        line_show(sim, l);
}

/* ---- legs ---- */

struct leg *
leg_add(struct sim *sim, struct call *c, struct line *l, bool called, enum sim_line_state state)
{
    struct leg  *leg = base_malloc(sizeof *leg);
    struct leg **end = called ? &c->called : &c->caller;

    *leg = (struct leg){ .call = c, .line = l, .line_next = l->legs };
    l->legs = leg;
    while (*end != NULL)
        end = &(*end)->call_next;
    *end = leg;
    l->calls++;
    l->dev->calls++;
    leg_set(sim, leg, state);
    return leg;
}

void
leg_set(struct sim *sim, struct leg *leg, enum sim_line_state state)
{
    bool shared = (leg->state == SIM_LINE_CONNECTED) != (state == SIM_LINE_CONNECTED);

    leg->state = (uint8_t)state;
    line_show(sim, leg->line);
    if (shared)
        line_show_all(sim, leg->line->dn);
}

static void
unlink_leg(struct leg *leg)
{
    struct call *c = leg->call;
    struct leg **lists[] = { &c->caller, &c->called };

    for (struct leg **p = &leg->line->legs; *p != NULL; p = &(*p)->line_next)
        if (*p == leg) {
            *p = leg->line_next;
            break;
        }
    for (size_t i = 0; i < 2; i++)
        for (struct leg **p = lists[i]; *p != NULL; p = &(*p)->call_next)
            if (*p == leg) {
                *p = leg->call_next;
                break;
            }
}

void
leg_drop(struct sim *sim, struct leg *leg)
{
    struct line *l = leg->line;

    unlink_leg(leg);
    free(leg);
    l->calls--;
    l->dev->calls--;
    line_show_all(sim, l->dn);
    if (l->dev->calls == 0)
        phone_idle(sim, l->dev);
}

static void
drop_called(struct sim *sim, struct call *c, const struct leg *but)
{
    struct leg *next;

    for (struct leg *leg = c->called; leg != NULL; leg = next) {
        next = leg->call_next;
        if (but == NULL || leg != but)
            leg_drop(sim, leg);
    }
}

/* ---- telling ---- */

static void
tell(struct sim *sim, const struct call *c)
{
    char id[24];

    snprintf(id, sizeof id, "%llu", (unsigned long long)c->id);
    struct buf *b = event_begin(sim, KIND_CALL, id);
    event_text(b, "state", call_state_name(c->state));
    event_text(b, "caller", c->from.device);
    event_text(b, "callerNumber", c->from.pattern);
    event_text(b, "dialled", c->digits);
    event_text(b, "called", c->to.device);
    event_text(b, "calledNumber", c->to.pattern);
    event_number(b, "cause", c->cause);
    event_end(sim, KIND_CALL, id);
}

static void
fill_party(struct party *p, const struct line *l)
{
    snprintf(p->device, sizeof p->device, "%s", l->dev->name);
    snprintf(p->pattern, sizeof p->pattern, "%s", l->dn->pattern);
    snprintf(p->partition, sizeof p->partition, "%s", l->dn->partition != NULL ? l->dn->partition->name : "");
    snprintf(p->name, sizeof p->name, "%s", l->display != NULL ? l->display : "");
}

/* ---- life ---- */

struct call *
call_enter(struct sim *sim, uint64_t id)
{
    struct call *c = base_malloc(sizeof *c);

    memset(c, 0, sizeof *c);
    c->timer.kind = TIMER_CALL;
    c->id = id;
    c->next = sim->calls;
    if (c->next != NULL)
        c->next->prev = c;
    sim->calls = c;
    sim->call_count++;
    c->hash_next = sim->call_slots[c->id % CALL_SLOTS];
    sim->call_slots[c->id % CALL_SLOTS] = c;
    return c;
}

struct call *
call_new(struct sim *sim, struct line *l)
{
    struct call *c = call_enter(sim, ++sim->last_call);

    c->node = l->dev->node;
    c->state = CALL_OFFHOOK;
    c->start_ms = clock_now(sim);
    fill_party(&c->from, l);
    gauge_add(sim, c->node, GAUGE_CALLS_ATTEMPTED, 1);
    gauge_add(sim, c->node, GAUGE_CALLS_IN_PROGRESS, 1);
    l->dev->calls_attempted++;
    l->dev->active_ms = c->start_ms;
    leg_add(sim, c, l, false, SIM_LINE_OFFHOOK);
    clock_timer(sim, &c->timer, sim->opt.timing.digits_ms);
    tell(sim, c);
    return c;
}

/* An exact number is dialled as soon as it is complete: whether a longer one begins so is not asked yet. */
void
action_collect(struct sim *sim, struct call *c)
{
    clock_timer(sim, &c->timer, sim->opt.timing.digits_ms);
    if (route_number(sim, c->caller->line, c->digits) != NULL)
        action_route(sim, c);
}

static bool
reachable(const struct line *l)
{
    enum sim_status s = line_status(l);

    return s == SIM_REGISTERED && l->dev->state != STATE_LOST;
}

bool
line_usable(const struct line *l)
{
    return reachable(l) && l->calls < l->max_calls;
}

static void
fail_with(struct sim *sim, struct call *c, enum call_event e, enum cause cause)
{
    c->cause = (int)cause;
    call_event(sim, c, e);
}

void
action_route(struct sim *sim, struct call *c)
{
    const struct line *from = c->caller->line;
    c->dn = *c->digits != '\0' ? route_number(sim, from, c->digits) : NULL;
    bool there = false, free_line = false;

    clock_stop(sim, &c->timer);
    for (const struct line *l = c->dn != NULL ? c->dn->lines : NULL; l != NULL; l = l->next) {
        there |= reachable(l);
        free_line |= l != from && reachable(l) && l->calls < l->busy_trigger;
    }
    if (c->dn != NULL) {
        snprintf(c->to.pattern, sizeof c->to.pattern, "%s", c->dn->pattern);
        snprintf(c->to.partition, sizeof c->to.partition, "%s", c->dn->partition != NULL ? c->dn->partition->name : "");
        snprintf(c->to.name, sizeof c->to.name, "%s", c->dn->name != NULL ? c->dn->name : "");
    }
    if (*c->digits == '\0')
        fail_with(sim, c, ON_FAIL, CAUSE_NONE); /* nothing was dialled: ends as a normal one */
    else if (c->dn == NULL)
        fail_with(sim, c, ON_FAIL, CAUSE_UNALLOCATED);
    else if (!there)
        fail_with(sim, c, ON_FAIL, CAUSE_OUT_OF_ORDER);
    else if (!free_line)
        fail_with(sim, c, ON_FAIL_BUSY, CAUSE_BUSY);
    else
        call_event(sim, c, ON_RING);
}

void
action_ring(struct sim *sim, struct call *c)
{
    struct line *from = c->caller->line;

    leg_set(sim, c->caller, SIM_LINE_RINGOUT);
    for (struct line *l = c->dn->lines; l != NULL; l = l->next)
        if (l != from && reachable(l) && l->calls < l->busy_trigger) {
            leg_add(sim, c, l, true, SIM_LINE_RINGIN);
            l->dev->active_ms = clock_now(sim);
        }
    if (c->called->call_next == NULL)
        snprintf(c->to.device, sizeof c->to.device, "%s", c->called->line->dev->name);
    clock_timer(sim, &c->timer, sim->opt.timing.no_answer_ms);
    tell(sim, c);
}

void
action_tone(struct sim *sim, struct call *c)
{
    leg_set(sim, c->caller, c->state == CALL_BUSY ? SIM_LINE_BUSY : SIM_LINE_REORDER);
    clock_timer(sim, &c->timer, sim->opt.timing.tone_ms);
    tell(sim, c);
}

void
action_unanswered(struct sim *sim, struct call *c)
{
    c->cause = CAUSE_NO_ANSWER;
    action_stop_ringing(sim, c);
}

void
action_stop_ringing(struct sim *sim, struct call *c)
{
    drop_called(sim, c, NULL);
    action_tone(sim, c);
}

void
action_connect(struct sim *sim, struct call *c)
{
    struct leg *answering = c->answering;

    clock_stop(sim, &c->timer);
    c->answering = NULL;
    c->connect_ms = clock_now(sim);
    c->active = true;
    gauge_add(sim, c->node, GAUGE_CALLS_ACTIVE, 1);
    fill_party(&c->to, answering->line);
    leg_set(sim, answering, SIM_LINE_CONNECTED);
    leg_set(sim, c->caller, SIM_LINE_CONNECTED);
    drop_called(sim, c, answering);
    tell(sim, c);
}

void
action_end(struct sim *sim, struct call *c)
{
    clock_stop(sim, &c->timer);
    if (c->cause == CAUSE_NONE)
        c->cause = CAUSE_NORMAL;
    c->end_ms = clock_now(sim);
    gauge_add(sim, c->node, GAUGE_CALLS_IN_PROGRESS, -1);
    if (c->active) {
        gauge_add(sim, c->node, GAUGE_CALLS_ACTIVE, -1);
        gauge_add(sim, c->node, GAUGE_CALLS_COMPLETED, 1);
    }
    tell(sim, c);
    call_ended(sim, c);
    drop_called(sim, c, NULL);
    if (c->caller != NULL)
        leg_drop(sim, c->caller);
}
