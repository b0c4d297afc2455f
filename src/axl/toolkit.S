/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The AXL toolkit archive, taken whole into the library. */
    .section .rodata
    .balign 16
    .global toolkit_zip
    .hidden toolkit_zip
toolkit_zip:
    .incbin TOOLKIT
    .global toolkit_zip_end
    .hidden toolkit_zip_end
toolkit_zip_end:
    .byte 0
    .section .note.GNU-stack, "", %progbits
