/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A request's bytes before any parser sees them: their encoding, and a look along the tags for
 * what must not reach libxml2 and gSOAP. Linear; knows nothing of well-formedness. */
#include <strings.h>

#include "ccmsim/soap.h"
#include "ccmsim/utf8.h"
#include "soap/soap_priv.h"

#define MAX_DECLARATION 1024

static const struct {
    const char *name;
    bool        latin1;
} encodings[] = {
    { "UTF-8", false },
    { "UTF8", false },
    { "US-ASCII", false },
    { "ISO-8859-1", true },
};

static bool
is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
starts_with(struct str s, struct str with)
{
    return s.len >= with.len && memcmp(s.ptr, with.ptr, with.len) == 0;
}

static struct str
behind(struct str s, size_t count)
{
    return (struct str){ s.ptr + count, s.len - count };
}

/* Where text first occurs in s, which may be empty without an address; or s.len. */
static size_t
position(struct str s, struct str text)
{
    const char *at = s.ptr == NULL ? NULL : memmem(s.ptr, s.len, text.ptr, text.len);

    return at == NULL ? s.len : (size_t)(at - s.ptr);
}

/* The name in encoding="...", of the XML declaration that doc begins with; empty if there is none.
 * What is wrong with a declaration otherwise is libxml2's to say. */
static struct str
declared_encoding(struct str doc)
{
    if (!starts_with(doc, STR("<?xml")) || doc.len < 6 || !is_space(doc.ptr[5]))
        return STR("");
    struct str declaration = { doc.ptr, doc.len < MAX_DECLARATION ? doc.len : MAX_DECLARATION };
    declaration.len = position(declaration, STR("?>"));
    struct str rest = behind(declaration, position(declaration, STR("encoding")));
    if (rest.len == 0)
        return rest;
    rest = behind(rest, strlen("encoding"));
    while (rest.len > 0 && (is_space(rest.ptr[0]) || rest.ptr[0] == '='))
        rest = behind(rest, 1);
    if (rest.len == 0 || (rest.ptr[0] != '"' && rest.ptr[0] != '\''))
        return STR("");
    const char *end = memchr(rest.ptr + 1, rest.ptr[0], rest.len - 1);

    return end == NULL ? STR("") : (struct str){ rest.ptr + 1, (size_t)(end - rest.ptr) - 1 };
}

static struct str
latin1_to_utf8(struct arena *a, struct str s)
{
    char *out = arena_alloc(a, 2 * s.len + 1), *p = out;

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c < 0x80) {
            *p++ = (char)c;
        } else {
            *p++ = (char)(0xC0 | c >> 6);
            *p++ = (char)(0x80 | (c & 0x3F));
        }
    }
    return (struct str){ out, (size_t)(p - out) };
}

/* CR LF and CR become LF, as XML has it before anything is parsed: libxml2's push parser leaves
 * those in CDATA sections as they are. */
static struct str
with_newlines(struct arena *a, struct str s)
{
    if (memchr(s.ptr, '\r', s.len) == NULL)
        return s;
    char *out = arena_alloc(a, s.len), *p = out;

    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != '\r')
            *p++ = s.ptr[i];
        else if (i + 1 == s.len || s.ptr[i + 1] != '\n')
            *p++ = '\n';
    return (struct str){ out, (size_t)(p - out) };
}

/* Is the encoding one that is read, and what does it take? */
static bool
encoding_known(struct str name, bool *is_latin1, struct ccm_error *err)
{
    for (size_t i = 0; i < sizeof encodings / sizeof encodings[0]; i++)
        if (strlen(encodings[i].name) == name.len && strncasecmp(encodings[i].name, name.ptr, name.len) == 0) {
            *is_latin1 = encodings[i].latin1;
            return true;
        }
    return ccm_fail(err, CCM_MALFORMED, "encoding '%.*s' is not supported: send UTF-8",
                    name.len < 64 ? (int)name.len : 64, name.ptr);
}

