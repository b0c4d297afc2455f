/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The store's change feed: what a commit touched is read anew and given to the records; then come the acts, for the
 * rows that they name and for the devices that depend on them. The store is never asked with the lock held, so one
 * thing is read and made use of after another. */
#include "sim/feed.h"

/* A batch of more changes is read over a connection of its own, so that writes needn't wait for it. */
#define MAX_READ_IDLE 256u

/* ---- what a change asks for ---- */

static struct wanted *
want_row(struct feed *f, struct wants *w, const char *pkid)
{
    struct wanted *item = map_get(&w->seen, pkid);

    if (item != NULL)
        return item;
    item = arena_alloc(f->a, sizeof *item);
    item->pkid = arena_strdup(f->a, pkid);
    map_put(&w->seen, item);
    *w->end = item;
    w->end = &item->next;
    return item;
}

static void
want(struct feed *f, struct wants *w, const char *pkid)
{
    if (pkid != NULL)
        want_row(f, w, pkid)->whole = true;
}

/* Run a statement with one key; for each row its first column is wanted. */
static void
want_found(struct feed *f, struct wants *w, const char *sql, const char *key)
{
    sqlite3_stmt *s = store_prepare(f->c, sql, &f->err);
    int           rc = -1;

    if (s != NULL) {
        sqlite3_bind_text(s, 1, key, -1, SQLITE_TRANSIENT);
        while ((rc = store_step(f->c, s, &f->err)) == 1)
            want(f, w, read_text(s, 0));
        sqlite3_reset(s);
    }
    f->failed |= rc != 0;
}

static void
on_device(struct feed *f, const struct store_change *ch)
{
    if (ch->op == 'u') /* its lines and who is on it have changes of their own */
        want_row(f, &f->devices, ch->pkid);
    else
        want(f, &f->devices, ch->pkid);
}

static void
on_line(struct feed *f, const struct store_change *ch)
{
    struct sim *sim = f->sim;

    if (ch->op != 'a') { /* it may have been another's */
        sim_lock(sim);
        const struct line *l = map_get(&sim->line_pkids, ch->pkid);
        char              *device = l != NULL ? arena_strdup(f->a, l->dev->pkid) : NULL;
        sim_unlock(sim);
        want(f, &f->devices, device);
    }
    if (ch->op != 'r')
        want_found(f, &f->devices, "SELECT fkdevice FROM devicenumplanmap WHERE pkid=?1", ch->pkid);
}

static void
on_mobility(struct feed *f, const struct store_change *ch)
{
    want_found(f, &f->devices, "SELECT fkdevice FROM extensionmobilitydynamic WHERE pkid=?1", ch->pkid);
}

static void
on_number(struct feed *f, const struct store_change *ch)
{
    if (ch->op != 'r')
        want(f, &f->numbers, ch->pkid);
}

static void
on_space(struct feed *f, const struct store_change *ch)
{
    want(f, &f->spaces, ch->pkid);
}

static void
on_partition(struct feed *f, const struct store_change *ch)
{
    want(f, &f->partitions, ch->pkid);
}

static void
on_pool(struct feed *f, const struct store_change *ch)
{
    want(f, &f->pools, ch->pkid);
}

static void
on_group(struct feed *f, const struct store_change *ch)
{
    (void)ch;
    f->groups = true;
}

static void
on_node(struct feed *f, const struct store_change *ch)
{
    f->nodes = f->groups = true;
    if (ch->op == 'r')
        want(f, &f->gone_nodes, ch->pkid);
}

static const struct {
    const char *table;
    void (*fn)(struct feed *f, const struct store_change *ch);
} tables[] = {
    { "device", on_device },     { "devicenumplanmap", on_line },    { "extensionmobilitydynamic", on_mobility },
    { "numplan", on_number },    { "callingsearchspace", on_space }, { "routepartition", on_partition },
    { "devicepool", on_pool },   { "callmanagergroup", on_group },   { "callmanagergroupmember", on_group },
    { "callmanager", on_group }, { "processnode", on_node },
};

static void
collect(struct feed *f, const struct store_change *ch)
{
    if (ch->op >= 'A' && ch->op <= 'Z') {
        f->acts[f->act_count++] = (struct act){ ch->op, ch->table, ch->pkid };
        return;
    }
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        if (strcmp(tables[i].table, ch->table) == 0)
            tables[i].fn(f, ch);
}

/* ---- reading and making use of it ---- */

