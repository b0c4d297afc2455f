/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What a test expects of the journal: of a verification and of a wait. */
#ifndef CCMSIM_CONTROL_EXPECT_H
#define CCMSIM_CONTROL_EXPECT_H

#include <jansson.h>

#include "ccmsim/arena.h"
#include "ccmsim/journal.h"
#include "control/content.h"

struct expectation {
    const char   *name, *service, *operation, *user, *text; /* NULL: any */
    int           status;                                   /* 0: any */
    const json_t *contains, *answer_contains;               /* NULL: anything */
    int64_t       min, max;                                 /* how often; max INT64_MAX: no limit */
};

/* An exchange as expectations look at it: read once, and only if one asks for elements. */
struct exhibit {
    const struct journal_entry *entry;
    struct arena               *arena;
    bool                        request_read, answer_read;
    const struct content_node  *request, *answer;
};

/* From a checked object; borrows its texts. False: count and min or max contradict. */
bool expect_read(struct expectation *x, const json_t *object, struct ccm_error *err);
/* In how many points the exchange differs; *points: how many were looked at. */
size_t expect_differences(const struct expectation *x, struct exhibit *e, size_t *points);
/* The differences: [{"what", "wanted", "found"}]. */
json_t *expect_explain(const struct expectation *x, struct exhibit *e);
/* "exactly 2", "at least 1", "1 to 3" */
const char *expect_wanted(struct arena *a, const struct expectation *x);
static inline bool
expect_met(const struct expectation *x, size_t found)
{
    return (int64_t)found >= x->min && (int64_t)found <= x->max;
}

#endif
