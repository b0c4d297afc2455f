/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the files of sim/ share: the records of devices, lines, numbers, nodes and calls, their indexes, the heap of
 * timers. Everything hangs off struct sim and is guarded by its lock; functions without sim_lock in their own text
 * are called with it held. */
#ifndef CCMSIM_SIM_PRIV_H
#define CCMSIM_SIM_PRIV_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/base_priv.h"
#include "ccmsim/sim.h"

/* ---- timers: an intrusive heap, by moment and then by order of starting ---- */

enum sim_timer_kind { TIMER_DEVICE, TIMER_CALL, TIMER_OTHER };

struct sim_timer {
    int64_t  at; /* simulated milliseconds; the driver's own: machine nanoseconds */
    uint64_t seq;
    uint32_t pos; /* in the heap, from 1; 0: not running */
    uint8_t  kind;
};

struct sim_heap {
    struct sim_timer **items; /* from 1 */
    uint32_t           count, cap;
    uint64_t           seq;
};

void heap_add(struct sim_heap *h, struct sim_timer *t, int64_t at);
void heap_remove(struct sim_heap *h, struct sim_timer *t); /* one that isn't running is fine */
/* The earliest, left in place; NULL: none. */
struct sim_timer *heap_first(const struct sim_heap *h);
void              heap_release(struct sim_heap *h);

/* Timers that are known by a number. */
struct sim_alarm {
    struct sim_timer timer;
    uint64_t         id;
    void (*fn)(void *cookie);
    void *cookie;
};
struct sim_alarms {
    struct sim_alarm **slots; /* an id's low half is its slot, from 1 */
    uint32_t           count, cap, *spare, spare_count;
    uint32_t           round;
};

struct sim_alarm *alarm_new(struct sim_alarms *a, void (*fn)(void *cookie), void *cookie);
struct sim_alarm *alarm_find(const struct sim_alarms *a, uint64_t id);
/* Its number is no longer known; the memory is the caller's to free. */
void alarm_take(struct sim_alarms *a, struct sim_alarm *alarm);
void alarms_release(struct sim_alarms *a);

/* ---- maps: items by a text of theirs ---- */

struct sim_map {
    void         **slots;
    unsigned char *tags; /* a byte of each one's hash */
    size_t         cap, count;
    size_t         key;  /* offset of the item's const char * */
    bool           fold; /* letters of either case are the same */
};

#define MAP_OF(type, member, any_case) ((struct sim_map){ .key = offsetof(type, member), .fold = (any_case) })
void *map_get(const struct sim_map *m, const char *key);
void  map_put(struct sim_map *m, void *item); /* its key is not in yet */
/* Room for so many, before they come. */
void     map_reserve(struct sim_map *m, size_t count);
void     map_drop(struct sim_map *m, const void *item);
void     map_release(struct sim_map *m);
uint64_t sim_hash(const char *text, bool fold);

/* ---- configuration that few rows hold ---- */

#define SIM_MAX_NODES 64
#define SIM_GROUP_MAX 8

struct partition {
    char *pkid, *name;
};
struct css {
    char              *pkid;
    size_t             count;
    struct partition **parts; /* in order */
};
struct group { /* a CallManager group: nodes by priority, as indexes + 1 */
    char   *pkid;
    uint8_t nodes[SIM_GROUP_MAX];
    uint8_t count;
};
struct pool {
    char         *pkid;
    struct group *group;
    int32_t       monitor_s; /* connectionmonitorduration; -1: as the system has it */
};

/* ---- nodes ---- */

enum sim_gauge {
#define X(name, object, counter, kind) GAUGE_##name,
#include "sim/counters.def"
#undef X
    GAUGE_COUNT
};

enum sim_reason {
#define UNREGISTERED(id, number, name) REASON_##id = (number),
#include "sim/reasons.def"
#undef UNREGISTERED
};

/* For which a registration is refused. */
#define REJECTED_NOT_CONFIGURED 3
#define REJECTED_MAX_REGISTERED 5

