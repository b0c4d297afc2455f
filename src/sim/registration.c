/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What is known last of each device that registered once, for table registrationdynamic. Asked for row by row, within
 * queries on the store: the store's writer may be held, so nothing is asked of the store here. */
#include <stdio.h>
#include <strings.h>

#include "sim/sim_priv.h"

/* As typerisstatus has them. */
static const char *const statuses[SIM_STATUS_COUNT] = {
    [SIM_UNKNOWN] = "Unknown",           [SIM_REGISTERED] = "Registered", [SIM_PARTIALLY] = "Partial Registered",
    [SIM_UNREGISTERED] = "Unregistered", [SIM_REJECTED] = "Rejected",
};

static bool
describe(const struct sim *sim, const struct dev *d, struct store_registration *out)
{
    if (d->seen_ms == 0 || dev_is_stranger(d))
        return false;
    *out = (struct store_registration){ .status = statuses[d->status],
                                        .seen_s = d->seen_ms / 1000,
                                        .active_s = d->active_ms / 1000 };
    snprintf(out->name, sizeof out->name, "%s", d->name);
    snprintf(out->device, sizeof out->device, "%s", d->pkid);
    snprintf(out->node, sizeof out->node, "%s", node_name(sim, d->seen_node));
    registry_address(sim, d, out->address);
    return true;
}

bool
sim_registration_find(struct sim *sim, const char *device, struct store_registration *out)
{
    sim_lock(sim);
    const struct dev *d = device != NULL ? map_get(&sim->device_pkids, device) : NULL;
    bool              found = d != NULL && describe(sim, d, out);
    sim_unlock(sim);
    return found;
}

size_t
sim_registrations(struct sim *sim, const char *after, struct store_registration *out, size_t max)
{
    size_t      n = 0;
    struct dev *d;

    sim_lock(sim);
    struct order_at at = order_from(&sim->order, after);
    while (n < max && (d = order_next(&sim->order, &at)) != NULL)
        if ((*after == '\0' || strcasecmp(d->name, after) != 0) && describe(sim, d, &out[n]))
            n++;
    sim_unlock(sim);
    return n;
}
