/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The services of the daemon. The first whose prefix fits the path gets the request. */
#include "ccmsim/service.h"

#include <stddef.h>

const struct service *const services[] = {
    &axl_service,     &plugins_service, &ris_service,       &perfmon_service,
    &control_service, &em_service,      &webdialer_service, NULL,
};
