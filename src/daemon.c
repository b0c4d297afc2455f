/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Start and end, in the order that tells mistakes early: addresses first, because a taken port must not
 * cost a filled cluster; then the stores; the loops last. */
#include "ccmsim/daemon.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ccmsim/clusters.h"
#include "ccmsim/http.h"
#include "ccmsim/pipeline.h"
#include "ccmsim/sim.h"

#define MAX_CLUSTERS  8
#define MAX_ENDPOINTS (CONFIG_MAX_LISTEN * CONFIG_MAX_LISTEN * 2)
#define GRACE_MS      10000

struct endpoint {
    struct listener *listener;
    char            *address; /* owned */
    bool             tls;
};

struct seat { /* a cluster and where it answers */
    struct cluster  *cluster;
    struct clusters *family; /* private ones beside it */
    bool             demo;
    struct endpoint  endpoints[MAX_ENDPOINTS];
    unsigned         count;
};

struct daemon {
    struct http_server  *server;
    struct sim_driver   *driver;
    struct http_identity identity;
    const struct config *cfg;
    struct seat         *seats[MAX_CLUSTERS];
    unsigned             count;
};

bool
daemon_new(struct daemon **out, const struct config *cfg, struct ccm_error *err)
{
    struct daemon      *d = calloc(1, sizeof *d);
    struct http_options opt = {
        .workers = cfg->workers,
        .executor_threads = cfg->workers + 1,
        .max_body = cfg->max_body,
        .connection_limit = cfg->connection_limit,
        .idle_timeout_s = cfg->idle_timeout_s,
        .handler = pipeline_run,
    };

    if (d == NULL)
        abort();
    d->cfg = cfg;
    d->driver = sim_driver_new();
    opt.identity = &d->identity;
    /* A wrong certificate is a matter of the command line: say it before anything is made. */
    if ((cfg->tls_cert != NULL && !http_identity_load(&d->identity, cfg->tls_cert, cfg->tls_key, err)) ||
        !http_server_new(&d->server, &opt, err)) {
        daemon_free(d);
        return false;
    }
    *out = d;
    return true;
}

/* ---- addresses ---- */

/* What somebody else could reach must not be guarded by a credential that nobody chose. */
static bool
check_remote(const struct config *cfg, struct ccm_error *err)
{
    if (cfg->allow_remote || (cfg->admin != NULL && cfg->control_token != NULL))
        return true;
    for (unsigned i = 0; i < cfg->listen_count; i++)
        if (!http_address_is_loopback(cfg->listen[i]))
            return ccm_fail(err, CCM_CONFIG,
                            "refused to listen on %s with a made-up credential: give --admin and "
                            "--control-token, or --allow-remote",
                            cfg->listen[i]);
    return true;
}

static bool
take_ports(struct daemon *d, struct seat *s, const char *address, const uint16_t *ports, unsigned count, bool tls,
           struct ccm_error *err)
{
    for (unsigned i = 0; i < count; i++) {
        struct endpoint *e = &s->endpoints[s->count];
        e->listener = http_listen(d->server, address, ports[i], tls, err);
        if (e->listener == NULL)
            return false;
        e->tls = tls;
        e->address = strdup(address);
        if (e->address == NULL)
            abort();
        s->count++;
    }
    return true;
}

static bool
take_addresses(struct daemon *d, struct seat *s, const struct config *cfg, struct ccm_error *err)
{
    for (unsigned i = 0; i < cfg->listen_count; i++)
        if (!take_ports(d, s, cfg->listen[i], cfg->https_port, cfg->https_count, true, err) ||
            !take_ports(d, s, cfg->listen[i], cfg->http_port, cfg->http_count, false, err))
            return false;
    return true;
}

bool
daemon_check(const struct config *cfg, struct ccm_error *err)
{
    struct http_identity id = { 0 };
    struct sim_timing    timing = sim_timing_default;
    bool                 ok = check_remote(cfg, err) &&
              (cfg->phone_timing == NULL || sim_timing_parse(&timing, cfg->phone_timing, err)) &&
              (cfg->tls_cert == NULL || http_identity_load(&id, cfg->tls_cert, cfg->tls_key, err));

    http_identity_release(&id);
    return ok;
}

