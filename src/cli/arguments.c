/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Arguments of a command as values of its route's fields: what the daemon would refuse for its form is said here. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli_priv.h"

/* ---- values ---- */

/* "30s", "500ms", "2m", "1h", "1d", or a number of milliseconds. */
static bool
duration(const char *text, long long *ms)
{
    static const struct {
        const char *unit;
        long long   ms;
    } units[] = { { "", 1 }, { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 } };
    char *end;

    errno = 0;
    double n = strtod(text, &end);
    for (size_t i = 0; i < sizeof units / sizeof units[0] && end != text && errno == 0 && n >= 0 && n < 1e15; i++)
        if (strcmp(end, units[i].unit) == 0) {
            *ms = (long long)(n * (double)units[i].ms);
            return true;
        }
    return false;
}

static bool
is_duration(const struct route_field *f)
{
    size_t n = strlen(f->name);

    return n > 2 && strcmp(f->name + n - 2, "Ms") == 0;
}

static json_t *
integer(const struct route_field *f, const char *text)
{
    char     *end;
    long long n;

    errno = 0;
    n = strtoll(text, &end, 10);
    bool ok = is_duration(f) ? duration(text, &n) : *text != '\0' && *end == '\0' && errno == 0;
    if (ok && n >= f->min && n <= f->max)
        return json_integer(n);
    cli_usage("%s is %s from %lld to %lld, not '%s'", f->name,
              is_duration(f) ? "a time like 500ms, 30s or 5m," : "a number", (long long)f->min, (long long)f->max,
              text);
    return NULL;
}

static json_t *
real(const struct route_field *f, const char *text)
{
    char  *end;
    double n = strtod(text, &end);

    if (*text != '\0' && *end == '\0' && n >= (double)f->min && n <= (double)f->max)
        return json_real(n);
    cli_usage("%s is a number from %lld to %lld, not '%s'", f->name, (long long)f->min, (long long)f->max, text);
    return NULL;
}

static json_t *
boolean(const struct route_field *f, const char *text)
{
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
        return json_boolean(*text == 't');
    cli_usage("%s is true or false, not '%s'", f->name, text);
    return NULL;
}

/* Upper or lower case doesn't matter to who types it. */
static json_t *
choice(const struct route_field *f, const char *text)
{
    size_t len = strlen(text);

    for (const char *p = f->values;; p++) {
        size_t n = strcspn(p, "|");
        if (n == len && strncasecmp(p, text, n) == 0)
            return json_stringn(p, n);
        p += n;
        if (*p == '\0')
            break;
    }
    cli_usage("%s is one of %s, not '%s'", f->name, f->values, text);
    return NULL;
}

static json_t *
text_value(const struct route_field *f, const char *text)
{
    int64_t len = (int64_t)strlen(text);
    json_t *out = len >= f->min && len <= f->max ? json_string(text) : NULL;

    if (out == NULL)
        cli_usage("%s is a text of %lld to %lld bytes in UTF-8", f->name, (long long)f->min, (long long)f->max);
    return out;
}

json_t *
argument_value(const struct route_field *f, const char *text)
{
    switch (f->type) {
    case TYPE_INTEGER: return integer(f, text);
    case TYPE_NUMBER: return real(f, text);
    case TYPE_BOOLEAN: return boolean(f, text);
    case TYPE_CHOICE: return choice(f, text);
    case TYPE_TEXT: return text_value(f, text);
    case TYPE_TEXTS: return json_pack("[s]", text);
    default: cli_usage("%s can't be given here", f->name); return NULL;
    }
}

/* ---- names ---- */

/* "line-state", "linestate" and "lineState" are one, and "timeout" is timeoutMs. */
static bool
is_name(const char *field, const char *arg, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        if (arg[i] == '-')
            continue;
        if (field[n] == '\0' || tolower((unsigned char)field[n]) != tolower((unsigned char)arg[i]))
            return false;
        n++;
    }
    return n > 0 && (field[n] == '\0' || strcmp(field + n, "Ms") == 0);
}

static const struct route_field *
find(const struct route_field *fields, const char *arg, size_t len)
{
    for (const struct route_field *f = fields; f != NULL && f->name != NULL; f++)
        if (f->place != IN_PATH && is_name(f->name, arg, len))
            return f;
    return NULL;
}

bool
argument_is_named(const char *arg)
{
    return strncmp(arg, "--", 2) == 0 || (isalpha((unsigned char)*arg) && strchr(arg, '=') != NULL);
}

/* "contains:phone/name=SEP1": a member of the map; without '=' any value. */
static bool
take_member(const struct route_field *f, const char *text, json_t *object)
{
    const char *equals = strchr(text, '=');
    char       *path = strndup(text, equals != NULL ? (size_t)(equals - text) : strlen(text));
    json_t     *map = json_object_get(object, f->name);

    if (path == NULL)
        abort();
    if (map == NULL) {
        map = json_object();
        json_object_set_new(object, f->name, map);
    }
    bool ok =
        *path != '\0' && json_object_set_new(map, path, equals != NULL ? json_string(equals + 1) : json_null()) == 0;
    if (!ok)
        cli_usage("%s takes PATH=TEXT, not '%s'", f->name, text);
    free(path);
    return ok;
}

static bool
put(const struct route_field *f, const char *text, json_t *object)
{
    if (f->type == TYPE_MAP)
        return take_member(f, text, object);
    json_t *value = argument_value(f, text);
    if (value == NULL)
        return false;
    json_t *list = f->type == TYPE_TEXTS ? json_object_get(object, f->name) : NULL;
    if (list != NULL) {
        json_array_extend(list, value);
        json_decref(value);
        return true;
    }
    return json_object_set_new(object, f->name, value) == 0;
}

bool
argument_take(const struct route_field *fields, int argc, char **argv, json_t *object, int *used)
{
    const char               *arg = argv[0] + (strncmp(argv[0], "--", 2) == 0 ? 2 : 0);
    size_t                    len = strcspn(arg, "=:");
    const struct route_field *f = find(fields, arg, len);
    const char               *value = arg[len] != '\0' ? arg + len + 1 : NULL;

    *used = 1;
    if (f == NULL) {
        cli_usage("'%s' is unknown here", argv[0]);
        return false;
    }
    if (value == NULL && f->type == TYPE_BOOLEAN)
        value = "true";
    if (value == NULL && argc > 1) {
        value = argv[1];
        *used = 2;
    }
    if (value == NULL) {
        cli_usage("'%s' lacks its value", argv[0]);
        return false;
    }
    return put(f, value, object);
}
