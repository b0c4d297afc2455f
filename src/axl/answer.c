/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Rows as the XML of a form, in schema order. What is empty is told as a real node tells it:
 * an empty text is <x/>; null is nil (before 14 with xsi:nil and its namespace on the element, from
 * 14 without) where an add may set nil; a reference to nothing keeps its empty uuid. */
#include <stdlib.h>
#include <string.h>

#include "axl_priv.h"

struct answer {
    struct axl_call   *call;
    const struct form *form;
    const bool        *selected;
    struct ccm_error  *err;
    bool               failed;
};

static void answer_children(struct answer *an, uint16_t node, const struct query *q, sqlite3_stmt *row);

static bool
wanted(const struct answer *an, uint16_t i)
{
    return an->selected == NULL || an->selected[i];
}

static void
attribute(struct answer *an, const char *name, const char *value)
{
    xml_attr(an->call->out, name, value != NULL ? value : "");
}

static void
uuid_attribute(struct answer *an, const char *name, const char *pkid)
{
    char braced[39];
    if (pkid != NULL && strlen(pkid) == 36) {
        uuid_braced(pkid, braced);
        attribute(an, name, braced);
    } else
        attribute(an, name, "");
}

static const char *
row_pkid(sqlite3_stmt *row)
{
    return (const char *)sqlite3_column_text(row, 0);
}

/* The text of a special field: it came with the row, or its function tells. */
static bool
special_value(struct answer *an, uint16_t i, const struct query *q, sqlite3_stmt *row, struct buf *text, bool *null)
{
    const struct axl_bind    *b = an->form->nodes[i].bind;
    const struct axl_special *s = axl_special_find(b->func);

    *null = false;
    if (q->column[i] >= 0) {
        const char *t = (const char *)sqlite3_column_text(row, q->column[i]);
        *null = t == NULL;
        buf_adds(text, t != NULL ? t : "");
        return true;
    }
    if (s == NULL || s->read == NULL || s->read(an->call, b, row_pkid(row), text, null, an->err))
        return true;
    an->failed = true;
    return false;
}

/* Attributes of an element: its ATTR children stand right behind it. */
static void
answer_attributes(struct answer *an, uint16_t node, const struct query *q, sqlite3_stmt *row)
{
    const struct form *f = an->form;
    for (uint16_t i = (uint16_t)(node + 1); i < f->nodes[node].end && f->nodes[i].kind == FORM_ATTR; i++) {
        const struct form_node *n = &f->nodes[i];
        if (n->bind->kind == BIND_CALL) {
            struct buf text;
            bool       null;
            buf_init(&text, BUF_MAX_TEXT);
            if (special_value(an, i, q, row, &text, &null))
                attribute(an, n->name, buf_cstr(&text));
            buf_release(&text);
        } else if (q->column[i] != COLUMN_NONE) {
            bool null = q->column[i] == COLUMN_NULL;
            attribute(an, n->name, null ? NULL : axl_value_out(an->call, n->bind, q->type[i], row, q->column[i]));
        }
    }
}

/* An element without a value. */
static void
answer_null(struct answer *an, const struct form_node *n)
{
    buf_add(an->call->out, n->wire.null.ptr, n->wire.null.len);
}

/* Stubs made from an old schema fail at a text that its enumerations lack, or at 0 where it says positive:
 * before 8.0 an element that may be absent is, when its value is such. */
static bool
unknown_to_stubs(const struct answer *an, const struct form_node *n, const char *text)
{
    if (an->call->version >= AXL_V8_0 || n->required)
        return false;
    if (n->xs != NULL && strcmp(n->xs, "xs:positiveInteger") == 0)
        return text == NULL || strtoll(text, NULL, 10) <= 0;
    if (n->simple == NULL || n->simple->value_count == 0)
        return false;
    for (uint32_t i = 0; text != NULL && i < n->simple->value_count; i++) {
        const struct axl_enum_value *v = &axl_enum_values[n->simple->value_first + i];
        if ((v->versions & (axl_mask)(1u << an->call->version)) != 0 && strcmp(v->text, text) == 0)
            return false;
    }
    return true;
}

