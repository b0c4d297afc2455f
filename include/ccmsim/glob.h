/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Patterns in which '*' stands for any text. */
#ifndef CCMSIM_GLOB_H
#define CCMSIM_GLOB_H

#include <stdbool.h>

/* Does all of the text fit the pattern? any_case: letters of ASCII are the same in either case. Takes no more than the
 * product of the lengths. */
bool glob_fits(const char *pattern, const char *text, bool any_case);

#endif
