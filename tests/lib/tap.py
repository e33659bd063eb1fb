# SPDX-License-Identifier: GPL-2.0-or-later
"""tests/lib/tap.py - what the Python tests share: TAP, a folder of their own, skips with a reason"""
import atexit
import os
import shutil
import sys
import tempfile


class Tap:
    def __init__(self):
        self.count = 0
        here = os.path.dirname(os.path.abspath(__file__))
        self.src = os.environ.get('TOP_SRCDIR', os.path.dirname(os.path.dirname(here)))
        self.tool = os.environ.get('DOMXML2QEMU', os.path.join(self.src, 'build', 'src', 'domxml2qemu'))
        self.tmp = tempfile.mkdtemp(prefix='domxml2qemu-test.')
        atexit.register(shutil.rmtree, self.tmp, ignore_errors=True)
        os.environ.update(LC_ALL='C.UTF-8', TZ='UTC', HOME=self.tmp)
        for name in ('XDG_CACHE_HOME', 'XDG_CONFIG_HOME'):
            os.environ.pop(name, None)
        os.chdir(self.tmp)

    def result(self, good, what, why=''):
        self.count += 1
        print(f"{'ok' if good else 'not ok'} {self.count} - {what}", flush=True)
        if not good:
            if isinstance(why, bytes):
                why = why.decode('utf-8', 'replace')
            for line in str(why).splitlines()[:60]:
                print('# ' + line.replace('\r', '\\r'), flush=True)
        return good

    def passed(self, what):
        self.result(True, what)

    def failed(self, what, why=''):
        self.result(False, what, why)

    def skip(self, what, reason, package=''):
        """Where CI installs what is wanting, a skip is a failure."""
        if package:
            reason += f'; on Debian: apt-get install {package}'
        if os.environ.get('CI') == 'true':
            self.failed(what, reason + ' (but CI installs everything)')
        else:
            self.count += 1
            print(f'ok {self.count} - {what} # SKIP {reason}', flush=True)

    def need(self, program, package):
        """Without it the whole test is skipped."""
        if shutil.which(program):
            return
        if os.environ.get('CI') == 'true':
            self.failed(f'no {program}, but CI installs everything')
            self.finish()
        print(f'1..0 # SKIP no {program}; on Debian: apt-get install {package}')
        sys.exit(0)

    def finish(self):
        print(f'1..{self.count}')
        sys.exit(0)
