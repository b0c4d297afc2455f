-- Rows beside the demonstration cluster that the statements of corpus.tsv speak of. Plain SQLite, run on a store
-- file before a daemon opens it (kit.py), so that no statement under test has made its own data. Times and keys
-- are fixed; several rows share a pkid because samples in the statements do.

-- People.
INSERT INTO enduser(pkid, firstname, middlename, lastname, userid, department, telephonenumber, mailid, displayname,
                    islocaluser, status, enablemobility, directoryuri) VALUES
 ('087cb605-b476-08c7-792c-d9045b02b316', 'Michael', 'Gary', 'Scott', 'mscott', 'Sales', '1001', 'mscott@example.com',
  'Michael Scott', 't', 1, 't', 'mscott@example.com'),
 ('8c758cf4-da8c-bd00-53be-a0902f1707e1', 'Bob', '', 'Smith', 'bsmith', 'Support', '6700', 'bsmith@example.com',
  'Bob Smith', 't', 1, 'f', ''),
 ('feaea3f1-9d92-d943-bba9-d4d6a160309a', 'Una', '', 'Agent', 'uagent', '', '', '', 'Una Agent', 't', 1, 'f', ''),
 ('22222222-0000-4000-8000-000000000001', 'Number', '', 'One', '1', '', '', '', 'Number One', 't', 1, 'f', ''),
 ('22222222-0000-4000-8000-000000000002', 'Will', '', 'Wanderer', 'wanderer', '', '', '', 'Will Wanderer', 't', 1, 'f', ''),
 ('22222222-0000-4000-8000-000000000003', 'First', '', 'User', 'user1', 'Finance', '', '', 'First User', 't', 1, 'f', ''),
 ('22222222-0000-4000-8000-000000000004', 'Gone', '', 'Inactive', 'ginactive', '', '', '', '', 't', 0, 'f', '');
UPDATE enduser SET fkucserviceprofile = (SELECT pkid FROM ucserviceprofile WHERE name = 'Staff services')
 WHERE userid IN ('user1', 'mscott');
UPDATE enduser SET fkdirectorypluginconfig = (SELECT pkid FROM directorypluginconfig) WHERE userid = 'aalbrecht';
INSERT INTO applicationuser(pkid, name) VALUES ('22222222-0000-4000-8000-000000000011', 'jtapi'),
 ('22222222-0000-4000-8000-000000000012', 'pguser');
INSERT INTO credential(fkapplicationuser, tkcredential, credentials) VALUES ('22222222-0000-4000-8000-000000000011', 3, 'secret');
INSERT INTO dirgroup(pkid, name) VALUES ('087cb605-b476-08c7-792c-d9045b02b317', 'Sample group');
INSERT INTO enduserdirgroupmap(fkenduser, fkdirgroup)
 SELECT '087cb605-b476-08c7-792c-d9045b02b316', pkid FROM dirgroup WHERE name = 'Standard CCM End Users';
INSERT INTO personaladdressbook(pkid, fkenduser, firstname, lastname, nickname) VALUES
 ('22222222-0000-4000-8000-000000000021', '087cb605-b476-08c7-792c-d9045b02b316', 'Pam', 'Beesly', 'pam');
INSERT INTO personalphonebook(fkenduser, fkpersonaladdressbook, tkpersonalphonenumber, phonenumber, personalfastdialindex) VALUES
 ('087cb605-b476-08c7-792c-d9045b02b316', '22222222-0000-4000-8000-000000000021', 2, '1002', 1),
 ('087cb605-b476-08c7-792c-d9045b02b316', NULL, 1, '1003', 2);
INSERT INTO functionrole(pkid, name, description) VALUES ('11111111-0000-4000-8000-000000000096', 'Backup role', 'Backs up'),
 ('11111111-0000-4000-8000-000000000097', 'Empty role', ''), ('11111111-0000-4000-8000-000000000099', 'testRole', 'To be removed');
