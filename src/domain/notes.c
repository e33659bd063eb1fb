/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/notes.c - a table by words, of what stages note of a domain */

#include "domain/notes.h"
#include "domain/domain.h"
#include "domain/device.h"

#include <inttypes.h>
#include <stdio.h>
#include <uthash.h>

struct kept {
  struct note note;
  UT_hash_handle hh;
  char key[]; /* subject, NUL, key */
};

struct notes {
  struct kept *kept;
};

static int
free_table(struct notes *notes)
{
  HASH_CLEAR(hh, notes->kept);
  return 0;
}

struct notes *
notes_new(TALLOC_CTX *ctx)
{
  struct notes *notes = talloc_zero(ctx, struct notes);
  talloc_set_destructor(notes, free_table);
  return notes;
}

struct note *
notes_find(struct notes *notes, const char *subject, const char *key)
{
  size_t subject_length = strlen(subject) + 1, length = subject_length + (key ? strlen(key) : 0);
  char *word = talloc_size(notes, length);
  struct kept *kept;
  memcpy(word, subject, subject_length);
  if (key)
    memcpy(word + subject_length, key, length - subject_length);
  HASH_FIND(hh, notes->kept, word, length, kept);
  if (!kept) {
    kept = talloc_zero_size(notes, sizeof(*kept) + length);
    memcpy(kept->key, word, length);
    HASH_ADD_KEYPTR(hh, notes->kept, kept->key, length, kept);
  }
  talloc_free(word);
  return &kept->note;
}

size_t
notes_first(struct notes *notes, const char *key, size_t n)
{
  struct note *note = notes_find(notes, "first", key);
  if (!note->number)
    note->number = n + 1;
  return note->number - 1;
}

struct note *
domain_note(const struct domain *domain, const char *subject, const char *key)
{
  return notes_find(domain->notes, subject, key);
}

struct note *
domain_note_number(const struct domain *domain, const char *subject, uint64_t key)
{
  char text[sizeof "18446744073709551615"];
  snprintf(text, sizeof text, "%" PRIu64, key);
  return domain_note(domain, subject, text);
}

static const struct device *
first_of(struct note *note, const struct device *dev)
{
  if (!note->dev)
    note->dev = dev;
  return note->dev;
}

const struct device *
domain_first(const struct device *dev, const char *subject, const char *key)
{
  return first_of(domain_note(dev->domain, subject, key), dev);
}

const struct device *
domain_first_number(const struct device *dev, const char *subject, uint64_t key)
{
  return first_of(domain_note_number(dev->domain, subject, key), dev);
}
