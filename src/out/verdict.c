/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/verdict.c - the line that --check has for a file: ready, not ready, refused */

#include "domain/wants.h"
#include "out/json_text.h"
#include "out/out.h"

static const char *const nouns[] = {
  [SORT_NONE] = NULL,       [SORT_FILE] = "file",           [SORT_FOLDER] = "folder", [SORT_SOCKET] = "socket",
  [SORT_DEVICE] = "device", [SORT_INTERFACE] = "interface", [SORT_PORT] = "port",     [SORT_PROGRAM] = "program",
  [SORT_SERVER] = "server", [SORT_PEER] = "peer",
};
static_assert(ARRAY_SIZE(nouns) == WANT_SORTS, "a sort of want has no noun");

static void
count(const struct want *want, void *arg)
{
  unsigned *counts = arg;
  /* a helper's socket is one, though the helper listens there and QEMU connects */
  if (want->kind != WANT_LISTEN || !want->of_helper)
    counts[want_sort(want->kind)]++;
}

/* BETWEEN, then "1 file" or "2 files". */
static char *
append_count(char *text, const char *between, unsigned n, const char *noun)
{
  return talloc_asprintf_append_buffer(text, "%s%u %s%s", between, n, noun, n == 1 ? "" : "s");
}

/* "14 files, 2 devices" behind BEGIN, where there is any. */
static char *
append_wants(char *text, const char *begin, const struct domain *domain)
{
  unsigned counts[WANT_SORTS] = { 0 };
  const char *between = begin;
  wants_each(domain, count, counts);
  for (int sort = SORT_NONE + 1; sort < WANT_SORTS; sort++)
    if (counts[sort]) {
      text = append_count(text, between, counts[sort], nouns[sort]);
      between = ", ";
    }
  if (domain->n_secrets) {
    text = append_count(text, between, (unsigned)domain->n_secrets, "secret");
    between = ", ";
  }
  return talloc_strdup_append_buffer(text, between == begin ? "" : ")");
}

static const char *const words[] = {
  [VERDICT_READY] = "ready",
  [VERDICT_VALID] = "valid",
  [VERDICT_NOT_READY] = "not ready",
  [VERDICT_REFUSED] = "refused",
};

const char *
out_verdict(TALLOC_CTX *ctx, const char *file, const struct domain *domain, enum verdict verdict,
            const struct diag *diag)
{
  char *text = talloc_asprintf(ctx, "%s: %s", file, words[verdict]);
  /* a name with a newline in it must not pass for a line */
  for (char *c = text; *c; c++)
    if ((unsigned char)*c < ' ' || *c == 0x7f)
      *c = '?';
  if (verdict == VERDICT_READY || verdict == VERDICT_VALID)
    text = append_wants(text, verdict == VERDICT_READY ? " (" : " (needs ", domain);
  else
    text = append_count(text, ": ", diag_errors(diag), "error");
  if (diag_warnings(diag))
    text = append_count(text, ", ", diag_warnings(diag), "warning");
  return talloc_strdup_append_buffer(text, "\n");
}

/* {"file": 14, "device": 2}; of a domain that was never read, null. */
static json_object *
json_needs(const struct domain *domain)
{
  unsigned counts[WANT_SORTS] = { 0 };
  if (!domain)
    return NULL;
  json_object *needs = json_object_new_object();
  wants_each(domain, count, counts);
  for (int sort = SORT_NONE + 1; sort < WANT_SORTS; sort++)
    if (counts[sort])
      json_object_object_add(needs, nouns[sort], json_object_new_int64(counts[sort]));
  if (domain->n_secrets)
    json_object_object_add(needs, "secret", json_object_new_int64((int64_t)domain->n_secrets));
  return needs;
}

const char *
out_verdict_json(TALLOC_CTX *ctx, const char *file, const struct domain *domain, enum verdict verdict,
                 const struct diag *diag)
{
  json_object *o = json_object_new_object();
  json_object_object_add(o, "file", json_file(file));
  json_object_object_add(o, "verdict", json_object_new_string(words[verdict]));
  json_object_object_add(o, "errors", json_object_new_int64(diag_errors(diag)));
  json_object_object_add(o, "warnings", json_object_new_int64(diag_warnings(diag)));
  json_object_object_add(o, "needs", json_needs(domain));
  const char *text = json_line(ctx, o);
  json_object_put(o);
  return text;
}
