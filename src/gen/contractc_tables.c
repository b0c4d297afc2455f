/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Writes the const tables of ccmsim/contract.h as C, in a few files that compile side by side. */
#include <stdlib.h>
#include <string.h>

#include "contractc.h"

void
emit_string(FILE *out, const char *s)
{
    if (s == NULL) {
        fputs("NULL", out);
        return;
    }
    fputc('"', out);
    for (; *s != '\0'; s++) {
        unsigned char ch = (unsigned char)*s;
        if (ch == '"' || ch == '\\' || ch == '?')
            fprintf(out, "\\%c", ch);
        else if (ch < 0x20 || ch > 0x7e)
            fprintf(out, "\\%03o", ch);
        else
            fputc(ch, out);
    }
    fputc('"', out);
}

static void
strings(FILE *out, const char *a, const char *b, const char *d)
{
    emit_string(out, a);
    fputs(", ", out);
    emit_string(out, b);
    fputs(", ", out);
    emit_string(out, d);
    fputs(", ", out);
}

/* ---- types ---- */

static void
emit_node(const struct contract *c, FILE *out, const struct c_node *n, uint32_t *count, const uint32_t *type_index)
{
    for (; n != NULL; n = n->next) {
        unsigned ref = 0, kind = AXL_REF_NONE;
        if (n->type != NULL && n->kind != AXL_ANY) {
            size_t t = c_type_first(c, n->type);
            kind = strncmp(n->type, "xs:", 3) == 0                    ? AXL_REF_XS
                   : (c_type_versions(c, n->type) & n->versions) != 0 ? AXL_REF_COMPLEX
                                                                      : AXL_REF_SIMPLE;
            ref = kind == AXL_REF_COMPLEX ? type_index[t] : 0;
        }
        fputs("{ ", out);
        strings(out, n->name, n->type, n->def);
        fprintf(out, "%u, 0x%04x, %u, %u, %u, %u, %u, %d, %d },\n", ref, n->versions, n->min, n->max, n->kind, n->depth,
                kind, n->nillable, n->required);
        (*count)++;
        emit_node(c, out, n->child, count, type_index);
    }
}

static uint32_t
count_nodes(const struct c_node *n)
{
    uint32_t count = 0;
    for (; n != NULL; n = n->next)
        count += 1 + count_nodes(n->child);
    return count;
}

/* Blocks of one name become one row of axl_types. type_index: block to row. */
static uint32_t *
index_types(const struct contract *c)
{
    uint32_t *index = arena_alloc(c->arena, (c->types.count + 1) * sizeof *index), row = 0;
    for (size_t i = 0; i < c->types.count; i++) {
        if (i > 0 && strcmp(c->types.items[i].name, c->types.items[i - 1].name) != 0)
            row++;
        index[i] = row;
    }
    return index;
}

static void
emit_nodes(const struct contract *c, FILE *out)
{
    uint32_t *index = index_types(c), count = 0;

    fputs("const struct axl_node axl_nodes[] = {\n", out);
    for (size_t i = 0; i < c->types.count; i++)
        emit_node(c, out, c->types.items[i].child, &count, index);
    if (count == 0)
        fputs("{ 0 },\n", out);
    fputs("};\n", out);
}

static void
emit_types(const struct contract *c, FILE *out)
{
    uint32_t node = 0, rows = 0;

    fputs("const struct axl_type axl_types[] = {\n", out);
    for (size_t i = 0; i < c->types.count;) {
        const struct c_type *t = &c->types.items[i];
        uint32_t             nodes = 0;
        axl_mask             versions = 0;
        for (; i < c->types.count && strcmp(c->types.items[i].name, t->name) == 0; i++) {
            nodes += count_nodes(c->types.items[i].child);
            versions |= c->types.items[i].versions;
        }
        fputs("{ ", out);
        emit_string(out, t->name);
        fprintf(out, ", %u, %u, 0x%04x },\n", node, nodes, versions);
        node += nodes;
        rows++;
    }
    fprintf(out, "%s};\nconst uint32_t axl_type_count = %u;\n", rows == 0 ? "{ 0 },\n" : "", rows);
}

