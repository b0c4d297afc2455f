/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A thread inherits the mask of the one that starts it: all is blocked for that moment. */
#include "ccmsim/thread.h"

#include <signal.h>
#include <stddef.h>

bool
thread_start(pthread_t *thread, void *(*run)(void *), void *arg)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool ok = pthread_create(thread, NULL, run, arg) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return ok;
}
