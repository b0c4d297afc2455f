/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A snapshot's part of the simulator, read: the registry is made from the store as it is now, and each record then
 * given the state that it had. What the store no longer has is passed over, what it has besides begins anew. */
#include <jansson.h>
#include <stdio.h>
#include <strings.h>

#include "sim/call.h"
#include "sim/load.h"

struct turn { /* timers, to be started in the order in which they were */
    struct sim_timer *timer;
    int64_t           in;
    uint64_t          turn;
};

struct restore {
    struct sim  *sim;
    struct turn *turns;
    size_t       count, cap;
};

#define MAX_TIME    INT64_C(253402300799999) /* ms since 1970: the year 9999 */
#define MAX_COUNT   (INT64_MAX / 1024)
#define MAX_REASON  99
#define LARGEST_U32 ((int64_t)UINT32_MAX)

/* A number of ours is within its bounds; any other is nothing. */
static int64_t
bounded(const json_t *v, int64_t most)
{
    int64_t n = json_integer_value(v);

    return n >= 0 && n <= most ? n : 0;
}

static int64_t
number(const json_t *o, const char *name, int64_t most)
{
    return bounded(json_object_get(o, name), most);
}

static int64_t
item(const json_t *array, size_t i, int64_t most)
{
    return bounded(json_array_get(array, i), most);
}

static const char *
text(const json_t *value)
{
    const char *t = json_string_value(value);

    return t != NULL ? t : "";
}

static uint8_t
node_number(struct sim *sim, const char *name)
{
    const struct node *n = *name != '\0' ? node_find(sim, name) : NULL;

    return n != NULL ? (uint8_t)(n - sim->nodes + 1) : 0;
}

static void
note_timer(struct restore *r, struct sim_timer *t, const json_t *o)
{
    if (json_object_get(o, "in") == NULL)
        return;
    if (r->count == r->cap) {
        r->cap = r->cap == 0 ? 64 : r->cap * 2;
        r->turns = base_realloc(r->turns, r->cap * sizeof *r->turns);
    }
    r->turns[r->count++] =
        (struct turn){ t, number(o, "in", SIM_MAX_ADVANCE_MS), (uint64_t)number(o, "turn", MAX_COUNT) };
}

static int
by_turn(const void *a, const void *b)
{
    const struct turn *x = a, *y = b;

    return x->turn < y->turn ? -1 : x->turn > y->turn;
}

/* ---- nodes ---- */

static void
restore_services(struct node *n, const json_t *services)
{
    size_t  i;
    json_t *row;

    json_array_foreach(services, i, row)
    {
        for (size_t k = 0; k < SERVICE_COUNT; k++)
            if (strcmp(sim_services[k].name, text(json_array_get(row, 0))) == 0 && n->exists[k]) {
                n->activated[k] = item(row, 1, 1) != 0;
                n->running[k] = item(row, 2, 1) != 0;
                n->service_since[k] = item(row, 3, MAX_TIME);
            }
    }
}

static void
restore_node(struct restore *r, const json_t *o)
{
    struct node *n = node_find(r->sim, text(json_object_get(o, "name")));

    if (n == NULL)
        return;
    n->up = number(o, "up", 1) != 0;
    n->since_ms = number(o, "since", MAX_TIME);
    restore_services(n, json_object_get(o, "services"));
}

static void
restore_counters(struct restore *r, const json_t *o)
{
    struct node  *n = node_find(r->sim, text(json_object_get(o, "name")));
    const json_t *counters = json_object_get(o, "counters");

    for (size_t i = 0; n != NULL && i < GAUGE_COUNT && i < json_array_size(counters); i++)
        n->gauges[i] = item(counters, i, MAX_COUNT);
}

/* ---- devices ---- */

static int
state_number(const char *name)
{
    for (int i = 0; i < STATE_COUNT; i++)
        if (strcmp(phone_state_name((uint8_t)i), name) == 0)
            return i;
    return -1;
}

static void
restore_left(struct restore *r, struct dev *d, const json_t *left)
{
    size_t count = json_array_size(left);

    if (count == 0)
        return;
    d->left = base_realloc(d->left, (count > SIM_PRESENCES ? SIM_PRESENCES : count) * sizeof *d->left);
    size_t n = 0;
    for (size_t i = 0; i < count && i < SIM_PRESENCES; i++) {
        const json_t *row = json_array_get(left, i);
        uint8_t       node = node_number(r->sim, text(json_array_get(row, 0)));
        if (node != 0)
            d->left[n++] = (struct presence){ node, (uint8_t)item(row, 1, SIM_STATUS_COUNT - 1),
                                              (uint8_t)item(row, 2, MAX_REASON), item(row, 3, MAX_TIME) };
    }
    registry_set_left(r->sim, d, n);
}

