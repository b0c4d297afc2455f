/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Users, their credentials and what their roles add up to, read from the store. */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cluster/auth_priv.h"

/* What each role gives. "Standard AXL API Users" only opens the door for the read-only role, so it gives
 * nothing by itself (a guess). */
static const struct role {
    const char *name;
    unsigned    access;
} roles[] = {
    { "Standard AXL API Access", ACCESS_AXL_READ | ACCESS_AXL_WRITE },
    { "Standard AXL Read Only API Access", ACCESS_AXL_READ },
    { "Standard SERVICEABILITY", ACCESS_SERVICEABILITY },
    { "Standard SERVICEABILITY Administration", ACCESS_SERVICEABILITY },
    { "Standard SERVICEABILITY Read Only", ACCESS_SERVICEABILITY },
    { "Standard RealtimeAndTraceCollection", ACCESS_SERVICEABILITY },
    { "Standard EM Authentication Proxy Rights", ACCESS_EM },
};

/* Two kinds of user, one shape of query. A name is found in any case (a guess), the exact one first. */
static const struct user_query {
    enum user_kind kind;
    const char    *by_name, *by_pkid, *roles;
} queries[] = {
    { USER_APPLICATION,
      "SELECT u.pkid, u.name, c.credentials, c.timeadminlockout IS NOT NULL FROM applicationuser u"
      " LEFT JOIN credential c ON c.fkapplicationuser = u.pkid AND c.tkcredential = ?2"
      " WHERE u.name = ?1 COLLATE NOCASE ORDER BY u.name = ?1 DESC LIMIT 1",
      "SELECT u.pkid, u.name, c.credentials, c.timeadminlockout IS NOT NULL FROM applicationuser u"
      " LEFT JOIN credential c ON c.fkapplicationuser = u.pkid AND c.tkcredential = ?2 WHERE u.pkid = ?1",
      "SELECT DISTINCT r.name FROM applicationuserdirgroupmap m"
      " JOIN functionroledirgroupmap f ON f.fkdirgroup = m.fkdirgroup"
      " JOIN functionrole r ON r.pkid = f.fkfunctionrole WHERE m.fkapplicationuser = ?1" },
    { USER_END,
      "SELECT u.pkid, u.userid, c.credentials, c.timeadminlockout IS NOT NULL FROM enduser u"
      " LEFT JOIN credential c ON c.fkenduser = u.pkid AND c.tkcredential = ?2"
      " WHERE u.userid = ?1 COLLATE NOCASE AND u.status = 1 ORDER BY u.userid = ?1 DESC LIMIT 1",
      "SELECT u.pkid, u.userid, c.credentials, c.timeadminlockout IS NOT NULL FROM enduser u"
      " LEFT JOIN credential c ON c.fkenduser = u.pkid AND c.tkcredential = ?2 WHERE u.pkid = ?1 AND u.status = 1",
      "SELECT DISTINCT r.name FROM enduserdirgroupmap m"
      " JOIN functionroledirgroupmap f ON f.fkdirgroup = m.fkdirgroup"
      " JOIN functionrole r ON r.pkid = f.fkfunctionrole WHERE m.fkenduser = ?1" },
};

bool
principal_table(const char *table)
{
    static const char *const tables[] = { "applicationuser", "applicationuserdirgroupmap",
                                          "credential",      "dirgroup",
                                          "enduser",         "enduserdirgroupmap",
                                          "functionrole",    "functionroledirgroupmap" };

    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        if (strcmp(table, tables[i]) == 0)
            return true;
    return false;
}

static const char *
column(sqlite3_stmt *stmt, int n)
{
    const char *text = (const char *)sqlite3_column_text(stmt, n);

    return text != NULL ? text : "";
}

static bool
load_access(struct store_conn *c, const struct user_query *q, struct principal *p, struct ccm_error *err)
{
    sqlite3_stmt *stmt = store_prepare(c, q->roles, err);
    int           more;

    if (stmt == NULL)
        return false;
    p->access = 0;
    sqlite3_bind_text(stmt, 1, p->pkid, -1, SQLITE_STATIC);
    while ((more = store_step(c, stmt, err)) > 0)
        for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
            if (strcmp(column(stmt, 0), roles[i].name) == 0)
                p->access |= roles[i].access;
    sqlite3_reset(stmt);
    return more == 0;
}

/* sql is by_name or by_pkid of q. */
static bool
load(struct store_conn *c, const struct user_query *q, const char *sql, const char *key, int credential_kind,
     struct principal *p, char hash[HASH_MAX], struct ccm_error *err)
{
    sqlite3_stmt *stmt = store_prepare(c, sql, err);

    if (stmt == NULL)
        return false;
    sqlite3_bind_text(stmt, 1, key, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int(stmt, 2, credential_kind);
    bool found = store_step(c, stmt, err) > 0;
    if (found) {
        p->kind = q->kind;
        snprintf(p->pkid, sizeof p->pkid, "%s", column(stmt, 0));
        snprintf(p->user, sizeof p->user, "%s", column(stmt, 1));
        snprintf(hash, HASH_MAX, "%s", sqlite3_column_int(stmt, 3) != 0 ? "" : column(stmt, 2));
    }
    sqlite3_reset(stmt);
    if (!found)
        return false;
    EVP_Digest(hash, strlen(hash), p->hash_digest, NULL, EVP_sha256(), NULL);
    return load_access(c, q, p, err);
}

bool
principal_find(struct store_conn *c, const char *name, int credential_kind, struct principal *out, char hash[HASH_MAX],
               struct ccm_error *err)
{
    *hash = '\0';
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        if (load(c, &queries[i], queries[i].by_name, name, credential_kind, out, hash, err))
            return true;
        if (err->status != CCM_OK)
            return false;
    }
    return false;
}

bool
principal_reload(struct store_conn *c, struct principal *p, struct ccm_error *err)
{
    char hash[HASH_MAX];
    char pkid[37];

    memcpy(pkid, p->pkid, sizeof pkid);
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++)
        if (queries[i].kind == p->kind)
            return load(c, &queries[i], queries[i].by_pkid, pkid, CREDENTIAL_PASSWORD, p, hash, err);
    return false;
}

bool
auth_verify(struct store_conn *c, const char *user, const char *secret, int credential_kind, bool *found,
            enum user_kind *kind, char pkid[37])
{
    struct ccm_error err = { .status = CCM_OK };
    struct principal p = { 0 };
    char             hash[HASH_MAX];

    *found = principal_find(c, user, credential_kind, &p, hash, &err);
    if (!*found)
        return false;
    *kind = p.kind;
    memcpy(pkid, p.pkid, sizeof p.pkid);
    return auth_hash_matches(hash, secret);
}
