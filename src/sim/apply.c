/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What was read from the store becomes records, or changes them. */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "sim/load.h"

static const char *
safe(const char *text)
{
    return text != NULL ? text : "";
}

/* True: it was something else. */
static bool
set_text(char **field, const char *text)
{
    if (text != NULL && *text == '\0')
        text = NULL;
    if (*field == text || (*field != NULL && text != NULL && strcmp(*field, text) == 0))
        return false;
    free(*field);
    *field = sim_copy(text);
    return true;
}

/* ---- what devices and numbers point to: records live as long as the simulator, since others point to them ---- */

static void *
find_or_make(struct sim_map *m, const char *pkid, size_t size)
{
    void *item = map_get(m, pkid);

    if (item == NULL) {
        item = base_malloc(size);
        memset(item, 0, size);
        char *copy = sim_copy(pkid);
        memcpy((char *)item + m->key, &copy, sizeof copy);
        map_put(m, item);
    }
    return item;
}

static void *
find(struct sim_map *m, const char *pkid, size_t size)
{
    return pkid == NULL || *pkid == '\0' ? NULL : find_or_make(m, pkid, size);
}

void
apply_partition(struct sim *sim, const char *pkid, const char *name)
{
    struct partition *p = find_or_make(&sim->partitions, pkid, sizeof *p);

    set_text(&p->name, name);
    if (p->name == NULL)
        p->name = sim_copy("");
}

static struct partition *
partition_of(struct sim *sim, const char *pkid)
{
    struct partition *p = find(&sim->partitions, pkid, sizeof *p);

    if (p != NULL && p->name == NULL)
        p->name = sim_copy("");
    return p;
}

void
apply_space(struct sim *sim, const char *pkid, const char *const *partitions, size_t count)
{
    struct css *css = find_or_make(&sim->spaces, pkid, sizeof *css);

    free(css->parts);
    css->parts = count > 0 ? base_malloc(count * sizeof(struct partition *)) : NULL;
    css->count = count;
    for (size_t i = 0; i < count; i++)
        css->parts[i] = partition_of(sim, partitions[i]);
}

static uint8_t
node_of(const struct sim *sim, const char *pkid)
{
    for (uint8_t i = 0; i < SIM_MAX_NODES && pkid != NULL; i++)
        if (sim->nodes[i].used && strcmp(sim->nodes[i].pkid, pkid) == 0)
            return (uint8_t)(i + 1);
    return 0;
}

void
apply_group(struct sim *sim, const char *pkid, const char *const *nodes, size_t count)
{
    struct group *g = find_or_make(&sim->groups, pkid, sizeof *g);

    g->count = 0;
    for (size_t i = 0; i < count && g->count < SIM_GROUP_MAX; i++) {
        uint8_t n = node_of(sim, nodes[i]);
        if (n != 0)
            g->nodes[g->count++] = n;
    }
}

void
apply_pool(struct sim *sim, const char *pkid, const char *group, int32_t monitor_s)
{
    struct pool *p = find_or_make(&sim->pools, pkid, sizeof *p);

    p->group = find(&sim->groups, group, sizeof *p->group);
    p->monitor_s = monitor_s;
}

/* ---- nodes ---- */

static bool
address_taken(const struct sim *sim, const char *address)
{
    for (uint8_t i = 0; i < SIM_MAX_NODES; i++)
        if (sim->nodes[i].used && strcmp(sim->nodes[i].address, address) == 0)
            return true;
    return false;
}

/* In the order of node numbers: the publisher's is the lowest. */
static void
sort_nodes(struct sim *sim)
{
    sim->node_count = 0;
    for (uint8_t i = 0; i < SIM_MAX_NODES; i++) {
        if (!sim->nodes[i].used)
            continue;
        uint8_t at = sim->node_count++;
        for (; at > 0 && sim->nodes[sim->node_order[at - 1] - 1].nodeid > sim->nodes[i].nodeid; at--)
            sim->node_order[at] = sim->node_order[at - 1];
        sim->node_order[at] = (uint8_t)(i + 1);
    }
}

void
apply_node(struct sim *sim, const char *pkid, const char *name, int nodeid)
{
    uint8_t      number = node_of(sim, pkid);
    struct node *n;

    if (number != 0) {
        n = &sim->nodes[number - 1];
        set_text(&n->name, name);
        return;
    }
    for (number = 0; number < SIM_MAX_NODES && sim->nodes[number].used; number++)
        continue;
    if (number == SIM_MAX_NODES)
        return;
    n = &sim->nodes[number];
    free(n->name);
    memset(n, 0, sizeof *n);
    snprintf(n->pkid, sizeof n->pkid, "%s", pkid);
    n->name = sim_copy(safe(name));
    n->nodeid = nodeid;
    n->publisher = sim->node_count == 0;
    for (unsigned host = 1; host < 255; host++) {
        snprintf(n->address, sizeof n->address, "127.0.0.%u", host);
        if (!address_taken(sim, n->address))
            break;
    }
    n->used = true;
    sort_nodes(sim);
    node_setup(n, clock_now(sim));
}

