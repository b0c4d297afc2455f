/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What a body of the journal holds, element by element. */
#ifndef CCMSIM_CONTROL_CONTENT_H
#define CCMSIM_CONTROL_CONTENT_H

#include "ccmsim/arena.h"
#include "ccmsim/buf.h"

/* An element, an attribute ("@uuid") or a field of a form. */
struct content_node {
    const char                *name; /* local */
    const struct content_node *parent;
    struct content_node       *next; /* in the order they begin */
    const char                *text; /* its own, without white space around; "" for none */
};

/* XML, or a form whose values may be XML. What is broken is read as far as it goes; NULL: nothing. */
const struct content_node *content_read(struct arena *a, struct str body);
/* The next node behind or at n whose way from the root ends in path ("phone/name", "@uuid"). */
const struct content_node *content_find(const struct content_node *n, const char *path);

#endif
