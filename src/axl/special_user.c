/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Special fields of users: secrets and their credentials, groups' roles, line appearances. */
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

/* One credential row a user and kind (3 password, 4 PIN), made with the default policy when there is none. */
static bool
set_credential(struct axl_call *c, const char *pkid, const char *secret, const char *kind, struct ccm_error *err)
{
    bool application, ok = false;
    char id[37];

    if (!is_application_user(c, pkid, &application, err))
        return false;
    char *hash = auth_hash(secret);
    if (hash == NULL)
        return ccm_fail(err, CCM_INTERNAL, "a credential could not be hashed");
    const char *owner = application ? "fkapplicationuser" : "fkenduser";
    ok = special_run(c,
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
    free(hash);
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
pin_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e, const char *text,
          struct ccm_error *err)
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
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int  len = 0;
    char          hex[2 * EVP_MAX_MD_SIZE + 1] = "";
    const char   *salted = arena_printf(c->arena, "%s%c%s", pkid, '\n', text);

    if (*text != '\0' && EVP_Digest(salted, strlen(salted), digest, &len, EVP_sha256(), NULL) != 1)
        return ccm_fail(err, CCM_INTERNAL, "a credential could not be hashed");
    for (unsigned int i = 0; i < len; i++)
        snprintf(hex + (size_t)2 * i, 3, "%02x", digest[i]);
    if (col != NULL && col->max_length > 0 && col->max_length < (int)sizeof hex)
        hex[col->max_length] = '\0';
    return special_run(c, arena_printf(c->arena, "UPDATE \"%s\" SET \"%s\"=?2 WHERE \"%s\"=?1", table, column, key), pkid,
                       (const char *[]){ hex }, 1, err);
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

bool
keep_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e, const char *text,
           struct ccm_error *err)
{
    (void)e;
    /* a side row is found by the column that points to the main row */
    const char *key = strcmp(b->table, "endusermlppauthentication") == 0 ? "fkenduser" : "pkid";
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

/* ---- rows told as XML ---- */

typedef void row_xml_fn(struct buf *text, sqlite3_stmt *s);

static bool
each_row(struct axl_call *c, const char *sql, const char *pkid, struct buf *text, row_xml_fn *fn, struct ccm_error *err)
{
    sqlite3_stmt *s = store_prepare(c->conn, sql, err);
    int           step;
    if (s == NULL)
        return false;
    sqlite3_bind_text(s, 1, pkid, -1, SQLITE_TRANSIENT);
    while ((step = store_step(c->conn, s, err)) == 1)
        fn(text, s);
    sqlite3_reset(s);
    return step == 0;
}

static void
role_xml(struct buf *text, sqlite3_stmt *s)
{
    xml_leaf(text, "userRole", (const char *)sqlite3_column_text(s, 0));
}

/* The row is a user's membership of a group. */
bool
grouproles_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                struct ccm_error *err)
{
    *is_null = false;
    return each_row(c,
                    arena_printf(c->arena,
                                 "SELECT f.name FROM \"%s\" m JOIN functionroledirgroupmap g ON g.fkdirgroup=m.fkdirgroup "
                                 "JOIN functionrole f ON f.pkid=g.fkfunctionrole WHERE m.pkid=?1 ORDER BY f.name",
                                 b->table),
                    pkid, text, role_xml, err);
}

static void
appearance_xml(struct buf *text, sqlite3_stmt *s)
{
    static const char *const names[] = { "laapAssociate",  "laapProductType", "laapDeviceName",
                                         "laapDirectory",  "laapPartition",   "laapDescription" };
    char braced[39];
    uuid_braced((const char *)sqlite3_column_text(s, 0), braced);
    xml_begin(text, "lineAppearanceAssociationForPresence");
    xml_attr(text, "uuid", braced);
    xml_end(text, false);
    for (int i = 0; i < 6; i++)
        xml_leaf(text, names[i], (const char *)sqlite3_column_text(s, i + 1));
    xml_close(text, "lineAppearanceAssociationForPresence");
}

/* Every line of the user's devices, and whether the user's presence is told by it. */
bool
lineappearances_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                     struct ccm_error *err)
{
    (void)b;
    *is_null = false;
    return each_row(c,
                    "SELECT m.pkid,CASE WHEN EXISTS(SELECT 1 FROM devicenumplanmapendusermap e WHERE "
                    "e.fkdevicenumplanmap=m.pkid AND e.fkenduser=?1) THEN 't' ELSE 'f' END,p.name,d.name,n.dnorpattern,"
                    "(SELECT name FROM routepartition WHERE pkid=n.fkroutepartition),d.description "
                    "FROM enduserdevicemap u JOIN device d ON d.pkid=u.fkdevice JOIN devicenumplanmap m ON "
                    "m.fkdevice=d.pkid JOIN numplan n ON n.pkid=m.fknumplan LEFT JOIN typeproduct p ON "
                    "p.enum=d.tkproduct WHERE u.fkenduser=?1 AND u.tkuserassociation=1 ORDER BY d.name,m.numplanindex",
                    pkid, text, appearance_xml, err);
}

