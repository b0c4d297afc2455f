/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A ring of exchanges that can be read back: bounded in number and bytes, the oldest go first. No
 * credential gets in: headers are not kept, and the text of elements that hold secrets is masked. */
#ifndef CCMSIM_JOURNAL_H
#define CCMSIM_JOURNAL_H

#include <stdint.h>

#include "ccmsim/buf.h"
#include "ccmsim/error.h"

struct journal;

#define JOURNAL_MAX_ENTRIES 10000u
#define JOURNAL_MAX_BYTES   (32u * 1024 * 1024)
#define JOURNAL_MAX_BODY    (256u * 1024) /* of a request or an answer; the rest is left out */

/* One exchange. Texts are never NULL: "" stands for unknown. */
struct journal_entry {
    uint64_t    seq;     /* counts from 1, never twice, also across clear */
    int64_t     time_ms; /* since 1970 */
    uint64_t    duration_us;
    int         status;
    const char *service, *operation, *user, *method, *path;
    struct str  request, reply;             /* as much as was kept */
    size_t      request_bytes, reply_bytes; /* as much as there was */
};

struct journal_filter {
    const char *service, *operation, *user; /* NULL: any */
    int         status;                     /* 0: any */
    uint64_t    after;                      /* only entries with a greater seq */
    size_t      limit;                      /* the newest so many; 0: all */
};

/* file: each exchange is appended to it as a line of JSON too; NULL: none. */
bool journal_new(struct journal **out, const char *file, struct ccm_error *err);
void journal_free(struct journal *j);
/* Copy the exchange in. Sets seq itself. Any thread. */
void journal_add(struct journal *j, const struct journal_entry *e);
/* Told behind each exchange that is added from now on, without any lock held, on the thread that added it. One
 * listener; NULL: none. */
void journal_listen(struct journal *j, void (*fn)(void *cookie), void *cookie);
/* The number of the newest exchange; 0: none yet. */
uint64_t journal_last(struct journal *j);
/* Call fn for what the filter lets through, oldest first. Writers go on meanwhile. */
void journal_read(struct journal *j, const struct journal_filter                *f,
                  void (*fn)(void *cookie, const struct journal_entry *e), void *cookie);
void journal_clear(struct journal *j);
/* Entries kept now. */
size_t journal_count(struct journal *j);
/* One entry as one line of JSON, without the line's end. */
void journal_entry_json(struct buf *out, const struct journal_entry *e);
/* In place: the text of XML elements that hold secrets becomes "***" or less. The new length. Public for
 * its test. */
size_t journal_mask(char *text, size_t len);

#endif
