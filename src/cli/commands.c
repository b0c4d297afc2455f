/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Every command, once: its words, its arguments as --help shows them, what it does, the route that it calls. A command
 * that needs more than its route has a function. */
#include "cli/cli_priv.h"

/* clang-format off */
#define HOW_MANY "[count=N] [min=N] [max=N] [--timeout TIME]"
#define EXPECTATION "[service=S] [operation=O] [user=U] [status=N] [contains:PATH=TEXT] [answer-contains:PATH=TEXT] [text=TEXT]"

const struct command cli_commands[] = {
    { .words = "health", .arguments = "", .help = "is it there, and what is it",
      .route = ROUTE_HEALTH, .print = print_pairs },
    { .words = "reset", .arguments = "", .help = "configuration, simulator and journal as they were at its start",
      .route = ROUTE_RESET, .print = print_done },

    { .words = "phones", .arguments = "[--status S] [--name N*] [--node N] [user=U] [--limit N] [--offset N] ...",
      .help = "the devices that register; status 1 when none fits", .route = ROUTE_PHONES, .print = print_phones },
    { .words = "phone register", .arguments = "NAME ...", .help = "plug it in: it boots and registers",
      .route = ROUTE_PHONE_REGISTER, .positional = "name...", .print = print_phone },
    { .words = "phone unregister", .arguments = "NAME ...", .help = "unplug it",
      .route = ROUTE_PHONE_UNREGISTER, .positional = "name...", .print = print_phone },
    { .words = "phone reject", .arguments = "NAME REASON", .help = "refuse its registration; reason 0 lets it in again",
      .route = ROUTE_PHONE_REJECT, .positional = "name reason", .print = print_phone },
    { .words = "phone press", .arguments = "NAME KEY ...", .help = "press its keys, one after the other",
      .route = ROUTE_PHONE_PRESS, .positional = "name keys[]", .print = print_phone },
    { .words = "phone appear", .arguments = "NAME MODEL",
      .help = "a phone that nobody provisioned asks to register; MODEL is typemodel's number",
      .route = ROUTE_PHONE_APPEAR, .positional = "name model", .print = print_phone },
    { .words = "phone", .arguments = "NAME", .help = "one device and its lines",
      .route = ROUTE_PHONE, .positional = "name", .print = print_phone },

    { .words = "calls", .arguments = "[--device NAME] [--state S] [--limit N] [--offset N]",
      .help = "the calls there are; status 1 when none fits", .route = ROUTE_CALLS, .print = print_calls },
    { .words = "call dial", .arguments = "DEVICE DIGITS [--line N]", .help = "dial a number",
      .route = ROUTE_CALL_DIAL, .positional = "device digits", .print = print_call },
    { .words = "call answer", .arguments = "ID [--device NAME]", .help = "answer a ringing call",
      .route = ROUTE_CALL_ANSWER, .positional = "id", .print = print_call },
    { .words = "call clear", .arguments = "ID", .help = "end a call",
      .route = ROUTE_CALL_CLEAR, .positional = "id", .print = print_call },
    { .words = "call", .arguments = "ID", .help = "one call",
      .route = ROUTE_CALL, .positional = "id", .print = print_call },

    { .words = "clock real", .arguments = "", .help = "time passes as the machine's",
      .route = ROUTE_CLOCK_SET, .fixed = "{\"mode\":\"real\"}", .print = print_clock },
    { .words = "clock fast", .arguments = "SPEED", .help = "SPEED simulated seconds a second",
      .route = ROUTE_CLOCK_SET, .fixed = "{\"mode\":\"fast\"}", .positional = "speed", .print = print_clock },
    { .words = "clock manual", .arguments = "", .help = "time stands still until it is advanced",
      .route = ROUTE_CLOCK_SET, .fixed = "{\"mode\":\"manual\"}", .print = print_clock },
    { .words = "clock advance", .arguments = "TIME", .help = "by hand: let so much pass (500ms, 30s, 5m, 2h, 1d)",
      .route = ROUTE_CLOCK_ADVANCE, .positional = "byMs", .print = print_clock },
    { .words = "clock idle", .arguments = "[--within TIME]", .help = "by hand: until nothing is due but what repeats",
      .route = ROUTE_CLOCK_IDLE, .print = print_clock },
    { .words = "clock", .arguments = "", .help = "the cluster's time, and how it passes",
      .route = ROUTE_CLOCK, .print = print_clock },

    { .words = "nodes", .arguments = "", .help = "the nodes", .route = ROUTE_NODES, .print = print_nodes },
    { .words = "node up", .arguments = "NAME ...", .help = "switch a node on",
      .route = ROUTE_NODE_SET, .fixed = "{\"up\":true}", .positional = "name...", .print = print_node },
    { .words = "node down", .arguments = "NAME ...", .help = "switch a node off",
      .route = ROUTE_NODE_SET, .fixed = "{\"up\":false}", .positional = "name...", .print = print_node },
    { .words = "node", .arguments = "NAME", .help = "one node and its services",
      .route = ROUTE_NODE, .positional = "name", .print = print_node },
    { .words = "service start", .arguments = "NODE SERVICE", .help = "start a service of a node",
      .route = ROUTE_SERVICE_SET, .fixed = "{\"running\":true}", .positional = "name service", .print = print_node },
    { .words = "service stop", .arguments = "NODE SERVICE", .help = "stop it",
      .route = ROUTE_SERVICE_SET, .fixed = "{\"running\":false}", .positional = "name service", .print = print_node },

    { .words = "events", .arguments = "[--follow] [--after N] [--kind K,K] [--subject NAME] [--limit N]",
      .help = "what happened, a line of JSON each; --follow goes on until --limit, or for ever",
      .route = ROUTE_EVENTS, .print = print_events, .run = cli_events },
    { .words = "wait phones", .arguments = "[name=N*] [status=S] [node=N] [user=U] [line-state=S] " HOW_MANY,
      .help = "until so many devices are so (at least 1); status 1 when time was up (30s)",
      .route = ROUTE_WAIT, .nest = "phones", .print = print_wait },
    { .words = "wait calls", .arguments = "[id=N] [device=NAME] [state=S] " HOW_MANY, .help = "until so many calls are so",
      .route = ROUTE_WAIT, .nest = "calls", .print = print_wait },
    { .words = "wait requests", .arguments = EXPECTATION " " HOW_MANY,
      .help = "until so many requests were so", .route = ROUTE_WAIT, .nest = "requests", .print = print_wait },

    { .words = "journal clear", .arguments = "", .help = "forget the exchanges",
      .route = ROUTE_JOURNAL_CLEAR, .print = print_done },
    { .words = "journal", .arguments = "[service=S] [operation=O] [user=U] [status=N] [after=SEQ] [limit=N]",
      .help = "the exchanges it remembers; status 1 when none fits", .route = ROUTE_JOURNAL, .print = print_entries },
    { .words = "verify", .arguments = EXPECTATION " [count=N] [min=N] [max=N] [name=NAME] [and|then ...] [after=SEQ], or FILE",
      .help = "was that asked; 'then' between expectations means in this order, FILE holds the request's JSON",
      .route = ROUTE_VERIFY, .run = cli_verify },
    { .words = "coverage", .arguments = "[FILE ...]",
      .help = "what each AXL operation is known to do: from journals (ccmsimd --journal-file) or earlier reports "
              "(--json), else from the daemon's journal", .route = ROUTE_JOURNAL, .run = cli_coverage },
    { .words = "sql", .arguments = "[run sql] STATEMENT",
      .help = "a statement through AXL, printed as a CallManager's \"run sql\" does; null and nothing look alike",
      .run = cli_sql },
    { .words = NULL },
};
/* clang-format on */
