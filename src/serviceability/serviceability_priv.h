/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the files of serviceability/ share. An endpoint is a path with its era and API; an operation a row of an API's
 * table, run with a call. Answers are made of tags whose text in either era is a literal. */
#ifndef CCMSIM_SERVICEABILITY_PRIV_H
#define CCMSIM_SERVICEABILITY_PRIV_H

#include <pthread.h>
#include <stddef.h>

#include "ccmsim/axis.h"
#include "ccmsim/cluster.h"
#include "ccmsim/request.h"
#include "ccmsim/sim.h"
#include "ccmsim/soap.h"
#include "ccmsim/xml.h"

/* ---- endpoints and operations ---- */

/* RIS: addresses of IPv4 alone; RIS70: the later shape. */
enum api { API_RIS = 1, API_RIS70 = 2, API_PERFMON = 4 };

struct endpoint {
    const char *application; /* "realtimeservice2" */
    const char *name;        /* of the service and of its WSDL */
    enum axis   axis;
    enum api    api;
};

struct call {
    struct request            *rq;
    struct arena              *arena;
    struct cluster            *cluster;
    const struct endpoint     *endpoint;
    const struct operation    *op;
    const struct soap_element *in;
    struct buf                *out;
    const char                *node; /* that was reached: a name of process node */
    void                      *plan; /* what the operation's prepare made of the request */
};

struct operation {
    const char *name; /* as the document/literal services spell it; the others begin with a capital letter */
    unsigned    apis; /* where it is: bits of enum api */
    bool (*run)(struct call *c, struct ccm_error *err);     /* NULL: known and not carried out */
    bool (*slow)(struct call *c);                           /* may it take long? NULL: no */
    bool (*prepare)(struct call *c, struct ccm_error *err); /* before either; NULL: there is nothing to */
};

extern const struct operation ris_operations[], perfmon_operations[]; /* ended by a NULL name */

/* Its name as the endpoint's era spells it. */
const char *operation_spelling(const struct call *c);

/* ---- parameters (bind.c) ---- */

struct bind_number {
    bool     set;
    uint32_t value;
};
struct bind_list {
    size_t             count;
    const char *const *texts; /* NULL-ended; trimmed, "" too */
};
enum bind_kind {
    BIND_TEXT,   /* const char *, trimmed; NULL: absent, nil or empty */
    BIND_NUMBER, /* struct bind_number, unsigned */
    BIND_LIST,   /* struct bind_list: texts of all leaves below, whatever the array's members are called */
    BIND_TREE    /* const struct soap_element *; NULL: absent or nil */
};
struct bind_part {
    const char    *name;
    enum bind_kind kind;
    size_t         offset;
};
#define BIND_LIST_MAX 20000u

/* Fill what parts (ended by a NULL name) says from the children of in: by local name without case, whatever their
 * namespace. In rpc/encoded requests children of names that no part has are taken by their position, as positional
 * clients send them. */
bool bind_parts(struct call *c, const struct soap_element *in, const struct bind_part *parts, void *out,
                struct ccm_error *err);

/* ---- answers (shape.c) ---- */

/* One element of an answer, for each of enum axis. */
struct tag {
    struct str open[2], close[2], empty[2], nil[2];
};
#define XSI_NS "http://www.w3.org/2001/XMLSchema-instance"
#define TAG(name, type)                                                           \
    {                                                                             \
        { STR("<" name " xsi:type=\"" type "\">"), STR("<ns1:" name ">") },       \
            { STR("</" name ">"), STR("</ns1:" name ">") },                       \
            { STR("<" name " xsi:type=\"" type "\"/>"), STR("<ns1:" name "/>") }, \
            { STR("<" name " xsi:type=\"" type "\" xsi:nil=\"true\"/>"),          \
              STR("<ns1:" name " xmlns:xsi=\"" XSI_NS "\" xsi:nil=\"1\"/>") },    \
    }

void tag_open(struct call *c, const struct tag *t);
void tag_close(struct call *c, const struct tag *t);
void tag_empty(struct call *c, const struct tag *t);
void tag_nil(struct call *c, const struct tag *t);
void tag_text(struct call *c, const struct tag *t, const char *text); /* NULL: nil */
void tag_number(struct call *c, const struct tag *t, int64_t number);
void tag_bool(struct call *c, const struct tag *t, bool yes);
/* An array: in era A a soapenc:Array of so many of a type, the outermost one declaring the prefix. */
void tag_array(struct call *c, const struct tag *t, const char *type, size_t count, bool outermost);
/* The response element and its end. name: without prefix. */
void response_begin(struct call *c, const char *name);
void response_end(struct call *c, const char *name);

