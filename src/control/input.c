/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Query and body of a request against its route's rows: known names, right types, within bounds. Nothing else
 * checks them again. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ccmsim/query.h"
#include "ccmsim/utf8.h"
#include "control/control_priv.h"

/* ---- a value against its row ---- */

static bool check(struct arena *a, const struct route_field *f, const char *where, const json_t *v,
                  struct ccm_error *err);

/* What is wrong is said once, in the words of the row. */
static bool
wrong(struct arena *a, const char *where, const char *wanted, const json_t *v, struct ccm_error *err)
{
    char *text = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);

    ccm_fail(err, CCM_BAD_REQUEST, "'%s' is %s, not %.80s", where, wanted, text != NULL ? text : "that");
    free(text);
    (void)a;
    return false;
}

static bool
check_text(struct arena *a, const struct route_field *f, const char *where, const json_t *v, struct ccm_error *err)
{
    int64_t len = (int64_t)json_string_length(v);

    return (json_is_string(v) && len >= f->min && len <= f->max) ||
           wrong(a, where, arena_printf(a, "a text of %lld to %lld bytes", (long long)f->min, (long long)f->max), v,
                 err);
}

static bool
check_integer(struct arena *a, const struct route_field *f, const char *where, const json_t *v, struct ccm_error *err)
{
    return (json_is_integer(v) && json_integer_value(v) >= f->min && json_integer_value(v) <= f->max) ||
           wrong(a, where, arena_printf(a, "a number from %lld to %lld", (long long)f->min, (long long)f->max), v, err);
}

static bool
check_number(struct arena *a, const struct route_field *f, const char *where, const json_t *v, struct ccm_error *err)
{
    double n = json_number_value(v);

    return (json_is_number(v) && n >= (double)f->min && n <= (double)f->max) ||
           wrong(a, where, arena_printf(a, "a number from %lld to %lld", (long long)f->min, (long long)f->max), v, err);
}

static bool
check_boolean(struct arena *a, const struct route_field *f, const char *where, const json_t *v, struct ccm_error *err)
{
    (void)f;
    return json_is_boolean(v) || wrong(a, where, "true or false", v, err);
}

static bool
is_among(const char *values, const char *text)
{
    size_t len = strlen(text);

    for (const char *p = values; len > 0; p++) {
        size_t n = strcspn(p, "|");
        if (n == len && memcmp(p, text, n) == 0)
            return true;
        p += n;
        if (*p == '\0')
            break;
    }
    return false;
}

static bool
check_choice(struct arena *a, const struct route_field *f, const char *where, const json_t *v, struct ccm_error *err)
{
    return (json_is_string(v) && is_among(f->values, json_string_value(v))) ||
           wrong(a, where, arena_printf(a, "one of %s", f->values), v, err);
}

static bool
count_fits(struct arena *a, const struct route_field *f, const char *where, size_t n, const char *of,
           struct ccm_error *err)
{
    (void)a;
    return ((int64_t)n >= f->min && (int64_t)n <= f->max) ||
           ccm_fail(err, CCM_BAD_REQUEST, "'%s' has %lld to %lld %s, not %zu", where, (long long)f->min,
                    (long long)f->max, of, n);
}

static bool
check_texts(struct arena *a, const struct route_field *f, const char *where, const json_t *v, struct ccm_error *err)
{
    size_t  i;
    json_t *item;

    if (!json_is_array(v))
        return wrong(a, where, "a list of texts", v, err);
    if (!count_fits(a, f, where, json_array_size(v), "items", err))
        return false;
    json_array_foreach(v, i, item)
    {
        if (!json_is_string(item) || json_string_length(item) == 0 || json_string_length(item) > ROUTE_MAX_TEXT)
            return wrong(a, arena_printf(a, "%s[%zu]", where, i), "a text", item, err);
    }
    return true;
}

static const char *
names_of(struct arena *a, const struct route_field *fields)
{
    const char *out = "";

    for (const struct route_field *f = fields; f != NULL && f->name != NULL; f++)
        out = arena_printf(a, "%s%s%s", out, *out != '\0' ? ", " : "", f->name);
    return *out != '\0' ? out : "nothing";
}

