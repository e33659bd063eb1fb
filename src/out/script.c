/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/script.c - --format=script: one file for sh that starts the guest and what runs beside it */

/* The script is built from the domain's wants, helpers and taps, so that nothing is known here of any device. It
 * has fixed functions (below) and, between them, lines of the domain's own: each calls one function with quoted
 * words. Nothing is looked at before the script runs. Where root's folders and a user's differ the words have
 * marks (core/script_marks.h), which quoting turns into variables; only those that are used are set.
 *
 * QEMU runs in the background, since a shell that waits for a program in the foreground obeys its traps too late.
 * A background program would read /dev/null: the script's own input waits in descriptor 3 for it. Helpers get
 * sessions of their own, so that a signal reaches what they have forked, and no key of the terminal ends them
 * before QEMU. */

#include "domain/helper.h"
#include "domain/runtime.h"
#include "domain/taps.h"
#include "host/tun.h"
#include "out/out.h"

#include <stdarg.h>

/* A user's session, as launch/state.c and libvirt have it. */
#define CONFIG "${XDG_CONFIG_HOME:-$HOME/.config}"

static const char basics[] = "die() {\n"
                             "  printf '%s: %s\\n' \"${0##*/}\" \"$*\" >&2\n"
                             "  exit 3\n"
                             "}\n"
                             "\n";

static const char set_run[] = "if [ \"$(id -u)\" = 0 ]; then\n"
                              "  run=" RUNTIME_ROOT "\n"
                              "elif [ -n \"${XDG_RUNTIME_DIR-}\" ]; then\n"
                              "  run=$XDG_RUNTIME_DIR/domxml2qemu\n"
                              "elif [ -d \"/run/user/$(id -u)\" ]; then\n"
                              "  run=/run/user/$(id -u)/domxml2qemu\n"
                              "else\n"
                              "  run=${XDG_CACHE_HOME:-$HOME/.cache}/domxml2qemu/run\n"
                              "fi\n";

static const char use_folder[] = "# a variable's folder stands within options, where these have a meaning\n"
                                 "fits() {\n"
                                 "  case $1 in\n"
                                 "  *[\\\"\\\\,]* | *[[:cntrl:]]*) die \"$1: quotes, backslashes, commas and control "
                                 "characters cannot be here\" ;;\n"
                                 "  /*) ;;\n"
                                 "  *) die \"$1: not a path from the root\" ;;\n"
                                 "  esac\n"
                                 "}\n";

static const char pci[] = "driven() { # ADDRESS REMEDY\n"
                          "  driver=$(readlink \"/sys/bus/pci/devices/$1/driver\" || :)\n"
                          "  [ \"${driver##*/}\" = vfio-pci ] || die \"PCI device $1 is not bound to vfio-pci; $2\"\n"
                          "}\n"
                          "\n";

/* As host/memory.c looks and says: in another folder QEMU would make a plain file of ordinary memory. */
static const char huge[] =
    "mounted() { # FOLDER PAGESIZE KIB\n"
    "  while read -r _ point type options _; do\n"
    "    case $type,$point,$options, in\n"
    "    hugetlbfs,\"$1\",*pagesize=\"$2\",*) return 0 ;;\n"
    "    hugetlbfs,\"$1\",*pagesize=*) ;;\n"
    "    hugetlbfs,\"$1\",*) return 0 ;; # an old kernel says nothing of the default\n"
    "    esac\n"
    "  done </proc/mounts\n"
    "  folder=\"mkdir $1; \"\n"
    "  [ ! -d \"$1\" ] || folder=\n"
    "  die \"no hugetlbfs with pages of $3 KiB is mounted, and QEMU would take ordinary memory;\" \\\n"
    "    \"${folder}mount -t hugetlbfs -o pagesize=$3K hugetlbfs $1\"\n"
    "}\n"
    "\n";

/* Opening with <> would make a plain file of what is not there. */
static const char vhost[] = "vhost_opens() { [ -c " VHOST_NET " ] && (: <>" VHOST_NET ") 2>/dev/null; }\n";