enum sim_service_id {
#define X(id, name, servlet, feature, publisher_only, activated) SERVICE_##id,
#include "sim/services.def"
#undef X
    SERVICE_COUNT
};

struct service_row {
    const char *name;
    bool        servlet, feature, publisher_only, activated;
};
extern const struct service_row sim_services[SERVICE_COUNT];

struct node {
    char    pkid[37];
    char   *name;
    char    address[16];
    int     nodeid;
    bool    used, publisher, up;
    bool    exists[SERVICE_COUNT], activated[SERVICE_COUNT], running[SERVICE_COUNT];
    int64_t since_ms, service_since[SERVICE_COUNT];
    size_t  registered;
    int64_t gauges[GAUGE_COUNT];
};

/* ---- devices ---- */

enum dev_state {
#define STATE(name, text) STATE_##name,
#define ROW(state, event, action, next)
#include "sim/phone_fsm.def"
#undef STATE
#undef ROW
    STATE_COUNT,
    STATE_ANY = STATE_COUNT
};

enum dev_event {
    EVENT_NONE,
    EVENT_PLUG,
    EVENT_UNPLUG,
    EVENT_TIME,
    EVENT_RESET,
    EVENT_RESTART,
    EVENT_APPLY,
    EVENT_APPLY_CHANGED,
    EVENT_WIPE,
    EVENT_LOGIN,
    EVENT_LOST,
    EVENT_BACK,
    EVENT_REJECT,
    EVENT_ADMIT,
    EVENT_LINE,
    /* what an attempt or a way home comes to */
    EVENT_ACCEPTED,
    EVENT_REFUSED,
    EVENT_NOWHERE,
    EVENT_HOME,
    EVENT_STAY,
    EVENT_COUNT
};

enum protocol { PROTOCOL_UNKNOWN, PROTOCOL_SIP, PROTOCOL_SCCP };
/* Numbers of typedeviceprotocol and typeclass. */
#define STORE_PROTOCOL_SCCP   0
#define STORE_PROTOCOL_ANALOG 3
#define STORE_PROTOCOL_SIP    11
#define STORE_PROTOCOL_H225   2
#define STORE_CLASS_PHONE     1
#define STORE_CLASS_GATEWAY   2
#define STORE_CLASS_TRUNK     18
#define STORE_MODEL_TEMPLATE  645 /* Universal Device Template */
#define STORE_MODEL_CTI_PORT  72

enum ris_class {
#define X(id, text) RIS_##id,
#include "sim/classes.def"
#undef X
    RIS_COUNT
};

struct dn {                                  /* a directory number */
    char             *pkid, *pattern, *name; /* name: alerting name, or NULL */
    struct partition *partition;             /* NULL: none */
    struct css       *css;
    struct line      *lines; /* where it appears */
    struct dn        *same;  /* the next with the same pattern, in other partitions */
    int32_t           no_answer_s;
};

struct leg;

struct line {                    /* a number on a device */
    char        *pkid, *display; /* of devicenumplanmap; display may be NULL */
    struct dev  *dev;
    struct dn   *dn;
    struct line *next; /* of the number */
    struct leg  *legs;
    uint8_t      index, state;
    uint8_t      busy_trigger, max_calls;
    bool         refused; /* its own REGISTER is refused */
    uint32_t     calls;
};

#define SIM_PRESENCES 8

struct presence { /* a record left behind on a node */
    uint8_t node, status, reason;
    int64_t time_ms;
};

struct dev {
    char            *name, *pkid, *description, *load, *user, *profile; /* the last three may be NULL */
    struct css      *css;
    struct pool     *pool;
    struct group    *group; /* its own, before its pool's */
    struct line    **lines;
    struct presence *left; /* newest first */
    struct sim_timer timer;
    int64_t          time_ms;
    int64_t          calls_attempted;
    int64_t          seen_ms, active_ms; /* of its last registration and call; 0: none */
    int32_t          tkclass, tkmodel, tkproduct, tkprotocol;
    uint32_t         slot; /* of the address range */
    uint32_t         attempts, draws, calls;
    uint32_t         bucket;
    uint8_t          line_count, left_count;
    uint8_t          state, status, reason, node; /* node: index + 1; 0: nowhere */
    uint8_t          ris, protocol, reject, pending;
    uint8_t          seen_node; /* where it registered last; 0: nowhere, or that node is no more */
    bool             cti, changed, hard, restored;
};

