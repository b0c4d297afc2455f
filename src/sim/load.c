/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Everything from the store, in few statements that read each table once from end to end. */
#include "sim/load.h"

#include "sim/read.h"

typedef void row_fn(struct sim *sim, sqlite3_stmt *s, void *state);

static bool
each(struct sim *sim, struct store_conn *c, const char *sql, row_fn *fn, void *state, struct ccm_error *err)
{
    sqlite3_stmt *s = store_prepare(c, sql, err);
    int           rc = -1;

    if (s == NULL)
        return false;
    while ((rc = store_step(c, s, err)) == 1) {
        sim_lock(sim);
        fn(sim, s, state);
        sim_unlock(sim);
    }
    sqlite3_reset(s);
    return rc == 0;
}

static void
take_partition(struct sim *sim, sqlite3_stmt *s, void *state)
{
    (void)state;
    apply_partition(sim, read_text(s, 0), read_text(s, 1));
}

/* Members come run by run: key, member. */
struct runs {
    char key[45];
    char (*members)[45];
    const char **list;
    size_t       count, cap;
    void (*apply)(struct sim *sim, const char *pkid, const char *const *members, size_t count);
};

static void
flush_run(struct sim *sim, struct runs *r)
{
    if (r->key[0] == '\0')
        return;
    for (size_t i = 0; i < r->count; i++)
        r->list[i] = r->members[i];
    r->apply(sim, r->key, r->list, r->count);
    r->count = 0;
}

static void
take_member(struct sim *sim, sqlite3_stmt *s, void *state)
{
    struct runs *r = state;
    const char  *key = read_text(s, 0), *member = read_text(s, 1);

    if (key == NULL)
        return;
    if (strcmp(r->key, key) != 0) {
        flush_run(sim, r);
        snprintf(r->key, sizeof r->key, "%s", key);
    }
    if (r->count == r->cap) {
        r->cap = r->cap == 0 ? 64 : r->cap * 2;
        r->members = base_realloc(r->members, r->cap * sizeof *r->members);
        r->list = base_realloc(r->list, r->cap * sizeof *r->list);
    }
    if (member != NULL)
        snprintf(r->members[r->count++], sizeof *r->members, "%s", member);
}

static bool
load_runs(struct sim *sim, struct store_conn *c, const char *sql,
          void (*apply)(struct sim *, const char *, const char *const *, size_t), struct ccm_error *err)
{
    struct runs r = { .apply = apply };
    bool        ok = each(sim, c, sql, take_member, &r, err);

    sim_lock(sim);
    flush_run(sim, &r);
    sim_unlock(sim);
    free(r.members);
    free(r.list);
    return ok;
}

static void
take_pool(struct sim *sim, sqlite3_stmt *s, void *state)
{
    (void)state;
    apply_pool(sim, read_text(s, 0), read_text(s, 1), sqlite3_column_int(s, 2));
}

static void
take_node(struct sim *sim, sqlite3_stmt *s, void *state)
{
    (void)state;
    apply_node(sim, read_text(s, 0), read_text(s, 1), sqlite3_column_int(s, 2));
}

static void
take_device(struct sim *sim, sqlite3_stmt *s, void *state)
{
    struct device_row r;

    (void)state;
    read_device(s, &r);
    if (load_class_registers(&r))
        apply_device(sim, &r);
}

static void
take_login(struct sim *sim, sqlite3_stmt *s, void *state)
{
    struct login_row r;

    (void)state;
    read_login(s, &r);
    struct dev *d = map_get(&sim->device_pkids, r.device);
    if (d != NULL)
        apply_login(sim, d, &r);
}

static void
take_number(struct sim *sim, sqlite3_stmt *s, void *state)
{
    struct number_row r;

    (void)state;
    read_number(s, &r);
    apply_number(sim, &r);
}

/* A line of a device, or of the profile that is on one. */
static void
take_line(struct sim *sim, sqlite3_stmt *s, void *state)
{
    struct line_row r;

    (void)state;
    read_line(s, &r);
    struct dev *d = map_get(&sim->device_pkids, r.device);
    if (d != NULL ? d->profile != NULL : (d = map_get(&sim->profiles, r.device)) == NULL)
        return;
    apply_line(sim, d, &r);
}

bool
load_nodes(struct sim *sim, struct store_conn *c, struct ccm_error *err)
{
    return each(sim, c, READ_NODES, take_node, NULL, err);
}

bool
load_groups(struct sim *sim, struct store_conn *c, struct ccm_error *err)
{
    return load_runs(sim, c, READ_GROUPS, apply_group, err);
}

static void
take_size(struct sim *sim, sqlite3_stmt *s, void *state)
{
    struct sim_map *const maps[] = { &sim->devices, &sim->device_pkids, &sim->numbers, &sim->number_pkids,
                                     &sim->line_pkids };

    (void)state;
    for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++)
        map_reserve(maps[i], (size_t)sqlite3_column_int64(s, i < 2 ? 0 : 1));
}

static bool
load_tables(struct sim *sim, struct store_conn *c, struct ccm_error *err)
{
    return each(sim, c, "SELECT (SELECT count(*) FROM device),(SELECT count(*) FROM devicenumplanmap)", take_size, NULL,
                err) &&
           load_nodes(sim, c, err) && each(sim, c, READ_PARTITIONS, take_partition, NULL, err) &&
           load_runs(sim, c, READ_SPACES READ_SPACES_ORDER, apply_space, err) && load_groups(sim, c, err) &&
           each(sim, c, READ_POOLS, take_pool, NULL, err) && each(sim, c, READ_DEVICES, take_device, NULL, err) &&
           each(sim, c, READ_LOGINS, take_login, NULL, err) && each(sim, c, READ_NUMBERS, take_number, NULL, err) &&
           each(sim, c, READ_LINES, take_line, NULL, err);
}

bool
load_all(struct sim *sim, struct ccm_error *err)
{
    struct store_conn *c = store_read_idle(sim->opt.store, err);
    struct order_at    at = { 0, 0 };
    struct dev        *d;

    if (c == NULL)
        return false;
    bool ok = load_tables(sim, c, err);
    store_read_end(c);
    if (!ok)
        return false;
    sim_lock(sim);
    numbers_prune(sim);
    while ((d = order_next(&sim->order, &at)) != NULL)
        apply_start(sim, d);
    sim_unlock(sim);
    return true;
}
