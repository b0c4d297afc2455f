/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* How long things take, as one writes it: seconds, by name. */
#include <stdio.h>

#include "sim/sim_priv.h"

#define MOST_SECONDS 1e6

static const struct {
    const char *name;
    size_t      field;
    bool        span; /* else one length */
} names[] = {
    { "boot", offsetof(struct sim_timing, boot), true },
    { "register", offsetof(struct sim_timing, register_), true },
    { "reset", offsetof(struct sim_timing, reset), true },
    { "restart", offsetof(struct sim_timing, restart), true },
    { "apply", offsetof(struct sim_timing, apply), true },
    { "login", offsetof(struct sim_timing, login), true },
    { "keepalive-loss", offsetof(struct sim_timing, keepalive_loss), true },
    { "failback", offsetof(struct sim_timing, failback), true },
    { "no-answer", offsetof(struct sim_timing, no_answer_ms), false },
    { "tone", offsetof(struct sim_timing, tone_ms), false },
    { "digits", offsetof(struct sim_timing, digits_ms), false },
};

/* A number of seconds at *p, which moves behind it. */
static bool
read_seconds(const char **p, uint32_t *ms)
{
    char  *end;
    double s = **p >= '0' && **p <= '9' ? strtod(*p, &end) : -1;

    if (!(s >= 0 && s <= MOST_SECONDS))
        return false;
    *ms = (uint32_t)(s * 1000 + 0.5);
    *p = end;
    return true;
}

static bool
set_length(struct sim_timing *t, size_t row, const char *p)
{
    struct sim_span span;

    if (!read_seconds(&p, &span.min_ms))
        return false;
    span.max_ms = span.min_ms;
    if (names[row].span && *p == '-' && (p++, !read_seconds(&p, &span.max_ms)))
        return false;
    if (*p != '\0' || span.max_ms < span.min_ms)
        return false;
    memcpy((char *)t + names[row].field, &span, names[row].span ? sizeof span : sizeof span.min_ms);
    return true;
}

static bool
set_word(struct sim_timing *t, const char *word)
{
    size_t len = strcspn(word, "=");

    for (size_t i = 0; i < sizeof names / sizeof names[0] && word[len] == '='; i++)
        if (strlen(names[i].name) == len && memcmp(names[i].name, word, len) == 0)
            return set_length(t, i, word + len + 1);
    return false;
}

bool
sim_timing_parse(struct sim_timing *t, const char *text, struct ccm_error *err)
{
    struct sim_timing out = *t;
    char              word[64];

    for (const char *p = text; *p != '\0';) {
        size_t len = strcspn(p, ",");
        snprintf(word, sizeof word, "%.*s", (int)(len < sizeof word ? len : sizeof word - 1), p);
        if (len >= sizeof word || !set_word(&out, word))
            return ccm_fail(err, CCM_CONFIG,
                            "phone timing '%s' is not NAME=SECONDS or NAME=MIN-MAX with one of boot, register, reset, "
                            "restart, apply, login, keepalive-loss, failback, no-answer, tone, digits",
                            word);
        p += len;
        p += *p == ',';
    }
    *t = out;
    return true;
}
