/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What CallManager's database keeps true by triggers: which changes make what stale, and how it is
 * made anew. Both are tables; statements run once for each thing touched, just before the commit. */
#include <string.h>

#include "store/store_priv.h"

#define CSS_CLAUSE                                                                                              \
    "(SELECT group_concat(name, ':') FROM (SELECT p.name FROM callingsearchspacemember m JOIN routepartition p" \
    " ON p.pkid=m.fkroutepartition WHERE m.fkcallingsearchspace=callingsearchspace.pkid ORDER BY m.sortorder))"
#define MEDIA_CLAUSE                                                                                               \
    "(SELECT group_concat(name, ':') FROM (SELECT g.name FROM mediaresourcelistmember m JOIN mediaresourcegroup g" \
    " ON g.pkid=m.fkmediaresourcegroup WHERE m.fkmediaresourcelist=mediaresourcelist.pkid ORDER BY m.sortorder))"
#define FILTER_CLAUSE                                                                                            \
    "(SELECT group_concat('(' || clause || ')', ' OR ') FROM (SELECT group_concat(part, ' AND ') AS clause FROM" \
    " (SELECT m.precedence, trim(t.tag || ' ' || o.name || ' ' || m.digits) AS part FROM routefiltermember m"    \
    " JOIN dialplantag t ON t.pkid=m.fkdialplantag JOIN typeoperator o ON o.enum=m.tkoperator"                   \
    " WHERE m.fkroutefilter=routefilter.pkid ORDER BY m.precedence, t.tag) GROUP BY precedence ORDER BY precedence))"
#define DERIVATION_STEPS 6
#define STAMP(table)     "UPDATE " table " SET versionstamp=new_versionstamp() WHERE pkid=?1"
#define DEVICES(where)   "UPDATE device SET versionstamp=new_versionstamp() WHERE " where "=?1"

/* Phones are named by letters, digits and "._-", and those named after their address by SEP and twelve hex
 * digits. Which other prefix belongs to which model is not public, so it isn't asked for. */
#define BAD_PHONE_NAME                                                                                        \
    "SELECT 'The specified name has invalid characters or is not formatted correctly for this device type.'"  \
    " FROM device WHERE pkid=?1 AND tkclass=1 AND tkmodel<>645 AND (name GLOB '*[^a-zA-Z0-9._-]*' OR name=''" \
    " OR (name GLOB 'SEP*' AND (length(name)<>15 OR substr(name,4) GLOB '*[^0-9a-fA-F]*')))"

/* What a phone takes from the device profile that is on it. */
#define MOBILITY_SETTINGS                                                                                    \
    "fkphonetemplate,fksoftkeytemplate,tkuserlocale,userholdmohaudiosourceid,fkmlppdomain,tkpreemption,"     \
    "tkstatus_mlppindicationstatus,ignorepi,tkdndoption,tkringsetting_dnd,tkbarge,tkstatus_joinacrosslines," \
    "tkstatus_alwaysuseprimeline,tkstatus_alwaysuseprimelineforvm,fkfeaturecontrolpolicy,fkmatrix_presence," \
    "allowcticontrolflag,fkcallingsearchspace_restrict"

