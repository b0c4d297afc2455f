/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The simulator: what is happening in a cluster, beside what its store says is provisioned. A registry of
 * devices, nodes with their services, calls, counters and events, all on one clock. It learns of the
 * configuration from the store's change feed alone. One lock inside, never held over a call out; every function
 * may be called from any thread, but none while the caller holds the store's writer (mobility.h excepted).
 * What is handed out is a copy, in the caller's arena. */
#ifndef CCMSIM_SIM_H
#define CCMSIM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ccmsim/arena.h"
#include "ccmsim/buf.h"
#include "ccmsim/error.h"
#include "ccmsim/store.h"

struct sim;
struct sim_driver;

/* ---- the driver: one thread that makes time pass for any number of simulators ---- */

struct sim_driver *sim_driver_new(void);
/* After every simulator of its. NULL is fine. */
void sim_driver_free(struct sim_driver *drv);
/* Call fn(cookie) on the driver's thread delay_ms of the machine's own time from now: for delays and time limits
 * of requests, which pass whatever a cluster's clock does. fn must be short. 0 is never an id. */
uint64_t sim_driver_after(struct sim_driver *drv, uint64_t delay_ms, void (*fn)(void *cookie), void *cookie);
/* False: it has run, or is running now. */
bool sim_driver_cancel(struct sim_driver *drv, uint64_t id);

/* ---- life ---- */

enum sim_clock_mode { SIM_CLOCK_REAL, SIM_CLOCK_FAST, SIM_CLOCK_MANUAL };

/* Simulated milliseconds; each length is drawn between min and max from the cluster's seed. */
struct sim_span {
    uint32_t min_ms, max_ms;
};
struct sim_timing { /* lengths are product knowledge, not measured */
    struct sim_span boot, register_, reset, restart, apply, login, keepalive_loss, failback;
    uint32_t        no_answer_ms; /* how long a call rings (T301) */
    uint32_t        tone_ms;      /* how long a caller listens to a busy or reorder tone */
    uint32_t        digits_ms;    /* how long digits are awaited: the first, and each after another */
};
extern const struct sim_timing sim_timing_default;
/* Change what text names, in seconds: "boot=30-60,register=1.5,no-answer=20"; CCM_CONFIG otherwise. */
bool sim_timing_parse(struct sim_timing *t, const char *text, struct ccm_error *err);

#define SIM_PHONE_RANGE "127.64.0.0/10"

struct sim_options {
    struct store       *store;  /* borrowed, outlives the simulator */
    struct sim_driver  *driver; /* borrowed; NULL: time passes by hand only */
    bool                seeded; /* by hand, the clock then starts at a fixed moment too */
    uint64_t            seed;
    const char         *release; /* "15.0" */
    enum sim_clock_mode mode;
    double              speed;       /* of SIM_CLOCK_FAST: simulated seconds a second */
    const char         *phone_range; /* "127.64.0.0/10": each device gets an address of its own from it */
    struct sim_timing   timing;
    bool                settled; /* devices start out registered instead of booting */
};

/* Reads the store: one record for each device of a class that registers, one node for each process node. */
bool sim_new(struct sim **out, const struct sim_options *opt, struct ccm_error *err);
/* NULL is fine. */
void sim_free(struct sim *sim);
/* Forget everything and read the store anew, with the seed's numbers from their start: after a reset or restore of
 * the store. */
bool sim_reset(struct sim *sim, struct ccm_error *err);
/* The store's listener. */
void sim_on_change(struct sim *sim, const struct store_writer *who, const struct store_change *changes, size_t count);
/* Whether an act (store_act) on a row of that table can reach devices. */
bool sim_acts_on(const char *table);
/* Everything that the store does not hold, as JSON; and back. With the store's own image this is a snapshot. */
void sim_save(struct sim *sim, struct buf *out);
bool sim_load(struct sim *sim, const char *json, struct ccm_error *err);

/* ---- clock ---- */

#define SIM_MAX_SPEED      1e6
#define SIM_MAX_ADVANCE_MS (10ll * 365 * 86400 * 1000)

