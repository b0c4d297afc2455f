/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* listX: search criteria are LIKE patterns joined by AND; a lone % matches null too, since clients
 * fill every criterion they don't use with %%. Pages come in one order: the object's, then pkid. An
 * answer beyond 8 MB is refused with the two row counts that clients parse (AXL guide, "Data
 * Throttling and Performance"). */
#include <stdlib.h>
#include <string.h>

#include "axl_priv.h"

#define MAX_ARGS 32

struct search {
    struct axl_call   *call;
    const struct form *form; /* what is answered */
    struct buf         where;
    const char        *args[MAX_ARGS];
    unsigned           arg_count;
};

static bool
matches_all(const char *pattern)
{
    return *pattern != '\0' && pattern[strspn(pattern, "%")] == '\0';
}

static unsigned
arg(struct search *s, const char *text)
{
    s->args[s->arg_count] = text;
    return ++s->arg_count;
}

/* How a table's texts compare: names without case, patterns exactly. The indexes are made likewise. */
static const char *
collation(const char *table)
{
    return strcmp(table, "numplan") == 0 ? "" : " COLLATE NOCASE";
}

/* SQL for "column LIKE pattern", in a form that an index can serve where the pattern lets it. */
static void
like(struct search *s, const char *table, const char *column, const char *pattern)
{
    const char *collate = collation(table);
    size_t      fixed = strcspn(pattern, "%_");
    if (pattern[fixed] == '\0') {
        buf_addf(&s->where, "%s=?%u%s", column, arg(s, pattern), collate);
        return;
    }
    if (fixed > 0) {
        char *low = arena_strndup(s->call->arena, pattern, fixed);
        char *high = arena_printf(s->call->arena, "%s\xF4\x8F\xBF\xBF", low);
        buf_addf(&s->where, "%s>=?%u%s AND ", column, arg(s, low), collate);
        buf_addf(&s->where, "%s<?%u%s AND ", column, arg(s, high), collate);
    }
    buf_addf(&s->where, "%s LIKE ?%u", column, arg(s, pattern));
}

static bool
like_match(struct search *s, const char *pattern, const char *text)
{
    (void)s;
    return sqlite3_strlike(pattern, text, 0) == 0;
}

/* Numbers of the type table whose names match. */
static void
enum_criterion(struct search *s, const struct axl_bind *b, const char *column, const char *pattern)
{
    const struct store_enum *e = store_enum_find(store_of(s->call->conn), b->target);
    bool                     first = true;
    int64_t                  number;
    const char              *name;
    buf_addf(&s->where, "%s IN (", column);
    for (unsigned i = 0; e != NULL && store_enum_at(e, i, &number, &name); i++)
        if (like_match(s, pattern, name)) {
            buf_addf(&s->where, "%s%lld", first ? "" : ",", (long long)number);
            first = false;
        }
    buf_addc(&s->where, ')');
}

static const char *
qualified(struct search *s, const struct axl_bind *b)
{
    const struct form *f = s->form;
    const char        *own = f->object->table;
    if (b->table == NULL || strcmp(b->table, own) == 0)
        return arena_printf(s->call->arena, "t.\"%s\"", b->column);
    const struct axl_side *side = axl_side_find(f->object, own, b->table);
    if (side == NULL)
        return NULL;
    if (side->behind)
        return arena_printf(s->call->arena, "(SELECT k.\"%s\" FROM \"%s\" k WHERE k.pkid=t.\"%s\")", b->column,
                            b->table, side->column);
    return arena_printf(s->call->arena, "(SELECT k.\"%s\" FROM \"%s\" k WHERE k.\"%s\"=t.pkid)", b->column, b->table,
                        side->column);
}

static bool
criterion(struct search *s, const struct soap_element *e, struct ccm_error *err)
{
    struct axl_call       *c = s->call;
    const struct axl_bind *b = axl_bind_find(s->form->object, e->name, c->version);
    const char            *pattern = axl_text(c, e), *column;
    bool                   on;

    if (b == NULL || (column = qualified(s, b)) == NULL)
        return c->strictness != AXL_STRICT ||
               ccm_fail(err, CCM_UNEXPECTED, "Unexpected element. Found <%.100s>", e->name);
    if (matches_all(pattern))
        return true;
    if (s->arg_count + 4 > MAX_ARGS)
        return ccm_fail(err, CCM_INVALID, "too many search criteria");
    buf_adds(&s->where, " AND ");
    switch ((enum axl_bind_kind)b->kind) {
    case BIND_ENUM: enum_criterion(s, b, column, pattern); break;
    case BIND_REF:
        if (*pattern == '\0')
            buf_addf(&s->where, "%s IS NULL", column);
        else {
            buf_addf(&s->where, "%s IN (SELECT \"%s\" FROM \"%s\" WHERE ", column,
                     b->ref_column != NULL ? b->ref_column : "pkid", b->target);
            like(s, b->target, arena_printf(c->arena, "\"%s\"", b->target_column), pattern);
            buf_addc(&s->where, ')');
        }
        break;
    default:
        on = strcasecmp(pattern, "true") == 0;
        if (b->conv == CONV_BOOL && (on || strcasecmp(pattern, "false") == 0))
            buf_addf(&s->where, "%s='%s'", column, on ? "t" : "f");
        else if (*pattern == '\0')
            buf_addf(&s->where, "%s=''", column);
        else
            like(s, b->table != NULL ? b->table : s->form->object->table, column, pattern);
    }
    return true;
}

static bool
page(struct axl_call *c, const struct soap_element *rq, uint64_t *skip, int64_t *first, struct ccm_error *err)
{
    const struct soap_element *f = soap_child(rq, "first"), *s = soap_child(rq, "skip");
    const char                *ft = axl_text(c, f), *st = axl_text(c, s);
    char                      *end;
    *skip = 0;
    *first = -1;
    if (*ft == '\0')
        return true; /* skip counts only with first */
    *first = (int64_t)strtoull(ft, &end, 10);
    if (*end != '\0' || *ft == '-' || *first < 0)
        return ccm_fail(err, CCM_INVALID, "Invalid value '%.40s' for element first: not a whole number", ft);
    *skip = strtoull(*st != '\0' ? st : "0", &end, 10);
    if (*end != '\0' || *st == '-' || *skip > INT64_MAX)
        return ccm_fail(err, CCM_INVALID, "Invalid value '%.40s' for element skip: not a whole number", st);
    return true;
}

static bool
too_large(struct axl_call *c, sqlite3_stmt *row, unsigned long rows, struct ccm_error *err)
{
    unsigned long total = rows;
    while (store_step(c->conn, row, err) == 1)
        total++;
    sqlite3_reset(row);
    return axl_fail_too_large(c, total, rows, err);
}

static bool
answer_rows(struct axl_call *c, const struct form *f, const struct query *q, sqlite3_stmt *row, const bool *selected,
            struct ccm_error *err)
{
    unsigned long rows = 0;
    int           step;
    size_t        start = c->out->len;

    xml_open(c->out, "return");
    size_t body = c->out->len;
    while ((step = store_step(c->conn, row, err)) == 1) {
        if (!axl_answer_object(c, f, q, row, selected, err))
            break;
        rows++;
        enum axl_growth growth = axl_answer_grew(c, start, err);
        if (growth == GROWTH_TOO_LARGE)
            return too_large(c, row, rows, err);
        if (growth == GROWTH_REFUSED)
            break;
    }
    sqlite3_reset(row);
    if (step != 0)
        return false; /* *err says why */
    if (c->out->len == body) {
        c->out->len = start;
        xml_empty(c->out, "return");
    } else
        xml_close(c->out, "return");
    return true;
}

bool
axl_run_list(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err)
{
    const struct axl_object   *o = &axl_objects[c->op->object];
    const struct form         *f = axl_form(o, c->version, FORM_LIST);
    const struct soap_element *criteria = soap_child(rq, "searchCriteria"), *tags = soap_child(rq, "returnedTags");
    static const struct soap_element no_tags = { .name = "returnedTags", .text = "" };
    struct search                    s = { .call = c, .form = f };
    uint64_t                         skip;
    int64_t                          first;
    bool                             ok = true;

    if (f == NULL)
        return ccm_fail(err, CCM_UNSUPPORTED, "%s is not carried out by this server", c->op->name);
    if (!page(c, rq, &skip, &first, err))
        return false;
    buf_init(&s.where, BUF_MAX_SQL);
    buf_adds(&s.where, " WHERE 1");
    axl_where(&s.where, "t", o->where, o->where_count);
    for (const struct soap_element *e = criteria != NULL ? criteria->children : NULL; e != NULL && ok; e = e->next)
        ok = criterion(&s, e, err);
    buf_adds(&s.where, " ORDER BY ");
    if (o->order != NULL)
        buf_addf(&s.where, "t.\"%s\"%s,", o->order, collation(o->table));
    buf_adds(&s.where, "t.rowid"); /* any order will do that stays: this one comes with the index */
    if (first >= 0)
        buf_addf(&s.where, " LIMIT ?%u OFFSET ?%u", s.arg_count + 1, s.arg_count + 2);
    sqlite3_stmt *row = NULL;
    if (ok) {
        bool               *selected = axl_selection(c->arena, f, tags != NULL ? tags : &no_tags);
        const struct query *q = axl_query(c, f, 0, selected, buf_cstr(&s.where));
        row = store_prepare(c->conn, q->sql, err);
        for (unsigned i = 0; row != NULL && i < s.arg_count; i++)
            sqlite3_bind_text(row, (int)i + 1, s.args[i], -1, SQLITE_TRANSIENT);
        if (row != NULL && first >= 0) {
            sqlite3_bind_int64(row, (int)s.arg_count + 1, first);
            sqlite3_bind_int64(row, (int)s.arg_count + 2, (int64_t)skip);
        }
        ok = row != NULL && answer_rows(c, f, q, row, selected, err);
    }
    buf_release(&s.where);
    return ok;
}
