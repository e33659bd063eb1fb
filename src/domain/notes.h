/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/notes.h - what stages note of a domain by a word: who was first, how many there were so far */

/* A guest may have ten thousand devices: whoever wants to know whether another one has the same MAC address asks here,
 * instead of looking at all of them each time. A note is found in a time that does not grow with their number. */

#ifndef DOMAIN_NOTES_H
#define DOMAIN_NOTES_H

#include <stddef.h>
#include <stdint.h>

#include <talloc.h>

struct domain;
struct device;
struct notes;

/* Zeros at first; what they mean is up to whoever keeps them. */
struct note {
  const struct device *dev;
  uint64_t number;
};

/* A table of its own, for what is asked once and then forgotten. */
struct notes *notes_new(TALLOC_CTX *ctx);

/* The note on KEY, among those on SUBJECT ("mac"); a KEY that is NULL is the empty one. It stays where it is. */
struct note *notes_find(struct notes *notes, const char *subject, const char *key);

/* Which of a list came with KEY first: the Nth itself, or one before it. */
size_t notes_first(struct notes *notes, const char *key, size_t n);

/* notes_find() in DOMAIN's own table, which is kept as long as DOMAIN: a stage that asks twice finds its first note. */
struct note *domain_note(const struct domain *domain, const char *subject, const char *key);
struct note *domain_note_number(const struct domain *domain, const char *subject, uint64_t key);

/* Who came with KEY first, by the same table: DEV itself, or the device that came before. For rules of what only one
 * may have. */
const struct device *domain_first(const struct device *dev, const char *subject, const char *key);
const struct device *domain_first_number(const struct device *dev, const char *subject, uint64_t key);

#endif
