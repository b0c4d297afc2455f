/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The Serviceability services, RIS and PerfMon, in both eras: which path is what, who may ask, what to run. The
 * operation is the first child of the body, whatever SOAPAction and content type say: clients send wrong ones. */
#include <string.h>
#include <strings.h>

#include "ccmsim/service.h"
#include "ccmsim/wsdl.h"
#include "serviceability/serviceability_priv.h"

static const struct endpoint endpoints[] = {
    { "realtimeservice", "RisPort", AXIS1, API_RIS },
    { "realtimeservice", "RisPort70", AXIS1, API_RIS70 },
    { "realtimeservice2", "RISService", AXIS2, API_RIS },
    { "realtimeservice2", "RISService70", AXIS2, API_RIS70 },
    { "perfmonservice", "PerfmonPort", AXIS1, API_PERFMON },
    { "perfmonservice2", "PerfmonService", AXIS2, API_PERFMON },
};
#define ENDPOINTS (sizeof endpoints / sizeof endpoints[0])

enum page { NO_PAGE, PAGE_LIST, PAGE_SERVICE, PAGE_WSDL };

struct state { /* of a request */
    struct call      call;
    enum axis        axis; /* of the application, also where there is no endpoint */
    enum page        page;
    const char      *application;
    unsigned         allowed; /* requests a minute, when there were too many */
    bool             done, ok;
    struct ccm_error err;
};

/* ---- what it is ---- */

static const struct endpoint *
endpoint_of(const char *application, const char *name)
{
    for (size_t i = 0; i < ENDPOINTS; i++)
        if (strcmp(endpoints[i].application, application) == 0 && strcmp(endpoints[i].name, name) == 0)
            return &endpoints[i];
    return NULL;
}

static const struct operation *
operation_of(const struct endpoint *e, const char *name)
{
    for (const struct operation *o = e->api == API_PERFMON ? perfmon_operations : ris_operations; o->name != NULL; o++)
        if ((o->apis & e->api) != 0 && strcasecmp(o->name, name) == 0)
            return o;
    return NULL;
}

const char *
operation_spelling(const struct call *c)
{
    char *name = arena_strdup(c->arena, c->op->name);

    if (c->endpoint->axis == AXIS1)
        name[0] = (char)(name[0] - ('a' - 'A'));
    return name;
}

/* "/APPLICATION/services/NAME": the two names, "" where there is none. False: it is no such path. */
static bool
path_parts(struct arena *a, const char *path, const char **application, const char **name)
{
    static const char word[] = "/services";
    const char       *slash = strchr(path + 1, '/');

    if (path[0] != '/' || slash == NULL || strncmp(slash, word, sizeof word - 1) != 0)
        return false;
    *application = arena_strndup(a, path + 1, (size_t)(slash - path) - 1);
    slash += sizeof word - 1;
    if (*slash != '/' && *slash != '\0')
        return false;
    *name = *slash == '/' ? slash + 1 : slash;
    return true;
}

static bool
not_there(struct ccm_error *err)
{
    return ccm_fail(err, CCM_NO_RESOURCE, "The requested resource is not available.");
}

static bool
identify_page(struct request *rq, struct state *st, const char *name, struct ccm_error *err)
{
    bool list = *name == '\0' || strcmp(name, "listServices") == 0;

    if (!list && st->call.endpoint == NULL)
        return not_there(err);
    st->page = list ? PAGE_LIST : wsdl_asked(rq->query) ? PAGE_WSDL : PAGE_SERVICE;
    rq->operation = list ? "listServices" : st->page == PAGE_WSDL ? "wsdl" : "page";
    return true;
}

static bool
identify_call(struct request *rq, struct state *st, const char *name, struct ccm_error *err)
{
    struct call *c = &st->call;

    if (c->endpoint == NULL)
        return ccm_fail(err, CCM_UNKNOWN_OP,
                        st->axis == AXIS1
                            ? "The AXIS engine could not find a target service to invoke!  targetService is %.100s"
                            : "The service cannot be found for the endpoint reference (EPR) %.100s",
                        st->axis == AXIS1 ? name : rq->path);
    rq->soap = arena_alloc(rq->arena, sizeof *rq->soap);
    if (!soap_read(rq->arena, rq->body, rq->soap, err) || !soap_dereference(rq->arena, rq->soap, err))
        return false;
    c->in = rq->soap->operation;
    rq->operation = c->in->name;
    c->op = operation_of(c->endpoint, c->in->name);
    if (c->op == NULL)
        return ccm_fail(err, CCM_UNKNOWN_OP,
                        st->axis == AXIS1 ? "No such operation '%.100s'"
                                          : "The endpoint reference (EPR) for the Operation not found is %.100s",
                        st->axis == AXIS1 ? c->in->name : rq->path);
    rq->operation = operation_spelling(c);
    return true;
}

