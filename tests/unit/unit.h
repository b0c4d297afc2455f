/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* cmocka with the headers it wants before it. */
#ifndef CCMSIM_TEST_UNIT_H
#define CCMSIM_TEST_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

static inline int
remove_entry(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st, (void)type, (void)where;
    return remove(path);
}

/* What a test left below a directory, and the directory. */
static inline void
remove_tree(const char *dir)
{
    assert_int_equal(nftw(dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

#endif
