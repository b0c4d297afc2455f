/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Fields that are more than a column, through the engine and without a server: added, changed and read back. */
#include "store_kit.h"

#include "axl/axl_priv.h"
#include "ccmsim/soap.h"

#define ENVELOPE "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>%s</e:Body></e:Envelope>"

static struct kit kit;
static char       answer[64 * 1024]; /* of the last call: its XML, or the error's text */

static bool
carry_out(struct axl_call *c, const struct soap_element *rq)
{
    bool (*const run[])(struct axl_call *, const struct soap_element *, struct ccm_error *) = {
        [AXL_ADD] = axl_run_add, [AXL_UPDATE] = axl_run_update, [AXL_GET] = axl_run_get, [AXL_REMOVE] = axl_run_remove
    };
    assert_non_null(c->op);
    assert_true(c->op->family < sizeof(run) / sizeof(run[0]) && run[c->op->family] != NULL);
    c->conn = kit_begin(&kit);
    struct ccm_error first = { 0 };
    bool             ok = run[c->op->family](c, rq, &first);
    bool             ended = store_write_end(c->conn, ok, &kit.err);
    if (!ok)
        kit.err = first;
    return ok && ended;
}

static bool
call(enum axl_version version, const char *operation, const char *body)
{
    struct arena       *a = arena_new();
    struct buf          out;
    struct soap_message m;
    char               *text = arena_printf(a, ENVELOPE, arena_printf(a, "<%s>%s</%s>", operation, body, operation));

    buf_init(&out, BUF_MAX_REPLY);
    kit.err = (struct ccm_error){ 0 };
    if (!soap_read(a, (struct str){ text, strlen(text) }, &m, &kit.err))
        fail_msg("%s: %s", body, kit.err.text);
    struct axl_call c = {
        .arena = a, .out = &out, .version = version, .strictness = AXL_STRICT, .op = axl_op_find(operation, version)
    };
    bool ok = carry_out(&c, m.operation);
    snprintf(answer, sizeof(answer), "%s", ok ? buf_cstr(&out) : kit.err.text);
    buf_release(&out);
    arena_free(a);
    return ok;
}

static void
must(const char *operation, const char *body)
{
    if (!call(AXL_V15_0, operation, body))
        fail_msg("%s: %s", operation, answer);
}

static void
refused(const char *operation, const char *body, enum ccm_status status)
{
    if (call(AXL_V15_0, operation, body))
        fail_msg("%s was not refused: %s", operation, body);
    assert_int_equal(kit.err.status, status);
}

/* The answer has that piece of XML in it. */
static void
tells_in(enum axl_version version, const char *operation, const char *body, const char *piece)
{
    if (!call(version, operation, body) || strstr(answer, piece) == NULL)
        fail_msg("%s: no %s in %s", operation, piece, answer);
}

static void
tells(const char *operation, const char *body, const char *piece)
{
    tells_in(AXL_V15_0, operation, body, piece);
}

static int
open_store(void **state)
{
    (void)state;
    kit_open(&kit, NULL);
    return 0;
}

static int
close_store(void **state)
{
    (void)state;
    store_close(kit.store);
    return 0;
}

/* ---- the tests ---- */

static void
every_function_that_the_contract_names_is_there(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < axl_object_count; i++)
        for (unsigned k = 0; k < axl_objects[i].bind_count; k++) {
            const struct axl_bind *b = &axl_objects[i].binds[k];
            if (b->func != NULL && axl_special_find(b->func) == NULL)
                fail_msg("%s %s: no function %s", axl_objects[i].name, b->path, b->func);
        }
}

#define RELATED(bandwidth)                                                                                       \
    "<relatedRegions><relatedRegion><regionName>Default</regionName><bandwidth>" bandwidth "</bandwidth>"        \
    "<videoBandwidth>300</videoBandwidth><immersiveVideoBandwidth>100</immersiveVideoBandwidth></relatedRegion>" \
    "</relatedRegions>"

