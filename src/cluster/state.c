/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What services keep for a cluster. A handful of kinds: found by looking at each. */
#include <stdlib.h>

#include "ccmsim/cluster.h"
#include "cluster/state.h"

#define KINDS_MAX 16

struct cluster_states {
    pthread_mutex_t lock;
    size_t          count;
    struct kept {
        const struct cluster_state *kind;
        void                       *state;
    } kept[KINDS_MAX];
};

struct cluster_states *
cluster_states_new(void)
{
    struct cluster_states *all = calloc(1, sizeof *all);

    if (all == NULL)
        abort();
    pthread_mutex_init(&all->lock, NULL);
    return all;
}

void
cluster_states_free(struct cluster_states *all)
{
    if (all == NULL)
        return;
    while (all->count > 0) {
        all->count--;
        all->kept[all->count].kind->release(all->kept[all->count].state);
    }
    pthread_mutex_destroy(&all->lock);
    free(all);
}

void
cluster_states_reset(struct cluster_states *all)
{
    pthread_mutex_lock(&all->lock);
    for (size_t i = 0; i < all->count; i++)
        if (all->kept[i].kind->reset != NULL)
            all->kept[i].kind->reset(all->kept[i].state);
    pthread_mutex_unlock(&all->lock);
}

void *
cluster_state(struct cluster *cl, const struct cluster_state *kind)
{
    struct cluster_states *all = cl->states;
    void                  *state = NULL;

    pthread_mutex_lock(&all->lock);
    for (size_t i = 0; i < all->count && state == NULL; i++)
        if (all->kept[i].kind == kind)
            state = all->kept[i].state;
    if (state == NULL) {
        if (all->count == KINDS_MAX)
            abort(); /* kinds are the program's own: raise KINDS_MAX */
        state = kind->make(cl);
        all->kept[all->count++] = (struct kept){ kind, state };
    }
    pthread_mutex_unlock(&all->lock);
    return state;
}