/* Milliseconds since 1970 of the cluster's own time. Also while the store's writer is held: the simulator never asks
 * the store under its lock. */
int64_t             sim_now_ms(const struct sim *sim);
enum sim_clock_mode sim_clock_mode(const struct sim *sim, double *speed);
/* Change how time passes from now on; speed counts for SIM_CLOCK_FAST. */
bool sim_clock_set(struct sim *sim, enum sim_clock_mode mode, double speed, struct ccm_error *err);
/* By hand: let so much time pass, running each timer at its moment. The number of timers that ran. May be long:
 * never on an event loop. Refused (CCM_CONFLICT) unless the mode is SIM_CLOCK_MANUAL. */
bool sim_clock_advance(struct sim *sim, int64_t by_ms, size_t *ran, struct ccm_error *err);
/* By hand: until no timer is left but those that only repeat (keep-alives) or lie further than within_ms ahead. */
bool sim_clock_run_idle(struct sim *sim, int64_t within_ms, size_t *ran, struct ccm_error *err);
/* Timers of others, on the cluster's clock. fn runs without any lock held, on the driver's thread or the one that
 * advances. 0 is never an id. */
uint64_t sim_timer_start(struct sim *sim, int64_t delay_ms, void (*fn)(void *cookie), void *cookie);
bool     sim_timer_cancel(struct sim *sim, uint64_t id);

/* ---- nodes ---- */

struct sim_service {
    const char *name; /* "Cisco CallManager" */
    bool        activated, running;
    int64_t     since_ms;
};
struct sim_node {
    const char               *name;    /* processnode.name */
    const char               *address; /* where clients reach it: 127.0.0.1 the publisher, .2, .3 ... */
    int                       nodeid;
    bool                      publisher, up;
    int64_t                   since_ms;   /* of up, or of down */
    size_t                    registered; /* devices on it */
    size_t                    service_count;
    const struct sim_service *services;
};
/* All, in the order of node numbers, publisher first. */
size_t sim_nodes(struct sim *sim, struct arena *a, const struct sim_node **out);
/* By name or address, without case; NULL: none. */
const struct sim_node *sim_node_find(struct sim *sim, struct arena *a, const char *name);
/* What a client meets at an address. */
struct sim_reach {
    const char *node;     /* in the arena; "": the address is no node's own, and stands for the publisher */
    bool        up, runs; /* the node; and on it the service that was asked about */
};
/* service NULL: runs is true. */
struct sim_reach sim_node_reach(struct sim *sim, struct arena *a, const char *address, const char *service);
/* Power. A node that goes down loses its devices to the next member of their CallManager group; when it comes back
 * they return after timing.failback. */
bool sim_node_power(struct sim *sim, const char *node, bool up, struct ccm_error *err);
/* Start or stop one service of a node; without "Cisco CallManager" its devices leave as if it were down. */
bool sim_service_set(struct sim *sim, const char *node, const char *service, bool running, struct ccm_error *err);
/* Activate or deactivate a feature service, which also starts or stops it. CCM_CONFLICT for a network service. */
bool sim_service_activate(struct sim *sim, const char *node, const char *service, bool activated,
                          struct ccm_error *err);
bool sim_service_runs(struct sim *sim, const char *node, const char *service);

/* ---- devices ---- */

#define SIM_STATUS_MAP(X)                                                        \
    X(UNKNOWN, "Unknown") /* never seen since the node started: no RIS record */ \
    X(REGISTERED, "Registered")                                                  \
    X(PARTIALLY, "PartiallyRegistered")                                          \
    X(UNREGISTERED, "UnRegistered")                                              \
    X(REJECTED, "Rejected")
enum sim_status {
#define X(name, text) SIM_##name,
    SIM_STATUS_MAP(X)
#undef X
        SIM_STATUS_COUNT
};
const char *sim_status_name(enum sim_status status); /* as RIS spells it */

enum sim_line_state {
    SIM_LINE_IDLE,
    SIM_LINE_OFFHOOK,
    SIM_LINE_RINGOUT,
    SIM_LINE_RINGIN,
    SIM_LINE_CONNECTED,
    SIM_LINE_BUSY,
    SIM_LINE_REORDER,
    SIM_LINE_REMOTE_IN_USE
};
const char *sim_line_state_name(enum sim_line_state state); /* "idle", "ringin" ... */

