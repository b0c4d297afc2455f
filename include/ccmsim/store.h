/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The configuration store: CallManager's data dictionary in SQLite (WAL). One writer
 * connection, taken for one transaction at a time; a pool of read connections, leased for
 * the length of one request. The rules of the database (references, uniqueness, checks,
 * derived columns) hold for every writer and run before commit. The store knows nothing of
 * SOAP, phones or HTTP. */
#ifndef CCMSIM_STORE_H
#define CCMSIM_STORE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "ccmsim/error.h"
#include "ccmsim/uuid.h"

struct store;
struct store_conn; /* a leased connection with its cache of prepared statements */

struct store_options {
    const char         *state_dir; /* keep the store there; NULL: private and temporary */
    bool                full_sync; /* synchronous=FULL; else NORMAL (kill -9 loses nothing) */
    unsigned            readers;   /* connections kept ready */
    struct uuid_source *uuids;     /* borrowed, outlives the store */
    const char         *release;   /* "15.0": what dictionary columns exist to SQL clients */
    const void         *image;     /* template image; NULL: the one built in */
    size_t              image_size;
    struct store       *elder; /* another whose type tables the image has: read there; outlives it; NULL: none */
};

/* Open or make the store from the template. Fails (CCM_CONFIG, one line that says what to do) on a
 * state directory in use, unreadable, of a newer schema. */
bool store_open(struct store **out, const struct store_options *opt, struct ccm_error *err);
/* Ends when all leases are back. Removes a temporary store. */
void store_close(struct store *st);
/* Back to the template, while running. Waits for the writer; readers see it at their next lease. */
bool store_reset(struct store *st, struct ccm_error *err);
/* The whole database as of one moment, for store_restore and store_options.image. *image is malloc'd. */
bool store_save(struct store *st, unsigned char **image, size_t *size, struct ccm_error *err);
/* How large an image would be, in bytes. */
bool store_size(struct store *st, size_t *size, struct ccm_error *err);
/* The image of a fresh installation that is built in. */
void store_template(const void **image, size_t *size);
/* The same content on small pages: a third of the size where tables are many and rows few. *out is malloc'd. Slow; needs room in st's
 * directory. */
bool store_shrink(struct store *st, const void *image, size_t size, unsigned char **out, size_t *out_size,
                  struct ccm_error *err);
/* An image in the place of all, as store_reset does with the template. */
bool store_restore(struct store *st, const void *image, size_t size, struct ccm_error *err);

/* ---- leases ---- */

/* A read connection; one snapshot for the whole lease, taken at its first statement. NULL (CCM_BUSY) only when the pool is exhausted. */
struct store_conn *store_read_begin(struct store *st, struct ccm_error *err);
/* The same for a read that takes no longer than a write, or an event loop, may wait for: its statements are stopped
 * after some thousand rows. While nobody writes it is the writer's connection, whose cache no write takes away. */
struct store_conn *store_read_short(struct store *st, struct ccm_error *err);
/* A read connection that is the writer's own while nobody writes, so that a store that is little used needs no other.
 * Writes wait for its end: not to be held over anything slow, nor over a write. */
struct store_conn *store_read_idle(struct store *st, struct ccm_error *err);
/* Whether a short read was stopped: it fails, and is to be begun anew with store_read_begin. */
bool store_read_stopped(const struct store_conn *c);
/* Whether the table ("shadow_..." too) is known to hold no row in this lease's snapshot. */
bool store_table_empty(struct store_conn *c, const char *table);
/* A number that changes whenever another answer of store_table_empty may be due. */
uint64_t store_table_epoch(struct store_conn *c);
/* Resets every statement and gives it back. NULL is fine. */
void store_read_end(struct store_conn *c);

/* Who writes, for the change feed. */
struct store_writer {
    const char *user;     /* credential's name; "" for ourselves */
    const char *origin;   /* "axl", "sql", "em", "sim" */
    bool        trusted;  /* what an installation writes: not held to the patterns for what people type */
    bool        complete; /* copies whole sets of rows: nothing is checked, derived or told to the feed */
};
/* Take the writer and BEGIN IMMEDIATE. */
struct store_conn *store_write_begin(struct store *st, const struct store_writer *who, struct ccm_error *err);
/* The same, but doesn't wait: *busy (and NULL) when another write is under way. For event loops, which then
 * leave the write to the executor. */
