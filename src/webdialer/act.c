/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the operations do: calls are real ones of the simulator. What happened is told by a code, never by a fault
 * (Developers Guide, WebDialer API: response codes). */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ccmsim/cluster.h"
#include "webdialer/webdialer_priv.h"

/* ---- what a cluster's WebDialer remembers: its calls, and when they were asked for ---- */

#define CALLS_MAX 4096u
#define RATE_MAX  8u

struct dialer {
    pthread_mutex_t lock;
    struct {
        char     device[130];
        uint64_t call;
    } calls[CALLS_MAX];
    size_t  next;               /* the oldest, once all are taken */
    int64_t asked_ms[RATE_MAX]; /* of the cluster's time, the latest calls */
    size_t  asked;
};

static void *
dialer_make(struct cluster *cl)
{
    struct dialer *d = calloc(1, sizeof *d);

    (void)cl;
    if (d == NULL)
        abort();
    pthread_mutex_init(&d->lock, NULL);
    return d;
}

static void
dialer_reset(void *state)
{
    struct dialer *d = state;

    pthread_mutex_lock(&d->lock);
    memset(d->calls, 0, sizeof d->calls);
    memset(d->asked_ms, 0, sizeof d->asked_ms);
    d->next = d->asked = 0;
    pthread_mutex_unlock(&d->lock);
}

static void
dialer_release(void *state)
{
    struct dialer *d = state;

    pthread_mutex_destroy(&d->lock);
    free(d);
}

static struct dialer *
dialer_of(struct request *rq)
{
    static const struct cluster_state kind = { dialer_make, dialer_reset, dialer_release };

    return cluster_state(rq->cluster, &kind);
}

/* A place for the device's call: its own, or the oldest. */
static size_t
place_of(struct dialer *d, const char *device, bool *found)
{
    for (size_t i = 0; i < CALLS_MAX; i++)
        if (d->calls[i].call != 0 && strcasecmp(d->calls[i].device, device) == 0) {
            *found = true;
            return i;
        }
    *found = false;
    return d->next;
}

static void
remember(struct dialer *d, const char *device, uint64_t call)
{
    bool found;

    pthread_mutex_lock(&d->lock);
    size_t i = place_of(d, device, &found);
    if (!found)
        d->next = (d->next + 1) % CALLS_MAX;
    d->calls[i].device[0] = '\0';
    strncat(d->calls[i].device, device, sizeof d->calls[i].device - 1);
    d->calls[i].call = call;
    pthread_mutex_unlock(&d->lock);
}

/* The call that was made for the device; 0: none. It is forgotten. */
static uint64_t
recall(struct dialer *d, const char *device)
{
    bool found;

    pthread_mutex_lock(&d->lock);
    size_t   i = place_of(d, device, &found);
    uint64_t call = found ? d->calls[i].call : 0;
    if (found)
        d->calls[i].call = 0;
    pthread_mutex_unlock(&d->lock);
    return call;
}

/* No more than most within a second of the cluster's time. */
static bool
within_rate(struct dialer *d, long most, int64_t now_ms)
{
    size_t n = most < 1 ? 1 : most > (long)RATE_MAX ? RATE_MAX : (size_t)most;

    pthread_mutex_lock(&d->lock);
    int64_t since = d->asked < n ? 1000 : now_ms - d->asked_ms[(d->asked - n) % RATE_MAX];
    bool    ok = since < 0 || since >= 1000;
    if (ok)
        d->asked_ms[d->asked++ % RATE_MAX] = now_ms;
    pthread_mutex_unlock(&d->lock);
    return ok;
}

/* ---- whose ---- */

/* The user that a request is for: himself, or anybody else's by proxy. */
static enum wd_code
find_user(struct request *rq, struct store_conn *c, const char *user, char pkid[37])
{
    struct ccm_error err = { 0 };

    if (*user == '\0')
        user = rq->user;
    if (strcasecmp(user, rq->user) != 0 && (rq->access & ACCESS_EM) == 0)
        return WD_NO_PROXY_RIGHTS;
    return wd_user_find(c, user, pkid, &err) && pkid[0] != '\0' ? WD_SUCCESS : WD_DIRECTORY_ERROR;
}

/* The number of the line that "1000; Internal" or "1000" names; 0, which means the first, if it is none. */
static unsigned
find_line(const struct sim_device *d, const char *text)
{
    size_t      len = strcspn(text, "; \t");
    const char *partition = text + len + strspn(text + len, "; \t");
    bool        none = strcmp(partition, "no partition") == 0 || strcmp(partition, "null") == 0;
    bool        any = strchr(text, ';') == NULL || *partition == '\0';

    for (size_t i = 0; i < d->line_count; i++) {
        const struct sim_line *l = &d->lines[i];
        if (strlen(l->pattern) == len && memcmp(l->pattern, text, len) == 0 &&
            (any || strcmp(l->partition, none ? "" : partition) == 0))
            return l->index;
    }
    return 0;
}

/* The device of the profile, if it is the user's and can be controlled now. */
static enum wd_code
find_device(struct request *rq, struct store_conn *c, const struct wd_request *w, const struct sim_device **out)
{
    struct ccm_error err = { 0 };
    char             pkid[37];
    bool             has = false;

    if (w->profile_user[0] == '\0' || w->device[0] == '\0')
        return WD_NO_DEVICE;
    enum wd_code code = find_user(rq, c, w->profile_user, pkid);
    if (code != WD_SUCCESS)
        return code;
    if (!wd_has_device(c, pkid, w->device, &has, &err))
        return WD_DIRECTORY_ERROR;
    if (!has)
        return WD_NO_DEVICE;
    *out = sim_device_find(rq->cluster->sim, rq->arena, w->device);
    return *out != NULL && (*out)->cti_controllable && (*out)->status == SIM_REGISTERED ? WD_SUCCESS : WD_CALL_FAILURE;
}

