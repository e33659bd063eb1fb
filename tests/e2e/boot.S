# SPDX-License-Identifier: GPL-2.0-or-later
# tests/e2e/boot.S - a boot sector that tells over COM1 what the guest finds on its disks
#
# For each BIOS drive from 0x80 to 0x83 it prints a line "disk N: " and the text (up to a NUL or 63
# bytes) that stands in the drive's second sector, then "guest runs"; and begins again for ever, so
# that a reader may come late.

        .code16
        .text
        .globl  _start
_start:
        ljmp    $0, $1f
1:      xorw    %ax, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        movw    $0x7c00, %sp
        sti

again:  movb    $0x80, %bl
next:   movw    $packet, %si            # read one sector, LBA 1, to 0000:8000
        movb    %bl, %dl
        movb    $0x42, %ah
        pushw   %bx
        int     $0x13
        popw    %bx
        jc      after
        movw    $disk, %si
        call    print
        movb    %bl, %al
        subb    $0x50, %al              # 0x80 -> '0'
        call    putc
        movw    $colon, %si
        call    print
        movb    $0, 0x803f
        movw    $0x8000, %si
        call    print
        movw    $newline, %si
        call    print
after:  incb    %bl
        cmpb    $0x84, %bl
        jb      next
        movw    $runs, %si
        call    print
        jmp     again

print:  lodsb
        testb   %al, %al
        jz      1f
        call    putc
        jmp     print
1:      ret

putc:   pushw   %ax
        movw    $0x3fd, %dx             # line status: transmitter empty?
1:      inb     %dx, %al
        testb   $0x20, %al
        jz      1b
        popw    %ax
        movw    $0x3f8, %dx
        outb    %al, %dx
        ret

disk:   .asciz  "disk "
colon:  .asciz  ": "
runs:   .ascii  "guest runs"
newline:
        .asciz  "\r\n"

        .balign 4
packet: .byte   16, 0
        .word   1                       # sectors
        .word   0x8000, 0               # offset, segment
        .quad   1                       # LBA

        .org    510
        .word   0xaa55
