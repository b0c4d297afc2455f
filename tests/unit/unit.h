/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* cmocka with the headers it wants before it. */
#ifndef CCMSIM_TEST_UNIT_H
#define CCMSIM_TEST_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