static bool
identify(struct request *rq, struct ccm_error *err)
{
    struct state *st = arena_alloc(rq->arena, sizeof *st);
    const char   *name;

    rq->state = st;
    if (!path_parts(rq->arena, rq->path, &st->application, &name))
        return not_there(err);
    st->axis = st->application[strlen(st->application) - 1] == '2' ? AXIS2 : AXIS1;
    st->call = (struct call){
        .rq = rq,
        .arena = rq->arena,
        .cluster = rq->cluster,
        .endpoint = endpoint_of(st->application, name),
        .out = &rq->reply.body,
    };
    if (strcmp(rq->method, "GET") == 0 || strcmp(rq->method, "HEAD") == 0)
        return identify_page(rq, st, name, err);
    if (strcmp(rq->method, "POST") != 0)
        return ccm_fail(err, CCM_BAD_METHOD, "HTTP method %.20s is not supported by this URL", rq->method);
    return identify_call(rq, st, name, err);
}

static bool
authorize(struct request *rq, struct ccm_error *err)
{
    if ((rq->access & ACCESS_SERVICEABILITY) == 0)
        return ccm_fail(err, CCM_FORBIDDEN, "Access to the requested resource has been denied");
    return true;
}

/* ---- pages ---- */

static void
list_page(struct request *rq, const struct state *st)
{
    const char *names[ENDPOINTS + 1], *base;
    size_t      n = 0;

    for (size_t i = 0; i < ENDPOINTS; i++)
        if (strcmp(endpoints[i].application, st->application) == 0)
            names[n++] = endpoints[i].name;
    names[n] = NULL;
    base = arena_printf(rq->arena, "%s://%s/%s/services/", rq->tls ? "https" : "http", rq->host, st->application);
    axis_list_page(&rq->reply.body, st->axis, base, names);
}

static enum outcome
page(struct request *rq, const struct state *st)
{
    const char *name = st->call.endpoint != NULL ? st->call.endpoint->name : "";

    rq->reply.status = 200;
    rq->reply.content_type = st->page == PAGE_WSDL ? axis_content_type(st->axis) : "text/html;charset=UTF-8";
    if (st->page == PAGE_WSDL)
        wsdl_write(&rq->reply.body, name, rq->tls, rq->host);
    else if (st->page == PAGE_LIST)
        list_page(rq, st);
    else
        axis_service_page(&rq->reply.body, st->axis, name);
    return DONE;
}

/* ---- calls ---- */

static const char *
node_reached(const struct request *rq)
{
    const struct sim_node *nodes;

    if (rq->node != NULL && rq->node[0] != '\0')
        return rq->node;
    return sim_nodes(rq->cluster->sim, rq->arena, &nodes) > 0 ? nodes[0].name : "";
}

static bool
run(struct state *st, struct ccm_error *err)
{
    struct call *c = &st->call;

    if (!c->op->run(c, err))
        return false;
    if (c->out->overflow)
        return ccm_fail(err, CCM_TOO_LARGE, "the answer is larger than an answer may be");
    return true;
}

static void
run_on_executor(void *arg)
{
    struct state *st = arg;

    st->ok = run(st, &st->err);
    st->done = true;
}

static enum outcome
begin(struct request *rq, struct state *st, struct ccm_error *err)
{
    struct call *c = &st->call;
    enum rate    rate = c->endpoint->api == API_PERFMON ? RATE_PERFMON : RATE_RIS;

    c->node = node_reached(rq);
    if (!rate_take(serviceability_of(rq->cluster), rq->cluster, rate, c->node, &st->allowed, err))
        return FAILED;
    if (c->op->run == NULL) {
        ccm_fail(err, CCM_UNSUPPORTED, "%s is not carried out by this server", rq->operation);
        return FAILED;
    }
    if (c->op->prepare != NULL && !c->op->prepare(c, err))
        return FAILED;
    if (c->op->slow != NULL && c->op->slow(c))
        return executor_submit(rq, run_on_executor, st, err) ? SUSPENDED : FAILED;
    st->ok = run(st, &st->err);
    st->done = true;
    return DONE;
}

