/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A device as a row of an answer: what it is written with is a table of fields. */
#ifndef CCMSIM_SERVICEABILITY_RIS_ROW_H
#define CCMSIM_SERVICEABILITY_RIS_ROW_H

#include "serviceability/ris.h"

struct ris_out;
struct ris_field;

struct ris_array {
    const char                    *type; /* of a member */
    struct tag                     member;
    const struct ris_field *const *fields; /* of a member, NULL-ended */
    size_t (*count)(const struct ris_record *r);
    bool or_nil; /* where there is none */
};

/* index: in the fields of an array's member, which. */
struct ris_field {
    struct tag tag;
    enum { RIS_FIXED, RIS_NUMBER, RIS_TEXT, RIS_LIST, RIS_ARRAY } kind;
    union {
        const char *fixed; /* of every device; as a text is */
        int64_t (*number)(const struct ris_record *r, size_t index);
        const char *(*text)(const struct ris_record *r, size_t index); /* NULL: nil; "": an empty element */
        /* A text of parts, by ris_put_text and ris_put_char; false, before any: nil. */
        bool (*list)(struct ris_out *o, const struct ris_record *r);
        const struct ris_array *array;
    } of;
};

void ris_put_text(struct ris_out *o, const char *text);
void ris_put_char(struct ris_out *o, char c);

struct ris_row;
/* A row of these fields (NULL-ended), in the arena. */
const struct ris_row *ris_row_ready(struct call *c, const struct tag *around, const struct ris_field *const *fields);
/* One for each record of the chain. count: of those, for room. */
void ris_rows(struct call *c, const struct ris_row *row, const struct ris_record *first, size_t count);

#endif
