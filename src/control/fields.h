/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Parameters of the routes. For routes.c alone. */
#ifndef CCMSIM_CONTROL_FIELDS_H
#define CCMSIM_CONTROL_FIELDS_H

#include "ccmsim/journal.h"
#include "ccmsim/routes.h"

#define MAX_SEQ        INT64_MAX
#define MAX_NAME       255
#define MAX_ADVANCE_MS (3660LL * 24 * 3600 * 1000)
#define END_FIELD    \
    {                \
        .name = NULL \
    }

/* Members of an object in a body, of an item in a list. */
#define BODY(name_, type_, required_, min_, max_, help_, example_)                                                 \
    {                                                                                                              \
        .name = (name_), .type = (type_), .place = IN_BODY, .required = (required_), .min = (min_), .max = (max_), \
        .help = (help_), .example = (example_)                                                                     \
    }
#define QUERY(name_, type_, min_, max_, help_, example_)                                                    \
    {                                                                                                       \
        .name = (name_), .type = (type_), .place = IN_QUERY, .min = (min_), .max = (max_), .help = (help_), \
        .example = (example_)                                                                               \
    }
#define PATH(name_, type_, min_, max_, help_, example_)                                                     \
    {                                                                                                       \
        .name = (name_), .type = (type_), .place = IN_PATH, .required = true, .min = (min_), .max = (max_), \
        .help = (help_), .example = (example_)                                                              \
    }

static const struct route_field journal_fields[] = {
    QUERY("service", TYPE_TEXT, 0, MAX_NAME, "only of this service: axl, em, webdialer ...", "\"axl\""),
    QUERY("operation", TYPE_TEXT, 0, MAX_NAME, "only this operation", "\"addPhone\""),
    QUERY("user", TYPE_TEXT, 0, MAX_NAME, "only by this user", NULL),
    QUERY("status", TYPE_INTEGER, 0, 999, "only with this HTTP status; 0: any", "200"),
    QUERY("after", TYPE_INTEGER, 0, MAX_SEQ, "only entries numbered higher", "0"),
    QUERY("limit", TYPE_INTEGER, 0, JOURNAL_MAX_ENTRIES, "the newest so many (default 100); 0: all", "100"),
    { .name = "format",
      .type = TYPE_CHOICE,
      .place = IN_QUERY,
      .values = "json|lines",
      .help = "one JSON value, or a line of JSON an entry" },
    END_FIELD,
};

/* What is expected of the journal: also of a wait. */
static const struct route_field expectation_fields[] = {
    BODY("name", TYPE_TEXT, false, 1, MAX_NAME, "what to call it in the answer", NULL),
    BODY("service", TYPE_TEXT, false, 1, MAX_NAME, "axl, em, webdialer ...; default any", "\"axl\""),
    BODY("operation", TYPE_TEXT, false, 1, MAX_NAME, "default any", "\"addPhone\""),
    BODY("user", TYPE_TEXT, false, 1, MAX_NAME, "who asked; default anybody", NULL),
    BODY("status", TYPE_INTEGER, false, 100, 999, "HTTP status of the answer; default any", "200"),
    BODY("contains", TYPE_MAP, false, 1, 50,
         "of the request: element path to its text, null for any. A path is local names joined by '/', as much of the "
         "end of the way from the root as tells it ('phone/name'); its last part may be '@attribute'. '*' in a text "
         "stands for anything",
         "{\"phone/name\": \"SEP001122334455\"}"),
    BODY("answerContains", TYPE_MAP, false, 1, 50, "the same of the answer", NULL),
    BODY("text", TYPE_TEXT, false, 1, ROUTE_MAX_TEXT, "the request's body holds this text, letter by letter", NULL),
    BODY("count", TYPE_INTEGER, false, 0, JOURNAL_MAX_ENTRIES, "exactly so many; without count, min, max: at least 1",
         "1"),
    BODY("min", TYPE_INTEGER, false, 0, JOURNAL_MAX_ENTRIES, "at least so many", NULL),
    BODY("max", TYPE_INTEGER, false, 0, JOURNAL_MAX_ENTRIES, "at most so many", NULL),
    END_FIELD,
};

