/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Listeners and their event loops: bind, start, stop. Each listener is one libmicrohttpd daemon in
 * epoll mode with a thread a worker. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "ccmsim/log.h"
#include "http/address.h"
#include "http/http_priv.h"

#define BACKLOG 1024

__attribute__((format(printf, 2, 0))) static void
on_mhd_log(void *cls, const char *fmt, va_list ap)
{
    char text[512];

    (void)cls;
    vsnprintf(text, sizeof text, fmt, ap);
    text[strcspn(text, "\n")] = '\0';
    log_debug("http: %s", text);
}

/* Percent escapes stay as they were sent. */
static size_t
leave_escapes(void *cls, struct MHD_Connection *conn, char *text)
{
    (void)cls, (void)conn;
    return strlen(text);
}

bool
http_server_new(struct http_server **out, const struct http_options *opt, struct ccm_error *err)
{
    struct http_server *srv = calloc(1, sizeof *srv);

    if (srv == NULL)
        abort();
    srv->opt = *opt;
    srv->most_open = crowd_most();
    pthread_mutex_init(&srv->lock, NULL);
    pthread_cond_init(&srv->idle, NULL);
    srv->watch = watch_new();
    bool ready = srv->watch != NULL;
    for (int i = 0; i < LANE_COUNT; i++) {
        srv->lanes[i] = executor_new(opt->executor_threads);
        ready = ready && srv->lanes[i] != NULL;
    }
    if (!ready) {
        http_server_free(srv);
        return ccm_fail(err, CCM_CONFIG,
                        "can't start a thread: raise the limits of processes and of open files (ulimit -u, -n)");
    }
    *out = srv;
    return true;
}

struct listener *
http_listen(struct http_server *srv, const char *address, uint16_t port, bool tls, struct ccm_error *err)
{
    uint16_t bound;
    int      fd = address_bind(address, port, &bound, err);

    if (fd < 0)
        return NULL;
    struct listener *l = calloc(1, sizeof *l);
    if (l == NULL || (l->address = strdup(address)) == NULL)
        abort();
    l->server = srv;
    l->port = bound;
    l->tls = tls;
    l->fd = fd;
    pthread_mutex_lock(&srv->lock);
    struct listener **end = &srv->listeners;
    while (*end != NULL)
        end = &(*end)->next;
    *end = l;
    pthread_mutex_unlock(&srv->lock);
    return l;
}

uint16_t
http_listener_port(const struct listener *l)
{
    return l->port;
}

void
http_listener_serve(struct listener *l, struct cluster *cluster)
{
    l->cluster = cluster;
}

static bool
start_listener(struct listener *l, struct ccm_error *err)
{
    const struct http_options *o = &l->server->opt;
    struct MHD_OptionItem      items[16];
    size_t                     n = 0;
    char                       text[128];
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;

    http_address_print(text, sizeof text, l->address, l->port);
    if (listen(l->fd, BACKLOG) != 0)
        return address_fail(err, text, errno);
    items[n++] = (struct MHD_OptionItem){ MHD_OPTION_LISTEN_SOCKET, l->fd, NULL };
    uint32_t limit = o->connection_limit > o->workers ? o->connection_limit : o->workers;
    items[n++] = (struct MHD_OptionItem){ MHD_OPTION_CONNECTION_LIMIT, (intptr_t)limit, NULL };
    items[n++] = (struct MHD_OptionItem){ MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)o->idle_timeout_s, NULL };
    items[n++] = (struct MHD_OptionItem){ MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)leave_escapes, NULL };
    items[n++] = (struct MHD_OptionItem){ MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)crowd_on_connection, l };
    items[n++] = (struct MHD_OptionItem){ MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)exchange_on_completed, l };
    if (o->workers > 1)
        items[n++] = (struct MHD_OptionItem){ MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)o->workers, NULL };
    if (l->tls) {
        flags |= MHD_USE_TLS;
        items[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_KEY, 0, o->identity->key };
        items[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT, 0, o->identity->certificate };
    }
    items[n] = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
    /* The logger goes first: what fails before it is set is not said. */
    l->mhd = MHD_start_daemon(flags, 0, crowd_admit, l, exchange_on_request, l, MHD_OPTION_EXTERNAL_LOGGER, on_mhd_log,
                              NULL, MHD_OPTION_ARRAY, items, MHD_OPTION_END);
    if (l->mhd == NULL)
        return ccm_fail(err, CCM_CONFIG, "can't serve %s: run with --log-level debug to see why", text);
    l->fd = -1;
    return true;
}

