/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* /plugins/axlsqltoolkit.zip: the WSDL and XSD of every schema version, as clients fetch them. The
 * archive is made by the build (src/gen/toolkitc.c) and stands in the program (toolkit.S). */
#include <string.h>

#include "ccmsim/service.h"

extern const char     toolkit_zip[];
extern const uint64_t toolkit_zip_size;

static const char *const prefixes[] = { "/plugins/", NULL };

/* The path behind doubled slashes in front. */
static bool
is_toolkit(const char *path)
{
    while (path[0] == '/' && path[1] == '/')
        path++;
    return strcmp(path, "/plugins/axlsqltoolkit.zip") == 0;
}

static bool
plugins_identify(struct request *rq, struct ccm_error *err)
{
    if (!is_toolkit(rq->path))
        return ccm_fail(err, CCM_NO_RESOURCE, "The requested resource is not available.");
    if (strcmp(rq->method, "GET") != 0 && strcmp(rq->method, "HEAD") != 0) {
        reply_header(rq, "Allow", "GET, HEAD");
        return ccm_fail(err, CCM_BAD_METHOD, "Request method '%s' is not supported", rq->method);
    }
    rq->operation = "axlsqltoolkit.zip";
    return true;
}

static enum outcome
plugins_handle(struct request *rq, struct ccm_error *err)
{
    (void)err;
    rq->reply.status = 200;
    rq->reply.content_type = "application/zip";
    buf_add(&rq->reply.body, toolkit_zip, (size_t)toolkit_zip_size);
    return DONE;
}

static void
plugins_fail(struct request *rq, const struct ccm_error *err)
{
    reply_html_error(rq, ccm_status_http(err->status), err->text);
}

const struct service plugins_service = {
    .name = "plugins",
    .prefixes = prefixes,
    .own_auth = true, /* open to all, as scripts fetch it without credentials */
    .identify = plugins_identify,
    .handle = plugins_handle,
    .fail = plugins_fail,
};