INSERT INTO functionroleresourcemap(pkid, fkfunctionrole, tkresource, permission) VALUES
 ('11111111-0000-4000-8000-000000000095', '11111111-0000-4000-8000-000000000096', 96, 1),
 ('11111111-0000-4000-8000-000000000098', '11111111-0000-4000-8000-000000000096', 95, 1);

-- Partitions, calling search spaces.
INSERT INTO routepartition(pkid, name, description) VALUES ('6a0ac8cf-d5d5-40ae-2d02-60b12c4046ee', 'Sample-PT', 'Partition of samples'),
 ('55555555-0000-4000-8000-000000000001', 'Block-International', 'Dead end'), ('55555555-0000-4000-8000-000000000002', 'NEW-PT', '');
INSERT INTO callingsearchspace(pkid, name, description, clause) VALUES
 ('6a0ac8cf-d5d5-40ae-2d02-60b12c4046ef', 'supervisor_css', 'Supervisors', 'Internal:Services'),
 ('55555555-0000-4000-8000-000000000011', 'CSS-Internal', '', 'Internal');
INSERT INTO callingsearchspacemember(fkcallingsearchspace, fkroutepartition, sortorder)
 SELECT '6a0ac8cf-d5d5-40ae-2d02-60b12c4046ef', pkid, CASE name WHEN 'Internal' THEN 1 ELSE 2 END FROM routepartition
  WHERE name IN ('Internal', 'Services')
 UNION ALL SELECT '55555555-0000-4000-8000-000000000011', pkid, 1 FROM routepartition WHERE name = 'Internal';
UPDATE recordingprofile SET fkcallingsearchspace_callrecording = '6a0ac8cf-d5d5-40ae-2d02-60b12c4046ef';

-- Pools, templates, lists.
INSERT INTO devicepool(pkid, name, fkcallmanagergroup, fkdatetimesetting, fkregion, fksrst, fklocation)
 SELECT 'cec8559c-3d22-4086-a27f-8cdfca4807a3', 'Conference rooms', fkcallmanagergroup, fkdatetimesetting, fkregion, fksrst, fklocation
 FROM devicepool WHERE name = 'Default';
INSERT INTO mediaresourcelist(pkid, name) VALUES ('b2c6a8fd-83f3-13c9-f103-15424960b514', 'Software only');
INSERT INTO phonetemplate(pkid, name, numofbuttons, tkmodel, tkdeviceprotocol) VALUES
 ('66827fa4-5dd5-7e53-4017-ba333ff1e2c7', 'Rooms', 8, 683, 11), ('62da8d7d-a885-ea31-5735-f90d95e575f6', 'Halls', 8, 683, 11);

