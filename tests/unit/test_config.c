/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Options: where they come from, what is refused, and that the committed sample is the printed one. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ccmsim/config.h"

#define ARGS(...)           ((const char *[]){ "ccmsimd", __VA_ARGS__ })
#define COUNT(...)          ((int)(sizeof ARGS(__VA_ARGS__) / sizeof(char *)))
#define LOAD(cfg, err, ...) config_load(cfg, COUNT(__VA_ARGS__), (char **)ARGS(__VA_ARGS__), err)

static int
forget_environment(void **state)
{
    (void)state;
    unsetenv("CCMSIM_ADMIN");
    unsetenv("CCMSIM_CONTROL");
    return 0;
}

/* A file with that text; the name is the caller's to free and unlink. */
static char *
file_with(const char *text)
{
    char *name = strdup("/tmp/ccmsim-test-XXXXXX");
    int   fd = mkstemp(name);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    return name;
}

static void
defaults_hold_without_options(void **state)
{
    struct config    cfg;
    struct ccm_error err = { 0 };

    (void)state;
    assert_true(config_load(&cfg, 1, (char **)ARGS(NULL), &err));
    assert_int_equal(cfg.run, CONFIG_RUN);
    assert_int_equal(cfg.listen_count, 1);
    assert_string_equal(cfg.listen[0], "127.0.0.1");
    assert_int_equal(cfg.https_port[0], 8443);
    assert_int_equal(cfg.http_port[0], 8080);
    assert_string_equal(cfg.ccm_version, "15.0");
    assert_int_equal(cfg.axl_strictness, AXL_CUCM);
    assert_int_equal(cfg.log_level, LOG_LEVEL_INFO);
    assert_true(cfg.workers >= 1);
    assert_false(cfg.seeded);
    assert_null(cfg.admin);
    config_release(&cfg);
}

static void
options_are_taken_in_both_forms(void **state)
{
    struct config    cfg;
    struct ccm_error err = { 0 };

    (void)state;
    assert_true(LOAD(&cfg, &err, "--seed=7", "--demo", "--workers", "3", "--axl-checks", "strict",
                     "--axl-versions=real", "--admin", "me:a:b", "--https-port=0", "--https-port", "443", "--listen",
                     "::1"));
    assert_true(cfg.seeded);
    assert_int_equal(cfg.seed, 7);
    assert_true(cfg.demo);
    assert_int_equal(cfg.workers, 3);
    assert_int_equal(cfg.axl_strictness, AXL_STRICT);
    assert_true(cfg.axl_versions_real);
    assert_string_equal(cfg.admin, "me:a:b");
    assert_int_equal(cfg.https_count, 2);
    assert_int_equal(cfg.https_port[1], 443);
    assert_int_equal(cfg.listen_count, 1);
    assert_string_equal(cfg.listen[0], "::1");
    config_release(&cfg);
}

static void
the_command_line_wins_over_environment_and_file(void **state)
{
    struct config    cfg;
    struct ccm_error err = { 0 };
    char *file = file_with("# comment\nlisten = 127.0.0.2\nlisten = 127.0.0.3\nadmin = f:1\nphones = 5\nseed = 3\n");

    (void)state;
    setenv("CCMSIM_ADMIN", "e:2", 1);
    assert_true(LOAD(&cfg, &err, "--phones", "9", "--config", file));
    assert_int_equal(cfg.listen_count, 2);
    assert_string_equal(cfg.listen[1], "127.0.0.3");
    assert_string_equal(cfg.admin, "e:2");
    assert_int_equal(cfg.phones, 9);
    assert_int_equal(cfg.seed, 3);
    config_release(&cfg);
    assert_true(LOAD(&cfg, &err, "--admin", "c:3", "--config", file, "--listen", "127.0.0.9"));
    assert_string_equal(cfg.admin, "c:3");
    assert_int_equal(cfg.listen_count, 1);
    config_release(&cfg);
    unlink(file);
    free(file);
}

