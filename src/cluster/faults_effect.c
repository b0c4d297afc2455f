/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What a rule that is met does to a request: delay it, put something else in the place of its answer, cut the
 * answer or slow it down. Time is the machine's: a client's own time limits run by it. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ccmsim/http.h"
#include "ccmsim/sim.h"
#include "cluster/faults_priv.h"

#define TICK_MS 50 /* of a slow body */

/* ---- before ---- */

static void
on_timer(void *cookie)
{
    request_resume(cookie);
}

/* If the timer can't be stopped it has resumed the request, or is about to. */
static void
on_cancel(struct request *rq)
{
    struct fault_verdict *v = rq->faults;

    if (sim_driver_cancel(v->driver, v->timer))
        request_resume(rq);
}

/* The timer may run out before its number is kept: on_cancel is only called once the request is suspended, by the
 * loop that is here. */
static enum outcome
delay(struct sim_driver *driver, struct request *rq, struct fault_verdict *v)
{
    v->driver = driver;
    v->waited = true;
    rq->on_cancel = on_cancel;
    v->timer = sim_driver_after(driver, v->delay_ms, on_timer, rq);
    return SUSPENDED;
}

static void
write_garbage(struct request *rq, const struct fault_verdict *v)
{
    uint64_t state = v->random | 1;
    char    *out;

    rq->reply.status = 200;
    rq->reply.content_type = "text/xml;charset=UTF-8";
    buf_clear(&rq->reply.body);
    if ((out = buf_extend(&rq->reply.body, v->rule->bytes)) == NULL)
        return;
    for (uint32_t i = 0; i < v->rule->bytes; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        out[i] = (char)(state >> 32);
    }
}

static void
write_status(struct request *rq, const struct fault_rule *r)
{
    if (r->text == NULL) {
        reply_html_error(rq, r->http_status, "");
        return;
    }
    rq->reply.status = r->http_status;
    rq->reply.content_type = r->content_type != NULL ? r->content_type : "text/html;charset=utf-8";
    buf_clear(&rq->reply.body);
    buf_adds(&rq->reply.body, r->text);
}

static void
write_error(const struct fault_rule *r, struct ccm_error *err)
{
    enum ccm_status status = r->kind == FAULT_THROTTLE ? CCM_THROTTLED : r->status;

    ccm_fail(err, status, "%s", r->text != NULL ? r->text : "");
    if (r->code != 0)
        err->code = r->code;
}

/* Put the rule's answer in the place of the request's. True: *err is the answer. */
static bool
replace(struct request *rq, const struct fault_verdict *v, struct ccm_error *err)
{
    switch (v->rule->kind) {
    case FAULT_ERROR:
    case FAULT_THROTTLE: write_error(v->rule, err); return true;
    case FAULT_STATUS: write_status(rq, v->rule); break;
    case FAULT_GARBAGE: write_garbage(rq, v); break;
    case FAULT_CLOSE: rq->reply.fate = REPLY_CLOSE; break;
    case FAULT_RESET: rq->reply.fate = REPLY_RESET; break;
    case FAULT_DELAY:
    case FAULT_TRUNCATE:
    case FAULT_SLOW: break;
    }
    return false;
}

static bool
only_changes_the_answer(const struct fault_rule *r)
{
    return r->after || r->kind == FAULT_TRUNCATE || r->kind == FAULT_SLOW;
}

enum outcome
faults_before(struct faults *f, struct sim_driver *driver, struct request *rq, int64_t now_ms, struct ccm_error *err)
{
    struct fault_verdict *v = rq->faults;

    if (v == NULL)
        rq->faults = v = faults_decide(f, rq, now_ms);
    if (v == NULL)
        return DONE;
    if (v->delay_ms > 0 && !v->waited)
        return delay(driver, rq, v);
    rq->on_cancel = NULL;
    if (v->waited && request_cancelled(rq)) {
        rq->reply.fate = REPLY_CLOSE; /* nobody waits for an answer, and nothing was done */
        return FAILED;
    }
    if (v->rule == NULL || only_changes_the_answer(v->rule))
        return DONE;
    replace(rq, v, err);
    return FAILED;
}

