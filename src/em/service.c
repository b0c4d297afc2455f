/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The servlet: POST (or GET) of the form field xml, and the DTDs that requests are held to. Status 200 for whatever it
 * understands; failures are numbered (Developers Guide, Extension Mobility Service API). */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ccmsim/auth.h"
#include "ccmsim/cluster.h"
#include "ccmsim/clusters.h"
#include "ccmsim/service.h"
#include "ccmsim/xml.h"
#include "em/em_priv.h"

#define SERVLET "/emservice/EMServiceServlet"

struct em_state { /* of a request, across its suspensions */
    struct em_message message;
    double            release;
    const char       *dtd; /* a GET of one; NULL: a message */
    enum { BEFORE, AUTHENTICATING, RUNNING } stage;
    struct em_load  *load; /* counted there; NULL: not, or no more */
    bool             ok;
    struct ccm_error err;
};

/* ---- what is asked ---- */

/* No GET with another method's side effects: the container refuses these. */
static bool
check_method(struct request *rq, struct ccm_error *err)
{
    return strcmp(rq->method, "POST") == 0 || strcmp(rq->method, "GET") == 0 ||
           ccm_fail(err, CCM_FORBIDDEN, "Access to the requested resource has been denied");
}

static const char *
find_dtd(const char *path)
{
    static const struct {
        const char *path, *text;
    } dtds[] = { { "/emservice/jsp/LoginRequest.dtd", em_login_request_dtd },
                 { "/emservice/jsp/LoginQuery.dtd", em_login_query_dtd } };

    for (size_t i = 0; i < sizeof dtds / sizeof dtds[0]; i++)
        if (strcmp(path, dtds[i].path) == 0)
            return dtds[i].text;
    return NULL;
}

static bool
read_message(struct request *rq, struct em_state *st, struct ccm_error *err)
{
    const char *text = em_form_field(rq->arena, rq->body);

    if (text == NULL && rq->query != NULL)
        text = em_form_field(rq->arena, (struct str){ rq->query, strlen(rq->query) });
    /* What the journal keeps, which finds secrets in XML, not in forms. */
    rq->body = (struct str){ text != NULL ? text : "", text != NULL ? strlen(text) : 0 };
    if (text == NULL || !em_message_read(rq->arena, text, st->release, &st->message, err))
        return text != NULL ? false : em_fail(err, 1);
    struct soap_message *tree = arena_alloc(rq->arena, sizeof *tree);
    tree->operation = st->message.element;
    tree->body = st->message.root;
    rq->soap = tree;
    rq->operation = st->message.element->name;
    return true;
}

static bool
em_identify(struct request *rq, struct ccm_error *err)
{
    struct em_state *st = arena_alloc(rq->arena, sizeof *st);

    rq->state = st;
    st->release = strtod(rq->cluster->settings.ccm_version, NULL);
    st->dtd = find_dtd(rq->path);
    if (!check_method(rq, err))
        return false;
    if (st->dtd != NULL) {
        rq->operation = strrchr(rq->path, '/') + 1;
        return true;
    }
    if (strcmp(rq->path, SERVLET) != 0)
        return ccm_fail(err, CCM_NO_RESOURCE, "The requested resource is not available.");
    return read_message(rq, st, err);
}

/* The application's name says which; who logs in may be named alike. */
static enum outcome
em_choose(struct request *rq, struct ccm_error *err)
{
    struct em_state *st = rq->state;
    enum outcome     outcome = st->dtd == NULL ? clusters_choose_user(rq, &st->message.app_id, err) : DONE;

    return outcome == DONE && st->dtd == NULL && rq->cluster->member != NULL
               ? clusters_choose_user(rq, &st->message.user, err)
               : outcome;
}

/* ---- how many at once ---- */

struct em_load {
    atomic_int under_way;
};

static void *
load_make(struct cluster *cl)
{
    struct em_load *load = calloc(1, sizeof *load);

    (void)cl;
    if (load == NULL)
        abort();
    return load;
}

static void
load_leave(void *arg)
{
    struct em_state *st = arg;

    if (st->load != NULL)
        atomic_fetch_sub(&st->load->under_way, 1);
    st->load = NULL;
}

