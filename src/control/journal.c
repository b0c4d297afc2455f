/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The journal, read and cleared. */
#include "ccmsim/journal.h"

#include <string.h>

#include "ccmsim/cluster.h"
#include "control/control_priv.h"

#define DEFAULT_LIMIT 100

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

/* A full journal is tens of megabytes of JSON: on the executor. */
enum outcome
control_journal(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    struct buf           *out = &rq->reply.body;
    const char           *format = ask_text(ask, "format");
    bool                  lines = format != NULL && strcmp(format, "lines") == 0;
    struct journal_filter filter = {
        .service = ask_text(ask, "service"),
        .operation = ask_text(ask, "operation"),
        .user = ask_text(ask, "user"),
        .status = (int)ask_number(ask, "status", 0),
        .after = (uint64_t)ask_number(ask, "after", 0),
        .limit = (size_t)ask_number(ask, "limit", DEFAULT_LIMIT),
    };

    if (!lines)
        buf_adds(out, "{\"entries\":[");
    journal_read(rq->cluster->journal, &filter, lines ? add_line : add_element, out);
    if (!lines)
        buf_adds(out, "]}\n");
    if (out->overflow)
        return control_refuse(ask, CCM_BAD_REQUEST, err, "give a smaller limit",
                              "the journal's answer is larger than %u bytes", BUF_MAX_REPLY);
    rq->reply.status = 200;
    rq->reply.content_type = lines ? "application/x-ndjson" : "application/json";
    return DONE;
}

enum outcome
control_journal_clear(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    (void)ask, (void)err;
    journal_clear(rq->cluster->journal);
    return control_reply(rq, 200, json_pack("{s:s}", "status", "ok"));
}