struct store_conn *store_write_try(struct store *st, const struct store_writer *who, bool *busy, struct ccm_error *err);
/* commit: run the rules over what changed, then COMMIT; else, or if that fails, roll back.
 * Gives the writer back either way. False: nothing was written, *err says why. */
bool store_write_end(struct store_conn *c, bool commit, struct ccm_error *err);

/* ---- statements ---- */

/* A prepared statement from the connection's cache (by text), reset, bindings cleared.
 * Valid until the lease ends; nest freely: a text that is running already gets a second statement.
 * NULL: *err says. */
sqlite3_stmt *store_prepare(struct store_conn *c, const char *sql, struct ccm_error *err);
sqlite3      *store_db(struct store_conn *c);
/* A place for what another module keeps with the connection; freed with release when the connection is closed.
 * NULL at first. */
struct store_slot {
    void *data;
    void (*release)(void *data);
};
enum store_slot_user { STORE_SLOT_SQL, STORE_SLOT_AXL, STORE_SLOTS };
struct store_slot *store_slot(struct store_conn *c, enum store_slot_user user);
/* The options' release. */
const char   *store_release_name(const struct store *st);
struct store *store_of(struct store_conn *c);
/* What the row with that pkid says in a column: for tables of few rows that many refer to; remembered by
 * the connection. *text is NULL where there is no such row, or nothing in it, and holds until the next
 * call. table and column must live as long as the store. */
bool store_name(struct store_conn *c, const char *table, const char *column, const char *pkid, const char **text,
                struct ccm_error *err);
/* SQLITE_ROW -> 1, SQLITE_DONE -> 0, an error -> -1 with *err in CallManager's words:
 * unique -239, foreign key -691/-692, not null -391, check -746, disk full, read-only. */
int store_step(struct store_conn *c, sqlite3_stmt *stmt, struct ccm_error *err);

/* ---- type tables (enumerations), in memory ---- */

struct store_enum;
/* typeproduct and so on; the pointer holds as long as the store. NULL: no such type table. */
const struct store_enum *store_enum_find(struct store *st, const char *table);
/* Name of a number; NULL when unknown. */
const char *store_enum_name(const struct store_enum *e, int64_t number);
/* The index-th row, from 0; false behind the last. */
bool store_enum_at(const struct store_enum *e, unsigned index, int64_t *number, const char **name);
/* Number of a name (exact, then ignoring case); false when unknown. */
bool store_enum_number(const struct store_enum *e, const char *name, int64_t *out);
/* Extra integer attribute of a type-table row by column name (typeproduct.tkmodel ...); false: none. */
bool store_enum_attr(const struct store_enum *e, int64_t number, const char *column, int64_t *out);

/* ---- dictionary ---- */

struct store_column {
    const char *name;
    const char *type;       /* Informix type of the dictionary: "VARCHAR(128)" */
    const char *def;        /* dictionary default: EMPTY, NULL, TRUE, 0 ... or NULL */
    int         max_length; /* of VARCHAR(n) and friends; 0: none */
    bool        nullable, boolean, integer, modifiable;
    int         field_id;                /* FI-n; 0: none */
    bool        optional;                /* null as the dictionary has it; nullable is what the store keeps */
    bool        primary, unique, serial; /* as the dictionary has them */
    int         refers;                  /* the table that it refers to, by number; -1: none */
    bool        cascade;                 /* goes with what it refers to */
    unsigned    first, last;             /* releases that have it: 12.5 is 1205 */
};
/* NULL when there is no such table or column (shadow tables are not in the dictionary). */
const struct store_column *store_column_find(const char *table, const char *column);
bool                       store_table_known(const char *table);

/* A table of the dictionary; numbers count the tables by name, from 0. */
struct store_table {
    const char *name;
    unsigned    number, columns;
    bool        type, catalogue; /* an enumeration; one of the database's own */
};
/* False behind the last, or when there is none of the name. */
bool store_table_at(unsigned number, struct store_table *out);
bool store_table_find(const char *name, struct store_table *out);
/* Column i (from 0) in the physical order. Both must be there. */
const struct store_column *store_table_column(unsigned table, unsigned i);
/* The column's place in the physical order, or -1. */
int store_table_column_find(unsigned table, const char *name);
/* The release that SQL clients see, as numbered in struct store_column; what is newer than the dictionary
 * counts as its last. */
