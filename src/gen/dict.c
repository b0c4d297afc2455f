/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Reads the dictionary files for the build tools. What is read lives as long as the tool. */
#include "gen/dict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *
grow(void *old, size_t count, size_t size)
{
    /* Doubling by hand: room is made at each power of two. */
    if (count != 0 && (count & (count - 1)) != 0)
        return old;
    void *p = realloc(old, (count == 0 ? 1 : count * 2) * size);
    if (p == NULL) {
        perror("realloc");
        exit(1);
    }
    return p;
}

char *
file_text(const char *path, bool optional)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        if (optional)
            return strdup("");
        perror(path);
        exit(1);
    }
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    rewind(f);
    char *text = malloc((size_t)size + 1);
    if (text == NULL || fread(text, 1, (size_t)size, f) != (size_t)size) {
        perror(path);
        exit(1);
    }
    text[size] = '\0';
    fclose(f);
    return text;
}

void
tsv_die(const struct tsv *t, const struct tsv_line *l, const char *reason)
{
    fprintf(stderr, "%s:%d: %s\n", t->path, l->number, reason);
    exit(1);
}

void
tsv_load(struct tsv *t, const char *path)
{
    char *text = file_text(path, false), *line;
    int   number = 0;

    *t = (struct tsv){ .path = path };
    while ((line = strsep(&text, "\n")) != NULL) {
        number++;
        if (line[0] == '\0' || line[0] == '#')
            continue;
        struct tsv_line l = { .number = number };
        char           *cell;
        while ((cell = strsep(&line, "\t")) != NULL) {
            l.cells = grow(l.cells, l.count, sizeof(*l.cells));
            l.cells[l.count++] = cell;
        }
        t->lines = grow(t->lines, t->count, sizeof(*t->lines));
        t->lines[t->count++] = l;
    }
}

const char *
tsv_cell(const struct tsv_line *l, size_t i)
{
    return i < l->count ? l->cells[i] : "";
}

/* "fk=device.pkid;cascade;unique" */
static void
read_keys(struct dict_column *c, const char *text, const struct tsv *t, const struct tsv_line *l)
{
    char *keys = strdup(text), *word;

    while ((word = strsep(&keys, ";")) != NULL) {
        if (strncmp(word, "fk=", 3) == 0) {
            c->fk_table = strsep(&word, ".") + 3;
            c->fk_column = word;
            if (word == NULL)
                tsv_die(t, l, "fk= without .COLUMN");
        } else if (strcmp(word, "pk") == 0) {
            c->pk = true;
        } else if (strcmp(word, "unique") == 0) {
            c->unique = true;
        } else if (strcmp(word, "indexed") == 0) {
            c->indexed = true;
        } else if (strcmp(word, "cascade") == 0) {
            c->cascade = true;
        } else if (word[0] != '\0') {
            tsv_die(t, l, "unknown key word");
        }
    }
}

static void
relax(struct dict *d, const char *path)
{
    struct tsv t;

    tsv_load(&t, path);
    for (size_t i = 0; i < t.count; i++) {
        const struct tsv_line *l = &t.lines[i];
        bool                   found = false;
        for (size_t k = 0; k < d->column_count && !found; k++) {
            struct dict_column *c = &d->columns[k];
            found = strcmp(c->table, tsv_cell(l, 0)) == 0 && strcmp(c->name, tsv_cell(l, 1)) == 0;
            if (found && strcmp(tsv_cell(l, 2), "setnull") == 0)
                c->set_null = true;
            else if (found && strcmp(tsv_cell(l, 2), "cascade") == 0)
                c->cascade = true;
            else if (found && strcmp(tsv_cell(l, 2), "unindexed") == 0)
                c->indexed = false;
            else if (found)
                c->relaxed = tsv_cell(l, 2);
        }
        if (!found)
            tsv_die(&t, l, "no such column");
    }
}

void
dict_load(struct dict *d, const char *dictionary, const char *relaxed)
{
    struct tsv t;

    *d = (struct dict){ 0 };
    tsv_load(&t, dictionary);
    d->columns = calloc(t.count, sizeof(*d->columns));
    for (size_t i = 0; i < t.count; i++) {
        const struct tsv_line *l = &t.lines[i];
        struct dict_column    *c = &d->columns[d->column_count++];
        if (l->count < 10)
            tsv_die(&t, l, "ten cells expected");
        c->table = l->cells[0];
        c->name = l->cells[1];
        c->type = l->cells[2];
        c->nullable = l->cells[3][0] == 'y';
        c->def = l->cells[4];
        read_keys(c, l->cells[5], &t, l);
        c->first = l->cells[6];
        c->last = l->cells[7];
        c->field_id = (int)strtol(l->cells[8], NULL, 10);
        c->modifiable = l->cells[9][0] == 'y';
        c->check = tsv_cell(l, 10);
        c->validation = tsv_cell(l, 11);
        if (i == 0 || strcmp(c->table, c[-1].table) != 0) {
            d->tables = grow(d->tables, d->table_count, sizeof(*d->tables));
            d->tables[d->table_count++] = (struct dict_table){ c->table, i, 0 };
        }
        d->tables[d->table_count - 1].count++;
    }
    relax(d, relaxed);
}

const struct dict_table *
dict_find(const struct dict *d, const char *name)
{
    for (size_t i = 0; i < d->table_count; i++)
        if (strcmp(d->tables[i].name, name) == 0)
            return &d->tables[i];
    return NULL;
}

bool
dict_is_integer(const struct dict_column *c)
{
    return strcmp(c->type, "INTEGER") == 0 || strcmp(c->type, "SMALLINT") == 0 || strcmp(c->type, "SERIAL") == 0;
}
