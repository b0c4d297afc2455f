/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Special fields of regions, locations and device pools. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "special_priv.h"

/* Audio bandwidth is a codec's name up to 9.1 (tkbandwidth) and kbit/s from 10.0, told as "64 kbps";
 * codec names are still taken, as the bandwidth they stood for. */
static const struct {
    const char *codec;
    int         kbps;
} codecs[] = { { "G.711", 64 }, { "G.722", 64 },   { "G.729", 8 },  { "G.723", 7 },          { "G.728", 16 },
               { "GSM", 13 },   { "AMR-WB", 24 },  { "iSAC", 32 },  { "AAC-LD-LATM", 128 },  { "Wideband", 256 },
               { "Use System Default", 64 },       { "Keep Current Setting", 64 } };

static bool
parse_bandwidth(const char *text, int *kbps)
{
    char *end;
    long  n = strtol(text, &end, 10);
    for (size_t i = 0; i < sizeof codecs / sizeof codecs[0]; i++)
        if (strcasecmp(text, codecs[i].codec) == 0) {
            *kbps = codecs[i].kbps;
            return true;
        }
    end += strspn(end, " ");
    if (end == text || n < 0 || n > 100000 || (*end != '\0' && strncmp(end, "kbps", 4) != 0))
        return false;
    *kbps = (int)n;
    return true;
}

static const char *
bandwidth_select(struct axl_call *c, const char *where)
{
    if (c->version < AXL_V10_0)
        return arena_printf(c->arena,
                            "SELECT b.name FROM regionmatrix m JOIN typebandwidth b ON b.enum=m.tkbandwidth WHERE %s",
                            where);
    return arena_printf(c->arena, "SELECT audiobandwidth||' kbps' FROM regionmatrix m WHERE %s", where);
}

static bool
bandwidth_set(struct axl_call *c, const struct axl_bind *b, const char *where, const char *key, const char *text,
              struct ccm_error *err)
{
    const struct store_enum *names = store_enum_find(store_of(c->conn), "typebandwidth");
    int64_t codec = 0;
    int     kbps;

    if (!parse_bandwidth(text, &kbps) ||
        (c->version < AXL_V10_0 && (names == NULL || !store_enum_number(names, text, &codec))))
        return ccm_fail(err, CCM_INVALID, "Invalid value '%.100s' for element %s: not one of its values", text, b->path);
    const char *codec_set = c->version < AXL_V10_0 ? arena_printf(c->arena, ",tkbandwidth=%lld", (long long)codec) : "";
    return special_run(c,
                       arena_printf(c->arena, "UPDATE regionmatrix SET audiobandwidth=%d%s WHERE %s", kbps, codec_set,
                                    where),
                       key, NULL, 0, err);
}

bool
bandwidth_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
               struct ccm_error *err)
{
    (void)b;
    return special_text(c, bandwidth_select(c, "m.pkid=?1"), pkid, text, is_null, err);
}

bool
bandwidth_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                const char *text, struct ccm_error *err)
{
    (void)e;
    return *text == '\0' || bandwidth_set(c, b, "pkid=?1", pkid, text, err);
}

/* A region's own default codec is its row with itself. */
bool
defaultcodec_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                  struct ccm_error *err)
{
    (void)b;
    return special_text(c, bandwidth_select(c, "m.fkregion_a=?1 AND m.fkregion_b=?1"), pkid, text, is_null, err);
}

bool
defaultcodec_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                   const char *text, struct ccm_error *err)
{
    static const char own[] = "fkregion_a=?1 AND fkregion_b=?1";
    char id[37];
    if (e == NULL || *text == '\0')
        return true;
    store_new_pkid(store_of(c->conn), id);
    return special_run(c,
                       "INSERT INTO regionmatrix(pkid,fkregion_a,fkregion_b) SELECT ?2,?1,?1 WHERE NOT EXISTS(SELECT 1 "
                       "FROM regionmatrix WHERE fkregion_a=?1 AND fkregion_b=?1)",
                       pkid, (const char *[]){ id }, 1, err) &&
           bandwidth_set(c, b, own, pkid, text, err);
}

/* ---- a device pool's Standard Local Route Group (one of its route group map rows) ---- */

#define STANDARD_LRG "(SELECT pkid FROM routegroup WHERE name='Standard Local Route Group')"

bool
standardlrg_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                 struct ccm_error *err)
{
    (void)b;
    return special_text(c,
                        "SELECT g.name FROM devicepoolroutegroupmap m JOIN routegroup g ON g.pkid=m.fkroutegroup WHERE "
                        "m.fkdevicepool=?1 AND m.fkroutegroup_local=" STANDARD_LRG,
                        pkid, text, is_null, err);
}

bool
standardlrg_uuid_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                      struct ccm_error *err)
{
    (void)b;
    return special_text(c,
                        "SELECT '{'||upper(fkroutegroup)||'}' FROM devicepoolroutegroupmap WHERE fkdevicepool=?1 AND "
                        "fkroutegroup_local=" STANDARD_LRG,
                        pkid, text, is_null, err);
}

