/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* One exchange against one expectation. The walk over its points is one, whether they are counted or explained. */
#include "control/expect.h"

#include <stdio.h>
#include <string.h>

#include "ccmsim/glob.h"

#define MAX_FOUND 5 /* values told of a path that occurs often */

static int64_t
number(const json_t *object, const char *name, int64_t otherwise)
{
    const json_t *v = json_object_get(object, name);

    return v != NULL ? json_integer_value(v) : otherwise;
}

bool
expect_read(struct expectation *x, const json_t *object, struct ccm_error *err)
{
    bool exact = json_object_get(object, "count") != NULL;
    bool ranged = json_object_get(object, "min") != NULL || json_object_get(object, "max") != NULL;

    *x = (struct expectation){
        .name = json_string_value(json_object_get(object, "name")),
        .service = json_string_value(json_object_get(object, "service")),
        .operation = json_string_value(json_object_get(object, "operation")),
        .user = json_string_value(json_object_get(object, "user")),
        .text = json_string_value(json_object_get(object, "text")),
        .status = (int)number(object, "status", 0),
        .contains = json_object_get(object, "contains"),
        .answer_contains = json_object_get(object, "answerContains"),
        .min = number(object, "count", number(object, "min", ranged ? 0 : 1)),
        .max = number(object, "count", number(object, "max", INT64_MAX)),
    };
    if (exact && ranged)
        return ccm_fail(err, CCM_BAD_REQUEST, "give 'count', or 'min' and 'max', not both");
    return x->min <= x->max || ccm_fail(err, CCM_BAD_REQUEST, "'min' is larger than 'max'");
}

const char *
expect_wanted(struct arena *a, const struct expectation *x)
{
    if (x->min == x->max)
        return arena_printf(a, "exactly %lld", (long long)x->min);
    if (x->max == INT64_MAX)
        return arena_printf(a, "at least %lld", (long long)x->min);
    return arena_printf(a, "%lld to %lld", (long long)x->min, (long long)x->max);
}

/* ---- points ---- */

struct tally {
    size_t  points, differences;
    json_t *told; /* NULL: only counted */
};

static void
differ(struct tally *t, const char *what, json_t *wanted, json_t *found)
{
    t->differences++;
    if (t->told == NULL) {
        json_decref(wanted);
        json_decref(found);
        return;
    }
    json_array_append_new(t->told, json_pack("{s:s, s:o, s:o}", "what", what, "wanted", wanted, "found", found));
}

static void
compare(struct tally *t, const char *what, const char *wanted, const char *found)
{
    if (wanted == NULL)
        return;
    t->points++;
    if (strcmp(wanted, found) != 0)
        differ(t, what, json_string(wanted), json_string(found));
}

static json_t *
found_at(const struct content_node *n, const char *path)
{
    json_t *out = json_array();

    for (n = content_find(n, path); n != NULL && json_array_size(out) < MAX_FOUND; n = content_find(n->next, path))
        json_array_append_new(out, json_string(n->text));
    return out;
}

static bool
has(const struct content_node *n, const char *path, const char *pattern)
{
    for (n = content_find(n, path); n != NULL; n = content_find(n->next, path))
        if (pattern == NULL || glob_fits(pattern, n->text, false))
            return true;
    return false;
}

static void
compare_content(struct tally *t, struct arena *a, const char *in, const json_t *wanted, const struct content_node *n)
{
    const char *path;
    json_t     *value;

    json_object_foreach((json_t *)wanted, path, value)
    {
        t->points++;
        if (!has(n, path, json_string_value(value)))
            differ(t, t->told != NULL ? arena_printf(a, "%s %s", in, path) : "", json_incref(value),
                   t->told != NULL ? found_at(n, path) : NULL);
    }
}

static void
examine(struct tally *t, const struct expectation *x, struct exhibit *e)
{
    const struct journal_entry *entry = e->entry;

    compare(t, "service", x->service, entry->service);
    compare(t, "operation", x->operation, entry->operation);
    compare(t, "user", x->user, entry->user);
    if (x->status != 0 && ++t->points > 0 && x->status != entry->status)
        differ(t, "status", json_integer(x->status), json_integer(entry->status));
    if (x->text != NULL && ++t->points > 0 &&
        memmem(entry->request.ptr, entry->request.len, x->text, strlen(x->text)) == NULL)
        differ(t, "text", json_string(x->text), json_null());
    /* Reading a body is the dear part: not for an exchange of something else. */
    bool worth = t->told != NULL || t->differences == 0;
    if (!worth) {
        size_t unread = json_object_size(x->contains) + json_object_size(x->answer_contains);
        t->points += unread;
        t->differences += unread;
        return;
    }
    if (x->contains != NULL) {
        if (!e->request_read)
            e->request = content_read(e->arena, entry->request);
        e->request_read = true;
        compare_content(t, e->arena, "request", x->contains, e->request);
    }
    if (x->answer_contains != NULL) {
        if (!e->answer_read)
            e->answer = content_read(e->arena, entry->reply);
        e->answer_read = true;
        compare_content(t, e->arena, "answer", x->answer_contains, e->answer);
    }
}

size_t
expect_differences(const struct expectation *x, struct exhibit *e, size_t *points)
{
    struct tally t = { .told = NULL };

    examine(&t, x, e);
    *points = t.points;
    return t.differences;
}

json_t *
expect_explain(const struct expectation *x, struct exhibit *e)
{
    struct tally t = { .told = json_array() };

    examine(&t, x, e);
    return t.told;
}