-- Devices. Model 683 is an 8841, 652 Jabber on a tablet, 575 and 562 telephones with Android and iOS, 30027 analog.
WITH d(pkid, name, description, tkmodel, tkdeviceprotocol, tkclass, tkproduct, tkdeviceprofile, pool, user) AS (VALUES
 ('6a0ac8cf-d5d5-40ae-2d02-60b12c4046ee', 'SEP001122334455', 'Michael Scott - 1001', 683, 11, 1, 36854, 0, 'Default', 'mscott'),
 ('33333333-0000-4000-8000-000000000008', 'SEP001122334466', 'Hot desk DX', 683, 11, 1, 36854, 0, 'HQ', NULL),
 ('33333333-0000-4000-8000-000000000007', 'SEP001122334477', 'Spare', 683, 11, 1, 36854, 0, 'HQ', NULL),
 ('33333333-0000-4000-8000-000000000009', 'SEP001122334488', 'To be removed', 683, 11, 1, 36854, 0, 'HQ', NULL),
 ('5a5fbb7b-6b34-7a81-332f-e8bf39bb669d', 'SEP001122334499', 'Bob Smith', 683, 11, 1, 36854, 0, 'Default', 'bsmith'),
 ('33333333-0000-4000-8000-000000000010', 'SEPC80084AA8743', 'Recorded', 683, 11, 1, 36854, 0, 'HQ', NULL),
 ('33333333-0000-4000-8000-000000000011', 'SEP00152B176C99', 'Sample User - +15555550100', 683, 11, 1, 36854, 0, 'HQ', NULL),
 ('33333333-0000-4000-8000-000000000012', 'SEP0015C0FFEE01', 'Hall 1', 683, 11, 1, 36854, 0, 'Conference rooms', NULL),
 ('33333333-0000-4000-8000-000000000001', 'AN0011AABB00001', 'Fax', 30027, 3, 1, 36885, 0, 'Default', NULL),
 ('33333333-0000-4000-8000-000000000002', 'AN0011AABB-template', 'Template of analog lines', 30027, 3, 253, 36885, 0, 'Default', NULL),
 ('33333333-0000-4000-8000-000000000021', 'CSFmscott', 'iManage desktop', 575, 11, 1, 36804, 0, 'Default', 'mscott'),
 ('33333333-0000-4000-8000-000000000022', 'TABmscott', 'iManage tablet', 652, 11, 1, 36850, 0, 'Default', 'mscott'),
 ('33333333-0000-4000-8000-000000000023', 'BOTmscott', 'iManage Android', 575, 11, 1, 36804, 0, 'HQ', 'mscott'),
 ('33333333-0000-4000-8000-000000000024', 'TCTmscott', 'Telephone of Michael', 562, 11, 1, 36802, 0, 'HQ', 'mscott'),
 ('33333333-0000-4000-8000-000000000025', 'TAB-ANNA', 'Tablet', 652, 11, 1, 36850, 0, 'HQ', NULL),
 ('33333333-0000-4000-8000-000000000026', 'TAB-GRETA', 'Tablet', 652, 11, 1, 36850, 0, 'HQ', NULL),
 ('33333333-0000-4000-8000-000000000027', 'TAB-MARIA', 'Tablet', 652, 11, 1, 36850, 0, 'HQ', NULL),
 ('33333333-0000-4000-8000-000000000028', 'TAB-tanja', 'Small letter', 652, 11, 1, 36850, 0, 'HQ', NULL),
 ('33333333-0000-4000-8000-000000000029', 'TAB-TANJA', 'Tablet', 652, 11, 1, 36850, 0, 'HQ', NULL),
 ('33333333-0000-4000-8000-000000000030', 'UDP-mscott', 'Profile of Michael', 683, 11, 254, 36854, 1, NULL, NULL),
 ('33333333-0000-4000-8000-000000000031', 'UDP-nobody', 'Profile without user', 683, 11, 254, 36854, 1, NULL, NULL),
 ('33333333-0000-4000-8000-000000000032', 'CSF-LH-iManage', 'Template', 575, 11, 253, 36804, 0, 'Default', NULL),
 ('33333333-0000-4000-8000-000000000033', 'EM-LH-iManage', 'Template', 683, 11, 252, 36854, 1, NULL, NULL),
 ('33333333-0000-4000-8000-000000000034', 'RDP-mscott', 'Mobility of Michael', 134, 15, 20, 36753, 0, 'HQ', NULL),
 ('33333333-0000-4000-8000-000000000035', 'test', 'test', 683, 11, 1, 36854, 0, 'HQ', NULL))
INSERT INTO device(pkid, name, description, tkmodel, tkdeviceprotocol, tkclass, tkproduct, tkdeviceprofile, fkdevicepool,
                   fkenduser, fkphonetemplate, fksecurityprofile, fkcommonphoneconfig)
 SELECT d.pkid, d.name, d.description, d.tkmodel, d.tkdeviceprotocol, d.tkclass, d.tkproduct, d.tkdeviceprofile,
  (SELECT pkid FROM devicepool WHERE name = pool), (SELECT pkid FROM enduser WHERE userid = user),
  s.fkphonetemplate, s.fksecurityprofile, s.fkcommonphoneconfig
 FROM d, device s WHERE s.name = 'SEP00DE00C01000';
