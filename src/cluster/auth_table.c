/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Sets of eight entries, chosen by the key's first bytes: keys are random or keyed hashes, so sets
 * fill evenly and nobody can aim at one. */
#include "cluster/auth_table.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#define WAYS 8

void
auth_table_init(struct auth_table *t, size_t sets, uint64_t idle_ns)
{
    *t = (struct auth_table){ calloc(sets * WAYS, sizeof *t->entries), sets, idle_ns };
    if (t->entries == NULL)
        abort();
}

void
auth_table_release(struct auth_table *t)
{
    free(t->entries);
    t->entries = NULL;
}

void
auth_table_clear(struct auth_table *t)
{
    memset(t->entries, 0, t->sets * WAYS * sizeof *t->entries);
}

static struct auth_entry *
set_of(struct auth_table *t, const unsigned char key[AUTH_KEY_BYTES])
{
    uint32_t n;

    memcpy(&n, key, sizeof n);
    return &t->entries[n % t->sets * WAYS];
}

struct auth_entry *
auth_table_find(struct auth_table *t, const unsigned char key[AUTH_KEY_BYTES], uint64_t now_ns)
{
    struct auth_entry *set = set_of(t, key);

    for (int i = 0; i < WAYS; i++) {
        if (set[i].used_ns == 0 || CRYPTO_memcmp(set[i].key, key, AUTH_KEY_BYTES) != 0)
            continue;
        if (t->idle_ns != 0 && now_ns - set[i].used_ns > t->idle_ns) {
            memset(&set[i], 0, sizeof set[i]);
            return NULL;
        }
        set[i].used_ns = now_ns;
        return &set[i];
    }
    return NULL;
}

struct auth_entry *
auth_table_put(struct auth_table *t, const unsigned char key[AUTH_KEY_BYTES], uint64_t now_ns)
{
    struct auth_entry *e = auth_table_find(t, key, now_ns);

    if (e != NULL)
        return e;
    struct auth_entry *set = set_of(t, key);
    e = &set[0];
    for (int i = 1; i < WAYS; i++)
        if (set[i].used_ns < e->used_ns)
            e = &set[i];
    memset(e, 0, sizeof *e);
    memcpy(e->key, key, AUTH_KEY_BYTES);
    e->used_ns = now_ns;
    return e;
}

void
auth_table_remove(struct auth_table *t, const unsigned char key[AUTH_KEY_BYTES])
{
    struct auth_entry *set = set_of(t, key);

    for (int i = 0; i < WAYS; i++)
        if (CRYPTO_memcmp(set[i].key, key, AUTH_KEY_BYTES) == 0)
            memset(&set[i], 0, sizeof set[i]);
}
