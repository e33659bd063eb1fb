# SPDX-License-Identifier: GPL-2.0-or-later
# tests/nested/guest.S - a boot sector that proves its disks: reads, tells, writes, ends
#
# Of each BIOS drive from 0x80 to 0x83 it reads sector 1000, prints the text that stands there (up to
# a NUL) and a newline to port 0xe9, switches the case of the first letter and writes the sector to
# 3000. Then it ends QEMU over port 0xf4 with 16, which is exit status 33; 17 and 18: reading the
# first drive or writing failed.

        .code16
        .text
        .globl  _start
_start:
        ljmp    $0, $1f
1:      cli
        xorw    %ax, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        movw    $0x7c00, %sp
        sti
        cld
        movb    $0x80, %bl

next:   movb    $17, %bh
        movw    $1000, lba
        movb    $0x42, %ah              # extended read
        call    disk
        jnc     1f
        cmpb    $0x80, %bl
        je      end
        jmp     done                    # there is no further drive
1:      movw    $0x8000, %si
tell:   lodsb
        testb   %al, %al
        jz      told
        outb    %al, $0xe9
        jmp     tell
told:   movb    $10, %al
        outb    %al, $0xe9
        xorb    $0x20, 0x8000
        movb    $18, %bh
        movw    $3000, lba
        movw    $0x4300, %ax            # extended write, unverified
        call    disk
        jc      end
        incb    %bl
        cmpb    $0x84, %bl
        jb      next
done:   movb    $16, %bh
end:    movb    %bh, %al
        outb    %al, $0xf4
1:      hlt
        jmp     1b

disk:   movb    %bl, %dl
        movw    $packet, %si
        pushw   %bx
        int     $0x13
        popw    %bx
        ret

        .balign 4
packet: .byte   16, 0
        .word   1                       # sectors
        .word   0x8000, 0               # to offset, segment
lba:    .quad   0

        .org    510
        .word   0xaa55
