/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The change feed: batches are queued in commit order (the writer is still held then), and told one
 * at a time, with no lock held, by the thread that finds nobody telling. A listener may write. */
#include <stdlib.h>
#include <string.h>

#include "base/base_priv.h"
#include "store/store_priv.h"

/* An act's kind in its set is its table's number and, above that, its letter. */
#define ACT_KINDS 2048

struct store_batch {
    struct store_batch  *next;
    uint64_t             number;
    char                 user[129], origin[16];
    struct store_set     set, acts; /* own the keys */
    struct store_change *changes;
    size_t               count;
};

static void
batch_free(struct store_batch *b)
{
    store_set_release(&b->set);
    store_set_release(&b->acts);
    free(b->changes);
    free(b);
}

void
store_listen(struct store *st, store_listener_fn *fn, void *cookie)
{
    pthread_mutex_lock(&st->feed_lock);
    st->listener = fn;
    st->listener_cookie = cookie;
    pthread_mutex_unlock(&st->feed_lock);
}

void
store_observe(struct store *st, const struct store_observer *o)
{
    pthread_mutex_lock(&st->write_lock);
    st->observer = *o;
    pthread_mutex_unlock(&st->write_lock);
}

bool
store_act(struct store_conn *c, char op, const char *table, const char *pkid, struct ccm_error *err)
{
    int  t = store_table_index(table);
    bool fresh;

    if (t < 0 || c->write == NULL || !c->write->open || op < 'A' || op > 'Z')
        return ccm_fail(err, CCM_INTERNAL, "no act \"%c\" on table \"%s\"", op, table);
    if (c->store->listener != NULL)
        store_set_put(&c->write->acts, (uint16_t)(t + (op - 'A') * ACT_KINDS), pkid, &fresh)->op = (uint8_t)op;
    return true;
}

static void
collect(struct store_batch *b, const struct store_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct store_set_entry *e = &set->entries[i];
        if (e->op != 0)
            b->changes[b->count++] =
                (struct store_change){ (char)e->op, store_tables[e->kind % ACT_KINDS].name, e->key };
    }
}

uint64_t
store_feed_queue(struct store *st, struct store_write *w)
{
    if (st->listener == NULL || w->changes.count + w->acts.count == 0)
        return 0;
    struct store_batch *b = base_malloc(sizeof(*b));
    *b = (struct store_batch){ .set = w->changes, .acts = w->acts };
    w->changes = w->acts = (struct store_set){ 0 };
    memcpy(b->user, w->user, sizeof(b->user));
    memcpy(b->origin, w->origin, sizeof(b->origin));
    b->changes = base_malloc((b->set.count + b->acts.count) * sizeof(*b->changes));
    collect(b, &b->set);
    collect(b, &b->acts);
    if (b->count == 0) {
        batch_free(b);
        return 0;
    }
    pthread_mutex_lock(&st->feed_lock);
    uint64_t number = b->number = ++st->feed_queued;
    if (st->feed_last != NULL)
        st->feed_last->next = b;
    else
        st->feed_first = b;
    st->feed_last = b;
    pthread_mutex_unlock(&st->feed_lock);
    return number;
}

/* Tell what is queued, one batch after another. Called and left with the lock held. */
static void
tell(struct store *st)
{
    st->feed_busy = true;
    st->feed_thread = pthread_self();
    while (st->feed_first != NULL) {
        struct store_batch *b = st->feed_first;
        store_listener_fn  *fn = st->listener;
        void               *cookie = st->listener_cookie;
        st->feed_first = b->next;
        if (b->next == NULL)
            st->feed_last = NULL;
        pthread_mutex_unlock(&st->feed_lock);
        struct store_writer who = { .user = b->user, .origin = b->origin };
        if (fn != NULL)
            fn(cookie, &who, b->changes, b->count);
        pthread_mutex_lock(&st->feed_lock);
        st->feed_delivered = b->number;
        batch_free(b);
        pthread_cond_broadcast(&st->feed_cond);
    }
    st->feed_busy = false;
}

void
store_feed_deliver(struct store *st, uint64_t number)
{
    pthread_mutex_lock(&st->feed_lock);
    if (!st->feed_busy) {
        tell(st);
    } else if (!pthread_equal(st->feed_thread, pthread_self())) {
        while (st->feed_delivered < number)
            pthread_cond_wait(&st->feed_cond, &st->feed_lock);
    }
    pthread_mutex_unlock(&st->feed_lock);
}
