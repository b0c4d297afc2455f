/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The control API's resources. */
#ifndef CCMSIM_CONTROL_PRIV_H
#define CCMSIM_CONTROL_PRIV_H

#include <jansson.h>

#include "ccmsim/request.h"

enum outcome control_health(struct request *rq, struct ccm_error *err);
enum outcome control_journal(struct request *rq, struct ccm_error *err);
enum outcome control_reset(struct request *rq, struct ccm_error *err);

/* Answer with a JSON value, which is released. */
void control_reply(struct request *rq, int status, json_t *body);

#endif
