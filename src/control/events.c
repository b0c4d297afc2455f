/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* GET events: what happened in the simulator, as pages of JSON or as a server-sent stream that goes on. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "control/control_priv.h"
#include "control/hub.h"

#define DEFAULT_LIMIT   1000
#define DEFAULT_BEAT_MS 15000
#define PIECE           (16u * 1024) /* of a stream, gathered at once */

/* Which events: both forms. */
struct choice {
    unsigned    kinds;   /* bits; 0: all */
    const char *subject; /* NULL: all */
};

static bool
fits(const struct choice *c, const struct sim_event *e)
{
    return (c->kinds == 0 || (c->kinds & hub_kind(e->kind)) != 0) &&
           (c->subject == NULL || strcasecmp(c->subject, e->subject) == 0);
}

static uint64_t
last_event(struct sim *sim)
{
    return sim_events(sim, UINT64_MAX - 1, NULL, NULL);
}

/* ---- pages ---- */

struct page {
    struct choice choice;
    struct buf   *out;
    uint64_t      after, next;
    int64_t       limit;
    bool          lost;
};

static bool
add_to_page(void *cookie, const struct sim_event *e)
{
    struct page *p = cookie;

    if (p->next == p->after && e->seq > p->after + 1)
        p->lost = true;
    if (p->limit == 0)
        return false;
    p->next = e->seq;
    if (!fits(&p->choice, e))
        return true;
    if (p->out->ptr[p->out->len - 1] != '[')
        buf_addc(p->out, ',');
    buf_adds(p->out, e->json);
    p->limit--;
    return !p->out->overflow;
}

static enum outcome
answer_page(struct request *rq, struct ask *ask, const struct choice *choice, struct ccm_error *err)
{
    struct page p = { .choice = *choice,
                      .out = &rq->reply.body,
                      .after = (uint64_t)ask_number(ask, "after", 0),
                      .limit = ask_number(ask, "limit", DEFAULT_LIMIT) };

    p.next = p.after;
    buf_adds(p.out, "{\"events\":[");
    uint64_t last = sim_events(rq->cluster->sim, p.after, add_to_page, &p);
    buf_addf(p.out, "],\"next\":%llu,\"last\":%llu,\"lost\":%s}\n", (unsigned long long)p.next,
             (unsigned long long)last, p.lost ? "true" : "false");
    if (p.out->overflow)
        return control_refuse(ask, CCM_BAD_REQUEST, err, "give a smaller limit", "the answer is larger than %u bytes",
                              BUF_MAX_REPLY);
    rq->reply.status = 200;
    rq->reply.content_type = "application/json";
    return DONE;
}

/* ---- streams ---- */

struct follow {
    struct choice  choice;
    struct sim    *sim;
    struct stream *stream;
    uint64_t       next;     /* the last event looked at */
    bool           complete; /* there was none behind it */
    struct buf     pending;
    size_t         sent; /* of pending */
};

static void
end_follow(void *arg)
{
    struct follow *f = arg;

    hub_stream_end(f->stream);
    buf_release(&f->pending);
}

static bool
add_to_stream(void *cookie, const struct sim_event *e)
{
    struct follow *f = cookie;

    if (e->seq > f->next + 1)
        buf_addf(&f->pending, "event: gap\ndata: {\"from\":%llu,\"to\":%llu}\n\n", (unsigned long long)f->next + 1,
                 (unsigned long long)e->seq - 1);
    f->next = e->seq;
    if (fits(&f->choice, e))
        buf_addf(&f->pending, "id: %llu\nevent: %s\ndata: %s\n\n", (unsigned long long)e->seq, e->kind, e->json);
    f->complete = f->pending.len < PIECE;
    return f->complete;
}

