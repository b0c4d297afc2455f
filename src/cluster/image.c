/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Images of a cluster: taking one, and putting one in the cluster's place while it runs. */
#include "cluster/image.h"

#include <stdlib.h>
#include <string.h>

#include "ccmsim/auth.h"
#include "ccmsim/changes.h"
#include "ccmsim/mobility.h"
#include "ccmsim/sim.h"

/* So often a snapshot is tried again when something was written between its two halves. */
#define TRIES 5

struct cluster_image *
cluster_image_new(unsigned char *store, size_t size, const uint64_t uuids[4], char *sim)
{
    struct cluster_image *image = calloc(1, sizeof *image);

    if (image == NULL)
        abort();
    *image = (struct cluster_image){ .store = store, .size = size, .sim = sim };
    atomic_init(&image->refs, 1);
    memcpy(image->uuids, uuids, sizeof image->uuids);
    return image;
}

struct cluster_image *
cluster_image_hold(struct cluster_image *image)
{
    atomic_fetch_add(&image->refs, 1);
    return image;
}

void
cluster_image_release(struct cluster_image *image)
{
    if (image == NULL || atomic_fetch_sub(&image->refs, 1) != 1)
        return;
    free(image->store);
    free(image->sim);
    free(image);
}

static void
read_uuids(struct cluster *cl, uint64_t out[4])
{
    pthread_mutex_lock(&cl->uuids.lock);
    memcpy(out, cl->uuids.state, sizeof cl->uuids.state);
    pthread_mutex_unlock(&cl->uuids.lock);
}

static char *
sim_text(struct cluster *cl)
{
    struct buf text;

    if (cl->sim == NULL)
        return NULL;
    buf_init(&text, SIZE_MAX / 2);
    sim_save(cl->sim, &text);
    buf_cstr(&text);
    return text.ptr;
}

/* Store and simulator each know a moment of their own; they are one if nothing was written meanwhile. */
struct cluster_image *
cluster_image_take(struct cluster *cl, struct ccm_error *err)
{
    unsigned char *store = NULL;
    uint64_t       uuids[4], generation;
    size_t         size = 0;
    char          *sim = NULL;

    for (int i = 0; i < TRIES; i++) {
        free(store);
        free(sim);
        generation = store_generation(cl->store);
        sim = sim_text(cl);
        read_uuids(cl, uuids);
        if (!store_save(cl->store, &store, &size, err)) {
            free(sim);
            return NULL;
        }
        if (generation == store_generation(cl->store))
            break;
    }
    return cluster_image_new(store, size, uuids, sim);
}

bool
cluster_image_apply(struct cluster *cl, const struct cluster_image *image, struct ccm_error *err)
{
    if (!store_restore(cl->store, image->store, image->size, err))
        return false;
    pthread_mutex_lock(&cl->uuids.lock);
    if (cl->uuids.seeded)
        memcpy(cl->uuids.state, image->uuids, sizeof cl->uuids.state);
    pthread_mutex_unlock(&cl->uuids.lock);
    auth_forget(cl->auth);
    if (cl->changes != NULL)
        axl_changes_reset(cl->changes);
    if (cl->sim == NULL)
        return true;
    bool ok = sim_reset(cl->sim, err) && (image->sim == NULL || sim_load(cl->sim, image->sim, err));
    if (cl->mobility != NULL)
        mobility_reset(cl->mobility);
    return ok;
}