UPDATE device SET fkphonetemplate = '66827fa4-5dd5-7e53-4017-ba333ff1e2c7' WHERE name = 'SEP00152B176C99';
UPDATE device SET fkphonetemplate = '62da8d7d-a885-ea31-5735-f90d95e575f6' WHERE name = 'SEP0015C0FFEE01';
UPDATE device SET allowhotelingflag = 't' WHERE name IN ('SEP001122334455', 'SEP001122334466');
UPDATE device SET specialloadinformation = 'sip88xx.12-8-1', publickey = 'key', fkcallingsearchspace = '55555555-0000-4000-8000-000000000011'
 WHERE name = 'SEP001122334455';
UPDATE device SET specialloadinformation = '' WHERE name = 'SEP001122334466';
UPDATE device SET fkcallingsearchspace_reroute = (SELECT pkid FROM callingsearchspace WHERE name = 'Internal only')
 WHERE name IN ('RDP-mscott', 'RDP-aalbrecht');
UPDATE typemodel SET moniker = 'MODEL_CISCO_8841' WHERE enum = 683;
INSERT INTO devicexml4k(fkdevice, xml) VALUES ('33333333-0000-4000-8000-000000000021', '<webAccess>0</webAccess><sshAccess>1</sshAccess>');
INSERT INTO devicehlogdynamic(fkdevice, hlog) SELECT pkid, 't' FROM device WHERE tkclass = 1 AND pkid LIKE '33333333%';
INSERT INTO devicehlogdynamic(fkdevice, hlog) VALUES ('6a0ac8cf-d5d5-40ae-2d02-60b12c4046ee', 'f');
INSERT INTO registrationdynamic(fkdevice, lastknownipaddress, lastknownucm, lastseen, lastactive) VALUES
 ('6a0ac8cf-d5d5-40ae-2d02-60b12c4046ee', '192.0.2.55', 'cucm-pub', 1562843201, 1562843100),
 ('33333333-0000-4000-8000-000000000008', '192.0.2.66', 'cucm-pub', 1562843202, 0);
INSERT INTO enduserdevicemap(fkenduser, fkdevice, tkuserassociation, defaultprofile) VALUES
 ('087cb605-b476-08c7-792c-d9045b02b316', '6a0ac8cf-d5d5-40ae-2d02-60b12c4046ee', 1, 'f'),
 ('087cb605-b476-08c7-792c-d9045b02b316', '33333333-0000-4000-8000-000000000022', 1, 'f'),
 ('087cb605-b476-08c7-792c-d9045b02b316', '33333333-0000-4000-8000-000000000030', 5, 't'),
 ('8c758cf4-da8c-bd00-53be-a0902f1707e1', '5a5fbb7b-6b34-7a81-332f-e8bf39bb669d', 1, 'f');
INSERT INTO applicationuserdevicemap(fkapplicationuser, fkdevice, tkuserassociation) VALUES
 ('22222222-0000-4000-8000-000000000011', '6a0ac8cf-d5d5-40ae-2d02-60b12c4046ee', 1),
 ('22222222-0000-4000-8000-000000000011', '33333333-0000-4000-8000-000000000011', 1),
 ('22222222-0000-4000-8000-000000000011', '33333333-0000-4000-8000-000000000021', 1);

