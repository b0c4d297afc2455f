/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* SQLite's memory. It takes and gives back a few hundred small pieces for every statement that reads
 * some tables; each thread keeps those it gave back, by size. With -DARENA_MALLOC there are no such
 * lists, so that sanitizers see late uses. */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "store/store_priv.h"

#define UNIT     ((size_t)32) /* sizes are multiples of it */
#define CLASSES  66           /* the largest piece that is kept has some 2 kB: a page in the cache has half */
#define MAX_KEPT 256          /* of one size */

/* What stands before a piece: 8 bytes, so that the piece is aligned as SQLite asks. */
struct head {
    uint64_t size;
};

static struct head *
head_of(void *p)
{
    return (struct head *)p - 1;
}

static int
round_up(int size)
{
    return (int)(((size_t)size + UNIT - 1) & ~(UNIT - 1));
}

static int
size_of(void *p)
{
    return p != NULL ? (int)head_of(p)->size : 0;
}

#ifdef ARENA_MALLOC

static void *
take_kept(size_t size)
{
    (void)size;
    return NULL;
}

static bool
keep(void *p, size_t size)
{
    (void)p, (void)size;
    return false;
}

#else

struct piece {
    struct piece *next;
};

struct lists {
    struct piece *first[CLASSES];
    uint16_t      count[CLASSES];
    bool          registered;
};

static _Thread_local struct lists lists;

static pthread_key_t  key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* A thread ends. */
static void
let_go(void *arg)
{
    struct lists *l = arg;

    for (size_t i = 0; i < CLASSES; i++) {
        while (l->first[i] != NULL) {
            struct piece *next = l->first[i]->next;
            free(head_of(l->first[i]));
            l->first[i] = next;
        }
        l->count[i] = MAX_KEPT; /* what is freed later in this thread's end is not kept */
    }
}

static void
make_key(void)
{
    if (pthread_key_create(&key, let_go) != 0)
        abort();
}

static void *
take_kept(size_t size)
{
    size_t class = size / UNIT;

    if (class >= CLASSES || lists.first[class] == NULL)
        return NULL;
    struct piece *p = lists.first[class];
    lists.first[class] = p->next;
    lists.count[class]--;
    return p;
}

static bool
keep(void *p, size_t size)
{
    size_t class = size / UNIT;
    struct piece *piece = p;

    if (class >= CLASSES || lists.count[class] >= MAX_KEPT)
        return false;
    if (!lists.registered) {
        pthread_once(&once, make_key);
        lists.registered = pthread_setspecific(key, &lists) == 0;
    }
    piece->next = lists.first[class];
    lists.first[class] = piece;
    lists.count[class]++;
    return true;
}

#endif

static void *
take(int size)
{
    size_t rounded = (size_t)round_up(size);
    void  *kept = take_kept(rounded);

    if (kept != NULL)
        return kept;
    struct head *h = malloc(sizeof *h + rounded);
    if (h == NULL)
        return NULL;
    h->size = rounded;
    return h + 1;
}

static void
give(void *p)
{
    if (p != NULL && !keep(p, head_of(p)->size))
        free(head_of(p));
}

static void *
resize(void *p, int size)
{
    size_t rounded = (size_t)round_up(size);

    if (rounded == head_of(p)->size)
        return p;
    struct head *h = realloc(head_of(p), sizeof *h + rounded);
    if (h == NULL)
        return NULL;
    h->size = rounded;
    return h + 1;
}

static int
start(void *arg)
{
    (void)arg;
    return SQLITE_OK;
}

static void
stop(void *arg)
{
    (void)arg;
}

void
store_pieces_install(void)
{
    static const struct sqlite3_mem_methods methods = {
        .xMalloc = take,
        .xFree = give,
        .xRealloc = resize,
        .xSize = size_of,
        .xRoundup = round_up,
        .xInit = start,
        .xShutdown = stop,
    };

    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
}
