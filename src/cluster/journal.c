/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The ring of exchanges. Its lock is held to put an entry in or to find some, never to copy, mask or
 * print one: an entry is counted, and lives as long as somebody reads it. A request is masked when it
 * comes in; an answer, which holds no secret unless SQL asked for one, when it is read: most never are. */
#include "ccmsim/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ccmsim/log.h"

struct kept {
    struct journal_entry entry; /* its texts lie behind it, in the same piece of memory */
    size_t               size;  /* of the piece */
    atomic_uint          holders;
};

struct journal {
    pthread_mutex_t lock;
    struct kept    *ring[JOURNAL_MAX_ENTRIES];
    size_t          first, count, bytes;
    uint64_t        seq;
    int             fd; /* of the file; -1: none */
    void (*on_added)(void *cookie);
    void *cookie;
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
let_go(struct kept *k)
{
    if (atomic_fetch_sub(&k->holders, 1) == 1)
        free(k);
}

static void
drop_oldest(struct journal *j)
{
    struct kept *k = j->ring[j->first];

    j->ring[j->first] = NULL;
    j->first = (j->first + 1) % JOURNAL_MAX_ENTRIES;
    j->count--;
    j->bytes -= k->size;
    let_go(k);
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
    k->entry = *e;
    k->size = size;
    atomic_init(&k->holders, 1);
    const char **copies[] = { &k->entry.service, &k->entry.operation, &k->entry.user, &k->entry.method,
                              &k->entry.path };
    for (size_t i = 0; i < 5; i++)
        *copies[i] = put(&at, texts[i] != NULL ? texts[i] : "", texts[i] != NULL ? strlen(texts[i]) : 0);
    char *request_copy = at;
    put(&at, request.ptr, request.len);
    k->entry.request = (struct str){ request_copy, journal_mask(request_copy, request.len) };
    k->entry.reply = (struct str){ put(&at, reply.ptr, reply.len), reply.len };
    k->entry.request_bytes = e->request.len;
    k->entry.reply_bytes = e->reply.len;
    return k;
}

/* Call fn with the entry as it may be shown. */
static void
show(const struct kept *k, void (*fn)(void *cookie, const struct journal_entry *e), void *cookie)
{
    struct journal_entry shown = k->entry;
    char                *reply = malloc(shown.reply.len + 1);

    if (reply == NULL)
        abort();
    memcpy(reply, shown.reply.ptr, shown.reply.len);
    shown.reply = (struct str){ reply, journal_mask(reply, shown.reply.len) };
    fn(cookie, &shown);
    free(reply);
}

static void
print_line(void *cookie, const struct journal_entry *e)
{
    journal_entry_json(cookie, e);
    buf_addc(cookie, '\n');
}

static void
append_to_file(struct journal *j, struct kept *k)
{
    struct buf line;

    buf_init(&line, BUF_MAX_REPLY);
    show(k, print_line, &line);
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
    void (*on_added)(void *) = j->on_added;
    void *cookie = j->cookie;
    pthread_mutex_unlock(&j->lock);
    if (on_added != NULL)
        on_added(cookie);
}

void
journal_listen(struct journal *j, void (*fn)(void *cookie), void *cookie)
{
    pthread_mutex_lock(&j->lock);
    j->on_added = fn;
    j->cookie = cookie;
    pthread_mutex_unlock(&j->lock);
}

uint64_t
journal_last(struct journal *j)
{
    pthread_mutex_lock(&j->lock);
    uint64_t seq = j->seq;
    pthread_mutex_unlock(&j->lock);
    return seq;
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
    return (f->status == 0 || f->status == e->status) && text_matches(f->service, e->service) &&
           text_matches(f->operation, e->operation) && text_matches(f->user, e->user);
}

/* The entries that the filter lets through, held, oldest first; *count of them, malloc'd. */
static struct kept **
collect(struct journal *j, const struct journal_filter *f, size_t *count)
{
    struct kept **found = calloc(JOURNAL_MAX_ENTRIES, sizeof(void *));
    size_t        n = 0;

    if (found == NULL)
        abort();
    pthread_mutex_lock(&j->lock);
    for (size_t i = j->count; i-- > 0 && (f->limit == 0 || n < f->limit);) {
        struct kept *k = j->ring[(j->first + i) % JOURNAL_MAX_ENTRIES];
        if (k->entry.seq <= f->after)
            break; /* all others are older */
        if (matches(f, &k->entry)) {
            atomic_fetch_add(&k->holders, 1);
            found[n++] = k;
        }
    }
    pthread_mutex_unlock(&j->lock);
    *count = n;
    return found;
}

void
journal_read(struct journal *j, const struct journal_filter *f, void (*fn)(void *cookie, const struct journal_entry *e),
             void *cookie)
{
    size_t        n;
    struct kept **found = collect(j, f, &n);

    while (n-- > 0) { /* the newest were found first */
        show(found[n], fn, cookie);
        let_go(found[n]);
    }
    free(found);
}
