/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* References: from a name or a uuid to the pkid of a row, and from a request's key elements to the
 * object's. Nothing found is 5007 with the text that clients match on. */
#include <stdio.h>
#include <string.h>

#include "axl_priv.h"

/* Names of devices and users compare without case on a real node; everything else exactly. */
static bool
case_blind(const char *table)
{
    return strcmp(table, "device") == 0 || strcmp(table, "enduser") == 0 || strcmp(table, "applicationuser") == 0;
}

static bool
not_found(struct ccm_error *err, const char *what)
{
    return ccm_fail(err, CCM_NOT_FOUND, "Item not valid: The specified %s was not found", what);
}

/* 1 found, 0 not, -1 error. */
static int
find_row(struct axl_call *c, struct buf *sql, const struct value *args, int count, struct row_key *out,
         struct ccm_error *err)
{
    sqlite3_stmt *s = store_prepare(c->conn, buf_cstr(sql), err);
    if (s == NULL)
        return -1;
    for (int i = 0; i < count; i++)
        axl_bind_value(s, i + 1, &args[i]);
    int step = store_step(c->conn, s, err);
    if (step == 1) {
        snprintf(out->pkid, sizeof out->pkid, "%s", (const char *)sqlite3_column_text(s, 0));
        out->rowid = sqlite3_column_int64(s, 1);
    }
    sqlite3_reset(s);
    return step;
}

static int
find_by_name(struct axl_call *c, const struct axl_bind *b, const char *name, struct row_key *out, struct ccm_error *err)
{
    struct buf   sql;
    struct value v = { .kind = VALUE_TEXT, .text = name };
    int          found;

    buf_init(&sql, BUF_MAX_SQL);
    buf_addf(&sql, "SELECT \"%s\",rowid FROM \"%s\" WHERE \"%s\"=?1%s", b->ref_column != NULL ? b->ref_column : "pkid",
             b->target, b->target_column, case_blind(b->target) ? " COLLATE NOCASE" : "");
    axl_where(&sql, "", b->where, b->where_count);
    found = find_row(c, &sql, &v, 1, out, err);
    buf_release(&sql);
    return found;
}

static int
find_by_uuid(struct axl_call *c, const char *table, const struct axl_const *where, unsigned count, const char *uuid,
             struct row_key *out, struct ccm_error *err)
{
    struct buf sql;
    char       id[37];
    int        found;

    if (!uuid_parse(uuid, strlen(uuid), id))
        return 0;
    struct value v = { .kind = VALUE_TEXT, .text = id };
    buf_init(&sql, BUF_MAX_SQL);
    buf_addf(&sql, "SELECT pkid,rowid FROM \"%s\" WHERE pkid=?1", table);
    axl_where(&sql, "", where, count);
    found = find_row(c, &sql, &v, 1, out, err);
    buf_release(&sql);
    return found;
}

bool
axl_ref_resolve(struct axl_call *c, const struct axl_bind *b, const char *name, const char *uuid, struct value *out,
                struct ccm_error *err)
{
    bool            by_uuid = uuid != NULL && *uuid != '\0';
    struct row_key *key = arena_alloc(c->arena, sizeof *key);
    int             found;

    *out = (struct value){ .kind = VALUE_NULL };
    if (!by_uuid && (name == NULL || *name == '\0'))
        return true;
    found = by_uuid ? find_by_uuid(c, b->target, b->where, b->where_count, uuid, key, err)
                    : find_by_name(c, b, name, key, err);
    if (found < 0)
        return false;
    if (found == 0)
        return not_found(err, by_uuid ? uuid : name);
    *out = (struct value){ .kind = VALUE_TEXT, .text = key->pkid };
    return true;
}

/* ---- an object's key ---- */

static bool
has_value(struct axl_call *c, const struct soap_element *e)
{
    return e != NULL && (*axl_text(c, e) != '\0' || (soap_attr(e, "uuid") != NULL && *soap_attr(e, "uuid") != '\0'));
}

/* The first field must be there; further ones that are missing don't narrow the search (hand-written
 * requests name a pattern by its partition alone), or stand for null where the contract says so. */
static bool
key_usable(struct axl_call *c, const struct axl_key *k, const struct soap_element *rq)
{
    unsigned told = 0;
    for (unsigned i = 0; i < k->count; i++)
        told += soap_child(rq, k->paths[i]) != NULL;
    return has_value(c, soap_child(rq, k->paths[0])) && (k->count == 1 || told > 1 || k->optional != 0);
}