/* What RIS tells of a device is what its state allows. */
static bool
is_told_so(int state, int64_t status, uint8_t node)
{
    bool registered = status == SIM_REGISTERED || status == SIM_PARTIALLY;

    if (state == STATE_REGISTERED || state == STATE_APPLYING || state == STATE_RETURNING || state == STATE_LOST)
        return registered && node != 0;
    return !registered && (state != STATE_REJECTED || status == SIM_REJECTED);
}

static void
restore_device(struct restore *r, const json_t *o)
{
    struct sim *sim = r->sim;
    struct dev *d = registry_find(sim, text(json_object_get(o, "name")));
    int         state = state_number(text(json_object_get(o, "state")));
    int64_t     status = json_integer_value(json_object_get(o, "status"));
    uint8_t     node = node_number(sim, text(json_object_get(o, "node")));
    size_t      i;
    json_t     *line;

    if (d == NULL || d->restored || state < 0 || status < 0 || status >= SIM_STATUS_COUNT ||
        !is_told_so(state, status, node))
        return;
    d->state = (uint8_t)state;
    d->status = (uint8_t)status;
    d->reason = (uint8_t)number(o, "reason", MAX_REASON);
    d->time_ms = number(o, "time", MAX_TIME);
    d->node = node;
    d->attempts = (uint32_t)number(o, "attempts", LARGEST_U32);
    d->draws = (uint32_t)number(o, "draws", LARGEST_U32);
    d->calls_attempted = number(o, "calls", MAX_COUNT);
    d->seen_ms = number(o, "seen", MAX_TIME);
    d->seen_node = node_number(sim, text(json_object_get(o, "seenOn")));
    d->active_ms = number(o, "active", MAX_TIME);
    if (d->seen_ms == 0 && (status == SIM_REGISTERED || status == SIM_PARTIALLY)) { /* of an older save */
        d->seen_ms = d->time_ms;
        d->seen_node = d->node;
    }
    d->reject = (uint8_t)number(o, "reject", MAX_REASON);
    d->pending = (uint8_t)number(o, "pending", EVENT_COUNT - 1);
    d->changed = number(o, "changed", 1) != 0;
    restore_left(r, d, json_object_get(o, "left"));
    json_array_foreach(json_object_get(o, "refused"), i, line)
    {
        struct line *l = line_find(d, (unsigned)bounded(line, LARGEST_U32));
        if (l != NULL)
            l->refused = true;
    }
    registry_move_slot(sim, d, (uint32_t)number(o, "slot", LARGEST_U32));
    gauge_device(sim, d, +1);
    registry_recount(sim, d);
    note_timer(r, &d->timer, o);
    d->restored = true;
}

/* ---- calls ---- */

static void
restore_party(struct party *p, const json_t *a)
{
    snprintf(p->device, sizeof p->device, "%s", text(json_array_get(a, 0)));
    snprintf(p->pattern, sizeof p->pattern, "%s", text(json_array_get(a, 1)));
    snprintf(p->partition, sizeof p->partition, "%s", text(json_array_get(a, 2)));
    snprintf(p->name, sizeof p->name, "%s", text(json_array_get(a, 3)));
}

static struct line *
line_of(struct sim *sim, const json_t *row)
{
    struct dev *d = registry_find(sim, text(json_array_get(row, 0)));

    return d != NULL ? line_find(d, (unsigned)item(row, 1, LARGEST_U32)) : NULL;
}

static bool
all_lines(struct sim *sim, const json_t *legs)
{
    for (size_t i = 0; i < json_array_size(legs); i++)
        if (line_of(sim, json_array_get(legs, i)) == NULL)
            return false;
    return true;
}

static void
restore_legs(struct restore *r, struct call *c, const json_t *legs, bool called)
{
    for (size_t i = 0; i < json_array_size(legs) && i < 256; i++) {
        const json_t *row = json_array_get(legs, i);
        int64_t       state = item(row, 2, SIM_LINE_REORDER);
        leg_add(r->sim, c, line_of(r->sim, row), called, (enum sim_line_state)state);
    }
}

