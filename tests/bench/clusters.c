/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* make bench: reset, snapshot and restore of a cluster of many phones; private clusters of the demonstration's size,
 * and the memory of one. Usage: clusters [PHONES [CLUSTERS]]. A line each: what, milliseconds or kB. Exit status 1 if
 * the private clusters take 10 s or more. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "ccmsim/clusters.h"
#include "ccmsim/sim.h"
#include "ccmsim/snapshot.h"

#define LIMIT_MS 10000

static double
now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double
cpu_ms(void)
{
    struct rusage r;

    getrusage(RUSAGE_SELF, &r);
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1e3 +
           (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e3;
}

/* Private bytes of this process, in kB: what it alone has in memory. */
static long
private_kb(void)
{
    FILE *f = fopen("/proc/self/smaps_rollup", "re");
    char  line[256];
    long  sum = 0, n;

    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        if (sscanf(line, "Private_Clean: %ld", &n) == 1 || sscanf(line, "Private_Dirty: %ld", &n) == 1)
            sum += n;
    if (f != NULL)
        fclose(f);
    return sum;
}

static void
must(bool ok, const struct ccm_error *err)
{
    if (ok)
        return;
    fprintf(stderr, "clusters: %s\n", err->text);
    exit(2);
}

static struct cluster *
make(struct config *cfg, const char *option, struct sim_driver *driver)
{
    char             text[64], *argv[] = { (char[]){ "ccmsimd" }, text, (char[]){ "--admin=bench:secret" },
                                           (char[]){ "--control-token=t" }, NULL };
    struct ccm_error err = { 0 };
    struct cluster  *cl;

    snprintf(text, sizeof text, "%s", option);
    must(config_load(cfg, 4, argv, &err), &err);
    must(cluster_new(&cl, cfg, driver, &err), &err);
    return cl;
}

static void
images(unsigned phones, struct sim_driver *driver)
{
    static const char *const names[] = { "reset", "snapshot", "restore" };
    struct config            cfg;
    struct ccm_error         err = { 0 };
    char                     option[32];

    snprintf(option, sizeof option, "--phones=%u", phones);
    struct cluster *cl = make(&cfg, option, driver);
    for (int what = 0; what < 3; what++) {
        double best = 0;
        for (int i = 0; i < 5; i++) {
            double start = now_ms();
            must(what == 0   ? cluster_reset(cl, &err)
                 : what == 1 ? snapshot_take(cl, "s", &err)
                             : snapshot_restore(cl, "s", &err),
                 &err);
            double took = now_ms() - start;
            best = i == 0 || took < best ? took : best;
        }
        printf("%s, %u phones: %.0f ms\n", names[what], phones, best);
        fflush(stdout);
    }
    cluster_free(cl);
    config_release(&cfg);
}

static double
private_clusters(unsigned count, struct sim_driver *driver)
{
    struct config           cfg;
    struct ccm_error        err = { 0 };
    struct clusters        *cs;
    struct cluster         *home = make(&cfg, "--demo", driver);
    struct clusters_options opt = { .home = home };
    struct cluster_source   source = { .from = CLUSTER_LIKE_HOME };
    char                    name[32];

    must(clusters_new(&cs, &opt, &err), &err);
    must(clusters_add(cs, "first", &source, &err), &err); /* the image is made once */
    long   memory = private_kb();
    double start = now_ms(), cpu = cpu_ms();
    for (unsigned i = 0; i < count; i++) {
        snprintf(name, sizeof name, "c%u", i);
        must(clusters_add(cs, name, &source, &err), &err);
    }
    double took = now_ms() - start;
    cpu = cpu_ms() - cpu;
    memory = private_kb() - memory;
    printf("%u private clusters of the demonstration's size: %.0f ms, processor %.0f ms\n", count, took, cpu);
    printf("one of them: %.1f ms, processor %.1f ms, private memory %ld kB\n", took / count, cpu / count,
           memory / (long)count);
    clusters_free(cs);
    home->family = NULL;
    cluster_free(home);
    config_release(&cfg);
    return took;
}

int
main(int argc, char **argv)
{
    unsigned           phones = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 10000;
    unsigned           count = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 200;
    struct sim_driver *driver = sim_driver_new();

    double took = private_clusters(count, driver);
    images(phones, driver);
    sim_driver_free(driver);
    return took < LIMIT_MS ? 0 : 1;
}
