/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The server's certificate and key: read from files, or made with OpenSSL, self-signed on EC P-256,
 * for this host's name and loopback. Both stay PEM text, which is what libmicrohttpd takes. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ccmsim/buf.h"
#include "ccmsim/http.h"

#define PEM_MAX_BYTES (256u * 1024)
#define VALID_DAYS    (5 * 365)
#define CERT_NAME     "tls-cert.pem"
#define KEY_NAME      "tls-key.pem"

/* ---- files ---- */

/* The file's text, malloc'd; NULL with *err. */
static char *
read_text(const char *file, struct ccm_error *err)
{
    FILE  *f = fopen(file, "re");
    char  *text = NULL;
    size_t len = 0;

    if (f != NULL) {
        text = calloc(1, PEM_MAX_BYTES + 1);
        if (text == NULL)
            abort();
        len = fread(text, 1, PEM_MAX_BYTES, f);
    }
    int  number = errno;
    bool ok = f != NULL && ferror(f) == 0 && len < PEM_MAX_BYTES;
    if (f != NULL)
        fclose(f);
    if (ok)
        return text;
    free(text);
    ccm_fail(err, CCM_CONFIG, "can't read '%s': %s; give a readable PEM file", file,
             f != NULL && len == PEM_MAX_BYTES ? "too large" : strerror(number));
    return NULL;
}

/* Whole or not at all, and readable by nobody else from the first byte on. */
static bool
write_private(const char *dir, const char *name, const char *text, struct ccm_error *err)
{
    char file[PATH_MAX], part[PATH_MAX];

    if (snprintf(file, sizeof file, "%s/%s", dir, name) >= (int)sizeof file ||
        snprintf(part, sizeof part, "%s/%s.part", dir, name) >= (int)sizeof part)
        return ccm_fail(err, CCM_CONFIG, "the name '%s' is too long", dir);
    int    fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    size_t len = strlen(text);
    bool   ok = fd >= 0 && write(fd, text, len) == (ssize_t)len && fsync(fd) == 0;
    if (fd >= 0)
        ok = close(fd) == 0 && ok;
    if (ok && rename(part, file) == 0)
        return true;
    return ccm_fail(err, CCM_CONFIG, "can't write '%s': %s", file, strerror(errno));
}

/* ---- reading ---- */

static int
no_passphrase(char *out, int size, int writing, void *cookie)
{
    (void)out, (void)size, (void)writing, (void)cookie;
    return -1;
}

/* Are the two PEM texts a certificate and its key? */
static bool
check_pair(const char *cert_text, const char *key_text, const char *cert_file, const char *key_file,
           struct ccm_error *err)
{
    BIO      *in = BIO_new_mem_buf(cert_text, -1);
    X509     *cert = PEM_read_bio_X509(in, NULL, no_passphrase, NULL);
    EVP_PKEY *key = NULL;
    bool      ok = false;

    BIO_free(in);
    in = BIO_new_mem_buf(key_text, -1);
    key = PEM_read_bio_PrivateKey(in, NULL, no_passphrase, NULL);
    BIO_free(in);
    if (cert == NULL)
        ccm_fail(err, CCM_CONFIG, "no certificate in '%s': give one in PEM", cert_file);
    else if (key == NULL)
        ccm_fail(err, CCM_CONFIG, "no key in '%s': give one in PEM, without a passphrase", key_file);
    else if (X509_check_private_key(cert, key) != 1)
        ccm_fail(err, CCM_CONFIG, "the key in '%s' isn't that of the certificate in '%s'", key_file, cert_file);
    else
        ok = true;
    X509_free(cert);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return ok;
}

bool
http_identity_load(struct http_identity *id, const char *cert_file, const char *key_file, struct ccm_error *err)
{
    *id = (struct http_identity){ 0 };
    id->certificate = read_text(cert_file, err);
    id->key = id->certificate != NULL ? read_text(key_file, err) : NULL;
    if (id->key != NULL && check_pair(id->certificate, id->key, cert_file, key_file, err))
        return true;
    http_identity_release(id);
    return false;
}

void
http_identity_release(struct http_identity *id)
{
    if (id->key != NULL)
        OPENSSL_cleanse(id->key, strlen(id->key));
    free(id->certificate);
    free(id->key);
    *id = (struct http_identity){ 0 };
}

/* ---- making ---- */

static bool
add_extension(X509 *x, X509V3_CTX *ctx, int nid, const char *value)
{
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, ctx, nid, value);
    bool            ok = e != NULL && X509_add_ext(x, e, -1) == 1;

    X509_EXTENSION_free(e);
    return ok;
}