static struct call *
enter_call(struct sim *sim, uint64_t id, int state, const json_t *o)
{
    struct call *c = call_enter(sim, id);

    c->state = (uint8_t)state;
    c->start_ms = number(o, "start", MAX_TIME);
    c->connect_ms = number(o, "connect", MAX_TIME);
    c->end_ms = number(o, "end", MAX_TIME);
    c->cause = (int)number(o, "cause", 127);
    snprintf(c->digits, sizeof c->digits, "%s", text(json_object_get(o, "digits")));
    restore_party(&c->from, json_object_get(o, "from"));
    restore_party(&c->to, json_object_get(o, "to"));
    return c;
}

static void
restore_ended(struct restore *r, const json_t *o)
{
    uint64_t id = (uint64_t)number(o, "id", MAX_COUNT);

    if (call_state_number(text(json_object_get(o, "state"))) == CALL_ENDED && call_find(r->sim, id) == NULL)
        call_ended(r->sim, enter_call(r->sim, id, CALL_ENDED, o));
}

static void
restore_call(struct restore *r, const json_t *o)
{
    struct sim   *sim = r->sim;
    const json_t *caller = json_object_get(o, "caller"), *called = json_object_get(o, "called");
    int           state = call_state_number(text(json_object_get(o, "state")));
    uint64_t      id = (uint64_t)number(o, "id", MAX_COUNT);

    if (state < 0 || state == CALL_ENDED || json_array_size(caller) != 1 || !all_lines(sim, caller) ||
        !all_lines(sim, called) || call_find(sim, id) != NULL ||
        ((state == CALL_RINGING || state == CALL_CONNECTED) && json_array_size(called) == 0))
        return;
    struct call *c = enter_call(sim, id, state, o);
    c->active = number(o, "active", 1) != 0;
    c->node = node_number(sim, text(json_object_get(o, "node")));
    restore_legs(r, c, caller, false);
    restore_legs(r, c, called, true);
    note_timer(r, &c->timer, o);
}

/* ---- all of it ---- */

static void
each(struct restore *r, const json_t *root, const char *name, void (*fn)(struct restore *r, const json_t *o))
{
    size_t  i;
    json_t *o;

    json_array_foreach(json_object_get(root, name), i, o)
    {
        fn(r, o);
    }
}

static void
start_the_rest(struct sim *sim)
{
    struct order_at at = { 0, 0 };
    struct dev     *d;

    sim->loading = false;
    sim->settling = sim->opt.settled;
    while ((d = order_next(&sim->order, &at)) != NULL) {
        if (!d->restored)
            apply_start(sim, d);
        d->restored = false;
    }
    sim->settling = false;
}

static void
apply_snapshot(struct sim *sim, const json_t *root)
{
    struct restore r = { .sim = sim };

    if (sim->opt.mode == SIM_CLOCK_MANUAL && number(root, "now", MAX_TIME) > 0)
        sim->base_ms = number(root, "now", MAX_TIME);
    sim->last_event_ms = clock_now(sim);
    each(&r, root, "nodes", restore_node);
    each(&r, root, "devices", restore_device);
    uint64_t before = sim->last_seq;
    each(&r, root, "ended", restore_ended);
    each(&r, root, "calls", restore_call);
    events_forget_from(sim, before + 1); /* lines took up their states: that is nothing new */
    each(&r, root, "nodes", restore_counters);
    if (r.count > 0)
        qsort(r.turns, r.count, sizeof *r.turns, by_turn);
    for (size_t i = 0; i < r.count; i++)
        clock_timer(sim, r.turns[i].timer, r.turns[i].in);
    free(r.turns);
    if ((uint64_t)number(root, "calls_made", MAX_COUNT) > sim->last_call)
        sim->last_call = (uint64_t)number(root, "calls_made", MAX_COUNT);
    if ((uint64_t)number(root, "events", MAX_COUNT) > sim->last_seq)
        events_go_on_from(sim, (uint64_t)number(root, "events", MAX_COUNT));
    start_the_rest(sim);
}

bool
sim_load(struct sim *sim, const char *json, struct ccm_error *err)
{
    json_error_t why;
    json_t      *root = json_loads(json, JSON_REJECT_DUPLICATES, &why);

    if (root == NULL)
        return ccm_fail(err, CCM_MALFORMED, "the simulator's state is no JSON: line %d: %s", why.line, why.text);
    if (!json_is_object(root) || number(root, "format", MAX_COUNT) != 1 ||
        !json_is_array(json_object_get(root, "devices"))) {
        json_decref(root);
        return ccm_fail(err, CCM_INVALID, "this is no state of a simulator, or of another version (format 1)");
    }
    bool ok = sim_reload(sim, true, err);
    sim_lock(sim);
    if (ok)
        apply_snapshot(sim, root);
    sim->loading = false;
    sim_unlock(sim);
    json_decref(root);
    return ok;
}