void
apply_node_removed(struct sim *sim, const char *pkid)
{
    uint8_t number = node_of(sim, pkid);

    if (number == 0)
        return;
    struct node *n = &sim->nodes[number - 1];
    bool         served = node_serves(sim, number);
    n->used = false;
    sort_nodes(sim);
    if (served)
        node_lost(sim, number, REASON_CONNECTIVITY_ERROR);
    nodes_forget(sim, number);
}

/* ---- devices ---- */

static uint8_t
class_of(const struct device_row *r)
{
    static const struct {
        int     tkclass;
        uint8_t ris;
    } classes[] = {
#define Y(number, id) { number, RIS_##id },
#include "sim/classes.def"
#undef Y
    };

    if (r->tkclass == STORE_CLASS_TRUNK && r->tkprotocol == STORE_PROTOCOL_SIP)
        return RIS_SIPTRUNK;
    if (r->tkclass == STORE_CLASS_GATEWAY && r->tkprotocol == STORE_PROTOCOL_H225)
        return RIS_H323;
    if (r->tkclass == STORE_CLASS_PHONE && r->tkmodel == STORE_MODEL_CTI_PORT)
        return RIS_CTI;
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (classes[i].tkclass == r->tkclass)
            return classes[i].ris;
    return RIS_COUNT;
}

bool
load_class_registers(const struct device_row *r)
{
    return class_of(r) != RIS_COUNT && r->tkmodel != STORE_MODEL_TEMPLATE;
}

static uint8_t
protocol_of(const struct device_row *r, uint8_t ris)
{
    if (r->tkprotocol == STORE_PROTOCOL_SIP)
        return PROTOCOL_SIP;
    return r->tkprotocol == STORE_PROTOCOL_SCCP && (ris == RIS_PHONE || ris == RIS_VOICEMAIL) ? PROTOCOL_SCCP
                                                                                              : PROTOCOL_UNKNOWN;
}

static void
rename_device(struct sim *sim, struct dev *d, const char *name)
{
    map_drop(&sim->devices, d);
    order_drop(&sim->order, d);
    set_text(&d->name, name);
    map_put(&sim->devices, d);
    order_add(&sim->order, d);
}

/* What it is told when it registers next, as opposed to what is true at once. */
static void
take_settings(struct sim *sim, struct dev *d, const struct device_row *r)
{
    struct pool  *pool = find(&sim->pools, r->pool, sizeof *pool);
    struct group *group = find(&sim->groups, r->group, sizeof *group);

    d->changed |= d->pool != pool || d->group != group || d->tkprotocol != r->tkprotocol;
    d->pool = pool;
    d->group = group;
    d->changed |= set_text(&d->load, r->load);
    d->tkprotocol = r->tkprotocol;
    d->css = find(&sim->spaces, r->css, sizeof *d->css);
    d->cti = r->cti;
    free(d->description);
    d->description = sim_copy(safe(r->description));
    d->tkproduct = r->tkproduct;
}

struct dev *
apply_device(struct sim *sim, const struct device_row *r)
{
    struct dev *d = map_get(&sim->device_pkids, r->pkid);
    uint8_t     ris = class_of(r);

    if (d != NULL) {
        if (strcmp(d->name, r->name) != 0 && registry_find(sim, r->name) == NULL)
            rename_device(sim, d, r->name);
        gauge_device(sim, d, -1);
        take_settings(sim, d, r);
        d->tkmodel = r->tkmodel;
        d->protocol = protocol_of(r, d->ris);
        d->hard = model_is_hard(r->tkmodel);
        gauge_device(sim, d, +1);
        registry_recount(sim, d);
        return d;
    }
    struct dev *namesake = registry_find(sim, r->name);
    if (namesake != NULL && dev_is_stranger(namesake))
        registry_drop(sim, namesake);
    else if (namesake != NULL)
        return NULL; /* a profile or another half with a device's name */
    d = base_malloc(sizeof *d);
    memset(d, 0, sizeof *d);
    d->timer.kind = TIMER_DEVICE;
    d->name = sim_copy(r->name);
    d->pkid = sim_copy(r->pkid);
    d->tkclass = r->tkclass;
    d->tkmodel = r->tkmodel;
    d->ris = ris;
    d->protocol = protocol_of(r, ris);
    d->hard = model_is_hard(r->tkmodel);
    take_settings(sim, d, r);
    d->changed = false;
    registry_add(sim, d);
    return d;
}

/* It is there: booting, or registered already. */
void
apply_start(struct sim *sim, struct dev *d)
{
    uint8_t best = phone_best_node(sim, d);

    if (sim->loading)
        return;
    if (!sim->settling) {
        phone_event(sim, d, EVENT_PLUG);
        return;
    }
    d->state = best != 0 ? STATE_REGISTERED : STATE_SEARCHING;
    if (best == 0)
        return;
    d->status = SIM_REGISTERED;
    d->node = best;
    d->attempts = 1;
    d->time_ms = clock_now(sim);
    phone_seen(sim, d);
    gauge_device(sim, d, +1);
    registry_recount(sim, d);
}