static const char folder[] = "folder() { # PARENT FOLDER\n"
                             "  [ -d \"$2\" ] || { mkdir -p -- \"$1\" && mkdir -m 700 -- \"$2\"; } ||\n"
                             "    die \"cannot make the folder $2\"\n"
                             "}\n"
                             "\n";

static const char copy[] =
    "copy() { # FOLDER TEMPLATE FILE\n"
    "  [ ! -e \"$3\" ] || return 0\n"
    "  [ -r \"$2\" ] || die \"$3 is not there, and its template $2 cannot be read\"\n"
    "  { mkdir -p -- \"$1\" && (umask 077 && cat <\"$2\" >\"$3.new\") && mv -- \"$3.new\" \"$3\"; } ||\n"
    "    die \"cannot make $3 from its template $2\"\n"
    "}\n"
    "\n";

static const char pause_text[] = "pause() { sleep 0.1 2>/dev/null || sleep 1; }\n\n";

static const char starting[] = "start() { # PROGRAM ARGUMENT...\n"
                               "  setsid \"$@\" </dev/null >&2 3<&- &\n"
                               "  helper=$!\n"
                               "  helpers=\"$helper $helpers\"\n"
                               "  tries=0\n"
                               "}\n"
                               "\n"
                               "soon() { # PROGRAM WHAT\n"
                               "  tries=$((tries + 1))\n"
                               "  [ \"$tries\" -le 600 ] || die \"$1: $2 within 60 s\"\n"
                               "  pause\n"
                               "}\n"
                               "\n";

static const char stepping[] = "step() { # PROGRAM ARGUMENT...: has ended well before what follows\n"
                               "  start \"$@\"\n"
                               "  while kill -s 0 \"$helper\" 2>/dev/null; do soon \"$1\" \"has not ended\"; done\n"
                               "  wait \"$helper\" || die \"$1 ended with status $?\"\n"
                               "}\n"
                               "\n";

static const char serving[] =
    "unused() { # SOCKET\n"
    "  while read -r _ _ _ flags _ _ _ path; do\n"
    "    if [ \"$flags\" = 00010000 ] && [ \"$path\" = \"$1\" ]; then\n"
    "      die \"another program listens on $1: does this guest run already?\"\n"
    "    fi\n"
    "  done </proc/net/unix\n"
    "}\n"
    "\n"
    "serve() { # SOCKET PROGRAM ARGUMENT...: listens before what follows\n"
    "  socket=$1\n"
    "  shift\n"
    "  rm -f -- \"$socket\"\n"
    "  start \"$@\"\n"
    "  until [ -S \"$socket\" ]; do\n"
    "    kill -s 0 \"$helper\" 2>/dev/null || die \"$1 ended before its socket $socket appeared\"\n"
    "    soon \"$1\" \"its socket $socket has not appeared\"\n"
    "  done\n"
    "}\n"
    "\n";

static const char end_helpers[] = "  for helper in $helpers; do kill -s TERM -- \"-$helper\" 2>/dev/null || :; done\n"
                                  "  tries=0\n"
                                  "  for helper in $helpers; do\n"
                                  "    while kill -s 0 -- \"-$helper\" 2>/dev/null && [ \"$tries\" -lt 20 ]; do\n"
                                  "      tries=$((tries + 1))\n"
                                  "      pause\n"
                                  "    done\n"
                                  "    kill -s KILL -- \"-$helper\" 2>/dev/null || :\n"
                                  "  done\n";

static const char traps[] = "trap finish EXIT\n"
                            "trap 'exit 129' HUP\n"
                            "trap 'exit 130' INT\n"
                            "trap 'exit 131' QUIT\n"
                            "trap 'exit 143' TERM\n"
                            "\n";

static const char network[] = "network() { # ARGUMENT OF IP...\n"
                              "  ip \"$@\" || die \"this needs the right to change the network: ip $*\"\n"
                              "}\n"
                              "\n"
                              "new() { # INTERFACE\n"
                              "  [ ! -e \"/sys/class/net/$1\" ] || die \"there is an interface $1; ip link del $1\"\n"
                              "}\n"
                              "\n";

