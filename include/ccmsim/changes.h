/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What listChange tells: a queue of the last changes of a cluster's objects, whoever wrote, in memory. */
#ifndef CCMSIM_CHANGES_H
#define CCMSIM_CHANGES_H

#include "ccmsim/store.h"

struct axl_changes;

/* Looks on at the store's writes from now on; the store is closed before axl_changes_free. */
struct axl_changes *axl_changes_new(struct store *store);
/* NULL is fine. */
void axl_changes_free(struct axl_changes *q);
/* The store is another one now: an empty queue with an id of its own. */
void axl_changes_reset(struct axl_changes *q);

#endif