/* How each is derived: ?1 is the key. A SELECT that finds a row refuses the write with its text. */
static const char *const derivations[DERIVED_COUNT][DERIVATION_STEPS] = {
    [DERIVED_CSS_CLAUSE] = { "UPDATE callingsearchspace SET clause=" CSS_CLAUSE " WHERE pkid=?1" },
    [DERIVED_PARTITION_NAME] = { "UPDATE callingsearchspace SET clause=" CSS_CLAUSE " WHERE pkid IN"
                                 " (SELECT fkcallingsearchspace FROM callingsearchspacemember WHERE "
                                 "fkroutepartition=?1)" },
    [DERIVED_MEDIA_LIST_CLAUSE] = { "UPDATE mediaresourcelist SET clause=" MEDIA_CLAUSE " WHERE pkid=?1" },
    [DERIVED_MEDIA_GROUP_NAME] = { "UPDATE mediaresourcelist SET clause=" MEDIA_CLAUSE " WHERE pkid IN"
                                   " (SELECT fkmediaresourcelist FROM mediaresourcelistmember WHERE "
                                   "fkmediaresourcegroup=?1)" },
    [DERIVED_ROUTE_FILTER_CLAUSE] = { "UPDATE routefilter SET clause=" FILTER_CLAUSE " WHERE pkid=?1" },
    [DERIVED_DEVICE_STAMP] = { STAMP("device") },
    [DERIVED_DEVICE_NAME] = { BAD_PHONE_NAME },
    [DERIVED_DEVICE_BORN] = { "INSERT INTO devicerelatedversionstamp(fkdevice) SELECT pkid FROM device WHERE pkid=?1"
                              " AND tkclass=1 AND NOT EXISTS (SELECT 1 FROM devicerelatedversionstamp WHERE "
                              "fkdevice=?1)" },
    [DERIVED_DEVICE_TEXT] = { "UPDATE device SET ndescription=substr(description,1,254) WHERE pkid=?1 AND"
                              " ndescription<>substr(description,1,254)" },
    /* A phone on which Extension Mobility is enabled has a row for it. While nobody is logged in it tells of the phone
     * itself, or of its log-out profile. On a model that isn't the profile's, the templates are those of the model's
     * default device profile, or the phone's own. */
    [DERIVED_MOBILITY] = { "DELETE FROM extensionmobilitydynamic WHERE fkdevice=?1 AND NOT EXISTS (SELECT 1 FROM device"
                           " WHERE pkid=?1 AND tkclass=1 AND allowhotelingflag='t')",
                           "INSERT INTO extensionmobilitydynamic(fkdevice) SELECT pkid FROM device WHERE pkid=?1 AND"
                           " tkclass=1 AND allowhotelingflag='t' AND NOT EXISTS (SELECT 1 FROM extensionmobilitydynamic"
                           " WHERE fkdevice=?1)",
                           "UPDATE extensionmobilitydynamic SET logintime=NULL,loginduration=NULL,"
                           "fkdevice_currentloginprofile=(SELECT p.pkid FROM device d JOIN device p ON"
                           " p.pkid=d.ikdevice_defaultprofile WHERE d.pkid=?1) WHERE fkdevice=?1 AND fkenduser IS NULL",
                           "DELETE FROM shadow_extensionmobilitydynamic WHERE pkid IN (SELECT pkid FROM"
                           " extensionmobilitydynamic WHERE fkdevice=?1 AND fkenduser IS NULL)",
                           "UPDATE extensionmobilitydynamic AS m SET (" MOBILITY_SETTINGS ")=(SELECT " MOBILITY_SETTINGS
                           " FROM device WHERE pkid=coalesce(m.fkdevice_currentloginprofile,?1)),mismatchedlogin="
                           "CASE WHEN (SELECT tkmodel FROM device WHERE pkid=m.fkdevice_currentloginprofile)<>"
                           "(SELECT tkmodel FROM device WHERE pkid=?1) THEN 't' ELSE 'f' END,"
                           "versionstamp=new_versionstamp() WHERE fkdevice=?1",
                           "UPDATE extensionmobilitydynamic SET (fkphonetemplate,fksoftkeytemplate)=(SELECT"
                           " coalesce(p.fkphonetemplate,d.fkphonetemplate),coalesce(p.fksoftkeytemplate,"
                           "d.fksoftkeytemplate) FROM device d LEFT JOIN device p ON p.tkclass=254 AND"
                           " p.tkdeviceprofile=3 AND p.tkmodel=d.tkmodel AND p.tkdeviceprotocol=d.tkdeviceprotocol"
                           " WHERE d.pkid=?1) WHERE fkdevice=?1 AND mismatchedlogin='t'" },
    [DERIVED_LINES_STAMP] = { "UPDATE devicerelatedversionstamp SET versionstamp=new_versionstamp() WHERE "
                              "fkdevice=?1" },
    [DERIVED_PATTERN_STAMP] = { "UPDATE devicerelatedversionstamp SET versionstamp=new_versionstamp() WHERE fkdevice IN"
                                " (SELECT fkdevice FROM devicenumplanmap WHERE fknumplan=?1)" },
    /* A directory number can be called while a device has it. */
    [DERIVED_PATTERN_CALLABLE] = { "UPDATE numplan SET iscallable='t' WHERE pkid=?1 AND tkpatternusage IN (2,13) AND"
                                   " iscallable='f' AND EXISTS (SELECT 1 FROM devicenumplanmap WHERE fknumplan=?1)",
                                   "UPDATE numplan SET iscallable='f' WHERE pkid=?1 AND tkpatternusage IN (2,13) AND"
                                   " iscallable='t' AND NOT EXISTS (SELECT 1 FROM devicenumplanmap WHERE "
                                   "fknumplan=?1)" },
    /* A directory number has a row for call forward all, and one for its lamp. */
    [DERIVED_PATTERN_BORN] = { "INSERT INTO callforwarddynamic(fknumplan) SELECT pkid FROM numplan WHERE pkid=?1 AND"
                               " tkpatternusage IN (2,11) AND NOT EXISTS (SELECT 1 FROM callforwarddynamic WHERE "
                               "fknumplan=?1)",
                               "INSERT INTO numplandynamic(fknumplan) SELECT pkid FROM numplan WHERE pkid=?1 AND"
                               " tkpatternusage=2 AND NOT EXISTS (SELECT 1 FROM numplandynamic WHERE fknumplan=?1)" },
    [DERIVED_PHONE_TEMPLATE_STAMP] = { STAMP("phonetemplate"), DEVICES("fkphonetemplate") },
    [DERIVED_SOFTKEY_TEMPLATE_STAMP] = { STAMP("softkeytemplate"), DEVICES("fksoftkeytemplate") },
    [DERIVED_SIP_PROFILE_STAMP] = { STAMP("sipprofile"), DEVICES("fksipprofile") },
    [DERIVED_COMMON_PHONE_STAMP] = { STAMP("commonphoneconfig"), DEVICES("fkcommonphoneconfig") },
    [DERIVED_COMMON_DEVICE_STAMP] = { STAMP("commondeviceconfig") },
    [DERIVED_SECURITY_PROFILE_STAMP] = { STAMP("securityprofile") },
    [DERIVED_FEATURE_POLICY_STAMP] = { STAMP("featurecontrolpolicy") },
    [DERIVED_SERVICE_PROFILE_STAMP] = { STAMP("ucserviceprofile") },
};