static const struct route_field verify_fields[] = {
    { .name = "expectations",
      .type = TYPE_OBJECTS,
      .place = IN_BODY,
      .required = true,
      .min = 1,
      .max = 100,
      .fields = expectation_fields,
      .help = "each is looked for in the whole journal, or behind 'after'",
      .example = "[{\"operation\": \"addPhone\", \"count\": 1}]" },
    BODY("ordered", TYPE_BOOLEAN, false, 0, 0, "they must have come in this order (default false)", "false"),
    BODY("after", TYPE_INTEGER, false, 0, MAX_SEQ, "look only at entries numbered higher (default 0)", "0"),
    END_FIELD,
};

/* ---- clock ---- */

static const struct route_field clock_set_fields[] = {
    { .name = "mode",
      .type = TYPE_CHOICE,
      .place = IN_BODY,
      .required = true,
      .values = "real|fast|manual",
      .help = "as the machine's, faster, or by hand",
      .example = "\"manual\"" },
    BODY("speed", TYPE_NUMBER, false, 0, 1000000, "of mode fast: simulated seconds a second", NULL),
    END_FIELD,
};

static const struct route_field clock_advance_fields[] = {
    BODY("byMs", TYPE_INTEGER, true, 0, MAX_ADVANCE_MS, "simulated milliseconds", "30000"),
    END_FIELD,
};

static const struct route_field clock_idle_fields[] = {
    BODY("withinMs", TYPE_INTEGER, false, 0, MAX_ADVANCE_MS,
         "timers further ahead than this many simulated milliseconds stay (default a day)", "86400000"),
    END_FIELD,
};

/* ---- phones ---- */

#define STATUSES    "Unknown|Registered|PartiallyRegistered|UnRegistered|Rejected"
#define LINE_STATES "idle|offhook|ringout|ringin|connected|busy|reorder|remote-in-use"
#define CALL_STATES "offhook|ringing|connected|busy|reorder|ended"
#define MAX_PAGE    10000

#define DEVICE_NAME PATH("name", TYPE_TEXT, 1, MAX_NAME, "the device's, upper or lower case", "\"SEP001122334455\"")

static const struct route_field phones_fields[] = {
    QUERY("name", TYPE_TEXT, 1, MAX_NAME, "only with this name; '*' stands for anything", "\"SEP*\""),
    QUERY("address", TYPE_TEXT, 1, MAX_NAME, "only with this address; '*' as above", NULL),
    QUERY("directoryNumber", TYPE_TEXT, 1, MAX_NAME, "only with such a line; '*' as above", NULL),
    QUERY("description", TYPE_TEXT, 1, MAX_NAME, "only so described; '*' as above", NULL),
    { .name = "status", .type = TYPE_CHOICE, .place = IN_QUERY, .values = STATUSES, .help = "only with this status" },
    QUERY("node", TYPE_TEXT, 1, MAX_NAME, "only on this node", NULL),
    QUERY("class", TYPE_TEXT, 1, MAX_NAME, "only of this class: Phone, Cti, SIPTrunk ...", "\"Phone\""),
    QUERY("protocol", TYPE_TEXT, 1, MAX_NAME, "only with this protocol: SIP, SCCP", NULL),
    QUERY("model", TYPE_INTEGER, 0, 1000000, "only of this model (typemodel's number)", NULL),
    QUERY("user", TYPE_TEXT, 1, MAX_NAME, "only where this user is logged in", NULL),
    { .name = "lineState",
      .type = TYPE_CHOICE,
      .place = IN_QUERY,
      .values = LINE_STATES,
      .help = "only with a line in this state" },
    QUERY("offset", TYPE_INTEGER, 0, 10000000, "so many are passed over (default 0)", "0"),
    QUERY("limit", TYPE_INTEGER, 1, MAX_PAGE, "at most so many (default 100)", "100"),
    END_FIELD,
};

static const struct route_field phone_fields[] = { DEVICE_NAME, END_FIELD };

