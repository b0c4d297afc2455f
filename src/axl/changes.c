/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* listChange (AXL guide, Change Notification): the queue of changes, and what a client is told of it. The real one is
 * a cache in memory of 100,000 changes that a restart of its service empties; so is this one. */
#include "changes.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/base_priv.h"
#include "ccmsim/cluster.h"
#include "special.h"

#define MOST_CHANGES 100000u
#define MOST_BYTES   ((size_t)64 * 1024 * 1024)
/* Of one answer: clients ask again while lastChangeId is not reached. */
#define PAGE_CHANGES 1000u
#define PAGE_BYTES   ((size_t)2 * 1024 * 1024)

/* An opaque string of digits; another at each start. */
static uint64_t
new_queue(uint64_t before)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    uint64_t id = (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
    return id > before ? id : before + 1;
}

struct axl_changes *
axl_changes_new(struct store *store)
{
    struct axl_changes *q = base_malloc(sizeof *q);

    *q = (struct axl_changes){ .queue = new_queue(0) };
    pthread_mutex_init(&q->lock, NULL);
    q->watch = change_watch_new(store, q);
    return q;
}

static void
clear(struct axl_changes *q)
{
    for (size_t i = 0; i < q->count; i++)
        free(q->ring[(q->last - i) % q->room].tags);
    free(q->ring);
    q->ring = NULL;
    q->room = q->count = q->bytes = 0;
    q->last = 0;
}

void
axl_changes_free(struct axl_changes *q)
{
    if (q == NULL)
        return;
    change_watch_free(q->watch);
    clear(q);
    pthread_mutex_destroy(&q->lock);
    free(q);
}

void
axl_changes_reset(struct axl_changes *q)
{
    pthread_mutex_lock(&q->lock);
    clear(q);
    q->queue = new_queue(q->queue);
    pthread_mutex_unlock(&q->lock);
}

static struct change *
change_at(const struct axl_changes *q, uint64_t id)
{
    return &q->ring[id % q->room];
}

static void
forget_oldest(struct axl_changes *q)
{
    struct change *c = change_at(q, q->last - q->count + 1);

    free(c->tags);
    q->bytes -= c->size;
    q->count--;
}

static void
grow(struct axl_changes *q)
{
    size_t         room = q->room == 0 ? 64 : q->room * 2;
    struct change *bigger;

    if (room > MOST_CHANGES)
        room = MOST_CHANGES;
    bigger = base_malloc(room * sizeof *bigger);
    for (uint64_t id = q->last - q->count + 1; id <= q->last; id++)
        bigger[id % room] = *change_at(q, id);
    free(q->ring);
    q->ring = bigger;
    q->room = room;
}

void
changes_add(struct axl_changes *q, const struct change *c)
{
    while (q->count == MOST_CHANGES || (q->count > 0 && q->bytes + c->size > MOST_BYTES))
        forget_oldest(q);
    if (q->count == q->room)
        grow(q);
    q->last++;
    *change_at(q, q->last) = *c;
    q->bytes += c->size;
    q->count++;
}

/* ---- what a client is told ---- */

struct wanted {
    uint64_t    from;
    size_t      count; /* of object types; 0: all */
    const char *types[];
};

static bool
read_start(struct axl_call *c, const struct axl_changes *q, const struct soap_element *start, uint64_t *from,
           struct ccm_error *err)
{
    const char *text = axl_text(c, start), *queue = start != NULL ? soap_attr(start, "queueId") : NULL;
    char       *end;

    *from = q->last - q->count + 1;
    if (start == NULL)
        return true;
    if (queue == NULL)
        return ccm_fail(err, CCM_INVALID, "Required attribute queueId is missing");
    if (strcmp(queue, arena_printf(c->arena, "%" PRIu64, q->queue)) != 0)
        return ccm_fail(err, CCM_NOT_FOUND,
                        "The queueId value does not match the server. This indicates that it is either incorrect or "
                        "the server restarted and a full sync is needed.");
    errno = 0;
    uint64_t asked = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0)
        return ccm_fail(err, CCM_INVALID, "The value \"%.100s\" of startChangeId is not a number", text);
    if (asked < *from || asked > q->last + 1) {
        if (asked != 0 || *from != 1)
            return ccm_fail(
                err, CCM_NOT_FOUND,
                "The startChangeId value is not in the queue. This indicates that it is either incorrect or "
                "too old and a full sync is needed.");
        asked = 1;
    }
    *from = asked;
    return true;
}

