/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the special fields' files share. */
#ifndef AXL_SPECIAL_PRIV_H
#define AXL_SPECIAL_PRIV_H

#include "axl_priv.h"

/* First column of the first row; ?1 is pkid. *is_null: no row, or null. */
bool special_text(struct axl_call *c, const char *sql, const char *pkid, struct buf *text, bool *is_null,
                  struct ccm_error *err);
/* Run a statement with ?1 = pkid and further text arguments (NULL: null). */
bool special_run(struct axl_call *c, const char *sql, const char *pkid, const char *const *args, unsigned count,
                 struct ccm_error *err);
/* "true", "t", "1" ... */
bool special_is_true(const char *text);

typedef bool special_read_fn(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text,
                             bool *is_null, struct ccm_error *err);
typedef bool special_write_fn(struct axl_call *c, const struct axl_bind *b, const char *pkid,
                              const struct soap_element *e, const char *text, struct ccm_error *err);

/* special_device.c */
special_read_fn  devicexml_read, load_read, load_attr_read, model_read, activation_read, blfoption_read;
special_write_fn devicexml_write, load_write, blfoption_write;
/* special_user.c */
special_read_fn  secret_read, adminlockout_read, grouproles_read, lineappearances_read, accounttype_read,
    defaultprofile_read, defaultprofile_uuid_read;
special_write_fn password_write, pin_write, digest_write, keep_write, adminlockout_write, resethacks_write,
    lineappearances_write, defaultprofile_write;
/* special_line.c */
special_read_fn  altnumber_read, pstnfailover_read, lineuri_read, lineuri_uuid_read;
special_write_fn altnumber_write, pstnfailover_write, lineuri_write;
/* special_region.c */
special_read_fn  bandwidth_read, defaultcodec_read, standardlrg_read, standardlrg_uuid_read, rsvp_read;
special_write_fn bandwidth_write, defaultcodec_write, standardlrg_write, rsvp_write;

#endif