-- Numbers. 2 is a line, 3 a translation, 5 a route, 20 a called party transformation.
WITH n(pkid, pattern, usage, partition, description, alerting, mask) AS (VALUES
 ('44444444-0000-4000-8000-000000000001', '1001', 2, 'Internal', 'Michael Scott - 1001', 'Michael Scott', NULL),
 ('44444444-0000-4000-8000-000000000002', '1002', 2, 'Internal', 'Pam', 'Pam', NULL),
 ('44444444-0000-4000-8000-000000000003', '1003', 2, 'Internal', 'Agent line', 'Agent', NULL),
 ('6a0ac8cf-d5d5-40ae-2d02-60b12c4046ef', '1005', 2, 'Internal', 'Sample', 'Sample', NULL),
 ('6a0ac8cf-d5d5-40ae-2d02-60b12c4046ee', '1006', 2, 'Internal', 'Sample', 'Sample', NULL),
 ('44444444-0000-4000-8000-000000000005', '1099', 2, 'Internal', 'Nobody''s', '', NULL),
 ('44444444-0000-4000-8000-000000000009', '1098', 2, 'Internal', 'To be removed', '', NULL),
 ('44444444-0000-4000-8000-000000000006', '1234', 2, 'Internal', 'Bob - 1234', 'Bob', NULL),
 ('44444444-0000-4000-8000-000000000007', '4499', 2, 'Internal', 'Free', '', NULL),
 ('44444444-0000-4000-8000-000000000008', '1', 1, 'Services', 'Assistant', '', NULL),
 ('44444444-0000-4000-8000-000000000010', '52066', 2, 'Internal', 'Mailbox', '', NULL),
 ('44444444-0000-4000-8000-000000000011', '85512345', 2, 'Internal', 'Branch line', 'Branch', NULL),
 ('44444444-0000-4000-8000-000000000012', '87018701', 2, 'Internal', 'Contact centre', '', NULL),
 ('44444444-0000-4000-8000-000000000013', '+13334445555', 2, 'Internal', 'Abroad', '', NULL),
 ('44444444-0000-4000-8000-000000000014', '\+442078001', 2, 'Internal', 'London', '', NULL),
 ('44444444-0000-4000-8000-000000000015', '5XXX', 3, 'Services', 'To the right', '', '1XXX'),
 ('44444444-0000-4000-8000-000000000016', '4711', 3, 'Services', 'Perfume', '', '4711'),
 ('44444444-0000-4000-8000-000000000017', '90011.!', 5, 'Block-International', 'Blocked', '', NULL),
 ('44444444-0000-4000-8000-000000000018', '4001', 2, 'Internal', 'Four', '', NULL),
 ('90542988-16e0-04e8-eb46-0873ce6cade0', '1007', 2, 'Internal', 'Second line', '', NULL))
INSERT INTO numplan(pkid, dnorpattern, tkpatternusage, fkroutepartition, description, alertingname, alertingnameascii,
                    calledpartytransformationmask)
 SELECT pkid, pattern, usage, (SELECT pkid FROM routepartition WHERE name = partition), description, alerting, alerting, mask FROM n;
UPDATE numplan SET fkcallingsearchspace_translation = (SELECT pkid FROM callingsearchspace WHERE name = 'Internal only')
 WHERE dnorpattern = '5XXX';
UPDATE numplan SET fkvoicemessagingprofile = (SELECT pkid FROM voicemessagingprofile WHERE name = 'Voicemail'),
  fkcallingsearchspace_sharedlineappear = (SELECT pkid FROM callingsearchspace WHERE name = 'National') WHERE dnorpattern = '1001';
UPDATE numplan SET cfnavoicemailenabled = 't', fkvoicemessagingprofile = NULL, iscallable = 't' WHERE dnorpattern = '1003';
UPDATE numplan SET cfbdestination = '0441', cfbintdestination = '0442', cfurdestination = '0443', cfurintdestination = '0444',
  pffintdestination = '0445', cfnadestination = '0446' WHERE dnorpattern = '1002';
UPDATE numplan SET fkcallingsearchspace_cfb = i.pkid, fkcallingsearchspace_cfbint = i.pkid, fkcallingsearchspace_cfna = i.pkid,
  fkcallingsearchspace_cfnaint = i.pkid, fkcallingsearchspace_cfur = i.pkid, fkcallingsearchspace_cfurint = i.pkid,
  fkcallingsearchspace_devicefailure = i.pkid, fkcallingsearchspace_pff = i.pkid
  FROM callingsearchspace i WHERE i.name = 'Internal only' AND dnorpattern IN ('2001', '2002');
