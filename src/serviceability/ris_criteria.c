/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What a request selects, in the simulator's terms. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "serviceability/ris.h"

struct wire { /* as it came */
    struct bind_number         max, model;
    const char                *device_class, *status, *node, *select_by, *protocol, *download;
    struct bind_list           items;
    const struct soap_element *state, *criteria;
};
#define PART(name, kind, member)                  \
    {                                             \
        name, kind, offsetof(struct wire, member) \
    }

/* In the order of the schema, for clients that send positions; the older name of the class behind. */
static const struct bind_part criteria_parts[] = {
    PART("MaxReturnedDevices", BIND_NUMBER, max),
    PART("DeviceClass", BIND_TEXT, device_class),
    PART("Model", BIND_NUMBER, model),
    PART("Status", BIND_TEXT, status),
    PART("NodeName", BIND_TEXT, node),
    PART("SelectBy", BIND_TEXT, select_by),
    PART("SelectItems", BIND_LIST, items),
    PART("Protocol", BIND_TEXT, protocol),
    PART("DownloadStatus", BIND_TEXT, download),
    PART("Class", BIND_TEXT, device_class),
    { NULL, BIND_TEXT, 0 },
};

/* ---- limits ---- */

/* Devices in one answer: 200 in 7.x and 8.x, 1,000 from 9.0, 2,000 from 11.0 on. */
static size_t
limit_of(const struct cluster *cl)
{
    long major = strtol(cl->settings.ccm_version, NULL, 10);

    return major < 9 ? 200 : major < 11 ? 1000 : 2000;
}

/* ---- enumerations ---- */

static bool
is_any(const char *text)
{
    return text == NULL || strcasecmp(text, "Any") == 0;
}

/* The text as the table has it; NULL: any. */
static bool
one_of(const char *const *table, const char *text, const char **out)
{
    *out = NULL;
    if (is_any(text))
        return true;
    for (; *table != NULL; table++)
        if (strcasecmp(*table, text) == 0) {
            *out = *table;
            return true;
        }
    return false;
}

static const char *const classes[] = { "Phone",          "Gateway",  "H323",     "Cti",     "VoiceMail",
                                       "MediaResources", "SIPTrunk", "HuntList", "Unknown", NULL };
static const char *const protocols[] = { "SCCP", "SIP", "Unknown", NULL };
static const char *const downloads[] = { "Upgrading", "Successful", "Failed", "Unknown", NULL };

static bool
read_status(const char *text, enum sim_status *out)
{
    *out = SIM_STATUS_COUNT;
    if (is_any(text))
        return true;
    for (enum sim_status s = 0; s < SIM_STATUS_COUNT; s++)
        if (strcasecmp(sim_status_name(s), text) == 0) {
            *out = s;
            return true;
        }
    return false;
}

static const struct {
    const char *name;
    unsigned    apis;
    bool        nobody; /* no device has one */
    enum sim_by by;
} selections[] = {
    { "Name", API_RIS | API_RIS70, false, SIM_BY_NAME },
    { "IpAddress", API_RIS, false, SIM_BY_ADDRESS },
    { "IPV4Address", API_RIS70, false, SIM_BY_ADDRESS },
    { "IPV6Address", API_RIS70, true, SIM_BY_ADDRESS },
    { "DirNumber", API_RIS | API_RIS70, false, SIM_BY_DIRECTORY_NUMBER },
    { "Description", API_RIS | API_RIS70, false, SIM_BY_DESCRIPTION },
};
#define SELECTIONS (sizeof selections / sizeof selections[0])

static bool
read_selection(struct call *c, const char *text, struct ris_criteria *out)
{
    for (size_t i = 0; i < SELECTIONS; i++)
        if ((selections[i].apis & c->endpoint->api) != 0 &&
            strcasecmp(selections[i].name, text != NULL ? text : "Name") == 0) {
            out->filter.by = selections[i].by;
            out->none = out->none || selections[i].nobody;
            return true;
        }
    return false;
}

