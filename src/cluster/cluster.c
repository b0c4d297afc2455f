/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A cluster's life: open its store, fill it, put it back as it was, close it. */
#include "ccmsim/cluster.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ccmsim/auth.h"
#include "ccmsim/changes.h"
#include "ccmsim/faults.h"
#include "ccmsim/journal.h"
#include "ccmsim/mobility.h"
#include "ccmsim/sim.h"
#include "cluster/image.h"
#include "cluster/seed.h"
#include "cluster/snapshots.h"
#include "cluster/state.h"

#define MADE_UP_ADMIN  "admin"
#define SECRET_LETTERS 20
/* Beside one reader a worker: the executor's jobs and the seeds. */
#define SPARE_READERS 8u
/* A private cluster serves one test: few connections are kept, and opened when they are wanted. */
#define COPY_READERS 4u

/* A random secret that is easy to copy: no letters that look alike. malloc'd. */
static char *
make_up_secret(void)
{
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
    unsigned char     bytes[SECRET_LETTERS];
    char             *out = calloc(1, SECRET_LETTERS + 1);

    if (out == NULL || RAND_bytes(bytes, sizeof bytes) != 1)
        abort();
    for (int i = 0; i < SECRET_LETTERS; i++)
        out[i] = letters[bytes[i] % (sizeof letters - 1)];
    return out;
}

static char *
keep(const char *text, size_t len)
{
    char *out = strndup(text, len);

    if (out == NULL)
        abort();
    return out;
}

static char *
keep_all(const char *text)
{
    return text != NULL ? keep(text, strlen(text)) : NULL;
}

static void
on_change(void *cookie, const struct store_writer *who, const struct store_change *changes, size_t count)
{
    struct cluster *cl = cookie;

    auth_on_change(cl->auth, changes, count);
    if (cl->sim != NULL)
        sim_on_change(cl->sim, who, changes, count);
    if (cl->mobility != NULL)
        mobility_on_change(cl->mobility, changes, count);
}

/* ---- what the store's queries see of the simulator, and who looks on at its writes ---- */

static bool
find_registration(void *cookie, const char *device, struct store_registration *out)
{
    return sim_registration_find(cookie, device, out);
}

static size_t
next_registrations(void *cookie, const char *after, struct store_registration *out, size_t max)
{
    return sim_registrations(cookie, after, out, max);
}

static void
show(struct cluster *cl)
{
    store_show(cl->store, &(struct store_live){ find_registration, next_registrations, cl->sim });
    cl->changes = axl_changes_new(cl->store);
}

static void
take_settings(struct cluster *cl, const struct config *cfg)
{
    snprintf(cl->settings.ccm_version, sizeof cl->settings.ccm_version, "%s", cfg->ccm_version);
    snprintf(cl->settings.full_version, sizeof cl->settings.full_version, "%s", config_full_version(cfg->ccm_version));
    cl->settings.axl_versions_real = cfg->axl_versions_real;
    cl->settings.strictness = cfg->axl_strictness;
    cl->settings.plain_http = cfg->plain_http == PLAIN_SERVE;
    cl->settings.rate_control = cfg->rate_control;
    cl->seed.demo = cfg->demo;
    cl->seed.phones = cfg->phones;
    cl->seed.seeded = cfg->seeded;
    cl->seed.seed = cfg->seed;
    cl->control_made_up = cfg->control_token == NULL;
    cl->control_token = cl->control_made_up ? make_up_secret() : keep(cfg->control_token, strlen(cfg->control_token));
}

/* ---- filling ---- */

/* Does a kept store already have our user? Then its password stands. */
static bool
has_admin(struct cluster *cl, bool *yes, struct ccm_error *err)
{
    struct store_conn *c = store_read_idle(cl->store, err);

    if (c == NULL)
        return false;
    sqlite3_stmt *stmt = store_prepare(c, "SELECT 1 FROM applicationuser WHERE name = '" MADE_UP_ADMIN "'", err);
    int           found = stmt != NULL ? store_step(c, stmt, err) : -1;
    store_read_end(c);
    *yes = found > 0;
    return found >= 0;
}

static bool
choose_admin(struct cluster *cl, const struct config *cfg, struct ccm_error *err)
{
    const char *colon = cfg->admin != NULL ? strchr(cfg->admin, ':') : NULL;
    bool        known = false;

    if (colon != NULL) {
        cl->seed.admin_user = keep(cfg->admin, (size_t)(colon - cfg->admin));
        cl->seed.admin_password = keep(colon + 1, strlen(colon + 1));
        return true;
    }
    if (cfg->state_dir != NULL && !has_admin(cl, &known, err))
        return false;
    if (known)
        return true;
    cl->seed.admin_user = keep(MADE_UP_ADMIN, strlen(MADE_UP_ADMIN));
    cl->seed.admin_password = make_up_secret();
    cl->admin_made_up = true;
    return true;
}

