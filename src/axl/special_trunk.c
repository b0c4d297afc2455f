/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Special fields of SIP trunks and conference bridges: the one destination that older schemas know, and
 * the parameters of a normalization script. */
#include <string.h>

#include "special_priv.h"

#define FIRST_DESTINATION                                                                                     \
    "(SELECT d.pkid FROM siptrunkdestination d JOIN sipdevice s ON s.pkid=d.fksipdevice WHERE s.fkdevice=?1 " \
    "ORDER BY d.sortorder,d.rowid LIMIT 1)"

bool
firstdestination_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                      struct ccm_error *err)
{
    return special_text(
        c, arena_printf(c->arena, "SELECT \"%s\" FROM siptrunkdestination WHERE pkid=" FIRST_DESTINATION, b->column),
        pkid, text, is_null, err);
}

static bool
make_sip_device(struct axl_call *c, const char *device, struct ccm_error *err)
{
    return special_run(c,
                       "INSERT INTO sipdevice(fkdevice) SELECT ?1 WHERE NOT EXISTS(SELECT 1 FROM sipdevice WHERE "
                       "fkdevice=?1)",
                       device, NULL, 0, err);
}

static bool
make_destination(struct axl_call *c, const char *device, struct ccm_error *err)
{
    return make_sip_device(c, device, err) &&
           special_run(c,
                       "INSERT INTO siptrunkdestination(fksipdevice,sortorder) SELECT s.pkid,1 FROM sipdevice s WHERE "
                       "s.fkdevice=?1 AND NOT EXISTS(SELECT 1 FROM siptrunkdestination WHERE fksipdevice=s.pkid)",
                       device, NULL, 0, err);
}

bool
firstdestination_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                       const char *text, struct ccm_error *err)
{
    const bool             port = strcmp(b->column, "port") == 0;
    const struct form_node element = { .name = b->path };
    const struct axl_bind  column = {
         .kind = BIND_COLUMN, .table = "siptrunkdestination", .column = b->column, .conv = port ? CONV_INT : CONV_TEXT
    };
    struct value v;

    if (e == NULL)
        return true; /* a default makes no destination; its columns have the same */
    if (!axl_value_in(c, &element, &column, text, e->nil, &v, err) ||
        (*text != '\0' && !make_destination(c, pkid, err)))
        return false;
    const char *value = v.kind == VALUE_INT ? arena_printf(c->arena, "%lld", (long long)v.number) : v.text;
    return special_run(
        c, arena_printf(c->arena, "UPDATE siptrunkdestination SET \"%s\"=?2 WHERE pkid=" FIRST_DESTINATION, b->column),
        pkid, &value, 1, err);
}

/* An SRV record has no port: 0 stands for it. */
bool
srvdestination_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                    struct ccm_error *err)
{
    (void)b;
    return special_text(c,
                        "SELECT CASE WHEN (SELECT port FROM siptrunkdestination WHERE pkid=" FIRST_DESTINATION
                        ")=0 THEN 'true' ELSE 'false' END",
                        pkid, text, is_null, err);
}

bool
srvdestination_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                     const char *text, struct ccm_error *err)
{
    (void)b;
    if (e == NULL || *text == '\0')
        return true;
    if (!special_is_true(text))
        return special_run(c, "UPDATE siptrunkdestination SET port=5060 WHERE port=0 AND pkid=" FIRST_DESTINATION, pkid,
                           NULL, 0, err);
    return make_destination(c, pkid, err) &&
           special_run(c, "UPDATE siptrunkdestination SET port=0 WHERE pkid=" FIRST_DESTINATION, pkid, NULL, 0, err);
}

/* ---- script parameters: NAME=VALUE pairs in one column, which takes no line ends ---- */

bool
scriptparameters_read(struct axl_call *c, const struct axl_bind *b, const char *pkid, struct buf *text, bool *is_null,
                      struct ccm_error *err)
{
    const char *all;
    (void)b;
    *is_null = false;
    if (!special_find(c, "SELECT scriptparameters FROM sipdevice WHERE fkdevice=?1", pkid, NULL, 0, &all, err))
        return false;
    for (const char *p = all != NULL ? all : ""; *p != '\0'; p += *p == ';') {
        const char *pair = arena_strndup(c->arena, p, strcspn(p, ";")), *equals = strchr(pair, '=');
        size_t      name = equals != NULL ? (size_t)(equals - pair) : strlen(pair);
        xml_open(text, "normalizationScriptInfo");
        xml_leaf(text, "parameterName", arena_strndup(c->arena, pair, name));
        xml_leaf(text, "parameterValue", equals != NULL ? equals + 1 : "");
        xml_close(text, "normalizationScriptInfo");
        p += strlen(pair);
    }
    return true;
}

bool
scriptparameters_write(struct axl_call *c, const struct axl_bind *b, const char *pkid, const struct soap_element *e,
                       const char *text, struct ccm_error *err)
{
    const char *all = "";
    (void)b;
    (void)text;
    if (e == NULL)
        return true;
    for (const struct soap_element *k = e->children; k != NULL; k = k->next) {
        const char *name = axl_text(c, soap_child(k, "parameterName"));
        const char *value = axl_text(c, soap_child(k, "parameterValue"));
        if (strpbrk(name, "=;") != NULL)
            return special_invalid(err, "parameterName", name, "'=' and ';' part the parameters");
        if (strchr(value, ';') != NULL)
            return special_invalid(err, "parameterValue", value, "';' parts the parameters");
        all = arena_printf(c->arena, "%s%s%s=%s", all, *all != '\0' ? ";" : "", name, value);
    }
    return (*all == '\0' || make_sip_device(c, pkid, err)) &&
           special_run(c, "UPDATE sipdevice SET scriptparameters=?2 WHERE fkdevice=?1", pkid, &all, 1, err);
}
