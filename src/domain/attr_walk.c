/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/attr_walk.c - walks the tables of all sections and kinds */

#include "domain/attr_walk.h"
#include "domain/kind.h"

struct walk {
  void (*see)(const struct attr_seen *seen, void *arg);
  void *arg;
  bool rules;
  TALLOC_CTX *ctx;
};

/* The tables that led here: what stands in itself ends the walk. */
struct trail {
  const struct attr *table;
  const char *path;
  bool sure;
  const struct trail *above;
};

static void walk_table(const struct walk *walk, const struct attr *table, const char *path,
                       const struct attr_condition *when, const struct trail *above);

static bool
is_of_element(const char *path)
{
  return !strchr(path, '@') && !strchr(path, '(');
}

/* STEP may go up first: "../@type". */
static const char *
below(const struct walk *walk, const char *path, const char *step)
{
  const char *up = str_starts(step, "../") ? strrchr(path, '/') : NULL;
  if (up)
    return talloc_asprintf(walk->ctx, "%.*s/%s", (int)(up - path), path, step + strlen("../"));
  return strcmp(step, ".") == 0 ? path : talloc_asprintf(walk->ctx, "%s/%s", path, step);
}

/* "type=nvme", from the last word of each path: "source/address/@type". */
static const char *
text_of(const struct walk *walk, const struct attr_condition *when)
{
  if (!when)
    return "";
  if (!*when->word)
    return text_of(walk, when->above);
  const char *last = strrchr(when->path, '/') + 1, *before = text_of(walk, when->above);
  return talloc_asprintf(walk->ctx, "%s%s%s=%s", before, *before ? " " : "", *last == '@' ? last + 1 : last,
                         when->word);
}

static const struct attr_condition *
with(const struct walk *walk, const struct attr_condition *when, const char *path, const char *word)
{
  struct attr_condition *more = talloc(walk->ctx, struct attr_condition);
  *more = (struct attr_condition){ path, word, when };
  return more;
}

static void
tell(const struct walk *walk, const char *path, const struct attr_condition *when, const struct attr *row,
     const struct trail *trail, const char *again)
{
  walk->see(&(struct attr_seen){ .path = path,
                                 .when = text_of(walk, when),
                                 .again = again,
                                 .sure = !trail || trail->sure,
                                 .row = row,
                                 .condition = when },
            walk->arg);
}

/* A size may say its unit. */
static void
see_unit(const struct walk *walk, const char *path, const struct attr_condition *when)
{
  static const char *const units[] = { "b",   "byte", "bytes", "k",   "KB", "KiB", "M",   "MB", "MiB", "G",  "GB",
                                       "GiB", "T",    "TB",    "TiB", "P",  "PB",  "PiB", "E",  "EB",  "EiB" };
  static const struct attr unit = { .path = "@unit",
                                    .type = ATTR_T_ENUM,
                                    .offset = ATTR_NOWHERE,
                                    .width = sizeof(int),
                                    .names = units,
                                    .n_names = ARRAY_SIZE(units),
                                    .unit = "unit of size",
                                    .dflt = "that of the size's row",
                                    .doc = "What the number counts." };
  const char *end = strrchr(path, '/');
  tell(walk, talloc_asprintf(walk->ctx, "%.*s/@unit", (int)(end - path), path), when, &unit, NULL, NULL);
}

/* The tables that a value chooses among: of the same element where the row's path is the value's. */
static void
walk_choices(const struct walk *walk, const struct attr *row, const char *path, const struct attr_condition *when,
             const struct trail *trail)
{
  bool of_element = is_of_element(row->path);
  const char *there = of_element ? below(walk, path, row->path) : path;
  const char *deciding = below(walk, there, of_element ? "@type" : row->path);
  for (size_t i = 0; row->tables && i < row->n_names; i++)
    if (row->tables[i])
      walk_table(walk, row->tables[i], there, with(walk, when, deciding, row->names[i] ? row->names[i] : ""), trail);
  struct attr_case found;
  for (size_t i = 0; row->cases && row->cases(i, &found); i++)
    walk_table(walk, found.table, there, with(walk, when, deciding, found.word), trail);
}