/* The element around a text, or its empty form. */
static void
answer_text(struct answer *an, const struct form_node *n, const char *text)
{
    struct buf *out = an->call->out;
    if (*text == '\0') {
        buf_add(out, n->wire.empty.ptr, n->wire.empty.len);
        return;
    }
    buf_add(out, n->wire.start.ptr, n->wire.start.len);
    xml_text(out, text);
    buf_add(out, n->wire.end.ptr, n->wire.end.len);
}

static void
answer_special(struct answer *an, uint16_t i, const struct query *q, sqlite3_stmt *row)
{
    const struct form_node   *n = &an->form->nodes[i];
    const struct axl_special *s = axl_special_find(n->bind->func);
    bool                      xml = s != NULL && s->xml, null;
    struct buf               *out = an->call->out;
    struct buf                text;

    buf_init(&text, BUF_MAX_TEXT);
    if (!special_value(an, i, q, row, &text, &null)) {
        buf_release(&text);
        return;
    }
    if (unknown_to_stubs(an, n, null ? NULL : buf_cstr(&text))) {
        buf_release(&text);
        return;
    }
    if (null && !(n->kind == FORM_LEAF && n->any))
        answer_null(an, n);
    else if (n->repeated && xml) /* all the elements at once */
        buf_add(out, text.ptr, text.len);
    else {
        xml_begin(out, n->name);
        answer_attributes(an, i, q, row);
        xml_end(out, text.len == 0);
        if (text.len > 0) {
            if (xml)
                buf_add(out, text.ptr, text.len);
            else
                xml_textn(out, text.ptr, text.len);
            xml_close(out, n->name);
        }
    }
    buf_release(&text);
}

/* What the row that a reference points to is called. */
static const char *
reference_name(struct answer *an, const struct axl_bind *b, sqlite3_stmt *row, int column)
{
    const char *pkid = (const char *)sqlite3_column_text(row, column), *name = NULL, *table, *named;
    if (pkid != NULL && axl_named(b, &table, &named) && !store_name(an->call->conn, table, named, pkid, &name, an->err))
        an->failed = true;
    return name;
}

static void
answer_value(struct answer *an, uint16_t i, const struct axl_bind *b, const struct query *q, sqlite3_stmt *row)
{
    const struct form_node *n = &an->form->nodes[i];
    struct buf             *out = an->call->out;
    int                     col = q->column[i];
    bool                    pair = b->kind == BIND_REF || b->kind == BIND_PART;
    const char             *text = col < 0       ? NULL
                                   : q->named[i] ? reference_name(an, b, row, col)
                                                 : axl_value_out(an->call, b, q->type[i], row, pair ? col + 1 : col);

    if (unknown_to_stubs(an, n, text))
        return;
    if (text == NULL) {
        if (b->kind == BIND_SECRET || b->kind == BIND_XML)
            xml_empty(out, n->name);
        else
            answer_null(an, n);
        return;
    }
    if (!(n->uuid_attr && pair) && !n->attributes && !n->any) {
        answer_text(an, n, text);
        return;
    }
    xml_begin(out, n->name);
    if (n->uuid_attr && pair)
        uuid_attribute(an, "uuid", (const char *)sqlite3_column_text(row, col));
    answer_attributes(an, i, q, row);
    if (*text == '\0') {
        xml_end(out, true);
        return;
    }
    xml_end(out, false);
    if (n->any)
        buf_adds(out, text);
    else
        xml_text(out, text);
    xml_close(out, n->name);
}

static void
answer_leaf(struct answer *an, uint16_t i, const struct query *q, sqlite3_stmt *row)
{
    const struct axl_bind *b = an->form->nodes[i].bind;
    if ((b->flags & BINDF_WRITEONLY) != 0)
        return;
    if (b->kind == BIND_CALL || (b->kind == BIND_XML && b->func != NULL))
        answer_special(an, i, q, row);
    else
        answer_value(an, i, b, q, row);
}

