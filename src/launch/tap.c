/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/tap.c - opening a guest's network card on the host: tap and vhost-net */

#include "launch/tap.h"

#include "host/process.h"
#include "host/tun.h"
#include "launch/netlink.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/if_bridge.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAY(...) diag_host(diag, place, subject, __VA_ARGS__)

static const char *
bridge_helper(const struct host *host)
{
  for (size_t i = 0; i < BRIDGE_HELPERS; i++) {
    if (host_may(host, bridge_helpers[i], X_OK))
      return bridge_helpers[i];
  }
  return NULL;
}

static bool
name_of(struct ifreq *request, const char *name)
{
  memset(request, 0, sizeof *request);
  if (strlen(name) >= sizeof request->ifr_name)
    return false;
  strcpy(request->ifr_name, name);
  return true;
}

static const char *
device_of(const struct tap *tap)
{
  return tap->device ? tap->device : TUN;
}

/* One queue of the interface REQUEST names; the kernel fills in the name. -1 with errno. */
static int
open_queue(const struct tap *tap, struct ifreq *request)
{
  int fd = open(device_of(tap), O_RDWR | O_NONBLOCK | O_CLOEXEC), error;
  if (fd < 0)
    return -1;
  request->ifr_flags = IFF_TAP | IFF_NO_PI;
  if (tap->vnet_hdr)
    request->ifr_flags |= IFF_VNET_HDR;
  if (tap->queues > 1)
    request->ifr_flags |= IFF_MULTI_QUEUE;
  if (ioctl(fd, TUNSETIFF, request) == 0)
    return fd;
  error = errno;
  close(fd);
  errno = error;
  return -1;
}

/* --- what the interface needs --- */

/* libvirt virnetdevtap.c: a high first byte, so that the bridge does not take its MAC for its own. */
static bool
set_mac(int control, const char *name, const char *mac)
{
  struct ifreq request;
  unsigned byte[6];
  if (sscanf(mac, "%2x:%2x:%2x:%2x:%2x:%2x", &byte[0], &byte[1], &byte[2], &byte[3], &byte[4], &byte[5]) != 6 ||
      !name_of(&request, name)) {
    errno = EINVAL;
    return false;
  }
  request.ifr_hwaddr.sa_family = ARPHRD_ETHER;
  for (size_t i = 0; i < ARRAY_SIZE(byte); i++)
    request.ifr_hwaddr.sa_data[i] = (char)byte[i];
  request.ifr_hwaddr.sa_data[0] = (char)0xfe;
  return ioctl(control, SIOCSIFHWADDR, &request) == 0;
}

/* A port that is smaller than its bridge would shrink the bridge. */
static bool
set_mtu(int control, const struct tap *tap, const char *name)
{
  struct ifreq request;
  int mtu = (int)tap->mtu;
  if (!mtu && tap->bridge && name_of(&request, tap->bridge) && ioctl(control, SIOCGIFMTU, &request) == 0)
    mtu = request.ifr_mtu;
  if (!mtu || !name_of(&request, name))
    return true;
  request.ifr_mtu = mtu;
  return ioctl(control, SIOCSIFMTU, &request) == 0;
}

/* Linux net/bridge/br_ioctl.c; br_private.h, BR_MAX_PORTS. */
static bool
is_port(int control, const char *bridge, int index)
{
  int ports[1 << 10] = { 0 };
  unsigned long words[4] = { BRCTL_GET_PORT_LIST, (unsigned long)ports, ARRAY_SIZE(ports) };
  struct ifreq request;
  if (!name_of(&request, bridge))
    return false;
  request.ifr_data = (char *)words;
  int n = ioctl(control, SIOCDEVPRIVATE, &request);
  for (int i = 0; i < n; i++)
    if (ports[i] == index)
      return true;
  return false;
}

/* A tap that outlives its guest is in the bridge since the last start: the kernel calls that busy, as if it were in
 * another one. */
static bool
join_bridge(int control, const char *bridge, const char *name)
{
  struct ifreq request;
  int index = (int)if_nametoindex(name);
  if (!name_of(&request, bridge)) {
    errno = ENODEV;
    return false;
  }
  request.ifr_ifindex = index;
  if (ioctl(control, SIOCBRADDIF, &request) == 0)
    return true;
  int error = errno;
  bool there = error == EBUSY && is_port(control, bridge, index);
  errno = error;
  return there;
}

/* Says what leads out of ERROR of join_bridge(), a talloc child of CTX. */
static const char *
way_in(TALLOC_CTX *ctx, const struct tap *tap, const char *name, int error)
{
  if (error == ENODEV)
    return talloc_asprintf(ctx, "; ip link add %s type bridge", tap->bridge);
  if (error == EBUSY)
    return talloc_asprintf(ctx, "; it is in another one: ip link set %s nomaster", name);
  return "";
}