static bool
add_extensions(X509 *x, const char *names)
{
    X509V3_CTX ctx;

    X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
    X509V3_set_ctx_nodb(&ctx);
    return add_extension(x, &ctx, NID_basic_constraints, "critical,CA:TRUE") &&
           add_extension(x, &ctx, NID_key_usage, "digitalSignature,keyCertSign") &&
           add_extension(x, &ctx, NID_subject_key_identifier, "hash") &&
           add_extension(x, &ctx, NID_subject_alt_name, names);
}

static bool
fill_certificate(X509 *x, EVP_PKEY *key, const char *host, const char *names)
{
    unsigned char serial[16];
    X509_NAME    *name = X509_get_subject_name(x);
    BIGNUM       *n = NULL;
    char          common[65]; /* the longest CN there may be */

    snprintf(common, sizeof common, "%s", host);
    bool ok = RAND_bytes(serial, sizeof serial) == 1 && (n = BN_bin2bn(serial, sizeof serial, NULL)) != NULL &&
              BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x)) != NULL && X509_set_version(x, X509_VERSION_3) == 1 &&
              X509_gmtime_adj(X509_getm_notBefore(x), -3600) != NULL &&
              X509_time_adj_ex(X509_getm_notAfter(x), VALID_DAYS, 0, NULL) != NULL &&
              X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common, -1, -1, 0) == 1 &&
              X509_set_issuer_name(x, name) == 1 && X509_set_pubkey(x, key) == 1 && add_extensions(x, names) &&
              X509_sign(x, key, EVP_sha256()) > 0;
    BN_free(n);
    return ok;
}

/* What was written to out, malloc'd. */
static char *
bio_text(BIO *out)
{
    char *data;
    long  len = BIO_get_mem_data(out, &data);
    char *text = strndup(data, (size_t)len);

    if (text == NULL)
        abort();
    return text;
}

static bool
make_pair(struct http_identity *id, const char *host, const char *names)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509     *x = X509_new();
    BIO      *cert_out = BIO_new(BIO_s_mem()), *key_out = BIO_new(BIO_s_mem());
    bool      ok = key != NULL && x != NULL && cert_out != NULL && key_out != NULL &&
              fill_certificate(x, key, host, names) && PEM_write_bio_X509(cert_out, x) == 1 &&
              PEM_write_bio_PrivateKey(key_out, key, NULL, NULL, 0, NULL, NULL) == 1;

    if (ok)
        *id = (struct http_identity){ bio_text(cert_out), bio_text(key_out) };
    BIO_free(cert_out);
    BIO_free(key_out);
    X509_free(x);
    EVP_PKEY_free(key);
    return ok;
}

/* This host's name, if it can stand in a certificate. */
static void
host_name(char *out, size_t size)
{
    if (gethostname(out, size) != 0 || memchr(out, '\0', size) == NULL || *out == '\0' ||
        out[strspn(out, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")] != '\0')
        snprintf(out, size, "ccmsim");
}

/* What the certificate speaks for, in OpenSSL's notation. */
static void
add_names(struct buf *out, const char *host, char *const *addresses)
{
    buf_addf(out, "DNS:%s,DNS:localhost,IP:127.0.0.1,IP:::1", host);
    for (; addresses != NULL && *addresses != NULL; addresses++)
        buf_addf(out, ",IP:%s", *addresses);
}

bool
http_identity_make(struct http_identity *id, const char *dir, char *const *addresses, struct ccm_error *err)
{
    char cert_file[PATH_MAX], key_file[PATH_MAX], host[HOST_NAME_MAX + 1];

    *id = (struct http_identity){ 0 };
    if (dir != NULL) {
        if (snprintf(cert_file, sizeof cert_file, "%s/" CERT_NAME, dir) >= (int)sizeof cert_file ||
            snprintf(key_file, sizeof key_file, "%s/" KEY_NAME, dir) >= (int)sizeof key_file)
            return ccm_fail(err, CCM_CONFIG, "the name '%s' is too long", dir);
        if (access(cert_file, F_OK) == 0 && access(key_file, F_OK) == 0)
            return http_identity_load(id, cert_file, key_file, err);
    }
    host_name(host, sizeof host);
    struct buf names;
    buf_init(&names, BUF_MAX_TEXT);
    add_names(&names, host, addresses);
    bool made = make_pair(id, host, buf_cstr(&names));
    buf_release(&names);
    if (!made)
        return ccm_fail(err, CCM_CONFIG, "can't make a certificate: %s", ERR_error_string(ERR_get_error(), NULL));
    if (dir == NULL ||
        (write_private(dir, KEY_NAME, id->key, err) && write_private(dir, CERT_NAME, id->certificate, err)))
        return true;
    http_identity_release(id);
    return false;
}
