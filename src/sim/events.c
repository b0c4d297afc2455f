/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What happened, a line of JSON each, the last ones in a ring. A line is written once, where it happens; seed and
 * clock decide every byte of it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sim/sim_priv.h"

/* Handed to a reader at a time. */
#define BATCH 128u

static const char *const kinds[KIND_COUNT] = {
    [KIND_DEVICE] = "device",   [KIND_LINE] = "line",         [KIND_CALL] = "call",   [KIND_NODE] = "node",
    [KIND_SERVICE] = "service", [KIND_MOBILITY] = "mobility", [KIND_CLOCK] = "clock",
};

void
sim_stamp(int64_t ms, char out[32])
{
    time_t    s = (time_t)(ms / 1000);
    struct tm tm;

    gmtime_r(&s, &tm);
    size_t n = strftime(out, 32, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out + n, 32 - n, ".%03dZ", (int)(ms % 1000));
}

void
json_text(struct buf *b, const char *text)
{
    buf_addc(b, '"');
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            buf_addf(b, "\\%c", *p);
        else if (*p < 0x20 || *p == 0x7f)
            buf_addf(b, "\\u%04x", *p);
        else
            buf_addc(b, (char)*p);
    }
    buf_addc(b, '"');
}

void
event_text(struct buf *b, const char *name, const char *value)
{
    buf_addf(b, ",\"%s\":", name);
    json_text(b, value);
}

void
event_number(struct buf *b, const char *name, int64_t value)
{
    buf_addf(b, ",\"%s\":%" PRId64, name, value);
}

struct buf *
event_begin(struct sim *sim, enum event_kind kind, const char *subject)
{
    struct buf *b = &sim->scratch;
    int64_t     now = clock_now(sim);
    char        stamp[32];

    /* Real time that is late must not run backwards. */
    if (now < sim->last_event_ms)
        now = sim->last_event_ms;
    sim->last_event_ms = now;
    sim_stamp(now, stamp);
    buf_clear(b);
    buf_addf(b, "{\"seq\":%" PRIu64 ",\"time\":\"%s\",\"kind\":\"%s\",\"%s\":", sim->last_seq + 1, stamp, kinds[kind],
             kind == KIND_CALL ? "call" : "subject");
    json_text(b, subject);
    return b;
}

static void
grow_ring(struct sim *sim)
{
    size_t             cap = sim->ring_cap == 0 ? 64 : sim->ring_cap * 2;
    struct event_slot *ring = base_malloc(cap * sizeof *ring);

    memset(ring, 0, cap * sizeof *ring);
    for (uint64_t s = sim->first_seq; s <= sim->last_seq && sim->ring_cap != 0; s++)
        ring[s % cap] = sim->ring[s % sim->ring_cap];
    free(sim->ring);
    sim->ring = ring;
    sim->ring_cap = cap;
}

void
event_end(struct sim *sim, enum event_kind kind, const char *subject)
{
    struct buf *b = &sim->scratch;
    size_t      len = strlen(subject) + 1;

    buf_addc(b, '}');
    if (sim->last_seq + 1 - sim->first_seq >= sim->ring_cap) {
        if (sim->ring_cap < EVENTS_KEPT) {
            grow_ring(sim);
        } else {
            free(sim->ring[sim->first_seq % sim->ring_cap].text);
            sim->first_seq++;
        }
    }
    struct event_slot *slot = &sim->ring[++sim->last_seq % sim->ring_cap];
    *slot = (struct event_slot){ base_malloc(len + b->len + 1), sim->last_event_ms, (uint8_t)kind };
    memcpy(slot->text, subject, len);
    memcpy(slot->text + len, buf_cstr(b), b->len + 1);
}

void
events_clear(struct sim *sim)
{
    for (uint64_t s = sim->first_seq; s <= sim->last_seq && sim->ring_cap != 0; s++)
        free(sim->ring[s % sim->ring_cap].text);
    free(sim->ring);
    sim->ring = NULL;
    sim->ring_cap = 0;
    sim->first_seq = sim->last_seq + 1;
}

void
events_forget_from(struct sim *sim, uint64_t seq)
{
    for (; sim->last_seq >= seq && sim->last_seq >= sim->first_seq; sim->last_seq--)
        free(sim->ring[sim->last_seq % sim->ring_cap].text);
}

/* The ring has no gaps: what was before is gone. */
void
events_go_on_from(struct sim *sim, uint64_t seq)
{
    events_clear(sim);
    sim->last_seq = sim->told_seq = seq;
    sim->first_seq = seq + 1;
}

/* Copies of up to BATCH events behind *after. */
static size_t
copy_out(struct sim *sim, uint64_t after, struct sim_event *out, struct arena *a, uint64_t *last)
{
    size_t n = 0;

    pthread_mutex_lock(&sim->lock);
    uint64_t s = after + 1 < sim->first_seq ? sim->first_seq : after + 1;
    for (; s <= sim->last_seq && n < BATCH; s++) {
        const struct event_slot *slot = &sim->ring[s % sim->ring_cap];
        char                    *subject = arena_strdup(a, slot->text);
        out[n++] = (struct sim_event){ s, slot->time_ms, kinds[slot->kind], subject,
                                       arena_strdup(a, slot->text + strlen(slot->text) + 1) };
    }
    *last = sim->last_seq;
    pthread_mutex_unlock(&sim->lock);
    return n;
}

uint64_t
sim_events(struct sim *sim, uint64_t after, bool (*fn)(void *cookie, const struct sim_event *e), void *cookie)
{
    struct sim_event batch[BATCH];
    struct arena    *a = arena_new();
    uint64_t         last = 0;
    bool             more = true;

    while (more) {
        size_t n = copy_out(sim, after, batch, a, &last);
        more = n == BATCH && fn != NULL;
        for (size_t i = 0; i < n && fn != NULL; i++)
            if (!fn(cookie, &batch[i])) {
                more = false;
                break;
            }
        if (n > 0)
            after = batch[n - 1].seq;
        arena_reset(a);
    }
    arena_free(a);
    return last;
}

void
sim_listen(struct sim *sim, void (*fn)(void *cookie, uint64_t last_seq), void *cookie)
{
    pthread_mutex_lock(&sim->lock);
    sim->listener = fn;
    sim->listener_cookie = cookie;
    sim->told_seq = sim->last_seq;
    pthread_mutex_unlock(&sim->lock);
}
