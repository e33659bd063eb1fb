/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_host_secret.c - where secrets come from, and that only QEMU gets to see them */

#include "host/secret.h"
#include "unit/tmp_host.h"
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define UUID "0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f"
#define STORE "/etc/libvirt/secrets/"

static const struct secret_want by_uuid = {
  .uuid = UUID,
  .place = { .file = "guest.xml", .line = 42 },
  .subject = "disk vdd",
};

static void
ck_has(const char *text, const char *part)
{
  ck_assert_msg(strstr(text, part) != NULL, "\"%s\" is not in: %s", part, text);
}

START_TEST(options)
{
  static const struct {
    const char *option, *wrong; /* NULL: fine */
  } cases[] = {
    { UUID "=file:/x", NULL },
    { "0A81F5B284037B23C8D621CCC2F80D6E=base64:/x", NULL },
    { "usage:a=b=file:/x=y", NULL },
    { "usage:c=fd:5", NULL },
    { "usage:d=cred:luks", NULL },
    { "usage:e=keyring:12", NULL },
    { UUID "=file:/y", "has a source already" },
    { "nonsense", "no '='" },
    { "0a81f5b2=file:/x", "neither a UUID" },
    { "usage:=file:/x", "neither a UUID" },
    { "usage:f=hunter2", "a value never stands" },
    { "usage:f=file:", "no path" },
    { "usage:f=fd:", "no descriptor" },
    { "usage:f=fd:-1", "no descriptor" },
    { "usage:f=fd:3x", "no descriptor" },
    { "usage:f=fd:99999999999", "no descriptor" },
    { "usage:f=cred:../x", "no credential" },
    { "usage:f=cred:", "no credential" },
    { "usage:f=keyring:0", "no key serial" },
  };
  struct secret_book *book = secret_book_new(NULL);
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    const char *wrong = secret_book_add(book, cases[i].option);

    if (!cases[i].wrong)
      ck_assert_msg(wrong == NULL, "%s: %s", cases[i].option, wrong);
    else
      ck_has(wrong ? wrong : "(none)", cases[i].wrong);
    ck_assert(!wrong || !strstr(wrong, "hunter2"));
  }
  talloc_free(book);
}
END_TEST

START_TEST(printing_names_files)
{
  static const struct {
    const char *option, *path, *format;
  } cases[] = {
    { NULL, STORE UUID ".base64", "base64" },
    { UUID "=file:rel/x", "rel/x", "raw" },
    { UUID "=base64:/x", "/x", "base64" },
    { UUID "=cred:luks", "/run/credentials/luks", "raw" },
  };
  struct tmp_host *tmp = tmp_host_new();
  setenv("CREDENTIALS_DIRECTORY", "/run/credentials", 1);
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct secret_book *book = secret_book_new(tmp);
    struct secret_file file;

    if (cases[i].option)
      ck_assert_ptr_null(secret_book_add(book, cases[i].option));
    ck_assert(secret_locate(book, tmp->host, &by_uuid, &file, "nobody can carry", tmp->diag));
    ck_assert_str_eq(file.path, cases[i].path);
    ck_assert_str_eq(file.format, cases[i].format);
    secret_book_unused(book, tmp->diag);
  }
  ck_assert_str_eq(tmp_host_reports(tmp), "");
}
END_TEST

START_TEST(printing_refuses_what_it_cannot_carry)
{
  static const struct {
    const char *option, *says;
  } cases[] = {
    { UUID "=fd:5", "descriptor 5, which nobody can carry" },
    { UUID "=keyring:77", "key 77, which nobody can carry" },
    { UUID "=cred:luks", "CREDENTIALS_DIRECTORY is not set" },
  };
  struct tmp_host *tmp = tmp_host_new();
  unsetenv("CREDENTIALS_DIRECTORY");
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct secret_book *book = secret_book_new(tmp);
    struct secret_file file;
    const char *said;

    ck_assert_ptr_null(secret_book_add(book, cases[i].option));
    ck_assert(!secret_locate(book, tmp->host, &by_uuid, &file, "nobody can carry", tmp->diag));
    said = tmp_host_reports(tmp);
    ck_has(said, cases[i].says);
    ck_has(said, "guest.xml:42: error: disk vdd: secret " UUID);
  }
}
END_TEST

