/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The hub's own files to one another; all under its lock. */
#ifndef CCMSIM_CONTROL_HUB_PRIV_H
#define CCMSIM_CONTROL_HUB_PRIV_H

#include "control/hub.h"

/* Look at the condition now; if it holds, let its members go. */
void group_look(struct group *g);
/* An exchange that came. */
void group_try(struct group *g, struct exhibit *e);
/* Event seq is one for s. */
void stream_wake(struct stream *s, uint64_t seq);

#endif
