/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The server with a small handler behind it, over real sockets on loopback: what it takes, what it
 * refuses, suspension in every order, and its end. */
#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "ccmsim/http.h"

#define MAX_BODY 4096

struct fixture {
    struct http_server  *server;
    struct http_identity identity;
    struct listener     *plain, *tls;
    struct box {
        atomic_int told;  /* what a cancelled request found out */
        atomic_int freed; /* streams whose memory is gone */
        atomic_int waiting;
    } box; /* stands where a cluster would */
};

/* ---- the handler ---- */

static void
nap(long ms)
{
    nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 }, NULL);
}

static void
say(struct request *rq, const char *text)
{
    rq->reply.status = 200;
    rq->reply.content_type = "text/plain";
    buf_adds(&rq->reply.body, text);
}

static struct box *
box_of(const struct request *rq)
{
    return (struct box *)(void *)rq->cluster;
}

static enum outcome
echo(struct request *rq)
{
    const char *x = rq->header(rq, "X-Test");

    say(rq, "");
    buf_addf(&rq->reply.body, "%s %s ?%s host=%s x=%s tls=%d body=%.*s", rq->method, rq->path,
             rq->query != NULL ? rq->query : "", rq->host, x != NULL ? x : "", rq->tls, (int)rq->body.len,
             rq->body.ptr);
    return DONE;
}

/* Resumes before it returns: the earliest possible. */
static enum outcome
early(struct request *rq)
{
    if (rq->state != NULL) {
        say(rq, "early");
        return DONE;
    }
    rq->state = rq;
    request_resume(rq);
    return SUSPENDED;
}

static void *
resume_later(void *arg)
{
    nap(30);
    request_resume(arg);
    return NULL;
}

/* Resumes from another thread when the loop has long gone on. */
static enum outcome
late(struct request *rq)
{
    pthread_t thread;

    if (rq->state != NULL) {
        say(rq, "late");
        return DONE;
    }
    rq->state = rq;
    if (pthread_create(&thread, NULL, resume_later, rq) != 0)
        abort();
    pthread_detach(thread);
    return SUSPENDED;
}

struct count {
    unsigned times;
    bool     cancelled;
};

static void
count_once(void *arg)
{
    ((struct count *)arg)->times++;
}

/* Ten jobs one after another: resumption and suspension meet in every order. */
static enum outcome
jobs(struct request *rq)
{
    struct count *n = rq->state;

    if (n == NULL)
        rq->state = n = arena_alloc(rq->arena, sizeof *n);
    if (n->times < 10)
        return executor_submit(rq, count_once, n, NULL) ? SUSPENDED : FAILED;
    say(rq, "jobs");
    return DONE;
}

static void
wait_for_cancel(void *arg)
{
    struct request *rq = arg;
    struct count   *n = rq->state;

    while (n->times++ < 500 && !(n->cancelled = request_cancelled(rq)))
        nap(10);
}

/* Waits until its client has gone, 5 s at most, and tells through the cluster pointer. */
static enum outcome
cancel(struct request *rq)
{
    if (rq->state == NULL) {
        rq->state = arena_alloc(rq->arena, sizeof(struct count));
        return executor_submit(rq, wait_for_cancel, rq, NULL) ? SUSPENDED : FAILED;
    }
    struct count *n = rq->state;
    atomic_store(&box_of(rq)->told, n->cancelled ? 1 : 2);
    say(rq, "cancel");
    return DONE;
}

static void
doze(void *arg)
{
    (void)arg;
    nap(300);
}

static enum outcome
slow(struct request *rq)
{
    if (rq->state == NULL) {
        rq->state = rq;
        return executor_submit(rq, doze, rq, NULL) ? SUSPENDED : FAILED;
    }
    say(rq, "slow");
    return DONE;
}

static enum outcome
redirect(struct request *rq)
{
    if (!reply_redirect_to_tls(rq))
        reply_html_error(rq, 403, "none");
    return DONE;
}

/* ---- waits that are told, replies of several pieces, abrupt ends ---- */

static void
on_cancel(struct request *rq)
{
    atomic_fetch_add(&box_of(rq)->told, 1);
    request_resume(rq);
}

