/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The control API: what a test may ask of the double itself. Its own credential (a bearer token, or
 * Basic with the user "control"), JSON in and out; errors are {"error": what, "hint": what to do}. */
#include "ccmsim/service.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ccmsim/auth.h"
#include "ccmsim/cluster.h"
#include "ccmsim/utf8.h"
#include "control/control_priv.h"

static enum outcome (*const handlers[ROUTE_COUNT])(struct request *rq, struct ask *ask, struct ccm_error *err) = {
#define ROUTE(id, method, path, flags, handler, fields, summary, answer, conflict) [ROUTE_##id] = control_##handler,
#include "control/routes.def"
#undef ROUTE
};

/* ---- credential ---- */

static bool
token_matches(const char *token, const char *given)
{
    size_t len = strlen(token);

    return strlen(given) == len && CRYPTO_memcmp(token, given, len) == 0;
}

static bool
authorize(struct request *rq, struct ccm_error *err)
{
    const char *header = rq->header(rq, "Authorization"), *token = rq->cluster->control_token;
    const char *user, *password;

    if (header != NULL && strncasecmp(header, "Bearer ", 7) == 0 &&
        token_matches(token, header + 7 + strspn(header + 7, " ")))
        return true;
    if (header != NULL && auth_parse_basic(rq->arena, header, &user, &password) && strcmp(user, "control") == 0 &&
        token_matches(token, password))
        return true;
    return ccm_fail(err, CCM_UNAUTHORIZED, "the control credential is missing or wrong");
}

/* ---- route ---- */

static void
release_json(void *value)
{
    json_decref(value);
}

/* Authorization comes first, so that nothing is told without the credential. */
static bool
identify(struct request *rq, struct ccm_error *err)
{
    const char *path = strncmp(rq->path, ROUTES_BASE, strlen(ROUTES_BASE)) == 0 ? rq->path + strlen(ROUTES_BASE) : "";
    const char *allow;

    if (!authorize(rq, err))
        return false;
    struct ask *ask = arena_alloc(rq->arena, sizeof *ask);
    rq->state = ask;
    ask->outcome = SUSPENDED;
    ask->args = json_object();
    arena_defer(rq->arena, release_json, ask->args);
    ask->route = control_match(rq->arena, rq->method, path, ask->args, &allow, err);
    if (allow != NULL && ask->route == NULL && err->status == CCM_BAD_METHOD)
        reply_header(rq, "Allow", allow);
    if (ask->route == NULL)
        return false;
    rq->operation = ask->route->path;
    return control_read(rq->arena, ask->route, rq->query, rq->body, ask->args, err);
}

static enum outcome
call_handler(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    return handlers[ask->route - control_routes](rq, ask, err);
}

/* On an executor thread. */
static void
run_slow(void *arg)
{
    struct request *rq = arg;
    struct ask     *ask = rq->state;

    ask->outcome = call_handler(rq, ask, &ask->err);
}

static enum outcome
handle(struct request *rq, struct ccm_error *err)
{
    struct ask *ask = rq->state;

    if ((ask->route->flags & ROUTE_SLOW) == 0)
        return call_handler(rq, ask, err);
    if (ask->outcome == SUSPENDED)
        return executor_submit_to(rq, LANE_WRITE, run_slow, rq, err) ? SUSPENDED : FAILED;
    *err = ask->err;
    return ask->outcome;
}

/* ---- answers ---- */

/* AXL's statuses speak of faults; here they are HTTP's. */
static const struct manner {
    enum ccm_status status;
    int             http;
    const char     *hint;
} manners[] = {
    { CCM_NO_RESOURCE, 404, "GET " ROUTES_BASE "openapi.json lists the resources" },
    { CCM_NOT_FOUND, 404, "the name is wrong, or it was removed: list the resource to see what there is" },
    { CCM_BAD_METHOD, 405, "see the Allow header" },
    { CCM_UNAUTHORIZED, 401,
      "send 'Authorization: Bearer TOKEN', or Basic with user 'control' and the token; it is --control-token, "
      "CCMSIM_CONTROL, or what the daemon printed at its start" },
    { CCM_BAD_REQUEST, 400, "see this route in " ROUTES_BASE "openapi.json" },
    { CCM_INVALID, 400, "see this route in " ROUTES_BASE "openapi.json" },
    { CCM_MALFORMED, 400, "see this route in " ROUTES_BASE "openapi.json" },
    { CCM_BODY_TOO_LARGE, 413, "send less" },
    { CCM_CONFLICT, 409, "the state stands in the way" },
    { CCM_BUSY, 503, "try again" },
    { CCM_UNSUPPORTED, 501, "it is not carried out yet" },
};

static const struct manner *
manner_of(enum ccm_status status)
{
    static const struct manner other = { CCM_INTERNAL, 500, "the daemon's log may say more" };

    for (size_t i = 0; i < sizeof manners / sizeof manners[0]; i++)
        if (manners[i].status == status)
            return &manners[i];
    return &other;
}

static const char *
hint_of(const struct ask *ask, const struct manner *m)
{
    if (ask != NULL && ask->hint != NULL)
        return ask->hint;
    if (ask != NULL && ask->route != NULL && m->status == CCM_CONFLICT && ask->route->conflict != NULL)
        return ask->route->conflict;
    return m->hint;
}

/* An error's text may quote what came in, cut in the middle of a character: as text it is UTF-8 again. */
static json_t *
text_of(const char *text)
{
    struct buf out;

    buf_init(&out, BUF_MAX_TEXT);
    for (size_t len = strlen(text), i = 0, n; i < len; i += n != 0 ? n : 1) {
        n = utf8_sequence(text + i, len - i);
        if (n != 0)
            buf_add(&out, text + i, n);
    }
    json_t *value = json_string(buf_cstr(&out));
    buf_release(&out);
    return value;
}

static void
fail(struct request *rq, const struct ccm_error *err)
{
    const struct manner *m = manner_of(err->status);

    buf_clear(&rq->reply.body);
    control_reply(rq, m->http, json_pack("{s:o, s:s}", "error", text_of(err->text), "hint", hint_of(rq->state, m)));
    if (m->http == 401)
        reply_header(rq, "WWW-Authenticate", "Basic realm=\"ccmsim control\"");
}

enum outcome
control_reply(struct request *rq, int status, json_t *body)
{
    char *text = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;

    rq->reply.status = text != NULL ? status : 500;
    rq->reply.content_type = "application/json";
    buf_clear(&rq->reply.body);
    buf_adds(&rq->reply.body, text != NULL ? text : "{\"error\":\"the answer is no text\",\"hint\":\"\"}");
    buf_addc(&rq->reply.body, '\n');
    free(text);
    json_decref(body);
    return DONE;
}

enum outcome
control_refuse(struct ask *ask, enum ccm_status status, struct ccm_error *err, const char *hint, const char *fmt, ...)
{
    char    text[sizeof err->text];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    ask->hint = hint;
    ccm_fail(err, status, "%s", text);
    return FAILED;
}

static const char *const prefixes[] = { "/ccmsim/", NULL };

const struct service control_service = {
    .name = "control",
    .prefixes = prefixes,
    .own_auth = true,
    .plain = true,
    .unrecorded = true,
    .identify = identify,
    .handle = handle,
    .fail = fail,
};
