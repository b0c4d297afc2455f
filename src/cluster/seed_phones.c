/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Many phones, each with a line and a user. The first is added through the AXL engine; the others are copies
 * of every row that this added, found by following the foreign keys, with their own keys and numbers. So they
 * are what AXL would have written, at the price of plain inserts. */
#include "cluster/seed.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cluster/seed_priv.h"

#define MAX_ROWS      64  /* of one phone */
#define MAX_COLUMNS   300 /* of one row that change */
#define PHONES_A_TIME 10000u
/* So many phones go into one table before the next table's turn: its pages stay at hand. */
#define PHONES_A_TABLE 256u

enum change { CHANGE_KEY, CHANGE_TEXT };

/* A column that differs from phone to phone; all others stay bound. */
struct cell {
    enum change kind;
    int         at;    /* parameter */
    unsigned    row;   /* CHANGE_KEY: whose pkid */
    const char *shape; /* CHANGE_TEXT: the model's text */
};

struct row {
    const char *table;
    char        pkid[37];  /* the model's */
    char (*keys)[37];      /* the copies' */
    bool          own_key; /* a side row has the key of its main row */
    sqlite3_stmt *insert;
    struct cell  *cells;
    unsigned      count;
};

struct model {
    struct seed_target to;
    uint32_t           number;
    uint32_t           count_of_copies;
    struct row         rows[MAX_ROWS];  /* as they were found */
    unsigned           order[MAX_ROWS]; /* each behind those it points to */
    unsigned           count;
};

static const struct store_writer ourselves = { .user = "", .origin = "sim" };
static const struct store_writer copying = { .user = "", .origin = "sim", .trusted = true, .complete = true };

/* ---- the texts of one phone ---- */

static void
write_texts(uint32_t number, char name[16], char line[16], char user[16])
{
    snprintf(name, 16, "SEP%012" PRIu32, number);
    snprintf(line, 16, "%" PRIu32, 10000000 + number);
    snprintf(user, 16, "user%06" PRIu32, number);
}

/* shape with the model's name, line and user replaced by those of number. */
static void
reshape(struct buf *out, const char *shape, const char own[3][16], const char other[3][16])
{
    buf_clear(out);
    while (*shape != '\0') {
        int hit = -1;
        for (int i = 0; i < 3 && hit < 0; i++)
            if (strncmp(shape, own[i], strlen(own[i])) == 0)
                hit = i;
        if (hit < 0) {
            buf_addc(out, *shape++);
            continue;
        }
        buf_adds(out, other[hit]);
        shape += strlen(own[hit]);
    }
}

/* ---- the model ---- */

