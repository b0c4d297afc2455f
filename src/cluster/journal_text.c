/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The journal's texts: secrets masked, entries as JSON. Pure functions. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "ccmsim/journal.h"
#include "ccmsim/utf8.h"

/* ---- masking ---- */

/* Local names, any case, of the elements whose text is a secret; a '*' in front stands for any
 * beginning. "credentials" is a column that SQL may ask for. */
static const char *const secret_names[] = {
    "*password",
    "*passwd",
    "*passphrase",
    "*secret",
    "pin",
    "newpin",
    "oldpin",
    "userpin",
    "*credentials",
    "wepkey",
    "*psk",
    "*sharedkey",
    "*passwordreverse",
    "*privatekey",
    "appcertificate",
    "appencryptedcertificate",
};

static bool
name_is_secret(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof secret_names / sizeof secret_names[0]; i++) {
        const char *want = secret_names[i];
        bool        any = *want == '*';
        size_t      n = strlen(want + any);
        if ((any ? len >= n : len == n) && strncasecmp(name + len - n, want + any, n) == 0)
            return true;
    }
    return false;
}

/* Reads "<prefix:name attributes>" at text[at], which is '<'. The index behind '>', or 0 if it is no
 * start tag, or an empty one. */
static size_t
start_tag(const char *text, size_t len, size_t at, const char **name, size_t *name_len)
{
    size_t i = at + 1;

    if (i >= len || text[i] == '/' || text[i] == '?' || text[i] == '!')
        return 0;
    size_t begin = i;
    for (; i < len && strchr(" \t\r\n/<>", text[i]) == NULL; i++)
        if (text[i] == ':')
            begin = i + 1;
    *name = text + begin;
    *name_len = i - begin;
    /* No tag reaches over the next '<'; looking further would take the square of a long text's time. */
    while (i < len && text[i] != '<' && text[i] != '>')
        i++;
    return i >= len || text[i] != '>' || text[i - 1] == '/' ? 0 : i + 1;
}

/* Behind a CDATA section or comment that begins at text[at]; at itself if none does. */
static size_t
skip_section(const char *text, size_t len, size_t at)
{
    static const struct {
        const char *open, *close;
    } rows[] = { { "<![CDATA[", "]]>" }, { "<!--", "-->" } };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t n = strlen(rows[i].open);
        if (len - at < n || memcmp(text + at, rows[i].open, n) != 0)
            continue;
        const char *end = memmem(text + at + n, len - at - n, rows[i].close, 3);
        return end != NULL ? (size_t)(end - text) + 3 : len;
    }
    return at;
}

/* Where the secret that begins at text[at] ends: before the next tag. White space before a child
 * element is none: such an element is a mere container. */
static size_t
secret_end(const char *text, size_t len, size_t at)
{
    size_t end = at;

    while (end < len) {
        size_t next = text[end] == '<' ? skip_section(text, len, end) : end + 1;
        if (next == end)
            break;
        end = next;
    }
    bool child = end + 1 < len && text[end + 1] != '/';
    for (size_t i = at; child && i < end; i++)
        child = strchr(" \t\r\n", text[i]) != NULL;
    return child ? at : end;
}

size_t
journal_mask(char *text, size_t len)
{
    size_t out = 0, from = 0;

    for (size_t at = 0; at < len;) {
        const char *tag = memchr(text + at, '<', len - at), *name;
        size_t      name_len;
        if (tag == NULL)
            break;
        at = (size_t)(tag - text);
        size_t begin = start_tag(text, len, at, &name, &name_len);
        if (begin == 0 || !name_is_secret(name, name_len)) {
            at++;
            continue;
        }
        size_t end = secret_end(text, len, begin);
        size_t stars = end - begin < 3 ? end - begin : 3;
        memmove(text + out, text + from, begin - from);
        out += begin - from;
        memset(text + out, '*', stars);
        out += stars;
        at = from = end;
    }
    memmove(text + out, text + from, len - from);
    return out + len - from;
}

/* ---- JSON ---- */

static void
add_string(struct buf *out, const char *text, size_t len)
{
    const unsigned char *p = (const unsigned char *)text;

    buf_addc(out, '"');
    for (size_t i = 0, n; i < len; i += n) {
        n = utf8_sequence(text + i, len - i);
        if (n == 0) {
            buf_adds(out, "\xef\xbf\xbd");
            n = 1;
        } else if (p[i] == '"' || p[i] == '\\') {
            buf_addc(out, '\\');
            buf_addc(out, (char)p[i]);
        } else if (p[i] == '\n') {
            buf_adds(out, "\\n");
        } else if (p[i] < 0x20) {
            buf_addf(out, "\\u%04x", p[i]);
        } else {
            buf_add(out, p + i, n);
        }
    }
    buf_addc(out, '"');
}

static void
add_field(struct buf *out, const char *name, const char *text, size_t len)
{
    buf_addf(out, ",\"%s\":", name);
    add_string(out, text, len);
}

void
journal_entry_json(struct buf *out, const struct journal_entry *e)
{
    char      when[64];
    time_t    seconds = (time_t)(e->time_ms / 1000);
    struct tm utc;

    gmtime_r(&seconds, &utc);
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S", &utc);
    buf_addf(out, "{\"seq\":%llu,\"time\":\"%s.%03dZ\",\"duration_us\":%llu,\"status\":%d", (unsigned long long)e->seq,
             when, (int)(e->time_ms % 1000), (unsigned long long)e->duration_us, e->status);
    add_field(out, "service", e->service, strlen(e->service));
    add_field(out, "operation", e->operation, strlen(e->operation));
    add_field(out, "user", e->user, strlen(e->user));
    add_field(out, "method", e->method, strlen(e->method));
    add_field(out, "path", e->path, strlen(e->path));
    buf_addf(out, ",\"request_bytes\":%zu,\"reply_bytes\":%zu", e->request_bytes, e->reply_bytes);
    add_field(out, "request", e->request.ptr, e->request.len);
    add_field(out, "reply", e->reply.ptr, e->reply.len);
    buf_addc(out, '}');
}
