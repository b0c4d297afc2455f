/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The table of routes, as data. */
#include "ccmsim/routes.h"

#include <string.h>

#include "control/fields.h"

const struct route control_routes[ROUTE_COUNT] = {
#define ROUTE(id, method, path, flags, handler, fields, summary, answer, conflict) \
    [ROUTE_##id] = { method, path, summary, answer, conflict, fields, flags },
#include "control/routes.def"
#undef ROUTE
};

const struct route_field *
route_field(const struct route_field *fields, const char *name)
{
    for (; fields != NULL && fields->name != NULL; fields++)
        if (strcmp(fields->name, name) == 0)
            return fields;
    return NULL;
}