void
apply_removed(struct sim *sim, struct dev *d)
{
    if (d->status == SIM_REGISTERED || d->status == SIM_PARTIALLY)
        phone_set(sim, d, SIM_UNREGISTERED, REASON_DEVICE_UNREGISTERED, d->node);
    event_begin(sim, KIND_DEVICE, d->name);
    event_text(&sim->scratch, "status", "Removed");
    event_end(sim, KIND_DEVICE, d->name);
    registry_drop(sim, d);
}

void
apply_login(struct sim *sim, struct dev *d, const struct login_row *r)
{
    const char *user = r != NULL ? r->user : NULL;

    if (d->profile != NULL && map_get(&sim->profiles, d->profile) == d)
        map_drop(&sim->profiles, d);
    set_text(&d->profile, r != NULL ? r->profile : NULL);
    if (d->profile != NULL && map_get(&sim->profiles, d->profile) == NULL)
        map_put(&sim->profiles, d);
    if (set_text(&d->user, user)) {
        struct buf *b = event_begin(sim, KIND_MOBILITY, d->name);
        event_text(b, "user", safe(user));
        event_end(sim, KIND_MOBILITY, d->name);
    }
}

/* ---- numbers and lines ---- */

struct dn *
apply_number(struct sim *sim, const struct number_row *r)
{
    struct dn *dn = map_get(&sim->number_pkids, r->pkid);

    if (dn == NULL) {
        dn = number_add(sim, r->pkid, safe(r->pattern));
    } else if (strcmp(dn->pattern, safe(r->pattern)) != 0) {
        number_index(sim, dn, false);
        free(dn->pattern);
        dn->pattern = sim_copy(safe(r->pattern));
        number_index(sim, dn, true);
    }
    dn->partition = partition_of(sim, r->partition);
    dn->css = find(&sim->spaces, r->css, sizeof *dn->css);
    set_text(&dn->name, r->name);
    dn->no_answer_s = r->no_answer_s;
    return dn;
}

static uint8_t
small(int32_t n, uint8_t otherwise)
{
    return n >= 1 && n <= 255 ? (uint8_t)n : otherwise;
}

static void
set_line(struct line *l, const struct line_row *r)
{
    set_text(&l->display, r->display);
    l->busy_trigger = small(r->busy_trigger, 2);
    l->max_calls = small(r->max_calls, 4);
}

struct line *
apply_line(struct sim *sim, struct dev *d, const struct line_row *r)
{
    struct dn *dn = r->number != NULL ? map_get(&sim->number_pkids, r->number) : NULL;

    if (dn == NULL)
        return NULL;
    struct line *l = map_get(&sim->line_pkids, r->pkid);
    if (l == NULL || l->dev != d || l->dn != dn) /* the feed may have been first */
        l = line_add(sim, d, dn, r->pkid, r->index);
    if (l != NULL)
        set_line(l, r);
    return l;
}

static const struct line_row *
row_of(const struct line *l, const struct line_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].pkid, l->pkid) == 0 && rows[i].index == l->index && rows[i].number != NULL &&
            strcmp(rows[i].number, l->dn->pkid) == 0)
            return &rows[i];
    return NULL;
}

bool
apply_lines(struct sim *sim, struct dev *d, const struct line_row *rows, size_t count)
{
    bool changed = false;

    for (uint8_t i = d->line_count; i > 0; i--) {
        const struct line_row *r = row_of(d->lines[i - 1], rows, count);
        if (r != NULL) {
            set_line(d->lines[i - 1], r);
        } else {
            line_drop(sim, d->lines[i - 1]);
            changed = true;
        }
    }
    for (size_t i = 0; i < count; i++) {
        bool there = false;
        for (uint8_t k = 0; k < d->line_count && !there; k++)
            there = strcmp(d->lines[k]->pkid, rows[i].pkid) == 0;
        if (!there)
            changed |= apply_line(sim, d, &rows[i]) != NULL;
    }
    return changed;
}

/* ---- all of it ---- */

static void
clear_map(struct sim_map *m, void (*release)(void *item))
{
    for (size_t i = 0; i < m->cap; i++)
        if (m->slots[i] != NULL)
            release(m->slots[i]);
    map_release(m);
}

static void
free_partition(void *item)
{
    struct partition *p = item;

    free(p->pkid);
    free(p->name);
    free(p);
}

static void
free_space(void *item)
{
    struct css *css = item;

    free(css->pkid);
    free(css->parts);
    free(css);
}

/* Groups and pools begin with their pkid. */
static void
free_plain(void *item)
{
    free(*(char **)item);
    free(item);
}

void
apply_clear(struct sim *sim)
{
    map_release(&sim->profiles);
    registry_clear(sim);
    clear_map(&sim->partitions, free_partition);
    clear_map(&sim->spaces, free_space);
    clear_map(&sim->groups, free_plain);
    clear_map(&sim->pools, free_plain);
    for (size_t i = 0; i < SIM_MAX_NODES; i++)
        free(sim->nodes[i].name);
    memset(sim->nodes, 0, sizeof sim->nodes);
    sim->node_count = 0;
}