START_TEST(usages)
{
  struct tmp_host *tmp = tmp_host_new();
  struct secret_want want = { .usage = "client.admin secret", .kind = SECRET_USAGE_CEPH, .subject = "disk vda" };
  struct secret_book *book = secret_book_new(tmp);
  struct secret_file file;
  tmp_host_file(tmp, STORE "broken.xml", "<secret><usage");
  tmp_host_file(tmp, STORE "volume.xml",
                "<secret><uuid>11111111-1111-1111-1111-111111111111</uuid>"
                "<usage type='volume'><name>client.admin secret</name></usage></secret>");
  tmp_host_file(tmp, STORE UUID ".xml",
                "<secret ephemeral='no'>\n <uuid>\n" UUID "\n</uuid><usage type='ceph'>"
                "<name>client.admin secret</name></usage></secret>");
  tmp_host_file(tmp, STORE "e.xml",
                "<secret ephemeral='yes'><uuid>21111111-1111-1111-1111-111111111111</uuid>"
                "<usage type='iscsi'><target>t</target></usage></secret>");
  ck_assert(secret_locate(book, tmp->host, &want, &file, "nobody can carry", tmp->diag));
  ck_assert_str_eq(file.path, STORE UUID ".base64");
  ck_assert_str_eq(tmp_host_reports(tmp), "");

  want.kind = SECRET_USAGE_TLS; /* printing says where it would have to be, starting refuses */
  ck_assert(secret_locate(book, tmp->host, &want, &file, "nobody can carry", tmp->diag));
  ck_assert(str_starts(file.path, STORE) && !strstr(file.path, UUID));
  ck_has(tmp_host_reports(tmp), "warning: disk vda: secret with usage 'client.admin secret': no definition in ");
  ck_assert_int_eq(secret_open(book, tmp->host, &want, &file, tmp->diag), -1);
  ck_has(tmp_host_reports(tmp),
         "has this tls usage; name its source with --secret 'usage:client.admin secret=file:PATH'");
  want = (struct secret_want){ .usage = "t", .kind = SECRET_USAGE_ISCSI };
  ck_assert(!secret_check(book, tmp->host, &want, tmp->diag));
  ck_has(tmp_host_reports(tmp), "in memory only");
  ck_assert(!secret_check(book, host_offline(tmp), &want, tmp->diag));
  ck_has(tmp_host_reports(tmp), "--offline forbids");

  ck_assert_ptr_null(secret_book_add(book, "usage:t=file:/t"));
  ck_assert_ptr_null(secret_book_add(book, "usage:other=file:/o"));
  ck_assert(secret_locate(book, tmp->host, &want, &file, "nobody can carry", tmp->diag));
  ck_assert_str_eq(file.path, "/t");
  secret_book_unused(book, tmp->diag);
  ck_has(tmp_host_reports(tmp), "warning: --secret usage:other: the domain refers to no such secret");
}
END_TEST

/* The bytes that QEMU would find under the name that it is given. */
static const char *
content(const struct secret_file *file)
{
  static char bytes[256];
  int fd = open(file->path, O_RDONLY);
  ssize_t length = read(fd, bytes, sizeof bytes - 1);
  ck_assert_msg(length >= 0, "%s", file->path);
  bytes[length] = '\0';
  close(fd);
  return bytes;
}

