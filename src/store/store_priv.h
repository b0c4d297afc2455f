/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the files of store/ share: the compiled dictionary, the store itself, a connection with its
 * statements, what a write has touched so far, and the rules that look at it. */
#ifndef CCMSIM_STORE_PRIV_H
#define CCMSIM_STORE_PRIV_H

#include <pthread.h>
#include <stdatomic.h>

#include "ccmsim/buf.h"
#include "ccmsim/store.h"

/* ---- the dictionary (generated) ---- */

struct store_column_def {
    struct store_column pub;
    const char         *validation; /* the whole value must match; NULL: none */
    int16_t             parent;     /* enforced reference: table index; -1: none */
    bool                serial;     /* numbered by the store, which the dictionary doesn't always say */
};

struct store_table_def {
    const char *name;
    uint16_t    column_first, column_count;
    int16_t     pkid;        /* column number; -1: none */
    int16_t     is_standard; /* column number of isstandard; -1: none */
    bool        is_type, is_catalogue;
};

extern const struct store_table_def  store_tables[];
extern const uint32_t                store_table_count;    /* sorted by name */
extern const struct store_column_def store_columns[];      /* of each table in physical order */
extern const uint16_t                store_column_order[]; /* the same, sorted by name within a table */

/* Index into store_tables, or -1. */
int store_table_index(const char *name);
/* Column number within its table, or -1. */
int store_column_index(const struct store_table_def *t, const char *name);
static inline const struct store_column_def *
store_column_def(const struct store_table_def *t, int column)
{
    return &store_columns[t->column_first + column];
}

/* ---- the template image (generated) ---- */

extern const unsigned char store_image[];
extern const uint64_t      store_image_size;

struct store_image {
    const unsigned char *data;
    size_t               size;
};

/* The number and the hash of the schema that made an image or a database file (its first 100 bytes). */
void store_image_identity(const unsigned char *header, uint32_t *number, uint32_t *hash);

/* ---- sets keyed by text ---- */

struct store_set_entry {
    uint32_t hash;
    uint16_t kind;
    uint8_t  op; /* change set: 'a', 'u', 'r'; 0: came to nothing */
    char     key[45];
};

/* Insertion-ordered, keyed by (kind, key). */
struct store_set {
    struct store_set_entry *entries;
    size_t                  count, cap;
    uint32_t               *slots; /* entry number + 1; 0 free */
    size_t                  slot_count;
};

/* The entry, new with op 0 if it was not there (*fresh says). Pointers hold until the next call. */
struct store_set_entry *store_set_put(struct store_set *s, uint16_t kind, const char *key, bool *fresh);
void                    store_set_clear(struct store_set *s);
void                    store_set_release(struct store_set *s);

/* ---- connections ---- */

struct store_stmt {
    sqlite3_stmt      *stmt;
    char              *sql;
    uint32_t           hash;
    uint32_t           lease; /* lease that last asked for it */
    bool               readonly;
    struct store_stmt *chain;         /* same bucket */
    struct store_stmt *newer, *older; /* by last use */
};

#define STORE_STMT_BUCKETS 256

struct store_stmts {
    struct store_stmt *buckets[STORE_STMT_BUCKETS];
    struct store_stmt *newest, *oldest;
    unsigned           count, max;
    sqlite3_stmt     **extra; /* of this lease: a text used twice at a time */
    size_t             extra_count, extra_cap;
};

struct store_write;
struct store_names;

/* A database file while connections are open to it: a restore of a temporary store puts a new one in its place. */
struct store_file {
    char    *path;
    unsigned refs; /* under the pool's lock */
    bool     old;  /* removed when the last connection closes */
    /* occupied.c: by table index times 2, the second its shadow's; and a number that grows with each change there */
    _Atomic unsigned char *occupied;
    _Atomic uint64_t       epoch;
};

/* Takes over path. */
struct store_file *store_file_new(char *path);
void               store_file_free(struct store_file *f);

struct store_conn {
    struct store       *store;
    struct store_file  *file;
    sqlite3            *db;
    struct store_stmts  stmts;
    uint32_t            lease;
    struct store_write *write;          /* the writer only */
    struct store_conn  *next;           /* idle readers */
    sqlite3_stmt       *begin, *commit; /* one snapshot for a lease that reads */
    sqlite3_stmt       *pin;            /* readers: takes the snapshot */
    bool                begun;
    unsigned            checks;     /* of a short read: how often it was looked at; 0: not short */
    uint64_t            generation; /* of the store, as the lease that reads began */
    struct store_names *names;      /* NULL until asked for one */
    struct store_slot   slots[STORE_SLOTS];
};

