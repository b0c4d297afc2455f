/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The AXL toolkit archive and its size, taken whole into the library. */
    .section .rodata
    .balign 16
    .global toolkit_zip
    .hidden toolkit_zip
toolkit_zip:
    .incbin TOOLKIT
toolkit_zip_end:
    .balign 8
    .global toolkit_zip_size
    .hidden toolkit_zip_size
toolkit_zip_size:
    .quad toolkit_zip_end - toolkit_zip
    .section .note.GNU-stack, "", %progbits
