/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Logging users in and out of phones, in the store. What follows from it the store derives (src/store/rules.c) and
 * the simulator hears of by the change feed. */
#include "ccmsim/mobility.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ccmsim/log.h"
#include "sim/mobility_priv.h"

const char *
mobility_text(int code)
{
    static const struct {
        int         code;
        const char *text;
    } rows[] = {
#define X(code, text) { code, text },
#include "sim/em_errors.def"
#undef X
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].code == code)
            return rows[i].text;
    return "";
}

static bool
refuse(struct mobility_result *out, int code)
{
    *out = (struct mobility_result){ .code = code, .text = mobility_text(code) };
    return false;
}

static bool
failed(struct mobility_result *out, int code, const struct ccm_error *err)
{
    log_error("extension mobility: %s", err->text);
    return refuse(out, code);
}

static bool
database_failed(struct mobility_result *out, const struct ccm_error *err)
{
    return failed(out, 6, err);
}

/* ---- rows ---- */

#define COLUMNS_MAX 4

struct look_up {
    const char *sql;
    const char *args[2]; /* NULL: none */
    const char *row[COLUMNS_MAX];
};

/* The first row's texts, in the arena, NULL where there is none. 1 a row, 0 none, -1 *err. */
static int
look_up(struct store_conn *c, struct arena *a, struct look_up *q, struct ccm_error *err)
{
    sqlite3_stmt *stmt = store_prepare(c, q->sql, err);

    if (stmt == NULL)
        return -1;
    for (int i = 0; i < 2 && q->args[i] != NULL; i++)
        sqlite3_bind_text(stmt, i + 1, q->args[i], -1, SQLITE_STATIC);
    int step = store_step(c, stmt, err);
    for (int i = 0; step == 1 && i < sqlite3_column_count(stmt) && i < COLUMNS_MAX; i++) {
        const char *text = (const char *)sqlite3_column_text(stmt, i);
        q->row[i] = text != NULL ? arena_strdup(a, text) : NULL;
    }
    sqlite3_reset(stmt);
    return step;
}

struct phone {
    const char *pkid, *dynamic;   /* its row of extensionmobilitydynamic */
    const char *user_pkid, *user; /* who is on it; NULL: nobody */
};

/* Who is on it. 21: that can't be told, not even from a row that says nobody. */
static bool
find_status(struct store_conn *c, struct arena *a, struct phone *p, struct mobility_result *out)
{
    struct ccm_error err = { 0 };
    struct look_up   q = { "SELECT m.pkid,u.pkid,u.userid FROM extensionmobilitydynamic m LEFT JOIN enduser u ON"
                             " u.pkid=m.fkenduser WHERE m.fkdevice=?1",
                           { p->pkid },
                           { NULL } };
    int              found = look_up(c, a, &q, &err);

    if (found < 0)
        return failed(out, 21, &err);
    p->dynamic = q.row[0];
    p->user_pkid = q.row[1];
    p->user = q.row[2];
    return found > 0 || refuse(out, 21);
}

/* 11, disabled; 20: whether it is enabled can't be told. */
static bool
find_phone(struct store_conn *c, struct arena *a, const char *name, int disabled, struct phone *p,
           struct mobility_result *out)
{
    struct ccm_error err = { 0 };
    struct look_up   q = { "SELECT pkid,allowhotelingflag FROM device WHERE tkclass=1 AND name=?1 COLLATE NOCASE",
                           { name },
                           { NULL } };
    int              found = look_up(c, a, &q, &err);

    if (found < 0)
        return database_failed(out, &err);
    if (found == 0)
        return refuse(out, 11);
    *p = (struct phone){ .pkid = q.row[0] };
    if (q.row[1] == NULL || (strcmp(q.row[1], "t") != 0 && strcmp(q.row[1], "f") != 0))
        return refuse(out, 20);
    return q.row[1][0] == 't' ? find_status(c, a, p, out) : refuse(out, disabled);
}