static void
a_wrong_option_is_refused_with_what_to_do(void **state)
{
    static const struct {
        const char *arg, *says;
    } rows[] = {
        { "--nonsense", "unknown option '--nonsense': try --help" },
        { "stray", "unexpected argument 'stray'" },
        { "--workers", "lacks its value" },
        { "--workers=many", "give a number from 0 to 256" },
        { "--workers=257", "give a number from 0 to 256" },
        { "--https-port=65536", "a port from 0 to 65535" },
        { "--https-port=-1", "a port from 0 to 65535" },
        { "--listen=example.com", "a numeric address" },
        { "--ccm-version=99.0", "a release such as" },
        { "--axl-checks=maybe", "give cucm|strict|lenient" },
        { "--admin=secret", "can't be '***'" },
        { "--seed=1x", "a number from 0" },
        { "--tls-cert=x", "'tls-cert' and 'tls-key' belong together" },
        { "--help=1", "takes no value" },
        { "--demo=perhaps", "give yes or no" },
        { "--config=/nonexistent/file", "can't read the configuration file '/nonexistent/file': No such file" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct config    cfg;
        struct ccm_error err = { 0 };
        assert_false(LOAD(&cfg, &err, rows[i].arg));
        assert_int_equal(err.status, CCM_CONFIG);
        if (strstr(err.text, rows[i].says) == NULL)
            fail_msg("%s: %s", rows[i].arg, err.text);
        config_release(&cfg);
    }
}

static void
a_wrong_file_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        { "demo = yes\n\nnonsense = 1\n", ":3: unknown option 'nonsense'" },
        { "[daemon]\ndemo = yes\n", ":2: the file has no sections" },
        { "demo\n", ":1: not of the form" },
        { "help = yes\n", ":1: unknown option 'help'" },
        { "config = other\n", ":1: unknown option 'config'" },
        { "workers = x\n", ":1: option 'workers' can't be 'x'" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct config    cfg;
        struct ccm_error err = { 0 };
        char            *file = file_with(rows[i].text);
        assert_false(LOAD(&cfg, &err, "--config", file));
        if (strstr(err.text, rows[i].says) == NULL || strncmp(err.text, file, strlen(file)) != 0)
            fail_msg("%s: %s", rows[i].text, err.text);
        config_release(&cfg);
        unlink(file);
        free(file);
    }
}

/* What fn prints on standard output, malloc'd. */
static char *
printed(void (*fn)(void))
{
    char *name = file_with("");
    char *text = calloc(1, 65536);
    int   saved = dup(1);

    fflush(stdout);
    assert_non_null(freopen(name, "w", stdout));
    fn();
    fflush(stdout);
    dup2(saved, 1);
    close(saved);
    FILE *f = fopen(name, "re");
    assert_non_null(f);
    assert_true(fread(text, 1, 65535, f) > 0);
    fclose(f);
    unlink(name);
    free(name);
    return text;
}

/* Runs from the top of the sources, as `make unit` does. */
static void
the_committed_sample_is_the_printed_one(void **state)
{
    char *sample = printed(config_print_sample);
    char *committed = calloc(1, 65536);
    FILE *f = fopen("conf/ccmsim.conf", "re");

    (void)state;
    assert_non_null(f);
    assert_true(fread(committed, 1, 65535, f) > 0);
    fclose(f);
    assert_string_equal(sample, committed);
    free(committed);
    free(sample);
}

/* Each line of the sample, its mark taken away, is an option that loads: a default is what it says. */
static void
the_samples_defaults_load(void **state)
{
    char            *sample = printed(config_print_sample);
    char            *text = calloc(1, strlen(sample) + 1), *save = NULL;
    struct config    cfg;
    struct ccm_error err = { 0 };

    (void)state;
    for (char *line = strtok_r(sample, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save))
        if (line[0] == '#' && line[1] != ' ' && strpbrk(strchr(line, '=') + 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == NULL) {
            strncat(text, line + 1, strlen(line));
            strncat(text, "\n", 2);
        }
    char *file = file_with(text);
    if (!LOAD(&cfg, &err, "--config", file))
        fail_msg("%s", err.text);
    assert_int_equal(cfg.https_port[0], 8443);
    assert_int_equal(cfg.max_body, 8388608);
    config_release(&cfg);
    unlink(file);
    free(file);
    free(text);
    free(sample);
}

static void
help_names_every_option_of_the_sample(void **state)
{
    char *help = printed(config_print_help), *sample = printed(config_print_sample), *save = NULL;

    (void)state;
    for (char *line = strtok_r(sample, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save))
        if (line[0] == '#' && line[1] != ' ') {
            char want[64];
            snprintf(want, sizeof want, "  --%.*s", (int)strcspn(line + 1, " "), line + 1);
            assert_non_null(strstr(help, want));
        }
    free(sample);
    free(help);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(defaults_hold_without_options, forget_environment),
        cmocka_unit_test_setup(options_are_taken_in_both_forms, forget_environment),
        cmocka_unit_test_setup(the_command_line_wins_over_environment_and_file, forget_environment),
        cmocka_unit_test_setup(a_wrong_option_is_refused_with_what_to_do, forget_environment),
        cmocka_unit_test_setup(a_wrong_file_is_refused_with_its_line, forget_environment),
        cmocka_unit_test_setup(the_committed_sample_is_the_printed_one, forget_environment),
        cmocka_unit_test_setup(the_samples_defaults_load, forget_environment),
        cmocka_unit_test_setup(help_names_every_option_of_the_sample, forget_environment),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
