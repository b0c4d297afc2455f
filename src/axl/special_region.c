/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Special fields of regions and locations: bandwidths between them. */
#include <stdlib.h>
#include <string.h>

#include "special_priv.h"

/* Audio bandwidth is a codec's name up to 9.1 and kbit/s from 10.0, told as "64 kbps"; codec names are
 * still taken then, as the bandwidth they stand for. Widest first; 0 leaves what is there. */
static const struct {
    const char *codec;
    int         kbps;
} codecs[] = { { "Wideband", 256 },
               { "AAC-LD-LATM", 128 },
               { "G.711", 64 },
               { "G.722", 64 },
               { "iSAC", 32 },
               { "AMR-WB", 24 },
               { "G.728", 16 },
               { "GSM", 13 },
               { "G.729", 8 },
               { "G.723", 7 },
               { "Use System Default", 0 },
               { "Keep Current Setting", 0 } };
#define CODECS (sizeof codecs / sizeof codecs[0])

/* kbit/s, as text; NULL: leave it. */
static bool
parse_bandwidth(struct axl_call *c, const char *element, const char *text, const char **kbps, struct ccm_error *err)
{
    char *end;
    long  n = strtol(text, &end, 10);
    for (size_t i = 0; i < CODECS; i++)
        if (strcasecmp(text, codecs[i].codec) == 0) {
            *kbps = codecs[i].kbps != 0 ? arena_printf(c->arena, "%d", codecs[i].kbps) : NULL;
            return true;
        }
    bool number = end != text && n >= 0 && n <= 100000;
    end += strspn(end, " ");
    if (!number || (*end != '\0' && strcasecmp(end, "kbps") != 0))
        return special_invalid(err, element, text, "neither kbps nor a codec");
    *kbps = arena_printf(c->arena, "%ld", n);
    return true;
}

static bool
tell_bandwidth(struct axl_call *c, const char *sql, const char *pkid, struct buf *text, bool *is_null,
               struct ccm_error *err)
{
    const char *kbps;
    if (!special_find(c, sql, pkid, NULL, 0, &kbps, err))
        return false;
    *is_null = kbps == NULL;
    if (kbps == NULL)
        return true;
    if (c->version >= AXL_V10_0) {
        buf_addf(text, "%s kbps", kbps);
        return true;
    }
    size_t i = 0;
    while (i < CODECS - 1 && codecs[i].kbps > strtol(kbps, NULL, 10)) /* the widest that fits */
        i++;
    buf_adds(text, codecs[i].codec);
    return true;
}

bool
bandwidth_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
               struct ccm_error *err)
{
    (void)b;
    return tell_bandwidth(c, "SELECT audiobandwidth FROM regionmatrix WHERE pkid=?1", pkid, text, is_null, err);
}

bool
bandwidth_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                const char *text, struct ccm_error *err)
{
    const char *kbps;
    (void)e;
    if (*text == '\0')
        return true;
    return parse_bandwidth(c, b->path, text, &kbps, err) &&
           (kbps == NULL ||
            special_run(c, "UPDATE regionmatrix SET audiobandwidth=?2 WHERE pkid=?1", pkid, &kbps, 1, err));
}

/* A region's own default codec is its row with itself. */
bool
defaultcodec_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                  struct ccm_error *err)
{
    (void)b;
    return tell_bandwidth(c, "SELECT audiobandwidth FROM regionmatrix WHERE fkregion_a=?1 AND fkregion_b=?1", pkid,
                          text, is_null, err);
}

bool
defaultcodec_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                   const char *text, struct ccm_error *err)
{
    const char *kbps;
    if (e == NULL || *text == '\0')
        return true;
    return parse_bandwidth(c, b->path, text, &kbps, err) &&
           (kbps == NULL ||
            special_put(c, "UPDATE regionmatrix SET audiobandwidth=?2 WHERE fkregion_a=?1 AND fkregion_b=?1",
                        "INSERT INTO regionmatrix(fkregion_a,fkregion_b,audiobandwidth) VALUES(?1,?1,?2)", pkid, &kbps,
                        1, err));
}

/* ---- RSVP between locations: members of the matrix rows that the locations point to ---- */

#define RSVP_POLICY "1" /* typematrix; 0 are presence groups */

static void
location_xml(struct buf *text, sqlite3_stmt *row)
{
    special_open(text, "relatedLocation", row, 0);
    special_named(text, "locationName", row, 1);
    xml_leaf(text, "rsvpSetting", (const char *)sqlite3_column_text(row, 3));
    xml_close(text, "relatedLocation");
}

bool
rsvp_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
          struct ccm_error *err)
{
    (void)b;
    *is_null = false;
    return special_each(c,
                        "SELECT m.pkid,o.pkid,o.name,v.name FROM location l JOIN matrixmember m ON "
                        "m.fkmatrix_1=l.fkmatrix JOIN location o ON o.fkmatrix=m.fkmatrix_2 JOIN typematrixvalue v ON "
                        "v.enum=m.tkmatrixvalue WHERE l.pkid=?1 ORDER BY m.rowid",
                        pkid, text, location_xml, err);
}

/* Make sure that a location has a matrix row to hang settings on. */
static bool
rsvp_matrix(struct axl_call *c, const char *location, struct ccm_error *err)
{
    char        id[37];
    const char *args[] = { id };
    store_new_pkid(store_of(c->conn), id);
    return special_run(c,
                       "INSERT INTO matrix(pkid,name,tkmatrix) SELECT ?2,name," RSVP_POLICY
                       " FROM location WHERE pkid=?1 "
                       "AND fkmatrix IS NULL",
                       location, args, 1, err) &&
           special_run(c, "UPDATE location SET fkmatrix=?2 WHERE pkid=?1 AND fkmatrix IS NULL", location, args, 1, err);
}

static bool
rsvp_relate(struct axl_call *c, const char *pkid, const struct soap_element *e, struct ccm_error *err)
{
    const struct soap_element *name = soap_child(e, "locationName");
    const char                *args[2];

    if (!special_target(c, "location", "name", name, axl_text(c, name), &args[0], err))
        return false;
    if (args[0] == NULL)
        return ccm_fail(err, CCM_INVALID, "Required element locationName is missing");
    return special_number(c, "rsvpSetting", "typematrixvalue", axl_text(c, soap_child(e, "rsvpSetting")), &args[1],
                          err) &&
           rsvp_matrix(c, args[0], err) &&
           special_run(c,
                       "INSERT INTO matrixmember(fkmatrix_1,fkmatrix_2,tkmatrixvalue) SELECT (SELECT fkmatrix FROM "
                       "location WHERE pkid=?1),(SELECT fkmatrix FROM location WHERE pkid=?2),?3",
                       pkid, args, 2, err);
}

bool
rsvp_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
           const char *text, struct ccm_error *err)
{
    (void)b;
    (void)text;
    if (e == NULL)
        return true;
    if (!special_run(c, "DELETE FROM matrixmember WHERE fkmatrix_1=(SELECT fkmatrix FROM location WHERE pkid=?1)", pkid,
                     NULL, 0, err) ||
        (e->children != NULL && !rsvp_matrix(c, pkid, err)))
        return false;
    for (const struct soap_element *k = e->children; k != NULL; k = k->next)
        if (!rsvp_relate(c, pkid, k, err))
            return false;
    return true;
}
