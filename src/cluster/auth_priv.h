/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Users as authentication sees them. */
#ifndef CCMSIM_AUTH_PRIV_H
#define CCMSIM_AUTH_PRIV_H

#include "ccmsim/auth.h"

#define CREDENTIAL_PASSWORD 3
#define CREDENTIAL_PIN      4
#define HASH_MAX            289

/* Who was found, by value: it outlives the lease it was read under. */
struct principal {
    char           user[256]; /* as the store spells it */
    char           pkid[37];
    enum user_kind kind;
    unsigned       access;          /* ACCESS_ bits */
    unsigned char  hash_digest[32]; /* of the stored hash: tells whether it has changed since */
};

/* The user by name in any case, application users first; hash gets the stored credential, "" if there is
 * none or it is locked. False: no such user; with err->status set: the store failed. */
bool principal_find(struct store_conn *c, const char *name, int credential_kind, struct principal *out,
                    char hash[HASH_MAX], struct ccm_error *err);
/* The same user again, by kind and pkid of *p. */
bool principal_reload(struct store_conn *c, struct principal *p, struct ccm_error *err);
/* True if a change to this table may change who may do what. */
bool principal_table(const char *table);

#endif