struct who {
    const char *pkid, *user;
};

static bool
find_user(struct store_conn *c, struct arena *a, const char *name, struct who *w, struct mobility_result *out)
{
    struct ccm_error err = { 0 };
    struct look_up   q = { "SELECT pkid,userid FROM enduser WHERE userid=?1 COLLATE NOCASE AND status=1"
                             " ORDER BY userid=?1 DESC LIMIT 1",
                           { name },
                           { NULL } };
    int              found = look_up(c, a, &q, &err);

    if (found < 0)
        return database_failed(out, &err);
    *w = (struct who){ q.row[0], q.row[1] };
    return found > 0 || refuse(out, 23);
}

/* ---- the profile ---- */

#define OF_USER                                                                                              \
    " FROM enduserdevicemap e JOIN device d ON d.pkid=e.fkdevice AND d.tkclass=254 WHERE e.fkenduser=?1 AND" \
    " e.tkuserassociation=5"

static bool
find_profile(struct store_conn *c, struct arena *a, const struct mobility_login *l, const struct who *w,
             const char **pkid, struct mobility_result *out)
{
    struct ccm_error err = { 0 };
    struct look_up   q = { "SELECT pkid FROM device WHERE tkclass=254 AND name=?1 COLLATE NOCASE",
                           { l->profile },
                           { NULL } };

    if (!l->by_axl && l->profile != NULL)
        q = (struct look_up){ "SELECT d.pkid" OF_USER " AND d.name=?2 COLLATE NOCASE",
                              { w->pkid, l->profile },
                              { NULL } };
    else if (l->profile == NULL) /* the default, or the only one */
        q = (struct look_up){ "SELECT CASE WHEN e.defaultprofile='t' OR (SELECT count(*)" OF_USER
                              ")=1 THEN d.pkid END" OF_USER " ORDER BY e.defaultprofile DESC LIMIT 1",
                              { w->pkid },
                              { NULL } };
    int found = look_up(c, a, &q, &err);
    if (found < 0)
        return database_failed(out, &err);
    *pkid = q.row[0];
    return *pkid != NULL || refuse(out, 12);
}

/* ---- how long ---- */

/* "HHH:MM" in seconds; 0: none that holds. */
static int64_t
parse_span(const char *text)
{
    char         *end;
    unsigned long hours = strtoul(text, &end, 10), minutes = *end == ':' ? strtoul(end + 1, NULL, 10) : 0;

    return hours <= 168 && minutes < 60 ? (int64_t)hours * 3600 + (int64_t)minutes * 60 : 0;
}

/* The system's limit in seconds; 0: none. */
static bool
system_limit(struct store_conn *c, struct arena *a, int64_t *limit, struct ccm_error *err)
{
    const char *enforced, *span;

    if (!store_parameter(c, a, MOBILITY_SERVICE, "EnforceIntraClusterMaximumLoginTime", "", &enforced, err) ||
        !store_parameter(c, a, MOBILITY_SERVICE, "IntraClusterMaximumLoginTime", "", &span, err))
        return false;
    *limit = store_parameter_is_true(enforced) ? parse_span(span) : 0;
    return true;
}

/* The shorter of the two; an enforced maximum holds for those without a limit too (a guess). 0: none. */
static bool
find_duration(struct store_conn *c, struct arena *a, const struct mobility_login *l, int64_t *seconds,
              struct mobility_result *out)
{
    struct ccm_error err = { 0 };
    int64_t          limit = 0;

    if (!l->by_axl && !system_limit(c, a, &limit, &err))
        return database_failed(out, &err);
    *seconds = l->seconds > 0 ? l->seconds : 0;
    if (limit > 0 && (*seconds == 0 || limit < *seconds))
        *seconds = limit;
    return true;
}

/* ---- in and out ---- */

