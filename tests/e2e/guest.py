# SPDX-License-Identifier: GPL-2.0-or-later
"""tests/e2e/guest.py - a guest that our tool starts: its images, its QMP socket, its end"""
import json
import os
import signal
import socket
import subprocess
import time

QEMU = '/usr/bin/qemu-system-x86_64'


def command(*argv, tries=1):
    p = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    if p.returncode == 0:
        return p
    if tries > 1:
        return command(*argv, tries=tries - 1)
    raise RuntimeError(f"{' '.join(argv)}: {p.stderr.decode('utf-8', 'replace')}")


def boot_sector(src):
    """The machine code of boot.S, 512 bytes."""
    command('as', '--32', '-o', 'boot.o', os.path.join(src, 'tests', 'e2e', 'boot.S'))
    command('ld', '-m', 'elf_i386', '-Ttext=0x7c00', '--oformat=binary', '-o', 'boot.bin', 'boot.o')
    with open('boot.bin', 'rb') as f:
        code = f.read()
    assert len(code) == 512, len(code)
    return code


def image(path, fmt, first=b'', text='', secret=None, size=1 << 20):
    """An image whose first sector is FIRST and whose second holds TEXT; with a SECRET file, LUKS."""
    with open('content.bin', 'wb') as f:
        f.write(first.ljust(512, b'\0') + text.encode().ljust(512, b'\0'))
    content = os.path.abspath('content.bin')
    base = ['qemu-img', 'create', '-q', '-f', fmt]
    if not secret:
        command(*base, path, str(size))
        command('qemu-io', '-f', fmt, '-c', f'write -s {content} 0 1024', path)
        return
    secret_args = ['--object', f'secret,id=s,file={secret}']
    # on a busy machine qemu-img often fails with "Unable to get accurate CPU usage"
    if fmt == 'luks':
        command(*base, *secret_args, '-o', 'key-secret=s,iter-time=10', path, str(size), tries=50)
        opts = f'driver=luks,key-secret=s,file.filename={path}'
    else:
        command(*base, *secret_args, '-o', 'encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10',
                path, str(size), tries=50)
        opts = f'driver={fmt},encrypt.key-secret=s,file.filename={path}'
    command('qemu-io', *secret_args, '--image-opts', opts, '-c', f'write -s {content} 0 1024')


class Qmp:
    def __init__(self, path, process, seconds=60):
        deadline = time.monotonic() + seconds
        self.sock = socket.socket(socket.AF_UNIX)
        while True:
            try:
                self.sock.connect(path)
                break
            except OSError:
                if process.poll() is not None:
                    raise RuntimeError(f'QEMU ended with {process.returncode} before its QMP socket was there')
                if time.monotonic() > deadline:
                    raise RuntimeError(f'no QMP socket {path} after {seconds} s')
                time.sleep(0.05)
        self.sock.settimeout(seconds)
        self.file = self.sock.makefile('rw', encoding='utf-8')
        json.loads(self.file.readline())
        self('qmp_capabilities')

    def __call__(self, execute, **arguments):
        self.file.write(json.dumps({'execute': execute, 'arguments': arguments}) + '\n')
        self.file.flush()
        while True:
            line = self.file.readline()
            if not line:
                raise RuntimeError(f'QEMU hung up at {execute}')
            reply = json.loads(line)
            if 'error' in reply:
                raise RuntimeError(f"{execute}: {reply['error']['desc']}")
            if 'return' in reply:
                return reply['return']

    def wait_closed(self):
        """Until QEMU is gone."""
        try:
            while self.file.readline():
                pass
        except ConnectionError:
            pass

    def nodes(self):
        return {n['node-name']: n for n in self('query-named-block-nodes')}

    def devices(self):
        """id -> QOM type of every -device that has one."""
        return {c['name']: c['type'][len('child<'):-1] for c in self('qom-list', path='/machine/peripheral')
                if c['type'].startswith('child<')}


class Guest:
    """Starts TOOL on XML by MODE; as a context: ends it, come what may. NAME: where there are two at once."""

    def __init__(self, tool, xml, *options, mode='--exec', name='qmp', prefix=(), extra=()):
        self.qmp_path = os.path.abspath(f'{name}.sock')
        if os.path.exists(self.qmp_path):
            os.remove(self.qmp_path)
        self.mode = mode
        self.stderr = open(f'{name}.err', 'w+b')
        self.process = subprocess.Popen(
            [*prefix, tool, mode, '--qmp=' + self.qmp_path, *options, xml, *(['--', *extra] if extra else [])],
            stdin=subprocess.DEVNULL, stdout=self.stderr, stderr=self.stderr, start_new_session=True)

    def __enter__(self):
        return self

    def connect(self):
        self.qmp = Qmp(self.qmp_path, self.process)
        return self.qmp

    def said(self):
        self.stderr.seek(0)
        return self.stderr.read()

    def quit(self):
        self.qmp('quit')
        return self.process.wait(30)

    def serial(self, chardev_label, until, seconds=90):
        """What the guest says on a pty, up to the text UNTIL."""
        for dev in self.qmp('query-chardev'):
            if dev['label'] == chardev_label:
                break
        else:
            raise RuntimeError(f'no chardev {chardev_label}')
        fd = os.open(dev['filename'].removeprefix('pty:'), os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            text, deadline = b'', time.monotonic() + seconds
            while until not in text:
                if time.monotonic() > deadline:
                    raise RuntimeError(f'the guest did not say {until!r} in {seconds} s, but {text[-500:]!r}')
                try:
                    text += os.read(fd, 4096)
                except BlockingIOError:
                    time.sleep(0.1)
            return text
        finally:
            os.close(fd)

    def end_run(self):
        """QEMU has a session of its own: the third signal makes the tool kill it."""
        for _ in range(3):
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGTERM)
                time.sleep(0.3)

    def __exit__(self, *_):
        if self.mode == '--run':
            self.end_run()
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.stderr.close()


def no_namespace():
    """Why Run cannot work here; None: it can."""
    probe = subprocess.run(['unshare', '-m', 'mount', '-t', 'tmpfs', 'tmp', '/run'], capture_output=True, text=True)
    return f'no mount namespace to be had: {probe.stderr.strip()}' if probe.returncode else None


class Run(Guest):
    """TOOL --run where /run is empty; the guest does not begin. KEEP is a file to keep of what is made there."""

    def __init__(self, tool, xml, *options, keep='/dev/null'):
        script = f'mount -t tmpfs tmp /run; trap : TERM; "$@"; status=$?; cat {keep} >kept; exit $status'
        super().__init__(tool, xml, '--paused', f'--qemu={QEMU}', *options, mode='--run',
                         prefix=('unshare', '-m', 'sh', '-c', script, 'sh'))

    def end(self):
        """The status of its own end, and what it said."""
        return self.process.wait(60), self.said()

    def end_run(self):
        for _ in range(3):
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGTERM)
                time.sleep(0.3)
