/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* ccmsim: asks a running ccmsimd from the shell, through its control API. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli_priv.h"

#define DEFAULT_URL "https://127.0.0.1:8443"

static const struct command {
    const char *name, *arguments, *help;
    enum cli_exit (*run)(struct cli *cli);
} commands[] = {
    { "health", "", "is it there, and what is it", cli_health },
    { "reset", "", "configuration and journal as they were at its start", cli_reset },
    { "journal", "[service=S] [operation=O] [user=U] [status=N] [after=SEQ] [limit=N]",
      "the exchanges it remembers; status 1 when none fits", cli_journal },
    { "coverage", "[FILE ...]",
      "what each AXL operation is known to do: from journals (ccmsimd --journal-file) or earlier reports (--json), "
      "else from the daemon's journal",
      cli_coverage },
    { "sql", "[run sql] STATEMENT",
      "a statement through AXL, printed as a CallManager's \"run sql\" does; null and nothing look alike", cli_sql },
};
#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

static void
print_help(FILE *out)
{
    fprintf(out, "usage: ccmsim [option ...] COMMAND [argument ...]\n\ncommands:\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %s%s%s\n        %s\n", commands[i].name, *commands[i].arguments != '\0' ? " " : "",
                commands[i].arguments, commands[i].help);
    fprintf(out, "\noptions:\n"
                 "  --url URL      where the daemon answers (else CCMSIM_URL; default " DEFAULT_URL ")\n"
                 "  --token TOKEN  its control credential (else CCMSIM_CONTROL)\n"
                 "  --user U:P     an AXL user and password, for sql (else CCMSIM_ADMIN)\n"
                 "  --json         print the answer as JSON\n"
                 "  --csv          print rows as comma-separated values (sql)\n"
                 "  --cacert FILE  trust this certificate\n"
                 "  --insecure     trust any certificate; on loopback that is so anyway\n"
                 "  --version, --help\n"
                 "\nexit status: 0 done, 1 refused or nothing found, 2 wrong usage, 3 not reached\n");
}

enum cli_exit
cli_usage(const char *fmt, ...)
{
    va_list ap;

    fputs("ccmsim: ", stderr);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputs("; try ccmsim --help\n", stderr);
    return CLI_USAGE;
}

/* Options that take a value go here, the others into a flag. */
static bool
take_option(struct cli *cli, const char *name, char *value, bool *used_value)
{
    const struct {
        const char  *name;
        const char **text;
        bool        *flag;
    } rows[] = {
        { "--url", &cli->url, NULL },   { "--token", &cli->token, NULL },       { "--cacert", &cli->ca_file, NULL },
        { "--json", NULL, &cli->json }, { "--insecure", NULL, &cli->insecure }, { "--user", &cli->user, NULL },
        { "--csv", NULL, &cli->csv },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(name, rows[i].name) != 0)
            continue;
        *used_value = rows[i].text != NULL;
        if (rows[i].flag != NULL)
            *rows[i].flag = true;
        else if (value == NULL)
            return false;
        else
            *rows[i].text = value;
        return true;
    }
    return false;
}

/* Options may stand anywhere; what remains is the command and its arguments. */
static enum cli_exit
parse(struct cli *cli, int argc, char **argv)
{
    int kept = 0;

    for (int i = 1; i < argc; i++) {
        bool used_value = false;
        if (strncmp(argv[i], "--", 2) != 0)
            argv[kept++] = argv[i];
        else if (!take_option(cli, argv[i], i + 1 < argc ? argv[i + 1] : NULL, &used_value))
            return cli_usage("option '%s' is unknown or lacks its value", argv[i]);
        i += used_value;
    }
    cli->argc = kept;
    cli->argv = argv;
    return CLI_OK;
}

static bool
asks_for(int argc, char **argv, const char *option)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], option) == 0)
            return true;
    return false;
}

int
main(int argc, char **argv)
{
    const char *url = getenv("CCMSIM_URL");
    struct cli  cli = { .url = url != NULL && *url != '\0' ? url : DEFAULT_URL, .token = getenv("CCMSIM_CONTROL") };

    if (asks_for(argc, argv, "--help")) {
        print_help(stdout);
        return CLI_OK;
    }
    if (asks_for(argc, argv, "--version")) {
        puts("ccmsim " CCMSIM_VERSION);
        return CLI_OK;
    }
    enum cli_exit status = parse(&cli, argc, argv);
    if (status != CLI_OK)
        return (int)status;
    if (cli.argc == 0)
        return (int)cli_usage("no command");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(cli.argv[0], commands[i].name) == 0) {
            cli.argc--;
            cli.argv++;
            status = commands[i].run(&cli);
            return fflush(stdout) == 0 ? (int)status : CLI_REFUSED;
        }
    return (int)cli_usage("unknown command '%s'", cli.argv[0]);
}
