/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Extension Mobility's act: a user's device profile on a phone. One act, whoever asks for it: the Extension Mobility
 * service, AXL's doDeviceLogin and doDeviceLogout, the clock at the login limit. */
#ifndef CCMSIM_MOBILITY_H
#define CCMSIM_MOBILITY_H

#include "ccmsim/sim.h"

struct mobility_login {
    const char *device;  /* names; without case */
    const char *user;    /* end user */
    const char *profile; /* NULL: the user's default profile, or the only one */
    int64_t     minutes; /* 0: the system's maximum, if there is one; -1: no limit */
};
/* What went wrong, as Extension Mobility numbers it (extension-mobility.md section 7): 5 and 20 disabled, 11 no such
 * device, 12 no profile, 18 somebody else, 19 nobody, 21, 22, 24, 25 ...; 6 the database. */
struct mobility_result {
    int         code; /* 0 with true */
    const char *text; /* the service's message */
};
/* Take the store's writer, do it in one transaction, tell the simulator. Never on an event loop. */
bool mobility_login(struct sim *sim, struct arena *a, const struct store_writer *who, const struct mobility_login *l,
                    struct mobility_result *out);
bool mobility_logout(struct sim *sim, struct arena *a, const struct store_writer *who, const char *device,
                     struct mobility_result *out);
/* The number of phones that were logged out. */
bool mobility_logout_all(struct sim *sim, struct arena *a, const struct store_writer *who, size_t *count,
                         struct mobility_result *out);

#endif
