/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Answers for people: tables whose columns are as wide as what is in them, pairs of name and value. With --json the
 * answer itself. Each printer also says what the answer means to a script. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli_priv.h"

#define MAX_COLUMNS 10
#define MAX_CELL    200

void
print_json(const json_t *value)
{
    json_dumpf(value, stdout, JSON_INDENT(2));
    putchar('\n');
}

/* ---- cells ---- */

/* A member by its way: "caller.device". */
static const json_t *
member(const json_t *object, const char *way)
{
    char name[64];

    while (object != NULL) {
        size_t len = strcspn(way, ".");
        snprintf(name, sizeof name, "%.*s", (int)len, way);
        object = json_object_get(object, name);
        if (way[len] == '\0')
            break;
        way += len + 1;
    }
    return object;
}

static const char *
cell_text(const json_t *v, char *room, size_t size)
{
    size_t len = 0;
    char   inner[MAX_CELL];

    *room = '\0';
    if (json_is_string(v))
        snprintf(room, size, "%s", json_string_value(v));
    else if (json_is_integer(v))
        snprintf(room, size, "%lld", (long long)json_integer_value(v));
    else if (json_is_real(v))
        snprintf(room, size, "%g", json_real_value(v));
    else if (json_is_boolean(v))
        snprintf(room, size, "%s", json_is_true(v) ? "yes" : "no");
    else if (json_is_array(v))
        for (size_t i = 0; i < json_array_size(v); i++) {
            const json_t *item = json_array_get(v, i);
            const char   *text = json_is_object(item) ? NULL : cell_text(item, inner, sizeof inner);
            if (text != NULL && len + strlen(text) + 2 < size)
                len += (size_t)snprintf(room + len, size - len, "%s%s", len > 0 ? "," : "", text);
        }
    return room;
}

struct column {
    const char *title, *way;
};

static void
print_cell(const char *text, size_t width, bool last)
{
    if (last)
        printf("%s\n", text);
    else
        printf("%-*s  ", (int)width, text);
}

/* Columns end with a NULL title. */
static void
print_table(const json_t *rows, const struct column *columns)
{
    size_t  width[MAX_COLUMNS] = { 0 }, count = 0, i;
    char    room[MAX_CELL];
    json_t *row;

    for (; columns[count].title != NULL; count++)
        width[count] = strlen(columns[count].title);
    json_array_foreach(rows, i, row)
    {
        for (size_t k = 0; k < count; k++) {
            size_t len = strlen(cell_text(member(row, columns[k].way), room, sizeof room));
            width[k] = len > width[k] ? len : width[k];
        }
    }
    for (size_t k = 0; k < count; k++)
        print_cell(columns[k].title, width[k], k + 1 == count);
    json_array_foreach(rows, i, row)
    {
        for (size_t k = 0; k < count; k++)
            print_cell(cell_text(member(row, columns[k].way), room, sizeof room), width[k], k + 1 == count);
    }
}

/* Lists of objects are left to a table behind. */
static void
print_members(const json_t *object)
{
    const char *name;
    json_t     *value;
    char        room[MAX_CELL];

    json_object_foreach((json_t *)object, name, value)
    {
        if (!json_is_object(value) && (!json_is_array(value) || !json_is_object(json_array_get(value, 0))))
            printf("%-16s %s\n", name, cell_text(value, room, sizeof room));
    }
}

static void
print_more(const json_t *answer)
{
    if (json_object_get(answer, "next") != NULL)
        printf("... of %lld; offset=%lld goes on\n", (long long)json_integer_value(json_object_get(answer, "total")),
               (long long)json_integer_value(json_object_get(answer, "next")));
}

/* ---- printers ---- */

enum cli_exit
print_pairs(const struct cli *cli, const json_t *answer)
{
    if (cli->json)
        print_json(answer);
    else
        print_members(answer);
    return CLI_OK;
}

enum cli_exit
print_done(const struct cli *cli, const json_t *answer)
{
    if (cli->json)
        print_json(answer);
    else
        puts("done");
    return CLI_OK;
}

