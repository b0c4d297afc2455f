/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The template database, taken whole into the library, and its size in bytes. */
    .section .rodata
    .balign 16
    .global store_image
    .hidden store_image
store_image:
    .incbin IMAGE
store_image_end:
    .balign 8
    .global store_image_size
    .hidden store_image_size
store_image_size:
    .quad store_image_end - store_image
    .section .note.GNU-stack, "", %progbits
