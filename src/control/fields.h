/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Parameters of the routes. For routes.c alone. */
#ifndef CCMSIM_CONTROL_FIELDS_H
#define CCMSIM_CONTROL_FIELDS_H

#include "ccmsim/journal.h"
#include "ccmsim/routes.h"

#define MAX_SEQ  INT64_MAX
#define MAX_NAME 255
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

#endif
