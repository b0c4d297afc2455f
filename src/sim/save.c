/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The simulator's part of a snapshot, written: whatever can't be had from the store. Texts are names, so that a
 * snapshot holds beside another image of the same store. */
#include <inttypes.h>

#include "sim/call.h"

static void
save_timer(struct buf *b, const struct sim *sim, const struct sim_timer *t)
{
    if (t->pos != 0)
        buf_addf(b, ",\"in\":%" PRId64 ",\"turn\":%" PRIu64, t->at - clock_now(sim), t->seq);
}

static void
save_node(const struct sim *sim, const struct node *n, struct buf *b)
{
    (void)sim;
    buf_adds(b, "{\"name\":");
    json_text(b, n->name);
    buf_addf(b, ",\"up\":%d,\"since\":%" PRId64 ",\"services\":[", n->up, n->since_ms);
    for (size_t i = 0, written = 0; i < SERVICE_COUNT; i++) {
        if (!n->exists[i])
            continue;
        buf_addf(b, "%s[", written++ > 0 ? "," : "");
        json_text(b, sim_services[i].name);
        buf_addf(b, ",%d,%d,%" PRId64 "]", n->activated[i], n->running[i], n->service_since[i]);
    }
    buf_adds(b, "],\"counters\":[");
    for (size_t i = 0; i < GAUGE_COUNT; i++)
        buf_addf(b, "%s%" PRId64, i > 0 ? "," : "", n->gauges[i]);
    buf_adds(b, "]}");
}

static void
save_left(const struct sim *sim, const struct dev *d, struct buf *b)
{
    buf_adds(b, ",\"left\":[");
    for (uint8_t i = 0; i < d->left_count; i++) {
        buf_addf(b, "%s[", i > 0 ? "," : "");
        json_text(b, node_name(sim, d->left[i].node));
        buf_addf(b, ",%d,%d,%" PRId64 "]", d->left[i].status, d->left[i].reason, d->left[i].time_ms);
    }
    buf_addc(b, ']');
}

static void
save_refused(const struct dev *d, struct buf *b)
{
    bool any = false;

    for (uint8_t i = 0; i < d->line_count; i++)
        if (d->lines[i]->refused) {
            buf_addf(b, "%s%u", any ? "," : ",\"refused\":[", d->lines[i]->index);
            any = true;
        }
    if (any)
        buf_addc(b, ']');
}

static void
save_device(const struct sim *sim, const struct dev *d, struct buf *b)
{
    buf_adds(b, "{\"name\":");
    json_text(b, d->name);
    buf_addf(b, ",\"state\":\"%s\",\"status\":%d,\"time\":%" PRId64, phone_state_name(d->state), d->status, d->time_ms);
    if (d->reason != 0)
        buf_addf(b, ",\"reason\":%d", d->reason);
    if (d->node != 0) {
        buf_adds(b, ",\"node\":");
        json_text(b, node_name(sim, d->node));
    }
    buf_addf(b, ",\"slot\":%" PRIu32 ",\"attempts\":%" PRIu32 ",\"draws\":%" PRIu32, d->slot, d->attempts, d->draws);
    if (d->calls_attempted != 0)
        buf_addf(b, ",\"calls\":%" PRId64, d->calls_attempted);
    if (d->seen_ms != 0)
        buf_addf(b, ",\"seen\":%" PRId64, d->seen_ms);
    if (d->seen_node != 0) {
        buf_adds(b, ",\"seenOn\":");
        json_text(b, node_name(sim, d->seen_node));
    }
    if (d->active_ms != 0)
        buf_addf(b, ",\"active\":%" PRId64, d->active_ms);
    if (d->reject != 0)
        buf_addf(b, ",\"reject\":%d", d->reject);
    if (d->pending != 0)
        buf_addf(b, ",\"pending\":%d", d->pending);
    if (d->changed)
        buf_adds(b, ",\"changed\":1");
    if (d->left_count > 0)
        save_left(sim, d, b);
    save_refused(d, b);
    save_timer(b, sim, &d->timer);
    buf_addc(b, '}');
}

static void
save_legs(const struct leg *leg, struct buf *b, const char *name)
{
    buf_addf(b, ",\"%s\":[", name);
    for (bool first = true; leg != NULL; leg = leg->call_next, first = false) {
        buf_adds(b, first ? "[" : ",[");
        json_text(b, leg->line->dev->name);
        buf_addf(b, ",%u,%d]", leg->line->index, leg->state);
    }
    buf_addc(b, ']');
}

static void
save_party(const struct party *p, struct buf *b, const char *name)
{
    buf_addf(b, ",\"%s\":[", name);
    json_text(b, p->device);
    buf_addc(b, ',');
    json_text(b, p->pattern);
    buf_addc(b, ',');
    json_text(b, p->partition);
    buf_addc(b, ',');
    json_text(b, p->name);
    buf_addc(b, ']');
}

static void
save_call(const struct sim *sim, const struct call *c, struct buf *b)
{
    buf_addf(b, "{\"id\":%" PRIu64 ",\"state\":\"%s\",\"start\":%" PRId64 ",\"connect\":%" PRId64 ",\"cause\":%d",
             c->id, call_state_name(c->state), c->start_ms, c->connect_ms, c->cause);
    buf_addf(b, ",\"active\":%d", c->active);
    if (c->state == CALL_ENDED)
        buf_addf(b, ",\"end\":%" PRId64, c->end_ms);
    event_text(b, "digits", c->digits);
    event_text(b, "node", node_name(sim, c->node));
    save_party(&c->from, b, "from");
    save_party(&c->to, b, "to");
    save_legs(c->caller, b, "caller");
    save_legs(c->called, b, "called");
    save_timer(b, sim, &c->timer);
    buf_addc(b, '}');
}

void
sim_save(struct sim *sim, struct buf *out)
{
    struct order_at    at = { 0, 0 };
    const struct dev  *d;
    const struct call *oldest = NULL;

    sim_lock(sim);
    buf_addf(out, "{\"format\":1,\"now\":%" PRId64 ",\"events\":%" PRIu64 ",\"calls_made\":%" PRIu64 ",\"nodes\":[",
             clock_now(sim), sim->last_seq, sim->last_call);
    for (size_t i = 0; i < sim->node_count; i++) {
        buf_adds(out, i > 0 ? ",\n" : "\n");
        save_node(sim, &sim->nodes[sim->node_order[i] - 1], out);
    }
    buf_adds(out, "],\"devices\":[");
    for (bool first = true; (d = order_next(&sim->order, &at)) != NULL; first = false) {
        buf_adds(out, first ? "\n" : ",\n");
        save_device(sim, d, out);
    }
    buf_adds(out, "],\"calls\":[");
    for (const struct call *c = sim->calls; c != NULL; c = c->next)
        oldest = c;
    for (const struct call *c = oldest; c != NULL; c = c->prev) {
        buf_adds(out, c == oldest ? "\n" : ",\n");
        save_call(sim, c, out);
    }
    buf_adds(out, "],\"ended\":[");
    size_t kept = sim->ended_count < CALLS_KEPT ? sim->ended_count : CALLS_KEPT;
    for (size_t i = sim->ended_count - kept; i < sim->ended_count; i++) {
        buf_adds(out, i == sim->ended_count - kept ? "\n" : ",\n");
        save_call(sim, sim->ended[i % CALLS_KEPT], out);
    }
    buf_adds(out, "]}\n");
    sim_unlock(sim);
}
