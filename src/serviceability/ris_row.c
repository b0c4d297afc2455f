/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Rows of an answer, which has up to 2,000 with some forty elements each. So a row is made ready once an answer: what
 * stands between two values, tags and values that never differ, is one text, and a row is those texts and the values
 * by turns. */
#include "serviceability/ris_row.h"

#include <string.h>

/* Ready texts are copied in steps of so many bytes, mostly one: behind each is room to read that much too far, and
 * behind the answer to write it. */
#define STEP ((size_t)64)

#define NUMBER_ROOM 24u
#define ROW_TEXTS   256u /* for which room is made beforehand */

struct op {                         /* a value and what comes before it */
    struct str              before; /* its own opening tag is the end of it */
    size_t                  open, close;
    struct str              empty, nil; /* instead of the opening tag; the closing one is then left out */
    struct str              middle;     /* of an array in era A, behind its count */
    const struct ris_row   *member;
    const struct ris_field *field;
};

struct ris_row {
    size_t     count, size; /* size: of a row, without its texts */
    struct op *ops;
    struct str after;
};

/* ---- making it ready ---- */

struct making {
    struct call *c;
    enum axis    axis;
    struct buf   text; /* since the last value */
};

static void
add(struct making *m, struct str s)
{
    buf_add(&m->text, s.ptr, s.len);
}

static struct str
ready(const struct making *m, struct str s)
{
    char *copy = arena_alloc(m->c->arena, s.len + 2 * STEP);

    if (s.len > 0)
        memcpy(copy, s.ptr, s.len);
    return (struct str){ copy, s.len };
}

static struct str
ready_text(struct making *m)
{
    struct str s = ready(m, (struct str){ m->text.ptr, m->text.len });

    buf_clear(&m->text);
    return s;
}

static void
add_fixed(struct making *m, const struct ris_field *f)
{
    const struct tag *t = &f->tag;

    if (f->of.fixed == NULL) {
        add(m, t->nil[m->axis]);
    } else if (*f->of.fixed == '\0') {
        add(m, t->empty[m->axis]);
    } else {
        add(m, t->open[m->axis]);
        xml_text(&m->text, f->of.fixed);
        add(m, t->close[m->axis]);
    }
}

static void
add_value(struct making *m, const struct ris_field *f, struct op *op)
{
    const struct tag       *t = &f->tag;
    const struct ris_array *array = f->kind == RIS_ARRAY ? f->of.array : NULL;
    struct str              open = t->open[m->axis];
    size_t                  begin = m->text.len;

    *op = (struct op){ .field = f, .close = t->close[m->axis].len };
    op->empty = ready(m, t->empty[m->axis]);
    op->nil = ready(m, t->nil[m->axis]);
    if (array != NULL && m->axis == AXIS1) {
        /* Its tag ends with its members' type and number. */
        add(m, (struct str){ open.ptr, open.len - 1 });
        buf_addf(&m->text, " soapenc:arrayType=\"%s[", array->type);
        op->middle = ready(m, STR("]\">"));
    } else {
        add(m, open);
    }
    op->open = m->text.len - begin;
    op->before = ready_text(m);
    if (array != NULL)
        op->member = ris_row_ready(m->c, &array->member, array->fields);
    add(m, t->close[m->axis]);
}

static size_t
size_of(const struct ris_row *r)
{
    size_t size = r->after.len;

    for (const struct op *op = r->ops; op < r->ops + r->count; op++)
        size += op->before.len + op->middle.len + NUMBER_ROOM + (op->member != NULL ? op->member->size : 0);
    return size;
}

const struct ris_row *
ris_row_ready(struct call *c, const struct tag *around, const struct ris_field *const *fields)
{
    struct making   m = { .c = c, .axis = c->endpoint->axis };
    struct ris_row *r = arena_alloc(c->arena, sizeof *r);
    size_t          count = 0;

    while (fields[count] != NULL)
        count++;
    r->ops = arena_alloc(c->arena, (count + 1) * sizeof *r->ops);
    buf_init(&m.text, BUF_MAX_TEXT);
    add(&m, around->open[m.axis]);
    for (; *fields != NULL; fields++)
        if ((*fields)->kind == RIS_FIXED)
            add_fixed(&m, *fields);
        else
            add_value(&m, *fields, &r->ops[r->count++]);
    add(&m, around->close[m.axis]);
    r->after = ready_text(&m);
    buf_release(&m.text);
    r->size = size_of(r);
    return r;
}

/* ---- writing ---- */

struct ris_out { /* the end of the answer; the buffer is told at take_back */
    struct buf *b;
    char       *at, *end; /* NULL: the answer has become too large */
};

static void
take_back(struct ris_out *o)
{
    if (o->at != NULL)
        o->b->len = (size_t)(o->at - o->b->ptr);
}

static bool
go_on(struct ris_out *o, size_t len)
{
    o->at = buf_room(o->b, len);
    size_t end = o->b->cap - 1 < o->b->max ? o->b->cap - 1 : o->b->max;
    o->end = o->at != NULL ? o->b->ptr + end : NULL;
    return o->at != NULL;
}

static bool
grow(struct ris_out *o, size_t len)
{
    take_back(o);
    return go_on(o, len);
}

static inline bool
has_room(struct ris_out *o, size_t len)
{
    return (size_t)(o->end - o->at) >= len || grow(o, len);
}

static inline void
put(struct ris_out *o, struct str s)
{
    if (!has_room(o, s.len + STEP))
        return;
    for (size_t i = 0; i < s.len; i += STEP)
        memcpy(o->at + i, s.ptr + i, STEP);
    o->at += s.len;
}

