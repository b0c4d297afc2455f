/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Login limits: one timer, on the cluster's clock, for the earliest of them. The limits themselves stand in the
 * store, so that they live through a restart, a snapshot and a restore. */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ccmsim/log.h"
#include "sim/mobility_priv.h"

#define RETRY_MS 1000

struct mobility {
    struct store   *store;
    struct sim     *sim;
    pthread_mutex_t lock;
    uint64_t        timer; /* 0: none */
    int64_t         due_ms;
};

struct store *
mobility_store(const struct mobility *m)
{
    return m->store;
}

int64_t
mobility_now_ms(const struct mobility *m)
{
    return sim_now_ms(m->sim);
}

/* ---- the timer ---- */

/* 0: none, or not to be read. */
static int64_t
earliest(struct mobility *m)
{
    struct ccm_error   err = { 0 };
    struct store_conn *c = store_read_idle(m->store, &err);
    sqlite3_stmt      *stmt =
        c != NULL ? store_prepare(c, "SELECT min(autologout) FROM shadow_extensionmobilitydynamic", &err) : NULL;
    int64_t due_ms = stmt != NULL && store_step(c, stmt, &err) == 1 ? sqlite3_column_int64(stmt, 0) : 0;

    store_read_end(c);
    if (err.status != CCM_OK)
        log_error("extension mobility: %s", err.text);
    return due_ms;
}

static void on_due(void *cookie);

static void
arm(struct mobility *m, int64_t least_ms)
{
    pthread_mutex_lock(&m->lock);
    int64_t due_ms = earliest(m);
    if (m->timer != 0 && m->due_ms != due_ms) {
        sim_timer_cancel(m->sim, m->timer);
        m->timer = 0;
    }
    m->due_ms = due_ms;
    if (due_ms != 0 && m->timer == 0) {
        int64_t delay_ms = due_ms - sim_now_ms(m->sim);
        m->timer = sim_timer_start(m->sim, delay_ms > least_ms ? delay_ms : least_ms, on_due, m);
    }
    pthread_mutex_unlock(&m->lock);
}

/* Everybody whose time is over, in one write. */
static bool
log_out_due(struct mobility *m)
{
    static const char due[] = "SELECT m.fkdevice FROM shadow_extensionmobilitydynamic s JOIN extensionmobilitydynamic m"
                              " ON m.pkid=s.pkid WHERE s.autologout<=CAST(?1 AS INTEGER) AND m.fkenduser IS NOT NULL"
                              " ORDER BY s.autologout,m.fkdevice LIMIT 1";
    static const struct store_writer who = { .user = "", .origin = "em" };
    struct ccm_error                 err = { 0 };
    struct arena                    *a = arena_new();
    struct store_conn               *c = store_write_begin(m->store, &who, &err);
    char                             now[24];
    size_t                           count = 0;

    snprintf(now, sizeof now, "%" PRId64, sim_now_ms(m->sim));
    bool ok = c != NULL && mobility_take_off_each(c, a, due, now, &count, &err);
    if (c != NULL && !store_write_end(c, ok, ok ? &err : NULL))
        ok = false;
    if (!ok)
        log_error("extension mobility: nobody could be logged out: %s", err.text);
    arena_free(a);
    return ok;
}

static void
on_due(void *cookie)
{
    struct mobility *m = cookie;

    pthread_mutex_lock(&m->lock);
    m->timer = 0;
    pthread_mutex_unlock(&m->lock);
    arm(m, log_out_due(m) ? 0 : RETRY_MS);
}

void
mobility_on_change(struct mobility *m, const struct store_change *changes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(changes[i].table, "extensionmobilitydynamic") == 0) {
            arm(m, 0);
            return;
        }
}

/* ---- life ---- */

void
mobility_reset(struct mobility *m)
{
    pthread_mutex_lock(&m->lock);
    if (m->timer != 0)
        sim_timer_cancel(m->sim, m->timer);
    m->timer = 0;
    pthread_mutex_unlock(&m->lock);
    arm(m, 0);
}

struct mobility *
mobility_new(struct store *store, struct sim *sim)
{
    struct mobility *m = calloc(1, sizeof *m);

    if (m == NULL)
        abort();
    m->store = store;
    m->sim = sim;
    pthread_mutex_init(&m->lock, NULL);
    arm(m, 0);
    return m;
}

void
mobility_free(struct mobility *m)
{
    if (m == NULL)
        return;
    pthread_mutex_destroy(&m->lock);
    free(m);
}