static bool
load_enter(struct request *rq, struct em_state *st, struct ccm_error *err)
{
    static const struct cluster_state kind = { load_make, NULL, free };
    struct em_load                   *load = cluster_state(rq->cluster, &kind);
    struct store_conn                *c = store_read_begin(rq->cluster->store, err);
    const char                       *most = "";

    bool ok =
        c != NULL && store_parameter(c, rq->arena, MOBILITY_SERVICE, "MaximumConcurrentRequests", rq->node, &most, err);
    store_read_end(c);
    if (!ok)
        return em_fail(err, 6);
    st->load = load;
    arena_defer(rq->arena, load_leave, st);
    long limit = strtol(most, NULL, 10);
    if (atomic_fetch_add(&load->under_way, 1) >= limit && limit > 0) {
        load_leave(st);
        return em_fail(err, 26);
    }
    return true;
}

/* ---- who asks ---- */

static bool
not_authenticated(const struct em_message *m, struct ccm_error *err)
{
    em_fail(err, 3);
    ccm_fail(err, CCM_INVALID, "%sApplication Authentication Error: Could not authenticate '%.200s'",
             m->query ? "DB Query Error: " : "", m->app_id);
    err->code = 3;
    return false;
}

static enum outcome
authenticate(struct request *rq, const struct em_message *m, struct ccm_error *err)
{
    if (!cluster_service_runs(rq, "A Cisco DB")) {
        em_fail(err, 9);
        return FAILED;
    }
    enum outcome outcome = auth_credentials(rq->cluster->auth, rq, m->app_id, m->certificate, err);

    if (outcome == FAILED) {
        if (err->status == CCM_UNAUTHORIZED)
            not_authenticated(m, err);
        else
            em_fail(err, err->status == CCM_BUSY ? 26 : 9);
    }
    return outcome;
}

/* The password has to be changed first: by the administrator's wish, or its age. */
static bool
password_stands(struct request *rq, struct store_conn *c, struct ccm_error *err)
{
    static const char sql[] =
        "SELECT 1 FROM credential c LEFT JOIN credentialpolicy p ON p.pkid=c.fkcredentialpolicy WHERE c.tkcredential=3"
        " AND (c.fkenduser=(SELECT pkid FROM enduser WHERE userid=?1 AND ?2=0) OR c.fkapplicationuser="
        "(SELECT pkid FROM applicationuser WHERE name=?1 AND ?2=1)) AND (c.credmustchange='t' OR (c.doesntexpire='f'"
        " AND p.maxdays>0 AND c.timechanged>0 AND c.timechanged+p.maxdays*86400<?3))";
    sqlite3_stmt *stmt = store_prepare(c, sql, err);

    if (stmt == NULL)
        return em_fail(err, 9);
    sqlite3_bind_text(stmt, 1, rq->user, -1, SQLITE_STATIC);
    sqlite3_bind_int(stmt, 2, rq->user_kind == USER_APPLICATION);
    sqlite3_bind_int64(stmt, 3, sim_now_ms(rq->cluster->sim) / 1000);
    int step = store_step(c, stmt, err);
    sqlite3_reset(stmt);
    return step == 0 || em_fail(err, step > 0 ? 27 : 9);
}

/* NULL: may act for everybody; else for that user alone. Application users without the right are nobody. */
static const char *
acts_for(const struct request *rq)
{
    return (rq->access & ACCESS_EM) != 0 ? NULL : rq->user_kind == USER_END ? rq->user : "";
}

/* ---- carried out, on the executor ---- */

/* Without the proxy's right one may ask about oneself. */
static bool
may_query(struct request *rq, const struct em_message *m, struct ccm_error *err)
{
    const char *self = acts_for(rq);

    if (self == NULL)
        return true;
    if (m->operation == EM_DEVICE_USER_QUERY)
        return em_fail(err, 10);
    for (const struct soap_element *e = m->element->children; e != NULL; e = e->next)
        if (strcmp(e->name, "userID") == 0 && strcasecmp(em_plain_user(rq, e->text), self) != 0)
            return em_fail(err, 10);
    return true;
}

static bool
run_query(struct request *rq, struct em_state *st, struct store_conn *c, struct ccm_error *err)
{
    return may_query(rq, &st->message, err) && (em_query(rq, c, &st->message, st->release, err) || em_fail(err, 6));
}

