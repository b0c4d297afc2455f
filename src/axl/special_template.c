/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Special fields of what devices are made from: device pools, date/time groups, templates and the user
 * profile that is the default. */
#include <string.h>

#include "special_priv.h"

/* ---- a device pool's Standard Local Route Group (one of its route group map rows) ---- */

#define STANDARD_LRG "(SELECT pkid FROM routegroup WHERE name='Standard Local Route Group')"
#define POOL_MAP     " fkdevicepool=?1 AND fkroutegroup_local=" STANDARD_LRG

bool
standardlrg_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                 struct ccm_error *err)
{
    return special_reference(c, b,
                             "SELECT g.pkid,g.name FROM devicepoolroutegroupmap m JOIN routegroup g ON "
                             "g.pkid=m.fkroutegroup WHERE" POOL_MAP,
                             pkid, text, is_null, err);
}

bool
standardlrg_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                  const char *text, struct ccm_error *err)
{
    const char *group;
    (void)b;
    if (!special_target(c, "routegroup", "name", e, text, &group, err))
        return false;
    if (group == NULL)
        return special_run(c, "DELETE FROM devicepoolroutegroupmap WHERE" POOL_MAP, pkid, NULL, 0, err);
    return special_put(c, "UPDATE devicepoolroutegroupmap SET fkroutegroup=?2 WHERE" POOL_MAP,
                       "INSERT INTO devicepoolroutegroupmap(fkdevicepool,fkroutegroup_local,fkroutegroup) "
                       "VALUES(?1," STANDARD_LRG ",?2)",
                       pkid, &group, 1, err);
}

/* ---- dates: three letters, a separator between them, an A behind them for the 12-hour clock ---- */

#define DATE_READ(part)  "SELECT " part " FROM datetimesetting WHERE pkid=?1"
#define DATE_WRITE(part) "UPDATE datetimesetting SET datetemplate=" part " WHERE pkid=?1"
#define LETTERS          "substr(datetemplate,1,5)"
#define CLOCK            "substr(datetemplate,6)"
#define SEPARATOR        "substr(datetemplate,2,1)"

static const struct {
    const char *field, *read, *write; /* ?2 is the field's text */
} date_parts[] = {
    { "separator", DATE_READ(SEPARATOR),
      DATE_WRITE("substr(datetemplate,1,1)||?2||substr(datetemplate,3,1)||?2||substr(datetemplate,5)") },
    { "dateformat", DATE_READ(LETTERS),
      DATE_WRITE("CASE length(?2) WHEN 3 THEN substr(?2,1,1)||" SEPARATOR "||substr(?2,2,1)||" SEPARATOR
                 "||substr(?2,3) ELSE ?2 END||" CLOCK) },
    { "timeFormat", DATE_READ("CASE " CLOCK " WHEN 'A' THEN '12-hour' ELSE '24-hour' END"),
      DATE_WRITE(LETTERS "||CASE ?2 WHEN '12-hour' THEN 'A' ELSE '' END") },
};

static size_t
date_part(const struct axl_bind *b)
{
    size_t i = 0;
    while (i < sizeof date_parts / sizeof date_parts[0] - 1 && strcmp(date_parts[i].field, b->path) != 0)
        i++;
    return i;
}

bool
datetemplate_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                  struct ccm_error *err)
{
    return special_text(c, date_parts[date_part(b)].read, pkid, text, is_null, err);
}

bool
datetemplate_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                   const char *text, struct ccm_error *err)
{
    if (e == NULL || *text == '\0')
        return true;
    if (strcmp(b->path, "timeFormat") == 0 && strcmp(text, "12-hour") != 0 && strcmp(text, "24-hour") != 0)
        return special_invalid(err, b->path, text, "neither 12-hour nor 24-hour");
    return special_run(c, date_parts[date_part(b)].write, pkid, &text, 1, err);
}

/* ---- phone button templates ---- */

