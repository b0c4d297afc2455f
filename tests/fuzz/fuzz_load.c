/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Fuzzing whole fixtures: any text is carried out or refused with its place. Most are on a store that takes it back
 * again, which is quick; of those that went well some are loaded into a cluster, saved, and loaded again. */
#include "ccmsim/config.h"
#include "fuzz.h"

#include "cluster/fixture_load.c"

#define WHOLE_PART 32 /* one in so many is loaded as a whole */

static struct cluster *
cluster_once(void)
{
    static struct cluster *cl;
    static struct config   cfg;
    char            *argv[] = { (char[]){ "fuzz" },   (char[]){ "--seed" },  (char[]){ "1" },  (char[]){ "--clock" },
                                (char[]){ "manual" }, (char[]){ "--admin" }, (char[]){ "a:b" } };
    struct ccm_error err = { .status = CCM_OK };

    if (cl == NULL)
        fuzz_demand(config_load(&cfg, sizeof argv / sizeof argv[0], argv, &err) && cluster_new(&cl, &cfg, NULL, &err),
                    err.text);
    return cl;
}

/* ---- taken back ---- */

static bool
try_copies(struct loader *l, struct store *store, struct str text, struct ccm_error *err)
{
    const struct store_writer who = { .user = "", .origin = "sql", .complete = true };

    l->conn = store_write_begin(store, &who, err);
    fuzz_demand(l->conn != NULL, "the store gives no writer");
    bool ok = read_text(l, text, err) && copy_rows(l, err);
    store_write_end(l->conn, false, NULL);
    return ok;
}

static bool
try_rest(struct loader *l, struct store *store, struct ccm_error *err)
{
    const struct store_writer who = { .user = "", .origin = "sql", .trusted = true };

    l->conn = store_write_begin(store, &who, err);
    fuzz_demand(l->conn != NULL, "the store gives no writer");
    struct seed_target to = { .conn = l->conn, .arena = l->arena, .object = seed_object, .guarded = true };
    bool               ok = seed_text(&to, l->name, (struct str){ l->rest, strlen(l->rest) }, err);
    store_write_end(l->conn, false, NULL);
    return ok;
}

/* True: nothing is wrong with it, but for what the second part needs of the first. */
static bool
is_carried_out(struct store *store, struct str text)
{
    struct loader   *l = calloc(1, sizeof *l);
    struct ccm_error err = { .status = CCM_OK };

    fuzz_demand(l != NULL, "no memory");
    l->name = "fuzz";
    l->end = &l->first;
    l->arena = arena_new();
    bool ok = try_copies(l, store, text, &err) && try_rest(l, store, &err);
    fuzz_demand(ok || (err.status != CCM_OK && err.text[0] != '\0'), "refused without a reason");
    arena_free(l->arena);
    free(l);
    return ok;
}

/* ---- as a whole ---- */

static void
save(struct cluster *cl, struct buf *out)
{
    struct ccm_error err = { .status = CCM_OK };

    buf_init(out, BUF_MAX_REPLY);
    fuzz_demand(fixture_save(cl, out, &err), err.text);
}

static void
comes_back(struct cluster *cl)
{
    struct ccm_error err = { .status = CCM_OK };
    struct buf       first, second;

    save(cl, &first);
    fuzz_demand(fixture_load(cl, "saved", (struct str){ first.ptr, first.len }, &err), err.text);
    save(cl, &second);
    fuzz_demand(second.len == first.len && memcmp(first.ptr, second.ptr, first.len) == 0,
                "what was saved gives another cluster");
    buf_release(&first);
    buf_release(&second);
}

static void
load_whole(struct cluster *cl, struct str text)
{
    struct ccm_error err = { .status = CCM_OK };

    if (!fixture_load(cl, "fuzz", text, &err)) {
        fuzz_demand(err.status == CCM_BAD_REQUEST && err.text[0] != '\0', err.text);
        return;
    }
    comes_back(cl);
    fuzz_demand(cluster_reset(cl, &err), err.text);
}

static bool
is_chosen(struct str text)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (unsigned char)text.ptr[i]) * 16777619u;
    return hash % WHOLE_PART == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cluster  *cl = cluster_once();
    const struct str text = { (const char *)data, size };

    if (is_carried_out(cl->store, text) && is_chosen(text))
        load_whole(cl, text);
    return 0;
}
