/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/fuzz.h - what the fuzz targets share: inputs of several parts, a host made of them, runs of the tool */

/* A target is a file with one function and a row in targets.c. It gets any bytes, asks the code under test, and calls
 * fuzz_require() for what must hold whatever they are; a crash, a leak or a hang libFuzzer finds by itself. Nothing
 * stays from one input to the next: all memory hangs below one context, and the made host is emptied. No program is
 * started and nobody is connected to: fuzz.c stands before process_start(), fork() and connect(). */

#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include "core/options.h"
#include "host/host.h"

#include <json-c/json.h>

struct fuzz_target {
  const char *name;
  const char *what; /* is parsed there */
  void (*run)(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length);
};

/* NULL as a name ends. */
extern const struct fuzz_target fuzz_targets[];

/* Ends the run with WHAT unless TRUTH: a find. */
void fuzz_require(bool truth, const char *what);

/* Words of our own tables, one a line, as libFuzzer's -dict= has them. */
void fuzz_dictionary(void);

/* --- inputs of several parts (input.c) ---
 *
 *     --check                    the head: options of the command line, one a line
 *     <domain>...                a part without a name
 *     === /sys/block/vda/size    a line that begins a file of that name
 *     2097152
 *     ==> /sys/x ../y            a link and where it points
 *
 * All of it may be absent; whatever does not fit is passed over. */

struct part {
  const char *path;  /* "": the one without a name */
  const char *link;  /* where it points; NULL: it is a file */
  const char *bytes; /* with a NUL behind them */
  size_t length;
};

struct input {
  char **head;
  struct part *parts;
  size_t n;
};

struct input *input_split(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length);

/* The part at PATH; one that is empty where there is none. */
const struct part *input_part(const struct input *input, const char *path);

/* The options of HEAD, as main.c would take them: what it refuses, and what starts a program or reads a file beside the
 * host's, is left out. Never another host, never another QEMU than one that is named by its version. */
struct options input_options(TALLOC_CTX *ctx, char *const *head);

/* BYTES as a file that has a name but no folder, the I-th of up to four. */
const char *input_file(TALLOC_CTX *ctx, unsigned i, const char *bytes, size_t length);
int input_descriptor(unsigned i);

/* --- a host made of files (tree.c) --- */

/* Its root; empty when an input begins. */
const char *tree_root(void);
void tree_add(const struct part *part);
void tree_add_all(const struct input *input);
void tree_empty(void);

/* --- the tool (tool.c) --- */

struct outcome {
  int status;
  const char *out; /* to standard output */
  size_t length;
  const char *said; /* to standard error */
};

/* One run, and a second one that must have the same outcome; what is printed must be what its format promises. */
struct outcome tool_run(TALLOC_CTX *ctx, const struct options *options);
void tool_prepare(void);

/* TEXT, all of it, as JSON; NULL: it is none. The caller puts it. */
json_object *fuzz_json(const char *text, size_t length);

/* TEXT has nothing in it that a terminal would obey, but with COLOUR colours. */
void fuzz_require_harmless(const char *text, bool colour);

/* TEXT as sh reads it: the words without the assignments before them, NULL ends. NULL: it has more in it than words. */
char **fuzz_shell_words(TALLOC_CTX *ctx, const char *text);

/* --- a QEMU that is none (fuzz.c) --- */

/* What the programs say that are started from now on, TALK parted by NULs; NULL: none can be started, and to try it is
 * a find. Gives back how many were started since the last call. */
unsigned fuzz_answer_as(const char *talk, size_t length);

/* --- the targets --- */

void fuzz_pipeline(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length);
void fuzz_host(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length);
void fuzz_sysfs(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length);
void fuzz_image(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length);
void fuzz_journal(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length);
void fuzz_record(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length);
void fuzz_probe(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length);
void fuzz_monitor(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length);
void fuzz_descriptor(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length);
void fuzz_definition(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length);
void fuzz_cmdline(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length);
void fuzz_words(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length);

#endif