static enum cli_exit
print_list(const struct cli *cli, const json_t *answer, const char *name, const struct column *columns)
{
    const json_t *rows = json_object_get(answer, name);

    if (cli->json)
        print_json(answer);
    else {
        print_table(rows, columns);
        print_more(answer);
    }
    return json_array_size(rows) > 0 ? CLI_OK : CLI_REFUSED;
}

/* One object; what is a list of objects in it as a table. */
static enum cli_exit
print_object(const struct cli *cli, const json_t *answer, const char *list, const struct column *columns)
{
    if (cli->json) {
        print_json(answer);
    } else {
        print_members(answer);
        if (json_array_size(json_object_get(answer, list)) > 0) {
            putchar('\n');
            print_table(json_object_get(answer, list), columns);
        }
    }
    return CLI_OK;
}

enum cli_exit
print_phones(const struct cli *cli, const json_t *answer)
{
    static const struct column columns[] = {
        { "NAME", "name" },
        { "STATUS", "status" },
        { "NODE", "node" },
        { "ADDRESS", "address" },
        { "USER", "user" },
        { "CLASS", "class" },
        { "DESCRIPTION", "description" },
        { NULL, NULL },
    };
    return print_list(cli, answer, "phones", columns);
}

enum cli_exit
print_phone(const struct cli *cli, const json_t *answer)
{
    static const struct column columns[] = {
        { "LINE", "index" },    { "PATTERN", "pattern" }, { "PARTITION", "partition" },
        { "STATUS", "status" }, { "STATE", "state" },     { NULL, NULL },
    };
    return print_object(cli, answer, "lines", columns);
}

static const struct column call_columns[] = {
    { "ID", "id" },           { "STATE", "state" },     { "CALLER", "caller.device" }, { "CALLED", "called.device" },
    { "DIALLED", "dialled" }, { "STARTED", "started" }, { "CAUSE", "cause" },          { NULL, NULL },
};

enum cli_exit
print_calls(const struct cli *cli, const json_t *answer)
{
    return print_list(cli, answer, "calls", call_columns);
}

enum cli_exit
print_call(const struct cli *cli, const json_t *answer)
{
    if (cli->json) {
        print_json(answer);
    } else {
        json_t *one = json_pack("[O]", answer);
        print_table(one, call_columns);
        json_decref(one);
    }
    return CLI_OK;
}

enum cli_exit
print_nodes(const struct cli *cli, const json_t *answer)
{
    static const struct column columns[] = {
        { "NAME", "name" }, { "ADDRESS", "address" }, { "PUBLISHER", "publisher" },
        { "UP", "up" },     { "SINCE", "since" },     { "REGISTERED", "registered" },
        { NULL, NULL },
    };
    return print_list(cli, answer, "nodes", columns);
}

enum cli_exit
print_node(const struct cli *cli, const json_t *answer)
{
    static const struct column columns[] = {
        { "SERVICE", "name" }, { "ACTIVATED", "activated" }, { "RUNNING", "running" }, { "SINCE", "since" },
        { NULL, NULL },
    };
    return print_object(cli, answer, "services", columns);
}

enum cli_exit
print_faults(const struct cli *cli, const json_t *answer)
{
    static const struct column columns[] = {
        { "ID", "id" },     { "KIND", "kind" },     { "SERVICE", "service" }, { "OPERATION", "operation" },
        { "USER", "user" }, { "OBJECT", "object" }, { "FITTED", "fitted" },   { "HITS", "hits" },
        { NULL, NULL },
    };
    return print_list(cli, answer, "faults", columns);
}

enum cli_exit
print_snapshots(const struct cli *cli, const json_t *answer)
{
    static const struct column columns[] = {
        { "NAME", "name" },
        { "TAKEN", "taken" },
        { "BYTES", "bytes" },
        { NULL, NULL },
    };
    return print_list(cli, answer, "snapshots", columns);
}

enum cli_exit
print_clusters(const struct cli *cli, const json_t *answer)
{
    static const struct column columns[] = {
        { "NAME", "name" },       { "MADE", "made" },     { "REQUESTS", "requests" },
        { "HTTPS", "httpsPort" }, { "HTTP", "httpPort" }, { NULL, NULL },
    };
    return print_list(cli, answer, "clusters", columns);
}

