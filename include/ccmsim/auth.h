/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* HTTP Basic credentials and session cookies against the store's application and end users.
 * Hashes are slow on purpose, so verified ones are kept under a keyed hash; a changed credential
 * leaves at once (the store's change feed). */
#ifndef CCMSIM_AUTH_H
#define CCMSIM_AUTH_H

#include "ccmsim/request.h"
#include "ccmsim/store.h"

struct auth;

struct auth *auth_new(struct store *st);
/* What elder has found out of stored hashes is not worked out again: for copies of its cluster. It outlives au. */
void auth_share(struct auth *au, struct auth *elder);
void auth_free(struct auth *au);
/* For the change feed: what was verified is looked up again at its next use when users, credentials or
 * roles have changed. */
void auth_on_change(struct auth *au, const struct store_change *changes, size_t count);
/* Forget every verified credential and session. */
void auth_forget(struct auth *au);
/* Fill rq->user, user_kind, access from the Authorization header or the session cookie, and set the
 * session cookies on the reply. SUSPENDED: a slow hash runs on the executor. FAILED: CCM_UNAUTHORIZED. */
enum outcome auth_request(struct auth *au, struct request *rq, struct ccm_error *err);
/* The same for credentials that stand in the request's body: no session, no cookies. user and password live as long as
 * the request. Call it again with the same when the request is back. */
enum outcome auth_credentials(struct auth *au, struct request *rq, const char *user, const char *password,
                              struct ccm_error *err);
/* The user and password of an Authorization header of the scheme Basic, as UTF-8, in the arena. False if
 * header is none. */
bool auth_parse_basic(struct arena *a, const char *header, const char **user, const char **password);
/* The value of a cookie in a Cookie header, in the arena; NULL if it isn't there. Attributes of Set-Cookie that
 * a client echoes are ignored. */
const char *auth_parse_cookie(struct arena *a, const char *header, const char *name);
/* "$scrypt$...", malloc'd, at most 288 characters. Slow. */
char *auth_hash(const char *secret);
/* Verify a stored hash. Slow. */
bool auth_hash_matches(const char *hash, const char *secret);
/* Password (kind 3) or PIN (kind 4) of an end or application user by name; *found says whether the user
 * exists. Slow: executor only. */
bool auth_verify(struct store_conn *c, const char *user, const char *secret, int credential_kind, bool *found,
                 enum user_kind *kind, char pkid[37]);

#endif
