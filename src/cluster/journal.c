/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The ring of exchanges. One lock, held while an entry is copied in or read out. A request is masked
 * when it comes in; an answer, which holds no secret unless SQL asked for one, when it is first read:
 * most never are. */
#include "ccmsim/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ccmsim/log.h"

struct kept {
    struct journal_entry entry; /* its texts lie behind it, in the same piece of memory */
    char                *reply;
    size_t               size; /* of the piece */
    bool                 reply_masked;
};

struct journal {
    pthread_mutex_t lock;
    struct kept    *ring[JOURNAL_MAX_ENTRIES];
    size_t          first, count, bytes;
    uint64_t        seq;
    int             fd; /* of the file; -1: none */
};

bool
journal_new(struct journal **out, const char *file, struct ccm_error *err)
{
    int fd = -1;

    if (file != NULL && (fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) < 0)
        return ccm_fail(err, CCM_CONFIG, "can't write the journal file '%s': %s", file, strerror(errno));
    struct journal *j = calloc(1, sizeof *j);
    if (j == NULL)
        abort();
    pthread_mutex_init(&j->lock, NULL);
    j->fd = fd;
    *out = j;
    return true;
}

static void
drop_oldest(struct journal *j)
{
    struct kept *k = j->ring[j->first];

    j->ring[j->first] = NULL;
    j->first = (j->first + 1) % JOURNAL_MAX_ENTRIES;
    j->count--;
    j->bytes -= k->size;
    free(k);
}

void
journal_free(struct journal *j)
{
    if (j == NULL)
        return;
    journal_clear(j);
    if (j->fd >= 0)
        close(j->fd);
    pthread_mutex_destroy(&j->lock);
    free(j);
}

void
journal_clear(struct journal *j)
{
    pthread_mutex_lock(&j->lock);
    while (j->count > 0)
        drop_oldest(j);
    pthread_mutex_unlock(&j->lock);
}

size_t
journal_count(struct journal *j)
{
    pthread_mutex_lock(&j->lock);
    size_t n = j->count;
    pthread_mutex_unlock(&j->lock);
    return n;
}

/* ---- writing ---- */

static const char *
put(char **at, const char *text, size_t len)
{
    char *start = *at;

    if (len > 0)
        memcpy(start, text, len);
    start[len] = '\0';
    *at += len + 1;
    return start;
}

/* What isn't text in an encoding that journal_mask understands can't be masked: it stays out. */
static struct str
keepable(struct str body)
{
    if (body.len > JOURNAL_MAX_BODY)
        body.len = JOURNAL_MAX_BODY;
    if (body.len > 0 && memchr(body.ptr, '\0', body.len) != NULL)
        return STR("(binary)");
    return body;
}

static struct kept *
copy(const struct journal_entry *e)
{
    const char *texts[] = { e->service, e->operation, e->user, e->method, e->path };
    struct str  request = keepable(e->request), reply = keepable(e->reply);
    size_t      size = sizeof(struct kept) + request.len + 1 + reply.len + 1;

    for (size_t i = 0; i < 5; i++)
        size += (texts[i] != NULL ? strlen(texts[i]) : 0) + 1;
    struct kept *k = malloc(size);
    if (k == NULL)
        abort();
    char *at = (char *)(k + 1);
    *k = (struct kept){ .entry = *e, .size = size };
    const char **copies[] = { &k->entry.service, &k->entry.operation, &k->entry.user, &k->entry.method,
                              &k->entry.path };
    for (size_t i = 0; i < 5; i++)
        *copies[i] = put(&at, texts[i] != NULL ? texts[i] : "", texts[i] != NULL ? strlen(texts[i]) : 0);
    char *request_copy = at;
    put(&at, request.ptr, request.len);
    k->entry.request = (struct str){ request_copy, journal_mask(request_copy, request.len) };
    k->reply = at;
    put(&at, reply.ptr, reply.len);
    k->entry.reply = (struct str){ k->reply, reply.len };
    k->entry.request_bytes = e->request.len;
    k->entry.reply_bytes = e->reply.len;
    return k;
}

static const struct journal_entry *
presentable(struct kept *k)
{
    if (!k->reply_masked) {
        k->entry.reply.len = journal_mask(k->reply, k->entry.reply.len);
        k->reply_masked = true;
    }
    return &k->entry;
}

static void
append_to_file(struct journal *j, struct kept *k)
{
    struct buf line;

    buf_init(&line, BUF_MAX_REPLY);
    journal_entry_json(&line, presentable(k));
    buf_addc(&line, '\n');
    for (size_t done = 0; done < line.len;) {
        ssize_t n = write(j->fd, line.ptr + done, line.len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            log_error("can't write the journal file any more: %s", strerror(errno));
            close(j->fd);
            j->fd = -1;
            break;
        }
        done += (size_t)n;
    }
    buf_release(&line);
}

void
journal_add(struct journal *j, const struct journal_entry *e)
{
    struct kept *k = copy(e);

    pthread_mutex_lock(&j->lock);
    k->entry.seq = ++j->seq;
    while (j->count > 0 && (j->count == JOURNAL_MAX_ENTRIES || j->bytes + k->size > JOURNAL_MAX_BYTES))
        drop_oldest(j);
    j->ring[(j->first + j->count) % JOURNAL_MAX_ENTRIES] = k;
    j->count++;
    j->bytes += k->size;
    if (j->fd >= 0)
        append_to_file(j, k);
    pthread_mutex_unlock(&j->lock);
}

/* ---- reading ---- */

static bool
text_matches(const char *wanted, const char *text)
{
    return wanted == NULL || strcmp(wanted, text) == 0;
}

static bool
matches(const struct journal_filter *f, const struct journal_entry *e)
{
    return e->seq > f->after && (f->status == 0 || f->status == e->status) && text_matches(f->service, e->service) &&
           text_matches(f->operation, e->operation) && text_matches(f->user, e->user);
}

void
journal_read(struct journal *j, const struct journal_filter *f, void (*fn)(void *cookie, const struct journal_entry *e),
             void *cookie)
{
    pthread_mutex_lock(&j->lock);
    size_t begin = j->count, found = 0;
    while (begin > 0 && (f->limit == 0 || found < f->limit)) {
        begin--;
        found += matches(f, &j->ring[(j->first + begin) % JOURNAL_MAX_ENTRIES]->entry);
    }
    for (size_t i = begin; i < j->count; i++) {
        struct kept *k = j->ring[(j->first + i) % JOURNAL_MAX_ENTRIES];
        if (matches(f, &k->entry))
            fn(cookie, presentable(k));
    }
    pthread_mutex_unlock(&j->lock);
}
