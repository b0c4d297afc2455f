/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The way of a request: each step is done, must wait (then the pipeline is entered again at the same
 * step when the request is resumed), or fails, which ends in the service's own fault. Whatever the
 * outcome, the steps behind are closed in reverse order: the journal sees every answer. */
#include "ccmsim/pipeline.h"

#include <string.h>
#include <time.h>

#include "ccmsim/auth.h"
#include "ccmsim/clusters.h"
#include "ccmsim/faults.h"
#include "ccmsim/http.h"
#include "ccmsim/journal.h"
#include "ccmsim/log.h"
#include "ccmsim/service.h"
#include "ccmsim/sim.h"

/* ---- steps ---- */

/* As servlet containers see a path: path parameters (";jsessionid=...") are not of it, doubled slashes are one, and
 * clients in the field put one behind. */
static const char *
plain_path(struct arena *a, const char *sent)
{
    char *path = arena_strdup(a, sent), *out = path;

    for (const char *in = path; *in != '\0';) {
        if (*in == ';')
            in += strcspn(in, "/");
        else if (*in == '/' && out > path && out[-1] == '/')
            in++;
        else
            *out++ = *in++;
    }
    if (out > path + 1 && out[-1] == '/')
        out--;
    *out = '\0';
    return path;
}

/* "/axl/" takes "/axl" and "/axl/x". */
static bool
prefix_fits(const char *prefix, const char *path)
{
    size_t len = strlen(prefix);

    if (len > 0 && prefix[len - 1] == '/' && strncmp(path, prefix, len - 1) == 0 && path[len - 1] == '\0')
        return true;
    return strncmp(path, prefix, len) == 0 && (prefix[len - 1] == '/' || path[len] == '\0');
}

/* Which cluster, and later steps are its own. */
static enum outcome
step_choose(struct request *rq, struct ccm_error *err)
{
    return clusters_choose(rq, err);
}

static const struct service *
service_at(const char *path)
{
    for (const struct service *const *s = services; *s != NULL; s++)
        for (const char *const *prefix = (*s)->prefixes; *prefix != NULL; prefix++)
            if (prefix_fits(*prefix, path))
                return *s;
    return NULL;
}

/* Which node it is that answers. One without power says nothing at all; of a service that was stopped the web
 * server says that there is none. */
static enum outcome
reach(struct request *rq)
{
    const struct service *s = rq->service;
    struct sim_reach to = sim_node_reach(rq->cluster->sim, rq->arena, http_address(rq), s != NULL ? s->process : NULL);

    rq->node = to.node;
    if (!to.up)
        rq->reply.fate = REPLY_CLOSE;
    else if (!to.runs)
        reply_html_error(rq, s->stopped != 0 ? s->stopped : 404,
                         s->stopped == 503 ? "The requested service is not currently available."
                                           : "The requested resource is not available.");
    return to.up && to.runs ? DONE : FAILED;
}

static enum outcome
step_route(struct request *rq, struct ccm_error *err)
{
    rq->path = plain_path(rq->arena, rq->sent_path);
    rq->service = service_at(rq->path);
    if (rq->service == NULL || !rq->service->unrecorded) {
        enum outcome outcome = reach(rq);
        if (outcome != DONE)
            return outcome;
    }
    if (rq->service != NULL)
        return DONE;
    ccm_fail(err, CCM_NO_RESOURCE, "The requested resource is not available.");
    return FAILED;
}

/* What wants TLS and came without is sent there: the reply is complete, no later step runs. */
static enum outcome
step_redirect(struct request *rq, struct ccm_error *err)
{
    if (rq->tls || rq->service->plain || rq->cluster->settings.plain_http)
        return DONE;
    if (!reply_redirect_to_tls(rq))
        ccm_fail(err, CCM_FORBIDDEN, "This resource is answered over HTTPS only.");
    return FAILED;
}

static enum outcome
step_auth(struct request *rq, struct ccm_error *err)
{
    return rq->service->own_auth ? DONE : auth_request(rq->cluster->auth, rq, err);
}

static enum outcome
step_identify(struct request *rq, struct ccm_error *err)
{
    return rq->service->identify == NULL || rq->service->identify(rq, err) ? DONE : FAILED;
}

