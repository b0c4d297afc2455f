/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The store section of an object's file: words to struct axl_bind and its companions. What the words
 * name is checked and completed by contractc_bind.c, when all files are read. */
#include <stdlib.h>
#include <string.h>

#include "contractc.h"

/* A line's words behind the kind, taken one by one. */
struct words {
    struct contract     *c;
    const struct c_line *l;
    unsigned             at;
};

static char *
take(struct words *w)
{
    return w->at < w->l->count ? w->l->words[w->at++] : NULL;
}

static bool
next_is(const struct words *w, const char *word)
{
    return c_word_is(w->l, w->at, word);
}

static bool is_tail(const struct words *w);

/* Is the word COLUMN=VALUE? Splits it. */
static bool
constant(char *word, const char **column, const char **value)
{
    char *eq = strchr(word, '=');
    if (eq == NULL || eq == word)
        return false;
    *eq = '\0';
    *column = word;
    *value = eq + 1;
    return true;
}

/* C=V ... behind `where`, as an array. */
static const struct axl_const *
constants(struct words *w, unsigned *count)
{
    C_LIST(struct axl_const) list = { NULL, 0, 0 };
    while (w->at < w->l->count && strchr(w->l->words[w->at], '=') != NULL &&
           strncmp(w->l->words[w->at], "default=", 8) != 0) {
        struct axl_const *k = C_ADD(w->c, list);
        if (!constant(w->l->words[w->at++], &k->column, &k->value))
            c_problem(w->c, w->l->place, "a constant lacks its column");
    }
    if (list.count == 0)
        c_problem(w->c, w->l->place, "where needs COLUMN=VALUE");
    *count = (unsigned)list.count;
    return list.items;
}

/* "TABLE.COLUMN" or "COLUMN" */
static void
split_column(char *word, const char **table, const char **column)
{
    char *dot = strchr(word, '.');
    if (dot == NULL) {
        *column = word;
        return;
    }
    *dot = '\0';
    *table = word;
    *column = dot + 1;
}

/* ---- the kinds ---- */

static bool
lacks(struct words *w, const char *what)
{
    return c_problem(w->c, w->l->place, "the line lacks %s", what);
}

static bool
take_column(struct words *w, struct c_bind *b)
{
    char *word = take(w);
    if (word == NULL)
        return lacks(w, "a column");
    split_column(word, &b->b.table, &b->b.column);
    return true;
}

static const char *const conv_names[] = { "text", "bool", "int", "uuid", "intbool", "onoff", "tf", "time", NULL };

static void
take_conv(struct words *w, struct c_bind *b)
{
    for (unsigned i = 0; conv_names[i] != NULL; i++)
        if (next_is(w, conv_names[i])) {
            b->b.conv = (uint8_t)i;
            b->conv_told = true;
            w->at++;
            return;
        }
}

static bool
kind_column(struct words *w, struct c_bind *b)
{
    if (!take_column(w, b))
        return false;
    take_conv(w, b);
    return true;
}

static bool
kind_enum(struct words *w, struct c_bind *b)
{
    if (!take_column(w, b))
        return false;
    if ((b->b.target = take(w)) == NULL)
        return lacks(w, "a type table");
    return true;
}

/* OBJECT or table:NAME[.COLUMN] */
static bool
take_target(struct words *w, struct c_bind *b)
{
    char *word = take(w);
    if (word == NULL)
        return lacks(w, "an object");
    if (strncmp(word, "table:", 6) == 0)
        split_column(word + 6, &b->b.target, &b->b.target_column);
    else
        b->target_object = b->b.target_object = word;
    if (b->target_object == NULL && b->b.target == NULL) { /* table:NAME alone */
        b->b.target = b->b.target_column;
        b->b.target_column = NULL;
    }
    return true;
}

