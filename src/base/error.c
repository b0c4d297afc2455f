/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Filling struct ccm_error, and the columns of the status table. */
#include "ccmsim/error.h"

#include <stdarg.h>
#include <stdio.h>

#include "ccmsim/utf8.h"

static const struct {
    const char *name;
    int         code, http;
} rows[CCM_STATUS_COUNT] = {
#define X(name, code, http) { #name, code, http },
    CCM_STATUS_MAP(X)
#undef X
};

__attribute__((format(printf, 2, 0))) static void
set_text(struct ccm_error *err, const char *fmt, va_list ap)
{
    int len = vsnprintf(err->text, sizeof err->text, fmt, ap);

    if (len < 0)
        err->text[0] = '\0';
    else if ((size_t)len >= sizeof err->text)
        err->text[utf8_whole(err->text, sizeof err->text - 1)] = '\0';
}

bool
ccm_fail(struct ccm_error *err, enum ccm_status status, const char *fmt, ...)
{
    va_list ap;

    if (err == NULL)
        return false;
    err->status = status;
    err->code = rows[status].code;
    va_start(ap, fmt);
    set_text(err, fmt, ap);
    va_end(ap);
    return false;
}

bool
ccm_fail_db(struct ccm_error *err, int code, const char *fmt, ...)
{
    va_list ap;

    if (err == NULL)
        return false;
    err->status = CCM_DATABASE;
    err->code = code;
    va_start(ap, fmt);
    set_text(err, fmt, ap);
    va_end(ap);
    return false;
}

int
ccm_status_http(enum ccm_status status)
{
    return rows[status].http;
}

const char *
ccm_status_name(enum ccm_status status)
{
    return rows[status].name;
}
