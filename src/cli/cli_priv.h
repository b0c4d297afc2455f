/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The companion's parts. Exit statuses, for scripts: 0 done, or the condition holds; 1 refused, nothing found, or it
 * does not hold; 2 wrong usage; 3 the daemon can't be reached, or doesn't know the credential. */
#ifndef CCMSIM_CLI_PRIV_H
#define CCMSIM_CLI_PRIV_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "ccmsim/routes.h"

enum cli_exit { CLI_OK, CLI_REFUSED, CLI_USAGE, CLI_UNREACHABLE };

struct command;

struct cli {
    const char           *url, *token, *ca_file;
    const char           *user; /* USER:PASSWORD for AXL */
    bool                  json, csv, insecure;
    int                   argc; /* what follows the command */
    char                **argv;
    const struct command *command;
};

/* One row of the table in commands.c. With run NULL the command is a call of its route. */
struct command {
    const char   *words, *arguments, *help;
    enum route_id route;
    const char   *positional; /* fields that arguments without a name go to, in order; the last may end in "..." (the
                               * route is called for each) or "[]" (they become a list) */
    const char   *nest;       /* the member of the body that named fields belong to; NULL: the body itself */
    const char   *fixed;      /* members that the body always has, JSON */
    enum cli_exit (*print)(const struct cli *cli, const json_t *answer); /* what a person reads, and the exit status */
    enum cli_exit (*run)(struct cli *cli);
};
extern const struct command cli_commands[]; /* ended by words NULL */

/* ---- client.c ---- */

struct client_call {
    const char *method, *path;                       /* below the API's base */
    const char *body;                                /* NULL: none */
    const char *type;                                /* of the body; NULL: JSON */
    bool (*on_line)(void *cookie, const char *line); /* of a stream, as lines come; false ends it */
    void *cookie;
};
/* *answer is the text, malloc'd. Says on standard error what went wrong. */
enum cli_exit client_send(const struct cli *cli, const struct client_call *call, char **answer);
/* One call; *answer is the JSON value, or NULL. */
enum cli_exit client_call(const struct cli *cli, const char *method, const char *path, const json_t *body,
                          json_t **answer);
/* The same without a body, the answer as text, malloc'd. */
enum cli_exit client_call_text(const struct cli *cli, const char *method, const char *path, char **answer);
/* name=value with value escaped, appended to path of the given size. False: too long. */
bool client_add_parameter(char *path, size_t size, const char *name, const char *value);
/* A piece of a path. */
bool client_add_piece(char *path, size_t size, const char *text);

/* What each exchange has in common: the URL, trust, time. curl is a CURL *. */
void client_set_up(void *curl, const struct cli *cli, const char *url);

/* ---- arguments.c ---- */

/* "name=value", "--name value", "--name=value" into a value for one of the fields, put into object. *used is 1 or 2
 * arguments. False: said what is wrong. */
bool argument_take(const struct route_field *fields, int argc, char **argv, json_t *object, int *used);
/* Is it one of these forms? */
bool argument_is_named(const char *arg);
/* A value of the type of f, or NULL: said what is wrong. */
json_t *argument_value(const struct route_field *f, const char *text);

/* ---- run.c ---- */

/* Carry out a command that is a call of its route. */
enum cli_exit cli_run_route(struct cli *cli);

/* Say what is wrong with how the command was called. Returns CLI_USAGE. */
enum cli_exit cli_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* ---- print.c ---- */

void          print_json(const json_t *value);
enum cli_exit print_pairs(const struct cli *cli, const json_t *answer);
enum cli_exit print_done(const struct cli *cli, const json_t *answer);
enum cli_exit print_entries(const struct cli *cli, const json_t *answer);
enum cli_exit print_phones(const struct cli *cli, const json_t *answer);
enum cli_exit print_phone(const struct cli *cli, const json_t *answer);
enum cli_exit print_calls(const struct cli *cli, const json_t *answer);
enum cli_exit print_call(const struct cli *cli, const json_t *answer);
enum cli_exit print_nodes(const struct cli *cli, const json_t *answer);
enum cli_exit print_node(const struct cli *cli, const json_t *answer);
enum cli_exit print_clock(const struct cli *cli, const json_t *answer);
enum cli_exit print_wait(const struct cli *cli, const json_t *answer);
enum cli_exit print_events(const struct cli *cli, const json_t *answer);
enum cli_exit print_faults(const struct cli *cli, const json_t *answer);
enum cli_exit print_snapshots(const struct cli *cli, const json_t *answer);
enum cli_exit print_clusters(const struct cli *cli, const json_t *answer);
enum cli_exit print_verdict(const struct cli *cli, const json_t *answer);

/* ---- commands with a way of their own ---- */

enum cli_exit cli_verify(struct cli *cli);
enum cli_exit cli_events(struct cli *cli);
enum cli_exit cli_fault_clear(struct cli *cli);
enum cli_exit cli_fixture_save(struct cli *cli);
enum cli_exit cli_fixture_load(struct cli *cli);
enum cli_exit cli_coverage(struct cli *cli);
enum cli_exit cli_sql(struct cli *cli);

#endif