static bool
associate(struct axl_call *c, const char *user, const struct soap_element *e, struct ccm_error *err)
{
    const char *device = axl_text(c, soap_child(e, "laapDeviceName"));
    const char *number = axl_text(c, soap_child(e, "laapDirectory"));
    const char *partition = axl_text(c, soap_child(e, "laapPartition"));
    static const char line[] =
        "(SELECT m.pkid FROM devicenumplanmap m JOIN device d ON d.pkid=m.fkdevice JOIN numplan n ON n.pkid=m.fknumplan "
        "WHERE d.name=?2 AND n.dnorpattern=?3 AND coalesce((SELECT name FROM routepartition WHERE "
        "pkid=n.fkroutepartition),'')=?4)";
    const char *args[] = { device, number, partition, NULL };
    char        id[37];

    if (!special_is_true(axl_text(c, soap_child(e, "laapAssociate"))))
        return special_run(c,
                           arena_printf(c->arena,
                                        "DELETE FROM devicenumplanmapendusermap WHERE fkenduser=?1 AND "
                                        "fkdevicenumplanmap=%s",
                                        line),
                           user, args, 3, err);
    store_new_pkid(store_of(c->conn), id);
    args[3] = id;
    return special_run(c,
                       arena_printf(c->arena,
                                    "INSERT INTO devicenumplanmapendusermap(pkid,fkenduser,fkdevicenumplanmap) SELECT "
                                    "?5,?1,l.p FROM (SELECT %s AS p) l WHERE l.p IS NOT NULL AND NOT EXISTS(SELECT 1 FROM "
                                    "devicenumplanmapendusermap WHERE fkenduser=?1 AND fkdevicenumplanmap=l.p)",
                                    line),
                       user, args, 4, err);
}

bool
lineappearances_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                      const char *text, struct ccm_error *err)
{
    (void)b;
    (void)text;
    for (const struct soap_element *k = e != NULL ? e->children : NULL; k != NULL; k = k->next)
        if (!associate(c, pkid, k, err))
            return false;
    return true;
}

bool
accounttype_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                 struct ccm_error *err)
{
    bool authentication = strcmp(b->path, "authenticationType") == 0;
    return special_text(c,
                        authentication ? "SELECT CASE WHEN fkdirectorypluginconfig IS NOT NULL AND EXISTS(SELECT 1 FROM "
                                         "ldapauthentication WHERE authenticatewithcorpdir='t') THEN 'LDAP' ELSE 'Local' "
                                         "END FROM enduser WHERE pkid=?1"
                                       : "SELECT CASE WHEN fkdirectorypluginconfig IS NULL THEN 'Local' ELSE 'LDAP' END "
                                         "FROM enduser WHERE pkid=?1",
                        pkid, text, is_null, err);
}

/* The profile among those available to the user (association 5) that is taken at a login without choice. */
bool
defaultprofile_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                    struct ccm_error *err)
{
    (void)b;
    return special_text(c,
                        "SELECT d.name FROM enduserdevicemap m JOIN device d ON d.pkid=m.fkdevice WHERE m.fkenduser=?1 "
                        "AND m.tkuserassociation=5 AND m.defaultprofile='t'",
                        pkid, text, is_null, err);
}

bool
defaultprofile_uuid_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                         struct ccm_error *err)
{
    (void)b;
    return special_text(c,
                        "SELECT '{'||upper(fkdevice)||'}' FROM enduserdevicemap WHERE fkenduser=?1 AND "
                        "tkuserassociation=5 AND defaultprofile='t'",
                        pkid, text, is_null, err);
}

bool
defaultprofile_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                     const char *text, struct ccm_error *err)
{
    const struct axl_bind profile = { .target = "device", .target_column = "name" };
    struct value v;

    if (!axl_ref_resolve(c, &profile, text, e != NULL ? soap_attr(e, "uuid") : NULL, &v, err) ||
        !special_run(c, "UPDATE enduserdevicemap SET defaultprofile='f' WHERE fkenduser=?1 AND tkuserassociation=5", pkid,
                     NULL, 0, err))
        return false;
    if (v.kind == VALUE_NULL)
        return true;
    if (!special_run(c,
                     "UPDATE enduserdevicemap SET defaultprofile='t' WHERE fkenduser=?1 AND tkuserassociation=5 AND "
                     "fkdevice=?2",
                     pkid, (const char *[]){ v.text }, 1, err))
        return false;
    return sqlite3_changes(store_db(c->conn)) > 0 ||
           ccm_fail(err, CCM_INVALID, "Invalid value '%.100s' for element %s: not one of the user's profiles", text, b->path);
}
