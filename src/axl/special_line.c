/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Special fields of lines and extensions: alternate numbers and URIs. */
#include <string.h>

#include "special_priv.h"

/* typeglobalnumber: the dictionary's default is 100, the next is +E.164. */
static const char *
alt_kind(const struct axl_bind *b)
{
    return strstr(b->path, "E164") != NULL ? "101" : "100";
}

bool
altnumber_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
               struct ccm_error *err)
{
    return special_text(c,
                        arena_printf(c->arena,
                                     "SELECT CASE WHEN EXISTS(SELECT 1 FROM alternatenumber WHERE fknumplan=?1 AND "
                                     "tkglobalnumber=%s) THEN 'true' ELSE 'false' END",
                                     alt_kind(b)),
                        pkid, text, is_null, err);
}

bool
altnumber_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                const char *text, struct ccm_error *err)
{
    char id[37];
    if (e == NULL || *text == '\0')
        return true; /* a default says nothing about a number that was sent beside it */
    if (!special_is_true(text))
        return special_run(c,
                           arena_printf(c->arena, "DELETE FROM alternatenumber WHERE fknumplan=?1 AND tkglobalnumber=%s",
                                        alt_kind(b)),
                           pkid, NULL, 0, err);
    store_new_pkid(store_of(c->conn), id);
    return special_run(c,
                       arena_printf(c->arena,
                                    "INSERT INTO alternatenumber(pkid,fknumplan,tkglobalnumber) SELECT ?2,?1,%s WHERE NOT "
                                    "EXISTS(SELECT 1 FROM alternatenumber WHERE fknumplan=?1 AND tkglobalnumber=%s)",
                                    alt_kind(b), alt_kind(b)),
                       pkid, (const char *[]){ id }, 1, err);
}

/* The kind of the number that is the line's PSTN failover: one row of a DN has isaar. */
bool
pstnfailover_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                  struct ccm_error *err)
{
    (void)b;
    return special_text(c,
                        "SELECT g.name FROM alternatenumber a JOIN typeglobalnumber g ON g.enum=a.tkglobalnumber "
                        "WHERE a.fknumplan=?1 AND a.isaar='t'",
                        pkid, text, is_null, err);
}

bool
pstnfailover_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                   const char *text, struct ccm_error *err)
{
    const struct store_enum *kinds = store_enum_find(store_of(c->conn), "typeglobalnumber");
    int64_t kind = 0;

    if (e == NULL)
        return true;
    if (*text != '\0' && (kinds == NULL || !store_enum_number(kinds, text, &kind)))
        return ccm_fail(err, CCM_INVALID, "Invalid value '%.100s' for element %s: not one of its values", text, b->path);
    if (!special_run(c,
                     arena_printf(c->arena,
                                  "UPDATE alternatenumber SET isaar=CASE WHEN tkglobalnumber=%lld THEN 't' ELSE 'f' END "
                                  "WHERE fknumplan=?1",
                                  (long long)kind),
                     pkid, NULL, 0, err))
        return false;
    if (*text != '\0' && sqlite3_changes(store_db(c->conn)) == 0)
        return ccm_fail(err, CCM_INVALID, "Invalid value '%.100s' for element %s: the line has no such number", text, b->path);
    return true;
}

/* The URI of an extension: the primary one that its association with the user made. */
bool
lineuri_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
             struct ccm_error *err)
{
    return special_text(c,
                        strcmp(b->column, "uri") == 0
                            ? "SELECT uri FROM numplanuri WHERE fkendusernumplanmap=?1 AND isprimary='t'"
                            : "SELECT r.name FROM numplanuri u JOIN routepartition r ON r.pkid=u.fkroutepartition "
                              "WHERE u.fkendusernumplanmap=?1 AND u.isprimary='t'",
                        pkid, text, is_null, err);
}

bool
lineuri_uuid_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                  struct ccm_error *err)
{
    (void)b;
    return special_text(c,
                        "SELECT '{'||upper(fkroutepartition)||'}' FROM numplanuri WHERE fkendusernumplanmap=?1 AND "
                        "isprimary='t'",
                        pkid, text, is_null, err);
}

bool
lineuri_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
              const char *text, struct ccm_error *err)
{
    const struct axl_bind partition = { .target = "routepartition", .target_column = "name" };
    struct value v;
    char         id[37];

    if (strcmp(b->column, "uri") != 0) {
        if (!axl_ref_resolve(c, &partition, text, e != NULL ? soap_attr(e, "uuid") : NULL, &v, err))
            return false;
        return v.kind == VALUE_NULL ||
               special_run(c,
                           "UPDATE numplanuri SET fkroutepartition=?2 WHERE fkendusernumplanmap=?1 AND isprimary='t'",
                           pkid, (const char *[]){ v.text }, 1, err);
    }
    if (!special_run(c, "DELETE FROM numplanuri WHERE fkendusernumplanmap=?1", pkid, NULL, 0, err))
        return false;
    if (*text == '\0')
        return true;
    store_new_pkid(store_of(c->conn), id);
    return special_run(c,
                       "INSERT INTO numplanuri(pkid,fkendusernumplanmap,fknumplan,uri,isprimary,fkroutepartition) "
                       "SELECT ?2,?1,fknumplan,?3,'t',(SELECT pkid FROM routepartition WHERE name='Directory URI') "
                       "FROM endusernumplanmap WHERE pkid=?1",
                       pkid, (const char *[]){ id, text }, 2, err);
}
