/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* PerfMon's sessions: a list of counters under a handle, on the node that opened it, bounded in number, gone when
 * nobody has asked for so long by the cluster's clock. */
#include <stdlib.h>
#include <string.h>

#include "serviceability/state.h"

/* 25 hours (serviceability reference, unconfirmed). */
#define IDLE_MS (25ll * 3600 * 1000)

struct session {
    struct session      *next;
    char                 handle[37];
    char                *node;
    int64_t              used_ms;
    size_t               count;
    struct perfmon_path *paths;
};

static char *
keep(const char *text)
{
    char *copy = text != NULL ? strdup(text) : NULL;

    if (copy == NULL && text != NULL)
        abort();
    return copy;
}

static void
path_clear(struct perfmon_path *p)
{
    free((char *)p->text);
    free((char *)p->host);
    free((char *)p->instance);
    free((char *)p->node);
}

static struct perfmon_path
path_keep(const struct perfmon_path *p)
{
    struct perfmon_path copy = *p;

    copy.text = keep(p->text);
    copy.host = keep(p->host);
    copy.instance = keep(p->instance);
    copy.node = keep(p->node);
    return copy;
}

static void
session_free(struct session *se)
{
    for (size_t i = 0; i < se->count; i++)
        path_clear(&se->paths[i]);
    free(se->paths);
    free(se->node);
    free(se);
}

void
sessions_clear(struct serviceability *s)
{
    while (s->sessions != NULL) {
        struct session *gone = s->sessions;
        s->sessions = gone->next;
        session_free(gone);
    }
}

/* End those that nobody has used; how many are left on the node. Under the lock. */
static size_t
purge(struct serviceability *s, int64_t now, const char *node)
{
    size_t on_node = 0;

    for (struct session **at = &s->sessions; *at != NULL;) {
        struct session *se = *at;
        if (now - se->used_ms > IDLE_MS) {
            *at = se->next;
            session_free(se);
            continue;
        }
        on_node += strcasecmp(se->node, node) == 0;
        at = &se->next;
    }
    return on_node;
}

/* Where the session's pointer stands, its time of use renewed. NULL with *err. Under the lock. */
static struct session **
find(struct serviceability *s, int64_t now, const char *node, const char *handle, struct ccm_error *err)
{
    purge(s, now, node);
    for (struct session **at = &s->sessions; *at != NULL; at = &(*at)->next)
        if (handle != NULL && strcasecmp((*at)->handle, handle) == 0 && strcasecmp((*at)->node, node) == 0) {
            (*at)->used_ms = now;
            return at;
        }
    ccm_fail(err, CCM_NOT_FOUND, "Session handle '%.100s' is unknown", handle != NULL ? handle : "");
    return NULL;
}

bool
session_open(struct serviceability *s, struct cluster *cl, struct arena *a, const char *node, const char **handle,
             struct ccm_error *err)
{
    struct session *se = calloc(1, sizeof *se);
    int64_t         now = sim_now_ms(cl->sim);

    if (se == NULL)
        abort();
    uuid_new(&cl->uuids, se->handle);
    se->node = keep(node);
    se->used_ms = now;
    *handle = arena_strdup(a, se->handle);
    pthread_mutex_lock(&s->lock);
    bool room = purge(s, now, node) < PERFMON_SESSIONS_MAX;
    if (room) {
        se->next = s->sessions;
        s->sessions = se;
    }
    pthread_mutex_unlock(&s->lock);
    if (!room) {
        session_free(se);
        return ccm_fail(err, CCM_INVALID, "Too many sessions are open on node '%.100s': close some of the %u", node,
                        PERFMON_SESSIONS_MAX);
    }
    return true; /* cppcheck-suppress memleak ; it hangs in the list */
}

bool
session_close(struct serviceability *s, struct sim *sim, const char *node, const char *handle, struct ccm_error *err)
{
    int64_t now = sim_now_ms(sim);

    pthread_mutex_lock(&s->lock);
    struct session **at = find(s, now, node, handle, err), *se = at != NULL ? *at : NULL;
    if (se != NULL)
        *at = se->next;
    pthread_mutex_unlock(&s->lock);
    if (se != NULL)
        session_free(se);
    return se != NULL;
}

/* What is in it already stays once. */
static bool
has(const struct session *se, const char *text)
{
    for (size_t i = 0; i < se->count; i++)
        if (strcmp(se->paths[i].text, text) == 0)
            return true;
    return false;
}

static bool
append(struct session *se, const struct perfmon_path *paths, size_t count, struct ccm_error *err)
{
    if (se->count + count > PERFMON_COUNTERS_MAX)
        return ccm_fail(err, CCM_INVALID, "A session holds no more than %u counters", PERFMON_COUNTERS_MAX);
    struct perfmon_path *more = realloc(se->paths, (se->count + count + 1) * sizeof *more);
    if (more == NULL)
        abort();
    se->paths = more;
    for (size_t i = 0; i < count; i++)
        if (!has(se, paths[i].text))
            se->paths[se->count++] = path_keep(&paths[i]);
    return true;
}

bool
session_add(struct serviceability *s, struct sim *sim, const char *node, const char *handle,
            const struct perfmon_path *paths, size_t count, struct ccm_error *err)
{
    int64_t now = sim_now_ms(sim);

    pthread_mutex_lock(&s->lock);
    struct session **at = find(s, now, node, handle, err);
    bool             ok = at != NULL && append(*at, paths, count, err);
    pthread_mutex_unlock(&s->lock);
    return ok;
}

static void
drop(struct session *se, const char *text)
{
    for (size_t i = 0; i < se->count; i++)
        if (strcasecmp(se->paths[i].text, text) == 0) {
            path_clear(&se->paths[i]);
            memmove(&se->paths[i], &se->paths[i + 1], (se->count - i - 1) * sizeof se->paths[0]);
            se->count--;
            return;
        }
}

bool
session_remove(struct serviceability *s, struct sim *sim, const char *node, const char *handle,
               const struct bind_list *texts, struct ccm_error *err)
{
    int64_t now = sim_now_ms(sim);

    pthread_mutex_lock(&s->lock);
    struct session **at = find(s, now, node, handle, err);
    for (size_t i = 0; at != NULL && i < texts->count; i++)
        drop(*at, texts->texts[i]);
    pthread_mutex_unlock(&s->lock);
    return at != NULL;
}

bool
session_paths(struct serviceability *s, struct sim *sim, struct arena *a, const char *node, const char *handle,
              const struct perfmon_path **out, size_t *count, struct ccm_error *err)
{
    int64_t now = sim_now_ms(sim);

    pthread_mutex_lock(&s->lock);
    struct session **at = find(s, now, node, handle, err);
    if (at != NULL) {
        struct perfmon_path *copy = arena_alloc(a, ((*at)->count + 1) * sizeof *copy);
        for (size_t i = 0; i < (*at)->count; i++) {
            const struct perfmon_path *p = &(*at)->paths[i];
            copy[i] = *p;
            copy[i].text = arena_strdup(a, p->text);
            copy[i].host = arena_strdup(a, p->host);
            copy[i].instance = p->instance != NULL ? arena_strdup(a, p->instance) : NULL;
            copy[i].node = arena_strdup(a, p->node);
        }
        *out = copy;
        *count = (*at)->count;
    }
    pthread_mutex_unlock(&s->lock);
    return at != NULL;
}