static const struct route_field phone_reject_fields[] = {
    DEVICE_NAME,
    BODY("reason", TYPE_INTEGER, true, 0, 10000, "StatusReason as RIS numbers it; 0 lets it in again", "3"),
    END_FIELD,
};

static const struct route_field phone_press_fields[] = {
    DEVICE_NAME,
    BODY("keys", TYPE_TEXTS, true, 1, 64, "Line1, Speaker, KeyPad0 ... KeyPadStar, Offhook, Onhook, Answer, EndCall",
         "[\"Speaker\", \"KeyPad1\"]"),
    END_FIELD,
};

static const struct route_field phone_appear_fields[] = {
    DEVICE_NAME,
    BODY("model", TYPE_INTEGER, true, 1, 1000000, "typemodel's number", "30016"),
    END_FIELD,
};

/* ---- calls ---- */

#define CALL_ID PATH("id", TYPE_INTEGER, 1, INT64_MAX, "the call's number", "1")

static const struct route_field calls_fields[] = {
    QUERY("device", TYPE_TEXT, 1, MAX_NAME, "only those that this device takes part in", NULL),
    { .name = "state", .type = TYPE_CHOICE, .place = IN_QUERY, .values = CALL_STATES, .help = "only in this state" },
    QUERY("offset", TYPE_INTEGER, 0, 10000000, "so many are passed over (default 0)", "0"),
    QUERY("limit", TYPE_INTEGER, 1, MAX_PAGE, "at most so many (default 100)", "100"),
    END_FIELD,
};

static const struct route_field call_fields[] = { CALL_ID, END_FIELD };

static const struct route_field call_dial_fields[] = {
    BODY("device", TYPE_TEXT, true, 1, MAX_NAME, "who dials", "\"SEP001122334455\""),
    BODY("digits", TYPE_TEXT, true, 1, 64, "what is dialled", "\"2001\""),
    BODY("line", TYPE_INTEGER, false, 1, 1000, "from which of its lines (default 1, the first)", "1"),
    END_FIELD,
};

static const struct route_field call_answer_fields[] = {
    CALL_ID,
    BODY("device", TYPE_TEXT, false, 1, MAX_NAME, "which of the ringing ones (default the first)", NULL),
    END_FIELD,
};

/* ---- nodes ---- */

#define NODE_NAME PATH("name", TYPE_TEXT, 1, MAX_NAME, "the node's name or address", "\"CUCM\"")

static const struct route_field node_fields[] = { NODE_NAME, END_FIELD };

static const struct route_field node_set_fields[] = {
    NODE_NAME,
    BODY("up", TYPE_BOOLEAN, true, 0, 0, "on or off", "false"),
    END_FIELD,
};

static const struct route_field service_set_fields[] = {
    NODE_NAME,
    PATH("service", TYPE_TEXT, 1, MAX_NAME, "the service's name", "\"Cisco CallManager\""),
    BODY("running", TYPE_BOOLEAN, true, 0, 0, "start or stop it", "false"),
    END_FIELD,
};

/* ---- events and waits ---- */

static const struct route_field events_fields[] = {
    QUERY("after", TYPE_INTEGER, 0, MAX_SEQ,
          "behind this one (default: a page begins with the oldest, a stream with the next)", "0"),
    QUERY("kind", TYPE_TEXT, 1, MAX_NAME,
          "only of these kinds, with commas: device, line, call, node, service, mobility, clock", "\"device,line\""),
    QUERY("subject", TYPE_TEXT, 1, MAX_NAME, "only of this device, call or node", NULL),
    QUERY("limit", TYPE_INTEGER, 0, MAX_PAGE, "of a page: at most so many (default 1000)", "100"),
    QUERY("stream", TYPE_BOOLEAN, 0, 0, "as 'Accept: text/event-stream' does", "false"),
    QUERY("heartbeatMs", TYPE_INTEGER, 0, 3600000, "of a stream: a comment so often (default 15000); 0: none", "15000"),
    END_FIELD,
};