/* ---- versions and simple types ---- */

static void
emit_simples(const struct contract *c, FILE *out)
{
    uint32_t *first = arena_alloc(c->arena, (c->enums.count + 1) * sizeof *first), at = 0;

    fputs("const struct axl_version_info axl_version_info[AXL_VERSIONS] = {\n", out);
    for (int v = 0; v < AXL_VERSIONS; v++)
        fprintf(out, "{ \"%s\", \"%s\", \"%s\", %d },\n", c_versions[v].name, c_versions[v].api_namespace,
                c_versions[v].type_namespace, c_versions[v].plain_action);
    fputs("};\nconst struct axl_enum_value axl_enum_values[] = {\n", out);
    for (size_t e = 0; e < c->enums.count; e++) {
        first[e] = at;
        for (size_t i = 0; i < c->enums.items[e].values.count; i++, at++) {
            fputs("{ ", out);
            emit_string(out, c->enums.items[e].values.items[i].text);
            fprintf(out, ", 0x%04x },\n", c->enums.items[e].values.items[i].versions);
        }
    }
    fprintf(out, "%s};\nconst struct axl_simple axl_simples[] = {\n", at == 0 ? "{ 0 },\n" : "");
    for (size_t i = 0; i < c->simples.count; i++) {
        const struct c_simple *s = &c->simples.items[i];
        fputs("{ ", out);
        strings(out, s->name, s->base, s->pattern);
        emit_string(out, s->min_value);
        fputs(", ", out);
        emit_string(out, s->max_value);
        fprintf(out, ", %d, %d, %d, 0x%04x, %u, %u, %d },\n", s->min_length, s->max_length, s->length, s->versions,
                s->values > 0 ? first[s->values - 1] : 0,
                s->values > 0 ? (unsigned)c->enums.items[s->values - 1].values.count : 0, s->kind == C_OPEN);
    }
    fprintf(out, "%s};\nconst uint32_t axl_simple_count = %zu;\n", c->simples.count == 0 ? "{ 0 },\n" : "",
            c->simples.count);
}

/* ---- operations ---- */

static void
emit_ops(const struct contract *c, FILE *out)
{
    fputs("const struct axl_op axl_ops[] = {\n", out);
    for (size_t i = 0; i < c->ops.count; i++) {
        const struct c_op *op = &c->ops.items[i];
        int                object = -1;
        for (size_t k = 0; op->object != NULL && k < c->objects.count; k++)
            if (strcmp(c->objects.items[k]->name, op->object) == 0)
                object = (int)k;
        fputs("{ ", out);
        strings(out, op->name, op->request, op->response);
        fprintf(out, "\"%s\", \"%sResponse\", %d, 0x%04x, %u, %d },\n", op->name, op->name, object, op->versions,
                op->family, !op->irregular);
    }
    fprintf(out, "%s};\nconst uint32_t axl_op_count = %zu;\n", c->ops.count == 0 ? "{ 0 },\n" : "", c->ops.count);
}

/* ---- files ---- */

static bool
write_file(const struct contract *c, const char *dir, const char *name, void (*emit)(const struct contract *, FILE *))
{
    FILE *out = fopen(arena_printf(c->arena, "%s/%s", dir, name), "w");
    if (out == NULL) {
        perror(name);
        return false;
    }
    fputs("/* Made by contractc from schema/axl. */\n#include \"ccmsim/contract.h\"\n", out);
    emit(c, out);
    if (fclose(out) == 0)
        return true;
    perror(name);
    return false;
}

bool
emit_tables(const struct contract *c, const char *dir)
{
    return write_file(c, dir, "contract_nodes.c", emit_nodes) && write_file(c, dir, "contract_types.c", emit_types) &&
           write_file(c, dir, "contract_simples.c", emit_simples) && write_file(c, dir, "contract_ops.c", emit_ops) &&
           write_file(c, dir, "contract_objects.c", emit_objects);
}
