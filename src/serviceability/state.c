/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What Serviceability keeps for a cluster: requests of the minute, RIS's state number, PerfMon's sessions. */
#include "serviceability/state.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ccmsim/store.h"

#define MINUTE_MS 60000

static void *
make(struct cluster *cl)
{
    struct serviceability *s = calloc(1, sizeof *s);

    (void)cl;
    if (s == NULL)
        abort();
    pthread_mutex_init(&s->lock, NULL);
    return s;
}

static void
reset(void *state)
{
    struct serviceability *s = state;

    pthread_mutex_lock(&s->lock);
    sessions_clear(s);
    memset(s->windows, 0, sizeof s->windows);
    s->seen_event = 0;
    memset(s->ids, 0, sizeof s->ids);
    pthread_mutex_unlock(&s->lock);
}

static void
release(void *state)
{
    struct serviceability *s = state;

    sessions_clear(s);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

static const struct cluster_state kind = { make, reset, release };

struct serviceability *
serviceability_of(struct cluster *cl)
{
    return cluster_state(cl, &kind);
}

/* ---- rates ---- */

static const struct {
    const char *parameter; /* enterprise parameter */
    unsigned    usual;
    bool        per_node;
} rates[RATE_COUNT] = {
    [RATE_RIS] = { "AllowedDeviceQueriesPerMinute", 15, false },
    [RATE_PERFMON] = { "AllowedPerformanceQueriesPerMinute", 50, true },
};

unsigned
rate_allowed(struct cluster *cl, enum rate rate)
{
    struct store_conn *conn = store_read_begin(cl->store, NULL);
    sqlite3_stmt      *stmt =
        conn != NULL ? store_prepare(conn, "SELECT paramvalue FROM processconfig WHERE paramname = ?", NULL) : NULL;
    int value = 0;

    if (stmt != NULL) {
        sqlite3_bind_text(stmt, 1, rates[rate].parameter, -1, SQLITE_STATIC);
        if (store_step(conn, stmt, NULL) == 1)
            value = sqlite3_column_int(stmt, 0);
    }
    store_read_end(conn);
    return value > 0 ? (unsigned)value : rates[rate].usual;
}

/* That node's, or a free one; the first if there are too many. */
static struct window *
window_of(struct window windows[NODES_MAX], const char *node)
{
    for (size_t i = 0; i < NODES_MAX; i++) {
        struct window *w = &windows[i];
        if (w->since_ms == 0 || strncmp(w->node, node, sizeof w->node - 1) == 0) {
            if (w->since_ms == 0)
                strncpy(w->node, node, sizeof w->node - 1);
            return w;
        }
    }
    return &windows[0];
}

bool
rate_take(struct serviceability *s, struct cluster *cl, enum rate rate, const char *node, unsigned *allowed,
          struct ccm_error *err)
{
    if (!cl->settings.rate_control)
        return true;
    *allowed = rate_allowed(cl, rate);
    int64_t now = sim_now_ms(cl->sim);
    pthread_mutex_lock(&s->lock);
    struct window *w = window_of(s->windows[rate], rates[rate].per_node ? node : "");
    if (w->since_ms == 0 || now < w->since_ms || now - w->since_ms >= MINUTE_MS) {
        w->since_ms = now;
        w->count = 0;
    }
    bool over = w->count >= *allowed;
    if (!over)
        w->count++;
    pthread_mutex_unlock(&s->lock);
    return !over || ccm_fail(err, CCM_THROTTLED, "%s", "");
}

/* ---- RIS's state numbers ---- */

struct reading {
    struct serviceability *s;
    uint64_t               expected;
};

/* The node's number, or a new one; NULL if there are too many nodes. Under the lock. */
static struct state_id *
state_of(struct serviceability *s, const char *node, size_t len)
{
    for (size_t i = 0; i < NODES_MAX; i++) {
        struct state_id *id = &s->ids[i];
        if (id->node[0] == '\0' && len > 0 && len < sizeof id->node)
            memcpy(id->node, node, len);
        if (strlen(id->node) == len && strncasecmp(id->node, node, len) == 0)
            return id;
    }
    return NULL;
}

/* An event that names a node has moved that one; calls, lines and the clock leave RIS's records alone. */
static bool
note(void *cookie, const struct sim_event *e)
{
    static const char *const kinds[] = { "device", "node", "service", "mobility" };
    static const char        key[] = "\"node\":\"";
    struct reading          *r = cookie;
    bool                     counts = false;

    if (e->seq != r->expected) /* some are no longer kept */
        r->s->common_id++;
    r->expected = e->seq + 1;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        counts = counts || strcmp(e->kind, kinds[i]) == 0;
    if (!counts)
        return true;
    const char      *node = strstr(e->json, key);
    struct state_id *id = NULL;
    if (node != NULL) {
        node += sizeof key - 1;
        id = state_of(r->s, node, strcspn(node, "\""));
    }
    if (id != NULL)
        id->id++;
    else
        r->s->common_id++;
    return true;
}

/* sim_events calls back without a lock of its own, so that ours may be held. */
uint64_t
ris_state_id(struct serviceability *s, struct sim *sim, const char *node)
{
    pthread_mutex_lock(&s->lock);
    struct reading r = { s, s->seen_event + 1 };
    uint64_t       last = sim_events(sim, s->seen_event, note, &r);
    if (last < s->seen_event) /* the simulator began anew */
        s->common_id++;
    s->seen_event = last;
    const struct state_id *own = state_of(s, node, strlen(node));
    uint64_t               id = 1 + s->common_id + (own != NULL ? own->id : 0);
    pthread_mutex_unlock(&s->lock);
    return id;
}
