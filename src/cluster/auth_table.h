/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A bounded table of who was verified, by a 32-byte key: for credentials a keyed hash of user and
 * password, for sessions their token. Full sets drop the entry longest unused. No lock of its own. */
#ifndef CCMSIM_AUTH_TABLE_H
#define CCMSIM_AUTH_TABLE_H

#include "cluster/auth_priv.h"

#define AUTH_KEY_BYTES 32

struct auth_entry {
    unsigned char    key[AUTH_KEY_BYTES];
    struct principal who;
    uint64_t         generation;              /* of the users' tables, when it was looked up */
    uint64_t         used_ns;                 /* 0: free */
    unsigned char    session[AUTH_KEY_BYTES]; /* of credentials: that of clients which keep no cookie; 0: none */
};

struct auth_table {
    struct auth_entry *entries;
    size_t             sets;
    uint64_t           idle_ns; /* forgotten when unused for so long; 0: never */
};

void auth_table_init(struct auth_table *t, size_t sets, uint64_t idle_ns);
void auth_table_release(struct auth_table *t);
void auth_table_clear(struct auth_table *t);
/* NULL: none, or idle too long. A hit counts as use. */
struct auth_entry *auth_table_find(struct auth_table *t, const unsigned char key[AUTH_KEY_BYTES], uint64_t now_ns);
/* The entry of that key, found or made: who and generation are the caller's to fill. */
struct auth_entry *auth_table_put(struct auth_table *t, const unsigned char key[AUTH_KEY_BYTES], uint64_t now_ns);
void               auth_table_remove(struct auth_table *t, const unsigned char key[AUTH_KEY_BYTES]);

#endif