/* table, operations, watched columns, key, what */
const struct store_trigger store_triggers[] = {
    { "callingsearchspacemember", "aur", NULL, "fkcallingsearchspace", DERIVED_CSS_CLAUSE, false },
    { "routepartition", "u", "name", "pkid", DERIVED_PARTITION_NAME, false },
    { "mediaresourcelistmember", "aur", NULL, "fkmediaresourcelist", DERIVED_MEDIA_LIST_CLAUSE, false },
    { "mediaresourcegroup", "u", "name", "pkid", DERIVED_MEDIA_GROUP_NAME, false },
    { "routefiltermember", "aur", NULL, "fkroutefilter", DERIVED_ROUTE_FILTER_CLAUSE, false },
    { "device", "a", NULL, "pkid", DERIVED_DEVICE_STAMP, true },
    { "device", "a", NULL, "pkid", DERIVED_LINES_STAMP, true },
    { "device", "a", NULL, "pkid", DERIVED_DEVICE_BORN, false },
    { "device", "au", "name", "pkid", DERIVED_DEVICE_NAME, false },
    { "device", "au", "description", "pkid", DERIVED_DEVICE_TEXT, false },
    { "device", "u", NULL, "pkid", DERIVED_DEVICE_STAMP, false },
    { "device", "au", "allowhotelingflag ikdevice_defaultprofile fkphonetemplate fksoftkeytemplate tkuserlocale",
      "pkid", DERIVED_MOBILITY, false },
    { "device", "u", "userholdmohaudiosourceid fkmlppdomain tkpreemption tkstatus_mlppindicationstatus ignorepi",
      "pkid", DERIVED_MOBILITY, false },
    { "device", "u", "tkdndoption tkringsetting_dnd tkbarge tkstatus_joinacrosslines tkstatus_alwaysuseprimeline",
      "pkid", DERIVED_MOBILITY, false },
    { "device", "u",
      "tkstatus_alwaysuseprimelineforvm fkfeaturecontrolpolicy fkmatrix_presence allowcticontrolflag"
      " fkcallingsearchspace_restrict",
      "pkid", DERIVED_MOBILITY, false },
    { "extensionmobilitydynamic", "u", "fkenduser fkdevice_currentloginprofile", "fkdevice", DERIVED_MOBILITY, false },
    { "telecaster", "aur", NULL, "fkdevice", DERIVED_DEVICE_STAMP, false },
    { "speeddial", "aur", NULL, "fkdevice", DERIVED_DEVICE_STAMP, false },
    { "blfspeeddial", "aur", NULL, "fkdevice", DERIVED_DEVICE_STAMP, false },
    { "blfdirectedcallpark", "aur", NULL, "fkdevice", DERIVED_DEVICE_STAMP, false },
    { "deviceaddonmodulemap", "aur", NULL, "fkdevice", DERIVED_DEVICE_STAMP, false },
    { "telecastersubscribedservice", "aur", NULL, "fkdevice", DERIVED_DEVICE_STAMP, false },
    { "devicexml4k", "aur", NULL, "fkdevice", DERIVED_DEVICE_STAMP, false },
    { "devicexml8k", "aur", NULL, "fkdevice", DERIVED_DEVICE_STAMP, false },
    { "devicexml16k", "aur", NULL, "fkdevice", DERIVED_DEVICE_STAMP, false },
    { "devicenumplanmap", "aur", NULL, "fkdevice", DERIVED_LINES_STAMP, false },
    { "devicenumplanmap", "aur", "fknumplan", "fknumplan", DERIVED_PATTERN_CALLABLE, false },
    { "numplan", "u", NULL, "pkid", DERIVED_PATTERN_STAMP, false },
    { "numplan", "au", "tkpatternusage", "pkid", DERIVED_PATTERN_BORN, false },
    { "phonetemplate", "a", NULL, "pkid", DERIVED_PHONE_TEMPLATE_STAMP, true },
    { "phonetemplate", "u", NULL, "pkid", DERIVED_PHONE_TEMPLATE_STAMP, false },
    { "phonebutton", "aur", NULL, "fkphonetemplate", DERIVED_PHONE_TEMPLATE_STAMP, false },
    { "softkeytemplate", "a", NULL, "pkid", DERIVED_SOFTKEY_TEMPLATE_STAMP, true },
    { "softkeytemplate", "u", NULL, "pkid", DERIVED_SOFTKEY_TEMPLATE_STAMP, false },
    { "softkeyset", "aur", NULL, "fksoftkeytemplate", DERIVED_SOFTKEY_TEMPLATE_STAMP, false },
    { "sipprofile", "u", NULL, "pkid", DERIVED_SIP_PROFILE_STAMP, false },
    { "commonphoneconfig", "u", NULL, "pkid", DERIVED_COMMON_PHONE_STAMP, false },
    { "commondeviceconfig", "u", NULL, "pkid", DERIVED_COMMON_DEVICE_STAMP, false },
    { "securityprofile", "u", NULL, "pkid", DERIVED_SECURITY_PROFILE_STAMP, false },
    { "featurecontrolpolicy", "u", NULL, "pkid", DERIVED_FEATURE_POLICY_STAMP, false },
    { "ucserviceprofile", "u", NULL, "pkid", DERIVED_SERVICE_PROFILE_STAMP, false },
};
const size_t store_trigger_count = sizeof(store_triggers) / sizeof(store_triggers[0]);

