/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Snapshots of a cluster: its store's image and its simulator's state as of one moment, under a name. Kept in
 * memory, or below the state directory where there is one. All of them are slow: executor only. */
#ifndef CCMSIM_SNAPSHOT_H
#define CCMSIM_SNAPSHOT_H

#include "ccmsim/cluster.h"

#define SNAPSHOTS_MAX     64u
#define SNAPSHOT_MAX_NAME 64u /* letters, digits, '-', '_' and '.', the first a letter or digit */

struct snapshot_info {
    const char *name;
    int64_t     time_ms; /* since 1970, the machine's */
    size_t      bytes;
};

/* One of that name is replaced. Errors: CCM_BAD_REQUEST (name), CCM_CONFLICT (too many). */
bool snapshot_take(struct cluster *cl, const char *name, struct ccm_error *err);
/* While running: requests under way go on with what they began with, later ones see the snapshot. Journal,
 * credentials of the control API and fault rules stay as they are. Errors: CCM_NOT_FOUND. */
bool snapshot_restore(struct cluster *cl, const char *name, struct ccm_error *err);
bool snapshot_remove(struct cluster *cl, const char *name, struct ccm_error *err);
/* In the arena, by name. */
size_t snapshot_list(struct cluster *cl, struct arena *a, const struct snapshot_info **out);

#endif