/* ---- behind ---- */

bool
faults_after(struct request *rq, struct ccm_error *err)
{
    const struct fault_verdict *v = rq->faults;

    if (v == NULL || v->rule == NULL || !v->rule->after || rq->reply.more != NULL)
        return true;
    return !replace(rq, v, err);
}

/* ---- a body that breaks off ---- */

static ssize_t
break_off(struct request *rq, char *out, size_t room)
{
    (void)rq, (void)out, (void)room;
    return -2;
}

static void
truncate_body(struct request *rq, uint32_t bytes)
{
    struct reply *r = &rq->reply;

    if (bytes >= r->body.len)
        return;
    r->length = r->body.len;
    r->body.len = bytes;
    r->more = break_off;
}

/* ---- a slow body ---- */

/* Outlives the request while its timer is under way. */
struct slow {
    pthread_mutex_t    lock;
    struct request    *rq; /* NULL: it is gone */
    struct sim_driver *driver;
    bool               ticking;
    uint64_t           timer;
    struct buf         body;
    size_t             sent, piece, allowed;
};

static void
slow_free(struct slow *s)
{
    pthread_mutex_destroy(&s->lock);
    buf_release(&s->body);
    free(s);
}

static void
on_tick(void *cookie)
{
    struct slow *s = cookie;

    pthread_mutex_lock(&s->lock);
    s->ticking = false;
    s->allowed += s->piece;
    bool orphan = s->rq == NULL;
    if (!orphan)
        request_resume(s->rq);
    pthread_mutex_unlock(&s->lock);
    if (orphan)
        slow_free(s);
}

static void
on_end(void *cookie)
{
    struct slow *s = cookie;

    pthread_mutex_lock(&s->lock);
    s->rq = NULL;
    bool ticking = s->ticking && !sim_driver_cancel(s->driver, s->timer);
    pthread_mutex_unlock(&s->lock);
    if (!ticking)
        slow_free(s);
}

static ssize_t
next_bytes(struct request *rq, char *out, size_t room)
{
    struct slow *s = ((struct fault_verdict *)rq->faults)->slow;
    ssize_t      n = 0;

    pthread_mutex_lock(&s->lock);
    size_t left = s->body.len - s->sent, some = s->allowed - s->sent;
    some = some < left ? some : left;
    some = some < room ? some : room;
    memcpy(out, s->body.ptr + s->sent, some);
    s->sent += some;
    n = left == 0 ? -1 : (ssize_t)some;
    if (some == 0 && left > 0 && !s->ticking) {
        s->ticking = true;
        s->timer = sim_driver_after(s->driver, TICK_MS, on_tick, s);
    }
    pthread_mutex_unlock(&s->lock);
    return n;
}

static void
slow_down(struct sim_driver *driver, struct request *rq, uint32_t bytes_a_second)
{
    struct slow *s = calloc(1, sizeof *s);

    if (s == NULL)
        abort();
    pthread_mutex_init(&s->lock, NULL);
    s->rq = rq;
    s->driver = driver;
    s->piece = (size_t)bytes_a_second * TICK_MS / 1000;
    s->piece += s->piece == 0;
    s->body = rq->reply.body;
    rq->reply.body = (struct buf){ .max = s->body.max };
    rq->reply.length = s->body.len;
    rq->reply.more = next_bytes;
    ((struct fault_verdict *)rq->faults)->slow = s;
    arena_defer(rq->arena, on_end, s);
}

void
faults_send(struct sim_driver *driver, struct request *rq)
{
    const struct fault_verdict *v = rq->faults;

    if (v == NULL || v->rule == NULL || rq->reply.more != NULL || rq->reply.fate != REPLY_SEND ||
        rq->reply.body.len == 0)
        return;
    if (v->rule->kind == FAULT_TRUNCATE)
        truncate_body(rq, v->rule->bytes);
    else if (v->rule->kind == FAULT_SLOW)
        slow_down(driver, rq, v->rule->bytes);
}
