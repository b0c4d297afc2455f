/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* HTTP Basic credentials and session cookies against the store's application and end users.
 * Hashes are slow on purpose, so verified ones are kept under a keyed hash; a changed credential
 * leaves at once (the store's change feed). */
#ifndef CCMSIM_AUTH_H
#define CCMSIM_AUTH_H

#include "ccmsim/request.h"
#include "ccmsim/store.h"

struct auth;

struct auth *auth_new(struct store *st, struct uuid_source *uuids);
void         auth_free(struct auth *au);
/* Fill rq->user, user_kind, access from the Authorization header or the session cookie, and set the
 * session cookies on the reply. SUSPENDED: a slow hash runs on the executor. FAILED: CCM_UNAUTHORIZED. */
enum outcome auth_request(struct auth *au, struct request *rq, struct ccm_error *err);
/* "$scrypt$..." or the like, malloc'd. Slow. */
char *auth_hash(const char *secret);
/* Verify a stored hash. Slow. */
bool auth_hash_matches(const char *hash, const char *secret);
/* Password (kind 3) or PIN (kind 4) of an end or application user by name; *found says whether the user
 * exists. Slow: executor only. */
bool auth_verify(struct store_conn *c, const char *user, const char *secret, int credential_kind, bool *found,
                 enum user_kind *kind, char pkid[37]);

#endif