/* A list without rows is told by its container alone; a single row that isn't there as an empty element. */
static void
answer_no_row(struct answer *an, const struct form_node *n)
{
    if (n->bind->kind != BIND_ROW)
        return;
    if (n->kind == FORM_LEAF)
        answer_null(an, n);
    else
        xml_empty(an->call->out, n->name);
}

/* Rows of the scope that node opens, each as an element. */
static void
answer_rows(struct answer *an, uint16_t i, const struct query *parent, sqlite3_stmt *parent_row)
{
    const struct form_node *n = &an->form->nodes[i];
    struct axl_call        *c = an->call;

    if (parent->column[i] == COLUMN_NULL ||
        (parent->column[i] >= 0 && sqlite3_column_int(parent_row, parent->column[i]) == 0)) {
        answer_no_row(an, n);
        return;
    }
    const struct query *q = axl_query(c, an->form, n->opens, an->selected, NULL);
    sqlite3_stmt       *row = store_prepare(c->conn, q->sql, an->err);
    int                 step;

    if (row == NULL) {
        an->failed = true;
        return;
    }
    bool none = true;
    sqlite3_bind_text(row, 1, row_pkid(parent_row), -1, SQLITE_STATIC);
    while ((step = store_step(c->conn, row, an->err)) == 1) {
        none = false;
        if (n->text != NULL && n->kind == FORM_LEAF)
            answer_value(an, i, n->text, q, row);
        else {
            xml_begin(c->out, n->name);
            answer_attributes(an, i, q, row);
            xml_end(c->out, false);
            answer_children(an, i, q, row);
            xml_close(c->out, n->name);
        }
        if (n->bind->kind == BIND_ROW)
            break;
    }
    if (step < 0)
        an->failed = true;
    sqlite3_reset(row);
    if (none)
        answer_no_row(an, n);
}

static void
answer_group(struct answer *an, uint16_t i, const struct query *q, sqlite3_stmt *row)
{
    const struct form_node *n = &an->form->nodes[i];
    struct buf             *out = an->call->out;

    xml_begin(out, n->name);
    answer_attributes(an, i, q, row);
    size_t before = out->len;
    xml_end(out, false);
    size_t start = out->len;
    answer_children(an, i, q, row);
    if (out->len == start && !out->overflow) {
        out->len = before;
        xml_end(out, true);
    } else
        xml_close(out, n->name);
}

static void
answer_node(struct answer *an, uint16_t i, const struct query *q, sqlite3_stmt *row)
{
    const struct form_node *n = &an->form->nodes[i];
    if (n->opens != FORM_NONE) {
        if ((n->bind->flags & BINDF_WRITEONLY) == 0)
            answer_rows(an, i, q, row);
    } else if (n->kind == FORM_LEAF)
        answer_leaf(an, i, q, row);
    else
        answer_group(an, i, q, row);
}

/* Does the XML tell anything but emptiness and "false"? */
static bool
tells_something(const char *xml, size_t len)
{
    for (const char *p = xml, *end = xml + len; (p = memchr(p, '>', (size_t)(end - p))) != NULL && p + 1 < end; p++)
        if (p[1] != '<' && ((size_t)(end - p) < 7 || memcmp(p + 1, "false<", 6) != 0))
            return true;
    return false;
}

/* Where the alternative that begins at k ends. */
static uint16_t
alternative_end(const struct form *f, uint16_t k, uint16_t end)
{
    const uint16_t alternative = f->nodes[k].alternative;
    while (k < end && f->nodes[k].alternative == alternative)
        k = f->nodes[k].end;
    return k;
}

static void
answer_alternative(struct answer *an, uint16_t k, uint16_t end, const struct query *q, sqlite3_stmt *row)
{
    for (; k < end && !an->failed; k = an->form->nodes[k].end)
        if (wanted(an, k))
            answer_node(an, k, q, row);
}

/* Of the alternatives of a choice one is answered: the first that tells something, ids (xId beside xName)
 * last; when none does, the first. Alternatives that are wanted start at i; returns the end of the choice. */