/* table, column, value: rows with that value stay; with unless, all others stay. */
const struct store_kept store_kept[] = {
    { "phonetemplate", "usermodifiable", "f", false },
    { "processnode", "nodeid", "2", false },                /* the publisher */
    { "routepartition", "tkpartitionusage", "103", false }, /* Directory URI */
    { "srst", "tksrstoption", "4", true },                  /* users make no others */
};
const size_t store_kept_count = sizeof(store_kept) / sizeof(store_kept[0]);

static bool
derive(struct store_conn *c, const struct store_set_entry *e, struct ccm_error *err)
{
    for (size_t i = 0; i < DERIVATION_STEPS && derivations[e->kind][i] != NULL; i++) {
        sqlite3_stmt *stmt = store_prepare(c, derivations[e->kind][i], err);
        if (stmt == NULL)
            return false;
        sqlite3_bind_text(stmt, 1, e->key, -1, SQLITE_TRANSIENT);
        int rc = store_step(c, stmt, err);
        if (rc == 1)
            ccm_fail_db(err, -746, "%s", (const char *)sqlite3_column_text(stmt, 0));
        sqlite3_reset(stmt);
        if (rc != 0)
            return false;
    }
    return true;
}

bool
store_rules_run(struct store_conn *c, struct ccm_error *err)
{
    struct store_write *w = c->write;
    bool                ok = true;

    w->deriving = true;
    /* Deriving touches rows too, and may lengthen the set; each entry is derived once in a write. */
    while (ok && w->derived < w->dirty.count) {
        struct store_set_entry e = w->dirty.entries[w->derived++];
        w->unseen = e.kind == DERIVED_DEVICE_STAMP || e.kind == DERIVED_DEVICE_TEXT;
        ok = e.op != 0 || derive(c, &e, err);
    }
    w->deriving = w->unseen = false;
    store_stmts_end(c);
    return ok;
}