static bool
kind_ref(struct words *w, struct c_bind *b)
{
    unsigned count;
    if (!take_column(w, b) || !take_target(w, b))
        return false;
    for (;;) {
        if (next_is(w, "by") && ++w->at)
            b->b.target_column = take(w);
        else if (next_is(w, "on") && ++w->at)
            b->b.ref_column = take(w);
        else if (next_is(w, "where") && ++w->at) {
            b->b.where = constants(w, &count);
            b->b.where_count = (uint8_t)count;
        } else
            return true;
    }
}

/* REFCOLUMN TARGETCOLUMN OBJECT [create] [of OBJECT2.COLUMN2] */
static bool
kind_part(struct words *w, struct c_bind *b)
{
    if (!take_column(w, b))
        return false;
    const char *column = take(w);
    if (column == NULL || !take_target(w, b))
        return lacks(w, "a target column and an object");
    b->b.target_column = column;
    for (;;) {
        if (next_is(w, "create") && ++w->at)
            b->b.flags |= BINDF_CREATE;
        else if (next_is(w, "of") && ++w->at) {
            char *of = take(w);
            if (of == NULL)
                return lacks(w, "OBJECT.COLUMN behind of");
            if (strncmp(of, "table:", 6) == 0)
                split_column(of + 6, &b->b.ref_table, &b->b.ref_column);
            else
                split_column(of, &b->of_object, &b->b.ref_column);
            if (b->of_object == NULL && b->b.ref_table == NULL)
                return lacks(w, "OBJECT.COLUMN behind of");
        } else
            return true;
    }
}

static bool
kind_bit(struct words *w, struct c_bind *b)
{
    if (!take_column(w, b))
        return false;
    const char *text = take(w);
    char       *end = NULL;
    long        n = text != NULL ? strtol(text, &end, 0) : 0;
    if (text == NULL || *end != '\0' || n <= 0 || n > INT32_MAX)
        return lacks(w, "the bit's number");
    b->b.number = (int32_t)n;
    return true;
}

/* TABLE PARENTCOLUMN [of [SIDE.]COLUMN] [order COLUMN] [dense] [where C=V ...] */
static bool
kind_rows(struct words *w, struct c_bind *b)
{
    unsigned count;
    b->b.table = take(w);
    b->b.column = take(w);
    if (b->b.column == NULL)
        return lacks(w, "a table and the column that holds its parent");
    for (;;) {
        if (next_is(w, "of") && ++w->at) {
            char *of = take(w);
            if (of == NULL)
                return lacks(w, "a column behind of");
            split_column(of, &b->b.ref_table, &b->b.ref_column);
        } else if (next_is(w, "order") && ++w->at)
            b->b.order = take(w);
        else if (next_is(w, "dense") && ++w->at)
            b->b.flags |= BINDF_DENSE;
        else if (next_is(w, "where") && ++w->at) {
            b->b.where = constants(w, &count);
            b->b.where_count = (uint8_t)count;
        } else
            return true;
    }
}

static bool
kind_xml(struct words *w, struct c_bind *b)
{
    char *word = take(w);
    if (word == NULL)
        return lacks(w, "a function or TABLE.COLUMN");
    if (strchr(word, '.') != NULL)
        split_column(word, &b->b.table, &b->b.column);
    else
        b->b.func = word;
    return true;
}

static bool
kind_secret(struct words *w, struct c_bind *b)
{
    if ((b->b.func = take(w)) == NULL)
        return lacks(w, "a function");
    return strcmp(b->b.func, "keep") != 0 || take_column(w, b);
}

static bool
kind_shadow(struct words *w, struct c_bind *b)
{
    take_conv(w, b);
    return true;
}

/* COLUMN TABLE.COLUMN2 [TYPETABLE] */
static bool
kind_through(struct words *w, struct c_bind *b)
{
    if (!take_column(w, b))
        return false;
    char *word = take(w);
    if (word == NULL || strchr(word, '.') == NULL)
        return lacks(w, "TABLE.COLUMN");
    split_column(word, &b->b.target, &b->b.target_column);
    if (w->at < w->l->count && strncmp(w->l->words[w->at], "type", 4) == 0)
        b->b.ref_table = take(w);
    b->b.flags |= BINDF_READONLY;
    return true;
}

