# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
# Mends what Axis 1.4's WSDL2Java writes for the 5.0 form so that it compiles, as users of that time had to:
# constructors of all fields (wrong for inherited attributes; nobody needs them), constants that come
# twice, a call of a constructor that Object hasn't.
/^    public [A-Za-z0-9_]+\($/ { skipping = 1 }
skipping { if (/^    }$/) skipping = 0; next }
/^    public static final .* = / { if (seen[FILENAME, $5]++) next }
/^        super\(_value\);$/ { next }
{ print }