static bool
run_request(struct request *rq, const struct em_message *m, struct ccm_error *err)
{
    const struct store_writer who = { .user = rq->user, .origin = "em" };
    struct mobility          *mob = rq->cluster->mobility;
    const char               *self = acts_for(rq);
    struct mobility_login     login = { .device = m->device,
                                        .user = m->user,
                                        .profile = m->profile[0] != '\0' ? m->profile : NULL,
                                        .seconds = m->seconds,
                                        .self = self };
    struct mobility_result    result = { 0 };
    size_t                    count;
    bool                      ok;

    if (m->operation == EM_LOGIN)
        ok = mobility_login(mob, rq->arena, &who, &login, &result);
    else if (m->operation == EM_LOGOUT)
        ok = mobility_logout(mob, rq->arena, &who, m->device, self, &result);
    else if (self != NULL)
        return em_fail(err, 10);
    else
        ok = mobility_logout_all(mob, rq->arena, &who, &count, &result);
    if (!ok)
        return em_fail(err, result.code);
    buf_adds(&rq->reply.body, "<?xml version=\"1.0\"?><response><success/></response>");
    return true;
}

static void
run(void *arg)
{
    struct request    *rq = arg;
    struct em_state   *st = rq->state;
    struct store_conn *c = store_read_begin(rq->cluster->store, &st->err);

    st->ok = (c != NULL || em_fail(&st->err, 6)) && password_stands(rq, c, &st->err) &&
             (!st->message.query || run_query(rq, st, c, &st->err));
    store_read_end(c);
    if (st->ok && !st->message.query)
        st->ok = run_request(rq, &st->message, &st->err);
}

/* ---- the way through ---- */

static bool
admit(struct request *rq, struct em_state *st, struct ccm_error *err)
{
    const struct em_message *m = &st->message;

    if (!load_enter(rq, st, err) || !em_guard_address(rq, m, err))
        return false;
    if (m->app_id[0] == '\0' || m->certificate[0] == '\0')
        return em_fail(err, 2);
    return !m->encrypted || not_authenticated(m, err);
}

static enum outcome
advance(struct request *rq, struct em_state *st, struct ccm_error *err)
{
    if (st->stage == BEFORE && !admit(rq, st, err))
        return FAILED;
    if (st->stage != RUNNING) {
        st->stage = AUTHENTICATING;
        enum outcome outcome = authenticate(rq, &st->message, err);
        if (outcome != DONE)
            return outcome;
        st->stage = RUNNING;
        if (executor_submit_to(rq, LANE_WRITE, run, rq, err))
            return SUSPENDED;
        em_fail(err, 26);
        return FAILED;
    }
    if (!st->ok)
        *err = st->err;
    return st->ok ? DONE : FAILED;
}

static enum outcome
em_handle(struct request *rq, struct ccm_error *err)
{
    struct em_state *st = rq->state;

    if (st->dtd != NULL) {
        rq->reply.status = 200;
        rq->reply.content_type = "application/xml-dtd";
        buf_adds(&rq->reply.body, st->dtd);
        return DONE;
    }
    enum outcome outcome = advance(rq, st, err);
    if (outcome == SUSPENDED)
        return SUSPENDED;
    load_leave(st);
    if (outcome == DONE) {
        rq->reply.status = 200;
        rq->reply.content_type = "text/xml;charset=UTF-8";
    }
    return outcome;
}

static bool
is_pages_error(const struct ccm_error *err)
{
    return err->status == CCM_NO_RESOURCE || err->status == CCM_BAD_METHOD || err->status == CCM_BODY_TOO_LARGE ||
           (err->status == CCM_FORBIDDEN && err->code == 0);
}

/* Error texts never hold the word that clients search for in any line of an answer. */
static void
em_fail_reply(struct request *rq, const struct ccm_error *err)
{
    struct buf *out = &rq->reply.body;
    char        code[12];

    buf_clear(out);
    if (is_pages_error(err)) {
        reply_html_error(rq, ccm_status_http(err->status), err->text);
        return;
    }
    rq->reply.status = 200;
    rq->reply.content_type = "text/xml;charset=UTF-8";
    snprintf(code, sizeof code, "%d", em_error_code(err));
    buf_adds(out, "<?xml version=\"1.0\"?><response><failure>");
    xml_begin(out, "error");
    xml_attr(out, "code", code);
    xml_end(out, false);
    xml_text(out, err->text[0] != '\0' ? err->text : mobility_text(em_error_code(err)));
    xml_close(out, "error");
    buf_adds(out, "</failure></response>");
}

static const char *const prefixes[] = { "/emservice/", NULL };

const struct service em_service = {
    .name = "em",
    .prefixes = prefixes,
    .own_auth = true,
    .plain = true,
    .process = MOBILITY_SERVICE,
    .stopped = 503,
    .identify = em_identify,
    .choose = em_choose,
    .handle = em_handle,
    .fail = em_fail_reply,
};
