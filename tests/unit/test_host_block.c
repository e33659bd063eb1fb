/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_host_block.c - what a path names, what that hangs on, and every way in which it can be in use */

#include "host/block_use.h"
#include "unit/fake_pci.h"
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define C0 "0000:01:00.0"
#define SATA "0000:00:1f.2"

/* _i: with native multipath. A volume, dm-0, lies on nvme0n1p1 and on sda; sda has a partition. */
static struct tmp_host *
disks(bool multipath)
{
  static const char sata[] = "pci0000:00/" SATA "/ata1/host0/target0:0:0/0:0:0:0/block";
  struct tmp_host *tmp = tmp_host_new();
  fake_pci_start(tmp);
  fake_pci_add(tmp, C0, "0x010802\n", "4", "nvme");
  fake_nvme_add(tmp, C0, "nvme0n1", 1, multipath);
  fake_pci_add(tmp, SATA, "0x010601\n", "6", NULL);
  fake_block_add(tmp, sata, "sda", "8:0");
  fake_block_add(tmp, talloc_asprintf(tmp, "%s/sda", sata), "sda1", "8:1");
  fake_block_add(tmp, "virtual/block", "dm-0", "253:0");
  tmp_host_link(tmp, "/sys/devices/virtual/block/dm-0/slaves/nvme0n1p1", "../../../../../class/block/nvme0n1p1");
  tmp_host_link(tmp, "/sys/devices/virtual/block/dm-0/slaves/sda", "../../../../../class/block/sda");
  tmp_host_link(tmp, "/dev/disk/by-path/pci-" C0 "-nvme-1", "../../nvme0n1");
  tmp_host_link(tmp, "/dev/mapper/vg-lv", "../dm-0");
  tmp_host_file(tmp, "/dev/null", "");
  tmp_host_file(tmp, "/image", "");
  tmp_host_link(tmp, "/dev/disk/image", "/image");
  return tmp;
}

static const char *
words(TALLOC_CTX *ctx, char **names)
{
  char *all = talloc_strdup(ctx, "");
  for (size_t i = 0; names[i]; i++)
    all = talloc_asprintf_append(all, "%s%s", i ? " " : "", names[i]);
  return all;
}

START_TEST(paths)
{
  static const struct {
    const char *path, *name, *whole, *disks;
  } cases[] = {
    { "/dev/nvme0n1", "nvme0n1", "nvme0n1", "nvme0n1" },
    { "/dev/disk/by-path/pci-" C0 "-nvme-1", "nvme0n1", "nvme0n1", "nvme0n1" },
    { "/dev/nvme0n1p1", "nvme0n1p1", "nvme0n1", "nvme0n1" },
    { "/dev/sda1", "sda1", "sda", "sda" },
    { "/dev/mapper/vg-lv", "dm-0", "dm-0", "nvme0n1 sda" },
    { "/dev/nvme7n1", NULL, NULL, NULL },
    { "/dev/null", NULL, NULL, NULL },
    { "/image", NULL, NULL, NULL },
    { "/dev/disk/image", NULL, NULL, NULL },
  };
  struct tmp_host *tmp = disks(_i);
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct block_device *device = block_find(tmp, tmp->host, cases[i].path);

    ck_assert_msg(!device == !cases[i].name, "%s", cases[i].path);
    if (!device)
      continue;
    ck_assert_str_eq(device->name, cases[i].name);
    ck_assert_str_eq(device->whole, cases[i].whole);
    ck_assert_str_eq(words(tmp, block_disks(tmp, tmp->host, device)), cases[i].disks);
  }
  ck_assert_str_eq(words(tmp, block_of_pci(tmp, tmp->host, C0)), "nvme0n1");
  ck_assert_str_eq(words(tmp, block_of_pci(tmp, tmp->host, SATA)), "sda");
  ck_assert_str_eq(words(tmp, block_of_pci(tmp, tmp->host, "0000:01:00.1")), "");
}
END_TEST

static void
mount_line(struct tmp_host *tmp, const char *line)
{
  tmp_host_file(tmp, "/proc/self/mountinfo", talloc_asprintf(tmp, "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n%s\n", line));
}