static bool
key_value(struct axl_call *c, const struct axl_bind *b, const struct soap_element *e, struct value *v,
          struct ccm_error *err)
{
    const char *text = e != NULL && !e->nil ? axl_text(c, e) : "";
    if (b->kind == BIND_REF)
        return axl_ref_resolve(c, b, text, e != NULL ? soap_attr(e, "uuid") : NULL, v, err);
    if (b->kind == BIND_COLUMN && b->conv == CONV_TEXT) {
        *v = (struct value){ .kind = VALUE_TEXT, .text = text };
        return true;
    }
    return axl_value_in(c, NULL, b, text, e == NULL || e->nil, v, err);
}

/* A field of the key, in the object's row or in a companion of it. */
static void
add_key_field(struct buf *sql, const struct axl_object *o, const struct axl_bind *b, bool null, unsigned number)
{
    const struct axl_side *side =
        b->table != NULL && strcmp(b->table, o->table) != 0 ? axl_side_find(o, o->table, b->table) : NULL;
    const char *blind = b->kind == BIND_COLUMN && case_blind(o->table) ? " COLLATE NOCASE" : "";

    if (side != NULL)
        buf_addf(sql, " AND \"%s\" IN (SELECT \"%s\" FROM \"%s\" WHERE 1", side->behind ? side->column : "pkid",
                 side->behind ? "pkid" : side->column, side->table);
    buf_addf(sql, null ? " AND \"%s\" IS ?%u%s" : " AND \"%s\"=?%u%s", b->column, number, blind);
    if (side != NULL)
        buf_addc(sql, ')');
}

static int
find_by_key(struct axl_call *c, const struct axl_object *o, const struct axl_key *k, const struct soap_element *rq,
            struct row_key *out, struct ccm_error *err)
{
    struct buf   sql;
    struct value args[4];
    int          found;

    buf_init(&sql, BUF_MAX_SQL);
    buf_addf(&sql, "SELECT pkid,rowid FROM \"%s\" WHERE 1", o->table);
    for (unsigned i = 0; i < k->count; i++) {
        const struct axl_bind     *b = axl_bind_find(o, k->paths[i], c->version);
        const struct soap_element *e = soap_child(rq, k->paths[i]);
        args[i] = (struct value){ .kind = VALUE_NULL };
        if (e == NULL && ((k->optional >> i) & 1u) == 0)
            continue;
        if (b == NULL || !key_value(c, b, e, &args[i], err)) {
            buf_release(&sql);
            return b == NULL || (err != NULL && err->status == CCM_NOT_FOUND) ? 0 : -1;
        }
        add_key_field(&sql, o, b, args[i].kind == VALUE_NULL, i + 1);
    }
    axl_where(&sql, "", o->where, o->where_count);
    found = find_row(c, &sql, args, k->count, out, err);
    buf_release(&sql);
    return found;
}

static const char *
noun(struct axl_call *c, const struct axl_object *o, const struct soap_element *rq)
{
    const struct soap_element *e = o->noun_path != NULL ? soap_child(rq, o->noun_path) : NULL;
    const char                *text = e != NULL ? axl_text(c, e) : "";
    return *text != '\0' ? text : o->name;
}

bool
axl_key_find(struct axl_call *c, const struct axl_object *o, const struct soap_element *rq, struct row_key *out,
             struct ccm_error *err)
{
    const struct soap_element *u = soap_child(rq, "uuid");
    int                        found = 0;

    if (u != NULL && *axl_text(c, u) != '\0')
        found = find_by_uuid(c, o->table, o->where, o->where_count, axl_text(c, u), out, err);
    else {
        unsigned k = 0;
        while (k < o->key_count && !key_usable(c, &o->keys[k], rq))
            k++;
        if (k < o->key_count)
            found = find_by_key(c, o, &o->keys[k], rq, out, err);
    }
    if (found < 0)
        return false;
    return found == 1 || not_found(err, noun(c, o, rq));
}

bool
axl_key_resolve(struct axl_call *c, const struct axl_object *o, const struct soap_element *rq, char out[37],
                struct ccm_error *err)
{
    struct row_key key;
    if (!axl_key_find(c, o, rq, &key, err))
        return false;
    memcpy(out, key.pkid, sizeof key.pkid);
    return true;
}
