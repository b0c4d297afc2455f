/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* One request from libmicrohttpd's callbacks to the handler and back: the path as it was sent, the
 * body up to its limit, suspension, the reply. Runs on the loop that owns the connection, except
 * request_resume, request_cancelled and what they use, which any thread may call. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

#include "ccmsim/log.h"
#include "http/http_priv.h"

/* A sender that drips its body is dropped after this long, however steadily it drips. */
#define MAX_UPLOAD_NS (120ull * 1000 * 1000 * 1000)
/* Of a body that is too large, so much more is read before the answer. */
#define MAX_DISCARD (8u * 1024 * 1024)

static uint64_t
now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static const char *
header(struct request *rq, const char *name)
{
    struct exchange *x = rq->connection;

    return MHD_lookup_connection_value(x->mhd, MHD_HEADER_KIND, name);
}

/* ---- reading ---- */

/* Behind "http://host" of an absolute URI. */
static const char *
strip_authority(const char *uri)
{
    static const char *const schemes[] = { "http://", "https://" };

    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        size_t len = strlen(schemes[i]);
        if (strncasecmp(uri, schemes[i], len) == 0) {
            const char *path = uri + len + strcspn(uri + len, "/?");
            return *path != '\0' ? path : "/";
        }
    }
    return uri;
}

struct joined {
    struct buf text;
    bool       any;
};

static enum MHD_Result
join_argument(void *cookie, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct joined *j = cookie;

    (void)kind;
    if (j->any)
        buf_addc(&j->text, '&');
    j->any = true;
    buf_adds(&j->text, name);
    if (value != NULL) {
        buf_addc(&j->text, '=');
        buf_adds(&j->text, value);
    }
    return MHD_YES;
}

/* libmicrohttpd has cut the query into arguments: here it is whole again. Escapes were left as they
 * came, except that '+' has become a blank. */
static const char *
query_text(struct MHD_Connection *conn, struct arena *a)
{
    struct joined j = { .any = false };
    const char   *out = NULL;

    buf_init(&j.text, BUF_MAX_TEXT);
    MHD_get_connection_values(conn, MHD_GET_ARGUMENT_KIND, join_argument, &j);
    if (j.any) {
        char *text = arena_strdup(a, buf_cstr(&j.text));
        for (char *p = text; *p != '\0'; p++)
            if (*p == ' ')
                *p = '+';
        out = text;
    }
    buf_release(&j.text);
    return out;
}

static struct exchange *
exchange_new(struct listener *l, struct MHD_Connection *conn, const char *url, const char *method)
{
    struct arena    *a = arena_new();
    struct exchange *x = arena_alloc(a, sizeof *x);

    x->listener = l;
    x->mhd = conn;
    atomic_init(&x->wait, WAIT_NONE);
    atomic_init(&x->gone, false);
    buf_init(&x->body, l->server->opt.max_body);
    x->rq = (struct request){
        .arena = a,
        .cluster = l->cluster,
        .method = arena_strdup(a, method),
        .sent_path = arena_strdup(a, strip_authority(url)),
        .query = query_text(conn, a),
        .node = "",
        .tls = l->tls,
        .header = header,
        .started_ns = now_ns(),
        .connection = x,
    };
    x->rq.path = x->rq.sent_path;
    buf_init(&x->rq.reply.body, BUF_MAX_REPLY);
    atomic_fetch_add(&l->server->in_flight, 1);
    return x;
}

static enum MHD_Result send_reply(struct exchange *x);

static enum MHD_Result
refuse(struct exchange *x, int status, const char *text)
{
    reply_html_error(&x->rq, status, text);
    x->rq.reply.close = true;
    return send_reply(x);
}

static enum MHD_Result
count_lengths(void *cookie, enum MHD_ValueKind kind, const char *name, const char *value)
{
    (void)kind, (void)value;
    *(unsigned *)cookie += strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0;
    return MHD_YES;
}