static uint16_t
answer_choice(struct answer *an, uint16_t i, const struct query *q, sqlite3_stmt *row)
{
    const struct form *f = an->form;
    const uint16_t     parent = f->nodes[i].parent, choice = f->nodes[i].choice;
    struct buf        *out = an->call->out;
    const size_t       start = out->len;
    uint16_t           first = FORM_NONE, end = i;
    bool               told = false;

    while (end < f->nodes[parent].end && f->nodes[end].choice == choice)
        end = f->nodes[end].end;
    for (int ids = 0; ids <= 1 && !told; ids++)
        for (uint16_t k = i; k < end && !told && !an->failed; k = alternative_end(f, k, end)) {
            const struct axl_bind *b = f->nodes[k].bind;
            bool                   id = b != NULL && b->kind == BIND_REFID;
            if (id != (ids == 1))
                continue;
            answer_alternative(an, k, alternative_end(f, k, end), q, row);
            told = tells_something(out->ptr + start, out->len - start);
            if (first == FORM_NONE && out->len > start)
                first = k;
            if (!told)
                out->len = start;
        }
    if (!told && first != FORM_NONE)
        answer_alternative(an, first, alternative_end(f, first, end), q, row);
    return end;
}

static void
answer_children(struct answer *an, uint16_t node, const struct query *q, sqlite3_stmt *row)
{
    const struct form *f = an->form;
    uint16_t           i = (uint16_t)(node + 1);
    while (i < f->nodes[node].end && !an->failed) {
        const struct form_node *n = &f->nodes[i];
        if (n->kind != FORM_ATTR && n->choice != 0) {
            i = answer_choice(an, i, q, row);
            continue;
        }
        if (n->kind != FORM_ATTR && wanted(an, i))
            answer_node(an, i, q, row);
        i = n->end;
    }
}

bool
axl_answer_object(struct axl_call *c, const struct form *f, const struct query *q, sqlite3_stmt *row,
                  const bool *selected, struct ccm_error *err)
{
    struct answer an = { .call = c, .form = f, .selected = selected, .err = err };

    xml_begin(c->out, f->wrapper);
    answer_attributes(&an, 0, q, row);
    size_t before = c->out->len;
    xml_end(c->out, false);
    size_t start = c->out->len;
    answer_children(&an, 0, q, row);
    if (c->out->len == start && !c->out->overflow) {
        c->out->len = before;
        xml_end(c->out, true);
    } else
        xml_close(c->out, f->wrapper);
    return !an.failed;
}

/* ---- returnedTags ---- */

static void
select_subtree(const struct form *f, bool *sel, uint16_t i)
{
    for (uint16_t k = i; k < f->nodes[i].end; k++)
        sel[k] = true;
}

static void
select_tags(const struct form *f, bool *sel, uint16_t node, const struct soap_element *tags)
{
    uint16_t hint = 0;
    for (const struct soap_element *e = tags->children; e != NULL; e = e->next) {
        uint16_t i = form_child(f, node, e->name, &hint);
        if (i == FORM_NONE)
            continue;
        sel[i] = true;
        for (uint16_t k = (uint16_t)(i + 1); k < f->nodes[i].end && f->nodes[k].kind == FORM_ATTR; k++)
            sel[k] = true;
        if (e->children == NULL || f->nodes[i].kind == FORM_LEAF)
            select_subtree(f, sel, i);
        else
            select_tags(f, sel, i, e);
    }
}

bool *
axl_selection(struct arena *a, const struct form *f, const struct soap_element *tags)
{
    if (tags == NULL || tags->nil)
        return NULL;
    bool *sel = arena_alloc(a, sizeof *sel * f->count);
    sel[0] = true;
    for (uint16_t k = 1; k < f->count && f->nodes[k].kind == FORM_ATTR; k++)
        sel[k] = true; /* uuid and ctiid always come */
    select_tags(f, sel, 0, tags);
    return sel;
}
