/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A device read anew after a change: its row, who is on it, its lines or its profile's, their numbers. */
#include <string.h>

#include "sim/feed.h"

sqlite3_stmt *
feed_one(struct feed *f, const char *sql, const char *key, bool *found)
{
    sqlite3_stmt *s = store_prepare(f->c, sql, &f->err);
    int           rc = -1;

    if (s != NULL) {
        sqlite3_bind_text(s, 1, key, -1, SQLITE_TRANSIENT);
        rc = store_step(f->c, s, &f->err);
    }
    f->failed |= rc < 0;
    *found = rc == 1;
    return s;
}

static const char *
kept(struct feed *f, const char *text)
{
    return text != NULL ? arena_strdup(f->a, text) : NULL;
}

static struct line_row *
read_lines(struct feed *f, const char *device, size_t *count)
{
    sqlite3_stmt    *s = store_prepare(f->c, READ_LINES " WHERE fkdevice=?1 ORDER BY numplanindex", &f->err);
    struct line_row *rows = NULL;
    size_t           n = 0, room = 0;
    int              rc = -1;

    if (s != NULL) {
        sqlite3_bind_text(s, 1, device, -1, SQLITE_TRANSIENT);
        while ((rc = store_step(f->c, s, &f->err)) == 1) {
            if (n == room) {
                struct line_row *bigger = arena_alloc(f->a, (room = room * 2 + 8) * sizeof *rows);
                if (n > 0)
                    memcpy(bigger, rows, n * sizeof *rows);
                rows = bigger;
            }
            struct line_row *r = &rows[n++];
            read_line(s, r);
            r->pkid = kept(f, r->pkid);
            r->device = NULL;
            r->number = kept(f, r->number);
            r->display = kept(f, r->display);
        }
        sqlite3_reset(s);
    }
    f->failed |= rc != 0;
    *count = n;
    return rows;
}

static struct number_row *
read_numbers(struct feed *f, const char *device, size_t most, size_t *count)
{
    sqlite3_stmt *s = store_prepare(
        f->c, READ_NUMBERS " AND pkid IN (SELECT fknumplan FROM devicenumplanmap WHERE fkdevice=?1)", &f->err);
    struct number_row *rows = arena_alloc(f->a, (most + 1) * sizeof *rows);
    size_t             n = 0;
    int                rc = -1;

    if (s != NULL) {
        sqlite3_bind_text(s, 1, device, -1, SQLITE_TRANSIENT);
        while (n < most && (rc = store_step(f->c, s, &f->err)) == 1) {
            struct number_row *r = &rows[n++];
            read_number(s, r);
            r->pkid = kept(f, r->pkid);
            r->pattern = kept(f, r->pattern);
            r->partition = kept(f, r->partition);
            r->css = kept(f, r->css);
            r->name = kept(f, r->name);
        }
        sqlite3_reset(s);
    }
    f->failed |= rc < 0 && most > 0;
    *count = n;
    return rows;
}

void
fresh_read_row(struct feed *f, const char *pkid, struct fresh *o)
{
    sqlite3_stmt *s = feed_one(f, READ_DEVICES " WHERE pkid=?1", pkid, &o->there);

    if (o->there) {
        read_device(s, &o->row);
        o->row.pkid = kept(f, o->row.pkid);
        o->row.name = kept(f, o->row.name);
        o->row.description = kept(f, o->row.description);
        o->row.pool = kept(f, o->row.pool);
        o->row.group = kept(f, o->row.group);
        o->row.css = kept(f, o->row.css);
        o->row.load = kept(f, o->row.load);
    }
    if (s != NULL)
        sqlite3_reset(s);
}

void
fresh_read(struct feed *f, const char *pkid, struct fresh *o)
{
    fresh_read_row(f, pkid, o);
    if (!o->there || !load_class_registers(&o->row))
        return;
    sqlite3_stmt *s = feed_one(f, READ_LOGINS " WHERE e.fkdevice=?1", pkid, &o->in);
    if (o->in)
        o->login = (struct login_row){ pkid, kept(f, read_text(s, 1)), kept(f, read_text(s, 2)) };
    if (s != NULL)
        sqlite3_reset(s);
    const char *from = o->in && o->login.profile != NULL ? o->login.profile : pkid;
    o->lines = read_lines(f, from, &o->line_count);
    o->numbers = read_numbers(f, from, o->line_count, &o->number_count);
}

void
fresh_use(struct sim *sim, const char *pkid, const struct fresh *o)
{
    struct dev *d = map_get(&sim->device_pkids, pkid);
    bool        fresh = d == NULL;

    if (!o->there) {
        if (d != NULL)
            apply_removed(sim, d);
        return;
    }
    d = apply_device(sim, &o->row);
    if (d == NULL)
        return;
    bool same_user =
        (d->user != NULL) == o->in && (!o->in || o->login.user == NULL || strcmp(d->user, o->login.user) == 0);
    apply_login(sim, d, o->in ? &o->login : NULL);
    for (size_t i = 0; i < o->number_count; i++)
        apply_number(sim, &o->numbers[i]);
    bool lines_changed = apply_lines(sim, d, o->lines, o->line_count);
    for (size_t i = 0; i < o->number_count; i++) {
        struct dn *dn = map_get(&sim->number_pkids, o->numbers[i].pkid);
        if (dn != NULL && dn->lines == NULL)
            number_drop(sim, dn);
    }
    if (fresh)
        apply_start(sim, d);
    else if (lines_changed && same_user)
        phone_event(sim, d, EVENT_RESTART);
}
