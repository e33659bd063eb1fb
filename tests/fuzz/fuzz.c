/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/fuzz.c - any bytes as a domain, through the whole pipeline (libFuzzer) */

/* Refused or printed, it must come to an end, without undefined behaviour and without a leak.
 * Format and mode depend on the length, so that the same input does the same each time. */

#include "pipeline.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static FILE *null;
static int input;
static char input_path[32];

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
  (void)argc;
  (void)argv;
  null = fopen("/dev/null", "w");
  input = memfd_create("domain.xml", 0);
  if (!null || input < 0 || dup2(fileno(null), STDOUT_FILENO) < 0) {
    perror("fuzz");
    exit(1);
  }
  snprintf(input_path, sizeof input_path, "/proc/self/fd/%d", input);
  return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  if (ftruncate(input, 0) < 0 || pwrite(input, data, size, 0) != (ssize_t)size)
    abort();
  struct options options = {
    .mode = size % 8 == 7 ? MODE_EXPLAIN : MODE_PRINT,
    .format = (enum out_format)(size % FORMATS),
    .file = input_path,
    .host_root = "/",
    .offline = true,
    .strict = size % 3 == 0,
  };
  struct diag *diag = diag_new(NULL);
  diag_strict(diag, options.strict);
  int status = pipeline_run(&options, NULL, diag);
  diag_style(diag, (struct diag_style){ .json = size % 2 == 0, .colour = size % 3 == 0 });
  diag_show(diag, null);
  if (status == EXIT_OURS)
    abort(); /* a reference that nobody defines, a cycle */
  talloc_free(diag);
  return 0;
}
