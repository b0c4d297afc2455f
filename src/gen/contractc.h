/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The contract compiler's model of schema/axl: what the parser fills, the checks complete and the
 * emitters write. A build-time tool: all memory is in one arena, mistakes are collected as
 * "FILE:LINE: reason" and end the run. docs/contract.md describes the text form. */
#ifndef CONTRACTC_H
#define CONTRACTC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "ccmsim/arena.h"
#include "ccmsim/contract.h"

#define C_ALL_VERSIONS ((axl_mask)0xffff)
#define C_LEGACY       ((axl_mask)0x000f) /* 5.0 to 7.1: types in a namespace of their own */

/* A list that grows in the arena. */
#define C_LIST(type)       \
    struct {               \
        type  *items;      \
        size_t count, cap; \
    }
#define C_ADD(c, list)                                                                                 \
    ((list).items = c_grow((c)->arena, (list).items, (list).count, &(list).cap, sizeof *(list).items), \
     &(list).items[(list).count++])

struct c_place {
    const char *file;
    unsigned    line;
};

struct c_version {
    const char *name, *api_namespace, *type_namespace;
    bool        plain_action;   /* SOAPAction is the bare operation name */
    const char *part;           /* message part of the WSDL */
    bool        faults;         /* operations declare axlError */
    bool        two_namespaces; /* types stand in type_namespace */
};
extern const struct c_version c_versions[AXL_VERSIONS];

/* The parts a field of an object can play: in the add request, plainly or as newX or as the triple removeX,
 * addX, X in the update request, in the get and list answers, in the search criteria. */
enum c_role { C_ADD_ROLE, C_UPDATE, C_NEW, C_EDIT, C_GET, C_LIST_ROLE, C_SEARCH, C_ROLES };

struct c_roles {
    axl_mask versions[C_ROLES]; /* 0: not that role */
    uint8_t  as_is;             /* bit n: in role n exactly as written */
    bool     told;              /* else those of the line above it in the tree */
};

struct c_node {
    struct c_place  place;
    const char     *name, *type, *def, *fixed;
    const char     *process; /* of any: processContents; its namespace is in type */
    axl_mask        versions;
    uint16_t        min, max;
    uint8_t         kind, depth;
    bool            nillable, required, optional;
    struct c_node  *child, *next;
    struct c_roles *roles;                /* in fields */
    const char     *get_type, *list_type; /* in fields: other types in these answers, or NULL */
};

struct c_type { /* one block; several blocks of a name hold in disjoint versions */
    struct c_place place;
    const char    *name;
    axl_mask       versions;
    bool           axl_namespace, is_final, is_abstract;
    struct c_node *child;
};

struct c_value {
    struct c_place place;
    const char    *text;
    axl_mask       versions;
};

enum c_simple_kind { C_PLAIN, C_CLOSED, C_OPEN, C_OR }; /* no values; only the values; or any string; or base */

struct c_simple {
    struct c_place     place;
    const char        *name, *base, *pattern, *min_value, *max_value, *white_space;
    int32_t            min_length, max_length, length;
    enum c_simple_kind kind;
    axl_mask           versions;
    size_t             values; /* 0, or 1 + index of the enumeration's list */
};

struct c_enum {
    const char *name;
    C_LIST(struct c_value) values;
};

struct c_element {
    struct c_place place;
    const char    *name, *type;
    axl_mask       versions;
};

struct c_op {
    struct c_place place;
    const char    *name, *request, *response; /* types or NULL */
    const char    *object;                    /* or NULL */
    axl_mask       versions;
    uint8_t        family;
    bool           irregular;
};

struct c_bind {
    struct c_place  place;
    struct axl_bind b;
    const char     *target_object; /* REF, REFID, PART: the AXL object named; its store section gives the table */
    const char     *of_object;     /* PART: the same for ref_table */
    bool            none;          /* known, not kept */
    bool            conv_told;
};

struct c_side {
    struct c_place  place;
    struct axl_side s;
};

struct c_fields { /* an object's fields, from which its types of 8.0 and later are made */
    struct c_place place;
    const char    *element; /* that wraps them in requests and answers; NULL: none told */
    const char    *base;    /* of the update request, when it brings the key; or NULL */
    struct c_roles defaults;
    struct c_node *first, *key, *update_key; /* update_key: when it differs from key */
};

struct c_group { /* fields of a part of objects: XName, RName, LName */
    const char     *name;
    struct c_fields fields;
};

struct c_object {
    struct c_place  place;
    struct c_fields fields;
    const char     *name, *table, *order, *noun;
    C_LIST(struct axl_const) where;
    C_LIST(struct axl_set) sets;
    C_LIST(struct c_side) sides;
    C_LIST(struct axl_key) keys;
    C_LIST(struct c_bind) binds;
};

struct c_problem {
    struct c_place place;
    const char    *text;
};

struct dictionary;

