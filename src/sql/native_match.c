/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* LIKE, MATCHES and regex_replace. Case counts; a backslash makes the next character plain. The two matchers go
 * back to the last "any text" only, so that no pattern is slow. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "ccmsim/utf8.h"
#include "sql/sql_priv.h"

struct matcher {
    const char *text, *text_end, *pattern, *pattern_end;
    char        any, one, escape;
    bool        sets; /* [a-z] */
};

static size_t
step_of(const char *p, const char *end)
{
    size_t n = utf8_sequence(p, (size_t)(end - p));
    return n > 0 ? n : 1;
}

/* One character, escapes undone. */
static const char *
take_plain(const struct matcher *m, const char *p, const char **from, size_t *length)
{
    if (*p == m->escape && p + 1 < m->pattern_end)
        p++;
    *from = p;
    *length = step_of(p, m->pattern_end);
    return p + *length;
}

static int
order(const char *a, size_t a_length, const char *b, size_t b_length)
{
    int c = memcmp(a, b, a_length < b_length ? a_length : b_length);
    return c != 0 ? c : (a_length > b_length) - (a_length < b_length);
}

/* [abc], [a-z], [^x]: whether the character is in it; *next is behind it. NULL next: it never closes. */
static bool
in_set(const struct matcher *m, const char *p, const char *c, size_t c_length, const char **next)
{
    bool        negated = p + 1 < m->pattern_end && p[1] == '^', found = false;
    const char *low, *high;
    size_t      low_length, high_length;

    p += negated ? 2 : 1;
    while (p < m->pattern_end && *p != ']') {
        p = take_plain(m, p, &low, &low_length);
        high = low;
        high_length = low_length;
        if (p + 1 < m->pattern_end && *p == '-' && p[1] != ']')
            p = take_plain(m, p + 1, &high, &high_length);
        found |= order(c, c_length, low, low_length) >= 0 && order(c, c_length, high, high_length) <= 0;
    }
    *next = p < m->pattern_end ? p + 1 : NULL;
    return found != negated;
}

/* Does the pattern's next item take the text's next character? *p moves behind the item. */
static bool
takes(const struct matcher *m, const char **p, const char *t, size_t t_length)
{
    const char *plain, *next;
    size_t      length;

    if (m->sets && **p == '[') {
        bool yes = in_set(m, *p, t, t_length, &next);
        if (next != NULL) {
            *p = next;
            return yes;
        }
    }
    if (**p == m->one) {
        (*p)++;
        return true;
    }
    *p = take_plain(m, *p, &plain, &length);
    return length == t_length && memcmp(plain, t, length) == 0;
}

static bool
match(const struct matcher *m)
{
    const char *t = m->text, *p = m->pattern, *back_t = NULL, *back_p = NULL;

    while (t < m->text_end) {
        if (p < m->pattern_end && *p == m->any) {
            back_p = ++p;
            back_t = t;
            continue;
        }
        size_t n = step_of(t, m->text_end);
        if (p < m->pattern_end && takes(m, &p, t, n)) {
            t += n;
            continue;
        }
        if (back_p == NULL)
            return false;
        back_t += step_of(back_t, m->text_end);
        t = back_t;
        p = back_p;
    }
    while (p < m->pattern_end && *p == m->any)
        p++;
    return p == m->pattern_end;
}

static void
run(sqlite3_context *ctx, int argc, sqlite3_value **argv, struct matcher m)
{
    m.text = (const char *)sqlite3_value_text(argv[0]);
    m.pattern = (const char *)sqlite3_value_text(argv[1]);
    if (m.text == NULL || m.pattern == NULL)
        return;
    m.text_end = m.text + sqlite3_value_bytes(argv[0]);
    m.pattern_end = m.pattern + sqlite3_value_bytes(argv[1]);
    m.escape = '\\';
    if (argc > 2 && sqlite3_value_text(argv[2]) != NULL)
        m.escape = (char)*sqlite3_value_text(argv[2]);
    sqlite3_result_int(ctx, match(&m));
}

static void
fn_like(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    run(ctx, argc, argv, (struct matcher){ .any = '%', .one = '_' });
}

static void
fn_matches(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    run(ctx, argc, argv, (struct matcher){ .any = '*', .one = '?', .sets = true });
}

/* ---- regex_replace(x, pattern, to) ---- */

#define MATCH_LIMIT 100000u
#define LONGEST     65536

static void
free_code(void *code)
{
    pcre2_code_free(code);
}

