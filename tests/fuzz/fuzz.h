/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What libFuzzer and replay.c call in each harness. */
#ifndef CCMSIM_TEST_FUZZ_H
#define CCMSIM_TEST_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
