/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Log lines on standard error: "ccmsimd: level: text". No credential ever goes in. */
#ifndef CCMSIM_LOG_H
#define CCMSIM_LOG_H

#include <stdbool.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* "error", "warn", "info", "debug". */
bool log_level_parse(const char *name, enum log_level *out);
void log_set_level(enum log_level level);
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
