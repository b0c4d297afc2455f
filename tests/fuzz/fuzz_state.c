/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Fuzzing the simulator's part of a snapshot: any text is refused, or gives a simulator that can be looked at, saved,
 * read back as it was saved, and lived with for a while. */
#include "ccmsim/cluster.h"
#include "ccmsim/config.h"
#include "ccmsim/sim.h"
#include "fuzz.h"

static struct cluster *
cluster_once(void)
{
    static struct cluster *cl;
    static struct config   cfg;
    char                  *argv[] = { (char[]){ "fuzz" }, (char[]){ "--demo" },  (char[]){ "--seed" },
                                      (char[]){ "1" },    (char[]){ "--clock" }, (char[]){ "manual" } };
    struct ccm_error       err = { .status = CCM_OK };

    if (cl == NULL)
        fuzz_demand(config_load(&cfg, sizeof argv / sizeof argv[0], argv, &err) && cluster_new(&cl, &cfg, NULL, &err),
                    err.text);
    return cl;
}

/* Each device and call as those see it that ask. */
static void
look(struct sim *sim)
{
    struct arena                   *a = arena_new();
    const struct sim_filter         every = { .tkmodel = -1, .status = SIM_STATUS_COUNT, .limit = 1000 };
    const struct sim_device *const *devices;
    const struct sim_call *const   *calls;
    const struct sim_node          *nodes;
    size_t                          total, n = sim_devices(sim, a, &every, &devices, &total);

    size_t registered = 0;
    for (size_t i = 0; i < n; i++) {
        registered += devices[i]->status == SIM_REGISTERED || devices[i]->status == SIM_PARTIALLY;
        fuzz_demand(devices[i]->status < SIM_STATUS_COUNT, "a status that is none");
        fuzz_demand(devices[i]->status != SIM_REGISTERED || devices[i]->presence_count > 0, "registered nowhere");
    }
    n = sim_calls(sim, a, &calls);
    for (size_t i = 0; i < n; i++)
        fuzz_demand(sim_call_find(sim, a, calls[i]->id) != NULL, "a call that can't be found");
    n = sim_nodes(sim, a, &nodes);
    fuzz_demand(n > 0, "no node");
    for (size_t i = 0; i < n; i++)
        registered -= nodes[i].registered;
    fuzz_demand(registered == 0, "the nodes' devices are others than the devices");
    arena_free(a);
}

static void
saved(struct sim *sim, struct buf *out)
{
    buf_init(out, BUF_MAX_REPLY);
    sim_save(sim, out);
    fuzz_demand(!out->overflow, "more than can be saved");
}

/* Of the order of timers only the order matters, not its numbers. */
static void
forget_turns(char *text)
{
    static const char turn[] = "\"turn\":";

    for (char *p = strstr(text, turn), *out; p != NULL; p = strstr(p, turn)) {
        p = out = p + sizeof turn - 1;
        size_t digits = strspn(p, "0123456789");
        memmove(out, p + digits, strlen(p + digits) + 1);
    }
}

static void
comes_back(struct sim *sim)
{
    struct ccm_error err = { .status = CCM_OK };
    struct buf       first, second;

    saved(sim, &first);
    fuzz_demand(sim_load(sim, buf_cstr(&first), &err), err.text);
    saved(sim, &second);
    char *was = strdup(buf_cstr(&first)), *is = strdup(buf_cstr(&second));
    fuzz_demand(was != NULL && is != NULL, "no memory");
    forget_turns(was);
    forget_turns(is);
    if (strcmp(was, is) != 0) {
        fprintf(stderr, "%s\n---\n%s\n", was, is);
        fuzz_demand(false, "what was saved gives another simulator");
    }
    free(was);
    free(is);
    buf_release(&first);
    buf_release(&second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sim      *sim = cluster_once()->sim;
    char            *text = malloc(size + 1);
    struct ccm_error err = { .status = CCM_OK };

    fuzz_demand(text != NULL, "no memory");
    memcpy(text, data, size);
    text[size] = '\0';
    if (sim_load(sim, text, &err)) {
        look(sim);
        comes_back(sim);
        fuzz_demand(sim_clock_advance(sim, 200000, NULL, &err), err.text);
        look(sim);
    } else {
        fuzz_demand(err.status == CCM_MALFORMED || err.status == CCM_INVALID, "refused for another reason");
    }
    free(text);
    return 0;
}
