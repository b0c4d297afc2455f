/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Where a store lives: a state directory that stays, or a private temporary one. Either holds a lock
 * file, locked as long as the store is open; temporary ones whose lock is free are left over from a
 * process that was killed, and are swept. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/base_priv.h"
#include "ccmsim/log.h"
#include "store/store_priv.h"

#define DATABASE "ccmsim.db"
#define LOCK     "lock"
#define PREFIX   "ccmsim."
#define HEADER   100
#define STALE_S  3600 /* a directory not yet locked may be a store just being made */

static char *
join(const char *dir, const char *name)
{
    size_t len = strlen(dir) + strlen(name) + 2;
    char  *path = base_malloc(len);
    snprintf(path, len, "%s/%s", dir, name);
    return path;
}

static uint32_t
big_endian(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

void
store_image_identity(const unsigned char *header, uint32_t *number, uint32_t *hash)
{
    *number = big_endian(header + 60);
    *hash = big_endian(header + 68);
}

/* The open, locked file; -1 with errno EWOULDBLOCK when another has it. */
static int
take_lock(const char *dir, bool create)
{
    char *path = join(dir, LOCK);
    int   fd = open(path, O_RDWR | O_CLOEXEC | (create ? O_CREAT : 0), 0600);

    free(path);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

static bool
write_all(int fd, const unsigned char *data, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, data, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        data += n;
        size -= (size_t)n;
    }
    return true;
}

bool
store_files_write_image(const char *path, const struct store_image *image, bool sync, struct ccm_error *err)
{
    unsigned char header[HEADER];
    int           fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0)
        return ccm_fail(err, CCM_CONFIG, "can't write \"%s\": %s", path, strerror(errno));
    /* The image is kept in the form that can be opened from memory; the file is in WAL mode from its start. */
    memcpy(header, image->data, HEADER);
    header[18] = header[19] = 2;
    bool ok = write_all(fd, header, HEADER) && write_all(fd, image->data + HEADER, image->size - HEADER) &&
              (!sync || fsync(fd) == 0);
    int saved = errno;
    if (close(fd) != 0 || !ok) {
        unlink(path);
        return ccm_fail(err, CCM_CONFIG, "can't write \"%s\": %s", path, strerror(ok ? errno : saved));
    }
    return true;
}

char *
store_files_new_path(struct store *st)
{
    char name[32];

    snprintf(name, sizeof(name), "ccmsim-%u.db", ++st->file_number);
    return join(st->dir, name);
}

void
store_files_unlink(const char *path)
{
    static const char *const suffixes[] = { "", "-wal", "-shm" };

    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        size_t size = strlen(path) + sizeof("-wal");
        char  *name = base_malloc(size);
        snprintf(name, size, "%s%s", path, suffixes[i]);
        unlink(name);
        free(name);
    }
}

/* ---- the private temporary directory ---- */

static void
remove_dir(const char *dir)
{
    DIR           *d = opendir(dir);
    struct dirent *e;

    while (d != NULL && (e = readdir(d)) != NULL)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            unlinkat(dirfd(d), e->d_name, 0);
    if (d != NULL)
        closedir(d);
    rmdir(dir);
}

static bool
is_abandoned(const char *dir)
{
    struct stat info;

    if (lstat(dir, &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != geteuid())
        return false;
    int fd = take_lock(dir, false);
    if (fd >= 0) {
        close(fd);
        return true;
    }
    return errno == ENOENT && info.st_mtime + STALE_S < time(NULL);
}

static void
sweep(const char *base)
{
    DIR           *d = opendir(base);
    struct dirent *e;

    while (d != NULL && (e = readdir(d)) != NULL) {
        if (strncmp(e->d_name + (e->d_name[0] == '.'), PREFIX, strlen(PREFIX)) != 0)
            continue;
        char *dir = join(base, e->d_name);
        if (is_abandoned(dir))
            remove_dir(dir);
        free(dir);
    }
    if (d != NULL)
        closedir(d);
}

/* Made under a hidden name and shown when locked, so that a sweep never sees it unlocked. */
static bool
make_temporary(struct store *st, const char *base)
{
    char *hidden = join(base, "." PREFIX "XXXXXX");

    if (mkdtemp(hidden) == NULL || (st->lock_fd = take_lock(hidden, true)) < 0) {
        if (access(hidden, F_OK) == 0)
            remove_dir(hidden);
        free(hidden);
        return false;
    }
    st->dir = join(base, strrchr(hidden, '/') + 2);
    bool ok = rename(hidden, st->dir) == 0;
    if (!ok)
        remove_dir(hidden);
    free(hidden);
    return ok;
}

static bool
open_temporary(struct store *st, struct ccm_error *err)
{
    const char *tmpdir = getenv("TMPDIR");
    const char *bases[] = { "/dev/shm", tmpdir != NULL && tmpdir[0] != '\0' ? tmpdir : "/tmp" };

    st->temporary = true;
    for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
        if (st->opt.image == NULL) /* a copy: its original has swept */
            sweep(bases[i]);
        if (!make_temporary(st, bases[i]))
            continue;
        st->path = join(st->dir, DATABASE);
        if (store_files_write_image(st->path, &st->image, false, err))
            return true;
        store_files_close(st);
    }
    return ccm_fail(err, CCM_CONFIG, "can't make a temporary directory in /dev/shm or %s: %s (set TMPDIR)", bases[1],
                    strerror(errno));
}

