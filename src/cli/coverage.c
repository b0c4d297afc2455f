/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Reads exchanges of AXL in their order and keeps, for each change, what would prove it: the row's
 * uuid for an addition, texts that are new for an update, the key that must be gone for a removal.
 * An answer of another operation that shows the proof makes both full. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/coverage_priv.h"

#define UUID_LENGTH 36
#define MAX_CLAIMS  4096

/* A change that waits for its proof. */
struct claim {
    char  *operation; /* addPhone */
    char  *object;    /* Phone; "" for SQL */
    char   uuid[UUID_LENGTH + 1];
    char **texts; /* NULL-ended; an update's new texts, a removal's key */
    bool   gone;  /* proved by a get that finds nothing */
};

struct coverage {
    json_t       *states;             /* operation -> enum coverage_state */
    json_t       *known;              /* uuid -> the request that made it and what was read of it since */
    struct claim *claims[MAX_CLAIMS]; /* ring */
    size_t        first, count;
};

struct coverage *
coverage_new(void)
{
    struct coverage *cov = calloc(1, sizeof *cov);

    if (cov == NULL)
        abort();
    cov->states = json_object();
    cov->known = json_object();
    return cov;
}

static void
claim_free(struct claim *c)
{
    for (size_t i = 0; c->texts != NULL && c->texts[i] != NULL; i++)
        free(c->texts[i]);
    free(c->texts);
    free(c->operation);
    free(c->object);
    free(c);
}

void
coverage_restart(struct coverage *cov)
{
    for (size_t i = 0; i < cov->count; i++)
        claim_free(cov->claims[(cov->first + i) % MAX_CLAIMS]);
    cov->first = cov->count = 0;
    json_object_clear(cov->known);
}

void
coverage_free(struct coverage *cov)
{
    coverage_restart(cov);
    json_decref(cov->states);
    json_decref(cov->known);
    free(cov);
}

enum coverage_state
coverage_of(const struct coverage *cov, const char *operation)
{
    return (enum coverage_state)json_integer_value(json_object_get(cov->states, operation));
}

void
coverage_raise(struct coverage *cov, const char *operation, enum coverage_state state)
{
    if (coverage_of(cov, operation) < state)
        json_object_set_new(cov->states, operation, json_integer((json_int_t)state));
}

/* ---- texts of messages ---- */

/* The uuid in <return>{...}</return>, in lower case. */
static bool
returned_uuid(const char *reply, char out[UUID_LENGTH + 1])
{
    const char *at = strstr(reply, "<return>{");

    if (at == NULL || strlen(at) < 9 + UUID_LENGTH || at[9 + UUID_LENGTH] != '}')
        return false;
    for (int i = 0; i < UUID_LENGTH; i++)
        out[i] = (char)tolower((unsigned char)at[9 + i]);
    out[UUID_LENGTH] = '\0';
    return true;
}

/* All uuids in text, lower case, as the names of an object: most claims are told from it at once. */
static json_t *
uuids_in(const char *text)
{
    static const char hex[] = "0123456789abcdefABCDEF";
    json_t           *set = json_object();
    char              uuid[UUID_LENGTH + 1];

    for (const char *p = strchr(text, '-'); p != NULL; p = strchr(p + 1, '-')) {
        if (p - text < 8 || strspn(p - 8, hex) != 8 || strlen(p) < UUID_LENGTH - 8 ||
            strspn(p + 1, "0123456789abcdefABCDEF-") < UUID_LENGTH - 9)
            continue;
        for (int i = 0; i < UUID_LENGTH; i++)
            uuid[i] = (char)tolower((unsigned char)p[i - 8]);
        uuid[UUID_LENGTH] = '\0';
        json_object_set_new(set, uuid, json_true());
    }
    return set;
}

/* The texts of all leaves of an XML message, with their "</": that of one leaf can't be a part of
 * another's. NULL-ended. */
static char **
leaf_texts(const char *xml)
{
    size_t n = 0, room = 1;

    for (const char *p = xml; (p = strchr(p, '/')) != NULL; p++)
        room++; /* each leaf ends in one */
    char **out = calloc(room, sizeof(void *));
    if (out == NULL)
        abort();
    for (const char *p = strchr(xml, '>'); p != NULL; p = strchr(p + 1, '>')) {
        size_t len = strcspn(p + 1, "<");
        if (len == 0 || p[1 + len] != '<' || p[2 + len] != '/' || p[1 + strspn(p + 1, " \t\r\n")] == '<')
            continue;
        if (asprintf(&out[n++], ">%.*s</", (int)len, p + 1) < 0)
            abort();
    }
    return out;
}

static bool
shows_new_text(const char *reply, char **texts, const char *before)
{
    for (size_t i = 0; texts[i] != NULL; i++)
        if (strstr(reply, texts[i]) != NULL && (before == NULL || strstr(before, texts[i]) == NULL))
            return true;
    return false;
}