#define HOW_MANY                                                                                                   \
    BODY("count", TYPE_INTEGER, false, 0, 10000000, "exactly so many; without count, min, max: at least 1", NULL), \
        BODY("min", TYPE_INTEGER, false, 0, 10000000, "at least so many", "1"),                                    \
        BODY("max", TYPE_INTEGER, false, 0, 10000000, "at most so many", NULL)

static const struct route_field wait_phones_fields[] = {
    BODY("name", TYPE_TEXT, false, 1, MAX_NAME, "with this name; '*' stands for anything", "\"SEP001122334455\""),
    { .name = "status",
      .type = TYPE_CHOICE,
      .place = IN_BODY,
      .values = STATUSES,
      .help = "with this status",
      .example = "\"Registered\"" },
    BODY("node", TYPE_TEXT, false, 1, MAX_NAME, "on this node", NULL),
    BODY("class", TYPE_TEXT, false, 1, MAX_NAME, "of this class: Phone, Cti, SIPTrunk ...", NULL),
    BODY("model", TYPE_INTEGER, false, 0, 1000000, "of this model (typemodel's number)", NULL),
    BODY("user", TYPE_TEXT, false, 0, MAX_NAME, "where this user is logged in; \"\": nobody", NULL),
    { .name = "lineState",
      .type = TYPE_CHOICE,
      .place = IN_BODY,
      .values = LINE_STATES,
      .help = "with a line in this state" },
    HOW_MANY,
    END_FIELD,
};

static const struct route_field wait_calls_fields[] = {
    BODY("id", TYPE_INTEGER, false, 1, INT64_MAX, "this call", NULL),
    BODY("device", TYPE_TEXT, false, 1, MAX_NAME, "that this device takes part in", NULL),
    { .name = "state", .type = TYPE_CHOICE, .place = IN_BODY, .values = CALL_STATES, .help = "in this state" },
    HOW_MANY,
    END_FIELD,
};

static const struct route_field wait_fields[] = {
    { .name = "phones",
      .type = TYPE_OBJECT,
      .place = IN_BODY,
      .fields = wait_phones_fields,
      .help = "so many devices are so: all that is given must fit",
      .example = "{\"name\": \"SEP001122334455\"}" },
    { .name = "calls",
      .type = TYPE_OBJECT,
      .place = IN_BODY,
      .fields = wait_calls_fields,
      .help = "so many calls are so" },
    { .name = "requests",
      .type = TYPE_OBJECT,
      .place = IN_BODY,
      .fields = expectation_fields,
      .help = "so many exchanges of the journal were so" },
    BODY("timeoutMs", TYPE_INTEGER, false, 0, 3600000, "of the machine's time (default 30000); 0: only look", "0"),
    END_FIELD,
};

/* ---- faults ---- */

#define MAX_MS 86400000

#define FAULT_ID PATH("id", TYPE_INTEGER, 1, INT64_MAX, "the rule's number", "1")

static const struct route_field fault_fields[] = { FAULT_ID, END_FIELD };

