/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What a new cluster is filled with beyond the template's fresh install. Each seed is one write
 * transaction: all of it or nothing. */
#ifndef CCMSIM_SEED_H
#define CCMSIM_SEED_H

#include "ccmsim/cluster.h"

/* An application user with every role; one of that name gets the password. Hashes: slow. */
bool seed_admin(struct cluster *cl, const char *user, const char *password, struct ccm_error *err);
/* The demonstration cluster of schema/fresh/demo.txt. Nothing is done where it is already there. */
bool seed_demo(struct cluster *cl, struct ccm_error *err);
/* Phones SEP000000000001 and up to n, each with a line and a user. Those already there are kept. */
bool seed_phones(struct cluster *cl, uint32_t n, struct ccm_error *err);

#endif
