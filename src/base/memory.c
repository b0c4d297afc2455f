/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Memory that is there or the process is not, and the end of a text that was cut. */
#include "base/base_priv.h"

#include <stdlib.h>

#include "ccmsim/log.h"

void
base_out_of_memory(size_t size)
{
    log_error("out of memory: %zu bytes could not be had", size);
    abort();
}

void *
base_malloc(size_t size)
{
    void *p = malloc(size);

    if (p == NULL)
        base_out_of_memory(size);
    return p;
}

void *
base_realloc(void *old, size_t size)
{
    void *p = realloc(old, size);

    if (p == NULL)
        base_out_of_memory(size);
    return p;
}

size_t
base_utf8_whole(const char *text, size_t len)
{
    size_t tail = 0; /* continuation bytes at the end */

    while (tail < 3 && tail < len && ((unsigned char)text[len - 1 - tail] & 0xC0) == 0x80)
        tail++;
    if (tail == len)
        return len;
    unsigned char lead = (unsigned char)text[len - 1 - tail];
    size_t        need = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;

    return need > tail ? len - 1 - tail : len;
}