static const char macvtap_node[] =
    "node() { # MACVTAP: its device is there\n"
    "  tries=0\n"
    "  until [ -c \"/dev/tap$(cat \"/sys/class/net/$1/ifindex\")\" ]; do\n"
    "    tries=$((tries + 1))\n"
    "    [ \"$tries\" -le 50 ] || die \"$1: its /dev/tapN has not appeared within 5 s\"\n"
    "    pause\n"
    "  done\n"
    "}\n"
    "\n";

/* Background programs ignore SIGINT and SIGQUIT until they handle them; QEMU ends by TERM as by these. */
static const char pass[] = "# QEMU gets the signals; TERM for those that a background program may ignore\n"
                           "signalled=\n"
                           "qemu=\n"
                           "pass() {\n"
                           "  signalled=$1\n"
                           "  [ -z \"$qemu\" ] || kill -s \"$1\" \"$qemu\" 2>/dev/null || :\n"
                           "}\n"
                           "trap 'pass HUP' HUP\n"
                           "trap 'pass TERM' INT QUIT TERM\n"
                           "\n";

static const char waiting[] = "qemu=$!\n"
                              "[ -z \"$signalled\" ] || pass \"$signalled\"\n"
                              "status=0\n"
                              "wait \"$qemu\" || status=$?\n"
                              "while [ -n \"$signalled\" ]; do\n"
                              "  # a signal ends wait, too; 127: it had told QEMU's status already\n"
                              "  signalled=\n"
                              "  again=0\n"
                              "  wait \"$qemu\" 2>/dev/null || again=$?\n"
                              "  [ \"$again\" = 127 ] || status=$again\n"
                              "done\n"
                              "exit \"$status\"\n";

struct script {
  TALLOC_CTX *ctx;
  char *text;
  const struct domain *domain;
  const char *folder; /* of the guest's sockets and logs; NULL: it needs none */
};