/* NAME [[TABLE.]COLUMN [TYPETABLE]] */
static bool
kind_call(struct words *w, struct c_bind *b)
{
    if ((b->b.func = take(w)) == NULL)
        return lacks(w, "a function");
    if (!is_tail(w))
        take_column(w, b);
    if (!is_tail(w))
        b->b.target = take(w);
    return true;
}

static bool
kind_none(struct words *w, struct c_bind *b)
{
    b->none = true;
    if (w->at == w->l->count)
        return lacks(w, "a reason");
    while (!is_tail(w))
        w->at++;
    return true;
}

static const struct {
    const char *name;
    uint8_t     kind;
    bool (*parse)(struct words *w, struct c_bind *b);
} kinds[] = {
    { "column", BIND_COLUMN, kind_column },    { "enum", BIND_ENUM, kind_enum },       { "ref", BIND_REF, kind_ref },
    { "refid", BIND_REFID, kind_ref },         { "part", BIND_PART, kind_part },       { "bit", BIND_BIT, kind_bit },
    { "rows", BIND_ROWS, kind_rows },          { "row", BIND_ROW, kind_rows },         { "xml", BIND_XML, kind_xml },
    { "secret", BIND_SECRET, kind_secret },    { "shadow", BIND_SHADOW, kind_shadow }, { "call", BIND_CALL, kind_call },
    { "through", BIND_THROUGH, kind_through }, { "none", BIND_CALL, kind_none },
};

/* ---- what may end a field's line ---- */

static const struct {
    const char *word;
    uint8_t     flag;
} flags[] = {
    { "readonly", BINDF_READONLY },
    { "createonly", BINDF_CREATEONLY },
    { "writeonly", BINDF_WRITEONLY },
    { "guess", 0 },
    { "inferred", 0 },
};

/* Does a word that ends a line stand here, or nothing? */
static bool
is_tail(const struct words *w)
{
    if (w->at >= w->l->count || c_versions_like(w->l->words[w->at]) || strncmp(w->l->words[w->at], "default=", 8) == 0)
        return true;
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (next_is(w, flags[i].word))
            return true;
    return false;
}

static bool
tail(struct words *w, struct c_bind *b)
{
    bool ok = true;
    for (; w->at < w->l->count; w->at++) {
        const char *word = w->l->words[w->at];
        size_t      i = 0, n = sizeof flags / sizeof flags[0];
        if (!is_tail(w)) {
            ok = c_problem(w->c, w->l->place, "\"%s\" means nothing here", word);
            continue;
        }
        while (i < n && strcmp(flags[i].word, word) != 0)
            i++;
        if (i < n)
            b->b.flags |= flags[i].flag;
        else if (strncmp(word, "default=", 8) == 0)
            b->b.def = word + 8;
        else
            ok = c_versions_parse(w->c, w->l->place, word, &b->b.versions) && ok;
    }
    return ok;
}

static bool
parse_field(struct words *w, struct c_object *o)
{
    size_t i = 0, n = sizeof kinds / sizeof kinds[0];

    if (w->l->count < 2)
        return lacks(w, "a kind");
    while (i < n && !c_word_is(w->l, 1, kinds[i].name))
        i++;
    if (i == n)
        return c_problem(w->c, w->l->place, "no kind \"%s\"", w->l->words[1]);
    struct c_bind *b = C_ADD(w->c, o->binds);
    *b = (struct c_bind){ .place = w->l->place };
    b->b.path = w->l->words[0];
    b->b.kind = kinds[i].kind;
    b->b.versions = C_ALL_VERSIONS;
    w->at = 2;
    return kinds[i].parse(w, b) && tail(w, b);
}

