/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Input of soapcpp2: the shell that AXL requests come through, the Body with one payload of any
 * type. What the payload may be is the contract's matter (schema/axl), not gSOAP's. The unit made
 * of it is also the environment (Detail, Fault, base types) that libgsoap itself links against. */
//gsoap axlshell schema namespace: urn:ccmsim:axlshell
#import "dom.h"

struct SOAP_ENV__Detail {
    _XML __any;
};

struct axlshell__Body {
    xsd__anyType __any;
};