/* Where TABLE began, if it led here; NULL. */
static const char *
began(const struct attr *table, const struct trail *trail)
{
  for (; trail; trail = trail->above)
    if (trail->table == table)
      return trail->path;
  return NULL;
}

static void
walk_rule(const struct walk *walk, const struct attr *row, const char *path, const struct attr_condition *when,
          const struct trail *trail)
{
  const struct trail sure = { NULL, path, true, trail };
  const char *there = below(walk, path, row->path);
  if (row->rule == ATTR_RULE_IF)
    walk_table(walk, row->table, path, with(walk, when, there, row->unit ? row->unit : ""), &sure);
  else
    tell(walk, there, when, row, &sure, NULL);
}

static void
walk_row(const struct walk *walk, const struct attr *row, const char *path, const struct attr_condition *when,
         const struct trail *trail)
{
  const char *there = below(walk, path, row->path);
  const char *again = row->table ? began(row->table, trail) : NULL;
  const struct trail unsure = { NULL, path, false, trail }, sure = { NULL, path, true, trail };
  bool code_decides = row->type == ATTR_T_SEE && strcmp(row->path, ".") == 0;
  bool stands_for_table = row->type == ATTR_T_SEE || row->type == ATTR_T_CHOICE;
  if (row->many || row->hollow || row->required || row->required_here ||
      (!stands_for_table && strcmp(row->path, ".") != 0))
    tell(walk, there, when, row, trail, NULL);
  if (row->type == ATTR_T_SIZE)
    see_unit(walk, there, when);
  if (again)
    tell(walk, there, when, row, trail, again);
  else if (row->table)
    walk_table(walk, row->table, there, when, code_decides ? &unsure : row->sure ? &sure : trail);
  if (stands_for_table)
    walk_choices(walk, row, path, when, trail);
}

static void
walk_table(const struct walk *walk, const struct attr *table, const char *path, const struct attr_condition *when,
           const struct trail *above)
{
  const struct trail here = { table, path, !above || above->sure, above };
  for (const struct attr *row = table; row && row->path; row++)
    if (row->type != ATTR_T_RULE)
      walk_row(walk, row, path, when, &here);
    else if (walk->rules)
      walk_rule(walk, row, path, when, &here);
}

static void
walk_kind(const struct walk *walk, const struct kind *kind)
{
  const char *path = kind->path ? talloc_asprintf(walk->ctx, "domain/%s", kind->path)
                                : talloc_asprintf(walk->ctx, "domain/devices/%s", kind->element);
  if (!kind->path)
    walk_table(walk, device_attrs, path, NULL, NULL);
  if (kind->takes & TAKES_BOOT)
    walk_table(walk, device_boot_attrs, path, NULL, NULL);
  if (kind->takes & TAKES_ROM)
    walk_table(walk, device_rom_attrs, path, NULL, NULL);
  if (kind->takes & TAKES_VIRTIO)
    walk_table(walk, device_virtio_attrs, path, NULL, NULL);
  walk_table(walk, kind->attrs, path, NULL, NULL);
}

static void
walk_all(bool rules, void (*see)(const struct attr_seen *seen, void *arg), void *arg)
{
  const struct walk walk = { see, arg, rules, talloc_new(NULL) };
  walk_table(&walk, domain_attrs, "domain", NULL, NULL);
  for (const struct section *const *section = sections; *section; section++)
    walk_table(&walk, (*section)->attrs, "domain", NULL, NULL);
  for (const struct kind *const *kind = kinds; *kind; kind++)
    walk_kind(&walk, *kind);
  talloc_free(walk.ctx);
}

void
attr_walk(void (*see)(const struct attr_seen *seen, void *arg), void *arg)
{
  walk_all(false, see, arg);
}

void
attr_walk_rules(void (*see)(const struct attr_seen *seen, void *arg), void *arg)
{
  walk_all(true, see, arg);
}
