/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The AXL service: what a request is, who may send it, and its way through the engine. An operation is
 * run by its name if it is one of the irregular ones, else by its family. */
#include <stdlib.h>
#include <string.h>

#include "ccmsim/log.h"
#include "ccmsim/service.h"
#include "envelope.h"
#include "special.h"
#include "version.h"

struct axl_state { /* of a request, across a suspension */
    enum axl_version     version;
    const struct axl_op *op;
    bool                 brief, stopped; /* a client's SQL that has a moment only; and took longer */
    bool                 done;           /* ran on the executor */
    bool                 ok;
    struct ccm_error     err;
};

static const struct family {
    bool (*run)(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err);
    bool writes;
} families[] = {
    [AXL_ADD] = { axl_run_add, true },    [AXL_UPDATE] = { axl_run_update, true }, [AXL_GET] = { axl_run_get, false },
    [AXL_LIST] = { axl_run_list, false }, [AXL_REMOVE] = { axl_run_remove, true }, [AXL_APPLY] = { axl_run_act, true },
    [AXL_RESET] = { axl_run_act, true },  [AXL_RESTART] = { axl_run_act, true },   [AXL_WIPE] = { axl_run_act, true },
    [AXL_OTHER] = { NULL, true },
};

static const struct family *
family_of(const struct axl_op *op)
{
    bool known = op->object >= 0 && op->family < AXL_OTHER && families[op->family].run != NULL;
    return &families[known ? op->family : AXL_OTHER];
}

static bool
is_write(const struct axl_op *op)
{
    const struct axl_operation *s = axl_operation_find(op->name);
    return s != NULL ? s->writes : op->family != AXL_OPTIONS && family_of(op)->writes;
}

static bool
axl_identify(struct request *rq, struct ccm_error *err)
{
    struct soap_message *m = arena_alloc(rq->arena, sizeof *m);
    struct axl_state    *st = arena_alloc(rq->arena, sizeof *st);

    rq->state = st;
    st->version = AXL_V15_0;
    if (strcmp(rq->method, "GET") == 0) {
        rq->operation = "banner";
        return true;
    }
    if (strcmp(rq->method, "POST") != 0)
        return ccm_fail(err, CCM_BAD_METHOD, "HTTP method %.20s is not supported by this URL", rq->method);
    if (!soap_read(rq->arena, rq->body, m, err))
        return false;
    rq->soap = m;
    rq->operation = m->operation->name;
    if (!axl_version_of(rq->cluster, rq->arena, rq->header(rq, "SOAPAction"), m->operation->ns, m->operation->name,
                        &st->version, err))
        return false;
    st->op = axl_op_find(m->operation->name, st->version);
    if (st->op == NULL)
        return ccm_fail(err, CCM_UNKNOWN_OP, "Unknown request: %.100s", m->operation->name);
    return true;
}

static bool
axl_authorize(struct request *rq, struct ccm_error *err)
{
    struct axl_state *st = rq->state;
    if ((rq->access & (ACCESS_AXL_READ | ACCESS_AXL_WRITE)) == 0)
        return ccm_fail(err, CCM_FORBIDDEN, "Access to the requested resource has been denied");
    if (st->op != NULL && is_write(st->op) && (rq->access & ACCESS_AXL_WRITE) == 0)
        return ccm_fail(err, CCM_UNAUTHORIZED, "This user may only read");
    return true;
}

static const char *
sequence_of(const struct soap_element *e)
{
    const char *s = soap_attr(e, "sequence");
    return s != NULL && *s != '\0' && s[strspn(s, "0123456789")] == '\0' && strlen(s) <= 20 ? s : NULL;
}

static bool
run_in(struct axl_call *c, const struct soap_element *e, struct ccm_error *err)
{
    const struct axl_operation *special = axl_operation_find(c->op->name);
    const char                 *attr = NULL, *value = NULL;

    if (special == NULL && family_of(c->op)->run == NULL)
        return ccm_fail(err, CCM_UNSUPPORTED, "%s is not carried out by this server", c->op->name);
    if (special != NULL && special->echo != NULL) {
        attr = special->echo;
        value = axl_text(c, soap_child(e, attr));
    }
    axl_response_begin(c->out, c->version, c->op->response_element, sequence_of(e), attr, value);
    if (!(special != NULL ? special->run : family_of(c->op)->run)(c, e, err))
        return false;
    axl_response_end(c->out, c->version, c->op->response_element);
    if (c->out->overflow)
        return ccm_fail(
            err, CCM_TOO_LARGE,
            "Maximum AXL Memory Allocation Consumed. Please retry once requests in progress have completed");
    return true;
}

/* One operation: one lease, and for a write one transaction. On a loop (wait false) a write that finds
 * another one under way, or a read that turns out to be long, sets *busy and has done nothing; so does SQL that was
 * given a moment and wants more. */
