/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* A main for a harness without libFuzzer: replay HARNESS CORPUS runs it over each file of the corpus and
 * over some spoilt copies of each, always the same ones. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define LONGEST      ((size_t)256 * 1024)
#define SPOILT_BYTES ((size_t)200 * 1024) /* of each file, so that large ones get fewer copies */
#define SPOILT_MAX   200

static uint64_t
next_random(uint64_t *x)
{
    *x = *x * 6364136223846793005u + 1442695040888963407u;
    return *x >> 33;
}

/* One to four small changes: a byte set, a stretch doubled, cut out, or overwritten from elsewhere. */
static size_t
spoil(uint8_t *data, size_t size, uint64_t *x)
{
    for (uint64_t changes = 1 + next_random(x) % 4; changes > 0 && size > 0; changes--) {
        size_t at = next_random(x) % size, from = next_random(x) % size;
        size_t len = 1 + next_random(x) % (size < 32 ? size : 32);
        if (len > size - (at > from ? at : from))
            len = size - (at > from ? at : from);
        switch (next_random(x) % 4) {
        case 0: data[at] = (uint8_t)next_random(x); break;
        case 1:
            memmove(data + at + len, data + at, size - at);
            size += len;
            break;
        case 2:
            memmove(data + at, data + at + len, size - at - len);
            size -= len;
            break;
        default: memmove(data + at, data + from, len); break;
        }
    }
    return size;
}

/* The harness gets a block of exactly that size, so that the sanitizer sees a read behind it. */
static void
feed(const uint8_t *data, size_t size)
{
    uint8_t *exact = malloc(size);

    if (size > 0 && exact == NULL)
        abort();
    if (size > 0)
        memcpy(exact, data, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static int
replay_file(const char *path)
{
    static uint8_t data[LONGEST], copy[LONGEST + 4 * 32];
    uint64_t       x = 1;
    FILE          *f = fopen(path, "rb");

    if (f == NULL) {
        perror(path);
        return -1;
    }
    size_t size = fread(data, 1, sizeof data, f);
    fclose(f);
    feed(data, size);
    size_t copies = size == 0 ? 1 : SPOILT_BYTES / size;
    if (copies > SPOILT_MAX)
        copies = SPOILT_MAX;
    for (size_t i = 0; i < copies; i++) {
        memcpy(copy, data, size);
        feed(copy, spoil(copy, size, &x));
    }
    return (int)copies + 1;
}

static int
is_file(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

int
main(int argc, char **argv)
{
    struct dirent **entries;
    int             runs = 0;

    if (argc != 3) {
        fputs("usage: replay HARNESS CORPUS\n", stderr);
        return 2;
    }
    int count = scandir(argv[2], &entries, is_file, alphasort);
    if (count <= 0) {
        fprintf(stderr, "replay: no corpus in %s\n", argv[2]);
        return 1;
    }
    for (int i = 0; i < count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", argv[2], entries[i]->d_name);
        int done = replay_file(path);
        free(entries[i]);
        if (done < 0)
            return 1;
        runs += done;
    }
    free(entries);
    printf("ok fuzz-replay: %s: %d files, %d runs\n", argv[1], count, runs);
    return 0;
}
