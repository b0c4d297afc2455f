/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* WebDialer's paths: the SOAP services with their WSDLs and pages. Nobody is asked for HTTP credentials; who calls
 * stands in the body. The HTML servlets are not there yet, and say so. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ccmsim/auth.h"
#include "ccmsim/axis.h"
#include "ccmsim/cluster.h"
#include "ccmsim/clusters.h"
#include "ccmsim/service.h"
#include "ccmsim/wsdl.h"
#include "webdialer/webdialer_priv.h"

#define SERVICES "/webdialer/services"

/* One spelling of the names: guides vary the case, and clients copy them. */
static const struct endpoint {
    const char        *name;
    enum wd_generation generation;
    const char        *wsdl; /* its file in wsdl/ */
    enum axis          axis;
} endpoints[] = {
    { "WebdialerSoapService", WD_G1, "WebdialerSoapService", AXIS1 },
    { "WebdialerSoapService70", WD_G2, "wd70", AXIS1 },
    { "webdialer", WD_G3, "webdialer", AXIS2 },
};
#define ENDPOINTS (sizeof endpoints / sizeof endpoints[0])

struct wd_state {                    /* of a request, across its suspension */
    const struct endpoint *endpoint; /* NULL: a page */
    enum wd_page { PAGE_NONE, PAGE_LIST, PAGE_SERVICE, PAGE_WSDL, PAGE_NOT_THERE } page;
    const char       *wsdl;
    struct wd_request request;
};

static const struct endpoint *
find_endpoint(const char *path)
{
    size_t len = strlen(SERVICES "/");

    if (strncmp(path, SERVICES "/", len) != 0)
        return NULL;
    for (size_t i = 0; i < ENDPOINTS; i++)
        if (strcasecmp(path + len, endpoints[i].name) == 0)
            return &endpoints[i];
    return NULL;
}

/* ---- what is asked ---- */

static bool
find_page(struct request *rq, struct wd_state *st)
{
    static const char *const servlets[] = { "/webdialer/Webdialer", "/webdialer/Redirector",
                                            "/webdialer/WebdialerRedirector" };

    for (size_t i = 0; i < sizeof servlets / sizeof servlets[0]; i++)
        if (strcmp(rq->path, servlets[i]) == 0)
            st->page = PAGE_NOT_THERE;
    if (strcmp(rq->path, SERVICES) == 0)
        st->page = PAGE_LIST;
    if (strcmp(rq->path, "/webdialer/wsdl/wd70.wsdl") == 0) {
        st->page = PAGE_WSDL;
        st->wsdl = "wd70";
    }
    return st->page != PAGE_NONE;
}

static bool
identify_get(struct request *rq, struct wd_state *st)
{
    st->page = wsdl_asked(rq->query) ? PAGE_WSDL : PAGE_SERVICE;
    st->wsdl = st->endpoint->wsdl;
    rq->operation = st->page == PAGE_WSDL ? "wsdl" : "page";
    return true;
}

/* A password behind a reference stands in an element of any name, where the journal can't know it for one. */
static void
hide_password(struct request *rq, const char *password)
{
    size_t len = strlen(password);
    char  *body = arena_strndup(rq->arena, rq->body.ptr, rq->body.len), *end = body + rq->body.len;

    for (char *at = body; len > 0 && (at = memmem(at, (size_t)(end - at), password, len)) != NULL; at += len)
        memset(at, '*', len);
    rq->body.ptr = body;
}

static bool
identify_post(struct request *rq, struct wd_state *st, struct ccm_error *err)
{
    struct soap_message       *m = arena_alloc(rq->arena, sizeof *m);
    const struct soap_element *sent;

    if (!soap_read(rq->arena, rq->body, m, err))
        return false;
    sent = m->operation;
    if (!soap_dereference(rq->arena, m, err))
        return false;
    rq->soap = m;
    rq->operation = m->operation->name;
    if (!wd_request_read(rq->arena, m->operation, st->endpoint->generation, &st->request, err))
        return false;
    if (m->operation != sent)
        hide_password(rq, st->request.password);
    return true;
}

static bool
wd_identify(struct request *rq, struct ccm_error *err)
{
    struct wd_state *st = arena_alloc(rq->arena, sizeof *st);

    rq->state = st;
    st->endpoint = find_endpoint(rq->path);
    if (st->endpoint == NULL && !find_page(rq, st))
        return ccm_fail(err, CCM_NO_RESOURCE, "The requested resource is not available.");
    if (strcmp(rq->method, "POST") == 0 && st->endpoint != NULL)
        return identify_post(rq, st, err);
    if (strcmp(rq->method, "GET") != 0 && st->page != PAGE_NOT_THERE)
        return ccm_fail(err, CCM_BAD_METHOD, "HTTP method %.20s is not supported by this URL", rq->method);
    if (st->endpoint != NULL)
        return identify_get(rq, st);
    rq->operation = st->page == PAGE_WSDL ? "wsdl" : "page";
    return true;
}