INSERT INTO callforwarddynamic(fknumplan, cfadestination, cfavoicemailenabled) VALUES ('44444444-0000-4000-8000-000000000001', '', 't'),
 ('44444444-0000-4000-8000-000000000002', '4499', 'f'), ('44444444-0000-4000-8000-000000000013', '+4930555', 'f'),
 ('44444444-0000-4000-8000-000000000003', NULL, 'f');
UPDATE callforwarddynamic SET fkcallingsearchspace_scfa = (SELECT pkid FROM callingsearchspace WHERE name = 'Internal only')
 WHERE fknumplan IN (SELECT pkid FROM numplan WHERE dnorpattern IN ('2001', '2002', '2003'));
INSERT INTO alternatenumber(fknumplan, dnormask) VALUES ('44444444-0000-4000-8000-000000000001', '31XXXX'),
 ('44444444-0000-4000-8000-000000000006', '1XXXX');
WITH m(device, pattern, place, label, display, mask, calls, busy) AS (VALUES
 ('SEP001122334455', '1001', 1, 'Agent - 1001', 'Front desk', '855555XXXX', 4, 2), ('SEP001122334455', '1003', 2, 'Agent - 1003', '', '', 2, 1),
 ('SEP001122334466', '1005', 1, '', '', '', 4, 2), ('UDP-mscott', '1002', 1, 'Pam', 'Pam', '', 4, 2),
 ('RDP-mscott', '1002', 1, '', '', '', 4, 2), ('SEP001122334499', '1234', 1, 'Bob', 'Bob', '', 4, 2),
 ('SEPC80084AA8743', '1006', 1, '', '', '', 4, 2), ('AN0011AABB00001', '85512345', 1, '', '', '', 4, 2),
 ('SEP00152B176C99', '87018701', 1, '', '', '', 4, 2), ('CSFmscott', '+13334445555', 1, '', '', '', 4, 2),
 ('SEP001122334477', '52066', 1, '', '', '', 4, 2))
INSERT INTO devicenumplanmap(pkid, fkdevice, fknumplan, numplanindex, label, display, e164mask, maxnumcalls, busytrigger)
 SELECT CASE WHEN device = 'UDP-mscott' THEN '6a0ac8cf-d5d5-40ae-2d02-60b12c4046ee' ELSE newid() END, d.pkid, n.pkid, place, m.label, m.display, mask, calls, busy
 FROM m JOIN device d ON d.name = device JOIN numplan n ON n.dnorpattern = pattern;
UPDATE devicenumplanmap SET fkrecordingprofile = (SELECT pkid FROM recordingprofile)
 WHERE fkdevice IN ('33333333-0000-4000-8000-000000000010', '6a0ac8cf-d5d5-40ae-2d02-60b12c4046ee');
INSERT INTO endusernumplanmap(pkid, fkenduser, fknumplan, tkdnusage) VALUES
 ('66666666-0000-4000-8000-000000000001', '087cb605-b476-08c7-792c-d9045b02b316', '44444444-0000-4000-8000-000000000001', 1),
 ('66666666-0000-4000-8000-000000000002', '087cb605-b476-08c7-792c-d9045b02b316', '44444444-0000-4000-8000-000000000003', 2),
 ('4e8c8673-fe16-4184-9605-290650905709', '8c758cf4-da8c-bd00-53be-a0902f1707e1', '44444444-0000-4000-8000-000000000006', 1);
INSERT INTO pickupgroup(pkid, name, fknumplan_pickup) VALUES
 ('6a0ac8cf-d5d5-40ae-2d02-60b12c4046ef', 'testCallPickupGroup', '44444444-0000-4000-8000-000000000018');
