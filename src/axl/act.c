/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The families that take a key only, and add and update around write.c. */
#include <string.h>

#include "axl_priv.h"
#include "ccmsim/sim.h"

static void
answer_uuid(struct axl_call *c, const char *pkid)
{
    char braced[39];
    uuid_braced(pkid, braced);
    xml_leaf(c->out, "return", braced);
}

static bool
unsupported(struct axl_call *c, struct ccm_error *err)
{
    return ccm_fail(err, CCM_UNSUPPORTED, "%s is not carried out by this server", c->op->name);
}

bool
axl_run_add(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err)
{
    const struct axl_object *o = &axl_objects[c->op->object];
    const struct form       *f = axl_form(o, c->version, FORM_ADD);
    char                     pkid[37];

    if (f == NULL)
        return unsupported(c, err);
    const struct soap_element *e = soap_child(rq, f->wrapper);
    if (e == NULL)
        return ccm_fail(err, CCM_UNEXPECTED, "Unexpected element. Found <%.100s>, expecting <%s>",
                        rq->children != NULL ? rq->children->name : "", f->wrapper);
    if (!axl_row_insert(c, f, e, NULL, pkid, err))
        return false;
    answer_uuid(c, pkid);
    return true;
}

/* Where the key stands: in the request, or in the object's element (updateLocalRouteGroup). */
static const struct soap_element *
key_element(const struct axl_call *c, const struct axl_object *o, const struct soap_element *rq)
{
    const struct form         *add = c->op->regular ? NULL : axl_form(o, c->version, FORM_ADD);
    const struct soap_element *inner = add != NULL && add->wrapper != NULL ? soap_child(rq, add->wrapper) : NULL;
    return inner != NULL ? inner : rq;
}

bool
axl_run_update(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err)
{
    const struct axl_object *o = &axl_objects[c->op->object];
    const struct form       *f = axl_form(o, c->version, FORM_UPDATE);
    char                     pkid[37];

    if (f == NULL)
        return unsupported(c, err);
    if (!axl_key_resolve(c, o, key_element(c, o, rq), pkid, err) || !axl_row_update(c, f, rq, pkid, err))
        return false;
    answer_uuid(c, pkid);
    return true;
}

static bool
delete_row(struct axl_call *c, const char *table, const char *pkid, struct ccm_error *err)
{
    sqlite3_stmt *s = store_prepare(c->conn, arena_printf(c->arena, "DELETE FROM \"%s\" WHERE pkid=?1", table), err);
    if (s == NULL)
        return false;
    sqlite3_bind_text(s, 1, pkid, -1, SQLITE_TRANSIENT);
    int step = store_step(c->conn, s, err);
    sqlite3_reset(s);
    return step >= 0;
}

/* Companions behind the main row outlive its delete: they are noted before and removed after. */
static bool
behind_ids(struct axl_call *c, const struct axl_object *o, const char *pkid, const char **ids, struct ccm_error *err)
{
    for (unsigned i = 0; i < o->side_count && i < 16; i++) {
        ids[i] = NULL;
        if (!o->sides[i].behind)
            continue;
        sqlite3_stmt *s = store_prepare(
            c->conn, arena_printf(c->arena, "SELECT \"%s\" FROM \"%s\" WHERE pkid=?1", o->sides[i].column, o->table),
            err);
        if (s == NULL)
            return false;
        sqlite3_bind_text(s, 1, pkid, -1, SQLITE_TRANSIENT);
        if (store_step(c->conn, s, err) == 1 && sqlite3_column_text(s, 0) != NULL)
            ids[i] = arena_strdup(c->arena, (const char *)sqlite3_column_text(s, 0));
        sqlite3_reset(s);
    }
    return true;
}

bool
axl_run_remove(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err)
{
    const struct axl_object *o = &axl_objects[c->op->object];
    const char              *ids[16] = { NULL };
    char                     pkid[37];

    if (o->table == NULL)
        return unsupported(c, err);
    if (!axl_key_resolve(c, o, rq, pkid, err) || !behind_ids(c, o, pkid, ids, err) ||
        !delete_row(c, o->table, pkid, err))
        return false;
    for (unsigned i = 0; i < o->side_count && i < 16; i++)
        if (ids[i] != NULL && !delete_row(c, o->sides[i].table, ids[i], err))
            return false;
    answer_uuid(c, pkid);
    return true;
}

/* The row's resettoggle moves, as a real node's does; the configuration doesn't change. */
static bool
toggle_reset(struct axl_call *c, const char *table, const char *pkid, struct ccm_error *err)
{
    if (store_column_find(table, "resettoggle") == NULL)
        return true;
    sqlite3_stmt *s = store_prepare(c->conn,
                                    arena_printf(c->arena,
                                                 "UPDATE \"%s\" SET resettoggle=CASE resettoggle WHEN 't' THEN 'f' "
                                                 "ELSE 't' END WHERE pkid=?1",
                                                 table),
                                    err);
    if (s == NULL)
        return false;
    sqlite3_bind_text(s, 1, pkid, -1, SQLITE_TRANSIENT);
    int step = store_step(c->conn, s, err);
    sqlite3_reset(s);
    return step >= 0;
}

bool
axl_act(struct axl_call *c, char op, const char *table, const char *pkid, struct ccm_error *err)
{
    return toggle_reset(c, table, pkid, err) && store_act(c->conn, op, table, pkid, err);
}

static const char acts[] = { [AXL_APPLY] = 'A', [AXL_RESET] = 'R', [AXL_RESTART] = 'S', [AXL_WIPE] = 'W' };

bool
axl_run_act(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err)
{
    const struct axl_object *o = &axl_objects[c->op->object];
    char                     pkid[37];

    if (o->table == NULL || !sim_acts_on(o->table))
        return unsupported(c, err);
    if (!axl_key_resolve(c, o, rq, pkid, err) || !axl_act(c, acts[c->op->family], o->table, pkid, err))
        return false;
    answer_uuid(c, pkid);
    return true;
}