static void
bandwidth_is_kbps_and_before_10_a_codec(void **state)
{
    (void)state;
    must("addRegion", "<region><name>R1</name>" RELATED("80 kbps") "</region>");
    tells("getRegion", "<name>R1</name>", "<bandwidth>80 kbps</bandwidth>");
    tells_in(AXL_V9_1, "getRegion", "<name>R1</name>", "<bandwidth>G.711</bandwidth>");
    must("updateRegion", "<name>R1</name>" RELATED("G.729"));
    tells("getRegion", "<name>R1</name>", "<bandwidth>8 kbps</bandwidth>");
    refused("updateRegion", "<name>R1</name>" RELATED("loud"), CCM_INVALID);
}

static void
locations_hold_settings_to_others(void **state)
{
    (void)state;
    must("addLocation",
         "<location><name>L1</name><relatedLocations><relatedLocation><locationName>Hub_None</locationName>"
         "<rsvpSetting>Mandatory</rsvpSetting></relatedLocation></relatedLocations><withinAudioBandwidth>0"
         "</withinAudioBandwidth><withinVideoBandwidth>0</withinVideoBandwidth><withinImmersiveKbits>0"
         "</withinImmersiveKbits></location>");
    tells("getLocation", "<name>L1</name>", ">Hub_None</locationName><rsvpSetting>Mandatory</rsvpSetting>");
    assert_string_equal(kit_value(&kit, "SELECT count(*) FROM matrix WHERE tkmatrix=1"), "2");
}

static void
date_parts_change_their_share(void **state)
{
    (void)state;
    must("addDateTimeGroup", "<dateTimeGroup><name>D1</name><timeZone>Europe/London</timeZone><separator>/</separator>"
                             "<dateformat>D/M/Y</dateformat><timeFormat>12-hour</timeFormat></dateTimeGroup>");
    assert_string_equal(kit_value(&kit, "SELECT datetemplate FROM datetimesetting WHERE name='D1'"), "D/M/YA");
    must("updateDateTimeGroup", "<name>D1</name><separator>.</separator>");
    must("updateDateTimeGroup", "<name>D1</name><dateformat>YMD</dateformat>");
    must("updateDateTimeGroup", "<name>D1</name><timeFormat>24-hour</timeFormat>");
    assert_string_equal(kit_value(&kit, "SELECT datetemplate FROM datetimesetting WHERE name='D1'"), "Y.M.D");
    refused("updateDateTimeGroup", "<name>D1</name><timeFormat>13</timeFormat>", CCM_INVALID);
}

#define MEMBER(name) "<member><userId>" name "</userId></member>"

static void
group_members_are_replaced_added_and_removed(void **state)
{
    (void)state;
    kit_must(&kit, "INSERT INTO applicationuser(name) VALUES('app1')");
    must("addUser", "<user><lastName>L</lastName><userid>u1</userid><presenceGroupName>Standard Presence group"
                    "</presenceGroupName></user>");
    must("addUserGroup", "<userGroup><name>G1</name><members>" MEMBER("u1") MEMBER("app1") "</members></userGroup>");
    tells("getUserGroup", "<name>G1</name>", "<userId>app1</userId>");
    must("updateUserGroup", "<name>G1</name><removeMembers>" MEMBER("app1") "</removeMembers>");
    must("updateUserGroup", "<name>G1</name><addMembers>" MEMBER("u1") "</addMembers>");
    assert_string_equal(kit_value(&kit, "SELECT count(*) FROM enduserdirgroupmap"), "1");
    assert_string_equal(kit_value(&kit, "SELECT count(*) FROM applicationuserdirgroupmap m JOIN dirgroup g ON "
                                        "g.pkid=m.fkdirgroup WHERE g.name='G1'"),
                        "0");
    must("updateUserGroup", "<name>G1</name><members>" MEMBER("app1") "</members>");
    assert_string_equal(kit_value(&kit, "SELECT count(*) FROM enduserdirgroupmap"), "0");
    refused("updateUserGroup", "<name>G1</name><addMembers>" MEMBER("nobody") "</addMembers>", CCM_NOT_FOUND);
}

