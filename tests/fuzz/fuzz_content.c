/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Fuzzing the reading of bodies that the journal kept: "path" LF "pattern" LF body. Nodes hang together, and the way
 * to one that was found ends as asked. */
#include <stdlib.h>
#include <string.h>

#include "ccmsim/glob.h"
#include "control/content.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    char         *path = arena_strndup(a, (const char *)data, size);
    size_t        first = strcspn(path, "\n"), second = path[first] != '\0' ? strcspn(path + first + 1, "\n") : 0;
    size_t        at = first + second + 2 <= size ? first + second + 2 : size;

    const char *pattern = arena_strndup(a, path + first + (path[first] != '\0'), second);
    path[first] = '\0';
    const struct content_node *n = content_read(a, (struct str){ (const char *)data + at, size - at });
    size_t                     total = 0;
    for (const struct content_node *m = n; m != NULL; m = m->next) {
        if (m->name == NULL || m->text == NULL || ++total > size + 1)
            abort();
        glob_fits(pattern, m->text, false);
    }
    const char *last = strrchr(path, '/');
    for (const struct content_node *m = content_find(n, path); m != NULL; m = content_find(m->next, path))
        if (strcmp(m->name, last != NULL ? last + 1 : path) != 0)
            abort();
    arena_free(a);
    return 0;
}
