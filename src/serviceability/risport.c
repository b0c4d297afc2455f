/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* RIS's selection of devices: the nodes that answer, and on each the records that fit. */
#include <string.h>
#include <strings.h>

#include "serviceability/ris.h"

#define CALLMANAGER "Cisco CallManager"
#define COLLECTOR   "Cisco RIS Data Collector"

/* ---- nodes ---- */

static const struct sim_service *
service_of(const struct sim_node *n, const char *name)
{
    for (size_t i = 0; i < n->service_count; i++)
        if (strcmp(n->services[i].name, name) == 0)
            return &n->services[i];
    return NULL;
}

static bool
is_asked(const struct ris_criteria *q, const struct sim_node *n)
{
    return q->node == NULL || strcasecmp(q->node, n->name) == 0 || strcmp(q->node, n->address) == 0;
}

static bool
is_unchanged(const struct ris_criteria *q, const struct ris_node *n)
{
    for (size_t i = 0; i < q->state_count; i++)
        if (strcasecmp(q->states[i].node, n->name) == 0)
            return q->states[i].started == n->started && q->states[i].id == n->state_id;
    return false;
}

static void
add_node(struct call *c, const struct ris_criteria *q, const struct sim_node *n, struct ris_result *r)
{
    struct ris_node          *to = &r->nodes[r->node_count++];
    const struct sim_service *collector = service_of(n, COLLECTOR);

    *to = (struct ris_node){ .name = n->name, .return_code = "NotFound", .end = &to->records };
    if (!n->up || (collector != NULL && !collector->running)) {
        to->return_code = "NodeNotResponding";
        return;
    }
    if (q->invalid) {
        to->return_code = "InvalidRequest";
        return;
    }
    to->answers = true;
    to->started = (collector != NULL ? collector->since_ms : n->since_ms) / 1000;
    to->state_id = ris_state_id(serviceability_of(c->cluster), c->cluster->sim, n->name);
    to->no_change = is_unchanged(q, to);
}

/* Every node on which the call process is activated; of a NodeName that is none, that one. */
static void
find_nodes(struct call *c, const struct ris_criteria *q, struct ris_result *r)
{
    const struct sim_node *nodes;
    size_t                 count = sim_nodes(c->cluster->sim, c->arena, &nodes);

    for (size_t i = 0; i < count && r->node_count < RIS_NODES_MAX; i++) {
        const struct sim_service *ccm = service_of(&nodes[i], CALLMANAGER);
        if (is_asked(q, &nodes[i]) && (q->node != NULL || (ccm != NULL && ccm->activated)))
            add_node(c, q, &nodes[i], r);
    }
    if (r->node_count == 0 && q->node != NULL)
        r->nodes[r->node_count++] = (struct ris_node){ .name = q->node, .return_code = "InvalidNodeName" };
}

/* ---- devices ---- */

static struct ris_node *
node_of(struct ris_result *r, const char *name)
{
    for (size_t i = 0; i < r->node_count; i++)
        if (r->nodes[i].answers && strcasecmp(r->nodes[i].name, name) == 0)
            return &r->nodes[i];
    return NULL;
}

static void
add_record(struct call *c, struct ris_node *n, const struct sim_device *d, const struct sim_presence *p)
{
    struct ris_record *record = arena_alloc(c->arena, sizeof *record);

    *record = (struct ris_record){ d, p, NULL };
    *n->end = record;
    n->end = &record->next;
    n->returned++;
}

/* Those of its records that were asked for, on nodes that answer. A record that it has left behind is there until the
 * node forgets it. */
static void
add_records(struct call *c, const struct ris_criteria *q, struct ris_result *r, const struct sim_device *d,
            size_t *room)
{
    for (size_t i = 0; i<d->presence_count && * room> 0; i++) {
        const struct sim_presence *p = &d->presences[i];
        struct ris_node           *n = node_of(r, p->node);

        if (n != NULL && (q->filter.status == SIM_STATUS_COUNT || q->filter.status == p->status)) {
            add_record(c, n, d, p);
            (*room)--;
        }
        if (q->newest)
            break;
    }
}

