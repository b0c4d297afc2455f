#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
# SOAP::Lite without a WSDL and without a namespace, a prefix in xsi:type that nobody declares, two slashes: as a script
# in the field is written.
use strict;
use warnings;
use SOAP::Lite;

my $failed = 0;

sub ok {
    my ($good, $name, $seen) = @_;
    $failed++ unless $good;
    print $good ? "ok - $name\n" : "not ok - $name: " . ($seen // '') . "\n";
}

print "# client: SOAP::Lite 1.27 (Perl)\n# api: WebDialer\n";
(my $base = $ENV{WD_BASE}) =~ s{/webdialer$}{//webdialer};
my $soap = SOAP::Lite->new(proxy => "$base/services/WebdialerSoapService70");
$soap->transport->proxy->ssl_opts(verify_hostname => 0, SSL_verify_mode => 0);
$soap->on_fault(sub { my (undef, $r) = @_; ok(0, 'no fault', ref $r ? $r->faultstring : $soap->transport->status); exit 1 });

sub credential {
    my $password = shift // $ENV{WD_PASSWORD};
    return SOAP::Data->name('in0')->attr({ 'xsi:type' => 'urn:Credential' })->value(\SOAP::Data->value(
        SOAP::Data->name(userID => $ENV{WD_USER})->type('string'), SOAP::Data->name(password => $password)->type('string')));
}

sub profile {
    my $name = shift;
    return SOAP::Data->name($name)->attr({ 'xsi:type' => 'urn:UserProfile' })->value(\SOAP::Data->value(
        SOAP::Data->name(user => $ENV{WD_USER})->type('string'),
        SOAP::Data->name(deviceName => $ENV{WD_DEVICE})->type('string'),
        SOAP::Data->name(lineNumber => $_[0] // '')->type('string')));
}

my $detail = $soap->call('getProfileDetailSoap', credential())->result;
ok($detail->{responseCode} == 0, 'the profile in detail', join ' ', %$detail);
my $line = $detail->{deviceInfoListDetail}->[0]->{lines}->[0];
ok($detail->{deviceInfoListDetail}->[0]->{deviceName} eq $ENV{WD_DEVICE}, 'its device');
ok($line eq '2001; no partition', 'and its line', $line);
my $answer = $soap->call('makeCallSoap', credential(), SOAP::Data->name(in1 => '2002')->type('string'),
    profile('in2', $line))->result;
ok($answer->{responseCode} == 0 && $answer->{responseDescription} eq 'Success', 'a call', join ' ', %$answer);
$answer = $soap->call('endCallSoap', credential(), profile('in1', $line))->result;
ok($answer->{responseCode} == 0, 'and its end', join ' ', %$answer);
$answer = $soap->call('makeCallSoap', credential('x'), SOAP::Data->name(in1 => '2002'), profile('in2'))->result;
ok($answer->{responseCode} == 2, 'a wrong password', join ' ', %$answer);
exit($failed ? 1 : 0);
