/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The outer form of what Apache Axis answers: Axis 1 behind the rpc/encoded services (RisPort, PerfmonPort,
 * WebdialerSoapService ...), Axis 2 behind the document/literal ones. Clients index on prefixes, quotes and the
 * absence of white space, so these are literal (serviceability captures; xml.h writes what is between). */
#ifndef CCMSIM_AXIS_H
#define CCMSIM_AXIS_H

#include <stdbool.h>
#include <stddef.h>

#include "ccmsim/buf.h"

enum axis { AXIS1, AXIS2 };

/* "text/xml;charset=utf-8" */
const char *axis_content_type(enum axis axis);
/* Declaration, Envelope and Body, and their ends. Axis 1 declares xsd and xsi on the envelope. */
void axis_begin(struct buf *b, enum axis axis);
void axis_end(struct buf *b, enum axis axis);

struct axis_fault {
    const char *code;     /* local part: "Server.userException", "Client" ... */
    bool        of_axis;  /* the code is of the namespace http://xml.apache.org/axis/, else of the envelope's */
    const char *text;     /* faultstring */
    const char *hostname; /* Axis 1 names the node in the detail; NULL: no detail. Axis 2 leaves it empty. */
};
/* A whole document with the fault. */
void axis_fault(struct buf *b, enum axis axis, const struct axis_fault *f);

/* HTML of a GET on a service, and of .../services (Axis 1) or .../services/listServices (Axis 2). names: NULL-ended;
 * base: "https://HOST/APPLICATION/services/". */
void axis_service_page(struct buf *b, enum axis axis, const char *name);
void axis_list_page(struct buf *b, enum axis axis, const char *base, const char *const *names);

#endif
