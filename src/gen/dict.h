/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The dictionary files of schema/db as build tools read them: tab-separated lines, '#' comments.
 * A mistake ends the tool with "FILE:LINE: reason". */
#ifndef CCMSIM_GEN_DICT_H
#define CCMSIM_GEN_DICT_H

#include <stdbool.h>
#include <stddef.h>

struct dict_column {
    const char *table, *name, *type, *def; /* def: as the dictionary has it, "" none */
    const char *first, *last, *check, *validation;
    const char *fk_table, *fk_column; /* NULL: no reference */
    const char *relaxed;              /* of relaxed.tsv, or NULL */
    int         field_id;
    bool        nullable, modifiable, pk, unique, indexed, cascade, set_null;
};

struct dict_table {
    const char *name;
    size_t      first, count; /* into columns */
};

struct dict {
    struct dict_column *columns;
    struct dict_table  *tables; /* in the order of the file: by name */
    size_t              column_count, table_count;
};

struct tsv_line {
    char **cells;
    size_t count; /* missing cells at the end read as "" through tsv_cell */
    int    number;
};

struct tsv {
    const char      *path;
    struct tsv_line *lines;
    size_t           count;
};

void           tsv_load(struct tsv *t, const char *path);
const char    *tsv_cell(const struct tsv_line *l, size_t i);
_Noreturn void tsv_die(const struct tsv *t, const struct tsv_line *l, const char *reason);

/* dictionary.tsv with relaxed.tsv applied. */
void                     dict_load(struct dict *d, const char *dictionary, const char *relaxed);
const struct dict_table *dict_find(const struct dict *d, const char *name);
bool                     dict_is_integer(const struct dict_column *c);
/* The whole of a file, NUL-ended; "" when optional and not there. */
char *file_text(const char *path, bool optional);

#endif
