/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/interface_tap.c - network cards behind a tap: bridge, network, ethernet, direct */

#include "dev/interface.h"
#include "domain/notes.h"
#include "core/options.h"
#include "core/script_marks.h"
#include "domain/wants.h"
#include "host/tun.h"

/* Where distributions put QEMU's helper; the first stands for all where nothing can be looked at. */
/* --- what the XML's name stands for --- */

/* In the XML of a running guest libvirt says which bridge it was; its own first network is virbr0. */
static void
guess_network(struct interface *i, struct host_network *network, struct stage *stage)
{
  const char *bridge = i->bridge ? i->bridge : str_eq(i->network, "default") ? "virbr0" : NULL;
  struct place place = xml_place(xml_child(i->dev.node, "source"), i->network);
  if (bridge) {
    *network = (struct host_network){ .kind = NETWORK_BRIDGE, .dev = bridge };
    return;
  }
  if (options_starts(stage->options))
    diag_host(stage->diag, place, i->dev.subject,
              "network '%s' is not defined on this host; say what it stands for: "
              "--network '%s=bridge:BRIDGE', '%s=tap:INTERFACE' or '%s=user'",
              i->network, i->network, i->network, i->network);
  else
    diag_warning(stage->diag, place, i->dev.subject,
                 "network '%s' is not known here, so the card's tap is in no bridge; "
                 "say what it stands for: --network '%s=bridge:BRIDGE', '%s=tap:INTERFACE' or '%s=user'",
                 i->network, i->network, i->network, i->network);
}

static struct host_network
find_network(struct interface *i, struct stage *stage)
{
  /* by hand: the group decides nothing but the VLANs, which others set */
  const char *group = i->dev.node ? xml_get(i->dev.node, "source/@portgroup", NULL) : NULL;
  struct host_network network = network_find(i, stage->host, stage->options->networks, i->network, group);
  if (network.kind == NETWORK_UNKNOWN)
    guess_network(i, &network, stage);
  if (network.no_portgroup)
    diag_warning(stage->diag, xml_place_of(i->dev.node, "source/@portgroup"), i->dev.subject,
                 "portgroup '%s': the definition of network '%s' has none of that name, so the card gets nothing of "
                 "it; %s",
                 group, i->network, network.no_portgroup);
  if (network.kind == NETWORK_HOSTDEV)
    diag_error(stage->diag, xml_place(xml_child(i->dev.node, "source"), i->network), i->dev.subject,
               "network '%s' hands out the host's PCI devices, which needs libvirt; choose one and "
               "write <interface type='hostdev'> with its address",
               i->network);
  return network;
}

static struct host_network
plugged_into(struct interface *i, struct stage *stage)
{
  switch (i->type) {
  case INTERFACE_NETWORK:
    return find_network(i, stage);
  case INTERFACE_BRIDGE:
    return (struct host_network){ .kind = NETWORK_BRIDGE, .dev = i->bridge, .open_vswitch = i->open_vswitch };
  case INTERFACE_DIRECT:
    return (struct host_network){ .kind = NETWORK_DIRECT, .dev = i->source_dev, .mode = i->macvtap_mode };
  case INTERFACE_ETHERNET:
  case INTERFACE_USER:
  case INTERFACE_HOSTDEV:
  case INTERFACE_VHOSTUSER:
  case INTERFACE_VDPA:
  case INTERFACE_MCAST:
  case INTERFACE_SERVER:
  case INTERFACE_CLIENT:
  case INTERFACE_UDP:
  case INTERFACE_NULL:
  case INTERFACE_INTERNAL:
  case INTERFACE_VDS:
  case INTERFACE_TYPES:
    break;
  }
  return (struct host_network){ .kind = NETWORK_UNKNOWN };
}

/* --- how the tap comes to be --- */

static const char *
find_helper(const struct host *host)
{
  for (size_t n = 0; n < BRIDGE_HELPERS; n++)
    if (host_exists(host, bridge_helpers[n]))
      return bridge_helpers[n];
  return bridge_helpers[0];
}

/* A name for a tap that somebody must be told of: its MAC's last half makes it this guest's. */
static const char *
tap_name(const struct interface *i)
{
  const char *m = i->mac + 9;
  return i->target ? i->target : talloc_asprintf(i, "tap%.2s%.2s%.2s", m, m + 3, m + 6);
}

