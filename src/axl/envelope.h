/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The envelope of an AXL answer. */
#ifndef AXL_ENVELOPE_H
#define AXL_ENVELOPE_H

#include "axl_priv.h"

/* Up to and with the response element's start tag. sequence: echoed number or NULL; attr: one more or NULL. */
void axl_response_begin(struct buf *b, enum axl_version v, const char *element, const char *sequence, const char *attr,
                        const char *value);
void axl_response_end(struct buf *b, enum axl_version v, const char *element);
/* The whole answer that tells err. */
void axl_fault(struct buf *b, enum axl_version v, const struct ccm_error *err, const char *operation);

#endif
