/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The table of options and the parsers of their kinds, shared by the loader and the printers. */
#ifndef CCMSIM_CONFIG_PRIV_H
#define CCMSIM_CONFIG_PRIV_H

#include <stddef.h>

#include "ccmsim/config.h"

struct option_kind;

struct option {
    const char               *name;
    const struct option_kind *kind;
    size_t                    field, count; /* offsets in struct config */
    const char               *argument;     /* NULL: none is needed */
    const char               *def;          /* NULL: none */
    const char               *help;
};

struct option_kind {
    /* Put text into the option's field. */
    bool (*parse)(struct config *cfg, const struct option *o, const char *text, struct ccm_error *err);
    uint32_t    min, max; /* numbers */
    const char *choices;  /* "a|b": values 0, 1 */
    bool        list;     /* may be given more than once */
    bool        run_mode; /* not in the file: it says what this run is for; min is its value */
    const char *env;      /* environment variable that gives it too */
};

extern const struct option config_options[];
extern const size_t        config_option_count;

const struct option *config_option_find(const char *name, size_t len);
/* A list starts again: what a weaker source said is forgotten. */
void config_list_clear(struct config *cfg, const struct option *o);

#endif
