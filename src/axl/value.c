/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* One field's text to a store value and back. What the schema only hints at (enumerations are open
 * unions there) is held to here: the real server refuses it further down, with a database fault. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "axl_priv.h"

static bool
to_bool(const char *text, bool *out)
{
    static const struct {
        const char *word;
        bool        value;
    } words[] = { { "true", true }, { "false", false }, { "t", true },    { "f", false },  { "1", true },
                  { "0", false },   { "on", true },     { "off", false }, { "yes", true }, { "no", false } };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcasecmp(text, words[i].word) == 0) {
            *out = words[i].value;
            return true;
        }
    return false;
}

static size_t
utf8_length(const char *s)
{
    size_t n = 0;
    for (; *s != '\0'; s++)
        n += ((unsigned char)*s & 0xC0) != 0x80;
    return n;
}

static bool
invalid(struct ccm_error *err, const struct form_node *n, const char *text, const char *why)
{
    return ccm_fail(err, CCM_INVALID, "Invalid value '%.100s' for element %s: %s", text, n != NULL ? n->name : "field",
                    why);
}

/* Length facets of the schema: counted in characters. Empty is not a value but the absence of one. */
static bool
check_length(const struct form_node *n, const struct axl_bind *b, const char *text, struct ccm_error *err)
{
    char why[80];
    int  max = -1;
    if (n != NULL && n->simple != NULL && n->simple->value_count == 0)
        max = n->simple->max_length;
    if (max < 0 && b->kind == BIND_COLUMN) {
        const struct store_column *c = store_column_find(b->table, b->column);
        if (c != NULL && c->max_length > 0)
            max = c->max_length;
    }
    if (max < 0 || strlen(text) <= (size_t)max || utf8_length(text) <= (size_t)max)
        return true;
    snprintf(why, sizeof why, "longer than %d characters", max);
    return invalid(err, n, text, why);
}

static bool
in_range(const struct form_node *n, int64_t v)
{
    const struct axl_simple *s = n != NULL ? n->simple : NULL;
    return s == NULL || ((s->min_value == NULL || v >= strtoll(s->min_value, NULL, 10)) &&
                         (s->max_value == NULL || v <= strtoll(s->max_value, NULL, 10)));
}

static void
set_null(struct axl_call *c, const struct axl_bind *b, struct value *out)
{
    const struct store_column *col = store_column_find(b->table, b->column);
    *out = (struct value){ .kind = VALUE_NULL };
    (void)c;
    if (col == NULL || col->nullable)
        return;
    if (!col->integer && !col->boolean && strncmp(b->column, "fk", 2) != 0)
        *out = (struct value){ .kind = VALUE_TEXT, .text = "" };
    else if (col->def != NULL && col->boolean)
        *out = (struct value){ .kind = VALUE_TEXT, .text = strcmp(col->def, "TRUE") == 0 ? "t" : "f" };
    else if (col->def != NULL && col->integer && (col->def[0] == '-' || (col->def[0] >= '0' && col->def[0] <= '9')))
        *out = (struct value){ .kind = VALUE_INT, .number = strtoll(col->def, NULL, 10) };
}

static bool
bool_in(const struct form_node *n, const struct axl_bind *b, const char *text, struct value *out, struct ccm_error *err)
{
    static const char *const words[][2] = {
        [CONV_BOOL] = { "f", "t" }, [CONV_ON_OFF] = { "f", "t" }, [CONV_TF] = { "F", "T" }
    };
    bool v;
    if (!to_bool(text, &v))
        return invalid(err, n, text, "neither true nor false");
    if (b->conv == CONV_INT_BOOL)
        *out = (struct value){ .kind = VALUE_INT, .number = v };
    else
        *out = (struct value){ .kind = VALUE_TEXT, .text = words[b->conv][v] };
    return true;
}

static bool
int_in(const struct form_node *n, const char *text, struct value *out, struct ccm_error *err)
{
    char *end;
    errno = 0;
    long long v = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0')
        return invalid(err, n, text, "not a whole number");
    if (!in_range(n, v))
        return invalid(err, n, text, "out of range");
    *out = (struct value){ .kind = VALUE_INT, .number = v };
    return true;
}

static bool
enum_in(struct axl_call *c, const struct form_node *n, const struct axl_bind *b, const char *text, struct value *out,
        struct ccm_error *err)
{
    const struct store_enum *e = store_enum_find(store_of(c->conn), b->target);
    int64_t                  v;
    if (e == NULL || !store_enum_number(e, text, &v))
        return invalid(err, n, text, "not one of its values");
    *out = (struct value){ .kind = VALUE_INT, .number = v };
    return true;
}

