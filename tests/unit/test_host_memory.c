/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_host_memory.c - huge pages: sizes, mounts, enough of them */

#include "host/memory.h"
#include "unit/tmp_host.h"
#include "unit/unit.h"

START_TEST(hugepages)
{
  static const struct {
    const char *mounts;
    uint64_t size, bytes;
    const char *says; /* NULL: fine */
  } cases[] = {
    { "hugetlbfs /dev/hugepages hugetlbfs rw,relatime,pagesize=2M 0 0\n", 0, MIB(20), NULL },
    { "hugetlbfs /dev/hugepages hugetlbfs rw,relatime 0 0\n", MIB(2), MIB(20), NULL },
    { "hugetlbfs /dev/hugepages hugetlbfs rw,pagesize=1G 0 0\n", MIB(2), MIB(20),
      "no hugetlbfs with pages of 2048 KiB is mounted" },
    { "hugetlbfs /1g hugetlbfs rw,pagesize=1024M 0 0\n", GIB(1), GIB(2),
      "2 huge pages of 1048576 KiB are needed, 1 are free; add 1" },
    { "hugetlbfs /1g hugetlbfs rw,pagesize=1024M 0 0\n", GIB(1), MIB(1), NULL },
    { "", MIB(16), MIB(16), "this host has no huge pages of 16384 KiB" },
    { "hugetlbfs /dev/hugepages hugetlbfs rw,pagesize=2M 0 0\n", GIB(1), GIB(1),
      "mkdir /huge; mount -t hugetlbfs -o pagesize=1048576K hugetlbfs /huge" },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct tmp_host *tmp = tmp_host_new();
    const char *said;
    bool good;

    tmp_host_file(tmp, "/proc/meminfo", "Hugepagesize:       2048 kB\n");
    tmp_host_file(tmp, "/proc/mounts", cases[i].mounts);
    tmp_host_file(tmp, "/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "10\n");
    tmp_host_file(tmp, "/sys/kernel/mm/hugepages/hugepages-1048576kB/free_hugepages", "1\n");
    good = hugepages_check(tmp->host, cases[i].size, cases[i].bytes, "/huge", (struct place){ 0 }, NULL, tmp->diag);
    said = tmp_host_reports(tmp);
    ck_assert_msg(good == !cases[i].says && (!cases[i].says || strstr(said, cases[i].says)), "%zu: %s", i, said);
  }
}
END_TEST

START_TEST(memory_without_a_file_needs_no_mount)
{
  struct tmp_host *tmp = tmp_host_new();
  tmp_host_file(tmp, "/proc/meminfo", "Hugepagesize:       2048 kB\n");
  tmp_host_file(tmp, "/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "10\n");
  ck_assert(hugepages_check(tmp->host, 0, MIB(20), NULL, (struct place){ 0 }, NULL, tmp->diag));
  ck_assert(!hugepages_check(tmp->host, 0, MIB(22), NULL, (struct place){ 0 }, NULL, tmp->diag));
}
END_TEST

START_TEST(what_is_left)
{
  struct tmp_host *tmp = tmp_host_new();
  struct memory_room room;
  ck_assert(!memory_room(tmp->host, &room));
  tmp_host_file(tmp, "/proc/meminfo",
                "MemTotal: 4096 kB\nMemFree: 1024 kB\nMemAvailable:  2048 kB\nSwapTotal: 1024 kB\n"
                "SwapFree: 512 kB\nCommitLimit: 3072 kB\nCommitted_AS: 2048 kB\n");
  ck_assert(memory_room(tmp->host, &room));
  ck_assert_uint_eq(room.all, MIB(5));
  ck_assert_uint_eq(room.available, KIB(2560));
  ck_assert_uint_eq(room.uncommitted, MIB(1));
  ck_assert_uint_eq(room.overcommit, 0);
  tmp_host_file(tmp, "/proc/sys/vm/overcommit_memory", "2\n");
  tmp_host_file(tmp, "/proc/meminfo", "MemTotal: 1 kB\nMemAvailable: 1 kB\nCommitLimit: 1 kB\nCommitted_AS: 2 kB\n");
  ck_assert(memory_room(tmp->host, &room));
  ck_assert_uint_eq(room.uncommitted, 0);
  ck_assert_uint_eq(room.overcommit, 2);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, hugepages);
  tcase_add_test(tcase, memory_without_a_file_needs_no_mount);
  tcase_add_test(tcase, what_is_left);
}

UNIT("host/memory", tests)
