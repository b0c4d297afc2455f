/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* StateInfo, the cursor of changes: a small XML document in a string, told by RIS and sent back to it. Where nothing
 * has changed the next one is the same, byte for byte. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "serviceability/ris.h"

static void
take(struct ris_criteria *out, const char *name, const char *started, const char *id)
{
    if (name == NULL || started == NULL || id == NULL || out->state_count == RIS_NODES_MAX)
        return;
    out->states[out->state_count++] = (struct ris_state){ name, strtoll(started, NULL, 10), strtoull(id, NULL, 10) };
}

static void
take_elements(const struct soap_element *e, struct ris_criteria *out)
{
    for (const struct soap_element *child = e->children; child != NULL; child = child->next)
        if (strcmp(child->name, "Node") == 0)
            take(out, soap_attr(child, "Name"), soap_attr(child, "SubsystemStartTime"), soap_attr(child, "StateId"));
        else if (strcmp(child->name, "StateInfo") == 0)
            take_elements(child, out);
}

/* The value of NAME="..." within the tag, in the arena; NULL: none. */
static const char *
attribute(struct arena *a, const char *tag, size_t len, const char *name)
{
    size_t n = strlen(name);

    for (const char *p = tag; (p = memmem(p, len - (size_t)(p - tag), name, n)) != NULL; p += n) {
        const char *quote = p + n;
        if (p > tag && (p[-1] == ' ' || p[-1] == '\t' || p[-1] == '\n') && quote[0] == '=' &&
            (quote[1] == '"' || quote[1] == '\'')) {
            const char *end = memchr(quote + 2, quote[1], len - (size_t)(quote + 2 - tag));
            return end != NULL ? arena_strndup(a, quote + 2, (size_t)(end - quote) - 2) : NULL;
        }
    }
    return NULL;
}

static void
take_text(struct arena *a, const char *text, struct ris_criteria *out)
{
    for (const char *tag; (tag = strstr(text, "<Node ")) != NULL;) {
        size_t len = strcspn(tag, ">");
        take(out, attribute(a, tag, len, "Name"), attribute(a, tag, len, "SubsystemStartTime"),
             attribute(a, tag, len, "StateId"));
        text = tag + len;
    }
}

void
ris_state_read(struct call *c, const struct soap_element *e, struct ris_criteria *out)
{
    if (e == NULL)
        return;
    if (e->children != NULL)
        take_elements(e, out);
    else
        take_text(c->arena, e->text, out);
}

static bool
any_state(const struct ris_result *r)
{
    for (size_t i = 0; i < r->node_count; i++)
        if (r->nodes[i].answers)
            return true;
    return false;
}

const char *
ris_state_text(struct call *c, const struct ris_result *r)
{
    struct buf b;

    if (!any_state(r))
        return "";
    buf_init(&b, BUF_MAX_TEXT);
    buf_adds(&b, c->endpoint->axis == AXIS1 ? "<StateInfo>" : "<StateInfo ClusterWide=\"1\">");
    for (size_t i = 0; i < r->node_count; i++) {
        const struct ris_node *n = &r->nodes[i];
        if (!n->answers)
            continue;
        xml_begin(&b, "Node");
        xml_attr(&b, "Name", n->name);
        buf_addf(&b, " SubsystemStartTime=\"%" PRId64 "\" StateId=\"%" PRIu64 "\"", n->started, n->state_id);
        buf_addf(&b, " TotalItemsFound=\"%zu\" TotalItemsReturned=\"%zu\"", n->found, n->returned);
        xml_end(&b, true);
    }
    buf_adds(&b, "</StateInfo>");
    const char *text = arena_strdup(c->arena, buf_cstr(&b));
    buf_release(&b);
    return text;
}
