/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Pure functions on the text of a query or form. */
#include "ccmsim/query.h"

#include <ctype.h>
#include <string.h>

static int
hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : isxdigit((unsigned char)c) ? (c | 0x20) - 'a' + 10 : -1;
}

bool
query_unescape(char *text, bool plus)
{
    char *out = text;
    bool  whole = true;

    for (; *text != '\0'; text++, out++) {
        if (*text == '%' && hex_digit(text[1]) >= 0 && hex_digit(text[2]) >= 0) {
            *out = (char)(hex_digit(text[1]) << 4 | hex_digit(text[2]));
            whole = whole && *out != '\0';
            text += 2;
        } else {
            *out = plus && *text == '+' ? ' ' : *text;
        }
    }
    *out = '\0';
    return whole;
}

bool
query_next(char **text, char **name, char **value)
{
    char *pair;

    do
        if ((pair = strsep(text, "&")) == NULL)
            return false;
    while (*pair == '\0');
    *name = pair;
    *value = strchr(pair, '=');
    if (*value != NULL)
        *(*value)++ = '\0';
    else
        *value = pair + strlen(pair);
    query_unescape(*name, true);
    query_unescape(*value, true);
    return true;
}
