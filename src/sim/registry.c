/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The devices and how they are found: by name, by pkid, by address, in order; and how many are alike. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/sim_priv.h"

#define NO_SLOT UINT32_MAX
/* Addresses that end in 0 or 255 are left out: some programs take them for networks. */
#define HOSTS 254u

bool
registry_set_range(struct sim *sim, const char *range, struct ccm_error *err)
{
    char           text[32], *slash;
    struct in_addr base;

    snprintf(text, sizeof text, "%s", range != NULL ? range : SIM_PHONE_RANGE);
    slash = strchr(text, '/');
    long bits = slash != NULL ? strtol(slash + 1, NULL, 10) : 0;
    if (slash != NULL)
        *slash = '\0';
    if (bits < 8 || bits > 24 || inet_pton(AF_INET, text, &base) != 1 || ntohl(base.s_addr) >> 24 != 127)
        return ccm_fail(err, CCM_CONFIG, "phone range '%s' must lie in 127.0.0.0/8 and be from /8 to /24",
                        range != NULL ? range : "");
    uint32_t size = 1u << (32 - bits);
    sim->range_base = ntohl(base.s_addr) & ~(size - 1);
    sim->range_size = size / 256 * HOSTS;
    return true;
}

static uint32_t
slot_address(const struct sim *sim, uint32_t slot)
{
    return sim->range_base + slot / HOSTS * 256 + 1 + slot % HOSTS;
}

/* Media resources and CTI devices live on the node itself; lists and trunks are no machines of their own. */
static bool
has_address(const struct dev *d)
{
    return d->ris == RIS_PHONE || d->ris == RIS_GATEWAY || d->ris == RIS_VOICEMAIL || d->ris == RIS_UNKNOWN;
}

/* Not printf: it is written for each device of an answer. */
static char *
put_octet(char *to, uint32_t value)
{
    if (value >= 100)
        *to++ = (char)('0' + value / 100);
    if (value >= 10)
        *to++ = (char)('0' + value / 10 % 10);
    *to++ = (char)('0' + value % 10);
    return to;
}

size_t
registry_address(const struct sim *sim, const struct dev *d, char out[SIM_ADDRESS])
{
    char *to = out;

    if (d->slot != NO_SLOT) {
        uint32_t address = slot_address(sim, d->slot);
        for (unsigned shift = 24; shift > 0; shift -= 8) {
            to = put_octet(to, address >> shift & 255);
            *to++ = '.';
        }
        to = put_octet(to, address & 255);
    } else if ((d->ris == RIS_MEDIA || d->ris == RIS_CTI) && d->node != 0) {
        to = stpcpy(to, sim->nodes[d->node - 1].address);
    }
    *to = '\0';
    return (size_t)(to - out);
}

struct dev *
registry_by_address(const struct sim *sim, const char *address)
{
    struct in_addr in;

    if (inet_pton(AF_INET, address, &in) != 1)
        return NULL;
    uint32_t offset = ntohl(in.s_addr) - sim->range_base;
    if (offset % 256 == 0 || offset % 256 == 255)
        return NULL;
    uint32_t slot = offset / 256 * HOSTS + offset % 256 - 1;
    return slot < sim->slot_count ? sim->slots[slot] : NULL;
}

/* ---- addresses are given out and come back ---- */

static void
grow_slots(struct sim *sim, uint32_t need)
{
    if (need <= sim->slot_cap)
        return;
    uint32_t cap = sim->slot_cap == 0 ? 64 : sim->slot_cap;
    while (cap < need)
        cap *= 2;
    sim->slots = base_realloc(sim->slots, cap * sizeof(struct dev *));
    sim->spare = base_realloc(sim->spare, cap * sizeof(uint32_t));
    sim->slot_cap = cap;
}

void
registry_take_slot(struct sim *sim, struct dev *d, uint32_t slot)
{
    if (slot >= sim->range_size)
        return;
    while (sim->slot_count <= slot) {
        grow_slots(sim, sim->slot_count + 1);
        sim->slots[sim->slot_count] = NULL;
        if (sim->slot_count != slot)
            sim->spare[sim->spare_count++] = sim->slot_count;
        sim->slot_count++;
    }
    sim->slots[slot] = d;
    d->slot = slot;
}

static void
give_slot(struct sim *sim, struct dev *d)
{
    d->slot = NO_SLOT;
    if (!has_address(d))
        return;
    while (sim->spare_count > 0) {
        uint32_t slot = sim->spare[--sim->spare_count];
        if (sim->slots[slot] == NULL) {
            registry_take_slot(sim, d, slot);
            return;
        }
    }
    registry_take_slot(sim, d, sim->slot_count);
}

