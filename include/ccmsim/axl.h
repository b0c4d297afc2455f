/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The AXL engine for others: a write by object and fields, for the fresh install, the demonstration
 * cluster and fixtures. Same checks, defaults and rules as a request. */
#ifndef CCMSIM_AXL_H
#define CCMSIM_AXL_H

#include "ccmsim/contract.h"
#include "ccmsim/soap.h"
#include "ccmsim/store.h"

/* Add one object inside an open write transaction. element is the wrapper's content (children are the
 * fields, as under <phone>). uuid_out may be NULL. With pkid (store form), that key is used. */
bool axl_add_object(struct store_conn *c, struct arena *a, const char *object, enum axl_version v,
                    const struct soap_element *element, const char *pkid, char uuid_out[37], struct ccm_error *err);

#endif
