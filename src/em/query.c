/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The queries and their answers (Developers Guide, Extension Mobility Service API): one row for each name that was
 * asked for, in that order; who doesn't exist is a row, not a failure. */
#include <string.h>

#include "ccmsim/cluster.h"
#include "ccmsim/clusters.h"
#include "ccmsim/xml.h"
#include "em/em_priv.h"

void
em_write_encoded(struct buf *out, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-*_";

    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++)
        if (strchr(plain, *p) != NULL)
            buf_addc(out, (char)*p);
        else if (*p == ' ')
            buf_addc(out, '+');
        else
            buf_addf(out, "%%%02X", *p);
}

const char *
em_plain_user(struct request *rq, const char *user)
{
    struct ccm_error err;

    if (rq->cluster->member != NULL)
        clusters_choose_user(rq, &user, &err);
    return user;
}

static void
encoded_leaf(struct buf *out, const char *tag, const char *text)
{
    xml_open(out, tag);
    em_write_encoded(out, text);
    xml_close(out, tag);
}

/* ---- rows of an answer ---- */

/* Runs sql with the name as ?1; the statement is the caller's to step. */
static sqlite3_stmt *
ask(struct store_conn *c, const char *sql, const char *name, struct ccm_error *err)
{
    sqlite3_stmt *stmt = store_prepare(c, sql, err);

    if (stmt != NULL)
        sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
    return stmt;
}

static const char *
column(sqlite3_stmt *stmt, int i)
{
    return (const char *)sqlite3_column_text(stmt, i);
}

static void
user_or_none(struct buf *out, const char *tag, const char *user)
{
    if (user != NULL)
        encoded_leaf(out, tag, user);
    else
        xml_empty(out, "none");
}

static bool
device_row(struct buf *out, struct store_conn *c, const char *name, double release, struct ccm_error *err)
{
    sqlite3_stmt *stmt = ask(c,
                             "SELECT u.userid,l.userid FROM device d LEFT JOIN extensionmobilitydynamic m ON"
                             " m.fkdevice=d.pkid LEFT JOIN enduser u ON u.pkid=m.fkenduser LEFT JOIN enduser l ON"
                             " l.pkid=m.fkenduser_lastlogin WHERE d.tkclass=1 AND d.name=?1 COLLATE NOCASE",
                             name, err);
    int           step = stmt != NULL ? store_step(c, stmt, err) : -1;

    xml_begin(out, "device");
    xml_attr(out, "name", name);
    xml_end(out, false);
    if (step == 0) {
        xml_empty(out, "doesNotExist");
    } else if (step > 0) {
        user_or_none(out, "userID", column(stmt, 0));
        user_or_none(out, "lastlogin", column(stmt, 1));
        if (release >= 8.0)
            xml_leaf(out, "emccDevice", "no");
    }
    xml_close(out, "device");
    if (stmt != NULL)
        sqlite3_reset(stmt);
    return step >= 0;
}

/* The user's pkid, or "" if there is none. */
static bool
find_user(struct store_conn *c, const char *name, char pkid[37], struct ccm_error *err)
{
    sqlite3_stmt *stmt = ask(c,
                             "SELECT pkid FROM enduser WHERE userid=?1 COLLATE NOCASE AND status=1"
                             " ORDER BY userid=?1 DESC LIMIT 1",
                             name, err);
    int           step = stmt != NULL ? store_step(c, stmt, err) : -1;

    pkid[0] = '\0';
    if (step > 0 && column(stmt, 0) != NULL)
        strncat(pkid, column(stmt, 0), 36);
    if (stmt != NULL)
        sqlite3_reset(stmt);
    return step >= 0;
}

static void
device_of_user(struct buf *out, sqlite3_stmt *row)
{
    xml_leaf(out, "deviceName", column(row, 0));
}

static void
profile_of_user(struct buf *out, sqlite3_stmt *row)
{
    xml_open(out, "deviceProfile");
    xml_leaf(out, "deviceProfileName", column(row, 0));
    xml_leaf(out, "isDefaultDeviceProfile", column(row, 1));
    xml_close(out, "deviceProfile");
}

static void
user_exists(struct buf *out, sqlite3_stmt *row)
{
    encoded_leaf(out, "exists", column(row, 0));
}

static const struct kind {
    const char *container;
    const char *sql; /* ?1: the user's pkid; NULL: rows of devices */
    void (*write)(struct buf *out, sqlite3_stmt *row);
} kinds[] = {
    [EM_DEVICE_USER_QUERY] = { "deviceUserResults", NULL, NULL },
    [EM_USER_DEVICES_QUERY] = { "userDevicesResults",
                                "SELECT d.name FROM extensionmobilitydynamic m JOIN device d ON d.pkid=m.fkdevice"
                                " WHERE m.fkenduser=?1 ORDER BY m.logintime,d.name",
                                device_of_user },
    [EM_DEVICE_PROFILE_QUERY] = { "deviceProfileResults",
                                  "SELECT d.name,e.defaultprofile FROM enduserdevicemap e JOIN device d ON"
                                  " d.pkid=e.fkdevice AND d.tkclass=254 WHERE e.fkenduser=?1 AND e.tkuserassociation=5"
                                  " ORDER BY d.name",
                                  profile_of_user },
    [EM_CHECK_USER] = { "checkUserResults", "SELECT userid FROM enduser WHERE pkid=?1 AND islocaluser='t'",
                        user_exists },
};

/* The user's rows, or what stands for none. */
static bool
user_rows(struct buf *out, struct store_conn *c, const struct kind *k, const char *pkid, struct ccm_error *err)
{
    sqlite3_stmt *stmt = ask(c, k->sql, pkid, err);
    int           step = -1;
    bool          any = false;

    if (stmt == NULL)
        return false;
    while ((step = store_step(c, stmt, err)) > 0) {
        k->write(out, stmt);
        any = true;
    }
    sqlite3_reset(stmt);
    if (!any)
        xml_empty(out, k->write == user_exists ? "doesNotExist" : "none");
    return step == 0;
}

static bool
user_row(struct request *rq, struct store_conn *c, const struct kind *k, const char *name, struct ccm_error *err)
{
    struct buf *out = &rq->reply.body;
    char        pkid[37];

    if (!find_user(c, em_plain_user(rq, name), pkid, err))
        return false;
    xml_begin(out, "user");
    buf_adds(out, " id=\"");
    em_write_encoded(out, name);
    buf_addc(out, '"');
    xml_end(out, false);
    if (pkid[0] == '\0')
        xml_empty(out, "doesNotExist");
    else if (!user_rows(out, c, k, pkid, err))
        return false;
    xml_close(out, "user");
    return true;
}

bool
em_query(struct request *rq, struct store_conn *c, const struct em_message *m, double release, struct ccm_error *err)
{
    const struct kind *k = &kinds[m->operation];
    struct buf        *out = &rq->reply.body;

    xml_open(out, "response");
    xml_open(out, k->container);
    for (const struct soap_element *e = m->element->children; e != NULL; e = e->next)
        if (strcmp(e->name, "deviceName") == 0) {
            if (!device_row(out, c, e->text, release, err))
                return false;
        } else if (strcmp(e->name, "userID") == 0) {
            if (!user_row(rq, c, k, e->text, err))
                return false;
        }
    xml_close(out, k->container);
    xml_close(out, "response");
    return true;
}
