/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the special fields' files share: small steps over the store, and the functions of the table. */
#ifndef AXL_SPECIAL_PRIV_H
#define AXL_SPECIAL_PRIV_H

#include "axl_priv.h"

/* First column of the first row; ?1 is pkid. *is_null: no row, or null. */
bool special_text(struct axl_call *c, const char *sql, const char *pkid, struct buf *text, bool *is_null,
                  struct ccm_error *err);
/* The same with further text arguments, in the arena; NULL: no row, or null. */
bool special_find(struct axl_call *c, const char *sql, const char *pkid, const char *const *args, unsigned count,
                  const char **out, struct ccm_error *err);
/* A reference: sql gives pkid and text of the row referred to. Its text; in the attribute FUNC@uuid its {UUID}. */
bool special_reference(struct axl_call *c, const struct axl_bind *b, const char *sql, const char *pkid,
                       struct buf *text, bool *is_null, struct ccm_error *err);
/* Every row told by fn. */
typedef void special_row_fn(struct buf *text, sqlite3_stmt *row);
bool         special_each(struct axl_call *c, const char *sql, const char *pkid, struct buf *text, special_row_fn *fn,
                          struct ccm_error *err);
/* <name uuid="{...}"> of the pkid in a row's column. */
void special_open(struct buf *text, const char *name, sqlite3_stmt *row, int column);
/* <name uuid="{...}">text</name> of pkid and text in a row's two columns from column on; <name/> for null. */
void special_named(struct buf *text, const char *name, sqlite3_stmt *row, int column);

/* Run a statement with ?1 = pkid and further text arguments (NULL: null). */
bool special_run(struct axl_call *c, const char *sql, const char *pkid, const char *const *args, unsigned count,
                 struct ccm_error *err);
/* An update, and when it met no row an insert, with the same arguments. */
bool special_put(struct axl_call *c, const char *update, const char *insert, const char *pkid, const char *const *args,
                 unsigned count, struct ccm_error *err);

/* pkid of the row of table that an element names by its text in column or by uuid; NULL: it names none. */
bool special_target(struct axl_call *c, const char *table, const char *column, const struct soap_element *e,
                    const char *text, const char **pkid, struct ccm_error *err);
/* Number, as text, of a name in a type table; 5003 when it has no such name. */
bool special_number(struct axl_call *c, const char *element, const char *type_table, const char *text, const char **out,
                    struct ccm_error *err);
bool special_invalid(struct ccm_error *err, const char *element, const char *text, const char *why);
/* "true", "t", "1" ... */
bool special_is_true(const char *text);
/* How an update's element changes a list: it is named addX, removeX or, for all of it, X. */
bool special_adds(const struct soap_element *e);
bool special_removes(const struct soap_element *e);

typedef bool special_read_fn(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text,
                             bool *is_null, struct ccm_error *err);
typedef bool special_write_fn(struct axl_call *c, const struct axl_bind *b, const char *pkid,
                              const struct soap_element *e, const char *text, struct ccm_error *err);

typedef const char *special_expression_fn(struct axl_call *c, const struct axl_bind *b);

/* special_device.c */
special_expression_fn devicexml_expression, load_expression, loadspecial_expression, activation_expression;
special_read_fn       devicexml_read, load_read, loadspecial_read, activation_read, blfoption_read;
special_write_fn      devicexml_write, load_write, blfoption_write;
/* special_secret.c */
special_read_fn  secret_read, adminlockout_read;
special_write_fn password_write, pin_write, digest_write, keep_write, adminlockout_write, resethacks_write;
/* special_user.c */
special_read_fn  grouproles_read, groupmembers_read, lineappearances_read, accounttype_read, defaultprofile_read;
special_write_fn groupmembers_write, lineappearances_write, defaultprofile_write;
/* special_line.c */
special_read_fn  altnumber_read, pstnfailover_read, lineuri_read;
special_write_fn altnumber_write, pstnfailover_write, lineuri_write;
/* special_region.c */
special_read_fn  bandwidth_read, defaultcodec_read, rsvp_read;
special_write_fn bandwidth_write, defaultcodec_write, rsvp_write;
/* special_template.c */
special_read_fn  standardlrg_read, datetemplate_read, onlyrow_read, defaultuserprofile_read, firstrecording_read;
special_write_fn standardlrg_write, datetemplate_write, basetemplate_write, onlyrow_write, defaultuserprofile_write,
    firstrecording_write;
/* special_trunk.c */
special_read_fn  firstdestination_read, srvdestination_read, scriptparameters_read;
special_write_fn firstdestination_write, srvdestination_write, scriptparameters_write;
/* special_mobility.c */
special_read_fn  lineassociations_read, ctilines_read, destinationowner_read, ringschedule_read, accesslist_read;
special_write_fn lineassociations_write, destinationowner_write, ringschedule_write, accesslist_write;
/* special_ucservice.c */
special_read_fn  serviceprofilename_read, ucservicetype_read;
special_write_fn serviceprofilename_write, ucservicetype_write;

#endif
