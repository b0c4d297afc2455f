/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Rows of the store as they are read, before anything is made of them: the texts belong to the statement or to an
 * arena. Reading holds no lock of the simulator, making use of what was read asks nothing of the store. */
#ifndef CCMSIM_SIM_LOAD_H
#define CCMSIM_SIM_LOAD_H

#include "sim/sim_priv.h"

struct device_row {
    const char *pkid, *name, *description, *pool, *group, *css, *load;
    int32_t     tkclass, tkmodel, tkproduct, tkprotocol;
    bool        cti;
};
struct login_row {
    const char *device, *profile, *user;
};
struct number_row {
    const char *pkid, *pattern, *partition, *css, *name;
    int32_t     no_answer_s;
};
struct line_row {
    const char *pkid, *device, *number, *display;
    unsigned    index;
    int32_t     busy_trigger, max_calls;
};

/* All nodes; all CallManager groups. */
bool load_nodes(struct sim *sim, struct store_conn *c, struct ccm_error *err);
bool load_groups(struct sim *sim, struct store_conn *c, struct ccm_error *err);
/* Statements with one key, NULL-ended, that find the devices behind a row of that table; NULL: it has none ever. */
const char *const *act_dependents(const char *table);
bool               load_class_registers(const struct device_row *r);

/* ---- apply.c: called with the lock held ---- */

void apply_partition(struct sim *sim, const char *pkid, const char *name);
void apply_space(struct sim *sim, const char *pkid, const char *const *partitions, size_t count);
void apply_group(struct sim *sim, const char *pkid, const char *const *nodes, size_t count);
void apply_pool(struct sim *sim, const char *pkid, const char *group, int32_t monitor_s);
void apply_node(struct sim *sim, const char *pkid, const char *name, int nodeid);
void apply_node_removed(struct sim *sim, const char *pkid);
/* New ones are made; a new one that is to come up by itself begins to. */
struct dev  *apply_device(struct sim *sim, const struct device_row *r);
void         apply_login(struct sim *sim, struct dev *d, const struct login_row *r);
struct dn   *apply_number(struct sim *sim, const struct number_row *r);
struct line *apply_line(struct sim *sim, struct dev *d, const struct line_row *r);
/* The lines that d has now; others go. True: they are not what they were. */
bool apply_lines(struct sim *sim, struct dev *d, const struct line_row *rows, size_t count);
void apply_start(struct sim *sim, struct dev *d);
void apply_removed(struct sim *sim, struct dev *d);
void apply_clear(struct sim *sim);

#endif
