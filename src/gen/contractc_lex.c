/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Lines, words, quotes and version ranges of contract files. Takes any bytes: what isn't text is a
 * problem, not a crash. */
#include <stdarg.h>
#include <string.h>

#include "contractc.h"

#define MAX_LINE 4000

void *
c_grow(struct arena *a, void *items, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return items;
    *cap = *cap == 0 ? 8 : *cap * 2;
    void *p = arena_alloc(a, *cap * size);
    if (count > 0)
        memcpy(p, items, count * size);
    return p;
}

bool
c_problem(struct contract *c, struct c_place at, const char *fmt, ...)
{
    struct c_problem *p = C_ADD(c, c->problems);
    va_list           ap;

    va_start(ap, fmt);
    p->place = at;
    p->text = arena_vprintf(c->arena, fmt, ap);
    va_end(ap);
    return false;
}

void
c_lexer_init(struct c_lexer *lx, struct contract *c, const char *name, const char *bytes, size_t len)
{
    memset(lx, 0, sizeof *lx);
    lx->c = c;
    lx->at = bytes;
    lx->end = bytes + len;
    lx->line.place.file = arena_strdup(c->arena, name);
}

/* One word at *p, with its quotes undone; NULL when a quote is not closed. */
static char *
word(struct arena *a, const char **p, const char *end)
{
    char *out = arena_alloc(a, (size_t)(end - *p) + 1), *w = out;
    bool  quoted = false;

    for (; *p < end && (quoted || (**p != ' ' && **p != '\t')); (*p)++) {
        if (**p == '"') {
            quoted = !quoted;
        } else {
            if (**p == '\\' && quoted && *p + 1 < end)
                (*p)++;
            *w++ = **p;
        }
    }
    return quoted ? NULL : out;
}

static bool
split(struct c_lexer *lx, const char *p, const char *end)
{
    struct c_line *l = &lx->line;

    l->count = l->indent = 0;
    for (; p < end && *p == ' '; p++)
        l->indent++;
    for (;;) {
        while (p < end && (*p == ' ' || *p == '\t'))
            p++;
        if (p == end || *p == '#')
            break;
        if (l->count == C_MAX_WORDS)
            return c_problem(lx->c, l->place, "more than %d words in a line", C_MAX_WORDS);
        l->quoted[l->count] = *p == '"';
        if ((l->words[l->count] = word(lx->c->arena, &p, end)) == NULL)
            return c_problem(lx->c, l->place, "a quote is not closed");
        l->count++;
    }
    l->words[l->count] = NULL;
    return true;
}

static bool
is_text(const char *p, const char *end)
{
    for (; p < end; p++)
        if ((unsigned char)*p < 0x20 && *p != '\t')
            return false;
    return true;
}

bool
c_lexer_next(struct c_lexer *lx)
{
    if (lx->back) {
        lx->back = false;
        return true;
    }
    while (lx->at < lx->end) {
        const char *start = lx->at, *eol = memchr(start, '\n', (size_t)(lx->end - start));
        if (eol == NULL)
            eol = lx->end;
        lx->at = eol < lx->end ? eol + 1 : eol;
        lx->line.place.line++;
        if (eol - start > MAX_LINE)
            c_problem(lx->c, lx->line.place, "a line longer than %d characters", MAX_LINE);
        else if (!is_text(start, eol))
            c_problem(lx->c, lx->line.place, "a control character");
        else if (split(lx, start, eol) && lx->line.count > 0)
            return true;
    }
    return false;
}

bool
c_word_is(const struct c_line *l, unsigned n, const char *w)
{
    return n < l->count && !l->quoted[n] && strcmp(l->words[n], w) == 0;
}

/* ---- versions ---- */

bool
c_versions_like(const char *w)
{
    if (w[0] == '-')
        w++;
    if (*w < '0' || *w > '9' || strstr(w, "..") != NULL || strchr(w, '.') == NULL)
        return false;
    return strspn(w, "0123456789.,-") == strlen(w);
}

static int
version_index(const char *name, size_t len)
{
    for (int i = 0; i < AXL_VERSIONS; i++)
        if (strlen(c_versions[i].name) == len && memcmp(c_versions[i].name, name, len) == 0)
            return i;
    return -1;
}

/* One range, text[0..len). */
static bool
range(struct contract *c, struct c_place at, const char *text, size_t len, axl_mask *out)
{
    const char *dash = memchr(text, '-', len);
    size_t      first_len = dash != NULL ? (size_t)(dash - text) : len;
    int         first = 0, last = AXL_VERSIONS - 1;

    if (first_len > 0 && (first = version_index(text, first_len)) < 0)
        return c_problem(c, at, "no schema version \"%.*s\"", (int)first_len, text);
    if (dash == NULL)
        last = first;
    else if (len > first_len + 1 && (last = version_index(dash + 1, len - first_len - 1)) < 0)
        return c_problem(c, at, "no schema version \"%.*s\"", (int)(len - first_len - 1), dash + 1);
    if (len == 0 || (dash != NULL && len == 1) || first > last)
        return c_problem(c, at, "an empty version range \"%.*s\"", (int)len, text);
    for (int i = first; i <= last; i++)
        *out |= (axl_mask)(1u << i);
    return true;
}

bool
c_versions_parse(struct contract *c, struct c_place at, const char *w, axl_mask *out)
{
    *out = 0;
    for (;;) {
        size_t len = strcspn(w, ",");
        if (!range(c, at, w, len, out))
            return false;
        if (w[len] == '\0')
            return true;
        w += len + 1;
    }
}

const char *
c_versions_text(struct arena *a, axl_mask mask)
{
    const char *text = "";
    for (int i = 0; i < AXL_VERSIONS; i++)
        if ((mask >> i) & 1)
            text = arena_printf(a, "%s%s%s", text, *text != '\0' ? " " : "", c_versions[i].name);
    return text;
}
