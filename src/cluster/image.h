/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What a cluster is at one moment, whole: what it was filled with, a snapshot, what a private one is a copy of.
 * Never changed once made; shared by reference. */
#ifndef CCMSIM_IMAGE_H
#define CCMSIM_IMAGE_H

#include <stdatomic.h>

#include "ccmsim/cluster.h"

struct cluster_image {
    atomic_uint    refs;
    unsigned char *store;
    size_t         size;
    uint64_t       uuids[4]; /* where a seeded source of UUIDs stood */
    char          *sim;      /* the simulator's text; NULL: as it is for a store just read */
};

/* Take over what the caller malloc'd. One reference. */
struct cluster_image *cluster_image_new(unsigned char *store, size_t size, const uint64_t uuids[4], char *sim);
struct cluster_image *cluster_image_hold(struct cluster_image *image);
/* NULL is fine. */
void cluster_image_release(struct cluster_image *image);
/* The cluster as it is now. Slow. NULL with *err. */
struct cluster_image *cluster_image_take(struct cluster *cl, struct ccm_error *err);
/* Put it in the cluster's place, while running: store, simulator, source of UUIDs; sessions are forgotten. Slow. */
bool cluster_image_apply(struct cluster *cl, const struct cluster_image *image, struct ccm_error *err);
/* What cl is filled with, held for the caller; made at the first call, on a store of its own. Under cl->reset_lock.
 * NULL with *err. */
struct cluster_image *cluster_filled(struct cluster *cl, struct ccm_error *err);

/* The same with the administrator alone. */
struct cluster_image *cluster_bare(struct cluster *cl, struct ccm_error *err);
/* A cluster of home's settings and credentials whose store is a copy of the image. same_types: its type tables are as
 * home's were at its start. */
bool cluster_copy(struct cluster **out, struct cluster *home, struct cluster_image *image, bool same_types,
                  struct ccm_error *err);

#endif