static void
failover_needs_a_number_of_its_kind(void **state)
{
    (void)state;
    must("addLine", "<line><pattern>2001</pattern><usage>Device</usage></line>");
    refused("updateLine", "<pattern>2001</pattern><pstnFailover>+E.164 Number</pstnFailover>", CCM_INVALID);
    must("updateLine", "<pattern>2001</pattern><useE164AltNum>true</useE164AltNum>");
    must("updateLine", "<pattern>2001</pattern><pstnFailover>+E.164 Number</pstnFailover>");
    tells("getLine", "<pattern>2001</pattern>", "<pstnFailover>+E.164 Number</pstnFailover>");
    must("updateLine", "<pattern>2001</pattern><pstnFailover>No Failover</pstnFailover>");
    tells("getLine", "<pattern>2001</pattern>", "<pstnFailover/>");
}

static void
a_template_is_like_its_base_but_for_its_own_buttons(void **state)
{
    (void)state;
    must("addPhoneButtonTemplate",
         "<phoneButtonTemplate><name>T1</name><basePhoneTemplateName>Standard 7965 SCCP"
         "</basePhoneTemplateName><buttons><button><feature>Speed Dial</feature><label>x</label>"
         "<buttonNumber>2</buttonNumber></button></buttons></phoneButtonTemplate>");
    assert_string_equal(kit_value(&kit, "SELECT group_concat(f.name,'|') FROM phonebutton b JOIN phonetemplate t ON "
                                        "t.pkid=b.fkphonetemplate JOIN typefeature f ON f.enum=b.tkfeature WHERE "
                                        "t.name='T1' AND b.buttonnum<3"),
                        "Speed Dial|Line");
    refused(
        "addPhoneButtonTemplate",
        "<phoneButtonTemplate><name>T2</name><basePhoneTemplateName>None</basePhoneTemplateName></phoneButtonTemplate>",
        CCM_NOT_FOUND);
}

static void
there_is_one_default_template(void **state)
{
    (void)state;
    must("addSoftKeyTemplate", "<softKeyTemplate><name>S1</name><description>d</description><isDefault>true</isDefault>"
                               "<baseSoftkeyTemplateName>Standard User</baseSoftkeyTemplateName></softKeyTemplate>");
    tells("getSoftKeyTemplate", "<name>Standard User</name>", "<isDefault>false</isDefault>");
    must("updateSoftKeyTemplate", "<name>S1</name><isDefault>false</isDefault>");
    tells("getSoftKeyTemplate", "<name>Standard User</name>", "<isDefault>true</isDefault>");
    refused("updateSoftKeyTemplate", "<name>Standard User</name><isDefault>false</isDefault>", CCM_INVALID);
}

#define UC(name, service, product)                                            \
    "<ucService><serviceType>" service "</serviceType>" product "<name>" name \
    "</name><hostnameorip>192.0.2.1</hostnameorip></ucService>"

static void
a_product_says_its_service(void **state)
{
    (void)state;
    must("addUcService", UC("V1", "Voicemail", "<productType>Unity Connection</productType>"));
    tells("getUcService", "<name>V1</name>", "<serviceType>Voicemail</serviceType>");
    refused("addUcService", UC("V2", "CTI", "<productType>Unity</productType>"), CCM_INVALID);
    must("addServiceProfile", "<serviceProfile><name>P1</name><serviceProfileInfos><serviceProfileInfo><profileName>"
                              "Voicemail Profile</profileName><primary>V1</primary></serviceProfileInfo>"
                              "</serviceProfileInfos></serviceProfile>");
    tells("getServiceProfile", "<name>P1</name>", "<profileName>Voicemail Profile</profileName>");
}

