# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
# schema/perfmon/counters.tsv as the C tables of serviceability_priv.h. Rows of an object stand together.
BEGIN {
    FS = "\t"
    source["sim"] = "FROM_SIM"; source["naught"] = "FROM_NAUGHT"
    source["registered"] = "FROM_REGISTERED"; source["-"] = "FROM_NOWHERE"
    print "#include \"serviceability/serviceability_priv.h\"\n"
}
function quoted(text) { gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text); return "\"" text "\"" }
function wrong(why) { printf "%s:%d: %s\n", FILENAME, FNR, why >"/dev/stderr"; bad = 1; exit 1 }
/^#/ || /^$/ { next }
NF != 6 { wrong("6 columns are wanted, not " NF) }
!($4 in source) { wrong("unknown kind of value '" $4 "'") }
$5 !~ /^[0-9]+\.[0-9]+~?$/ { wrong("'" $5 "' is no release") }
$1 != object {
    if ($1 in seen) wrong("rows of object '" $1 "' stand in two places")
    if (object != "") print "};"
    object = $1; seen[object] = 1
    name[++n] = object; instances[n] = $2; carried[n] = "false"
    printf "static const struct perfmon_counter counters_%d[] = {\n", n
}
$2 != instances[n] { wrong("instances of '" $1 "' differ from those of its first row") }
{
    if ($4 != "-") carried[n] = "true"
    since = $5; sub(/~/, "", since)
    printf "    { %s, %s, %s, %s },\n", quoted($3), quoted($6), source[$4], quoted(since)
}
END {
    if (bad) exit 1
    print "};\n\nconst struct perfmon_object perfmon_objects[] = {"
    for (i = 1; i <= n; i++) {
        how = instances[i] == "single" || instances[i] == "multi" ? "SINGLE, NULL" : \
              instances[i] == "sim" ? "OF_SIM, NULL" : "OF_CLASS, " quoted(instances[i])
        printf "    { %s, %s, %s, %s, counters_%d, sizeof counters_%d / sizeof counters_%d[0] },\n", quoted(name[i]), \
            instances[i] == "single" ? "false" : "true", carried[i], how, i, i, i
    }
    print "    { NULL, false, false, SINGLE, NULL, NULL, 0 },\n};"
}
