/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* References told by several fields (a number and its partition): gathered while a row is collected, then
 * looked up together. A field that an update leaves out keeps what the row refers to now. */
#include <string.h>

#include "write_priv.h"

bool
part_set(struct row_write *r, const struct axl_bind *b, const struct soap_element *e, const char *text, bool nil,
         struct ccm_error *err)
{
    struct part *p = NULL;
    for (unsigned i = 0; i < r->part_count; i++)
        if (strcmp(r->parts[i].bind->column, b->column) == 0)
            p = &r->parts[i];
    if (p == NULL) {
        if (r->part_count == MAX_PARTS)
            return ccm_fail(err, CCM_INTERNAL, "too many references in one row");
        p = &r->parts[r->part_count++];
        *p = (struct part){ .bind = b };
    }
    if (p->count == sizeof p->fields / sizeof p->fields[0])
        return ccm_fail(err, CCM_INVALID, "Element %s is given more than once", b->path);
    struct value v = { .kind = VALUE_TEXT, .text = text };
    if (b->ref_table != NULL) {
        struct axl_bind ref = { .target = b->ref_table, .target_column = b->ref_column };
        if (!axl_ref_resolve(r->call, &ref, nil ? "" : text, e != NULL ? soap_attr(e, "uuid") : NULL, &v, err))
            return false;
    } else if (nil || *text == '\0')
        v.kind = VALUE_NULL;
    p->fields[p->count].bind = b;
    p->fields[p->count++].value = v;
    return true;
}

static bool
part_create(struct row_write *r, const struct part *p, struct value *out, struct ccm_error *err)
{
    struct axl_call         *c = r->call;
    const struct axl_object *o = axl_object_find(p->bind->target_object);
    const struct form       *f = o != NULL ? axl_form(o, AXL_V15_0, FORM_ADD) : NULL;
    struct soap_element     *root = arena_alloc(c->arena, sizeof *root), *last = NULL;
    char                    *id = arena_alloc(c->arena, 37);

    if (f == NULL)
        return ccm_fail(err, CCM_INTERNAL, "no way to make a %s", p->bind->target_object);
    *root = (struct soap_element){ .name = f->wrapper, .text = "" };
    for (unsigned i = 0; i < p->count; i++) {
        if (p->fields[i].value.kind == VALUE_NULL)
            continue;
        const struct axl_bind *field = NULL;
        for (unsigned k = 0; k < o->bind_count && field == NULL; k++)
            if (((o->binds[k].versions >> AXL_V15_0) & 1u) != 0 && o->binds[k].column != NULL &&
                strcmp(o->binds[k].column, p->fields[i].bind->target_column) == 0 &&
                strchr(o->binds[k].path, '/') == NULL)
                field = &o->binds[k];
        if (field == NULL)
            continue;
        struct soap_element *e = arena_alloc(c->arena, sizeof *e);
        struct soap_attr    *uuid = arena_alloc(c->arena, sizeof *uuid);
        *uuid = (struct soap_attr){ .name = "uuid", .value = p->fields[i].value.text };
        *e = (struct soap_element){ .name = field->path, .text = p->fields[i].value.text };
        if (p->fields[i].bind->ref_table != NULL)
            *e = (struct soap_element){ .name = field->path, .text = "", .attrs = uuid };
        if (last == NULL)
            root->children = e;
        else
            last->next = e;
        last = e;
    }
    enum axl_strictness asked = c->strictness;
    c->strictness = AXL_CUCM; /* the client didn't send this element: what the schema requires of it doesn't count */
    bool ok = axl_row_insert(c, f, root, NULL, id, err);
    c->strictness = asked;
    *out = (struct value){ .kind = VALUE_TEXT, .text = id };
    return ok;
}

/* A partition or a search space only tells apart what a number names. */
static bool
names_something(const struct axl_bind *b)
{
    return b->ref_table == NULL ||
           (strcmp(b->ref_table, "routepartition") != 0 && strcmp(b->ref_table, "callingsearchspace") != 0);
}