START_TEST(uses)
{
  static const struct {
    const char *mount, *swap, *holder, *dm_name;
    bool claimed;
    const char *says;
  } cases[] = {
    { .says = NULL },
    { .mount = "40 22 259:16 / /srv rw - ext4 /dev/root rw", .says = "nvme0n1 is mounted on /srv; umount /srv" },
    { .mount = "40 22 259:17 / /a\\040b rw shared:1 - xfs /dev/x rw",
      .says = "nvme0n1p1 is mounted on /a b; umount /a b" },
    { .mount = "40 22 0:99 / /btr rw - btrfs /dev/nvme0n1p1 rw", .says = "nvme0n1p1 is mounted on /btr" },
    { .mount = "40 22 259:170 / /other rw - ext4 /dev/nvme0n10 rw", .says = NULL },
    { .swap = "/dev/nvme0n1p1", .says = "nvme0n1p1 is swap; swapoff /dev/nvme0n1p1" },
    { .swap = "/dev/disk/swap", .says = "nvme0n1p1 is swap" },
    { .swap = "/dev/nvme0n10", .says = NULL },
    { .holder = "/sys/block/nvme0n1/nvme0n1p1/holders/dm-3",
      .dm_name = "vg-root\n",
      .says = "nvme0n1p1 belongs to the device-mapper volume vg-root; close it" },
    { .holder = "/sys/block/nvme0n1/holders/md127",
      .says = "nvme0n1 belongs to the RAID md127; mdadm --stop /dev/md127" },
    { .holder = "/sys/block/nvme0n1/holders/bcache0", .says = "nvme0n1 is held by bcache0" },
    { .claimed = true, .says = "nvme0n1 is opened exclusively by someone" },
    { .mount = "40 22 259:16 / / rw - ext4 /dev/root rw", .says = "nvme0n1 is mounted on /: this host lives on it" },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct tmp_host *tmp = tmp_host_new();
    struct fake_faults *faults = fake_pci_start(tmp);
    const char *use;

    fake_pci_add(tmp, C0, "0x010802\n", "4", "nvme");
    fake_nvme_add(tmp, C0, "nvme0n1", 1, false);
    if (cases[i].mount)
      mount_line(tmp, cases[i].mount);
    tmp_host_link(tmp, "/dev/disk/swap", "/dev/nvme0n1p1");
    if (cases[i].swap)
      tmp_host_file(tmp, "/proc/swaps",
                    talloc_asprintf(tmp, "Filename Type\n%s\tpartition\t1\t0\t-2\n", cases[i].swap));
    if (cases[i].holder)
      tmp_host_dir(tmp, cases[i].holder);
    if (cases[i].dm_name)
      tmp_host_file(tmp, "/sys/block/dm-3/dm/name", cases[i].dm_name);
    if (cases[i].claimed) {
      faults->path = "nvme0n1";
      faults->error = EBUSY;
    }
    use = block_use(tmp, tmp->host, block_named(tmp, tmp->host, "nvme0n1"), BLOCK_WRITTEN, NULL);
    if (cases[i].says)
      ck_assert_msg(str_starts(use, cases[i].says), "%zu: %s", i, use ? use : "(free)");
    else
      ck_assert_msg(use == NULL, "%zu: %s", i, use);
    talloc_free(tmp);
  }
}
END_TEST

/* Another QEMU's locks, as block/file-posix.c takes them. */
static int
lock_byte(struct tmp_host *tmp, const char *path, off_t byte)
{
  struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };
  int fd = open(tmp_host_path(tmp, path), O_RDONLY);
  ck_assert_int_ge(fd, 0);
  ck_assert_int_eq(fcntl(fd, F_OFD_SETLK, &lock), 0);
  return fd;
}

enum { READS = 100, WRITES = 101, NO_OTHER_READS = 200, NO_OTHER_WRITES = 201 };

