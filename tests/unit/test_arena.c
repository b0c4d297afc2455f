/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Arenas: alignment, pieces, text, what is deferred. */
#include "unit.h"

#include <string.h>

#include "ccmsim/arena.h"

static void
memory_is_zeroed_and_aligned_for_any_type(void **state)
{
    struct arena *a = arena_new();

    (void)state;
    for (int round = 0; round < 2; round++) {
        for (size_t size = 1; size < 3000; size += 7) {
            unsigned char *p = arena_alloc(a, size);
            assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
            for (size_t i = 0; i < size; i++)
                assert_int_equal(p[i], 0);
            memset(p, 0xAA, size);
        }
        arena_reset(a);
    }
    arena_free(a);
}

static void
pieces_do_not_overlap(void **state)
{
    struct arena  *a = arena_new();
    unsigned char *pieces[200];

    (void)state;
    for (size_t i = 0; i < 200; i++) {
        pieces[i] = arena_alloc(a, 1 + i * 37 % 900);
        memset(pieces[i], (int)i, 1 + i * 37 % 900);
    }
    for (size_t i = 0; i < 200; i++)
        for (size_t at = 0; at < 1 + i * 37 % 900; at++)
            assert_int_equal(pieces[i][at], i);
    arena_free(a);
}

static void
large_pieces_leave_the_open_block_as_it_is(void **state)
{
    struct arena *a = arena_new();

    (void)state;
    char *small = arena_strdup(a, "before");
    char *large = arena_alloc(a, 3 * 1024 * 1024);
    memset(large, 'x', 3 * 1024 * 1024);
    assert_string_equal(arena_strdup(a, "after"), "after");
    assert_string_equal(small, "before");
    arena_reset(a);
    assert_string_equal(arena_strdup(a, "again"), "again");
    arena_free(a);
}

static void
text_is_copied_and_printed_at_any_length(void **state)
{
    struct arena *a = arena_new();

    (void)state;
    assert_string_equal(arena_strdup(a, ""), "");
    assert_string_equal(arena_strndup(a, "abcdef", 3), "abc");
    assert_string_equal(arena_printf(a, "%s-%d", "x", 7), "x-7");
    for (int width = 250; width < 262; width++) {
        char *text = arena_printf(a, "%*s", width, "e");
        assert_int_equal(strlen(text), width);
        assert_int_equal(text[width - 1], 'e');
    }
    arena_free(a);
}

struct trace {
    char order[8];
    int  count;
};

struct step {
    struct trace *trace;
    struct arena *arena;
    char          mark;
};

static void
on_end(void *arg)
{
    struct step *s = arg;

    s->trace->order[s->trace->count++] = s->mark;
}

static void
on_end_deferring_another(void *arg)
{
    static struct step last;
    struct step       *s = arg;

    on_end(arg);
    last = (struct step){ s->trace, s->arena, 'z' };
    arena_defer(s->arena, on_end, &last);
}

static void
deferred_calls_run_newest_first(void **state)
{
    struct trace  t = { 0 };
    struct arena *a = arena_new();
    struct step   steps[] = { { &t, a, 'a' }, { &t, a, 'b' }, { &t, a, 'c' } };

    (void)state;
    arena_defer(a, on_end, &steps[0]);
    arena_defer(a, on_end, &steps[1]);
    arena_reset(a);
    assert_string_equal(t.order, "ba");
    arena_defer(a, on_end, &steps[2]);
    arena_free(a);
    assert_string_equal(t.order, "bac");
}

static void
what_is_deferred_while_ending_runs_too(void **state)
{
    struct trace  t = { 0 };
    struct arena *a = arena_new();
    struct step   step = { &t, a, 'a' };

    (void)state;
    arena_defer(a, on_end_deferring_another, &step);
    arena_free(a);
    assert_string_equal(t.order, "az");
    arena_free(NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned_for_any_type),
        cmocka_unit_test(pieces_do_not_overlap),
        cmocka_unit_test(large_pieces_leave_the_open_block_as_it_is),
        cmocka_unit_test(text_is_copied_and_printed_at_any_length),
        cmocka_unit_test(deferred_calls_run_newest_first),
        cmocka_unit_test(what_is_deferred_while_ending_runs_too),
    };

    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
