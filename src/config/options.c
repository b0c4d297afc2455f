/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The options' table and what each kind of value accepts. A refusal names the option, what was
 * given and what would do. */
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "config/config_priv.h"

static void *
at(struct config *cfg, size_t offset)
{
    return (char *)cfg + offset;
}

static bool
refuse(struct ccm_error *err, const struct option *o, const char *text, const char *want)
{
    return ccm_fail(err, CCM_CONFIG, "option '%s' can't be '%s': give %s", o->name, text, want);
}

/* ---- kinds ---- */

static bool
keep_text(struct config *cfg, const struct option *o, const char *text, struct ccm_error *err)
{
    char **field = at(cfg, o->field);

    if (*text == '\0')
        return refuse(err, o, text, o->argument);
    free(*field);
    *field = strdup(text);
    if (*field == NULL)
        abort();
    return true;
}

static bool
parse_admin(struct config *cfg, const struct option *o, const char *text, struct ccm_error *err)
{
    const char *colon = strchr(text, ':');

    /* The text is a credential: it doesn't go into the message. */
    if (colon == NULL || colon == text || colon[1] == '\0')
        return refuse(err, o, "***", "USER:PASSWORD, both not empty");
    return keep_text(cfg, o, text, err);
}

static bool
parse_flag(struct config *cfg, const struct option *o, const char *text, struct ccm_error *err)
{
    static const char *const words[] = { "no", "yes", "false", "true", "off", "on", "0", "1" };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(text, words[i]) == 0) {
            *(bool *)at(cfg, o->field) = i % 2 != 0;
            return true;
        }
    return refuse(err, o, text, "yes or no");
}

static bool
parse_u64(const char *text, uint64_t max, uint64_t *out)
{
    char *end;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0' || n > max)
        return false;
    *out = n;
    return true;
}

static bool
parse_number(struct config *cfg, const struct option *o, const char *text, struct ccm_error *err)
{
    uint64_t n;

    if (!parse_u64(text, o->kind->max, &n) || n < o->kind->min)
        return ccm_fail(err, CCM_CONFIG, "option '%s' can't be '%s': give a number from %u to %u", o->name, text,
                        o->kind->min, o->kind->max);
    *(uint32_t *)at(cfg, o->field) = (uint32_t)n;
    return true;
}

static bool
parse_seed(struct config *cfg, const struct option *o, const char *text, struct ccm_error *err)
{
    if (!parse_u64(text, UINT64_MAX, &cfg->seed))
        return refuse(err, o, text, "a number from 0 to 18446744073709551615");
    cfg->seeded = true;
    return true;
}

/* Which of "a|b|c" text is; -1: none. */
static int
choice_index(const char *choices, const char *text)
{
    size_t len = strlen(text);
    int    index = 0;

    for (const char *p = choices; *p != '\0'; index++) {
        size_t n = strcspn(p, "|");
        if (n == len && memcmp(p, text, n) == 0)
            return index;
        p += n;
        p += *p == '|';
    }
    return -1;
}

static bool
parse_choice(struct config *cfg, const struct option *o, const char *text, struct ccm_error *err)
{
    int index = choice_index(o->kind->choices, text);

    if (index < 0)
        return refuse(err, o, text, o->kind->choices);
    *(int *)at(cfg, o->field) = index;
    return true;
}

static bool
parse_axl_versions(struct config *cfg, const struct option *o, const char *text, struct ccm_error *err)
{
    int index = choice_index(o->kind->choices, text);

    if (index < 0)
        return refuse(err, o, text, o->kind->choices);
    cfg->axl_versions_real = index == 1;
    return true;
}

static bool
parse_release(struct config *cfg, const struct option *o, const char *text, struct ccm_error *err)
{
    if (config_full_version(text) == NULL)
        return refuse(err, o, text, "a release such as 15.0, 14.0, 12.5, 11.5, 10.5, 9.1, 8.5, 7.1, 6.0 or 5.0");
    return keep_text(cfg, o, text, err);
}

static bool
parse_address(struct config *cfg, const struct option *o, const char *text, struct ccm_error *err)
{
    unsigned char binary[sizeof(struct in6_addr)];

    if (strcmp(text, "localhost") == 0)
        text = "127.0.0.1";
    if (inet_pton(AF_INET, text, binary) != 1 && inet_pton(AF_INET6, text, binary) != 1)
        return refuse(err, o, text, "a numeric address such as 127.0.0.1 or ::1");
    if (cfg->listen_count == CONFIG_MAX_LISTEN)
        return ccm_fail(err, CCM_CONFIG, "option '%s' was given more than %d times", o->name, CONFIG_MAX_LISTEN);
    cfg->listen[cfg->listen_count] = strdup(text);
    if (cfg->listen[cfg->listen_count] == NULL)
        abort();
    cfg->listen_count++;
    return true;
}