static bool
fill(struct cluster *cl, struct ccm_error *err)
{
    const struct cluster_seed *s = &cl->seed;

    return (s->admin_user == NULL || seed_admin(cl, s->admin_user, s->admin_password, err)) &&
           (!s->demo || seed_demo(cl, err)) && (s->phones == 0 || seed_phones(cl, s->phones, err));
}

/* An image of more is made again each time rather than kept. */
#define MAX_KEPT_IMAGE ((size_t)256 * 1024 * 1024)

/* Filled on a store of its own, so that nobody sees it half done. */
static struct cluster_image *
make_filled(const struct cluster *cl, const struct cluster_seed *seed, struct ccm_error *err)
{
    struct cluster       aside = { .settings = cl->settings, .seed = *seed };
    struct store_options opt = { .readers = 1, .uuids = &aside.uuids, .release = cl->settings.ccm_version };
    unsigned char       *image = NULL;
    size_t               size = 0;

    uuid_source_init(&aside.uuids, cl->seed.seeded, cl->seed.seed);
    bool ok = store_open(&aside.store, &opt, err) && fill(&aside, err) && store_save(aside.store, &image, &size, err);
    store_close(aside.store);
    pthread_mutex_destroy(&aside.uuids.lock);
    return ok ? cluster_image_new(image, size, aside.uuids.state, NULL) : NULL;
}

/* A store that was just filled is what it is filled with: no need to do that again. */
static bool
keep_filled(struct cluster *cl, struct ccm_error *err)
{
    unsigned char *image;
    size_t         size;

    if (!store_size(cl->store, &size, err))
        return false;
    if (size > MAX_KEPT_IMAGE)
        return true;
    if (!store_save(cl->store, &image, &size, err))
        return false;
    cl->filled = cluster_image_new(image, size, cl->uuids.state, NULL);
    return true;
}

struct cluster_image *
cluster_filled(struct cluster *cl, struct ccm_error *err)
{
    if (cl->filled != NULL)
        return cluster_image_hold(cl->filled);
    struct cluster_image *image = make_filled(cl, &cl->seed, err);
    if (image != NULL && image->size <= MAX_KEPT_IMAGE)
        cl->filled = cluster_image_hold(image);
    return image;
}

struct cluster_image *
cluster_bare(struct cluster *cl, struct ccm_error *err)
{
    struct cluster_seed seed = cl->seed;

    seed.demo = false;
    seed.phones = 0;
    return make_filled(cl, &seed, err);
}

/* ---- life ---- */

static uint64_t
now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* What a cluster has besides its store. */
static void
furnish(struct cluster *cl)
{
    cl->auth = auth_new(cl->store);
    cl->states = cluster_states_new();
    cl->faults = faults_new();
    store_listen(cl->store, on_change, cl);
}

static bool
open_cluster(struct cluster *cl, const struct config *cfg, struct ccm_error *err)
{
    struct store_options opt = {
        .state_dir = cfg->state_dir,
        .full_sync = cfg->durable,
        .readers = cfg->workers * 2 + SPARE_READERS,
        .uuids = &cl->uuids,
        .release = cl->settings.ccm_version,
    };

    if (!journal_new(&cl->journal, cfg->journal_file, err) || !store_open(&cl->store, &opt, err))
        return false;
    furnish(cl);
    cl->snapshots = snapshots_new(cfg->state_dir);
    return choose_admin(cl, cfg, err) && fill(cl, err) && (cfg->state_dir != NULL || keep_filled(cl, err));
}

static bool
simulate(struct cluster *cl, const struct config *cfg, struct ccm_error *err)
{
    cl->simulation = (struct sim_options){
        .store = cl->store,
        .driver = cl->driver,
        .seeded = cfg->seeded,
        .seed = cfg->seed,
        .release = cl->settings.ccm_version,
        .mode = (enum sim_clock_mode)cfg->clock,
        .speed = cfg->clock_speed,
        .phone_range = keep_all(cfg->phone_range),
        .timing = sim_timing_default,
        .settled = cfg->phones_start == PHONES_REGISTERED,
    };

    return (cfg->phone_timing == NULL || sim_timing_parse(&cl->simulation.timing, cfg->phone_timing, err)) &&
           sim_new(&cl->sim, &cl->simulation, err);
}

