/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What a wait waits for, parsed once; and how it stands now. */
#ifndef CCMSIM_CONTROL_CONDITION_H
#define CCMSIM_CONTROL_CONDITION_H

#include <jansson.h>

#include "ccmsim/cluster.h"
#include "control/expect.h"

enum condition_kind { ON_PHONES, ON_CALLS, ON_REQUESTS };

struct condition {
    enum condition_kind kind;
    json_t             *object; /* owned: what the texts are borrowed from */
    char               *key;    /* equal conditions have equal keys */
    struct expectation  x;      /* ON_REQUESTS; min and max hold for all kinds */
    /* phones and calls; NULL and -1: any */
    const char *name, *status, *node, *device_class, *user, *line_state, *device, *state;
    int64_t     id, model;
};

/* How it stands. */
struct standing {
    int64_t found;
    json_t *facts; /* members for the answer, owned: "phones": names, "calls": ids, "present" ... */
};

/* From the checked arguments of the route. NULL with *err. */
struct condition *condition_new(const json_t *args, struct ccm_error *err);
void              condition_free(struct condition *c);
/* The one device it is about, or NULL. */
const char *condition_device(const struct condition *c);
/* Phones and calls: look now. One device or call is looked up, a count of all registered ones is added up from the
 * nodes; anything else takes a walk over all. */
void condition_look(const struct condition *c, struct cluster *cl, struct standing *out);
static inline bool
condition_met(const struct condition *c, int64_t found)
{
    return found >= c->x.min && found <= c->x.max;
}

#endif