static bool
run(struct store_conn *c, const char *sql, const char *pkid, struct ccm_error *err)
{
    sqlite3_stmt *stmt = store_prepare(c, sql, err);

    if (stmt == NULL)
        return false;
    sqlite3_bind_text(stmt, 1, pkid, -1, SQLITE_STATIC);
    int step = store_step(c, stmt, err);
    sqlite3_reset(stmt);
    return step >= 0;
}

/* What is no longer true without a user the store puts back. */
static bool
take_off(struct store_conn *c, const char *device, struct ccm_error *err)
{
    return run(c, "UPDATE extensionmobilitydynamic SET fkenduser_lastlogin=fkenduser,fkenduser=NULL WHERE fkdevice=?1",
               device, err) &&
           store_act(c, 'O', "device", device, err);
}

bool
mobility_take_off_each(struct store_conn *c, struct arena *a, const char *sql, const char *arg, size_t *count,
                       struct ccm_error *err)
{
    struct look_up q = { sql, { arg }, { NULL } };
    int            found;

    while ((found = look_up(c, a, &q, err)) > 0) {
        if (!take_off(c, q.row[0], err))
            return false;
        ++*count;
    }
    return found == 0;
}

/* What becomes of a user's logins on other phones. */
static bool
settle_elsewhere(struct store_conn *c, struct arena *a, const struct phone *p, const struct who *w,
                 struct mobility_result *out)
{
    static const char elsewhere[] =
        "SELECT m.fkdevice FROM extensionmobilitydynamic m JOIN device d ON d.pkid=m.fkdevice"
        " WHERE m.fkenduser=?1 AND m.fkdevice<>?2 ORDER BY d.name LIMIT 1";
    struct ccm_error err = { 0 };
    const char      *behavior;
    struct look_up   q = { elsewhere, { w->pkid, p->pkid }, { NULL } };
    int              found;

    if (!store_parameter(c, a, MOBILITY_SERVICE, "MultipleLoginBehavior", "", &behavior, &err))
        return database_failed(out, &err);
    if (strcasecmp(behavior, "Multiple Logins Allowed") == 0)
        return true;
    while ((found = look_up(c, a, &q, &err)) > 0) {
        if (strcasecmp(behavior, "Auto Logout") != 0)
            return refuse(out, 25);
        if (!take_off(c, q.row[0], &err))
            break;
    }
    return found == 0 || database_failed(out, &err);
}

static bool
write_login(struct store_conn *c, const struct phone *p, const char *const args[3], int64_t now_ms, int64_t seconds,
            struct ccm_error *err)
{
    sqlite3_stmt *stmt =
        store_prepare(c,
                      "UPDATE extensionmobilitydynamic SET fkenduser=?2,fkdevice_currentloginprofile=?3,logintime=?4,"
                      "loginduration=?5 WHERE fkdevice=?1",
                      err);
    if (stmt == NULL)
        return false;
    for (int i = 0; i < 3; i++)
        sqlite3_bind_text(stmt, i + 1, args[i], -1, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 4, now_ms / 1000);
    sqlite3_bind_int64(stmt, 5, seconds);
    int step = store_step(c, stmt, err);
    sqlite3_reset(stmt);
    return step >= 0 && store_act(c, 'I', "device", p->pkid, err);
}

/* due_ms 0: never. */
static bool
write_limit(struct store_conn *c, const struct phone *p, int64_t due_ms, struct ccm_error *err)
{
    if (due_ms == 0)
        return run(c, "DELETE FROM shadow_extensionmobilitydynamic WHERE pkid=?1", p->dynamic, err);
    sqlite3_stmt *stmt =
        store_prepare(c, "INSERT OR REPLACE INTO shadow_extensionmobilitydynamic(pkid,autologout) VALUES(?1,?2)", err);
    if (stmt == NULL)
        return false;
    sqlite3_bind_text(stmt, 1, p->dynamic, -1, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 2, due_ms);
    int step = store_step(c, stmt, err);
    sqlite3_reset(stmt);
    return step >= 0;
}

