/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Tokens of Informix's SQL: three kinds of comment, both quotes about strings (a quote inside is doubled),
 * words without regard to case. One token is looked ahead. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "ccmsim/utf8.h"
#include "sql/sql_priv.h"

static bool
begins_word(char c)
{
    return isalpha((unsigned char)c) || c == '_';
}

static bool
is_in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$';
}

static const char *
skip_comment(struct sql_work *w, const char *p)
{
    const char *close;

    if (p[0] == '-' && p[1] == '-') {
        close = memchr(p, '\n', (size_t)(w->end - p));
        return close != NULL ? close + 1 : w->end;
    }
    bool brace = *p == '{';
    close = strstr(p + (brace ? 1 : 2), brace ? "}" : "*/");
    if (close == NULL)
        sql_fail(w, -283, NULL);
    return close + (brace ? 1 : 2);
}

static void
skip_blanks(struct sql_work *w)
{
    const char *p = w->at;

    for (;;) {
        while (*p != '\0' && isspace((unsigned char)*p))
            p++;
        if (*p != '{' && strncmp(p, "--", 2) != 0 && strncmp(p, "/*", 2) != 0)
            break;
        p = skip_comment(w, p);
    }
    w->at = p;
}

static void
read_string(struct sql_work *w, struct sql_token *t)
{
    char        quote = *w->at++;
    const char *p = w->at;
    char       *text;
    size_t      doubled = 0, n = 0;

    while (p < w->end && (*p != quote || p[1] == quote)) {
        doubled += *p == quote;
        p += *p == quote ? 2 : 1;
    }
    if (p >= w->end)
        sql_fail(w, -282, NULL);
    text = arena_alloc(w->arena, (size_t)(p - w->at) - doubled + 1);
    for (const char *q = w->at; q < p; q++) {
        text[n++] = *q;
        q += *q == quote;
    }
    *t = (struct sql_token){ TOKEN_STRING, quote == '"', MARK_NONE, text, n };
    w->at = p + 1;
}

static void
read_word(struct sql_work *w, struct sql_token *t)
{
    const char *p = w->at;

    while (is_in_word(*p))
        p++;
    size_t n = (size_t)(p - w->at);
    if (n > 128)
        sql_fail(w, -201, NULL);
    char *word = arena_strndup(w->arena, w->at, n);
    for (char *c = word; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    *t = (struct sql_token){ TOKEN_WORD, false, MARK_NONE, word, n };
    w->at = p;
}

static void
read_number(struct sql_work *w, struct sql_token *t)
{
    const char *p = w->at;

    p += strspn(p, "0123456789");
    if (*p == '.')
        p += 1 + strspn(p + 1, "0123456789");
    if ((*p == 'e' || *p == 'E') && isdigit((unsigned char)p[1 + (p[1] == '-' || p[1] == '+')]))
        p += 2 + strspn(p + 2, "0123456789");
    if (is_in_word(*p))
        sql_fail(w, -201, NULL);
    size_t n = (size_t)(p - w->at);
    *t = (struct sql_token){ TOKEN_NUMBER, false, MARK_NONE, arena_strndup(w->arena, w->at, n), n };
    w->at = p;
}

static void
read_mark(struct sql_work *w, struct sql_token *t)
{
    static const struct {
        const char *text;
        int         mark;
    } pairs[] = { { "<=", MARK_LESS_EQUAL }, { ">=", MARK_MORE_EQUAL }, { "<>", MARK_UNEQUAL },
                  { "!=", MARK_UNEQUAL },    { "||", MARK_CONCAT },     { "::", MARK_CAST } };

    *t = (struct sql_token){ .kind = TOKEN_MARK };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        if (strncmp(w->at, pairs[i].text, 2) == 0) {
            t->mark = pairs[i].mark;
            w->at += 2;
            return;
        }
    if (strchr("(),.;*+-/=<>[]:?", *w->at) == NULL)
        sql_fail(w, -202, NULL);
    t->mark = (unsigned char)*w->at++;
}

static void
read_token(struct sql_work *w, struct sql_token *t)
{
    skip_blanks(w);
    if (w->at >= w->end)
        *t = (struct sql_token){ .kind = TOKEN_END };
    else if (*w->at == '\'' || *w->at == '"')
        read_string(w, t);
    else if (begins_word(*w->at))
        read_word(w, t);
    else if (isdigit((unsigned char)*w->at) || (*w->at == '.' && isdigit((unsigned char)w->at[1])))
        read_number(w, t);
    else
        read_mark(w, t);
}

void
sql_lex_start(struct sql_work *w, const char *text)
{
    size_t length = strlen(text);

    if (length > BUF_MAX_SQL)
        sql_fail(w, -460, NULL);
    if (!utf8_valid(text, length))
        sql_fail(w, -202, NULL);
    w->at = text;
    w->end = text + length;
    read_token(w, &w->token);
    read_token(w, &w->ahead);
}

void
sql_next(struct sql_work *w)
{
    w->token = w->ahead;
    if (w->ahead.kind != TOKEN_END)
        read_token(w, &w->ahead);
}

bool
sql_is_word(const struct sql_work *w, const char *word)
{
    return w->token.kind == TOKEN_WORD && strcmp(w->token.text, word) == 0;
}

bool
sql_is_mark(const struct sql_work *w, int mark)
{
    return w->token.kind == TOKEN_MARK && w->token.mark == mark;
}

bool
sql_ahead_is_mark(const struct sql_work *w, int mark)
{
    return w->ahead.kind == TOKEN_MARK && w->ahead.mark == mark;
}

bool
sql_take_word(struct sql_work *w, const char *word)
{
    if (!sql_is_word(w, word))
        return false;
    sql_next(w);
    return true;
}

bool
sql_take_mark(struct sql_work *w, int mark)
{
    if (!sql_is_mark(w, mark))
        return false;
    sql_next(w);
    return true;
}

void
sql_need_word(struct sql_work *w, const char *word)
{
    if (!sql_take_word(w, word))
        sql_fail(w, -201, NULL);
}

void
sql_need_mark(struct sql_work *w, int mark)
{
    if (!sql_take_mark(w, mark))
        sql_fail(w, -201, NULL);
}

const char *
sql_need_name(struct sql_work *w)
{
    if (w->token.kind != TOKEN_WORD)
        sql_fail(w, -201, NULL);
    const char *name = w->token.text;
    sql_next(w);
    return name;
}

static int
compare_words(const void *a, const void *b)
{
    return strcmp(a, *(const char *const *)b);
}

bool
sql_is_reserved(const char *word)
{
    static const char *const words[] = {
        "and",   "as",     "between", "by",    "case",  "cross",  "desc", "else", "end",   "exists", "from",    "full",
        "group", "having", "in",      "inner", "into",  "is",     "join", "left", "like",  "limit",  "matches", "not",
        "on",    "or",     "order",   "outer", "right", "select", "set",  "then", "union", "values", "when",    "where",
    };
    return bsearch(word, words, sizeof words / sizeof words[0], sizeof words[0], compare_words) != NULL;
}
