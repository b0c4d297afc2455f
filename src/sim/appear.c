/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A phone that nobody provisioned asks to register. Where auto-registration is on, that is where a CallManager of the
 * default group has a range of more than one number, the next number and a device are written to the store, and the
 * change feed does the rest; else the phone is rejected, and RIS shows it so. */
#include <stdio.h>
#include <strings.h>

#include "sim/load.h"
#include "sim/read.h"

struct offer { /* what auto-registration has to give */
    char callmanager[37], partition[37], number[16];
    bool on, full;
};

static const struct store_writer ourselves = { .user = "", .origin = "sim" };

#define RANGES                                                                                              \
    "SELECT c.pkid,c.autoregistrationstartdn,c.autoregistrationenddn,c.autoregistrationnextdn,"             \
    "c.fkroutepartition_autoregistration FROM callmanagergroup g JOIN callmanagergroupmember m ON"          \
    " m.fkcallmanagergroup=g.pkid JOIN callmanager c ON c.pkid=m.fkcallmanager WHERE g.tftpdefault='t' AND" \
    " c.autoregistrationstartdn<c.autoregistrationenddn ORDER BY m.priority LIMIT 1"
#define TAKEN "SELECT 1 FROM numplan WHERE dnorpattern=?1 AND coalesce(fkroutepartition,'')=?2"
/* Most settings are those of the template that the installation has for this. */
#define ADD_NUMBER                                                                      \
    "INSERT INTO numplan(pkid,dnorpattern,tkpatternusage,fkroutepartition,description)" \
    " VALUES(?1,?2,2,nullif(?3,''),'Auto '||?2)"
#define ADD_DEVICE                                                                                        \
    "INSERT INTO device(pkid,name,description,tkclass,tkmodel,tkproduct,tkdeviceprotocol,tkprotocolside," \
    "fkdevicepool,fkphonetemplate) SELECT ?1,?2,'Auto '||?3,1,?4,"                                        \
    "coalesce((SELECT enum FROM typeproduct WHERE tkmodel=?4 ORDER BY enum LIMIT 1),s.tkproduct),?5,"     \
    "s.tkprotocolside,p.pkid,coalesce((SELECT fkphonetemplate FROM defaults WHERE tkmodel=?4 AND"         \
    " tkdeviceprotocol=?5),s.fkphonetemplate) FROM device s, devicepool p WHERE s.name="                  \
    "'Auto-registration Template' AND p.name='Default'"
#define ADD_LINE "INSERT INTO devicenumplanmap(fkdevice,fknumplan,numplanindex) VALUES(?1,?2,1)"
#define NEXT     "UPDATE callmanager SET autoregistrationnextdn=?2 WHERE pkid=?1"

