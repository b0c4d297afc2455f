/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Names and values as URLs and HTML forms carry them: "name=value&name=value", with %xx and '+'. */
#ifndef CCMSIM_QUERY_H
#define CCMSIM_QUERY_H

#include <stdbool.h>
#include <stddef.h>

/* In place: %xx becomes its byte, and with plus '+' a blank. What is no escape stays. False: a NUL was among them,
 * and the text ends there. */
bool query_unescape(char *text, bool plus);
/* The next pair of *text, which is cut up and moves on; both unescaped, value "" where there is no '='. Empty pairs
 * are passed over. False: no more. */
bool query_next(char **text, char **name, char **value);

#endif
