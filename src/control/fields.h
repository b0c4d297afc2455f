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
#define BODY(name_, type_, required_, min_, max_, help_, example_)                                       \
    {                                                                                                    \
        .name = name_, .type = type_, .place = IN_BODY, .required = required_, .min = min_, .max = max_, \
        .help = help_, .example = example_                                                               \
    }
#define QUERY(name_, type_, min_, max_, help_, example_)                                                              \
    {                                                                                                                 \
        .name = name_, .type = type_, .place = IN_QUERY, .min = min_, .max = max_, .help = help_, .example = example_ \
    }
#define PATH(name_, type_, min_, max_, help_, example_)                                                            \
    {                                                                                                              \
        .name = name_, .type = type_, .place = IN_PATH, .required = true, .min = min_, .max = max_, .help = help_, \
        .example = example_                                                                                        \
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

#endif