/* libseccomp sets no_new_privs before it loads QEMU's filter: a setuid program gains no rights then. Said once. */
static void
note_sandbox(const struct interface *i, struct stage *stage)
{
  if (domain_first(&i->dev, "bridge helper", NULL) != &i->dev || !caps_has(stage->caps, FEAT_SECCOMP_SANDBOX))
    return;
  diag_note(stage->diag, i->dev.place, i->dev.subject,
            "only root can start the printed command: QEMU's sandbox takes qemu-bridge-helper its rights; "
            "as another user start with --exec or --run, or leave -sandbox out");
}

static void
use_helper(struct interface *i, struct stage *stage)
{
  const struct tap_want *tap = i->tap;
  i->way = TAP_BY_HELPER;
  i->dev.domain->misc.spawns = true;
  if (tap->vhost != TAP_VHOST_NO || i->sndbuf.set)
    i->helper = find_helper(stage->host); /* -netdev bridge, which knows the path, cannot */
  if (options_draws(stage->options))
    return;
  note_sandbox(i, stage);
  if (i->isolated)
    diag_warning(stage->diag, i->dev.place, i->dev.subject,
                 "the printed command does not isolate the card's port of bridge %s; --exec and --run do",
                 tap->tap.bridge);
  if (i->target)
    diag_note(stage->diag, xml_place(xml_child(i->dev.node, "target"), i->target), i->dev.subject,
              "the printed command lets qemu-bridge-helper choose the interface's name; --exec and --run call it '%s'",
              i->target);
}

/* The helper makes one queue, and knows Linux bridges alone. */
static void
use_own_tap(struct interface *i, const struct host_network *network, struct stage *stage)
{
  i->way = TAP_BY_QEMU;
  i->tap->tap.name = tap_name(i);
  if (network->kind != NETWORK_BRIDGE || options_draws(stage->options))
    return;
  if (network->open_vswitch)
    diag_warning(stage->diag, i->dev.place, i->dev.subject,
                 "'%s' is an Open vSwitch: after the start plug the tap in with ovs-vsctl add-port %s", network->dev,
                 interface_ovs_port(i, network, i->tap->tap.name));
  else
    diag_warning(stage->diag, i->dev.place, i->dev.subject,
                 "qemu-bridge-helper makes taps of one queue: after the start plug this one in with "
                 "ip link set %s master %s up%s%s%s, or start with --exec or --run",
                 i->tap->tap.name, network->dev, i->isolated ? "; bridge link set dev " : "",
                 i->isolated ? i->tap->tap.name : "", i->isolated ? " isolated on" : "");
}

/* Behind standard error, and those of the cards before. */
static unsigned
take_fds(const struct interface *i)
{
  struct note *taken = domain_note(i->dev.domain, "descriptors of the shell", NULL);
  unsigned fd = 3 + (unsigned)taken->number;
  taken->number += interface_queues(i);
  return fd;
}

/* "3<>/dev/tapN 4<>/dev/tapN": each queue is the device opened once more. */
static const char *
redirections(const struct interface *i, const char *name)
{
  char *text = talloc_strdup((void *)i, "");
  for (unsigned n = 0; n < interface_queues(i); n++)
    text = talloc_asprintf_append_buffer(text, "%s%u<>/dev/tap$(cat /sys/class/net/%s/ifindex)", n ? " " : "",
                                         i->shell_fd + n, name);
  return text;
}

/* sh redirects no descriptor of two digits. */
enum { SHELL_FD_MAX = 9 };

/* The script makes the interface, and removes it. */
static void
give_to_script(struct interface *i, const char *name, struct stage *stage)
{
  unsigned last = i->shell_fd + interface_queues(i) - 1;
  i->tap->tap.name = name;
  i->tap->shell_fd = i->shell_fd;
  if (i->way == TAP_BY_SHELL && last > SHELL_FD_MAX)
    diag_error(stage->diag, i->dev.place, i->dev.subject,
               "a script can pass QEMU the descriptors 3 to 9, and this macvtap's %u queues would need %u to %u; "
               "use --run, or fewer queues",
               interface_queues(i), i->shell_fd, last);
}

/* A macvtap is a character device that has to be there first; QEMU takes it open. In mode passthrough
 * it has the address of what it sits on, until it is given another. */
