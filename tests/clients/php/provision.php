<?php
// SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
// PHP's SoapClient with the WSDL from disk. usage: php provision.php VERSION

function schema(string $version): string
{
    $build = getenv('CCMSIM_BUILD');
    $vendor = "$build/node/node_modules/cisco-axl/schema/$version/AXLAPI.wsdl";
    return file_exists($vendor) ? $vendor : "$build/gen/toolkit/schema/$version/AXLAPI.wsdl";
}

function arguments(mixed $value): mixed
{
    return is_array($value) ? array_map('arguments', $value) : $value;
}

function part(mixed $value, string $name): mixed
{
    if (ctype_digit($name)) {
        // SoapClient gives a list of one as the member itself.
        return is_array($value) ? ($value[(int) $name] ?? null) : ((int) $name === 0 ? $value : null);
    }
    $name = ltrim($name, '@');
    return is_object($value) ? ($value->$name ?? null) : null;
}

function pick(mixed $answer, string $path): ?string
{
    foreach (explode('.', $path) as $name) {
        $answer = part($answer, $name);
    }
    if (is_object($answer)) {
        $answer = $answer->_ ?? '';
    }
    if (is_bool($answer)) {
        return $answer ? 'true' : 'false';
    }
    return $answer === null ? null : (string) $answer;
}

function matches(string $wanted, ?string $got, array $kept): bool
{
    if ($wanted === '{uuid}') {
        return preg_match('/^\{[0-9A-F-]{36}\}$/', (string) $got) === 1;
    }
    if ($wanted === '*') {
        return (string) $got !== '';
    }
    return $got === ($wanted[0] === '$' ? ($kept[substr($wanted, 1)] ?? null) : $wanted);
}

function ok(bool $good, string $name, string $seen): int
{
    echo $good ? "ok - $name\n" : "not ok - $name: " . str_replace("\n", ' ', $seen) . "\n";
    return $good ? 0 : 1;
}

function run(SoapClient $client, array $step, array &$kept): int
{
    try {
        $answer = $client->__soapCall($step['op'], [arguments($step['args'])]);
    } catch (SoapFault $fault) {
        $wanted = $step['fault'] ?? null;
        return ok($wanted !== null && str_contains($fault->faultstring, $wanted), $step['name'],
                  "fault: $fault->faultstring");
    }
    if (isset($step['fault'])) {
        return ok(false, $step['name'], 'no fault');
    }
    $failed = 0;
    if ($step['raw'] ?? false) {
        $failed += ok(str_contains($client->__getLastResponse(), '<name>SEP0011223344AA</name>'), $step['name'],
                      $client->__getLastResponse());
    }
    if (isset($step['keep'])) {
        $kept[$step['keep']] = pick($answer, 'return');
    }
    foreach ($step['expect'] as $path => $wanted) {
        $got = pick($answer, $path);
        $failed += ok(matches($wanted, $got, $kept), "{$step['name']}: $path",
                      'got ' . var_export($got, true) . ", wanted $wanted");
    }
    return $failed;
}

$version = $argv[1];
echo '# client: PHP ' . PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION . " SoapClient\n# api: AXL $version\n";
$context = stream_context_create(['ssl' => ['verify_peer' => false, 'verify_peer_name' => false,
                                            'allow_self_signed' => true]]);
$client = new SoapClient(schema($version), [
    'trace' => true, 'exceptions' => true, 'location' => rtrim(getenv('CCMSIM_URL'), '/'),
    'login' => getenv('CCMSIM_USER'), 'password' => getenv('CCMSIM_PASSWORD'), 'stream_context' => $context,
    'cache_wsdl' => WSDL_CACHE_NONE,
]);
$failed = 0;
$kept = [];
foreach (json_decode(file_get_contents(__DIR__ . '/../scenario.json'), true)['steps'] as $step) {
    $failed += run($client, $step, $kept);
}
exit($failed ? 1 : 0);
