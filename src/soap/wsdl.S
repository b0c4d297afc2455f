/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The files of wsdl/ and the table that wsdl.c reads. The build writes WSDL_LIST: a line `wsdl NAME "PATH"` each. */
    .macro wsdl name, path
    .section .rodata
1:  .asciz "\name"
2:  .incbin "\path"
3:
    .section .data.rel.ro, "aw", %progbits
    .quad 1b, 2b, 3b - 2b
    .endm

    .section .data.rel.ro, "aw", %progbits
    .balign 16
    .global wsdl_files
    .hidden wsdl_files
wsdl_files:
    .include WSDL_LIST
    .section .data.rel.ro, "aw", %progbits
    .quad 0, 0, 0
    .section .note.GNU-stack, "", %progbits