/* The types of these are enumerations where the schema has them so: the request doesn't get past the server's reader.
 * Elsewhere they are plain strings, and a node that doesn't know one says InvalidRequest. */
static bool
unknown(struct call *c, const char *text, struct ris_criteria *out, struct ccm_error *err)
{
    if (c->endpoint->axis == AXIS2 && c->endpoint->api == API_RIS70)
        return ccm_fail(err, CCM_INVALID, "java.lang.IllegalArgumentException: %.100s", text);
    out->invalid = true;
    return true;
}

static bool
read_enumerations(struct call *c, const struct wire *in, struct ris_criteria *out, struct ccm_error *err)
{
    const char *download;

    if (!one_of(classes, in->device_class, &out->filter.device_class) || !read_status(in->status, &out->filter.status))
        out->invalid = true;
    if (!read_selection(c, in->select_by, out) && !unknown(c, in->select_by, out, err))
        return false;
    if (!one_of(protocols, in->protocol, &out->filter.protocol) && !unknown(c, in->protocol, out, err))
        return false;
    if (!one_of(downloads, in->download, &download) && !unknown(c, in->download, out, err))
        return false;
    /* No firmware is loaded in a simulated cluster. */
    if (download != NULL && strcmp(download, "Unknown") != 0)
        out->none = true;
    return true;
}

/* ---- items ---- */

static size_t
count_words(const struct bind_list *items, char separator)
{
    size_t n = 0;

    for (size_t i = 0; i < items->count; i++) {
        n++;
        for (const char *p = items->texts[i]; (p = strchr(p, separator)) != NULL && *p != '\0'; p++)
            n++;
    }
    return n;
}

/* A comma separates names, addresses and numbers within one item; in a description it is text. */
static void
read_items(struct call *c, const struct wire *in, struct ris_criteria *out)
{
    const char  *separators = out->filter.by == SIM_BY_DESCRIPTION ? "" : ",";
    const char **patterns = arena_alloc(c->arena, (count_words(&in->items, *separators) + 1) * sizeof *patterns);
    size_t       n = 0;

    for (size_t i = 0; i < in->items.count; i++)
        for (const char *p = in->items.texts[i]; *p != '\0';) {
            size_t      len = strcspn(p, separators);
            const char *word = soap_trimmed(c->arena, p[len] == '\0' ? p : arena_strndup(c->arena, p, len));
            if (*word != '\0')
                patterns[n++] = word;
            p += len + (p[len] != '\0');
        }
    /* Nothing but empty items: nothing is narrowed down. */
    out->filter.patterns = n > 0 ? patterns : NULL;
}

bool
ris_criteria_read(struct call *c, const char *part, bool newest, struct ris_criteria *out, struct ccm_error *err)
{
    const struct bind_part parts[] = { PART("StateInfo", BIND_TREE, state),
                                       PART(part, BIND_TREE, criteria),
                                       { NULL, BIND_TEXT, 0 } };
    struct wire            in = { .state = NULL };
    size_t                 limit = limit_of(c->cluster);

    if (!bind_parts(c, c->in, parts, &in, err) ||
        (in.criteria != NULL && !bind_parts(c, in.criteria, criteria_parts, &in, err)))
        return false;
    *out = (struct ris_criteria){ .newest = newest, .node = in.node };
    out->limit = in.max.value == 0 || in.max.value > limit ? limit : in.max.value;
    out->filter.tkmodel = in.model.set && in.model.value != 255 ? (int)(in.model.value & INT32_MAX) : -1;
    out->filter.seen = true;
    out->filter.left = !newest;
    out->filter.literal = newest;
    out->filter.brief = true;
    out->filter.limit = out->limit; /* a device that fits has a record at least */
    if (!read_enumerations(c, &in, out, err))
        return false;
    read_items(c, &in, out);
    ris_state_read(c, in.state, out);
    return true;
}
