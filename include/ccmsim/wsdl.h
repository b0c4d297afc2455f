/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The WSDL files of wsdl/, which the program holds in itself. In a file the address of the service stands as
 * https://localhost:8443/... so that it is of use as it is; served, it names the host that the client reached, as
 * a node puts its own there. */
#ifndef CCMSIM_WSDL_H
#define CCMSIM_WSDL_H

#include <stdbool.h>

#include "ccmsim/buf.h"

/* True for the query strings that ask for a service's WSDL: "wsdl", in any case, whatever follows behind '&'. */
bool wsdl_asked(const char *query);
/* Is there a wsdl/NAME.wsdl? */
bool wsdl_known(const char *name);
/* Write wsdl/NAME.wsdl with the addresses at that host ("192.0.2.1:8443", a request's Host header as it came).
 * False: there is none of that name, and nothing was written. */
bool wsdl_write(struct buf *out, const char *name, bool tls, const char *host);

#endif