unsigned store_release(const char *release);

/* ---- what is live ---- */

/* A row of registrationdynamic as it is now. */
struct store_registration {
    char        name[130], device[37]; /* device.name, device.pkid */
    char        address[16], node[51]; /* last known; "": none */
    const char *status;                /* as typerisstatus has it */
    int64_t     seen_s;                /* since 1970: when it registered; gone: when it left */
    int64_t     active_s;              /* of its last call; 0: none */
};
/* Who knows. Both are called within queries, with any lease held, and must not ask the store. */
struct store_live {
    /* By the device's pkid; false: nothing is known. */
    bool (*find)(void *cookie, const char *device, struct store_registration *out);
    /* The next ones behind a name ("": from the first), at most max. */
    size_t (*next)(void *cookie, const char *after, struct store_registration *out, size_t max);
    void *cookie;
};
/* From now on queries on the live tables see that: rows of the store's own table stand where nothing is known. Before
 * anybody else reads. */
void store_show(struct store *st, const struct store_live *live);
/* Make the virtual tables known to the connection, which is else done by the first query on one of them: before an
 * authorizer is set that would refuse that. */
void store_live_connect(struct store_conn *c);
/* By what name a query reads the table: its own, or a virtual table's that knows better. */
const char *store_table_source(const char *table);

/* ---- parameters ---- */

struct arena;
/* A service parameter's value, in the arena: the named node's, else the one that is set anywhere, else the default;
 * "" if there is none. service as in typeservice. */
bool store_parameter(struct store_conn *c, struct arena *a, const char *service, const char *name, const char *node,
                     const char **value, struct ccm_error *err);
/* "T" and what clients write instead. */
bool store_parameter_is_true(const char *value);

/* ---- the change feed ---- */

struct store_change {
    char        op; /* 'a', 'u', 'r': a row added, changed, removed; or of store_act */
    const char *table;
    const char *pkid;
};
typedef void store_listener_fn(void *cookie, const struct store_writer *who, const struct store_change *changes,
                               size_t count);
/* Something that is done to a row and leaves no trace in it, told by the change feed behind the changes of the same
 * write, once for each op and row: 'R' reset, 'S' restart, 'A' apply, 'W' wipe, 'L' lock, 'U' unlock, 'I' login,
 * 'O' logout. Inside an open write; it comes to nothing if that is rolled back. False (CCM_INTERNAL): no such table. */
bool store_act(struct store_conn *c, char op, const char *table, const char *pkid, struct ccm_error *err);
/* Called after each commit, in commit order, outside the writer's lock. Set before the first write. */
void store_listen(struct store *st, store_listener_fn *fn, void *cookie);
/* Who looks on at writes, row by row, on their threads and with the writer held: for what the feed can't tell
 * afterwards, values that were. Not told of writes that are complete (struct store_writer). */
struct store_row;
struct store_observer {
    void (*row)(void *cookie, const struct store_row *r); /* is about to change */
    void (*ending)(void *cookie, struct store_conn *c);   /* before COMMIT, derived rows written; may read */
    void (*ended)(void *cookie, bool committed);
    void *cookie;
};
void store_observe(struct store *st, const struct store_observer *o);
char store_row_op(const struct store_row *r); /* 'a', 'u', 'r' */
/* The table's number in the dictionary. shadow: the row is its shadow table's; only op and key can be asked of it. */
unsigned store_row_table(const struct store_row *r, bool *shadow);
void     store_row_key(const struct store_row *r, char out[45]); /* as in struct store_change */
/* A value before or after, by the column's place; NULL: null, or there is no such row. Holds until the next call. */
const char *store_row_text(const struct store_row *r, bool before, int column);
/* Of an update. */
bool store_row_changes(const struct store_row *r, int column);
/* Counts commits: a cheap "has anything changed" for caches. */
uint64_t store_generation(struct store *st);

/* A fresh pkid from the store's source. */
void store_new_pkid(struct store *st, char out[37]);

#endif