static bool
run(struct request *rq, bool wait, bool *busy, struct ccm_error *err)
{
    struct axl_state   *st = rq->state;
    struct cluster     *cl = rq->cluster;
    bool                writes = is_write(st->op), ok;
    struct axl_call     c = { .arena = rq->arena,
                              .cluster = cl,
                              .out = &rq->reply.body,
                              .version = st->version,
                              .strictness = cl->settings.strictness,
                              .op = st->op,
                              .brief = st->brief,
                              .request = rq };
    bool                sql = strcmp(st->op->name, "executeSQLUpdate") == 0;
    struct store_writer who = { .user = rq->user != NULL ? rq->user : "", .origin = sql ? "sql" : "axl" };

    *busy = false;
    if (writes && wait && !axl_hash_secrets(&c, rq->soap->operation, err))
        return false;
    c.conn = !writes ? (wait ? store_read_begin : store_read_short)(cl->store, err)
             : wait  ? store_write_begin(cl->store, &who, err)
                     : store_write_try(cl->store, &who, busy, err);
    if (c.conn == NULL)
        return false;
    ok = run_in(&c, rq->soap->operation, err);
    axl_answer_release(&c);
    if (!writes) {
        *busy = c.stopped || (!wait && store_read_stopped(c.conn)); /* whatever came of it */
        if (*busy)
            buf_clear(c.out);
        store_read_end(c.conn);
        return ok && !*busy;
    }
    return store_write_end(c.conn, ok, ok ? err : NULL) && ok;
}

static void
run_on_executor(void *arg)
{
    struct request   *rq = arg;
    struct axl_state *st = rq->state;
    st->ok = run(rq, true, &st->stopped, &st->err);
    st->done = !st->stopped;
}

/* A client's SQL has a moment first. If it wants more it is begun anew where it holds up its like alone: not what is
 * quick, not hashing, not writes. */
static enum outcome
leave_loop(struct request *rq, struct ccm_error *err)
{
    struct axl_state  *st = rq->state;
    bool               query = strcmp(st->op->name, "executeSQLQuery") == 0;
    enum executor_lane lane = is_write(st->op) ? LANE_WRITE : query && st->stopped ? LANE_LONG : LANE_BRIEF;

    st->brief = query && !st->stopped;
    st->stopped = false;
    return executor_submit_to(rq, lane, run_on_executor, rq, err) ? SUSPENDED : FAILED;
}

/* Hashing a secret and a client's SQL take their time: they leave the loop. */
static bool
is_slow(const struct axl_op *op, const struct soap_element *e)
{
    static const char *const    secrets[] = { "password", "pin", "digestCredentials" };
    const struct axl_operation *s = axl_operation_find(op->name);
    if (s != NULL)
        return s->slow;
    if (op->family != AXL_ADD && op->family != AXL_UPDATE)
        return false;
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        if (soap_child(e, secrets[i]) != NULL)
            return true;
        for (const struct soap_element *w = e->children; w != NULL; w = w->next)
            if (soap_child(w, secrets[i]) != NULL)
                return true;
    }
    return false;
}

static void
banner(struct request *rq)
{
    rq->reply.status = 200;
    rq->reply.content_type = "text/html;charset=UTF-8";
    buf_adds(&rq->reply.body,
             "<html><head><title>Cisco CallManager: AXL Web Service</title></head>"
             "<body><h1>Cisco CallManager: AXL Web Service</h1>"
             "<p>The AXL Web Service is working and accepting requests. Use HTTP POST to send a request.</p>"
             "</body></html>");
}

static enum outcome
axl_handle(struct request *rq, struct ccm_error *err)
{
    struct axl_state *st = rq->state;
    bool              ok, busy;

    if (st->op == NULL) {
        banner(rq);
        return DONE;
    }
    if (st->done) {
        ok = st->ok;
        if (!ok)
            *err = st->err;
    } else if (st->stopped || is_slow(st->op, rq->soap->operation)) {
        return leave_loop(rq, err);
    } else {
        ok = run(rq, false, &busy, err);
        if (busy)
            return leave_loop(rq, err);
    }
    if (!ok)
        return FAILED;
    rq->reply.status = 200;
    rq->reply.content_type = "text/xml;charset=UTF-8";
    return DONE;
}

static void
axl_fail(struct request *rq, const struct ccm_error *err)
{
    const struct axl_state *st = rq->state;
    int                     http = ccm_status_http(err->status);

    buf_clear(&rq->reply.body);
    if (http != 500) {
        reply_html_error(rq, http, err->text);
        return;
    }
    rq->reply.status = http;
    rq->reply.content_type = "text/xml;charset=UTF-8";
    axl_fault(&rq->reply.body, st != NULL ? st->version : AXL_V15_0, err, rq->operation != NULL ? rq->operation : "");
}

static const char *const prefixes[] = { "/axl/", NULL };

const struct service axl_service = {
    .name = "axl",
    .prefixes = prefixes,
    .process = "Cisco AXL Web Service",
    .identify = axl_identify,
    .authorize = axl_authorize,
    .handle = axl_handle,
    .fail = axl_fail,
};
