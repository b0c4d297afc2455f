/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the daemon was told: command line over configuration file over defaults. Each option is
 * one row of src/config/options.def, from which come parsing, --help, the sample file and the manual. */
#ifndef CCMSIM_CONFIG_H
#define CCMSIM_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "ccmsim/error.h"
#include "ccmsim/log.h"

#define CONFIG_MAX_LISTEN 16

enum config_run { CONFIG_RUN, CONFIG_CHECK, CONFIG_SAMPLE, CONFIG_VERSION, CONFIG_HELP };
enum axl_strictness { AXL_CUCM, AXL_STRICT, AXL_LENIENT };
enum plain_http { PLAIN_REDIRECT, PLAIN_SERVE };
enum clock_mode { CLOCK_REAL, CLOCK_FAST, CLOCK_MANUAL };
enum phones_start { PHONES_REGISTERED, PHONES_BOOTING };

struct config {
    enum config_run     run;
    char               *config_file;
    char               *listen[CONFIG_MAX_LISTEN + 1]; /* NULL-ended */
    unsigned            listen_count;
    uint16_t            https_port[CONFIG_MAX_LISTEN], http_port[CONFIG_MAX_LISTEN];
    unsigned            https_count, http_count;
    char               *admin;         /* USER:PASSWORD or NULL */
    char               *control_token; /* credential of the control API or NULL: made up */
    bool                allow_remote;  /* listen outside loopback with a made-up password */
    char               *state_dir;
    bool                durable;      /* synchronous=FULL */
    bool                rate_control; /* Serviceability's requests per minute are held to the parameters */
    bool                demo;
    uint32_t            phones;
    bool                seeded;
    uint64_t            seed;
    char               *ccm_version; /* "15.0" */
    bool                axl_versions_real;
    enum axl_strictness axl_strictness;
    bool                private_clusters; /* made at the first request that names one */
    char               *cluster_domain;
    uint32_t            cluster_idle_s;
    unsigned            workers;
    char               *tls_cert, *tls_key;
    uint32_t            max_body; /* bytes of one request */
    uint32_t            connection_limit, idle_timeout_s;
    enum plain_http     plain_http;   /* what a service that wants TLS does without it */
    char               *journal_file; /* every exchange, a line of JSON each; NULL: none */
    enum clock_mode     clock;
    double              clock_speed; /* of CLOCK_FAST */
    char               *phone_range; /* addresses of the simulated phones */
    enum phones_start   phones_start;
    char               *phone_timing; /* "boot=30-60,register=1-3"; NULL: as built in */
    enum log_level      log_level;
};

/* Defaults, then the file, then argv. Owns its strings: config_release, also after a failure. */
bool config_load(struct config *cfg, int argc, char **argv, struct ccm_error *err);
void config_release(struct config *cfg);
/* All options with their help, on standard output. */
void config_print_help(void);
/* conf/ccmsim.conf: every option, commented out, with its default. */
void config_print_sample(void);
/* "15.0" -> "15.0.1.10000-30"; NULL: no release of ours. */
const char *config_full_version(const char *release);

#endif
