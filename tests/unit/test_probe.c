/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_probe.c - binaries that hang, die or talk nonsense, and the cache */

#include "qemu/probe.h"
#include "unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A talloc'd folder in which everything is made; removed with its context. */
static int
remove_folder(char *folder)
{
  char *command = talloc_asprintf(NULL, "rm -rf '%s'", folder);
  int status = system(command);
  talloc_free(command);
  ck_assert_int_eq(status, 0);
  return 0;
}

static char *
make_folder(TALLOC_CTX *ctx)
{
  char *folder = talloc_strdup(ctx, "/tmp/domxml2qemu-probe.XXXXXX");
  ck_assert_ptr_nonnull(mkdtemp(folder));
  talloc_set_destructor(folder, remove_folder);
  return folder;
}

static char *
script(const char *folder, const char *name, const char *body)
{
  char *path = talloc_asprintf(folder, "%s/%s", folder, name);
  FILE *file = fopen(path, "w");
  ck_assert_ptr_nonnull(file);
  fprintf(file, "#!/bin/sh\n%s\n", body);
  fclose(file);
  ck_assert_int_eq(chmod(path, 0755), 0);
  return path;
}

#define GREETING "echo '{\"QMP\": {}}'\n"

START_TEST(bad_binaries)
{
  static const struct {
    const char *body, *message, *what;
  } cases[] = {
    { "sleep 1000", "waited 1 seconds in vain for its QMP greeting", "hangs at once" },
    { GREETING "sleep 1000 & sleep 1000", "waited 1 seconds in vain for the answer to qmp_capabilities",
      "hangs later, and so does its child" },
    { "trap '' TERM INT HUP; sleep 1000", "waited 1 seconds", "hangs and takes no hint" },
    { "echo first >&2; echo bad accelerator >&2; exit 3",
      "ended with status 3 while we waited for its QMP greeting: bad accelerator", "dies with last words" },
    { "exit 0", "ended with status 0", "has nothing to say" },
    { GREETING "read line; kill -9 $$", "was killed by signal 9", "is killed" },
    { GREETING "exec <&- >&-; exec sleep 1000", "closed its QMP", "closes its side and lives on" },
    { "printf 'Hi \\033 there\\n'; sleep 1000", "does not speak QMP: it said 'Hi ? there'", "talks nonsense" },
    { "echo '{}'; sleep 1000", "does not speak QMP: it said '{}'", "greets in JSON that is no QMP" },
    { GREETING "read line; echo '{\"return\": {}'; sleep 1000", "does not speak QMP", "cuts its answer off" },
    { GREETING "while read line; do echo '{\"return\": 42}'; done", "no answer to query-version",
      "gives the wrong answers" },
    { "exec tr '\\0' x </dev/zero", "floods us", "floods us on stdout" },
    { GREETING "exec yes >&2", "waited 1 seconds", "floods us on stderr" },
    { GREETING "while :; do echo '{\"event\": \"X\"}'; done", "waited 1 seconds", "has events without end" },
  };
  TALLOC_CTX *tmp = talloc_new(NULL);
  char *folder = make_folder(tmp);
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct diag *diag = diag_new(tmp);
    char *binary = script(folder, "binary", cases[i].body);
    /* who answers, or ends, has time to do so on a busy machine */
    unsigned seconds = strstr(cases[i].message, "waited 1 seconds") ? 1 : 120;
    time_t begin = time(NULL);
    int error;

    ck_assert_msg(!probe_binary(tmp, binary, seconds, &error, diag), "%s", cases[i].what);
    ck_assert_msg(time(NULL) - begin <= 60, "%s: took too long", cases[i].what);
    ck_assert_msg(diag_errors(diag) == 1, "%s", cases[i].what);
    const char *text = unit_said(tmp, diag);
    ck_assert_msg(strstr(text, cases[i].message), "%s: %s", cases[i].what, text);
    ck_assert_int_eq(error, 0);
    ck_assert_msg(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "%s: a child is left", cases[i].what);
  }
  talloc_free(tmp);
}
END_TEST

START_TEST(no_binary)
{
  TALLOC_CTX *tmp = talloc_new(NULL);
  char *folder = make_folder(tmp);
  char *plain = script(folder, "plain", "");
  struct diag *diag = diag_new(tmp);
  int error;
  ck_assert_int_eq(chmod(plain, 0644), 0);
  ck_assert(!probe_binary(tmp, "/nonexistent/qemu", 1, &error, diag));
  ck_assert_int_eq(error, ENOENT);
  ck_assert(!probe_binary(tmp, "no-such-qemu-anywhere", 1, &error, diag));
  ck_assert_int_eq(error, ENOENT);
  ck_assert(!probe_binary(tmp, plain, 1, &error, diag));
  ck_assert_int_eq(error, EACCES);
  ck_assert(!probe_binary(tmp, folder, 1, &error, diag));
  ck_assert_int_eq(error, EACCES);
  ck_assert_uint_eq(diag_host_errors(diag), 4);
  talloc_free(tmp);
}
END_TEST