static struct wanted *
read_types(struct axl_call *c, const struct soap_element *list)
{
    size_t count = 0;

    for (const struct soap_element *e = list != NULL ? list->children : NULL; e != NULL; e = e->next)
        count++;
    struct wanted *w = arena_alloc(c->arena, sizeof *w + count * sizeof w->types[0]);
    w->count = 0;
    for (const struct soap_element *e = list != NULL ? list->children : NULL; e != NULL; e = e->next)
        if (strcmp(e->name, "object") == 0)
            w->types[w->count++] = axl_text(c, e);
    return w;
}

static bool
is_wanted(const struct wanted *w, const struct change *change)
{
    for (size_t i = 0; i < w->count; i++)
        if (strcmp(w->types[i], change->object->name) == 0)
            return true;
    return w->count == 0;
}

static void
put_number(struct axl_call *c, const char *tag, uint64_t number)
{
    xml_leaf(c->out, tag, arena_printf(c->arena, "%" PRIu64, number));
}

static void
put_change(struct axl_call *c, uint64_t id, const struct change *change)
{
    const char op[] = { change->op, '\0' };
    char       uuid[39];

    uuid_braced(change->pkid, uuid);
    xml_begin(c->out, "change");
    xml_attr(c->out, "type", change->object->name);
    xml_attr(c->out, "uuid", uuid);
    xml_end(c->out, false);
    put_number(c, "id", id);
    xml_leaf(c->out, "action", op);
    xml_leaf(c->out, "doGet", change->op != 'r' && change->tags == NULL ? "true" : "false");
    if (change->tags != NULL) {
        xml_open(c->out, "changedTags");
        buf_add(c->out, change->tags, change->size);
        xml_close(c->out, "changedTags");
    } else {
        xml_empty(c->out, "changedTags");
    }
    xml_close(c->out, "change");
}

/* The page's changes, before their place in the answer is known: queueInfo, which comes first, tells where it ends. */
static uint64_t
put_page(struct axl_call *c, const struct axl_changes *q, const struct wanted *w)
{
    size_t   start = c->out->len, found = 0;
    uint64_t id = w->from;

    for (; id <= q->last && found < PAGE_CHANGES && c->out->len - start < PAGE_BYTES; id++) {
        const struct change *change = change_at(q, id);
        if (!is_wanted(w, change))
            continue;
        put_change(c, id, change);
        found++;
    }
    return id;
}

static void
put_queue(struct axl_call *c, const struct axl_changes *q, uint64_t next)
{
    xml_open(c->out, "queueInfo");
    put_number(c, "firstChangeId", q->count > 0 ? q->last - q->count + 1 : q->last);
    put_number(c, "lastChangeId", q->last);
    put_number(c, "nextStartChangeId", next);
    put_number(c, "queueId", q->queue);
    xml_close(c->out, "queueInfo");
}

static void
put_all(struct axl_call *c, const struct axl_changes *q, const struct wanted *w)
{
    struct buf  page, *out = c->out;
    struct buf *aside = &page;

    buf_init(aside, BUF_MAX_REPLY);
    c->out = aside;
    uint64_t next = put_page(c, q, w);
    c->out = out;
    put_queue(c, q, next);
    if (page.len == 0) {
        xml_empty(out, "changes");
    } else {
        xml_open(out, "changes");
        buf_add(out, page.ptr, page.len);
        xml_close(out, "changes");
    }
    buf_release(aside);
}

bool
axl_run_list_change(struct axl_call *c, const struct soap_element *rq, struct ccm_error *err)
{
    struct axl_changes *q = c->cluster->changes;
    struct wanted      *w = read_types(c, soap_child(rq, "objectList"));

    pthread_mutex_lock(&q->lock);
    bool ok = read_start(c, q, soap_child(rq, "startChangeId"), &w->from, err);
    if (ok)
        put_all(c, q, w);
    pthread_mutex_unlock(&q->lock);
    return ok;
}
