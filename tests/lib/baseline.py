# SPDX-License-Identifier: GPL-2.0-or-later
"""baseline.py - a golden command told by what differs from the baseline of its machine

    baseline q35-kvm with name=web memory=262144k
    ~ -machine acpi=on -memory-backend +hmat=on
      -rtc ...
    - -global ICH9-LPC.noreboot=off
    + -device '{"driver":"virtio-rng-pci",...}'

The first line names a file of tests/cases/baselines and, after "with", what stands there in place of
the baseline's own name, uuid and size of memory. Then, from top to bottom:

    "- LINE"   the next such line of the baseline is not there
    "+ LINE"   is there, after what came before
    "  LINE"   the next such line of the baseline stays, and what follows comes after it;
               "  WORDS ..." is the next line that begins so
    "~ OPTION EDIT..."  the next line of the baseline with that option, whose list differs: "-KEY" is not
               there, "KEY=VALUE" has another value (a word without "=" is the list's first), "+ITEM" comes
               at its end, and "+ITEM<KEY" before KEY

Every other line of the baseline stays. So the whole command comes out, to the byte.
"""
import difflib
import re

HEAD = re.compile(r'baseline (\S+)(?: with (.*))?')
SPOTS = {'name': re.compile(r'-name ([\w.-]+),debug-threads=on'), 'uuid': re.compile(r'-uuid ([\w-]+)'),
         'memory': re.compile(r'-m ([1-9]\d*)k')}


class Broken(Exception):
    """The text does not fit its baseline."""


def is_difference(text):
    return text.startswith('baseline ')


def join(lines):
    """The command of the form sh: assignments and the emulator, then an option a line, two spaces deep."""
    out, deep = [], ''
    for line in lines:
        out.append(deep + line)
        if line.startswith('/'):
            deep = '  '
    return ' \\\n'.join(out) + '\n'


def split(text):
    """The reverse of join(), or None where that does not give the same text."""
    lines = [line[2:] if line.startswith('  ') else line for line in text[:-1].split(' \\\n')]
    return lines if join(lines) == text and '\n' not in ''.join(lines) else None


def words(lines):
    """What the command says for name, uuid and memory."""
    return {key: m[1] for key, spot in SPOTS.items() for m in [next(filter(None, map(spot.fullmatch, lines)), None)] if m}


def put(lines, values):
    """LINES with VALUES in place of their own name, uuid and memory."""
    own, out = words(lines), []
    for line in lines:
        for key, value in values.items():
            if key not in own:
                raise Broken(f'the baseline has no {key}')
            m = SPOTS[key].fullmatch(line)
            if m:
                line = line[:m.start(1)] + value + line[m.end(1):]
            elif key == 'memory' and line.startswith('-object '):
                size, new = (1024 * int(v.rstrip('k')) for v in (own[key], value))
                line = re.sub(rf'"size":{size}\b', f'"size":{new}', line)
        out.append(line)
    return out


def items(line):
    """Option and list of a line that can be told by "~", or None."""
    m = re.fullmatch(r'(-[a-z]+) ([^\s\'"<+~]+)', line)
    return (m[1], m[2].split(',')) if m else None


def key(item):
    return item.split('=')[0]


def at_key(have, wanted):
    found = [n for n, item in enumerate(have) if key(item) == wanted]
    if len(found) != 1:
        raise Broken(f"the baseline's list has no one '{wanted}': {','.join(have)}")
    return found[0]


def edited(have, edits):
    """The list HAVE of a baseline's line with EDITS."""
    have = list(have)
    for edit in edits:
        if edit.startswith('-'):
            del have[at_key(have, edit[1:])]
        elif edit.startswith('+'):
            item, _, before = edit[1:].partition('<')
            have.insert(at_key(have, before) if before else len(have), item)
        else:
            have[at_key(have, key(edit)) if '=' in edit else 0] = edit
    return have


def edits(old, new):
    """What makes the line NEW of OLD, or None."""
    a, b = items(old), items(new)
    if not a or not b or a[0] != b[0] or len(a[1]) < 2:
        return None
    have, want, out = a[1], b[1], []
    for item in have[1:]:
        if key(item) not in map(key, want):
            out.append('-' + key(item))
    if have[0] != want[0]:
        out.append(want[0])
    kept = [item for item in have if key(item) in map(key, want[1:])]
    for n, item in enumerate(want[1:], 1):
        if item not in have:
            behind = [key(i) for i in want[n + 1:] if i in kept]
            changed = any(key(i) == key(item) for i in kept)
            out.append(item if changed else f'+{item}<{behind[0]}' if behind else '+' + item)
    try:
        return out if edited(have, out) == want else None
    except Broken:
        return None


