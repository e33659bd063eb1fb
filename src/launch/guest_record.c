/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/guest_record.c - what is written down about a guest that runs: its processes, and since when */

#include "launch/guest_record.h"
#include "core/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define HEAD "domxml2qemu-guest 1\n"

void
guest_record_add(struct guest_record *record, const char *name, pid_t pid)
{
  record->processes = talloc_realloc(record, record->processes, struct guest_process, record->n + 1);
  struct guest_process *process = &record->processes[record->n++];
  process->name = talloc_strdup(record, name);
  process->owner = owner_of(record, pid);
}

char *
guest_record_write(TALLOC_CTX *ctx, const struct guest_record *record)
{
  char *text =
      talloc_asprintf(ctx, HEAD "guest %s\nsince %" PRId64 "\n", utf8_one_line(ctx, record->guest), record->since);
  for (size_t i = 0; i < record->n; i++) {
    const struct guest_process *process = &record->processes[i];

    text = talloc_asprintf_append_buffer(text, "process %d %llu %s %s\n", (int)process->owner.pid, process->owner.start,
                                         process->owner.boot, utf8_one_line(ctx, process->name));
  }
  return text;
}

static void
read_process(struct guest_record *record, const char *line)
{
  struct guest_process process = { 0 };
  char boot[64];
  int pid, name = 0;
  if (sscanf(line, "process %d %llu %63s %n", &pid, &process.owner.start, boot, &name) != 3 || !name || pid <= 0)
    return;
  process.owner.pid = pid;
  process.owner.boot = talloc_strdup(record, boot);
  process.name = talloc_strdup(record, line + name);
  record->processes = talloc_realloc(record, record->processes, struct guest_process, record->n + 1);
  record->processes[record->n++] = process;
}

struct guest_record *
guest_record_read(TALLOC_CTX *ctx, const char *text)
{
  struct guest_record *record = talloc_zero(ctx, struct guest_record);
  if (!text || !str_starts(text, HEAD))
    return record;
  for (const char *at = text, *end; (end = strchr(at, '\n')); at = end + 1) {
    char *line = talloc_strndup(record, at, (size_t)(end - at));

    if (str_starts(line, "guest "))
      record->guest = line + strlen("guest ");
    else if (sscanf(line, "since %" SCNd64, &record->since) != 1)
      read_process(record, line);
  }
  return record;
}

const char *
guest_record_words(TALLOC_CTX *ctx, const struct guest_record *record)
{
  char *words = talloc_strdup(ctx, "");
  char when[64];
  time_t since = record->since;
  struct tm local;
  for (size_t i = 0; i < record->n; i++) {
    const struct guest_process *process = &record->processes[i];

    if (owner_lives(&process->owner))
      words = talloc_asprintf_append_buffer(words, "%s%s (process %d)", *words ? ", " : "", process->name,
                                            (int)process->owner.pid);
  }
  if (!*words)
    return "another process";
  if (since && localtime_r(&since, &local) && strftime(when, sizeof when, "%F %T", &local))
    words = talloc_asprintf_append_buffer(words, ", since %s", when);
  return words;
}
