/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The snapshots of a cluster, for those who make and free the cluster. */
#ifndef CCMSIM_SNAPSHOTS_H
#define CCMSIM_SNAPSHOTS_H

#include "ccmsim/error.h"

struct cluster_image;
struct snapshots;

/* state_dir NULL: in memory. */
struct snapshots *snapshots_new(const char *state_dir);
/* NULL is fine. */
void snapshots_free(struct snapshots *s);
/* Held for the caller; NULL with *err. */
struct cluster_image *snapshots_image(struct snapshots *s, const char *name, struct ccm_error *err);

#endif
