/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Extension Mobility's act: a user's device profile on a phone. One act, whoever asks for it: the Extension Mobility
 * service, AXL's doDeviceLogin and doDeviceLogout, the clock at the login limit. Who is where stands in the store's
 * extensionmobilitydynamic, and nowhere else. */
#ifndef CCMSIM_MOBILITY_H
#define CCMSIM_MOBILITY_H

#include "ccmsim/sim.h"

struct mobility; /* of one cluster: watches the login limits */

/* Both are borrowed; the store outlives it. */
struct mobility *mobility_new(struct store *store, struct sim *sim);
/* Behind sim_free, which ends its timer. NULL is fine. */
void mobility_free(struct mobility *m);
/* The store's listener. */
void mobility_on_change(struct mobility *m, const struct store_change *changes, size_t count);
/* The store or the clock is another one now: look at the limits anew. */
void mobility_reset(struct mobility *m);

/* "MultipleLoginBehavior" and the like, service parameters of Extension Mobility. */
#define MOBILITY_SERVICE "Cisco Extension Mobility"

#define MOBILITY_SYSTEM_LIMIT 0
#define MOBILITY_NO_LIMIT     (-1)
#define MOBILITY_MAX_MINUTES  35000000 /* loginduration holds seconds in 32 bits */

struct mobility_login {
    const char *device, *user; /* names; without case */
    const char *profile;       /* NULL: the user's default profile, or the only one */
    int64_t     seconds;       /* or one of the above */
    const char *self;          /* may only log in this user; NULL: anybody */
    bool        by_axl;        /* the profile need not be one of the user's, no system limit holds, nothing logs it
                                  out when its time is over, as AXL's guide says */
};
/* What went wrong, as Extension Mobility numbers it: 5, 22 disabled, 11 no such
 * device, 12 no profile, 18 somebody else, 19 nobody, 23 no such user, 25 elsewhere, 10 not himself; 20, 21 whether it is
 * enabled, who is on it can't be told; 7 the automatic logout can't be set or removed; 6 the database otherwise. */
struct mobility_result {
    int         code; /* 0 with true */
    const char *text; /* the service's message */
};
/* The message for a code; "" for one that has none. */
const char *mobility_text(int code);

/* Take the store's writer, do it in one transaction, tell the simulator. Never on an event loop. */
bool mobility_login(struct mobility *m, struct arena *a, const struct store_writer *who, const struct mobility_login *l,
                    struct mobility_result *out);
/* self: as above. */
bool mobility_logout(struct mobility *m, struct arena *a, const struct store_writer *who, const char *device,
                     const char *self, struct mobility_result *out);
/* The number of phones that were logged out. */
bool mobility_logout_all(struct mobility *m, struct arena *a, const struct store_writer *who, size_t *count,
                         struct mobility_result *out);

/* The same inside an open write, which is rolled back if they fail. */
bool mobility_login_in(struct mobility *m, struct store_conn *c, struct arena *a, const struct mobility_login *l,
                       struct mobility_result *out);
bool mobility_logout_in(struct mobility *m, struct store_conn *c, struct arena *a, const char *device, const char *self,
                        struct mobility_result *out);

#endif
