/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The control API as a table: each route with its parameters, their types and bounds. From it come matching,
 * the checks of what comes in, the OpenAPI document, and what ccmsim sends. Data only: no handler is linked by it. */
#ifndef CCMSIM_ROUTES_H
#define CCMSIM_ROUTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROUTES_BASE     "/ccmsim/v1/"
#define ROUTES_MAX_BODY (1024u * 1024) /* bytes of a JSON body */

enum route_type {
    TYPE_TEXT,    /* min, max: bytes */
    TYPE_INTEGER, /* min, max: value */
    TYPE_NUMBER,  /* min, max: value */
    TYPE_BOOLEAN,
    TYPE_CHOICE,  /* one of values */
    TYPE_TEXTS,   /* list of texts; min, max: items */
    TYPE_OBJECT,  /* of fields */
    TYPE_OBJECTS, /* list of objects of fields; min, max: items */
    TYPE_MAP,     /* object whose values are texts or null; min, max: members */
    TYPE_STATE    /* any JSON object: a document of its own */
};
enum route_place { IN_PATH, IN_QUERY, IN_BODY };

#define ROUTE_MAX_TEXT 1024 /* of a TYPE_MAP's names and values */

struct route_field {
    const char               *name; /* NULL: end of a table */
    enum route_type           type;
    enum route_place          place;
    bool                      required;
    int64_t                   min, max;
    const char               *values; /* "real|fast|manual" */
    const struct route_field *fields; /* of objects */
    const char               *help;
    const char               *example; /* JSON; NULL: none */
};

/* How a route is carried out. */
#define ROUTE_SLOW   1u  /* on an executor thread */
#define ROUTE_WAITS  2u  /* may be suspended for long */
#define ROUTE_TEXT   4u  /* the body is a document of its own, not JSON parameters; may be larger */
#define ROUTE_STREAM 8u  /* may answer text/event-stream */
#define ROUTE_NOBODY 16u /* nothing is expected of a body */

struct route {
    const char               *method;   /* "GET" also takes HEAD */
    const char               *path;     /* below ROUTES_BASE: "phones/{name}/press" */
    const char               *summary;  /* one line */
    const char               *answer;   /* what 200 means */
    const char               *conflict; /* 409: what to do; NULL: it does not happen */
    const struct route_field *fields;   /* ended by a NULL name; may be NULL */
    unsigned                  flags;
};

enum route_id {
#define ROUTE(id, method, path, flags, handler, fields, summary, answer, conflict) ROUTE_##id,
#include "control/routes.def"
#undef ROUTE
    ROUTE_COUNT
};
extern const struct route control_routes[ROUTE_COUNT];

/* NULL: none of that name. */
const struct route_field *route_field(const struct route_field *fields, const char *name);

#endif