static bool
parse_port(struct config *cfg, const struct option *o, const char *text, struct ccm_error *err)
{
    uint16_t *ports = at(cfg, o->field);
    unsigned *count = at(cfg, o->count);
    uint64_t  n;

    if (!parse_u64(text, UINT16_MAX, &n))
        return refuse(err, o, text, "a port from 0 to 65535");
    if (*count == CONFIG_MAX_LISTEN)
        return ccm_fail(err, CCM_CONFIG, "option '%s' was given more than %d times", o->name, CONFIG_MAX_LISTEN);
    ports[(*count)++] = (uint16_t)n;
    return true;
}

static bool
parse_run(struct config *cfg, const struct option *o, const char *text, struct ccm_error *err)
{
    (void)text, (void)err;
    cfg->run = (enum config_run)o->kind->min;
    return true;
}

/* real, manual, or fast: and how many times. */
static bool
parse_clock(struct config *cfg, const struct option *o, const char *text, struct ccm_error *err)
{
    int index = choice_index("real|fast|manual", text);

    if (index == CLOCK_REAL || index == CLOCK_MANUAL) {
        cfg->clock = (enum clock_mode)index;
        return true;
    }
    char  *end = NULL;
    double speed = strncmp(text, "fast:", 5) == 0 && text[5] >= '0' && text[5] <= '9' ? strtod(text + 5, &end) : 0;
    if (end == NULL || *end != '\0' || !(speed >= 0.001 && speed <= 1e6))
        return refuse(err, o, text, "real, manual, or fast:N with N from 0.001 to 1000000");
    cfg->clock = CLOCK_FAST;
    cfg->clock_speed = speed;
    return true;
}

static const struct option_kind kind_CONFIG = { .parse = keep_text, .run_mode = true };
static const struct option_kind kind_TEXT = { .parse = keep_text };
static const struct option_kind kind_ADMIN = { .parse = parse_admin, .env = "CCMSIM_ADMIN" };
static const struct option_kind kind_TOKEN = { .parse = keep_text, .env = "CCMSIM_CONTROL" };
static const struct option_kind kind_FLAG = { .parse = parse_flag };
static const struct option_kind kind_ADDRESS = { .parse = parse_address, .list = true };
static const struct option_kind kind_PORT = { .parse = parse_port, .list = true };
static const struct option_kind kind_PHONES = { .parse = parse_number, .max = 1000000 };
static const struct option_kind kind_WORKERS = { .parse = parse_number, .max = 256 };
static const struct option_kind kind_BODY = { .parse = parse_number, .min = 1024, .max = 1u << 30 };
static const struct option_kind kind_LIMIT = { .parse = parse_number, .min = 16, .max = 1000000 };
static const struct option_kind kind_IDLE = { .parse = parse_number, .min = 1, .max = 86400 };
static const struct option_kind kind_KEEP = { .parse = parse_number, .max = 31536000 };
static const struct option_kind kind_SEED = { .parse = parse_seed };
static const struct option_kind kind_RELEASE = { .parse = parse_release };
static const struct option_kind kind_AXLSET = { .parse = parse_axl_versions, .choices = "all|real" };
static const struct option_kind kind_CHECKS = { .parse = parse_choice, .choices = "cucm|strict|lenient" };
static const struct option_kind kind_PLAIN = { .parse = parse_choice, .choices = "redirect|serve" };
static const struct option_kind kind_CLOCK = { .parse = parse_clock };
static const struct option_kind kind_START = { .parse = parse_choice, .choices = "registered|booting" };
static const struct option_kind kind_LEVEL = { .parse = parse_choice, .choices = "error|warn|info|debug" };
static const struct option_kind kind_CHECK = { .parse = parse_run, .min = CONFIG_CHECK, .run_mode = true };
static const struct option_kind kind_SAMPLE = { .parse = parse_run, .min = CONFIG_SAMPLE, .run_mode = true };
static const struct option_kind kind_VERSION = { .parse = parse_run, .min = CONFIG_VERSION, .run_mode = true };
static const struct option_kind kind_HELP = { .parse = parse_run, .min = CONFIG_HELP, .run_mode = true };

/* ---- the table ---- */

const struct option config_options[] = {
#define X(name, kind, field, count, argument, def, help) \
    { name, &kind_##kind, offsetof(struct config, field), offsetof(struct config, count), argument, def, help },
#include "config/options.def"
#undef X
};
const size_t config_option_count = sizeof config_options / sizeof config_options[0];

const struct option *
config_option_find(const char *name, size_t len)
{
    for (size_t i = 0; i < config_option_count; i++)
        if (strlen(config_options[i].name) == len && memcmp(config_options[i].name, name, len) == 0)
            return &config_options[i];
    return NULL;
}

void
config_list_clear(struct config *cfg, const struct option *o)
{
    unsigned *count = at(cfg, o->count);

    if (o->kind->parse == parse_address)
        for (unsigned i = 0; i < *count; i++) {
            free(cfg->listen[i]);
            cfg->listen[i] = NULL;
        }
    *count = 0;
}
