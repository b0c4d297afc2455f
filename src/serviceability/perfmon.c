/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* PerfMon's operations in both eras. Names of hosts are told as the caller wrote them. */
#include <stdlib.h>
#include <string.h>

#include "ccmsim/service.h"
#include "serviceability/serviceability_priv.h"

/* CStatus: 0 and 1 are the valid and the new value of the Windows interface that it comes from, which also names what
 * stands for those that can't be read. */
#define STATUS_VALID       0
#define STATUS_NEW         1
#define STATUS_NO_INSTANCE 0x800007D1u
#define STATUS_INVALID     0xC0000BBAu

struct params {
    const char                *host, *object, *session, *counter;
    struct bind_list           counters;
    const struct soap_element *counter_tree;
};
#define PART(name, kind, member)                    \
    {                                               \
        name, kind, offsetof(struct params, member) \
    }
#define PARTS_END          \
    {                      \
        NULL, BIND_TEXT, 0 \
    }

static const struct bind_part host_parts[] = { PART("Host", BIND_TEXT, host), PARTS_END };
static const struct bind_part object_parts[] = { PART("Host", BIND_TEXT, host), PART("Object", BIND_TEXT, object),
                                                 PARTS_END };
static const struct bind_part session_parts[] = { PART("SessionHandle", BIND_TEXT, session), PARTS_END };
static const struct bind_part counters_parts[] = { PART("SessionHandle", BIND_TEXT, session),
                                                   PART("ArrayOfCounter", BIND_LIST, counters), PARTS_END };
static const struct bind_part counter_parts[] = { PART("Counter", BIND_TREE, counter_tree), PARTS_END };

/* ---- answers ---- */

static const struct tag name_tag = TAG("Name", "ns1:CounterNameType"), object_tag = TAG("Name", "ns1:ObjectNameType"),
                        instance_tag = TAG("Name", "ns1:InstanceNameType"), value_tag = TAG("Value", "xsd:long"),
                        status_tag = TAG("CStatus", "xsd:unsignedInt"), multi_tag = TAG("MultiInstance", "xsd:boolean"),
                        counters_tag = TAG("ArrayOfCounter", "soapenc:Array"),
                        counter_tag = TAG("item", "ns1:CounterType");

/* What an operation answers. Era A puts rows into an array of a name of its own; era B repeats the return element. */
struct answer {
    const char *response[2];
    struct tag  rows, row; /* rows: era A's array, else the single return element */
    const char *row_type;
};

static const struct answer open_answer = { { "PerfmonOpenSessionResponse", "perfmonOpenSessionResponse" },
                                           { { STR("<SessionHandle xsi:type=\"ns1:SessionHandleType\">"),
                                               STR("<ns1:perfmonOpenSessionReturn>") },
                                             { STR("</SessionHandle>"), STR("</ns1:perfmonOpenSessionReturn>") },
                                             { STR(""), STR("") },
                                             { STR(""), STR("") } },
                                           TAG("item", ""),
                                           "" };
static const struct answer help_answer = {
    { "PerfmonQueryCounterDescriptionResponse", "perfmonQueryCounterDescriptionResponse" },
    { { STR("<HelpText xsi:type=\"xsd:string\">"), STR("<ns1:perfmonQueryCounterDescriptionReturn>") },
      { STR("</HelpText>"), STR("</ns1:perfmonQueryCounterDescriptionReturn>") },
      { STR("<HelpText xsi:type=\"xsd:string\"/>"), STR("<ns1:perfmonQueryCounterDescriptionReturn/>") },
      { STR(""), STR("") } },
    TAG("item", ""),
    ""
};

#define ROWS(a_response, b_response, array, b_return, type)                       \
    {                                                                             \
        { a_response, b_response },                                               \
            { { STR("<" array " xsi:type=\"soapenc:Array\">"), STR("") },         \
              { STR("</" array ">"), STR("") },                                   \
              { STR(""), STR("") },                                               \
              { STR(""), STR("") } },                                             \
            { { STR("<item xsi:type=\"" type "\">"), STR("<ns1:" b_return ">") }, \
              { STR("</item>"), STR("</ns1:" b_return ">") },                     \
              { STR(""), STR("") },                                               \
              { STR(""), STR("") } },                                             \
            type                                                                  \
    }
static const struct answer collect_answer =
    ROWS("PerfmonCollectCounterDataResponse", "perfmonCollectCounterDataResponse", "ArrayOfCounterInfo",
         "perfmonCollectCounterDataReturn", "ns1:CounterInfoType");
static const struct answer session_answer =
    ROWS("PerfmonCollectSessionDataResponse", "perfmonCollectSessionDataResponse", "ArrayOfCounterInfo",
         "perfmonCollectSessionDataReturn", "ns1:CounterInfoType");
static const struct answer list_answer = ROWS("PerfmonListCounterResponse", "perfmonListCounterResponse",
                                              "ArrayOfObjectInfo", "perfmonListCounterReturn", "ns1:ObjectInfoType");
