/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Fuzzing what the control API is asked: "METHOD path?query" LF body. Whatever comes in is refused in words, or each
 * argument is of the type and within the bounds of its row. */
#include <stdlib.h>
#include <string.h>

#include "control/control_priv.h"
#include "fuzz.h"

static void
check_texts(const struct route_field *f, const json_t *v)
{
    if (f->type == TYPE_TEXT && (int64_t)json_string_length(v) > f->max)
        abort();
    if (f->type == TYPE_INTEGER && (json_integer_value(v) < f->min || json_integer_value(v) > f->max))
        abort();
}

static void
check_args(const struct route *r, json_t *args)
{
    const char *name;
    json_t     *value;

    json_object_foreach(args, name, value)
    {
        const struct route_field *f = route_field(r->fields, name);
        if (f == NULL)
            abort();
        check_texts(f, value);
    }
    for (const struct route_field *f = r->fields; f != NULL && f->name != NULL; f++)
        if (f->required && json_object_get(args, f->name) == NULL)
            abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena    *a = arena_new();
    char            *line = arena_strndup(a, (const char *)data, size), *rest;
    size_t           len = strcspn(line, "\n");
    struct str       body = { (const char *)data + len, size - len };
    json_t          *args = json_object();
    struct ccm_error err = { .status = CCM_OK };
    const char      *allow;

    line[len] = '\0';
    char *path = strchr(line, ' ');
    if (path != NULL) {
        *path++ = '\0';
        rest = strchr(path, '?');
        if (rest != NULL)
            *rest++ = '\0';
        const struct route *r = control_match(a, line, path, args, &allow, &err);
        bool                ok = r != NULL && control_read(a, r, rest, body, args, &err);
        if (ok)
            check_args(r, args);
        else if (err.status == CCM_OK || err.text[0] == '\0')
            abort();
    }
    json_decref(args);
    arena_free(a);
    return 0;
}
