/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The control API's client, on libcurl. A self-signed certificate is what a double on loopback has, so
 * it is taken there; elsewhere it must be trusted by name. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ccmsim/buf.h"
#include "cli/cli_priv.h"

#define TIMEOUT_S 3700L /* a wait lasts an hour at most, a reset of a large cluster takes its time */

struct receiving {
    const struct client_call *call;
    struct buf                out;  /* the answer, or the line that has begun */
    bool                      good; /* status 200 */
    bool                      enough;
};

static void
take_lines(struct receiving *r)
{
    const char *end;

    while (!r->enough && (end = memchr(r->out.ptr, '\n', r->out.len)) != NULL) {
        size_t len = (size_t)(end - r->out.ptr);
        r->out.ptr[len] = '\0';
        r->enough = !r->call->on_line(r->call->cookie, r->out.ptr);
        r->out.len -= len + 1;
        memmove(r->out.ptr, end + 1, r->out.len);
    }
}

static size_t
on_data(char *data, size_t size, size_t count, void *cookie)
{
    struct receiving *r = cookie;

    buf_add(&r->out, data, size * count);
    if (r->call->on_line != NULL && r->good && r->out.len > 0)
        take_lines(r);
    return r->enough ? 0 : size * count;
}

static size_t
on_header(char *data, size_t size, size_t count, void *cookie)
{
    struct receiving *r = cookie;

    if (size * count > 12 && memcmp(data, "HTTP/", 5) == 0)
        r->good = memchr(data, ' ', size * count) != NULL && strncmp(strchr(data, ' '), " 200", 4) == 0;
    return size * count;
}

static bool
host_is_loopback(const char *url)
{
    CURLU *parts = curl_url();
    char  *host = NULL;
    bool   yes = parts != NULL && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
               curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
               (strncmp(host, "127.", 4) == 0 || strcmp(host, "[::1]") == 0 || strcmp(host, "localhost") == 0);

    curl_free(host);
    curl_url_cleanup(parts);
    return yes;
}

void
client_set_up(void *curl, const struct cli *cli, const char *url)
{
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* a double is reached directly */
    if (cli->ca_file != NULL)
        curl_easy_setopt(curl, CURLOPT_CAINFO, cli->ca_file);
    else if (cli->insecure || host_is_loopback(url)) {
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    }
}

static void
set_options(CURL *curl, const struct cli *cli, const char *url, struct receiving *r, char *why)
{
    client_set_up(curl, cli, url);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, r->call->method);
    if (r->call->on_line != NULL)
        curl_easy_setopt(curl, CURLOPT_TIMEOUT, 0L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, r);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, r);
    if (r->call->body != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(r->call->body));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, r->call->body);
    }
    if (cli->token != NULL) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
        curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, cli->token);
    }
}

/* An answer that isn't 200: the daemon says what and what to do. */
static enum cli_exit
refused(long status, const char *text)
{
    json_t     *body = json_loads(text, 0, NULL);
    const char *what = json_string_value(json_object_get(body, "error"));
    const char *hint = json_string_value(json_object_get(body, "hint"));

    if (what != NULL)
        fprintf(stderr, "ccmsim: %s%s%s\n", what, hint != NULL ? "; " : "", hint != NULL ? hint : "");
    else
        fprintf(stderr, "ccmsim: the answer's status is %ld: is this ccmsimd's address?\n", status);
    json_decref(body);
    return status == 401 ? CLI_UNREACHABLE : CLI_REFUSED;
}

enum cli_exit
client_send(const struct cli *cli, const struct client_call *call, char **answer)
{
    char               why[CURL_ERROR_SIZE] = "", url[8192];
    struct receiving   r = { .call = call };
    struct curl_slist *headers = NULL;
    long               status = 0;
    size_t             base = strlen(cli->url);

    while (base > 0 && cli->url[base - 1] == '/')
        base--;
    if (snprintf(url, sizeof url, "%.*s" ROUTES_BASE "%s", (int)base, cli->url, call->path) >= (int)sizeof url)
        return cli_usage("the URL is too long");
    CURL *curl = curl_easy_init();
    if (curl == NULL)
        abort();
    buf_init(&r.out, BUF_MAX_REPLY);
    set_options(curl, cli, url, &r, why);
    headers = curl_slist_append(headers, call->type != NULL ? call->type : "Content-Type: application/json");
    headers = curl_slist_append(headers, "Expect:");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    enum cli_exit result = CLI_OK;
    if (code != CURLE_OK && !r.enough) {
        fprintf(stderr, "ccmsim: can't reach %.*s: %s\n", (int)base, cli->url,
                *why != '\0' ? why : curl_easy_strerror(code));
        result = CLI_UNREACHABLE;
    } else if (status != 200) {
        result = refused(status, buf_cstr(&r.out));
    } else if (answer != NULL && (*answer = strdup(buf_cstr(&r.out))) == NULL) {
        abort();
    }
    buf_release(&r.out);
    return result;
}

static enum cli_exit
parse(char *text, json_t **answer)
{
    *answer = json_loads(text, 0, NULL);
    free(text);
    if (*answer != NULL)
        return CLI_OK;
    fprintf(stderr, "ccmsim: the answer is no JSON: is this ccmsimd's address?\n");
    return CLI_REFUSED;
}

enum cli_exit
client_call(const struct cli *cli, const char *method, const char *path, const json_t *body, json_t **answer)
{
    char              *text = NULL, *sent = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;
    struct client_call call = { .method = method, .path = path, .body = sent };
    enum cli_exit      status = client_send(cli, &call, &text);

    free(sent);
    return status != CLI_OK ? status : parse(text, answer);
}

enum cli_exit
client_call_text(const struct cli *cli, const char *method, const char *path, char **answer)
{
    struct client_call call = { .method = method, .path = path };

    return client_send(cli, &call, answer);
}

bool
client_add_piece(char *path, size_t size, const char *text)
{
    char  *escaped = curl_easy_escape(NULL, text, 0);
    size_t len = strlen(path);
    int    n = snprintf(path + len, size - len, "%s", escaped != NULL ? escaped : "");

    curl_free(escaped);
    return n > 0 && (size_t)n < size - len;
}

bool
client_add_parameter(char *path, size_t size, const char *name, const char *value)
{
    char  *escaped = curl_easy_escape(NULL, value, 0);
    size_t len = strlen(path);
    int    n = snprintf(path + len, size - len, "%c%s=%s", strchr(path, '?') == NULL ? '?' : '&', name, escaped);

    curl_free(escaped);
    return n > 0 && (size_t)n < size - len;
}