/* Nobody but a cancellation resumes it. */
static enum outcome
wait(struct request *rq)
{
    if (rq->state == NULL) {
        rq->state = rq;
        rq->on_cancel = on_cancel;
        atomic_fetch_add(&box_of(rq)->waiting, 1);
        return SUSPENDED;
    }
    atomic_fetch_add(&box_of(rq)->told, request_cancelled(rq) ? 10 : 100);
    say(rq, "wait");
    return DONE;
}

struct source {
    struct request *rq;
    pthread_t       thread;
    atomic_int      made;
    int             sent;
};

static void *
produce(void *arg)
{
    struct source *s = arg;

    for (int i = 0; i < 100; i++) {
        if (i % 10 == 0)
            nap(1);
        atomic_fetch_add(&s->made, 1);
        request_resume(s->rq);
    }
    return NULL;
}

static void
end_source(void *arg)
{
    struct source *s = arg;

    pthread_join(s->thread, NULL);
    atomic_fetch_add(&box_of(s->rq)->freed, 1);
}

static ssize_t
next_number(struct request *rq, char *out, size_t room)
{
    struct source *s = rq->state;

    if (s->sent == 100)
        return -1;
    if (s->sent >= atomic_load(&s->made))
        return 0;
    return snprintf(out, room, "%d,", s->sent++);
}

/* A hundred numbers, made by another thread. */
static enum outcome
stream(struct request *rq)
{
    struct source *s = arena_alloc(rq->arena, sizeof *s);

    say(rq, "numbers:");
    rq->state = s;
    rq->reply.more = next_number;
    s->rq = rq;
    if (pthread_create(&s->thread, NULL, produce, s) != 0)
        abort();
    arena_defer(rq->arena, end_source, s);
    return DONE;
}

static ssize_t
nothing(struct request *rq, char *out, size_t room)
{
    (void)out, (void)room;
    atomic_fetch_add(&box_of(rq)->waiting, 1);
    return 0;
}

static void
count_freed(void *box)
{
    atomic_fetch_add(&((struct box *)box)->freed, 1);
}

/* Says one word and then nothing. */
static enum outcome
silent(struct request *rq)
{
    say(rq, "hush");
    rq->reply.more = nothing;
    arena_defer(rq->arena, count_freed, box_of(rq));
    return DONE;
}

static ssize_t
ten_more(struct request *rq, char *out, size_t room)
{
    (void)rq, (void)room;
    memcpy(out, "abcdefghij", 10);
    return 10;
}

static enum outcome
exact(struct request *rq)
{
    say(rq, "0123456789");
    rq->reply.more = ten_more;
    rq->reply.length = 20;
    return DONE;
}

static ssize_t
break_off(struct request *rq, char *out, size_t room)
{
    (void)rq, (void)out, (void)room;
    return -2;
}

static enum outcome
cut(struct request *rq)
{
    say(rq, "0123456789");
    rq->reply.more = break_off;
    rq->reply.length = 1000;
    return DONE;
}

static enum outcome
drop(struct request *rq)
{
    say(rq, "never seen");
    rq->reply.fate = rq->query != NULL ? REPLY_RESET : REPLY_CLOSE;
    return DONE;
}

static enum outcome
counts(struct request *rq)
{
    struct http_counts n;

    http_counts(rq, &n);
    say(rq, "");
    buf_addf(&rq->reply.body, "%u %u %u", n.in_flight, n.waiting, n.streams);
    return DONE;
}

static enum outcome
handler(struct request *rq)
{
    static const struct {
        const char *path;
        enum outcome (*run)(struct request *rq);
    } rows[] = { { "/early", early },   { "/late", late },         { "/jobs", jobs }, { "/slow", slow },
                 { "/cancel", cancel }, { "/redirect", redirect }, { "/wait", wait }, { "/stream", stream },
                 { "/silent", silent }, { "/exact", exact },       { "/cut", cut },   { "/drop", drop },
                 { "/counts", counts } };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rq->path, rows[i].path) == 0) {
            enum outcome outcome = rows[i].run(rq);
            if (outcome == FAILED)
                reply_html_error(rq, 503, "busy");
            return outcome == FAILED ? DONE : outcome;
        }
    return echo(rq);
}

