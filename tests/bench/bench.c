/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/bench/bench.c - how long we take, how much memory, and whether many disks stay linear */

/* usage: bench TOOL FILE.xml SERVER.xml
 *
 * Runs TOOL on FILE and xmllint --noout on FILE in turns, RUNS times, and compares medians; the same for
 * TOOL --check on SERVER and for printing it, once the answers of QEMU are remembered; then TOOL on
 * generated domains of 1,000 and of 4,000 disks; then TOOL --check and TOOL --format=json on 1,000 copies of SERVER, in
 * one call and in 1,000, beside xmllint --noout on all, with the memory that the copies take. Prints each figure with its aim; exits 1
 * where an aim is missed. In C, since a child's peak memory counts that of whoever forked it. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUNS 50
#define LARGE_RUNS 7

struct cost {
  double ms;
  long kib; /* peak resident */
};

static struct cost
run(const char *const *argv)
{
  struct timespec begin, end;
  struct rusage usage;
  int status;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  pid_t pid = fork();
  if (pid == 0) {
    int null = open("/dev/null", O_RDWR);
    dup2(null, 0);
    dup2(null, 1);
    dup2(null, 2);
    execvp(argv[0], (char *const *)argv);
    _exit(127);
  }
  /* 3: --check looked, and this host is not ready */
  if (pid < 0 || wait4(pid, &status, 0, &usage) < 0 || !WIFEXITED(status) ||
      (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 3)) {
    fprintf(stderr, "bench: %s %s failed%s\n", argv[0], argv[1],
            pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 127 ? ": not found" : "");
    exit(2);
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  return (struct cost){
    .ms = (end.tv_sec - begin.tv_sec) * 1e3 + (end.tv_nsec - begin.tv_nsec) / 1e6,
    .kib = usage.ru_maxrss,
  };
}

static int
by_ms(const void *a, const void *b)
{
  double x = ((const struct cost *)a)->ms, y = ((const struct cost *)b)->ms;
  return (x > y) - (x < y);
}

static struct cost
median(struct cost *costs, size_t n)
{
  qsort(costs, n, sizeof *costs, by_ms);
  return costs[n / 2];
}

/* Prints a figure; 1 where it is more than AIM. */
static int
judge(const char *what, double figure, double aim, const char *unit)
{
  int missed = figure > aim;
  printf("%-44s %8.2f %s (aim: at most %.2f%s)\n", what, figure, unit, aim, missed ? "; MISSED" : "");
  return missed;
}

/* N disks on virtio-scsi, each with its address, a serial and a format. */
static void
write_disks(const char *path, unsigned n)
{
  FILE *f = fopen(path, "w");
  if (!f) {
    perror(path);
    exit(2);
  }
  fputs("<domain type='qemu'>\n  <name>many</name>\n  <memory unit='MiB'>64</memory>\n"
        "  <os><type arch='x86_64' machine='q35'>hvm</type></os>\n  <devices>\n"
        "    <emulator>/usr/bin/qemu-system-x86_64</emulator>\n"
        "    <controller type='scsi' index='0' model='virtio-scsi'/>\n",
        f);
  for (unsigned i = 0; i < n; i++) {
    char name[4] = { 0 };
    /* a..z, aa..zz, aaa.. */
    unsigned at = i, length = i < 26 ? 1 : i < 26 + 676 ? 2 : 3;
    at -= length == 1 ? 0 : length == 2 ? 26 : 26 + 676;
    for (unsigned k = length; k-- > 0; at /= 26)
      name[k] = 'a' + at % 26;
    fprintf(f,
            "    <disk type='file' device='disk'>\n      <driver name='qemu' type='qcow2' cache='none'/>\n"
            "      <source file='/images/disk-%u.qcow2'/>\n      <target dev='sd%s' bus='scsi'/>\n"
            "      <serial>%08u</serial>\n"
            "      <address type='drive' controller='0' bus='0' target='%u' unit='%u'/>\n    </disk>\n",
            i, name, i, i % 256, i / 256);
  }
  fputs("  </devices>\n</domain>\n", f);
  if (fclose(f) != 0) {
    perror(path);
    exit(2);
  }
}

static struct cost
many(const char *tool, const char *folder, unsigned n)
{
  char path[4096];
  struct cost costs[LARGE_RUNS];
  snprintf(path, sizeof path, "%s/disks-%u.xml", folder, n);
  write_disks(path, n);
  const char *argv[] = { tool, path, NULL };
  run(argv);
  for (int i = 0; i < LARGE_RUNS; i++)
    costs[i] = run(argv);
  unlink(path);
  return median(costs, LARGE_RUNS);
}

/* 1 where --check takes too long for what it says. */
static int
compare_check(const char *tool, const char *file)
{
  const char *print[] = { tool, file, NULL }, *check[] = { tool, "--check", file, NULL };
  struct cost printing[RUNS], checking[RUNS];
  run(print);
  run(check);
  for (int i = 0; i < RUNS; i++) {
    printing[i] = run(print);
    checking[i] = run(check);
  }
  return judge("--check against printing", median(checking, RUNS).ms / median(printing, RUNS).ms, 2.5, "times");
}

/* COPIES of FILE in FOLDER, each with a name of its own; their names, NULL ends, stand behind two words that are left
 * empty. */
static char **
write_copies(const char *file, const char *folder, unsigned copies)
{
  static char text[65536];
  FILE *in = fopen(file, "r");
  size_t length = in ? fread(text, 1, sizeof text - 1, in) : 0;
  char *behind_name = strstr(text, "</name>"), **words = calloc(copies + 3, sizeof *words);
  if (!length || !behind_name || !words) {
    fprintf(stderr, "bench: %s is no domain\n", file);
    exit(2);
  }
  fclose(in);
  for (unsigned i = 0; i < copies; i++) {
    FILE *out = asprintf(&words[i + 2], "%s/%04u.xml", folder, i) > 0 ? fopen(words[i + 2], "w") : NULL;
    if (!out || fprintf(out, "%.*s-%u%s", (int)(behind_name - text), text, i, behind_name) < 0 || fclose(out) != 0) {
      perror(folder);
      exit(2);
    }
  }
  return words;
}

static int
compare_calls(const char *tool, const char *mode, const char *folder, char **words, unsigned copies, double xmllint)
{
  const char *all[] = { tool, mode, folder, NULL }, *few[] = { tool, mode, words[2], words[3], NULL };
  struct cost together = run(all), of_two = run(few);
  double apart = 0;
  int missed = 0;
  for (unsigned i = 0; i < copies; i++) {
    const char *one[] = { tool, mode, words[i + 2], NULL };
    apart += run(one).ms;
  }
  printf("%-14s 1,000 files: one call, 1,000 calls     %8.0f ms, %.0f ms\n", mode, together.ms, apart);
  missed |= judge("one call against 1,000 calls", together.ms / apart, 0.6, "times");
  printf("%-44s %8.2f times\n", "against xmllint --noout on all", together.ms / xmllint);
  missed |= judge("growth of memory, 2 files to 1,000", (together.kib - of_two.kib) / 1024.0, 2, "MiB");
  return missed;
}

/* 1 where many files in one call gain too little, or leave memory behind. */
static int
compare_many(const char *tool, const char *file, const char *folder)
{
  enum { COPIES = 1000 };
  static char program[] = "xmllint", option[] = "--noout";
  char **words = write_copies(file, folder, COPIES);
  words[0] = program, words[1] = option;
  run((const char *const *)words);
  double xmllint = run((const char *const *)words).ms;
  printf("%-44s %8.0f ms\n", "xmllint --noout on 1,000 files", xmllint);
  int missed = compare_calls(tool, "--check", folder, words, COPIES, xmllint);
  missed |= compare_calls(tool, "--format=json", folder, words, COPIES, xmllint);
  for (unsigned i = 0; i < COPIES; i++) {
    unlink(words[i + 2]);
    free(words[i + 2]);
  }
  free(words);
  return missed;
}

int
main(int argc, char **argv)
{
  if (argc != 4) {
    fputs("usage: bench TOOL FILE.xml SERVER.xml\n", stderr);
    return 2;
  }
  const char *ours[] = { argv[1], argv[2], NULL };
  const char *theirs[] = { "xmllint", "--noout", argv[2], NULL };
  struct cost us[RUNS], them[RUNS];
  int missed = 0;

  run(ours);
  run(theirs);
  for (int i = 0; i < RUNS; i++) {
    us[i] = run(ours);
    them[i] = run(theirs);
  }
  struct cost our = median(us, RUNS), their = median(them, RUNS);
  printf("%-44s %8.2f ms, %.1f MiB\n", "domxml2qemu, median", our.ms, our.kib / 1024.0);
  printf("%-44s %8.2f ms, %.1f MiB\n", "xmllint --noout, median", their.ms, their.kib / 1024.0);
  missed |= judge("against xmllint", our.ms / their.ms, 1.5, "times");
  missed |= judge("resident", our.kib / 1024.0, 12, "MiB");
  missed |= compare_check(argv[1], argv[3]);

  char folder[] = "/tmp/domxml2qemu-bench.XXXXXX";
  if (!mkdtemp(folder)) {
    perror(folder);
    return 2;
  }
  struct cost few = many(argv[1], folder, 1000), lots = many(argv[1], folder, 4000);
  printf("%-44s %8.2f ms, %.1f MiB\n", "1,000 disks, median", few.ms, few.kib / 1024.0);
  printf("%-44s %8.2f ms, %.1f MiB\n", "4,000 disks, median", lots.ms, lots.kib / 1024.0);
  /* the exponent of tests/bench/scale, 1.15; by instructions it is 4.06 times, and the caches hold 20 MiB, not 70 */
  missed |= judge("4,000 against 1,000", lots.ms / few.ms, 4.92, "times");
  missed |= compare_many(argv[1], argv[3], folder);
  rmdir(folder);
  return missed;
}