/* ---- what is kept for a cluster (state.c) ---- */

struct serviceability;
struct serviceability *serviceability_of(struct cluster *cl);

/* The enterprise parameters that limit requests per minute. */
enum rate { RATE_RIS, RATE_PERFMON, RATE_COUNT };
/* Count one more. False: too many within the minute (CCM_THROTTLED, no text), *allowed says how many may be. */
bool     rate_take(struct serviceability *s, struct cluster *cl, enum rate rate, const char *node, unsigned *allowed,
                   struct ccm_error *err);
unsigned rate_allowed(struct cluster *cl, enum rate rate);

/* The number that a node's RIS data is at: it moves with each change of a device there. */
uint64_t ris_state_id(struct serviceability *s, struct sim *sim, const char *node);

/* ---- PerfMon's tables and sessions ---- */

enum perfmon_source {
    FROM_SIM,        /* the simulator counts it */
    FROM_NAUGHT,     /* nothing of the kind happens in a simulated cluster: 0 */
    FROM_REGISTERED, /* of the instance's device: 1 or 0 */
    FROM_NOWHERE     /* known and not carried out */
};
struct perfmon_counter {
    const char         *name, *description;
    enum perfmon_source source;
    const char         *since; /* "5.0" */
};
enum perfmon_instances { SINGLE, OF_SIM, OF_CLASS };
struct perfmon_object {
    const char                   *name;
    bool                          multi, carried;
    enum perfmon_instances        instances;
    const char                   *device_class; /* OF_CLASS: names of the node's devices of that class */
    const struct perfmon_counter *counters;
    size_t                        count;
};
/* Made of schema/perfmon/counters.tsv by src/gen/perfmon.awk. A NULL name ends them. */
extern const struct perfmon_object perfmon_objects[];

struct perfmon_path {
    const char                   *text;            /* as the client wrote it */
    const char                   *host, *instance; /* instance NULL: none */
    const char                   *node;
    const struct perfmon_object  *object;
    const struct perfmon_counter *counter;
};

#define PERFMON_SESSIONS_MAX 100u  /* of a node */
#define PERFMON_COUNTERS_MAX 3000u /* of a session */

/* Has the release that brought it come? */
bool perfmon_since(const struct cluster *cl, const char *since);
/* The node that a host, as a client wrote it, is: by name, first label of a domain name, address, or what the request's
 * own URL called it. NULL with *err. */
const char                  *perfmon_node(struct call *c, const char *host, struct ccm_error *err);
const struct perfmon_object *perfmon_object_find(struct call *c, const char *name, struct ccm_error *err);
/* "\\HOST\OBJECT(INSTANCE)\COUNTER". */
bool   perfmon_path_parse(struct call *c, const char *text, struct perfmon_path *out, struct ccm_error *err);
size_t perfmon_instances(struct call *c, const char *node, const struct perfmon_object *o, const char *const **out);
/* False: it can't be read. gone: because the instance is no longer there. */
bool perfmon_value(struct call *c, const struct perfmon_path *p, int64_t *value, bool *gone);

/* A new session's handle, in the arena. */
bool session_open(struct serviceability *s, struct cluster *cl, struct arena *a, const char *node, const char **handle,
                  struct ccm_error *err);
bool session_close(struct serviceability *s, struct sim *sim, const char *node, const char *handle,
                   struct ccm_error *err);
bool session_add(struct serviceability *s, struct sim *sim, const char *node, const char *handle,
                 const struct perfmon_path *paths, size_t count, struct ccm_error *err);
/* What isn't in it is passed over. */
bool session_remove(struct serviceability *s, struct sim *sim, const char *node, const char *handle,
                    const struct bind_list *texts, struct ccm_error *err);
/* Copies of its paths, in the order of adding. */
bool session_paths(struct serviceability *s, struct sim *sim, struct arena *a, const char *node, const char *handle,
                   const struct perfmon_path **out, size_t *count, struct ccm_error *err);

#endif
