/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Reading a SOAP request through gSOAP's generated shell (envelope, header, one payload of any
 * type), after a libxml2 pass that refuses what gSOAP would let through (ill-formed documents, a
 * DOCTYPE, too deep, too many elements or attributes, broken UTF-8). SOAP 1.1 and 1.2 envelopes in
 * UTF-8, or ISO-8859-1 if declared; header entries are passed over. Writing is xml.h's. */
#ifndef CCMSIM_SOAP_H
#define CCMSIM_SOAP_H

#include "ccmsim/arena.h"
#include "ccmsim/buf.h"
#include "ccmsim/error.h"

/* The payload as a light tree in the request's arena. Names are local names. */
struct soap_attr { /* without xmlns and those of XMLSchema-instance (nil, type, schemaLocation) */
    const char             *name, *value;
    const struct soap_attr *next;
};
struct soap_element {
    const char                *name; /* local */
    const char                *ns;   /* namespace URI or NULL */
    const char                *text; /* character data, "" if none; surrounding white space kept,
                                        except between child elements */
    const struct soap_attr    *attrs;
    const struct soap_element *children, *next;
    bool                       nil; /* xsi:nil true */
};

struct soap_message {
    const struct soap_element *operation; /* first child of Body */
    const struct soap_element *body;      /* all children of Body, in order: behind the operation of an rpc/encoded
                                             request what it refers to */
};

/* Read body. Errors: CCM_MALFORMED. Everything it makes is in the arena. Any thread: each keeps
 * its parsers (some 200 kB) until it ends. */
bool soap_read(struct arena *a, struct str body, struct soap_message *out, struct ccm_error *err);

/* References of rpc/encoded requests: let operation be the first child of Body that is no independent element (one
 * with an id), and put in the place of each element with href="#id" one of the same name with the attributes, text
 * and children of the element of that id, wherever in Body that stands. Errors (CCM_MALFORMED): no such element, a
 * circle, more than may be in a request. The tree is remade in the arena only if it refers to anything. */
bool soap_dereference(struct arena *a, struct soap_message *m, struct ccm_error *err);

/* The first child of that local name, or NULL. */
const struct soap_element *soap_child(const struct soap_element *e, const char *name);
const char                *soap_attr(const struct soap_element *e, const char *name); /* local name; NULL */
/* Text without surrounding white space, in the arena only if it must be copied. */
const char *soap_trimmed(struct arena *a, const char *text);

#endif
