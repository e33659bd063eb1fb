# SPDX-License-Identifier: GPL-2.0-or-later
"""tests/lib/rng_documents.py - documents at random that a grammar in RELAX NG allows

Documents(FILE, SEED) reads the XML form as --schema prints it; make() gives one more document. What has
been chosen seldom is chosen sooner, so that some hundred documents go through everything.
"""
import random
import warnings
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

with warnings.catch_warnings():
    warnings.simplefilter('ignore', DeprecationWarning)  # its name has an underscore since Python 3.11
    import sre_parse

RNG = '{http://relaxng.org/ns/structure/1.0}'
DEPTH = 9  # below it stands only what must
EAGER = {'devices'}  # stands there more often
SPREAD = {'domain': 0.1, 'devices': 0.05}  # how often what may be there is, where that is a lot


class Documents:
    def __init__(self, grammar, seed):
        self.random = random.Random(seed)
        root = ET.parse(grammar).getroot()
        self.defines = {d.get('name'): list(d) for d in root.iter(RNG + 'define')}
        self.start = root.find(RNG + 'start')
        self.seen = {}  # how often what may be chosen was
        self.open = {}  # nodes in which something was never chosen, by id; see look()
        self.made = 0

    def make(self):
        if self.made % 25 == 0:
            self.look()
        self.made += 1
        attributes, content = self.all_of(list(self.start), 0, 'start')
        return '\n'.join(content) + '\n'

    # --- steering ---

    def look(self):
        """Which patterns have something in them that was never chosen?"""
        names = {name for name, nodes in self.defines.items() if any(self.unseen(n) for n in nodes)}
        while True:
            more = {name for name, nodes in self.defines.items()
                    if name not in names and any(r.get('name') in names for n in nodes for r in n.iter(RNG + 'ref'))}
            if not more:
                break
            names |= more
        self.open = {}
        for nodes in [list(self.start), *self.defines.values()]:
            for node in nodes:
                self.mark(node, names)

    @staticmethod
    def options(node):
        if node.tag == RNG + 'choice':
            return [n for n in node if n.tag.startswith(RNG)]
        if node.tag == RNG + 'zeroOrMore' and node[0].tag == RNG + 'attribute':
            return []  # its names are
        return [node] if node.tag in (RNG + 'optional', RNG + 'zeroOrMore') else []

    def unseen(self, node):
        """Choices of NODE itself, not of patterns that it refers to."""
        return any(id(o) not in self.seen for o in self.options(node)) or any(self.unseen(n) for n in node)

    def mark(self, node, names):
        inside = [self.mark(n, names) for n in node]
        is_open = any(inside) or node.get('name') in names and node.tag == RNG + 'ref' or self.unseen(node)
        if is_open:
            self.open[id(node)] = True
        return is_open

    # --- patterns: each gives (attributes, list of elements and texts) ---

    def all_of(self, nodes, depth, within):
        attributes, content = [], []
        for node in nodes:
            more, elements = self.one(node, depth, within)
            attributes += more
            content += elements
        return attributes, content

    def one(self, node, depth, within):
        kind = node.tag.removeprefix(RNG)
        make = getattr(self, 'make_' + kind, None)
        if make:
            return make(node, depth, within)
        if kind.startswith('{'):  # a sentence for readers
            return [], []
        raise ValueError(f'a pattern that is not known here: {kind}')

    def make_empty(self, node, depth, within):
        return [], []

    def make_text(self, node, depth, within):
        return [], [self.random.choice(['a', '1', 'x-1'])]

    def make_ref(self, node, depth, within):
        name = node.get('name')
        if name == 'anything':
            return [], self.random.choice([[], ['text'], ['<anything at="all"/>']])
        return self.all_of(self.defines[name], depth, within)

    def make_group(self, node, depth, within):
        return self.all_of(list(node), depth, within)

    def make_interleave(self, node, depth, within):
        attributes, parts = [], []
        for child in node:
            more, elements = self.one(child, depth, within)
            attributes += more
            parts.append(elements)
        content = []
        while any(parts):  # each in its own order, all mixed
            part = self.random.choice([p for p in parts if p])
            content.append(part.pop(0))
        return attributes, content

    def make_choice(self, node, depth, within):
        options = [n for n in node if n.tag.startswith(RNG)]
        counts = [self.seen.get(id(n), 0) for n in options]
        chosen = options[self.random.choices(range(len(options)), [(40 if self.open.get(id(n)) else 1) / (1 + c) for n, c in zip(options, counts)])[0]]
        self.seen[id(chosen)] = self.seen.get(id(chosen), 0) + 1
        return self.one(chosen, depth, within)

    def wanted(self, node, depth, within):
        count = self.seen.get(id(node), 0)
        chance = SPREAD.get(within, 0.45) * ((2.5 if within in SPREAD else 1.6) if self.open.get(id(node)) else 0.4) if count else 0.6
        if any(n.get('name') in EAGER for n in node):
            chance = 1 if depth < 2 and self.random.random() < 0.6 else chance
        if depth > DEPTH or self.random.random() > chance:
            return False
        self.seen[id(node)] = count + 1
        return True

    def make_optional(self, node, depth, within):
        return self.all_of(list(node), depth, within) if self.wanted(node, depth, within) else ([], [])

    def make_zeroOrMore(self, node, depth, within):
        attributes, content = [], []
        if node[0].tag == RNG + 'attribute':  # of many names, each of them once
            for name in node[0].iter(RNG + 'name'):
                if self.wanted(name, depth, within):
                    attributes += self.attribute(name.text, node[0], depth, within)
            return attributes, content
        for _ in range(1 if any(n.get('name') in EAGER for n in node) else 2):
            if self.wanted(node, depth, within):
                more, elements = self.all_of(list(node), depth, within)
                attributes += more
                content += elements
        return attributes, content

    def make_oneOrMore(self, node, depth, within):
        attributes, content = self.all_of(list(node), depth, within)
        more, elements = self.make_zeroOrMore(node, depth, within)
        return attributes + more, content + elements

    def make_attribute(self, node, depth, within):
        return self.attribute(node.get('name'), node, depth, within), []

    def attribute(self, name, node, depth, within):
        _, value = self.all_of([n for n in node if n.tag.startswith(RNG) and n.find(RNG + 'name') is None], depth, within)
        return [f'{name}={quoteattr("".join(value))}']

    def make_element(self, node, depth, within):
        name = node.get('name')
        attributes, content = self.all_of(list(node), depth + 1, name)
        if name == 'domain':
            attributes.append('xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0"')
        start = ' '.join([name] + attributes)
        if not content:
            return [], [f'<{start}/>']
        lines = '\n'.join(content) if any(c.startswith('<') for c in content) else ''
        return [], [f'<{start}>\n{lines}\n</{name}>' if lines else f'<{start}>{"".join(content)}</{name}>']

    # --- values ---

    def make_value(self, node, depth, within):
        return [], [escape(node.text or '')] if node.text else []

    def make_data(self, node, depth, within):
        params = {p.get('name'): p.text or '' for p in node}
        if node.get('type') in ('long', 'unsignedLong'):
            low, high = int(params['minInclusive']), int(params['maxInclusive'])
            near = min(high, max(low, 0) + 8)
            return [], [str(self.random.choice([low, near, self.random.randint(max(low, 0), near), high]))]
        if 'pattern' in params:
            text = self.matching(sre_parse.parse(params['pattern']))
            return [], [escape(text)] if text else []
        return [], [self.random.choice(['a', 'x-1', '/dev/null', 'vda'])]

    def matching(self, tree):
        return ''.join(self.piece(str(kind), value) for kind, value in tree)

    def piece(self, kind, value):
        if kind == 'LITERAL':
            return chr(value)
        if kind in ('ANY', 'NOT_LITERAL'):
            return 'a'
        if kind in ('MAX_REPEAT', 'MIN_REPEAT'):
            low, high, inner = value
            return ''.join(self.matching(inner) for _ in range(self.random.randint(low, min(int(high), low + 2))))
        if kind == 'SUBPATTERN':
            return self.matching(value[-1])
        if kind == 'BRANCH':
            return self.matching(self.random.choice(value[1]))
        if kind == 'IN':
            return self.piece(*[(str(k), v) for k, v in [self.random.choice(value)]][0])
        if kind == 'RANGE':
            return chr(self.random.randint(*value))
        if kind == 'CATEGORY':
            return {'CATEGORY_SPACE': ' ', 'CATEGORY_NOT_SPACE': 'a', 'CATEGORY_DIGIT': '7'}[str(value)]
        raise ValueError(f'a piece of a pattern that is not known here: {kind}')

    def never_chosen(self):
        """The names of the patterns in which something was never chosen, and how many choices there are."""
        missed, total = [], 0
        for name, nodes in self.defines.items():
            for node in (n for top in nodes for n in top.iter()):
                options = self.options(node)
                total += len(options)
                missed += [name for o in options if id(o) not in self.seen and name != 'anything']
        return missed, total
