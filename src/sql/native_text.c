/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Functions on text: case beyond ASCII, lengths that leave blanks at the end out, padding, cutting. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include "ccmsim/utf8.h"
#include "sql/sql_priv.h"

#define LONGEST 32739 /* of an LVARCHAR */

static const char *
text_of(sqlite3_value *v, size_t *length)
{
    const char *text = (const char *)sqlite3_value_text(v);

    *length = text != NULL ? (size_t)sqlite3_value_bytes(v) : 0;
    return text;
}

static void
give(sqlite3_context *ctx, const char *text, size_t length)
{
    sqlite3_result_text(ctx, text, (int)length, SQLITE_TRANSIENT);
}

/* ---- case ---- */

static unsigned
decode(const char *p, size_t n)
{
    static const unsigned char mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
    unsigned                   c = (unsigned char)p[0] & mask[n];

    for (size_t i = 1; i < n; i++)
        c = c << 6 | ((unsigned char)p[i] & 0x3f);
    return c;
}

static size_t
encode(unsigned c, char *p)
{
    if (c < 0x80) {
        p[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; c >>= 6)
        p[i] = (char)(0x80 | (c & 0x3f));
    p[0] = (char)((0xf00 >> n & 0xff) | c);
    return n;
}

enum fold { FOLD_LOWER, FOLD_UPPER, FOLD_INITIAL };

static void
fold(sqlite3_context *ctx, sqlite3_value *v, enum fold how)
{
    size_t      length, n, out = 0;
    const char *text = text_of(v, &length);
    locale_t    locale = sql_session_of(ctx)->locale;
    bool        begins = true;

    if (text == NULL)
        return;
    char *copy = sqlite3_malloc64(length * 2 + 4);
    if (copy == NULL) {
        sqlite3_result_error_nomem(ctx);
        return;
    }
    for (size_t i = 0; i < length; i += n) {
        n = utf8_sequence(text + i, length - i);
        if (n == 0) {
            n = 1;
            copy[out++] = text[i];
            continue;
        }
        wint_t c = decode(text + i, n);
        bool   upper = how == FOLD_UPPER || (how == FOLD_INITIAL && begins);
        begins = !iswalnum_l(c, locale);
        c = upper ? towupper_l(c, locale) : towlower_l(c, locale);
        out += encode((unsigned)c, copy + out);
    }
    sqlite3_result_text(ctx, copy, (int)out, sqlite3_free);
}

static void
fn_lower(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    fold(ctx, argv[0], FOLD_LOWER);
}

static void
fn_upper(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    fold(ctx, argv[0], FOLD_UPPER);
}

static void
fn_initcap(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    fold(ctx, argv[0], FOLD_INITIAL);
}

/* ---- lengths ---- */

static void
fn_length(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    size_t      length;
    const char *text = text_of(argv[0], &length);

    (void)argc;
    if (text == NULL)
        return;
    while (length > 0 && text[length - 1] == ' ')
        length--;
    sqlite3_result_int64(ctx, (sqlite3_int64)length);
}

static void
fn_octets(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    size_t length;

    (void)argc;
    if (text_of(argv[0], &length) != NULL)
        sqlite3_result_int64(ctx, (sqlite3_int64)length);
}

/* ---- pieces ---- */

/* Where character number n (from 0) begins, or the end. */
static size_t
place_of(const char *text, size_t length, int64_t n)
{
    size_t at = 0;

    while (n-- > 0 && at < length) {
        size_t step = utf8_sequence(text + at, length - at);
        at += step > 0 ? step : 1;
    }
    return at;
}

static int64_t
count_of(const char *text, size_t length)
{
    int64_t n = 0;

    for (size_t at = 0; at < length; n++) {
        size_t step = utf8_sequence(text + at, length - at);
        at += step > 0 ? step : 1;
    }
    return n;
}

static void
piece(sqlite3_context *ctx, const char *text, size_t length, int64_t from, int64_t count)
{
    if (count <= 0) {
        give(ctx, "", 0);
        return;
    }
    size_t start = place_of(text, length, from), end = start + place_of(text + start, length - start, count);
    give(ctx, text + start, end - start);
}

static bool
any_null(int argc, sqlite3_value **argv)
{
    for (int i = 0; i < argc; i++)
        if (sqlite3_value_type(argv[i]) == SQLITE_NULL)
            return true;
    return false;
}

static int64_t
bounded(sqlite3_value *v)
{
    int64_t n = sqlite3_value_int64(v);
    return n > LONGEST * 4 ? LONGEST * 4 : n < -LONGEST * 4 ? -LONGEST * 4 : n;
}

/* SUBSTR(x, a, n): a below 0 counts from the end, 0 is as 1. */
static void
fn_substr(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    size_t length;

    if (any_null(argc, argv))
        return;
    const char *text = text_of(argv[0], &length);
    int64_t     at = bounded(argv[1]), all = count_of(text, length);
    int64_t     from = at > 0 ? at - 1 : at < 0 ? all + at : 0;
    if (from < 0)
        from = 0;
    piece(ctx, text, length, from, argc > 2 ? bounded(argv[2]) : all);
}

/* SUBSTRING(x FROM a FOR n): places before the first count, and are empty. */
static void
fn_substring(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    size_t length;

    if (any_null(argc, argv))
        return;
    const char *text = text_of(argv[0], &length);
    int64_t     from = bounded(argv[1]) - 1, count = argc > 2 ? bounded(argv[2]) : LONGEST * 4;
    if (from < 0) {
        count += from;
        from = 0;
    }
    piece(ctx, text, length, from, count);
}

static void
fn_left(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    size_t length;

    if (any_null(argc, argv))
        return;
    const char *text = text_of(argv[0], &length);
    piece(ctx, text, length, 0, bounded(argv[1]));
}

static void
fn_right(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    size_t length;

    if (any_null(argc, argv))
        return;
    const char *text = text_of(argv[0], &length);
    int64_t     all = count_of(text, length), n = bounded(argv[1]);
    piece(ctx, text, length, n < all ? all - n : 0, n);
}

/* sql_cut(x, bytes) */
static void
fn_cut(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    size_t      length;
    const char *text = text_of(argv[0], &length);
    size_t      most = (size_t)sqlite3_value_int64(argv[1]);

    (void)argc;
    if (text != NULL)
        give(ctx, text, most > 0 && length > most ? utf8_whole(text, most) : length);
}

/* ---- padding ---- */

/* text made count characters long; left: in front. */
static void
pad(sqlite3_context *ctx, const char *text, size_t length, int64_t count, const char *with, size_t with_length,
    bool left)
{
    int64_t have = count_of(text, length), more = count - have;

    if (more <= 0 || with_length == 0) {
        piece(ctx, text, length, 0, count);
        return;
    }
    sqlite3_str *out = sqlite3_str_new(NULL);
    if (!left)
        sqlite3_str_append(out, text, (int)length);
    for (int64_t whole = count_of(with, with_length); more >= whole; more -= whole)
        sqlite3_str_append(out, with, (int)with_length);
    sqlite3_str_append(out, with, (int)place_of(with, with_length, more));
    if (left)
        sqlite3_str_append(out, text, (int)length);
    int   size = sqlite3_str_length(out);
    char *made = sqlite3_str_finish(out);
    if (made != NULL)
        sqlite3_result_text(ctx, made, size, sqlite3_free);
    else
        sqlite3_result_error_nomem(ctx);
}

static void
pad_call(sqlite3_context *ctx, int argc, sqlite3_value **argv, bool left)
{
    size_t length, with_length = 1;

    if (any_null(argc, argv))
        return;
    const char *text = text_of(argv[0], &length), *with = argc > 2 ? text_of(argv[2], &with_length) : " ";
    int64_t     count = bounded(argv[1]);
    pad(ctx, text, length, count > LONGEST ? LONGEST : count, with, with_length, left);
}

static void
fn_lpad(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    pad_call(ctx, argc, argv, true);
}

static void
fn_rpad(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    pad_call(ctx, argc, argv, false);
}

/* A CHAR of so many: cut or filled with blanks. */
static void
fn_pad(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    pad_call(ctx, argc, argv, false);
}

static void
fn_space(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    if (!any_null(1, argv))
        pad(ctx, "", 0, bounded(argv[0]) > LONGEST ? LONGEST : bounded(argv[0]), " ", 1, false);
}

/* ---- others ---- */

static void
fn_concat(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    size_t a_length, b_length;

    if (any_null(argc, argv))
        return;
    const char  *a = text_of(argv[0], &a_length), *b = text_of(argv[1], &b_length);
    sqlite3_str *out = sqlite3_str_new(NULL);
    sqlite3_str_append(out, a, (int)a_length);
    sqlite3_str_append(out, b, (int)b_length);
    int   size = sqlite3_str_length(out);
    char *made = sqlite3_str_finish(out);
    sqlite3_result_text(ctx, made != NULL ? made : "", made != NULL ? size : 0, made != NULL ? sqlite3_free : NULL);
}

/* REPLACE(x, from [, to]) */
static void
fn_replace(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    size_t length, from_length, to_length = 0;

    if (any_null(2, argv))
        return;
    const char *text = text_of(argv[0], &length), *from = text_of(argv[1], &from_length), *to = "";
    if (argc > 2 && sqlite3_value_type(argv[2]) != SQLITE_NULL)
        to = text_of(argv[2], &to_length);
    if (from_length == 0) {
        give(ctx, text, length);
        return;
    }
    sqlite3_str *out = sqlite3_str_new(NULL);
    const char  *at = text, *end = text + length, *hit;
    while ((hit = memmem(at, (size_t)(end - at), from, from_length)) != NULL && sqlite3_str_length(out) < LONGEST * 2) {
        sqlite3_str_append(out, at, (int)(hit - at));
        sqlite3_str_append(out, to, (int)to_length);
        at = hit + from_length;
    }
    sqlite3_str_append(out, at, (int)(end - at));
    int   size = sqlite3_str_length(out);
    char *made = sqlite3_str_finish(out);
    sqlite3_result_text(ctx, made != NULL ? made : "", made != NULL ? size : 0, made != NULL ? sqlite3_free : NULL);
}

static void
fn_reverse(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    size_t      length;
    const char *text = text_of(argv[0], &length);

    (void)argc;
    if (text == NULL)
        return;
    char  *copy = sqlite3_malloc64(length + 1);
    size_t to = length;
    if (copy == NULL) {
        sqlite3_result_error_nomem(ctx);
        return;
    }
    for (size_t at = 0; at < length;) {
        size_t n = utf8_sequence(text + at, length - at);
        n = n > 0 ? n : 1;
        to -= n;
        memcpy(copy + to, text + at, n);
        at += n;
    }
    sqlite3_result_text(ctx, copy, (int)length, sqlite3_free);
}

/* CHARINDEX(what, x [, from]) */
static void
fn_charindex(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    size_t what_length, length;

    if (any_null(argc, argv))
        return;
    const char *what = text_of(argv[0], &what_length), *text = text_of(argv[1], &length);
    size_t      from = argc > 2 && bounded(argv[2]) > 1 ? place_of(text, length, bounded(argv[2]) - 1) : 0;
    const char *hit = what_length > 0 ? memmem(text + from, length - from, what, what_length) : NULL;
    sqlite3_result_int64(ctx, hit != NULL ? count_of(text, (size_t)(hit - text)) + 1 : 0);
}

/* A boolean out of text: t or f, in either case. */
static void
fn_boolean(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    size_t      length;
    const char *text = text_of(argv[0], &length);

    (void)argc;
    if (text == NULL)
        return;
    while (length > 1 && text[length - 1] == ' ')
        length--;
    if (length == 1 && strchr("tTfF", *text) != NULL)
        give(ctx, *text == 't' || *text == 'T' ? "t" : "f", 1);
    else
        sql_raise(ctx, -1260, NULL);
}

const struct sql_native sql_text_natives[] = {
    { "sql_lower", 1, fn_lower, NULL, false },
    { "sql_upper", 1, fn_upper, NULL, false },
    { "sql_initcap", 1, fn_initcap, NULL, false },
    { "sql_length", 1, fn_length, NULL, false },
    { "sql_octets", 1, fn_octets, NULL, false },
    { "sql_substr", -1, fn_substr, NULL, false },
    { "sql_substring", -1, fn_substring, NULL, false },
    { "sql_left", 2, fn_left, NULL, false },
    { "sql_right", 2, fn_right, NULL, false },
    { "sql_cut", 2, fn_cut, NULL, false },
    { "sql_pad", 2, fn_pad, NULL, false },
    { "sql_lpad", -1, fn_lpad, NULL, false },
    { "sql_rpad", -1, fn_rpad, NULL, false },
    { "sql_space", 1, fn_space, NULL, false },
    { "sql_concat", 2, fn_concat, NULL, false },
    { "sql_replace", -1, fn_replace, NULL, false },
    { "sql_reverse", 1, fn_reverse, NULL, false },
    { "sql_charindex", -1, fn_charindex, NULL, false },
    { "sql_boolean", 1, fn_boolean, NULL, false },
    { NULL, 0, NULL, NULL, false },
};
