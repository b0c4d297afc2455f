/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* How many connections there are, all listeners together: no more than descriptors allow, so that the store and files
 * always find one; and when a crowd has gone, its memory goes back to the system. */
#include <malloc.h>
#include <sys/resource.h>

#include "ccmsim/log.h"
#include "http/http_priv.h"

#define CROWD      1024u /* from so many on their memory is worth a trim */
#define LEFT_PART  16u   /* of a crowd so small a part is left: it has gone */
#define KEEP_LEAST 128u  /* descriptors for the store and all else: an eighth of what is allowed, at least these */
#define KEEP_PART  8u
#define OPEN_LEAST 16u

unsigned
crowd_most(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > UINT32_MAX)
        return UINT32_MAX;
    unsigned all = (unsigned)limit.rlim_cur, keep = all / KEEP_PART > KEEP_LEAST ? all / KEEP_PART : KEEP_LEAST;

    return all > keep + OPEN_LEAST ? all - keep : OPEN_LEAST;
}

enum MHD_Result
crowd_admit(void *cls, const struct sockaddr *address, socklen_t len)
{
    struct http_server *srv = ((struct listener *)cls)->server;

    (void)address, (void)len;
    if (atomic_load(&srv->open) < srv->most_open)
        return MHD_YES;
    if (!atomic_exchange(&srv->full, true))
        log_warn(
            "%u connections are open, which is all that the limit of open files (ulimit -n) allows: more are closed "
            "at once",
            srv->most_open);
    return MHD_NO;
}

static void
came(struct http_server *srv)
{
    unsigned open = atomic_fetch_add(&srv->open, 1) + 1, peak = atomic_load(&srv->peak);

    while (open > peak && !atomic_compare_exchange_weak(&srv->peak, &peak, open))
        ;
}

static void
went(struct http_server *srv)
{
    unsigned open = atomic_fetch_sub(&srv->open, 1) - 1, peak = atomic_load(&srv->peak);

    atomic_store(&srv->full, false);
    if (peak >= CROWD && open <= peak / LEFT_PART && atomic_compare_exchange_strong(&srv->peak, &peak, open))
        malloc_trim(0);
}

void
crowd_on_connection(void *cls, struct MHD_Connection *conn, void **context, enum MHD_ConnectionNotificationCode code)
{
    struct http_server *srv = ((struct listener *)cls)->server;

    (void)conn, (void)context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        came(srv);
    else
        went(srv);
}
