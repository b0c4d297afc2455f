/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Operations that no family covers: one row each in operations.c. */
#ifndef AXL_SPECIAL_H
#define AXL_SPECIAL_H

#include "axl_priv.h"

struct axl_operation {
    const char *name;
    bool (*run)(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err);
    const char *echo; /* request element repeated as an attribute of the response; NULL */
    bool        writes, slow;
};

const struct axl_operation *axl_operation_find(const char *name);

bool axl_run_sql_query(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err);
bool axl_run_sql_update(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err);
/* changes.c */
bool axl_run_list_change(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err);
/* mobility.c */
bool axl_run_device_login(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err);
bool axl_run_device_logout(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err);

#endif