static bool
isolate(const char *name)
{
  struct netlink_request request;
  netlink_isolate(&request, if_nametoindex(name));
  errno = netlink_ask(&request);
  return errno == 0;
}

static bool
bring_up(int control, const char *name)
{
  struct ifreq request;
  if (!name_of(&request, name) || ioctl(control, SIOCGIFFLAGS, &request) < 0)
    return false;
  request.ifr_flags |= IFF_UP;
  return ioctl(control, SIOCSIFFLAGS, &request) == 0;
}

static bool
set_up(const struct tap *tap, const char *name, struct place place, const char *subject, struct diag *diag)
{
  int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bool good = false;
  if (control < 0)
    SAY("tap %s: no socket to configure it: %s", name, strerror(errno));
  else if (tap->mac && !set_mac(control, name, tap->mac))
    SAY("tap %s: cannot set its MAC: %s", name, strerror(errno));
  else if (!set_mtu(control, tap, name))
    SAY("tap %s: cannot set its MTU: %s", name, strerror(errno));
  else if (tap->bridge && !join_bridge(control, tap->bridge, name))
    SAY("tap %s: cannot join bridge %s: %s%s", name, tap->bridge, strerror(errno), way_in(diag, tap, name, errno));
  else if (tap->bridge && tap->isolated && !isolate(name))
    SAY("tap %s: cannot be isolated in bridge %s: %s; drop <port isolated='yes'/>", name, tap->bridge, strerror(errno));
  else if (!bring_up(control, name))
    SAY("tap %s: cannot be brought up: %s", name, strerror(errno));
  else
    good = true;
  if (control >= 0)
    close(control);
  return good;
}

/* --- without rights: qemu-bridge-helper(8) --- */

static int
receive_fd(int from)
{
  char byte, space[CMSG_SPACE(sizeof(int))];
  struct iovec one = { .iov_base = &byte, .iov_len = 1 };
  struct msghdr message = { .msg_iov = &one, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space };
  struct cmsghdr *control;
  int fd = -1;
  if (recvmsg(from, &message, MSG_CMSG_CLOEXEC) <= 0)
    return -1;
  control = CMSG_FIRSTHDR(&message);
  if (control && control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_RIGHTS)
    memcpy(&fd, CMSG_DATA(control), sizeof fd);
  return fd;
}

/* 0 and *FD, or errno; ENODATA: it ran and gave nothing. */
static int
ask_helper(const struct tap *tap, const char *helper, int *fd)
{
  int ends[2], error;
  pid_t child;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
    return errno;
  char *bridge = talloc_asprintf(NULL, "--br=%s", tap->bridge), *to = talloc_asprintf(bridge, "--fd=%d", ends[1]);
  char *argv[] = { (char *)helper, bridge, to, tap->vnet_hdr ? (char *)"--use-vnet" : NULL, NULL };
  struct program program = { .argv = argv, .fds = &ends[1], .n_fds = 1 };

  error = process_start(&program, &child);
  close(ends[1]);
  if (!error) {
    *fd = receive_fd(ends[0]);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
      ;
    error = *fd < 0 ? ENODATA : 0;
  }
  close(ends[0]);
  talloc_free(bridge);
  if (!error)
    fcntl(*fd, F_SETFL, fcntl(*fd, F_GETFL) | O_NONBLOCK);
  return error;
}

static bool
open_by_helper(TALLOC_CTX *ctx, const struct host *host, const struct tap *tap, int *fds, const char **name,
               struct place place, const char *subject, struct diag *diag)
{
  const char *helper = bridge_helper(host);
  struct ifreq request = { 0 };
  int error;
  if (!tap->bridge || tap->existing || tap->isolated || tap->queues > 1 || !helper) {
    SAY("no right to make the tap %s; run as root, or make it before: ip tuntap add %s mode tap user $USER%s, and name "
        "it "
        "in <target dev=> with managed='no'%s",
        tap->name, tap->existing ? tap->name : "NAME", tap->queues > 1 ? " multi_queue" : "",
        tap->bridge && !helper ? "; qemu-bridge-helper is not installed" : "");
    return false;
  }
  error = ask_helper(tap, helper, &fds[0]);
  if (error && error != ENODATA) {
    SAY("%s cannot be started: %s; reinstall it", helper, strerror(error));
    return false;
  }
  if (error) {
    SAY("%s gave no tap on bridge %s; it must be setuid root, and 'allow %s' must stand in /etc/qemu/bridge.conf",
        helper, tap->bridge, tap->bridge);
    return false;
  }
  *name = talloc_strdup(ctx, ioctl(fds[0], TUNGETIFF, &request) == 0 ? request.ifr_name : "tap");
  return true;
}

/* --- opening --- */

static bool
close_all(int *fds, unsigned n)
{
  for (unsigned i = 0; i < n; i++)
    close(fds[i]);
  return false;
}

