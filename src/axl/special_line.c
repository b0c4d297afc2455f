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
    const char *kind = alt_kind(b);
    if (e == NULL || *text == '\0')
        return true; /* a default says nothing about a number that was sent beside it */
    return special_run(c,
                       special_is_true(text)
                           ? "INSERT INTO alternatenumber(fknumplan,tkglobalnumber) SELECT ?1,?2 WHERE NOT EXISTS"
                             "(SELECT 1 FROM alternatenumber WHERE fknumplan=?1 AND tkglobalnumber=?2)"
                           : "DELETE FROM alternatenumber WHERE fknumplan=?1 AND tkglobalnumber=?2",
                       pkid, &kind, 1, err);
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
    const char *kind, *row;

    if (e == NULL)
        return true;
    if (*text == '\0' || strcasecmp(text, "No Failover") == 0)
        return special_run(c, "UPDATE alternatenumber SET isaar='f' WHERE fknumplan=?1", pkid, NULL, 0, err);
    if (!special_number(c, b->path, "typeglobalnumber", text, &kind, err) ||
        !special_find(c, "SELECT pkid FROM alternatenumber WHERE fknumplan=?1 AND tkglobalnumber=?2", pkid, &kind, 1,
                      &row, err))
        return false;
    if (row == NULL)
        return special_invalid(err, b->path, text, "the line has no such number");
    return special_run(c,
                       "UPDATE alternatenumber SET isaar=CASE WHEN tkglobalnumber=?2 THEN 't' ELSE 'f' END WHERE "
                       "fknumplan=?1",
                       pkid, &kind, 1, err);
}

/* The URI of an extension: the primary one that its association with the user made. */
bool
lineuri_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
             struct ccm_error *err)
{
    if (strcmp(b->column, "uri") == 0)
        return special_text(c, "SELECT uri FROM numplanuri WHERE fkendusernumplanmap=?1 AND isprimary='t'", pkid, text,
                            is_null, err);
    return special_reference(
        c, b,
        "SELECT r.pkid,r.name FROM numplanuri u JOIN routepartition r ON r.pkid=u.fkroutepartition "
        "WHERE u.fkendusernumplanmap=?1 AND u.isprimary='t'",
        pkid, text, is_null, err);
}

bool
lineuri_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
              const char *text, struct ccm_error *err)
{
    const char *partition;

    if (strcmp(b->column, "uri") == 0) {
        if (*text == '\0')
            return special_run(c, "DELETE FROM numplanuri WHERE fkendusernumplanmap=?1", pkid, NULL, 0, err);
        return special_put(
            c, "UPDATE numplanuri SET uri=?2 WHERE fkendusernumplanmap=?1 AND isprimary='t'",
            "INSERT INTO numplanuri(fkendusernumplanmap,fknumplan,uri,isprimary,fkroutepartition) SELECT "
            "?1,fknumplan,?2,'t',(SELECT pkid FROM routepartition WHERE name='Directory URI') FROM "
            "endusernumplanmap WHERE pkid=?1",
            pkid, &text, 1, err);
    }
    if (!special_target(c, "routepartition", "name", e, text, &partition, err))
        return false;
    return partition == NULL ||
           special_put(c, "UPDATE numplanuri SET fkroutepartition=?2 WHERE fkendusernumplanmap=?1 AND isprimary='t'",
                       "INSERT INTO numplanuri(fkendusernumplanmap,fknumplan,isprimary,fkroutepartition) SELECT "
                       "?1,fknumplan,'t',?2 FROM endusernumplanmap WHERE pkid=?1",
                       pkid, &partition, 1, err);
}