static bool
add_model(struct model *m, struct ccm_error *err)
{
    char name[16], line[16], user[16];

    write_texts(m->number, name, line, user);
    const char            *last = arena_printf(m->to.arena, "User %s", line);
    const struct seed_cell user_cells[] = {
        { .name = "userid", .value = user },
        { .name = "firstName", .value = "Phone" },
        { .name = "lastName", .value = last },
        { .name = "presenceGroupName", .value = "Standard Presence group" },
    };
    const struct seed_cell line_cells[] = {
        { .name = "pattern", .value = line },           { .name = "description", .value = last },
        { .name = "usage", .value = "Device" },         { .name = "alertingName", .value = last },
        { .name = "asciiAlertingName", .value = last },
    };
    const struct seed_cell phone_cells[] = {
        { .name = "name", .value = name },
        { .name = "description", .value = arena_printf(m->to.arena, "Phone of %s", user) },
        { .name = "product", .value = "Cisco 8841" },
        { .name = "class", .value = "Phone" },
        { .name = "protocol", .value = "SIP" },
        { .name = "protocolSide", .value = "User" },
        { .name = "devicePoolName", .value = "Default" },
        { .name = "commonPhoneConfigName", .value = "Standard Common Phone Profile" },
        { .name = "locationName", .value = "Hub_None" },
        { .name = "useTrustedRelayPoint", .value = "Default" },
        { .name = "phoneTemplateName", .value = "Standard 8841 SIP" },
        { .name = "securityProfileName", .value = "Cisco 8841 - Standard SIP Non-Secure Profile" },
        { .name = "sipProfileName", .value = "Standard SIP Profile" },
        { .name = "primaryPhoneName", .value = "" },
        { .name = "builtInBridgeStatus", .value = "Default" },
        { .name = "packetCaptureMode", .value = "None" },
        { .name = "certificateOperation", .value = "No Pending Operation" },
        { .name = "deviceMobilityMode", .value = "Default" },
        { .name = "ownerUserName", .value = user },
        { .name = "lines/line/index", .value = "1" },
        { .name = "lines/line/label", .value = last },
        { .name = "lines/line/display", .value = last },
        { .name = "lines/line/dirn/pattern", .value = line },
        { .name = "lines/line/associatedEndusers/enduser/userId", .value = user },
    };
    return seed_object(&m->to, "User", user_cells, sizeof user_cells / sizeof user_cells[0], user, err) &&
           seed_object(&m->to, "Line", line_cells, sizeof line_cells / sizeof line_cells[0], line, err) &&
           seed_object(&m->to, "Phone", phone_cells, sizeof phone_cells / sizeof phone_cells[0], name, err);
}

static bool
add_row(struct model *m, const char *table, const char *pkid, struct ccm_error *err)
{
    for (unsigned i = 0; i < m->count; i++)
        if (strcmp(m->rows[i].pkid, pkid) == 0 && strcmp(m->rows[i].table, table) == 0)
            return true;
    if (m->count == MAX_ROWS)
        return ccm_fail(err, CCM_INTERNAL, "a phone has more than %d rows", MAX_ROWS);
    struct row *r = &m->rows[m->count++];
    r->table = arena_strdup(m->to.arena, table);
    snprintf(r->pkid, sizeof r->pkid, "%s", pkid);
    return true;
}

static bool
add_found(struct model *m, const char *table, const char *sql, const char *key, struct ccm_error *err)
{
    sqlite3_stmt *stmt = NULL;
    sqlite3      *db = store_db(m->to.conn);
    bool          ok = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
              sqlite3_bind_text(stmt, 1, key, -1, SQLITE_STATIC) == SQLITE_OK;

    if (!ok)
        ccm_fail(err, CCM_INTERNAL, "%s", sqlite3_errmsg(db));
    while (ok && sqlite3_step(stmt) == SQLITE_ROW)
        ok = add_row(m, table, (const char *)sqlite3_column_text(stmt, 0), err);
    sqlite3_finalize(stmt);
    return ok;
}

/* Each table with a reference, the column, the table it points to. */
static const char references_sql[] =
    "SELECT t.name, f.\"from\", f.\"table\" FROM sqlite_schema t, pragma_foreign_key_list(t.name) f "
    "WHERE t.type = 'table' AND (f.\"to\" = 'pkid' OR f.\"to\" IS NULL) "
    "AND EXISTS (SELECT 1 FROM pragma_table_info(t.name) c WHERE c.name = 'pkid')";

