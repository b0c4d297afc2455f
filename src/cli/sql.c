/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* ccmsim sql: a statement through AXL, printed as the command line of a CallManager prints "run sql". AXL writes
 * null and nothing alike, so NULL is never printed. */
#include <ctype.h>
#include <curl/curl.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ccmsim/buf.h"
#include "cli/cli_priv.h"
#include "cli/sql.h"

/* ---- the statement ---- */

/* Is the word next, whatever its case? *at moves behind it and the blanks that follow. */
static bool
take_word(const char **at, const char *word)
{
    size_t n = strlen(word);

    if (strncasecmp(*at, word, n) != 0 || isalnum((unsigned char)(*at)[n]) || (*at)[n] == '_')
        return false;
    *at += n;
    while (isspace((unsigned char)**at))
        (*at)++;
    return true;
}

static void
join_arguments(const struct cli *cli, struct buf *sql)
{
    for (int i = 0; i < cli->argc; i++) {
        if (i > 0)
            buf_addc(sql, ' ');
        buf_adds(sql, cli->argv[i]);
    }
}

static bool
is_write(const char *sql)
{
    static const char *const words[] = { "insert", "update", "delete" };
    const char              *at = sql;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (take_word(&at, words[i]))
            return true;
    return take_word(&at, "execute") && (take_word(&at, "procedure") || take_word(&at, "function")) &&
           strncasecmp(at, "dbwrite", 7) == 0;
}

/* ---- the exchange ---- */

static size_t
on_data(char *data, size_t size, size_t count, void *cookie)
{
    buf_add(cookie, data, size * count);
    return size * count;
}

static void
put_escaped(struct buf *body, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '&')
            buf_adds(body, "&amp;");
        else if (*text == '<')
            buf_adds(body, "&lt;");
        else if (*text == '>')
            buf_adds(body, "&gt;");
        else
            buf_addc(body, *text);
    }
}

static void
put_request(struct buf *body, const char *operation, const char *sql)
{
    /* Without a version the daemon answers in the lowest it offers; rows look the same in all. */
    buf_adds(body, "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>");
    buf_addf(body, "<%s><sql>", operation);
    put_escaped(body, sql);
    buf_addf(body, "</sql></%s></soapenv:Body></soapenv:Envelope>", operation);
}

static enum cli_exit
exchange(const struct cli *cli, const struct buf *body, struct buf *out, long *status)
{
    char               why[CURL_ERROR_SIZE] = "", url[4096];
    CURL              *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: text/xml; charset=utf-8");
    const char        *user = cli->user != NULL ? cli->user : getenv("CCMSIM_ADMIN");

    if (curl == NULL)
        abort();
    snprintf(url, sizeof url, "%s%saxl/", cli->url,
             *cli->url != '\0' && cli->url[strlen(cli->url) - 1] == '/' ? "" : "/");
    headers = curl_slist_append(headers, "SOAPAction: \"CUCM:DB\"");
    client_set_up(curl, cli, url);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body->ptr);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body->len);
    curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    if (user != NULL)
        curl_easy_setopt(curl, CURLOPT_USERPWD, user);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    if (code == CURLE_OK)
        return CLI_OK;
    fprintf(stderr, "ccmsim: can't reach %s: %s\n", cli->url, *why != '\0' ? why : curl_easy_strerror(code));
    return CLI_UNREACHABLE;
}

/* ---- the answer ---- */

static const xmlNode *
find(const xmlNode *n, const char *name)
{
    for (; n != NULL; n = n->next) {
        if (n->type != XML_ELEMENT_NODE)
            continue;
        if (strcmp((const char *)n->name, name) == 0)
            return n;
        const xmlNode *inner = find(n->children, name);
        if (inner != NULL)
            return inner;
    }
    return NULL;
}

static void
add_row(struct sql_table *t, const xmlNode *row)
{
    for (const xmlNode *cell = row->children; cell != NULL; cell = cell->next) {
        if (cell->type != XML_ELEMENT_NODE)
            continue;
        char *text = (char *)xmlNodeGetContent(cell);
        if (t->rows == 0)
            sql_table_add(&t->names, &t->columns, (const char *)cell->name);
        sql_table_add(&t->cells, &t->count, text != NULL ? text : "");
        xmlFree(text);
    }
    t->rows++;
}

static enum cli_exit
print_answer(const struct cli *cli, const xmlNode *root)
{
    const xmlNode   *fault = find(root, "faultstring"), *written = find(root, "rowsUpdated");
    const xmlNode   *answer = find(root, "return");
    struct sql_table t = { 0 };

    if (fault != NULL) {
        char *text = (char *)xmlNodeGetContent(fault);
        fprintf(stderr, "%s\n", text != NULL ? text : "");
        xmlFree(text);
        return CLI_REFUSED;
    }
    if (written != NULL) {
        char *text = (char *)xmlNodeGetContent(written);
        printf(cli->json ? "{\"rows\": %s}\n" : "Rows: %s\n", text != NULL ? text : "");
        xmlFree(text);
        return CLI_OK;
    }
    if (answer == NULL) {
        fprintf(stderr, "ccmsim: the answer is none of AXL's: is this ccmsimd's address?\n");
        return CLI_REFUSED;
    }
    for (const xmlNode *row = answer->children; row != NULL; row = row->next)
        if (row->type == XML_ELEMENT_NODE)
            add_row(&t, row);
    (cli->json ? sql_table_print_json : cli->csv ? sql_table_print_csv : sql_table_print)(&t);
    sql_table_release(&t);
    return CLI_OK;
}

static enum cli_exit
understand(const struct cli *cli, struct buf *out, long status)
{
    if (status == 401 || status == 403) {
        fprintf(stderr, "ccmsim: the daemon wants an AXL user: --user USER:PASSWORD or CCMSIM_ADMIN\n");
        return CLI_REFUSED;
    }
    xmlDoc *doc = xmlReadMemory(out->ptr, (int)out->len, NULL, NULL,
                                XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE);
    if (doc == NULL) {
        fprintf(stderr, "ccmsim: the answer's status is %ld: is this ccmsimd's address?\n", status);
        return CLI_REFUSED;
    }
    enum cli_exit result = print_answer(cli, xmlDocGetRootElement(doc));
    xmlFreeDoc(doc);
    return result;
}

enum cli_exit
cli_sql(struct cli *cli)
{
    struct buf  sql, body, out;
    const char *at;
    long        status = 0;

    if (cli->argc == 0)
        return cli_usage("sql takes a statement");
    buf_init(&sql, BUF_MAX_SQL);
    buf_init(&body, BUF_MAX_REQUEST);
    buf_init(&out, BUF_MAX_REPLY);
    join_arguments(cli, &sql);
    at = buf_cstr(&sql);
    at += strspn(at, " \t\r\n");
    if (take_word(&at, "run"))
        take_word(&at, "sql");
    put_request(&body, is_write(at) ? "executeSQLUpdate" : "executeSQLQuery", at);
    enum cli_exit result = sql.overflow ? cli_usage("the statement is too long") : exchange(cli, &body, &out, &status);
    if (result == CLI_OK)
        result = understand(cli, &out, status);
    buf_release(&sql);
    buf_release(&body);
    buf_release(&out);
    return result;
}
