/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/macvtap.c - opening a guest's network card on the host: a macvtap on a device of the host's */

#include "launch/macvtap.h"

#include "core/names.h"
#include "host/process.h"
#include "launch/netlink.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

/* How long udev may take for /dev/tapN, and how often to look. */
enum { NODE_MS = 2000, NODE_STEP_MS = 20 };

/* More than anybody has. */
enum { NAMES_MAX = 8192 };

static const struct {
  const char *name;
  uint32_t mode;
} modes[] = {
  { "vepa", MACVLAN_MODE_VEPA },
  { "private", MACVLAN_MODE_PRIVATE },
  { "bridge", MACVLAN_MODE_BRIDGE },
  { "passthrough", MACVLAN_MODE_PASSTHRU },
};

#define SAY(...) diag_host(diag, place, subject, __VA_ARGS__)

static uint32_t
mode_of(const char *name)
{
  for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
    if (str_eq(modes[i].name, name))
      return modes[i].mode;
  return MACVLAN_MODE_VEPA; /* libvirt's default */
}

static void
mac_bytes(const char *text, uint8_t mac[6])
{
  sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx", &mac[0], &mac[1], &mac[2], &mac[3], &mac[4], &mac[5]);
}

static int
ask_up(unsigned index)
{
  struct netlink_request request;
  netlink_bring_up(&request, index);
  return netlink_ask(&request);
}

void
macvtap_remove(unsigned index)
{
  struct netlink_request request;
  netlink_remove(&request, index);
  netlink_ask(&request);
}

/* --- the link --- */

/* Without a name of the XML's, the first that is free; the kernel would not tell which it took. */
static int
make_link(TALLOC_CTX *ctx, const struct tap *tap, unsigned lower, const char **name)
{
  bool counted = strchr(tap->name, '%') != NULL;
  struct netlink_request request;
  uint8_t mac[6] = { 0 };
  int error = EEXIST;
  mac_bytes(tap->mac, mac);
  for (unsigned n = 0; error == EEXIST && n < NAMES_MAX; n++) {
    *name = counted ? talloc_asprintf(ctx, "macvtap%u", n) : talloc_strdup(ctx, tap->name);
    netlink_new_macvtap(&request, *name, lower, mac, mode_of(tap->mode));
    error = netlink_ask(&request);
    if (!counted)
      break;
  }
  return error;
}

/* In mode passthrough the macvtap and what it sits on have one address, at first the latter's; the
 * kernel gives that back when the macvtap goes. Frames pass only where both are up. */
static int
set_up_link(const struct tap *tap, unsigned lower, unsigned index)
{
  int error = 0;
  if (mode_of(tap->mode) == MACVLAN_MODE_PASSTHRU) {
    struct netlink_request request;
    uint8_t mac[6] = { 0 };
    mac_bytes(tap->mac, mac);
    netlink_set_mac(&request, index, mac);
    error = netlink_ask(&request);
  }
  if (!error)
    error = ask_up(lower);
  return error ? error : ask_up(index);
}

static void
say_not_made(const struct tap *tap, const char *name, int error, struct place place, const char *subject,
             struct diag *diag)
{
  switch (error) {
  case EPERM:
  case EACCES:
    SAY("no right to make a macvtap on %s; run as root", tap->lower);
    return;
  case EEXIST:
    SAY("there is an interface %s already, perhaps of a guest that was started with --exec; "
        "ip link del %s, or write another name in <target dev=>",
        name, name);
    return;
  case EOPNOTSUPP:
    SAY("this kernel cannot make a macvtap; modprobe macvtap");
    return;
  case EBUSY:
  case EINVAL:
    SAY("cannot make a macvtap of mode '%s' on %s: %s; it is in a bridge or a bond, or has macvtaps of another mode: "
        "name another device, or write another mode",
        tap->mode, tap->lower, strerror(error));
    return;
  default:
    SAY("cannot make a macvtap on %s: %s", tap->lower, strerror(error));
  }
}

/* --- its character device --- */

/* The kernel's number of it; false where sysfs does not tell, as in another network namespace. */
static bool
device_number(const struct host *host, const char *name, unsigned index, dev_t *number)
{
  unsigned major_number, minor_number;
  char *path = talloc_asprintf(NULL, "/sys/class/net/%s/macvtap/tap%u/dev", name, index);
  char *line = host_read_line(path, host, path);
  bool told = line && sscanf(line, "%u:%u", &major_number, &minor_number) == 2;
  if (told)
    *number = makedev(major_number, minor_number);
  talloc_free(path);
  return told;
}

/* Numbers and names of interfaces are a network namespace's own, /dev is not: a node /dev/tapN may be
 * that of another namespace's macvtap. */
static bool
is_interface(int fd, const char *name)
{
  struct ifreq theirs = { 0 }, ours = { 0 };
  int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  strncpy(ours.ifr_name, name, sizeof ours.ifr_name - 1);
  bool is = control >= 0 && ioctl(fd, TUNGETIFF, &theirs) == 0 && strcmp(theirs.ifr_name, name) == 0 &&
            ioctl(fd, SIOCGIFHWADDR, &theirs) == 0 && ioctl(control, SIOCGIFHWADDR, &ours) == 0 &&
            memcmp(theirs.ifr_hwaddr.sa_data, ours.ifr_hwaddr.sa_data, 6) == 0;
  if (control >= 0)
    close(control);
  return is;
}

