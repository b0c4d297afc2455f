/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Threads of ours: none of them takes the process's signals, whoever starts it and when. */
#ifndef CCMSIM_THREAD_H
#define CCMSIM_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* pthread_create with every signal blocked in the new thread. False: there is no room for one. */
bool thread_start(pthread_t *thread, void *(*run)(void *), void *arg);

#endif
