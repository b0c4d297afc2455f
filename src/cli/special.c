/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Commands whose arguments are more than fields of a route: verify, events. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ccmsim/buf.h"
#include "cli/cli_priv.h"

/* ---- verify ---- */

static enum cli_exit
verify(const struct cli *cli, const json_t *body)
{
    json_t       *answer = NULL;
    enum cli_exit status = client_call(cli, "POST", control_routes[ROUTE_VERIFY].path, body, &answer);

    if (status == CLI_OK)
        status = print_verdict(cli, answer);
    json_decref(answer);
    return status;
}

/* The body of the route from a file, "-" standard input. */
static enum cli_exit
verify_file(const struct cli *cli, const char *name)
{
    json_error_t where;
    json_t      *body = strcmp(name, "-") == 0 ? json_loadf(stdin, 0, &where) : json_load_file(name, 0, &where);

    if (body == NULL)
        return cli_usage("%s: line %d: %s", name, where.line, where.text);
    enum cli_exit status = verify(cli, body);
    json_decref(body);
    return status;
}

/* Expectations one after the other, between them "and", or "then" where the order counts. */
static bool
take_expectations(struct cli *cli, json_t *body)
{
    const struct route_field *all = control_routes[ROUTE_VERIFY].fields;
    const struct route_field *fields = route_field(all, "expectations")->fields;
    json_t                   *list = json_object_get(body, "expectations"), *now = json_object();

    json_array_append_new(list, now);
    for (int i = 0, used; i < cli->argc; i += used) {
        bool then = strcmp(cli->argv[i], "then") == 0;
        used = 1;
        if (then || strcmp(cli->argv[i], "and") == 0) {
            if (then)
                json_object_set_new(body, "ordered", json_true());
            now = json_object();
            json_array_append_new(list, now);
            continue;
        }
        bool after = strncmp(cli->argv[i], "after=", 6) == 0 || strncmp(cli->argv[i], "--after", 7) == 0;
        if (!argument_is_named(cli->argv[i]) && strchr(cli->argv[i], ':') == NULL)
            return cli_usage("'%s' is no NAME=VALUE", cli->argv[i]), false;
        if (!argument_take(after ? all : fields, cli->argc - i, cli->argv + i, after ? body : now, &used))
            return false;
    }
    return true;
}

enum cli_exit
cli_verify(struct cli *cli)
{
    if (cli->argc == 0)
        return cli_usage("verify wants expectations, or a file with them");
    if (cli->argc == 1 && !argument_is_named(cli->argv[0]) && strchr(cli->argv[0], ':') == NULL)
        return verify_file(cli, cli->argv[0]);
    json_t       *body = json_pack("{s:[]}", "expectations");
    enum cli_exit status = take_expectations(cli, body) ? verify(cli, body) : CLI_USAGE;
    json_decref(body);
    return status;
}

/* ---- events ---- */

struct following {
    const struct cli *cli;
    long long         left; /* -1: without end */
};

static bool
on_line(void *cookie, const char *line)
{
    struct following *f = cookie;

    if (strncmp(line, "data: ", 6) != 0)
        return true;
    puts(line + 6);
    fflush(stdout);
    return f->left < 0 || --f->left > 0;
}

/* --follow is ours; the rest goes to the route. */
enum cli_exit
cli_events(struct cli *cli)
{
    const struct route *r = &control_routes[ROUTE_EVENTS];
    bool                follow = false;
    int                 kept = 0;

    for (int i = 0; i < cli->argc; i++)
        if (strcmp(cli->argv[i], "--follow") == 0)
            follow = true;
        else
            cli->argv[kept++] = cli->argv[i];
    cli->argc = kept;
    if (!follow)
        return cli_run_route(cli);
    char             path[2048], number[32];
    json_t          *args = json_object();
    struct following f = { .cli = cli, .left = -1 };
    enum cli_exit    status = CLI_OK;
    for (int i = 0, used; i < cli->argc && status == CLI_OK; i += used)
        if (!argument_take(r->fields, cli->argc - i, cli->argv + i, args, &used))
            status = CLI_USAGE;
    if (json_object_get(args, "limit") != NULL)
        f.left = json_integer_value(json_object_get(args, "limit"));
    json_object_del(args, "limit");
    json_object_set_new(args, "stream", json_string("true"));
    snprintf(path, sizeof path, "%s", r->path);
    const char *name;
    json_t     *value;
    json_object_foreach(args, name, value)
    {
        snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
        if (!client_add_parameter(path, sizeof path, name, json_is_string(value) ? json_string_value(value) : number))
            status = cli_usage("the arguments are too long");
    }
    struct client_call call = { .method = "GET", .path = path, .on_line = on_line, .cookie = &f };
    if (status == CLI_OK)
        status = client_send(cli, &call, NULL);
    json_decref(args);
    return status;
}

