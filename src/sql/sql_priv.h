/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the files of sql/ share: tokens, the tree of a statement, types, the tables of functions and errors.
 * The walk of a statement: lex, parse (a tree), resolve (names, types, conversions put in), emit (SQLite's SQL
 * with parameters). The tree is in the request's arena and bounded in depth and size. */
#ifndef SQL_PRIV_H
#define SQL_PRIV_H

#include <setjmp.h>

#include "ccmsim/buf.h"
#include "ccmsim/sql.h"

#define SQL_MAX_DEPTH   128u    /* of brackets and subqueries */
#define SQL_MAX_HEIGHT  400u    /* of an expression: SQLite takes 1000 */
#define SQL_MAX_NESTED  24u     /* subqueries in one another */
#define SQL_MAX_NODES   100000u /* of the tree */
#define SQL_MAX_SOURCES 60u     /* of one SELECT: SQLite joins 64 */
#define SQL_MAX_ITEMS   1900u   /* columns of a result */
#define SQL_MAX_PARAMS  30000u

/* ---- types ---- */

enum sql_kind {
    SQL_ANY, /* null, or what nobody can tell */
    SQL_TEXT,
    SQL_CHAR, /* of a fixed length */
    SQL_INT,
    SQL_DECIMAL,
    SQL_BOOL,      /* 't' and 'f' */
    SQL_DATE,      /* YYYY-MM-DD */
    SQL_DATETIME,  /* YYYY-MM-DD HH:MM:SS.FFFFF, or a part of it */
    SQL_DAYS,      /* an interval of days and less, in hundred-thousandths of a second */
    SQL_MONTHS,    /* an interval of years and months, in months */
    SQL_CONDITION, /* true, false, unknown: 1, 0, null */
};

enum sql_field { SQL_YEAR, SQL_MONTH, SQL_DAY, SQL_HOUR, SQL_MINUTE, SQL_SECOND, SQL_FRACTION };

struct sql_type {
    uint8_t  kind;     /* enum sql_kind */
    uint8_t  from, to; /* of date and time: enum sql_field */
    uint8_t  scale;    /* digits of a fraction, or behind the point; 255: any */
    uint16_t length;   /* of text; 0: any */
};

/* ---- tokens ---- */

enum sql_token_kind {
    TOKEN_END,
    TOKEN_WORD,   /* in lower case */
    TOKEN_STRING, /* either quote */
    TOKEN_NUMBER,
    TOKEN_MARK /* an operator or punctuation: .mark */
};

enum sql_mark {
    MARK_NONE,
    MARK_OPEN = '(',
    MARK_CLOSE = ')',
    MARK_COMMA = ',',
    MARK_DOT = '.',
    MARK_SEMICOLON = ';',
    MARK_STAR = '*',
    MARK_PLUS = '+',
    MARK_MINUS = '-',
    MARK_SLASH = '/',
    MARK_EQUAL = '=',
    MARK_LESS = '<',
    MARK_MORE = '>',
    MARK_BRACKET = '[',
    MARK_UNBRACKET = ']',
    MARK_COLON = ':',
    MARK_QUESTION = '?',
    MARK_LESS_EQUAL = 256,
    MARK_MORE_EQUAL,
    MARK_UNEQUAL,
    MARK_CONCAT,
    MARK_CAST
};

struct sql_token {
    enum sql_token_kind kind;
    bool                double_quoted;
    int                 mark;
    const char         *text;
    size_t              length;
};

/* ---- the tree ---- */

enum sql_expr_kind {
    EXPR_NULL,
    EXPR_TEXT,       /* name, length */
    EXPR_INTEGER,    /* number */
    EXPR_REAL,       /* name: its digits */
    EXPR_COLUMN,     /* qualifier, name; source, column */
    EXPR_ROWID,      /* of source */
    EXPR_SLICE,      /* args[0][from, to] */
    EXPR_NEGATE,     /* - args[0] */
    EXPR_ARITHMETIC, /* op of + - * / */
    EXPR_CONCAT,
    EXPR_AND, /* args[0] ... */
    EXPR_OR,
    EXPR_NOT,
    EXPR_COMPARE, /* op: a mark */
    EXPR_IS_NULL, /* negated: IS NOT NULL */
    EXPR_BETWEEN,
    EXPR_LIKE, /* args: text, pattern, escape */
    EXPR_MATCHES,
    EXPR_IN_LIST,   /* args[0] in args[1] ... */
    EXPR_IN_SELECT, /* args[0] */
    EXPR_EXISTS,
    EXPR_QUANTIFIED, /* args[0] op ALL (number 1) or ANY of select */
    EXPR_SELECT,     /* one value */
    EXPR_CASE,       /* args: when, then ... ; number 1: the last is else; subject: args[0] when op 1 */
    EXPR_CALL,       /* name, args; function */
    EXPR_CAST,       /* type wanted in cast */
    EXPR_CONVERT,    /* put in by the resolver: args[0] to type */
    EXPR_UNITS,      /* args[0] of from: an interval */
    EXPR_DEFAULT,
};

