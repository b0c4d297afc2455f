/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Which cluster a request is meant for, from what an unmodified client can be told to send: a host name, a user. */
#include <string.h>
#include <strings.h>

#include "ccmsim/auth.h"
#include "cluster/clusters_priv.h"

#define MARK "@@"

struct choice {            /* of a request, across the making of what it chose */
    bool             made; /* by this request's own job */
    bool             ok;
    struct clusters *family;
    struct member   *member;
    struct ccm_error err;
    struct waiter    waiter;
};

/* ---- names ---- */

/* A user's name is cut off in front of the mark. NULL: there is none. */
static const char *
user_suffix(const char *user)
{
    const char *mark = NULL;

    for (const char *p = strstr(user, MARK); p != NULL; p = strstr(p + 1, MARK))
        mark = p;
    return mark != NULL && mark > user && mark[2] != '\0' ? mark : NULL;
}

/* "NAME.domain:port" names NAME for certain where domain is the configured one; in any other domain if there is such
 * a cluster. */
static const char *
host_label(struct arena *a, const char *host, const char *domain, bool *certain)
{
    size_t len = strcspn(host, ":"), label = strcspn(host, ".:");

    *certain = false;
    if (label == 0 || host[label] != '.' || *host == '[')
        return NULL;
    *certain = domain != NULL && len - label - 1 == strlen(domain) &&
               strncasecmp(host + label + 1, domain, strlen(domain)) == 0;
    return arena_strndup(a, host, label);
}

static const char *
basic_user(struct request *rq)
{
    const char *header = rq->header(rq, "Authorization"), *user, *password;

    return header != NULL && auth_parse_basic(rq->arena, header, &user, &password) ? user : NULL;
}

/* ---- choosing ---- */

static enum outcome
enter(struct request *rq, struct member *m)
{
    m->refs++;
    m->requests++;
    rq->cluster = m->cluster;
    arena_defer(rq->arena, clusters_leave, m);
    return DONE;
}

static void
make(void *arg)
{
    struct choice        *c = arg;
    struct cluster_source like_home = { .from = CLUSTER_LIKE_HOME };

    c->ok = clusters_make(c->family, c->member, &like_home, &c->err);
    c->made = true;
}

/* certain: nothing else can be meant. */
static enum outcome
choose(struct request *rq, struct clusters *cs, const char *name, bool certain, bool *found, struct ccm_error *err)
{
    struct choice *c = rq->choice;
    char           plain[CLUSTERS_MAX_NAME + 1];
    enum outcome   outcome = DONE;

    *found = false;
    if (!clusters_check_name(name, plain, certain ? err : NULL))
        return certain ? FAILED : DONE;
    if (c != NULL && c->made && !c->ok) {
        *err = c->err;
        return FAILED;
    }
    if (c == NULL) {
        rq->choice = c = arena_alloc(rq->arena, sizeof *c);
        c->family = cs;
    }
    pthread_mutex_lock(&cs->lock);
    struct member *m = clusters_member(cs, plain);
    bool           begun = false;
    if (m == NULL && certain && cs->opt.automatic && !c->made) {
        m = clusters_begin(cs, plain, err);
        begun = m != NULL;
        outcome = begun ? SUSPENDED : FAILED;
    } else if (m == NULL && certain) {
        ccm_fail(err, CCM_NO_RESOURCE, "There is no cluster '%s'.", plain);
        outcome = FAILED;
    } else if (m != NULL && !m->ready) {
        c->waiter = (struct waiter){ m->waiters, rq };
        m->waiters = &c->waiter;
        outcome = SUSPENDED;
    } else if (m != NULL) {
        outcome = enter(rq, m);
        *found = true;
    }
    pthread_mutex_unlock(&cs->lock);
    if (!begun)
        return outcome;
    c->member = m;
    if (executor_submit(rq, make, c, err))
        return SUSPENDED;
    clusters_abandon(cs, m);
    return FAILED;
}

/* A request that came by a cluster's own port, which may just be closing. */
static enum outcome
enter_own(struct request *rq, struct clusters *cs, struct member *m)
{
    enum outcome outcome = FAILED;

    pthread_mutex_lock(&cs->lock);
    if (m->ready && !m->dead)
        outcome = enter(rq, m);
    else
        rq->reply.fate = REPLY_CLOSE;
    pthread_mutex_unlock(&cs->lock);
    return outcome;
}

enum outcome
clusters_choose(struct request *rq, struct ccm_error *err)
{
    struct clusters *cs = rq->cluster->family;
    const char      *name, *user, *suffix;
    bool             found, certain;

    if (cs == NULL)
        return DONE;
    if (rq->cluster->member != NULL)
        return enter_own(rq, cs, rq->cluster->member);
    bool any = cs->opt.automatic || atomic_load(&cs->count) > 0;
    if ((name = rq->header(rq, "X-Ccmsim-Cluster")) != NULL)
        return choose(rq, cs, name, true, &found, err);
    if (any && (user = basic_user(rq)) != NULL && (suffix = user_suffix(user)) != NULL) {
        enum outcome outcome = choose(rq, cs, suffix + strlen(MARK), cs->opt.automatic, &found, err);
        rq->user_names_cluster = found;
        if (found || outcome != DONE)
            return outcome;
    }
    if ((name = host_label(rq->arena, rq->host, cs->opt.domain, &certain)) != NULL && (any || certain))
        return choose(rq, cs, name, certain, &found, err);
    return DONE;
}

enum outcome
clusters_choose_user(struct request *rq, const char **user, struct ccm_error *err)
{
    struct clusters *cs = rq->cluster->family;
    const char      *suffix = cs != NULL ? user_suffix(*user) : NULL;
    bool             found = false;

    if (suffix == NULL)
        return DONE;
    if (rq->cluster->member != NULL)
        found = strcasecmp(rq->cluster->member->name, suffix + strlen(MARK)) == 0;
    else {
        enum outcome outcome = choose(rq, cs, suffix + strlen(MARK), cs->opt.automatic, &found, err);
        if (outcome != DONE)
            return outcome;
    }
    if (found)
        *user = arena_strndup(rq->arena, *user, (size_t)(suffix - *user));
    return DONE;
}

const char *
clusters_plain_user(struct request *rq, const char *user)
{
    const char *suffix = rq->user_names_cluster ? user_suffix(user) : NULL;

    return suffix != NULL ? arena_strndup(rq->arena, user, (size_t)(suffix - user)) : user;
}