/* Nothing for this stream lies between the last look, if that was complete, and what woke it. */
static void
gather(struct follow *f, uint64_t woken_by)
{
    if (f->complete && woken_by > f->next + 1)
        f->next = woken_by - 1;
    uint64_t before = f->next;
    f->complete = true;
    uint64_t last = sim_events(f->sim, f->next, add_to_stream, f);
    if (last < before) { /* numbered anew */
        f->next = 0;
        f->complete = false;
    }
}

static ssize_t
more(struct request *rq, char *out, size_t room)
{
    const struct ask *ask = rq->state;
    struct follow    *f = ask->own;

    while (f->sent == f->pending.len) {
        uint64_t woken_by;
        buf_release(&f->pending);
        buf_init(&f->pending, BUF_MAX_TEXT);
        f->sent = 0;
        bool beat = hub_stream_looks(f->stream, &woken_by);
        gather(f, woken_by);
        if (f->pending.len == 0 && beat)
            buf_adds(&f->pending, ":\n\n");
        if (f->pending.len == 0 && f->complete && hub_stream_idles(f->stream))
            return 0;
    }
    size_t n = f->pending.len - f->sent;
    if (n > room)
        n = room;
    memcpy(out, f->pending.ptr + f->sent, n);
    f->sent += n;
    return (ssize_t)n;
}

/* A client that comes back tells the last event it has seen. */
static bool
take_last_id(struct request *rq, uint64_t *after, bool *given, struct ccm_error *err)
{
    const char *text = rq->header(rq, "Last-Event-ID");
    char       *end;

    *given = text != NULL;
    if (text == NULL)
        return true;
    errno = 0;
    *after = strtoull(text, &end, 10);
    return (isdigit((unsigned char)*text) && *end == '\0' && errno == 0) ||
           ccm_fail(err, CCM_BAD_REQUEST, "'Last-Event-ID' is the number of an event, not '%.80s'", text);
}

static enum outcome
begin_stream(struct request *rq, struct ask *ask, const struct choice *choice, struct ccm_error *err)
{
    uint64_t after = 0;
    bool     given;

    if (!take_last_id(rq, &after, &given, err))
        return FAILED;
    struct follow *f = arena_alloc(rq->arena, sizeof *f);
    *f = (struct follow){ .choice = *choice, .sim = rq->cluster->sim };
    f->next = given ? after : (uint64_t)ask_number(ask, "after", (int64_t)last_event(f->sim));
    buf_init(&f->pending, BUF_MAX_TEXT);
    ask->own = f;
    f->stream = hub_stream(hub_of(rq->cluster), rq, choice->kinds, choice->subject,
                           (uint64_t)ask_number(ask, "heartbeatMs", DEFAULT_BEAT_MS));
    arena_defer(rq->arena, end_follow, f);
    rq->reply.status = 200;
    rq->reply.content_type = "text/event-stream";
    reply_header(rq, "Cache-Control", "no-store");
    buf_adds(&rq->reply.body, ":\n\n"); /* the client sees at once that it is on */
    rq->reply.more = more;
    return DONE;
}

static bool
wants_stream(struct request *rq, const struct ask *ask)
{
    const char *accept = rq->header(rq, "Accept");

    return ask_flag(ask, "stream") || (accept != NULL && strcasestr(accept, "text/event-stream") != NULL);
}

enum outcome
control_events(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    struct choice choice = { .subject = ask_text(ask, "subject") };
    const char   *kinds = ask_text(ask, "kind");
    char         *save = NULL;

    for (char *kind = kinds != NULL ? strtok_r(arena_strdup(rq->arena, kinds), ",", &save) : NULL; kind != NULL;
         kind = strtok_r(NULL, ",", &save)) {
        unsigned bit = hub_kind(kind);
        if (bit == 0)
            return control_refuse(
                ask, CCM_BAD_REQUEST, err,
                "kinds are device, line, call, node, service, mobility and clock; several with commas",
                "there are no events of kind '%s'", kind);
        choice.kinds |= bit;
    }
    return wants_stream(rq, ask) ? begin_stream(rq, ask, &choice, err) : answer_page(rq, ask, &choice, err);
}
