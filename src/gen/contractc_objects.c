/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Writes the objects and their bindings as C, and the shadow tables' SQL. */
#include <stdlib.h>
#include <string.h>

#include "contractc.h"

static void
emit_consts(FILE *out, const char *name, size_t object, size_t line, const struct axl_const *k, size_t count)
{
    if (count == 0)
        return;
    fprintf(out, "static const struct axl_const %s_%zu_%zu[] = {", name, object, line);
    for (size_t i = 0; i < count; i++) {
        fputs(" { ", out);
        emit_string(out, k[i].column);
        fputs(", ", out);
        emit_string(out, k[i].value);
        fputs(" },", out);
    }
    fputs(" };\n", out);
}

static void
emit_const_ref(FILE *out, const char *name, size_t object, size_t line, size_t count)
{
    if (count == 0)
        fputs("NULL", out);
    else
        fprintf(out, "%s_%zu_%zu", name, object, line);
}

static void
emit_bind(FILE *out, size_t object, size_t line, const struct axl_bind *b)
{
    const char *const texts[] = { b->path,          b->table,         b->column,    b->target,
                                  b->target_column, b->target_object, b->ref_table, b->ref_column,
                                  b->order,         b->func,          b->def };
    fputs("{ ", out);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        emit_string(out, texts[i]);
        fputs(", ", out);
    }
    emit_const_ref(out, "bw", object, line, b->where_count);
    fprintf(out, ", %d, 0x%04x, %u, %u, %u, %u },\n", b->number, b->versions, b->kind, b->conv, b->flags,
            b->where_count);
}

static size_t
emit_binds(FILE *out, size_t i, const struct c_object *o)
{
    size_t count = 0;
    for (size_t k = 0; k < o->binds.count; k++)
        emit_consts(out, "bw", i, k, o->binds.items[k].b.where, o->binds.items[k].b.where_count);
    for (size_t k = 0; k < o->binds.count; k++) {
        if (o->binds.items[k].none)
            continue;
        if (count++ == 0)
            fprintf(out, "static const struct axl_bind binds_%zu[] = {\n", i);
        emit_bind(out, i, k, &o->binds.items[k].b);
    }
    if (count > 0)
        fputs("};\n", out);
    return count;
}

static void
emit_sides(FILE *out, size_t i, const struct c_object *o)
{
    for (size_t k = 0; k < o->sides.count; k++)
        emit_consts(out, "sw", i, k, o->sides.items[k].s.where, o->sides.items[k].s.where_count);
    if (o->sides.count == 0)
        return;
    fprintf(out, "static const struct axl_side sides_%zu[] = {\n", i);
    for (size_t k = 0; k < o->sides.count; k++) {
        const struct axl_side *s = &o->sides.items[k].s;
        fprintf(out, "{ \"%s\", \"%s\", ", s->table, s->column);
        emit_const_ref(out, "sw", i, k, s->where_count);
        fprintf(out, ", %u, %d, %d },\n", s->where_count, s->always, s->behind);
    }
    fputs("};\n", out);
}

static void
emit_keys(FILE *out, size_t i, const struct c_object *o)
{
    if (o->keys.count == 0)
        return;
    fprintf(out, "static const struct axl_key keys_%zu[] = {\n", i);
    for (size_t k = 0; k < o->keys.count; k++) {
        fputs("{ {", out);
        for (unsigned n = 0; n < o->keys.items[k].count; n++) {
            fputc(' ', out);
            emit_string(out, o->keys.items[k].paths[n]);
            fputc(',', out);
        }
        fprintf(out, " }, %u, %u },\n", o->keys.items[k].count, o->keys.items[k].optional);
    }
    fputs("};\n", out);
}

static void
emit_sets(FILE *out, size_t i, const struct c_object *o)
{
    if (o->sets.count == 0)
        return;
    fprintf(out, "static const struct axl_set sets_%zu[] = {\n", i);
    for (size_t k = 0; k < o->sets.count; k++) {
        fprintf(out, "{ \"%s\", \"%s\", ", o->sets.items[k].table, o->sets.items[k].column);
        emit_string(out, o->sets.items[k].value);
        fputs(" },\n", out);
    }
    fputs("};\n", out);
}

