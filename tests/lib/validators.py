# SPDX-License-Identifier: GPL-2.0-or-later
"""tests/lib/validators.py - which of many documents a grammar refuses: xmllint's answer, and jing's"""
import os
import re
import shutil
import subprocess

ALL_AT_ONCE = 200


def xmllint(grammar, files, seconds=300):
    """Of FILES those that are invalid, each with what is said of it."""
    invalid = {}
    for i in range(0, len(files), ALL_AT_ONCE):
        some = files[i:i + ALL_AT_ONCE]
        done = subprocess.run(['xmllint', '--noout', '--relaxng', grammar, *some], capture_output=True, text=True,
                              errors='replace', timeout=seconds)
        said, answered = [], 0
        for line in done.stderr.splitlines():
            verdict = re.fullmatch(r'(.*\.xml) (validates|fails to validate)', line)
            if verdict and verdict[2] != 'validates':
                invalid[verdict[1]] = said
            answered += bool(verdict)
            said = [] if verdict else said + [line]
        if answered != len(some):
            raise RuntimeError(f'xmllint answered for {answered} of {len(some)} files: {said[-3:]}')
    return invalid


def has_jing():
    return shutil.which('jing') is not None


def jing(grammar, files):
    """The same from jing, which says each file's whole path."""
    invalid, named = {}, {os.path.abspath(f): f for f in files}
    done = subprocess.run(['jing', grammar, *files], capture_output=True, text=True, errors='replace', timeout=600)
    for line in done.stdout.splitlines():
        said = re.match(r'(.*?\.xml):\d+:\d+: ', line)
        if not said:
            raise RuntimeError(f'jing: {line}')
        invalid.setdefault(named.get(said[1], said[1]), []).append(line)
    return invalid
