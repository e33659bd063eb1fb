/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_launch_tap.c - taps and bridges, in a network namespace of the test's own */

#include "launch/tap.h"
#include "unit/tmp_host.h"
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct place place = { .file = "g.xml", .line = 50 };

/* False, with a word to the log: this machine does not let us. */
static bool
own_network(bool with_bridge)
{
  int control;
  if (unshare(CLONE_NEWNET) < 0 || access("/dev/net/tun", R_OK | W_OK) < 0) {
    fprintf(stderr, "# tap tests left out: %s (they need root and /dev/net/tun)\n", strerror(errno));
    return false;
  }
  control = socket(AF_INET, SOCK_DGRAM, 0);
  if (with_bridge && ioctl(control, SIOCBRADDBR, "br0") < 0) {
    fprintf(stderr, "# bridge tests left out: %s (they need the module bridge)\n", strerror(errno));
    return false;
  }
  close(control);
  return true;
}

static void
ck_says(struct tmp_host *tmp, const char *part)
{
  const char *said = tmp_host_reports(tmp);
  ck_assert_msg(strstr(said, part) != NULL, "\"%s\" is not in: %s", part, said);
}

/* An attribute of an interface, as ioctls see it: /sys/class/net shows another namespace. */
static struct ifreq
ask(const char *name, unsigned long question)
{
  struct ifreq request = { 0 };
  int control = socket(AF_INET, SOCK_DGRAM, 0);
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  ck_assert_msg(ioctl(control, question, &request) == 0, "%s: %s", name, strerror(errno));
  close(control);
  return request;
}

START_TEST(on_a_bridge)
{
  struct tmp_host *tmp = tmp_host_new();
  struct tap tap = {
    .name = "vnet%d", .bridge = "br0", .mac = "52:54:00:12:34:56", .queues = 4, .vnet_hdr = true, .mtu = 1400
  };
  const char *name;
  int fds[4];
  if (!own_network(true))
    return;
  ck_assert_msg(tap_open(tmp, tmp->host, &tap, fds, &name, place, "interface net0", tmp->diag), "%s",
                tmp_host_reports(tmp));
  ck_assert_str_eq(name, "vnet0");
  ck_assert_int_eq((unsigned char)ask(name, SIOCGIFHWADDR).ifr_hwaddr.sa_data[0], 0xfe);
  ck_assert_int_eq(ask(name, SIOCGIFHWADDR).ifr_hwaddr.sa_data[5], 0x56);
  ck_assert_int_eq(ask(name, SIOCGIFMTU).ifr_mtu, 1400);
  ck_assert(ask(name, SIOCGIFFLAGS).ifr_flags & IFF_UP);
  for (int i = 0; i < 4; i++) {
    ck_assert_int_eq(fcntl(fds[i], F_GETFD), FD_CLOEXEC);
    close(fds[i]);
  }
  ck_assert_uint_eq(if_nametoindex("vnet0"), 0);
}
END_TEST

/* A tap that stays is in its bridge from the second start on. */
START_TEST(again_on_a_bridge)
{
  struct tmp_host *tmp = tmp_host_new();
  struct tap tap = { .name = "stays", .bridge = "br0", .queues = 1 };
  const char *name;
  int fd, control;
  if (!own_network(true))
    return;
  control = socket(AF_INET, SOCK_DGRAM, 0);
  ck_assert_int_eq(ioctl(control, SIOCBRADDBR, "br1"), 0);
  close(control);
  for (int i = 0; i < 2; i++) {
    ck_assert_msg(tap_open(tmp, tmp->host, &tap, &fd, &name, place, "interface net0", tmp->diag), "%s",
                  tmp_host_reports(tmp));
    ck_assert_int_eq(ioctl(fd, TUNSETPERSIST, 1), 0);
    close(fd);
  }
  tap.bridge = "br1";
  ck_assert(!tap_open(tmp, tmp->host, &tap, &fd, &name, place, "interface net0", tmp->diag));
  ck_says(tmp, "tap stays: cannot join bridge br1: Device or resource busy; it is in another one: ip link set stays "
               "nomaster");
}
END_TEST

START_TEST(refusals)
{
  struct tmp_host *tmp = tmp_host_new();
  struct tap tap = { .name = "vnet%d", .bridge = "nobridge", .queues = 1 };
  struct tap taken = { .name = "vnet7", .queues = 1 };
  const char *name;
  int fds[2], other[2];
  if (!own_network(false))
    return;
  ck_assert(!tap_open(tmp, tmp->host, &tap, fds, &name, place, "interface net0", tmp->diag));
  ck_says(tmp, "tap vnet0: cannot join bridge nobridge: No such device; ip link add nobridge type bridge");
  ck_assert_uint_eq(if_nametoindex("vnet0"), 0);
  tap.bridge = "a-bridge-whose-name-is-too-long";
  ck_assert(!tap_open(tmp, tmp->host, &tap, fds, &name, place, NULL, tmp->diag));
  ck_says(tmp, "cannot join bridge a-bridge-whose-name-is-too-long: No such device");
  tap.name = "a-name-that-is-too-long";
  ck_assert(!tap_open(tmp, tmp->host, &tap, fds, &name, place, NULL, tmp->diag));
  ck_says(tmp, "is longer than 15 characters");
  ck_assert(tap_open(tmp, tmp->host, &taken, fds, &name, place, NULL, tmp->diag));
  ck_assert(!tap_open(tmp, tmp->host, &taken, other, &name, place, NULL, tmp->diag));
  ck_says(tmp, "another program has it");
  tap = (struct tap){ .name = "vnet9", .existing = true, .queues = 1 };
  ck_assert(!tap_open(tmp, tmp->host, &tap, other, &name, place, NULL, tmp->diag));
  ck_says(tmp, "there is no interface vnet9, and managed='no'");
  ck_assert_uint_eq(if_nametoindex("vnet9"), 0);
}
END_TEST