START_TEST(values)
{
  static const struct {
    const char *file, *text, *value, *says; /* VALUE NULL: refused; SAYS NULL: quiet */
    mode_t mode;
  } cases[] = {
    { "base64", "c2VjcmV0", "secret", NULL, 0600 },
    { "base64", "c2Vj\ncmV0\n", "secret", NULL, 0600 },
    { "base64", "c2VjcmV0Cg==", "secret\n", "ends with a newline", 0600 },
    { "base64", "c2VjcmV", NULL, "is not base64; use file:", 0600 },
    { "base64", "c2VjcmV0=", NULL, "is not base64", 0600 },
    { "base64", "c2Vj=cmV", NULL, "is not base64", 0600 },
    { "base64", "c2VjcmV0Ch==", NULL, "is not base64", 0600 },
    { "base64", "sec ret!", NULL, "is not base64", 0600 },
    { "base64", "\n", NULL, "is empty", 0600 },
    { "base64", "/w==", NULL, "not UTF-8", 0600 },
    { "base64", "YQBi", NULL, "a NUL as its byte 2", 0600 },
    { "file", "secret", "secret", NULL, 0400 },
    { "file", "pass\n", "pass\n", "ends with a newline", 0600 },
    { "file", "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f", NULL, 0600 },
    { "file", "\xc0\x80", NULL, "not UTF-8", 0600 },
    { "file", "secret", "secret", "can be read by its group (mode 0640)", 0640 },
    { "file", "secret", "secret", "can be read by everybody (mode 0644)", 0644 },
    { "file", "", NULL, "is empty", 0600 },
  };
  struct tmp_host *tmp = tmp_host_new();
  const char *path = tmp_host_path(tmp, "/value");
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct secret_book *book = secret_book_new(tmp);
    struct secret_file file;
    const char *said;
    int fd;

    tmp->diag = diag_new(tmp);
    tmp_host_file(tmp, "/value", cases[i].text);
    chmod(path, cases[i].mode);
    ck_assert_ptr_null(secret_book_add(book, talloc_asprintf(tmp, UUID "=%s:%s", cases[i].file, path)));
    ck_assert(secret_check(book, tmp->host, &by_uuid, diag_new(tmp)) == (cases[i].value != NULL));
    fd = secret_open(book, tmp->host, &by_uuid, &file, tmp->diag);
    said = tmp_host_reports(tmp);
    ck_assert_msg((fd >= 0) == (cases[i].value != NULL), "%zu: %s", i, said);
    if (cases[i].says)
      ck_has(said, cases[i].says);
    else
      ck_assert_str_eq(said, "");
    if (fd >= 0) {
      ck_assert_str_eq(content(&file), cases[i].value);
      ck_assert_str_eq(file.format, "raw");
      ck_assert_int_eq(fcntl(fd, F_GET_SEALS), F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
      ck_assert_int_eq(secret_open(book, tmp->host, &by_uuid, &file, tmp->diag), fd);
    }
    unlink(path);
    talloc_free(book);
  }
}
END_TEST

/* Neither a core dump nor a child has the value: dd and wf among the kernel's flags of its pages. */
START_TEST(kept_out_of_dumps_and_children)
{
  struct secret_value *value = secret_value_new(NULL, 10);
  char *begin = talloc_asprintf(value, "%jx-", (uintmax_t)(uintptr_t)value->bytes), *flags = NULL, line[512];
  FILE *maps = fopen("/proc/self/smaps", "r");
  ck_assert_ptr_nonnull(maps);
  for (bool ours = false; !flags && fgets(line, sizeof line, maps);) {
    ours |= str_starts(line, begin);
    if (ours && str_starts(line, "VmFlags:"))
      flags = talloc_strdup(value, line);
  }
  fclose(maps);
  ck_assert_ptr_nonnull(flags);
  ck_assert_msg(strstr(flags, " dd") && strstr(flags, " wf"), "%s", flags);
  talloc_free(value);
}
END_TEST

/* Linux: of pages that nobody has mapped any more, msync() says ENOMEM. */
START_TEST(gone_with_its_owner)
{
  void *owner = talloc_new(NULL);
  struct secret_value *value = secret_value_new(owner, 10);
  uint8_t *bytes = value->bytes;
  size_t size = value->size;
  ck_assert_int_eq(msync(bytes, size, MS_ASYNC), 0);
  talloc_free(owner);
  ck_assert_int_eq(msync(bytes, size, MS_ASYNC), -1);
  ck_assert_int_eq(errno, ENOMEM);
}
END_TEST

