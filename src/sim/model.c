/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What is known of a phone model besides its row in the store. */
#include <stdlib.h>

#include "sim/sim_priv.h"

struct model {
    int32_t     number;
    bool        hard;
    const char *sccp, *sip;
};

static const struct model models[] = {
#define X(number, hard, sccp, sip) { number, hard, sccp, sip },
#include "sim/models.def"
#undef X
};

static int
by_number(const void *key, const void *row)
{
    int32_t a = *(const int32_t *)key, b = ((const struct model *)row)->number;

    return a < b ? -1 : a > b;
}

static const struct model *
find(int32_t number)
{
    return bsearch(&number, models, sizeof models / sizeof models[0], sizeof models[0], by_number);
}

const char *
model_load(int32_t tkmodel, uint8_t protocol)
{
    const struct model *m = find(tkmodel);

    return m == NULL ? "" : protocol == PROTOCOL_SIP ? m->sip : m->sccp;
}

bool
model_is_hard(int32_t tkmodel)
{
    const struct model *m = find(tkmodel);

    return m != NULL && m->hard;
}