static void
refresh_partition(struct feed *f, const char *pkid)
{
    bool          found;
    sqlite3_stmt *s = feed_one(f, READ_PARTITIONS " WHERE pkid=?1", pkid, &found);

    if (found) {
        sim_lock(f->sim);
        apply_partition(f->sim, pkid, read_text(s, 1));
        sim_unlock(f->sim);
    }
    if (s != NULL)
        sqlite3_reset(s);
}

static void
refresh_space(struct feed *f, const char *pkid)
{
    struct wants members = { .seen = MAP_OF(struct wanted, pkid, true) };
    const char **list;
    size_t       n = 0;

    members.end = &members.first;
    want_found(f, &members,
               "SELECT fkroutepartition FROM callingsearchspacemember WHERE fkcallingsearchspace=?1 ORDER BY sortorder",
               pkid);
    list = arena_alloc(f->a, (members.seen.count + 1) * sizeof *list);
    for (const struct wanted *w = members.first; w != NULL; w = w->next)
        list[n++] = w->pkid;
    sim_lock(f->sim);
    apply_space(f->sim, pkid, list, n);
    sim_unlock(f->sim);
    map_release(&members.seen);
}

static void
refresh_pool(struct feed *f, const char *pkid)
{
    bool          found;
    sqlite3_stmt *s = feed_one(f, READ_POOLS " WHERE pkid=?1", pkid, &found);

    if (found) {
        sim_lock(f->sim);
        apply_pool(f->sim, pkid, read_text(s, 1), sqlite3_column_int(s, 2));
        sim_unlock(f->sim);
    }
    if (s != NULL)
        sqlite3_reset(s);
}

/* A number that no device has is none of ours. */
static void
refresh_number(struct feed *f, const char *pkid)
{
    bool          found;
    sqlite3_stmt *s = feed_one(f, READ_NUMBERS " AND pkid=?1", pkid, &found);

    if (found) {
        struct number_row r;
        read_number(s, &r);
        sim_lock(f->sim);
        if (map_get(&f->sim->number_pkids, pkid) != NULL)
            apply_number(f->sim, &r);
        sim_unlock(f->sim);
    }
    if (s != NULL)
        sqlite3_reset(s);
}

/* A device that is known, whose row alone has changed. False: more is to be read. */
static bool
refresh_row(struct feed *f, const char *pkid)
{
    struct fresh o = { 0 };

    fresh_read_row(f, pkid, &o);
    if (f->failed || !o.there || !load_class_registers(&o.row))
        return false;
    sim_lock(f->sim);
    const struct dev *known = map_get(&f->sim->device_pkids, pkid);
    bool              done = known != NULL && apply_device(f->sim, &o.row) == known;
    sim_unlock(f->sim);
    return done;
}

static void
refresh_device(struct feed *f, const char *pkid)
{
    struct wanted *w = map_get(&f->devices.seen, pkid);
    struct fresh   o = { 0 };

    w->by_row = !w->whole && refresh_row(f, pkid);
    if (w->by_row)
        return;
    fresh_read(f, pkid, &o);
    if (f->failed)
        return;
    if (o.there && !load_class_registers(&o.row)) { /* a profile: whoever has it has its lines */
        want_found(f, &f->devices,
                   "SELECT fkdevice FROM extensionmobilitydynamic WHERE fkdevice_currentloginprofile=?1"
                   " AND fkenduser IS NOT NULL",
                   pkid);
        return;
    }
    sim_lock(f->sim);
    fresh_use(f->sim, pkid, &o);
    sim_unlock(f->sim);
}

static void
refresh_all_of(struct feed *f, struct wants *w, void (*refresh)(struct feed *f, const char *pkid))
{
    for (struct wanted *item = w->first; item != NULL && !f->failed; item = item->next)
        refresh(f, item->pkid);
}

/* ---- acts ---- */

static enum dev_event
event_of(char op, const struct dev *d)
{
    switch (op) {
    case 'R': return EVENT_RESET;
    case 'S': return EVENT_RESTART;
    case 'A': return d->changed ? EVENT_APPLY_CHANGED : EVENT_APPLY;
    case 'W': return EVENT_WIPE;
    case 'I':
    case 'O': return EVENT_LOGIN;
    default: return EVENT_NONE; /* a lock leaves the registration alone */
    }
}