START_TEST(values_from_elsewhere)
{
  struct tmp_host *tmp = tmp_host_new();
  struct secret_book *book = secret_book_new(tmp);
  struct secret_want want = by_uuid;
  struct secret_file file;
  int pipes[2];
  long key;
  ck_assert_int_eq(pipe(pipes), 0);
  ck_assert_int_eq(write(pipes[1], "piped", 5), 5);
  close(pipes[1]);
  ck_assert_ptr_null(secret_book_add(book, talloc_asprintf(tmp, UUID "=fd:%d", pipes[0])));
  ck_assert(secret_check(book, tmp->host, &want, tmp->diag));
  ck_assert_int_ge(secret_open(book, tmp->host, &want, &file, tmp->diag), 0);
  ck_assert_str_eq(content(&file), "piped");

  setenv("CREDENTIALS_DIRECTORY", tmp_host_path(tmp, "/c"), 1);
  tmp_host_file(tmp, "/c/luks", "credential");
  want = (struct secret_want){ .usage = "c" };
  ck_assert_ptr_null(secret_book_add(book, "usage:c=cred:luks"));
  ck_assert_int_ge(secret_open(book, tmp->host, &want, &file, tmp->diag), 0);
  ck_assert_str_eq(content(&file), "credential");

  /* a key of Ceph's is any bytes */
  tmp_host_file(tmp, "/c/key", "\xff\n");
  want = (struct secret_want){ .usage = "b", .binary = true };
  ck_assert_ptr_null(secret_book_add(book, "usage:b=cred:key"));
  ck_assert_int_ge(secret_open(book, tmp->host, &want, &file, tmp->diag), 0);
  ck_assert_str_eq(content(&file), "\xff\n");

  key = syscall(SYS_add_key, "user", "d2q-test", "keyed", 5, KEY_SPEC_PROCESS_KEYRING);
  if (key > 0) {
    want = (struct secret_want){ .usage = "k" };
    ck_assert_ptr_null(secret_book_add(book, talloc_asprintf(tmp, "usage:k=keyring:%ld", key)));
    ck_assert_int_ge(secret_open(book, tmp->host, &want, &file, tmp->diag), 0);
    ck_assert_str_eq(content(&file), "keyed");
  }
  ck_assert_str_eq(tmp_host_reports(tmp), "");
}
END_TEST

START_TEST(missing_values)
{
  struct tmp_host *tmp = tmp_host_new();
  struct secret_book *book = secret_book_new(tmp);
  struct secret_want want = by_uuid;
  struct secret_file file;
  ck_assert_int_eq(secret_open(book, tmp->host, &want, &file, tmp->diag), -1);
  ck_has(tmp_host_reports(tmp),
         STORE UUID ".base64: No such file or directory; name its source with --secret " UUID "=file:PATH");
  want = (struct secret_want){ .usage = "z" };
  ck_assert_ptr_null(secret_book_add(book, "usage:z=file:/dev/zero"));
  ck_assert_int_eq(secret_open(book, tmp->host, &want, &file, tmp->diag), -1);
  ck_has(tmp_host_reports(tmp), "more than 64 KiB");
  want.usage = "f";
  ck_assert_ptr_null(secret_book_add(book, "usage:f=fd:999"));
  ck_assert_int_eq(secret_open(book, tmp->host, &want, &file, tmp->diag), -1);
  ck_has(tmp_host_reports(tmp), "cannot read descriptor 999: Bad file descriptor; open it before");
  ck_assert(!secret_check(book, tmp->host, &want, tmp->diag));
  ck_assert_uint_eq(diag_host_errors(tmp->diag), 4);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, options);
  tcase_add_test(tcase, printing_names_files);
  tcase_add_test(tcase, printing_refuses_what_it_cannot_carry);
  tcase_add_test(tcase, usages);
  tcase_add_test(tcase, values);
  tcase_add_test(tcase, values_from_elsewhere);
  tcase_add_test(tcase, kept_out_of_dumps_and_children);
  tcase_add_test(tcase, gone_with_its_owner);
  tcase_add_test(tcase, missing_values);
}

UNIT("host/secret", tests)