/* Enough of a QEMU to be asked; counts how often it was. */
static const char fake_qemu[] =
    GREETING "while read -r line; do\n"
             "  case $line in\n"
             "  *'\"query-version\"'*) echo run >>\"$0.runs\"; echo '{\"return\": {\"qemu\": {\"major\": 8, \"minor\": "
             "0, \"micro\": 1}}}' ;;\n"
             "  *'\"query-target\"'*) echo '{\"event\": \"X\"}'; echo '{\"return\": {\"arch\": \"x86_64\"}}' ;;\n"
             "  *'\"query-qmp-schema\"'*) echo '{\"return\": [{\"name\": \"a \\\" b\"}, {\"name\": \"c\"}]}' ;;\n"
             "  *) echo '{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"no\"}}' ;;\n"
             "  esac\n"
             "done";

static unsigned
runs(const char *binary)
{
  char *path = talloc_asprintf(NULL, "%s.runs", binary);
  FILE *file = fopen(path, "r");
  unsigned lines = 0;
  int c;
  while (file && (c = getc(file)) != EOF)
    lines += c == '\n';
  if (file)
    fclose(file);
  talloc_free(path);
  return lines;
}

static void
probe_again(const char *binary, unsigned expected, const char *what)
{
  TALLOC_CTX *tmp = talloc_new(NULL);
  int error;
  struct caps *caps = probe_cached(tmp, binary, &error, diag_new(tmp));
  ck_assert_msg(caps, "%s", what);
  ck_assert_str_eq(caps_version_string(caps), "8.0.1");
  ck_assert_int_eq(caps_schema(caps, "c"), ON);
  ck_assert_msg(runs(binary) == expected, "%s: %u runs", what, runs(binary));
  talloc_free(tmp);
}

START_TEST(cached)
{
  TALLOC_CTX *tmp = talloc_new(NULL);
  char *folder = make_folder(tmp), *binary = script(folder, "qemu", fake_qemu);
  char *cache = talloc_asprintf(tmp, "%s/deep/cache", folder);
  char *spoil = talloc_asprintf(tmp, "for f in %s/domxml2qemu/*; do", cache);
  setenv("XDG_CACHE_HOME", cache, 1);
  probe_again(binary, 1, "the first time");
  probe_again(binary, 1, "from the cache");
  ck_assert_int_eq(system(talloc_asprintf(tmp, "%s head -c 150 $f >x; cat x >$f; rm x; done", spoil)), 0);
  probe_again(binary, 2, "the cache is cut off");
  probe_again(binary, 2, "and was made whole");
  ck_assert_int_eq(system(talloc_asprintf(tmp, "%s sed -i '$d' $f; done", spoil)), 0);
  probe_again(binary, 3, "the cache is cut off at a line's end");
  ck_assert_int_eq(system(talloc_asprintf(tmp, "%s echo nonsense >$f; done", spoil)), 0);
  probe_again(binary, 4, "the cache is nonsense");
  ck_assert_int_eq(system(talloc_asprintf(tmp, "%s : >$f; done", spoil)), 0);
  probe_again(binary, 5, "the cache is empty");
  ck_assert_int_eq(system(talloc_asprintf(tmp, "%s chmod 666 $f; done", spoil)), 0);
  probe_again(binary, 6, "others may write the cache");
  ck_assert_int_eq(system(talloc_asprintf(tmp, "touch -d 2001-01-01 %s", binary)), 0);
  probe_again(binary, 7, "another time");
  ck_assert_int_eq(system(talloc_asprintf(tmp, "echo '# longer' >>%s; touch -d 2001-01-01 %s", binary, binary)), 0);
  probe_again(binary, 8, "another size");
  probe_again(binary, 8, "from the cache again");
  talloc_free(tmp);
}
END_TEST

START_TEST(nowhere_to_cache)
{
  TALLOC_CTX *tmp = talloc_new(NULL);
  char *folder = make_folder(tmp), *binary = script(folder, "qemu", fake_qemu);
  setenv("XDG_CACHE_HOME", "/proc/nowhere", 1);
  probe_again(binary, 1, "a folder that cannot be made");
  setenv("XDG_CACHE_HOME", binary, 1);
  probe_again(binary, 2, "a file");
  setenv("XDG_CACHE_HOME", "relative", 1);
  setenv("HOME", "", 1);
  probe_again(binary, 3, "no absolute path");
  unsetenv("XDG_CACHE_HOME");
  setenv("HOME", folder, 1);
  probe_again(binary, 4, "below HOME");
  probe_again(binary, 4, "from below HOME");
  talloc_free(tmp);
}
END_TEST

