/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Values against the dictionary: the expression that the whole text must match, and booleans. The
 * dictionary's checks are constraints of the tables themselves. Only the writer comes here. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_priv.h"
#include "store/store_priv.h"

/* The error text of a field that breaks its rule is its number, so much higher. */
#define FIELD_ERROR 35000

struct store_patterns {
    pcre2_code      **codes; /* by column of store_columns, compiled when first needed */
    size_t            count;
    pcre2_match_data *match;
};

static struct store_patterns *
patterns_new(void)
{
    struct store_patterns *p = base_malloc(sizeof(*p));
    size_t                 columns = 0;

    for (uint32_t i = 0; i < store_table_count; i++) {
        const struct store_table_def *t = &store_tables[i];
        if ((size_t)t->column_first + t->column_count > columns)
            columns = (size_t)t->column_first + t->column_count;
    }
    *p = (struct store_patterns){ base_malloc(columns * sizeof(pcre2_code *)), columns,
                                  pcre2_match_data_create(1, NULL) };
    memset(p->codes, 0, columns * sizeof(pcre2_code *));
    return p;
}

void
store_patterns_free(struct store_patterns *p)
{
    if (p == NULL)
        return;
    for (size_t i = 0; i < p->count; i++)
        pcre2_code_free(p->codes[i]);
    pcre2_match_data_free(p->match);
    free(p->codes);
    free(p);
}

static pcre2_code *
pattern_of(struct store_patterns *p, size_t column, const char *text)
{
    int        error;
    PCRE2_SIZE at;

    if (p->codes[column] == NULL) {
        p->codes[column] = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
                                         PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOLLAR_ENDONLY, &error, &at, NULL);
        if (p->codes[column] != NULL)
            pcre2_jit_compile(p->codes[column], PCRE2_JIT_COMPLETE);
    }
    return p->codes[column];
}

static bool
check_pattern(struct store_write *w, const struct store_table_def *t, int column, sqlite3_value *v,
              struct ccm_error *err)
{
    const struct store_column_def *c = store_column_def(t, column);
    const unsigned char           *text = sqlite3_value_text(v);
    int                            len = sqlite3_value_bytes(v);

    /* Nothing is a value of what may be left out. */
    if (text == NULL || (len == 0 && c->pub.def != NULL && strcmp(c->pub.def, "EMPTY") == 0))
        return true;
    if (w->patterns == NULL)
        w->patterns = patterns_new();
    pcre2_code *code = pattern_of(w->patterns, (size_t)t->column_first + (size_t)column, c->validation);
    if (code == NULL || pcre2_match(code, text, (PCRE2_SIZE)len, 0, 0, w->patterns->match, NULL) >= 0)
        return true;
    return ccm_fail_db(err, -746, "%d", c->pub.field_id + FIELD_ERROR);
}

bool
store_check_value(struct store_write *w, const struct store_table_def *t, int column, sqlite3_value *v,
                  struct ccm_error *err)
{
    const struct store_column_def *c = store_column_def(t, column);

    if (sqlite3_value_type(v) == SQLITE_NULL)
        return true;
    if (c->pub.boolean) {
        const char *text = (const char *)sqlite3_value_text(v);
        if (strcmp(text, "t") != 0 && strcmp(text, "f") != 0)
            return ccm_fail_db(err, -1260, "It is not possible to convert between the specified types.");
    }
    return c->validation == NULL || check_pattern(w, t, column, v, err);
}