bool
mobility_login_in(struct mobility *m, struct store_conn *c, struct arena *a, const struct mobility_login *l,
                  struct mobility_result *out)
{
    struct ccm_error err = { 0 };
    struct phone     p;
    struct who       w;
    const char      *profile;
    int64_t          seconds, now_ms = mobility_now_ms(m);

    if (!find_phone(c, a, l->device, 22, &p, out) || !find_user(c, a, l->user, &w, out))
        return false;
    if (l->self != NULL && strcasecmp(l->self, w.user) != 0)
        return refuse(out, 10);
    if (!find_profile(c, a, l, &w, &profile, out))
        return false;
    if (p.user_pkid != NULL && strcmp(p.user_pkid, w.pkid) != 0)
        return refuse(out, 18);
    if (!settle_elsewhere(c, a, &p, &w, out) || !find_duration(c, a, l, &seconds, out))
        return false;
    const char *const args[3] = { p.pkid, w.pkid, profile };
    if (!write_login(c, &p, args, now_ms, seconds, &err))
        return database_failed(out, &err);
    if (!write_limit(c, &p, seconds > 0 && !l->by_axl ? now_ms + seconds * 1000 : 0, &err))
        return failed(out, 7, &err);
    *out = (struct mobility_result){ 0 };
    return true;
}

bool
mobility_logout_in(struct mobility *m, struct store_conn *c, struct arena *a, const char *device, const char *self,
                   struct mobility_result *out)
{
    struct ccm_error err = { 0 };
    struct phone     p;

    (void)m;
    if (!find_phone(c, a, device, 5, &p, out))
        return false;
    if (p.user == NULL)
        return refuse(out, 19);
    if (self != NULL && strcasecmp(self, p.user) != 0)
        return refuse(out, 10);
    if (!write_limit(c, &p, 0, &err))
        return failed(out, 7, &err);
    if (!take_off(c, p.pkid, &err))
        return database_failed(out, &err);
    *out = (struct mobility_result){ 0 };
    return true;
}

/* ---- each in a write of its own ---- */

static bool
end(struct store_conn *c, bool ok, struct mobility_result *out)
{
    struct ccm_error err = { 0 };

    return store_write_end(c, ok, &err) ? ok : ok ? database_failed(out, &err) : false;
}

bool
mobility_login(struct mobility *m, struct arena *a, const struct store_writer *who, const struct mobility_login *l,
               struct mobility_result *out)
{
    struct ccm_error   err = { 0 };
    struct store_conn *c = store_write_begin(mobility_store(m), who, &err);

    return c != NULL ? end(c, mobility_login_in(m, c, a, l, out), out) : database_failed(out, &err);
}

bool
mobility_logout(struct mobility *m, struct arena *a, const struct store_writer *who, const char *device,
                const char *self, struct mobility_result *out)
{
    struct ccm_error   err = { 0 };
    struct store_conn *c = store_write_begin(mobility_store(m), who, &err);

    return c != NULL ? end(c, mobility_logout_in(m, c, a, device, self, out), out) : database_failed(out, &err);
}

bool
mobility_logout_all(struct mobility *m, struct arena *a, const struct store_writer *who, size_t *count,
                    struct mobility_result *out)
{
    static const char  anybody[] = "SELECT fkdevice FROM extensionmobilitydynamic WHERE fkenduser IS NOT NULL LIMIT 1";
    struct ccm_error   err = { 0 };
    struct store_conn *c = store_write_begin(mobility_store(m), who, &err);

    *count = 0;
    *out = (struct mobility_result){ 0 };
    if (c == NULL)
        return database_failed(out, &err);
    bool ok = mobility_take_off_each(c, a, anybody, NULL, count, &err) || database_failed(out, &err);
    return end(c, ok, out);
}
