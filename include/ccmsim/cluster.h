/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* One emulated cluster as a value: store, settings, journal, credentials. No globals: a process
 * may hold many, found by the request's listener. */
#ifndef CCMSIM_CLUSTER_H
#define CCMSIM_CLUSTER_H

#include "ccmsim/config.h"
#include "ccmsim/request.h"
#include "ccmsim/store.h"
#include "ccmsim/uuid.h"

struct journal;
struct auth;

struct cluster {
    struct uuid_source  uuids;
    struct store       *store;
    struct journal     *journal;
    struct auth        *auth;
    struct settings {
        char                ccm_version[16];     /* "15.0" */
        char                full_version[32];    /* "15.0.1.10000-30" */
        bool                axl_versions_real;
        enum axl_strictness strictness;
    } settings;
    char *admin_user, *admin_password_hint; /* for the start-up line only; hint NULL unless made up */
};

bool cluster_new(struct cluster **out, const struct config *cfg, struct ccm_error *err);
void cluster_free(struct cluster *cl);
/* Configuration and journal as they were at start. */
bool cluster_reset(struct cluster *cl, struct ccm_error *err);

#endif