static enum outcome
handle(struct request *rq, struct ccm_error *err)
{
    struct state *st = rq->state;

    if (st->page != NO_PAGE)
        return page(rq, st);
    if (!st->done) {
        enum outcome outcome = begin(rq, st, err);
        if (outcome != DONE)
            return outcome;
    }
    if (!st->ok) {
        *err = st->err;
        return FAILED;
    }
    rq->reply.status = 200;
    rq->reply.content_type = axis_content_type(st->axis);
    return DONE;
}

/* ---- faults ---- */

/* The server's own spelling of "Realtime"; era A glues the SOAPAction to the end, era B the service's name. */
static const char *
rate_text(struct request *rq, const struct state *st)
{
    bool        perfmon = st->call.endpoint->api == API_PERFMON;
    const char *action = rq->header(rq, "SOAPAction");
    unsigned    allowed = st->allowed != 0 ? st->allowed : rate_allowed(rq->cluster, perfmon ? RATE_PERFMON : RATE_RIS);

    if (action != NULL && *action == '"')
        action = arena_strndup(rq->arena, action + 1, strcspn(action + 1, "\""));
    return arena_printf(rq->arena,
                        "%sExceeded allowed rate for %s information. Current allowed rate for %s information is %u"
                        " requests per minute.%s",
                        st->axis == AXIS1 ? "AxisFault: " : "", perfmon ? "Perfmon" : "Reatime",
                        perfmon ? "perfmon" : "realtime", allowed,
                        st->axis == AXIS2 ? st->call.endpoint->name
                        : action != NULL  ? action
                                          : "");
}

static const char *
parser_text(struct request *rq, const struct state *st, const char *text)
{
    return arena_printf(rq->arena, "%s: %s",
                        st->axis == AXIS1 ? "org.xml.sax.SAXParseException" : "com.ctc.wstx.exc.WstxParsingException",
                        text);
}

static void
fail(struct request *rq, const struct ccm_error *err)
{
    const struct state *st = rq->state;
    int                 http = ccm_status_http(err->status);
    struct axis_fault   f = { .code = "Server", .text = err->text };

    buf_clear(&rq->reply.body);
    if (st == NULL || st->application == NULL || (http != 500 && err->status != CCM_THROTTLED)) {
        reply_html_error(rq, http, err->text);
        return;
    }
    if (st->axis == AXIS1) {
        f.code = "Server.userException";
        f.hostname = st->call.node != NULL ? st->call.node : node_reached(rq);
    }
    if (err->status == CCM_THROTTLED && st->call.endpoint != NULL) {
        f.code = "Server.RateControl";
        f.of_axis = true;
        if (err->text[0] == '\0')
            f.text = rate_text(rq, st);
    } else if (err->status == CCM_MALFORMED) {
        f.text = parser_text(rq, st, err->text);
    } else if (err->status == CCM_UNKNOWN_OP) {
        f.code = st->axis == AXIS1 ? "Server" : "Client";
    }
    rq->reply.status = 500;
    rq->reply.content_type = axis_content_type(st->axis);
    axis_fault(&rq->reply.body, st->axis, &f);
}

/* Two services of the node, one code. The journal and the rules of faults know them as one. */
#define SERVICEABILITY(paths, which)                                                             \
    {                                                                                            \
        .name = "serviceability", .prefixes = (paths), .process = (which), .identify = identify, \
        .authorize = authorize, .handle = handle, .fail = fail,                                  \
    }

static const char *const ris_paths[] = { "/realtimeservice/", "/realtimeservice2/", NULL };
static const char *const perfmon_paths[] = { "/perfmonservice/", "/perfmonservice2/", NULL };

const struct service ris_service = SERVICEABILITY(ris_paths, "SOAP -Real-Time Service APIs");
const struct service perfmon_service = SERVICEABILITY(perfmon_paths, "SOAP -Performance Monitoring APIs");
