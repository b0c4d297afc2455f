/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Calls. */
#include "sim/sim_priv.h"

void
call_time(struct sim *sim, struct call *c)
{
    (void)sim;
    (void)c;
}
void
call_line_gone(struct sim *sim, struct line *l)
{
    (void)sim;
    (void)l;
}
void
call_node_gone(struct sim *sim, uint8_t node)
{
    (void)sim;
    (void)node;
}
void
call_clear_all(struct sim *sim)
{
    (void)sim;
}
void
line_show(struct sim *sim, struct line *l)
{
    (void)sim;
    (void)l;
}
void
line_show_all(struct sim *sim, struct dn *dn)
{
    (void)sim;
    (void)dn;
}
bool
sim_device_press(struct sim *sim, const char *name, const char *key, struct ccm_error *err)
{
    (void)sim;
    (void)name;
    return ccm_fail(err, CCM_UNSUPPORTED, "key \"%s\" is not carried out yet", key);
}
bool
sim_device_appear(struct sim *sim, const char *name, int tkmodel, struct ccm_error *err)
{
    (void)sim;
    (void)tkmodel;
    return ccm_fail(err, CCM_UNSUPPORTED, "device \"%s\": auto-registration is not carried out yet", name);
}
bool
sim_call_dial(struct sim *sim, const char *device, unsigned line, const char *digits, uint64_t *id,
              enum sim_dial_result *why, struct ccm_error *err)
{
    (void)sim;
    (void)line;
    (void)digits;
    *id = 0;
    *why = SIM_DIAL_UNREACHABLE;
    return ccm_fail(err, CCM_UNSUPPORTED, "device \"%s\": calls are not carried out yet", device);
}
bool
sim_call_answer(struct sim *sim, uint64_t id, const char *device, struct ccm_error *err)
{
    (void)sim;
    (void)id;
    (void)device;
    return ccm_fail(err, CCM_NOT_FOUND, "no such call");
}
bool
sim_call_clear(struct sim *sim, uint64_t id, struct ccm_error *err)
{
    (void)sim;
    (void)id;
    return ccm_fail(err, CCM_NOT_FOUND, "no such call");
}
uint64_t
sim_device_call(struct sim *sim, const char *device)
{
    (void)sim;
    (void)device;
    return 0;
}
size_t
sim_calls(struct sim *sim, struct arena *a, const struct sim_call *const **out)
{
    (void)sim;
    (void)a;
    *out = NULL;
    return 0;
}
const struct sim_call *
sim_call_find(struct sim *sim, struct arena *a, uint64_t id)
{
    (void)sim;
    (void)a;
    (void)id;
    return NULL;
}
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