void
registry_move_slot(struct sim *sim, struct dev *d, uint32_t slot)
{
    if (d->slot == NO_SLOT || slot == d->slot || slot >= sim->range_size)
        return;
    struct dev *other = slot < sim->slot_count ? sim->slots[slot] : NULL;
    uint32_t    mine = d->slot;
    registry_take_slot(sim, d, slot);
    sim->slots[mine] = other;
    if (other != NULL)
        other->slot = mine;
    else
        sim->spare[sim->spare_count++] = mine;
}

/* ---- how many are alike ---- */

static size_t
bucket_home(const struct bucket *b)
{
    uint64_t h = (uint32_t)b->tkmodel * 0x9E3779B97F4A7C15u;

    h ^= (uint64_t)b->ris << 24 ^ (uint64_t)b->protocol << 16 ^ (uint64_t)b->status << 8 ^ b->node;
    h *= 0xBF58476D1CE4E5B9u;
    return (size_t)(h >> 32) % SIM_BUCKET_HEADS;
}

static uint32_t
bucket_find(struct sim *sim, const struct bucket *want)
{
    size_t home = bucket_home(want);

    for (uint32_t i = sim->bucket_heads[home]; i != 0; i = sim->buckets[i].next) {
        const struct bucket *b = &sim->buckets[i];
        if (b->tkmodel == want->tkmodel && b->ris == want->ris && b->protocol == want->protocol &&
            b->status == want->status && b->node == want->node)
            return i;
    }
    if (sim->bucket_count + 1 >= sim->bucket_cap) {
        sim->bucket_cap = sim->bucket_cap == 0 ? 64 : sim->bucket_cap * 2;
        sim->buckets = base_realloc(sim->buckets, sim->bucket_cap * sizeof *sim->buckets);
    }
    uint32_t fresh = ++sim->bucket_count; /* from 1 */
    sim->buckets[fresh] = *want;
    sim->buckets[fresh].count = 0;
    sim->buckets[fresh].next = sim->bucket_heads[home];
    sim->bucket_heads[home] = fresh;
    return fresh;
}

void
registry_recount(struct sim *sim, struct dev *d)
{
    struct bucket want = {
        .tkmodel = d->tkmodel, .ris = d->ris, .protocol = d->protocol, .status = d->status, .node = d->node
    };

    if (d->bucket != 0)
        sim->buckets[d->bucket].count--;
    d->bucket = bucket_find(sim, &want);
    sim->buckets[d->bucket].count++;
}

void
registry_set_left(struct sim *sim, struct dev *d, size_t count)
{
    sim->left_count += count - d->left_count;
    d->left_count = (uint8_t)count;
}

/* ---- in and out ---- */

struct dev *
registry_find(const struct sim *sim, const char *name)
{
    return map_get(&sim->devices, name);
}

void
registry_add(struct sim *sim, struct dev *d)
{
    map_put(&sim->devices, d);
    map_put(&sim->device_pkids, d);
    order_add(&sim->order, d);
    give_slot(sim, d);
    registry_recount(sim, d);
}

static void
free_device(struct dev *d)
{
    free(d->name);
    free(d->pkid);
    free(d->description);
    free(d->load);
    free(d->user);
    free(d->profile);
    free(d->left);
    free(d->lines);
    free(d);
}

void
registry_drop(struct sim *sim, struct dev *d)
{
    d->pending = EVENT_NONE;
    while (d->line_count > 0)
        line_drop(sim, d->lines[d->line_count - 1]);
    clock_stop(sim, &d->timer);
    map_drop(&sim->devices, d);
    map_drop(&sim->device_pkids, d);
    order_drop(&sim->order, d);
    if (d->slot != NO_SLOT) {
        sim->slots[d->slot] = NULL;
        sim->spare[sim->spare_count++] = d->slot;
    }
    sim->buckets[d->bucket].count--;
    registry_set_left(sim, d, 0);
    free_device(d);
}

void
registry_clear(struct sim *sim)
{
    struct order_at at = { 0, 0 };
    struct dev     *d;

    /* Lines are freed with their numbers, without looking after either. */
    while ((d = order_next(&sim->order, &at)) != NULL) {
        clock_stop(sim, &d->timer);
        for (uint8_t i = 0; i < d->line_count; i++)
            line_free(d->lines[i]);
        free_device(d);
    }
    order_release(&sim->order);
    map_release(&sim->devices);
    map_release(&sim->device_pkids);
    map_release(&sim->line_pkids);
    numbers_clear(sim);
    free(sim->slots);
    free(sim->spare);
    free(sim->buckets);
    sim->slots = NULL;
    sim->spare = NULL;
    sim->buckets = NULL;
    sim->slot_count = sim->slot_cap = sim->spare_count = 0;
    sim->bucket_count = sim->bucket_cap = 0;
    sim->left_count = 0;
    memset(sim->bucket_heads, 0, sizeof sim->bucket_heads);
}
