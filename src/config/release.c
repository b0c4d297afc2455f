/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The releases the daemon can say it is, with the version text of their first shipment. Those of 15.0,
 * 12.5 and 10.0 were seen in answers of real nodes; the builds of the others are guesses. */
#include <string.h>

#include "ccmsim/config.h"

static const struct release {
    const char *name, *full;
} releases[] = {
    { "5.0", "5.0.4.2000-1" },     { "5.1", "5.1.3.1000-12" },    { "6.0", "6.0.1.1000-37" },
    { "6.1", "6.1.5.10000-10" },   { "7.0", "7.0.2.10000-18" },   { "7.1", "7.1.5.10000-12" },
    { "8.0", "8.0.3.10000-8" },    { "8.5", "8.5.1.10000-26" },   { "8.6", "8.6.2.10000-30" },
    { "9.0", "9.0.1.10000-37" },   { "9.1", "9.1.2.10000-28" },   { "10.0", "10.0.1.10000-24" },
    { "10.5", "10.5.2.10000-5" },  { "11.0", "11.0.1.10000-10" }, { "11.5", "11.5.1.10000-6" },
    { "12.0", "12.0.1.10000-10" }, { "12.5", "12.5.1.10000-22" }, { "14.0", "14.0.1.10000-20" },
    { "15.0", "15.0.1.10000-30" },
};

const char *
config_full_version(const char *release)
{
    for (size_t i = 0; i < sizeof releases / sizeof releases[0]; i++)
        if (strcmp(release, releases[i].name) == 0)
            return releases[i].full;
    return NULL;
}
