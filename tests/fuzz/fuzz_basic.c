/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Fuzzing the Authorization and Cookie headers: any text gives credentials that are whole, or none. */
#include <stdlib.h>
#include <string.h>

#include "ccmsim/arena.h"
#include "ccmsim/auth.h"
#include "ccmsim/utf8.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    char         *header = arena_strndup(a, (const char *)data, size);
    const char   *user = NULL, *password = NULL;

    if (auth_parse_basic(a, header, &user, &password)) {
        if (user == NULL || password == NULL || user[0] == '\0' || strchr(user, ':') != NULL)
            abort();
        if (!utf8_valid(user, strlen(user)) || !utf8_valid(password, strlen(password)))
            abort();
    }
    const char *session = auth_parse_cookie(a, header, "JSESSIONID");
    if (session != NULL && strlen(session) > size)
        abort();
    arena_free(a);
    return 0;
}
