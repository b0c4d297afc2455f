/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the files of base/ share and nobody else needs. */
#ifndef CCMSIM_BASE_PRIV_H
#define CCMSIM_BASE_PRIV_H

#include <stddef.h>

/* malloc and realloc that never return NULL: out of memory is logged and aborts. The store is
 * transactional, so no write that was answered is lost. */
void *base_malloc(size_t size);
void *base_realloc(void *old, size_t size);
/* Log that size bytes could not be had, and abort. */
_Noreturn void base_out_of_memory(size_t size);

#endif
