/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The statements by which the simulator reads the store, and their columns. */
#ifndef CCMSIM_SIM_READ_H
#define CCMSIM_SIM_READ_H

#include <stdio.h>
#include <stdlib.h>

#include "sim/load.h"

#define READ_NODES      "SELECT pkid,name,nodeid FROM processnode WHERE systemnode='f' ORDER BY nodeid"
#define READ_PARTITIONS "SELECT pkid,name FROM routepartition"
#define READ_SPACES                                                        \
    "SELECT s.pkid,m.fkroutepartition FROM callingsearchspace s LEFT JOIN" \
    " callingsearchspacemember m ON m.fkcallingsearchspace=s.pkid"
#define READ_SPACES_ORDER " ORDER BY s.pkid,m.sortorder"
#define READ_GROUPS                                                                            \
    "SELECT g.pkid,c.fkprocessnode FROM callmanagergroup g LEFT JOIN callmanagergroupmember m" \
    " ON m.fkcallmanagergroup=g.pkid LEFT JOIN callmanager c ON c.pkid=m.fkcallmanager ORDER BY g.pkid,m.priority"
#define READ_POOLS "SELECT pkid,fkcallmanagergroup,connectionmonitorduration FROM devicepool"
#define READ_DEVICES                                                                        \
    "SELECT pkid,name,description,tkclass,tkmodel,tkproduct,tkdeviceprotocol,fkdevicepool," \
    "fkcallmanagergroup,fkcallingsearchspace,specialloadinformation,allowcticontrolflag FROM device"
#define READ_LOGINS                                                                             \
    "SELECT e.fkdevice,e.fkdevice_currentloginprofile,u.userid FROM extensionmobilitydynamic e" \
    " JOIN enduser u ON u.pkid=e.fkenduser"
/* "+": a directory number is to be found by its key; by its usage all of them are. */
#define READ_NUMBERS                                                                               \
    "SELECT pkid,dnorpattern,fkroutepartition,fkcallingsearchspace_sharedlineappear,alertingname," \
    "cfnaduration FROM numplan WHERE +tkpatternusage=2"
#define READ_LINES "SELECT pkid,fkdevice,fknumplan,display,numplanindex,busytrigger,maxnumcalls FROM devicenumplanmap"

static inline const char *
read_text(sqlite3_stmt *s, int column)
{
    return (const char *)sqlite3_column_text(s, column);
}

static inline void
read_device(sqlite3_stmt *s, struct device_row *r)
{
    const char *cti = read_text(s, 11);

    *r = (struct device_row){ .pkid = read_text(s, 0),
                              .name = read_text(s, 1),
                              .description = read_text(s, 2),
                              .tkclass = sqlite3_column_int(s, 3),
                              .tkmodel = sqlite3_column_int(s, 4),
                              .tkproduct = sqlite3_column_int(s, 5),
                              .tkprotocol = sqlite3_column_int(s, 6),
                              .pool = read_text(s, 7),
                              .group = read_text(s, 8),
                              .css = read_text(s, 9),
                              .load = read_text(s, 10),
                              .cti = cti != NULL && *cti == 't' };
}

static inline void
read_login(sqlite3_stmt *s, struct login_row *r)
{
    *r = (struct login_row){ read_text(s, 0), read_text(s, 1), read_text(s, 2) };
}

static inline void
read_number(sqlite3_stmt *s, struct number_row *r)
{
    *r = (struct number_row){ read_text(s, 0), read_text(s, 1), read_text(s, 2),
                              read_text(s, 3), read_text(s, 4), sqlite3_column_int(s, 5) };
}

static inline void
read_line(sqlite3_stmt *s, struct line_row *r)
{
    *r = (struct line_row){ .pkid = read_text(s, 0),
                            .device = read_text(s, 1),
                            .number = read_text(s, 2),
                            .display = read_text(s, 3),
                            .index = (unsigned)sqlite3_column_int(s, 4),
                            .busy_trigger = sqlite3_column_int(s, 5),
                            .max_calls = sqlite3_column_int(s, 6) };
}

#endif