static void
use_macvtap(struct interface *i, const struct host_network *network, struct stage *stage)
{
  const char *name = tap_name(i), *lower = network->dev;
  bool passthrough = str_eq(network->mode, "passthrough");
  i->way = TAP_BY_SHELL;
  i->shell_fd = take_fds(i);
  if (options_script(stage->options)) {
    give_to_script(i, name, stage);
    return;
  }
  if (options_draws(stage->options))
    return;
  diag_warning(stage->diag, i->dev.place, i->dev.subject,
               "QEMU takes a macvtap as an open descriptor (--exec, --run and --format=script do that): "
               "ip link add link %s name %s address %s type macvtap mode %s; ip link set %s %s%sup; "
               "and behind the command %s",
               lower, name, i->mac, passthrough ? "passthru" : network->mode, name, passthrough ? "address " : "",
               passthrough ? talloc_asprintf(i, "%s ", i->mac) : "", redirections(i, name));
}

const char *
interface_other_path(const char *path, const char *usual)
{
  const char *p = path;
  if (!path)
    return NULL;
  for (; *usual && *p == *usual; usual++, p++)
    while (p[0] == '/' && p[1] == '/')
      p++;
  return *p || *usual ? path : NULL;
}

static enum tap_vhost
wants_vhost(const struct interface *i)
{
  if (!i->is_virtio || i->virtio.driver == DRIVER_QEMU)
    return TAP_VHOST_NO;
  return i->virtio.driver == DRIVER_VHOST ? TAP_VHOST_REQUIRED : TAP_VHOST_IF_THERE;
}

static void
fill_want(struct interface *i, const struct host_network *network)
{
  bool existing = i->target_managed == OFF || network->kind == NETWORK_TAP;
  const char *name = network->kind == NETWORK_TAP ? network->dev : i->target;
  i->tap->subject = i->dev.subject;
  i->tap->place = i->dev.place;
  i->tap->vhost = wants_vhost(i);
  i->tap->vhost_path = i->vhost_path && interface_other_path(i->vhost_path, VHOST_NET) ? i->vhost_path : VHOST_NET;
  i->tap->tap = (struct tap){
    .name = name ? name : "vnet%d",
    .device = interface_other_path(i->tap_path, TUN),
    .bridge = network->kind == NETWORK_BRIDGE ? network->dev : NULL,
    .lower = network->kind == NETWORK_DIRECT ? network->dev : NULL,
    .mode = network->mode,
    .mac = i->mac,
    .queues = interface_queues(i),
    .vnet_hdr = i->is_virtio,
    .isolated = i->isolated,
    .existing = existing,
    .mtu = existing ? 0 : i->mtu,
  };
}

static void
tell_wants(struct interface *i)
{
  const struct tap *tap = &i->tap->tap;
  struct want want = {
    .kind = WANT_TAP, .value = tap->bridge ? tap->bridge : tap->name, .subject = i->dev.subject, .place = i->dev.place
  };
  if (tap->lower) {
    want.kind = WANT_MACVTAP;
    want.value = tap_name(i);
    want.source = tap->lower;
  }
  wants_add(i->dev.domain, want);
  if (i->tap->vhost != TAP_VHOST_NO)
    wants_add(i->dev.domain, (struct want){ .kind = WANT_VHOST_NET,
                                            .value = i->tap->vhost_path,
                                            .required = i->tap->vhost == TAP_VHOST_REQUIRED,
                                            .subject = i->dev.subject,
                                            .place = i->dev.place });
}

/* Linux drivers/net/tun.c: an interface of one queue is busy once somebody has it. qemu-bridge-helper(8) lets the
 * kernel choose the name. */
static void
check_name(const struct interface *i, struct stage *stage)
{
  const struct tap *tap = &i->tap->tap;
  if (i->way == TAP_BY_HELPER || strchr(tap->name, '%') || (tap->existing && tap->queues > 1))
    return;
  const struct device *first = domain_first(&i->dev, "tap", tap->name);
  if (first != &i->dev)
    diag_unstartable(stage->diag, i->target ? xml_place(xml_child(i->dev.node, "target"), i->target) : i->dev.place,
                     i->dev.subject,
                     "target '%s' is that of %s (line %u) as well, this guest will not start; write another "
                     "<target dev=>",
                     tap->name, first->subject, first->place.line);
}