/* A new template is like its base, but for the buttons that it was given itself. */
bool
basetemplate_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                   const char *text, struct ccm_error *err)
{
    const char *base;
    (void)b;
    if (!special_target(c, "phonetemplate", "name", e, text, &base, err))
        return false;
    return base == NULL ||
           (special_run(c,
                        "UPDATE phonetemplate SET (tkmodel,tkdeviceprotocol,numofbuttons)=(SELECT "
                        "tkmodel,tkdeviceprotocol,numofbuttons FROM phonetemplate WHERE pkid=?2) WHERE pkid=?1",
                        pkid, &base, 1, err) &&
            special_run(
                c,
                "INSERT INTO phonebutton(fkphonetemplate,buttonnum,tkfeature,label,paramn1,paramn2,paramt1,"
                "paramt2,isfixedfeature) SELECT ?1,buttonnum,tkfeature,label,paramn1,paramn2,paramt1,paramt2,"
                "isfixedfeature FROM phonebutton WHERE fkphonetemplate=?2 AND buttonnum NOT IN (SELECT buttonnum "
                "FROM phonebutton WHERE fkphonetemplate=?1) ORDER BY buttonnum",
                pkid, &base, 1, err));
}

/* ---- tables of one row, which says what the default is ---- */

bool
onlyrow_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
             struct ccm_error *err)
{
    return special_text(c,
                        arena_printf(c->arena,
                                     "SELECT CASE WHEN EXISTS(SELECT 1 FROM \"%s\" WHERE \"%s\"=?1) THEN 'true' ELSE "
                                     "'false' END",
                                     b->table, b->column),
                        pkid, text, is_null, err);
}

static bool
point_only_row(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct ccm_error *err)
{
    return special_put(
        c, arena_printf(c->arena, "UPDATE \"%s\" SET \"%s\"=?1", b->table, b->column),
        arena_printf(c->arena, "INSERT INTO \"%s\"(pkid,\"%s\") VALUES(newid(),?1)", b->table, b->column), pkid, NULL,
        0, err);
}

/* There always is a default: a template that is it no longer gives way to that of the installation, which
 * itself can't give way. */
bool
onlyrow_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
              const char *text, struct ccm_error *err)
{
    const char *standard;
    if (e == NULL || *text == '\0')
        return true;
    if (special_is_true(text))
        return point_only_row(c, b, pkid, err);
    if (!special_find(c,
                      arena_printf(c->arena,
                                   "SELECT s.pkid FROM \"%s\" d JOIN softkeytemplate s ON s.name='Standard User' WHERE "
                                   "d.\"%s\"=?1",
                                   b->table, b->column),
                      pkid, NULL, 0, &standard, err))
        return false;
    if (standard != NULL && strcmp(standard, pkid) == 0)
        return special_invalid(err, b->path, text, "another template must become the default");
    return standard == NULL || point_only_row(c, b, standard, err);
}

bool
defaultuserprofile_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                        struct ccm_error *err)
{
    return special_reference(c, b,
                             arena_printf(c->arena,
                                          "SELECT p.pkid,p.name FROM \"%s\" d JOIN ucuserprofile p ON "
                                          "p.pkid=d.\"%s\" WHERE ?1<>''",
                                          b->table, b->column),
                             pkid, text, is_null, err);
}

bool
defaultuserprofile_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                         const char *text, struct ccm_error *err)
{
    const char *profile;
    (void)pkid;
    return special_target(c, "ucuserprofile", "name", e, text, &profile, err) &&
           (profile == NULL || point_only_row(c, b, profile, err));
}

/* ---- a device template's recording is that of its first line ---- */

#define FIRST_LINE "(SELECT pkid FROM devicenumplanmap WHERE fkdevice=?1 AND numplanindex=1)"

bool
firstrecording_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                    struct ccm_error *err)
{
    (void)b;
    return special_text(c,
                        "SELECT name FROM typerecordingflag WHERE enum=coalesce((SELECT tkrecordingflag FROM "
                        "recordingdynamic WHERE fkdevicenumplanmap=" FIRST_LINE "),0)",
                        pkid, text, is_null, err);
}

bool
firstrecording_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                     const char *text, struct ccm_error *err)
{
    const char *flag;
    if (e == NULL || *text == '\0')
        return true;
    return special_number(c, b->path, "typerecordingflag", text, &flag, err) &&
           special_put(c, "UPDATE recordingdynamic SET tkrecordingflag=?2 WHERE fkdevicenumplanmap=" FIRST_LINE,
                       "INSERT INTO recordingdynamic(fkdevicenumplanmap,tkrecordingflag) SELECT " FIRST_LINE
                       ",?2 WHERE " FIRST_LINE " IS NOT NULL",
                       pkid, &flag, 1, err);
}