static bool
sysfs_has(const struct host *host, const char *name, const char *attribute)
{
  char *path = talloc_asprintf(NULL, "/sys/class/net/%s%s", name, attribute);
  bool has = host_exists(host, path);
  talloc_free(path);
  return has;
}

/* /sys may be that of another network namespace: what is here, the kernel knows. */
bool
tap_is_interface(const struct host *host, const char *name)
{
  return host_is_real(host) ? if_nametoindex(name) != 0 : sysfs_has(host, name, "");
}

/* Opening makes a tap that is not there. */
static bool
lacks_existing(const struct host *host, const struct tap *tap, struct place place, const char *subject,
               struct diag *diag)
{
  bool lacks = tap->existing && !tap_is_interface(host, tap->name);
  if (lacks)
    SAY("there is no interface %s, and managed='no' leaves making it to you: ip tuntap add %s mode tap", tap->name,
        tap->name);
  return lacks;
}

bool
tap_open(TALLOC_CTX *ctx, const struct host *host, const struct tap *tap, int *fds, const char **name,
         struct place place, const char *subject, struct diag *diag)
{
  struct ifreq request;
  int error;
  if (!name_of(&request, tap->name)) {
    SAY("interface name '%s' is longer than 15 characters", tap->name);
    return false;
  }
  if (lacks_existing(host, tap, place, subject, diag))
    return false;
  for (unsigned i = 0; i < tap->queues; i++) {
    fds[i] = open_queue(tap, &request);
    if (fds[i] >= 0)
      continue;
    error = errno;
    close_all(fds, i);
    if (i == 0 && (error == EPERM || error == EACCES))
      return open_by_helper(ctx, host, tap, fds, name, place, subject, diag);
    SAY("cannot open tap %s: %s: %s%s", tap->name, device_of(tap), strerror(error),
        error == EBUSY || error == EINVAL    ? "; another program has it, or it was made with another number of queues"
        : error == ENOENT || error == ENODEV ? "; modprobe tun"
                                             : "");
    return false;
  }
  *name = talloc_strdup(ctx, request.ifr_name);
  return tap->existing || set_up(tap, *name, place, subject, diag) || close_all(fds, tap->queues);
}

void
tap_lacks_vhost(const char *path, int error, bool required, struct place place, const char *subject, struct diag *diag)
{
  if (required)
    SAY("%s: %s; modprobe vhost_net, or leave out <driver name='vhost'>", path, strerror(error));
  else
    diag_warning(diag, place, subject, "%s: %s; the card works without it, but slower: modprobe vhost_net", path,
                 strerror(error));
}

bool
tap_open_vhost(const char *path, int *fds, unsigned n, bool required, struct place place, const char *subject,
               struct diag *diag)
{
  for (unsigned i = 0; i < n; i++) {
    fds[i] = open(path, O_RDWR | O_CLOEXEC);
    if (fds[i] >= 0)
      continue;
    tap_lacks_vhost(path, errno, required, place, subject, diag);
    return close_all(fds, i);
  }
  return true;
}

/* Linux net/bridge/br_ioctl.c: a question that other interfaces do not understand. */
static bool
is_bridge(const struct host *host, const char *name)
{
  struct __bridge_info info;
  unsigned long words[4] = { BRCTL_GET_BRIDGE_INFO, (unsigned long)&info };
  struct ifreq request = { .ifr_data = (char *)words };
  if (!host_is_real(host))
    return sysfs_has(host, name, "/bridge");
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
  bool is = fd >= 0 && ioctl(fd, SIOCDEVPRIVATE, &request) == 0;
  if (fd >= 0)
    close(fd);
  return is;
}

/* Linux drivers/net/tun.c: CAP_NET_ADMIN, or an interface that is this user's already. */
static bool
may_make(const struct host *host)
{
  return host_is_real(host) ? process_may(CAP_NET_ADMIN) : geteuid() == 0;
}

bool
tap_check(const struct host *host, const struct tap *tap, struct place place, const char *subject, struct diag *diag)
{
  unsigned before = diag_errors(diag);
  if (!host_exists(host, device_of(tap)))
    SAY("%s: %s; modprobe tun", device_of(tap), strerror(errno));
  if (tap->bridge && !tap_is_interface(host, tap->bridge))
    SAY("there is no bridge %s; ip link add %s type bridge, or start the network that makes it", tap->bridge,
        tap->bridge);
  else if (tap->bridge && !is_bridge(host, tap->bridge))
    SAY("%s is no bridge; name one, or ip link add NAME type bridge makes one", tap->bridge);
  lacks_existing(host, tap, place, subject, diag);
  if (!tap->existing && !may_make(host) && (!bridge_helper(host) || !tap->bridge || tap->queues > 1))
    SAY("no right to make a tap; run as root%s",
        tap->queues > 1 ? " (qemu-bridge-helper makes one queue only)" : ", or install qemu-bridge-helper");
  return diag_errors(diag) == before;
}
