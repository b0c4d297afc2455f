/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The registry at full size, by itself: phones read from a store, booting and registering at full speed, being found
 * and listed, and what they cost while nothing happens.
 * Usage: registry [PHONES] */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ccmsim/arena.h"
#include "ccmsim/sim.h"

static double
seconds(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
die(const struct ccm_error *err)
{
    fprintf(stderr, "registry: %s\n", err->text);
    exit(1);
}

#define COUNTED "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<(SELECT phones FROM temp.bench)) "

static const char *const fills[] = {
    "",
    COUNTED "INSERT INTO numplan(pkid,dnorpattern,tkpatternusage) SELECT "
            "printf('00000000-0000-0000-0001-%012d',i),10000000+i,2 FROM n",
    COUNTED "INSERT INTO device(pkid,name,description,tkclass,tkmodel,tkproduct,tkdeviceprotocol,tkprotocolside,"
            "fkdevicepool,fkphonetemplate) SELECT printf('00000000-0000-0000-0002-%012d',i),"
            "printf('SEP%012d',i),'Phone '||i,1,683,s.tkproduct,11,s.tkprotocolside,p.pkid,s.fkphonetemplate FROM n, "
            "device s, devicepool p WHERE s.name='Auto-registration Template' AND p.name='Default'",
    COUNTED "INSERT INTO devicenumplanmap(pkid,fkdevice,fknumplan,numplanindex) SELECT "
            "printf('00000000-0000-0000-0003-%012d',i),printf('00000000-0000-0000-0002-%012d',i),"
            "printf('00000000-0000-0000-0001-%012d',i),1 FROM n",
};

static struct store *
make_store(struct uuid_source *uuids, unsigned phones)
{
    static const struct store_writer who = { .origin = "sim", .trusted = true, .complete = true };
    struct store_options             opt = { .readers = 4, .uuids = uuids, .release = "15.0" };
    struct ccm_error                 err;
    struct store                    *st;
    char                             sql[100], *why = NULL;

    if (!store_open(&st, &opt, &err))
        die(&err);
    struct store_conn *c = store_write_begin(st, &who, &err);
    for (size_t i = 0; i < sizeof fills / sizeof fills[0] && c != NULL; i++) {
        snprintf(sql, sizeof sql, "CREATE TEMP TABLE bench AS SELECT %u AS phones", phones);
        if (sqlite3_exec(store_db(c), i == 0 ? sql : fills[i], NULL, NULL, &why) != SQLITE_OK) {
            fprintf(stderr, "registry: %s\n", why);
            exit(1);
        }
    }
    if (c == NULL || !store_write_end(c, true, &err))
        die(&err);
    return st;
}

int
main(int argc, char **argv)
{
    unsigned           phones = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 100000;
    struct uuid_source uuids;
    struct ccm_error   err;
    struct sim        *sim;
    struct arena      *a = arena_new();
    size_t             ran, total;

    uuid_source_init(&uuids, true, 1);
    struct store      *st = make_store(&uuids, phones);
    struct sim_driver *drv = sim_driver_new();
    struct sim_options opt = { .store = st,
                               .driver = drv,
                               .seeded = true,
                               .seed = 1,
                               .release = "15.0",
                               .mode = SIM_CLOCK_MANUAL,
                               .timing = sim_timing_default };
    size_t             before = mallinfo2().uordblks;
    double             t = seconds(CLOCK_PROCESS_CPUTIME_ID);
    if (!sim_new(&sim, &opt, &err))
        die(&err);
    printf("%u phones read: %.2f s of processor\n", phones, seconds(CLOCK_PROCESS_CPUTIME_ID) - t);
    printf("memory of one: %zu bytes\n", (mallinfo2().uordblks - before) / phones);

    t = seconds(CLOCK_PROCESS_CPUTIME_ID);
    if (!sim_clock_run_idle(sim, 3600000, &ran, &err))
        die(&err);
    t = seconds(CLOCK_PROCESS_CPUTIME_ID) - t;
    printf("booted and registered: %.2f s, %.0f a second\n", t, phones / t);
    struct sim_filter               f = { .device_class = "Phone", .status = SIM_REGISTERED, .limit = 1000 };
    const struct sim_device *const *out;
    t = seconds(CLOCK_PROCESS_CPUTIME_ID);
    sim_devices(sim, a, &f, &out, &total);
    printf("a thousand of them, registered, listed: %.2f ms\n", (seconds(CLOCK_PROCESS_CPUTIME_ID) - t) * 1e3);
    if (total != phones) {
        fprintf(stderr, "registry: only %zu are registered\n", total);
        return 1;
    }
    t = seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (unsigned i = 0; i < 100000; i++) {
        char name[20];
        snprintf(name, sizeof name, "SEP%012u", i * 7919u % phones + 1);
        if (sim_device_find(sim, a, name) == NULL)
            return 1;
        arena_reset(a);
    }
    printf("one found by name: %.2f us\n", (seconds(CLOCK_PROCESS_CPUTIME_ID) - t) * 10);

    /* Real time with nothing to come. */
    if (!sim_clock_set(sim, SIM_CLOCK_REAL, 0, &err))
        die(&err);
    t = seconds(CLOCK_PROCESS_CPUTIME_ID);
    nanosleep(&(struct timespec){ .tv_sec = 5 }, NULL);
    printf("idle, registered: %.3f %% of a processor\n", (seconds(CLOCK_PROCESS_CPUTIME_ID) - t) / 5 * 100);
    sim_free(sim);
    sim_driver_free(drv);
    store_close(st);
    arena_free(a);
    return 0;
}