static const struct route_field fault_add_fields[] = {
    { .name = "kind",
      .type = TYPE_CHOICE,
      .place = IN_BODY,
      .required = true,
      .values = "error|status|delay|close|reset|truncate|garbage|slow|throttle",
      .help =
          "the service's own fault, an HTTP status, a wait, the connection closed or reset, the answer cut off, random "
          "bytes, a slow answer, or too many requests",
      .example = "\"error\"" },
    BODY("service", TYPE_TEXT, false, 1, MAX_NAME, "only of this service; '*' stands for anything", "\"axl\""),
    BODY("operation", TYPE_TEXT, false, 1, MAX_NAME, "only this operation; '*' as above", "\"addPhone\""),
    BODY("user", TYPE_TEXT, false, 1, MAX_NAME, "only by this user; '*' as above", NULL),
    BODY("object", TYPE_TEXT, false, 1, MAX_NAME, "only with an element of this text, such as a device's name", NULL),
    BODY("element", TYPE_TEXT, false, 1, MAX_NAME, "which element 'object' is the text of (default any)", NULL),
    BODY("carryOut", TYPE_BOOLEAN, false, 0, 0, "carry the request out first: only its answer is lost (default false)",
         NULL),
    BODY("skip", TYPE_INTEGER, false, 0, INT64_MAX, "so many fitting requests pass first (default 0)", "0"),
    BODY("count", TYPE_INTEGER, false, 0, INT64_MAX, "then so many are met (default 0: all)", "1"),
    BODY("rate", TYPE_NUMBER, false, 0, 1, "of them this part, at random (default all)", NULL),
    BODY("seed", TYPE_INTEGER, false, 0, INT64_MAX, "where the random numbers begin (default 0)", NULL),
    BODY("from", TYPE_INTEGER, false, 0, INT64_MAX, "from this moment of the cluster's time, in ms since 1970", NULL),
    BODY("until", TYPE_INTEGER, false, 0, INT64_MAX, "until this moment", NULL),
    { .name = "status",
      .type = TYPE_CHOICE,
      .place = IN_BODY,
      .values = "INTERNAL|TOO_LARGE|DATABASE|UNSUPPORTED|INVALID|BUSY|UNEXPECTED|NOT_FOUND|UNAUTHORIZED|FORBIDDEN",
      .help = "of an error: which (default INTERNAL)" },
    BODY("code", TYPE_INTEGER, false, -1000000, 1000000, "of an error: its code (default the status's own)", NULL),
    BODY("text", TYPE_TEXT, false, 0, 65536, "of an error its message, of a status its body", NULL),
    BODY("httpStatus", TYPE_INTEGER, false, 100, 999, "of a status", NULL),
    BODY("contentType", TYPE_TEXT, false, 1, MAX_NAME, "of a status's body (default text/html)", NULL),
    BODY("minMs", TYPE_INTEGER, false, 0, MAX_MS, "of a delay: at least so long, of the machine's time", NULL),
    BODY("maxMs", TYPE_INTEGER, false, 0, MAX_MS, "of a delay: at most so long", NULL),
    BODY("bytes", TYPE_INTEGER, false, 0, 16777216,
         "where a truncated answer ends, how much garbage, a slow answer's bytes a "
         "second",
         NULL),
    BODY("requests", TYPE_INTEGER, false, 1, 10000, "of a throttle: so many pass ...", NULL),
    BODY("perMs", TYPE_INTEGER, false, 1, MAX_MS, "... in so much of the cluster's time", NULL),
    BODY("eachUser", TYPE_BOOLEAN, false, 0, 0, "of a throttle: counted for each user (default false)", NULL),
    END_FIELD,
};

/* ---- snapshots, fixtures, private clusters ---- */

static const struct route_field snapshot_fields[] = {
    PATH("name", TYPE_TEXT, 1, 64, "the snapshot's name", "\"before\""),
    END_FIELD,
};

static const struct route_field snapshot_take_fields[] = {
    BODY("name", TYPE_TEXT, true, 1, 64, "letters, digits, '-', '_' and '.'", "\"before\""),
    END_FIELD,
};

static const struct route_field fixture_load_fields[] = {
    QUERY("name", TYPE_TEXT, 1, MAX_NAME, "how errors call the text (default 'fixture')", NULL),
    END_FIELD,
};

static const struct route_field cluster_fields[] = {
    PATH("name", TYPE_TEXT, 1, 63, "the cluster's name", "\"mine\""),
    END_FIELD,
};

static const struct route_field cluster_add_fields[] = {
    BODY("name", TYPE_TEXT, true, 1, 63, "letters, digits and '-': a label of a host name", "\"mine\""),
    { .name = "from",
      .type = TYPE_CHOICE,
      .place = IN_BODY,
      .values = "home|fresh",
      .help = "as the daemon's own cluster began (default), or as a fresh installation" },
    BODY("snapshot", TYPE_TEXT, false, 1, 64, "or a snapshot of the daemon's own cluster", NULL),
    BODY("fixture", TYPE_TEXT, false, 1, 1048576, "or a fixture's text on a fresh installation", NULL),
    BODY("listen", TYPE_BOOLEAN, false, 0, 0, "open an HTTPS and an HTTP port for it (default false)", NULL),
    END_FIELD,
};

#endif