def rebuild(text, baselines):
    """The command that TEXT tells, and its baseline's name. BASELINES: name -> lines."""
    head, *edits = text.splitlines()
    m = HEAD.fullmatch(head)
    if not m or m[1] not in baselines:
        raise Broken(f"no such baseline: '{head}'")
    try:
        values = {k: v[:-1] if k == 'memory' else v for k, v in (w.split('=', 1) for w in (m[2] or '').split())}
        base = put(baselines[m[1]], values)
    except ValueError as e:
        raise Broken(f"not understood: '{head}'") from e
    out, at = [], 0
    for edit in edits:
        sign, line = edit[:2], edit[2:]
        if sign == '+ ':
            out.append(line)
            continue
        if sign not in ('- ', '  ', '~ '):
            raise Broken(f"a line must begin with '+ ', '- ', '~ ' or two spaces: '{edit}'")
        option, *changes = line.split(' ')
        start = option + ' ' if sign == '~ ' else line[:-3] if sign == '  ' and line.endswith(' ...') else None
        found = [n for n in range(at, len(base)) if base[n] == line or start and base[n].startswith(start)]
        if not found:
            raise Broken(f"baseline {m[1]} has no line '{line}' here")
        line = base[found[0]]
        if sign == '~ ':
            line = f'{option} {",".join(edited(line[len(start):].split(","), changes))}'
        out += base[at:found[0]] + ([] if sign == '- ' else [line])
        at = found[0] + 1
    return join(out + base[at:]), m[1]


def anchors(base, at, n):
    """Lines that name line N of BASE, sought from AT, in as few words as will do."""
    if base[n] in base[at:n]:
        return anchors(base, at, n - 1) + anchors(base, n, n)
    parts = base[n].split(' ')
    for count in range(1, len(parts)):
        short = ' '.join(parts[:count]) + ' '
        if not any(line.startswith(short) for line in base[at:n]):
            return [f'  {short}...']
    return ['  ' + base[n]]


def difference(lines, name, base):
    """LINES as what differs from the baseline NAME, whose lines are BASE: a list of lines."""
    want, own = words(lines), words(base)
    values = {k: v for k, v in want.items() if own.get(k, v) != v}
    told = ' '.join(f'{k}={v}' + ('k' if k == 'memory' else '') for k, v in values.items())
    base = put(base, values)
    out, at = [f'baseline {name}' + (f' with {told}' if told else '')], 0
    for what, a, b, c, d in difflib.SequenceMatcher(None, base, lines, autojunk=False).get_opcodes():
        if what == 'insert' and a > at:
            out += anchors(base, at, a - 1)
            at = a
        if what != 'equal':
            for n in range(a, b):
                option = base[n].split(' ')[0] + ' '
                same = next((i for i in range(c, d) if lines[i].startswith(option)), None)
                changes = None if same is None else edits(base[n], lines[same])
                if changes and not any(line.startswith(option) for line in base[at:n]):
                    if same > c and n > at:
                        out += anchors(base, at, n - 1)
                    out += ['+ ' + line for line in lines[c:same]] + [f'~ {option}{" ".join(changes)}']
                    at, c = n + 1, same + 1
                    continue
                if base[n] in base[at:n]:
                    out += anchors(base, at, n - 1)
                out.append('- ' + base[n])
                at = n + 1
            out += ['+ ' + line for line in lines[c:d]]
    return out


def tell(text, baselines, prefer=None):
    """TEXT as the shortest difference from one of BASELINES, PREFER where it is as short; None: TEXT is shorter."""
    lines = split(text)
    if not lines:
        return None
    told = {name: difference(lines, name, base) for name, base in baselines.items()}
    name = min(told, key=lambda name: (len(told[name]), name != prefer, name), default=None)
    if name is None or len(told[name]) >= len(lines):
        return None
    out = '\n'.join(told[name]) + '\n'
    return out if rebuild(out, baselines)[0] == text else None
