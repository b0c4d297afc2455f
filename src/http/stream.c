/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Replies of several pieces: libmicrohttpd asks for the next when the socket has room; where there is none yet
 * the connection is suspended until request_resume. */
#include <string.h>

#include "http/http_priv.h"

#define PIECE 4096

/* What the body already holds goes first. */
static ssize_t
next_piece(struct exchange *x, uint64_t position, char *out, size_t room)
{
    const struct buf *body = &x->rq.reply.body;

    if (position >= body->len)
        return x->rq.reply.more(&x->rq, out, room);
    size_t n = body->len - (size_t)position;
    if (n > room)
        n = room;
    memcpy(out, body->ptr + position, n);
    return (ssize_t)n;
}

/* The client has gone or the server ends. Only what has no announced length can end well. */
static bool
is_over(const struct exchange *x)
{
    return atomic_load(&x->gone) || (x->rq.reply.length == 0 && atomic_load(&x->listener->server->stopping));
}

static ssize_t
on_room(void *cookie, uint64_t position, char *out, size_t room)
{
    struct exchange *x = cookie;

    for (;;) {
        ssize_t n = is_over(x) ? (x->rq.reply.length == 0 ? -1 : -2) : next_piece(x, position, out, room);
        if (n > 0)
            return n;
        if (n < 0)
            return n == -1 ? MHD_CONTENT_READER_END_OF_STREAM : MHD_CONTENT_READER_END_WITH_ERROR;
        if (exchange_park(x))
            return 0;
    }
}

struct MHD_Response *
stream_response(struct exchange *x)
{
    uint64_t length = x->rq.reply.length;

    x->streaming = true;
    atomic_fetch_add(&x->listener->server->streams, 1);
    return MHD_create_response_from_callback(length > 0 ? length : MHD_SIZE_UNKNOWN, PIECE, on_room, x, NULL);
}
