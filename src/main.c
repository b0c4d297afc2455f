/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* ccmsimd: options, signals, start and end. A failed start is one line on standard error and exit
 * status 1. */
#include <malloc.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "ccmsim/config.h"
#include "ccmsim/daemon.h"
#include "ccmsim/log.h"

/* The protocol is one datagram, which isn't worth a library. */
static void
tell_systemd(const char *state)
{
    const char        *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    size_t             len = path != NULL ? strlen(path) : 0;

    if (len < 2 || len >= sizeof to.sun_path)
        return;
    memcpy(to.sun_path, path, len);
    if (to.sun_path[0] == '@')
        to.sun_path[0] = '\0'; /* an abstract name */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    if (sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&to,
               (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) < 0)
        log_warn("can't tell systemd '%s'", state);
    close(fd);
}

/* Blocked before any thread is there, so that only sigwait sees them. */
static void
take_signals(sigset_t *ends)
{
    sigemptyset(ends);
    sigaddset(ends, SIGTERM);
    sigaddset(ends, SIGINT);
    sigaddset(ends, SIGHUP);
    pthread_sigmask(SIG_BLOCK, ends, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* A connection is a descriptor: have as many as we may. */
static void
raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static bool
serve(const struct config *cfg, struct ccm_error *err)
{
    struct daemon *d = NULL;
    sigset_t       ends;
    int            which;

    take_signals(&ends);
    raise_descriptor_limit();
    bool ok = daemon_new(&d, cfg, err);
    /* Filling a large cluster takes a while, and has nothing in flight to finish: there a
     * signal ends it at once, and the next start sweeps up. */
    pthread_sigmask(SIG_UNBLOCK, &ends, NULL);
    ok = ok && daemon_add_cluster(d, cfg, err);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    ok = ok && daemon_start(d, err);
    if (ok) {
        daemon_print_ready(d);
        tell_systemd("READY=1");
        sigwait(&ends, &which);
        log_info("%s: finishing what is in flight", strsignal(which));
        tell_systemd("STOPPING=1");
    }
    daemon_free(d);
    return ok;
}

static bool
run(const struct config *cfg, struct ccm_error *err)
{
    switch (cfg->run) {
    case CONFIG_HELP: config_print_help(); return true;
    case CONFIG_SAMPLE: config_print_sample(); return true;
    case CONFIG_VERSION: puts("ccmsimd " CCMSIM_VERSION); return true;
    case CONFIG_CHECK:
        if (!daemon_check(cfg, err))
            return false;
        puts("ccmsimd: the options are fine");
        return true;
    case CONFIG_RUN: break;
    }
    log_set_level(cfg->log_level);
    /* Requests take and give back pieces of some 100 kB: given to the system each time, they cost a fifth of
     * a getPhone in page faults. */
    mallopt(M_MMAP_THRESHOLD, 32 * 1024 * 1024);
    mallopt(M_TRIM_THRESHOLD, 64 * 1024 * 1024);
    mallopt(M_TOP_PAD, 1024 * 1024);
    return serve(cfg, err);
}

int
main(int argc, char **argv)
{
    struct config    cfg;
    struct ccm_error err = { 0 };
    bool             ok = config_load(&cfg, argc, argv, &err) && run(&cfg, &err);

    if (!ok)
        fprintf(stderr, "ccmsimd: %s\n", err.text);
    config_release(&cfg);
    return ok && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