static bool
check_object(struct arena *a, const struct route_field *f, const char *where, const json_t *v, struct ccm_error *err)
{
    const char *name;
    json_t     *value;

    if (!json_is_object(v))
        return wrong(a, where, "an object", v, err);
    json_object_foreach((json_t *)v, name, value)
    {
        const struct route_field *member = route_field(f->fields, name);
        if (member == NULL)
            return ccm_fail(err, CCM_BAD_REQUEST, "unknown field '%.80s' in '%s': it has %s", name, where,
                            names_of(a, f->fields));
        if (!check(a, member, arena_printf(a, "%s.%s", where, name), value, err))
            return false;
    }
    for (const struct route_field *m = f->fields; m->name != NULL; m++)
        if (m->required && json_object_get(v, m->name) == NULL)
            return ccm_fail(err, CCM_BAD_REQUEST, "'%s.%s' is missing: %s", where, m->name, m->help);
    return true;
}

static bool
check_objects(struct arena *a, const struct route_field *f, const char *where, const json_t *v, struct ccm_error *err)
{
    size_t  i;
    json_t *item;

    if (!json_is_array(v))
        return wrong(a, where, "a list of objects", v, err);
    if (!count_fits(a, f, where, json_array_size(v), "items", err))
        return false;
    json_array_foreach(v, i, item)
    {
        if (!check_object(a, f, arena_printf(a, "%s[%zu]", where, i), item, err))
            return false;
    }
    return true;
}

static bool
check_map(struct arena *a, const struct route_field *f, const char *where, const json_t *v, struct ccm_error *err)
{
    const char *name;
    json_t     *value;

    if (!json_is_object(v))
        return wrong(a, where, "an object of texts", v, err);
    if (!count_fits(a, f, where, json_object_size(v), "members", err))
        return false;
    json_object_foreach((json_t *)v, name, value)
    {
        if (*name == '\0' || strlen(name) > ROUTE_MAX_TEXT)
            return ccm_fail(err, CCM_BAD_REQUEST, "a name in '%s' is empty or longer than %d bytes", where,
                            ROUTE_MAX_TEXT);
        if (!json_is_null(value) && (!json_is_string(value) || json_string_length(value) > ROUTE_MAX_TEXT))
            return wrong(a, arena_printf(a, "%s.%.80s", where, name), "a text, or null for any", value, err);
    }
    return true;
}

static bool
check_state(struct arena *a, const struct route_field *f, const char *where, const json_t *v, struct ccm_error *err)
{
    (void)f;
    return json_is_object(v) || wrong(a, where, "an object", v, err);
}

static bool
check(struct arena *a, const struct route_field *f, const char *where, const json_t *v, struct ccm_error *err)
{
    static bool (*const checks[])(struct arena *, const struct route_field *, const char *, const json_t *,
                                  struct ccm_error *) = {
        [TYPE_TEXT] = check_text,       [TYPE_INTEGER] = check_integer, [TYPE_NUMBER] = check_number,
        [TYPE_BOOLEAN] = check_boolean, [TYPE_CHOICE] = check_choice,   [TYPE_TEXTS] = check_texts,
        [TYPE_OBJECT] = check_object,   [TYPE_OBJECTS] = check_objects, [TYPE_MAP] = check_map,
        [TYPE_STATE] = check_state,
    };
    return checks[f->type](a, f, where, v, err);
}

/* ---- texts of path and query ---- */

/* The value that a text means for its row; what it can't mean stays a text, for check() to refuse. */
static json_t *
value_of(const struct route_field *f, const char *text)
{
    char *end;

    errno = 0;
    if (f->type == TYPE_INTEGER && *text != '\0' && strspn(text + (*text == '-'), "0123456789") > 0) {
        long long n = strtoll(text, &end, 10);
        if (*end == '\0' && errno == 0)
            return json_integer(n);
    }
    if (f->type == TYPE_NUMBER && *text != '\0' && strspn(text, "0123456789.-") == strlen(text)) {
        double n = strtod(text, &end);
        if (*end == '\0' && isfinite(n))
            return json_real(n);
    }
    if (f->type == TYPE_BOOLEAN && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0))
        return json_boolean(*text == 't');
    return json_string(text);
}

