/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Where a request comes from: looked at only if the service parameter Validate IP Address is true. The originator is
 * who remoteIPAddr names, else who sent the request. Trusted are the addresses of the list and registered phones. */
#include <string.h>
#include <strings.h>

#include "ccmsim/cluster.h"
#include "ccmsim/sim.h"
#include "em/em_priv.h"

struct policy {
    const char *validate, *trusted, *proxy;
};

static bool
read_policy(struct request *rq, struct policy *p, struct ccm_error *err)
{
    struct store_conn *c = store_read_begin(rq->cluster->store, err);
    bool               ok = c != NULL &&
              store_parameter(c, rq->arena, MOBILITY_SERVICE, "ValidateIPAddress", rq->node, &p->validate, err) &&
              store_parameter(c, rq->arena, MOBILITY_SERVICE, "TrustedListOfIPs", rq->node, &p->trusted, err) &&
              store_parameter(c, rq->arena, MOBILITY_SERVICE, "AllowProxy", rq->node, &p->proxy, err);

    store_read_end(c);
    return ok;
}

/* "a;b; c": addresses or host names, no ranges. */
static bool
is_listed(const char *list, const char *address)
{
    for (; *list != '\0'; list += strcspn(list, ";"), list += *list == ';') {
        list += strspn(list, " \t");
        size_t len = strcspn(list, "; \t");
        if (len == strlen(address) && strncasecmp(list, address, len) == 0 && len > 0)
            return true;
    }
    return false;
}

static bool
is_phone(struct request *rq, const char *address)
{
    const char *const               patterns[] = { address, NULL };
    const struct sim_filter         f = { .device_class = "Phone",
                                          .tkmodel = -1,
                                          .status = SIM_REGISTERED,
                                          .by = SIM_BY_ADDRESS,
                                          .patterns = patterns,
                                          .limit = 1 };
    const struct sim_device *const *devices;
    size_t                          total;

    return strchr(address, '*') == NULL && sim_devices(rq->cluster->sim, rq->arena, &f, &devices, &total) > 0;
}

bool
em_guard_address(struct request *rq, const struct em_message *m, struct ccm_error *err)
{
    const char   *address = m->remote_address[0] != '\0' ? m->remote_address : request_peer(rq);
    struct policy p;

    if (!read_policy(rq, &p, err))
        return em_fail(err, 6);
    if (!store_parameter_is_true(p.validate))
        return true;
    if (!store_parameter_is_true(p.proxy) && (m->via || rq->header(rq, "Via") != NULL))
        return em_fail(err, 30);
    if (is_listed(p.trusted, address))
        return true;
    if (!cluster_service_runs(rq, "Cisco RIS Data Collector"))
        return em_fail(err, 29);
    return is_phone(rq, address) || em_fail(err, 28);
}
