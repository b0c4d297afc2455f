/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Fields that are more than a column: the table of their functions, by the name that the contract's
 * `call`, `xml` and `secret` lines give (NAME@uuid: the attribute of a reference), and the steps they share. */
#include <string.h>

#include "special_priv.h"

static const struct axl_special specials[] = {
    /* sorted by name */
    { "accesslist", accesslist_read, accesslist_write, false, NULL },
    { "accesslist@uuid", accesslist_read, NULL, false, NULL },
    { "accounttype", accounttype_read, NULL, false, NULL },
    { "activationstatus", activation_read, NULL, false, activation_expression },
    { "adminlockout", adminlockout_read, adminlockout_write, false, NULL },
    { "altnumber", altnumber_read, altnumber_write, false, NULL },
    { "bandwidth", bandwidth_read, bandwidth_write, false, NULL },
    { "basetemplate", NULL, basetemplate_write, false, NULL },
    { "basetemplate@uuid", NULL, NULL, false, NULL },
    { "blfoption", blfoption_read, blfoption_write, true, NULL },
    { "ctilines", ctilines_read, NULL, true, NULL },
    { "datetemplate", datetemplate_read, datetemplate_write, false, NULL },
    { "defaultcodec", defaultcodec_read, defaultcodec_write, false, NULL },
    { "defaultprofile", defaultprofile_read, defaultprofile_write, false, NULL },
    { "defaultprofile@uuid", defaultprofile_read, NULL, false, NULL },
    { "defaultuserprofile", defaultuserprofile_read, defaultuserprofile_write, false, NULL },
    { "defaultuserprofile@uuid", defaultuserprofile_read, NULL, false, NULL },
    { "devicexml", devicexml_read, devicexml_write, true, devicexml_expression },
    { "digest", secret_read, digest_write, false, NULL },
    { "firstdestination", firstdestination_read, firstdestination_write, false, NULL },
    { "firstrecording", firstrecording_read, firstrecording_write, false, NULL },
    { "groupmembers", groupmembers_read, groupmembers_write, true, NULL },
    { "grouproles", grouproles_read, NULL, true, NULL },
    { "keep", secret_read, keep_write, false, NULL },
    { "lineappearances", lineappearances_read, lineappearances_write, true, NULL },
    { "lineassociations", lineassociations_read, lineassociations_write, true, NULL },
    { "lineuri", lineuri_read, lineuri_write, false, NULL },
    { "lineuri@uuid", lineuri_read, NULL, false, NULL },
    { "load", load_read, load_write, false, load_expression },
    { "loadspecial", loadspecial_read, NULL, false, loadspecial_expression },
    { "onlyrow", onlyrow_read, onlyrow_write, false, NULL },
    { "password", secret_read, password_write, false, NULL },
    { "pin", secret_read, pin_write, false, NULL },
    { "pstnfailover", pstnfailover_read, pstnfailover_write, false, NULL },
    { "remotedestinationowner", destinationowner_read, destinationowner_write, false, NULL },
    { "remotedestinationowner@uuid", destinationowner_read, NULL, false, NULL },
    { "resethacks", secret_read, resethacks_write, false, NULL },
    { "ringschedule", ringschedule_read, ringschedule_write, true, NULL },
    { "rsvp", rsvp_read, rsvp_write, true, NULL },
    { "scriptparameters", scriptparameters_read, scriptparameters_write, true, NULL },
    { "serviceprofilename", serviceprofilename_read, serviceprofilename_write, false, NULL },
    { "srvdestination", srvdestination_read, srvdestination_write, false, NULL },
    { "standardlocalroutegroup", standardlrg_read, standardlrg_write, false, NULL },
    { "standardlocalroutegroup@uuid", standardlrg_read, NULL, false, NULL },
    { "ucservicetype", ucservicetype_read, ucservicetype_write, false, NULL },
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

/* ---- reading ---- */

static sqlite3_stmt *
prepare(struct axl_call *c, const char *sql, const char *pkid, const char *const *args, unsigned count,
        struct ccm_error *err)
{
    sqlite3_stmt *s = store_prepare(c->conn, sql, err);
    if (s == NULL)
        return NULL;
    sqlite3_bind_text(s, 1, pkid, -1, SQLITE_TRANSIENT);
    for (unsigned i = 0; i < count; i++)
        if (args[i] != NULL)
            sqlite3_bind_text(s, (int)i + 2, args[i], -1, SQLITE_TRANSIENT);
    return s;
}

static const char *
column(sqlite3_stmt *row, int i)
{
    return (const char *)sqlite3_column_text(row, i);
}

bool
special_text(struct axl_call *c, const char *sql, const char *pkid, struct buf *text, bool *is_null,
             struct ccm_error *err)
{
    sqlite3_stmt *s = prepare(c, sql, pkid, NULL, 0, err);
    if (s == NULL)
        return false;
    int         step = store_step(c->conn, s, err);
    const char *t = step == 1 ? column(s, 0) : NULL;
    *is_null = t == NULL;
    if (t != NULL)
        buf_adds(text, t);
    sqlite3_reset(s);
    return step >= 0;
}

bool
special_find(struct axl_call *c, const char *sql, const char *pkid, const char *const *args, unsigned count,
             const char **out, struct ccm_error *err)
{
    sqlite3_stmt *s = prepare(c, sql, pkid, args, count, err);
    if (s == NULL)
        return false;
    int step = store_step(c->conn, s, err);
    *out = step == 1 && column(s, 0) != NULL ? arena_strdup(c->arena, column(s, 0)) : NULL;
    sqlite3_reset(s);
    return step >= 0;
}

bool
special_reference(struct axl_call *c, const struct axl_bind *b, const char *sql, const char *pkid, struct buf *text,
                  bool *is_null, struct ccm_error *err)
{
    bool          uuid = strchr(b->func, '@') != NULL;
    char          braced[39];
    sqlite3_stmt *s = prepare(c, sql, pkid, NULL, 0, err);
    if (s == NULL)
        return false;
    int step = store_step(c->conn, s, err);
    *is_null = step != 1 || column(s, 0) == NULL || column(s, 1) == NULL;
    if (!*is_null && uuid) {
        uuid_braced(column(s, 0), braced);
        buf_adds(text, braced);
    } else if (!*is_null)
        buf_adds(text, column(s, 1));
    sqlite3_reset(s);
    return step >= 0;
}

bool
special_each(struct axl_call *c, const char *sql, const char *pkid, struct buf *text, special_row_fn *fn,
             struct ccm_error *err)
{
    sqlite3_stmt *s = prepare(c, sql, pkid, NULL, 0, err);
    int           step;
    if (s == NULL)
        return false;
    while ((step = store_step(c->conn, s, err)) == 1)
        fn(text, s);
    sqlite3_reset(s);
    return step == 0;
}

void
special_open(struct buf *text, const char *name, sqlite3_stmt *row, int i)
{
    char braced[39];
    uuid_braced(column(row, i), braced);
    xml_begin(text, name);
    xml_attr(text, "uuid", braced);
    xml_end(text, false);
}

void
special_named(struct buf *text, const char *name, sqlite3_stmt *row, int i)
{
    if (column(row, i) == NULL) {
        xml_empty(text, name);
        return;
    }
    special_open(text, name, row, i);
    xml_text(text, column(row, i + 1));
    xml_close(text, name);
}

/* ---- writing ---- */

bool
special_run(struct axl_call *c, const char *sql, const char *pkid, const char *const *args, unsigned count,
            struct ccm_error *err)
{
    sqlite3_stmt *s = prepare(c, sql, pkid, args, count, err);
    if (s == NULL)
        return false;
    int step = store_step(c->conn, s, err);
    sqlite3_reset(s);
    return step >= 0;
}

bool
special_put(struct axl_call *c, const char *update, const char *insert, const char *pkid, const char *const *args,
            unsigned count, struct ccm_error *err)
{
    return special_run(c, update, pkid, args, count, err) &&
           (sqlite3_changes(store_db(c->conn)) > 0 || special_run(c, insert, pkid, args, count, err));
}

bool
special_target(struct axl_call *c, const char *table, const char *name_column, const struct soap_element *e,
               const char *text, const char **pkid, struct ccm_error *err)
{
    const struct axl_bind target = { .target = table, .target_column = name_column };
    struct value          v;
    if (!axl_ref_resolve(c, &target, text, e != NULL ? soap_attr(e, "uuid") : NULL, &v, err))
        return false;
    *pkid = v.kind == VALUE_TEXT ? v.text : NULL;
    return true;
}

bool
special_number(struct axl_call *c, const char *element, const char *type_table, const char *text, const char **out,
               struct ccm_error *err)
{
    const struct store_enum *e = store_enum_find(store_of(c->conn), type_table);
    int64_t                  n;
    if (e == NULL || !store_enum_number(e, text, &n))
        return special_invalid(err, element, text, "not one of its values");
    *out = arena_printf(c->arena, "%lld", (long long)n);
    return true;
}

bool
special_invalid(struct ccm_error *err, const char *element, const char *text, const char *why)
{
    return ccm_fail(err, CCM_INVALID, "Invalid value '%.100s' for element %s: %s", text, element, why);
}

bool
special_is_true(const char *text)
{
    return strcasecmp(text, "true") == 0 || strcasecmp(text, "t") == 0 || strcmp(text, "1") == 0;
}

bool
special_adds(const struct soap_element *e)
{
    return strncmp(e->name, "add", 3) == 0;
}

bool
special_removes(const struct soap_element *e)
{
    return strncmp(e->name, "remove", 6) == 0;
}
