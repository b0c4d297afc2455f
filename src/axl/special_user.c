/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Special fields of users and user groups: members, roles, line appearances, profiles. */
#include <string.h>

#include "special_priv.h"

static const char *
column(sqlite3_stmt *row, int i)
{
    return (const char *)sqlite3_column_text(row, i);
}

/* ---- groups ---- */

static void
role_xml(struct buf *text, sqlite3_stmt *row)
{
    xml_leaf(text, "userRole", column(row, 0));
}

/* The row is a user's membership of a group. */
bool
grouproles_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                struct ccm_error *err)
{
    *is_null = false;
    return special_each(c,
                        arena_printf(c->arena,
                                     "SELECT f.name FROM \"%s\" m JOIN functionroledirgroupmap g ON "
                                     "g.fkdirgroup=m.fkdirgroup JOIN functionrole f ON f.pkid=g.fkfunctionrole WHERE "
                                     "m.pkid=?1 ORDER BY f.name",
                                     b->table),
                        pkid, text, role_xml, err);
}

static void
member_xml(struct buf *text, sqlite3_stmt *row)
{
    special_open(text, "member", row, 0);
    xml_leaf(text, "userId", column(row, 1));
    xml_close(text, "member");
}

bool
groupmembers_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                  struct ccm_error *err)
{
    (void)b;
    *is_null = false;
    return special_each(c,
                        "SELECT m.pkid,u.userid FROM enduserdirgroupmap m JOIN enduser u ON u.pkid=m.fkenduser WHERE "
                        "m.fkdirgroup=?1 ORDER BY u.userid",
                        pkid, text, member_xml, err) &&
           special_each(c,
                        "SELECT m.pkid,u.name FROM applicationuserdirgroupmap m JOIN applicationuser u ON "
                        "u.pkid=m.fkapplicationuser WHERE m.fkdirgroup=?1 ORDER BY u.name",
                        pkid, text, member_xml, err);
}

static const struct {
    const char *find, *add, *remove, *clear; /* ?1 is the name in find, else the group; ?2 the user */
} member_kinds[] = {
    { "SELECT pkid FROM enduser WHERE userid=?1 COLLATE NOCASE",
      "INSERT INTO enduserdirgroupmap(fkdirgroup,fkenduser) SELECT ?1,?2 WHERE NOT EXISTS(SELECT 1 FROM "
      "enduserdirgroupmap WHERE fkdirgroup=?1 AND fkenduser=?2)",
      "DELETE FROM enduserdirgroupmap WHERE fkdirgroup=?1 AND fkenduser=?2",
      "DELETE FROM enduserdirgroupmap WHERE fkdirgroup=?1" },
    { "SELECT pkid FROM applicationuser WHERE name=?1 COLLATE NOCASE",
      "INSERT INTO applicationuserdirgroupmap(fkdirgroup,fkapplicationuser) SELECT ?1,?2 WHERE NOT EXISTS(SELECT 1 "
      "FROM applicationuserdirgroupmap WHERE fkdirgroup=?1 AND fkapplicationuser=?2)",
      "DELETE FROM applicationuserdirgroupmap WHERE fkdirgroup=?1 AND fkapplicationuser=?2",
      "DELETE FROM applicationuserdirgroupmap WHERE fkdirgroup=?1" },
};
#define MEMBER_KINDS (sizeof member_kinds / sizeof member_kinds[0])

/* An end user of that name, else an application user. */
static bool
change_member(struct axl_call *c, const char *group, const struct soap_element *member, bool removes,
              struct ccm_error *err)
{
    const struct soap_element *user = soap_child(member, "user"); /* before 8.0 */
    const char *id = axl_text(c, user != NULL ? soap_child(user, "userid") : soap_child(member, "userId"));

    for (size_t i = 0; i < MEMBER_KINDS; i++) {
        const char *pkid;
        if (!special_find(c, member_kinds[i].find, id, NULL, 0, &pkid, err))
            return false;
        if (pkid != NULL)
            return special_run(c, removes ? member_kinds[i].remove : member_kinds[i].add, group, &pkid, 1, err);
    }
    return ccm_fail(err, CCM_NOT_FOUND, "Item not valid: The specified %.100s was not found", id);
}

bool
groupmembers_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                   const char *text, struct ccm_error *err)
{
    (void)b;
    (void)text;
    if (e == NULL)
        return true;
    bool removes = special_removes(e);
    for (size_t i = 0; i < MEMBER_KINDS && !removes && !special_adds(e); i++)
        if (!special_run(c, member_kinds[i].clear, pkid, NULL, 0, err))
            return false;
    for (const struct soap_element *k = e->children; k != NULL; k = k->next)
        if (!change_member(c, pkid, k, removes, err))
            return false;
    return true;
}

/* ---- lines of the user's devices, and whether the user's presence is told by them ---- */

static void
appearance_xml(struct buf *text, sqlite3_stmt *row)
{
    static const char *const names[] = { "laapAssociate", "laapProductType", "laapDeviceName",
                                         "laapDirectory", "laapPartition",   "laapDescription" };
    special_open(text, "lineAppearanceAssociationForPresence", row, 0);
    for (int i = 0; i < 6; i++)
        xml_leaf(text, names[i], column(row, i + 1));
    xml_close(text, "lineAppearanceAssociationForPresence");
}

