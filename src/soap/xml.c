/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The writer of XML answers. Text is copied in runs between the bytes that need care: mark-up,
 * control characters, and what is not ASCII (checked, so that no answer is ill-formed). */
#include "ccmsim/xml.h"

#include "ccmsim/utf8.h"

enum care { COPY, ESCAPE, QUOTE, DROP, MULTIBYTE };

/* What each ASCII byte needs. QUOTE: only in attribute values. */
static const unsigned char ascii_care[128] = {
    /* 00 */ DROP, DROP,           DROP,           DROP,           DROP, DROP,   DROP, DROP,
    DROP,          QUOTE,          QUOTE,          DROP,           DROP, ESCAPE, DROP, DROP,
    /* 10 */ DROP, DROP,           DROP,           DROP,           DROP, DROP,   DROP, DROP,
    DROP,          DROP,           DROP,           DROP,           DROP, DROP,   DROP, DROP,
    ['"'] = QUOTE, ['&'] = ESCAPE, ['<'] = ESCAPE, ['>'] = ESCAPE,
};

static enum care
care_of(char c)
{
    unsigned char byte = (unsigned char)c;

    return byte < 0x80 ? (enum care)ascii_care[byte] : MULTIBYTE;
}

static struct str
escape_of(char c)
{
    switch (c) {
    case '&': return STR("&amp;");
    case '<': return STR("&lt;");
    case '>': return STR("&gt;");
    case '"': return STR("&quot;");
    case '\t': return STR("&#9;");
    case '\n': return STR("&#10;");
    default: return STR("&#13;"); /* a bare CR would be read back as LF */
    }
}

static void
escaped(struct buf *b, const char *text, size_t len, bool attribute)
{
    size_t run = 0, i = 0;

    while (i < len) {
        enum care care = care_of(text[i]);
        if (care == COPY || (care == QUOTE && !attribute)) {
            i++;
            continue;
        }
        if (care == MULTIBYTE) {
            size_t whole = utf8_sequence(text + i, len - i);
            if (whole > 0) {
                i += whole;
                continue;
            }
        }
        buf_add(b, text + run, i - run);
        if (care == ESCAPE || care == QUOTE) {
            struct str e = escape_of(text[i]);
            buf_add(b, e.ptr, e.len);
        }
        run = ++i;
    }
    buf_add(b, text + run, len - run);
}

void
xml_declaration(struct buf *b)
{
    buf_adds(b, "<?xml version='1.0' encoding='UTF-8'?>");
}

/* One tag in one piece: before, the tag's name, after. Answers are mostly tags. */
static void
tag_between(struct buf *b, struct str before, const char *tag, struct str after)
{
    struct str name = { tag, strlen(tag) };
    char      *p = buf_extend(b, before.len + name.len + after.len);

    if (p == NULL)
        return;
    memcpy(p, before.ptr, before.len);
    memcpy(p + before.len, name.ptr, name.len);
    memcpy(p + before.len + name.len, after.ptr, after.len);
}

void
xml_open(struct buf *b, const char *tag)
{
    tag_between(b, STR("<"), tag, STR(">"));
}

void
xml_close(struct buf *b, const char *tag)
{
    tag_between(b, STR("</"), tag, STR(">"));
}

void
xml_empty(struct buf *b, const char *tag)
{
    tag_between(b, STR("<"), tag, STR("/>"));
}

void
xml_begin(struct buf *b, const char *tag)
{
    tag_between(b, STR("<"), tag, STR(""));
}

void
xml_attr(struct buf *b, const char *name, const char *value)
{
    tag_between(b, STR(" "), name, STR("=\""));
    escaped(b, value, strlen(value), true);
    buf_addc(b, '"');
}

void
xml_end(struct buf *b, bool empty)
{
    if (empty)
        buf_addc(b, '/');
    buf_addc(b, '>');
}

void
xml_text(struct buf *b, const char *text)
{
    escaped(b, text, strlen(text), false);
}

void
xml_textn(struct buf *b, const char *text, size_t len)
{
    escaped(b, text, len, false);
}

void
xml_valuen(struct buf *b, const char *value, size_t len)
{
    escaped(b, value, len, true);
}

void
xml_leaf(struct buf *b, const char *tag, const char *text)
{
    if (text == NULL || text[0] == '\0') {
        xml_empty(b, tag);
        return;
    }
    xml_open(b, tag);
    xml_text(b, text);
    xml_close(b, tag);
}
