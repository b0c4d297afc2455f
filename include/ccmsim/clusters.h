/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Private clusters: a family of clusters beside the one a daemon was started with (home), each by name, made and
 * dropped while running. A request reaches one by the name's label in front of its Host name
 * (NAME.anything), by a suffix of the user's name (admin@@NAME), by the header X-Ccmsim-Cluster, or by a port that
 * was opened for it. All that a request does happens in the one it reached. Any thread. */
#ifndef CCMSIM_CLUSTERS_H
#define CCMSIM_CLUSTERS_H

#include "ccmsim/cluster.h"

struct clusters;
struct http_server;

#define CLUSTERS_MAX 4096u
#define CLUSTERS_MAX_NAME \
    63u /* lower-case letters, digits and '-': a label of a host name. Upper case is taken as lower */

/* What a new one is filled with. */
struct cluster_source {
    enum { CLUSTER_LIKE_HOME, CLUSTER_FRESH, CLUSTER_FROM_SNAPSHOT, CLUSTER_FROM_FIXTURE } from;
    const char *snapshot; /* of home's */
    struct str  fixture;
    bool        listen; /* open an HTTPS and an HTTP port for it, on home's first address */
};

struct cluster_info {
    const char *name;
    int64_t     made_ms; /* since 1970 */
    int64_t     idle_ms; /* since the last request; 0 while one is under way */
    uint64_t    requests;
    unsigned    in_use;                /* requests under way */
    uint16_t    https_port, http_port; /* 0: none opened */
};

/* Make one. Slow, executor only. Errors: CCM_BAD_REQUEST (name), CCM_CONFLICT (there, or too many), those of the
 * source. */
bool clusters_add(struct clusters *cs, const char *name, const struct cluster_source *source, struct ccm_error *err);
/* Drop it: nothing finds it any more; it is closed when the last request in it has ended. Errors: CCM_NOT_FOUND. */
bool clusters_drop(struct clusters *cs, const char *name, struct ccm_error *err);
/* In the arena, by name. */
size_t clusters_list(struct clusters *cs, struct arena *a, const struct cluster_info **out);
/* One; NULL: none. */
const struct cluster_info *clusters_find(struct clusters *cs, struct arena *a, const char *name);

/* ---- for daemon and pipeline ---- */

struct clusters_options {
    struct cluster     *home;      /* borrowed, outlives it */
    struct http_server *server;    /* for ports of their own; NULL: none */
    const char         *address;   /* of those */
    const char         *domain;    /* NAME.domain is cluster NAME and nothing else; NULL: none */
    bool                automatic; /* a name that nobody knows makes a new one */
    uint32_t            idle_s;    /* drop one that had no request for so long; 0: never */
};
bool clusters_new(struct clusters **out, const struct clusters_options *opt, struct ccm_error *err);
/* Its thread ends: nothing is closed any more. Before the server stops. NULL is fine. */
void clusters_stop(struct clusters *cs);
/* No request may be under way. NULL is fine. */
void clusters_free(struct clusters *cs);
/* Which cluster a request is meant for: sets rq->cluster, holding on to it until the request's arena is freed. DONE,
 * also where it names none; SUSPENDED while it is made; FAILED: CCM_NO_RESOURCE. */
enum outcome clusters_choose(struct request *rq, struct ccm_error *err);
/* For services whose users are named elsewhere (appID, userID): the same by that name; *user is then without the
 * suffix. */
enum outcome clusters_choose_user(struct request *rq, const char **user, struct ccm_error *err);
/* A user's name of the request's credentials, without what has named the cluster. */
const char *clusters_plain_user(struct request *rq, const char *user);

#endif
