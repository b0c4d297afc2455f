/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The control API's client, on libcurl. A self-signed certificate is what a double on loopback has, so
 * it is taken there; elsewhere it must be trusted by name. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ccmsim/buf.h"
#include "cli/cli_priv.h"

#define TIMEOUT_S 600L /* a reset of a large cluster takes its time */

static size_t
on_data(char *data, size_t size, size_t count, void *cookie)
{
    buf_add(cookie, data, size * count);
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
set_options(CURL *curl, const struct cli *cli, const char *method, const char *url, struct buf *out, char *why)
{
    client_set_up(curl, cli, url);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);
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
    return CLI_REFUSED;
}

enum cli_exit
client_call_text(const struct cli *cli, const char *method, const char *path, char **answer)
{
    char       why[CURL_ERROR_SIZE] = "", url[4096];
    struct buf out;
    long       status = 0;
    size_t     base = strlen(cli->url);

    while (base > 0 && cli->url[base - 1] == '/')
        base--;
    if (snprintf(url, sizeof url, "%.*s/ccmsim/v1/%s", (int)base, cli->url, path) >= (int)sizeof url)
        return cli_usage("the URL is too long");
    CURL *curl = curl_easy_init();
    if (curl == NULL)
        abort();
    buf_init(&out, BUF_MAX_REPLY);
    set_options(curl, cli, method, url, &out, why);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(curl);
    enum cli_exit result = CLI_OK;
    if (code != CURLE_OK) {
        fprintf(stderr, "ccmsim: can't reach %.*s: %s\n", (int)base, cli->url,
                *why != '\0' ? why : curl_easy_strerror(code));
        result = CLI_UNREACHABLE;
    } else if (status != 200) {
        result = refused(status, buf_cstr(&out));
    } else if ((*answer = strdup(buf_cstr(&out))) == NULL) {
        abort();
    }
    buf_release(&out);
    return result;
}

enum cli_exit
client_call(const struct cli *cli, const char *method, const char *path, json_t **answer)
{
    char         *text = NULL;
    enum cli_exit status = client_call_text(cli, method, path, &text);

    if (status != CLI_OK)
        return status;
    *answer = json_loads(text, 0, NULL);
    free(text);
    if (*answer != NULL)
        return CLI_OK;
    fprintf(stderr, "ccmsim: the answer is no JSON: is this ccmsimd's address?\n");
    return CLI_REFUSED;
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