/* A QEMU that has KVM where it is started with it, igb, and what $types adds. */
#define FAKE_TWO \
  "case $* in *kvm:tcg*) kvm=true model=with ;; *) kvm=false model=without ;; esac\n" GREETING \
  "while read -r line; do\n" \
  "  case $line in\n" \
  "  *'\"query-version\"'*) echo '{\"return\": {\"qemu\": {\"major\": 8, \"minor\": 0, \"micro\": 1}}}' ;;\n" \
  "  *'\"query-target\"'*) echo '{\"return\": {\"arch\": \"x86_64\"}}' ;;\n" \
  "  *'\"query-kvm\"'*) echo '{\"return\": {\"present\": true, \"enabled\": '$kvm'}}' ;;\n" \
  "  *'\"qom-list-types\"'*) echo '{\"return\": [{\"name\": \"igb\"}'\"$types\"']}' ;;\n" \
  "  *'\"query-cpu-definitions\"'*) echo '{\"return\": [{\"name\": \"'$model'\"}]}' ;;\n" \
  "  *'\"igb\"'*) echo '{\"return\": [{\"name\": \"told-'$model'\"}]}' ;;\n" \
  "  *) echo '{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"no\"}}' ;;\n" \
  "  esac\n" \
  "done"

/* Both are asked, each for its own; the one without KVM about devices. */
START_TEST(two_at_once)
{
  TALLOC_CTX *tmp = talloc_new(NULL);
  char *binary = script(make_folder(tmp), "qemu", "types=',{\"name\": \"tcg-accel\"}'\n" FAKE_TWO);
  struct diag *diag = diag_new(tmp);
  int error;
  struct caps *caps = probe_binary(tmp, binary, 60, &error, diag);
  ck_assert_msg(caps, "%s", unit_said(tmp, diag));
  ck_assert_int_eq(caps_kvm(caps), ON);
  ck_assert_int_eq(caps_property(caps, "igb", "told-without"), ON);
  ck_assert_int_eq(caps_cpu_model(caps, "with", true), ON);
  ck_assert_int_eq(caps_cpu_model(caps, "without", true), OFF);
  ck_assert_int_eq(caps_cpu_model(caps, "with", false), OFF);
  ck_assert_int_eq(caps_cpu_model(caps, "without", false), ON);
  talloc_free(tmp);
}
END_TEST

/* One that was built without TCG ends where it is to have that alone. */
START_TEST(without_tcg)
{
  TALLOC_CTX *tmp = talloc_new(NULL);
  char *binary = script(make_folder(tmp), "qemu",
                        "case $* in *kvm:tcg*) ;; *) echo 'invalid accelerator tcg' >&2; exit 1 ;; esac\n" FAKE_TWO);
  struct diag *diag = diag_new(tmp);
  int error;
  struct caps *caps = probe_binary(tmp, binary, 60, &error, diag);
  ck_assert_msg(caps, "%s", unit_said(tmp, diag));
  ck_assert_int_eq(caps_property(caps, "igb", "told-with"), ON);
  ck_assert_int_eq(caps_cpu_model(caps, "with", true), ON);
  ck_assert_uint_eq(diag_errors(diag), 0);
  talloc_free(tmp);
}
END_TEST

/* That is no reason why one with TCG should end. */
START_TEST(second_dies)
{
  TALLOC_CTX *tmp = talloc_new(NULL);
  char *binary = script(make_folder(tmp), "qemu",
                        "types=',{\"name\": \"tcg-accel\"}'\n"
                        "case $* in *kvm:tcg*) ;; *) echo 'no memory' >&2; exit 1 ;; esac\n" FAKE_TWO);
  struct diag *diag = diag_new(tmp);
  int error;
  ck_assert(!probe_binary(tmp, binary, 60, &error, diag));
  ck_assert_uint_eq(diag_errors(diag), 1);
  ck_assert(strstr(unit_said(tmp, diag), "ended with status 1 while we waited for its QMP greeting: no memory"));
  talloc_free(tmp);
}
END_TEST

/* A real one, where there is one. */
START_TEST(real_binary)
{
  TALLOC_CTX *tmp = talloc_new(NULL);
  struct diag *diag = diag_new(tmp);
  struct caps *caps;
  int error;
  if (access("/usr/bin/qemu-system-x86_64", X_OK) == 0) {
    caps = probe_binary(tmp, "/usr/bin/qemu-system-x86_64", 30, &error, diag);
    ck_assert_msg(caps, "%s", unit_said(tmp, diag));
    ck_assert_int_eq(caps_arch(caps), ARCH_X86_64);
    ck_assert_int_eq(caps_property(caps, "virtio-blk-pci", "queue-size"), ON);
    ck_assert_int_eq(caps_property(caps, "none-machine", "kernel"), ON);
    ck_assert_int_eq(caps_schema(caps, "blockdev-add/+nvme/namespace"), ON);
    ck_assert_ptr_nonnull(caps_machine(caps, "q35", false));
    ck_assert_int_eq(caps_cpu_model(caps, "max", false), ON);
  }
  talloc_free(tmp);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, bad_binaries);
  tcase_add_test(tcase, no_binary);
  tcase_add_test(tcase, cached);
  tcase_add_test(tcase, nowhere_to_cache);
  tcase_add_test(tcase, two_at_once);
  tcase_add_test(tcase, without_tcg);
  tcase_add_test(tcase, second_dies);
  tcase_add_test(tcase, real_binary);
}

UNIT("qemu/probe", tests)
