/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/attr_walk.c - walks the tables of all sections and kinds */

#include "domain/attr_walk.h"
#include "domain/kind.h"

struct walk {
  void (*see)(const struct attr_seen *seen, void *arg);
  void *arg;
  TALLOC_CTX *ctx;
};

/* The tables that led here: what stands in itself ends the walk. */
struct trail {
  const struct attr *table;
  const struct trail *above;
};

static void walk_table(const struct walk *walk, const struct attr *table, const char *path, const char *when,
                       const struct trail *above);

static bool
is_of_element(const char *path)
{
  return !strchr(path, '@') && !strchr(path, '(');
}

static const char *
below(const struct walk *walk, const char *path, const char *step)
{
  return strcmp(step, ".") == 0 ? path : talloc_asprintf(walk->ctx, "%s/%s", path, step);
}

/* "type=nvme", from the last word of the row's path: "source/address/@type". */
static const char *
with(const struct walk *walk, const char *when, const char *path, const char *word)
{
  const char *last = strrchr(path, '/');
  last = last ? last + 1 : path;
  return talloc_asprintf(walk->ctx, "%s%s%s=%s", when, *when ? " " : "", *last == '@' ? last + 1 : last, word);
}

/* A size may say its unit. */
static void
see_unit(const struct walk *walk, const char *path, const char *when)
{
  static const char *const units[] = { "b",   "byte", "bytes", "k",   "KB", "KiB", "M",   "MB", "MiB", "G",  "GB",
                                       "GiB", "T",    "TB",    "TiB", "P",  "PB",  "PiB", "E",  "EB",  "EiB" };
  static const struct attr unit = { .path = "@unit",
                                    .type = ATTR_T_ENUM,
                                    .offset = ATTR_NOWHERE,
                                    .width = sizeof(int),
                                    .names = units,
                                    .n_names = ARRAY_SIZE(units),
                                    .doc = "What the number counts." };
  const char *end = strrchr(path, '/');
  walk->see(&(struct attr_seen){ .path = talloc_asprintf(walk->ctx, "%.*s/@unit", (int)(end - path), path),
                                 .when = when,
                                 .row = &unit },
            walk->arg);
}

/* The tables that a value chooses among: of the same element where the row's path is the value's. */
static void
walk_choices(const struct walk *walk, const struct attr *row, const char *path, const char *when,
             const struct trail *trail)
{
  const char *there = is_of_element(row->path) ? below(walk, path, row->path) : path;
  const char *deciding = is_of_element(row->path) ? "type" : row->path;
  for (size_t i = 0; row->tables && i < row->n_names; i++)
    if (row->tables[i])
      walk_table(walk, row->tables[i], there, row->names[i] ? with(walk, when, deciding, row->names[i]) : when, trail);
  struct attr_case found;
  for (size_t i = 0; row->cases && row->cases(i, &found); i++)
    walk_table(walk, found.table, there, with(walk, when, deciding, found.word), trail);
}

static bool
leads_back(const struct attr *table, const struct trail *trail)
{
  for (; trail; trail = trail->above)
    if (trail->table == table)
      return true;
  return false;
}

static void
walk_row(const struct walk *walk, const struct attr *row, const char *path, const char *when, const struct trail *trail)
{
  const char *there = below(walk, path, row->path);
  bool stands_for_table = row->type == ATTR_T_SEE || row->type == ATTR_T_CHOICE;
  if (!stands_for_table && strcmp(row->path, ".") != 0)
    walk->see(&(struct attr_seen){ .path = there, .when = when, .row = row }, walk->arg);
  if (row->type == ATTR_T_SIZE)
    see_unit(walk, there, when);
  if (row->table && leads_back(row->table, trail))
    walk->see(&(struct attr_seen){ .path = there, .when = when, .row = row }, walk->arg);
  else if (row->table)
    walk_table(walk, row->table, there, when, trail);
  if (stands_for_table)
    walk_choices(walk, row, path, when, trail);
}

static void
walk_table(const struct walk *walk, const struct attr *table, const char *path, const char *when,
           const struct trail *above)
{
  const struct trail here = { table, above };
  for (const struct attr *row = table; row && row->path; row++)
    walk_row(walk, row, path, when, &here);
}

static void
walk_kind(const struct walk *walk, const struct kind *kind)
{
  const char *path = kind->path ? talloc_asprintf(walk->ctx, "domain/%s", kind->path)
                                : talloc_asprintf(walk->ctx, "domain/devices/%s", kind->element);
  if (!kind->path)
    walk_table(walk, device_attrs, path, "", NULL);
  if (kind->takes & TAKES_BOOT)
    walk_table(walk, device_boot_attrs, path, "", NULL);
  if (kind->takes & TAKES_ROM)
    walk_table(walk, device_rom_attrs, path, "", NULL);
  if (kind->takes & TAKES_VIRTIO)
    walk_table(walk, device_virtio_attrs, path, "", NULL);
  walk_table(walk, kind->attrs, path, "", NULL);
}

void
attr_walk(void (*see)(const struct attr_seen *seen, void *arg), void *arg)
{
  const struct walk walk = { see, arg, talloc_new(NULL) };
  walk_table(&walk, domain_attrs, "domain", "", NULL);
  for (const struct section *const *section = sections; *section; section++)
    walk_table(&walk, (*section)->attrs, "domain", "", NULL);
  for (const struct kind *const *kind = kinds; *kind; kind++)
    walk_kind(&walk, *kind);
  talloc_free(walk.ctx);
}
