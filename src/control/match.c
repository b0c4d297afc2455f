/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Which route a method and a path name. */
#include <string.h>

#include "ccmsim/query.h"
#include "ccmsim/utf8.h"
#include "control/control_priv.h"

/* Do path and pattern agree, piece by piece? A {parameter} takes one piece, never an empty one. */
static bool
fits(const char *pattern, const char *path)
{
    for (;;) {
        size_t want = strcspn(pattern, "/"), have = strcspn(path, "/");
        if (*pattern == '{' ? have == 0 : want != have || memcmp(pattern, path, want) != 0)
            return false;
        pattern += want;
        path += have;
        if (*pattern == '\0' || *path == '\0')
            return *pattern == *path;
        pattern++, path++;
    }
}

static bool
take_parameters(struct arena *a, const char *pattern, const char *path, json_t *args, struct ccm_error *err)
{
    for (; *pattern != '\0'; pattern += *pattern == '/', path += *path == '/') {
        size_t want = strcspn(pattern, "/"), have = strcspn(path, "/");
        if (*pattern == '{') {
            const char *name = arena_strndup(a, pattern + 1, want - 2);
            char       *value = arena_strndup(a, path, have);
            if (!query_unescape(value, false) || !utf8_valid(value, strlen(value)))
                return ccm_fail(err, CCM_BAD_REQUEST, "'%s' in the path is no UTF-8 text", name);
            json_object_set_new(args, name, json_string(value));
        }
        pattern += want;
        path += have;
    }
    return true;
}

/* GET answers HEAD as well. */
static bool
takes(const struct route *r, const char *method)
{
    return strcmp(r->method, method) == 0 || (strcmp(r->method, "GET") == 0 && strcmp(method, "HEAD") == 0);
}

/* A word beats a parameter: routes are in the order of the table, where words come first. */
const struct route *
control_match(struct arena *a, const char *method, const char *path, json_t *args, const char **allow,
              struct ccm_error *err)
{
    *allow = NULL;
    for (const struct route *r = control_routes; r < control_routes + ROUTE_COUNT; r++) {
        if (!fits(r->path, path))
            continue;
        if (takes(r, method))
            return take_parameters(a, r->path, path, args, err) ? r : NULL;
        *allow = arena_printf(a, "%s%s%s%s", *allow != NULL ? *allow : "", *allow != NULL ? ", " : "", r->method,
                              strcmp(r->method, "GET") == 0 ? ", HEAD" : "");
    }
    if (*allow == NULL)
        ccm_fail(err, CCM_NO_RESOURCE, "no such resource");
    else
        ccm_fail(err, CCM_BAD_METHOD, "'%s' takes %s", path, *allow);
    return NULL;
}
