<?php
// SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
// PHP's SoapClient on the first generation's WSDL with positional arguments, as a public snippet has it; then the second's.

$failed = 0;

function ok(bool $good, string $name, mixed $seen = null): void
{
    global $failed;
    $failed += $good ? 0 : 1;
    echo $good ? "ok - $name\n" : "not ok - $name: " . preg_replace('/\s+/', ' ', print_r($seen, true)) . "\n";
}

function client(string $service): SoapClient
{
    return new SoapClient(getenv('WD_BASE') . "/services/$service?wsdl", ['cache_wsdl' => WSDL_CACHE_NONE,
        'trace' => true, 'stream_context' => stream_context_create(
            ['ssl' => ['verify_peer' => false, 'verify_peer_name' => false]])]);
}

echo "# client: PHP 8.2 SoapClient\n# api: WebDialer\n";
[$user, $device] = [getenv('WD_USER'), getenv('WD_DEVICE')];
$profile = ['user' => $user, 'deviceName' => $device, 'lineNumber' => '0', 'supportEM' => false, 'locale' => 'English',
    'dontAutoClose' => true, 'dontShowCallConf' => true];
foreach (['WebdialerSoapService', 'WebdialerSoapService70'] as $service) {
    try {
        $wd = client($service);
        $credential = ['userID' => $user, 'password' => getenv('WD_PASSWORD')];
        $answer = $wd->getProfileSoap($credential, $user);
        ok($answer->responseCode == 0 && $answer->description === 'Success', "$service: the profile", $answer);
        $list = is_array($answer->deviceInfoList) ? $answer->deviceInfoList : [$answer->deviceInfoList];
        $first = is_object($list[0]) && isset($list[0]->item) ? $list[0]->item : $list[0];
        ok(($first->deviceName ?? null) === $device, "$service: its device", $answer);
        $answer = $wd->makeCallSoap($credential, '2002', $profile);
        ok($answer->responseCode === 0 && $answer->responseDescription === 'Success', "$service: a call", $answer);
        $answer = $wd->endCallSoap($credential, $profile);
        ok($answer->responseCode === 0, "$service: and its end", $answer);
        $answer = $wd->makeCallSoap(['userID' => $user, 'password' => 'x'], '2002', $profile);
        ok($answer->responseCode === 2, "$service: a wrong password", $answer);
        ok($wd->isClusterUserSoap($user) === true && $wd->isClusterUserSoap('nobody') === false, "$service: whose user");
    } catch (SoapFault $problem) {
        ok(false, "$service: no fault", $problem->getMessage() . ($wd ?? null)?->__getLastResponse());
    }
}
exit($failed > 0 ? 1 : 0);
