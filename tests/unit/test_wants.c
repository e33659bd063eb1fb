/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_wants.c - no argument of any golden or example domain has a path or an address that says not what it is */

#include "domain/helper.h"
#include "domain/kinds.h"
#include "core/options.h"
#include "stages.h"
#include "choose.h"
#include "unit/unit.h"

#include <arpa/inet.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What all domains want, by kind; and how many domains had arguments at all. */
static unsigned wanted[WANT_KINDS], built;
static unsigned with_path; /* how many of them had a name of the host's in an argument */
static char *bare;         /* the faults: a line each */
static bool listed;        /* to be printed for each kind: WANTS_TABLE=1 */

/* --- one domain, as far as its arguments --- */

static const char **
append(TALLOC_CTX *ctx, const char **list, char *word)
{
  size_t n = talloc_array_length(list);
  list = talloc_realloc(ctx, list, const char *, n ? n + 1 : 2);
  list[(n ? n : 1) - 1] = word;
  list[n ? n : 1] = NULL;
  return list;
}

/* The options of a case that bear on its arguments; paths are those that the case's folder has. */
static void
read_options(const char *file, struct options *options)
{
  char line[4096];
  FILE *in = fopen(file, "r");
  while (in && fgets(line, sizeof line, in)) {
    line[strcspn(line, "\n")] = '\0';
    char *value = strchr(line, '=') ? talloc_strdup(options, strchr(line, '=') + 1) : NULL;
    if (str_starts(line, "--qemu-version="))
      options->qemu_version = value;
    else if (str_starts(line, "--capabilities="))
      options->capabilities = value;
    else if (str_eq(line, "--nvme=kernel"))
      options->nvme = NVME_KERNEL;
    else if (str_starts(line, "--host-root="))
      options->host_root = value;
    else if (str_starts(line, "--network="))
      options->networks = append(options, options->networks, value);
    else if (str_starts(line, "--volume="))
      options->volumes = append(options, options->volumes, value);
    else if (str_starts(line, "--secret="))
      options->secrets = append(options, options->secrets, value);
  }
  if (in)
    fclose(in);
}

static struct argv *
arguments(TALLOC_CTX *ctx, const char *file, const struct options *options, struct domain **domain)
{
  struct diag *diag = diag_new(ctx);
  struct stage stage = { .diag = diag, .options = options };
  struct secret_book *secrets = secret_book_new(ctx);
  int error;
  for (const char **secret = options->secrets; secret && *secret; secret++)
    secret_book_add(secrets, *secret);
  *domain = domain_read(ctx, file, &stage);
  if (!*domain || !(stage.caps = caps_choose(ctx, *domain, options, NULL, &error, diag)))
    return NULL;
  stage.host = host_open(ctx, options->host_root, diag);
  domain_complete(*domain, &stage);
  domain_check(*domain, &stage);
  if (diag_errors(diag) || !stage.host)
    return NULL;
  domain_resolve(*domain, &stage);
  secrets_resolve(*domain, secrets, &stage);
  return diag_errors(diag) ? NULL : domain_build(ctx, *domain, &stage);
}

/* --- the law --- */

/* "/x", and within a word "file=/x", "unix:/x". */
static bool
has_path(const char *text)
{
  return text[0] == '/' || strstr(text, "=/") || strstr(text, ":/");
}

/* "192.0.2.9", "192.0.2.9:80", "192.0.2.0/24", "fe80::1", "[::1]:80" */
static bool
has_address(const char *text)
{
  char word[64] = "";
  uint8_t bytes[16];
  snprintf(word, sizeof word, "%s", text + (text[0] == '['));
  word[strcspn(word, "]/%")] = '\0';
  if (inet_pton(AF_INET6, word, bytes) == 1)
    return true;
  word[strcspn(word, ":")] = '\0';
  return inet_pton(AF_INET, word, bytes) == 1;
}

