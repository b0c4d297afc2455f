/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Special fields of devices: product-specific XML, loads, activation codes, BLF options. */
#include <stdlib.h>
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
        if (!special_run(c, arena_printf(c->arena, "DELETE FROM %s WHERE fkdevice=?1", xml_tables[i].table), pkid, NULL,
                         0, err))
            return false;
    size_t fit = 0;
    while (len > xml_tables[fit].max)
        fit++;
    store_new_pkid(store_of(c->conn), id);
    return len == 0 ||
           special_run(
               c, arena_printf(c->arena, "INSERT INTO %s(fkdevice,pkid,xml) VALUES(?1,?2,?3)", xml_tables[fit].table),
               pkid, (const char *[]){ id, text }, 2, err);
}

/* The row's own load, else that of its model and protocol (of a module: of its model). */
bool
load_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
          struct ccm_error *err)
{
    bool protocol = store_column_find(b->table, "tkdeviceprotocol") != NULL;
    if (store_table_empty(c->conn, "defaults"))
        return arena_printf(c->arena, "coalesce(t.\"%s\",'')", b->column);
    if (!special_text(
            c,
            arena_printf(c->arena,
                         "SELECT coalesce(nullif(r.\"%s\",''),(SELECT f.loadinformation FROM defaults f WHERE "
                         "f.tkmodel=r.tkmodel%s)) FROM \"%s\" r WHERE r.pkid=?1",
                         b->column, protocol ? " AND f.tkdeviceprotocol=r.tkdeviceprotocol" : "", b->table),
            pkid, text, is_null, err))
        return false;
    *is_null = false; /* an empty element with its attribute */
    return true;
}

bool
loadspecial_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                 struct ccm_error *err)
{
    return special_text(c,
                        arena_printf(c->arena,
                                     "SELECT CASE WHEN coalesce(\"%s\",'')='' THEN 'false' ELSE 'true' END FROM \"%s\" "
                                     "WHERE pkid=?1",
                                     b->column, b->table),
                        pkid, text, is_null, err);
}

/* special="false" says that the text is the model's load and not the device's own. */
bool
load_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
           const char *text, struct ccm_error *err)
{
    const char                *special = e != NULL ? soap_attr(e, "special") : NULL;
    const struct store_column *col = store_column_find(b->table, b->column);
    const char                *own = special != NULL && !special_is_true(special) ? "" : text;
    if (*own == '\0' && col != NULL && col->nullable)
        own = NULL;
    return special_run(c, arena_printf(c->arena, "UPDATE \"%s\" SET \"%s\"=?2 WHERE pkid=?1", b->table, b->column),
                       pkid, &own, 1, err);
}

/* The words of a real node are not known. */
bool
activation_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                struct ccm_error *err)
{
    (void)b;
    return special_text(
        c,
        "SELECT CASE WHEN expiretime>0 AND expiretime<unixepoch() THEN 'Expired' ELSE 'Pending' END FROM "
        "activationcode WHERE fkdevice=?1",
        pkid, text, is_null, err);
}

/* ---- options of a BLF speed dial: a bit for each row of the type table, an element for each bit ---- */

bool
blfoption_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
               struct ccm_error *err)
{
    const struct store_enum *options = store_enum_find(store_of(c->conn), b->target);
    const char              *mask, *name;
    int64_t                  bit;

    *is_null = false;
    if (!special_find(c, arena_printf(c->arena, "SELECT \"%s\" FROM \"%s\" WHERE pkid=?1", b->column, b->table), pkid,
                      NULL, 0, &mask, err))
        return false;
    long long bits = mask != NULL ? strtoll(mask, NULL, 10) : 0;
    for (unsigned i = 0; options != NULL && store_enum_at(options, i, &bit, &name); i++)
        if (bit < 32 && (bits >> bit & 1) != 0)
            xml_leaf(text, strrchr(b->path, '/') + 1, name);
    return true;
}

/* Called for each element of a row that is new: a list's rows are never written over. */
bool
blfoption_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                const char *text, struct ccm_error *err)
{
    const char *bit;
    if (e == NULL || *text == '\0')
        return true;
    return special_number(c, e->name, b->target, text, &bit, err) &&
           special_run(c,
                       arena_printf(c->arena, "UPDATE \"%s\" SET \"%s\"=\"%s\"|(1<<?2) WHERE pkid=?1", b->table,
                                    b->column, b->column),
                       pkid, &bit, 1, err);
}

/* ---- the same as expressions over the row "t" ---- */

const char *
devicexml_expression(struct axl_call *c, const struct axl_bind *b)
{
    static const char *const tables[] = { "devicexml4k", "devicexml8k", "devicexml16k" };
    const char              *e = "";
    (void)b;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        if (!store_table_empty(c->conn, tables[i]))
            e = arena_printf(c->arena, "%s(SELECT x.xml FROM %s x WHERE x.fkdevice=t.pkid),", e, tables[i]);
    return arena_printf(c->arena, "coalesce(%sNULL,NULL)", e);
}

const char *
load_expression(struct axl_call *c, const struct axl_bind *b)
{
    bool protocol = store_column_find(b->table, "tkdeviceprotocol") != NULL;
    return arena_printf(c->arena,
                        "coalesce(nullif(t.\"%s\",''),(SELECT f.loadinformation FROM defaults f WHERE "
                        "f.tkmodel=t.tkmodel%s),'')",
                        b->column, protocol ? " AND f.tkdeviceprotocol=t.tkdeviceprotocol" : "");
}

const char *
loadspecial_expression(struct axl_call *c, const struct axl_bind *b)
{
    return arena_printf(c->arena, "CASE WHEN coalesce(t.\"%s\",'')='' THEN 'false' ELSE 'true' END", b->column);
}

const char *
activation_expression(struct axl_call *c, const struct axl_bind *b)
{
    (void)b;
    if (store_table_empty(c->conn, "activationcode"))
        return "NULL";
    return "(SELECT CASE WHEN c.expiretime>0 AND c.expiretime<unixepoch() THEN 'Expired' ELSE 'Pending' END "
           "FROM activationcode c WHERE c.fkdevice=t.pkid)";
}
