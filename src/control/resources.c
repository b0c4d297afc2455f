/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Health and reset. */
#include <time.h>

#include "ccmsim/cluster.h"
#include "ccmsim/http.h"
#include "ccmsim/journal.h"
#include "control/control_priv.h"
#include "control/hub.h"

enum outcome
control_health(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    struct cluster    *cl = rq->cluster;
    struct timespec    t;
    struct hub_counts  waiting;
    struct http_counts server;

    (void)ask, (void)err;
    clock_gettime(CLOCK_MONOTONIC, &t);
    uint64_t now_ns = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
    hub_count(hub_of(cl), &waiting);
    http_counts(rq, &server);
    return control_reply(
        rq, 200,
        json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "status", "ok", "version",
                  CCMSIM_VERSION, "ccmVersion", cl->settings.ccm_version, "fullVersion", cl->settings.full_version,
                  "uptimeMs", (json_int_t)((now_ns - cl->started_ns) / 1000000), "commits",
                  (json_int_t)store_generation(cl->store), "journalEntries", (json_int_t)journal_count(cl->journal),
                  "waits", (json_int_t)waiting.waits, "eventStreams", (json_int_t)waiting.streams, "requestsUnderWay",
                  (json_int_t)server.in_flight, "requestsSuspended", (json_int_t)server.waiting, "streams",
                  (json_int_t)server.streams));
}

/* Filling a large cluster takes seconds: on the executor. */
enum outcome
control_reset(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    (void)ask;
    if (!cluster_reset(rq->cluster, err))
        return FAILED;
    return control_reply(rq, 200, json_pack("{s:s}", "status", "ok"));
}