static void add(struct script *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
add(struct script *s, const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  s->text = talloc_vasprintf_append_buffer(s->text, fmt, ap);
  va_end(ap);
}

static const char *
quoted(const struct script *s, const char *word)
{
  return out_quote_script(s->ctx, word);
}

/* Adds a part: FUNCTIONS, and the calls of them that SAY adds; without a call both are left out. */
static void
section(struct script *s, const char *functions, void (*say)(const struct want *want, void *arg))
{
  char *before = s->text;
  s->text = talloc_strdup(s->ctx, "");
  wants_each(s->domain, say, s);
  s->text = *s->text ? talloc_asprintf(s->ctx, "%s%s%s\n", before, functions, s->text) : before;
}

/* --- wants --- */

static void
say_pci(const struct want *want, void *arg)
{
  struct script *s = arg;
  if (want->kind != WANT_VFIO_PCI)
    return;
  const char *remedy =
      talloc_asprintf(s->ctx, "domxml2qemu --detach %s",
                      out_quote(s->ctx, str_eq(s->domain->place.file, "<stdin>") ? "FILE" : s->domain->place.file));
  add(s, "driven %s %s\n", want->value, out_quote(s->ctx, remedy));
}

static void
say_folder(const struct want *want, void *arg)
{
  struct script *s = arg;
  if (want->kind == WANT_FOLDER)
    add(s, "folder %s %s\n", quoted(s, path_folder(s->ctx, want->value)), quoted(s, want->value));
}

static void
say_copy(const struct want *want, void *arg)
{
  struct script *s = arg;
  if (want->kind == WANT_TEMPLATE && want->source)
    add(s, "copy %s %s %s\n", quoted(s, path_folder(s->ctx, want->value)), quoted(s, want->source),
        quoted(s, want->value));
}

/* Those of the XML's own bytes are written each time, as launch/files.c does. */
static void
say_file(const struct want *want, void *arg)
{
  struct script *s = arg;
  if (want->kind != WANT_TEMPLATE || want->source)
    return;
  const char *path = quoted(s, want->value);
  if (want->content)
    add(s, "mkdir -p -- %s\n(umask 077 && printf %%s %s >%s)\n", quoted(s, path_folder(s->ctx, want->value)),
        quoted(s, want->content), path);
  else
    add(s, "[ -e %s ] || die %s %s\n", path, path,
        quoted(s, want->by_hand ? talloc_asprintf(s->ctx, "is not there; %s", want->by_hand)
                                : "is not there, and nothing to make it from is known"));
}

/* Linux fs/hugetlbfs/inode.c, hugetlbfs_show_options(): in MiB, where it has so many. */
static void
say_huge(const struct want *want, void *arg)
{
  struct script *s = arg;
  if (want->kind != WANT_HUGE_PAGES || !want->folder)
    return;
  bool mib = want->page >= MIB(1);
  add(s, "mounted %s %ju%c %ju\n", quoted(s, want->folder), (uintmax_t)want->page >> (mib ? 20 : 10), mib ? 'M' : 'K',
      (uintmax_t)want->page >> 10);
}

static void
find_vhost(const struct want *want, void *arg)
{
  bool *required = arg;
  *required |= want->kind == WANT_VHOST_NET && want->required;
}

/* COMMAND asks by its marks where a card does without vhost-net; QEMU ends where it should open what is not there. */
static void
add_vhost(struct script *s, const char *command)
{
  bool json = strstr(command, "\"$vhost\""), onoff = strstr(command, "\"$vhost_onoff\""), required = false;
  const char *name = json ? "vhost" : "vhost_onoff";
  wants_each(s->domain, find_vhost, &required);
  if (json || onoff || required)
    add(s, "%s", vhost);
  if (required)
    add(s, "vhost_opens || die \"" VHOST_NET
           " cannot be opened; modprobe vhost_net, or leave out <driver name='vhost'>\"\n");
  if (json || onoff)
    add(s,
        "%s=%s\nvhost_opens || {\n  %s=%s\n  echo \"${0##*/}: " VHOST_NET
        " cannot be opened; the cards work without it, but slower: modprobe vhost_net\" >&2\n}\n",
        name, json ? "true" : "on", name, json ? "false" : "off");
  if (json || onoff || required)
    add(s, "\n");
}

/* --- helpers --- */

static void
add_helper(struct script *s, const struct helper *helper)
{
  add(s, "%s%s", helper->of_user ? "[ \"$(id -u)\" = 0 ] || " : "", helper->socket ? "serve " : "step");
  if (helper->socket)
    add(s, "%s", quoted(s, helper->socket));
  for (char **word = helper->argv; *word; word++)
    add(s, " %s", quoted(s, *word));
  add(s, "\n");
}

static bool
has_helper(const struct domain *domain, bool with_socket)
{
  for (size_t i = 0; i < domain->n_helpers; i++)
    if ((domain->helpers[i]->socket != NULL) == with_socket)
      return true;
  return false;
}

/* All sockets are looked at first: the end removes them all. */
static void
add_helpers(struct script *s)
{
  const struct domain *domain = s->domain;
  if (!domain->n_helpers)
    return;
  add(s, "%s%s%s", starting, has_helper(domain, false) ? stepping : "", has_helper(domain, true) ? serving : "");
  for (size_t i = 0; i < domain->n_helpers; i++)
    if (domain->helpers[i]->socket)
      add(s, "unused %s\n", quoted(s, domain->helpers[i]->socket));
  for (size_t i = 0; i < domain->n_helpers; i++)
    add_helper(s, domain->helpers[i]);
  add(s, "\n");
}

/* --- network --- */

static bool
has_macvtap(const struct domain *domain)
{
  for (size_t i = 0; i < domain->n_taps; i++)
    if (domain->taps[i]->tap.lower)
      return true;
  return false;
}

static void
add_macvtap(struct script *s, const struct tap *tap, const char *name)
{
  bool passthrough = str_eq(tap->mode, "passthrough");
  const char *lower = out_quote(s->ctx, tap->lower);
  add(s, "network link add link %s name %s address %s type macvtap mode %s\nlinks=$((links + 1))\n", lower, name,
      tap->mac, passthrough ? "passthru" : tap->mode);
  if (passthrough) /* at first it has the address of what it sits on */
    add(s, "network link set dev %s address %s\n", name, tap->mac);
  add(s, "network link set dev %s up\nnetwork link set dev %s up\nnode %s\n", lower, name, name);
}

/* The address and the MTU as launch/tap.c has them. */
static void
add_tap(struct script *s, const struct tap *tap, const char *name)
{
  const char *bridge = out_quote(s->ctx, tap->bridge);
  add(s, "network tuntap add dev %s mode tap%s\nlinks=$((links + 1))\n", name, tap->queues > 1 ? " multi_queue" : "");
  add(s, "network link set dev %s address fe%s master %s\n", name, tap->mac + 2, bridge);
  if (tap->mtu)
    add(s, "network link set dev %s mtu %u\n", name, tap->mtu);
  else
    add(s, "network link set dev %s mtu \"$(cat /sys/class/net/%s/mtu)\"\n", name, bridge);
  if (tap->isolated)
    add(s, "bridge link set dev %s isolated on\n", name);
  add(s, "network link set dev %s up\n", name);
}

static void
add_taps(struct script *s)
{
  const struct domain *domain = s->domain;
  if (domain->n_taps)
    add(s, "%s%s", network, has_macvtap(domain) ? macvtap_node : "");
  for (size_t i = 0; i < domain->n_taps; i++) {
    const struct tap *tap = &domain->taps[i]->tap;
    const char *name = out_quote(s->ctx, tap->name);
    add(s, "new %s\n", name);
    if (tap->lower)
      add_macvtap(s, tap, name);
    else
      add_tap(s, tap, name);
  }
  if (domain->n_taps)
    add(s, "\n");
}

/* --- the end --- */

static void
find_folder(const struct want *want, void *arg)
{
  struct script *s = arg;
  const char *folder = runtime_folder(s->ctx, s->domain);
  if (want->kind == WANT_FOLDER && str_eq(want->value, folder))
    s->folder = folder;
}

static bool
is_own(const struct script *s, const char *file)
{
  return file && s->folder && str_eq(path_folder(s->ctx, file), s->folder);
}

/* What the XML holds the bytes of is made again each time. */
static void
forget_file(const struct want *want, void *arg)
{
  struct script *s = arg;
  if (want->kind == WANT_TEMPLATE && want->content && is_own(s, want->value))
    add(s, "  rm -f -- %s\n", quoted(s, want->value));
}

/* As launch/guest_folder.c: a log stays where it may say why. Of a folder in which something lies rmdir lets go. */
static void
forget_folder(struct script *s)
{
  const struct domain *domain = s->domain;
  if (!s->folder)
    return;
  wants_each(domain, forget_file, s);
  for (size_t i = 0; i < domain->n_helpers; i++) {
    const char *log = domain->helpers[i]->log;
    bool told = i > 0 && str_eq(log, domain->helpers[i - 1]->log); /* swtpm and its setup share one */

    if (is_own(s, log) && !told)
      add(s, "  [ \"$status\" != 0 ] || rm -f -- %s\n", quoted(s, log));
  }
  add(s, "  rmdir -- %s 2>/dev/null || :\n", quoted(s, s->folder));
}

static void
add_end(struct script *s)
{
  const struct domain *domain = s->domain;
  wants_each(domain, find_folder, s);
  if (!domain->n_helpers && !domain->n_taps && !s->folder)
    return;
  add(s,
      "%s%s# shellcheck disable=SC2317 # the trap calls it\nfinish() {\n  status=$?\n  trap - EXIT\n  trap '' HUP INT "
      "QUIT TERM\n",
      domain->n_helpers ? "helpers=\n" : "", domain->n_taps ? "links=0\n" : "");
  if (domain->n_helpers)
    add(s, "%s", end_helpers);
  for (size_t i = 0; i < domain->n_helpers; i++) {
    const struct helper *helper = domain->helpers[i];
    if (helper->socket)
      add(s, "  [ -z \"$helpers\" ] || rm -f -- %s%s%s\n", quoted(s, helper->socket), helper->leaves ? " " : "",
          helper->leaves ? quoted(s, helper->leaves) : "");
  }
  for (size_t i = 0; i < domain->n_taps; i++)
    add(s, "  [ \"$links\" -le %zu ] || ip link del dev %s || :\n", i, out_quote(s->ctx, domain->taps[i]->tap.name));
  forget_folder(s);
  add(s, "  exit \"$status\"\n}\n%s%s", traps, domain->n_helpers || has_macvtap(domain) ? pause_text : "");
}

/* --- the whole --- */

static void
add_qemu(struct script *s, const char *command)
{
  const struct domain *domain = s->domain;
  bool three = false;
  add(s, "%s%s \\\n  <&3", pass, command);
  for (size_t i = 0; i < domain->n_taps; i++) {
    const struct tap_want *want = domain->taps[i];
    for (unsigned n = 0; want->shell_fd && n < want->tap.queues; n++) {
      add(s, " %u<>\"/dev/tap$(cat /sys/class/net/%s/ifindex)\"", want->shell_fd + n,
          out_quote(s->ctx, want->tap.name));
      three = true;
    }
  }
  add(s, "%s &\n%s", three ? "" : " 3<&-", waiting);
}

/* Only the variables that BODY uses, and only where their folders can stand in options. */
static const char *
variables(struct script *s, const char *body)
{
  const struct {
    const char *name;
    enum kept kept;
  } kept[] = { { "nvram", KEPT_NVRAM }, { "varstore", KEPT_VARSTORE }, { "swtpm", KEPT_TPM } };
  char *set = talloc_strdup(s->ctx, strstr(body, "\"$run\"") ? set_run : ""), *fits = talloc_strdup(s->ctx, "");
  if (*set)
    fits = talloc_strdup(s->ctx, "fits \"$run\"\n");
  for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
    if (!strstr(body, talloc_asprintf(s->ctx, "\"$%s\"", kept[i].name)))
      continue;
    set = talloc_asprintf_append(set, "%s=%s\n[ \"$(id -u)\" = 0 ] || %s=%s\n", kept[i].name,
                                 kept_folder(s->ctx, kept[i].kept, NULL), kept[i].name,
                                 kept_folder(s->ctx, kept[i].kept, CONFIG "/libvirt/qemu"));
    fits = talloc_asprintf_append(fits, "fits \"$%s\"\n", kept[i].name);
  }
  if (strstr(body, "\"$ids\""))
    set = talloc_strdup_append(set, "ids=$(id -u):$(id -g)\n");
  return talloc_asprintf(s->ctx, "%s%s%s%s", set, *fits ? use_folder : "", fits, *set ? "\n" : "");
}

