/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Fuzzing the translator of clients' SQL: any text is translated or refused with an Informix number, and what is
 * translated has as many parameters as SQLite will be given and none of the client's literals in it. */
#include <stdlib.h>
#include <string.h>

#include "ccmsim/arena.h"
#include "ccmsim/sql.h"
#include "fuzz.h"

static unsigned
count_of(const char *text, char c)
{
    unsigned n = 0;
    for (; *text != '\0'; text++)
        n += *text == c;
    return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const unsigned  releases[] = { 500, 805, 1205 };
    struct arena          *a = arena_new();
    struct sql_translation t;
    struct ccm_error       err = { 0 };

    if (size == 0) {
        arena_free(a);
        return 0;
    }
    const char *text = arena_strndup(a, (const char *)data + 1, size - 1);
    if (sql_translate(a, text, releases[data[0] % 3], &t, &err)) {
        if (t.sql == NULL || count_of(t.sql, '?') != t.param_count || strchr(t.sql, '\'') != strstr(t.sql, "'t'"))
            abort();
        for (unsigned i = 0; i < t.column_count; i++)
            if (t.columns[i][0] == '\0')
                abort();
    } else if (err.status != CCM_DATABASE || err.code >= 0 || err.text[0] == '\0') {
        abort();
    }
    arena_free(a);
    return 0;
}