/* "rswt": in which of BLOCK_READ, BLOCK_SHARED, BLOCK_WRITTEN, BLOCK_TAKEN it counts. */
START_TEST(other_qemus)
{
  static const struct {
    const char *asked, *node;
    int byte;
    const char *in_use;
  } cases[] = {
    { "nvme0n1", "/dev/nvme0n1", READS, "t" },
    { "nvme0n1", "/dev/nvme0n1", WRITES, "rwt" },
    { "nvme0n1", "/dev/nvme0n1", NO_OTHER_WRITES, "swt" },
    { "nvme0n1", "/dev/nvme0n1", NO_OTHER_READS, "rswt" },
    { "nvme0n1", "/dev/nvme0n1p1", NO_OTHER_WRITES, "swt" },
    { "nvme0n1p1", "/dev/nvme0n1", NO_OTHER_WRITES, "swt" },
    { "nvme0n1p1", "/dev/nvme0n1p1", WRITES, "rwt" },
    { "nvme0n1", "/dev/sda", NO_OTHER_READS, "" },
    { "nvme0n1", "/dev/nvme0n1", 99, "" },
  };
  static const char letters[] = "rswt";
  struct tmp_host *tmp = disks(false);
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    int fd = lock_byte(tmp, cases[i].node, cases[i].byte);
    struct block_device *device = block_named(tmp, tmp->host, cases[i].asked);

    for (enum block_way way = BLOCK_READ; way <= BLOCK_TAKEN; way++) {
      const char *use = block_use(tmp, tmp->host, device, way, NULL);

      ck_assert_msg(!use == !strchr(cases[i].in_use, letters[way]), "%zu %c: %s", i, letters[way], use ? use : "free");
      ck_assert(!use || strstr(use, " is open in another QEMU, or qemu-img; stop that"));
    }
    close(fd);
  }
}
END_TEST

START_TEST(open_in_a_process)
{
  static const struct {
    const char *node;
    bool in_use;
  } cases[] = {
    { "/dev/nvme0n1", true },
    { "/dev/nvme0n1p1", true },
    { "/dev/ng0n1", true },
    { "/dev/sda", false },
  };
  struct tmp_host *tmp = disks(false);
  struct block_device *device = block_named(tmp, tmp->host, "nvme0n1");
  tmp_host_file(tmp, "/dev/ng0n1", "");
  tmp_host_file(tmp, "/proc/4711/comm", "dd\n");
  tmp_host_dir(tmp, "/proc/4710");
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    const char *use;

    tmp_host_link(tmp, "/proc/4711/fd/3", cases[i].node);
    use = block_opener(tmp, tmp->host, device);
    ck_assert_msg(!use == !cases[i].in_use, "%s: %s", cases[i].node, use ? use : "free");
    ck_assert(!use || str_eq(use, "process 4711 (dd)"));
    unlink(tmp_host_path(tmp, "/proc/4711/fd/3"));
  }
}
END_TEST

/* Until it is freed, a QEMU that comes finds each of its nodes locked. */
START_TEST(held)
{
  static const char *const nodes[] = { "/dev/nvme0n1", "/dev/nvme0n1p1" };
  struct tmp_host *tmp = disks(false);
  struct block_hold *hold = block_hold_new(tmp);
  ck_assert_ptr_null(block_use(tmp, tmp->host, block_named(tmp, tmp->host, "nvme0n1"), BLOCK_TAKEN, hold));
  for (int is = 1; is >= 0; is--) {
    for (size_t i = 0; i < ARRAY_SIZE(nodes); i++) {
      int fd = open(tmp_host_path(tmp, nodes[i]), O_RDWR);
      struct flock lock = { .l_type = F_WRLCK, .l_start = NO_OTHER_WRITES, .l_len = 1 };

      ck_assert_int_eq(fcntl(fd, F_OFD_GETLK, &lock), 0);
      ck_assert_int_eq(lock.l_type != F_UNLCK, is);
      close(fd);
    }
    TALLOC_FREE(hold);
  }
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_loop_test(tcase, paths, 0, 2);
  tcase_add_test(tcase, uses);
  tcase_add_test(tcase, other_qemus);
  tcase_add_test(tcase, open_in_a_process);
  tcase_add_test(tcase, held);
}

UNIT("host/block", tests)