static inline void
put_number(struct ris_out *o, int64_t number)
{
    char     digits[NUMBER_ROOM], *p = digits + sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

    if (!has_room(o, NUMBER_ROOM))
        return;
    do
        *--p = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (number < 0)
        *--p = '-';
    while (p < digits + sizeof digits)
        *o->at++ = *p++;
}

/* Printable ASCII without mark-up. */
static inline bool
is_plain(char c)
{
    return c >= ' ' && c <= '~' && c != '&' && c != '<' && c != '>';
}

void
ris_put_text(struct ris_out *o, const char *text)
{
    while (o->at < o->end && is_plain(*text))
        *o->at++ = *text++;
    if (*text == '\0')
        return;
    take_back(o);
    xml_text(o->b, text);
    go_on(o, 1);
}

void
ris_put_char(struct ris_out *o, char c)
{
    if (has_room(o, 1))
        *o->at++ = c;
}

/* ---- a value ---- */

/* Of a number or a text: the same where the value is. */
static int64_t
value_of(const struct ris_field *f, const struct ris_record *r, size_t index)
{
    return f->kind == RIS_NUMBER ? f->of.number(r, index) : (int64_t)(intptr_t)f->of.text(r, index);
}

/* The element has no text: what takes its place, and how much of what follows belongs to it. */
static size_t
put_instead(struct ris_out *o, const struct op *op, struct str instead)
{
    o->at -= op->open;
    put(o, instead);
    return op->close;
}

static size_t
put_text(struct ris_out *o, const struct op *op, const char *text)
{
    if (text == NULL || *text == '\0')
        return put_instead(o, op, text == NULL ? op->nil : op->empty);
    ris_put_text(o, text);
    return 0;
}

static size_t put_op(struct ris_out *o, const struct op *op, size_t skip, const struct ris_record *r, size_t index);

/* Without what they have in common: a device has few. */
static void
put_member(struct ris_out *o, const struct ris_row *row, const struct ris_record *r, size_t index)
{
    size_t skip = 0;

    for (const struct op *op = row->ops; op < row->ops + row->count; op++)
        skip = put_op(o, op, skip, r, index);
    put(o, (struct str){ row->after.ptr + skip, row->after.len - skip });
}

static size_t
put_array(struct ris_out *o, const struct op *op, const struct ris_record *r)
{
    const struct ris_array *array = op->field->of.array;
    size_t                  count = array->count(r);

    if (count == 0 && array->or_nil)
        return put_instead(o, op, op->nil);
    if (op->middle.len > 0) {
        put_number(o, (int64_t)count);
        put(o, op->middle);
    }
    for (size_t i = 0; i < count; i++)
        put_member(o, op->member, r, i);
    return 0;
}

/* What comes before the value, but for the first skip bytes, and the value. How much of what follows is left out. */
static size_t
put_op(struct ris_out *o, const struct op *op, size_t skip, const struct ris_record *r, size_t index)
{
    const struct ris_field *f = op->field;

    put(o, (struct str){ op->before.ptr + skip, op->before.len - skip });
    if (o->at == NULL)
        return 0;
    switch (f->kind) {
    case RIS_FIXED: break;
    case RIS_NUMBER: put_number(o, f->of.number(r, index)); break;
    case RIS_TEXT: return put_text(o, op, f->of.text(r, index));
    case RIS_LIST: return f->of.list(o, r) ? 0 : put_instead(o, op, op->nil);
    case RIS_ARRAY: return put_array(o, op, r);
    }
    return 0;
}

/* ---- rows ---- */

/* Devices of an answer are mostly alike: values that are those of the row before are copied from there with all that
 * is between them. */
struct last { /* of an op, in the row before */
    int64_t value;
    size_t  skipped, skip; /* left out of its own text, and of the next */
    size_t  len;
};

static bool
is_same(const struct op *op, struct last *last, size_t skip, const struct ris_record *r)
{
    if (op->field->kind == RIS_LIST || op->field->kind == RIS_ARRAY)
        return false;
    int64_t value = value_of(op->field, r, 0);
    bool    same = value == last->value && skip == last->skipped && last->len > 0;

    last->value = value;
    return same;
}

static size_t
length(struct ris_out *o)
{
    take_back(o);
    return o->b->len;
}

static void
put_same(struct ris_out *o, size_t from, size_t len)
{
    if (len == 0 || !has_room(o, len))
        return;
    memcpy(o->at, o->b->ptr + from, len);
    o->at += len;
}

/* from: where the row before begins. */
static void
put_row(struct ris_out *o, const struct ris_row *row, struct last *last, size_t from, const struct ris_record *r)
{
    size_t skip = 0, same = 0;

    for (const struct op *op = row->ops; op < row->ops + row->count; op++, last++) {
        if (is_same(op, last, skip, r)) {
            same += last->len;
            skip = last->skip;
            continue;
        }
        put_same(o, from, same);
        from += same + last->len;
        same = 0;
        size_t begin = length(o);
        last->skipped = skip;
        last->skip = skip = put_op(o, op, skip, r, 0);
        last->len = length(o) - begin;
    }
    put_same(o, from, same);
    put(o, (struct str){ row->after.ptr + skip, row->after.len - skip });
}

void
ris_rows(struct call *c, const struct ris_row *row, const struct ris_record *first, size_t count)
{
    struct ris_out o = { .b = c->out };
    struct last   *last = arena_alloc(c->arena, (row->count + 1) * sizeof *last);
    size_t         from = 0;

    if (!go_on(&o, count * (row->size + ROW_TEXTS)))
        return;
    for (const struct ris_record *r = first; r != NULL && o.at != NULL; r = r->next) {
        size_t begin = length(&o);
        put_row(&o, row, last, from, r);
        from = begin;
    }
    take_back(&o);
}