struct sim_line {
    unsigned            index;                      /* from 1, as on the phone now: of the profile that is logged in */
    const char         *pattern, *partition, *pkid; /* numplan; partition "" for none */
    enum sim_status     status;
    enum sim_line_state state;
};
struct sim_presence { /* a device's record on one node, the present one first */
    const char     *node;
    enum sim_status status;
    int             reason; /* StatusReason of ris-enums.tsv */
    int64_t         time_ms;
};
struct sim_device {
    const char                *name, *pkid, *description;
    int                        tkclass, tkmodel, tkproduct, tkprotocol; /* of the store's device row */
    const char                *device_class; /* as RIS has it: "Phone", "Cti", "SIPTrunk" ... */
    const char                *protocol;     /* "SIP", "SCCP", "Unknown" */
    enum sim_status            status;
    int                        reason;
    const char                *node; /* "" while nowhere */
    const char                *address;
    int64_t                    time_ms; /* of the last change of status */
    const char                *active_load, *inactive_load;
    const char                *user;     /* who is logged in, or "" */
    const char                *state;    /* of its life: "booting", "registered", "lost" ... (phone_fsm.def) */
    unsigned                   attempts; /* of registration */
    bool                       cti_controllable;
    size_t                     line_count, presence_count;
    const struct sim_line     *lines;
    const struct sim_presence *presences;
};

/* By name, without case; NULL: no such device. */
const struct sim_device *sim_device_find(struct sim *sim, struct arena *a, const char *name);

struct sim_filter { /* NULL, -1 and 0: any */
    const char        *device_class, *node, *protocol;
    const char *const *nodes; /* NULL-ended: one of them */
    int                tkmodel;
    enum sim_status    status;  /* SIM_STATUS_COUNT: any */
    bool               seen;    /* only what has a RIS record */
    bool               left;    /* records that it left behind on nodes count as well: it fits by any of them */
    bool               literal; /* '*' stands for itself */
    bool               brief;   /* the copies are without their pkids: \"\" */
    /* One of these at most, with '*' anywhere in it; several patterns: any of them. */
    enum sim_by { SIM_BY_NAME, SIM_BY_ADDRESS, SIM_BY_DIRECTORY_NUMBER, SIM_BY_DESCRIPTION } by;
    const char *const *patterns; /* NULL-ended, or NULL: all */
    size_t             limit;    /* 0: all */
};
/* In the order of names. Exact names, addresses and numbers are looked up, not searched. total: how many fit,
 * before the limit; with left, how many records. */
size_t sim_devices(struct sim *sim, struct arena *a, const struct sim_filter *f, const struct sim_device *const **out,
                   size_t *total);
/* How much such a selection may have to look through, in characters of patterns compared with devices, and how many
 * devices it may give, both at most: whether it is for an event loop. */
size_t sim_devices_cost(struct sim *sim, const struct sim_filter *f, size_t *rows);
struct sim_tally {
    const char *node;
    size_t      records;
};
/* The same, and how many records fit on each node, before the limit; ended by a NULL node. */
size_t sim_records(struct sim *sim, struct arena *a, const struct sim_filter *f, const struct sim_device *const **out,
                   const struct sim_tally **tallies);

/* What is known last of a device that registered once, by its pkid; false: no such device, or it never did. This and
 * the next also while the store's writer is held. */
bool sim_registration_find(struct sim *sim, const char *device, struct store_registration *out);
/* The next ones behind a name ("": from the first), at most max, in the order of names. */
size_t sim_registrations(struct sim *sim, const char *after, struct store_registration *out, size_t max);

/* What a test, or the phone's owner, does to a phone. Errors: CCM_NOT_FOUND, CCM_CONFLICT (says the state). */
bool sim_device_plug(struct sim *sim, const char *name, struct ccm_error *err);   /* power on: boot and register */
bool sim_device_unplug(struct sim *sim, const char *name, struct ccm_error *err); /* keep-alive runs out: reason 13 */
/* Reject it at its present and next attempts with that reason; 0 lets it in again. */
bool sim_device_reject(struct sim *sim, const char *name, int reason, struct ccm_error *err);
/* Refuse the REGISTER of one line (from 1) of a SIP phone, now and later, or take it again: while one is refused the
 * phone is PartiallyRegistered. */