struct sql_select;
struct sql_source;
struct sql_function;

struct sql_expr {
    uint8_t                    kind;
    uint16_t                   height;
    bool                       negated, distinct, star; /* count(distinct x), count(*) */
    bool                       aggregate;               /* an aggregate, or has one of this level in it */
    bool                       plain;                   /* has a column of this level outside of aggregates */
    int                        op;
    struct sql_type            type, cast;
    const char                *name, *qualifier;
    size_t                     length;
    int64_t                    number, number2;
    struct sql_expr          **args;
    unsigned                   count;
    struct sql_select         *select;
    const struct sql_source   *source;
    int                        column;
    const struct sql_function *function;
};

struct sql_item {          /* of a select list */
    struct sql_expr *expr; /* NULL: a star */
    const char      *alias, *star_of;
    bool             star;
    const char      *name; /* in the result; set by the resolver */
};

enum sql_join { JOIN_COMMA, JOIN_INNER, JOIN_LEFT, JOIN_RIGHT, JOIN_FULL, JOIN_CROSS, JOIN_OUTER /* OUTER word */ };

struct sql_source {
    const char        *name; /* of the table; NULL: derived */
    const char        *alias;
    struct sql_select *derived;
    const char *const *renamed; /* TABLE(...) AS t(a, b); NULL */
    unsigned           renamed_count;
    struct store_table table;
    unsigned           number;      /* t1, t2 ... in what is emitted */
    unsigned           place, nest; /* in its scope; how deep in OUTERs */
};

struct sql_from {              /* a tree of joins in textual order */
    struct sql_source *source; /* NULL: a bracket of parts */
    struct sql_from   *parts;
    struct sql_from   *next;
    enum sql_join      join; /* to what stands before */
    struct sql_expr   *on;
    uint64_t           sources; /* of an OUTER: those in it */
};

struct sql_order {
    struct sql_expr *expr;
    unsigned         ordinal; /* from 1; 0: expr */
    bool             descending;
};

struct sql_select {
    bool               distinct, has_first, all_next; /* UNION ALL with next */
    int64_t            skip, first;
    struct sql_item   *items;
    unsigned           item_count;
    struct sql_from   *from;
    struct sql_expr   *where, *having;
    struct sql_expr  **groups;
    unsigned           group_count;
    struct sql_order  *orders; /* of the first of a UNION: of all of it */
    unsigned           order_count;
    struct sql_select *next; /* of a UNION */
    const char        *temp;
    bool               aggregate;
    /* set by the resolver */
    struct sql_source **sources;
    unsigned            source_count;
    struct sql_type    *types; /* of the result's columns */
};

struct sql_assignment {
    const char      *qualifier, *column;
    struct sql_expr *value;
    int              number; /* of the column; resolver */
};

struct sql_write {
    struct sql_source     *target;
    const char           **columns, **qualifiers; /* of an INSERT; NULL: all */
    unsigned               column_count;
    int                   *numbers;
    struct sql_expr      **values;
    unsigned               value_count;
    struct sql_select     *select;
    struct sql_assignment *set;
    unsigned               set_count;
    struct sql_select     *row; /* SET (a, b) = (SELECT ...) */
    struct sql_expr       *where;
};

struct sql_tree {
    enum sql_verb               verb;
    struct sql_select          *select;
    struct sql_write           *write;
    const struct sql_procedure *procedure;
    struct sql_expr           **args;
    unsigned                    arg_count;
};

/* ---- what a translation carries along; failing leaves by longjmp to sql_translate ---- */

struct sql_scope {
    struct sql_scope   *parent;
    struct sql_select  *select;
    struct sql_source **sources;
    unsigned            count;
    uint64_t            touched;                  /* sources named since it was cleared */
    bool                in_aggregate, aggregates; /* aggregates may stand here */
};

struct sql_work {
    struct arena     *arena;
    struct ccm_error *err;
    jmp_buf           failed;
    unsigned          release;
    unsigned          nodes, depth, nested;
    /* tokens */
    const char      *at, *end;
    struct sql_token token, ahead; /* the present one, and the one behind it */
    /* resolving */
    struct sql_scope *scope;
    unsigned          source_numbers;
    /* emitting */
    struct buf        out;
    struct sql_param *params;
    unsigned          param_count, param_room;
};

