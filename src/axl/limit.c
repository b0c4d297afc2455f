/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* How much one read may answer: 8 MB, and 16 MB all those under way together (AXL guide, "Data Throttling").
 * Clients parse both numbers out of the text and then ask in pages, so its two wordings are literal. */
#include <stdatomic.h>

#include "axl_priv.h"

#define ANSWER_LIMIT ((size_t)8 * 1024 * 1024)
#define TOTAL_LIMIT  ((size_t)16 * 1024 * 1024)

enum axl_growth
axl_answer_grew(struct axl_call *c, size_t start, struct ccm_error *err)
{
    size_t size = c->out->len - start, more = size - c->counted;

    if (size > ANSWER_LIMIT)
        return GROWTH_TOO_LARGE;
    if (c->cluster == NULL || more < 4096)
        return GROWTH_FINE; /* counted in steps: rows are small and many */
    c->counted = size;
    if (atomic_fetch_add(&c->cluster->answering, more) + more <= TOTAL_LIMIT)
        return GROWTH_FINE;
    ccm_fail(err, CCM_TOO_LARGE,
             "Maximum AXL Memory Allocation Consumed. Please retry once requests in progress have completed");
    return GROWTH_REFUSED;
}

void
axl_answer_release(struct axl_call *c)
{
    if (c->cluster != NULL)
        atomic_fetch_sub(&c->cluster->answering, c->counted);
    c->counted = 0;
}

bool
axl_fail_too_large(struct axl_call *c, unsigned long total, unsigned long rows, struct ccm_error *err)
{
    return ccm_fail(err, CCM_TOO_LARGE, "Query request too large. Total rows matched: %lu rows. %s: less than %lu rows",
                    total, c->version < AXL_V11_0 ? "Suggestive Row Fetch" : "Suggested row fetch", rows);
}
