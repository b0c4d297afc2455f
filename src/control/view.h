/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the simulator knows, as JSON. */
#ifndef CCMSIM_CONTROL_VIEW_H
#define CCMSIM_CONTROL_VIEW_H

#include <jansson.h>

#include "ccmsim/sim.h"

json_t *view_phone(const struct sim_device *d);
json_t *view_call(const struct sim_call *c);
json_t *view_node(const struct sim_node *n);
/* "2026-11-24T16:00:00.000Z"; null for 0. */
json_t *view_time(int64_t ms);

#endif