/* Fill *err from the table of errors, and leave. */
void sql_fail(struct sql_work *w, int code, const char *object) __attribute__((noreturn));
/* The text of an error with its object, for who runs a statement. Always false. */
bool  sql_error(struct ccm_error *err, int code, const char *object);
void *sql_new(struct sql_work *w, size_t size);

/* ---- lex.c ---- */

void sql_lex_start(struct sql_work *w, const char *text);
void sql_next(struct sql_work *w);
bool sql_is_word(const struct sql_work *w, const char *word);
bool sql_is_mark(const struct sql_work *w, int mark);
bool sql_ahead_is_mark(const struct sql_work *w, int mark);
/* If it is the present token, pass it. */
bool sql_take_word(struct sql_work *w, const char *word);
bool sql_take_mark(struct sql_work *w, int mark);
void sql_need_word(struct sql_work *w, const char *word);
void sql_need_mark(struct sql_work *w, int mark);
/* Any word, or a quoted one behind a dot. */
const char *sql_need_name(struct sql_work *w);
/* One that can't be an alias without AS before it, nor a column. */
bool sql_is_reserved(const char *word);

/* ---- parse ---- */

void               sql_parse(struct sql_work *w, struct sql_tree *tree);
struct sql_select *sql_parse_select(struct sql_work *w);
struct sql_source *sql_parse_table(struct sql_work *w);
struct sql_expr   *sql_parse_expr(struct sql_work *w);  /* a condition or a value */
struct sql_expr   *sql_parse_value(struct sql_work *w); /* without AND, OR, NOT, comparisons */
struct sql_expr   *sql_parse_primary(struct sql_work *w);
void               sql_parse_write(struct sql_work *w, struct sql_tree *tree);
struct sql_type    sql_parse_type(struct sql_work *w);
/* YEAR TO SECOND and the like behind DATETIME, INTERVAL, CURRENT; false: none there. */
bool             sql_parse_fields(struct sql_work *w, struct sql_type *type);
struct sql_expr *sql_parse_time(struct sql_work *w); /* DATETIME(...), INTERVAL(...), CURRENT, TODAY; NULL: none */
bool             sql_field_find(const char *word, uint8_t *field);
/* Deeper, and too deep. */
void             sql_descend(struct sql_work *w);
struct sql_expr *sql_expr_new(struct sql_work *w, enum sql_expr_kind kind);
/* Its height, once its args are known; too high is a syntax error. */
struct sql_expr *sql_expr_measure(struct sql_work *w, struct sql_expr *e);
struct sql_expr *sql_expr_of(struct sql_work *w, enum sql_expr_kind kind, struct sql_expr *a, struct sql_expr *b);
/* A list that grows. */
struct sql_list {
    void   **ptr;
    unsigned count, room;
};
void sql_list_add(struct sql_work *w, struct sql_list *l, void *p);

/* ---- resolve ---- */

void sql_resolve(struct sql_work *w, struct sql_tree *tree);
/* A SELECT inside of what w->scope is (NULL: nothing). */
void sql_resolve_select(struct sql_work *w, struct sql_select *s);
void sql_resolve_write(struct sql_work *w, struct sql_tree *tree);
void sql_resolve_expr(struct sql_work *w, struct sql_expr **e);
void sql_resolve_condition(struct sql_work *w, struct sql_expr **e);
/* Resolved, and a condition made a value. */
void sql_resolve_value(struct sql_work *w, struct sql_expr **e);
void sql_resolve_call(struct sql_work *w, struct sql_expr *e);
bool sql_expr_same(const struct sql_expr *a, const struct sql_expr *b);
/* Put a conversion around it where its type is another; literals are converted at once. */
void sql_convert(struct sql_work *w, struct sql_expr **e, struct sql_type to);
/* What two values need to be compared. */
void            sql_convert_pair(struct sql_work *w, struct sql_expr **a, struct sql_expr **b);
struct sql_type sql_type_of_kind(enum sql_kind kind);
bool            sql_type_is_number(const struct sql_type *t);
bool            sql_type_is_text(const struct sql_type *t);

/* scope.c */
void sql_source_open(struct sql_work *w, struct sql_source *s);
/* A table's column as the release has it; -1. */
int             sql_table_column(const struct sql_work *w, const struct store_table *t, const char *name);
bool            sql_column_exists(const struct sql_work *w, const struct store_column *c);
bool            sql_table_exists(unsigned release, const struct store_table *t);
bool            sql_table_is_live(const struct store_table *t);
struct sql_type sql_column_type(const struct store_column *c);
unsigned        sql_source_columns(const struct sql_source *s);
bool            sql_source_has(const struct sql_work *w, const struct sql_source *s, unsigned column);
const char     *sql_source_column(const struct sql_source *s, unsigned column);
struct sql_type sql_source_type(const struct sql_source *s, unsigned column);
void            sql_find_column(struct sql_work *w, struct sql_expr *e);
/* The expression of a source's column. */
struct sql_expr *sql_column_expr(struct sql_work *w, const struct sql_source *s, unsigned column);