/* The pattern, compiled once a statement while it stays the same. */
static pcre2_code *
code_of(sqlite3_context *ctx, sqlite3_value *pattern)
{
    pcre2_code *code = sqlite3_get_auxdata(ctx, 1);
    int         error;
    PCRE2_SIZE  at;

    if (code != NULL)
        return code;
    const unsigned char *text = sqlite3_value_text(pattern);
    code = pcre2_compile(text, (PCRE2_SIZE)sqlite3_value_bytes(pattern), PCRE2_UTF | PCRE2_MATCH_INVALID_UTF, &error,
                         &at, NULL);
    if (code == NULL) {
        sql_raise(ctx, -746, "regex_replace: the regular expression is not valid");
        return NULL;
    }
    sqlite3_set_auxdata(ctx, 1, code, free_code);
    return sqlite3_get_auxdata(ctx, 1);
}

/* \1 to \9 and & stand for what was found. */
static void
put_replacement(sqlite3_str *out, const char *to, size_t length, const char *text, const PCRE2_SIZE *groups,
                uint32_t count)
{
    for (size_t i = 0; i < length; i++) {
        uint32_t group = count;
        if (to[i] == '&')
            group = 0;
        else if (to[i] == '\\' && i + 1 < length && to[i + 1] >= '0' && to[i + 1] <= '9')
            group = (uint32_t)(to[++i] - '0');
        else if (to[i] == '\\' && i + 1 < length)
            i++;
        if (group < count && groups[2 * group] != PCRE2_UNSET)
            sqlite3_str_append(out, text + groups[2 * group], (int)(groups[2 * group + 1] - groups[2 * group]));
        else if (group == count)
            sqlite3_str_append(out, to + i, 1);
    }
}

static void
replace_all(sqlite3_context *ctx, const pcre2_code *code, pcre2_match_data *found, pcre2_match_context *limits,
            sqlite3_value **argv)
{
    const char *text = (const char *)sqlite3_value_text(argv[0]), *to = (const char *)sqlite3_value_text(argv[2]);
    size_t      length = (size_t)sqlite3_value_bytes(argv[0]), to_length = (size_t)sqlite3_value_bytes(argv[2]), at = 0;
    sqlite3_str *out = sqlite3_str_new(NULL);

    while (at <= length && sqlite3_str_length(out) < LONGEST) {
        int rc = pcre2_match(code, (PCRE2_SPTR)text, length, at, 0, found, limits);
        if (rc <= 0)
            break;
        const PCRE2_SIZE *groups = pcre2_get_ovector_pointer(found);
        if (groups[1] < groups[0] || groups[0] < at)
            break;
        sqlite3_str_append(out, text + at, (int)(groups[0] - at));
        put_replacement(out, to, to_length, text, groups, (uint32_t)rc);
        size_t end = groups[1];
        if (groups[1] == groups[0]) { /* nothing was found: pass one character */
            if (end < length)
                sqlite3_str_append(out, text + end, (int)step_of(text + end, text + length));
            end += end < length ? step_of(text + end, text + length) : 1;
        }
        at = end;
    }
    if (at < length)
        sqlite3_str_append(out, text + at, (int)(length - at));
    int   size = sqlite3_str_length(out);
    char *made = sqlite3_str_finish(out);
    sqlite3_result_text(ctx, made != NULL ? made : "", made != NULL ? size : 0, made != NULL ? sqlite3_free : NULL);
}

static void
fn_regex_replace(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    for (int i = 0; i < argc && i < 3; i++)
        if (sqlite3_value_text(argv[i]) == NULL)
            return;
    const pcre2_code *code = code_of(ctx, argv[1]);
    if (code == NULL)
        return;
    pcre2_match_data    *found = pcre2_match_data_create_from_pattern(code, NULL);
    pcre2_match_context *limits = pcre2_match_context_create(NULL);
    if (found != NULL && limits != NULL) {
        pcre2_set_match_limit(limits, MATCH_LIMIT);
        pcre2_set_depth_limit(limits, 1000);
        replace_all(ctx, code, found, limits, argv);
    }
    pcre2_match_data_free(found);
    pcre2_match_context_free(limits);
}

const struct sql_native sql_match_natives[] = {
    { "sql_like", -1, fn_like, NULL, false },
    { "sql_matches", -1, fn_matches, NULL, false },
    { "sql_regex_replace", -1, fn_regex_replace, NULL, false },
    { NULL, 0, NULL, NULL, false },
};