/* How many devices are alike in all that a selection can ask for without looking at names. */
struct bucket {
    int32_t  tkmodel;
    uint8_t  ris, protocol, status, node;
    uint32_t next; /* of the same hash; 0: none */
    size_t   count;
};
#define SIM_BUCKET_HEADS 256u

/* Devices in the order of their names: runs of pointers, so that adding one moves few. */
struct run {
    struct dev **items;
    uint32_t     count;
};
struct order {
    struct run *runs;
    size_t      count, cap;
};

/* ---- calls ---- */

enum call_state {
#define STATE(name, text) CALL_##name,
#define ROW(state, event, action, next)
#include "sim/call_fsm.def"
#undef STATE
#undef ROW
    CALL_STATE_COUNT,
    CALL_STATE_ANY = CALL_STATE_COUNT
};

enum call_event {
    ON_DIGIT,
    ON_TIME,
    ON_RING,
    ON_FAIL_BUSY,
    ON_FAIL,
    ON_ANSWER,
    ON_CLEAR,
    ON_LOST, /* a party is no more */
    CALL_EVENT_COUNT
};

#define CALL_DIGITS 50

struct leg { /* a call on a line */
    struct call *call;
    struct line *line;
    struct leg  *line_next, *call_next;
    uint8_t      state; /* enum sim_line_state */
};

struct call {
    uint64_t         id;
    struct sim_timer timer;
    struct call     *next, *prev; /* those that are not over */
    struct call     *hash_next;
    struct leg      *caller, *called;
    struct leg      *answering; /* while it is being answered */
    struct dn       *dn;        /* while it is being routed */
    struct party {
        char device[130], pattern[52], partition[52], name[52];
    } from, to;
    char    digits[CALL_DIGITS + 1];
    int64_t start_ms, connect_ms, end_ms;
    int     cause;
    uint8_t state, node; /* node: whose counters it moves; 0: none any more */
    bool    active;      /* it is counted among those with a voice path */
};

#define CALLS_KEPT 1024u /* that are over */
#define CALL_SLOTS 4096u

/* ---- events ---- */

#define EVENTS_KEPT 65536u

enum event_kind { KIND_DEVICE, KIND_LINE, KIND_CALL, KIND_NODE, KIND_SERVICE, KIND_MOBILITY, KIND_CLOCK, KIND_COUNT };

struct event_slot {
    char   *text; /* subject, NUL, the line; malloc'd */
    int64_t time_ms;
    uint8_t kind;
};

/* ---- the simulator ---- */

struct sim {
    struct sim_options opt;
    pthread_mutex_t    lock;

    /* clock */
    struct sim_heap   heap;
    struct sim_alarms alarms;
    int64_t           base_ms; /* simulated time when the machine's was base_ns */
    int64_t           base_ns;
    int64_t           moment; /* of the timer that is being run; INT64_MIN: none */
    bool              running;
    pthread_t         runner;
    pthread_cond_t    idle;    /* nobody runs timers */
    int64_t           wake_ns; /* when the driver will come, as it was told last */

    /* registry */
    struct sim_map devices, device_pkids, numbers, number_pkids, line_pkids, profiles;
    struct sim_map partitions, spaces, groups, pools;
    struct order   order;
    size_t         left_count; /* records that devices have left behind */
    struct dev   **slots;      /* by address */
    uint32_t       slot_count, slot_cap, *spare, spare_count, spare_cap;
    uint32_t       range_base, range_size;
    struct bucket *buckets;
    uint32_t       bucket_count, bucket_cap; /* from 1 */
    uint32_t       bucket_heads[SIM_BUCKET_HEADS];
    struct node    nodes[SIM_MAX_NODES];
    uint8_t        node_order[SIM_MAX_NODES], node_count; /* numbers, publisher first */
    int            lost_reason;                           /* why the devices of the node that goes have to leave */