static void
look(const char *file, const char *where, const char *text, enum prop_names names)
{
  if (text && names == NAMES_NOTHING && (has_path(text) || has_address(text)))
    bare = talloc_asprintf_append(bare, "%s: %s: %s\n", file, where, text);
}

static void
look_at_props(const char *file, const char *option, const struct props *p)
{
  for (size_t i = 0; i < p->n; i++) {
    const struct prop *item = &p->items[i];
    if (item->type == PROP_DICT || item->type == PROP_LIST)
      look_at_props(file, option, item->nested);
    else if (item->type == PROP_STRING && !item->defines && !item->refers)
      look(file, talloc_asprintf(bare, "%s %s", option, item->key ? item->key : "[]"), item->string, item->names);
  }
}

/* Has P an address within, does it say what is done there? */
static void
find_addresses(const struct props *p, bool *named, bool *said)
{
  for (size_t i = 0; i < p->n_implied; i++)
    *said |= p->implied[i].address != NULL;
  for (size_t i = 0; i < p->n; i++) {
    if (p->items[i].type == PROP_DICT || p->items[i].type == PROP_LIST)
      find_addresses(p->items[i].nested, named, said);
    else
      *named |= p->items[i].type == PROP_STRING && p->items[i].names == NAMES_ADDRESS;
  }
}

static void
look_at_addresses(const char *file, const struct arg *arg)
{
  bool named = false, said = false;
  find_addresses(arg->props, &named, &said);
  if (named && !said)
    bare = talloc_asprintf_append(bare, "%s: %s: an address of which no props_port() says what is done there\n", file,
                                  arg->option);
}

static bool
names_host(const struct props *p)
{
  for (size_t i = 0; i < p->n; i++) {
    const struct prop *item = &p->items[i];
    bool nested = item->type == PROP_DICT || item->type == PROP_LIST;
    if (nested ? names_host(item->nested)
               : item->type == PROP_STRING && item->names == NAMES_HOST && has_path(item->string))
      return true;
  }
  return false;
}

static bool
arg_names_host(const struct arg *arg)
{
  return arg->props ? names_host(arg->props) : arg->names == NAMES_HOST && has_path(arg->value);
}

static void
count(const struct want *want, void *arg)
{
  bool *here = arg;
  here[want->kind] = true;
}

static void
judge(const char *file, struct domain *domain, const struct argv *argv)
{
  bool here[WANT_KINDS] = { false }, path = false;
  for (size_t i = 0; i < argv->n; i++) {
    const struct arg *arg = argv->args[i];
    path |= arg_names_host(arg);
    if (arg->props) {
      look_at_props(file, arg->option, arg->props);
      look_at_addresses(file, arg);
    } else
      look(file, arg->option ? arg->option : "a word", arg->value, arg->names);
  }
  for (size_t i = 0; i < argv->n_env; i++)
    look(file, argv->env[i].name, argv->env[i].value, argv->env[i].names);
  for (size_t i = 0; i < domain->n_helpers; i++)
    for (size_t j = 0; j < domain->helpers[i]->n; j++)
      look(file, domain->helpers[i]->argv[0], domain->helpers[i]->argv[j], domain->helpers[i]->names[j]);
  wants_of_arguments(domain, argv);
  wants_each(domain, count, here);
  for (int kind = 0; kind < WANT_KINDS; kind++)
    wanted[kind] += here[kind];
  with_path += path;
  built++;
}

/* The arguments of PATH for the first of VERSIONS that takes it. */
static struct argv *
for_any_version(TALLOC_CTX *ctx, const char *path, const char *const *versions, struct options *options,
                struct domain **domain)
{
  struct argv *argv = NULL;
  for (; *versions && !argv; versions++) {
    options->qemu_version = *versions;
    argv = arguments(ctx, path, options, domain);
  }
  return argv;
}