bool
text_decode(struct arena *a, struct str body, struct str *out, struct ccm_error *err)
{
    bool is_latin1 = false;

    if (starts_with(body, STR("\xFE\xFF")) || starts_with(body, STR("\xFF\xFE")))
        return ccm_fail(err, CCM_MALFORMED, "the request is in UTF-16: send UTF-8");
    if (body.len > 0 && memchr(body.ptr, '\0', body.len) != NULL)
        return ccm_fail(err, CCM_MALFORMED, "the request is not well-formed XML: it holds a NUL byte");
    if (starts_with(body, STR("\xEF\xBB\xBF")))
        body = behind(body, 3);
    while (body.len > 0 && is_space(body.ptr[0]))
        body = behind(body, 1);
    if (body.len == 0)
        return ccm_fail(err, CCM_MALFORMED, "the request is empty");
    if (body.ptr[0] != '<')
        return ccm_fail(err, CCM_MALFORMED, "the request is not XML");
    struct str name = declared_encoding(body);
    if (name.len > 0 && !encoding_known(name, &is_latin1, err))
        return false;
    *out = with_newlines(a, is_latin1 ? latin1_to_utf8(a, body) : body);
    return true;
}

/* Length of the tag at s, '>' included, quoted values skipped; 0 if there is no end within SOAP_MAX_TAG. */
static size_t
tag_length(struct str s)
{
    size_t      end = s.len < SOAP_MAX_TAG ? s.len : SOAP_MAX_TAG;
    const char *close = memchr(s.ptr, '>', end);
    char        quote = '\0';

    if (close == NULL)
        return 0;
    size_t len = (size_t)(close - s.ptr) + 1;
    if (memchr(s.ptr, '"', len) == NULL && memchr(s.ptr, '\'', len) == NULL)
        return len; /* most tags have no attributes */
    for (size_t i = 1; i < end; i++) {
        char c = s.ptr[i];
        if (quote != '\0')
            quote = c == quote ? '\0' : quote;
        else if (c == '>')
            return i + 1;
        else if (c == '"' || c == '\'')
            quote = c;
    }
    return 0;
}

/* What else can begin with '<': passed over as a whole, up to its end. */
static const struct {
    struct str begin, end;
} passages[] = {
    { { "<!--", 4 }, { "-->", 3 } },
    { { "<![CDATA[", 9 }, { "]]>", 3 } },
    { { "<?", 2 }, { "?>", 2 } },
};

/* Length of the passage or tag at s; 0 with *err if it can't be let through. */
static size_t
markup_length(struct str s, struct ccm_error *err)
{
    for (size_t i = 0; i < sizeof passages / sizeof passages[0]; i++)
        if (starts_with(s, passages[i].begin)) {
            struct str inside = behind(s, passages[i].begin.len);
            size_t     at = position(inside, passages[i].end);
            if (at < inside.len)
                return passages[i].begin.len + at + passages[i].end.len;
            ccm_fail(err, CCM_MALFORMED, "the request is not well-formed XML: '%s' without '%s'", passages[i].begin.ptr,
                     passages[i].end.ptr);
            return 0;
        }
    if (starts_with(s, STR("<!"))) {
        ccm_fail(err, CCM_MALFORMED, "a DOCTYPE is not allowed in a SOAP message");
        return 0;
    }
    size_t len = tag_length(s);
    if (len == 0)
        ccm_fail(err, CCM_MALFORMED,
                 s.len < SOAP_MAX_TAG ? "the request is not well-formed XML: a tag without end"
                                      : "a tag of the request is too long");
    return len;
}

bool
text_check(struct str text, struct ccm_error *err)
{
    if (!utf8_valid(text.ptr, text.len))
        return ccm_fail(err, CCM_MALFORMED, "the request is not UTF-8");
    for (;;) {
        const char *open = memchr(text.ptr, '<', text.len);
        if (open == NULL)
            return true;
        text = behind(text, (size_t)(open - text.ptr));
        size_t len = markup_length(text, err);
        if (len == 0)
            return false;
        text = behind(text, len);
    }
}
