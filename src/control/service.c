/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The control API: what a test may ask of the double itself. Its own credential (a bearer token, or
 * Basic with the user "control"), JSON in and out; errors are {"error": what, "hint": what to do}. */
#include <jansson.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ccmsim/auth.h"
#include "ccmsim/cluster.h"
#include "ccmsim/service.h"
#include "control/control_priv.h"

#define BASE "/ccmsim/v1/"

static const struct route {
    const char *method, *path;
    enum outcome (*handle)(struct request *rq, struct ccm_error *err);
} routes[] = {
    { "GET", "health", control_health },
    { "GET", "journal", control_journal },
    { "POST", "reset", control_reset },
};
#define ROUTE_COUNT (sizeof routes / sizeof routes[0])

static const char *
below_base(const struct request *rq)
{
    return strncmp(rq->path, BASE, strlen(BASE)) == 0 ? rq->path + strlen(BASE) : "";
}

/* The method decides last: a known path with another method is 405, not 404. */
static bool
identify(struct request *rq, struct ccm_error *err)
{
    const char *path = below_base(rq), *method = NULL;

    for (size_t i = 0; i < ROUTE_COUNT; i++)
        if (strcmp(path, routes[i].path) == 0) {
            method = routes[i].method;
            if (strcmp(method, rq->method) == 0 || (strcmp(method, "GET") == 0 && strcmp(rq->method, "HEAD") == 0)) {
                rq->operation = routes[i].path;
                return true;
            }
        }
    if (method == NULL)
        return ccm_fail(err, CCM_NO_RESOURCE, "no such resource");
    reply_header(rq, "Allow", method);
    return ccm_fail(err, CCM_BAD_METHOD, "'%s' takes %s", path, method);
}

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

static enum outcome
handle(struct request *rq, struct ccm_error *err)
{
    /* The route is found by its name: rq->state is the handler's own, across a suspension. */
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        if (routes[i].path == rq->operation)
            return routes[i].handle(rq, err);
    ccm_fail(err, CCM_INTERNAL, "no handler for '%s'", rq->path);
    return FAILED;
}

/* ---- errors ---- */

static const char *
hint(enum ccm_status status)
{
    static const struct {
        enum ccm_status status;
        const char     *text;
    } rows[] = {
        { CCM_NO_RESOURCE, "resources are " BASE "health, " BASE "journal and " BASE "reset" },
        { CCM_BAD_METHOD, "see the Allow header" },
        { CCM_UNAUTHORIZED, "send 'Authorization: Bearer TOKEN', or Basic with user 'control' and the token; it is "
                            "--control-token, CCMSIM_CONTROL, or what the daemon printed at its start" },
        { CCM_BAD_REQUEST, "see the error" },
        { CCM_CONFLICT, "see the error" },
        { CCM_BUSY, "try again" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].status == status)
            return rows[i].text;
    return "the daemon's log may say more";
}

static void
fail(struct request *rq, const struct ccm_error *err)
{
    int     status = ccm_status_http(err->status);
    json_t *body = json_pack("{s:s%, s:s}", "error", err->text, strlen(err->text), "hint", hint(err->status));

    control_reply(rq, status != 0 ? status : 500, body);
    if (status == 401)
        reply_header(rq, "WWW-Authenticate", "Basic realm=\"ccmsim control\"");
}

void
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
}

static const char *const prefixes[] = { "/ccmsim/", NULL };

/* Authorization comes first, so that nothing is told without the credential. */
static bool
authorize_and_identify(struct request *rq, struct ccm_error *err)
{
    return authorize(rq, err) && identify(rq, err);
}

const struct service control_service = {
    .name = "control",
    .prefixes = prefixes,
    .own_auth = true,
    .plain = true,
    .unrecorded = true,
    .identify = authorize_and_identify,
    .handle = handle,
    .fail = fail,
};
