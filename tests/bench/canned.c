/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What ccmsimd is measured against: the same libmicrohttpd, the request read by the same generated gSOAP
 * shell as a tree, and an answer of the asked size that was written beforehand. No contract, no store, no
 * credentials, no journal. POST /SIZE answers SIZE bytes.
 *
 *     canned WORKERS
 *
 * prints "canned: ready PORT" and runs until standard input is closed. */
#include <microhttpd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "soap/axlshellH.h"

#define MAX_ANSWER ((size_t)8 * 1024 * 1024)

struct Namespace namespaces[] = {
    { "SOAP-ENV", "http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/*/soap-envelope", NULL },
    { "SOAP-ENC", "http://schemas.xmlsoap.org/soap/encoding/", "http://www.w3.org/*/soap-encoding", NULL },
    { "xsi", "http://www.w3.org/2001/XMLSchema-instance", NULL, NULL },
    { "xsd", "http://www.w3.org/2001/XMLSchema", NULL, NULL },
    { NULL, NULL, NULL, NULL },
};

struct exchange {
    char  *body;
    size_t len, cap, read;
};

static char *answer; /* MAX_ANSWER bytes of XML-like text */

static size_t
on_recv(struct soap *soap, char *to, size_t room)
{
    struct exchange *x = soap->user;
    size_t           n = x->len - x->read < room ? x->len - x->read : room;

    memcpy(to, x->body + x->read, n);
    x->read += n;
    return n;
}

static int
on_http(struct soap *soap)
{
    (void)soap;
    return SOAP_OK;
}

static bool
read_soap(struct exchange *x)
{
    static _Thread_local struct soap *soap;
    struct axlshell__Body             body;

    if (soap == NULL) {
        soap = soap_new1(SOAP_C_UTFSTRING | SOAP_DOM_TREE);
        soap_set_namespaces(soap, namespaces);
        soap->frecv = on_recv;
        soap->fparse = on_http;
    }
    soap->user = x;
    bool ok = soap_begin_recv(soap) == SOAP_OK && soap_envelope_begin_in(soap) == SOAP_OK &&
              soap_recv_header(soap) == SOAP_OK && soap_body_begin_in(soap) == SOAP_OK &&
              soap_in_xsd__anyType(soap, NULL, &body.__any, NULL) != NULL && soap_body_end_in(soap) == SOAP_OK &&
              soap_envelope_end_in(soap) == SOAP_OK && soap_end_recv(soap) == SOAP_OK;
    soap_destroy(soap);
    soap_end(soap);
    return ok;
}

static enum MHD_Result
respond(struct MHD_Connection *c, unsigned status, size_t size)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(size, answer, MHD_RESPMEM_MUST_COPY);
    MHD_add_response_header(r, "Content-Type", "text/xml;charset=UTF-8");
    enum MHD_Result ok = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return ok;
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *c, const char *url, const char *method, const char *version,
           const char *data, size_t *size, void **state)
{
    struct exchange *x = *state;

    (void)cls, (void)method, (void)version;
    if (x == NULL) {
        *state = calloc(1, sizeof *x);
        return *state != NULL ? MHD_YES : MHD_NO;
    }
    if (*size > 0) {
        if (x->len + *size > x->cap) {
            x->cap = (x->len + *size) * 2;
            x->body = realloc(x->body, x->cap);
            if (x->body == NULL)
                return MHD_NO;
        }
        memcpy(x->body + x->len, data, *size);
        x->len += *size;
        *size = 0;
        return MHD_YES;
    }
    size_t wanted = strtoul(url + 1, NULL, 10);
    return respond(c, read_soap(x) ? 200 : 500, wanted < MAX_ANSWER ? wanted : MAX_ANSWER);
}

static void
on_done(void *cls, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode why)
{
    struct exchange *x = *state;

    (void)cls, (void)c, (void)why;
    if (x != NULL)
        free(x->body);
    free(x);
}

int
main(int argc, char **argv)
{
    static const char piece[] = "<description>an answer written beforehand</description>";
    unsigned          workers = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 1;
    char              byte;

    answer = malloc(MAX_ANSWER);
    if (answer == NULL)
        return 1;
    for (size_t i = 0; i < MAX_ANSWER; i++)
        answer[i] = piece[i % (sizeof piece - 1)];
    struct MHD_Daemon *d =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request, NULL,
                         MHD_OPTION_THREAD_POOL_SIZE, workers > 1 ? workers : 0u, MHD_OPTION_NOTIFY_COMPLETED, on_done,
                         NULL, MHD_OPTION_CONNECTION_TIMEOUT, 60u, MHD_OPTION_END);
    if (d == NULL)
        return 1;
    printf("canned: ready %u\n", MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    while (read(0, &byte, 1) > 0)
        ;
    MHD_stop_daemon(d);
    free(answer);
    return 0;
}
