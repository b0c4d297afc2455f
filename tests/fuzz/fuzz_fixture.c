/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Fuzzing the values of fixtures: any text is read or refused, what is read comes back from what is written of it,
 * and any text can be written in one line. */
#include <stdlib.h>
#include <string.h>

#include "cluster/fixture_priv.h"
#include "fuzz.h"

static void
comes_back(struct arena *a, const char *text)
{
    struct buf        out;
    enum fixture_kind kind;
    const char       *again;

    buf_init(&out, BUF_MAX_TEXT);
    fixture_put(&out, text, strlen(text));
    const char *written = buf_cstr(&out);
    if (strpbrk(written, "\r\n") != NULL || !fixture_get(a, written, &kind, &again) || kind != FIXTURE_TEXT ||
        strcmp(again, text) != 0)
        abort();
    buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena     *a = arena_new();
    const char       *sent = arena_strndup(a, (const char *)data, size), *text;
    enum fixture_kind kind;

    if (fixture_get(a, sent, &kind, &text)) {
        if (strlen(text) > size || kind == FIXTURE_BLOB)
            abort();
        comes_back(a, text);
    }
    comes_back(a, sent);
    arena_free(a);
    return 0;
}
