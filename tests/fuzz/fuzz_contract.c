/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Fuzzing the contract compiler: any bytes compile, or give problems with a line and a reason. */
#include <stdlib.h>

#include "ccmsim/arena.h"
#include "fuzz.h"
#include "gen/contractc.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct contract c = { .arena = arena_new() };
    bool ok = contract_parse(&c, "fuzz.axl", (const char *)data, size) && contract_fields(&c) && contract_check(&c) &&
              contract_bind(&c) && contract_paths(&c, true);

    if (!ok && c.problems.count == 0)
        abort();
    for (size_t i = 0; i < c.problems.count; i++)
        if (c.problems.items[i].text == NULL || c.problems.items[i].text[0] == '\0')
            abort();
    arena_free(c.arena);
    return 0;
}
