/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Matching by the last star alone: when a text goes wrong, it may swallow one more character. */
#include "ccmsim/glob.h"

#include <stddef.h>
#include <string.h>

static char
fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

bool
glob_fits(const char *pattern, const char *text, bool any_case)
{
    const char *star = NULL, *from = NULL; /* the last '*' met, and where its text ends so far */

    while (*text != '\0') {
        if (*pattern == '*') {
            star = ++pattern;
            from = text;
        } else if (*pattern == *text || (any_case && fold(*pattern) == fold(*text))) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star;
            text = ++from;
        } else {
            return false;
        }
    }
    return pattern[strspn(pattern, "*")] == '\0';
}
