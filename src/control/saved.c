/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Snapshots, fixtures and private clusters. All slow: on the executor. */
#include <string.h>

#include "ccmsim/clusters.h"
#include "ccmsim/fixture.h"
#include "ccmsim/snapshot.h"
#include "control/control_priv.h"
#include "control/view.h"

static enum outcome
done(struct request *rq)
{
    return control_reply(rq, 200, json_pack("{s:s}", "status", "ok"));
}

/* ---- snapshots ---- */

static json_t *
view_snapshot(const struct snapshot_info *s)
{
    return json_pack("{s:s, s:o, s:I}", "name", s->name, "taken", view_time(s->time_ms), "bytes", (json_int_t)s->bytes);
}

enum outcome
control_snapshots(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    const struct snapshot_info *all;
    size_t                      n = snapshot_list(rq->cluster, rq->arena, &all);
    json_t                     *list = json_array();

    (void)ask, (void)err;
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, view_snapshot(&all[i]));
    return control_reply(rq, 200, json_pack("{s:o}", "snapshots", list));
}

enum outcome
control_snapshot_take(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    const struct snapshot_info *all;

    if (!snapshot_take(rq->cluster, ask_text(ask, "name"), err))
        return FAILED;
    size_t n = snapshot_list(rq->cluster, rq->arena, &all);
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].name, ask_text(ask, "name")) == 0)
            return control_reply(rq, 200, view_snapshot(&all[i]));
    return done(rq);
}

enum outcome
control_snapshot_restore(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    return snapshot_restore(rq->cluster, ask_text(ask, "name"), err) ? done(rq) : FAILED;
}

enum outcome
control_snapshot_remove(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    return snapshot_remove(rq->cluster, ask_text(ask, "name"), err) ? done(rq) : FAILED;
}

/* ---- fixtures ---- */

enum outcome
control_fixture_save(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    (void)ask;
    if (!fixture_save(rq->cluster, &rq->reply.body, err))
        return FAILED;
    rq->reply.status = 200;
    rq->reply.content_type = "text/plain; charset=utf-8";
    return DONE;
}

enum outcome
control_fixture_load(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    const char *name = ask_text(ask, "name");

    return fixture_load(rq->cluster, name != NULL ? name : "fixture", rq->body, err) ? done(rq) : FAILED;
}

/* ---- private clusters ---- */

static json_t *
view_cluster(const struct cluster_info *c)
{
    json_t *out = json_pack("{s:s, s:o, s:I, s:I, s:i}", "name", c->name, "made", view_time(c->made_ms), "idleMs",
                            (json_int_t)c->idle_ms, "requests", (json_int_t)c->requests, "inUse", (int)c->in_use);

    if (c->https_port != 0)
        json_object_set_new(out, "httpsPort", json_integer(c->https_port));
    if (c->http_port != 0)
        json_object_set_new(out, "httpPort", json_integer(c->http_port));
    return out;
}

static struct clusters *
family(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    if (rq->cluster->family == NULL)
        control_refuse(ask, CCM_CONFLICT, err, "ask the cluster that the daemon was started with",
                       "no private clusters are served here");
    return rq->cluster->family;
}

enum outcome
control_clusters(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    const struct cluster_info *all;
    struct clusters           *cs = family(rq, ask, err);
    json_t                    *list = json_array();

    size_t n = cs != NULL ? clusters_list(cs, rq->arena, &all) : 0;
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, view_cluster(&all[i]));
    json_t *out = json_pack("{s:o}", "clusters", list);
    if (cs != NULL)
        return control_reply(rq, 200, out);
    json_decref(out);
    return FAILED;
}

static enum outcome
show(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    struct clusters           *cs = family(rq, ask, err);
    const struct cluster_info *c = cs != NULL ? clusters_find(cs, rq->arena, ask_text(ask, "name")) : NULL;

    if (cs == NULL)
        return FAILED;
    if (c == NULL)
        return control_refuse(ask, CCM_NOT_FOUND, err, "GET " ROUTES_BASE "clusters lists them",
                              "there is no cluster '%s'", ask_text(ask, "name"));
    return control_reply(rq, 200, view_cluster(c));
}

enum outcome
control_cluster(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    return show(rq, ask, err);
}

enum outcome
control_cluster_add(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    struct clusters      *cs = family(rq, ask, err);
    const char           *snapshot = ask_text(ask, "snapshot"), *fixture = ask_text(ask, "fixture");
    const char           *from = ask_text(ask, "from");
    struct cluster_source source = { .from =
                                         from != NULL && strcmp(from, "fresh") == 0 ? CLUSTER_FRESH : CLUSTER_LIKE_HOME,
                                     .listen = ask_flag(ask, "listen") };

    if (cs == NULL)
        return FAILED;
    if ((from != NULL) + (snapshot != NULL) + (fixture != NULL) > 1)
        return control_refuse(ask, CCM_BAD_REQUEST, err, "leave all but one of them out",
                              "one of 'from', 'snapshot' and 'fixture' can be given");
    if (snapshot != NULL) {
        source.from = CLUSTER_FROM_SNAPSHOT;
        source.snapshot = snapshot;
    } else if (fixture != NULL) {
        source.from = CLUSTER_FROM_FIXTURE;
        source.fixture = (struct str){ fixture, strlen(fixture) };
    }
    return clusters_add(cs, ask_text(ask, "name"), &source, err) ? show(rq, ask, err) : FAILED;
}

enum outcome
control_cluster_drop(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    struct clusters *cs = family(rq, ask, err);

    return cs != NULL && clusters_drop(cs, ask_text(ask, "name"), err) ? done(rq) : FAILED;
}