void
interface_resolve_tap(struct interface *i, struct stage *stage)
{
  bool has_tap = i->type == INTERFACE_NETWORK || i->type == INTERFACE_BRIDGE || i->type == INTERFACE_ETHERNET ||
                 i->type == INTERFACE_DIRECT;
  if (!has_tap)
    return;
  struct host_network network = plugged_into(i, stage);
  i->user_instead = network.kind == NETWORK_USER;
  if (i->user_instead || network.kind == NETWORK_HOSTDEV)
    return;
  bool scripts = i->script || i->downscript; /* which QEMU runs, having made the tap */
  bool ours = options_judges(stage->options) && !scripts && !network.open_vswitch;
  bool scripted = options_script(stage->options) && !scripts && !network.open_vswitch &&
                  (network.kind == NETWORK_DIRECT || network.kind == NETWORK_BRIDGE);
  i->tap = ours || scripted ? taps_want(i->dev.domain) : talloc_zero(i, struct tap_want);
  fill_want(i, &network);
  i->dev.domain->misc.spawns |= scripts;
  if (i->type == INTERFACE_ETHERNET || network.kind == NETWORK_TAP)
    i->way = TAP_BY_QEMU;
  else if (ours)
    i->way = TAP_NONE; /* by descriptor */
  else if (network.kind == NETWORK_DIRECT)
    use_macvtap(i, &network, stage);
  else if (scripted) {
    i->way = TAP_BY_QEMU; /* by its name */
    give_to_script(i, tap_name(i), stage);
  } else if (network.kind == NETWORK_BRIDGE && interface_queues(i) == 1 && !network.open_vswitch)
    use_helper(i, stage);
  else
    use_own_tap(i, &network, stage);
  check_name(i, stage);
  interface_tell_vlan(i, &network, stage);
  tell_wants(i);
}

/* --- building --- */

static void
fd_props(struct props *p, const char *one, const char *many, const int *fds, unsigned n)
{
  char *text = talloc_strdup(p, "");
  for (unsigned k = 0; k < n; k++)
    text = talloc_asprintf_append_buffer(text, "%s%d", k ? ":" : "", fds[k]);
  props_str(p, n > 1 ? many : one, text);
}

static void
script_props(struct props *p, const char *key, const char *script)
{
  if (script)
    props_host(p, key, WANT_PROGRAM, script);
  else
    props_str(p, key, "no");
}

static void
own_tap_props(const struct interface *i, struct props *p)
{
  const char *name = i->tap->tap.name;
  if (!strchr(name, '%'))
    props_host(p, "ifname", WANT_NOTHING, name);
  script_props(p, "script", i->script);
  script_props(p, "downscript", i->downscript);
  if (interface_queues(i) > 1)
    props_uint(p, "queues", interface_queues(i));
}

static void
shell_props(const struct interface *i, struct props *p)
{
  unsigned queues = interface_queues(i);
  int fds[TAP_QUEUES_MAX];
  for (unsigned n = 0; n < queues; n++)
    fds[n] = (int)(i->shell_fd + n);
  fd_props(p, "fd", "fds", fds, queues);
}

/* A script looks whether the host has it before it starts QEMU, which would not start without. */
static void
vhost_props(const struct interface *i, const struct build *b, struct props *p)
{
  const struct tap_want *want = i->tap;
  if (want->fds ? want->vhost_fds == NULL : want->vhost == TAP_VHOST_NO)
    return;
  if (options_script(b->options) && want->vhost == TAP_VHOST_IF_THERE)
    props_mark(p, "vhost", caps_has(b->caps, FEAT_NETDEV_JSON) ? SCRIPT_VHOST_JSON : SCRIPT_VHOST_ONOFF);
  else
    props_bool(p, "vhost", true);
  if (want->vhost_fds)
    fd_props(p, "vhostfd", "vhostfds", want->vhost_fds, want->tap.queues);
}

void
interface_build_tap(const struct interface *i, const struct build *b, struct props *p)
{
  const struct tap_want *want = i->tap;
  unsigned queues = want->tap.queues;
  if (i->way == TAP_BY_HELPER && !i->helper) {
    props_str(p, "type", "bridge");
    props_host(p, "br", WANT_NOTHING, want->tap.bridge);
    return;
  }
  props_str(p, "type", "tap");
  if (want->fds)
    fd_props(p, "fd", "fds", want->fds, queues);
  else if (i->way == TAP_BY_HELPER) {
    props_host(p, "helper", WANT_PROGRAM, i->helper);
    props_host(p, "br", WANT_NOTHING, want->tap.bridge);
  } else if (i->way == TAP_BY_SHELL)
    shell_props(i, p);
  else
    own_tap_props(i, p);
  props_num(p, "sndbuf", i->sndbuf);
  vhost_props(i, b, p);
}