static const struct answer instance_answer = ROWS("PerfmonListInstanceResponse", "perfmonListInstanceResponse",
                                                  "ArrayOfInstance", "perfmonListInstanceReturn", "ns1:InstanceType");

static const char *
response_of(const struct call *c, const struct answer *a)
{
    return a->response[c->endpoint->axis];
}

static void
rows_begin(struct call *c, const struct answer *a, size_t count)
{
    response_begin(c, response_of(c, a));
    tag_array(c, &a->rows, a->row_type, count, true);
}

static void
rows_end(struct call *c, const struct answer *a)
{
    tag_close(c, &a->rows);
    response_end(c, response_of(c, a));
}

static void
one(struct call *c, const struct answer *a, const char *text)
{
    response_begin(c, response_of(c, a));
    tag_text(c, &a->rows, text);
    response_end(c, response_of(c, a));
}

static bool
nothing(struct call *c)
{
    const char *name = arena_printf(c->arena, "%sResponse", operation_spelling(c));

    axis_begin(c->out, c->endpoint->axis);
    if (c->endpoint->axis == AXIS1)
        buf_addf(c->out,
                 "<ns1:%s soapenv:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\""
                 " xmlns:ns1=\"http://schemas.cisco.com/ast/soap/\"/>",
                 name);
    else
        buf_addf(c->out, "<ns1:%s xmlns:ns1=\"http://schemas.cisco.com/ast/soap\"/>", name);
    axis_end(c->out, c->endpoint->axis);
    return true;
}

static void
info(struct call *c, const struct answer *a, const struct perfmon_path *p, unsigned valid)
{
    int64_t value;
    bool    gone;
    bool    read = perfmon_value(c, p, &value, &gone);

    tag_open(c, &a->row);
    tag_text(c, &name_tag, p->text);
    tag_number(c, &value_tag, read ? value : 0);
    tag_number(c, &status_tag, read ? valid : gone ? STATUS_NO_INSTANCE : STATUS_INVALID);
    tag_close(c, &a->row);
}

/* ---- asking once ---- */

static size_t
count_since(struct call *c, const struct perfmon_object *o)
{
    size_t n = 0;

    for (size_t i = 0; i < o->count; i++)
        n += perfmon_since(c->cluster, o->counters[i].since);
    return n;
}

static void
collect_instance(struct call *c, struct perfmon_path *p)
{
    for (size_t i = 0; i < p->object->count; i++) {
        p->counter = &p->object->counters[i];
        if (!perfmon_since(c->cluster, p->counter->since))
            continue;
        p->text =
            p->instance != NULL
                ? arena_printf(c->arena, "\\\\%s\\%s(%s)\\%s", p->host, p->object->name, p->instance, p->counter->name)
                : arena_printf(c->arena, "\\\\%s\\%s\\%s", p->host, p->object->name, p->counter->name);
        info(c, &collect_answer, p, STATUS_NEW);
    }
}

static bool
collect_counter_data(struct call *c, struct ccm_error *err)
{
    struct params       in = { .host = NULL };
    struct perfmon_path p = { .host = NULL };
    const char *const  *instances = NULL;

    if (!bind_parts(c, c->in, object_parts, &in, err) || (p.node = perfmon_node(c, in.host, err)) == NULL ||
        (p.object = perfmon_object_find(c, in.object, err)) == NULL)
        return false;
    p.host = in.host;
    size_t n = perfmon_instances(c, p.node, p.object, &instances);
    rows_begin(c, &collect_answer, (p.object->multi ? n : 1) * count_since(c, p.object));
    if (!p.object->multi)
        collect_instance(c, &p);
    for (size_t i = 0; i < n; i++) {
        p.instance = instances[i];
        collect_instance(c, &p);
    }
    rows_end(c, &collect_answer);
    return true;
}

static bool
list_instance(struct call *c, struct ccm_error *err)
{
    struct params                in = { .host = NULL };
    const struct perfmon_object *o;
    const char *const           *instances = NULL;
    const char                  *node;

    if (!bind_parts(c, c->in, object_parts, &in, err) || (node = perfmon_node(c, in.host, err)) == NULL ||
        (o = perfmon_object_find(c, in.object, err)) == NULL)
        return false;
    size_t n = perfmon_instances(c, node, o, &instances);
    rows_begin(c, &instance_answer, n);
    for (size_t i = 0; i < n; i++) {
        tag_open(c, &instance_answer.row);
        tag_text(c, &instance_tag, instances[i]);
        tag_close(c, &instance_answer.row);
    }
    rows_end(c, &instance_answer);
    return true;
}

static bool
is_listed(struct call *c, const struct perfmon_object *o)
{
    return o->carried && perfmon_since(c->cluster, o->counters[0].since);
}

