/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Who asks? Credentials win over a session's cookie. What was verified before and has not changed
 * since is answered on the event loop; all else is a job for the executor. The lock guards the two
 * tables and is never held over a call to the store. */
#include "ccmsim/auth.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ccmsim/clusters.h"
#include "cluster/auth_table.h"

#define CREDENTIAL_SETS 128u
#define SESSION_SETS    512u
#define SESSION_IDLE_NS (30ull * 60 * 1000 * 1000 * 1000)
#define TOKEN_BYTES     16
#define USER_MAX        255
#define PROOFS          256u

struct auth {
    struct store         *store;
    EVP_MAC_CTX          *hmac;       /* keyed; copied for each use */
    atomic_uint_least64_t generation; /* counts changes of users, credentials and roles */
    pthread_mutex_t       lock;
    struct auth_table     credentials, sessions;
    struct auth          *elder; /* whose proofs are used; NULL: its own */
    /* Pairs of a stored hash and a password that belong together, as keys. True of any cluster, at any time. */
    unsigned char proofs[PROOFS][AUTH_KEY_BYTES];
    unsigned      proof_next;
};

/* A look-up under way, across the suspension. In the request's arena. */
struct job {
    struct auth       *au;
    struct auth_table *table; /* where the answer goes */
    unsigned char      key[AUTH_KEY_BYTES];
    const char        *user;
    char              *password; /* NULL: a session is looked up again */
    bool               in_body;  /* the request's own credentials: no session comes of them */
    bool               verified; /* who is filled: only a changed hash needs the slow way again */
    struct principal   who;
    uint64_t           generation; /* as of when who was read */
    bool               ok;
    struct ccm_error   err;
};

static uint64_t
now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* HMAC-SHA256 under a key of this process: to find and key it for each request costs twenty times its use. */
static EVP_MAC_CTX *
keyed_hmac(void)
{
    unsigned char key[AUTH_KEY_BYTES];
    char          digest[] = "SHA256";
    OSSL_PARAM    params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                               OSSL_PARAM_construct_end() };
    EVP_MAC      *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX  *ctx = mac != NULL ? EVP_MAC_CTX_new(mac) : NULL;

    if (ctx == NULL || RAND_bytes(key, sizeof key) != 1 || EVP_MAC_init(ctx, key, sizeof key, params) != 1) {
        EVP_MAC_CTX_free(ctx);
        ctx = NULL;
    }
    EVP_MAC_free(mac); /* the context keeps it */
    OPENSSL_cleanse(key, sizeof key);
    return ctx;
}

struct auth *
auth_new(struct store *st)
{
    struct auth *au = calloc(1, sizeof *au);

    if (au == NULL || (au->hmac = keyed_hmac()) == NULL)
        abort();
    au->store = st;
    atomic_init(&au->generation, 1);
    pthread_mutex_init(&au->lock, NULL);
    auth_table_init(&au->credentials, CREDENTIAL_SETS, 0);
    auth_table_init(&au->sessions, SESSION_SETS, SESSION_IDLE_NS);
    return au;
}

void
auth_share(struct auth *au, struct auth *elder)
{
    au->elder = elder->elder != NULL ? elder->elder : elder;
}

void
auth_free(struct auth *au)
{
    if (au == NULL)
        return;
    auth_table_release(&au->credentials);
    auth_table_release(&au->sessions);
    pthread_mutex_destroy(&au->lock);
    EVP_MAC_CTX_free(au->hmac);
    free(au);
}

void
auth_on_change(struct auth *au, const struct store_change *changes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (principal_table(changes[i].table)) {
            atomic_fetch_add(&au->generation, 1);
            return;
        }
}

void
auth_forget(struct auth *au)
{
    atomic_fetch_add(&au->generation, 1);
    pthread_mutex_lock(&au->lock);
    auth_table_clear(&au->credentials);
    auth_table_clear(&au->sessions);
    pthread_mutex_unlock(&au->lock);
}

/* ---- the slow way ---- */

static bool credential_key(const struct auth *au, const char *user, const char *password,
                           unsigned char key[AUTH_KEY_BYTES]);

static bool
is_proven(struct auth *au, const unsigned char key[AUTH_KEY_BYTES])
{
    bool found = false;

    pthread_mutex_lock(&au->lock);
    for (unsigned i = 0; i < PROOFS && !found; i++)
        found = CRYPTO_memcmp(au->proofs[i], key, AUTH_KEY_BYTES) == 0;
    pthread_mutex_unlock(&au->lock);
    return found;
}

/* Does the stored hash belong to the password? Slow the first time. */
static bool
matches(struct auth *au, const char *hash, const char *password)
{
    unsigned char key[AUTH_KEY_BYTES];

    if (au->elder != NULL)
        au = au->elder;
    bool keyed = credential_key(au, hash, password, key);
    if (keyed && is_proven(au, key))
        return true;
    if (!auth_hash_matches(hash, password))
        return false;
    pthread_mutex_lock(&au->lock);
    if (keyed)
        memcpy(au->proofs[au->proof_next++ % PROOFS], key, AUTH_KEY_BYTES);
    pthread_mutex_unlock(&au->lock);
    return true;
}

