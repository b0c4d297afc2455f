/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Addresses as text, and sockets bound to them. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "http/address.h"

union any {
    struct sockaddr     sa;
    struct sockaddr_in  v4;
    struct sockaddr_in6 v6;
};

/* Length of the address; 0: the text is none. */
static socklen_t
parse(const char *text, uint16_t port, union any *out)
{
    *out = (union any){ 0 };
    if (inet_pton(AF_INET, text, &out->v4.sin_addr) == 1) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons(port);
        return sizeof out->v4;
    }
    if (inet_pton(AF_INET6, text, &out->v6.sin6_addr) == 1) {
        out->v6.sin6_family = AF_INET6;
        out->v6.sin6_port = htons(port);
        return sizeof out->v6;
    }
    return 0;
}

void
http_address_print(char *out, size_t size, const char *address, uint16_t port)
{
    bool v6 = strchr(address, ':') != NULL;

    snprintf(out, size, "%s%s%s:%u", v6 ? "[" : "", address, v6 ? "]" : "", port);
}

bool
http_address_is_loopback(const char *address)
{
    union any a;

    if (parse(address, 0, &a) == 0)
        return strcmp(address, "localhost") == 0;
    if (a.sa.sa_family == AF_INET)
        return ntohl(a.v4.sin_addr.s_addr) >> 24 == 127;
    return IN6_IS_ADDR_LOOPBACK(&a.v6.sin6_addr);
}

int
address_bind(const char *address, uint16_t port, uint16_t *bound, struct ccm_error *err)
{
    union any a;
    socklen_t len = parse(address, port, &a);
    char      text[128];
    int       on = 1;

    http_address_print(text, sizeof text, address, port);
    if (len == 0) {
        ccm_fail(err, CCM_CONFIG, "'%s' is no numeric address", address);
        return -1;
    }
    int fd = socket(a.sa.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        ccm_fail(err, CCM_CONFIG, "can't listen on %s: %s", text, strerror(errno));
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (a.sa.sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (bind(fd, &a.sa, len) != 0) {
        address_fail(err, text, errno);
        close(fd);
        return -1;
    }
    getsockname(fd, &a.sa, &len);
    *bound = ntohs(a.sa.sa_family == AF_INET ? a.v4.sin_port : a.v6.sin6_port);
    return fd;
}

bool
address_fail(struct ccm_error *err, const char *text, int number)
{
    const char *advice = number == EADDRINUSE      ? "; stop what holds it, or choose another port (0 picks a free one)"
                         : number == EACCES        ? "; ports below 1024 need a privilege: choose another one"
                         : number == EADDRNOTAVAIL ? "; this machine has no such address"
                                                   : "";

    return ccm_fail(err, CCM_CONFIG, "can't listen on %s: %s%s", text, strerror(number), advice);
}
