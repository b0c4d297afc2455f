/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* contractc: compiles the AXL contract (schema/axl) into C tables, shadow-table SQL and the WSDL and
 * XSD of every schema version. Run by the build, never installed. Mistakes are printed as
 * "FILE:LINE: reason", and then nothing is written. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "contractc.h"

static int
usage(void)
{
    fputs("usage: contractc [--dictionary FILE] [--partial] [--tables DIR] [--shadow FILE] [--emit DIR] "
          "DIRECTORY|FILE...\n"
          "  --partial   don't ask for a store line for each field of a bound object\n",
          stderr);
    return 2;
}

static bool
read_file(struct contract *c, const char *path)
{
    FILE *f = fopen(path, "rb");
    long  size = -1;
    char *bytes = NULL;

    if (f != NULL && fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) >= 0 && fseek(f, 0, SEEK_SET) == 0) {
        bytes = arena_alloc(c->arena, (size_t)size + 1);
        if (fread(bytes, 1, (size_t)size, f) != (size_t)size)
            bytes = NULL;
    }
    if (f != NULL)
        fclose(f);
    if (bytes == NULL)
        return c_problem(c, (struct c_place){ path, 0 }, "can't be read");
    return contract_parse(c, path, bytes, (size_t)size);
}

static int
is_entry(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

/* A file, or all *.axl below a directory, in the order of their names. */
static void
read_path(struct contract *c, const char *path)
{
    struct stat     st;
    struct dirent **entries;
    size_t          len = strlen(path);

    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        int n = scandir(path, &entries, is_entry, alphasort);
        for (int i = 0; i < n; i++) {
            read_path(c, arena_printf(c->arena, "%s/%s", path, entries[i]->d_name));
            free(entries[i]);
        }
        if (n >= 0)
            free(entries);
    } else if (len > 4 && strcmp(path + len - 4, ".axl") == 0) {
        read_file(c, path);
    }
}

static int
report(const struct contract *c)
{
    for (size_t i = 0; i < c->problems.count; i++)
        fprintf(stderr, "%s:%u: %s\n", c->problems.items[i].place.file, c->problems.items[i].place.line,
                c->problems.items[i].text);
    return c->problems.count > 0 ? 1 : 0;
}

struct outputs {
    const char *dictionary, *tables, *shadow, *toolkit;
    bool        partial;
};

static bool
compile(struct contract *c, const struct outputs *out)
{
    if (out->dictionary != NULL)
        c->dictionary = dictionary_load(c, out->dictionary);
    if (c->problems.count > 0 || !contract_fields(c) || !contract_check(c) || !contract_bind(c) ||
        !contract_paths(c, !out->partial))
        return false;
    return (out->tables == NULL || emit_tables(c, out->tables)) &&
           (out->shadow == NULL || emit_shadow(c, out->shadow)) &&
           (out->toolkit == NULL || emit_toolkit(c, out->toolkit));
}

int
main(int argc, char **argv)
{
    struct contract c = { .arena = arena_new() };
    struct outputs  out = { NULL, NULL, NULL, NULL, false };
    const struct {
        const char  *name;
        const char **value;
    } options[] = {
        { "--dictionary", &out.dictionary },
        { "--tables", &out.tables },
        { "--shadow", &out.shadow },
        { "--emit", &out.toolkit },
    };
    int inputs = 0;

    for (int i = 1; i < argc; i++) {
        size_t k = 0, n = sizeof options / sizeof options[0];
        while (k < n && strcmp(argv[i], options[k].name) != 0)
            k++;
        if (k < n && i + 1 < argc)
            *options[k].value = argv[++i];
        else if (strcmp(argv[i], "--partial") == 0)
            out.partial = true;
        else if (argv[i][0] == '-')
            return usage();
        else {
            read_path(&c, argv[i]);
            inputs++;
        }
    }
    if (inputs == 0)
        return usage();
    bool ok = compile(&c, &out);
    int  status = report(&c);
    arena_free(c.arena);
    return ok ? status : 1;
}