/* Rows that point to one of the model's rows, until there are no more. */
static bool
follow_references(struct model *m, struct ccm_error *err)
{
    struct reference {
        const char *table, *column, *target;
    } *refs = NULL;
    size_t        n = 0, cap = 0;
    sqlite3_stmt *stmt = NULL;
    bool          ok = sqlite3_prepare_v2(store_db(m->to.conn), references_sql, -1, &stmt, NULL) == SQLITE_OK;

    while (ok && sqlite3_step(stmt) == SQLITE_ROW) {
        if (n == cap) {
            cap = cap * 2 + 256;
            void *more = realloc(refs, cap * sizeof *refs);
            if (more == NULL)
                abort();
            refs = more;
        }
        refs[n++] = (struct reference){
            arena_strdup(m->to.arena, (const char *)sqlite3_column_text(stmt, 0)),
            arena_strdup(m->to.arena, (const char *)sqlite3_column_text(stmt, 1)),
            arena_strdup(m->to.arena, (const char *)sqlite3_column_text(stmt, 2)),
        };
    }
    sqlite3_finalize(stmt);
    for (unsigned i = 0; ok && i < m->count; i++)
        for (size_t k = 0; ok && k < n; k++)
            if (strcmp(refs[k].target, m->rows[i].table) == 0)
                ok = add_found(m, refs[k].table,
                               arena_printf(m->to.arena, "SELECT pkid FROM \"%s\" WHERE \"%s\" = ?1 ORDER BY rowid",
                                            refs[k].table, refs[k].column),
                               m->rows[i].pkid, err);
    free(refs);
    return ok || ccm_fail(err, CCM_INTERNAL, "%s", sqlite3_errmsg(store_db(m->to.conn)));
}

/* ---- one insert statement a row, with what never changes bound ---- */

static bool
is_made_anew(const char *column)
{
    return strcmp(column, "ctiid") == 0 || strcmp(column, "versionstamp") == 0;
}

static int
key_of(const struct model *m, const char *text)
{
    for (unsigned i = 0; text != NULL && i < m->count; i++)
        if (strcmp(m->rows[i].pkid, text) == 0)
            return (int)i;
    return -1;
}

static void
take_column(const struct model *m, struct row *r, sqlite3_value *v, int at, const char texts[3][16])
{
    const char *text = sqlite3_value_type(v) == SQLITE_TEXT ? (const char *)sqlite3_value_text(v) : NULL;
    int         key = key_of(m, text);

    if (key >= 0) {
        r->cells[r->count++] = (struct cell){ .kind = CHANGE_KEY, .at = at, .row = (unsigned)key };
        return;
    }
    for (int i = 0; text != NULL && i < 3; i++)
        if (strstr(text, texts[i]) != NULL) {
            r->cells[r->count++] =
                (struct cell){ .kind = CHANGE_TEXT, .at = at, .shape = arena_strdup(m->to.arena, text) };
            return;
        }
    sqlite3_bind_value(r->insert, at, v);
}

static bool
prepare_row(struct model *m, struct row *r, const char texts[3][16], struct ccm_error *err)
{
    sqlite3      *db = store_db(m->to.conn);
    sqlite3_stmt *model = NULL;
    struct buf    sql;
    int           marks = 0;

    const char *select = arena_printf(m->to.arena, "SELECT * FROM \"%s\" WHERE pkid = ?1", r->table);
    bool        ok = sqlite3_prepare_v2(db, select, -1, &model, NULL) == SQLITE_OK &&
              sqlite3_bind_text(model, 1, r->pkid, -1, SQLITE_STATIC) == SQLITE_OK &&
              sqlite3_step(model) == SQLITE_ROW && sqlite3_column_count(model) <= MAX_COLUMNS;
    if (ok) {
        buf_init(&sql, BUF_MAX_SQL);
        buf_addf(&sql, "INSERT INTO \"%s\" (", r->table);
        for (int i = 0; i < sqlite3_column_count(model); i++)
            if (!is_made_anew(sqlite3_column_name(model, i)))
                buf_addf(&sql, "%s\"%s\"", marks++ > 0 ? "," : "", sqlite3_column_name(model, i));
        buf_adds(&sql, ") VALUES (?");
        while (--marks > 0)
            buf_adds(&sql, ",?");
        buf_addc(&sql, ')');
        ok = sqlite3_prepare_v3(db, buf_cstr(&sql), -1, SQLITE_PREPARE_PERSISTENT, &r->insert, NULL) == SQLITE_OK;
        buf_release(&sql);
    }
    r->cells = arena_alloc(m->to.arena, MAX_COLUMNS * sizeof *r->cells);
    for (int i = 0, at = 0; ok && i < sqlite3_column_count(model); i++)
        if (!is_made_anew(sqlite3_column_name(model, i)))
            take_column(m, r, sqlite3_column_value(model, i), ++at, texts);
    if (!ok)
        ccm_fail(err, CCM_INTERNAL, "cannot copy %s: %s", r->table, sqlite3_errmsg(db));
    sqlite3_finalize(model);
    return ok;
}