/* Open a connection to the database file with functions and settings. */
struct store_conn *store_conn_open(struct store *st, bool writer, struct ccm_error *err);
/* The same to another file than the store's present one. Takes over the reference. */
struct store_conn *store_conn_open_file(struct store *st, struct store_file *file, bool writer, struct ccm_error *err);
/* Close the readers that wait. */
void store_pool_clear(struct store *st);
void store_conn_close(struct store_conn *c);
/* The lease ends: reset what it used, let go of what is too much. */
void store_stmts_end(struct store_conn *c);
void store_stmts_release(struct store_conn *c);

/* ---- a write in progress ---- */

#define STORE_MAX_SERIALS 16

struct store_serial {
    int     table; /* index; -1: free */
    int     column;
    int64_t last;
};

/* What the hook looks at in a table. */
struct store_plan {
    uint16_t check_first, check_count; /* into checked: columns with a validation, booleans */
    uint16_t watch_first, watch_count; /* into watches */
    int16_t  serial;                   /* column, or -1 */
};

/* A trigger with its columns found. */
struct store_watch {
    const struct store_trigger *trigger;
    int16_t                     key;
    int16_t                     columns[8]; /* ended by -1; none: any change */
};

struct store_patterns;

struct store_touched {
    int16_t table;
    char    op;
    int64_t rowid;
    char    pkid[45];
};

struct store_write {
    char                user[129], origin[16];
    bool                open;      /* BEGIN was done */
    bool                deriving;  /* the rules write: standing values may change */
    bool                unseen;    /* deriving what no observer asks about: 200 columns needn't be compared */
    bool                trusted;   /* values are not checked: an installation writes */
    bool                complete;  /* nothing is derived or told: copies of whole sets of rows */
    struct ccm_error    violation; /* the first rule broken by a statement; status OK: none */
    struct store_set    changes;   /* kind: table index; for the feed */
    struct store_set    acts;      /* kind: table index and op; for the feed, behind the changes */
    struct store_set    dirty;     /* kind: enum store_derived; what must be derived again */
    size_t              derived;   /* how many of dirty are done */
    struct store_serial serials[STORE_MAX_SERIALS];
    /* While a failed reference is looked for: the rows a statement touched. */
    bool                   trace;
    struct store_touched  *touched;
    size_t                 touched_count, touched_cap;
    struct store_plan     *plans;   /* by table index: what the hook looks at */
    uint16_t              *checked; /* column numbers, run by run */
    struct store_watch    *watches; /* run by run */
    struct store_patterns *patterns;
    char                   last_name[64]; /* the table seen last, and its number */
    int                    last_table;
    bool                   last_shadow;
};

/* Whether the lease is a write: the writer's connection reads too while nobody writes. */
static inline bool
store_is_writing(const struct store_conn *c)
{
    return c->write != NULL && c->write->open;
}

struct store_batch;

struct store {
    struct store_options opt;
    struct store_image   image;
    char                *dir, *path; /* path: of the first file */
    struct store_file   *file;       /* the one that is read and written now; under the pool's lock */
    unsigned             file_number;
    bool                 temporary;
    int                  lock_fd;

    pthread_mutex_t    write_lock; /* the writer: held from begin to end of a write */
    struct store_conn *writer;

    pthread_mutex_t    pool_lock;
    pthread_cond_t     pool_cond; /* a reader came back */
    struct store_conn *idle;
    unsigned           idle_count, leased_count;

    _Atomic uint64_t generation;

    pthread_mutex_t     feed_lock;
    pthread_cond_t      feed_cond;
    store_listener_fn  *listener;
    void               *listener_cookie;
    struct store_batch *feed_first, *feed_last;
    uint64_t            feed_queued, feed_delivered;
    bool                feed_busy;
    pthread_t           feed_thread;

    struct store_observer observer; /* row NULL: none */
    struct store_live     live;     /* find NULL: nobody knows more than the tables */

    pthread_mutex_t     enum_lock;
    struct store_enum **enums;      /* by table index, made when first asked for */
    _Atomic uint32_t    enum_epoch; /* grows when a type table changes */
};

/* Wait for the writer and begin; false: *err. The reset and the lease share it. */
bool store_exec(struct store_conn *c, const char *sql, struct ccm_error *err);

/* ---- files: where a store lives (files.c) ---- */

bool store_files_open(struct store *st, struct ccm_error *err);
void store_files_close(struct store *st);
/* Make dir's database a copy of the image. */
bool store_files_write_image(const char *path, const struct store_image *image, bool sync, struct ccm_error *err);
/* Of a name that was not there yet, in the store's directory; malloc'd. */
char *store_files_new_path(struct store *st);
/* Its database, log and index. */
void store_files_unlink(const char *path);
/* Bring an older state at path to the image's schema by copying (migrate.c). */
bool store_migrate(struct store *st, struct ccm_error *err);

