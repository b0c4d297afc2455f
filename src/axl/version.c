/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Which schema version a request speaks: ver= in SOAPAction, else the namespace of its operation, else
 * the lowest offered (AXL guide, "AXL Schema Versioning"). What a release offers is a table. */
#include <string.h>

#include "version.h"

#define M(v) ((axl_mask)(1u << (v)))

/* The guide's table (AXL Schema Versioning): release, what it offers, and what "1.0" means to it. Older ones offer
 * what they knew. */
static const struct release {
    const char      *release;
    axl_mask         offers;
    enum axl_version lowest;
} releases[] = {
    { "15.0", M(AXL_V15_0) | M(AXL_V14_0) | M(AXL_V12_5) | M(AXL_V12_0), AXL_V12_0 },
    { "14.0", M(AXL_V14_0) | M(AXL_V12_5) | M(AXL_V12_0) | M(AXL_V11_5) | M(AXL_V11_0), AXL_V11_0 },
    { "12.5", M(AXL_V12_5) | M(AXL_V12_0) | M(AXL_V11_5) | M(AXL_V11_0) | M(AXL_V10_0) | M(AXL_V10_5), AXL_V10_0 },
    { "12.0", M(AXL_V12_0) | M(AXL_V11_5) | M(AXL_V11_0) | M(AXL_V10_0) | M(AXL_V10_5), AXL_V10_0 },
    { "11.5", M(AXL_V11_5) | M(AXL_V11_0) | M(AXL_V10_0) | M(AXL_V10_5) | M(AXL_V9_1) | M(AXL_V9_0), AXL_V9_0 },
    { "11.0", M(AXL_V11_0) | M(AXL_V10_0) | M(AXL_V10_5) | M(AXL_V9_1) | M(AXL_V9_0), AXL_V9_0 },
    { "10.5", M(AXL_V10_5) | M(AXL_V10_0) | M(AXL_V9_1) | M(AXL_V9_0) | M(AXL_V8_5) | M(AXL_V8_0), AXL_V8_0 },
    { "10.0", M(AXL_V10_0) | M(AXL_V9_1) | M(AXL_V9_0) | M(AXL_V8_5) | M(AXL_V8_0), AXL_V8_0 },
    { "9.1", M(AXL_V9_1) | M(AXL_V9_0) | M(AXL_V8_5) | M(AXL_V8_0) | M(AXL_V7_1), AXL_V7_1 },
    { "9.0", M(AXL_V9_0) | M(AXL_V8_5) | M(AXL_V8_0) | M(AXL_V7_1), AXL_V7_1 },
    { "8.5", M(AXL_V8_5) | M(AXL_V8_0) | M(AXL_V7_1) | M(AXL_V7_0), AXL_V7_0 },
    { "8.0", M(AXL_V8_0) | M(AXL_V7_1) | M(AXL_V7_0), AXL_V7_0 },
    { "7.1", M(AXL_V7_1) | M(AXL_V7_0) | M(AXL_V6_0), AXL_V6_0 },
    { "7.0", M(AXL_V7_0) | M(AXL_V6_0), AXL_V6_0 },
    { "6.0", M(AXL_V6_0), AXL_V6_0 },
    { "5.0", M(AXL_V5_0), AXL_V5_0 },
};

static const struct release *
release_of(const struct cluster *cl)
{
    for (size_t i = 0; i < sizeof releases / sizeof releases[0]; i++)
        if (strcmp(releases[i].release, cl->settings.ccm_version) == 0)
            return &releases[i];
    return &releases[0];
}

axl_mask
axl_versions_offered(const struct cluster *cl)
{
    return cl->settings.axl_versions_real ? release_of(cl)->offers : (axl_mask)((1u << AXL_VERSIONS) - 1);
}

/* "12.x": the offered versions of one major as one word, as the 599 page has it. */
static unsigned
words_of(axl_mask offered, char words[AXL_VERSIONS][8])
{
    unsigned count = 0;
    for (int v = 0; v < AXL_VERSIONS; v++) {
        if (((offered >> v) & 1u) == 0)
            continue;
        const char *name = axl_version_info[v].name;
        size_t      major = strcspn(name, ".");
        if (count > 0 && strncmp(words[count - 1], name, major + 1) == 0) {
            words[count - 1][major + 1] = 'x';
            words[count - 1][major + 2] = '\0';
        } else {
            size_t len = strlen(name);
            memcpy(words[count], name, len < 8 ? len + 1 : 8);
            words[count++][7] = '\0';
        }
    }
    return count;
}

static bool
not_offered(const struct cluster *cl, struct arena *a, struct ccm_error *err)
{
    char     words[AXL_VERSIONS][8];
    unsigned count = words_of(axl_versions_offered(cl), words);
    char    *list = arena_strdup(a, "");
    for (unsigned i = 0; i < count; i++)
        list = arena_printf(a, "%s%s%s", list, i == 0 ? "" : i + 1 == count ? " and " : ", ", words[i]);
    return ccm_fail(err, CCM_BAD_VERSION, "Incorrect axl version. Supported axl versions are %s", list);
}

/* "CUCM:DB ver=8.5 addPhone", quoted or not; the operation in it doesn't count. */
static bool
action_version(const char *action, const char **ver, size_t *len)
{
    const char *p = action != NULL ? strstr(action, "ver=") : NULL;
    if (p == NULL)
        return false;
    *ver = p + 4;
    *len = strspn(*ver, "0123456789.");
    return *len > 0;
}

/* "http://www.cisco.com/AXL/API/8.5", or without API as some old clients have it. */
static bool
namespace_version(const char *ns, const char **ver, size_t *len)
{
    static const char *const prefixes[] = { "http://www.cisco.com/AXL/API/", "http://www.cisco.com/AXL/" };
    for (size_t i = 0; ns != NULL && i < sizeof prefixes / sizeof prefixes[0]; i++) {
        size_t n = strlen(prefixes[i]);
        if (strncmp(ns, prefixes[i], n) != 0)
            continue;
        *ver = ns + n;
        *len = strspn(*ver, "0123456789.");
        return *len > 0 && strspn(*ver + *len, "#/") == strlen(*ver + *len);
    }
    return false;
}

/* 1.0 is what 5.0 and 6.0 called their schema. */
static enum axl_version
one_dot_zero(const struct cluster *cl, const char *operation)
{
    if (cl->settings.axl_versions_real)
        return release_of(cl)->lowest;
    return axl_op_find(operation, AXL_V5_0) != NULL   ? AXL_V5_0
           : axl_op_find(operation, AXL_V6_0) != NULL ? AXL_V6_0
                                                      : AXL_V8_0;
}

bool
axl_version_of(const struct cluster *cl, struct arena *a, const char *action, const char *ns, const char *operation,
               enum axl_version *out, struct ccm_error *err)
{
    const char *ver;
    size_t      len;

    if (!action_version(action, &ver, &len) && !namespace_version(ns, &ver, &len)) {
        if (ns != NULL && *ns != '\0')
            return not_offered(cl, a, err);
        *out = one_dot_zero(cl, operation);
        return true;
    }
    if (len == 3 && strncmp(ver, "1.0", 3) == 0) {
        *out = one_dot_zero(cl, operation);
        return true;
    }
    *out = axl_version_parse(ver, len);
    if (*out == AXL_VERSIONS || ((axl_versions_offered(cl) >> *out) & 1u) == 0)
        return not_offered(cl, a, err);
    return true;
}