static bool
uuid_in(struct axl_call *c, const struct form_node *n, const char *text, struct value *out, struct ccm_error *err)
{
    char *id = arena_alloc(c->arena, 37);
    if (!uuid_parse(text, strlen(text), id))
        return invalid(err, n, text, "not a UUID");
    *out = (struct value){ .kind = VALUE_TEXT, .text = id };
    return true;
}

bool
axl_value_in(struct axl_call *c, const struct form_node *n, const struct axl_bind *b, const char *text, bool nil,
             struct value *out, struct ccm_error *err)
{
    if (nil || text == NULL) {
        set_null(c, b, out);
        return true;
    }
    if (b->kind == BIND_ENUM) {
        if (*text == '\0') {
            set_null(c, b, out);
            return true;
        }
        return enum_in(c, n, b, text, out, err);
    }
    if (*text == '\0' && b->conv != CONV_TEXT) {
        set_null(c, b, out);
        return true;
    }
    switch ((enum axl_conv)b->conv) {
    case CONV_BOOL:
    case CONV_INT_BOOL:
    case CONV_ON_OFF:
    case CONV_TF: return bool_in(n, b, text, out, err);
    case CONV_INT:
    case CONV_TIME: return int_in(n, text, out, err);
    case CONV_UUID: return uuid_in(c, n, text, out, err);
    case CONV_TEXT: break;
    }
    if (!check_length(n, b, text, err))
        return false;
    if (n != NULL && n->simple != NULL && n->simple->value_count == 0 && n->simple->min_value != NULL &&
        *text != '\0') {
        struct value number;
        if (!int_in(n, text, &number, err))
            return false;
    }
    *out = (struct value){ .kind = VALUE_TEXT, .text = text };
    return true;
}

/* "February 28, 2020 16:05:58 UTC": the zone is the server's; ours is UTC. */
static const char *
time_text(struct axl_call *c, int64_t seconds)
{
    time_t    t = (time_t)seconds;
    struct tm tm;
    char     *out = arena_alloc(c->arena, 64);
    gmtime_r(&t, &tm);
    strftime(out, 64, "%B %d, %Y %H:%M:%S UTC", &tm);
    return out;
}

static const char *
enum_text(struct axl_call *c, const struct store_enum *type, int64_t v)
{
    const char *name = store_enum_name(type, v);
    return name != NULL ? name : arena_printf(c->arena, "%lld", (long long)v);
}

const char *
axl_value_out(struct axl_call *c, const struct axl_bind *b, const struct store_enum *type, sqlite3_stmt *row,
              int column)
{
    if (sqlite3_column_type(row, column) == SQLITE_NULL)
        return NULL;
    if (type != NULL)
        return enum_text(c, type, sqlite3_column_int64(row, column));
    if (b->kind == BIND_BIT)
        return (sqlite3_column_int64(row, column) & b->number) != 0 ? "true" : "false";
    const char *text = (const char *)sqlite3_column_text(row, column);
    if (b->kind == BIND_REF || b->kind == BIND_PART)
        return text;
    if (b->kind == BIND_REFID || b->conv == CONV_UUID) {
        char *braced = arena_alloc(c->arena, 39);
        if (strlen(text) != 36)
            return text;
        uuid_braced(text, braced);
        return braced;
    }
    switch ((enum axl_conv)b->conv) {
    case CONV_BOOL:
    case CONV_INT_BOOL:
    case CONV_TF: return text[0] == 't' || text[0] == 'T' || text[0] == '1' ? "true" : "false";
    case CONV_ON_OFF: return text[0] == 't' ? "On" : "Off";
    case CONV_TIME: return time_text(c, sqlite3_column_int64(row, column));
    case CONV_TEXT:
    case CONV_INT:
    case CONV_UUID: break;
    }
    return text;
}

void
axl_bind_value(sqlite3_stmt *s, int index, const struct value *v)
{
    if (v->kind == VALUE_NULL)
        sqlite3_bind_null(s, index);
    else if (v->kind == VALUE_INT)
        sqlite3_bind_int64(s, index, v->number);
    else
        sqlite3_bind_text(s, index, v->text, -1, SQLITE_TRANSIENT);
}

bool
axl_text_is_nil(const struct soap_element *e)
{
    return e == NULL || e->nil;
}

const char *
axl_text(struct axl_call *c, const struct soap_element *e)
{
    return e == NULL || e->text == NULL ? "" : soap_trimmed(c->arena, e->text);
}
