/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* getX: one row by its key, all members or those of returnedTags. */
#include "axl_priv.h"

bool
axl_run_get(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err)
{
    const struct axl_object *o = &axl_objects[c->op->object];
    const struct form       *f = axl_form(o, c->version, FORM_GET);
    struct row_key           key;

    if (f == NULL)
        return ccm_fail(err, CCM_UNSUPPORTED, "%s is not carried out by this server", c->op->name);
    if (!axl_key_find(c, o, rq, &key, err))
        return false;
    bool               *selected = axl_selection(c->arena, f, soap_child(rq, "returnedTags"));
    const struct query *q = axl_query(c, f, 0, selected, " WHERE t.rowid=?1");
    sqlite3_stmt       *row = store_prepare(c->conn, q->sql, err);
    if (row == NULL)
        return false;
    sqlite3_bind_int64(row, 1, key.rowid);
    int step = store_step(c->conn, row, err);
    if (step < 0)
        return false;
    if (step == 0)
        return ccm_fail(err, CCM_NOT_FOUND, "Item not valid: The specified %s was not found", o->name);
    xml_open(c->out, "return");
    bool ok = axl_answer_object(c, f, q, row, selected, err);
    xml_close(c->out, "return");
    sqlite3_reset(row);
    return ok;
}
