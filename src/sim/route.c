/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Which directory number the digits mean for that caller: an exact one, in the partitions of the line's calling search
 * space, then of the device's, then in none. Patterns, translations and forwarding are not looked at yet. */
#include <limits.h>
#include <stdio.h>

#include "sim/call.h"

/* Where a partition stands for the caller, from 0; SIZE_MAX: nowhere. */
static size_t
rank(const struct line *from, const struct partition *p)
{
    const struct css *spaces[] = { from->dn->css, from->dev->css };
    size_t            before = 0;

    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; spaces[i] != NULL && k < spaces[i]->count && p != NULL; k++)
            if (spaces[i]->parts[k] == p)
                return before + k;
        before += spaces[i] != NULL ? spaces[i]->count : 0;
    }
    return p == NULL ? before : SIZE_MAX;
}

struct dn *
route_number(const struct sim *sim, const struct line *from, const char *digits)
{
    char       pattern[CALL_DIGITS + 3];
    struct dn *best = NULL;
    size_t     best_rank = SIZE_MAX;

    /* The store writes a plus with a backslash before it. */
    snprintf(pattern, sizeof pattern, "%s%s", *digits == '+' ? "\\" : "", digits);
    for (struct dn *dn = map_get(&sim->numbers, pattern); dn != NULL; dn = dn->same) {
        size_t r = rank(from, dn->partition);
        if (r < best_rank) {
            best = dn;
            best_rank = r;
        }
    }
    return best;
}