static bool
look_up(struct job *job, struct store_conn *c)
{
    unsigned char    before[sizeof job->who.hash_digest];
    struct principal found = job->who;
    char             hash[HASH_MAX];

    memcpy(before, job->who.hash_digest, sizeof before);
    bool ok = job->password != NULL ? principal_find(c, job->user, CREDENTIAL_PASSWORD, &found, hash, &job->err)
                                    : principal_reload(c, &found, &job->err);
    if (!ok)
        return false;
    bool same = job->verified && strcmp(found.pkid, job->who.pkid) == 0 &&
                CRYPTO_memcmp(before, found.hash_digest, sizeof before) == 0;
    job->who = found;
    return same || (job->password != NULL && matches(job->au, hash, job->password));
}

/* On an executor thread. */
static void
verify(void *arg)
{
    struct job *job = arg;
    /* Read first: a change from now on makes the answer stale, and it is looked up again. */
    job->generation = atomic_load(&job->au->generation);
    struct auth       *au = job->au;
    struct store_conn *c = (au->elder != NULL ? store_read_idle : store_read_begin)(au->store, &job->err);

    job->ok = c != NULL && look_up(job, c);
    store_read_end(c);
    if (job->password != NULL)
        OPENSSL_cleanse(job->password, strlen(job->password));
    pthread_mutex_lock(&job->au->lock);
    if (job->ok) {
        struct auth_entry *e = auth_table_put(job->table, job->key, now_ns());
        e->who = job->who;
        e->generation = job->generation;
    } else if (job->verified) {
        auth_table_remove(job->table, job->key);
    }
    pthread_mutex_unlock(&job->au->lock);
}

static bool
unauthorized(struct ccm_error *err)
{
    return ccm_fail(err, CCM_UNAUTHORIZED, "This request requires HTTP authentication.");
}

/* ---- sessions ---- */

static bool
token_parse(const char *text, unsigned char key[AUTH_KEY_BYTES])
{
    size_t len = 0;

    memset(key, 0, AUTH_KEY_BYTES);
    return OPENSSL_hexstr2buf_ex(key, TOKEN_BYTES, &len, text, '\0') == 1 && len == TOKEN_BYTES;
}

static bool
session_cookie(struct request *rq, unsigned char key[AUTH_KEY_BYTES])
{
    static const char *const names[] = { "JSESSIONIDSSO", "JSESSIONID" };
    const char              *header = rq->header(rq, "Cookie");

    for (size_t i = 0; header != NULL && i < 2; i++) {
        const char *text = auth_parse_cookie(rq->arena, header, names[i]);
        if (text != NULL && token_parse(text, key))
            return true;
    }
    return false;
}

/* JSESSIONIDSSO signs on everywhere, JSESSIONID is the web application's; one token serves both. */
static void
set_cookies(struct request *rq, const unsigned char token[TOKEN_BYTES])
{
    char   text[TOKEN_BYTES * 2 + 1];
    size_t application = 1 + strcspn(rq->path + (*rq->path != '\0'), "/");

    OPENSSL_buf2hexstr_ex(text, sizeof text, NULL, token, TOKEN_BYTES, '\0');
    reply_header(rq, "Set-Cookie", arena_printf(rq->arena, "JSESSIONIDSSO=%s; Path=/; Secure; HttpOnly", text));
    reply_header(
        rq, "Set-Cookie",
        arena_printf(rq->arena, "JSESSIONID=%s; Path=%.*s; Secure; HttpOnly", text, (int)application, rq->path));
}

static bool
session_is_of(struct auth *au, const unsigned char key[AUTH_KEY_BYTES], const struct principal *who)
{
    struct auth_entry *e = auth_table_find(&au->sessions, key, now_ns());

    return e != NULL && strcmp(e->who.pkid, who->pkid) == 0;
}

/* The session that clients without cookies share for each credential, begun if need be: one for each
 * request would crowd out those that are used. False: no randomness. Under the lock. */
static bool
shared_session(struct auth *au, const unsigned char credential[AUTH_KEY_BYTES], const struct principal *who,
               uint64_t generation, unsigned char key[AUTH_KEY_BYTES])
{
    struct auth_entry *c = auth_table_find(&au->credentials, credential, now_ns());

    if (c != NULL && session_is_of(au, c->session, who)) {
        memcpy(key, c->session, AUTH_KEY_BYTES);
        return true;
    }
    memset(key, 0, AUTH_KEY_BYTES);
    if (RAND_bytes(key, TOKEN_BYTES) != 1)
        return false;
    struct auth_entry *e = auth_table_put(&au->sessions, key, now_ns());
    e->who = *who;
    e->generation = generation;
    if (c != NULL)
        memcpy(c->session, key, AUTH_KEY_BYTES);
    return true;
}