#define PHONE(name, url, number)                                                                                   \
    "<phone><name>" name "</name><product>Cisco 8841</product><class>Phone</class><protocol>SIP</protocol>"        \
    "<protocolSide>User</protocolSide><devicePoolName>Default</devicePoolName><commonPhoneConfigName>Standard "    \
    "Common Phone Profile</commonPhoneConfigName><locationName>Hub_None</locationName><useTrustedRelayPoint>"      \
    "Default</useTrustedRelayPoint><phoneTemplateName>Standard 8841 SIP</phoneTemplateName><primaryPhoneName/>"    \
    "<builtInBridgeStatus>Default</builtInBridgeStatus><packetCaptureMode>None</packetCaptureMode>"                \
    "<certificateOperation>No Pending Operation</certificateOperation><deviceMobilityMode>Default"                 \
    "</deviceMobilityMode><securityProfileName>Cisco 8841 - Standard SIP Non-Secure Profile</securityProfileName>" \
    "<sipProfileName>Standard SIP Profile</sipProfileName><authenticationUrl>" url "</authenticationUrl>"          \
    "<lines><line><index>1</index><dirn><pattern>" number "</pattern></dirn></line></lines></phone>"

static void
is_true(const char *condition)
{
    char sql[400];
    snprintf(sql, sizeof(sql), "SELECT %s", condition);
    assert_string_equal(kit_value(&kit, sql), "1");
}

static void
tells_phones(void)
{
    tells("getPhone", "<name>SEP000000000001</name>", "<authenticationUrl>u1</authenticationUrl>");
    tells("getPhone", "<name>SEP000000000001</name>", "<pattern>5001</pattern>");
    tells("getPhone", "<name>SEP000000000002</name>", "<authenticationUrl>u2</authenticationUrl>");
    tells("getPhone", "<name>SEP000000000002</name>", "<pattern>5002</pattern>");
}

/* Queries look for a companion first where it has its row's number. */
static void
companions_are_found_whatever_number_they_have(void **state)
{
    (void)state;
    must("addPhone", PHONE("SEP000000000001", "u1", "5001"));
    is_true("(SELECT rowid FROM telecaster)=(SELECT rowid FROM device WHERE name='SEP000000000001')");
    is_true("(SELECT rowid FROM devicenumplanmap)=(SELECT rowid FROM numplan WHERE dnorpattern='5001')");
    kit_must(&kit, "UPDATE telecaster SET rowid=rowid+1");
    kit_must(&kit, "UPDATE devicenumplanmap SET rowid=rowid+1");
    must("addPhone", PHONE("SEP000000000002", "u2", "5002"));
    is_true("(SELECT min(rowid) FROM telecaster)=-(SELECT rowid FROM device WHERE name='SEP000000000002')");
    is_true("(SELECT min(rowid) FROM devicenumplanmap)=-(SELECT rowid FROM numplan WHERE dnorpattern='5002')");
    tells_phones();
    kit_must(&kit, "UPDATE telecaster SET rowid=1000-rowid");
    kit_must(&kit, "UPDATE devicenumplanmap SET rowid=1000-rowid");
    tells_phones();
    must("updatePhone", "<name>SEP000000000002</name><authenticationUrl>u3</authenticationUrl>");
    tells("getPhone", "<name>SEP000000000002</name>", "<authenticationUrl>u3</authenticationUrl>");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(companions_are_found_whatever_number_they_have),
        cmocka_unit_test(every_function_that_the_contract_names_is_there),
        cmocka_unit_test(bandwidth_is_kbps_and_before_10_a_codec),
        cmocka_unit_test(locations_hold_settings_to_others),
        cmocka_unit_test(date_parts_change_their_share),
        cmocka_unit_test(group_members_are_replaced_added_and_removed),
        cmocka_unit_test(failover_needs_a_number_of_its_kind),
        cmocka_unit_test(a_template_is_like_its_base_but_for_its_own_buttons),
        cmocka_unit_test(there_is_one_default_template),
        cmocka_unit_test(a_product_says_its_service),
    };
    return cmocka_run_group_tests(tests, open_store, close_store);
}