static void
find_devices(struct call *c, const struct ris_criteria *q, struct ris_result *r)
{
    struct sim_filter               f = q->filter;
    const char                     *nodes[RIS_NODES_MAX + 1] = { NULL };
    const struct sim_device *const *devices;
    const struct sim_tally         *tally;
    size_t                          answering = 0, room = q->limit;

    for (size_t i = 0; i < r->node_count; i++)
        if (r->nodes[i].answers)
            nodes[answering++] = r->nodes[i].name;
    f.nodes = nodes;
    size_t n = sim_records(c->cluster->sim, c->arena, &f, &devices, &tally);
    for (; tally->node != NULL; tally++)
        node_of(r, tally->node)->found = tally->records;
    for (size_t i = 0; i < n; i++)
        add_records(c, q, r, devices[i], &room);
}

static void
conclude(struct ris_result *r)
{
    for (size_t i = 0; i < r->node_count; i++) {
        struct ris_node *n = &r->nodes[i];
        if (!n->answers)
            continue;
        if (n->returned > 0)
            n->return_code = "Ok";
        if (n->no_change)
            n->records = NULL;
        else
            r->total += n->found;
    }
}

/* The node that was asked can't do without its own collector. */
static bool
collector_runs(struct call *c, struct ccm_error *err)
{
    const struct sim_node    *n = sim_node_find(c->cluster->sim, c->arena, c->node);
    const struct sim_service *s = n != NULL ? service_of(n, COLLECTOR) : NULL;

    if (s == NULL || s->running)
        return true;
    return ccm_fail(err, CCM_INVALID,
                    "Error Code = 7. " COLLECTOR " is not running on node %.60s."
                    " Following error needs soap clients to start a new session",
                    n->name);
}

struct plan {
    struct ris_criteria criteria;
    enum ris_kind       kind;
};

static bool
prepare(struct call *c, const char *part, bool newest, enum ris_kind kind, struct ccm_error *err)
{
    struct plan *plan = arena_alloc(c->arena, sizeof *plan);

    plan->kind = kind;
    c->plan = plan;
    return collector_runs(c, err) && ris_criteria_read(c, part, newest, &plan->criteria, err);
}

static bool
prepare_cm_device(struct call *c, struct ccm_error *err)
{
    return prepare(c, "CmSelectionCriteria", false, RIS_DEVICES, err);
}

static bool
prepare_cm_device_ext(struct call *c, struct ccm_error *err)
{
    return prepare(c, "CmSelectionCriteria", true, RIS_DEVICES, err);
}

static bool
prepare_cm_device_sip(struct call *c, struct ccm_error *err)
{
    return prepare(c, "CmSelectionCriteriaSIP", false, RIS_DEVICES_SIP, err);
}

static bool
select_devices(struct call *c, struct ccm_error *err)
{
    const struct plan         *plan = c->plan;
    const struct ris_criteria *q = &plan->criteria;
    struct ris_result         *r = arena_alloc(c->arena, sizeof *r);

    (void)err;
    find_nodes(c, q, r);
    if (!q->invalid && !q->none)
        find_devices(c, q, r);
    conclude(r);
    ris_answer(c, plan->kind, r);
    return true;
}

/* Up to a thousand rows or so are written where the request came in, as AXL's short lists are: handing them to another
 * thread and its cache back costs as much as they do. */
#define LOOK_MAX 50000u
#define ROWS_MAX 1000u

static bool
is_long(struct call *c)
{
    const struct plan *plan = c->plan;
    size_t             rows;

    return sim_devices_cost(c->cluster->sim, &plan->criteria.filter, &rows) > LOOK_MAX || rows > ROWS_MAX;
}

#define BOTH (API_RIS | API_RIS70)
const struct operation ris_operations[] = {
    { "selectCmDevice", BOTH, select_devices, is_long, prepare_cm_device },
    { "selectCmDeviceExt", API_RIS70, select_devices, is_long, prepare_cm_device_ext },
    { "selectCmDeviceSIP", API_RIS, select_devices, is_long, prepare_cm_device_sip },
    { "selectCtiItem", BOTH, NULL, NULL, NULL },
    { "selectCtiDevice", API_RIS70, NULL, NULL, NULL },
    { "getServerInfo", BOTH, NULL, NULL, NULL },
    { "executeCCMSQLStatement", API_RIS, NULL, NULL, NULL },
    { NULL, 0, NULL, NULL, NULL },
};
