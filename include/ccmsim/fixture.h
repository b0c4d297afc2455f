/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Fixtures: a cluster as a readable text (docs/fixtures.md), AXL objects by name and field where the engine can
 * write them, rows where not. Both are slow: executor only. */
#ifndef CCMSIM_FIXTURE_H
#define CCMSIM_FIXTURE_H

#include "ccmsim/buf.h"
#include "ccmsim/cluster.h"

/* Carry text out on the cluster, all or nothing: readers see it at their next lease, and the simulator begins anew
 * with what is there then. name is how errors call it: "NAME:LINE: reason" (CCM_BAD_REQUEST). */
bool fixture_load(struct cluster *cl, const char *name, struct str text, struct ccm_error *err);
/* What the cluster holds beyond a fresh installation, in an order that doesn't change: loaded into a fresh cluster
 * it gives the same tables. */
bool fixture_save(struct cluster *cl, struct buf *out, struct ccm_error *err);

#endif
