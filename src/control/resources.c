/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Health, reset and the journal. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ccmsim/cluster.h"
#include "ccmsim/journal.h"
#include "control/control_priv.h"

#define DEFAULT_LIMIT 100

enum outcome
control_health(struct request *rq, struct ccm_error *err)
{
    const struct cluster *cl = rq->cluster;
    struct timespec       t;

    (void)err;
    clock_gettime(CLOCK_MONOTONIC, &t);
    uint64_t now_ns = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
    control_reply(rq, 200,
                  json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:I}", "status", "ok", "version", CCMSIM_VERSION,
                            "ccmVersion", cl->settings.ccm_version, "fullVersion", cl->settings.full_version,
                            "uptimeMs", (json_int_t)((now_ns - cl->started_ns) / 1000000), "commits",
                            (json_int_t)store_generation(cl->store), "journalEntries",
                            (json_int_t)journal_count(cl->journal)));
    return DONE;
}

/* ---- reset ---- */

struct reset {
    struct cluster  *cluster;
    bool             ok;
    struct ccm_error err;
};

/* On an executor thread: filling a large cluster takes seconds. */
static void
run_reset(void *arg)
{
    struct reset *r = arg;

    r->ok = cluster_reset(r->cluster, &r->err);
}

enum outcome
control_reset(struct request *rq, struct ccm_error *err)
{
    struct reset *r = rq->state;

    if (r == NULL) {
        r = arena_alloc(rq->arena, sizeof *r);
        r->cluster = rq->cluster;
        rq->state = r;
        return executor_submit(rq, run_reset, r, err) ? SUSPENDED : FAILED;
    }
    if (!r->ok) {
        *err = r->err;
        return FAILED;
    }
    control_reply(rq, 200, json_pack("{s:s}", "status", "ok"));
    return DONE;
}

/* ---- journal ---- */

struct query {
    struct journal_filter filter;
    bool                  lines; /* JSON lines instead of one value */
};

static int
hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : isxdigit((unsigned char)c) ? (c | 0x20) - 'a' + 10 : -1;
}

/* In place: %xx and '+'. */
static void
unescape(char *text)
{
    char *out = text;

    for (; *text != '\0'; text++, out++) {
        if (*text == '%' && hex_digit(text[1]) >= 0 && hex_digit(text[2]) >= 0) {
            *out = (char)(hex_digit(text[1]) << 4 | hex_digit(text[2]));
            text += 2;
        } else {
            *out = *text;
            if (*text == '+')
                *out = ' ';
        }
    }
    *out = '\0';
}

static bool
number(const char *name, const char *value, uint64_t max, uint64_t *out, struct ccm_error *err)
{
    char *end;

    errno = 0;
    *out = strtoull(value, &end, 10);
    if (!isdigit((unsigned char)*value) || *end != '\0' || errno != 0 || *out > max)
        return ccm_fail(err, CCM_BAD_REQUEST, "'%s' is a number from 0 to %llu, not '%s'", name,
                        (unsigned long long)max, value);
    return true;
}

static bool
take_parameter(struct query *q, const char *name, const char *value, struct ccm_error *err)
{
    static const struct {
        const char *name;
        size_t      offset;
    } texts[] = {
        { "service", offsetof(struct journal_filter, service) },
        { "operation", offsetof(struct journal_filter, operation) },
        { "user", offsetof(struct journal_filter, user) },
    };
    uint64_t n;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(name, texts[i].name) == 0) {
            *(const char **)((char *)&q->filter + texts[i].offset) = value;
            return true;
        }
    if (strcmp(name, "status") == 0 && number(name, value, 999, &n, err)) {
        q->filter.status = (int)n;
        return true;
    }
    if (strcmp(name, "limit") == 0 && number(name, value, JOURNAL_MAX_ENTRIES, &n, err)) {
        q->filter.limit = (size_t)n;
        return true;
    }
    if (strcmp(name, "after") == 0 && number(name, value, UINT64_MAX, &n, err)) {
        q->filter.after = n;
        return true;
    }
    if (strcmp(name, "format") == 0) {
        q->lines = strcmp(value, "lines") == 0;
        return q->lines || strcmp(value, "json") == 0 ||
               ccm_fail(err, CCM_BAD_REQUEST, "'format' is json or lines, not '%s'", value);
    }
    return err->status == CCM_OK
               ? ccm_fail(err, CCM_BAD_REQUEST,
                          "unknown parameter '%s': give service, operation, user, status, limit, after or format", name)
               : false;
}

static bool
parse_query(struct request *rq, struct query *q, struct ccm_error *err)
{
    char *save = NULL;
    char *text = arena_strdup(rq->arena, rq->query != NULL ? rq->query : "");

    *q = (struct query){ .filter.limit = DEFAULT_LIMIT };
    for (char *pair = strtok_r(text, "&", &save); pair != NULL; pair = strtok_r(NULL, "&", &save)) {
        char *value = strchr(pair, '=');
        if (value != NULL)
            *value++ = '\0';
        else
            value = pair + strlen(pair);
        unescape(pair);
        unescape(value);
        if (!take_parameter(q, pair, value, err))
            return false;
    }
    return true;
}

static void
add_line(void *cookie, const struct journal_entry *e)
{
    journal_entry_json(cookie, e);
    buf_addc(cookie, '\n');
}

static void
add_element(void *cookie, const struct journal_entry *e)
{
    struct buf *out = cookie;

    if (out->ptr[out->len - 1] != '[')
        buf_addc(out, ',');
    journal_entry_json(out, e);
}

/* On an executor thread: a full journal is tens of megabytes of JSON. */
static void
run_journal(void *arg)
{
    struct request     *rq = arg;
    const struct query *q = rq->state;
    struct buf         *out = &rq->reply.body;

    if (!q->lines)
        buf_adds(out, "{\"entries\":[");
    journal_read(rq->cluster->journal, &q->filter, q->lines ? add_line : add_element, out);
    if (!q->lines)
        buf_adds(out, "]}\n");
}

enum outcome
control_journal(struct request *rq, struct ccm_error *err)
{
    struct query *q = rq->state;

    if (q == NULL) {
        rq->state = q = arena_alloc(rq->arena, sizeof *q);
        return parse_query(rq, q, err) && executor_submit(rq, run_journal, rq, err) ? SUSPENDED : FAILED;
    }
    rq->reply.status = 200;
    rq->reply.content_type = q->lines ? "application/x-ndjson" : "application/json";
    if (!rq->reply.body.overflow)
        return DONE;
    ccm_fail(err, CCM_BAD_REQUEST, "the journal's answer is larger than %u bytes: give a smaller limit", BUF_MAX_REPLY);
    return FAILED;
}
