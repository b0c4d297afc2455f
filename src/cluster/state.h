/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The cluster's side of cluster_state. */
#ifndef CCMSIM_CLUSTER_STATE_H
#define CCMSIM_CLUSTER_STATE_H

struct cluster_states;

struct cluster_states *cluster_states_new(void);
/* NULL is fine. */
void cluster_states_free(struct cluster_states *all);
void cluster_states_reset(struct cluster_states *all);

#endif
