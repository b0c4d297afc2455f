/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Special fields that are secrets: passwords and PINs with their credentials, and what a column of its
 * own keeps. */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ccmsim/auth.h"
#include "special_priv.h"

/* A secret is never told: an empty element. */
bool
secret_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
            struct ccm_error *err)
{
    (void)c;
    (void)b;
    (void)pkid;
    (void)text;
    (void)err;
    *is_null = false;
    return true;
}

static bool
is_application_user(struct axl_call *c, const char *pkid, bool *out, struct ccm_error *err)
{
    struct buf text;
    bool       none;
    buf_init(&text, BUF_MAX_TEXT);
    bool ok = special_text(c, "SELECT pkid FROM applicationuser WHERE pkid=?1", pkid, &text, &none, err);
    *out = !none;
    buf_release(&text);
    return ok;
}

static bool
hash_secret(struct axl_call *c, const struct soap_element *e, struct ccm_error *err)
{
    if (e->text == NULL || *e->text == '\0' || (strcmp(e->name, "password") != 0 && strcmp(e->name, "pin") != 0))
        return true;
    char *hash = auth_hash(e->text);
    if (hash == NULL)
        return ccm_fail(err, CCM_INTERNAL, "a credential could not be hashed");
    struct hashed_secret *h = arena_alloc(c->arena, sizeof *h);
    *h = (struct hashed_secret){ .secret = e->text, .hash = arena_strdup(c->arena, hash), .next = c->secrets };
    c->secrets = h;
    free(hash);
    return true;
}

bool
axl_hash_secrets(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err)
{
    for (const struct soap_element *e = rq->children; e != NULL; e = e->next) {
        if (!hash_secret(c, e, err))
            return false;
        for (const struct soap_element *k = e->children; k != NULL; k = k->next)
            if (!hash_secret(c, k, err))
                return false;
    }
    return true;
}

/* Hashed already, unless the field came another way than by a request. */
static const char *
hash_of(struct axl_call *c, const char *secret, struct ccm_error *err)
{
    for (const struct hashed_secret *h = c->secrets; h != NULL; h = h->next)
        if (strcmp(h->secret, secret) == 0)
            return h->hash;
    char *hash = auth_hash(secret);
    if (hash == NULL) {
        ccm_fail(err, CCM_INTERNAL, "a credential could not be hashed");
        return NULL;
    }
    const char *kept = arena_strdup(c->arena, hash);
    free(hash);
    return kept;
}

/* One credential row a user and kind (3 password, 4 PIN), made with the default policy when there is none. */
static bool
set_credential(struct axl_call *c, const char *pkid, const char *secret, const char *kind, struct ccm_error *err)
{
    bool application, ok = false;
    char id[37];

    if (!is_application_user(c, pkid, &application, err))
        return false;
    const char *hash = hash_of(c, secret, err);
    if (hash == NULL)
        return false;
    const char *owner = application ? "fkapplicationuser" : "fkenduser";
    ok = special_run(
        c,
        arena_printf(c->arena,
                     "UPDATE credential SET credentials=?2,timechanged=strftime('%%s','now') WHERE %s=?1 AND "
                     "tkcredential=%s",
                     owner, kind),
        pkid, (const char *[]){ hash }, 1, err);
    if (ok && sqlite3_changes(store_db(c->conn)) == 0) {
        store_new_pkid(store_of(c->conn), id);
        ok = special_run(c,
                         arena_printf(c->arena,
                                      "INSERT INTO credential(pkid,%s,tkcredential,credentials,timechanged) "
                                      "VALUES(?3,?1,%s,?2,strftime('%%s','now'))",
                                      owner, kind),
                         pkid, (const char *[]){ hash, id }, 2, err);
    }
    return ok;
}

bool
password_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
               const char *text, struct ccm_error *err)
{
    (void)b;
    (void)e;
    return *text == '\0' || set_credential(c, pkid, text, "3", err);
}

bool
pin_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
          const char *text, struct ccm_error *err)
{
    (void)e;
    if (text[strspn(text, "0123456789")] != '\0')
        return ccm_fail(err, CCM_INVALID, "Invalid value for element %s: a PIN has digits only", b->path);
    return *text == '\0' || set_credential(c, pkid, text, "4", err);
}