    /* calls */
    struct call *calls;
    size_t       call_count;
    struct call *ended[CALLS_KEPT]; /* round and round */
    size_t       ended_count;
    uint64_t     last_call;
    struct call *call_slots[CALL_SLOTS]; /* by id */

    /* events */
    struct event_slot *ring;
    size_t             ring_cap;
    uint64_t           first_seq, last_seq, told_seq;
    int64_t            last_event_ms;
    void (*listener)(void *cookie, uint64_t last_seq);
    void *listener_cookie;

    struct buf  scratch;
    bool        loading;  /* devices that are made now are given their state afterwards */
    bool        settling; /* devices that are made now are registered already */
    atomic_bool resync;   /* a change could not be read: read everything */
};

/* strdup that can't fail; NULL stays NULL. */
char *sim_copy(const char *text);
void  sim_lock(struct sim *sim);
/* Tells the listener what was added meanwhile, and the driver of an earlier timer. */
void sim_unlock(struct sim *sim);

/* Read the store anew; loading: the devices' states will be given. */
bool sim_reload(struct sim *sim, bool loading, struct ccm_error *err);

/* ---- clock.c ---- */

#define NO_MOMENT INT64_MIN

void    clock_start(struct sim *sim);
int64_t clock_now(const struct sim *sim);
void    clock_timer(struct sim *sim, struct sim_timer *t, int64_t delay_ms);
void    clock_stop(struct sim *sim, struct sim_timer *t);
int64_t clock_wake_ns(const struct sim *sim);
/* The driver's call: run what is due; the machine's nanosecond at which to come again, or INT64_MAX. */
int64_t clock_run(struct sim *sim);
int64_t sim_machine_ns(void);
/* A length between the span's ends, from the seed, the device's name and how many it drew before. */
int64_t clock_draw(struct sim *sim, struct dev *d, struct sim_span span);

/* ---- driver.c ---- */

void driver_attach(struct sim_driver *drv, struct sim *sim);
/* Returns when its timers are not being run and never will be again. */
void driver_detach(struct sim_driver *drv, struct sim *sim);
void driver_wake(struct sim_driver *drv, struct sim *sim, int64_t at_ns);

/* ---- registry.c, order.c, line.c ---- */

struct dev *registry_find(const struct sim *sim, const char *name);
void        registry_add(struct sim *sim, struct dev *d);
void        registry_drop(struct sim *sim, struct dev *d);
void        registry_clear(struct sim *sim);
/* "" if it has none; the length. */
#define SIM_ADDRESS 16u
size_t      registry_address(const struct sim *sim, const struct dev *d, char out[SIM_ADDRESS]);
struct dev *registry_by_address(const struct sim *sim, const char *address);
/* It has so many records left behind. */
void registry_set_left(struct sim *sim, struct dev *d, size_t count);
/* Status, node or model changed: put it where it is counted. */
void registry_recount(struct sim *sim, struct dev *d);
bool registry_set_range(struct sim *sim, const char *range, struct ccm_error *err);
/* The address that it had, if it is free. */
void registry_move_slot(struct sim *sim, struct dev *d, uint32_t slot);
void registry_take_slot(struct sim *sim, struct dev *d, uint32_t slot);

void order_add(struct order *o, struct dev *d);
void order_drop(struct order *o, struct dev *d);
void order_fill(struct order *o, struct dev **sorted, size_t count);
void order_release(struct order *o);
/* The first whose name is not before text; a place to go on from. */
struct order_at {
    size_t   run;
    uint32_t item;
};
struct order_at order_from(const struct order *o, const char *text);
bool            order_before(struct order_at a, struct order_at b);
struct dev     *order_next(const struct order *o, struct order_at *at);

struct dn *number_add(struct sim *sim, const char *pkid, const char *pattern);
void       number_index(struct sim *sim, struct dn *dn, bool in);
void       number_drop(struct sim *sim, struct dn *dn);
void       numbers_prune(struct sim *sim);
void       numbers_clear(struct sim *sim);

