/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the files of Extension Mobility share. */
#ifndef CCMSIM_MOBILITY_PRIV_H
#define CCMSIM_MOBILITY_PRIV_H

#include "ccmsim/mobility.h"

struct store *mobility_store(const struct mobility *m);
int64_t       mobility_now_ms(const struct mobility *m);
/* Log out the phone whose pkid sql finds, until it finds none; arg may be NULL. Counts on *count. */
bool mobility_take_off_each(struct store_conn *c, struct arena *a, const char *sql, const char *arg, size_t *count,
                            struct ccm_error *err);

#endif
