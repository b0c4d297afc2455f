/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The DTDs of schema/em, taken into the program as texts. */
    .section .rodata
    .global em_login_request_dtd
    .hidden em_login_request_dtd
em_login_request_dtd:
    .incbin LOGIN_REQUEST
    .byte 0
    .global em_login_query_dtd
    .hidden em_login_query_dtd
em_login_query_dtd:
    .incbin LOGIN_QUERY
    .byte 0
    .section .note.GNU-stack, "", %progbits