static bool
is_ready(const struct model *m, const struct row *r, const bool placed[])
{
    for (unsigned i = 0; i < r->count; i++) {
        const struct cell *c = &r->cells[i];
        if (c->kind == CHANGE_KEY && &m->rows[c->row] != r && !placed[c->row])
            return false;
    }
    return true;
}

/* References are checked at once: deferred, each new device would be looked for in every table that may point
 * to one. Rows that point to each other stay in the order they were found in. */
static void
put_in_order(struct model *m)
{
    bool     placed[MAX_ROWS] = { false };
    unsigned n = 0, before;

    do {
        before = n;
        for (unsigned i = 0; i < m->count; i++)
            if (!placed[i] && is_ready(m, &m->rows[i], placed)) {
                placed[i] = true;
                m->order[n++] = i;
            }
    } while (n > before);
    for (unsigned i = 0; i < m->count; i++)
        if (!placed[i])
            m->order[n++] = i;
}

/* ---- copies ---- */

/* Random, and greater than the phone's before: the first digits are drawn from the phone's share of all that they
 * can say. So each of some fifty indexes grows at its end; keys in any order touch every page of them again and
 * again, which took most of the time. */
static void
draw_key(const struct model *m, struct store *st, uint32_t number, char key[37])
{
    char digits[9];

    store_new_pkid(st, key);
    snprintf(digits, sizeof digits, "%.8s", key);
    uint64_t drawn = ((uint64_t)(number - m->number - 1) << 32) + strtoul(digits, NULL, 16);
    snprintf(digits, sizeof digits, "%08" PRIx32, (uint32_t)(drawn / m->count_of_copies));
    memcpy(key, digits, 8);
}

struct copying {
    char       own[3][16];
    char       others[PHONES_A_TABLE][3][16];
    unsigned   count;
    struct buf text;
};

static bool
copy_row(const struct model *m, const struct row *r, struct copying *to, unsigned phone, struct ccm_error *err)
{
    for (unsigned i = 0; i < r->count; i++) {
        const struct cell *c = &r->cells[i];
        if (c->kind == CHANGE_KEY) {
            sqlite3_bind_text(r->insert, c->at, m->rows[c->row].keys[phone], 36, SQLITE_STATIC);
        } else {
            reshape(&to->text, c->shape, to->own, to->others[phone]);
            sqlite3_bind_text(r->insert, c->at, buf_cstr(&to->text), (int)to->text.len, SQLITE_TRANSIENT);
        }
    }
    if (sqlite3_step(r->insert) != SQLITE_DONE)
        return ccm_fail(err, CCM_DATABASE, "cannot add phone %s: %s", to->others[phone][0],
                        sqlite3_errmsg(store_db(m->to.conn)));
    sqlite3_reset(r->insert);
    return true;
}

static bool
copy_some(const struct model *m, struct store *st, struct copying *to, uint32_t first, struct ccm_error *err)
{
    bool ok = true;

    for (unsigned k = 0; k < to->count; k++) {
        write_texts(first + k, to->others[k][0], to->others[k][1], to->others[k][2]);
        for (unsigned i = 0; i < m->count; i++)
            if (m->rows[i].own_key)
                draw_key(m, st, first + k, m->rows[i].keys[k]);
    }
    for (unsigned i = 0; ok && i < m->count; i++)
        for (unsigned k = 0; ok && k < to->count; k++)
            ok = copy_row(m, &m->rows[m->order[i]], to, k, err);
    return ok;
}

