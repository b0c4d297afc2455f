/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What faults.c and faults_effect.c share: a rule as it is kept, and what one does to a request. */
#ifndef CCMSIM_FAULTS_PRIV_H
#define CCMSIM_FAULTS_PRIV_H

#include "ccmsim/faults.h"
#include "ccmsim/soap.h"

struct slow;

/* What a request has met. In its arena. */
struct fault_verdict {
    uint64_t           delay_ms; /* 0: none */
    struct fault_rule *rule;     /* a copy; NULL: none but delays */
    uint64_t           random;
    bool               waited;
    /* of the delay under way */
    struct sim_driver *driver;
    uint64_t           timer;
    struct slow       *slow; /* body under way */
};

/* NULL: nothing. */
struct fault_verdict *faults_decide(struct faults *f, struct request *rq, int64_t now_ms);

#endif