bool
lineappearances_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                     struct ccm_error *err)
{
    (void)b;
    *is_null = false;
    return special_each(
        c,
        "SELECT m.pkid,CASE WHEN EXISTS(SELECT 1 FROM devicenumplanmapendusermap e WHERE "
        "e.fkdevicenumplanmap=m.pkid AND e.fkenduser=?1) THEN 't' ELSE 'f' END,p.name,d.name,n.dnorpattern,"
        "(SELECT name FROM routepartition WHERE pkid=n.fkroutepartition),d.description "
        "FROM enduserdevicemap u JOIN device d ON d.pkid=u.fkdevice JOIN devicenumplanmap m ON "
        "m.fkdevice=d.pkid JOIN numplan n ON n.pkid=m.fknumplan LEFT JOIN typeproduct p ON "
        "p.enum=d.tkproduct WHERE u.fkenduser=?1 AND u.tkuserassociation=1 ORDER BY d.name,m.numplanindex",
        pkid, text, appearance_xml, err);
}

/* By uuid, else by device, number and partition. */
static bool
find_appearance(struct axl_call *c, const struct soap_element *e, const char **pkid, struct ccm_error *err)
{
    const char *uuid = soap_attr(e, "uuid");
    const char *device = axl_text(c, soap_child(e, "laapDeviceName"));
    const char *args[] = { axl_text(c, soap_child(e, "laapDirectory")), axl_text(c, soap_child(e, "laapPartition")) };
    char        id[37];

    if (uuid != NULL && uuid_parse(uuid, strlen(uuid), id)) {
        if (!special_find(c, "SELECT pkid FROM devicenumplanmap WHERE pkid=?1", id, NULL, 0, pkid, err))
            return false;
    } else if (!special_find(
                   c,
                   "SELECT m.pkid FROM devicenumplanmap m JOIN device d ON d.pkid=m.fkdevice JOIN numplan n ON "
                   "n.pkid=m.fknumplan LEFT JOIN routepartition p ON p.pkid=n.fkroutepartition WHERE d.name=?1 "
                   "COLLATE NOCASE AND n.dnorpattern=?2 AND coalesce(p.name,'')=?3",
                   device, args, 2, pkid, err))
        return false;
    return *pkid != NULL || ccm_fail(err, CCM_NOT_FOUND, "Item not valid: The specified %.100s was not found",
                                     uuid != NULL && *uuid != '\0' ? uuid : device);
}

bool
lineappearances_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                      const char *text, struct ccm_error *err)
{
    (void)b;
    (void)text;
    for (const struct soap_element *k = e != NULL ? e->children : NULL; k != NULL; k = k->next) {
        const char *appearance;
        bool        on = special_is_true(axl_text(c, soap_child(k, "laapAssociate")));
        if (!find_appearance(c, k, &appearance, err) ||
            !special_run(c,
                         on ? "INSERT INTO devicenumplanmapendusermap(fkenduser,fkdevicenumplanmap) SELECT ?1,?2 WHERE "
                              "NOT EXISTS(SELECT 1 FROM devicenumplanmapendusermap WHERE fkenduser=?1 AND "
                              "fkdevicenumplanmap=?2)"
                            : "DELETE FROM devicenumplanmapendusermap WHERE fkenduser=?1 AND fkdevicenumplanmap=?2",
                         pkid, &appearance, 1, err))
            return false;
    }
    return true;
}

/* ---- users ---- */

bool
accounttype_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                 struct ccm_error *err)
{
    bool authentication = strcmp(b->path, "authenticationType") == 0;
    return special_text(c,
                        authentication
                            ? "SELECT CASE WHEN fkdirectorypluginconfig IS NOT NULL AND EXISTS(SELECT 1 FROM "
                              "ldapauthentication WHERE authenticatewithcorpdir='t') THEN 'LDAP' ELSE 'Local' "
                              "END FROM enduser WHERE pkid=?1"
                            : "SELECT CASE WHEN fkdirectorypluginconfig IS NULL THEN 'Local' ELSE 'LDAP' END "
                              "FROM enduser WHERE pkid=?1",
                        pkid, text, is_null, err);
}

#define PROFILES " fkenduser=?1 AND tkuserassociation=5"

/* The profile among those available to the user that is taken at a login without choice. */
bool
defaultprofile_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                    struct ccm_error *err)
{
    return special_reference(
        c, b,
        "SELECT pkid,name FROM device WHERE pkid=(SELECT fkdevice FROM enduserdevicemap WHERE" PROFILES
        " AND defaultprofile='t')",
        pkid, text, is_null, err);
}

bool
defaultprofile_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                     const char *text, struct ccm_error *err)
{
    const struct axl_const class = { "tkclass", "254" };
    const struct axl_bind profile = { .target = "device", .target_column = "name", .where = &class, .where_count = 1 };
    struct value          v;

    (void)b;
    if (!axl_ref_resolve(c, &profile, text, e != NULL ? soap_attr(e, "uuid") : NULL, &v, err) ||
        !special_run(c, "UPDATE enduserdevicemap SET defaultprofile='f' WHERE" PROFILES " AND defaultprofile='t'", pkid,
                     NULL, 0, err))
        return false;
    return v.kind == VALUE_NULL ||
           special_put(c, "UPDATE enduserdevicemap SET defaultprofile='t' WHERE" PROFILES " AND fkdevice=?2",
                       "INSERT INTO enduserdevicemap(fkenduser,fkdevice,tkuserassociation,defaultprofile) "
                       "VALUES(?1,?2,5,'t')",
                       pkid, &v.text, 1, err);
}
