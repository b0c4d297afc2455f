/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* One line, one write to standard error, so that threads do not mix. Control characters in a
 * text that came from outside are shown as '?': nobody forges lines. */
#include "ccmsim/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ccmsim/utf8.h"

#define LINE_MAX_BYTES 2048

static const char *const names[] = {
    [LOG_LEVEL_ERROR] = "error",
    [LOG_LEVEL_WARN] = "warn",
    [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_DEBUG] = "debug",
};

/* The one setting of the process, not of a cluster: where lines go is one place too. */
static atomic_int threshold = LOG_LEVEL_INFO;

bool
log_level_parse(const char *name, enum log_level *out)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0) {
            *out = (enum log_level)i;
            return true;
        }
    return false;
}

void
log_set_level(enum log_level level)
{
    atomic_store_explicit(&threshold, (int)level, memory_order_relaxed);
}

static void
write_all(const char *p, size_t len)
{
    while (len > 0) {
        ssize_t n = write(STDERR_FILENO, p, len);
        if (n <= 0)
            return; /* nowhere to say so */
        p += n;
        len -= (size_t)n;
    }
}

__attribute__((format(printf, 2, 0))) static void
line(enum log_level level, const char *fmt, va_list ap)
{
    char text[LINE_MAX_BYTES];

    if ((int)level > atomic_load_explicit(&threshold, memory_order_relaxed))
        return;
    size_t start = (size_t)snprintf(text, sizeof text, "ccmsimd: %s: ", names[level]);
    size_t room = sizeof text - start - 1; /* the newline's place */
    int    len = vsnprintf(text + start, room, fmt, ap);
    size_t end = start;
    if (len > 0)
        end += (size_t)len < room ? (size_t)len : utf8_whole(text + start, room - 1);
    for (size_t i = start; i < end; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7F)
            text[i] = '?';
    text[end] = '\n';
    write_all(text, end + 1);
}

#define DEFINE(function, level)         \
    void function(const char *fmt, ...) \
    {                                   \
        va_list ap;                     \
        va_start(ap, fmt);              \
        line(level, fmt, ap);           \
        va_end(ap);                     \
    }

DEFINE(log_error, LOG_LEVEL_ERROR)
DEFINE(log_warn, LOG_LEVEL_WARN)
DEFINE(log_info, LOG_LEVEL_INFO)
DEFINE(log_debug, LOG_LEVEL_DEBUG)
