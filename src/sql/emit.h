/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What the files that emit share: a function a kind of node. */
#ifndef SQL_EMIT_H
#define SQL_EMIT_H

#include "sql/sql_priv.h"

/* (a op b) */
void sql_emit_infix(struct sql_work *w, const struct sql_expr *a, const char *op, const struct sql_expr *b);

void sql_emit_logic(struct sql_work *w, const struct sql_expr *e);
void sql_emit_not(struct sql_work *w, const struct sql_expr *e);
void sql_emit_compare(struct sql_work *w, const struct sql_expr *e);
void sql_emit_is_null(struct sql_work *w, const struct sql_expr *e);
void sql_emit_between(struct sql_work *w, const struct sql_expr *e);
void sql_emit_in_list(struct sql_work *w, const struct sql_expr *e);
void sql_emit_in_select(struct sql_work *w, const struct sql_expr *e);
void sql_emit_exists(struct sql_work *w, const struct sql_expr *e);
void sql_emit_quantified(struct sql_work *w, const struct sql_expr *e);

#endif