/* ---- the preupdate hook and the rules ---- */

/* Watch what the writer's connection does. */
bool store_hook_install(struct store_conn *c, struct ccm_error *err);
/* Look away, or look again. */
void store_hook_set(struct store_conn *c, bool on);
void store_write_forget(struct store_write *w);
void store_write_free(struct store_write *w);

/* What is derived from other rows; a row of rules.c each. */
enum store_derived {
    DERIVED_CSS_CLAUSE,
    DERIVED_PARTITION_NAME,
    DERIVED_MEDIA_LIST_CLAUSE,
    DERIVED_MEDIA_GROUP_NAME,
    DERIVED_ROUTE_FILTER_CLAUSE,
    DERIVED_DEVICE_STAMP,
    DERIVED_DEVICE_NAME,
    DERIVED_DEVICE_BORN,
    DERIVED_DEVICE_TEXT,
    DERIVED_MOBILITY,
    DERIVED_LINES_STAMP,
    DERIVED_PATTERN_STAMP,
    DERIVED_PATTERN_CALLABLE,
    DERIVED_PATTERN_BORN,
    DERIVED_PHONE_TEMPLATE_STAMP,
    DERIVED_SOFTKEY_TEMPLATE_STAMP,
    DERIVED_SIP_PROFILE_STAMP,
    DERIVED_COMMON_PHONE_STAMP,
    DERIVED_COMMON_DEVICE_STAMP,
    DERIVED_SECURITY_PROFILE_STAMP,
    DERIVED_FEATURE_POLICY_STAMP,
    DERIVED_SERVICE_PROFILE_STAMP,
    DERIVED_COUNT
};

struct store_trigger {
    const char        *table;
    const char        *ops;   /* of "aur": added, updated, removed */
    const char        *watch; /* update: only when one of these columns changes (separated by blanks); NULL: any */
    const char        *key;   /* the column whose value, old and new, names what is to be derived */
    enum store_derived derived;
    bool               done; /* the change itself has brought it about: don't derive it in this write */
};

extern const struct store_trigger store_triggers[];
extern const size_t               store_trigger_count;

/* Rows that come with the installation and can't be removed, besides those marked isstandard. */
struct store_kept {
    const char *table, *column, *value;
    bool        unless;
};

extern const struct store_kept store_kept[];
extern const size_t            store_kept_count;

/* Derive anew what this write made stale, until nothing is. */
bool store_rules_run(struct store_conn *c, struct ccm_error *err);
/* Whether a value may stand in the column: its validation, its being a boolean. */
bool store_check_value(struct store_write *w, const struct store_table_def *t, int column, sqlite3_value *v,
                       struct ccm_error *err);
void store_patterns_free(struct store_patterns *p);

/* ---- tables that hold nothing (occupied.c) ---- */

/* A row is about to come into the table. */
void store_occupied_note(struct store_file *f, int table, bool shadow);
/* Rows may come that nobody sees. While holding the writer. */
void store_occupied_forget(struct store_file *f);
/* Take the snapshot of a lease that reads, if it is not taken yet. */
void store_begin_lease(struct store_conn *c);

/* ---- errors (errors.c) ---- */

/* What went wrong in the last call on c, in CallManager's words. Always false. */
bool store_fail(struct store_conn *c, struct ccm_error *err);
/* stmt failed with a foreign key: find which. Always false. */
bool store_fail_reference(struct store_conn *c, sqlite3_stmt *stmt, struct ccm_error *err);

/* ---- virtual tables of what is live (live.c) ---- */

bool store_live_add(struct store_conn *c, struct ccm_error *err);

/* ---- SQL functions of ours (functions.c) ---- */

bool store_functions_add(struct store_conn *c, struct ccm_error *err);

/* ---- the feed (feed.c) ---- */

/* Take the write's changes as a batch; call while still holding the writer. 0: nothing to tell. */
uint64_t store_feed_queue(struct store *st, struct store_write *w);
/* Tell the listener what is queued; returns when batch number was told. Holds no lock meanwhile. */
void store_feed_deliver(struct store *st, uint64_t number);

void store_enums_free(struct store *st);

/* ---- names of rows (names.c) ---- */

/* A lease begins: what was remembered holds, or is forgotten. */
void store_names_begin(struct store_conn *c);
void store_names_free(struct store_names *n);

/* ---- SQLite's memory (pieces.c) ---- */

/* Before the library is first used. */
void store_pieces_install(void);

#endif