/* What the store shows of a secret that is kept in a column of its own: a digest in hex, as long as the
 * column takes. SQL clients see such columns; the secret itself must not be there. */
static bool
keep_in(struct axl_call *c, const char *table, const char *column, const char *key, const char *pkid, const char *text,
        struct ccm_error *err)
{
    const struct store_column *col = store_column_find(table, column);
    unsigned char              digest[EVP_MAX_MD_SIZE];
    unsigned int               len = 0;
    char                       hex[2 * EVP_MAX_MD_SIZE + 1] = "";
    const char                *salted = arena_printf(c->arena, "%s%c%s", pkid, '\n', text);

    if (*text != '\0' && EVP_Digest(salted, strlen(salted), digest, &len, EVP_sha256(), NULL) != 1)
        return ccm_fail(err, CCM_INTERNAL, "a credential could not be hashed");
    for (unsigned int i = 0; i < len; i++)
        snprintf(hex + (size_t)2 * i, 3, "%02x", digest[i]);
    if (col != NULL && col->max_length > 0 && col->max_length < (int)sizeof hex)
        hex[col->max_length] = '\0';
    return special_run(c, arena_printf(c->arena, "UPDATE \"%s\" SET \"%s\"=?2 WHERE \"%s\"=?1", table, column, key),
                       pkid, (const char *[]){ hex }, 1, err);
}

bool
digest_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
             const char *text, struct ccm_error *err)
{
    bool application;
    (void)b;
    (void)e;
    return is_application_user(c, pkid, &application, err) &&
           keep_in(c, application ? "applicationuser" : "enduser", "passwordreverse", "pkid", pkid, text, err);
}

/* The companion row that has the column; NULL: the main row itself. */
static const struct axl_side *
side_of(const struct axl_bind *b)
{
    for (uint32_t i = 0; i < axl_object_count; i++) {
        const struct axl_object *o = &axl_objects[i];
        if (b >= o->binds && b < o->binds + o->bind_count)
            return axl_side_find(o, o->table, b->table);
    }
    return NULL;
}

/* A companion row that isn't there yet is made; what else it must have and nobody gave, the store says. */
bool
keep_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
           const char *text, struct ccm_error *err)
{
    const struct axl_side *side = side_of(b);
    const char            *key = side != NULL ? side->column : "pkid";
    (void)e;
    if (side != NULL && *text != '\0' &&
        !special_run(c,
                     arena_printf(c->arena,
                                  "INSERT INTO \"%s\"(\"%s\") SELECT ?1 WHERE NOT EXISTS(SELECT 1 FROM \"%s\" WHERE "
                                  "\"%s\"=?1)",
                                  b->table, key, b->table, key),
                     pkid, NULL, 0, err))
        return false;
    return keep_in(c, b->table, b->column, key, pkid, text, err);
}

/* ---- credentials (the row's pkid is the credential's) ---- */

bool
adminlockout_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                  struct ccm_error *err)
{
    (void)b;
    return special_text(c,
                        "SELECT CASE WHEN timeadminlockout IS NULL THEN 'false' ELSE 'true' END FROM credential "
                        "WHERE pkid=?1",
                        pkid, text, is_null, err);
}

bool
adminlockout_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                   const char *text, struct ccm_error *err)
{
    (void)b;
    (void)e;
    return special_run(c,
                       special_is_true(text)
                           ? "UPDATE credential SET timeadminlockout=coalesce(timeadminlockout,strftime('%s','now')) "
                             "WHERE pkid=?1"
                           : "UPDATE credential SET timeadminlockout=NULL WHERE pkid=?1",
                       pkid, NULL, 0, err);
}

bool
resethacks_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                 const char *text, struct ccm_error *err)
{
    (void)b;
    (void)e;
    return !special_is_true(text) ||
           special_run(c, "UPDATE credentialdynamic SET hackcount=0,timehackedlockout=NULL WHERE fkcredential=?1", pkid,
                       NULL, 0, err);
}