static bool
copy_phones(struct model *m, struct store *st, uint32_t first, uint32_t last, struct ccm_error *err)
{
    struct copying *to = arena_alloc(m->to.arena, sizeof *to);
    bool            ok = true;

    write_texts(m->number, to->own[0], to->own[1], to->own[2]);
    buf_init(&to->text, BUF_MAX_TEXT);
    for (unsigned i = 0; ok && i < m->count; i++) {
        struct row *r = &m->rows[i];
        r->count = 0;
        r->own_key = key_of(m, r->pkid) == (int)i;
        r->keys = arena_alloc(m->to.arena, PHONES_A_TABLE * sizeof *r->keys);
        ok = prepare_row(m, r, to->own, err);
    }
    put_in_order(m);
    for (uint32_t at = first; ok && at <= last; at += to->count) {
        to->count = last - at < PHONES_A_TABLE ? last - at + 1 : PHONES_A_TABLE;
        ok = copy_some(m, st, to, at, err);
    }
    for (unsigned i = 0; i < m->count; i++) {
        sqlite3_finalize(m->rows[i].insert);
        m->rows[i].insert = NULL;
    }
    buf_release(&to->text);
    return ok;
}

/* ---- all of it ---- */

/* The first number that no phone has, at most n + 1. */
static bool
first_free(struct store_conn *c, uint32_t n, uint32_t *out, struct ccm_error *err)
{
    sqlite3_stmt *stmt = store_prepare(c,
                                       "SELECT max(substr(name, 4) + 0) FROM device WHERE name GLOB "
                                       "'SEP[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]' "
                                       "AND name <= printf('SEP%012d', ?1)",
                                       err);
    if (stmt == NULL)
        return false;
    sqlite3_bind_int64(stmt, 1, n);
    bool ok = store_step(c, stmt, err) == 1;
    *out = ok ? (uint32_t)sqlite3_column_int64(stmt, 0) + 1 : 0;
    sqlite3_reset(stmt);
    return ok;
}

static bool
make_model(struct model *m, struct cluster *cl, uint32_t n, struct ccm_error *err)
{
    char name[16], line[16], user[16];

    if ((m->to.conn = store_write_begin(cl->store, &ourselves, err)) == NULL)
        return false;
    bool ok = first_free(m->to.conn, n, &m->number, err);
    if (ok && m->number <= n) {
        write_texts(m->number, name, line, user);
        ok = add_model(m, err);
    }
    ok = store_write_end(m->to.conn, ok, err) && ok;
    m->to.conn = NULL;
    return ok;
}

static bool
find_rows(struct model *m, struct ccm_error *err)
{
    char name[16], line[16], user[16];

    write_texts(m->number, name, line, user);
    return add_found(m, "enduser", "SELECT pkid FROM enduser WHERE userid = ?1", user, err) &&
           add_found(m, "numplan", "SELECT pkid FROM numplan WHERE dnorpattern = ?1", line, err) &&
           add_found(m, "device", "SELECT pkid FROM device WHERE name = ?1", name, err) && follow_references(m, err);
}

bool
seed_phones(struct cluster *cl, uint32_t n, struct ccm_error *err)
{
    struct model *m = calloc(1, sizeof *m);

    if (m == NULL)
        abort();
    m->to = (struct seed_target){ .arena = arena_new(), .object = seed_object };
    bool ok = make_model(m, cl, n, err);
    m->count_of_copies = n - m->number;
    for (uint32_t at = m->number + 1; ok && at <= n; at += PHONES_A_TIME) {
        if ((m->to.conn = store_write_begin(cl->store, &copying, err)) == NULL) {
            ok = false;
            break;
        }
        uint32_t last = n - at < PHONES_A_TIME ? n : at + PHONES_A_TIME - 1;
        ok = (m->count > 0 || find_rows(m, err)) && copy_phones(m, cl->store, at, last, err);
        ok = store_write_end(m->to.conn, ok, err) && ok;
    }
    arena_free(m->to.arena);
    free(m);
    return ok;
}
