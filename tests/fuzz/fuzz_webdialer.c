/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Fuzzing WebDialer's request path: any bytes give a request whose texts are all there and trimmed, or a reason. */
#include "fuzz.h"
#include "webdialer/webdialer_priv.h"

static void
check(const struct wd_request *w)
{
    const char *const texts[] = {
        w->user, w->password, w->userid, w->destination, w->profile_user, w->device, w->line
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        fuzz_demand(fuzz_is_trimmed(texts[i]), "a text is missing or padded");
}

/* What was asked for comes back in an answer, whatever is in it. */
static void
answer(struct arena *a, enum wd_generation g, const struct wd_request *w)
{
    const char *const      lines[] = { w->line, w->destination };
    const struct wd_device devices[] = { { w->device, w->user, w->profile_user, 2, lines } };
    const struct wd_answer answers[] = {
        { .code = WD_SUCCESS, .device_count = 1, .devices = devices, .primary = w->line },
        { .code = WD_NO_DEVICE, .primary = "" }
    };
    struct soap_message m;
    struct ccm_error    err = { 0 };
    struct buf          b;

    for (size_t i = 0; i < 2; i++) {
        buf_init(&b, BUF_MAX_REPLY);
        wd_answer_write(&b, g, w->operation, &answers[i]);
        fuzz_demand(soap_read(a, (struct str){ buf_cstr(&b), b.len }, &m, &err), "an answer that can't be read");
        fuzz_demand(soap_dereference(a, &m, &err), "an answer that refers to nothing");
        buf_release(&b);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena       *a = arena_new();
    struct soap_message m = { 0 };
    struct ccm_error    err = { 0 };

    if (soap_read(a, (struct str){ (const char *)data, size }, &m, &err) && soap_dereference(a, &m, &err))
        for (int g = WD_G1; g <= WD_G3; g++) {
            struct wd_request w;
            if (wd_request_read(a, m.operation, (enum wd_generation)g, &w, &err)) {
                check(&w);
                answer(a, (enum wd_generation)g, &w);
            } else {
                fuzz_demand(err.status == CCM_UNKNOWN_OP, "refused for another reason");
            }
        }
    else
        fuzz_demand(err.status == CCM_MALFORMED, "refused without a reason");
    arena_free(a);
    return 0;
}
