/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The companion's parts. Exit statuses: 0 done, 1 refused or nothing found, 2 wrong usage, 3 the daemon
 * can't be reached. */
#ifndef CCMSIM_CLI_PRIV_H
#define CCMSIM_CLI_PRIV_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum cli_exit { CLI_OK, CLI_REFUSED, CLI_USAGE, CLI_UNREACHABLE };

struct cli {
    const char *url, *token, *ca_file;
    const char *user; /* USER:PASSWORD for AXL */
    bool        json, csv, insecure;
    int         argc; /* what follows the command */
    char      **argv;
};

/* One call of the control API; *answer is the JSON value, or NULL. Says on standard error what went wrong. */
enum cli_exit client_call(const struct cli *cli, const char *method, const char *path, json_t **answer);
/* The same, the answer as text, malloc'd. */
enum cli_exit client_call_text(const struct cli *cli, const char *method, const char *path, char **answer);
/* name=value with value escaped, appended to path of the given size. False: too long. */
bool client_add_parameter(char *path, size_t size, const char *name, const char *value);

/* What each exchange has in common: the URL, trust, time. curl is a CURL *. */
void client_set_up(void *curl, const struct cli *cli, const char *url);

/* Say what is wrong with how the command was called. Returns CLI_USAGE. */
enum cli_exit cli_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

enum cli_exit cli_health(struct cli *cli);
enum cli_exit cli_reset(struct cli *cli);
enum cli_exit cli_journal(struct cli *cli);
enum cli_exit cli_coverage(struct cli *cli);
enum cli_exit cli_sql(struct cli *cli);

#endif
