/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the simulator's tests share: a store with phones made by plain SQL, and a simulator on a clock by hand. */
#ifndef SIM_KIT_H
#define SIM_KIT_H

#include "store_kit.h"

#include "ccmsim/arena.h"
#include "ccmsim/sim.h"

struct simkit_how {
    bool                settled;
    unsigned            subscribers; /* nodes beside the publisher, all in group Default behind it */
    uint64_t            seed;
    struct sim_driver  *driver;
    enum sim_clock_mode mode;
    double              speed;
};

struct simkit {
    struct kit       kit;
    struct sim      *sim;
    struct arena    *a;
    struct ccm_error err;
};

static inline void
simkit_feed(void *cookie, const struct store_writer *who, const struct store_change *changes, size_t count)
{
    struct simkit *k = cookie;

    if (k->sim != NULL)
        sim_on_change(k->sim, who, changes, count);
}

/* Statements as one write. */
static inline void
simkit_write(struct simkit *k, const char *sql)
{
    struct store_conn *c = kit_begin(&k->kit);
    char              *e = NULL;

    if (sqlite3_exec(store_db(c), sql, NULL, NULL, &e) != SQLITE_OK)
        fail_msg("%s: %s", sql, e);
    if (!store_write_end(c, true, &k->kit.err))
        fail_msg("%s: %s", sql, k->kit.err.text);
}

#define SIMKIT_PHONE                                                                                                   \
    "INSERT INTO numplan(pkid,dnorpattern,tkpatternusage,fkroutepartition)"                                            \
    " VALUES('00000000-0000-0000-0001-%012u','%u',2,NULL);"                                                            \
    "INSERT INTO device(pkid,name,description,tkclass,tkmodel,tkproduct,tkdeviceprotocol,tkprotocolside,fkdevicepool," \
    "fkphonetemplate) SELECT '00000000-0000-0000-0002-%012u','SEP%012u','Phone %u',1,%d,s.tkproduct,%d,"               \
    "s.tkprotocolside,p.pkid,s.fkphonetemplate FROM device s, devicepool p WHERE s.name='Auto-registration Template'"  \
    " AND p.name='Default';"                                                                                           \
    "INSERT INTO devicenumplanmap(pkid,fkdevice,fknumplan,numplanindex,maxnumcalls,busytrigger)"                       \
    " VALUES('00000000-0000-0000-0003-%012u','00000000-0000-0000-0002-%012u','00000000-0000-0000-0001-%012u',1,4,2)"

#define SIMKIT_8841 683
#define SIMKIT_SIP  11

/* Phone number n with line 2000 + n, in one write. */
static inline void
simkit_phone(struct simkit *k, unsigned n)
{
    char sql[4000];

    snprintf(sql, sizeof sql, SIMKIT_PHONE, n, 2000 + n, n, n, n, SIMKIT_8841, SIMKIT_SIP, n, n, n);
    simkit_write(k, sql);
}

static inline void
simkit_node(struct simkit *k, unsigned n)
{
    char sql[2000];

    snprintf(sql, sizeof sql,
             "INSERT INTO processnode(pkid,name,systemnode,isactive) VALUES('00000000-0000-0000-0004-%012u',"
             "'cucm-sub%u','f','t');"
             "INSERT INTO callmanager(pkid,name,fkprocessnode) VALUES('00000000-0000-0000-0005-%012u','CM_cucm-sub%u',"
             "'00000000-0000-0000-0004-%012u');"
             "INSERT INTO callmanagergroupmember(pkid,fkcallmanagergroup,fkcallmanager,priority) SELECT "
             "'00000000-0000-0000-0006-%012u',pkid,'00000000-0000-0000-0005-%012u',%u FROM callmanagergroup WHERE "
             "name='Default'",
             n, n, n, n, n, n, n, n);
    simkit_write(k, sql);
}

static inline void
simkit_open(struct simkit *k, unsigned phones, struct simkit_how how)
{
    memset(k, 0, sizeof *k);
    kit_open(&k->kit, NULL);
    store_listen(k->kit.store, simkit_feed, k);
    k->a = arena_new();
    for (unsigned n = 1; n <= how.subscribers; n++)
        simkit_node(k, n);
    for (unsigned n = 1; n <= phones; n++)
        simkit_phone(k, n);
    struct sim_options opt = { .store = k->kit.store,
                               .driver = how.driver,
                               .seeded = true,
                               .seed = how.seed,
                               .release = "15.0",
                               .mode = how.driver != NULL ? how.mode : SIM_CLOCK_MANUAL,
                               .speed = how.speed,
                               .timing = sim_timing_default,
                               .settled = how.settled };
    if (!sim_new(&k->sim, &opt, &k->err))
        fail_msg("%s", k->err.text);
}

static inline void
simkit_close(struct simkit *k)
{
    struct sim *sim = k->sim;

    k->sim = NULL;
    sim_free(sim);
    store_close(k->kit.store);
    arena_free(k->a);
}

static inline int64_t
simkit_counter(struct simkit *k, const char *node, const char *counter)
{
    int64_t value = -1;

    return sim_counter(k->sim, node, "Cisco CallManager", NULL, counter, &value) ? value : -1;
}

#endif
