/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The table of a device's life, as its engine and its test see it. */
#ifndef CCMSIM_SIM_PHONE_H
#define CCMSIM_SIM_PHONE_H

#include "sim/sim_priv.h"

struct phone_row {
    uint8_t state, event;
    void (*action)(struct sim *sim, struct dev *d);
    uint8_t     next;
    const char *name; /* of the action */
};
extern const struct phone_row phone_rows[];
extern const size_t           phone_row_count;

typedef void phone_action(struct sim *sim, struct dev *d);

phone_action action_boot, action_seek, action_attempt, action_accept, action_refuse, action_halt, action_vanish,
    action_reset, action_wipe, action_restart, action_apply, action_reapply, action_change, action_leave, action_watch,
    action_consider, action_go_home, action_rest, action_recheck, action_expire, action_reboot, action_give_up;

#endif
