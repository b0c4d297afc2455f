/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The AXL contract as compiled from schema/axl by src/gen/contractc.c: const tables of
 * operations, types, enumerations and store bindings, over all schema versions. Nothing
 * here is built at run time; axl/form.c makes from it what one operation of one version
 * needs, once. */
#ifndef CCMSIM_CONTRACT_H
#define CCMSIM_CONTRACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum axl_version {
    AXL_V5_0,
    AXL_V6_0,
    AXL_V7_0,
    AXL_V7_1,
    AXL_V8_0,
    AXL_V8_5,
    AXL_V9_0,
    AXL_V9_1,
    AXL_V10_0,
    AXL_V10_5,
    AXL_V11_0,
    AXL_V11_5,
    AXL_V12_0,
    AXL_V12_5,
    AXL_V14_0,
    AXL_V15_0,
    AXL_VERSIONS
};
typedef uint16_t axl_mask; /* bit n: holds in version n */

struct axl_version_info {
    const char *name;           /* "15.0" */
    const char *api_namespace;  /* of messages */
    const char *type_namespace; /* of types before 8.0, of AXLEnums.xsd after */
    bool        plain_action;   /* SOAPAction is the bare operation name (5.0, 6.0) */
};
extern const struct axl_version_info axl_version_info[AXL_VERSIONS];

/* ---- simple types ---- */

struct axl_enum_value {
    const char *text;
    axl_mask    versions;
};

struct axl_simple {
    const char *name;
    const char *base;                           /* an xs: type or another simple type's name */
    const char *pattern;                        /* XSD pattern facet or NULL */
    const char *min_value, *max_value;          /* inclusive facets as text or NULL */
    int32_t     min_length, max_length, length; /* -1: none */
    axl_mask    versions;
    uint32_t    value_first, value_count; /* into axl_enum_values; 0 count: not an enumeration. With values and a
                                           * base other than xs:string, what fits the base is good too */
    bool        open;                     /* the XSD takes any text beside the values */
};
extern const struct axl_simple axl_simples[];
extern const uint32_t axl_simple_count; /* sorted by name; one name may have several rows with disjoint versions */
extern const struct axl_enum_value axl_enum_values[];

/* ---- complex types ---- */

enum axl_node_kind { AXL_SEQ, AXL_CHOICE, AXL_ALL, AXL_ELEM, AXL_ATTR, AXL_ANY, AXL_EXT, AXL_SIMPLE_EXT };
enum axl_ref_kind { AXL_REF_NONE, AXL_REF_COMPLEX, AXL_REF_SIMPLE, AXL_REF_XS };

#define AXL_UNBOUNDED UINT16_MAX

struct axl_node {
    const char *name;     /* AXL_ELEM, AXL_ATTR; else NULL */
    const char *type;     /* type name ("XFkType", "String50", "xs:string"); NULL: anonymous, children follow */
    const char *def;      /* default value; NULL: none, "": empty */
    uint32_t    type_ref; /* AXL_REF_COMPLEX: into axl_types (the first row of that name) */
    axl_mask    versions;
    uint16_t    min, max;
    uint8_t     kind;     /* enum axl_node_kind */
    uint8_t     depth;    /* 1 for a child of the type; a node's children follow it, deeper by one */
    uint8_t     ref_kind; /* enum axl_ref_kind */
    bool        nillable;
    bool        required; /* AXL_ATTR: use="required" */
};

struct axl_type { /* complex; preorder nodes */
    const char *name;
    uint32_t    node_first, node_count; /* into axl_nodes */
    axl_mask    versions;
};
extern const struct axl_type axl_types[];
extern const uint32_t        axl_type_count; /* sorted by name, names unique */
extern const struct axl_node axl_nodes[];

/* ---- store bindings ---- */

/* Where a field of an object lives. path is that of the modern get answer ("lines/line/dirn/pattern",
 * "@ctiid"); "." behind a rows path ("associatedDevices/device/.") is the text of the repeated
 * element itself. docs/contract.md says what each kind means and how the text form writes it. */
enum axl_bind_kind {
    BIND_COLUMN,  /* text of a column; conv says how */
    BIND_ENUM,    /* number in column, name in the type table .target */
    BIND_REF,     /* pkid of a row of .target in column; text is that row's .target_column */
    BIND_REFID,   /* the same, text is the {UUID} itself (xId elements before 8.0) */
    BIND_PART,    /* text is .target_column of the row that reference column .column points to */
    BIND_BIT,     /* bit .number of an integer column, as a boolean */
    BIND_ROWS,    /* opens a scope: rows of .table whose .column is the parent's pkid */
    BIND_ROW,     /* the same, at most one row */
    BIND_XML,     /* child elements as one XML text (vendorConfig) */
    BIND_SECRET,  /* write-only; answers empty; .func says what is made of it */
    BIND_SHADOW,  /* column .column of shadow table .table: kept by us, no public column known */
    BIND_THROUGH, /* read-only: .target_column of .target joined by .column */
    BIND_CALL     /* a function of ours named .func (axl/special table) */
};

