/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* One service: a row of src/services.c. The pipeline knows nothing else of it. */
#ifndef CCMSIM_SERVICE_H
#define CCMSIM_SERVICE_H

#include "ccmsim/request.h"

struct service {
    const char        *name;     /* as in logs, journal and coverage: "axl" */
    const char *const *prefixes; /* paths it answers on, NULL-ended; "/axl/" also takes "/axl" */
    bool               own_auth; /* it checks credentials itself (control, open pages) */
    bool               plain;    /* it answers without TLS too; others redirect to HTTPS */
    bool        unrecorded; /* its exchanges stay out of the journal, faults and the power of nodes don't meet it */
    const char *process;    /* the node's service that must run for it: "Cisco AXL Web Service"; NULL: none */
    int         stopped;    /* HTTP status while that doesn't run; 0: 404 */
    /* Set rq->operation (and rq->soap). False: *err becomes the service's own fault. */
    bool (*identify)(struct request *rq, struct ccm_error *err);
    /* Where users are named in the body: clusters_choose_user, which may change rq->cluster. NULL: they aren't. */
    enum outcome (*choose)(struct request *rq, struct ccm_error *err);
    /* May this user do it? False: *err is UNAUTHORIZED or FORBIDDEN or the service's own. */
    bool (*authorize)(struct request *rq, struct ccm_error *err);
    enum outcome (*handle)(struct request *rq, struct ccm_error *err);
    /* Write *err into rq->reply in the service's own form. */
    void (*fail)(struct request *rq, const struct ccm_error *err);
};

extern const struct service        axl_service;
extern const struct service        plugins_service; /* /plugins/axlsqltoolkit.zip */
extern const struct service        ris_service;     /* RisPort, RISService */
extern const struct service        perfmon_service; /* PerfmonPort, PerfmonService */
extern const struct service        control_service;
extern const struct service        em_service; /* Extension Mobility */
extern const struct service        webdialer_service;
extern const struct service *const services[]; /* NULL-ended, src/services.c */

#endif