static bool
taken(struct store_conn *c, const char *number, const char *partition, bool *yes, struct ccm_error *err)
{
    sqlite3_stmt *s = store_prepare(c, TAKEN, err);

    if (s == NULL)
        return false;
    sqlite3_bind_text(s, 1, number, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(s, 2, partition, -1, SQLITE_TRANSIENT);
    int rc = store_step(c, s, err);
    sqlite3_reset(s);
    *yes = rc == 1;
    return rc >= 0;
}

/* The next free number of the range, from where the last one was taken. */
static bool
find_offer(struct store_conn *c, struct offer *o, struct ccm_error *err)
{
    sqlite3_stmt *s = store_prepare(c, RANGES, err);
    int           rc = s != NULL ? store_step(c, s, err) : -1;

    if (rc <= 0) {
        if (s != NULL)
            sqlite3_reset(s);
        return rc == 0;
    }
    o->on = true;
    const char *partition = read_text(s, 4);
    snprintf(o->callmanager, sizeof o->callmanager, "%s", read_text(s, 0));
    snprintf(o->partition, sizeof o->partition, "%s", partition != NULL ? partition : "");
    int64_t start = sqlite3_column_int64(s, 1), end = sqlite3_column_int64(s, 2), next = sqlite3_column_int64(s, 3);
    sqlite3_reset(s);
    if (next < start || next > end)
        next = start;
    bool yes = true;
    for (int64_t tries = 0; tries <= end - start && yes; tries++, next = next == end ? start : next + 1) {
        snprintf(o->number, sizeof o->number, "%lld", (long long)next);
        if (!taken(c, o->number, o->partition, &yes, err))
            return false;
    }
    o->full = yes;
    return true;
}

static bool
run(struct store_conn *c, const char *sql, const char *const *texts, size_t count, const int *numbers,
    size_t number_count, struct ccm_error *err)
{
    sqlite3_stmt *s = store_prepare(c, sql, err);

    if (s == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        sqlite3_bind_text(s, (int)i + 1, texts[i], -1, SQLITE_TRANSIENT);
    for (size_t i = 0; i < number_count; i++)
        sqlite3_bind_int(s, (int)(count + i) + 1, numbers[i]);
    int rc = store_step(c, s, err);
    sqlite3_reset(s);
    return rc == 0;
}

static bool
write_phone(struct store_conn *c, const struct offer *o, const char *name, int tkmodel, struct ccm_error *err)
{
    char number[37], device[37], next[24];
    int  protocol = *model_load(tkmodel, PROTOCOL_SIP) != '\0' && *model_load(tkmodel, PROTOCOL_SCCP) == '\0'
                        ? STORE_PROTOCOL_SIP
                        : STORE_PROTOCOL_SCCP;

    store_new_pkid(store_of(c), number);
    store_new_pkid(store_of(c), device);
    snprintf(next, sizeof next, "%lld", strtoll(o->number, NULL, 10) + 1);
    return run(c, ADD_NUMBER, (const char *[]){ number, o->number, o->partition }, 3, NULL, 0, err) &&
           run(c, ADD_DEVICE, (const char *[]){ device, name, o->number }, 3, (int[]){ tkmodel, protocol }, 2, err) &&
           run(c, ADD_LINE, (const char *[]){ device, number }, 2, NULL, 0, err) &&
           run(c, NEXT, (const char *[]){ o->callmanager, next }, 2, NULL, 0, err);
}

/* ---- rejected ---- */

#define STRANGER "unknown:"

bool
dev_is_stranger(const struct dev *d)
{
    return strncmp(d->pkid, STRANGER, strlen(STRANGER)) == 0;
}

static void
reject_stranger(struct sim *sim, const char *name, int tkmodel, int reason)
{
    char pkid[160];

    snprintf(pkid, sizeof pkid, STRANGER "%s", name);
    struct device_row row = {
        .pkid = pkid, .name = name, .tkclass = STORE_CLASS_PHONE, .tkmodel = tkmodel, .tkprotocol = STORE_PROTOCOL_SIP
    };
    struct dev *d = apply_device(sim, &row);
    if (d == NULL)
        return;
    d->reject = (uint8_t)reason;
    d->state = STATE_REGISTERING;
    phone_event(sim, d, EVENT_TIME);
}

/* One that is known is plugged in. */
static bool
known(struct sim *sim, const char *name)
{
    sim_lock(sim);
    struct dev *d = registry_find(sim, name);
    bool        ours = d != NULL && !dev_is_stranger(d);
    if (ours)
        phone_event(sim, d, EVENT_PLUG);
    sim_unlock(sim);
    return ours;
}

static bool
good_name(const char *name)
{
    size_t len = name != NULL ? strlen(name) : 0;

    return len > 0 && len <= 15 &&
           strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == len;
}

bool
sim_device_appear(struct sim *sim, const char *name, int tkmodel, struct ccm_error *err)
{
    struct offer o = { 0 };

    if (!good_name(name))
        return ccm_fail(err, CCM_INVALID, "\"%.40s\" is no name of a phone: 1 to 15 letters, digits, '.', '_', '-'",
                        name != NULL ? name : "");
    if (known(sim, name))
        return true;
    struct store_conn *c = store_write_begin(sim->opt.store, &ourselves, err);
    if (c == NULL)
        return false;
    bool ok = find_offer(c, &o, err);
    bool make = ok && o.on && !o.full;
    ok = ok && (!make || write_phone(c, &o, name, tkmodel, err));
    if (!store_write_end(c, make && ok, ok ? err : NULL) && make && ok)
        return false;
    if (ok && !make) {
        sim_lock(sim);
        reject_stranger(sim, name, tkmodel, o.full ? REJECTED_MAX_REGISTERED : REJECTED_NOT_CONFIGURED);
        sim_unlock(sim);
    }
    return ok;
}