INSERT INTO pickupgrouplinemap(fknumplan_line, fkpickupgroup) VALUES
 ('44444444-0000-4000-8000-000000000001', '6a0ac8cf-d5d5-40ae-2d02-60b12c4046ef');
INSERT INTO linegroupnumplanmap(fklinegroup, fknumplan, lineselectionorder)
 SELECT pkid, '44444444-0000-4000-8000-000000000002', 9 FROM linegroup WHERE name = 'Sales';

-- Extension mobility: Michael sits at the hot desk since 11 July 2019, 11:06:41 UTC.
INSERT INTO extensionmobilitydynamic(fkdevice, fkdevice_currentloginprofile, fkenduser, fkenduser_lastlogin, logintime, datetimestamp) VALUES
 ('33333333-0000-4000-8000-000000000008', '33333333-0000-4000-8000-000000000030', '087cb605-b476-08c7-792c-d9045b02b316',
  '087cb605-b476-08c7-792c-d9045b02b316', 1562843201, 1562843201),
 ('6a0ac8cf-d5d5-40ae-2d02-60b12c4046ee', NULL, NULL, '087cb605-b476-08c7-792c-d9045b02b316', NULL, 0);

-- Services, speed dials, remote destinations.
INSERT INTO telecastersubscribedservice(pkid, fkdevice, fktelecasterservice, serviceurl, servicename, urllabel, urlbuttonindex)
 SELECT '77777777-0000-4000-8000-000000000001', '6a0ac8cf-d5d5-40ae-2d02-60b12c4046ee', pkid, 'http://intranet.example.com/canteen.xml', 'Canteen', 'Lunch', 1
  FROM telecasterservice WHERE name = 'Canteen'
 UNION ALL SELECT '77777777-0000-4000-8000-000000000003', '6a0ac8cf-d5d5-40ae-2d02-60b12c4046ee', pkid, 'http://cucm-pub:8080/em', 'Login', 'Login', 2
  FROM telecasterservice WHERE name = 'Extension Mobility'
 UNION ALL SELECT '77777777-0000-4000-8000-000000000006', '33333333-0000-4000-8000-000000000033', pkid, 'http://cucm-pub:8080/em', 'Login', '', 0
  FROM telecasterservice WHERE name = 'Extension Mobility'
 UNION ALL SELECT '77777777-0000-4000-8000-000000000004', '33333333-0000-4000-8000-000000000008', pkid, 'http://cucm-pub:8080/em', 'Extension Mobility', '', 0
  FROM telecasterservice WHERE name = 'Extension Mobility';
UPDATE telecasterserviceparameter SET pkid = '77777777-0000-4000-8000-000000000002';
INSERT INTO telecasterserviceparameter(pkid, fktelecasterservice, name, displayname)
 SELECT '77777777-0000-4000-8000-000000000005', pkid, 'week', 'Week' FROM telecasterservice WHERE name = 'Canteen';
INSERT INTO telecastersubscribedparameter(fktelecastersubscribedservice, fktelecasterserviceparameter, value) VALUES
 ('77777777-0000-4000-8000-000000000001', '77777777-0000-4000-8000-000000000005', '28');
INSERT INTO speeddial(fkdevice, speeddialindex, speeddialnumber, label) VALUES
 ('33333333-0000-4000-8000-000000000011', 1, '1700', 'WebEx'), ('33333333-0000-4000-8000-000000000011', 2, '1701', 'Dial By Name'),
 ('33333333-0000-4000-8000-000000000012', 1, '1700', 'WebEx');
INSERT INTO remotedestination(pkid, name, destination, fkdevice_remotedestinationtemplate) VALUES
 ('6a0ac8cf-d5d5-40ae-2d02-60b12c4046ee', 'Mobile of Michael', '004917012345', '33333333-0000-4000-8000-000000000034');
INSERT INTO remotedestinationdynamic(fkremotedestination, destination) VALUES ('6a0ac8cf-d5d5-40ae-2d02-60b12c4046ee', '004417012345');

