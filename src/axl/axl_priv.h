/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the AXL folder shares: forms (one message of one version, bound to the store), the context of a
 * call, and the steps that the families are made of. */
#ifndef AXL_PRIV_H
#define AXL_PRIV_H

#include "ccmsim/axl.h"
#include "ccmsim/cluster.h"
#include "ccmsim/request.h"
#include "ccmsim/xml.h"

/* ---- forms (form.c) ---- */

enum form_role { FORM_ADD, FORM_UPDATE, FORM_GET, FORM_LIST, FORM_SEARCH, FORM_ROLES };

enum form_kind { FORM_GROUP, FORM_LEAF, FORM_ATTR };

#define FORM_NONE UINT16_MAX

/* What is written of an element again and again, made once. */
struct form_wire {
    struct str start, end; /* <x> and </x> */
    struct str empty;      /* an empty text: <x/> */
    struct str null;       /* no value, as the version tells it */
};

/* One element or attribute of a message. Nodes stand in preorder, attributes before elements. */
struct form_node {
    const char              *name; /* on the wire */
    const char              *path; /* in the object: newX, addX and removeX are X here */
    const struct axl_bind   *bind; /* of path; NULL: a plain container */
    const struct axl_bind   *text; /* of path/. : a repeated element's own text */
    const struct axl_simple *simple;
    const char              *xs;  /* xs: type when there is no simple */
    const char              *def; /* the schema's default */
    uint16_t                 end; /* index behind its subtree */
    uint16_t                 parent;
    uint16_t                 scope;       /* whose row its column belongs to */
    uint16_t                 opens;       /* the scope it opens, else FORM_NONE */
    uint16_t                 choice;      /* innermost choice it is a member of; 0: none */
    uint16_t                 alternative; /* of that choice: the members of one sequence share it */
    uint8_t                  kind;
    char                     mode; /* 'n' newX, 'a' addX, 'r' removeX, 0 plain */
    bool                     required, nillable, repeated, key;
    bool                     uuid_attr;    /* a reference element with a uuid attribute (XFkType) */
    bool                     any;          /* child elements of any name (vendorConfig) */
    bool                     attributes;   /* has some of its own */
    bool                     add_nillable; /* in answers: the add form lets it be nil, so null is told as nil */
    struct form_wire         wire;         /* in answers */
};

struct form_scope {              /* a row: the object's own (0) or one of a repeated element */
    const struct axl_bind *rows; /* NULL: the object's */
    const char            *table;
    uint16_t               parent, node;
};

struct form {
    const struct axl_object *object;
    enum axl_version         version;
    enum form_role           role;
    const char              *wrapper; /* <phone>; NULL for update and search */
    struct form_node        *nodes;   /* [0] is the wrapper */
    struct form_scope       *scopes;
    uint16_t                 count, scope_count;
    struct arena            *arena; /* that all of it is in: kept for the life of the process */
};

/* The form of an object's operation; NULL when the version has no such operation. Made once a
 * process, from the const contract alone; safe from any thread. */
const struct form *axl_form(const struct axl_object *o, enum axl_version v, enum form_role role);
/* Child element (or, name[0] == '@', attribute) of node parent; *hint speeds up fields in order. */
uint16_t form_child(const struct form *f, uint16_t parent, const char *name, uint16_t *hint);
/* The node of a path; FORM_NONE. */
uint16_t form_find(const struct form *f, const char *path);
/* The binding of a path in a version; NULL. */
const struct axl_bind *axl_bind_find(const struct axl_object *o, const char *path, enum axl_version v);
/* The side row that holds table, seen from scope table; NULL. */
const struct axl_side *axl_side_find(const struct axl_object *o, const char *scope_table, const char *table);
bool                   axl_side_belongs(const struct axl_side *s, const char *scope_table);

/* ---- constants of a scope (home.c) ---- */

/* " AND column=value" for each; alias "" for none. */
void axl_where(struct buf *sql, const char *alias, const struct axl_const *c, unsigned count);
/* What an insert sets; NULL: nothing. */
const char *axl_const_value(struct arena *a, const struct axl_const *c);
bool        axl_const_is_choice(const struct axl_const *c);
/* The condition that ties the rows of a list to their parent, whose pkid is the expression given ("?1"). */
void axl_where_parent(struct buf *sql, const struct form *f, const struct axl_bind *rows, const char *alias,
                      const char *parent_table, const char *parent_pkid);

/* ---- reading (query.c) ---- */

/* Instead of a result column: none, or one that would be null in every row (its table is empty). */
enum { COLUMN_NONE = -1, COLUMN_NULL = -2 };

struct query { /* a SELECT of one scope; ?1 is the key: pkid of the row, or of the parent */
    const char *sql;
    int16_t    *column; /* by node: first result column, or COLUMN_...; of a list: whether there are any rows */
    bool       *named;  /* by node: the column is a reference, its text is told by store_name */
    const struct store_enum **type; /* by node: the type table that names the column's number; NULL: none */
};
struct axl_call;
/* selected: by node; NULL: all. tail replaces the WHERE on the key when given. Kept with the connection, since most
 * requests ask for what others asked for; holds to the end of the lease. */
