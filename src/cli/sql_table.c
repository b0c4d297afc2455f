/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Printing the rows of ccmsim sql: as a CallManager's command line does, as CSV, as JSON. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/sql.h"

static void *
must(void *p)
{
    if (p == NULL)
        abort();
    return p;
}

void
sql_table_add(char ***list, size_t *count, const char *text)
{
    if ((*count & (*count - 1)) == 0)
        *list = must(realloc(*list, (*count == 0 ? 1 : *count * 2) * sizeof **list));
    (*list)[(*count)++] = must(strdup(text));
}

static void
release(char **list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(list[i]);
    free(list);
}

void
sql_table_release(struct sql_table *t)
{
    release(t->names, t->columns);
    release(t->cells, t->count);
}

/* Rows have as many cells as the first. */
static const char *
cell(const struct sql_table *t, size_t row, size_t column)
{
    size_t i = row * t->columns + column;
    return i < t->count ? t->cells[i] : "";
}

/* ---- text ---- */

/* Characters, not bytes. */
static size_t
width(const char *text)
{
    size_t n = 0;
    for (; *text != '\0'; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

/* Followed by blanks up to the column's width, except behind the last. */
static void
put(const char *text, size_t wide, int last)
{
    fputs(text, stdout);
    for (size_t n = width(text); n < wide && !last; n++)
        putchar(' ');
    putchar(last ? '\n' : ' ');
}

void
sql_table_print(const struct sql_table *t)
{
    size_t *wide = must(calloc(t->columns + 1, sizeof *wide));

    for (size_t c = 0; c < t->columns; c++) {
        wide[c] = width(t->names[c]);
        for (size_t r = 0; r < t->rows; r++)
            if (width(cell(t, r, c)) > wide[c])
                wide[c] = width(cell(t, r, c));
    }
    for (size_t c = 0; c < t->columns; c++)
        put(t->names[c], wide[c], c + 1 == t->columns);
    for (size_t c = 0; c < t->columns; c++) {
        for (size_t n = 0; n < wide[c]; n++)
            putchar('=');
        putchar(c + 1 == t->columns ? '\n' : ' ');
    }
    for (size_t r = 0; r < t->rows; r++)
        for (size_t c = 0; c < t->columns; c++)
            put(cell(t, r, c), wide[c], c + 1 == t->columns);
    free(wide);
}

/* ---- CSV: RFC 4180 ---- */

static void
put_csv(const char *text, int last)
{
    if (text[strcspn(text, ",\"\r\n")] == '\0') {
        fputs(text, stdout);
    } else {
        putchar('"');
        for (; *text != '\0'; text++) {
            if (*text == '"')
                putchar('"');
            putchar(*text);
        }
        putchar('"');
    }
    fputs(last ? "\r\n" : ",", stdout);
}

void
sql_table_print_csv(const struct sql_table *t)
{
    for (size_t c = 0; c < t->columns; c++)
        put_csv(t->names[c], c + 1 == t->columns);
    for (size_t r = 0; r < t->rows; r++)
        for (size_t c = 0; c < t->columns; c++)
            put_csv(cell(t, r, c), c + 1 == t->columns);
}

/* ---- JSON ---- */

void
sql_table_print_json(const struct sql_table *t)
{
    json_t *all = json_array();

    for (size_t r = 0; r < t->rows; r++) {
        json_t *row = json_object();
        for (size_t c = 0; c < t->columns; c++) {
            char name[160];
            snprintf(name, sizeof name, "%s", t->names[c]);
            for (unsigned n = 2; json_object_get(row, name) != NULL; n++)
                snprintf(name, sizeof name, "%.120s_%u", t->names[c], n);
            json_object_set_new(row, name, json_string(cell(t, r, c)));
        }
        json_array_append_new(all, row);
    }
    json_dumpf(all, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(all);
}
