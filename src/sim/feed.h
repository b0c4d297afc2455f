/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Following the store: a batch of changes at work (feed.c), and a device read anew for it (fresh.c). */
#ifndef CCMSIM_SIM_FEED_H
#define CCMSIM_SIM_FEED_H

#include "sim/read.h"
#include "sim/sim_priv.h"

struct wanted {
    char          *pkid;
    struct wanted *next;
    bool           whole, by_row; /* of a device: lines and user too; only its row has been read */
};
struct wants {
    struct sim_map seen;
    struct wanted *first, **end;
};
struct act {
    char        op;
    const char *table, *pkid;
};

struct feed {
    struct sim        *sim;
    struct store_conn *c;
    struct arena      *a;
    struct ccm_error   err;
    bool               failed;
    bool               nodes, groups;
    struct wants       partitions, spaces, pools, numbers, devices, gone_nodes;
    struct act        *acts;
    size_t             act_count;
};

struct fresh { /* what the store says of a device now */
    struct device_row  row;
    struct login_row   login;
    struct line_row   *lines;
    struct number_row *numbers;
    size_t             line_count, number_count;
    bool               there, in;
};

/* One row by key, or the end; the statement is left for the caller to read and reset. */
sqlite3_stmt *feed_one(struct feed *f, const char *sql, const char *key, bool *found);

/* What the store says of a device, in the feed's arena: its row alone; all of it. */
void fresh_read_row(struct feed *f, const char *pkid, struct fresh *o);
void fresh_read(struct feed *f, const char *pkid, struct fresh *o);
/* The simulator's record becomes that. With its lock held. */
void fresh_use(struct sim *sim, const char *pkid, const struct fresh *o);

#endif
