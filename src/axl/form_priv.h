/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Making a form: form.c finds the part of a message that is the object, form_expand.c walks its types. */
#ifndef AXL_FORM_PRIV_H
#define AXL_FORM_PRIV_H

#include "axl_priv.h"

#define MAX_NODES  4000
#define MAX_SCOPES 200
#define MAX_DEPTH  24

struct builder {                    /* a form being made */
    struct arena            *arena; /* lives as long as the process */
    const struct axl_object *object;
    enum axl_version         version;
    enum form_role           role;
    struct form_node        *nodes;
    struct form_scope       *scopes;
    uint16_t                 count, scope_count, choices, alternatives;
    uint16_t                 alternative; /* of the innermost choice being expanded */
    unsigned                 depth;
};

bool form_holds(axl_mask mask, enum axl_version v);
/* Behind n and what is below it. */
const struct axl_node *form_skip(const struct axl_node *n, const struct axl_node *end);
/* A node at the end, child of parent (FORM_NONE: the wrapper). */
uint16_t form_add_node(struct builder *b, uint16_t parent);
/* The attributes, or else the elements, of a type or of the particles n ... end at depth, as children of
 * parent, whose path is given. */
void form_expand_type(struct builder *b, const struct axl_type *t, uint16_t parent, const char *path, uint16_t choice,
                      bool attrs);
void form_expand_nodes(struct builder *b, const struct axl_node *n, const struct axl_node *end, uint8_t depth,
                       uint16_t parent, const char *path, uint16_t choice, bool attrs);

#endif
