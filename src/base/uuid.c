/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* UUIDs and random numbers: OpenSSL's, or xoshiro256** from a seed (spread by splitmix64). */
#include "ccmsim/uuid.h"

#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "ccmsim/log.h"

#define UUID_BYTES 16

static uint64_t
rotated(uint64_t x, int by)
{
    return (x << by) | (x >> (64 - by));
}

static uint64_t
splitmix64(uint64_t *x)
{
    uint64_t z = (*x += 0x9E3779B97F4A7C15u);

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static uint64_t
xoshiro256(uint64_t s[4])
{
    uint64_t result = rotated(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotated(s[3], 45);
    return result;
}

void
uuid_source_init(struct uuid_source *src, bool seeded, uint64_t seed)
{
    pthread_mutex_init(&src->lock, NULL);
    src->seeded = seeded;
    src->left = 0;
    for (size_t i = 0; i < 4; i++)
        src->state[i] = splitmix64(&seed);
}

/* OpenSSL asks the system which process it is in each time; one draw serves many. */
static uint64_t
random_word(struct uuid_source *src)
{
    if (src->left == 0) {
        if (RAND_bytes((unsigned char *)src->pool, (int)sizeof src->pool) != 1) {
            log_error("no random numbers from OpenSSL");
            abort();
        }
        src->left = UUID_POOL;
    }
    return src->pool[--src->left];
}

/* words 64-bit numbers in one draw, so that threads never share the halves of one UUID. */
static void
draw(struct uuid_source *src, uint64_t *out, size_t words)
{
    pthread_mutex_lock(&src->lock);
    for (size_t i = 0; i < words; i++)
        out[i] = src->seeded ? xoshiro256(src->state) : random_word(src);
    pthread_mutex_unlock(&src->lock);
}

static bool
dash_follows(size_t byte)
{
    return byte == 3 || byte == 5 || byte == 7 || byte == 9;
}

void
uuid_new(struct uuid_source *src, char out[37])
{
    static const char digits[] = "0123456789abcdef";
    uint64_t          words[UUID_BYTES / sizeof(uint64_t)];

    draw(src, words, sizeof words / sizeof words[0]);
    for (size_t i = 0; i < UUID_BYTES; i++) {
        /* By shifts, not by memcpy: a seed gives the same ids on every byte order. */
        unsigned byte = (unsigned)(words[i / 8] >> (i % 8 * 8)) & 0xFF;
        if (i == 6)
            byte = (byte & 0x0F) | 0x40;
        if (i == 8)
            byte = (byte & 0x3F) | 0x80;
        *out++ = digits[byte >> 4];
        *out++ = digits[byte & 15];
        if (dash_follows(i))
            *out++ = '-';
    }
    *out = '\0';
}

bool
uuid_parse(const char *text, size_t len, char out[37])
{
    if (len == 38 && text[0] == '{' && text[37] == '}') {
        text++;
        len = 36;
    }
    if (len != 36)
        return false;
    for (size_t i = 0; i < 36; i++) {
        char c = text[i];
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (c >= 'A' && c <= 'F')
            c = (char)(c - 'A' + 'a');
        if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
        out[i] = c;
    }
    out[36] = '\0';
    return true;
}

void
uuid_braced(const char *store_form, char out[39])
{
    char *p = out;

    *p++ = '{';
    for (const char *s = store_form; *s != '\0' && s - store_form < 36; s++)
        *p++ = *s >= 'a' && *s <= 'z' ? (char)(*s - 'a' + 'A') : *s;
    *p++ = '}';
    *p = '\0';
}

uint64_t
uuid_random(struct uuid_source *src)
{
    uint64_t word;

    draw(src, &word, 1);
    return word;
}