const struct query *axl_query(struct axl_call *c, const struct form *f, uint16_t scope, const bool *selected,
                              const char *tail);
/* What the reference in a column is called: the table and column for store_name; false: it isn't remembered. */
bool axl_named(const struct axl_bind *b, const char **table, const char **column);

/* ---- a call ---- */

struct hashed_secret { /* a password or PIN of the request, and what is kept of it */
    const char           *secret, *hash;
    struct hashed_secret *next;
};

struct axl_call {
    struct arena         *arena;
    struct cluster       *cluster; /* NULL when the engine runs without one (building the template) */
    struct store_conn    *conn;
    struct buf           *out; /* answers */
    enum axl_version      version;
    enum axl_strictness   strictness;
    const struct axl_op  *op;
    struct request       *request;        /* NULL when there is none */
    size_t                counted;        /* bytes of the answer that the cluster counts (limit.c) */
    struct queries       *queries;        /* of the connection (query.c); NULL until one is asked for */
    bool                  brief, stopped; /* a client's SQL gets a moment only; it took longer */
    struct hashed_secret *secrets;        /* hashed before the writer is taken: hashing is slow on purpose */
};

/* limit.c: after each row of an answer that began at start */
enum axl_growth { GROWTH_FINE, GROWTH_TOO_LARGE, GROWTH_REFUSED };
enum axl_growth axl_answer_grew(struct axl_call *c, size_t start, struct ccm_error *err);
void            axl_answer_release(struct axl_call *c);
bool            axl_fail_too_large(struct axl_call *c, unsigned long total, unsigned long rows, struct ccm_error *err);

/* answer.c: rows as XML */
bool axl_answer_object(struct axl_call *c, const struct form *f, const struct query *q, sqlite3_stmt *row,
                       const bool *selected, struct ccm_error *err);
/* Which nodes returnedTags asks for; NULL (all) when tags is NULL. */
bool *axl_selection(struct arena *a, const struct form *f, const struct soap_element *tags);

/* value.c: text of a field to a store value, and back */
struct value {
    enum { VALUE_NULL, VALUE_TEXT, VALUE_INT } kind;
    const char *text;
    int64_t     number;
};
bool axl_value_in(struct axl_call *c, const struct form_node *n, const struct axl_bind *b, const char *text, bool nil,
                  struct value *out, struct ccm_error *err);
/* Text for the client; NULL: null. May use the arena. type: the type table of the column, if it is of one. */
const char *axl_value_out(struct axl_call *c, const struct axl_bind *b, const struct store_enum *type,
                          sqlite3_stmt *row, int column);
void        axl_bind_value(sqlite3_stmt *s, int index, const struct value *v);

/* ref.c: references by name, uuid or parts */
bool axl_ref_resolve(struct axl_call *c, const struct axl_bind *b, const char *name, const char *uuid,
                     struct value *out, struct ccm_error *err);
/* The row a request's key elements name; axl_key_resolve: its pkid alone. */
struct row_key {
    char    pkid[37];
    int64_t rowid; /* in the object's table, for the lease */
};
bool axl_key_find(struct axl_call *c, const struct axl_object *o, const struct soap_element *request,
                  struct row_key *out, struct ccm_error *err);
bool axl_key_resolve(struct axl_call *c, const struct axl_object *o, const struct soap_element *request, char out[37],
                     struct ccm_error *err);

/* write.c: one row and what hangs on it */
struct row_write;
bool axl_row_insert(struct axl_call *c, const struct form *f, const struct soap_element *e, const char *pkid,
                    char out[37], struct ccm_error *err);
bool axl_row_update(struct axl_call *c, const struct form *f, const struct soap_element *e, const char *pkid,
                    struct ccm_error *err);

/* special_secret.c: hash the passwords and PINs of a request, outside any transaction. Slow. */
bool axl_hash_secrets(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err);

/* special.c: the fields that are more than a column */
struct axl_special {
    const char *name;
    /* Append the field's text for the row with pkid; false: *err. is_null set when there is none. */
    bool (*read)(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                 struct ccm_error *err);
    /* After the row with pkid was written; NULL: read-only. */
    bool (*write)(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                  const char *text, struct ccm_error *err);
    bool xml; /* read gives XML, not text to be escaped: child elements; of a repeated element, all of them */
    /* The same as read, as an SQL expression over the row "t" of the field's scope, so that it comes with the
     * row; NULL, or an answer of NULL: only read can tell. */
    const char *(*expression)(struct axl_call *c, const struct axl_bind *b);
};
const struct axl_special *axl_special_find(const char *name);

/* families */
bool axl_run_add(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err);
bool axl_run_update(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err);
bool axl_run_get(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err);
bool axl_run_list(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err);
bool axl_run_remove(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err);
bool axl_run_act(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err);

/* Do to a row, and so to the devices that depend on it, what op says (store_act): 'R', 'S', 'A', 'W'. */
bool axl_act(struct axl_call *c, char op, const char *table, const char *pkid, struct ccm_error *err);
/* The text of a request element without blanks around it. */
const char *axl_text(struct axl_call *c, const struct soap_element *e);
bool        axl_text_is_nil(const struct soap_element *e);

#endif
