/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A server with its clusters: from configurations to listeners that answer. One process may serve several
 * clusters, each on ports of its own. */
#ifndef CCMSIM_DAEMON_H
#define CCMSIM_DAEMON_H

#include "ccmsim/config.h"

struct daemon;

/* What can be said of a configuration without starting: certificate, and who may be listened to. */
bool daemon_check(const struct config *cfg, struct ccm_error *err);
/* The configuration gives what holds for the whole server: workers, limits, certificate. Borrowed until
 * daemon_start. */
bool daemon_new(struct daemon **out, const struct config *cfg, struct ccm_error *err);
/* Take the addresses of one more cluster, then make and fill it. Slow with many phones. */
bool daemon_add_cluster(struct daemon *d, const struct config *cfg, struct ccm_error *err);
/* Answer. */
bool daemon_start(struct daemon *d, struct ccm_error *err);
/* On standard output, for each cluster: credentials that were made up, then the line that says it is ready. */
void daemon_print_ready(const struct daemon *d);
/* Accept no more, finish what is in flight, close the stores. NULL is fine. */
void daemon_free(struct daemon *d);

#endif