static void
emit_ref(FILE *out, const char *name, size_t i, size_t count)
{
    if (count == 0)
        fputs(", NULL", out);
    else
        fprintf(out, ", %s_%zu", name, i);
}

void
emit_objects(const struct contract *c, FILE *out)
{
    size_t *binds = arena_alloc(c->arena, (c->objects.count + 1) * sizeof *binds);

    for (size_t i = 0; i < c->objects.count; i++) {
        const struct c_object *o = c->objects.items[i];
        emit_consts(out, "ow", i, 0, o->where.items, o->where.count);
        binds[i] = emit_binds(out, i, o);
        emit_sides(out, i, o);
        emit_keys(out, i, o);
        emit_sets(out, i, o);
    }
    fputs("const struct axl_object axl_objects[] = {\n", out);
    for (size_t i = 0; i < c->objects.count; i++) {
        const struct c_object *o = c->objects.items[i];
        const char *const      texts[] = { o->name, o->table, o->order, o->noun };
        fputs("{ ", out);
        for (unsigned k = 0; k < 4; k++) {
            emit_string(out, texts[k]);
            fputs(k < 3 ? ", " : "", out);
        }
        fputs(", ", out);
        emit_const_ref(out, "ow", i, 0, o->where.count);
        emit_ref(out, "sides", i, o->sides.count);
        emit_ref(out, "keys", i, o->keys.count);
        emit_ref(out, "binds", i, binds[i]);
        emit_ref(out, "sets", i, o->sets.count);
        fprintf(out, ", %zu, %zu, %zu, %zu, %zu },\n", o->where.count, o->sides.count, o->keys.count, binds[i],
                o->sets.count);
    }
    fprintf(out, "%s};\nconst uint32_t axl_object_count = %zu;\n", c->objects.count == 0 ? "{ 0 },\n" : "",
            c->objects.count);
}

/* ---- shadow tables ---- */

static int
compare_shadow(const void *a, const void *b)
{
    const struct axl_bind *x = *(const struct axl_bind *const *)a, *y = *(const struct axl_bind *const *)b;
    int                    d = strcmp(x->table, y->table);
    return d != 0 ? d : strcmp(x->column, y->column);
}

bool
emit_shadow(const struct contract *c, const char *path)
{
    C_LIST(const struct axl_bind *) list = { NULL, 0, 0 };
    FILE *out = fopen(path, "w");

    if (out == NULL) {
        perror(path);
        return false;
    }
    for (size_t i = 0; i < c->objects.count; i++)
        for (size_t k = 0; k < c->objects.items[i]->binds.count; k++) {
            const struct c_bind *b = &c->objects.items[i]->binds.items[k];
            if (b->b.kind == BIND_SHADOW && b->b.table != NULL)
                *C_ADD(c, list) = &b->b;
        }
    if (list.count > 0)
        qsort(list.items, list.count, sizeof *list.items, compare_shadow);
    for (size_t i = 0; i < list.count; i++) {
        bool first = i == 0 || strcmp(list.items[i]->table, list.items[i - 1]->table) != 0;
        if (first)
            fprintf(out,
                    "%sCREATE TABLE \"%s\"(\"pkid\" TEXT PRIMARY KEY REFERENCES \"%s\"(\"pkid\") ON DELETE CASCADE",
                    i > 0 ? ");\n" : "", list.items[i]->table, list.items[i]->table + strlen("shadow_"));
        if (first || strcmp(list.items[i]->column, list.items[i - 1]->column) != 0)
            fprintf(out, ", \"%s\" TEXT", list.items[i]->column);
    }
    fputs(list.count > 0 ? ");\n" : "", out);
    if (fclose(out) == 0)
        return true;
    perror(path);
    return false;
}