-- Trunks and gateways.
INSERT INTO siptrunkdestination(fksipdevice, address, port, sortorder)
 SELECT s.pkid, '198.51.100.10', 5060, 7 FROM sipdevice s JOIN device d ON d.pkid = s.fkdevice WHERE d.name = 'Carrier-2';
INSERT INTO mgcp(pkid, domainname, description) VALUES ('33333333-0000-4000-8000-000000000101', 'SKIGW0011AABB', 'Analog gateway');
INSERT INTO mgcpdevicemember(fkmgcp, fkdevice, slot, subunit, port) VALUES
 ('33333333-0000-4000-8000-000000000101', '33333333-0000-4000-8000-000000000001', 0, 1, 3);

-- What else is read.
INSERT INTO devicemobilityinfo(name, subnet, subnetmasksz) VALUES ('Documentation net', '192.0.2.0', 24);
INSERT INTO expresswaycconfiguration(hostnameorip, description) VALUES ('expc.example.com', 'Edge');
INSERT INTO geolocationpolicy(name) VALUES ('Inside India');
INSERT INTO geolocationpolicymatrix(tkgeolocationdevice_a, tkgeolocationdevice_b, tklogicalpartitionpolicy) VALUES (0, 1, 2);
INSERT INTO ldapauthenticationhost(tkldapprotocol, hostname, priority, portnumber) VALUES (0, 'ldap.example.com', 1, 636);
INSERT INTO ldapfilter(name, filter) VALUES ('Staff', '(&(objectclass=user)(!(description=*<none>*)))');
INSERT INTO refreshtokendetails(userid, clientid, validity, state) VALUES ('mscott', 'client', 1, 1);
INSERT INTO remotecluster(clusterid, fullyqualifiedname, version) VALUES ('East', 'east.example.com', '12.5.1');
INSERT INTO machineaccountdetails(refreshtoken, refreshuuid) VALUES ('token', 'r-1');
INSERT INTO certificateservicecertificatemap(fkcertificate, tkcertificateservice) SELECT pkid, 1 FROM certificate;
INSERT INTO componentversion(fkprocessnode, installationcomponent, softwarecomponent, version)
 SELECT pkid, 'system', 'callmanager', '15.0.1.10000-1' FROM processnode WHERE name = 'cucm-pub';
INSERT INTO defaults(tkmodel, tkdeviceprotocol, loadinformation) VALUES (683, 11, 'sip88xx.14-1-1'), (436, 0, '');
INSERT INTO productsupportsfeature(enum, tkproduct, tkmodel, tksupportsfeature, param, tkdeviceprotocol) VALUES
 (900001, 36854, 683, 71, '1', 11), (900002, 36804, 575, 30, '2', 11), (900003, 36854, 683, 42, '3', 11), (900004, 36854, 683, 86, '42', 11);
INSERT INTO enterprisesubcluster(id, name, description) VALUES (1, 'Subcluster', 'First');
INSERT INTO enterprisenode(id, name) VALUES (1, 'imp-1');
INSERT INTO codeclist(pkid, name, description, isstandard) VALUES ('55555555-0000-4000-8000-000000000101', 'Low bandwidth', 'Ours', 'f');
INSERT INTO codeclistmember(fkcodeclist, tkcodec, preferenceorder)
 SELECT '55555555-0000-4000-8000-000000000101', enum, row_number() OVER (ORDER BY enum) FROM typecodec ORDER BY enum LIMIT 3;
INSERT INTO ucservice(pkid, name, tkucproduct) SELECT '88888888-0000-4000-8000-000000000001', 'Client settings', min(enum) FROM typeucproduct;
INSERT INTO scratch(name, content) VALUES ('wizard informacast 1', '');
UPDATE numplan SET calledpartytransformationmask = '4930555XXXX' WHERE tkpatternusage = 20;
