/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The two headers that say who asks: Authorization and Cookie. Pure functions over text from
 * outside. */
#include <string.h>
#include <strings.h>

#include "ccmsim/auth.h"
#include "ccmsim/utf8.h"

static int
base64_digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char       *at = c != '\0' ? strchr(digits, c) : NULL;

    return at != NULL ? (int)(at - digits) : -1;
}

/* Text of a base64 word, padding optional; NULL if it is none, or holds a NUL. */
static char *
decode(struct arena *a, const char *word, size_t len)
{
    while (len > 0 && word[len - 1] == '=')
        len--;
    if (len % 4 == 1)
        return NULL;
    char    *out = arena_alloc(a, len / 4 * 3 + 3);
    size_t   n = 0;
    unsigned bits = 0, count = 0;
    for (size_t i = 0; i < len; i++) {
        int digit = base64_digit(word[i]);
        if (digit < 0)
            return NULL;
        bits = bits << 6 | (unsigned)digit;
        count += 6;
        if (count >= 8) {
            count -= 8;
            out[n] = (char)(bits >> count & 0xff);
            if (out[n++] == '\0')
                return NULL;
        }
    }
    return out; /* zeroed: there is a NUL behind */
}

/* Old clients encode user and password in Latin-1. */
static char *
from_latin1(struct arena *a, const char *text)
{
    char  *out = arena_alloc(a, strlen(text) * 2 + 1);
    size_t n = 0;

    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        if (*p >= 0x80)
            out[n++] = (char)(0xc0 | *p >> 6);
        out[n++] = (char)(*p < 0x80 ? *p : 0x80 | (*p & 0x3f));
    }
    return out;
}

bool
auth_parse_basic(struct arena *a, const char *header, const char **user, const char **password)
{
    header += strspn(header, " \t");
    if (strncasecmp(header, "Basic", 5) != 0 || (header[5] != ' ' && header[5] != '\t'))
        return false;
    header += 5;
    header += strspn(header, " \t");
    size_t len = strcspn(header, " \t\r\n");
    if (header[len + strspn(header + len, " \t\r\n")] != '\0')
        return false;
    char *text = decode(a, header, len);
    if (text == NULL)
        return false;
    if (!utf8_valid(text, strlen(text)))
        text = from_latin1(a, text);
    char *colon = strchr(text, ':');
    if (colon == NULL || colon == text)
        return false;
    *colon = '\0';
    *user = text;
    *password = colon + 1;
    return true;
}

const char *
auth_parse_cookie(struct arena *a, const char *header, const char *name)
{
    size_t want = strlen(name);

    while (*header != '\0') {
        header += strspn(header, " \t;,");
        size_t len = strcspn(header, ";,");
        size_t equals = strcspn(header, "=;,");
        if (equals == want && header[equals] == '=' && strncasecmp(header, name, want) == 0) {
            const char *value = header + want + 1;
            size_t      n = len - want - 1;
            while (n > 0 && (*value == ' ' || *value == '"'))
                value++, n--;
            while (n > 0 && (value[n - 1] == ' ' || value[n - 1] == '"'))
                n--;
            return arena_strndup(a, value, n);
        }
        header += len;
    }
    return NULL;
}
