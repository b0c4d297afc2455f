/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The steps each request goes through. */
#ifndef CCMSIM_PIPELINE_H
#define CCMSIM_PIPELINE_H

#include "ccmsim/request.h"

/* The HTTP server's handler: from the request to its complete reply, or SUSPENDED. */
enum outcome pipeline_run(struct request *rq);

#endif