/* ---- the state directory ---- */

static bool
make_state(struct store *st, struct ccm_error *err)
{
    char *fresh = join(st->dir, DATABASE ".new"), *wal = join(st->dir, DATABASE "-wal");

    /* A log without its database belongs to nothing. */
    unlink(wal);
    bool ok = store_files_write_image(fresh, &st->image, true, err);
    if (ok && rename(fresh, st->path) != 0)
        ok = ccm_fail(err, CCM_CONFIG, "can't write \"%s\": %s", st->path, strerror(errno));
    free(fresh);
    free(wal);
    return ok;
}

/* Compare the schema that made the state with ours. */
static bool
check_state(struct store *st, int fd, struct ccm_error *err)
{
    unsigned char header[HEADER];
    uint32_t      number, hash, our_number, our_hash;

    if (pread(fd, header, HEADER, 0) != HEADER || memcmp(header, "SQLite format 3", 16) != 0)
        return ccm_fail(err, CCM_CONFIG, "\"%s\" is no database: remove it or choose another state directory",
                        st->path);
    store_image_identity(header, &number, &hash);
    store_image_identity(st->image.data, &our_number, &our_hash);
    if (number > our_number)
        return ccm_fail(err, CCM_CONFIG,
                        "state directory \"%s\" is of a newer schema (%u, this program has %u): use a newer program",
                        st->dir, number, our_number);
    if (hash == our_hash)
        return true;
    return store_migrate(st, err);
}

/* A seed draws the same ids at each start: what a kept state was given before must not come again. The
 * lock file counts the starts, and each start goes its own way from the seed. */
static void
stir_ids(struct store *st)
{
    char          text[24] = "";
    unsigned long starts = pread(st->lock_fd, text, sizeof(text) - 1, 0) > 0 ? strtoul(text, NULL, 10) : 0;

    if (st->opt.uuids->seeded && starts > 0) {
        pthread_mutex_lock(&st->opt.uuids->lock);
        st->opt.uuids->state[0] ^= starts * UINT64_C(0x9E3779B97F4A7C15);
        pthread_mutex_unlock(&st->opt.uuids->lock);
        for (int i = 0; i < 16; i++)
            uuid_random(st->opt.uuids);
    }
    int len = snprintf(text, sizeof(text), "%lu\n", starts + 1);
    if (pwrite(st->lock_fd, text, (size_t)len, 0) != len)
        log_warn("can't count the starts in \"%s/" LOCK "\": %s", st->dir, strerror(errno));
}

static bool
open_state(struct store *st, struct ccm_error *err)
{
    const char *dir = st->opt.state_dir;

    st->dir = strdup(dir);
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return ccm_fail(err, CCM_CONFIG, "can't make state directory \"%s\": %s", dir, strerror(errno));
    st->lock_fd = take_lock(dir, true);
    if (st->lock_fd < 0 && errno == EWOULDBLOCK)
        return ccm_fail(err, CCM_CONFIG, "state directory \"%s\" is in use: stop the other program or choose another",
                        dir);
    if (st->lock_fd < 0)
        return ccm_fail(err, CCM_CONFIG, "can't use state directory \"%s\": %s", dir, strerror(errno));
    st->path = join(dir, DATABASE);
    stir_ids(st);
    int fd = open(st->path, O_RDWR | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return make_state(st, err);
    if (fd < 0)
        return ccm_fail(err, CCM_CONFIG, "can't open \"%s\": %s", st->path, strerror(errno));
    bool ok = check_state(st, fd, err);
    close(fd);
    return ok;
}

bool
store_files_open(struct store *st, struct ccm_error *err)
{
    return st->opt.state_dir != NULL ? open_state(st, err) : open_temporary(st, err);
}

void
store_files_close(struct store *st)
{
    if (st->temporary && st->dir != NULL)
        remove_dir(st->dir);
    if (st->lock_fd >= 0)
        close(st->lock_fd);
    free(st->dir);
    free(st->path);
    st->dir = st->path = NULL;
    st->lock_fd = -1;
}
