# SPDX-License-Identifier: GPL-2.0-or-later
"""tests/lib/options.py - the options that help text and man page name"""
import os
import re
import subprocess


def of_help(tool):
    """{long option: its argument's name or None} of --help, without popt's own --usage and -?."""
    text = subprocess.run([tool, '--help'], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL).stdout
    found = {}
    for m in re.finditer(r'^\s+(?:-\S, )?--([a-z][a-z0-9-]*)(?:=(\S+))?', text, re.M):
        found[m[1]] = m[2]
    return found


def of_shorts(tool):
    text = subprocess.run([tool, '--help'], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL).stdout
    return set(re.findall(r'^\s+-(\w),? ', text, re.M))


def manual(src):
    with open(os.path.join(src, 'man', 'domxml2qemu.1'), encoding='utf-8') as f:
        return f.read()


def section(text, name):
    m = re.search(rf'^\.Sh {name}\n(.*?)(?=^\.Sh |\Z)', text, re.M | re.S)
    return m[1] if m else ''


LONG = r'\bFl (?:Fl |-|\\-)([a-z][a-z0-9-]*)'


def of_manual(src):
    """{option: argument or None} of the items in OPTIONS (or DESCRIPTION)."""
    text = manual(src)
    found = {}
    for name in ('OPTIONS', 'DESCRIPTION'):
        for line in section(text, name).splitlines():
            if line.startswith('.It '):
                for m in re.finditer(LONG + r'(?: Ns (?:= Ns )?Ar (\S+)|=\S+| Ar (\S+))?', line.replace('Ns = Ns', 'Ns')):
                    found[m[1]] = m[2] or m[3]
    return found


def mentioned_in_manual(src):
    return set(re.findall(LONG, manual(src)))