bool sim_line_reject(struct sim *sim, const char *name, unsigned index, bool reject, struct ccm_error *err);
/* A key of the phone: "Line1", "Speaker", "KeyPad5", "Offhook", "Onhook", "Answer", "EndCall". */
bool sim_device_press(struct sim *sim, const char *name, const char *key, struct ccm_error *err);
/* A phone that nobody provisioned asks to register: rejected, or made by auto-registration where that is on. */
bool sim_device_appear(struct sim *sim, const char *name, int tkmodel, struct ccm_error *err);

/* ---- calls ---- */

struct sim_party {
    const char *device, *pattern, *partition, *name;
};
struct sim_call {
    uint64_t         id;
    const char      *state; /* "offhook", "ringing", "connected", "busy", "reorder", "ended" */
    struct sim_party caller, called;
    const char      *dialled;
    int64_t          start_ms, connect_ms, end_ms; /* 0: not yet */
    int              cause; /* Q.850, at the end: 16 normal clearing, 17 busy, 19 no answer, 1 unallocated ... */
};
enum sim_dial_result {
    SIM_DIAL_OK,
    SIM_DIAL_NO_DEVICE,
    SIM_DIAL_UNREGISTERED,
    SIM_DIAL_NO_LINE,
    SIM_DIAL_LINE_BUSY,
    SIM_DIAL_UNREACHABLE
};
/* Dial at once (en bloc) from the index-th line (0: the first) in that line's and the device's calling search space.
 * False with *err and *why when no call was set up. A number that exists and is busy or unregistered is a call that
 * fails, not an error. */
bool sim_call_dial(struct sim *sim, const char *device, unsigned line, const char *digits, uint64_t *id,
                   enum sim_dial_result *why, struct ccm_error *err);
/* device: which of the ringing ones (a shared line); NULL: the first. */
bool sim_call_answer(struct sim *sim, uint64_t id, const char *device, struct ccm_error *err);
bool sim_call_clear(struct sim *sim, uint64_t id, struct ccm_error *err);
/* The call that a device takes part in now; 0: none. */
uint64_t               sim_device_call(struct sim *sim, const char *device);
size_t                 sim_calls(struct sim *sim, struct arena *a, const struct sim_call *const **out);
const struct sim_call *sim_call_find(struct sim *sim, struct arena *a, uint64_t id); /* also the last ended ones */

/* ---- counters ---- */

/* One value of object "Cisco CallManager" and the like on a node, as PerfMon names it. False: no such counter or
 * instance. instance NULL for objects without. */
bool sim_counter(struct sim *sim, const char *node, const char *object, const char *instance, const char *counter,
                 int64_t *value);
/* Names of an object's instances on a node, in the arena. */
size_t sim_counter_instances(struct sim *sim, struct arena *a, const char *node, const char *object,
                             const char *const **out);

/* ---- events ---- */

/* Everything that changed above, in the order it happened. The same seed and the same acts with the clock by hand
 * give the same texts, byte for byte. */
struct sim_event {
    uint64_t    seq; /* counts from 1 */
    int64_t     time_ms;
    const char *kind;    /* "device", "line", "call", "node", "service", "mobility", "clock" */
    const char *subject; /* the device's, call's, node's name */
    const char *json;    /* the whole event, one line */
};
/* The last 65,536 are kept. fn is called without any lock, oldest first; false from it ends the reading. The seq of
 * the last event there is. */
uint64_t sim_events(struct sim *sim, uint64_t after, bool (*fn)(void *cookie, const struct sim_event *e), void *cookie);
/* Told, without any lock held, that events have been added: read them with sim_events. One listener a simulator, set
 * before the first change. */
void sim_listen(struct sim *sim, void (*fn)(void *cookie, uint64_t last_seq), void *cookie);

#endif
