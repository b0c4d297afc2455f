/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What libFuzzer and replay.c call in each harness, and how a harness says what must hold. */
#ifndef CCMSIM_TEST_FUZZ_H
#define CCMSIM_TEST_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void
fuzz_demand(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "fuzz: %s\n", what);
    abort();
}

/* A text that is there, without white space around it. */
static inline bool
fuzz_is_trimmed(const char *text)
{
    size_t len = text != NULL ? strlen(text) : 0;

    return text != NULL &&
           (len == 0 || (strchr(" \t\r\n", text[0]) == NULL && strchr(" \t\r\n", text[len - 1]) == NULL));
}

#endif
