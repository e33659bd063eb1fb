/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_attr_walk.c - every row says what manual and grammar need, and none is missing */

#include "core/options.h"
#include "domain/attr_walk.h"
#include "domain/kind.h"
#include "unit/unit.h"

#include <glob.h>

/* --- what a row must say --- */

/* A value that is not written: what then? What is refused, or known and without bearing on QEMU, needs no answer. */
static bool
may_be_absent(const struct attr *row)
{
  switch (row->type) {
  case ATTR_T_STRING:
  case ATTR_T_UINT:
  case ATTR_T_NUM:
  case ATTR_T_INT:
  case ATTR_T_YESNO:
  case ATTR_T_ONOFF:
  case ATTR_T_ENUM:
  case ATTR_T_SIZE:
  case ATTR_T_PRESENT:
  case ATTR_T_WORD:
  case ATTR_T_NODE:
    return !row->required && !row->required_here;
  case ATTR_T_REFUSED:
  case ATTR_T_QUIET:
  case ATTR_T_STRUCT:
  case ATTR_T_LIST:
  case ATTR_T_CHOICE:
  case ATTR_T_SEE:
  case ATTR_T_RULE:
    break;
  }
  return false;
}

/* A value, or an element that stands in the manual by itself: any number of times, or with something to say. */
static bool
is_told(const struct attr *row)
{
  return row->many || row->hollow || row->type == ATTR_T_LIST || row->type == ATTR_T_NODE ||
         (row->type != ATTR_T_STRUCT && row->type != ATTR_T_SEE);
}

static bool
names_are_given(const struct attr *row)
{
  bool any = false;
  for (size_t i = 0; i < row->n_names; i++)
    any |= row->names[i] != NULL;
  return any;
}

static void
look_at_row(const struct attr_seen *seen, void *arg)
{
  const struct attr *row = seen->row;
  ++*(size_t *)arg;
  if (!is_told(row) || seen->again || str_eq(row->path, "."))
    return;
  ck_assert_msg(row->doc && strlen(row->doc) > 8, "%s (%s) has no sentence", seen->path, seen->when);
  ck_assert_msg(row->doc[strlen(row->doc) - 1] == '.', "%s: '%s' is no sentence", seen->path, row->doc);
  ck_assert_msg(row->dflt || row->required_where || !may_be_absent(row), "%s (%s) does not say what holds without it",
                seen->path, seen->when);
  ck_assert_msg(row->type != ATTR_T_ENUM || names_are_given(row), "%s has no names", seen->path);
  ck_assert_msg(row->type != ATTR_T_WORD || (row->parse && row->unit), "%s does not say what it takes", seen->path);
  ck_assert_msg(row->type != ATTR_T_SIZE || row->unit, "%s has no unit", seen->path);
  ck_assert_msg(row->type != ATTR_T_REFUSED || row->why, "%s is refused without a reason", seen->path);
}

START_TEST(rows_say_what_they_are)
{
  size_t n = 0;
  attr_walk(look_at_row, &n);
  ck_assert_msg(n > 900, "%zu rows", n);
}
END_TEST

/* --- the walk finds them, wherever they hide --- */

struct search {
  const char *path, *when;
  bool found;
};

static void
look_for(const struct attr_seen *seen, void *arg)
{
  struct search *search = arg;
  search->found |= strcmp(seen->path, search->path) == 0 && strstr(seen->when, search->when);
}

START_TEST(paths)
{
  static const struct search cases[] = {
    { "domain/@type", "", true },
    { "domain/os/type/text()", "", true },
    { "domain/memory/@unit", "", true },
    { "domain/devices/disk/source/@namespace", "type=nvme", true },
    { "domain/devices/disk/source/@namespace", "type=file", false },
    { "domain/devices/disk/source/address/@slot", "type=nvme", true },
    { "domain/devices/disk/source/host/@socket", "type=network transport=unix", true },
    { "domain/devices/disk/source/timeout/@seconds", "protocol=https", true },
    { "domain/devices/disk/source/timeout/@seconds", "protocol=nbd", false },
    { "domain/devices/disk/source/encryption/secret/@uuid", "", true },
    { "domain/devices/disk/backingStore/source/@file", "type=file", true },
    { "domain/devices/disk/backingStore/backingStore/source/@file", "", false },
    { "domain/devices/disk/address/@controller", "type=drive", true },
    { "domain/devices/rng/backend/source/@host", "model=egd type=tcp", true },
    { "domain/devices/tpm/backend/encryption/@secret", "type=emulator", true },
    { "domain/devices/interface/driver/@ats", "", true },
    { "domain/devices/interface/portForward/range/@start", "", true },
    { "domain/os/nvram/source/@file", "type=file", true },
    { "domain/cpu/numa/cell/cache/@level", "", true },
    { "domain/qemu:commandline/qemu:arg/@value", "", true },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct search search = { cases[i].path, cases[i].when, false };
    attr_walk(look_for, &search);
    ck_assert_msg(search.found == cases[i].found, "%s, %s", search.path, search.when);
  }
}
END_TEST

