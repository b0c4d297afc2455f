/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Fields that are more than a column: the table of their functions, by the name that the contract's
 * `call`, `xml` and `secret` lines give. */
#include <string.h>

#include "special_priv.h"

static const struct axl_special specials[] = { /* sorted by name */
    { "accounttype", accounttype_read, NULL, false },
    { "activationstatus", activation_read, NULL, false },
    { "adminlockout", adminlockout_read, adminlockout_write, false },
    { "altnumber", altnumber_read, altnumber_write, false },
    { "bandwidth", bandwidth_read, bandwidth_write, false },
    { "blfoption", blfoption_read, blfoption_write, false },
    { "defaultcodec", defaultcodec_read, defaultcodec_write, false },
    { "defaultprofile", defaultprofile_read, defaultprofile_write, false },
    { "defaultprofile@uuid", defaultprofile_uuid_read, NULL, false },
    { "devicexml", devicexml_read, devicexml_write, true },
    { "digest", secret_read, digest_write, false },
    { "grouproles", grouproles_read, NULL, true },
    { "keep", secret_read, keep_write, false },
    { "lineappearances", lineappearances_read, lineappearances_write, true },
    { "lineuri", lineuri_read, lineuri_write, false },
    { "lineuri@uuid", lineuri_uuid_read, NULL, false },
    { "load", load_read, load_write, false },
    { "load@special", load_attr_read, NULL, false },
    { "model", model_read, NULL, false },
    { "password", secret_read, password_write, false },
    { "pin", secret_read, pin_write, false },
    { "pstnfailover", pstnfailover_read, pstnfailover_write, false },
    { "resethacks", secret_read, resethacks_write, false },
    { "rsvp", rsvp_read, rsvp_write, true },
    { "standardlocalroutegroup", standardlrg_read, standardlrg_write, false },
    { "standardlocalroutegroup@uuid", standardlrg_uuid_read, NULL, false },
};

const struct axl_special *
axl_special_find(const char *name)
{
    size_t lo = 0, hi = sizeof specials / sizeof specials[0];
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        int    cmp = strcmp(specials[mid].name, name);
        if (cmp == 0)
            return &specials[mid];
        if (cmp < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

bool
special_text(struct axl_call *c, const char *sql, const char *pkid, struct buf *text, bool *is_null,
             struct ccm_error *err)
{
    sqlite3_stmt *s = store_prepare(c->conn, sql, err);
    if (s == NULL)
        return false;
    sqlite3_bind_text(s, 1, pkid, -1, SQLITE_TRANSIENT);
    int step = store_step(c->conn, s, err);
    const char *t = step == 1 ? (const char *)sqlite3_column_text(s, 0) : NULL;
    *is_null = t == NULL;
    if (t != NULL)
        buf_adds(text, t);
    sqlite3_reset(s);
    return step >= 0;
}

bool
special_run(struct axl_call *c, const char *sql, const char *pkid, const char *const *args, unsigned count,
            struct ccm_error *err)
{
    sqlite3_stmt *s = store_prepare(c->conn, sql, err);
    if (s == NULL)
        return false;
    sqlite3_bind_text(s, 1, pkid, -1, SQLITE_TRANSIENT);
    for (unsigned i = 0; i < count; i++)
        if (args[i] != NULL)
            sqlite3_bind_text(s, (int)i + 2, args[i], -1, SQLITE_TRANSIENT);
    int step = store_step(c->conn, s, err);
    sqlite3_reset(s);
    return step >= 0;
}

bool
special_is_true(const char *text)
{
    return strcasecmp(text, "true") == 0 || strcasecmp(text, "t") == 0 || strcmp(text, "1") == 0;
}
