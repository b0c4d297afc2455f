/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Which devices an apply, a restart or a reset of something else reaches: those whose settings it holds. */
#include "sim/load.h"

#define BY(column)      "SELECT pkid FROM device WHERE " column "=?1"
#define BY_POOL(column) "SELECT d.pkid FROM devicepool p JOIN device d ON d.fkdevicepool=p.pkid WHERE p." column "=?1"
#define BY_NUMBER(column) \
    "SELECT m.fkdevice FROM numplan n JOIN devicenumplanmap m ON m.fknumplan=n.pkid WHERE n." column "=?1"
#define WEARERS                                                                    \
    "SELECT e.fkdevice FROM devicenumplanmap m JOIN extensionmobilitydynamic e ON" \
    " e.fkdevice_currentloginprofile=m.fkdevice WHERE e.fkenduser IS NOT NULL AND m.fknumplan=?1"

static const struct {
    const char *table;
    const char *statements[3];
} dependents[] = {
    { "callmanager",
      { "SELECT d.pkid FROM callmanagergroupmember m JOIN devicepool p ON p.fkcallmanagergroup=m.fkcallmanagergroup"
        " JOIN device d ON d.fkdevicepool=p.pkid WHERE m.fkcallmanager=?1",
        "SELECT d.pkid FROM callmanagergroupmember m JOIN device d ON d.fkcallmanagergroup=m.fkcallmanagergroup"
        " WHERE m.fkcallmanager=?1" } },
    { "callmanagergroup", { BY_POOL("fkcallmanagergroup"), BY("fkcallmanagergroup") } },
    { "commondeviceconfig", { BY("fkcommondeviceconfig") } },
    { "commonphoneconfig", { BY("fkcommonphoneconfig") } },
    { "datetimesetting", { BY_POOL("fkdatetimesetting") } },
    { "device", { NULL } },
    { "devicepool", { BY("fkdevicepool") } },
    { "featurecontrolpolicy", { BY("fkfeaturecontrolpolicy") } },
    { "location", { BY("fklocation"), BY_POOL("fklocation") } },
    { "mediaresourcelist", { BY("fkmediaresourcelist"), BY_POOL("fkmediaresourcelist") } },
    { "mlppdomain", { BY("fkmlppdomain"), BY_POOL("fkmlppdomain") } },
    { "numplan", { "SELECT fkdevice FROM devicenumplanmap WHERE fknumplan=?1", WEARERS } },
    { "phonetemplate", { BY("fkphonetemplate") } },
    { "region", { BY_POOL("fkregion") } },
    { "routepartition", { BY_NUMBER("fkroutepartition") } },
    { "securityprofile", { BY("fksecurityprofile") } },
    { "sipprofile", { BY("fksipprofile") } },
    { "softkeytemplate", { BY("fksoftkeytemplate"), BY_POOL("fksoftkeytemplate") } },
    { "srst", { BY_POOL("fksrst") } },
    { "voicemessagingprofile", { BY_NUMBER("fkvoicemessagingprofile") } },
    { "wirelesslanprofilegroup", { BY("fkwirelesslanprofilegroup"), BY_POOL("fkwirelesslanprofilegroup") } },
};

const char *const *
act_dependents(const char *table)
{
    for (size_t i = 0; i < sizeof dependents / sizeof dependents[0]; i++)
        if (strcmp(dependents[i].table, table) == 0)
            return dependents[i].statements;
    return NULL;
}

bool
sim_acts_on(const char *table)
{
    return act_dependents(table) != NULL;
}
