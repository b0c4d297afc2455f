/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* One error idiom: a function that can fail returns bool (or NULL) and fills *err where the
 * failure is first known. Only the edge (soap/fault.c, control, em) turns it into a fault,
 * a page or JSON. Texts: lower case, problem first, subject in quotes, except where the real
 * CallManager's wording is known: then that, letter by letter. */
#ifndef CCMSIM_ERROR_H
#define CCMSIM_ERROR_H

#include <stdbool.h>

/* name, AXL code (0: none), HTTP status */
/* clang-format off */
#define CCM_STATUS_MAP(X)                                                                     \
    X(OK,             0,    200)                                                              \
    X(INTERNAL,       -1,   500) /* our own fault, or an exception of the real one */          \
    X(TOO_LARGE,      -1,   500) /* Query request too large / memory allocation consumed */    \
    X(DATABASE,       0,    500) /* err->code holds the Informix number, e.g. -239 */          \
    X(UNSUPPORTED,    5002, 500) /* an operation known and not carried out, named in text */   \
    X(UNKNOWN_OP,     5002, 500)                                                              \
    X(INVALID,        5003, 500) /* value or business rule */                                  \
    X(BUSY,           5004, 503)                                                              \
    X(THROTTLED,      0,    503) /* too many requests in a time; text "": the service's own words */ \
    X(UNEXPECTED,     5005, 500) /* unexpected element */                                      \
    X(NOT_FOUND,      5007, 500) /* Item not valid: The specified X was not found */           \
    X(MALFORMED,      0,    500) /* not SOAP, not XML: fault without axlError */               \
    X(BAD_VERSION,    599,  599)                                                              \
    X(UNAUTHORIZED,   0,    401)                                                              \
    X(FORBIDDEN,      0,    403)                                                              \
    X(NO_RESOURCE,    0,    404)                                                              \
    X(BAD_METHOD,     0,    405)                                                              \
    X(BODY_TOO_LARGE, 0,    413)                                                              \
    X(BAD_REQUEST,    0,    400)                                                              \
    X(CONFLICT,       0,    409)                                                              \
    X(CONFIG,         0,    0)   /* start-up: option, file, port */
/* clang-format on */

enum ccm_status {
#define X(name, code, http) CCM_##name,
    CCM_STATUS_MAP(X)
#undef X
        CCM_STATUS_COUNT
};

struct ccm_error {
    enum ccm_status status;
    int             code; /* axlcode; ccm_fail takes it from the status row */
    char            text[1024];
};

/* Fill *err (which may be NULL) and return false, so that a failing branch is one line. */
bool ccm_fail(struct ccm_error *err, enum ccm_status status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* As ccm_fail with CCM_DATABASE and an Informix error number. */
bool        ccm_fail_db(struct ccm_error *err, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int         ccm_status_http(enum ccm_status status);
const char *ccm_status_name(enum ccm_status status);

#endif
