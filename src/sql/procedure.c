/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* EXECUTE PROCEDURE: those that clients are told to use. From 8.0 on the product-specific configuration of a
 * device is in one of three tables, by its length, and these two hide which (AXL guide, frequently asked). */
#include <string.h>

#include "sql/sql_priv.h"

static const struct {
    const char *table;
    size_t      most; /* characters */
} xml_tables[] = { { "devicexml4k", 4000 }, { "devicexml8k", 8000 }, { "devicexml16k", 16000 } };
#define XML_TABLES (sizeof xml_tables / sizeof xml_tables[0])

static bool
run(struct store_conn *c, const char *sql, const char *pkid, const char *xml, struct ccm_error *err)
{
    sqlite3_stmt *stmt = store_prepare(c, sql, err);

    if (stmt == NULL)
        return false;
    sqlite3_bind_text(stmt, 1, pkid, -1, SQLITE_STATIC);
    if (xml != NULL)
        sqlite3_bind_text(stmt, 2, xml, -1, SQLITE_STATIC);
    bool ok = store_step(c, stmt, err) >= 0;
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
    return ok;
}

static bool
device_exists(struct store_conn *c, const char *pkid, bool *exists, struct ccm_error *err)
{
    sqlite3_stmt *stmt = store_prepare(c, "SELECT 1 FROM device WHERE pkid=?1", err);

    if (stmt == NULL)
        return false;
    sqlite3_bind_text(stmt, 1, pkid, -1, SQLITE_STATIC);
    int rc = store_step(c, stmt, err);
    *exists = rc == 1;
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
    return rc >= 0;
}

static bool
dbwritedevicexml(struct store_conn *c, const char *const *args, int64_t *rows, struct ccm_error *err)
{
    const char *pkid = args[0], *xml = args[1];
    size_t      length = xml != NULL ? strlen(xml) : 0, i = 0;
    bool        exists;
    char        sql[120];

    *rows = 0;
    if (pkid == NULL || !device_exists(c, pkid, &exists, err))
        return pkid != NULL ? false : sql_error(err, -391, "devicexml4k.fkdevice");
    if (!exists)
        return ccm_fail_db(err, -691, "Missing key in referenced table for referential constraint (%s).",
                           "informix.fk_devicexml4k_fkdevice");
    while (i < XML_TABLES && length > xml_tables[i].most)
        i++;
    if (i == XML_TABLES)
        return ccm_fail_db(err, -746, "The device xml is longer than 16000 characters.");
    for (size_t k = 0; k < XML_TABLES; k++) {
        sqlite3_snprintf(sizeof sql, sql, "DELETE FROM %s WHERE fkdevice=?1", xml_tables[k].table);
        if (!run(c, sql, pkid, NULL, err))
            return false;
    }
    sqlite3_snprintf(sizeof sql, sql, "INSERT INTO %s(fkdevice,xml) VALUES(?1,?2)", xml_tables[i].table);
    if (length > 0 && !run(c, sql, pkid, xml, err))
        return false;
    *rows = 1;
    return true;
}

static const struct sql_procedure procedures[] = {
    { "dbreaddevicexml",
      1,
      false,
      { "xml", NULL },
      "SELECT xml FROM devicexml4k WHERE fkdevice=?1 UNION ALL SELECT xml FROM devicexml8k WHERE fkdevice=?1"
      " UNION ALL SELECT xml FROM devicexml16k WHERE fkdevice=?1",
      NULL },
    { "dbwritedevicexml", 2, true, { NULL, NULL }, NULL, dbwritedevicexml },
};

const struct sql_procedure *
sql_procedure_find(const char *name)
{
    for (size_t i = 0; i < sizeof procedures / sizeof procedures[0]; i++)
        if (strcmp(procedures[i].name, name) == 0)
            return &procedures[i];
    return NULL;
}
