/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The rules of what goes wrong: their list, which of them a request fits, and how often they have been met.
 * What a met rule does is faults_effect.c's. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ccmsim/glob.h"
#include "ccmsim/service.h"
#include "cluster/faults_priv.h"

#define MAX_TEXT     (1024u * 1024)
#define MAX_DELAY    86400000u
#define MAX_REQUESTS 10000u
#define MAX_USERS    1000u /* told apart by a throttle */
#define MAX_GARBAGE  (16u * 1024 * 1024)

/* The moments of the last requests that one throttle let through, for one user or for all. */
struct window {
    struct window *next;
    char          *user;
    uint32_t       first, count;
    int64_t        times[]; /* ring of as many as may pass */
};

struct rule {
    struct rule      *next;
    struct fault_rule pub; /* owns its texts */
    uint64_t          random;
    struct window    *windows;
    unsigned          window_count;
};

struct faults {
    pthread_mutex_t lock;
    struct rule    *rules, **end;
    unsigned        count;
    uint64_t        last_id;
    atomic_bool     any; /* spares requests the lock */
};

/* ---- kinds ---- */

static const char *const kind_names[] = {
    [FAULT_ERROR] = "error",     [FAULT_STATUS] = "status", [FAULT_DELAY] = "delay",
    [FAULT_CLOSE] = "close",     [FAULT_RESET] = "reset",   [FAULT_TRUNCATE] = "truncate",
    [FAULT_GARBAGE] = "garbage", [FAULT_SLOW] = "slow",     [FAULT_THROTTLE] = "throttle",
};
#define KIND_COUNT (sizeof kind_names / sizeof kind_names[0])

const char *
fault_kind_name(enum fault_kind kind)
{
    return (size_t)kind < KIND_COUNT ? kind_names[kind] : "";
}

int
fault_kind_find(const char *name)
{
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (strcmp(kind_names[i], name) == 0)
            return (int)i;
    return -1;
}

/* ---- what a request is ---- */

static bool
tree_holds(struct arena *a, const struct soap_element *e, const char *element, const char *object)
{
    for (; e != NULL; e = e->next) {
        if ((element == NULL || strcasecmp(e->name, element) == 0) && glob_fits(object, soap_trimmed(a, e->text), true))
            return true;
        if (tree_holds(a, e->children, element, object))
            return true;
    }
    return false;
}

/* No tree: the text must stand between marks, as in <x>TEXT</x>, x=TEXT&, "TEXT". */
static bool
text_holds(struct str body, const char *object)
{
    static const char marks[] = "<>=&\"' \t\r\n:,%;";
    size_t            len = strlen(object);

    for (size_t i = 0; len > 0 && i + len <= body.len; i++)
        if (strncasecmp(body.ptr + i, object, len) == 0 && (i == 0 || strchr(marks, body.ptr[i - 1]) != NULL) &&
            (i + len == body.len || strchr(marks, body.ptr[i + len]) != NULL))
            return true;
    return false;
}

static bool
names_object(const struct fault_rule *r, const struct request *rq)
{
    if (r->object == NULL)
        return true;
    if (rq->soap != NULL)
        return tree_holds(rq->arena, rq->soap->operation, r->element, r->object);
    return text_holds(rq->body, r->object);
}

static bool
is_named(const char *pattern, const char *name)
{
    return pattern == NULL || glob_fits(pattern, name != NULL ? name : "", true);
}

static bool
fits(const struct fault_rule *r, const struct request *rq, int64_t now_ms)
{
    return (r->from_ms == 0 || now_ms >= r->from_ms) && (r->until_ms == 0 || now_ms < r->until_ms) &&
           is_named(r->service, rq->service->name) && is_named(r->operation, rq->operation) &&
           is_named(r->user, rq->user) && names_object(r, rq);
}

/* ---- whether a rule that fits is met ---- */

static uint64_t
draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15); /* splitmix64 */

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static struct window *
window_of(struct rule *r, const char *user)
{
    if (!r->pub.each_user || user == NULL)
        user = "";
    for (struct window *w = r->windows; w != NULL; w = w->next)
        if (strcasecmp(w->user, user) == 0)
            return w;
    if (r->window_count >= MAX_USERS)
        return r->windows; /* the last one made: some bound there must be */
    struct window *w = calloc(1, sizeof *w + r->pub.requests * sizeof w->times[0]);
    if (w == NULL || (w->user = strdup(user)) == NULL)
        abort();
    w->next = r->windows;
    r->windows = w;
    r->window_count++;
    return w;
}

