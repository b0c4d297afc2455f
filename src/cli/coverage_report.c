/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* ccmsim coverage: journals in, a state for each operation of the contract out. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ccmsim/contract.h"
#include "cli/cli_priv.h"
#include "cli/coverage_priv.h"

static const char *const state_names[] = { "none", "state-only", "full" };

/* A report of ours (--json), whose states are taken as they are. False: another line. */
static bool
read_report(struct coverage *cov, const json_t *line)
{
    const char *name;
    json_t     *operations = json_object_get(line, "operations"), *state;

    if (!json_is_object(operations))
        return false;
    json_object_foreach(operations, name, state) for (unsigned i = 0; i < sizeof state_names / sizeof state_names[0];
                                                      i++) if (json_is_string(state) &&
                                                               strcmp(json_string_value(state), state_names[i]) == 0)
        coverage_raise(cov, name, (enum coverage_state)i);
    return true;
}

/* One journal as lines of JSON, or a report. A daemon that was killed may have cut the last line. */
static enum cli_exit
read_lines(struct coverage *cov, FILE *in, const char *name)
{
    char         *line = NULL;
    size_t        room = 0, number = 0;
    ssize_t       len;
    enum cli_exit status = CLI_OK;

    coverage_restart(cov);
    while (status == CLI_OK && (len = getline(&line, &room, in)) > 0) {
        json_error_t why;
        json_t      *entry = json_loadb(line, (size_t)len, 0, &why);
        number++;
        if (json_is_object(entry)) {
            if (!read_report(cov, entry))
                coverage_add(cov, entry);
        } else if (line[len - 1] == '\n') {
            fprintf(stderr, "ccmsim: %s:%zu: no line of a journal\n", name, number);
            status = CLI_REFUSED;
        }
        json_decref(entry);
    }
    free(line);
    return status;
}

static enum cli_exit
read_file(struct coverage *cov, const char *name)
{
    FILE *in = fopen(name, "re");

    if (in == NULL) {
        fprintf(stderr, "ccmsim: can't read '%s': %s\n", name, strerror(errno));
        return CLI_REFUSED;
    }
    enum cli_exit status = read_lines(cov, in, name);
    fclose(in);
    return status;
}

static enum cli_exit
read_daemon(struct cli *cli, struct coverage *cov)
{
    char         *text = NULL;
    enum cli_exit status = client_call_text(cli, "GET", "journal?format=lines&limit=0&service=axl", &text);

    if (status != CLI_OK || *text == '\0') {
        free(text);
        return status;
    }
    FILE *in = fmemopen(text, strlen(text), "r");
    if (in == NULL)
        abort();
    status = read_lines(cov, in, cli->url);
    fclose(in);
    free(text);
    return status;
}

/* ---- printing ---- */

struct totals {
    unsigned count[3];
    json_t  *operations; /* name -> state, for --json */
};

/* Rows of one name are one operation in several schema versions. */
static bool
same_as_before(uint32_t i)
{
    return i > 0 && strcmp(axl_ops[i].name, axl_ops[i - 1].name) == 0;
}

static void
print_table(const struct coverage *cov, struct totals *t)
{
    for (uint32_t i = 0; i < axl_op_count; i++) {
        if (same_as_before(i))
            continue;
        enum coverage_state state = coverage_of(cov, axl_ops[i].name);
        t->count[state]++;
        if (t->operations != NULL)
            json_object_set_new(t->operations, axl_ops[i].name, json_string(state_names[state]));
        else if (state != COVERAGE_NONE)
            printf("%-50s %s\n", axl_ops[i].name, state_names[state]);
    }
}

static void
report(const struct cli *cli, const struct coverage *cov)
{
    struct totals t = { .operations = cli->json ? json_object() : NULL };

    print_table(cov, &t);
    if (cli->json) {
        json_t *all =
            json_pack("{s:i, s:i, s:i, s:o}", "full", t.count[COVERAGE_FULL], "state-only",
                      t.count[COVERAGE_STATE_ONLY], "none", t.count[COVERAGE_NONE], "operations", t.operations);
        json_dumpf(all, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(all);
        return;
    }
    printf("%u full, %u state-only, %u none (not listed)\n", t.count[COVERAGE_FULL], t.count[COVERAGE_STATE_ONLY],
           t.count[COVERAGE_NONE]);
}

enum cli_exit
cli_coverage(struct cli *cli)
{
    struct coverage *cov = coverage_new();
    enum cli_exit    status = cli->argc == 0 ? read_daemon(cli, cov) : CLI_OK;

    for (int i = 0; status == CLI_OK && i < cli->argc; i++)
        status = read_file(cov, cli->argv[i]);
    if (status == CLI_OK)
        report(cli, cov);
    coverage_free(cov);
    return status;
}
