/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* UTF-8 as XML 1.0 takes it: no overlong forms, no surrogates, no U+FFFE and U+FFFF. */
#ifndef CCMSIM_UTF8_H
#define CCMSIM_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the sequence at s (left > 0 bytes are there), 1 to 4; 0 if it is broken or cut off. */
size_t utf8_sequence(const char *s, size_t left);
/* Is all of it UTF-8? Control characters are not looked at. */
bool utf8_valid(const char *s, size_t len);
/* How much of s[0..len) remains when an unfinished sequence at its end is cut off. */
size_t utf8_whole(const char *s, size_t len);

#endif