struct line    *line_add(struct sim *sim, struct dev *d, struct dn *dn, const char *pkid, unsigned index);
void            line_drop(struct sim *sim, struct line *l);
void            line_free(struct line *l);
struct line    *line_find(const struct dev *d, unsigned index);
enum sim_status line_status(const struct line *l);
/* The state that the line shows, from its calls and those of its number elsewhere. */
void line_show(struct sim *sim, struct line *l);
void line_show_all(struct sim *sim, struct dn *dn);

/* ---- view.c ---- */

struct copies { /* of one selection: what they share is copied once */
    const struct sim       *sim;
    struct arena           *arena;
    const char             *nodes[SIM_MAX_NODES + 1];
    const struct partition *partition; /* of the last line */
    const char             *partition_name;
    const char             *load; /* of such devices as the last */
    int32_t                 tkmodel;
    uint8_t                 protocol;
    bool                    brief; /* keys are left out */
};
const struct sim_device *sim_copy_device(struct copies *c, const struct dev *d);
const char              *sim_class_name(uint8_t ris);
const char              *sim_protocol_name(uint8_t protocol);

/* ---- load.c, feed.c, model.c ---- */

/* The firmware of such a device that was told no other; "" where none is known. */
const char *model_load(int32_t tkmodel, uint8_t protocol);
bool        model_is_hard(int32_t tkmodel);

bool load_all(struct sim *sim, struct ccm_error *err);

/* Nobody provisioned it: it asked, and was rejected. */
bool dev_is_stranger(const struct dev *d);

/* ---- node.c ---- */

struct node *node_find(struct sim *sim, const char *name);
/* It takes devices: there, up, and with its CallManager running. */
bool node_serves(const struct sim *sim, uint8_t node);
void node_setup(struct node *n, int64_t now);
/* It no longer serves: its devices leave, its counters begin anew. */
void node_lost(struct sim *sim, uint8_t node, int reason);
void node_back(struct sim *sim, uint8_t node);
/* The number is free for another: nothing points to it any more. */
void        nodes_forget(struct sim *sim, uint8_t node);
const char *node_name(const struct sim *sim, uint8_t node);

/* ---- phone.c, phone_actions.c ---- */

/* False: the state has no use for the event. */
bool        phone_event(struct sim *sim, struct dev *d, enum dev_event e);
const char *phone_state_name(uint8_t state);
/* The best node of its group that serves; 0: none. */
uint8_t phone_best_node(const struct sim *sim, const struct dev *d);
void    phone_set(struct sim *sim, struct dev *d, enum sim_status status, int reason, uint8_t node);
/* Its status or node is about to change, or has: note when and where it was registered last. */
void phone_seen(const struct sim *sim, struct dev *d);
/* It has no more calls: what waited for that. */
void phone_idle(struct sim *sim, struct dev *d);

/* ---- call.c ---- */

void call_time(struct sim *sim, struct call *c);
/* The line goes, or its device: its calls are over. */
void call_line_gone(struct sim *sim, struct line *l);
void call_device_unsettled(struct sim *sim, struct dev *d);
void call_node_gone(struct sim *sim, uint8_t node);
void call_clear_all(struct sim *sim);

/* ---- events.c, counters.c ---- */

/* Begin an event's line in sim->scratch; the caller adds members, each with a comma before it, and ends it. */
struct buf *event_begin(struct sim *sim, enum event_kind kind, const char *subject);
void        event_text(struct buf *b, const char *name, const char *value);
void        event_number(struct buf *b, const char *name, int64_t value);
void        event_end(struct sim *sim, enum event_kind kind, const char *subject);
void        events_clear(struct sim *sim);
/* Take back what was added from that number on; and number the next one behind seq. */
void events_forget_from(struct sim *sim, uint64_t seq);
void events_go_on_from(struct sim *sim, uint64_t seq);
void json_text(struct buf *b, const char *text);
void sim_stamp(int64_t ms, char out[32]);

void gauge_add(struct sim *sim, uint8_t node, enum sim_gauge g, int64_t by);
void gauge_device(struct sim *sim, const struct dev *d, int64_t by);

#endif
