/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
#include "sim/sim_priv.h"
bool
sim_device_appear(struct sim *sim, const char *name, int tkmodel, struct ccm_error *err)
{
    (void)sim;
    (void)tkmodel;
    return ccm_fail(err, CCM_UNSUPPORTED, "device \"%s\": auto-registration is not carried out yet", name);
}