/* --- what is read of the golden domains is in the walk --- */

struct known {
  TALLOC_CTX *ctx;
  char **paths;
  bool *whole; /* an element with all that is below it */
  size_t n;
};

static void
remember(const struct attr_seen *seen, void *arg)
{
  struct known *known = arg;
  if (known->n % 1024 == 0) {
    known->paths = talloc_realloc(known->ctx, known->paths, char *, (unsigned)known->n + 1024);
    known->whole = talloc_realloc(known->ctx, known->whole, bool, (unsigned)known->n + 1024);
  }
  known->whole[known->n] = seen->row->type == ATTR_T_QUIET || seen->row->type == ATTR_T_REFUSED || seen->again;
  known->paths[known->n++] = talloc_strdup(known->ctx, seen->path);
}

/* PATH itself, an element on the way to a row, or something below what is quiet. */
static bool
is_known(const struct known *known, const char *path)
{
  for (size_t i = 0; i < known->n; i++) {
    size_t length = strlen(known->paths[i]), wanted = strlen(path);
    if (strncmp(known->paths[i], path, wanted) == 0 && (!known->paths[i][wanted] || known->paths[i][wanted] == '/'))
      return true;
    if (known->whole[i] && strncmp(known->paths[i], path, length) == 0 && path[length] == '/')
      return true;
  }
  return false;
}

static void
look_below(const struct known *known, const xmlNode *node, const char *path, const char *file)
{
  for (const xmlAttr *attr = node->properties; attr; attr = attr->next) {
    const char *it = talloc_asprintf(known->ctx, "%s/@%s", path, (const char *)attr->name);
    ck_assert_msg(!attr->_private || is_known(known, it), "%s: %s is read, but in no table", file, it);
  }
  for (const xmlNode *child = node->children; child; child = child->next) {
    const char *name = (const char *)child->name;
    if (child->type != XML_ELEMENT_NODE || !child->_private)
      continue;
    const char *prefix = child->ns && child->ns->prefix ? "qemu:" : "";
    const char *it = talloc_asprintf(known->ctx, "%s/%s%s", path, prefix, name);
    ck_assert_msg(is_known(known, it), "%s: %s is read, but in no table", file, it);
    look_below(known, child, it, file);
  }
}

/* A device that is wrong is passed by as a whole: only domains that are read without an error tell. */
static bool
look_at_domain(const struct known *known, const char *file)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  static const struct options none;
  struct stage stage = { .diag = diag_new(ctx), .options = &none };
  struct domain *domain = domain_read(ctx, file, &stage);
  bool fine = domain && diag_errors(stage.diag) == 0;
  if (fine)
    look_below(known, domain->root, "domain", file);
  talloc_free(ctx);
  return fine;
}

START_TEST(what_is_read_has_a_row)
{
  struct known known = { .ctx = talloc_new(NULL) };
  glob_t cases = { 0 };
  size_t fine = 0;
  attr_walk(remember, &known);
  ck_assert(glob(unit_file("cases/*/*.xml"), 0, NULL, &cases) == 0);
  for (size_t i = 0; i < cases.gl_pathc; i++)
    fine += look_at_domain(&known, cases.gl_pathv[i]);
  ck_assert_msg(fine > 400, "%zu domains", fine);
  globfree(&cases);
  talloc_free(known.ctx);
}
END_TEST

/* --- a rule is about rows that there are --- */

static void
look_at_rule(const struct attr_seen *seen, void *arg)
{
  const struct known *known = arg;
  if (seen->row->type != ATTR_T_RULE)
    return;
  ck_assert_msg(is_known(known, seen->path), "a rule is about %s, which is in no table", seen->path);
  for (const struct attr_condition *c = seen->condition; c; c = c->above)
    ck_assert_msg(is_known(known, c->path), "a rule of %s hangs on %s, which is in no table", seen->path, c->path);
}

static void
count_rules(const struct attr_seen *seen, void *arg)
{
  *(size_t *)arg += seen->row->type == ATTR_T_RULE;
}

START_TEST(rules_are_about_rows)
{
  struct known known = { .ctx = talloc_new(NULL) };
  size_t to_all = 0, to_who_asks = 0;
  attr_walk(remember, &known);
  attr_walk_rules(look_at_rule, &known);
  attr_walk(count_rules, &to_all);
  attr_walk_rules(count_rules, &to_who_asks);
  ck_assert_uint_eq(to_all, 0);
  ck_assert_msg(to_who_asks > 20, "%zu rules", to_who_asks);
  talloc_free(known.ctx);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_set_timeout(tcase, 60);
  tcase_add_test(tcase, rows_say_what_they_are);
  tcase_add_test(tcase, paths);
  tcase_add_test(tcase, what_is_read_has_a_row);
  tcase_add_test(tcase, rules_are_about_rows);
}

UNIT("domain/attr_walk", tests)
