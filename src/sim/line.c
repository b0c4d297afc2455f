/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Directory numbers, and their appearances on devices. */
#include <stdlib.h>

#include "sim/sim_priv.h"

static const char *const state_names[] = {
    [SIM_LINE_IDLE] = "idle",           [SIM_LINE_OFFHOOK] = "offhook",
    [SIM_LINE_RINGOUT] = "ringout",     [SIM_LINE_RINGIN] = "ringin",
    [SIM_LINE_CONNECTED] = "connected", [SIM_LINE_BUSY] = "busy",
    [SIM_LINE_REORDER] = "reorder",     [SIM_LINE_REMOTE_IN_USE] = "remote-in-use",
};

const char *
sim_line_state_name(enum sim_line_state state)
{
    return (size_t)state < sizeof state_names / sizeof state_names[0] ? state_names[state] : "idle";
}

/* ---- numbers ---- */

struct dn *
number_add(struct sim *sim, const char *pkid, const char *pattern)
{
    struct dn *dn = base_malloc(sizeof *dn);

    *dn = (struct dn){ .pkid = sim_copy(pkid), .pattern = sim_copy(pattern) };
    map_put(&sim->number_pkids, dn);
    number_index(sim, dn, true);
    return dn;
}

/* Numbers alike in different partitions hang from one another; the map has the first. */
void
number_index(struct sim *sim, struct dn *dn, bool in)
{
    struct dn *first = map_get(&sim->numbers, dn->pattern);

    if (in) {
        dn->same = NULL;
        if (first == NULL) {
            map_put(&sim->numbers, dn);
            return;
        }
        dn->same = first->same;
        first->same = dn;
        return;
    }
    if (first == dn) {
        map_drop(&sim->numbers, dn);
        if (dn->same != NULL)
            map_put(&sim->numbers, dn->same);
        return;
    }
    for (struct dn *at = first; at != NULL; at = at->same)
        if (at->same == dn) {
            at->same = dn->same;
            return;
        }
}

static void
number_free(struct dn *dn)
{
    free(dn->pkid);
    free(dn->pattern);
    free(dn->name);
    free(dn);
}

void
number_drop(struct sim *sim, struct dn *dn)
{
    number_index(sim, dn, false);
    map_drop(&sim->number_pkids, dn);
    number_free(dn);
}

/* Numbers that no device has are of no use here. */
void
numbers_prune(struct sim *sim)
{
    for (size_t i = 0; i < sim->number_pkids.cap;) {
        struct dn *dn = sim->number_pkids.slots[i];
        if (dn != NULL && dn->lines == NULL)
            number_drop(sim, dn); /* another may have moved up here */
        else
            i++;
    }
}

void
numbers_clear(struct sim *sim)
{
    for (size_t i = 0; i < sim->number_pkids.cap; i++)
        if (sim->number_pkids.slots[i] != NULL)
            number_free(sim->number_pkids.slots[i]);
    map_release(&sim->number_pkids);
    map_release(&sim->numbers);
}

/* ---- appearances ---- */

static bool
grow_lines(struct dev *d)
{
    if (d->line_count == UINT8_MAX)
        return false;
    if ((d->line_count & (d->line_count - 1u)) == 0) /* full at each power of two */
        d->lines = base_realloc(d->lines, (d->line_count == 0 ? 1u : d->line_count * 2u) * sizeof(struct line *));
    return true;
}

/* In the order of their index. NULL: more than a device can have. */
struct line *
line_add(struct sim *sim, struct dev *d, struct dn *dn, const char *pkid, unsigned index)
{
    if (!grow_lines(d))
        return NULL;
    struct line *l = base_malloc(sizeof *l);
    *l = (struct line){ .pkid = sim_copy(pkid), .dev = d, .dn = dn, .index = (uint8_t)(index < 256 ? index : 255) };
    uint8_t at = d->line_count++;
    for (; at > 0 && d->lines[at - 1]->index > l->index; at--)
        d->lines[at] = d->lines[at - 1];
    d->lines[at] = l;
    /* Behind those that had the number before. */
    struct line **end = &dn->lines;
    while (*end != NULL)
        end = &(*end)->next;
    *end = l;
    if (map_get(&sim->line_pkids, l->pkid) == NULL)
        map_put(&sim->line_pkids, l);
    return l;
}

void
line_free(struct line *l)
{
    free(l->pkid);
    free(l->display);
    free(l);
}

void
line_drop(struct sim *sim, struct line *l)
{
    struct dev *d = l->dev;
    struct dn  *dn = l->dn;

    call_line_gone(sim, l);
    uint8_t at = 0;
    while (d->lines[at] != l)
        at++;
    d->line_count--;
    memmove(d->lines + at, d->lines + at + 1, (size_t)(d->line_count - at) * sizeof(struct line *));
    for (struct line **p = &dn->lines; *p != NULL; p = &(*p)->next)
        if (*p == l) {
            *p = l->next;
            break;
        }
    if (map_get(&sim->line_pkids, l->pkid) == l)
        map_drop(&sim->line_pkids, l);
    line_free(l);
    if (dn->lines == NULL)
        number_drop(sim, dn);
    else
        line_show_all(sim, dn);
}

enum sim_status
line_status(const struct line *l)
{
    if (l->refused && (l->dev->status == SIM_REGISTERED || l->dev->status == SIM_PARTIALLY))
        return SIM_REJECTED;
    return l->dev->status == SIM_PARTIALLY ? SIM_REGISTERED : (enum sim_status)l->dev->status;
}

struct line *
line_find(const struct dev *d, unsigned index)
{
    for (uint8_t i = 0; i < d->line_count; i++)
        if (d->lines[i]->index == index)
            return d->lines[i];
    return NULL;
}