/* In a comment nothing may end the line. */
static const char *
in_comment(TALLOC_CTX *ctx, const char *text)
{
  char *copy = talloc_strdup(ctx, text);
  for (char *p = copy; *p; p++)
    if ((unsigned char)*p < ' ' || *p == 0x7f)
      *p = '?';
  return copy;
}

const char *
out_script(TALLOC_CTX *ctx, const struct domain *domain, const struct argv *argv)
{
  struct script s = { .ctx = talloc_new(ctx), .domain = domain };
  const char *command = out_shell_script(s.ctx, argv);
  s.text = talloc_strdup(s.ctx, "");
  section(&s, huge, say_huge);
  add_vhost(&s, command);
  section(&s, pci, say_pci);
  add_end(&s);
  section(&s, folder, say_folder);
  section(&s, copy, say_copy);
  section(&s, "", say_file);
  add_helpers(&s);
  add_taps(&s);
  add_qemu(&s, command);
  char *text =
      talloc_asprintf(ctx,
                      "#!/bin/sh\n# %s: starts this guest, waits for its end and passes QEMU's status on; 3: "
                      "the host is not ready\n# Made by domxml2qemu %s from %s\nset -eu\n\n%s%sexec 3<&0\n\n%s",
                      in_comment(s.ctx, domain->name), PACKAGE_VERSION, in_comment(s.ctx, domain->place.file),
                      strstr(s.text, "die ") ? basics : "", variables(&s, s.text), s.text);
  talloc_free(s.ctx);
  return text;
}
