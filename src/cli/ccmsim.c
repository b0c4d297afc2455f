/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* ccmsim: asks a running ccmsimd from the shell, through its control API. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli_priv.h"

#define DEFAULT_URL "https://127.0.0.1:8443"

static void
print_command(FILE *out, const struct command *c)
{
    fprintf(out, "  %s%s%s\n        %s\n", c->words, *c->arguments != '\0' ? " " : "", c->arguments, c->help);
}

static void
print_help(FILE *out)
{
    fprintf(out, "usage: ccmsim [option ...] COMMAND [argument ...]\n\ncommands:\n");
    for (const struct command *c = cli_commands; c->words != NULL; c++)
        print_command(out, c);
    fprintf(out,
            "\nA named argument is NAME=VALUE or --NAME VALUE; names are those of the control API, as\n"
            "GET " ROUTES_BASE "openapi.json describes them ('--line-state' is lineState, '--timeout' timeoutMs).\n"
            "\noptions:\n"
            "  --url URL      where the daemon answers (else CCMSIM_URL; default " DEFAULT_URL ")\n"
            "  --token TOKEN  its control credential (else CCMSIM_CONTROL)\n"
            "  --user U:P     an AXL user and password, for sql (else CCMSIM_ADMIN)\n"
            "  --json         print the answer as JSON\n"
            "  --csv          print rows as comma-separated values (sql)\n"
            "  --cacert FILE  trust this certificate\n"
            "  --insecure     trust any certificate; on loopback that is so anyway\n"
            "  --version, --help\n"
            "\nexit status: 0 done, or it holds; 1 refused, nothing found, or it does not hold; 2 wrong usage;\n"
            "3 not reached, or the credential is wrong\n");
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

/* Options of ours that take a value go here, the others into a flag. False: it is none of ours. */
static bool
take_option(struct cli *cli, const char *name, char *value, bool *used_value, bool *lacks_value)
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
        *lacks_value = *used_value && value == NULL;
        if (rows[i].flag != NULL)
            *rows[i].flag = true;
        else
            *rows[i].text = value;
        return true;
    }
    return false;
}

/* Options may stand anywhere; what remains is the command and its arguments, its own options among them. */
static enum cli_exit
parse(struct cli *cli, int argc, char **argv)
{
    int kept = 0;

    for (int i = 1; i < argc; i++) {
        bool used_value = false, lacks_value = false;
        if (!take_option(cli, argv[i], i + 1 < argc ? argv[i + 1] : NULL, &used_value, &lacks_value))
            argv[kept++] = argv[i];
        if (lacks_value)
            return cli_usage("option '%s' lacks its value", argv[i]);
        i += used_value;
    }
    cli->argc = kept;
    cli->argv = argv;
    return CLI_OK;
}

/* The row whose words the arguments begin with; of several the longest, which stands first. How many words. */
static const struct command *
find_command(int argc, char **argv, int *words)
{
    for (const struct command *c = cli_commands; c->words != NULL; c++) {
        const char *p = c->words;
        for (*words = 0; *words < argc; ++*words) {
            size_t len = strcspn(p, " ");
            if (strlen(argv[*words]) != len || strncmp(argv[*words], p, len) != 0)
                break;
            p += len + (p[len] == ' ');
            if (*p == '\0') {
                ++*words;
                return c;
            }
        }
    }
    return NULL;
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

    if (asks_for(argc, argv, "--version")) {
        puts("ccmsim " CCMSIM_VERSION);
        return CLI_OK;
    }
    int                   words = 0;
    bool                  help = asks_for(argc, argv, "--help");
    enum cli_exit         status = parse(&cli, argc, argv);
    const struct command *c = status == CLI_OK ? find_command(cli.argc, cli.argv, &words) : NULL;
    if (help) {
        if (c != NULL)
            print_command(stdout, c);
        else
            print_help(stdout);
        return CLI_OK;
    }
    if (status != CLI_OK)
        return (int)status;
    if (c == NULL)
        return cli.argc == 0 ? (int)cli_usage("no command") : (int)cli_usage("unknown command '%s'", cli.argv[0]);
    cli.command = c;
    cli.argc -= words;
    cli.argv += words;
    status = c->run != NULL ? c->run(&cli) : cli_run_route(&cli);
    return fflush(stdout) == 0 ? (int)status : CLI_REFUSED;
}
