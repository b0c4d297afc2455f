/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Stored credentials: scrypt in the usual notation, "$scrypt$ln=12,r=8,p=1$SALT$HASH" with base64
 * without padding. The cost is moderate (about 10 ms and 4 MiB): a test double sets thousands of
 * passwords in a row. The cost stands in each hash, so it can be raised without breaking a kept store. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cluster/auth_priv.h"

#define LOG_COST     12u
#define MAX_LOG_COST 17u
#define BLOCK_SIZE   8u
#define SALT_BYTES   16
#define HASH_BYTES   32

static bool
derive(const char *secret, const unsigned char *salt, size_t salt_len, unsigned log_cost, unsigned char out[HASH_BYTES])
{
    uint64_t n = UINT64_C(1) << log_cost;

    return EVP_PBE_scrypt(secret, strlen(secret), salt, salt_len, n, BLOCK_SIZE, 1, n * BLOCK_SIZE * 128 * 2, out,
                          HASH_BYTES) == 1;
}

/* Base64 without padding; out has room for (len + 2) / 3 * 4 + 1. */
static void
encode(char *out, const unsigned char *data, int len)
{
    int n = EVP_EncodeBlock((unsigned char *)out, data, len);

    while (n > 0 && out[n - 1] == '=')
        out[--n] = '\0';
}

/* Bytes decoded, or -1. */
static int
decode(unsigned char *out, size_t room, const char *text, size_t len)
{
    char          padded[128];
    unsigned char bytes[96];
    size_t        full = (len + 3) / 4 * 4;

    if (len == 0 || full > sizeof padded)
        return -1;
    memcpy(padded, text, len);
    memset(padded + len, '=', full - len);
    int n = EVP_DecodeBlock(bytes, (const unsigned char *)padded, (int)full) - (int)(full - len);
    if (n < 0 || (size_t)n > room)
        return -1;
    memcpy(out, bytes, (size_t)n);
    return n;
}

char *
auth_hash(const char *secret)
{
    unsigned char salt[SALT_BYTES], hash[HASH_BYTES];
    char          salt_text[SALT_BYTES * 2], hash_text[HASH_BYTES * 2], *out;

    if (RAND_bytes(salt, sizeof salt) != 1 || !derive(secret, salt, sizeof salt, LOG_COST, hash))
        abort(); /* no randomness, or no memory */
    encode(salt_text, salt, sizeof salt);
    encode(hash_text, hash, sizeof hash);
    if (asprintf(&out, "$scrypt$ln=%u,r=%u,p=1$%s$%s", LOG_COST, BLOCK_SIZE, salt_text, hash_text) < 0)
        abort();
    return out;
}

/* The salt's text of a hash of ours, and its cost; NULL: no hash of ours. */
static const char *
parse_head(const char *hash, unsigned *log_cost)
{
    static const char head[] = "$scrypt$ln=", tail[] = ",r=8,p=1$";
    char             *end;

    _Static_assert(BLOCK_SIZE == 8, "the tail says so");
    if (strncmp(hash, head, strlen(head)) != 0)
        return NULL;
    unsigned long n = strtoul(hash + strlen(head), &end, 10);
    if (n < 1 || n > MAX_LOG_COST || strncmp(end, tail, strlen(tail)) != 0)
        return NULL;
    *log_cost = (unsigned)n;
    return end + strlen(tail);
}

bool
auth_hash_matches(const char *hash, const char *secret)
{
    unsigned      log_cost;
    unsigned char salt[64], wanted[HASH_BYTES], got[HASH_BYTES];
    const char   *salt_text = parse_head(hash, &log_cost);
    const char   *dollar = salt_text != NULL ? strchr(salt_text, '$') : NULL;

    if (dollar == NULL)
        return false;
    int salt_len = decode(salt, sizeof salt, salt_text, (size_t)(dollar - salt_text));
    return salt_len > 0 && decode(wanted, sizeof wanted, dollar + 1, strlen(dollar + 1)) == HASH_BYTES &&
           derive(secret, salt, (size_t)salt_len, log_cost, got) && CRYPTO_memcmp(wanted, got, HASH_BYTES) == 0;
}
