/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The table of a call's life, and what its engine, its actions and the phone's keys share. */
#ifndef CCMSIM_SIM_CALL_H
#define CCMSIM_SIM_CALL_H

#include "sim/sim_priv.h"

/* Q.850, as far as simple calls end with them. */
enum cause {
    CAUSE_NONE = 0,
    CAUSE_UNALLOCATED = 1,
    CAUSE_NORMAL = 16,
    CAUSE_BUSY = 17,
    CAUSE_NO_ANSWER = 19,
    CAUSE_OUT_OF_ORDER = 27,
    CAUSE_TEMPORARY_FAILURE = 41,
};

typedef void call_action(struct sim *sim, struct call *c);

struct call_row {
    uint8_t      state, event;
    call_action *action;
    uint8_t      next;
    const char  *name;
};
extern const struct call_row call_rows[];
extern const size_t          call_row_count;

call_action action_collect, action_route, action_ring, action_tone, action_connect, action_unanswered,
    action_stop_ringing, action_end;

/* False: the state has no use for the event. */
bool        call_event(struct sim *sim, struct call *c, enum call_event e);
const char *call_state_name(uint8_t state);
int         call_state_number(const char *name); /* -1: none */

struct call *call_find(struct sim *sim, uint64_t id);
/* An empty one among those under way. */
struct call *call_enter(struct sim *sim, uint64_t id);
/* Off hook on that line, which can take a call. */
struct call *call_new(struct sim *sim, struct line *l);
void         call_ended(struct sim *sim, struct call *c);
bool         line_usable(const struct line *l);
void         call_digit(struct sim *sim, struct call *c, char digit);
/* Dial what was collected. */
void call_dial(struct sim *sim, struct call *c, const char *digits);
bool call_answer(struct sim *sim, struct call *c, struct line *l);
/* The leg of a device that its keys are about; NULL: none. */
struct leg *device_leg(const struct dev *d);
struct leg *device_ringing(const struct dev *d);

struct leg *leg_add(struct sim *sim, struct call *c, struct line *l, bool called, enum sim_line_state state);
void        leg_set(struct sim *sim, struct leg *leg, enum sim_line_state state);
/* It leaves its line and its call; the device does what waited for the end of its calls. */
void leg_drop(struct sim *sim, struct leg *leg);

/* route.c: the number, as far as that line may call it; NULL: none. */
struct dn *route_number(const struct sim *sim, const struct line *from, const char *digits);

#endif