bool
http_start(struct http_server *srv, struct ccm_error *err)
{
    for (struct listener *l = srv->listeners; l != NULL; l = l->next)
        if (!start_listener(l, err))
            return false;
    return true;
}

static void
listener_free(struct listener *l)
{
    if (l->fd >= 0)
        close(l->fd);
    free(l->address);
    free(l);
}

struct listener *
http_open(struct http_server *srv, const char *address, bool tls, struct cluster *cluster, struct ccm_error *err)
{
    struct listener *l = http_listen(srv, address, 0, tls, err);

    if (l == NULL)
        return NULL;
    l->cluster = cluster;
    if (start_listener(l, err))
        return l;
    http_close(srv, l);
    return NULL;
}

void
http_close(struct http_server *srv, struct listener *l)
{
    pthread_mutex_lock(&srv->lock);
    for (struct listener **at = &srv->listeners; *at != NULL; at = &(*at)->next)
        if (*at == l) {
            *at = l->next;
            break;
        }
    pthread_mutex_unlock(&srv->lock);
    if (l->mhd != NULL)
        MHD_stop_daemon(l->mhd);
    listener_free(l);
}

const char *
http_address(const struct request *rq)
{
    return ((const struct exchange *)rq->connection)->listener->address;
}

void
http_counts(const struct request *rq, struct http_counts *out)
{
    struct http_server *srv = ((const struct exchange *)rq->connection)->listener->server;

    *out = (struct http_counts){ atomic_load(&srv->in_flight), atomic_load(&srv->parked), atomic_load(&srv->streams) };
}

/* ---- the end ---- */

static void
wait_until_idle(struct http_server *srv, unsigned grace_ms)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += grace_ms / 1000;
    until.tv_nsec += (long)(grace_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    pthread_mutex_lock(&srv->lock);
    while (atomic_load(&srv->in_flight) > 0)
        if (pthread_cond_timedwait(&srv->idle, &srv->lock, &until) != 0)
            break;
    pthread_mutex_unlock(&srv->lock);
}

void
http_stop(struct http_server *srv, unsigned grace_ms)
{
    atomic_store(&srv->stopping, true);
    for (struct listener *l = srv->listeners; l != NULL; l = l->next)
        if (l->mhd != NULL) {
            int fd = MHD_quiesce_daemon(l->mhd);
            if (fd >= 0)
                l->fd = fd;
        }
    watch_stop(srv->watch);
    wait_until_idle(srv, grace_ms);
    /* Every suspended connection must be resumed before its daemon may end: the executor's jobs
     * are told to give up and resume theirs on the way out. */
    atomic_store(&srv->cancelled, true);
    for (int i = 0; i < LANE_COUNT; i++)
        executor_end(srv->lanes[i]);
    while (atomic_load(&srv->parked) > 0)
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    for (struct listener *l = srv->listeners; l != NULL; l = l->next)
        if (l->mhd != NULL) {
            MHD_stop_daemon(l->mhd);
            l->mhd = NULL;
        }
}

void
http_server_free(struct http_server *srv)
{
    if (srv == NULL)
        return;
    if (srv->watch != NULL)
        http_stop(srv, 0);
    for (int i = 0; i < LANE_COUNT; i++)
        executor_free(srv->lanes[i]);
    watch_free(srv->watch);
    for (struct listener *l = srv->listeners, *next; l != NULL; l = next) {
        next = l->next;
        listener_free(l);
    }
    pthread_cond_destroy(&srv->idle);
    pthread_mutex_destroy(&srv->lock);
    free(srv);
}
