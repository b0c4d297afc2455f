/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* UUIDs: random (OpenSSL), or drawn from a seed so that the same seed and the same requests
 * give the same ids. In the store: 36 characters, lower case. On the wire: {UPPER CASE}. */
#ifndef CCMSIM_UUID_H
#define CCMSIM_UUID_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UUID_POOL 64

struct uuid_source {
    pthread_mutex_t lock;
    bool            seeded;
    uint64_t        state[4];
    uint64_t        pool[UUID_POOL]; /* drawn and not used, without a seed */
    unsigned        left;
};

void uuid_source_init(struct uuid_source *src, bool seeded, uint64_t seed);
/* out gets 36 lower-case characters and a NUL (version 4). */
void uuid_new(struct uuid_source *src, char out[37]);
/* Any case, braces or not: out gets the store's form. False if text is no UUID. */
bool uuid_parse(const char *text, size_t len, char out[37]);
/* The wire form of a store uuid: 38 characters and a NUL. */
void uuid_braced(const char *store_form, char out[39]);
/* 64 bits from the same source. */
uint64_t uuid_random(struct uuid_source *src);

#endif
