/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Two clusters in one process: the suites run against both at once, which shows every global. Usage:
 * twin [option ...] --and [option ...], options as ccmsimd's; the first cluster's hold for the server.
 * Two ready lines, one a cluster. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ccmsim/config.h"
#include "ccmsim/daemon.h"
#include "ccmsim/log.h"

static bool
start(struct daemon **d, const struct config *first, const struct config *second, struct ccm_error *err)
{
    return daemon_new(d, first, err) && daemon_add_cluster(*d, first, err) && daemon_add_cluster(*d, second, err) &&
           daemon_start(*d, err);
}

int
main(int argc, char **argv)
{
    struct config    first = { 0 }, second = { 0 };
    struct ccm_error err = { 0 };
    struct daemon   *d = NULL;
    sigset_t         ends;
    int              which, split = 1;

    while (split < argc && strcmp(argv[split], "--and") != 0)
        split++;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    signal(SIGPIPE, SIG_IGN);
    /* "--and" stands where the second command line has its program name. */
    bool ok = config_load(&first, split, argv, &err) && config_load(&second, argc - split, argv + split, &err);
    if (ok) {
        log_set_level(first.log_level);
        ok = start(&d, &first, &second, &err);
    }
    if (ok) {
        daemon_print_ready(d);
        sigwait(&ends, &which);
    } else {
        fprintf(stderr, "twin: %s\n", err.text);
    }
    daemon_free(d);
    config_release(&first);
    config_release(&second);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
