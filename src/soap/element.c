/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Looking into a SOAP payload. */
#include "ccmsim/soap.h"

static const char blanks[] = " \t\r\n";

const struct soap_element *
soap_child(const struct soap_element *e, const char *name)
{
    for (const struct soap_element *c = e->children; c != NULL; c = c->next)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

const char *
soap_attr(const struct soap_element *e, const char *name)
{
    for (const struct soap_attr *attr = e->attrs; attr != NULL; attr = attr->next)
        if (strcmp(attr->name, name) == 0)
            return attr->value;
    return NULL;
}

const char *
soap_trimmed(struct arena *a, const char *text)
{
    text += strspn(text, blanks);
    size_t len = strlen(text), end = len;

    while (end > 0 && strchr(blanks, text[end - 1]) != NULL)
        end--;
    return end == len ? text : arena_strndup(a, text, end);
}