bool
standardlrg_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                  const char *text, struct ccm_error *err)
{
    const struct axl_bind group = { .target = "routegroup", .target_column = "name" };
    struct value v;
    char         id[37];
    (void)b;
    if (!axl_ref_resolve(c, &group, text, e != NULL ? soap_attr(e, "uuid") : NULL, &v, err) ||
        !special_run(c, "DELETE FROM devicepoolroutegroupmap WHERE fkdevicepool=?1 AND fkroutegroup_local=" STANDARD_LRG,
                     pkid, NULL, 0, err))
        return false;
    if (v.kind == VALUE_NULL)
        return true;
    store_new_pkid(store_of(c->conn), id);
    return special_run(c,
                       "INSERT INTO devicepoolroutegroupmap(pkid,fkdevicepool,fkroutegroup_local,fkroutegroup) "
                       "VALUES(?2,?1," STANDARD_LRG ",?3)",
                       pkid, (const char *[]){ id, v.text }, 2, err);
}

/* ---- RSVP between locations: members of the matrix rows that the locations point to ---- */

#define RSVP_POLICY "(SELECT enum FROM typematrix WHERE name='RSVP Policy')"

bool
rsvp_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
          struct ccm_error *err)
{
    sqlite3_stmt *s = store_prepare(c->conn,
                                    "SELECT m.pkid,o.pkid,o.name,v.name FROM location l JOIN matrixmember m ON "
                                    "m.fkmatrix_1=l.fkmatrix JOIN location o ON o.fkmatrix=m.fkmatrix_2 JOIN "
                                    "typematrixvalue v ON v.enum=m.tkmatrixvalue WHERE l.pkid=?1 ORDER BY m.rowid",
                                    err);
    int  step;
    char braced[39];
    (void)b;
    *is_null = false;
    if (s == NULL)
        return false;
    sqlite3_bind_text(s, 1, pkid, -1, SQLITE_TRANSIENT);
    while ((step = store_step(c->conn, s, err)) == 1) {
        xml_begin(text, "relatedLocation");
        uuid_braced((const char *)sqlite3_column_text(s, 0), braced);
        xml_attr(text, "uuid", braced);
        xml_end(text, false);
        xml_begin(text, "locationName");
        uuid_braced((const char *)sqlite3_column_text(s, 1), braced);
        xml_attr(text, "uuid", braced);
        xml_end(text, false);
        xml_text(text, (const char *)sqlite3_column_text(s, 2));
        xml_close(text, "locationName");
        xml_leaf(text, "rsvpSetting", (const char *)sqlite3_column_text(s, 3));
        xml_close(text, "relatedLocation");
    }
    sqlite3_reset(s);
    return step == 0;
}

/* Make sure that a location has a matrix row to hang settings on. */
static bool
rsvp_matrix(struct axl_call *c, const char *location, struct ccm_error *err)
{
    char id[37];
    store_new_pkid(store_of(c->conn), id);
    return special_run(c,
                       "INSERT INTO matrix(pkid,name,tkmatrix) SELECT ?2,name," RSVP_POLICY " FROM location WHERE pkid=?1 "
                       "AND fkmatrix IS NULL",
                       location, (const char *[]){ id }, 1, err) &&
           special_run(c, "UPDATE location SET fkmatrix=?2 WHERE pkid=?1 AND fkmatrix IS NULL", location,
                       (const char *[]){ id }, 1, err);
}

static bool
rsvp_relate(struct axl_call *c, const char *pkid, const struct soap_element *e, struct ccm_error *err)
{
    const struct axl_bind location = { .target = "location", .target_column = "name" };
    const struct soap_element *name = soap_child(e, "locationName");
    const struct store_enum *values = store_enum_find(store_of(c->conn), "typematrixvalue");
    const char *setting = axl_text(c, soap_child(e, "rsvpSetting"));
    struct value v;
    int64_t      number;
    char         id[37];

    if (!axl_ref_resolve(c, &location, axl_text(c, name), name != NULL ? soap_attr(name, "uuid") : NULL, &v, err))
        return false;
    if (v.kind == VALUE_NULL)
        return ccm_fail(err, CCM_INVALID, "Required element locationName is missing");
    if (values == NULL || !store_enum_number(values, setting, &number))
        return ccm_fail(err, CCM_INVALID, "Invalid value '%.100s' for element rsvpSetting: not one of its values", setting);
    store_new_pkid(store_of(c->conn), id);
    return rsvp_matrix(c, v.text, err) &&
           special_run(c,
                       arena_printf(c->arena,
                                    "INSERT INTO matrixmember(pkid,fkmatrix_1,fkmatrix_2,tkmatrixvalue) SELECT "
                                    "?2,(SELECT fkmatrix FROM location WHERE pkid=?1),(SELECT fkmatrix FROM location WHERE "
                                    "pkid=?3),%lld",
                                    (long long)number),
                       pkid, (const char *[]){ id, v.text }, 2, err);
}

bool
rsvp_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e, const char *text,
           struct ccm_error *err)
{
    (void)b;
    (void)text;
    if (!rsvp_matrix(c, pkid, err) ||
        !special_run(c, "DELETE FROM matrixmember WHERE fkmatrix_1=(SELECT fkmatrix FROM location WHERE pkid=?1)", pkid,
                     NULL, 0, err))
        return false;
    for (const struct soap_element *k = e != NULL ? e->children : NULL; k != NULL; k = k->next)
        if (!rsvp_relate(c, pkid, k, err))
            return false;
    return true;
}
