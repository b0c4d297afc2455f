/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* POST wait: suspended until its condition holds, its time is up or its client goes. */
#include "ccmsim/journal.h"
#include "control/control_priv.h"
#include "control/hub.h"

#define DEFAULT_TIMEOUT_MS 30000

struct waiting {
    struct hub       *hub;
    struct condition *condition; /* until the group has it */
    struct group     *group;
    struct wait      *wait;
};

/* On an executor thread where the journal's bodies must be read. */
static void
find_group(void *arg)
{
    struct waiting *own = arg;

    own->group = hub_group(own->hub, own->condition);
}

static bool
reads_bodies(const struct condition *c, struct cluster *cl)
{
    return c->kind == ON_REQUESTS && (c->x.contains != NULL || c->x.answer_contains != NULL || c->x.text != NULL) &&
           journal_count(cl->journal) > 0;
}

static void
on_cancel(struct request *rq)
{
    const struct ask     *ask = rq->state;
    const struct waiting *own = ask->own;

    if (own->wait != NULL)
        hub_wait_cancel(own->wait);
}

static enum outcome
answer(struct request *rq, struct wait *w)
{
    json_t *out = json_pack("{s:b, s:I}", "met", w->state == WAIT_MET, "found", (json_int_t)w->found);

    json_object_update(out, w->facts);
    hub_wait_end(w);
    return control_reply(rq, 200, out);
}

enum outcome
control_wait(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    struct waiting *own = ask->own;
    bool            settled = true;

    if (own == NULL) {
        ask->own = own = arena_alloc(rq->arena, sizeof *own);
        own->hub = hub_of(rq->cluster);
        own->condition = condition_new(ask->args, err);
        if (own->condition == NULL)
            return FAILED;
        if (!reads_bodies(own->condition, rq->cluster)) {
            find_group(own);
        } else if (executor_submit(rq, find_group, own, err)) {
            return SUSPENDED;
        } else {
            condition_free(own->condition);
            return FAILED;
        }
    }
    if (own->wait == NULL) {
        rq->on_cancel = on_cancel;
        own->wait = hub_wait(own->group, rq, (uint64_t)ask_number(ask, "timeoutMs", DEFAULT_TIMEOUT_MS), &settled);
        if (!settled)
            return SUSPENDED;
    }
    return answer(rq, own->wait);
}
