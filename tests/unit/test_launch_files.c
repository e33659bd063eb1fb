/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_launch_files.c - files and folders that a start makes, and the check before it */

#include "launch/files.h"
#include "domain/runtime.h"
#include "domain/wants.h"
#include "unit/tmp_host.h"
#include "unit/unit.h"

static struct domain *
domain_new(TALLOC_CTX *ctx, const char *name)
{
  struct domain *domain = talloc_zero(ctx, struct domain);
  domain->name = name;
  return domain;
}

static void
count(const struct want *want, void *arg)
{
  (void)want;
  ++*(unsigned *)arg;
}

START_TEST(runtime_folders)
{
  static const char *const names[] = { "guest", "..", "a,b", "a-name-that-is-too-long-for-the-path-of-a-socket" };
  TALLOC_CTX *ctx = talloc_new(NULL);
  for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
    struct domain *domain = domain_new(ctx, names[i]);
    const char *path = runtime_path(domain, "a.sock");

    runtime_path(domain, "b.sock");
    unsigned n = 0;
    wants_each(domain, count, &n);
    ck_assert_int_eq(n, 1);
    ck_assert_ptr_null(strstr(path, ".."));
    ck_assert_ptr_null(strchr(path, ','));
    ck_assert_int_lt(strlen(path), 72);
    if (i == 0)
      ck_assert_str_eq(path, "/run/domxml2qemu/guests/guest/a.sock");
    domain->runtime = "/run/user/1000/domxml2qemu";
    ck_assert(str_starts(runtime_path(domain, "a.sock"), "/run/user/1000/domxml2qemu/"));
  }
  talloc_free(ctx);
}
END_TEST

START_TEST(folders_are_made_for_us_alone)
{
  struct tmp_host *tmp = tmp_host_new();
  struct domain *domain = domain_new(tmp, "guest");
  struct stat st;
  runtime_path(domain, "a.sock");
  files_check(domain, tmp->host, tmp->diag);
  ck_assert_str_eq(tmp_host_reports(tmp), "");
  ck_assert(!host_exists(tmp->host, "/run"));
  ck_assert_msg(files_make(domain, tmp->host, tmp->diag), "%s", tmp_host_reports(tmp));
  ck_assert(host_stat(tmp->host, "/run/domxml2qemu/guests/guest", &st));
  ck_assert_int_eq(st.st_mode & 07777, 0700);
  /* and what others have there must be within their reach */
  ck_assert(host_stat(tmp->host, "/run/domxml2qemu", &st));
  ck_assert_int_eq(st.st_mode & 07777, 0755);
  ck_assert(files_make(domain, tmp->host, tmp->diag));
}
END_TEST

START_TEST(a_file_in_the_way)
{
  struct tmp_host *tmp = tmp_host_new();
  struct domain *domain = domain_new(tmp, "guest");
  tmp_host_file(tmp, "/run/domxml2qemu", "no folder");
  runtime_path(domain, "a.sock");
  ck_assert(!files_make(domain, tmp->host, tmp->diag));
  ck_assert_ptr_nonnull(
      strstr(tmp_host_reports(tmp), "cannot make the folder /run/domxml2qemu/guests/guest: Not a directory"));
}
END_TEST

/* A start can make each folder that --check calls ready. */
START_TEST(a_file_whose_folder_takes_none)
{
  struct tmp_host *tmp = tmp_host_new();
  struct domain *domain = domain_new(tmp, "guest");
  tmp_host_file(tmp, "/usr/share/vars", "variables");
  tmp_host_file(tmp, "/var/nvram", "no folder");
  wants_add(domain,
            (struct want){ .kind = WANT_TEMPLATE, .value = "/var/nvram/guest.fd", .source = "/usr/share/vars" });
  files_check(domain, tmp->host, tmp->diag);
  ck_assert_ptr_nonnull(strstr(tmp_host_reports(tmp), "/var/nvram/guest.fd cannot be made: /var/nvram: "));
  ck_assert(!files_make(domain, tmp->host, tmp->diag));
  domain = domain_new(tmp, "guest");
  wants_add(domain, (struct want){
                        .kind = WANT_TEMPLATE, .value = "/var/lib/qemu/nvram/guest.fd", .source = "/usr/share/vars" });
  files_check(domain, tmp->host, tmp->diag);
  tmp_host_reports(tmp);
  ck_assert_msg(files_make(domain, tmp->host, tmp->diag), "%s", tmp_host_reports(tmp));
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, runtime_folders);
  tcase_add_test(tcase, folders_are_made_for_us_alone);
  tcase_add_test(tcase, a_file_in_the_way);
  tcase_add_test(tcase, a_file_whose_folder_takes_none);
}

UNIT("launch/files", tests)
