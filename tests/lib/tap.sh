# SPDX-License-Identifier: GPL-2.0-or-later
# tests/lib/tap.sh - what the shell tests share: TAP, running the tool, skipping with a reason
#
# Source it first. Gives $tool, $src (top of the sources), $tmp (a folder of this test, removed at
# its end), and leaves the current folder at $tmp. End with `finish`.

set -u
unset XDG_CACHE_HOME XDG_CONFIG_HOME POSIXLY_CORRECT
LC_ALL=C.UTF-8 TZ=UTC
export LC_ALL TZ

src=${TOP_SRCDIR:-$(cd "$(dirname "$0")" && until [ -d tests/lib ]; do cd ..; done && pwd)}
tool=${DOMXML2QEMU:-$src/build/src/domxml2qemu}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/domxml2qemu-test.XXXXXX") || exit 99
HOME=$tmp
export HOME
trap 'rm -rf "$tmp"' EXIT
trap 'exit 99' HUP INT TERM
cd "$tmp" || exit 99
mkdir empty-host

tests_run=0
[ -x "$tool" ] || { echo "Bail out! no tool at $tool: make it first"; exit 99; }

pass() {
  tests_run=$((tests_run + 1))
  echo "ok $tests_run - $1"
}

# fail WHAT [FILE...]: the files say why
fail() {
  tests_run=$((tests_run + 1))
  echo "not ok $tests_run - $1"
  shift
  for file; do
    [ ! -e "$file" ] || sed "s/^/# ${file##*/}: /" "$file" | head -n 60
  done
}

# ok WHAT COMMAND...: passes if the command does
ok() {
  what=$1
  shift
  if "$@" >ok.log 2>&1; then pass "$what"; else fail "$what" ok.log; fi
}

# skip WHAT REASON. Where CI installs what is wanting, that is a failure.
skip() {
  if [ "${CI-}" = true ]; then
    fail "$1 ($2, but CI installs everything)"
  else
    moot "$1" "$2"
  fi
}

# moot WHAT WHY: of this build it cannot be told, whatever is installed
moot() {
  tests_run=$((tests_run + 1))
  echo "ok $tests_run - $1 # SKIP $2"
}

# need PROGRAM PACKAGE: without it the whole test is skipped
need() {
  command -v "$1" >/dev/null 2>&1 && return 0
  if [ "${CI-}" = true ]; then
    fail "$1 not found, but CI installs everything"
    finish
  fi
  echo "1..0 # SKIP no $1; on Debian: apt-get install $2"
  exit 0
}

have() { command -v "$1" >/dev/null 2>&1; }

finish() {
  echo "1..$tests_run"
  exit 0
}

# run ARGS...: the tool; its words are in ./out and ./err, its exit status in $status. $patience is how many seconds it has
run() {
  timeout "${patience-60}" "$tool" "$@" >out 2>err </dev/null
  status=$?
}

# take_verdict FILE: --check was run; its one line on stdout must be what $status says, and moves from ./out to ./verdict
take_verdict() {
  case $status in
    0) line='ready( \(.*\))?(, [0-9]+ warnings?)?' ;;
    1) line='refused: [0-9]+ errors?(, [0-9]+ warnings?)?' ;;
    *) line='not ready: [0-9]+ errors?(, [0-9]+ warnings?)?' ;;
  esac
  if [ "$(wc -l <out)" = 1 ] && grep -Eq "^$1: $line\$" out; then
    mv out verdict
    : >out
  fi
}

# run_check ARGS... FILE: --check, and its verdict
run_check() {
  run --check "$@"
  for last; do :; done
  take_verdict "$last"
}

# refused WHAT PATTERN: the last run ended as a refused domain does: status 1, nothing on stdout,
# and a line of stderr that is an error and matches PATTERN (extended, FILE:LINE: error: ...)
refused() { ended 1 "$1" "$2" 'error: '; }

# ended STATUS WHAT PATTERN [PATTERN]: the same for any status
ended() {
  echo "exit status $status, expected $1; stderr to match: $3" >why
  if [ "$status" = "$1" ] && [ ! -s out ] && grep -E -e "${4-}" err | grep -Eiq -e "$3"; then
    pass "$2"
  else
    fail "$2" why out err
  fi
}

# kernel_address HEX: what /proc/net/tcp has for the address that little-endian machines have as HEX there
kernel_address() {
  if [ "$(printf '\1\0' | od -An -td2 | tr -d ' ')" = 1 ]; then echo "$1"; else
    echo "$1" | sed -E 's/(..)(..)(..)(..)/\4\3\2\1/g'
  fi
}

# A guest that says no more than it must; $1, where given, stands among its devices.
guest() {
  cat <<GUEST
<domain type='qemu'>
  <name>${guest_name-guest}</name>
  <memory unit='MiB'>64</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type>${guest_os-}</os>
  <devices>
    <emulator>${guest_emulator-/usr/bin/qemu-system-x86_64}</emulator>
    ${1-}
    <memballoon model='none'/>
  </devices>
</domain>
GUEST
}