START_TEST(checked_without_making)
{
  struct tmp_host *tmp = tmp_host_new();
  struct tap tap = { .name = "vnet%d", .bridge = "br0", .queues = 1 };
  if (geteuid() != 0)
    return;
  ck_assert(!tap_check(tmp->host, &tap, place, "interface net0", tmp->diag));
  ck_says(tmp, "g.xml:50: error: interface net0: there is no bridge br0; ip link add br0 type bridge");
  tmp_host_dir(tmp, "/sys/class/net/br0");
  tmp_host_file(tmp, "/dev/net/tun", "");
  ck_assert(!tap_check(tmp->host, &tap, place, NULL, tmp->diag));
  ck_says(tmp, "br0 is no bridge");
  tmp_host_dir(tmp, "/sys/class/net/br0/bridge");
  ck_assert(tap_check(tmp->host, &tap, place, NULL, tmp->diag));
  tap = (struct tap){ .name = "vnet9", .existing = true, .queues = 1 };
  ck_assert(!tap_check(tmp->host, &tap, place, NULL, tmp->diag));
  ck_says(tmp, "there is no interface vnet9");
}
END_TEST

/* qemu-bridge-helper is looked for below the host's root, not in ours. */
START_TEST(the_helper_of_the_host)
{
  struct tmp_host *tmp = tmp_host_new();
  struct tap tap = { .name = "vnet%d", .bridge = "br0", .queues = 1 };
  if (geteuid() != 0)
    return;
  tmp_host_dir(tmp, "/sys/class/net/br0/bridge");
  tmp_host_file(tmp, "/dev/net/tun", "");
  tmp_host_file(tmp, "/usr/lib/qemu/qemu-bridge-helper", "");
  ck_assert_int_eq(chmod(tmp->root, 0755), 0);
  ck_assert_int_eq(seteuid(65534), 0);
  ck_assert(!tap_check(tmp->host, &tap, place, NULL, tmp->diag));
  ck_says(tmp, "no right to make a tap; run as root, or install qemu-bridge-helper");
  ck_assert_int_eq(seteuid(0), 0);
  ck_assert_int_eq(chmod(tmp_host_path(tmp, "/usr/lib/qemu/qemu-bridge-helper"), 0755), 0);
  ck_assert_int_eq(seteuid(65534), 0);
  ck_assert_msg(tap_check(tmp->host, &tap, place, NULL, tmp->diag), "%s", tmp_host_reports(tmp));
  ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

START_TEST(without_rights)
{
  struct tmp_host *tmp = tmp_host_new();
  struct tap tap = { .name = "vnet%d", .queues = 2 };
  const char *name;
  int fds[2];
  if (!own_network(false) || seteuid(65534) < 0)
    return;
  ck_assert(!tap_open(tmp, tmp->host, &tap, fds, &name, place, NULL, tmp->diag));
  ck_says(tmp, "no right to make the tap vnet%d; run as root, or make it before: ip tuntap add NAME mode tap user "
               "$USER multi_queue");
  ck_assert(!tap_check(tmp->host, &tap, place, NULL, tmp->diag));
  ck_says(tmp, "qemu-bridge-helper makes one queue only");
  ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

START_TEST(vhost)
{
  struct tmp_host *tmp = tmp_host_new();
  int fds[2];
  if (access("/dev/vhost-net", F_OK) == 0) {
    fprintf(stderr, "# this machine has vhost-net: its absence cannot be tested\n");
    return;
  }
  ck_assert(!tap_open_vhost("/dev/vhost-net", fds, 2, false, place, NULL, tmp->diag));
  ck_says(tmp, "warning: /dev/vhost-net: No such file or directory; the card works without it");
  ck_assert(!tap_open_vhost("/dev/vhost-net", fds, 2, true, place, NULL, tmp->diag));
  ck_says(tmp, "error: /dev/vhost-net");
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, on_a_bridge);
  tcase_add_test(tcase, again_on_a_bridge);
  tcase_add_test(tcase, refusals);
  tcase_add_test(tcase, checked_without_making);
  tcase_add_test(tcase, the_helper_of_the_host);
  tcase_add_test(tcase, without_rights);
  tcase_add_test(tcase, vhost);
}

UNIT("launch/tap", tests)
