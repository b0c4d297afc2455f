/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Special fields of devices: product-specific XML, loads, models. */
#include <string.h>

#include "special_priv.h"

/* One of three tables by length, at most one row of a device in all of them (8.0 on). */
static const struct {
    const char *table;
    size_t      max;
} xml_tables[] = { { "devicexml4k", 4000 }, { "devicexml8k", 8000 }, { "devicexml16k", 16000 } };

bool
devicexml_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
               struct ccm_error *err)
{
    (void)b;
    return special_text(c,
                        "SELECT coalesce((SELECT xml FROM devicexml4k WHERE fkdevice=?1),"
                        "(SELECT xml FROM devicexml8k WHERE fkdevice=?1),"
                        "(SELECT xml FROM devicexml16k WHERE fkdevice=?1))",
                        pkid, text, is_null, err);
}

bool
devicexml_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                const char *text, struct ccm_error *err)
{
    size_t len = strlen(text), n = sizeof xml_tables / sizeof xml_tables[0];
    char   id[37];

    (void)e;
    if (len > xml_tables[n - 1].max)
        return ccm_fail(err, CCM_INVALID, "Invalid value for element %s: longer than %zu bytes", b->path,
                        xml_tables[n - 1].max);
    for (size_t i = 0; i < n; i++)
        if (!special_run(c, arena_printf(c->arena, "DELETE FROM %s WHERE fkdevice=?1", xml_tables[i].table), pkid, NULL, 0,
                         err))
            return false;
    size_t fit = 0;
    while (len > xml_tables[fit].max)
        fit++;
    store_new_pkid(store_of(c->conn), id);
    return len == 0 ||
           special_run(c, arena_printf(c->arena, "INSERT INTO %s(fkdevice,pkid,xml) VALUES(?1,?2,?3)", xml_tables[fit].table),
                       pkid, (const char *[]){ id, text }, 2, err);
}

/* The device's own load, else that of its model and protocol. */
bool
load_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
          struct ccm_error *err)
{
    const char *own = arena_printf(c->arena, "SELECT nullif(\"%s\",'') FROM \"%s\" WHERE pkid=?1", b->column, b->table);
    if (!special_text(c, own, pkid, text, is_null, err))
        return false;
    if (!*is_null)
        return true;
    if (strcmp(b->table, "device") == 0 &&
        !special_text(c,
                      "SELECT f.loadinformation FROM device d JOIN defaults f ON f.tkmodel=d.tkmodel AND "
                      "f.tkdeviceprotocol=d.tkdeviceprotocol WHERE d.pkid=?1",
                      pkid, text, is_null, err))
        return false;
    *is_null = false; /* an empty element with its attribute */
    return true;
}

bool
load_attr_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
               struct ccm_error *err)
{
    *is_null = false;
    return special_text(c,
                        arena_printf(c->arena, "SELECT CASE WHEN coalesce(\"%s\",'')='' THEN 'false' ELSE 'true' END "
                                               "FROM \"%s\" WHERE pkid=?1",
                                     b->column, b->table),
                        pkid, text, is_null, err);
}

/* special="false" says that the text is the model's load and not the device's own. */
bool
load_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e, const char *text,
           struct ccm_error *err)
{
    const char *special = e != NULL ? soap_attr(e, "special") : NULL;
    const struct store_column *col = store_column_find(b->table, b->column);
    const char *own = special != NULL && !special_is_true(special) ? "" : text;
    if (*own == '\0' && col != NULL && col->nullable)
        own = NULL;
    return special_run(c, arena_printf(c->arena, "UPDATE \"%s\" SET \"%s\"=?2 WHERE pkid=?1", b->table, b->column), pkid,
                       (const char *[]){ own }, 1, err);
}

bool
model_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
           struct ccm_error *err)
{
    (void)b;
    return special_text(c, "SELECT m.name FROM device d JOIN typemodel m ON m.enum=d.tkmodel WHERE d.pkid=?1", pkid, text,
                        is_null, err);
}

/* The words of a real node are not known. */
bool
activation_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                struct ccm_error *err)
{
    (void)b;
    return special_text(c,
                        "SELECT CASE WHEN a.pkid IS NULL THEN 'None' WHEN a.expiretime>0 AND "
                        "a.expiretime<strftime('%s','now') THEN 'Expired' ELSE 'Pending' END FROM device d LEFT JOIN "
                        "activationcode a ON a.fkdevice=d.pkid WHERE d.pkid=?1",
                        pkid, text, is_null, err);
}

/* Bit mask of a BLF speed dial: Pickup is 1, none is 0. The type table's numbers are the masks' bits. */
bool
blfoption_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
               struct ccm_error *err)
{
    bool ok = special_text(c,
                           arena_printf(c->arena,
                                        "SELECT CASE WHEN \"%s\"&1 THEN 'Pickup' END FROM \"%s\" WHERE pkid=?1",
                                        b->column, b->table),
                           pkid, text, is_null, err);
    return ok;
}

bool
blfoption_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                const char *text, struct ccm_error *err)
{
    (void)e;
    if (*text != '\0' && strcmp(text, "Pickup") != 0)
        return ccm_fail(err, CCM_INVALID, "Invalid value '%.100s' for element feature: not one of its values", text);
    return special_run(c, arena_printf(c->arena, "UPDATE \"%s\" SET \"%s\"=?2 WHERE pkid=?1", b->table, b->column), pkid,
                       (const char *[]){ *text != '\0' ? "1" : "0" }, 1, err);
}
