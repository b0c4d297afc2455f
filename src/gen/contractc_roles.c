/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The roles of a field: words behind ":", each ROLE[!][@VERSIONS]. */
#include <string.h>

#include "contractc.h"

static const char *const role_names[C_ROLES] = { "add", "update", "new", "edit", "get", "list", "search" };

bool
c_roles_parse(struct contract *c, const struct c_line *l, unsigned from, struct c_roles *out)
{
    *out = (struct c_roles){ .told = true };
    if (from == l->count)
        return c_problem(c, l->place, "no role behind \":\"");
    for (unsigned i = from; i < l->count; i++) {
        const char *w = l->words[i];
        size_t      len = strcspn(w, "!@");
        unsigned    role = 0;
        axl_mask    versions = C_ALL_VERSIONS;

        while (role < C_ROLES && (strlen(role_names[role]) != len || strncmp(role_names[role], w, len) != 0))
            role++;
        if (role == C_ROLES)
            return c_problem(c, l->place, "no role \"%.*s\"", (int)len, w);
        if (out->versions[role] != 0)
            return c_problem(c, l->place, "role \"%s\" is told twice", role_names[role]);
        w += len;
        if (*w == '!') {
            out->as_is |= (uint8_t)(1u << role);
            w++;
        }
        if (*w == '@' && !c_versions_parse(c, l->place, w + 1, &versions))
            return false;
        if (*w != '\0' && *w != '@')
            return c_problem(c, l->place, "\"%s\" means nothing here", w);
        out->versions[role] = versions;
    }
    return true;
}