static void
run_act(struct feed *f, const struct act *act)
{
    struct wants devices = { .seen = MAP_OF(struct wanted, pkid, true) };

    devices.end = &devices.first;
    if (strcmp(act->table, "device") == 0)
        want(f, &devices, act->pkid);
    for (const char *const *sql = act_dependents(act->table); sql != NULL && *sql != NULL; sql++)
        want_found(f, &devices, *sql, act->pkid);
    sim_lock(f->sim);
    for (const struct wanted *w = devices.first; w != NULL; w = w->next) {
        struct dev *d = map_get(&f->sim->device_pkids, w->pkid);
        if (d != NULL && event_of(act->op, d) != EVENT_NONE)
            phone_event(f->sim, d, event_of(act->op, d));
    }
    sim_unlock(f->sim);
    map_release(&devices.seen);
}

/* ---- a batch ---- */

/* Everything, by comparing: what a batch that couldn't be read would have told. */
static void
want_all(struct feed *f)
{
    struct order_at at = { 0, 0 };
    struct dev     *d;

    f->nodes = f->groups = true;
    want_found(f, &f->partitions, "SELECT pkid FROM routepartition WHERE ?1=''", "");
    want_found(f, &f->spaces, "SELECT pkid FROM callingsearchspace WHERE ?1=''", "");
    want_found(f, &f->pools, "SELECT pkid FROM devicepool WHERE ?1=''", "");
    want_found(f, &f->devices, "SELECT pkid FROM device WHERE ?1=''", "");
    sim_lock(f->sim);
    while ((d = order_next(&f->sim->order, &at)) != NULL)
        if (!dev_is_stranger(d))
            want(f, &f->devices, d->pkid);
    sim_unlock(f->sim);
}

static void
run(struct feed *f)
{
    if (f->nodes)
        f->failed |= !load_nodes(f->sim, f->c, &f->err);
    for (struct wanted *w = f->gone_nodes.first; w != NULL; w = w->next) {
        sim_lock(f->sim);
        apply_node_removed(f->sim, w->pkid);
        sim_unlock(f->sim);
    }
    if (f->groups)
        f->failed |= !load_groups(f->sim, f->c, &f->err);
    refresh_all_of(f, &f->partitions, refresh_partition);
    refresh_all_of(f, &f->spaces, refresh_space);
    refresh_all_of(f, &f->pools, refresh_pool);
    refresh_all_of(f, &f->numbers, refresh_number);
    refresh_all_of(f, &f->devices, refresh_device);
    for (const struct wanted *w = f->devices.first; w != NULL && !f->failed; w = w->next)
        if (w->whole && w->by_row) /* a profile that came later says so */
            refresh_device(f, w->pkid);
    for (size_t i = 0; i < f->act_count; i++)
        run_act(f, &f->acts[i]);
}

static bool
run_batch(struct sim *sim, const struct store_change *changes, size_t count)
{
    struct feed   f = { .sim = sim, .a = arena_new() };
    struct wants *lists[] = { &f.partitions, &f.spaces, &f.pools, &f.numbers, &f.devices, &f.gone_nodes };
    bool          all = atomic_exchange(&sim->resync, false);

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        lists[i]->seen = MAP_OF(struct wanted, pkid, true);
        lists[i]->end = &lists[i]->first;
    }
    f.acts = arena_alloc(f.a, (count + 1) * sizeof *f.acts);
    /* By now the commit has taken the readers' caches away; what it wrote stands in the writer's. */
    f.c = (count > MAX_READ_IDLE || all ? store_read_begin : store_read_idle)(sim->opt.store, &f.err);
    f.failed = f.c == NULL;
    if (f.c != NULL) {
        for (size_t i = 0; i < count; i++)
            collect(&f, &changes[i]);
        if (all)
            want_all(&f);
        run(&f);
        store_read_end(f.c);
    }
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        map_release(&lists[i]->seen);
    arena_free(f.a);
    return !f.failed;
}

/* No reader was to be had, or the disk failed: what was missed is found by comparing, with the next change or soon. */
static void
try_again(void *cookie)
{
    struct sim *sim = cookie;

    if (atomic_load(&sim->resync))
        sim_on_change(sim, NULL, NULL, 0);
}

void
sim_on_change(struct sim *sim, const struct store_writer *who, const struct store_change *changes, size_t count)
{
    (void)who;
    if (run_batch(sim, changes, count))
        return;
    atomic_store(&sim->resync, true);
    sim_timer_start(sim, 1000, try_again, sim);
}