/* Too many within the time? What passes is counted. */
static bool
exceeds(struct rule *r, const char *user, int64_t now_ms)
{
    struct window *w = window_of(r, user);
    uint32_t       max = r->pub.requests;

    while (w->count > 0 && w->times[w->first] + (int64_t)r->pub.per_ms <= now_ms) {
        w->first = (w->first + 1) % max;
        w->count--;
    }
    if (w->count >= max)
        return true;
    w->times[(w->first + w->count++) % max] = now_ms;
    return false;
}

static bool
is_met(struct rule *r, const struct request *rq, int64_t now_ms)
{
    struct fault_rule *p = &r->pub;

    if (!fits(p, rq, now_ms))
        return false;
    p->fitted++;
    if (p->fitted <= p->skip || (p->count > 0 && p->hits >= p->count))
        return false;
    if (p->rate > 0 && (double)(draw(&r->random) >> 11) * 0x1p-53 >= p->rate)
        return false;
    if (p->kind == FAULT_THROTTLE && !exceeds(r, rq->user, now_ms))
        return false;
    p->hits++;
    return true;
}

static char *
copy(struct arena *a, const char *text)
{
    return text != NULL ? arena_strdup(a, text) : NULL;
}

static struct fault_rule *
copy_rule(struct arena *a, const struct fault_rule *r)
{
    struct fault_rule *c = arena_alloc(a, sizeof *c);

    *c = *r;
    c->service = copy(a, r->service);
    c->operation = copy(a, r->operation);
    c->user = copy(a, r->user);
    c->object = copy(a, r->object);
    c->element = copy(a, r->element);
    c->text = copy(a, r->text);
    c->content_type = copy(a, r->content_type);
    return c;
}

struct fault_verdict *
faults_decide(struct faults *f, struct request *rq, int64_t now_ms)
{
    struct fault_verdict *v = NULL;

    if (!atomic_load(&f->any) || rq->service->unrecorded)
        return NULL;
    pthread_mutex_lock(&f->lock);
    for (struct rule *r = f->rules; r != NULL; r = r->next) {
        if ((v != NULL && v->rule != NULL && r->pub.kind != FAULT_DELAY) || !is_met(r, rq, now_ms))
            continue;
        if (v == NULL)
            v = arena_alloc(rq->arena, sizeof *v);
        if (r->pub.kind == FAULT_DELAY) {
            v->delay_ms += r->pub.min_ms + draw(&r->random) % ((uint64_t)r->pub.max_ms - r->pub.min_ms + 1);
        } else {
            v->rule = copy_rule(rq->arena, &r->pub);
            v->random = draw(&r->random);
        }
    }
    pthread_mutex_unlock(&f->lock);
    return v;
}

/* ---- the list ---- */

struct faults *
faults_new(void)
{
    struct faults *f = calloc(1, sizeof *f);

    if (f == NULL)
        abort();
    pthread_mutex_init(&f->lock, NULL);
    f->end = &f->rules;
    return f;
}

static void
rule_free(struct rule *r)
{
    const char *const texts[] = { r->pub.service, r->pub.operation, r->pub.user,        r->pub.object,
                                  r->pub.element, r->pub.text,      r->pub.content_type };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        free((char *)(uintptr_t)texts[i]);
    for (struct window *w = r->windows, *next; w != NULL; w = next) {
        next = w->next;
        free(w->user);
        free(w);
    }
    free(r);
}

void
faults_clear(struct faults *f)
{
    pthread_mutex_lock(&f->lock);
    for (struct rule *r = f->rules, *next; r != NULL; r = next) {
        next = r->next;
        rule_free(r);
    }
    f->rules = NULL;
    f->end = &f->rules;
    f->count = 0;
    atomic_store(&f->any, false);
    pthread_mutex_unlock(&f->lock);
}

