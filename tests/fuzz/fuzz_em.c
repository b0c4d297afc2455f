/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Fuzzing the request path of Extension Mobility, form to message: any bytes give a message of the grammar or one of
 * the two numbers that an unreadable one has. */
#include "em/em_priv.h"
#include "fuzz.h"

const char *
mobility_text(int code)
{
    return code == 1 || code == 8 ? "text" : "";
}

static void
check(const struct em_message *m, double release)
{
    const char *const texts[] = { m->app_id, m->certificate, m->device, m->user, m->profile, m->remote_address };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        fuzz_demand(fuzz_is_trimmed(texts[i]), "a text is missing or padded");
    fuzz_demand(m->query == (strcmp(m->root->name, "query") == 0), "a query that is none");
    fuzz_demand(m->query == (m->operation >= EM_DEVICE_USER_QUERY), "the operation is not the root's");
    fuzz_demand(m->element->next == NULL && m->element->children != NULL ? true : m->operation == EM_LOGOUT_ALL,
                "an operation without what it needs");
    fuzz_demand(m->seconds >= MOBILITY_NO_LIMIT && m->seconds <= (int64_t)MOBILITY_MAX_MINUTES * 60,
                "a time beyond reason");
    fuzz_demand(release >= 8.0 || m->operation != EM_LOGOUT_ALL, "an operation of a later release");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const double releases[] = { 7.1, 11.5, 15.0 };
    struct arena       *a = arena_new();
    const char         *text = em_form_field(a, (struct str){ (const char *)data, size });

    for (size_t i = 0; text != NULL && i < 3; i++) {
        struct em_message m;
        struct ccm_error  err = { 0 };
        if (em_message_read(a, text, releases[i], &m, &err))
            check(&m, releases[i]);
        else
            fuzz_demand(em_error_code(&err) == 1 || em_error_code(&err) == 8, "refused with another number");
    }
    arena_free(a);
    return 0;
}