/* Keep the session that came with the request if it is this user's; else tell one. */
static void
continue_session(struct auth *au, struct request *rq, const unsigned char credential[AUTH_KEY_BYTES],
                 const struct principal *who, uint64_t generation)
{
    unsigned char key[AUTH_KEY_BYTES];
    bool          sent = session_cookie(rq, key);

    pthread_mutex_lock(&au->lock);
    bool kept = sent && session_is_of(au, key, who);
    bool told = !kept && shared_session(au, credential, who, generation, key);
    pthread_mutex_unlock(&au->lock);
    if (told)
        set_cookies(rq, key);
}

/* ---- the request ---- */

/* credential is the key of who was known by password; NULL: by session. */
static enum outcome
accept_user(struct auth *au, struct request *rq, const unsigned char *credential, const struct principal *who,
            uint64_t generation)
{
    rq->user = arena_strdup(rq->arena, who->user);
    rq->user_kind = who->kind;
    rq->access = who->access;
    if (credential != NULL)
        continue_session(au, rq, credential, who, generation);
    return DONE;
}

static enum outcome
submit(struct request *rq, struct job *job, struct ccm_error *err)
{
    rq->auth = job;
    return executor_submit(rq, verify, job, err) ? SUSPENDED : FAILED;
}

/* The job is back. */
static enum outcome
conclude(struct request *rq, struct ccm_error *err)
{
    struct job *job = rq->auth;

    rq->auth = NULL;
    if (job->ok) {
        bool session = job->password != NULL && !job->in_body;
        return accept_user(job->au, rq, session ? job->key : NULL, &job->who, job->generation);
    }
    if (job->err.status != CCM_OK)
        *err = job->err;
    else
        unauthorized(err);
    return FAILED;
}

/* Known by key and fresh: DONE. Else a job that carries what is known of it, which may be nothing. */
static enum outcome
ask(struct request *rq, const struct job *question, const char *password, struct ccm_error *err)
{
    struct job          *job = arena_alloc(rq->arena, sizeof *job);
    struct auth         *au = question->au;
    struct auth_table   *table = question->table;
    const unsigned char *key = job->key;

    *job = *question;
    pthread_mutex_lock(&au->lock);
    struct auth_entry *e = auth_table_find(table, key, now_ns());
    uint64_t           generation = e != NULL ? e->generation : 0;
    if (e != NULL) {
        job->who = e->who;
        job->verified = true;
    }
    pthread_mutex_unlock(&au->lock);
    if (generation == atomic_load(&au->generation))
        return accept_user(au, rq, password != NULL && !job->in_body ? key : NULL, &job->who, generation);
    if (password == NULL && !job->verified) {
        unauthorized(err);
        return FAILED;
    }
    if (password != NULL)
        job->password = arena_strdup(rq->arena, password);
    return submit(rq, job, err);
}

/* HMAC over both, each with its NUL, so that no two pairs share their bytes. */
static bool
credential_key(const struct auth *au, const char *user, const char *password, unsigned char key[AUTH_KEY_BYTES])
{
    size_t       len = 0;
    EVP_MAC_CTX *hmac = EVP_MAC_CTX_dup(au->hmac);

    bool ok = hmac != NULL && EVP_MAC_update(hmac, (const unsigned char *)user, strlen(user) + 1) == 1 &&
              EVP_MAC_update(hmac, (const unsigned char *)password, strlen(password) + 1) == 1 &&
              EVP_MAC_final(hmac, key, &len, AUTH_KEY_BYTES) == 1;
    EVP_MAC_CTX_free(hmac);
    return ok && len == AUTH_KEY_BYTES;
}

enum outcome
auth_request(struct auth *au, struct request *rq, struct ccm_error *err)
{
    struct job  job = { .au = au, .table = &au->credentials };
    const char *header, *password;

    if (rq->auth != NULL)
        return conclude(rq, err);
    header = rq->header(rq, "Authorization");
    if (header != NULL && auth_parse_basic(rq->arena, header, &job.user, &password)) {
        job.user = clusters_plain_user(rq, job.user);
        if (strlen(job.user) <= USER_MAX && credential_key(au, job.user, password, job.key))
            return ask(rq, &job, password, err);
    } else if (session_cookie(rq, job.key)) { /* no header, or one without a user: clients send such beside it */
        job.table = &au->sessions;
        return ask(rq, &job, NULL, err);
    }
    unauthorized(err);
    return FAILED;
}

enum outcome
auth_credentials(struct auth *au, struct request *rq, const char *user, const char *password, struct ccm_error *err)
{
    struct job job = { .au = au, .table = &au->credentials, .user = user, .in_body = true };

    if (rq->auth != NULL)
        return conclude(rq, err);
    if (strlen(user) <= USER_MAX && credential_key(au, user, password, job.key))
        return ask(rq, &job, password, err);
    unauthorized(err);
    return FAILED;
}