/* ---- functions ---- */

struct sql_function {
    const char *name; /* Informix's */
    uint8_t     least, most;
    const char *args;   /* a letter an argument, the last repeated: t text, n number, d date, * any */
    const char *result; /* t n i d b * (as the first), m (datetime), or a digit: as that argument */
    const char *sqlite; /* its name there; NULL: emit */
    bool        aggregate;
    bool        routine; /* called with other arguments it is another, that isn't there (-674, not -664) */
    /* Its own look at the arguments, resolved already; NULL: none. */
    void (*check)(struct sql_work *w, struct sql_expr *e);
};
const struct sql_function *sql_function_find(const char *name);

/* ---- emit ---- */

void sql_emit(struct sql_work *w, const struct sql_tree *tree);
void sql_emit_expr(struct sql_work *w, const struct sql_expr *e);
void sql_emit_select(struct sql_work *w, const struct sql_select *s, bool named, bool top);
void sql_emit_like(struct sql_work *w, const struct sql_expr *e);
void sql_emit_name(struct sql_work *w, const char *name);
void sql_emit_text(struct sql_work *w, const char *text, size_t length);
void sql_emit_number(struct sql_work *w, int64_t number);
/* A value that a client reads as text: intervals written out. */
void sql_emit_shown(struct sql_work *w, const struct sql_expr *e);

/* ---- procedures ---- */

struct sql_run;
struct sql_procedure {
    const char *name;
    uint8_t     args;
    bool        writes;
    const char *columns[2];
    const char *sql; /* of one that reads: ?1 ... are its arguments */
    /* Of one that writes. */
    bool (*run)(struct store_conn *c, const char *const *args, int64_t *rows, struct ccm_error *err);
};
const struct sql_procedure *sql_procedure_find(const char *name);

/* ---- SQLite's side ---- */

struct sql_session { /* of a connection */
    struct store_conn *conn;
    unsigned           release;
    int64_t            now_us;
    void              *locale;    /* locale_t: case of UTF-8 */
    struct sql_guard  *guard;     /* while a client's statement is prepared or runs */
    bool               preparing; /* the authorizer looks */
    struct sql_cache  *cache;
    int               *tabids; /* by the number of a table in the dictionary; made when first asked for */
    unsigned           table_count;
};

/* The functions that emitted SQL calls. An error that one raises is "!NUMBER OBJECT" (sql_raise). */
bool sql_functions_add(sqlite3 *db, struct sql_session *s);
struct sql_native {
    const char *name;
    int         args; /* -1: any number */
    void (*fn)(sqlite3_context *, int, sqlite3_value **);
    void (*final)(sqlite3_context *); /* an aggregate's; fn is its step */
    bool varies;                      /* not the same each time */
};
extern const struct sql_native sql_text_natives[], sql_number_natives[], sql_time_natives[], sql_info_natives[],
    sql_match_natives[], sql_exact_natives[];
void                sql_raise(sqlite3_context *ctx, int code, const char *object);
struct sql_session *sql_session_of(sqlite3_context *ctx);
/* Numbers out of text as Informix reads them: blanks around, a sign, digits, a point, an exponent. */
bool sql_read_number(const char *text, size_t length, bool *integer, int64_t *number, double *real);
/* A real as text: no more digits than it has, and no exponent. */
#define SQL_REAL_TEXT 160
void sql_real_text(double value, char out[SQL_REAL_TEXT]);
/* Text to its canonical form; false: it is no date (or time) of these fields. out has 32 bytes. */
bool sql_read_time(const char *text, size_t length, uint8_t from, uint8_t to, char *out);
/* The number of an interval literal; false: it is none. */
bool sql_read_interval(const char *text, size_t length, uint8_t from, uint8_t to, int64_t *number);

/* catalogue.c: the virtual tables of the catalogue, named sql_systables and so on. This is the one place where a
 * table of the dictionary is answered by something else than the store's table of its name; what only the simulator
 * knows can be answered so too. */
bool        sql_catalogue_add(sqlite3 *db, struct sql_session *s);
const char *sql_catalogue_table(const char *name);

/* cache.c */
struct sql_cache;
struct sql_cache             *sql_cache_new(void);
void                          sql_cache_free(struct sql_cache *c);
const struct sql_translation *sql_cache_find(struct sql_cache *c, const char *text);
/* Translate and keep. */
const struct sql_translation *sql_cache_add(struct sql_cache *c, const char *text, unsigned release,
                                            struct ccm_error *err);

#endif