/* The object of an operation: "Phone" of "addPhone". */
static const char *
object_of(const char *operation)
{
    return operation + strcspn(operation, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

static bool
verb_is(const char *operation, const char *verb)
{
    size_t len = strlen(verb);

    return strncmp(operation, verb, len) == 0 && isupper((unsigned char)operation[len]);
}

/* ---- claims ---- */

static void
claim_add(struct coverage *cov, const char *operation, const char *uuid, char **texts, bool gone)
{
    struct claim *c = calloc(1, sizeof *c);

    if (c == NULL || (c->operation = strdup(operation)) == NULL || (c->object = strdup(object_of(operation))) == NULL)
        abort();
    snprintf(c->uuid, sizeof c->uuid, "%s", uuid);
    c->texts = texts;
    c->gone = gone;
    if (cov->count == MAX_CLAIMS) {
        claim_free(cov->claims[cov->first]);
        cov->first = (cov->first + 1) % MAX_CLAIMS;
        cov->count--;
    }
    cov->claims[(cov->first + cov->count++) % MAX_CLAIMS] = c;
}

static bool
proves(struct coverage *cov, const struct claim *c, const char *operation, bool success, const char *request,
       const char *reply, const json_t *uuids)
{
    if (strcmp(c->operation, operation) == 0)
        return false;
    if (c->gone)
        return !success && strcmp(c->object, object_of(operation)) == 0 && strstr(reply, "was not found") != NULL &&
               (strcasestr(request, c->uuid) != NULL || shows_new_text(request, c->texts, NULL));
    if (!success || json_object_get(uuids, c->uuid) == NULL)
        return false;
    return c->texts == NULL || shows_new_text(reply, c->texts, json_string_value(json_object_get(cov->known, c->uuid)));
}

/* A read that shows a row which another operation made has been confirmed by it. */
static bool
reads_known(const struct coverage *cov, const char *operation, json_t *uuids)
{
    const char *uuid;
    json_t     *yes;

    if (!verb_is(operation, "get") && !verb_is(operation, "list") && strcmp(operation, "executeSQLQuery") != 0)
        return false;
    json_object_foreach(uuids, uuid, yes) if (json_object_get(cov->known, uuid) != NULL) return true;
    return false;
}

static void
settle_claims(struct coverage *cov, const char *operation, bool success, const char *request, const char *reply)
{
    json_t *uuids = uuids_in(reply);
    size_t  kept = 0;

    for (size_t i = 0; i < cov->count; i++) {
        struct claim *c = cov->claims[(cov->first + i) % MAX_CLAIMS];
        if (proves(cov, c, operation, success, request, reply, uuids)) {
            coverage_raise(cov, c->operation, COVERAGE_FULL);
            claim_free(c);
        } else {
            cov->claims[(cov->first + kept++) % MAX_CLAIMS] = c;
        }
    }
    cov->count = kept;
    if (success && reads_known(cov, operation, uuids))
        coverage_raise(cov, operation, COVERAGE_FULL);
    json_decref(uuids);
}

/* What is known of a row, for telling what an update brought. */
static void
remember(struct coverage *cov, const char *uuid, const char *text)
{
    json_object_set_new(cov->known, uuid, json_string(text));
}

/* A get's answer renews what is known of the rows that it shows first. */
static void
remember_get(struct coverage *cov, const char *reply)
{
    const char *at = strcasestr(reply, "uuid=\"{");
    char        uuid[UUID_LENGTH + 1];

    if (at == NULL || strlen(at) < 7 + UUID_LENGTH)
        return;
    for (int i = 0; i < UUID_LENGTH; i++)
        uuid[i] = (char)tolower((unsigned char)at[7 + i]);
    uuid[UUID_LENGTH] = '\0';
    if (json_object_get(cov->known, uuid) != NULL)
        remember(cov, uuid, reply);
}

void
coverage_add(struct coverage *cov, const json_t *entry)
{
    const char *service = json_string_value(json_object_get(entry, "service"));
    const char *operation = json_string_value(json_object_get(entry, "operation"));
    const char *request = json_string_value(json_object_get(entry, "request"));
    const char *reply = json_string_value(json_object_get(entry, "reply"));
    bool        success = json_integer_value(json_object_get(entry, "status")) == 200;
    char        uuid[UUID_LENGTH + 1];

    if (service == NULL || strcmp(service, "axl") != 0 || operation == NULL || *operation == '\0' || request == NULL ||
        reply == NULL)
        return;
    settle_claims(cov, operation, success, request, reply);
    if (!success)
        return;
    coverage_raise(cov, operation, COVERAGE_STATE_ONLY);
    if (verb_is(operation, "get"))
        remember_get(cov, reply);
    if (!returned_uuid(reply, uuid))
        return;
    if (verb_is(operation, "add")) {
        claim_add(cov, operation, uuid, NULL, false);
        remember(cov, uuid, request);
    } else if (verb_is(operation, "update")) {
        claim_add(cov, operation, uuid, leaf_texts(request), false);
    } else if (verb_is(operation, "remove")) {
        claim_add(cov, operation, uuid, leaf_texts(request), true);
    }
}
