/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Memory that is there, or the process is not. */
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
