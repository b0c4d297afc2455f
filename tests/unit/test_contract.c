/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The contract's tables as the compiler made them: look-ups, order, and that what refers to something
 * finds it in every version. */
#include "unit.h"

#include <string.h>

#include "ccmsim/contract.h"

static bool
holds(axl_mask mask, int v)
{
    return (mask >> v) & 1;
}

static void
versions_are_found_by_name(void **state)
{
    (void)state;
    for (int v = 0; v < AXL_VERSIONS; v++) {
        const char *name = axl_version_info[v].name;
        assert_int_equal(axl_version_parse(name, strlen(name)), v);
    }
    assert_int_equal(axl_version_parse("15.0", 4), AXL_V15_0);
    assert_int_equal(axl_version_parse("15.0", 2), AXL_VERSIONS);
    assert_int_equal(axl_version_parse("8.6", 3), AXL_VERSIONS);
    assert_int_equal(axl_version_parse("", 0), AXL_VERSIONS);
    assert_true(axl_version_info[AXL_V6_0].plain_action);
    assert_false(axl_version_info[AXL_V7_0].plain_action);
}

static void
each_version_has_its_operations(void **state)
{
    static const unsigned wanted[AXL_VERSIONS] = { 167, 276, 360,  376,  693,  716,  799,  800,
                                                   986, 987, 1009, 1026, 1037, 1068, 1068, 1068 };
    (void)state;
    for (int v = 0; v < AXL_VERSIONS; v++) {
        unsigned count = 0;
        for (uint32_t i = 0; i < axl_op_count; i++)
            if (holds(axl_ops[i].versions, v)) {
                count++;
                assert_ptr_equal(axl_op_find(axl_ops[i].name, (enum axl_version)v), &axl_ops[i]);
            }
        assert_int_equal(count, wanted[v]);
    }
    assert_null(axl_op_find("getNothing", AXL_V15_0));
    assert_null(axl_op_find("listPhone", AXL_V7_1));
    assert_non_null(axl_op_find("listPhone", AXL_V8_0));
}

static void
operations_find_their_types_and_object(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < axl_op_count; i++) {
        const struct axl_op *op = &axl_ops[i];
        if (op->request_type != NULL)
            assert_non_null(axl_type_find(op->request_type));
        assert_true(op->object >= -1 && op->object < (int32_t)axl_object_count);
        assert_string_equal(op->request_element, op->name);
    }
    const struct axl_op *op = axl_op_find("addPhone", AXL_V15_0);
    assert_string_equal(axl_objects[op->object].name, "Phone");
    assert_int_equal(op->family, AXL_ADD);
    assert_true(op->regular);
}

static void
names_are_sorted(void **state)
{
    (void)state;
    for (uint32_t i = 1; i < axl_type_count; i++)
        assert_true(strcmp(axl_types[i - 1].name, axl_types[i].name) < 0);
    for (uint32_t i = 1; i < axl_object_count; i++)
        assert_true(strcmp(axl_objects[i - 1].name, axl_objects[i].name) < 0);
    for (uint32_t i = 1; i < axl_simple_count; i++)
        assert_true(strcmp(axl_simples[i - 1].name, axl_simples[i].name) <= 0);
    for (uint32_t i = 0; i < axl_object_count; i++)
        for (unsigned k = 1; k < axl_objects[i].bind_count; k++)
            assert_true(strcmp(axl_objects[i].binds[k - 1].path, axl_objects[i].binds[k].path) <= 0);
}

/* A node holds only where its parent does, so that a walk may skip a subtree by its root. */
static void
nodes_form_a_tree(void **state)
{
    (void)state;
    for (uint32_t t = 0; t < axl_type_count; t++) {
        axl_mask above[128] = { axl_types[t].versions };
        unsigned depth = 0;
        for (uint32_t i = 0; i < axl_types[t].node_count; i++) {
            const struct axl_node *n = &axl_nodes[axl_types[t].node_first + i];
            assert_true(n->depth >= 1 && n->depth <= depth + 1 && n->depth < 128);
            assert_int_equal(n->versions & ~above[n->depth - 1], 0);
            assert_true(n->versions != 0 && n->min <= n->max);
            above[n->depth] = n->versions;
            depth = n->depth;
        }
    }
}

static void
references_hold_in_each_version(void **state)
{
    (void)state;
    for (uint32_t t = 0; t < axl_type_count; t++)
        for (uint32_t i = 0; i < axl_types[t].node_count; i++) {
            const struct axl_node *n = &axl_nodes[axl_types[t].node_first + i];
            if (n->ref_kind == AXL_REF_COMPLEX) {
                assert_string_equal(axl_types[n->type_ref].name, n->type);
                assert_int_equal(n->versions & ~axl_types[n->type_ref].versions, 0);
            }
            for (int v = 0; n->ref_kind == AXL_REF_SIMPLE && v < AXL_VERSIONS; v++)
                if (holds(n->versions, v))
                    assert_non_null(axl_simple_find(n->type, (enum axl_version)v));
        }
}

static void
simple_types_differ_by_version(void **state)
{
    (void)state;
    const struct axl_simple *legacy = axl_simple_find("XStatus", AXL_V7_1),
                            *modern = axl_simple_find("XStatus", AXL_V8_0);
    assert_non_null(legacy);
    assert_non_null(modern);
    assert_false(legacy->open);
    assert_true(modern->open);
    assert_int_equal(modern->value_count, 3);
    assert_string_equal(axl_enum_values[modern->value_first].text, "Off");
    assert_int_equal(axl_simple_find("String50", AXL_V15_0)->max_length, 50);
    assert_null(axl_simple_find("XInteger", AXL_V7_1));
    assert_string_equal(axl_simple_find("XInteger", AXL_V15_0)->base, "xs:integer");
}

static void
bound_objects_have_a_table_and_lines(void **state)
{
    unsigned bound = 0;

    (void)state;
    for (uint32_t i = 0; i < axl_object_count; i++) {
        const struct axl_object *o = &axl_objects[i];
        assert_ptr_equal(axl_object_find(o->name), o);
        if (o->table == NULL) {
            assert_int_equal(o->bind_count, 0);
            continue;
        }
        bound++;
        assert_true(o->bind_count > 0);
        for (unsigned k = 0; k < o->bind_count; k++) {
            const struct axl_bind *b = &o->binds[k];
            assert_true(b->versions != 0);
            if (b->kind == BIND_COLUMN || b->kind == BIND_ENUM || b->kind == BIND_REF || b->kind == BIND_SHADOW)
                assert_true(b->table != NULL && b->column != NULL);
            if (b->kind == BIND_REF || b->kind == BIND_PART)
                assert_true(b->target != NULL && b->target_column != NULL);
            if (b->kind == BIND_SHADOW)
                assert_memory_equal(b->table, "shadow_", 7);
        }
    }
    assert_true(bound >= 60);
    assert_null(axl_object_find("Nothing"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_are_found_by_name),
        cmocka_unit_test(each_version_has_its_operations),
        cmocka_unit_test(operations_find_their_types_and_object),
        cmocka_unit_test(names_are_sorted),
        cmocka_unit_test(nodes_form_a_tree),
        cmocka_unit_test(references_hold_in_each_version),
        cmocka_unit_test(simple_types_differ_by_version),
        cmocka_unit_test(bound_objects_have_a_table_and_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