/* A user in the body can name the cluster; whether node and service are up is then that one's to say. */
static enum outcome
step_enter(struct request *rq, struct ccm_error *err)
{
    const struct cluster *before = rq->cluster;
    enum outcome          outcome = rq->service->choose != NULL ? rq->service->choose(rq, err) : DONE;

    return outcome == DONE && rq->cluster != before ? reach(rq) : outcome;
}

static enum outcome
step_authorize(struct request *rq, struct ccm_error *err)
{
    return rq->service->authorize == NULL || rq->service->authorize(rq, err) ? DONE : FAILED;
}

/* What a test makes go wrong, slow or scarce (faults.h). */
static enum outcome
step_faults(struct request *rq, struct ccm_error *err)
{
    const struct cluster *cl = rq->cluster;

    return faults_before(cl->faults, cl->driver, rq, sim_now_ms(cl->sim), err);
}

static enum outcome
step_handle(struct request *rq, struct ccm_error *err)
{
    return rq->service->handle(rq, err);
}

static void
close_journal(struct request *rq)
{
    const struct service *s = rq->service;
    struct timespec       wall, mono;

    if (s != NULL && s->unrecorded)
        return;
    clock_gettime(CLOCK_REALTIME, &wall);
    clock_gettime(CLOCK_MONOTONIC, &mono);
    uint64_t             now_ns = (uint64_t)mono.tv_sec * 1000000000u + (uint64_t)mono.tv_nsec;
    struct journal_entry entry = {
        .time_ms = (int64_t)wall.tv_sec * 1000 + wall.tv_nsec / 1000000,
        .duration_us = (now_ns - rq->started_ns) / 1000,
        .status = rq->reply.status,
        .service = s != NULL ? s->name : NULL,
        .operation = rq->operation,
        .user = rq->user,
        .method = rq->method,
        .path = rq->sent_path,
        .request = rq->body,
        .reply = { rq->reply.body.ptr, rq->reply.body.len },
    };
    journal_add(rq->cluster->journal, &entry);
}

static const struct step {
    const char *name;
    enum outcome (*run)(struct request *rq, struct ccm_error *err); /* NULL: nothing on the way in */
    void (*close)(struct request *rq);                              /* NULL: nothing on the way out */
} steps[] = {
    { "journal", NULL, close_journal },  { "choose", step_choose, NULL },       { "route", step_route, NULL },
    { "redirect", step_redirect, NULL }, { "auth", step_auth, NULL },           { "identify", step_identify, NULL },
    { "enter", step_enter, NULL },       { "authorize", step_authorize, NULL }, { "faults", step_faults, NULL },
    { "handle", step_handle, NULL },
};
#define STEP_COUNT (sizeof steps / sizeof steps[0])

/* ---- the walk ---- */

/* A step that failed with a complete reply (the redirect) has left no error. */
static void
fail(struct request *rq, const struct ccm_error *err)
{
    if (err->status == CCM_OK)
        return;
    log_debug("%s %s: %s: %s", rq->method, rq->path, rq->step < STEP_COUNT ? steps[rq->step].name : "after", err->text);
    buf_clear(&rq->reply.body);
    if (rq->service != NULL && rq->service->fail != NULL)
        rq->service->fail(rq, err);
    else
        reply_html_error(rq, ccm_status_http(err->status), err->text);
}

/* No client is left without an answer, whatever a service forgot. */
static void
complete(struct request *rq)
{
    if (rq->reply.status != 0 || rq->reply.fate != REPLY_SEND)
        return;
    log_error("%s left '%s' without an answer", rq->service != NULL ? rq->service->name : "the pipeline", rq->path);
    reply_html_error(rq, 500,
                     "The server encountered an internal error that prevented it from fulfilling this request.");
}

enum outcome
pipeline_run(struct request *rq)
{
    struct ccm_error err = { .status = CCM_OK };

    for (; rq->step < STEP_COUNT; rq->step++) {
        enum outcome outcome = steps[rq->step].run != NULL ? steps[rq->step].run(rq, &err) : DONE;
        if (outcome == SUSPENDED)
            return SUSPENDED;
        if (outcome == FAILED) {
            fail(rq, &err);
            break;
        }
    }
    if (rq->step == STEP_COUNT && !faults_after(rq, &err))
        fail(rq, &err);
    complete(rq);
    for (size_t i = rq->step < STEP_COUNT ? rq->step + 1 : STEP_COUNT; i-- > 0;)
        if (steps[i].close != NULL)
            steps[i].close(rq);
    faults_send(rq->cluster->driver, rq);
    return DONE;
}
