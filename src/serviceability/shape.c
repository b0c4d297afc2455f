/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Answers in either era, from the same model: rpc/encoded with a type at each element, or document/literal with a
 * prefix at each. Prefixes, order and the absence of white space are what clients index on. */
#include <inttypes.h>
#include <stdio.h>
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

void
tag_text(struct call *c, const struct tag *t, const char *text)
{
    if (text == NULL) {
        tag_nil(c, t);
    } else if (*text == '\0') {
        tag_empty(c, t);
    } else {
        tag_open(c, t);
        xml_text(c->out, text);
        tag_close(c, t);
    }
}

void
tag_number(struct call *c, const struct tag *t, int64_t number)
{
    char text[24];
    int  len = snprintf(text, sizeof text, "%" PRId64, number);

    tag_open(c, t);
    buf_add(c->out, text, (size_t)len);
    tag_close(c, t);
}

void
tag_bool(struct call *c, const struct tag *t, bool yes)
{
    tag_open(c, t);
    buf_adds(c->out, yes ? "true" : "false");
    tag_close(c, t);
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
