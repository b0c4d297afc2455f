/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Answers in either era, from the same model: rpc/encoded with a type at each element, or document/literal with a
 * prefix at each. Prefixes, order and the absence of white space are what clients index on. */
#include <string.h>

#include "serviceability/serviceability_priv.h"

#define SOAPENC " xmlns:soapenc=\"http://schemas.xmlsoap.org/soap/encoding/\""

static void
add(struct call *c, struct str s)
{
    buf_add(c->out, s.ptr, s.len);
}

void
tag_open(struct call *c, const struct tag *t)
{
    add(c, t->open[c->endpoint->axis]);
}

void
tag_close(struct call *c, const struct tag *t)
{
    add(c, t->close[c->endpoint->axis]);
}

void
tag_empty(struct call *c, const struct tag *t)
{
    add(c, t->empty[c->endpoint->axis]);
}

void
tag_nil(struct call *c, const struct tag *t)
{
    add(c, t->nil[c->endpoint->axis]);
}

/* A device has some forty elements and an answer a thousand devices: each is written in one piece. */
static void
whole(struct call *c, const struct tag *t, struct str text)
{
    struct str open = t->open[c->endpoint->axis], close = t->close[c->endpoint->axis];
    char      *to = buf_extend(c->out, open.len + text.len + close.len);

    if (to == NULL)
        return;
    memcpy(to, open.ptr, open.len);
    memcpy(to + open.len, text.ptr, text.len);
    memcpy(to + open.len + text.len, close.ptr, close.len);
}

/* Printable ASCII without mark-up goes as it is. */
static bool
is_plain(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)(text[i] - 0x20) >= 0x5f || text[i] == '&' || text[i] == '<' || text[i] == '>')
            return false;
    return true;
}

void
tag_text(struct call *c, const struct tag *t, const char *text)
{
    if (text == NULL) {
        tag_nil(c, t);
        return;
    }
    struct str s = { text, strlen(text) };
    if (s.len == 0) {
        tag_empty(c, t);
    } else if (is_plain(s.ptr, s.len)) {
        whole(c, t, s);
    } else {
        tag_open(c, t);
        xml_textn(c->out, s.ptr, s.len);
        tag_close(c, t);
    }
}

void
tag_number(struct call *c, const struct tag *t, int64_t number)
{
    char     digits[24], *p = digits + sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

    do
        *--p = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (number < 0)
        *--p = '-';
    whole(c, t, (struct str){ p, (size_t)(digits + sizeof digits - p) });
}

void
tag_bool(struct call *c, const struct tag *t, bool yes)
{
    whole(c, t, yes ? STR("true") : STR("false"));
}

/* The tag's own type is soapenc:Array; its opening ends where the array's type belongs. */
void
tag_array(struct call *c, const struct tag *t, const char *type, size_t count, bool outermost)
{
    struct str open = t->open[c->endpoint->axis];

    if (c->endpoint->axis == AXIS2) {
        add(c, open);
        return;
    }
    add(c, (struct str){ open.ptr, open.len - 1 });
    buf_addf(c->out, " soapenc:arrayType=\"%s[%zu]\"%s>", type, count, outermost ? SOAPENC : "");
}

void
response_begin(struct call *c, const char *name)
{
    axis_begin(c->out, c->endpoint->axis);
    if (c->endpoint->axis == AXIS1)
        buf_addf(c->out,
                 "<ns1:%s soapenv:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\""
                 " xmlns:ns1=\"http://schemas.cisco.com/ast/soap/\">",
                 name);
    else
        buf_addf(c->out, "<ns1:%s xmlns:ns1=\"http://schemas.cisco.com/ast/soap\">", name);
}

void
response_end(struct call *c, const char *name)
{
    buf_addf(c->out, "</ns1:%s>", name);
    axis_end(c->out, c->endpoint->axis);
}
