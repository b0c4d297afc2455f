/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Selecting devices of the registry. */
#ifndef CCMSIM_CONTROL_PHONES_H
#define CCMSIM_CONTROL_PHONES_H

#include <jansson.h>

#include "ccmsim/sim.h"

/* From checked fields: name, address, directoryNumber, description (one of them), status, node, class, protocol,
 * model, user, lineState. */
struct phone_filter {
    struct sim_filter sim;
    const char       *patterns[2];
    bool              two_patterns;
    bool              post; /* user or line state: looked at one by one */
    const char       *user, *line_state;
};
void phone_filter_of(struct phone_filter *f, const json_t *fields);
bool phone_fits(const struct phone_filter *f, const struct sim_device *d);
/* Up to limit of them (0: all) in the order of names, in the arena; total: how many fit. */
size_t phone_select(struct phone_filter *f, struct sim *sim, struct arena *a, size_t limit,
                    const struct sim_device *const **out, size_t *total);

#endif