/* The headers are there, the body isn't: the moment to refuse without reading it. */
static enum MHD_Result
begin(struct exchange *x)
{
    struct request *rq = &x->rq;
    unsigned        lengths = 0;

    rq->host = header(rq, MHD_HTTP_HEADER_HOST);
    if (rq->host == NULL) {
        char text[128];
        http_address_print(text, sizeof text, x->listener->address, x->listener->port);
        rq->host = arena_strdup(rq->arena, text);
    }
    const char *length = header(rq, MHD_HTTP_HEADER_CONTENT_LENGTH);
    if (length == NULL)
        return MHD_YES;
    MHD_get_connection_values(x->mhd, MHD_HEADER_KIND, count_lengths, &lengths);
    /* Two lengths, or a length and chunks, are two readings of where the next request begins. */
    if (lengths > 1 || header(rq, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL)
        return refuse(x, 400, "The length of the request is ambiguous.");
    /* Most clients send all before they read: an answer in between is lost to them with the connection.
     * So what is a little too large is read and thrown away first. */
    uint64_t max = x->listener->server->opt.max_body, bytes = strtoull(length, NULL, 10);
    if (bytes > max + MAX_DISCARD || (bytes > max && header(rq, MHD_HTTP_HEADER_EXPECT) != NULL))
        return refuse(x, 413, "The request is larger than this server takes.");
    return MHD_YES;
}

/* MHD_NO drops the connection. */
static enum MHD_Result
take_body(struct exchange *x, const char *data, size_t *size)
{
    buf_add(&x->body, data, *size);
    x->received += *size;
    *size = 0;
    bool endless = x->received > (size_t)x->listener->server->opt.max_body + MAX_DISCARD;
    return endless || now_ns() - x->rq.started_ns > MAX_UPLOAD_NS ? MHD_NO : MHD_YES;
}

/* ---- suspension ---- */

void
exchange_resume_now(struct exchange *x)
{
    atomic_uint *parked = &x->listener->server->parked; /* x may be gone as soon as it is resumed */

    MHD_resume_connection(x->mhd);
    atomic_fetch_sub(parked, 1);
}

static void
unpark(struct exchange *x)
{
    if (watch_remove(x->listener->server->watch, x))
        exchange_resume_now(x);
}

static int
socket_of(const struct exchange *x)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(x->mhd, MHD_CONNECTION_INFO_CONNECTION_FD);

    return info != NULL ? info->connect_fd : -1;
}

