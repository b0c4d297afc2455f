/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The two halves of listChange: the queue that is asked, and the watch that fills it. */
#ifndef AXL_CHANGES_H
#define AXL_CHANGES_H

#include <pthread.h>

#include "ccmsim/changes.h"
#include "axl_priv.h"

struct change {
    const struct axl_object *object;
    char                     op; /* 'a', 'u', 'r' */
    char                     pkid[37];
    char                    *tags; /* <changedTag>s; NULL: the object is to be read */
    size_t                   size; /* of tags */
};

struct axl_changes {
    pthread_mutex_t      lock; /* of all but the watch, which the store's writer guards */
    struct change       *ring;
    size_t               room, count, bytes;
    uint64_t             last; /* id of the newest; they count from 1 */
    uint64_t             queue;
    struct change_watch *watch;
};

/* The newest; takes over its tags. With the lock held. */
void changes_add(struct axl_changes *q, const struct change *c);

struct change_watch *change_watch_new(struct store *store, struct axl_changes *q);
void                 change_watch_free(struct change_watch *w);

#endif
