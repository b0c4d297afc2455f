/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Special fields of UC services and service profiles: a service is told by name and kept as a number, its
 * own or that of a product that gives it. */
#include <string.h>

#include "special_priv.h"

#define PROFILE " Profile"

bool
serviceprofilename_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                        struct ccm_error *err)
{
    (void)b;
    return special_text(c,
                        "SELECT t.name||'" PROFILE "' FROM ucserviceprofiledetail d JOIN typeucservice t ON "
                        "t.enum=d.tkucservice WHERE d.pkid=?1",
                        pkid, text, is_null, err);
}

bool
serviceprofilename_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                         const char *text, struct ccm_error *err)
{
    size_t      len = strlen(text), suffix = strlen(PROFILE);
    const char *service = text;
    if (e == NULL || len == 0)
        return true;
    if (len > suffix && strcasecmp(text + len - suffix, PROFILE) == 0)
        service = arena_strndup(c->arena, text, len - suffix);
    return special_number(c, b->path, "typeucservice", service, &service, err) &&
           special_run(c, "UPDATE ucserviceprofiledetail SET tkucservice=?2 WHERE pkid=?1", pkid, &service, 1, err);
}

bool
ucservicetype_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                   struct ccm_error *err)
{
    (void)b;
    return special_text(
        c,
        "SELECT t.name FROM ucservice u JOIN typeucproduct p ON p.enum=u.tkucproduct JOIN typeucservice "
        "t ON t.enum=p.tkucservice WHERE u.pkid=?1",
        pkid, text, is_null, err);
}

/* The product says which service it is; a service alone gets the first of its products. */
bool
ucservicetype_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                    const char *text, struct ccm_error *err)
{
    const char *service, *fits;
    if (e == NULL || *text == '\0')
        return true;
    if (!special_number(c, b->path, "typeucservice", text, &service, err) ||
        !special_run(c,
                     "UPDATE ucservice SET tkucproduct=(SELECT min(enum) FROM typeucproduct WHERE tkucservice=?2) "
                     "WHERE pkid=?1 AND tkucproduct IS NULL",
                     pkid, &service, 1, err) ||
        !special_find(c,
                      "SELECT u.pkid FROM ucservice u JOIN typeucproduct p ON p.enum=u.tkucproduct WHERE u.pkid=?1 AND "
                      "p.tkucservice=?2",
                      pkid, &service, 1, &fits, err))
        return false;
    return fits != NULL || special_invalid(err, b->path, text, "the product gives another service");
}