enum cli_exit
print_clock(const struct cli *cli, const json_t *answer)
{
    return print_pairs(cli, answer);
}

enum cli_exit
print_wait(const struct cli *cli, const json_t *answer)
{
    bool met = json_is_true(json_object_get(answer, "met"));

    if (cli->json) {
        print_json(answer);
    } else {
        const json_t *present = json_object_get(answer, "present");
        print_members(answer);
        if (!met && json_is_object(present)) {
            puts("present:");
            print_members(present);
        }
    }
    return met ? CLI_OK : CLI_REFUSED;
}

enum cli_exit
print_events(const struct cli *cli, const json_t *answer)
{
    size_t        i;
    json_t       *e;
    const json_t *events = json_object_get(answer, "events");

    if (cli->json)
        print_json(answer);
    else
        json_array_foreach(events, i, e)
        {
            char *text = json_dumps(e, JSON_COMPACT);
            puts(text != NULL ? text : "");
            free(text);
        }
    return json_array_size(events) > 0 ? CLI_OK : CLI_REFUSED;
}

/* ---- the journal ---- */

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
print_entries(const struct cli *cli, const json_t *answer)
{
    const json_t *entries = json_object_get(answer, "entries");
    size_t        i;
    json_t       *e;

    if (cli->json) {
        print_json(entries);
    } else {
        printf("%-6s %-12s %6s %9s %-10s %-28s %s\n", "SEQ", "TIME", "STATUS", "MS", "SERVICE", "OPERATION", "USER");
        json_array_foreach(entries, i, e)
        {
            const char *time = text_of(e, "time"), *clock = strchr(time, 'T');
            printf("%-6lld %-12.12s %6lld %9.3f %-10s %-28s %s\n", number_of(e, "seq"),
                   clock != NULL ? clock + 1 : time, number_of(e, "status"), (double)number_of(e, "duration_us") / 1000,
                   text_of(e, "service"),
                   *text_of(e, "operation") != '\0' ? text_of(e, "operation") : text_of(e, "path"), text_of(e, "user"));
        }
    }
    return json_array_size(entries) > 0 ? CLI_OK : CLI_REFUSED;
}

/* ---- verification ---- */

static void
print_nearest(const json_t *result)
{
    size_t  i, k;
    json_t *miss, *d;

    json_array_foreach(json_object_get(result, "nearest"), i, miss)
    {
        json_array_foreach(json_object_get(miss, "differences"), k, d)
        {
            char *wanted = json_dumps(json_object_get(d, "wanted"), JSON_ENCODE_ANY | JSON_COMPACT);
            char *found = json_dumps(json_object_get(d, "found"), JSON_ENCODE_ANY | JSON_COMPACT);
            printf("    request %lld: %s wanted %s, found %s\n", number_of(miss, "seq"), text_of(d, "what"),
                   wanted != NULL ? wanted : "", found != NULL ? found : "");
            free(wanted);
            free(found);
        }
    }
}

enum cli_exit
print_verdict(const struct cli *cli, const json_t *answer)
{
    const json_t *order = json_object_get(answer, "order");
    bool          ok = json_is_true(json_object_get(answer, "ok"));
    size_t        i;
    json_t       *r;

    if (cli->json) {
        print_json(answer);
        return ok ? CLI_OK : CLI_REFUSED;
    }
    json_array_foreach(json_object_get(answer, "results"), i, r)
    {
        printf("%-6s %zu%s%s: wanted %s, found %lld\n", json_is_true(json_object_get(r, "ok")) ? "ok" : "not ok", i + 1,
               *text_of(r, "name") != '\0' ? " " : "", text_of(r, "name"), text_of(r, "wanted"), number_of(r, "found"));
        print_nearest(r);
    }
    if (order != NULL && !json_is_true(json_object_get(order, "ok")))
        printf("not ok order: %lld came before those in front of it were done (request %lld)\n",
               number_of(order, "expectation") + 1, number_of(order, "notBehind"));
    return ok ? CLI_OK : CLI_REFUSED;
}
