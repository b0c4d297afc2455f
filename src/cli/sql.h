/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A result of ccmsim sql, and the ways to print it. */
#ifndef CCMSIM_CLI_SQL_H
#define CCMSIM_CLI_SQL_H

#include <stddef.h>

struct sql_table {
    char **names, **cells; /* cells row by row */
    size_t columns, count, rows;
};

/* A copy of text at the end of a list. */
void sql_table_add(char ***list, size_t *count, const char *text);
/* As "run sql": names, a line of "=" under each, values from the left. Nothing for no rows: names come with rows. */
void sql_table_print(const struct sql_table *t);
void sql_table_print_csv(const struct sql_table *t);
/* A list of objects; the second column of a name is called NAME_2. */
void sql_table_print_json(const struct sql_table *t);
void sql_table_release(struct sql_table *t);

#endif