static struct cluster *
allocate(void)
{
    struct cluster *cl = calloc(1, sizeof *cl);

    if (cl == NULL)
        abort();
    cl->started_ns = now_ns();
    pthread_mutex_init(&cl->reset_lock, NULL);
    return cl;
}

bool
cluster_new(struct cluster **out, const struct config *cfg, struct sim_driver *driver, struct ccm_error *err)
{
    struct cluster *cl = allocate();

    cl->driver = driver;
    cl->kept = cfg->state_dir != NULL;
    uuid_source_init(&cl->uuids, cfg->seeded, cfg->seed);
    take_settings(cl, cfg);
    if (!open_cluster(cl, cfg, err) || !simulate(cl, cfg, err)) {
        cluster_free(cl);
        return false;
    }
    show(cl);
    cl->mobility = mobility_new(cl->store, cl->sim);
    *out = cl;
    return true;
}

bool
cluster_copy(struct cluster **out, struct cluster *home, struct cluster_image *image, bool same_types,
             struct ccm_error *err)
{
    struct cluster      *cl = allocate();
    struct store_options opt = {
        .readers = COPY_READERS,
        .uuids = &cl->uuids,
        .image = image->store,
        .image_size = image->size,
        .elder = same_types ? home->store : NULL,
    };

    cl->settings = home->settings;
    cl->seed = home->seed;
    cl->seed.admin_user = keep_all(home->seed.admin_user);
    cl->seed.admin_password = keep_all(home->seed.admin_password);
    cl->control_token = keep_all(home->control_token);
    cl->driver = home->driver;
    cl->filled = cluster_image_hold(image);
    cl->origin = cluster_image_hold(image);
    uuid_source_init(&cl->uuids, home->seed.seeded, home->seed.seed);
    if (cl->uuids.seeded)
        memcpy(cl->uuids.state, image->uuids, sizeof cl->uuids.state);
    opt.release = cl->settings.ccm_version;
    if (!journal_new(&cl->journal, NULL, err) || !store_open(&cl->store, &opt, err)) {
        cluster_free(cl);
        return false;
    }
    furnish(cl);
    auth_share(cl->auth, home->auth);
    cl->snapshots = snapshots_new(NULL);
    cl->simulation = home->simulation;
    cl->simulation.store = cl->store;
    cl->simulation.release = cl->settings.ccm_version;
    cl->simulation.phone_range = keep_all(home->simulation.phone_range);
    if (!sim_new(&cl->sim, &cl->simulation, err) || (image->sim != NULL && !sim_load(cl->sim, image->sim, err))) {
        cluster_free(cl);
        return false;
    }
    show(cl);
    cl->mobility = mobility_new(cl->store, cl->sim);
    *out = cl;
    return true;
}

static void
forget(char *secret)
{
    if (secret != NULL)
        OPENSSL_cleanse(secret, strlen(secret));
    free(secret);
}

void
cluster_free(struct cluster *cl)
{
    if (cl == NULL)
        return;
    cluster_states_free(cl->states);
    sim_free(cl->sim);
    cl->sim = NULL;
    mobility_free(cl->mobility);
    cl->mobility = NULL;
    if (cl->store != NULL)
        store_close(cl->store);
    axl_changes_free(cl->changes);
    auth_free(cl->auth);
    faults_free(cl->faults);
    snapshots_free(cl->snapshots);
    cluster_image_release(cl->filled);
    cluster_image_release(cl->origin);
    journal_free(cl->journal);
    free((char *)(uintptr_t)cl->simulation.phone_range);
    free(cl->seed.admin_user);
    forget(cl->seed.admin_password);
    forget(cl->control_token);
    pthread_mutex_destroy(&cl->uuids.lock);
    pthread_mutex_destroy(&cl->reset_lock);
    free(cl);
}

bool
cluster_reset(struct cluster *cl, struct ccm_error *err)
{
    if (cl->seed.admin_user == NULL)
        return ccm_fail(err, CCM_CONFLICT,
                        "the administrator's password is in the kept state only, and a reset would "
                        "lose it: start with --admin to be able to reset");
    pthread_mutex_lock(&cl->reset_lock);
    struct cluster_image *image = cluster_filled(cl, err);
    bool                  ok = image != NULL && cluster_image_apply(cl, image, err);
    cluster_image_release(image);
    if (ok) {
        journal_clear(cl->journal);
        cluster_states_reset(cl->states);
        faults_clear(cl->faults);
    }
    pthread_mutex_unlock(&cl->reset_lock);
    return ok;
}