/* ---- faults ---- */

/* Without numbers all of them. */
enum cli_exit
cli_fault_clear(struct cli *cli)
{
    json_t *answer = NULL;

    if (cli->argc > 0)
        return cli_run_route(cli);
    enum cli_exit status = client_call(cli, control_routes[ROUTE_FAULTS_CLEAR].method,
                                       control_routes[ROUTE_FAULTS_CLEAR].path, NULL, &answer);
    if (status == CLI_OK)
        status = print_done(cli, answer);
    json_decref(answer);
    return status;
}

/* ---- fixtures ---- */

static bool
write_text(const char *path, const char *text)
{
    if (path == NULL)
        return fputs(text, stdout) >= 0 && fflush(stdout) == 0;
    FILE *out = fopen(path, "w");
    if (out == NULL)
        return false;
    bool written = fputs(text, out) >= 0;
    return fclose(out) == 0 && written;
}

enum cli_exit
cli_fixture_save(struct cli *cli)
{
    char *text = NULL;

    if (cli->argc > 1)
        return cli_usage("'%s' is too much", cli->argv[1]);
    enum cli_exit status = client_call_text(cli, "GET", control_routes[ROUTE_FIXTURE_SAVE].path, &text);
    if (status != CLI_OK)
        return status;
    const char *path = cli->argc > 0 && strcmp(cli->argv[0], "-") != 0 ? cli->argv[0] : NULL;
    if (!write_text(path, text)) {
        fprintf(stderr, "ccmsim: can't write '%s': %s\n", path != NULL ? path : "-", strerror(errno));
        status = CLI_REFUSED;
    }
    free(text);
    return status;
}

/* A whole file, malloc'd; NULL: it can't be read. */
static char *
read_file(const char *name)
{
    FILE      *in = strcmp(name, "-") != 0 ? fopen(name, "r") : stdin;
    struct buf text;
    char       piece[65536];
    size_t     n;

    if (in == NULL)
        return NULL;
    buf_init(&text, BUF_MAX_REPLY);
    while ((n = fread(piece, 1, sizeof piece, in)) > 0)
        buf_add(&text, piece, n);
    char *out = ferror(in) || text.overflow ? NULL : strdup(buf_cstr(&text));
    if (in != stdin)
        fclose(in);
    buf_release(&text);
    return out;
}

enum cli_exit
cli_fixture_load(struct cli *cli)
{
    char path[4096];

    if (cli->argc != 1)
        return cli_usage("fixture load wants a file");
    char *text = read_file(cli->argv[0]), *answer = NULL;
    if (text == NULL)
        return cli_usage("can't read '%s': %s", cli->argv[0], strerror(errno));
    const char *base = strrchr(cli->argv[0], '/');
    snprintf(path, sizeof path, "%s", control_routes[ROUTE_FIXTURE_LOAD].path);
    client_add_parameter(path, sizeof path, "name", base != NULL ? base + 1 : cli->argv[0]);
    struct client_call call = { .method = "POST", .path = path, .body = text, .type = "Content-Type: text/plain" };
    enum cli_exit      status = client_send(cli, &call, &answer);
    if (status == CLI_OK)
        fputs(cli->json ? answer : "done\n", stdout);
    free(text);
    free(answer);
    return status;
}
