/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A command that is a call of its route: path, query and body are put together from the arguments, and the answer is
 * printed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli_priv.h"

#define MAX_PATH 4096

/* Where named arguments go: the nest's fields first, then the route's own. */
static bool
take_named(const struct command *c, int argc, char **argv, json_t *args, int *used)
{
    const struct route_field *all = control_routes[c->route].fields;
    const struct route_field *nest = c->nest != NULL ? route_field(all, c->nest) : NULL;

    if (nest == NULL)
        return argument_take(all, argc, argv, args, used);
    const char *name = argv[0] + (strncmp(argv[0], "--", 2) == 0 ? 2 : 0);
    json_t     *inner = json_object_get(args, c->nest);
    if (strncmp(name, "timeout", 7) == 0)
        return argument_take(all, argc, argv, args, used);
    return argument_take(nest->fields, argc, argv, inner, used);
}

/* The next name of a row of positional fields; NULL: no more. */
static const char *
next_positional(const char **list, char *name, size_t size, bool *repeats, bool *gathers)
{
    size_t len = *list != NULL ? strcspn(*list, " ") : 0;

    if (len == 0)
        return NULL;
    snprintf(name, size, "%.*s", (int)len, *list);
    *list += len + strspn(*list + len, " ");
    char *dots = strstr(name, "..."), *brackets = strstr(name, "[]");
    *repeats = dots != NULL;
    *gathers = brackets != NULL;
    if (dots != NULL)
        *dots = '\0';
    if (brackets != NULL)
        *brackets = '\0';
    return name;
}

struct collected {
    json_t     *args;
    char        repeated[64]; /* the field that the route is called once for each of */
    const char *each[256];
    size_t      count;
};

static bool
add_positional(const struct command *c, struct collected *to, const char *name, const char *text)
{
    const struct route_field *all = control_routes[c->route].fields;
    const struct route_field *nest = c->nest != NULL ? route_field(all, c->nest) : NULL;
    const struct route_field *f = route_field(nest != NULL ? nest->fields : all, name);
    json_t                   *into = nest != NULL ? json_object_get(to->args, c->nest) : to->args;
    json_t                   *value = f != NULL ? argument_value(f, text) : NULL;

    if (value == NULL)
        return f == NULL ? (cli_usage("'%s' is too much", text), false) : false;
    json_t *list = f->type == TYPE_TEXTS ? json_object_get(into, name) : NULL;
    if (list != NULL) {
        json_array_extend(list, value);
        json_decref(value);
    } else {
        json_object_set_new(into, name, value);
    }
    return true;
}

static bool
collect(const struct cli *cli, struct collected *to)
{
    const struct command *c = cli->command;
    const char           *list = c->positional, *now = NULL;
    char                  name[64];
    bool                  repeats = false, gathers = false;

    for (int i = 0, used; i < cli->argc; i += used) {
        used = 1;
        if (argument_is_named(cli->argv[i])) {
            if (!take_named(c, cli->argc - i, cli->argv + i, to->args, &used))
                return false;
            continue;
        }
        if (!repeats && !gathers)
            now = next_positional(&list, name, sizeof name, &repeats, &gathers);
        if (now == NULL)
            return cli_usage("'%s' is too much", cli->argv[i]), false;
        if (!repeats) {
            if (!add_positional(c, to, now, cli->argv[i]))
                return false;
            continue;
        }
        snprintf(to->repeated, sizeof to->repeated, "%s", now);
        if (to->count == sizeof to->each / sizeof to->each[0])
            return cli_usage("too many arguments"), false;
        to->each[to->count++] = cli->argv[i];
    }
    return true;
}

static bool
is_given(const struct collected *to, const char *name)
{
    return json_object_get(to->args, name) != NULL || (to->count > 0 && strcmp(to->repeated, name) == 0);
}

