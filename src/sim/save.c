/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
#include "sim/sim_priv.h"

void
sim_save(struct sim *sim, struct buf *out)
{
    (void)sim;
    buf_adds(out, "{}");
}
bool
sim_load(struct sim *sim, const char *json, struct ccm_error *err)
{
    (void)json;
    return sim_reset(sim, err);
}
bool
sim_device_appear(struct sim *sim, const char *name, int tkmodel, struct ccm_error *err)
{
    (void)sim;
    (void)tkmodel;
    return ccm_fail(err, CCM_UNSUPPORTED, "device \"%s\": auto-registration is not carried out yet", name);
}