/* ---- calls ---- */

static enum wd_code
destination_of(struct request *rq, struct store_conn *c, const struct wd_request *w, const char **destination)
{
    struct ccm_error err = { 0 };
    const char      *apply = "";

    *destination = w->destination;
    if (**destination == '\0')
        return WD_NO_DEVICE;
    if (strchr(*destination, '@') != NULL)
        return WD_UNREACHABLE; /* a URI */
    if (!store_parameter(c, rq->arena, WD_SERVICE, "ApplyApplicationDialRulesOnSOAPDialRequest", rq->node, &apply,
                         &err) ||
        (store_parameter_is_true(apply) && !wd_apply_dial_rules(rq->arena, c, destination, &err)))
        return WD_DIRECTORY_ERROR;
    return WD_SUCCESS;
}

static enum wd_code
make_call(struct request *rq, struct store_conn *c, const struct wd_request *w)
{
    struct ccm_error         err = { 0 };
    struct dialer           *d = dialer_of(rq);
    const struct sim_device *device = NULL;
    const char              *destination, *most = "";
    enum sim_dial_result     why = SIM_DIAL_OK;
    uint64_t                 call = 0;

    enum wd_code code = find_device(rq, c, w, &device);
    if (code == WD_SUCCESS)
        code = destination_of(rq, c, w, &destination);
    if (code != WD_SUCCESS)
        return code;
    if (!store_parameter(c, rq->arena, WD_SERVICE, "MaximumConcurrentCallRequests", rq->node, &most, &err))
        return WD_DIRECTORY_ERROR;
    if (!within_rate(d, strtol(most, NULL, 10), sim_now_ms(rq->cluster->sim)))
        return WD_OVERLOADED;
    if (!sim_call_dial(rq->cluster->sim, device->name, find_line(device, w->line), destination, &call, &why, &err))
        return why == SIM_DIAL_UNREACHABLE ? WD_UNREACHABLE : WD_CALL_FAILURE;
    remember(d, device->name, call);
    return WD_SUCCESS;
}

static enum wd_code
end_call(struct request *rq, struct store_conn *c, const struct wd_request *w)
{
    struct ccm_error         err = { 0 };
    const struct sim_device *device = NULL;
    enum wd_code             code = find_device(rq, c, w, &device);

    if (code != WD_SUCCESS)
        return code;
    uint64_t               id = recall(dialer_of(rq), device->name);
    const struct sim_call *call = id != 0 ? sim_call_find(rq->cluster->sim, rq->arena, id) : NULL;
    if (call == NULL || call->end_ms != 0)
        return WD_CALL_FAILURE;
    return sim_call_clear(rq->cluster->sim, id, &err) ? WD_SUCCESS : WD_CALL_FAILURE;
}

/* ---- profiles ---- */

static void
get_devices(struct request *rq, struct store_conn *c, const char *user, struct wd_answer *answer)
{
    struct ccm_error err = { 0 };
    char             pkid[37];

    answer->code = find_user(rq, c, user, pkid);
    if (answer->code != WD_SUCCESS)
        return;
    if (!wd_devices(rq, c, pkid, answer, &err))
        answer->code = WD_DIRECTORY_ERROR;
    else if (answer->device_count == 0)
        answer->code = WD_CALL_FAILURE;
}

static void
get_primary(struct request *rq, struct store_conn *c, struct wd_answer *answer)
{
    struct ccm_error err = { 0 };
    char             pkid[37];

    if (find_user(rq, c, rq->user, pkid) == WD_SUCCESS)
        wd_primary_line(rq->arena, c, pkid, &answer->primary, &err);
}

static void
is_user(struct store_conn *c, const char *userid, struct wd_answer *answer)
{
    struct ccm_error err = { 0 };
    char             pkid[37];

    answer->yes = wd_user_find(c, userid, pkid, &err) && pkid[0] != '\0';
}

/* ---- all of them ---- */

bool
wd_refuse_early(struct request *rq, const struct wd_request *w, struct wd_answer *answer)
{
    answer->primary = "";
    answer->code = WD_SUCCESS;
    if (w->operation == WD_IS_CLUSTER_USER)
        return false;
    if ((w->operation == WD_MAKE_CALL || w->operation == WD_END_CALL) && !cluster_service_runs(rq, "Cisco CTIManager"))
        answer->code = WD_UNAVAILABLE;
    else if (w->user[0] == '\0' || w->password[0] == '\0')
        answer->code = WD_NOT_AUTHENTICATED;
    return answer->code != WD_SUCCESS;
}

void
wd_act(struct request *rq, const struct wd_request *w, struct wd_answer *answer)
{
    struct ccm_error   err = { 0 };
    struct store_conn *c = store_read_begin(rq->cluster->store, &err);

    if (c == NULL) {
        answer->code = WD_OVERLOADED;
        return;
    }
    switch (w->operation) {
    case WD_MAKE_CALL: answer->code = make_call(rq, c, w); break;
    case WD_END_CALL: answer->code = end_call(rq, c, w); break;
    case WD_GET_PROFILE: get_devices(rq, c, w->userid, answer); break;
    case WD_GET_PROFILE_DETAIL: get_devices(rq, c, rq->user, answer); break;
    case WD_GET_PRIMARY_LINE: get_primary(rq, c, answer); break;
    default: is_user(c, w->userid, answer);
    }
    store_read_end(c);
}