void
faults_free(struct faults *f)
{
    if (f == NULL)
        return;
    faults_clear(f);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

static bool
bad(struct ccm_error *err, const char *what)
{
    return ccm_fail(err, CCM_BAD_REQUEST, "%s", what);
}

static bool
check(const struct fault_rule *r, struct ccm_error *err)
{
    if ((size_t)r->kind >= KIND_COUNT)
        return bad(err, "kind is one of error, status, delay, close, reset, truncate, garbage, slow, throttle");
    if (!(r->rate >= 0 && r->rate <= 1))
        return bad(err, "rate is a part between 0 and 1");
    if (r->until_ms != 0 && r->until_ms <= r->from_ms)
        return bad(err, "the window ends before it begins");
    if (r->element != NULL && r->object == NULL)
        return bad(err, "element says where object is looked for: give object");
    if (r->text != NULL && strlen(r->text) > MAX_TEXT)
        return bad(err, "text is longer than 1 MB");
    if (r->after && (r->kind == FAULT_DELAY || r->kind == FAULT_THROTTLE))
        return bad(err, "a delay or throttle comes before the request is carried out, never after");
    switch (r->kind) {
    case FAULT_ERROR:
        return (r->status > CCM_OK && r->status < CCM_CONFIG) || bad(err, "error needs a status, such as DATABASE");
    case FAULT_STATUS:
        return (r->http_status >= 200 && r->http_status <= 599) || bad(err, "status is an HTTP status, 200 to 599");
    case FAULT_DELAY:
        return (r->min_ms <= r->max_ms && r->max_ms > 0 && r->max_ms <= MAX_DELAY) ||
               bad(err, "a delay is 1 to 86400000 ms, the least not above the most");
    case FAULT_SLOW: return r->bytes > 0 || bad(err, "slow needs bytes, a second");
    case FAULT_GARBAGE: return (r->bytes > 0 && r->bytes <= MAX_GARBAGE) || bad(err, "garbage is 1 to 16777216 bytes");
    case FAULT_THROTTLE:
        return (r->requests > 0 && r->requests <= MAX_REQUESTS && r->per_ms > 0) ||
               bad(err, "a throttle lets 1 to 10000 requests pass in so many ms");
    case FAULT_CLOSE:
    case FAULT_RESET:
    case FAULT_TRUNCATE: break;
    }
    return true;
}

static const char *
keep(const char *text)
{
    char *out = text != NULL ? strdup(text) : NULL;

    if (text != NULL && out == NULL)
        abort();
    return out;
}

bool
faults_add(struct faults *f, const struct fault_rule *rule, uint64_t *id, struct ccm_error *err)
{
    if (!check(rule, err))
        return false;
    struct rule *r = calloc(1, sizeof *r);
    if (r == NULL)
        abort();
    r->pub = *rule;
    r->pub.service = keep(rule->service);
    r->pub.operation = keep(rule->operation);
    r->pub.user = keep(rule->user);
    r->pub.object = keep(rule->object);
    r->pub.element = keep(rule->element);
    r->pub.text = keep(rule->text);
    r->pub.content_type = keep(rule->content_type);
    r->pub.fitted = r->pub.hits = 0;
    r->random = rule->seed;
    pthread_mutex_lock(&f->lock);
    bool room = f->count < FAULTS_MAX_RULES;
    if (room) {
        *id = r->pub.id = ++f->last_id;
        *f->end = r;
        f->end = &r->next;
        f->count++;
        atomic_store(&f->any, true);
    }
    pthread_mutex_unlock(&f->lock);
    if (room)
        return true; /* cppcheck-suppress memleak ; it hangs in the list */
    rule_free(r);
    return ccm_fail(err, CCM_CONFLICT, "there are %u rules already: remove some", FAULTS_MAX_RULES);
}

bool
faults_remove(struct faults *f, uint64_t id, struct ccm_error *err)
{
    struct rule *found = NULL;

    pthread_mutex_lock(&f->lock);
    for (struct rule **r = &f->rules; *r != NULL; r = &(*r)->next)
        if ((*r)->pub.id == id) {
            found = *r;
            *r = found->next;
            if (found->next == NULL)
                f->end = r;
            f->count--;
            break;
        }
    atomic_store(&f->any, f->count > 0);
    pthread_mutex_unlock(&f->lock);
    if (found == NULL)
        return ccm_fail(err, CCM_NOT_FOUND, "there is no rule %llu", (unsigned long long)id);
    rule_free(found);
    return true;
}

size_t
faults_read(struct faults *f, struct arena *a, const struct fault_rule **out)
{
    pthread_mutex_lock(&f->lock);
    struct fault_rule *rules = arena_alloc(a, (f->count + 1) * sizeof *rules);
    size_t             n = 0;
    for (struct rule *r = f->rules; r != NULL; r = r->next)
        rules[n++] = *copy_rule(a, &r->pub);
    pthread_mutex_unlock(&f->lock);
    *out = rules;
    return n;
}
