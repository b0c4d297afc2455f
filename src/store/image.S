/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The template database, taken whole into the library. */
    .section .rodata
    .balign 16
    .global store_image
    .hidden store_image
store_image:
    .incbin IMAGE
    .global store_image_end
    .hidden store_image_end
store_image_end:
    .byte 0
    .section .note.GNU-stack, "", %progbits