static void
list_object(struct call *c, const struct perfmon_object *o)
{
    tag_open(c, &list_answer.row);
    tag_text(c, &object_tag, o->name);
    tag_bool(c, &multi_tag, o->multi);
    tag_array(c, &counters_tag, "ns1:CounterType", count_since(c, o), false);
    for (size_t i = 0; i < o->count; i++)
        if (perfmon_since(c->cluster, o->counters[i].since)) {
            tag_open(c, &counter_tag);
            tag_text(c, &name_tag, o->counters[i].name);
            tag_close(c, &counter_tag);
        }
    tag_close(c, &counters_tag);
    tag_close(c, &list_answer.row);
}

static bool
list_counter(struct call *c, struct ccm_error *err)
{
    struct params in = { .host = NULL };
    size_t        n = 0;

    if (!bind_parts(c, c->in, host_parts, &in, err) || perfmon_node(c, in.host, err) == NULL)
        return false;
    for (const struct perfmon_object *o = perfmon_objects; o->name != NULL; o++)
        n += is_listed(c, o);
    rows_begin(c, &list_answer, n);
    for (const struct perfmon_object *o = perfmon_objects; o->name != NULL; o++)
        if (is_listed(c, o))
            list_object(c, o);
    rows_end(c, &list_answer);
    return true;
}

/* The name as the part's own text, as the schema has it, or in a child of it. */
static const char *
counter_text(struct call *c, const struct soap_element *e)
{
    if (e == NULL)
        return "";
    return soap_trimmed(c->arena, e->children != NULL ? e->children->text : e->text);
}

static bool
query_description(struct call *c, struct ccm_error *err)
{
    struct params       in = { .host = NULL };
    struct perfmon_path p;

    if (!bind_parts(c, c->in, counter_parts, &in, err) ||
        !perfmon_path_parse(c, counter_text(c, in.counter_tree), &p, err))
        return false;
    one(c, &help_answer, p.counter->description);
    return true;
}

/* ---- sessions ---- */

static struct serviceability *
kept(struct call *c)
{
    return serviceability_of(c->cluster);
}

static bool
open_session(struct call *c, struct ccm_error *err)
{
    const char *handle;

    if (!session_open(kept(c), c->cluster, c->arena, c->node, &handle, err))
        return false;
    one(c, &open_answer, handle);
    return true;
}

static bool
close_session(struct call *c, struct ccm_error *err)
{
    struct params in = { .host = NULL };

    return bind_parts(c, c->in, session_parts, &in, err) &&
           session_close(kept(c), c->cluster->sim, c->node, in.session, err) && nothing(c);
}

/* One bad name refuses all. */
static bool
add_counter(struct call *c, struct ccm_error *err)
{
    struct params in = { .host = NULL };

    if (!bind_parts(c, c->in, counters_parts, &in, err))
        return false;
    if (in.counters.count > PERFMON_COUNTERS_MAX)
        return ccm_fail(err, CCM_INVALID, "A session holds no more than %u counters", PERFMON_COUNTERS_MAX);
    struct perfmon_path *paths = arena_alloc(c->arena, (in.counters.count + 1) * sizeof *paths);
    for (size_t i = 0; i < in.counters.count; i++)
        if (!perfmon_path_parse(c, in.counters.texts[i], &paths[i], err))
            return false;
    return session_add(kept(c), c->cluster->sim, c->node, in.session, paths, in.counters.count, err) && nothing(c);
}

static bool
remove_counter(struct call *c, struct ccm_error *err)
{
    struct params in = { .host = NULL };

    return bind_parts(c, c->in, counters_parts, &in, err) &&
           session_remove(kept(c), c->cluster->sim, c->node, in.session, &in.counters, err) && nothing(c);
}

static bool
collect_session_data(struct call *c, struct ccm_error *err)
{
    struct params              in = { .host = NULL };
    const struct perfmon_path *paths;
    size_t                     count;

    if (!bind_parts(c, c->in, session_parts, &in, err) ||
        !session_paths(kept(c), c->cluster->sim, c->arena, c->node, in.session, &paths, &count, err))
        return false;
    rows_begin(c, &session_answer, count);
    for (size_t i = 0; i < count; i++)
        info(c, &session_answer, &paths[i], STATUS_VALID);
    rows_end(c, &session_answer);
    return true;
}

/* An object of many instances may have as many as there are phones. */
static bool
is_long(struct call *c)
{
    (void)c;
    return true;
}

const struct operation perfmon_operations[] = {
    { "perfmonOpenSession", API_PERFMON, open_session, NULL, NULL },
    { "perfmonAddCounter", API_PERFMON, add_counter, is_long, NULL },
    { "perfmonRemoveCounter", API_PERFMON, remove_counter, is_long, NULL },
    { "perfmonCollectSessionData", API_PERFMON, collect_session_data, is_long, NULL },
    { "perfmonCloseSession", API_PERFMON, close_session, NULL, NULL },
    { "perfmonListInstance", API_PERFMON, list_instance, is_long, NULL },
    { "perfmonQueryCounterDescription", API_PERFMON, query_description, NULL, NULL },
    { "perfmonListCounter", API_PERFMON, list_counter, NULL, NULL },
    { "perfmonCollectCounterData", API_PERFMON, collect_counter_data, is_long, NULL },
    { NULL, 0, NULL, NULL, NULL },
};
