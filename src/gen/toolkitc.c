/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* toolkitc ZIP DIRECTORY: packs the emitted WSDL and XSD files into axlsqltoolkit.zip, in the order of
 * their names and with one fixed date, so that the same contract gives the same archive. */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zip.h>

#define MOMENT 1577836800 /* 2020-01-01 */

static int
is_entry(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

static bool
add_file(zip_t *zip, const char *path, const char *name)
{
    zip_source_t *source = zip_source_file(zip, path, 0, -1);
    zip_int64_t   index = source != NULL ? zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8) : -1;

    if (index < 0) {
        zip_source_free(source);
        return false;
    }
    return zip_file_set_mtime(zip, (zip_uint64_t)index, MOMENT, 0) == 0;
}

/* All below root/below. */
static bool
add_folder(zip_t *zip, const char *root, const char *below)
{
    char            path[4096], name[1024];
    struct dirent **entries;
    struct stat     st;
    bool            ok = true;

    snprintf(path, sizeof path, "%s/%s", root, below);
    int n = scandir(path, &entries, is_entry, alphasort);
    if (n < 0)
        return false;
    for (int i = 0; i < n; i++) {
        snprintf(name, sizeof name, "%s%s%s", below, *below != '\0' ? "/" : "", entries[i]->d_name);
        ok = ok && snprintf(path, sizeof path, "%s/%s", root, name) < (int)sizeof path && stat(path, &st) == 0 &&
             (S_ISDIR(st.st_mode) ? add_folder(zip, root, name) : add_file(zip, path, name));
        free(entries[i]);
    }
    free(entries);
    return ok;
}

int
main(int argc, char **argv)
{
    int    error = 0;
    zip_t *zip = argc == 3 ? zip_open(argv[1], ZIP_CREATE | ZIP_TRUNCATE, &error) : NULL;

    if (zip == NULL) {
        fprintf(stderr,
                argc == 3 ? "toolkitc: can't write the archive (libzip error %d)\n" : "usage: toolkitc ZIP DIRECTORY\n",
                error);
        return 1;
    }
    if (!add_folder(zip, argv[2], "") || zip_close(zip) != 0) {
        fprintf(stderr, "toolkitc: %s\n", zip_strerror(zip));
        zip_discard(zip);
        return 1;
    }
    return 0;
}
