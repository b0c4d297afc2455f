/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* RIS: what was asked (ris_criteria.c), what was found (risport.c), how it is written (ris_answer.c), and the state
 * that clients send back (ris_state.c). */
#ifndef CCMSIM_SERVICEABILITY_RIS_H
#define CCMSIM_SERVICEABILITY_RIS_H

#include "serviceability/serviceability_priv.h"

#define RIS_NODES_MAX 64

struct ris_form;

/* ---- what was asked ---- */

struct ris_state { /* of a node, as a client knows it */
    const char *node;
    int64_t     started;
    uint64_t    id;
};

struct ris_criteria {
    bool              newest;  /* a device once, no wildcards: selectCmDeviceExt */
    bool              invalid; /* a text that no node knows: each answers InvalidRequest */
    bool              none;    /* nothing can fit */
    size_t            limit;   /* records in the answer */
    const char       *node;    /* NULL: all */
    struct sim_filter filter;  /* all but the nodes that answer */
    size_t            state_count;
    struct ris_state  states[RIS_NODES_MAX];
};
bool ris_criteria_read(struct call *c, const char *part, bool newest, struct ris_criteria *out, struct ccm_error *err);
/* What the client sent as StateInfo: the document as a text, or unescaped as elements, as some do. */
void ris_state_read(struct call *c, const struct soap_element *e, struct ris_criteria *out);

/* ---- what was found ---- */

struct ris_record { /* a device on a node */
    const struct sim_device   *device;
    const struct sim_presence *presence;
    struct ris_record         *next;
};
struct ris_node {
    const char        *name, *return_code;
    bool               no_change, answers; /* answers: it has a state */
    int64_t            started;
    uint64_t           state_id;
    size_t             found, returned;
    struct ris_record *records, **end;
};
struct ris_result {
    size_t          total, node_count;
    struct ris_node nodes[RIS_NODES_MAX];
};

/* ---- how it is written ---- */

enum ris_kind { RIS_DEVICES, RIS_DEVICES_SIP };
void ris_answer(struct call *c, enum ris_kind kind, const struct ris_result *r);
/* <StateInfo>..., in the arena; "" if no node has a state. */
const char *ris_state_text(struct call *c, const struct ris_result *r);

#endif
