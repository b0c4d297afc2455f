/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The schema versions, in the order of enum axl_version, and what only their WSDL knows. */
#include "contractc.h"

#define API(v)   "http://www.cisco.com/AXL/API/" v
#define TYPES(v) "http://www.cisco.com/AXL/" v

/* name, messages' namespace, types' namespace, bare SOAPAction, message part, faults, two namespaces */
const struct c_version c_versions[AXL_VERSIONS] = {
    { "5.0", API("1.0"), TYPES("1.0"), true, "parameters", false, true },
    { "6.0", API("1.0"), TYPES("1.0"), true, "parameters", false, false },
    { "7.0", API("7.0"), TYPES("7.0"), false, "parameters", false, true },
    { "7.1", API("7.1"), TYPES("7.1"), false, "parameters", false, true },
    { "8.0", API("8.0"), TYPES("8.0"), false, "axlParams", false, false },
    { "8.5", API("8.5"), TYPES("8.0"), false, "axlParams", false, false },
    { "9.0", API("9.0"), TYPES("8.0"), false, "axlParams", false, false },
    { "9.1", API("9.1"), TYPES("8.0"), false, "axlParams", false, false },
    { "10.0", API("10.0"), TYPES("10.0"), false, "axlParams", true, false },
    { "10.5", API("10.5"), TYPES("10.5"), false, "axlParams", true, false },
    { "11.0", API("11.0"), TYPES("11.0"), false, "axlParams", true, false },
    { "11.5", API("11.5"), TYPES("11.5"), false, "axlParams", true, false },
    { "12.0", API("12.0"), TYPES("12.0"), false, "axlParams", true, false },
    { "12.5", API("12.5"), TYPES("12.5"), false, "axlParams", true, false },
    { "14.0", API("14.0"), TYPES("14.0"), false, "axlParams", true, false },
    { "15.0", API("15.0"), TYPES("15.0"), false, "axlParams", true, false },
};

const char *const c_family_names[] = { "add",    "update",   "get",     "list",    "remove", "apply",
                                       "reset",  "restart",  "do",      "execute", "wipe",   "lock",
                                       "assign", "unassign", "options", "other",   NULL };