/* NUMBER NULL: nobody told. -1 with errno. */
static int
open_node(const char *path, const char *name, const dev_t *number)
{
  struct stat st;
  int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 || (fstat(fd, &st) == 0 && (!number || st.st_rdev == *number) && is_interface(fd, name)))
    return fd;
  close(fd);
  errno = ENOENT;
  return -1;
}

/* Where nobody fills /dev (a container): a node of our own, gone as soon as it is open. */
static int
open_own_node(dev_t number, const char *name)
{
  char folder[] = "/tmp/domxml2qemu-XXXXXX";
  if (!mkdtemp(folder))
    return -1;
  char *path = talloc_asprintf(NULL, "%s/tap", folder);
  int fd = mknod(path, S_IFCHR | 0600, number) == 0 ? open_node(path, name, &number) : -1, error = errno;
  unlink(path);
  rmdir(folder);
  talloc_free(path);
  errno = error;
  return fd;
}

/* One queue. udev makes the node, and gives it its rights, a while after the interface. */
static int
open_queue(const struct host *host, const char *name, unsigned index, bool wait)
{
  const struct timespec step = { .tv_nsec = NODE_STEP_MS * 1000000L };
  char *path = talloc_asprintf(NULL, "/dev/tap%u", index);
  dev_t number;
  bool told = device_number(host, name, index, &number);
  int fd = open_node(path, name, told ? &number : NULL), error = errno;
  for (int ms = 0; fd < 0 && wait && ms < NODE_MS; ms += NODE_STEP_MS) {
    if (error == ENOENT && told && (fd = open_own_node(number, name)) >= 0)
      break;
    nanosleep(&step, NULL);
    fd = open_node(path, name, told ? &number : NULL);
    error = errno;
  }
  talloc_free(path);
  errno = error;
  return fd;
}

static bool
set_flags(int fd, const struct tap *tap)
{
  struct ifreq request = { 0 };
  if (ioctl(fd, TUNGETIFF, &request) < 0)
    return false;
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  if (tap->vnet_hdr)
    request.ifr_flags |= IFF_VNET_HDR;
  if (tap->queues > 1)
    request.ifr_flags |= IFF_MULTI_QUEUE;
  return ioctl(fd, TUNSETIFF, &request) == 0;
}

static bool
open_queues(const struct host *host, const struct tap *tap, const char *name, unsigned index, int *fds,
            struct place place, const char *subject, struct diag *diag)
{
  for (unsigned i = 0; i < tap->queues; i++) {
    fds[i] = open_queue(host, name, index, !tap->existing);
    if (fds[i] >= 0 && set_flags(fds[i], tap))
      continue;
    SAY("cannot open macvtap %s: /dev/tap%u: %s%s", name, index, strerror(errno),
        errno == EACCES || errno == EPERM ? "; run as root, or let this user read and write it" : "");
    for (unsigned k = 0; k <= i; k++)
      if (fds[k] >= 0)
        close(fds[k]);
    return false;
  }
  return true;
}

/* --- both --- */

bool
macvtap_open(TALLOC_CTX *ctx, const struct host *host, const struct tap *tap, int *fds, const char **name,
             unsigned *index, struct place place, const char *subject, struct diag *diag)
{
  *index = 0;
  if (tap->existing) {
    *name = talloc_strdup(ctx, tap->name);
    return open_queues(host, tap, *name, if_nametoindex(*name), fds, place, subject, diag);
  }
  unsigned lower = if_nametoindex(tap->lower);
  if (!lower) {
    SAY("there is no interface %s for a macvtap; ip link shows those that there are", tap->lower);
    return false;
  }
  int error = make_link(ctx, tap, lower, name);
  if (error) {
    say_not_made(tap, *name, error, place, subject, diag);
    return false;
  }
  *index = if_nametoindex(*name);
  error = set_up_link(tap, lower, *index);
  if (error)
    SAY("macvtap %s on %s: cannot be set up: %s", *name, tap->lower, strerror(error));
  if (!error && open_queues(host, tap, *name, *index, fds, place, subject, diag))
    return true;
  macvtap_remove(*index);
  *index = 0;
  return false;
}

bool
macvtap_is(const struct host *host, const char *name)
{
  char *path = talloc_asprintf(NULL, "/sys/class/net/%s/macvtap", name);
  bool is = host_exists(host, path);
  talloc_free(path);
  return is;
}

void
macvtap_check(const struct host *host, const struct tap *tap, struct place place, const char *subject,
              struct diag *diag)
{
  if (!tap_is_interface(host, tap->lower))
    SAY("there is no interface %s for a macvtap; ip link shows those that there are", tap->lower);
  if (!strchr(tap->name, '%') && tap_is_interface(host, tap->name))
    say_not_made(tap, tap->name, EEXIST, place, subject, diag);
  if (host_is_real(host) ? !process_may(CAP_NET_ADMIN) : geteuid() != 0)
    say_not_made(tap, tap->name, EPERM, place, subject, diag);
}
