/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Serving wsdl/: wsdl.S brings the files in, with this table of them. */
#include "ccmsim/wsdl.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "ccmsim/xml.h"

struct wsdl_file {
    const char *name, *text;
    uint64_t    len;
};
extern const struct wsdl_file wsdl_files[]; /* ended by a NULL name */

static const char placeholder[] = "https://localhost:8443/";

static const struct wsdl_file *
find(const char *name)
{
    for (const struct wsdl_file *f = wsdl_files; f->name != NULL; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

bool
wsdl_asked(const char *query)
{
    return query != NULL && strncasecmp(query, "wsdl", 4) == 0 && strchr("&=", query[4]) != NULL;
}

bool
wsdl_known(const char *name)
{
    return find(name) != NULL;
}

bool
wsdl_write(struct buf *out, const char *name, bool tls, const char *host)
{
    const struct wsdl_file *f = find(name);
    const size_t            len = sizeof placeholder - 1;

    if (f == NULL)
        return false;
    const char *p = f->text, *end = f->text + f->len;
    for (const char *at; (at = memmem(p, (size_t)(end - p), placeholder, len)) != NULL; p = at + len) {
        buf_add(out, p, (size_t)(at - p));
        buf_adds(out, tls ? "https://" : "http://");
        xml_valuen(out, host, strlen(host));
        buf_addc(out, '/');
    }
    buf_add(out, p, (size_t)(end - p));
    return true;
}