enum axl_conv {
    CONV_TEXT,     /* as it is */
    CONV_BOOL,     /* true/false <-> t/f */
    CONV_INT,      /* number; empty is NULL where the column is nullable, else refused */
    CONV_UUID,     /* {UPPER} <-> lower */
    CONV_INT_BOOL, /* true/false <-> 1/0 */
    CONV_ON_OFF,   /* On/Off <-> t/f */
    CONV_TF,       /* true/false <-> T/F (service parameters) */
    CONV_TIME      /* seconds since 1970 <-> AXL's date text */
};

enum axl_bind_flag {
    BINDF_READONLY = 1,   /* ignored on add and update */
    BINDF_CREATEONLY = 2, /* ignored on update */
    BINDF_WRITEONLY = 4,  /* not answered */
    BINDF_CREATE = 8,     /* a missing target row is made (dirn of a phone line) */
    BINDF_DENSE = 16      /* BIND_ROWS: order column counts 1,2,3 by position when the client sends none */
};

/* column = value: filter of a scope, and set on insert. The value may be a choice ("2|13": any of them,
 * the first is set), its opposite ("!645": not that one, nothing is set) or "null". */
struct axl_const {
    const char *column, *value;
};

/* Set when a row of table is inserted and no field says otherwise; filters nothing. The value may be
 * "null", "next" (one past the highest in the column), "now" (seconds of the cluster's clock) or
 * "tkproduct:typeproduct.tkmodel": that column of the type table's row for the number in tkproduct. */
struct axl_set {
    const char *table, *column, *value;
};

struct axl_bind {
    const char *path;
    const char *table; /* table of the column; the scope's own or one of its sides */
    const char *column;
    const char *target;             /* table (REF, REFID, PART, THROUGH) or type table (ENUM) */
    const char *target_column;      /* what of the target is the text */
    const char *target_object;      /* AXL object named in "was not found"; may be NULL */
    const char *ref_table;          /* PART: when target_column is itself a reference, its table ... */
    const char *ref_column;         /* ... and the column that is the text. REF: the target's column whose value is kept
                                * (NULL: pkid). ROWS, ROW: the parent's column that is kept instead of its pkid,
                                * in ref_table (a side) or the parent itself (NULL) */
    const char *order;              /* ROWS: order column */
    const char *func;               /* SECRET, CALL, XML */
    const char *def;                /* store's default when an add lacks the field and the schema has none */
    const struct axl_const *where;  /* ROWS/ROW: constants; REF: filter of the target */
    int32_t                 number; /* BIT */
    axl_mask                versions;
    uint8_t                 kind, conv, flags, where_count;
};

struct axl_side {                           /* a 1:1 companion row of the main row, or of a row of a list */
    const char             *table, *column; /* column holds the main row's pkid */
    const struct axl_const *where;          /* tells the companion from other rows of its table */
    uint16_t                where_count;
    bool                    always; /* made with the main row; else when a column of it is first set */
    bool behind; /* column is the main row's and holds the companion's pkid: it is made before the main
                         * row and removed behind it */
};

struct axl_key { /* one alternative of a natural key, uuid is always one */
    const char *paths[4];
    uint8_t     count;
    uint8_t     optional; /* bit n: paths[n] may be left out, which means NULL */
};

struct axl_object {
    const char             *name;      /* "Phone" */
    const char             *table;     /* NULL: messages known, no store yet: its operations answer UNSUPPORTED */
    const char             *order;     /* list order: a column of the main table; pkid breaks ties */
    const char             *noun_path; /* path whose text names the object in "was not found" */
    const struct axl_const *where;
    const struct axl_side  *sides;
    const struct axl_key   *keys;
    const struct axl_bind  *binds; /* sorted by path, then versions */
    const struct axl_set   *sets;
    uint16_t                where_count, side_count, key_count, bind_count, set_count;
};
extern const struct axl_object axl_objects[];
extern const uint32_t          axl_object_count; /* sorted by name */

/* ---- operations ---- */

enum axl_family {
    AXL_ADD,
    AXL_UPDATE,
    AXL_GET,
    AXL_LIST,
    AXL_REMOVE,
    AXL_APPLY,
    AXL_RESET,
    AXL_RESTART,
    AXL_DO,
    AXL_EXECUTE,
    AXL_WIPE,
    AXL_LOCK,
    AXL_ASSIGN,
    AXL_UNASSIGN,
    AXL_OPTIONS,
    AXL_OTHER
};

struct axl_op {
    const char *name;
    const char *request_type, *response_type; /* complex types */
    const char *request_element, *response_element;
    int32_t     object; /* into axl_objects, -1: none */
    axl_mask    versions;
    uint8_t     family;
    bool        regular; /* one of the five message forms */
};
extern const struct axl_op axl_ops[];
extern const uint32_t      axl_op_count; /* sorted by name; several rows a name, versions disjoint */

/* ---- look-ups (src/axl/contract.c); NULL when there is none ---- */

const struct axl_type   *axl_type_find(const char *name);
const struct axl_simple *axl_simple_find(const char *name, enum axl_version v);
const struct axl_object *axl_object_find(const char *name);
const struct axl_op     *axl_op_find(const char *name, enum axl_version v);
/* "15.0" -> AXL_V15_0; AXL_VERSIONS when unknown. */
enum axl_version axl_version_parse(const char *name, size_t len);

#endif
