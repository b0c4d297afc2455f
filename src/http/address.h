/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Sockets bound to an address. */
#ifndef CCMSIM_HTTP_ADDRESS_H
#define CCMSIM_HTTP_ADDRESS_H

#include "ccmsim/http.h"

/* A bound socket, not yet listening, or -1. */
int address_bind(const char *address, uint16_t port, uint16_t *bound, struct ccm_error *err);
/* Say that listening on text failed with that errno, and what to do. Returns false. */
bool address_fail(struct ccm_error *err, const char *text, int number);

#endif
