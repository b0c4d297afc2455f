/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The parts of listChange: the queue that is asked, the watch that fills it, and what that looks for. */
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

/* changes_plan.c; the latest schema's objects and tags */
#define CHANGE_VERSION AXL_V15_0

struct link { /* rows of a table that belong to rows of another */
    uint16_t child, column, parent;
};

struct plan { /* of a table */
    const struct axl_object **objects;
    uint16_t                  object_count, link_first, link_count;
};

struct change_plans {
    struct plan *tables; /* by number in the dictionary */
    struct link *links;  /* by child */
    size_t       link_count, table_count;
};

void change_plans_make(struct change_plans *w);
void change_plans_release(struct change_plans *w);

struct change_watch *change_watch_new(struct store *store, struct axl_changes *q);
void                 change_watch_free(struct change_watch *w);

#endif
