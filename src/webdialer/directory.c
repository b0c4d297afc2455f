/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Users, their devices and lines: who controls what is the store's, what lines a device shows now the simulator's. */
#include <stdlib.h>
#include <string.h>

#include "ccmsim/cluster.h"
#include "webdialer/webdialer_priv.h"

/* Controlled devices, and what Extension Mobility has put the user on. */
#define OF_USER                                                                                    \
    " FROM device d WHERE d.pkid IN (SELECT fkdevice FROM enduserdevicemap WHERE fkenduser=?1 AND" \
    " tkuserassociation=1 UNION SELECT fkdevice FROM extensionmobilitydynamic WHERE fkenduser=?1)"

static sqlite3_stmt *
ask(struct store_conn *c, const char *sql, const char *key, struct ccm_error *err)
{
    sqlite3_stmt *stmt = store_prepare(c, sql, err);

    if (stmt != NULL)
        sqlite3_bind_text(stmt, 1, key, -1, SQLITE_STATIC);
    return stmt;
}

static const char *
column(sqlite3_stmt *stmt, int i)
{
    const char *text = (const char *)sqlite3_column_text(stmt, i);

    return text != NULL ? text : "";
}

bool
wd_user_find(struct store_conn *c, const char *userid, char pkid[37], struct ccm_error *err)
{
    sqlite3_stmt *stmt = ask(c,
                             "SELECT pkid FROM enduser WHERE userid=?1 COLLATE NOCASE AND status=1"
                             " ORDER BY userid=?1 DESC LIMIT 1",
                             userid, err);
    int           step = stmt != NULL ? store_step(c, stmt, err) : -1;

    pkid[0] = '\0';
    if (step > 0)
        strncat(pkid, column(stmt, 0), 36);
    if (stmt != NULL)
        sqlite3_reset(stmt);
    return step >= 0;
}

bool
wd_has_device(struct store_conn *c, const char *user_pkid, const char *device, bool *has, struct ccm_error *err)
{
    sqlite3_stmt *stmt = ask(c, "SELECT 1" OF_USER " AND d.name=?2 COLLATE NOCASE", user_pkid, err);

    if (stmt == NULL)
        return false;
    sqlite3_bind_text(stmt, 2, device, -1, SQLITE_STATIC);
    int step = store_step(c, stmt, err);
    sqlite3_reset(stmt);
    *has = step > 0;
    return step >= 0;
}

static void
take_lines(struct arena *a, const struct sim_device *d, struct wd_device *out)
{
    const char **lines = arena_alloc(a, (d->line_count + 1) * sizeof *lines);

    for (size_t i = 0; i < d->line_count; i++)
        lines[i] = arena_printf(a, "%s; %s", d->lines[i].pattern,
                                d->lines[i].partition[0] != '\0' ? d->lines[i].partition : "no partition");
    out->line_count = d->line_count;
    out->lines = lines;
}

struct found {
    const char   *name;
    struct found *next;
};

/* Names first: the simulator isn't asked while a statement runs. */
static bool
find_names(struct arena *a, struct store_conn *c, const char *user_pkid, struct found **names, size_t *count,
           struct ccm_error *err)
{
    sqlite3_stmt  *stmt = ask(c, "SELECT d.name" OF_USER " ORDER BY d.name", user_pkid, err);
    struct found **end = names;
    int            step = -1;

    *names = NULL;
    *count = 0;
    while (stmt != NULL && (step = store_step(c, stmt, err)) > 0) {
        struct found *f = arena_alloc(a, sizeof *f);
        f->name = arena_strdup(a, column(stmt, 0));
        *end = f;
        end = &f->next;
        ++*count;
    }
    if (stmt != NULL)
        sqlite3_reset(stmt);
    return step == 0;
}

bool
wd_devices(struct request *rq, struct store_conn *c, const char *user_pkid, struct wd_answer *answer,
           struct ccm_error *err)
{
    const struct store_enum *products = store_enum_find(rq->cluster->store, "typeproduct");
    struct found            *names;
    size_t                   count;

    if (!find_names(rq->arena, c, user_pkid, &names, &count, err))
        return false;
    struct wd_device *devices = arena_alloc(rq->arena, (count + 1) * sizeof *devices);
    for (; names != NULL; names = names->next) {
        const struct sim_device *d = sim_device_find(rq->cluster->sim, rq->arena, names->name);
        if (d == NULL || !d->cti_controllable)
            continue;
        struct wd_device *out = &devices[answer->device_count++];
        const char       *type = store_enum_name(products, d->tkproduct);
        *out = (struct wd_device){ .name = d->name, .description = d->description, .type = type != NULL ? type : "" };
        take_lines(rq->arena, d, out);
    }
    answer->devices = devices;
    return true;
}

bool
wd_primary_line(struct arena *a, struct store_conn *c, const char *user_pkid, const char **line, struct ccm_error *err)
{
    sqlite3_stmt *stmt = ask(c,
                             "SELECT n.dnorpattern FROM endusernumplanmap m JOIN numplan n ON n.pkid=m.fknumplan"
                             " WHERE m.fkenduser=?1 AND m.tkdnusage=1 ORDER BY m.sortorder LIMIT 1",
                             user_pkid, err);
    int           step = stmt != NULL ? store_step(c, stmt, err) : -1;

    *line = step > 0 ? arena_strdup(a, column(stmt, 0)) : "";
    if (stmt != NULL)
        sqlite3_reset(stmt);
    return step >= 0;
}

/* The first that fits, in the order of priority: strip from the front, then prefix. */
bool
wd_apply_dial_rules(struct arena *a, struct store_conn *c, const char **destination, struct ccm_error *err)
{
    sqlite3_stmt *stmt = ask(c,
                             "SELECT digitsremoved,prefix FROM applicationdialrule WHERE tkapplicationdialrule=0 AND"
                             " substr(?1,1,length(numbeginwith))=numbeginwith AND numofdigits IN (0,length(?1))"
                             " ORDER BY priority,name LIMIT 1",
                             *destination, err);
    int           step = stmt != NULL ? store_step(c, stmt, err) : -1;

    if (step > 0) {
        int64_t strip = sqlite3_column_int64(stmt, 0), len = (int64_t)strlen(*destination);
        *destination = arena_printf(a, "%s%s", column(stmt, 1),
                                    *destination + (strip < 0     ? 0
                                                    : strip > len ? len
                                                                  : strip));
    }
    if (stmt != NULL)
        sqlite3_reset(stmt);
    return step >= 0;
}
