/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A store from opening to closing. */
#include "ccmsim/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/base_priv.h"
#include "store/store_priv.h"

static void
release(struct store *st)
{
    store_conn_close(st->writer);
    store_pool_clear(st);
    store_file_free(st->file);
    store_enums_free(st);
    store_files_close(st);
    pthread_mutex_destroy(&st->write_lock);
    pthread_mutex_destroy(&st->pool_lock);
    pthread_mutex_destroy(&st->feed_lock);
    pthread_mutex_destroy(&st->enum_lock);
    pthread_cond_destroy(&st->pool_cond);
    pthread_cond_destroy(&st->feed_cond);
    free(st);
}

static struct store *
make(const struct store_options *opt)
{
    struct store *st = base_malloc(sizeof(*st));

    memset(st, 0, sizeof(*st));
    st->opt = *opt;
    st->lock_fd = -1;
    st->image = (struct store_image){ store_image, (size_t)store_image_size };
    if (opt->image != NULL)
        st->image = (struct store_image){ opt->image, opt->image_size };
    st->enums = base_malloc(store_table_count * sizeof(struct store_enum *));
    memset(st->enums, 0, store_table_count * sizeof(struct store_enum *));
    pthread_mutex_init(&st->write_lock, NULL);
    pthread_mutex_init(&st->pool_lock, NULL);
    pthread_mutex_init(&st->feed_lock, NULL);
    pthread_mutex_init(&st->enum_lock, NULL);
    pthread_cond_init(&st->pool_cond, NULL);
    pthread_cond_init(&st->feed_cond, NULL);
    return st;
}

struct store_file *
store_file_new(char *path)
{
    struct store_file *f = base_malloc(sizeof(*f));

    if (path == NULL)
        abort();
    *f = (struct store_file){ .path = path };
    f->occupied = base_malloc(store_table_count * 2);
    for (size_t i = 0; i < (size_t)store_table_count * 2; i++)
        atomic_init(&f->occupied[i], 0);
    return f;
}

void
store_file_free(struct store_file *f)
{
    if (f == NULL)
        return;
    free(f->path);
    free((void *)f->occupied);
    free(f);
}

/* SQLite's count of its memory takes a lock for every allocation; nobody asks for it. */
static void
library_once(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    store_pieces_install();
}

bool
store_open(struct store **out, const struct store_options *opt, struct ccm_error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, library_once);
    struct store    *st = make(opt);
    struct ccm_error why = { 0 };

    *out = NULL;
    if (!store_files_open(st, err)) {
        release(st);
        return false;
    }
    st->file = store_file_new(strdup(st->path));
    st->writer = store_conn_open(st, true, &why);
    if (st->writer == NULL || !store_exec(st->writer, "SELECT 1 FROM device LIMIT 1", &why)) {
        ccm_fail(err, CCM_CONFIG, "can't open \"%s\": %s", st->path, why.text);
        release(st);
        return false;
    }
    *out = st;
    return true;
}

void
store_close(struct store *st)
{
    if (st == NULL)
        return;
    pthread_mutex_lock(&st->write_lock);
    pthread_mutex_lock(&st->pool_lock);
    while (st->leased_count > 0)
        pthread_cond_wait(&st->pool_cond, &st->pool_lock);
    pthread_mutex_unlock(&st->pool_lock);
    pthread_mutex_unlock(&st->write_lock);
    release(st);
}

uint64_t
store_generation(struct store *st)
{
    return atomic_load(&st->generation);
}

void
store_new_pkid(struct store *st, char out[37])
{
    uuid_new(st->opt.uuids, out);
}

const char *
store_release_name(const struct store *st)
{
    return st->opt.release;
}
