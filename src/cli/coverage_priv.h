/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What exchanges prove about operations. */
#ifndef CCMSIM_COVERAGE_PRIV_H
#define CCMSIM_COVERAGE_PRIV_H

#include <jansson.h>

/* full: another operation confirmed what it changed or read. state-only: it succeeded, nothing else was
 * seen of it. none: it never succeeded. */
enum coverage_state { COVERAGE_NONE, COVERAGE_STATE_ONLY, COVERAGE_FULL };

struct coverage;

struct coverage *coverage_new(void);
void             coverage_free(struct coverage *cov);
/* Exchanges in their order; a new journal (a new daemon) begins with coverage_restart. */
void coverage_restart(struct coverage *cov);
void coverage_add(struct coverage *cov, const json_t *entry);
/* At least this. */
void                coverage_raise(struct coverage *cov, const char *operation, enum coverage_state state);
enum coverage_state coverage_of(const struct coverage *cov, const char *operation);

#endif
