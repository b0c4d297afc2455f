/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A layer over SQLite's file system that fails from the n-th write (or sync, or truncation) on, as a
 * disk does that is full or broken. Made SQLite's default by fault_vfs_install, before any store is opened. */
#ifndef FAULT_VFS_H
#define FAULT_VFS_H

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

struct fault_plan {
    atomic_long left; /* writes that still succeed; negative: all do */
    atomic_int  code; /* what the others answer */
    atomic_long failed;
    bool        once; /* only one fails */
};

static struct fault_plan fault_plan = { .left = -1 };

/* Fail from the n-th write on (1 is the next) with an SQLite code. */
static inline void
fault_arm(long n, int code, bool once)
{
    atomic_store(&fault_plan.failed, 0);
    atomic_store(&fault_plan.code, code);
    fault_plan.once = once;
    atomic_store(&fault_plan.left, n - 1);
}

/* The disk is well again; says how many writes failed. */
static inline long
fault_disarm(void)
{
    atomic_store(&fault_plan.left, -1);
    return atomic_load(&fault_plan.failed);
}

static inline int
fault_due(void)
{
    long left = atomic_load(&fault_plan.left);

    if (left < 0)
        return SQLITE_OK;
    if (left > 0) {
        atomic_fetch_sub(&fault_plan.left, 1);
        return SQLITE_OK;
    }
    if (fault_plan.once)
        atomic_store(&fault_plan.left, -1);
    atomic_fetch_add(&fault_plan.failed, 1);
    return atomic_load(&fault_plan.code);
}

/* As fault_due, for what needs no room: a full disk does it all the same. */
static inline bool
fault_due_without_room(void)
{
    return atomic_load(&fault_plan.code) != SQLITE_FULL && fault_due() != SQLITE_OK;
}

/* ---- files: each holds the real one behind itself ---- */

struct fault_file {
    sqlite3_file base;
    sqlite3_file real[];
};

static inline sqlite3_file *
fault_real(sqlite3_file *f)
{
    return ((struct fault_file *)f)->real;
}

#define REAL(f) (fault_real(f)->pMethods)

static int
fault_close(sqlite3_file *f)
{
    return REAL(f)->xClose(fault_real(f));
}

static int
fault_read(sqlite3_file *f, void *to, int size, sqlite3_int64 at)
{
    return REAL(f)->xRead(fault_real(f), to, size, at);
}

static int
fault_write(sqlite3_file *f, const void *from, int size, sqlite3_int64 at)
{
    int rc = fault_due();
    return rc != SQLITE_OK ? rc : REAL(f)->xWrite(fault_real(f), from, size, at);
}

static int
fault_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    return fault_due_without_room() ? SQLITE_IOERR_TRUNCATE : REAL(f)->xTruncate(fault_real(f), size);
}

static int
fault_sync(sqlite3_file *f, int flags)
{
    return fault_due_without_room() ? SQLITE_IOERR_FSYNC : REAL(f)->xSync(fault_real(f), flags);
}

static int
fault_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return REAL(f)->xFileSize(fault_real(f), size);
}

static int
fault_lock(sqlite3_file *f, int kind)
{
    return REAL(f)->xLock(fault_real(f), kind);
}

static int
fault_unlock(sqlite3_file *f, int kind)
{
    return REAL(f)->xUnlock(fault_real(f), kind);
}

static int
fault_check_lock(sqlite3_file *f, int *out)
{
    return REAL(f)->xCheckReservedLock(fault_real(f), out);
}

static int
fault_control(sqlite3_file *f, int what, void *arg)
{
    return REAL(f)->xFileControl(fault_real(f), what, arg);
}

static int
fault_sector(sqlite3_file *f)
{
    return REAL(f)->xSectorSize(fault_real(f));
}

static int
fault_device(sqlite3_file *f)
{
    return REAL(f)->xDeviceCharacteristics(fault_real(f));
}

static int
fault_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
    return REAL(f)->xShmMap(fault_real(f), page, size, extend, out);
}

static int
fault_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return REAL(f)->xShmLock(fault_real(f), offset, n, flags);
}

static void
fault_shm_barrier(sqlite3_file *f)
{
    REAL(f)->xShmBarrier(fault_real(f));
}

static int
fault_shm_unmap(sqlite3_file *f, int remove)
{
    return REAL(f)->xShmUnmap(fault_real(f), remove);
}

static int
fault_fetch(sqlite3_file *f, sqlite3_int64 at, int size, void **out)
{
    return REAL(f)->xFetch(fault_real(f), at, size, out);
}

static int
fault_unfetch(sqlite3_file *f, sqlite3_int64 at, void *p)
{
    return REAL(f)->xUnfetch(fault_real(f), at, p);
}

static const sqlite3_io_methods fault_methods = {
    3,
    fault_close,
    fault_read,
    fault_write,
    fault_truncate,
    fault_sync,
    fault_size,
    fault_lock,
    fault_unlock,
    fault_check_lock,
    fault_control,
    fault_sector,
    fault_device,
    fault_shm_map,
    fault_shm_lock,
    fault_shm_barrier,
    fault_shm_unmap,
    fault_fetch,
    fault_unfetch,
};

static int
fault_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
    sqlite3_vfs *real = vfs->pAppData;
    int          rc = real->xOpen(real, name, fault_real(f), flags, out);

    /* Only files with shared memory have the third version's methods; SQLite's own all do. */
    f->pMethods = rc == SQLITE_OK ? &fault_methods : NULL;
    return rc;
}

static inline void
fault_vfs_install(void)
{
    static sqlite3_vfs vfs;
    sqlite3_vfs       *real = sqlite3_vfs_find(NULL);

    vfs = *real;
    vfs.zName = "fault";
    vfs.pNext = NULL;
    vfs.pAppData = real;
    vfs.szOsFile = (int)sizeof(struct fault_file) + real->szOsFile;
    vfs.xOpen = fault_open;
    sqlite3_vfs_register(&vfs, 1);
}

#endif
