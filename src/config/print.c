/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The options' rows as --help and as the sample configuration file. */
#include <stdio.h>
#include <string.h>

#include "config/config_priv.h"

void
config_print_help(void)
{
    printf("usage: ccmsimd [option ...]\n"
           "\n"
           "An API test double of Cisco Unified CallManager. When it answers it says so in one line on\n"
           "standard output; SIGTERM and SIGINT end it. Options of a configuration file have the same\n"
           "names, without the dashes.\n"
           "\n");
    for (size_t i = 0; i < config_option_count; i++) {
        const struct option *o = &config_options[i];
        printf("  --%s%s%s\n        %s", o->name, o->argument != NULL ? " " : "",
               o->argument != NULL ? o->argument : "", o->help);
        if (o->def != NULL && o->argument != NULL)
            printf(" (default %s)", o->def);
        printf("\n");
    }
}

void
config_print_sample(void)
{
    printf("# ccmsimd's configuration: every option, with its default or, where there is none, what it takes.\n"
           "# Options on the command line win over this file. ccmsimd --config FILE --check-config checks it.\n");
    for (size_t i = 0; i < config_option_count; i++) {
        const struct option *o = &config_options[i];
        if (!o->kind->run_mode)
            printf("\n# %s\n#%s = %s\n", o->help, o->name, o->def != NULL ? o->def : o->argument);
    }
}