/* The caller's name says which; whom it is about may be named alike. */
static enum outcome
wd_choose(struct request *rq, struct ccm_error *err)
{
    struct wd_request *w = &((struct wd_state *)rq->state)->request;
    const char **names[] = { w->operation == WD_IS_CLUSTER_USER ? &w->userid : &w->user, &w->userid, &w->profile_user };
    enum outcome outcome = DONE;

    if (rq->soap == NULL)
        return DONE;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && outcome == DONE; i++)
        if (i == 0 || rq->cluster->member != NULL)
            outcome = clusters_choose_user(rq, names[i], err);
    return outcome;
}

/* ---- pages ---- */

static const char *
base_url(struct request *rq)
{
    return arena_printf(rq->arena, "%s://%s" SERVICES "/", rq->tls ? "https" : "http", rq->host);
}

static enum outcome
show_page(struct request *rq, const struct wd_state *st)
{
    static const char *const names[] = { "WebdialerSoapService", "WebdialerSoapService70", NULL };
    struct buf              *out = &rq->reply.body;

    if (st->page == PAGE_NOT_THERE) {
        reply_html_error(rq, 501, "This servlet is not there yet; the SOAP services are at " SERVICES "/.");
        return DONE;
    }
    rq->reply.status = 200;
    rq->reply.content_type = st->page == PAGE_WSDL ? "text/xml;charset=utf-8" : "text/html;charset=utf-8";
    if (st->page == PAGE_WSDL)
        wsdl_write(out, st->wsdl, rq->tls, rq->host);
    else if (st->page == PAGE_LIST)
        axis_list_page(out, AXIS1, base_url(rq), names);
    else
        axis_service_page(out, st->endpoint->axis, st->endpoint->name);
    return DONE;
}

/* ---- calls ---- */

static enum outcome
answer_with(struct request *rq, const struct wd_state *st, const struct wd_answer *answer)
{
    rq->reply.status = 200;
    rq->reply.content_type = axis_content_type(st->endpoint->axis);
    wd_answer_write(&rq->reply.body, st->endpoint->generation, st->request.operation, answer);
    return DONE;
}

static enum wd_code
code_of(const struct ccm_error *err)
{
    static const struct {
        enum ccm_status status;
        enum wd_code    code;
    } rows[] = { { CCM_UNAUTHORIZED, WD_NOT_AUTHENTICATED },
                 { CCM_BUSY, WD_OVERLOADED },
                 { CCM_THROTTLED, WD_OVERLOADED },
                 { CCM_FORBIDDEN, WD_NO_PROXY_RIGHTS },
                 { CCM_DATABASE, WD_DIRECTORY_ERROR } };

    if (err->code > WD_SUCCESS && err->code <= WD_OVERLOADED)
        return (enum wd_code)err->code;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].status == err->status)
            return rows[i].code;
    return WD_SERVICE_ERROR;
}

static enum outcome
wd_handle(struct request *rq, struct ccm_error *err)
{
    struct wd_state *st = rq->state;
    struct wd_answer answer = { .code = WD_SUCCESS };

    if (st->page != PAGE_NONE)
        return show_page(rq, st);
    if (wd_refuse_early(rq, &st->request, &answer))
        return answer_with(rq, st, &answer);
    if (st->request.operation != WD_IS_CLUSTER_USER) {
        if (!cluster_service_runs(rq, "A Cisco DB")) {
            answer.code = WD_DIRECTORY_ERROR;
            return answer_with(rq, st, &answer);
        }
        enum outcome outcome = auth_credentials(rq->cluster->auth, rq, st->request.user, st->request.password, err);
        if (outcome == SUSPENDED)
            return SUSPENDED;
        if (outcome == FAILED) {
            answer.code = code_of(err);
            err->status = CCM_OK;
            return answer_with(rq, st, &answer);
        }
    }
    wd_act(rq, &st->request, &answer);
    return answer_with(rq, st, &answer);
}

/* What went wrong with SOAP is a fault; all else has a code, which needs a request that was understood. */
static void
wd_fail(struct request *rq, const struct ccm_error *err)
{
    const struct wd_state *st = rq->state;
    int                    http = ccm_status_http(err->status);

    buf_clear(&rq->reply.body);
    if (st == NULL || st->endpoint == NULL || err->status == CCM_NO_RESOURCE || err->status == CCM_BAD_METHOD ||
        err->status == CCM_BODY_TOO_LARGE) {
        reply_html_error(rq, http, err->text);
        return;
    }
    if (err->status != CCM_MALFORMED && err->status != CCM_UNKNOWN_OP) {
        const struct wd_answer answer = { .code = code_of(err), .primary = "" };
        answer_with(rq, st, &answer);
        return;
    }
    const struct axis_fault fault = { .code = err->status == CCM_MALFORMED ? "Server.userException" : "Client",
                                      .of_axis = false,
                                      .text = err->text,
                                      .hostname = cluster_node(rq) };
    rq->reply.status = 500;
    rq->reply.content_type = axis_content_type(st->endpoint->axis);
    axis_fault(&rq->reply.body, st->endpoint->axis, &fault);
}

static const char *const prefixes[] = { "/webdialer/", NULL };

const struct service webdialer_service = {
    .name = "webdialer",
    .prefixes = prefixes,
    .own_auth = true,
    .plain = true,
    .process = WD_SERVICE,
    .identify = wd_identify,
    .choose = wd_choose,
    .handle = wd_handle,
    .fail = wd_fail,
};
