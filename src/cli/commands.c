/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The commands that ask the daemon: health, reset, journal. */
#include <stdio.h>
#include <string.h>

#include "cli/cli_priv.h"

static void
print_json(const json_t *value)
{
    json_dumpf(value, stdout, JSON_INDENT(2));
    putchar('\n');
}

static const char *
text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text != NULL ? text : "";
}

static long long
number_of(const json_t *object, const char *name)
{
    return (long long)json_integer_value(json_object_get(object, name));
}

enum cli_exit
cli_health(struct cli *cli)
{
    json_t       *answer = NULL;
    const char   *name;
    json_t       *value;
    enum cli_exit status =
        cli->argc > 0 ? cli_usage("health takes no argument") : client_call(cli, "GET", "health", &answer);

    if (status != CLI_OK)
        return status;
    if (cli->json)
        print_json(answer);
    else
        json_object_foreach(answer, name, value)
        {
            if (json_is_string(value))
                printf("%-15s %s\n", name, json_string_value(value));
            else
                printf("%-15s %lld\n", name, (long long)json_integer_value(value));
        }
    json_decref(answer);
    return CLI_OK;
}

enum cli_exit
cli_reset(struct cli *cli)
{
    json_t       *answer = NULL;
    enum cli_exit status =
        cli->argc > 0 ? cli_usage("reset takes no argument") : client_call(cli, "POST", "reset", &answer);

    if (status != CLI_OK)
        return status;
    if (cli->json)
        print_json(answer);
    else
        puts("reset");
    json_decref(answer);
    return CLI_OK;
}

static void
print_entries(const json_t *entries)
{
    size_t  i;
    json_t *e;

    printf("%-6s %-12s %6s %9s %-10s %-28s %s\n", "SEQ", "TIME", "STATUS", "MS", "SERVICE", "OPERATION", "USER");
    json_array_foreach(entries, i, e)
    {
        const char *time = text_of(e, "time"), *clock = strchr(time, 'T');
        printf("%-6lld %-12.12s %6lld %9.3f %-10s %-28s %s\n", number_of(e, "seq"), clock != NULL ? clock + 1 : time,
               number_of(e, "status"), (double)number_of(e, "duration_us") / 1000, text_of(e, "service"),
               *text_of(e, "operation") != '\0' ? text_of(e, "operation") : text_of(e, "path"), text_of(e, "user"));
    }
}

enum cli_exit
cli_journal(struct cli *cli)
{
    char    path[2048] = "journal";
    json_t *answer = NULL;

    for (int i = 0; i < cli->argc; i++) {
        char *value = strchr(cli->argv[i], '=');
        if (value == NULL)
            return cli_usage("'%s' is no NAME=VALUE", cli->argv[i]);
        *value++ = '\0';
        if (!client_add_parameter(path, sizeof path, cli->argv[i], value))
            return cli_usage("the arguments are too long");
    }
    enum cli_exit status = client_call(cli, "GET", path, &answer);
    if (status != CLI_OK)
        return status;
    const json_t *entries = json_object_get(answer, "entries");
    if (cli->json)
        print_json(entries);
    else
        print_entries(entries);
    status = json_array_size(entries) > 0 ? CLI_OK : CLI_REFUSED;
    json_decref(answer);
    return status;
}
