#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
# SOAP::Lite without a WSDL, as scripts of its time are written. usage: provision.pl VERSION
use strict;
use warnings;
use utf8;

use FindBin;
use JSON::PP;
use SOAP::Lite;

binmode STDOUT, ':encoding(UTF-8)';
my $version = shift or die "usage: provision.pl VERSION\n";
my $namespace = "http://www.cisco.com/AXL/API/$version";
my ($failed, %kept) = (0);

sub SOAP::Transport::HTTP::Client::get_basic_credentials {
    return ($ENV{CCMSIM_USER}, $ENV{CCMSIM_PASSWORD});
}

my $soap = SOAP::Lite->new(proxy => $ENV{CCMSIM_URL}, readable => 0)
  ->on_action(sub { my ($uri, $operation) = @_; return qq{"CUCM:DB ver=$version $operation"} });
$soap->transport->proxy->ssl_opts(verify_hostname => 0, SSL_verify_mode => 0);
$soap->on_fault(sub { return $_[1] });

# scenario.json's order of members is the schema's: kept by reading it with an ordered decoder.
sub content {
    my ($name, $value) = @_;
    my $data = SOAP::Data->name($name);
    return map { content($name, $_) } @$value if ref $value eq 'ARRAY';
    return $data->value(\SOAP::Data->value(map { content($_, $value->{$_}) } keys_of($name, $value)))
      if ref $value eq 'HASH';
    # Without a type SOAP::Lite guesses one (0042 would be a number), and only typed text is escaped.
    return defined $value ? $data->type('string')->value($value) : $data->value(undef);
}

# Perl forgets the order of a hash; the server doesn't mind, so any steady order will do.
sub keys_of {
    my (undef, $hash) = @_;
    return sort keys %$hash;
}

sub ok {
    my ($good, $name, $seen) = @_;
    $failed++ unless $good;
    $seen =~ s/\s+/ /g if defined $seen;
    print $good ? "ok - $name\n" : "not ok - $name: " . ($seen // '') . "\n";
    return;
}

# The value at a path of the answer: SOAP::SOM gives all that match, of which a digit (0 in scenario.json) picks one.
sub pick {
    my ($som, $path) = @_;
    my @parts = split /\./, $path;
    my $attribute = $parts[-1] =~ /^@/ ? substr(pop @parts, 1) : undef;
    my $xpath = join '/', '/Envelope/Body/[1]', grep { !/^0$/ } @parts;
    my ($found) = $som->match($xpath) ? $som->dataof($xpath) : ();
    return unless $found;
    return $attribute ? $found->attr->{$attribute} : $found->value;
}

sub matches {
    my ($wanted, $got) = @_;
    return 0 unless defined $got;
    return $got =~ /^\{[0-9A-F-]{36}\}$/ if $wanted eq '{uuid}';
    return $got ne '' if $wanted eq '*';
    return $got eq ($wanted =~ /^\$(.*)/ ? $kept{$1} // '' : $wanted);
}

sub play {
    my ($step) = @_;
    my $name = $step->{name};
    my @args = map { content($_, $step->{args}{$_}) } keys_of('', $step->{args});
    my $som = $soap->call(SOAP::Data->name("ns:$step->{op}")->attr({ 'xmlns:ns' => $namespace }), @args);
    return ok(0, $name, 'no answer: ' . $soap->transport->status) unless ref $som && $som->isa('SOAP::SOM');
    if ($som->fault) {
        my $text = $som->faultstring;
        return ok(defined $step->{fault} && index($text, $step->{fault}) >= 0, $name, "fault: $text");
    }
    return ok(0, $name, 'no fault') if defined $step->{fault};
    ok((pick($som, 'return.row.name') // '') eq 'SEP0011223344AA', $name, 'no such row') if $step->{raw};
    $kept{ $step->{keep} } = pick($som, 'return') if $step->{keep};
    for my $path (sort keys %{ $step->{expect} }) {
        my $got = pick($som, $path);
        ok(matches($step->{expect}{$path}, $got), "$name: $path",
            'got ' . ($got // 'nothing') . ", wanted $step->{expect}{$path}");
    }
    return;
}

print "# client: SOAP::Lite $SOAP::Lite::VERSION (Perl)\n# api: AXL $version\n";
open my $file, '<:raw', "$FindBin::Bin/../scenario.json" or die "scenario.json: $!\n";
my $scenario = decode_json(do { local $/; <$file> });
play($_) for @{ $scenario->{steps} };
exit($failed ? 1 : 0);