/* ---- the object's own lines ---- */

static bool
line_table(struct words *w, struct c_object *o)
{
    return (o->table = take(w)) != NULL || lacks(w, "a table");
}

static bool
line_where(struct words *w, struct c_object *o)
{
    unsigned                count;
    const struct axl_const *k = constants(w, &count);
    for (unsigned i = 0; i < count; i++)
        *C_ADD(w->c, o->where) = k[i];
    return count > 0;
}

static bool
line_set(struct words *w, struct c_object *o)
{
    unsigned                count;
    const struct axl_const *k = constants(w, &count);
    for (unsigned i = 0; i < count; i++) {
        struct axl_set *s = C_ADD(w->c, o->sets);
        char           *name = arena_strdup(w->c->arena, k[i].column);
        *s = (struct axl_set){ .value = k[i].value };
        split_column(name, &s->table, &s->column);
    }
    return count > 0;
}

static bool
line_key(struct words *w, struct c_object *o)
{
    struct axl_key *k = C_ADD(w->c, o->keys);
    char           *path;
    *k = (struct axl_key){ .count = 0 };
    while ((path = take(w)) != NULL) {
        size_t len = strlen(path);
        if (k->count == sizeof k->paths / sizeof k->paths[0])
            return c_problem(w->c, w->l->place, "too many fields in a key");
        if (len > 1 && path[len - 1] == '?') {
            path[len - 1] = '\0';
            k->optional |= (uint8_t)(1u << k->count);
        }
        k->paths[k->count++] = path;
    }
    return k->count > 0 || lacks(w, "a field");
}

static bool
line_order(struct words *w, struct c_object *o)
{
    return (o->order = take(w)) != NULL || lacks(w, "a column");
}

static bool
line_noun(struct words *w, struct c_object *o)
{
    return (o->noun = take(w)) != NULL || lacks(w, "a field");
}

/* side[?] TABLE [by] COLUMN [where C=V ...] */
static bool
line_side(struct words *w, struct c_object *o)
{
    struct c_side *s = C_ADD(w->c, o->sides);
    unsigned       count = 0;

    *s = (struct c_side){ .place = w->l->place };
    s->s.always = c_word_is(w->l, 0, "side");
    s->s.table = take(w);
    if (next_is(w, "by") && ++w->at)
        s->s.behind = true;
    s->s.column = take(w);
    if (s->s.column == NULL)
        return lacks(w, "a table and a column");
    if (next_is(w, "where") && ++w->at)
        s->s.where = constants(w, &count);
    s->s.where_count = (uint16_t)count;
    return w->at == w->l->count || c_problem(w->c, w->l->place, "\"%s\" means nothing here", w->l->words[w->at]);
}

bool
c_store_parse(struct c_lexer *lx, struct c_object *o)
{
    static const struct {
        const char *word;
        bool (*parse)(struct words *w, struct c_object *o);
    } lines[] = {
        { "table", line_table }, { "where", line_where }, { "set", line_set },   { "key", line_key },
        { "order", line_order }, { "noun", line_noun },   { "side", line_side }, { "side?", line_side },
    };
    bool ok = true;

    while (c_lexer_next(lx)) {
        struct words w = { lx->c, &lx->line, 1 };
        size_t       i = 0, n = sizeof lines / sizeof lines[0];
        if (lx->line.indent == 0) {
            ok = c_problem(lx->c, lx->line.place, "the store section is the last of a file: indent its lines");
            continue;
        }
        /* A field may be called "key" or "order": then its second word is a kind. */
        while (i < n && !c_word_is(&lx->line, 0, lines[i].word))
            i++;
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0] && i < n; k++)
            if (c_word_is(&lx->line, 1, kinds[k].name) && lx->line.count > 2)
                i = n;
        ok = (i < n ? lines[i].parse(&w, o) : parse_field(&w, o)) && ok;
    }
    return ok;
}