/* Domains from elsewhere have no options. */
static int
visit_foreign(const char *path, const struct stat *st, int type, struct FTW *at)
{
  static const char *const versions[] = { "10.0", "11.1", "7.2", NULL };
  (void)st;
  if (type != FTW_F || !str_eq(strrchr(path, '.'), ".xml"))
    return 0;
  TALLOC_CTX *ctx = talloc_new(NULL);
  struct options *options = talloc_zero(ctx, struct options);
  struct domain *domain;
  options->host_root = getenv("WANTS_HOST") ?: "/nonexistent";
  struct argv *argv = for_any_version(ctx, path, versions, options, &domain);
  if (argv)
    judge(path + at->base, domain, argv);
  talloc_free(ctx);
  return 0;
}

static int
visit(const char *path, const struct stat *st, int type, struct FTW *at)
{
  const char *end = strrchr(path, '.');
  (void)st;
  if (type != FTW_F || !str_eq(end, ".xml"))
    return 0;
  TALLOC_CTX *ctx = talloc_new(NULL);
  struct options *options = talloc_zero(ctx, struct options);
  options->qemu_version = "10.0";
  options->host_root = "/nonexistent";
  char *folder = talloc_strndup(ctx, path, (size_t)at->base - 1);
  ck_assert_int_eq(chdir(folder), 0);
  char *opts = strstr(path, "/examples/") ? talloc_asprintf(ctx, "%s/../tests/cases/examples/%.*s.opts", folder,
                                                            (int)(end - path) - at->base, path + at->base)
                                          : talloc_asprintf(ctx, "%.*s.opts", (int)(end - path), path);
  read_options(opts, options);
  char empty[] = "/tmp/wants-XXXXXX";
  if (str_eq(options->host_root, "/nonexistent"))
    options->host_root = mkdtemp(empty);
  struct domain *domain;
  struct argv *argv = arguments(ctx, path + at->base, options, &domain);
  if (options->host_root == empty)
    rmdir(empty);
  if (argv)
    judge(path + at->base, domain, argv);
  talloc_free(ctx);
  return 0;
}

START_TEST(every_path_says_what_it_is)
{
  char *top = realpath(unit_file("cases"), NULL), *examples = realpath(unit_file("../examples"), NULL);
  bare = talloc_strdup(NULL, "");
  ck_assert_int_eq(nftw(top, visit, 16, FTW_PHYS), 0);
  ck_assert_int_eq(nftw(examples, visit, 16, FTW_PHYS), 0);
  free(top);
  free(examples);
  ck_assert_msg(!*bare, "bare paths and addresses; say whose they are (core/props.h, domain/helper.h):\n%s", bare);
  ck_assert_uint_gt(built, 400);
  listed = getenv("WANTS_TABLE") != NULL;
  for (int kind = 1; kind < WANT_KINDS; kind++) {
    if (listed)
      printf("# %4u of %u domains: %s\n", wanted[kind], built, want_word((enum want_kind)kind));
    ck_assert_msg(wanted[kind], "no golden domain wants '%s'", want_word((enum want_kind)kind));
  }
  talloc_free(bare);
}
END_TEST

/* By hand: WANTS_FOLDERS=DIR:DIR, and WANTS_HOST, a host for them. */
START_TEST(so_it_is_elsewhere)
{
  char *folders = getenv("WANTS_FOLDERS") ? strdup(getenv("WANTS_FOLDERS")) : NULL, *save = NULL;
  bare = talloc_strdup(NULL, "");
  for (char *folder = folders ? strtok_r(folders, ":", &save) : NULL; folder; folder = strtok_r(NULL, ":", &save)) {
    built = with_path = 0;
    ck_assert_int_eq(nftw(folder, visit_foreign, 16, FTW_PHYS), 0);
    printf("# %s: %u domains with arguments, %u of them with a path\n", folder, built, with_path);
  }
  free(folders);
  ck_assert_msg(!*bare, "bare paths and addresses:\n%s", bare);
  talloc_free(bare);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, so_it_is_elsewhere);
  tcase_add_test(tcase, every_path_says_what_it_is);
}

UNIT("domain/wants", tests)