bool
daemon_add_cluster(struct daemon *d, const struct config *cfg, struct ccm_error *err)
{
    if (d->count == MAX_CLUSTERS)
        return ccm_fail(err, CCM_CONFIG, "more than %d clusters", MAX_CLUSTERS);
    if (!check_remote(cfg, err))
        return false;
    struct seat *s = calloc(1, sizeof *s);
    if (s == NULL)
        abort();
    d->seats[d->count++] = s;
    s->demo = cfg->demo;
    if (!take_addresses(d, s, cfg, err) || !cluster_new(&s->cluster, cfg, d->driver, err))
        return false;
    for (unsigned i = 0; i < s->count; i++)
        http_listener_serve(s->endpoints[i].listener, s->cluster);
    struct clusters_options opt = {
        .home = s->cluster,
        .server = d->server,
        .address = s->count > 0 ? s->endpoints[0].address : "127.0.0.1",
        .domain = cfg->cluster_domain,
        .automatic = cfg->private_clusters,
        .idle_s = cfg->cluster_idle_s,
    };
    return clusters_new(&s->family, &opt, err);
}

bool
daemon_start(struct daemon *d, struct ccm_error *err)
{
    /* After the store: it has made the state directory, and nobody else is in it. */
    if (d->identity.certificate == NULL && !http_identity_make(&d->identity, d->cfg->state_dir, d->cfg->listen, err))
        return false;
    return http_start(d->server, err);
}

/* ---- the lines ---- */

static void
print_endpoint(const struct endpoint *e)
{
    char text[128];

    http_address_print(text, sizeof text, e->address, http_listener_port(e->listener));
    printf(" %s://%s", e->tls ? "https" : "http", text);
}

/* One request to paste: the demonstration cluster's phones. */
static void
print_try(const struct seat *s)
{
    const struct cluster_seed *seed = &s->cluster->seed;
    char                       address[128];

    for (unsigned i = 0; i < s->count; i++) {
        if (!s->endpoints[i].tls)
            continue;
        http_address_print(address, sizeof address, s->endpoints[i].address,
                           http_listener_port(s->endpoints[i].listener));
        printf("ccmsimd: try: curl -ku '%s:%s' -H 'Content-Type: text/xml' https://%s/axl/ -d "
               "'<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>"
               "<ns:listPhone xmlns:ns=\"http://www.cisco.com/AXL/API/%s\"><searchCriteria><name>%%</name>"
               "</searchCriteria><returnedTags><name/><model/></returnedTags></ns:listPhone></soapenv:Body>"
               "</soapenv:Envelope>'\n",
               seed->admin_user, s->cluster->admin_made_up ? seed->admin_password : "PASSWORD", address,
               s->cluster->settings.ccm_version);
        return;
    }
}

static void
print_seat(const struct seat *s)
{
    const struct cluster *cl = s->cluster;

    if (cl->admin_made_up)
        printf("ccmsimd: made up for this cluster: user %s password %s\n", cl->seed.admin_user,
               cl->seed.admin_password);
    if (cl->control_made_up)
        printf("ccmsimd: made up for this run: control token %s\n", cl->control_token);
    if (s->demo && cl->seed.admin_user != NULL)
        print_try(s);
    printf("ccmsimd: ready");
    for (int pass = 0; pass < 2; pass++) {
        /* The first of each kind first: that much of the line's form is promised. */
        bool seen[2] = { false, false };
        for (int tls = 1; tls >= 0; tls--)
            for (unsigned i = 0; i < s->count; i++) {
                if (s->endpoints[i].tls != (tls == 1))
                    continue;
                if (seen[tls] == (pass == 1))
                    print_endpoint(&s->endpoints[i]);
                seen[tls] = true;
            }
    }
    printf("\n");
}

void
daemon_print_ready(const struct daemon *d)
{
    for (unsigned i = 0; i < d->count; i++)
        print_seat(d->seats[i]);
    fflush(stdout);
}

void
daemon_free(struct daemon *d)
{
    if (d == NULL)
        return;
    for (unsigned i = 0; i < d->count; i++)
        clusters_stop(d->seats[i]->family);
    if (d->server != NULL)
        http_stop(d->server, GRACE_MS);
    for (unsigned i = 0; i < d->count; i++) {
        struct seat *s = d->seats[i];
        clusters_free(s->family);
        cluster_free(s->cluster);
        for (unsigned k = 0; k < s->count; k++)
            free(s->endpoints[k].address);
    }
    http_server_free(d->server);
    http_identity_release(&d->identity);
    sim_driver_free(d->driver);
    for (unsigned i = 0; i < d->count; i++)
        free(d->seats[i]);
    free(d);
}
