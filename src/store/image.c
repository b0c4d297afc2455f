/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The whole store as one image, and an image in the place of the whole store while it runs. A temporary store gets
 * a new file, which costs the writing of it; who still reads goes on in the old one. A kept store has one file
 * only: there the image goes through the writer, in one transaction. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_priv.h"
#include "store/store_priv.h"

/* Where a database's header says how it is written; 1: in the form that can be opened from memory. */
#define HEADER_WRITE 18
#define HEADER_READ  19
/* How large its pages are (none of ours has 64 kB), and how many there are. */
#define HEADER_PAGE_SIZE 16
#define HEADER_PAGES     28
#define MIN_SIZE         512

void
store_template(const void **image, size_t *size)
{
    *image = store_image;
    *size = (size_t)store_image_size;
}

bool
store_size(struct store *st, size_t *size, struct ccm_error *err)
{
    struct store_conn *c = store_read_idle(st, err);

    if (c == NULL)
        return false;
    sqlite3_stmt *stmt = store_prepare(
        c, "SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)", err);
    bool ok = stmt != NULL && store_step(c, stmt, err) == 1;
    *size = ok ? (size_t)sqlite3_column_int64(stmt, 0) : 0;
    store_read_end(c);
    return ok;
}

static uint32_t
big_endian(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* The database's file, if all of it stands there: what SQLite's own image costs, without the copy of that. While holding
 * the writer. NULL: part of it is in the log still. */
static unsigned char *
read_whole(struct store_conn *c, sqlite3_int64 *bytes)
{
    sqlite3_file  *f = NULL;
    unsigned char *data = NULL;
    int            log = -1, done = -1;

    if (sqlite3_wal_checkpoint_v2(c->db, "main", SQLITE_CHECKPOINT_PASSIVE, &log, &done) != SQLITE_OK || log != done ||
        sqlite3_file_control(c->db, "main", SQLITE_FCNTL_FILE_POINTER, &f) != SQLITE_OK || f == NULL ||
        f->pMethods->xFileSize(f, bytes) != SQLITE_OK || *bytes < MIN_SIZE || *bytes > INT_MAX)
        return NULL;
    data = base_malloc((size_t)*bytes);
    if (f->pMethods->xRead(f, data, (int)*bytes, 0) == SQLITE_OK &&
        (int64_t)big_endian(data + HEADER_PAGES) * (data[HEADER_PAGE_SIZE] << 8 | data[HEADER_PAGE_SIZE + 1]) == *bytes)
        return data;
    free(data);
    return NULL;
}

bool
store_save(struct store *st, unsigned char **image, size_t *size, struct ccm_error *err)
{
    /* The writer's, if nobody writes: it has the file in memory, a reader would first read all of it. */
    struct store_conn *c = store_read_idle(st, err);
    sqlite3_int64      bytes = 0;

    *image = NULL;
    if (c == NULL)
        return false;
    /* A kept store would have to wait for its disk. */
    if (st->temporary && c->write != NULL && (*image = read_whole(c, &bytes)) != NULL) {
        store_read_end(c);
        (*image)[HEADER_WRITE] = (*image)[HEADER_READ] = 1;
        *size = (size_t)bytes;
        return true;
    }
    /* The lease's transaction makes it one moment. */
    sqlite3_stmt  *stmt = store_prepare(c, "SELECT 1 FROM sqlite_schema LIMIT 1", err);
    bool           ok = stmt != NULL && store_step(c, stmt, err) >= 0;
    unsigned char *data = ok ? sqlite3_serialize(c->db, "main", &bytes, 0) : NULL;
    if (ok && data == NULL)
        ok = ccm_fail(err, CCM_INTERNAL, "no memory for an image of the store");
    store_read_end(c);
    if (ok) {
        *image = base_malloc((size_t)bytes);
        memcpy(*image, data, (size_t)bytes);
        (*image)[HEADER_WRITE] = (*image)[HEADER_READ] = 1;
        *size = (size_t)bytes;
    }
    sqlite3_free(data);
    return ok;
}

static bool
write_plain(const char *path, const void *data, size_t size)
{
    FILE *f = fopen(path, "we");
    bool  ok = f != NULL && fwrite(data, 1, size, f) == size;

    return f != NULL && fclose(f) == 0 && ok;
}

/* In a file, because SQLite doesn't change the page size of a database in memory. */
bool
store_shrink(struct store *st, const void *image, size_t size, unsigned char **out, size_t *out_size,
             struct ccm_error *err)
{
    sqlite3       *db = NULL;
    sqlite3_int64  bytes = 0;
    unsigned char *data = NULL;

    pthread_mutex_lock(&st->write_lock);
    char *path = store_files_new_path(st);
    pthread_mutex_unlock(&st->write_lock);
    bool ok = write_plain(path, image, size) &&
              sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK &&
              sqlite3_exec(db, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA page_size=1024; VACUUM", NULL,
                           NULL, NULL) == SQLITE_OK &&
              (data = sqlite3_serialize(db, "main", &bytes, 0)) != NULL;
    if (ok) {
        *out = base_malloc((size_t)bytes);
        memcpy(*out, data, (size_t)bytes);
        *out_size = (size_t)bytes;
    } else {
        ccm_fail(err, CCM_INTERNAL, "can't make an image smaller: %s",
                 db != NULL ? sqlite3_errmsg(db) : "its file can't be written");
    }
    sqlite3_free(data);
    sqlite3_close(db);
    store_files_unlink(path);
    free(path);
    return ok;
}

/* Put the image's content in the place of the writer's, in one transaction: readers see all or nothing. */
static bool
overwrite(struct store *st, const struct store_image *image, struct ccm_error *err)
{
    sqlite3        *source = NULL;
    sqlite3_backup *backup = NULL;
    bool ok = sqlite3_open_v2(":memory:", &source, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK &&
              sqlite3_deserialize(source, "main", (unsigned char *)(uintptr_t)image->data, (sqlite3_int64)image->size,
                                  (sqlite3_int64)image->size, SQLITE_DESERIALIZE_READONLY) == SQLITE_OK;
    store_stmts_release(st->writer);
    store_occupied_forget(st->writer->file);
    if (ok)
        backup = sqlite3_backup_init(st->writer->db, "main", source, "main");
    if (backup != NULL)
        sqlite3_backup_step(backup, -1);
    if (backup == NULL || sqlite3_backup_finish(backup) != SQLITE_OK)
        ok = store_fail(st->writer, err);
    sqlite3_close(source);
    for (size_t i = 0; ok && i < STORE_MAX_SERIALS; i++)
        st->writer->write->serials[i].column = -1;
    return ok;
}

/* Write the image to a new file and let the next leases have it. */
static bool
replace_file(struct store *st, const struct store_image *image, struct ccm_error *err)
{
    struct store_file *fresh = store_file_new(store_files_new_path(st)), *old = st->file;

    if (!store_files_write_image(fresh->path, image, false, err)) {
        store_file_free(fresh);
        return false;
    }
    fresh->refs = 2; /* the connection's, and one that keeps it while it is not the store's yet */
    struct store_conn *writer = store_conn_open_file(st, fresh, true, err);
    pthread_mutex_lock(&st->pool_lock);
    fresh->refs--;
    if (writer != NULL) {
        st->file = fresh;
        old->old = true;
    }
    pthread_mutex_unlock(&st->pool_lock);
    if (writer == NULL) {
        store_files_unlink(fresh->path);
        store_file_free(fresh);
        return false;
    }
    store_pool_clear(st);
    struct store_conn *former = st->writer;
    st->writer = writer;
    store_conn_close(former); /* the last to hold the old file removes it */
    return true;
}

static bool
restore(struct store *st, const struct store_image *image, struct ccm_error *err)
{
    pthread_mutex_lock(&st->write_lock);
    bool ok = st->temporary ? replace_file(st, image, err) : overwrite(st, image, err);
    if (ok) {
        atomic_fetch_add(&st->enum_epoch, 1);
        atomic_fetch_add(&st->generation, 1);
    }
    pthread_mutex_unlock(&st->write_lock);
    return ok;
}

bool
store_restore(struct store *st, const void *image, size_t size, struct ccm_error *err)
{
    return restore(st, &(struct store_image){ image, size }, err);
}

bool
store_reset(struct store *st, struct ccm_error *err)
{
    return restore(st, &st->image, err);
}