const char *
request_peer(struct request *rq)
{
    struct exchange                *x = rq->connection;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(x->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char                            text[INET6_ADDRSTRLEN];

    if (info == NULL || info->client_addr == NULL)
        return "";
    const void *address = info->client_addr->sa_family == AF_INET6
                              ? (const void *)&((const struct sockaddr_in6 *)(const void *)info->client_addr)->sin6_addr
                              : &((const struct sockaddr_in *)(const void *)info->client_addr)->sin_addr;
    return arena_strdup(rq->arena,
                        inet_ntop(info->client_addr->sa_family, address, text, sizeof text) != NULL ? text : "");
}

bool
exchange_park(struct exchange *x)
{
    int                 resumed = WAIT_RESUMED, none = WAIT_NONE;
    struct http_server *srv = x->listener->server;

    if (atomic_compare_exchange_strong(&x->wait, &resumed, WAIT_NONE))
        return false;
    atomic_fetch_add(&srv->parked, 1);
    MHD_suspend_connection(x->mhd);
    if (x->streaming || x->rq.on_cancel != NULL)
        watch_add(srv->watch, x, socket_of(x));
    if (!atomic_compare_exchange_strong(&x->wait, &none, WAIT_PARKED)) {
        atomic_store(&x->wait, WAIT_NONE);
        unpark(x);
    }
    return true;
}

void
request_resume(struct request *rq)
{
    struct exchange *x = rq->connection;
    int              seen = WAIT_NONE;

    while (seen != WAIT_RESUMED) {
        int next = seen == WAIT_PARKED ? WAIT_NONE : WAIT_RESUMED;
        if (atomic_compare_exchange_strong(&x->wait, &seen, next)) {
            if (next == WAIT_NONE)
                unpark(x);
            return;
        }
    }
}

void
exchange_gone(struct exchange *x)
{
    atomic_store(&x->gone, true);
    if (x->rq.on_cancel != NULL)
        x->rq.on_cancel(&x->rq);
    if (x->streaming)
        request_resume(&x->rq);
}

/* libmicrohttpd doesn't watch a suspended socket, so it is asked. Without TLS a client may close its
 * sending half and still read; with TLS that is the end. */
bool
request_cancelled(const struct request *rq)
{
    const struct exchange *x = rq->connection;

    if (atomic_load(&x->gone) || atomic_load(&x->listener->server->cancelled))
        return true;
    short         gone = (short)(POLLHUP | POLLERR | (rq->tls ? POLLRDHUP : 0));
    struct pollfd fd = { .fd = socket_of(x), .events = POLLRDHUP };
    return poll(&fd, 1, 0) == 1 && (fd.revents & gone) != 0;
}

static enum MHD_Result
run(struct exchange *x)
{
    while (x->listener->server->opt.handler(&x->rq) == SUSPENDED)
        if (exchange_park(x))
            return MHD_YES;
    return send_reply(x);
}

enum MHD_Result
exchange_on_request(void *cls, struct MHD_Connection *conn, const char *url, const char *method, const char *version,
                    const char *data, size_t *size, void **context)
{
    struct exchange *x = *context;

    (void)version;
    if (x == NULL) {
        *context = x = exchange_new(cls, conn, url, method);
        return begin(x);
    }
    if (*size > 0)
        return take_body(x, data, size);
    if (x->body.overflow)
        return refuse(x, 413, "The request is larger than this server takes.");
    x->rq.body = (struct str){ buf_cstr(&x->body), x->body.len };
    return run(x);
}

/* ---- replying ---- */

static struct MHD_Response *
make_response(struct exchange *x)
{
    struct reply        *reply = &x->rq.reply;
    struct MHD_Response *r;

    if (reply->more != NULL)
        r = stream_response(x);
    else if (reply->body.len == 0)
        r = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    else {
        r = MHD_create_response_from_buffer(reply->body.len, reply->body.ptr, MHD_RESPMEM_MUST_FREE);
        if (r != NULL)
            reply->body = (struct buf){ .max = reply->body.max }; /* the response owns it now */
    }
    if (r == NULL)
        return NULL;
    if (reply->content_type != NULL)
        MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, reply->content_type);
    for (struct reply_header *h = reply->headers; h != NULL; h = h->next)
        MHD_add_response_header(r, h->name, h->value);
    if (reply->close)
        MHD_add_response_header(r, MHD_HTTP_HEADER_CONNECTION, "close");
    return r;
}

/* No answer: the loop closes what is refused. A socket that is asked for no peer at all is reset at once. */
static enum MHD_Result
drop(struct exchange *x)
{
    if (x->rq.reply.fate == REPLY_RESET)
        connect(socket_of(x), &(struct sockaddr){ .sa_family = AF_UNSPEC }, sizeof(struct sockaddr));
    return MHD_NO;
}

static enum MHD_Result
send_reply(struct exchange *x)
{
    struct reply *reply = &x->rq.reply;

    if (reply->fate != REPLY_SEND)
        return drop(x);
    if (reply->body.overflow) {
        log_error("an answer to '%s' outgrew %u bytes", x->rq.path, BUF_MAX_REPLY);
        reply_html_error(&x->rq, 500, "The answer is too large.");
    }
    if (atomic_load(&x->listener->server->stopping))
        reply->close = true;
    struct MHD_Response *r = make_response(x);
    if (r == NULL)
        return MHD_NO;
    enum MHD_Result ok = MHD_queue_response(x->mhd, (unsigned)reply->status, r);
    MHD_destroy_response(r);
    return ok;
}

void
exchange_on_completed(void *cls, struct MHD_Connection *conn, void **context, enum MHD_RequestTerminationCode code)
{
    struct exchange    *x = *context;
    struct listener    *l = cls;
    struct http_server *srv = l->server;

    (void)conn, (void)code;
    if (x == NULL)
        return;
    *context = NULL;
    if (x->streaming)
        atomic_fetch_sub(&srv->streams, 1);
    struct buf taken = x->body, given = x->rq.reply.body; /* x is in its own arena */
    arena_free(x->rq.arena);
    buf_release(&taken);
    buf_release(&given);
    if (atomic_fetch_sub(&srv->in_flight, 1) == 1 && atomic_load(&srv->stopping)) {
        pthread_mutex_lock(&srv->lock);
        pthread_cond_signal(&srv->idle);
        pthread_mutex_unlock(&srv->lock);
    }
}
