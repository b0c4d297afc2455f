/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Special fields of remote destinations: their lines, their owner, when they ring and for whom. */
#include <string.h>

#include "special_priv.h"

/* The device that a destination hangs on. */
#define DEVICE                                                                              \
    "(SELECT coalesce(fkdevice_remotedestinationtemplate,fkdevice_ctird,fkdevice_dualmode," \
    "fkdevice_mobilesmartclient) FROM remotedestination WHERE pkid=?1)"

/* ---- lines ---- */

static const char *
column(sqlite3_stmt *row, int i)
{
    return (const char *)sqlite3_column_text(row, i);
}

static void
line_xml(struct buf *text, const char *name, sqlite3_stmt *row)
{
    xml_open(text, name);
    xml_leaf(text, "pattern", column(row, 0));
    special_named(text, "routePartitionName", row, 1);
    xml_leaf(text, "index", column(row, 3));
    xml_close(text, name);
}

static void
association_xml(struct buf *text, sqlite3_stmt *row)
{
    line_xml(text, "lineAssociation", row);
}

static void
cti_association_xml(struct buf *text, sqlite3_stmt *row)
{
    line_xml(text, "ctiRemoteDeviceLineAssociation", row);
}

/* Before 8.0 the index was an attribute. */
static void
old_association_xml(struct buf *text, sqlite3_stmt *row)
{
    xml_begin(text, "lineAssociation");
    xml_attr(text, "index", column(row, 3));
    xml_end(text, false);
    xml_leaf(text, "pattern", column(row, 0));
    xml_leaf(text, "routePartitionName", column(row, 2));
    xml_close(text, "lineAssociation");
}

#define ASSOCIATIONS                                                                                                \
    "SELECT n.dnorpattern,p.pkid,p.name,m.numplanindex FROM remotedestination d JOIN devicenumplanmapremdestmap r " \
    "ON r.fkremotedestination=d.pkid JOIN devicenumplanmap m ON m.pkid=r.fkdevicenumplanmap JOIN numplan n ON "     \
    "n.pkid=m.fknumplan LEFT JOIN routepartition p ON p.pkid=n.fkroutepartition WHERE d.pkid=?1"

bool
lineassociations_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                      struct ccm_error *err)
{
    (void)b;
    *is_null = false;
    return special_each(c, ASSOCIATIONS " ORDER BY r.rowid", pkid, text,
                        c->version < AXL_V8_0 ? old_association_xml : association_xml, err);
}

bool
ctilines_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
              struct ccm_error *err)
{
    (void)b;
    *is_null = false;
    return special_each(c, ASSOCIATIONS " AND m.fkdevice=d.fkdevice_ctird ORDER BY m.numplanindex", pkid, text,
                        cti_association_xml, err);
}

/* By uuid, of the appearance or of the line, else by number and partition; of a shared line the appearance on
 * the destination's own device. */
static bool
find_line(struct axl_call *c, const char *pkid, const struct soap_element *e, const char **line, struct ccm_error *err)
{
    const struct soap_element *partition = soap_child(e, "routePartitionName");
    const char                *uuid = axl_text(c, soap_child(e, "uuid"));
    const char                *old = axl_text(c, soap_child(e, "routePartitionId"));
    const char                *args[] = { axl_text(c, soap_child(e, "pattern")), NULL };
    char                       id[37], old_id[37];

    if (!special_target(c, "routepartition", "name", partition, axl_text(c, partition), &args[1], err))
        return false;
    if (*old != '\0' && uuid_parse(old, strlen(old), old_id))
        args[1] = old_id;
    if (*uuid != '\0' && uuid_parse(uuid, strlen(uuid), id))
        args[0] = id;
    if (!special_find(c,
                      args[0] == id
                          ? "SELECT pkid FROM devicenumplanmap WHERE pkid=?2 OR fknumplan=?2 ORDER BY fkdevice=" DEVICE
                            " DESC"
                          : "SELECT m.pkid FROM numplan n JOIN devicenumplanmap m ON m.fknumplan=n.pkid WHERE "
                            "n.dnorpattern=?2 AND n.fkroutepartition IS ?3 ORDER BY m.fkdevice=" DEVICE " DESC",
                      pkid, args, 2, line, err))
        return false;
    return *line != NULL || ccm_fail(err, CCM_NOT_FOUND, "Item not valid: The specified %.100s was not found", args[0]);
}

bool
lineassociations_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                       const char *text, struct ccm_error *err)
{
    (void)b;
    (void)text;
    if (e == NULL)
        return true;
    if (!special_run(c, "DELETE FROM devicenumplanmapremdestmap WHERE fkremotedestination=?1", pkid, NULL, 0, err))
        return false;
    for (const struct soap_element *k = e->children; k != NULL; k = k->next) {
        const char *line;
        if (!find_line(c, pkid, k, &line, err) ||
            !special_run(c,
                         "INSERT INTO devicenumplanmapremdestmap(fkremotedestination,fkdevicenumplanmap) VALUES(?1,?2)",
                         pkid, &line, 1, err))
            return false;
    }
    return true;
}

