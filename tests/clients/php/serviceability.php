<?php
// SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
// PHP's SoapClient with the WSDLs of the rpc/encoded services that the daemon serves, at the address they name.
// usage: php serviceability.php RIS|PerfMon

$failed = 0;

function ok(bool $condition, string $name, mixed $seen = null): void
{
    global $failed;
    $failed += $condition ? 0 : 1;
    echo $condition ? "ok - $name\n" : "not ok - $name: " . substr(json_encode($seen), 0, 900) . "\n";
}

function client(string $path): SoapClient
{
    $tls = ['verify_peer' => false, 'verify_peer_name' => false];
    return new SoapClient(getenv('CCMSIM_HTTPS') . "$path?wsdl", [
        'login' => getenv('CCMSIM_USER'), 'password' => getenv('CCMSIM_PASSWORD'), 'cache_wsdl' => WSDL_CACHE_NONE,
        'stream_context' => stream_context_create(['ssl' => $tls]), 'trace' => true]);
}

function fault(string $name, callable $call, string $code, string $part): void
{
    try {
        ok(false, $name, $call());
    } catch (SoapFault $e) {
        ok($e->faultcode === $code && str_contains($e->faultstring, $part), $name, [$e->faultcode, $e->faultstring]);
    }
}

function ris(): void
{
    $items = [['Item' => 'SEP00DE00C*']];
    $criteria = ['MaxReturnedDevices' => 200, 'Class' => 'Phone', 'Model' => 255, 'Status' => 'Registered',
        'NodeName' => null, 'SelectBy' => 'Name', 'SelectItems' => $items];
    $c = client('/realtimeservice/services/RisPort');
    $r = $c->SelectCmDevice('', $criteria);
    $found = [];
    foreach ($r['SelectCmDeviceResult']->CmNodes as $node) {
        if (strtolower($node->ReturnCode) === 'ok') {
            foreach ($node->CmDevices as $device) {
                $found[$device->Name] = $device;
            }
        }
    }
    $one = $found['SEP00DE00C01000'] ?? null;
    ok($one !== null && $one->Class === 'Phone' && $one->DirNumber === '2001-Registered', 'RisPort: SelectCmDevice', array_keys($found));
    ok(filter_var($one->IpAddress, FILTER_VALIDATE_IP) !== false && is_int((int) $one->TimeStamp), 'its address', $one);
    ok(count($found) === (int) $r['SelectCmDeviceResult']->TotalDevicesFound, 'as many as were found', count($found));
    $again = $c->SelectCmDevice($r['StateInfo'], $criteria);
    ok($again['StateInfo'] === $r['StateInfo'] && $again['SelectCmDeviceResult']->CmNodes[0]->NoChange === true, 'no change', $again);
    $r = $c->SelectCmDeviceSIP('', $criteria + ['Protocol' => 'Any']);
    ok(count($found) === (int) $r['SelectCmDeviceResultSIP']->TotalDevicesFound, 'SelectCmDeviceSIP', $r);
    fault('a number that is none', fn () => $c->__soapCall('SelectCmDevice', ['', new SoapVar('<CmSelectionCriteria><Model>x'
        . '</Model></CmSelectionCriteria>', XSD_ANYXML)]), 'soapenv:Server.userException', 'For input string: "x"');
    fault('not carried out', fn () => $c->GetServerInfo(['localhost']), 'soapenv:Server.userException', 'GetServerInfo is not carried out');
    $c = client('/realtimeservice/services/RisPort70');
    $new = ['MaxReturnedDevices' => 200, 'DeviceClass' => 'Any', 'Model' => 255, 'Status' => 'Any', 'NodeName' => '',
        'SelectBy' => 'Name', 'SelectItems' => $items, 'Protocol' => 'Any', 'DownloadStatus' => 'Any'];
    $r = $c->SelectCmDevice('', $new);
    $devices = array_merge(...array_map(fn ($n) => $n->CmDevices, $r['SelectCmDeviceResult']->CmNodes));
    ok(str_starts_with($devices[0]->IPAddress[0]->IP, '127.'), 'RisPort70: SelectCmDevice', $devices[0]);
    ok($devices[0]->LinesStatus[0]->Status === 'Registered', 'its lines', $devices[0]);
    $new['SelectItems'] = [['Item' => 'SEP00DE00C01000']];
    $r = $c->SelectCmDeviceExt('', $new);
    ok((int) $r['SelectCmDeviceResult']->TotalDevicesFound === 1, 'RisPort70: SelectCmDeviceExt', $r);
}

function perfmon(): void
{
    $c = client('/perfmonservice/services/PerfmonPort');
    $rows = $c->PerfmonCollectCounterData('cucm-pub', 'Cisco CallManager');
    ok(count($rows) === 113 && $rows[0]->CStatus === 1, 'PerfmonCollectCounterData', $rows[0] ?? $rows);
    $objects = $c->PerfmonListCounter('cucm-pub');
    ok($objects[0]->Name === 'Cisco CallManager' && count($objects[0]->ArrayOfCounter) === 113, 'PerfmonListCounter', $objects[0]->Name);
    $instances = $c->PerfmonListInstance('cucm-sub1', 'Cisco Phones');
    ok(count($instances) > 10, 'PerfmonListInstance', $instances);
    $session = $c->PerfmonOpenSession();
    $name = "\\\\cucm-sub1\\Cisco Phones({$instances[0]->Name})\\CallsAttempted";
    $c->PerfmonAddCounter($session, [['Name' => $name]]);
    $rows = $c->PerfmonCollectSessionData($session);
    ok(count($rows) === 1 && $rows[0]->Name === $name && $rows[0]->CStatus === 0, 'a session', $rows);
    $c->PerfmonRemoveCounter($session, [['Name' => $name]]);
    $c->PerfmonCloseSession($session);
    fault('closed', fn () => $c->PerfmonCloseSession($session), 'soapenv:Server.userException', $session);
    ok(str_contains($c->PerfmonQueryCounterDescription($name), 'calls'), 'PerfmonQueryCounterDescription');
}

$api = $argv[1];
echo "# client: PHP " . PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION . " SoapClient\n# api: $api era A\n";
try {
    $api === 'RIS' ? ris() : perfmon();
} catch (Throwable $e) {
    ok(false, 'no exception', (string) $e);
}
exit($failed ? 1 : 0);
