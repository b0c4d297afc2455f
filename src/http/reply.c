/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Replies that no service writes itself: headers, the web server's error page, the redirect. */
#include <stdio.h>
#include <string.h>

#include "ccmsim/xml.h"
#include "http/http_priv.h"

void
reply_header(struct request *rq, const char *name, const char *value)
{
    struct reply_header **end = &rq->reply.headers;

    while (*end != NULL)
        end = &(*end)->next;
    *end = arena_alloc(rq->arena, sizeof **end);
    (*end)->name = arena_strdup(rq->arena, name);
    (*end)->value = arena_strdup(rq->arena, value);
}

/* The page of a Tomcat of that time. Clients search for "HTTP Status NNN" and read the message up
 * to the next tag. */
void
reply_html_error(struct request *rq, int status, const char *text)
{
    struct buf *b = &rq->reply.body;

    rq->reply.status = status;
    rq->reply.content_type = "text/html;charset=utf-8";
    buf_clear(b);
    for (int part = 0; part < 2; part++) {
        buf_adds(b, part == 0 ? "<!DOCTYPE html><html><head><title>" : "</title></head><body><h1>");
        buf_addf(b, "HTTP Status %d - ", status);
        xml_text(b, text);
    }
    buf_adds(b, "</h1><hr size=\"1\" noshade=\"noshade\"/><p><b>type</b> Status report</p><p>Message: ");
    xml_text(b, text);
    buf_adds(b, "</p></body></html>");
    if (status == 401) {
        reply_header(rq, "WWW-Authenticate", "Basic realm=\"Cisco Web Services Realm\"");
        reply_header(rq, "Cache-Control", "private");
        reply_header(rq, "Expires", "Thu, 01 Jan 1970 00:00:00 GMT");
    }
}

/* The port of the listener's TLS sibling, best one on the same address; 0: there is none. */
static uint16_t
tls_port(const struct listener *mine)
{
    uint16_t port = 0;

    pthread_mutex_lock(&mine->server->lock);
    for (const struct listener *l = mine->server->listeners; l != NULL; l = l->next) {
        if (!l->tls || l->cluster != mine->cluster)
            continue;
        bool same = strcmp(l->address, mine->address) == 0;
        if (port == 0 || same)
            port = l->port;
        if (same)
            break;
    }
    pthread_mutex_unlock(&mine->server->lock);
    return port;
}

/* Host without its port; "[::1]" keeps its brackets. */
static int
host_length(const char *host)
{
    const char *end = *host == '[' ? strchr(host, ']') : NULL;

    return (int)(end != NULL ? (size_t)(end - host) + 1 : strcspn(host, ":"));
}

bool
reply_redirect_to_tls(struct request *rq)
{
    const struct exchange *x = rq->connection;
    uint16_t               port = tls_port(x->listener);

    if (port == 0)
        return false;
    const char *location =
        arena_printf(rq->arena, "https://%.*s:%u%s%s%s", host_length(rq->host), rq->host, port, rq->sent_path,
                     rq->query != NULL ? "?" : "", rq->query != NULL ? rq->query : "");
    rq->reply.status = 302;
    rq->reply.content_type = NULL;
    buf_clear(&rq->reply.body);
    reply_header(rq, "Location", location);
    return true;
}
