/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Loading: defaults, then the file, then the environment, then the command line. A list that a
 * stronger source gives replaces the weaker source's, it isn't added to it. */
#include "ccmsim/config.h"

#include <errno.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config_priv.h"

enum source { FROM_DEFAULT, FROM_FILE, FROM_ENVIRONMENT, FROM_COMMAND_LINE };

#define MAX_OPTIONS 64

struct load {
    struct config    *cfg;
    struct ccm_error *err;
    enum source       source;
    bool              refused; /* the first refusal stays in *err */
    enum source       list_source[MAX_OPTIONS];
};

static bool
set(struct load *l, const struct option *o, const char *text)
{
    size_t row = (size_t)(o - config_options);

    if (o->kind->list && l->list_source[row] != l->source) {
        config_list_clear(l->cfg, o);
        l->list_source[row] = l->source;
    }
    return o->kind->parse(l->cfg, o, text, l->err);
}

static bool
load_defaults(struct load *l)
{
    l->source = FROM_DEFAULT;
    for (size_t i = 0; i < config_option_count; i++)
        if (config_options[i].def != NULL && !set(l, &config_options[i], config_options[i].def))
            return false;
    return true;
}

static bool
load_environment(struct load *l)
{
    l->source = FROM_ENVIRONMENT;
    for (size_t i = 0; i < config_option_count; i++) {
        const struct option *o = &config_options[i];
        const char          *text = o->kind->env != NULL ? getenv(o->kind->env) : NULL;
        if (text != NULL && *text != '\0' && !set(l, o, text))
            return false;
    }
    return true;
}

/* ---- the file ---- */

static int
on_pair(void *cookie, const char *section, const char *name, const char *value)
{
    struct load *l = cookie;

    if (l->refused)
        return 0;
    const struct option *o = config_option_find(name, strlen(name));
    if (*section != '\0')
        ccm_fail(l->err, CCM_CONFIG, "the file has no sections: remove '[%s]'", section);
    else if (o == NULL || o->kind->run_mode)
        ccm_fail(l->err, CCM_CONFIG, "unknown option '%s': --help lists them", name);
    else if (set(l, o, value))
        return 1;
    l->refused = true;
    return 0;
}

static bool
load_file(struct load *l, const char *file)
{
    struct ccm_error  why = { 0 };
    struct ccm_error *err = l->err;

    l->source = FROM_FILE;
    l->err = &why;
    int line = ini_parse(file, on_pair, l);
    l->err = err;
    if (line == 0)
        return true;
    if (line < 0)
        return ccm_fail(err, CCM_CONFIG, "can't read the configuration file '%s': %s", file,
                        errno != 0 ? strerror(errno) : "out of memory");
    if (!l->refused)
        return ccm_fail(err, CCM_CONFIG, "%s:%d: not of the form 'name = value', or longer than 200 characters", file,
                        line);
    return ccm_fail(err, CCM_CONFIG, "%s:%d: %s", file, line, why.text);
}

/* ---- the command line ---- */

/* The option of argv[*i], and its value: behind '=' or the next argument. */
static bool
next_option(char **argv, int argc, int *i, const struct option **o, const char **value, struct ccm_error *err)
{
    const char *arg = argv[*i];

    if (strncmp(arg, "--", 2) != 0)
        return ccm_fail(err, CCM_CONFIG, "unexpected argument '%s': options begin with --; try --help", arg);
    size_t len = strcspn(arg + 2, "=");
    *o = config_option_find(arg + 2, len);
    if (*o == NULL)
        return ccm_fail(err, CCM_CONFIG, "unknown option '%.*s': try --help", (int)len + 2, arg);
    *value = arg[2 + len] == '=' ? arg + 3 + len : NULL;
    if ((*o)->argument == NULL) {
        if (*value != NULL && (*o)->kind->run_mode)
            return ccm_fail(err, CCM_CONFIG, "option '%s' takes no value", (*o)->name);
        if (*value == NULL)
            *value = "yes";
        return true;
    }
    if (*value == NULL) {
        if (*i + 1 >= argc)
            return ccm_fail(err, CCM_CONFIG, "option '%s' lacks its value: give %s", (*o)->name, (*o)->argument);
        *value = argv[++*i];
    }
    return true;
}

static bool
load_arguments(struct load *l, int argc, char **argv, bool only_file)
{
    l->source = FROM_COMMAND_LINE;
    for (int i = 1; i < argc; i++) {
        const struct option *o = NULL;
        const char          *value = NULL;
        if (!next_option(argv, argc, &i, &o, &value, l->err))
            return false;
        bool is_file = strcmp(o->name, "config") == 0;
        if (is_file == only_file && !set(l, o, value))
            return false;
    }
    return true;
}

/* ---- what holds over several options ---- */

static bool
check_whole(struct config *cfg, struct ccm_error *err)
{
    if ((cfg->tls_cert == NULL) != (cfg->tls_key == NULL))
        return ccm_fail(err, CCM_CONFIG, "options 'tls-cert' and 'tls-key' belong together: give both or neither");
    if (cfg->demo && cfg->phones > 0)
        return ccm_fail(err, CCM_CONFIG, "options 'demo' and 'phones' exclude each other: give one of them");
    if (cfg->workers == 0) {
        long n = sysconf(_SC_NPROCESSORS_ONLN);
        cfg->workers = n > 0 ? (unsigned)n : 1;
    }
    return true;
}

bool
config_load(struct config *cfg, int argc, char **argv, struct ccm_error *err)
{
    struct load l = { .cfg = cfg, .err = err };

    _Static_assert(sizeof(enum plain_http) == sizeof(int) && sizeof(enum log_level) == sizeof(int),
                   "choices are stored as int");
    *cfg = (struct config){ .run = CONFIG_RUN };
    return load_defaults(&l) && load_arguments(&l, argc, argv, true) &&
           (cfg->config_file == NULL || load_file(&l, cfg->config_file)) && load_environment(&l) &&
           load_arguments(&l, argc, argv, false) && check_whole(cfg, err);
}

void
config_release(struct config *cfg)
{
    char **texts[] = { &cfg->config_file,  &cfg->cluster_domain, &cfg->admin,       &cfg->control_token,
                       &cfg->state_dir,    &cfg->ccm_version,    &cfg->tls_cert,    &cfg->tls_key,
                       &cfg->journal_file, &cfg->phone_range,    &cfg->phone_timing };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        free(*texts[i]);
        *texts[i] = NULL;
    }
    for (unsigned i = 0; i < cfg->listen_count; i++)
        free(cfg->listen[i]);
    cfg->listen_count = 0;
}
