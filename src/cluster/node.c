/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The node that a request reached. */
#include "ccmsim/cluster.h"
#include "ccmsim/sim.h"

const char *
cluster_node(struct request *rq)
{
    const struct sim_node *nodes;

    if (rq->node != NULL && rq->node[0] != '\0')
        return rq->node;
    return sim_nodes(rq->cluster->sim, rq->arena, &nodes) > 0 ? nodes[0].name : "";
}

bool
cluster_service_runs(struct request *rq, const char *service)
{
    return sim_service_runs(rq->cluster->sim, cluster_node(rq), service);
}
