/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Snapshots by name: images in memory, and where the cluster has a state directory as two files each below it,
 * NAME.db and NAME.state. */
#include "ccmsim/snapshot.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cluster/image.h"
#include "cluster/snapshots.h"

#define MAX_FILE ((size_t)4 * 1024 * 1024 * 1024)
#define HEAD     "ccmsim snapshot 1\n"

struct snapshot {
    struct snapshot      *next; /* by name */
    char                 *name;
    int64_t               time_ms;
    size_t                size;
    struct cluster_image *image; /* NULL: in its files */
};

struct snapshots {
    pthread_mutex_t  lock;
    struct snapshot *first;
    unsigned         count;
    char            *dir; /* NULL: in memory only */
};

static int64_t
now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool
check_name(const char *name, struct ccm_error *err)
{
    static const char inner[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    size_t            len = strlen(name);

    if (len > 0 && len <= SNAPSHOT_MAX_NAME && name[strspn(name, inner)] == '\0' && strchr("-_.", name[0]) == NULL)
        return true;
    return ccm_fail(err, CCM_BAD_REQUEST,
                    "a snapshot's name is 1 to %u letters, digits, '-', '_' and '.', the first a letter or digit",
                    SNAPSHOT_MAX_NAME);
}

/* ---- files ---- */

static bool
file_fail(struct ccm_error *err, const char *what, const char *path)
{
    return ccm_fail(err, CCM_INTERNAL, "can't %s '%s': %s", what, path, strerror(errno));
}

static bool
path_of(char out[PATH_MAX], const struct snapshots *s, const char *name, const char *suffix, struct ccm_error *err)
{
    return snprintf(out, PATH_MAX, "%s/%s%s", s->dir, name, suffix) < PATH_MAX ||
           ccm_fail(err, CCM_BAD_REQUEST, "the name '%s' is too long", name);
}

static bool
write_file(const struct snapshots *s, const char *name, const char *suffix, const void *data, size_t size,
           struct ccm_error *err)
{
    char part[PATH_MAX], path[PATH_MAX];

    if (!path_of(part, s, name, ".part", err) || !path_of(path, s, name, suffix, err))
        return false;
    FILE *f = fopen(part, "we");
    bool  ok = f != NULL && fwrite(data, 1, size, f) == size && fflush(f) == 0 && fsync(fileno(f)) == 0;
    if (f != NULL)
        ok = fclose(f) == 0 && ok;
    if (ok && rename(part, path) == 0)
        return true;
    file_fail(err, "write", path);
    unlink(part);
    return false;
}

/* malloc'd, with a NUL behind. */
static char *
read_file(const struct snapshots *s, const char *name, const char *suffix, size_t *size, struct ccm_error *err)
{
    char        path[PATH_MAX];
    struct stat info;
    char       *data = NULL;

    if (!path_of(path, s, name, suffix, err))
        return NULL;
    FILE *f = fopen(path, "re");
    bool  ok = f != NULL && fstat(fileno(f), &info) == 0 && (size_t)info.st_size <= MAX_FILE;
    if (ok) {
        *size = (size_t)info.st_size;
        data = malloc(*size + 1);
        ok = data != NULL && fread(data, 1, *size, f) == *size;
    }
    if (f != NULL)
        fclose(f);
    if (ok) {
        data[*size] = '\0';
        return data;
    }
    file_fail(err, "read", path);
    free(data);
    return NULL;
}

static bool
save_files(const struct snapshots *s, const char *name, const struct cluster_image *image, struct ccm_error *err)
{
    struct buf text;

    buf_init(&text, SIZE_MAX / 2);
    buf_adds(&text, HEAD);
    for (int i = 0; i < 4; i++)
        buf_addf(&text, "%016llx%c", (unsigned long long)image->uuids[i], i < 3 ? ' ' : '\n');
    if (image->sim != NULL)
        buf_adds(&text, image->sim);
    bool ok = (mkdir(s->dir, 0700) == 0 || errno == EEXIST || file_fail(err, "make", s->dir)) &&
              write_file(s, name, ".db", image->store, image->size, err) &&
              write_file(s, name, ".state", text.ptr, text.len, err);
    buf_release(&text);
    return ok;
}

/* The four numbers of the source of UUIDs; what stands behind them, or NULL. */
static const char *
read_head(const char *text, unsigned long long u[4])
{
    if (strncmp(text, HEAD, sizeof HEAD - 1) != 0)
        return NULL;
    text += sizeof HEAD - 1;
    for (int i = 0; i < 4; i++) {
        char *end;
        u[i] = strtoull(text, &end, 16);
        if (end == text)
            return NULL;
        text = end;
    }
    return text + strspn(text, "\n");
}

static struct cluster_image *
load_files(const struct snapshots *s, const char *name, struct ccm_error *err)
{
    size_t             size = 0, text_size = 0;
    unsigned long long u[4];
    char              *db = read_file(s, name, ".db", &size, err);
    char              *text = db != NULL ? read_file(s, name, ".state", &text_size, err) : NULL;

    const char *sim = text != NULL ? read_head(text, u) : NULL;

    if (sim != NULL) {
        char *own = *sim != '\0' ? strdup(sim) : NULL;
        free(text);
        return cluster_image_new((unsigned char *)db, size, (uint64_t[4]){ u[0], u[1], u[2], u[3] }, own);
    }
    if (text != NULL)
        ccm_fail(err, CCM_CONFLICT, "snapshot '%s' is of another version, or spoilt", name);
    free(db);
    free(text);
    return NULL;
}

static void
remove_files(const struct snapshots *s, const char *name)
{
    static const char *const suffixes[] = { ".state", ".db" };
    char                     path[PATH_MAX];

    for (size_t i = 0; i < 2; i++)
        if (path_of(path, s, name, suffixes[i], NULL))
            unlink(path);
}

/* ---- the list; under the lock ---- */

static struct snapshot **
find(struct snapshots *s, const char *name)
{
    struct snapshot **at = &s->first;

    while (*at != NULL && strcmp((*at)->name, name) < 0)
        at = &(*at)->next;
    return at;
}

static bool
is_at(struct snapshot *const *at, const char *name)
{
    return *at != NULL && strcmp((*at)->name, name) == 0;
}

static struct snapshot *
put(struct snapshots *s, const char *name)
{
    struct snapshot **at = find(s, name);

    if (is_at(at, name))
        return *at;
    struct snapshot *fresh = calloc(1, sizeof *fresh);
    if (fresh == NULL || (fresh->name = strdup(name)) == NULL)
        abort();
    fresh->next = *at;
    *at = fresh;
    s->count++;
    return fresh;
}

static void
remove_at(struct snapshots *s, struct snapshot **at)
{
    struct snapshot *gone = *at;

    *at = gone->next;
    s->count--;
    cluster_image_release(gone->image);
    free(gone->name);
    free(gone);
}

/* What an earlier run kept. */
static void
scan(struct snapshots *s)
{
    DIR           *d = s->dir != NULL ? opendir(s->dir) : NULL;
    struct dirent *e;

    while (d != NULL && (e = readdir(d)) != NULL) {
        char       *dot = strrchr(e->d_name, '.'), path[PATH_MAX];
        struct stat info;
        if (dot == NULL || strcmp(dot, ".state") != 0)
            continue;
        *dot = '\0';
        if (!check_name(e->d_name, NULL) || !path_of(path, s, e->d_name, ".db", NULL) || stat(path, &info) != 0)
            continue;
        struct snapshot *fresh = put(s, e->d_name);
        fresh->time_ms = (int64_t)info.st_mtime * 1000;
        fresh->size = (size_t)info.st_size;
    }
    if (d != NULL)
        closedir(d);
}

struct snapshots *
snapshots_new(const char *state_dir)
{
    struct snapshots *s = calloc(1, sizeof *s);

    if (s == NULL)
        abort();
    pthread_mutex_init(&s->lock, NULL);
    if (state_dir != NULL && asprintf(&s->dir, "%s/snapshots", state_dir) < 0)
        abort();
    scan(s);
    return s;
}

void
snapshots_free(struct snapshots *s)
{
    if (s == NULL)
        return;
    while (s->first != NULL)
        remove_at(s, &s->first);
    pthread_mutex_destroy(&s->lock);
    free(s->dir);
    free(s);
}

struct cluster_image *
snapshots_image(struct snapshots *s, const char *name, struct ccm_error *err)
{
    struct cluster_image *image = NULL;

    pthread_mutex_lock(&s->lock);
    struct snapshot **at = find(s, name);
    bool              known = is_at(at, name);
    if (known && (*at)->image != NULL)
        image = cluster_image_hold((*at)->image);
    else if (known)
        image = load_files(s, name, err);
    else
        ccm_fail(err, CCM_NOT_FOUND, "there is no snapshot '%.64s'", name);
    pthread_mutex_unlock(&s->lock);
    return image;
}

/* ---- the face ---- */

bool
snapshot_take(struct cluster *cl, const char *name, struct ccm_error *err)
{
    struct snapshots *s = cl->snapshots;

    if (!check_name(name, err))
        return false;
    pthread_mutex_lock(&cl->reset_lock);
    struct cluster_image *image = cluster_image_take(cl, err);
    pthread_mutex_unlock(&cl->reset_lock);
    if (image == NULL)
        return false;
    pthread_mutex_lock(&s->lock);
    bool ok = is_at(find(s, name), name) || s->count < SNAPSHOTS_MAX ||
              ccm_fail(err, CCM_CONFLICT, "there are %u snapshots already: remove one", SNAPSHOTS_MAX);
    ok = ok && (s->dir == NULL || save_files(s, name, image, err));
    if (ok) {
        struct snapshot *mine = put(s, name);
        cluster_image_release(mine->image);
        mine->image = s->dir == NULL ? cluster_image_hold(image) : NULL;
        mine->time_ms = now_ms();
        mine->size = image->size + (image->sim != NULL ? strlen(image->sim) : 0);
    }
    pthread_mutex_unlock(&s->lock);
    cluster_image_release(image);
    return ok;
}

bool
snapshot_restore(struct cluster *cl, const char *name, struct ccm_error *err)
{
    struct cluster_image *image = snapshots_image(cl->snapshots, name, err);

    if (image == NULL)
        return false;
    pthread_mutex_lock(&cl->reset_lock);
    bool ok = cluster_image_apply(cl, image, err);
    pthread_mutex_unlock(&cl->reset_lock);
    cluster_image_release(image);
    return ok;
}

bool
snapshot_remove(struct cluster *cl, const char *name, struct ccm_error *err)
{
    struct snapshots *s = cl->snapshots;

    pthread_mutex_lock(&s->lock);
    struct snapshot **at = find(s, name);
    bool              known = is_at(at, name);
    if (known) {
        if (s->dir != NULL)
            remove_files(s, name);
        remove_at(s, at);
    }
    pthread_mutex_unlock(&s->lock);
    return known || ccm_fail(err, CCM_NOT_FOUND, "there is no snapshot '%.64s'", name);
}

size_t
snapshot_list(struct cluster *cl, struct arena *a, const struct snapshot_info **out)
{
    struct snapshots *s = cl->snapshots;
    size_t            n = 0;

    pthread_mutex_lock(&s->lock);
    struct snapshot_info *list = arena_alloc(a, (s->count + 1) * sizeof *list);
    for (const struct snapshot *at = s->first; at != NULL; at = at->next)
        list[n++] = (struct snapshot_info){ arena_strdup(a, at->name), at->time_ms, at->size };
    pthread_mutex_unlock(&s->lock);
    *out = list;
    return n;
}
