/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Fuzzing RIS and PerfMon: the first byte picks the service, the rest is the body of a POST to it, carried out on a
 * small cluster whose clock stands still. Whatever comes, the answer is well-formed XML under 200, or a fault. */
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>

#include "ccmsim/cluster.h"
#include "ccmsim/config.h"
#include "ccmsim/service.h"
#include "fuzz.h"

static const char *const paths[] = {
    "/realtimeservice2/services/RISService70",  "/realtimeservice2/services/RISService",
    "/realtimeservice/services/RisPort",        "/realtimeservice/services/RisPort70",
    "/perfmonservice2/services/PerfmonService", "/perfmonservice/services/PerfmonPort",
};

/* ---- what is the HTTP server's ---- */

bool
executor_submit(struct request *rq, void (*fn)(void *), void *arg, struct ccm_error *err)
{
    (void)rq;
    (void)err;
    fn(arg);
    return true;
}

void
request_resume(struct request *rq)
{
    (void)rq;
}

bool
request_cancelled(const struct request *rq)
{
    (void)rq;
    return false;
}

void
reply_header(struct request *rq, const char *name, const char *value)
{
    (void)rq;
    (void)name;
    (void)value;
}

void
reply_html_error(struct request *rq, int status, const char *text)
{
    rq->reply.status = status;
    buf_clear(&rq->reply.body);
    buf_adds(&rq->reply.body, text);
}

static const char *
no_header(struct request *rq, const char *name)
{
    (void)rq;
    (void)name;
    return NULL;
}

/* ---- the cluster ---- */

static struct cluster *
cluster_once(void)
{
    static struct cluster *cl;
    static struct config   cfg;
    char                  *argv[] = { (char[]){ "fuzz" },   (char[]){ "--phones" }, (char[]){ "3" },
                                      (char[]){ "--seed" }, (char[]){ "1" },        (char[]){ "--clock" },
                                      (char[]){ "manual" }, (char[]){ "--admin" },  (char[]){ "a:b" } };
    struct ccm_error       err = { .status = CCM_OK };

    if (cl == NULL &&
        (!config_load(&cfg, sizeof argv / sizeof argv[0], argv, &err) || !cluster_new(&cl, &cfg, NULL, &err))) {
        fprintf(stderr, "fuzz_serviceability: %s\n", err.text);
        abort();
    }
    return cl;
}

static void
demand(bool holds, const char *what, const struct request *rq)
{
    if (holds)
        return;
    fprintf(stderr, "fuzz_serviceability: %s: %d %.*s\n", what, rq->reply.status, (int)rq->reply.body.len,
            rq->reply.body.ptr);
    abort();
}

static void
demand_xml(const struct request *rq)
{
    xmlDoc *doc = xmlReadMemory(rq->reply.body.ptr, (int)rq->reply.body.len, NULL, NULL,
                                XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE);
    demand(doc != NULL, "the answer is ill-formed", rq);
    xmlFreeDoc(doc);
}

static enum outcome
serve(const struct service *s, struct request *rq, struct ccm_error *err)
{
    enum outcome outcome;

    if (!s->identify(rq, err))
        return FAILED;
    while ((outcome = s->handle(rq, err)) == SUSPENDED)
        continue;
    return outcome;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct arena    *a = arena_new();
    struct ccm_error err = { .status = CCM_OK };
    struct request   rq = { .arena = a,
                            .cluster = cluster_once(),
                            .method = "POST",
                            .path = paths[data[0] % (sizeof paths / sizeof paths[0])],
                            .host = "127.0.0.1",
                            .tls = true,
                            .header = no_header,
                            .access = ACCESS_SERVICEABILITY,
                            .body = { (const char *)data + 1, size - 1 } };

    buf_init(&rq.reply.body, BUF_MAX_REPLY);
    if (serve(&ris_service, &rq, &err) == FAILED) {
        demand(err.status != CCM_OK, "failed without a reason", &rq);
        ris_service.fail(&rq, &err);
        demand(rq.reply.status >= 400, "a failure that is none", &rq);
    } else {
        demand(rq.reply.status == 200, "no answer", &rq);
    }
    if (rq.reply.status == 200 || rq.reply.status == 500)
        demand_xml(&rq);
    buf_release(&rq.reply.body);
    arena_free(a);
    return 0;
}