/* ---- owner: that of the device ---- */

#define OWNER                                                                                                        \
    "(SELECT coalesce(d.fkenduser_mobility,CASE WHEN r.fkdevice_remotedestinationtemplate IS NULL THEN d.fkenduser " \
    "END) FROM remotedestination r JOIN device d ON d.pkid=" DEVICE " WHERE r.pkid=?1)"

bool
destinationowner_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                      struct ccm_error *err)
{
    return special_reference(c, b, "SELECT pkid,userid FROM enduser WHERE pkid=" OWNER, pkid, text, is_null, err);
}

bool
destinationowner_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                       const char *text, struct ccm_error *err)
{
    const char *user, *owner;

    if (!special_target(c, "enduser", "userid", e, text, &user, err))
        return false;
    if (user == NULL)
        return true;
    if (!special_run(c, "UPDATE device SET fkenduser_mobility=?2 WHERE pkid=" DEVICE " AND " OWNER " IS NULL", pkid,
                     &user, 1, err) ||
        !special_find(c, "SELECT " OWNER, pkid, NULL, 0, &owner, err))
        return false;
    if (owner == NULL)
        return special_invalid(err, b->path, text, "the destination has no device that could have an owner");
    return strcmp(owner, user) == 0 || special_invalid(err, b->path, text, "its device belongs to another user");
}

/* ---- time of day access: a setting with a schedule of ringing periods and a list of callers ---- */

#define ACCESS   "(SELECT fktodaccess FROM remotedestination WHERE pkid=?1)"
#define SETTING  " todaccesssetting WHERE fktodaccess=" ACCESS
#define SCHEDULE "(SELECT fktimeschedule FROM" SETTING ")"

/* Make sure that the destination has a setting; names are made from pkids, so that no two are the same. */
static bool
make_setting(struct axl_call *c, const char *pkid, struct ccm_error *err)
{
    const char *owner;
    char        id[37];
    const char *args[] = { id };

    store_new_pkid(store_of(c->conn), id);
    if (!special_find(c, "SELECT coalesce((SELECT fkenduser FROM todaccess WHERE pkid=" ACCESS ")," OWNER ")", pkid,
                      NULL, 0, &owner, err))
        return false;
    if (owner == NULL)
        return ccm_fail(err, CCM_INVALID, "a remote destination without an owner can't have times of its own");
    return special_run(c,
                       "INSERT INTO todaccess(pkid,name,fkenduser) SELECT ?2,'Ring Schedule '||?1," OWNER
                       " WHERE " ACCESS " IS NULL",
                       pkid, args, 1, err) &&
           special_run(c, "UPDATE remotedestination SET fktodaccess=?2 WHERE pkid=?1 AND fktodaccess IS NULL", pkid,
                       args, 1, err) &&
           special_run(c,
                       "INSERT INTO todaccesssetting(fktodaccess) SELECT " ACCESS
                       " WHERE NOT EXISTS(SELECT 1 FROM" SETTING ")",
                       pkid, NULL, 0, err);
}

static bool
make_schedule(struct axl_call *c, const char *pkid, struct ccm_error *err)
{
    char        id[37];
    const char *args[] = { id };

    store_new_pkid(store_of(c->conn), id);
    return make_setting(c, pkid, err) &&
           special_run(c,
                       "INSERT INTO timeschedule(pkid,name,fkenduser) SELECT ?2,'Ring Schedule '||?1,(SELECT fkenduser "
                       "FROM todaccess WHERE pkid=" ACCESS ") WHERE " SCHEDULE " IS NULL",
                       pkid, args, 1, err) &&
           special_run(c,
                       "UPDATE todaccesssetting SET fktimeschedule=?2 WHERE fktodaccess=" ACCESS
                       " AND fktimeschedule IS NULL",
                       pkid, args, 1, err);
}

/* ---- its periods ---- */

static const struct {
    const char *element, *type_table, *def;
} period_fields[] = { { "startTime", "typetimeofday", "No Office Hours" },
                      { "endTime", "typetimeofday", "No Office Hours" },
                      { "startDay", "typedayofweek", "None" },
                      { "endDay", "typedayofweek", "None" } };
#define PERIOD_FIELDS (sizeof period_fields / sizeof period_fields[0])

static void
period_xml(struct buf *text, sqlite3_stmt *row)
{
    special_open(text, "member", row, 0);
    for (size_t i = 0; i < PERIOD_FIELDS; i++)
        xml_leaf(text, period_fields[i].element, (const char *)sqlite3_column_text(row, (int)i + 1));
    xml_close(text, "member");
}

