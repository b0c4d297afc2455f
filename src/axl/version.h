/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Schema versions of requests. */
#ifndef AXL_VERSION_H
#define AXL_VERSION_H

#include "axl_priv.h"

/* Versions this cluster answers: all, or what its release really offers. */
axl_mask axl_versions_offered(const struct cluster *cl);
/* The version of a request. False: CCM_BAD_VERSION, the text being the real 599 page's. */
bool axl_version_of(const struct cluster *cl, struct arena *a, const char *action, const char *ns,
                    const char *operation, enum axl_version *out, struct ccm_error *err);

#endif
