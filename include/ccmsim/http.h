/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The HTTP server: listeners, each bound to one cluster, with one event loop per worker; TLS; limits; the
 * executor for what is slow. It reads a request whole, hands it to the handler, and sends its reply. It knows
 * nothing of services. */
#ifndef CCMSIM_HTTP_H
#define CCMSIM_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "ccmsim/error.h"
#include "ccmsim/request.h"

struct http_server;
struct listener;

/* PEM texts, malloc'd. */
struct http_identity {
    char *certificate, *key;
};

struct http_options {
    unsigned                    workers;          /* event loops a listener */
    unsigned                    executor_threads; /* of each lane */
    uint32_t                    max_body;         /* bytes of one request */
    uint32_t                    connection_limit; /* a listener */
    uint32_t                    idle_timeout_s;
    const struct http_identity *identity; /* of the TLS listeners; borrowed until http_start */
    /* DONE: rq->reply is complete, whatever happened. SUSPENDED: called again after request_resume. */
    enum outcome (*handler)(struct request *rq);
};

/* Certificate and key from two PEM files. */
bool http_identity_load(struct http_identity *id, const char *cert_file, const char *key_file, struct ccm_error *err);
/* Self-signed, for this host's name, loopback and the addresses (numeric, NULL-ended); kept in dir and found
 * there again, unless dir is NULL. */
bool http_identity_make(struct http_identity *id, const char *dir, char *const *addresses, struct ccm_error *err);
void http_identity_release(struct http_identity *id);

bool http_server_new(struct http_server **out, const struct http_options *opt, struct ccm_error *err);
/* Take an address; port 0 picks a free one. Nothing is accepted before http_start. Owned by the server; NULL
 * with *err. */
struct listener *http_listen(struct http_server *srv, const char *address, uint16_t port, bool tls,
                             struct ccm_error *err);
uint16_t         http_listener_port(const struct listener *l);
/* Whose requests these are. Before http_start. */
void http_listener_serve(struct listener *l, struct cluster *cluster);
/* Accept connections on every listener. */
bool http_start(struct http_server *srv, struct ccm_error *err);
/* A further listener while the server runs, on a free port. NULL with *err. */
struct listener *http_open(struct http_server *srv, const char *address, bool tls, struct cluster *cluster,
                           struct ccm_error *err);
/* End one. No request of its may be suspended, and not from one of its own threads. */
void http_close(struct http_server *srv, struct listener *l);
/* Accept no more, let what is in flight end (up to grace_ms), and end every thread. */
void http_stop(struct http_server *srv, unsigned grace_ms);
/* Stops too, if that was not done. NULL is fine. */
void http_server_free(struct http_server *srv);

struct http_counts {
    unsigned in_flight; /* requests begun and not yet completed, the one that asks among them */
    unsigned waiting;   /* of them suspended */
    unsigned streams;   /* of them replies of several pieces */
};
/* Of the server that a request came to. */
void http_counts(const struct request *rq, struct http_counts *out);

/* The address, as given, of the listener that a request came to. */
const char *http_address(const struct request *rq);

/* "ADDR:PORT", with an IPv6 address in brackets. */
void http_address_print(char *out, size_t size, const char *address, uint16_t port);
/* True for 127.0.0.0/8, ::1 and localhost. */
bool http_address_is_loopback(const char *address);

/* 302 to the same path over HTTPS, on the port of the cluster's first TLS listener. False: it has none. */
bool reply_redirect_to_tls(struct request *rq);

#endif