bool
ringschedule_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                  struct ccm_error *err)
{
    (void)b;
    *is_null = false;
    return special_each(
        c,
        "SELECT p.pkid,s.name,e.name,f.name,t.name FROM timescheduletimeperiodmap m JOIN timeperiod p ON "
        "p.pkid=m.fktimeperiod LEFT JOIN typetimeofday s ON s.enum=p.tktimeofday_start LEFT JOIN "
        "typetimeofday e ON e.enum=p.tktimeofday_end LEFT JOIN typedayofweek f ON "
        "f.enum=p.tkdayofweek_start LEFT JOIN typedayofweek t ON t.enum=p.tkdayofweek_end WHERE "
        "m.fktimeschedule=" SCHEDULE " ORDER BY m.rowid",
        pkid, text, period_xml, err);
}

static bool
add_period(struct axl_call *c, const char *pkid, const char *const numbers[PERIOD_FIELDS], struct ccm_error *err)
{
    char        id[37];
    const char *args[] = { id, numbers[0], numbers[1], numbers[2], numbers[3] };

    store_new_pkid(store_of(c->conn), id);
    return special_run(
               c,
               "INSERT INTO timeperiod(pkid,name,tktimeofday_start,tktimeofday_end,tkdayofweek_start,"
               "tkdayofweek_end,fkenduser) SELECT ?2,'Ring Period '||?2,?3,?4,?5,?6,fkenduser FROM timeschedule "
               "WHERE pkid=" SCHEDULE,
               pkid, args, 5, err) &&
           special_run(c, "INSERT INTO timescheduletimeperiodmap(fktimeschedule,fktimeperiod) SELECT " SCHEDULE ",?2",
                       pkid, args, 1, err);
}

/* numbers NULL: all of them. Periods made for a schedule end with their place in it. */
static bool
remove_periods(struct axl_call *c, const char *pkid, const char *const *numbers, struct ccm_error *err)
{
    static const char all[] = "DELETE FROM timescheduletimeperiodmap WHERE fktimeschedule=" SCHEDULE;
    static const char some[] = "DELETE FROM timescheduletimeperiodmap WHERE fktimeschedule=" SCHEDULE
                               " AND fktimeperiod IN (SELECT pkid FROM timeperiod WHERE tktimeofday_start=?2 AND "
                               "tktimeofday_end=?3 AND tkdayofweek_start=?4 AND tkdayofweek_end=?5)";
    return special_run(c, numbers != NULL ? some : all, pkid, numbers, numbers != NULL ? PERIOD_FIELDS : 0, err) &&
           special_run(c,
                       "DELETE FROM timeperiod WHERE fkenduser=(SELECT fkenduser FROM timeschedule WHERE pkid=" SCHEDULE
                       ") AND name='Ring Period '||pkid AND pkid NOT IN (SELECT fktimeperiod FROM "
                       "timescheduletimeperiodmap)",
                       pkid, NULL, 0, err);
}

static bool
change_period(struct axl_call *c, const char *pkid, const struct soap_element *member, bool removes,
              struct ccm_error *err)
{
    const char *numbers[PERIOD_FIELDS];
    for (size_t i = 0; i < PERIOD_FIELDS; i++) {
        const char *name = axl_text(c, soap_child(member, period_fields[i].element));
        if (!special_number(c, period_fields[i].element, period_fields[i].type_table,
                            *name != '\0' ? name : period_fields[i].def, &numbers[i], err))
            return false;
    }
    return removes ? remove_periods(c, pkid, numbers, err) : add_period(c, pkid, numbers, err);
}

bool
ringschedule_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                   const char *text, struct ccm_error *err)
{
    (void)b;
    (void)text;
    if (e == NULL)
        return true;
    bool removes = special_removes(e);
    if ((!removes && e->children != NULL && !make_schedule(c, pkid, err)) ||
        (!removes && !special_adds(e) && !remove_periods(c, pkid, NULL, err)))
        return false;
    for (const struct soap_element *k = e->children; k != NULL; k = k->next)
        if (!change_period(c, pkid, k, removes, err))
            return false;
    return true;
}

bool
accesslist_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                struct ccm_error *err)
{
    return special_reference(
        c, b, "SELECT pkid,name FROM callerfilterlist WHERE pkid=(SELECT fkcallerfilterlist FROM" SETTING ")", pkid,
        text, is_null, err);
}

bool
accesslist_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                 const char *text, struct ccm_error *err)
{
    const char *list;
    (void)b;
    return special_target(c, "callerfilterlist", "name", e, text, &list, err) &&
           (list == NULL || make_setting(c, pkid, err)) &&
           special_run(c, "UPDATE todaccesssetting SET fkcallerfilterlist=?2 WHERE fktodaccess=" ACCESS, pkid, &list, 1,
                       err);
}