static bool
part_resolve(struct row_write *r, const struct part *p, struct value *out, struct ccm_error *err)
{
    struct axl_call         *c = r->call;
    const struct axl_object *o = p->bind->target_object != NULL ? axl_object_find(p->bind->target_object) : NULL;
    struct buf               sql;
    bool                     any = false, create = false;
    const char              *what = "";

    *out = (struct value){ .kind = VALUE_NULL };
    buf_init(&sql, BUF_MAX_SQL);
    buf_addf(&sql, "SELECT pkid FROM \"%s\" WHERE 1", p->bind->target);
    for (unsigned i = 0; i < p->count; i++) {
        any = any || (p->fields[i].value.kind != VALUE_NULL && names_something(p->fields[i].bind));
        create = create || (p->fields[i].bind->flags & BINDF_CREATE) != 0;
        if (p->fields[i].bind->ref_table == NULL && p->fields[i].value.kind == VALUE_TEXT)
            what = p->fields[i].value.text;
        buf_addf(&sql, p->fields[i].value.kind == VALUE_NULL ? " AND \"%s\" IS ?%u" : " AND \"%s\"=?%u",
                 p->fields[i].bind->target_column, i + 1);
    }
    if (p->count == 1 && o != NULL && strcmp(p->bind->target, "numplan") == 0)
        buf_adds(&sql, " AND fkroutepartition IS NULL"); /* no partition named: the null partition */
    if (o != NULL)
        axl_where(&sql, "", o->where, o->where_count);
    sqlite3_stmt *s = any ? store_prepare(c->conn, buf_cstr(&sql), err) : NULL;
    buf_release(&sql);
    if (!any)
        return true;
    if (s == NULL)
        return false;
    for (unsigned i = 0; i < p->count; i++)
        axl_bind_value(s, (int)i + 1, &p->fields[i].value);
    int step = store_step(c->conn, s, err);
    if (step == 1)
        *out = (struct value){ .kind = VALUE_TEXT,
                               .text = arena_strdup(c->arena, (const char *)sqlite3_column_text(s, 0)) };
    sqlite3_reset(s);
    if (step < 0)
        return false;
    if (step == 0 && create)
        return part_create(r, p, out, err);
    return step == 1 || ccm_fail(err, CCM_NOT_FOUND, "Item not valid: The specified %s was not found", what);
}

/* Where the row's reference of today is: in its own table or a companion's. */
static const char *
current_reference(struct row_write *r, const struct axl_bind *b)
{
    struct axl_call       *c = r->call;
    const char            *own = r->form->scopes[r->scope].table;
    const struct axl_side *side = strcmp(b->table, own) == 0 ? NULL : axl_side_find(r->form->object, own, b->table);
    struct buf             sql;
    char                  *text;

    buf_init(&sql, BUF_MAX_SQL);
    buf_addf(&sql, "(SELECT \"%s\" FROM \"%s\" WHERE \"%s\"=?1", b->column, b->table,
             side != NULL && !side->behind ? side->column : "pkid");
    if (side != NULL)
        axl_where(&sql, "", side->where, side->where_count);
    buf_addc(&sql, ')');
    text = arena_strdup(c->arena, buf_cstr(&sql));
    buf_release(&sql);
    return text;
}

static bool
keep_field(struct row_write *r, struct part *p, const struct axl_bind *b, struct ccm_error *err)
{
    struct axl_call *c = r->call;
    sqlite3_stmt    *s = store_prepare(c->conn,
                                       arena_printf(c->arena, "SELECT \"%s\" FROM \"%s\" WHERE pkid=%s", b->target_column,
                                                    b->target, current_reference(r, b)),
                                       err);
    if (s == NULL)
        return false;
    sqlite3_bind_text(s, 1, r->pkid, -1, SQLITE_STATIC);
    int         step = store_step(c->conn, s, err);
    const char *text = step == 1 ? (const char *)sqlite3_column_text(s, 0) : NULL;
    if (text != NULL && p->count < sizeof p->fields / sizeof p->fields[0]) {
        p->fields[p->count].bind = b;
        p->fields[p->count++].value = (struct value){ .kind = VALUE_TEXT, .text = arena_strdup(c->arena, text) };
    }
    sqlite3_reset(s);
    return step >= 0;
}

/* The fields of the reference that the update didn't send. */
static bool
keep_fields(struct row_write *r, struct part *p, struct ccm_error *err)
{
    const struct form *f = r->form;
    for (uint16_t i = 1; i < f->count; i++) {
        const struct axl_bind *b = f->nodes[i].bind;
        bool                   told = false;
        if (f->nodes[i].scope != r->scope || b == NULL || b->kind != BIND_PART ||
            strcmp(b->column, p->bind->column) != 0 || strcmp(b->table, p->bind->table) != 0)
            continue;
        for (unsigned k = 0; k < p->count; k++)
            told = told || strcmp(p->fields[k].bind->target_column, b->target_column) == 0;
        if (!told && !keep_field(r, p, b, err))
            return false;
    }
    return true;
}

bool
collect_parts(struct row_write *r, struct ccm_error *err)
{
    for (unsigned i = 0; i < r->part_count; i++) {
        const struct axl_bind *b = r->parts[i].bind;
        struct value           v;
        if (row_cell(r, b->table, b->column) != NULL)
            continue; /* a uuid attribute decided already */
        if ((r->pkid != NULL && !keep_fields(r, &r->parts[i], err)) || !part_resolve(r, &r->parts[i], &v, err))
            return false;
        row_set(r, b->table, b->column, &v)->reference = true;
    }
    return true;
}