/* ---- the client ---- */

static int
dial(const struct fixture *f)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(http_listener_port(f->plain)) };
    int                fd = socket(AF_INET, SOCK_STREAM, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ .tv_sec = 10 }, sizeof(struct timeval));
    return fd;
}

static void
send_text(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* All until the server closes, or until the text ends as wanted. */
static void
expect_answer(int fd, const char *status, const char *ending)
{
    char    text[16384];
    size_t  len = 0;
    ssize_t n;

    text[0] = '\0';
    while (len < sizeof text - 1 && (n = recv(fd, text + len, sizeof text - 1 - len, 0)) > 0) {
        len += (size_t)n;
        text[len] = '\0';
        if (*ending != '\0' && len >= strlen(ending) && strcmp(text + len - strlen(ending), ending) == 0)
            break;
    }
    if (strncmp(text, status, strlen(status)) != 0 || strstr(text, ending) == NULL)
        fail_msg("wanted '%s' ... '%s', got: %s", status, ending, text);
}

static void
expect(const struct fixture *f, const char *request, const char *status, const char *ending)
{
    int fd = dial(f);

    send_text(fd, request);
    expect_answer(fd, status, ending);
    close(fd);
}

static int
start(void **state)
{
    struct fixture  *f = calloc(1, sizeof *f);
    struct ccm_error err = { 0 };

    assert_true(http_identity_make(&f->identity, NULL, NULL, &err));
    struct http_options opt = { .workers = 1,
                                .executor_threads = 2,
                                .max_body = MAX_BODY,
                                .connection_limit = 100,
                                .idle_timeout_s = 10,
                                .identity = &f->identity,
                                .handler = handler };
    assert_true(http_server_new(&f->server, &opt, &err));
    f->plain = http_listen(f->server, "127.0.0.1", 0, false, &err);
    f->tls = http_listen(f->server, "127.0.0.1", 0, true, &err);
    assert_non_null(f->plain);
    assert_non_null(f->tls);
    http_listener_serve(f->plain, (struct cluster *)(void *)&f->box);
    http_listener_serve(f->tls, (struct cluster *)(void *)&f->box);
    assert_true(http_start(f->server, &err));
    *state = f;
    return 0;
}

static int
stop(void **state)
{
    struct fixture *f = *state;

    http_server_free(f->server);
    http_identity_release(&f->identity);
    free(f);
    return 0;
}

/* ---- tests ---- */

static void
requests_arrive_as_they_were_sent(void **state)
{
    static const char *const rows[][2] = {
        { "GET /a//b%2fc%00?x=1&y=%20+z HTTP/1.1\r\nHost: h:1\r\nx-test: v\r\n\r\n",
          "GET /a//b%2fc%00 ?x=1&y=%20+z host=h:1 x=v tls=0 body=" },
        { "GET http://other:99/p?q HTTP/1.1\r\nHost: h\r\n\r\n", "GET /p ?q host=h x= tls=0 body=" },
        { "GET http://other HTTP/1.1\r\nHost: h\r\n\r\n", "GET / ? host=h x= tls=0 body=" },
        { "POST /p HTTP/1.0\r\nContent-length: 5\r\n\r\nhello", "x= tls=0 body=hello" },
        { "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
          "body=abcde" },
        { "PUT /p HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", "PUT /p ? host=h x= tls=0 body=" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect(*state, rows[i][0], "HTTP/1.1 200 OK", rows[i][1]);
}

static void
a_connection_is_kept_and_requests_may_be_pipelined(void **state)
{
    int fd = dial(*state);

    send_text(fd, "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /jobs HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx"
                  "GET /3 HTTP/1.1\r\nHost: h\r\n\r\n");
    expect_answer(fd, "HTTP/1.1 200 OK", "GET /3 ? host=h x= tls=0 body=");
    send_text(fd, "GET /4 HTTP/1.1\r\nHost: h\r\n\r\n");
    expect_answer(fd, "HTTP/1.1 200 OK", "GET /4 ? host=h x= tls=0 body=");
    close(fd);
}

static void
what_is_too_large_or_ambiguous_is_refused(void **state)
{
    int fd;

    expect(*state, "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 9000000\r\n\r\n", "HTTP/1.1 413", "");
    expect(*state, "POST /p HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5000\r\n\r\n",
           "HTTP/1.1 413", "");
    expect(*state, "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "HTTP/1.1 400",
           "");
    expect(*state, "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           "HTTP/1.1 400", "");
    fd = dial(*state);
    send_text(fd, "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 50; i++)
        send_text(fd, "80\r\n0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
                      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n");
    send_text(fd, "0\r\n\r\n");
    expect_answer(fd, "HTTP/1.1 413", "");
    close(fd);
}

static void
a_body_that_is_announced_is_asked_for(void **state)
{
    int fd = dial(*state);

    send_text(fd, "POST /p HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    expect_answer(fd, "HTTP/1.1 100", "\r\n\r\n");
    send_text(fd, "ok");
    expect_answer(fd, "HTTP/1.1 200", "body=ok");
    close(fd);
}

static void
a_suspended_request_is_resumed_in_any_order(void **state)
{
    for (int i = 0; i < 50; i++) {
        expect(*state, "GET /early HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 200", "early");
        expect(*state, "GET /jobs HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 200", "jobs");
    }
    expect(*state, "GET /late HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 200", "late");
}

static void
one_loop_serves_others_while_some_wait(void **state)
{
    int waiting[10];

    for (int i = 0; i < 10; i++) {
        waiting[i] = dial(*state);
        send_text(waiting[i], "GET /late HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    expect(*state, "GET /x HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 200", "body=");
    for (int i = 0; i < 10; i++) {
        expect_answer(waiting[i], "HTTP/1.1 200", "late");
        close(waiting[i]);
    }
}

static void
a_client_that_resets_cancels_its_job(void **state)
{
    struct fixture *f = *state;
    int             fd = dial(f);
    struct linger   reset = { .l_onoff = 1 };

    send_text(fd, "GET /cancel HTTP/1.1\r\nHost: h\r\n\r\n");
    nap(50);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(fd);
    http_stop(f->server, 8000);
    /* The handler ran again after its job: it has told how the job ended. */
    assert_int_equal(atomic_load(&f->box.told), 1);
}

/* Until a counter has come to a value, 5 s at most. */
static void
expect_count(atomic_int *counter, int value)
{
    for (int i = 0; i < 5000 && atomic_load(counter) != value; i++)
        nap(1);
    assert_int_equal(atomic_load(counter), value);
}

static void
hang_up(int fd, bool reset)
{
    if (reset)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){ .l_onoff = 1 }, sizeof(struct linger));
    close(fd);
}

static void
a_request_that_waits_is_told_that_its_client_has_gone(void **state)
{
    struct fixture *f = *state;

    for (int reset = 0; reset < 2; reset++) {
        int fd = dial(f);
        atomic_store(&f->box.told, 0);
        atomic_store(&f->box.waiting, 0);
        send_text(fd, "GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
        expect_count(&f->box.waiting, 1);
        hang_up(fd, reset == 1);
        expect_count(&f->box.told, 11);
    }
    expect(f, "GET /counts HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 200", "1 0 0");
}

static void
the_end_of_the_server_is_told_to_those_that_wait(void **state)
{
    struct fixture *f = *state;
    int             waiting = dial(f), listening = dial(f);

    send_text(waiting, "GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
    expect_count(&f->box.waiting, 1);
    send_text(listening, "GET /silent HTTP/1.1\r\nHost: h\r\n\r\n");
    expect_count(&f->box.waiting, 2);
    http_stop(f->server, 60000);
    assert_int_equal(atomic_load(&f->box.told), 11);
    assert_int_equal(atomic_load(&f->box.freed), 1);
    expect_answer(waiting, "HTTP/1.1 200", "wait");
    expect_answer(listening, "HTTP/1.1 200", "4\r\nhush\r\n0\r\n\r\n");
    close(waiting);
    close(listening);
}

static void
a_reply_may_come_in_pieces(void **state)
{
    struct fixture *f = *state;
    int             fd = dial(f);

    for (int i = 0; i < 20; i++) {
        send_text(fd, "GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
        expect_answer(fd, "HTTP/1.1 200", "\r\n99,\r\n0\r\n\r\n");
    }
    close(fd);
    expect(f, "GET /stream HTTP/1.0\r\n\r\n", "HTTP/1.1 200", "96,97,98,99,");
    expect(f, "GET /exact HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 200",
           "Content-Length: 20\r\n\r\n0123456789abcdefghij");
    expect(f, "GET /exact HTTP/1.0\r\n\r\n", "HTTP/1.1 200", "0123456789abcdefghij");
    expect_count(&f->box.freed, 21);
}

static void
a_stream_ends_when_its_client_goes(void **state)
{
    struct fixture *f = *state;
    int             fds[40];

    for (int i = 0; i < 40; i++) {
        fds[i] = dial(f);
        send_text(fds[i], "GET /silent HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    expect_count(&f->box.waiting, 40);
    for (int i = 0; i < 40; i++)
        expect_answer(fds[i], "HTTP/1.1 200", "hush\r\n");
    expect(f, "GET /counts HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 200", "41 40 40");
    for (int i = 0; i < 40; i++)
        hang_up(fds[i], i % 2 == 0);
    expect_count(&f->box.freed, 40);
    expect(f, "GET /counts HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 200", "1 0 0");
    /* One that goes in the middle of much. */
    for (int i = 0; i < 40; i++) {
        fds[i] = dial(f);
        send_text(fds[i], "GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
        hang_up(fds[i], i % 2 == 0);
    }
    expect(f, "GET /x HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 200", "body=");
}

static void
an_answer_may_break_off(void **state)
{
    struct fixture *f = *state;
    char            byte;
    int             fd = dial(f);

    send_text(fd, "GET /cut HTTP/1.1\r\nHost: h\r\n\r\n");
    expect_answer(fd, "HTTP/1.1 200", "Content-Length: 1000\r\n\r\n0123456789");
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
    close(fd);
    fd = dial(f);
    send_text(fd, "GET /drop HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
    close(fd);
    fd = dial(f);
    send_text(fd, "GET /drop?reset HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_int_equal(recv(fd, &byte, 1, 0), -1);
    assert_int_equal(errno, ECONNRESET);
    close(fd);
}

static void
a_client_that_leaves_early_does_no_harm(void **state)
{
    static const char *const beginnings[] = { "", "GET", "GET /x HTTP/1.1\r\nHo",
                                              "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc",
                                              "GET /late HTTP/1.1\r\nHost: h\r\n\r\n" };
    for (size_t i = 0; i < 200; i++) {
        int fd = dial(*state);
        send_text(fd, beginnings[i % 5]);
        if (i % 2 == 0)
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){ .l_onoff = 1 }, sizeof(struct linger));
        close(fd);
    }
    expect(*state, "GET /x HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 200", "body=");
}

static void
the_redirect_names_the_tls_listener(void **state)
{
    struct fixture *f = *state;
    char            wanted[128];
    int             fd = dial(f);

    snprintf(wanted, sizeof wanted, "Location: https://h:%u/redirect?a=b\r\n", http_listener_port(f->tls));
    send_text(fd, "POST /redirect?a=b HTTP/1.1\r\nHost: h:8080\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    expect_answer(fd, "HTTP/1.1 302 Found", "");
    close(fd);
    fd = dial(f);
    send_text(fd, "GET /redirect?a=b HTTP/1.1\r\nHost: h:8080\r\n\r\n");
    char    text[4096];
    ssize_t n = recv(fd, text, sizeof text - 1, 0);
    assert_true(n > 0);
    text[n] = '\0';
    assert_non_null(strstr(text, wanted));
    close(fd);
}

static void
stopping_finishes_what_is_in_flight(void **state)
{
    struct fixture *f = *state;
    int             fd = dial(f);

    send_text(fd, "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
    nap(50);
    http_stop(f->server, 5000);
    expect_answer(fd, "HTTP/1.1 200 OK", "slow");
    close(fd);
}

static void
a_taken_port_is_said_with_what_to_do(void **state)
{
    struct fixture     *f = *state;
    struct http_server *other;
    struct ccm_error    err = { 0 };
    struct http_options opt = { .workers = 1, .executor_threads = 1, .connection_limit = 16, .handler = handler };

    assert_true(http_server_new(&other, &opt, &err));
    assert_null(http_listen(other, "127.0.0.1", http_listener_port(f->plain), false, &err));
    assert_non_null(strstr(err.text, "Address already in use; stop what holds it"));
    assert_null(http_listen(other, "192.0.2.1", 0, false, &err));
    assert_non_null(strstr(err.text, "this machine has no such address"));
    http_server_free(other);
}

static void
a_certificate_is_kept_and_a_wrong_one_refused(void **state)
{
    struct http_identity one = { 0 }, two = { 0 };
    struct ccm_error     err = { 0 };
    char                 dir[] = "/tmp/ccmsim-test-XXXXXX", cert[64], key[64], address[] = "192.0.2.7";

    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(cert, sizeof cert, "%s/tls-cert.pem", dir);
    snprintf(key, sizeof key, "%s/tls-key.pem", dir);
    assert_true(http_identity_make(&one, dir, (char *[]){ address, NULL }, &err));
    assert_true(http_identity_make(&two, dir, NULL, &err));
    assert_string_equal(one.certificate, two.certificate);
    http_identity_release(&one);
    http_identity_release(&two);
    assert_false(http_identity_load(&one, key, key, &err));
    assert_non_null(strstr(err.text, "no certificate in"));
    assert_false(http_identity_load(&one, cert, cert, &err));
    assert_non_null(strstr(err.text, "no key in"));
    assert_false(http_identity_load(&one, "/nonexistent", key, &err));
    assert_non_null(strstr(err.text, "can't read '/nonexistent'"));
    unlink(cert);
    unlink(key);
    rmdir(dir);
}

static void
addresses_are_printed_and_told_apart(void **state)
{
    char text[64];

    (void)state;
    http_address_print(text, sizeof text, "::1", 8443);
    assert_string_equal(text, "[::1]:8443");
    http_address_print(text, sizeof text, "127.0.0.1", 1);
    assert_string_equal(text, "127.0.0.1:1");
    assert_true(http_address_is_loopback("127.9.9.9"));
    assert_true(http_address_is_loopback("::1"));
    assert_false(http_address_is_loopback("0.0.0.0"));
    assert_false(http_address_is_loopback("::"));
    assert_false(http_address_is_loopback("10.0.0.1"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(requests_arrive_as_they_were_sent, start, stop),
        cmocka_unit_test_setup_teardown(a_connection_is_kept_and_requests_may_be_pipelined, start, stop),
        cmocka_unit_test_setup_teardown(what_is_too_large_or_ambiguous_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(a_body_that_is_announced_is_asked_for, start, stop),
        cmocka_unit_test_setup_teardown(a_suspended_request_is_resumed_in_any_order, start, stop),
        cmocka_unit_test_setup_teardown(one_loop_serves_others_while_some_wait, start, stop),
        cmocka_unit_test_setup_teardown(a_client_that_resets_cancels_its_job, start, stop),
        cmocka_unit_test_setup_teardown(a_request_that_waits_is_told_that_its_client_has_gone, start, stop),
        cmocka_unit_test_setup_teardown(the_end_of_the_server_is_told_to_those_that_wait, start, stop),
        cmocka_unit_test_setup_teardown(a_reply_may_come_in_pieces, start, stop),
        cmocka_unit_test_setup_teardown(a_stream_ends_when_its_client_goes, start, stop),
        cmocka_unit_test_setup_teardown(an_answer_may_break_off, start, stop),
        cmocka_unit_test_setup_teardown(a_client_that_leaves_early_does_no_harm, start, stop),
        cmocka_unit_test_setup_teardown(the_redirect_names_the_tls_listener, start, stop),
        cmocka_unit_test_setup_teardown(stopping_finishes_what_is_in_flight, start, stop),
        cmocka_unit_test_setup_teardown(a_taken_port_is_said_with_what_to_do, start, stop),
        cmocka_unit_test(a_certificate_is_kept_and_a_wrong_one_refused),
        cmocka_unit_test(addresses_are_printed_and_told_apart),
    };
    return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
