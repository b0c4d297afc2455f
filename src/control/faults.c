/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Rules of what goes wrong, slow or scarce. The names of a rule's members are one table, read and written with. */
#include "ccmsim/faults.h"

#include <stddef.h>
#include <string.h>

#include "ccmsim/cluster.h"
#include "control/control_priv.h"

enum member_type { AS_TEXT, AS_FLAG, AS_U32, AS_U64, AS_I64, AS_INT, AS_RATE };

static const struct member {
    const char      *name;
    enum member_type type;
    size_t           at;
} members[] = {
    { "service", AS_TEXT, offsetof(struct fault_rule, service) },
    { "operation", AS_TEXT, offsetof(struct fault_rule, operation) },
    { "user", AS_TEXT, offsetof(struct fault_rule, user) },
    { "object", AS_TEXT, offsetof(struct fault_rule, object) },
    { "element", AS_TEXT, offsetof(struct fault_rule, element) },
    { "carryOut", AS_FLAG, offsetof(struct fault_rule, after) },
    { "skip", AS_U64, offsetof(struct fault_rule, skip) },
    { "count", AS_U64, offsetof(struct fault_rule, count) },
    { "rate", AS_RATE, offsetof(struct fault_rule, rate) },
    { "seed", AS_U64, offsetof(struct fault_rule, seed) },
    { "from", AS_I64, offsetof(struct fault_rule, from_ms) },
    { "until", AS_I64, offsetof(struct fault_rule, until_ms) },
    { "code", AS_INT, offsetof(struct fault_rule, code) },
    { "text", AS_TEXT, offsetof(struct fault_rule, text) },
    { "httpStatus", AS_INT, offsetof(struct fault_rule, http_status) },
    { "contentType", AS_TEXT, offsetof(struct fault_rule, content_type) },
    { "minMs", AS_U32, offsetof(struct fault_rule, min_ms) },
    { "maxMs", AS_U32, offsetof(struct fault_rule, max_ms) },
    { "bytes", AS_U32, offsetof(struct fault_rule, bytes) },
    { "requests", AS_U32, offsetof(struct fault_rule, requests) },
    { "perMs", AS_U32, offsetof(struct fault_rule, per_ms) },
    { "eachUser", AS_FLAG, offsetof(struct fault_rule, each_user) },
};
#define MEMBER_COUNT (sizeof members / sizeof members[0])

static void
read_member(struct fault_rule *rule, const struct member *m, const json_t *v)
{
    char *at = (char *)rule + m->at;

    switch (m->type) {
    case AS_TEXT: *(const char **)(void *)at = json_string_value(v); break;
    case AS_FLAG: *(bool *)(void *)at = json_is_true(v); break;
    case AS_U32: *(uint32_t *)(void *)at = (uint32_t)json_integer_value(v); break;
    case AS_U64: *(uint64_t *)(void *)at = (uint64_t)json_integer_value(v); break;
    case AS_I64: *(int64_t *)(void *)at = json_integer_value(v); break;
    case AS_INT: *(int *)(void *)at = (int)json_integer_value(v); break;
    case AS_RATE: *(double *)(void *)at = json_number_value(v); break;
    }
}

/* NULL: it is as if it had not been given. */
static json_t *
write_member(const struct fault_rule *rule, const struct member *m)
{
    const char *at = (const char *)rule + m->at;
    json_int_t  n = 0;

    switch (m->type) {
    case AS_TEXT: {
        const char *text = *(const char *const *)(const void *)at;
        return text != NULL ? json_string(text) : NULL;
    }
    case AS_FLAG: return *(const bool *)(const void *)at ? json_true() : NULL;
    case AS_RATE: {
        double rate = *(const double *)(const void *)at;
        return rate > 0 ? json_real(rate) : NULL;
    }
    case AS_U32: n = *(const uint32_t *)(const void *)at; break;
    case AS_U64: n = (json_int_t) * (const uint64_t *)(const void *)at; break;
    case AS_I64: n = *(const int64_t *)(const void *)at; break;
    case AS_INT: n = *(const int *)(const void *)at; break;
    }
    return n != 0 ? json_integer(n) : NULL;
}

static json_t *
view(const struct fault_rule *rule)
{
    json_t *out = json_pack("{s:I, s:s}", "id", (json_int_t)rule->id, "kind", fault_kind_name(rule->kind));

    if (rule->kind == FAULT_ERROR)
        json_object_set_new(out, "status", json_string(ccm_status_name(rule->status)));
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        json_t *value = write_member(rule, &members[i]);
        if (value != NULL)
            json_object_set_new(out, members[i].name, value);
    }
    json_object_set_new(out, "fitted", json_integer((json_int_t)rule->fitted));
    json_object_set_new(out, "hits", json_integer((json_int_t)rule->hits));
    return out;
}

static enum ccm_status
status_of(const char *name)
{
    enum ccm_status s = CCM_OK;

    while (s < CCM_STATUS_COUNT && strcmp(ccm_status_name(s), name) != 0)
        s++;
    return s;
}

/* ---- routes ---- */

enum outcome
control_faults(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    const struct fault_rule *rules;
    size_t                   n = faults_read(rq->cluster->faults, rq->arena, &rules);
    json_t                  *list = json_array();

    (void)ask, (void)err;
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, view(&rules[i]));
    return control_reply(rq, 200, json_pack("{s:o}", "faults", list));
}

static enum outcome
show(struct request *rq, struct ask *ask, uint64_t id, struct ccm_error *err)
{
    const struct fault_rule *rules;
    size_t                   n = faults_read(rq->cluster->faults, rq->arena, &rules);

    for (size_t i = 0; i < n; i++)
        if (rules[i].id == id)
            return control_reply(rq, 200, view(&rules[i]));
    return control_refuse(ask, CCM_NOT_FOUND, err, "GET " ROUTES_BASE "faults lists them", "there is no rule %llu",
                          (unsigned long long)id);
}

enum outcome
control_fault(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    return show(rq, ask, (uint64_t)ask_number(ask, "id", 0), err);
}

enum outcome
control_fault_add(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    struct fault_rule rule = { .kind = (enum fault_kind)fault_kind_find(ask_text(ask, "kind")) };
    const char       *status = ask_text(ask, "status");
    uint64_t          id = 0;

    if (status != NULL)
        rule.status = status_of(status);
    else if (rule.kind == FAULT_ERROR)
        rule.status = CCM_INTERNAL;
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        const json_t *value = json_object_get(ask->args, members[i].name);
        if (value != NULL)
            read_member(&rule, &members[i], value);
    }
    if (json_object_get(ask->args, "maxMs") == NULL)
        rule.max_ms = rule.min_ms;
    return faults_add(rq->cluster->faults, &rule, &id, err) ? show(rq, ask, id, err) : FAILED;
}

enum outcome
control_fault_remove(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    if (!faults_remove(rq->cluster->faults, (uint64_t)ask_number(ask, "id", 0), err))
        return FAILED;
    return control_reply(rq, 200, json_pack("{s:s}", "status", "ok"));
}

enum outcome
control_faults_clear(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    (void)ask, (void)err;
    faults_clear(rq->cluster->faults);
    return control_reply(rq, 200, json_pack("{s:s}", "status", "ok"));
}
