/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/journal.c - what earlier runs left behind: journals of hand-overs, records of guests */

#include "fuzz/fuzz.h"

#include "launch/guest_record.h"
#include "launch/journal.h"

#include <inttypes.h>

#define FOLDER "/run/domxml2qemu/journals"
#define ADDRESS "0000:01:00.0"

/* A journal without its last line gets the right one, which no mutation would find (launch/journal.h: FNV-1a). */
static const struct part *
with_sum(TALLOC_CTX *ctx, const struct part *journal)
{
  uint64_t sum = UINT64_C(0xcbf29ce484222325);
  if (strstr(journal->bytes, "\nsum ") || strlen(journal->bytes) != journal->length)
    return journal;
  for (size_t i = 0; i < journal->length; i++)
    sum = (sum ^ (unsigned char)journal->bytes[i]) * UINT64_C(0x100000001b3);
  struct part *whole = talloc_memdup(ctx, journal, sizeof *journal);
  whole->bytes = talloc_asprintf(ctx, "%ssum %016" PRIx64 "\n", journal->bytes, sum);
  whole->length = strlen(whole->bytes);
  return whole;
}

static void
read_journal(TALLOC_CTX *ctx)
{
  struct host *host = host_open(ctx, tree_root(), diag_new(ctx));
  const char *wrong = NULL;
  struct journal *journal = journal_read(ctx, host, FOLDER, ADDRESS, &wrong), *again;
  fuzz_require(!journal == (wrong != NULL), "a journal that cannot be read has a fault");
  if (!journal)
    return;
  fuzz_require(journal_write(host, FOLDER, journal) == 0, "it can be written again");
  again = journal_read(ctx, host, FOLDER, ADDRESS, &wrong);
  fuzz_require(again != NULL, "what we write we read");
  fuzz_require(again->step == journal->step && again->detached == journal->detached &&
                   !again->driver == !journal->driver && (!again->driver || str_eq(again->driver, journal->driver)) &&
                   again->owner.pid == journal->owner.pid && again->owner.start == journal->owner.start,
               "it says the same again");
}

static void
read_record(TALLOC_CTX *ctx, const char *text)
{
  struct guest_record *record = guest_record_read(ctx, text);
  if (!record->guest)
    return;
  const char *once = guest_record_write(ctx, record);
  const char *twice = guest_record_write(ctx, guest_record_read(ctx, once));
  fuzz_require(strcmp(once, twice) == 0, "a guest's record is read as it is written");
  guest_record_words(ctx, record);
}

void
fuzz_journal(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length)
{
  struct input *input = input_split(ctx, bytes, length);
  struct options options = input_options(ctx, input->head);
  const struct part *record = input_part(input, "/run/domxml2qemu/locks/guest");
  for (size_t i = 0; i < input->n; i++)
    if (str_eq(input->parts[i].path, FOLDER "/" ADDRESS ".journal"))
      input->parts[i] = *with_sum(input, &input->parts[i]);
  tree_add_all(input);
  options.mode = MODE_STATUS;
  options.host_root = tree_root();
  options.offline = false;
  tool_run(ctx, &options);
  read_record(ctx, record->bytes);
  read_journal(ctx);
}
