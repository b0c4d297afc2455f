-- SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
-- Keys of several columns and orders that the APIs ask for, beyond what the dictionary tells
-- column by column. A unique index named X_key answers a duplicate as error -239.

-- Patterns: null counts as a value. Its name is known to the error texts.
CREATE UNIQUE INDEX numplan_pattern ON numplan(dnorpattern, ifnull(fkroutepartition, ''),
    ifnull(fkdialplan, ''), ifnull(fkroutefilter, ''));
CREATE INDEX numplan_usage ON numplan(tkpatternusage, dnorpattern);

CREATE INDEX device_class ON device(tkclass, name COLLATE NOCASE);
CREATE INDEX device_name ON device(name COLLATE NOCASE);
CREATE INDEX device_description ON device(description COLLATE NOCASE) WHERE description <> '';
CREATE INDEX enduser_userid ON enduser(userid COLLATE NOCASE);
CREATE INDEX enduser_lastname ON enduser(lastname COLLATE NOCASE);
CREATE INDEX applicationuser_name ON applicationuser(name COLLATE NOCASE);
CREATE INDEX routepartition_name ON routepartition(name COLLATE NOCASE);
CREATE INDEX callingsearchspace_name ON callingsearchspace(name COLLATE NOCASE);
CREATE INDEX devicepool_name ON devicepool(name COLLATE NOCASE);

-- Lists: a position is taken once.
CREATE UNIQUE INDEX devicenumplanmap_key ON devicenumplanmap(fkdevice, numplanindex);
CREATE UNIQUE INDEX speeddial_key ON speeddial(fkdevice, speeddialindex);
CREATE UNIQUE INDEX blfspeeddial_key ON blfspeeddial(fkdevice, blfindex);
CREATE UNIQUE INDEX blfdirectedcallpark_key ON blfdirectedcallpark(fkdevice, blfindex);
CREATE UNIQUE INDEX deviceaddonmodulemap_key ON deviceaddonmodulemap(fkdevice, moduleindex);
CREATE UNIQUE INDEX regionmatrix_key ON regionmatrix(fkregion_a, fkregion_b);
CREATE UNIQUE INDEX aardialprefixmatrix_key ON aardialprefixmatrix(fkaarneighborhood_from, fkaarneighborhood_to);
CREATE UNIQUE INDEX routefilter_key ON routefilter(fkdialplan, name);
CREATE UNIQUE INDEX matrix_key ON matrix(name, tkmatrix);
CREATE UNIQUE INDEX dialplantag_key ON dialplantag(fkdialplan, tag);
CREATE UNIQUE INDEX directorypluginconfig_key ON directorypluginconfig(name, tkldapdirectoryfunction);
CREATE UNIQUE INDEX processconfig_key ON processconfig(fkprocessnode, tkservice, paramname);
CREATE UNIQUE INDEX processnodeservice_key ON processnodeservice(fkprocessnode, tkservice);
CREATE INDEX callingsearchspacemember_order ON callingsearchspacemember(fkcallingsearchspace, sortorder);
CREATE INDEX callmanagergroupmember_order ON callmanagergroupmember(fkcallmanagergroup, priority);
CREATE INDEX enduserdevicemap_user ON enduserdevicemap(fkenduser, tkuserassociation);
CREATE INDEX devicenumplanmapendusermap_line ON devicenumplanmapendusermap(fkdevicenumplanmap, fkenduser, pkid);
CREATE INDEX endusernumplanmap_user ON endusernumplanmap(fkenduser, tkdnusage);
CREATE INDEX processconfigdefaults_param ON processconfigdefaults(tkservice, paramname);

-- When Extension Mobility logs the user out, in milliseconds since 1970: real nodes keep it in the service's memory.
-- Without a row, never.
CREATE TABLE shadow_extensionmobilitydynamic(pkid TEXT PRIMARY KEY REFERENCES extensionmobilitydynamic(pkid)
    ON DELETE CASCADE, autologout INTEGER NOT NULL);
CREATE INDEX shadow_extensionmobilitydynamic_autologout ON shadow_extensionmobilitydynamic(autologout);