struct contract {
    struct arena *arena;
    C_LIST(struct c_type) types;
    C_LIST(struct c_simple) simples;
    C_LIST(struct c_enum) enums;
    C_LIST(struct c_element) elements;
    C_LIST(struct c_group) groups;
    C_LIST(struct c_op) ops;
    C_LIST(struct c_object *) objects;
    C_LIST(struct c_problem) problems;
    const struct dictionary *dictionary; /* NULL: tables and columns are not checked */
};

void *c_grow(struct arena *a, void *items, size_t count, size_t *cap, size_t size);
/* Note a mistake; returns false so that a failing branch is one line. */
bool c_problem(struct contract *c, struct c_place at, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* ---- lines and words (contractc_lex.c) ---- */

#define C_MAX_WORDS 64

struct c_line {
    struct c_place place;
    unsigned       indent, count;
    char          *words[C_MAX_WORDS + 1];  /* NULL behind the last */
    bool           quoted[C_MAX_WORDS + 1]; /* written in quotes: never a keyword */
};
struct c_lexer {
    struct contract *c;
    const char      *at, *end;
    struct c_line    line;
    bool             back; /* line is to be given once more */
};

void c_lexer_init(struct c_lexer *lx, struct contract *c, const char *name, const char *bytes, size_t len);
/* The next line that has words; false at the end. */
bool c_lexer_next(struct c_lexer *lx);
/* Is it the n-th word, unquoted? */
bool c_word_is(const struct c_line *l, unsigned n, const char *word);
/* Does the word look like version ranges ("8.0-", "5.0,7.0-7.1")? */
bool        c_versions_like(const char *word);
bool        c_versions_parse(struct contract *c, struct c_place at, const char *word, axl_mask *out);
const char *c_versions_text(struct arena *a, axl_mask mask);

/* ---- the parts of a file ---- */

/* One contract file. False: c->problems has grown. Safe on any bytes. */
bool contract_parse(struct contract *c, const char *name, const char *bytes, size_t len);
/* contractc_tree.c: the lines below a line, as a tree; with roles: behind ":". */
bool c_tree_parse(struct c_lexer *lx, struct c_node **first, bool roles);
/* Fix versions below their parents', imply sequences, number depths. */
bool c_tree_settle(struct contract *c, struct c_type *t);
/* contractc_roles.c: the words behind ":"; from is the index of the first. */
bool c_roles_parse(struct contract *c, const struct c_line *l, unsigned from, struct c_roles *out);
/* contractc_store.c: all lines behind `store`. */
bool c_store_parse(struct c_lexer *lx, struct c_object *o);

/* ---- look-ups and checks ---- */

/* contractc_dict.c: the tables' columns. NULL and a problem when the file is unreadable. */
struct dictionary *dictionary_load(struct contract *c, const char *path);
bool               dictionary_has_table(const struct dictionary *d, const char *table);
/* The column's Informix type, NULL when there is no such column. */
const char *dictionary_column(const struct dictionary *d, const char *table, const char *column);

/* contractc_fields.c: the types that objects' fields imply, unless a type block tells them. */
bool contract_fields(struct contract *c);
/* contractc_check.c: the messages; sorts types, simples, ops and objects by name. */
bool contract_check(struct contract *c);
/* contractc_bind.c: the store sections against messages and dictionary; completes the bindings. */
bool contract_bind(struct contract *c);

/* contractc_paths.c: the paths of store lines exist in the messages; complete: and each field of a bound
 * object has a line. */
bool contract_paths(struct contract *c, bool complete);

/* First type block or simple row of a name; the rows of one name follow each other. */
size_t           c_type_first(const struct contract *c, const char *name); /* c->types.count: none */
size_t           c_simple_first(const struct contract *c, const char *name);
struct c_object *c_object_find(const struct contract *c, const char *name);
/* The versions in which there is a type, or a simple type, of that name. */
axl_mask c_type_versions(const struct contract *c, const char *name);
axl_mask c_simple_versions(const struct contract *c, const char *name);
/* The type block that holds in a version; NULL. */
const struct c_type   *c_type_in(const struct contract *c, const char *name, enum axl_version v);
const struct c_simple *c_simple_in(const struct contract *c, const char *name, enum axl_version v);

/* ---- output ---- */

extern const char *const c_family_names[];                                       /* by enum axl_family, NULL-ended */
bool                     emit_tables(const struct contract *c, const char *dir); /* contractc_tables.c */
void                     emit_objects(const struct contract *c, FILE *out);      /* contractc_objects.c */
bool                     emit_shadow(const struct contract *c, const char *path);
bool emit_toolkit(const struct contract *c, const char *dir); /* contractc_wsdl.c: schema/V/ and schema/current/ */
void emit_schema(const struct contract *c, enum axl_version v, FILE *api, FILE *types_out,
                 FILE *enums);              /* contractc_xsd.c */
void emit_string(FILE *out, const char *s); /* a C literal or NULL */

#endif