static bool
check_required(const struct command *c, const struct route *r, const struct collected *to)
{
    const char *list = c->positional;
    char        name[64];
    bool        repeats, gathers;

    while (next_positional(&list, name, sizeof name, &repeats, &gathers) != NULL)
        if (!is_given(to, name))
            return cli_usage("%s is missing: ccmsim %s %s", name, c->words, c->arguments), false;
    for (const struct route_field *f = r->fields; f != NULL && f->name != NULL; f++)
        if (f->required && !is_given(to, f->name))
            return cli_usage("%s is missing (%s)", f->name, f->help), false;
    return true;
}

/* ---- the request ---- */

static const char *
text_of(const json_t *value, char *room, size_t size)
{
    if (json_is_string(value))
        return json_string_value(value);
    if (json_is_boolean(value))
        return json_is_true(value) ? "true" : "false";
    if (json_is_real(value))
        snprintf(room, size, "%.17g", json_real_value(value));
    else
        snprintf(room, size, "%lld", (long long)json_integer_value(value));
    return room;
}

static bool
build_path(const struct route *r, const json_t *args, char *path, size_t size)
{
    char room[64], name[64];

    *path = '\0';
    for (const char *p = r->path; *p != '\0';) {
        size_t len = strcspn(p, "/");
        if (*p == '{') {
            snprintf(name, sizeof name, "%.*s", (int)len - 2, p + 1);
            if (!client_add_piece(path, size, text_of(json_object_get(args, name), room, sizeof room)))
                return false;
        } else {
            size_t at = strlen(path);
            snprintf(path + at, size - at, "%.*s", (int)len, p);
        }
        p += len;
        if (*p == '/') {
            size_t at = strlen(path);
            snprintf(path + at, size - at, "/");
            p++;
        }
    }
    for (const struct route_field *f = r->fields; f != NULL && f->name != NULL; f++) {
        const json_t *value = f->place == IN_QUERY ? json_object_get(args, f->name) : NULL;
        if (value != NULL && !client_add_parameter(path, size, f->name, text_of(value, room, sizeof room)))
            return false;
    }
    return true;
}

static json_t *
build_body(const struct route *r, json_t *args)
{
    json_t *body = NULL;

    for (const struct route_field *f = r->fields; f != NULL && f->name != NULL; f++) {
        json_t *value = f->place == IN_BODY ? json_object_get(args, f->name) : NULL;
        if (value == NULL)
            continue;
        if (body == NULL)
            body = json_object();
        json_object_set(body, f->name, value);
    }
    return body;
}

static enum cli_exit
call_once(const struct cli *cli, json_t *args)
{
    const struct command *c = cli->command;
    const struct route   *r = &control_routes[c->route];
    char                  path[MAX_PATH];
    json_t               *answer = NULL;

    if (!build_path(r, args, path, sizeof path))
        return cli_usage("the arguments are too long");
    json_t       *body = build_body(r, args);
    enum cli_exit status = client_call(cli, r->method, path, body, &answer);
    json_decref(body);
    if (status != CLI_OK)
        return status;
    status = c->print(cli, answer);
    json_decref(answer);
    return status;
}

enum cli_exit
cli_run_route(struct cli *cli)
{
    const struct command *c = cli->command;
    struct collected      to = { .args = c->fixed != NULL ? json_loads(c->fixed, 0, NULL) : json_object() };
    enum cli_exit         worst = CLI_OK;

    if (c->nest != NULL)
        json_object_set_new(to.args, c->nest, json_object());
    if (!collect(cli, &to) || !check_required(c, &control_routes[c->route], &to)) {
        json_decref(to.args);
        return CLI_USAGE;
    }
    for (size_t i = 0; i < to.count || (i == 0 && to.count == 0); i++) {
        const struct route_field *f = to.count > 0 ? route_field(control_routes[c->route].fields, to.repeated) : NULL;
        json_t                   *value = f != NULL ? argument_value(f, to.each[i]) : NULL;
        if (f != NULL && value == NULL) {
            worst = CLI_USAGE;
            break;
        }
        if (value != NULL)
            json_object_set_new(to.args, to.repeated, value);
        enum cli_exit status = call_once(cli, to.args);
        worst = status > worst ? status : worst;
    }
    json_decref(to.args);
    return worst;
}