static bool
unknown(struct arena *a, const struct route *route, enum route_place place, const char *name, struct ccm_error *err)
{
    const char *names = "";

    for (const struct route_field *f = route->fields; f != NULL && f->name != NULL; f++)
        if (f->place == place)
            names = arena_printf(a, "%s%s%s", names, *names != '\0' ? ", " : "", f->name);
    return ccm_fail(err, CCM_BAD_REQUEST, "unknown %s '%.80s': %s %s takes %s",
                    place == IN_BODY ? "field" : "parameter", name, route->method, route->path,
                    *names != '\0' ? names : "none");
}

static bool
read_query(struct arena *a, const struct route *route, const char *query, json_t *args, struct ccm_error *err)
{
    char *text = arena_strdup(a, query), *name, *value;

    while (query_next(&text, &name, &value)) {
        const struct route_field *f = route_field(route->fields, name);
        if (!utf8_valid(name, strlen(name)) || !utf8_valid(value, strlen(value)))
            return ccm_fail(err, CCM_BAD_REQUEST, "the query is no UTF-8 text");
        if (f == NULL || f->place != IN_QUERY)
            return unknown(a, route, IN_QUERY, name, err);
        if (json_object_get(args, name) != NULL)
            return ccm_fail(err, CCM_BAD_REQUEST, "'%s' is given twice", name);
        json_object_set_new(args, name, value_of(f, value));
    }
    return true;
}

/* ---- body ---- */

static bool
is_blank(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (strchr(" \t\r\n", s.ptr[i]) == NULL || s.ptr[i] == '\0')
            return false;
    return true;
}

static bool
add_members(struct arena *a, const struct route *route, json_t *body, json_t *args, struct ccm_error *err)
{
    const char *name;
    json_t     *value;

    if (!json_is_object(body))
        return ccm_fail(err, CCM_BAD_REQUEST, "the body is no JSON object");
    json_object_foreach(body, name, value)
    {
        const struct route_field *f = route_field(route->fields, name);
        if (f == NULL || f->place != IN_BODY)
            return unknown(a, route, IN_BODY, name, err);
        json_object_set(args, name, value);
    }
    return true;
}

static bool
read_body(struct arena *a, const struct route *route, struct str body, json_t *args, struct ccm_error *err)
{
    json_error_t where;

    if ((route->flags & ROUTE_TEXT) != 0 || is_blank(body))
        return true;
    if (body.len > ROUTES_MAX_BODY)
        return ccm_fail(err, CCM_BODY_TOO_LARGE, "the body is larger than %u bytes", ROUTES_MAX_BODY);
    json_t *value = json_loadb(body.ptr, body.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &where);
    if (value == NULL)
        return ccm_fail(err, CCM_BAD_REQUEST, "the body is no JSON: line %d, column %d: %s", where.line, where.column,
                        where.text);
    bool ok = add_members(a, route, value, args, err);
    json_decref(value);
    return ok;
}

bool
control_read(struct arena *a, const struct route *route, const char *query, struct str body, json_t *args,
             struct ccm_error *err)
{
    for (const struct route_field *f = route->fields; f != NULL && f->name != NULL; f++) {
        const char *text = f->place == IN_PATH ? json_string_value(json_object_get(args, f->name)) : NULL;
        if (text != NULL)
            json_object_set_new(args, f->name, value_of(f, arena_strdup(a, text)));
    }
    if ((query != NULL && !read_query(a, route, query, args, err)) || !read_body(a, route, body, args, err))
        return false;
    for (const struct route_field *f = route->fields; f != NULL && f->name != NULL; f++) {
        const json_t *value = json_object_get(args, f->name);
        if (value == NULL && f->required)
            return ccm_fail(err, CCM_BAD_REQUEST, "'%s' is missing: %s", f->name, f->help);
        if (value != NULL && !check(a, f, f->name, value, err))
            return false;
    }
    return true;
}

/* ---- for handlers ---- */

const char *
ask_text(const struct ask *ask, const char *name)
{
    return json_string_value(json_object_get(ask->args, name));
}

int64_t
ask_number(const struct ask *ask, const char *name, int64_t otherwise)
{
    const json_t *v = json_object_get(ask->args, name);

    return v != NULL ? json_integer_value(v) : otherwise;
}

bool
ask_flag(const struct ask *ask, const char *name)
{
    return json_is_true(json_object_get(ask->args, name));
}
