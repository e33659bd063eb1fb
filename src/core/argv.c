/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/argv.c - arguments in the making, and the order that defines before it uses */

/* argv_order() is also the proof that no reference dangles. A builder never writes an id as a plain string: it
 * says that a property defines an id (props_define) or refers to one (props_refer), each in an id space (a bus, a
 * node, an object, ...). The order is found by a depth-first walk: phase by phase, in the order in which arguments
 * were appended, an argument is put out after all arguments whose ids it refers to. So ties stay as they were, a
 * reference decides over a phase, and each argument is put out once.
 *
 * The walk meets every reference. One that nothing defines, an id that two arguments define, and an argument that
 * is met again while its own references are walked (a circle) are mistakes of ours, not of the XML: each is
 * reported as an internal error, with the line of the XML that led to it, and nothing is printed or started. */

#include "core/argv.h"

#include <uthash.h>

struct argv *
argv_new(TALLOC_CTX *ctx, const char *emulator)
{
  struct argv *argv = talloc_zero(ctx, struct argv);
  argv->emulator = talloc_strdup(argv, emulator);
  return argv;
}

void
argv_origin(struct argv *argv, struct place place, const char *subject, const char *rule)
{
  argv->place = place;
  argv->subject = subject;
  argv->rule = rule;
}

static struct arg *
append(struct argv *argv, enum phase phase, const char *option, enum arg_style style)
{
  struct arg *arg = talloc_zero(argv, struct arg);
  *arg = (struct arg){
    .option = option,
    .style = style,
    .phase = phase,
    .place = argv->place,
    .rule = argv->rule,
    .subject = argv->subject,
    .device = argv->device,
  };
  if (argv->n == talloc_array_length(argv->args))
    argv->args = talloc_realloc(argv, argv->args, struct arg *, argv->n ? 2 * argv->n : 64);
  argv->args[argv->n++] = arg;
  return arg;
}

static struct props *
with_props(const struct argv *argv, struct arg *arg)
{
  arg->props = props_new(arg);
  arg->props->usual = &argv->place;
  return arg->props;
}

struct props *
argv_json(struct argv *argv, enum phase phase, const char *option)
{
  return with_props(argv, append(argv, phase, option, ARG_JSON));
}

struct props *
argv_keyval(struct argv *argv, enum phase phase, const char *option, const char *implied)
{
  struct arg *arg = append(argv, phase, option, ARG_KEYVAL);
  arg->implied = implied;
  return with_props(argv, arg);
}

void
argv_plain(struct argv *argv, enum phase phase, const char *option, const char *value)
{
  struct arg *arg = append(argv, phase, option, ARG_PLAIN);
  arg->value = talloc_strdup(arg, value);
}

void
argv_named(struct argv *argv, enum phase phase, const char *option, enum prop_names names, const char *value)
{
  argv_plain(argv, phase, option, value);
  argv->args[argv->n - 1]->names = names;
}

void
argv_host(struct argv *argv, enum phase phase, const char *option, enum want_kind want, const char *value)
{
  argv_named(argv, phase, option, NAMES_HOST, value);
  argv->args[argv->n - 1]->want = want;
}

void
argv_flag(struct argv *argv, enum phase phase, const char *option)
{
  append(argv, phase, option, ARG_PLAIN);
}

struct props *
argv_single(struct argv *argv, enum phase phase, const char *option, const char *implied)
{
  for (size_t i = 0; i < argv->n; i++)
    if (argv->args[i]->style == ARG_KEYVAL && str_eq(argv->args[i]->option, option))
      return argv->args[i]->props;
  return argv_keyval(argv, phase, option, implied);
}

struct props *
argv_device(struct argv *argv, enum phase phase, const char *driver, const char *id)
{
  struct props *p = argv_json(argv, phase, "-device");
  props_str(p, "driver", driver);
  props_define(p, "id", ID_DEVICE, id);
  return p;
}

struct props *
argv_object(struct argv *argv, enum phase phase, const char *type, const char *id)
{
  struct props *p = argv_json(argv, phase, "-object");
  props_str(p, "qom-type", type);
  props_define(p, "id", ID_OBJECT, id);
  return p;
}

void
argv_global(struct argv *argv, const char *driver, const char *property, const char *value)
{
  argv_plain(argv, PHASE_GLOBAL, "-global", talloc_asprintf(argv, "%s.%s=%s", driver, property, value));
}

static void
offer_bus(struct arg *arg, const char *name)
{
  arg->buses = talloc_realloc(arg, arg->buses, const char *, arg->n_buses + 1);
  arg->buses[arg->n_buses++] = talloc_strdup(arg, name);
}

void
argv_offers_bus(struct argv *argv, const char *name)
{
  offer_bus(argv->args[argv->n - 1], name);
}

void
argv_props_offer_bus(struct argv *argv, const struct props *p, const char *name)
{
  for (size_t i = argv->n; i-- > 0;)
    if (argv->args[i]->props == p) {
      offer_bus(argv->args[i], name);
      return;
    }
}

static void
add_env(struct argv *argv, struct env env)
{
  env.name = talloc_strdup(argv, env.name);
  env.value = talloc_strdup(argv, env.value);
  env.place = argv->place;
  env.subject = argv->subject;
  argv->env = ARRAY_ROOM(argv, argv->env, struct env, argv->n_env);
  argv->env[argv->n_env++] = env;
}

void
argv_env(struct argv *argv, const char *name, const char *value)
{
  add_env(argv, (struct env){ .name = name, .value = value });
}

void
argv_env_host(struct argv *argv, const char *name, enum want_kind want, const char *value)
{
  add_env(argv, (struct env){ .name = name, .value = value, .names = NAMES_HOST, .want = want });
}

void
argv_env_given(struct argv *argv, const char *name, const char *value)
{
  add_env(argv, (struct env){ .name = name, .value = value, .names = NAMES_GIVEN });
}

/* --- where from --- */

static void
add_place(TALLOC_CTX *ctx, struct places *places, struct place place)
{
  if (!place.file)
    return;
  for (size_t i = 0; i < places->n; i++)
    if (places->items[i].line == place.line && str_eq(places->items[i].file, place.file))
      return;
  places->items = talloc_realloc(ctx, places->items, struct place, places->n + 1);
  places->items[places->n++] = place;
}

static void
add_places(TALLOC_CTX *ctx, struct places *places, const struct props *p)
{
  for (size_t i = 0; i < p->n; i++)
    if ((p->items[i].type == PROP_DICT || p->items[i].type == PROP_LIST) && p->items[i].nested->n)
      add_places(ctx, places, p->items[i].nested);
    else
      add_place(ctx, places, p->items[i].place);
}

struct places
arg_places(TALLOC_CTX *ctx, const struct arg *arg)
{
  struct places places = { NULL };
  if (arg->props)
    add_places(ctx, &places, arg->props);
  if (!places.n)
    add_place(ctx, &places, arg->place);
  return places;
}

/* --- order --- */

struct definition {
  const char *key; /* "SPACE id" */
  struct arg *arg;
  UT_hash_handle hh;
};

enum visit { UNSEEN, OPEN, DONE };

struct node {
  struct arg *arg;
  enum visit visit;
};

struct order {
  struct argv *argv;
  struct diag *diag;
  struct definition *definitions;
  struct node *nodes;
  struct arg **out;
  size_t n_out;
  bool fine;
};

static void
our_bug(struct order *o, const struct arg *arg, const char *what, const char *id)
{
  diag_error(o->diag, arg->place, arg->subject, "internal error: %s '%s' (%s); please report it with this XML", what,
             id, arg->option ? arg->option : "");
  o->fine = false;
}

static const char *
id_key(TALLOC_CTX *ctx, enum id_space space, const char *id)
{
  return talloc_asprintf(ctx, "%d %s", (int)space, id);
}

static void
define(struct order *o, struct arg *arg, enum id_space space, const char *id)
{
  const char *key = id_key(o->nodes, space, id);
  struct definition *d;
  HASH_FIND_STR(o->definitions, key, d);
  if (d) {
    our_bug(o, arg, "defined twice:", id);
    return;
  }
  d = talloc_zero(o->nodes, struct definition);
  d->key = key;
  d->arg = arg;
  HASH_ADD_KEYPTR(hh, o->definitions, d->key, strlen(d->key), d);
}

static void
collect(struct order *o, struct arg *arg, const struct props *p)
{
  for (size_t i = 0; p && i < p->n; i++) {
    const struct prop *item = &p->items[i];
    if (item->type == PROP_DICT || item->type == PROP_LIST)
      collect(o, arg, item->nested);
    else if (item->defines)
      define(o, arg, item->space, item->string);
  }
}

static void visit(struct order *o, struct node *node);

static void
visit_references(struct order *o, struct node *node, const struct props *p)
{
  for (size_t i = 0; p && i < p->n; i++) {
    const struct prop *item = &p->items[i];
    if (item->type == PROP_DICT || item->type == PROP_LIST) {
      visit_references(o, node, item->nested);
      continue;
    }
    struct definition *d;
    if (item->behind) {
      HASH_FIND_STR(o->definitions, id_key(o->nodes, ID_BUS, item->behind), d);
      if (d && d->arg != node->arg)
        visit(o, &o->nodes[d->arg->seq]);
    }
    if (!item->refers)
      continue;
    const char *key = id_key(o->nodes, item->space, item->string);
    HASH_FIND_STR(o->definitions, key, d);
    if (!d)
      our_bug(o, node->arg, "refers to what nothing defines:", item->string);
    else if (d->arg != node->arg)
      visit(o, &o->nodes[d->arg->seq]);
  }
}

static void
visit(struct order *o, struct node *node)
{
  if (node->visit == DONE)
    return;
  if (node->visit == OPEN) {
    our_bug(o, node->arg, "circle of references at", node->arg->option);
    return;
  }
  node->visit = OPEN;
  visit_references(o, node, node->arg->props);
  node->visit = DONE;
  o->out[o->n_out++] = node->arg;
}

static void
visit_phase(struct order *o, enum phase phase)
{
  for (size_t i = 0; i < o->argv->n; i++)
    if (o->nodes[i].arg->phase == phase)
      visit(o, &o->nodes[i]);
}

bool
argv_order(struct argv *argv, struct diag *diag)
{
  struct order o = { .argv = argv, .diag = diag, .fine = true };
  o.nodes = talloc_zero_array(argv, struct node, argv->n);
  o.out = talloc_zero_array(argv, struct arg *, argv->n + 1);
  for (size_t i = 0; i < argv->n; i++) {
    struct arg *arg = argv->args[i];
    arg->seq = i;
    o.nodes[i] = (struct node){ .arg = arg };
    collect(&o, arg, arg->props);
    for (size_t j = 0; j < arg->n_buses; j++)
      define(&o, arg, ID_BUS, arg->buses[j]);
  }
  for (enum phase phase = PHASE_NAME; phase <= PHASE_LAST; phase++)
    visit_phase(&o, phase);
  HASH_CLEAR(hh, o.definitions);
  talloc_free(o.nodes);
  talloc_free(argv->args);
  argv->args = o.out;
  return o.fine;
}

/* --- length --- */

/* execve(2): no word of 32 pages or more, and 6 MiB in all, however large the stack may be. */
#define WORD_MAX KIB(128)
#define WORDS_MAX MIB(6)

/* Four times the length has room for any escaping. */
#define PRINTED_MAX MIB(32)

/* Each item has quotes, a colon and a comma. */
enum { ITEM_SIGNS = 6 };

/* How long it is at the least: nothing is escaped, a number may be one digit. */
static uint64_t
props_length(const struct props *p)
{
  uint64_t length = 0;
  for (size_t i = 0; p && i < p->n; i++) {
    const struct prop *item = &p->items[i];
    length += ITEM_SIGNS + (item->key ? strlen(item->key) : 0);
    if (item->type == PROP_STRING)
      length += strlen(item->string);
    else if (item->type == PROP_DICT || item->type == PROP_LIST)
      length += props_length(item->nested);
  }
  return length;
}

void
argv_check_length(const struct argv *argv, struct diag *diag)
{
  uint64_t all = 0;
  for (size_t i = 0; i < argv->n_env; i++)
    all += strlen(argv->env[i].name) + strlen(argv->env[i].value);
  for (size_t i = 0; i < argv->n; i++) {
    const struct arg *arg = argv->args[i];
    uint64_t word = arg->value ? strlen(arg->value) : props_length(arg->props);
    all += word + (arg->option ? strlen(arg->option) : 0);
    if (word >= WORD_MAX)
      diag_unstartable(diag, arg->place, arg->subject,
                       "%s: an argument of %ju KiB: Linux starts no program with one of 128 KiB, this guest will not "
                       "start; shorten what it is made of",
                       arg->option ? arg->option : arg->rule, (uintmax_t)(word >> 10));
  }
  const struct place nowhere = { 0 };
  if (all > PRINTED_MAX)
    diag_error(diag, nowhere, NULL,
               "the arguments have %ju MiB in all, and Linux starts no program with more than 6 MiB; "
               "make it a smaller guest",
               (uintmax_t)(all >> 20));
  else if (all > WORDS_MAX)
    diag_unstartable(diag, nowhere, NULL,
                     "the arguments have %ju MiB in all: Linux starts no program with more than "
                     "6 MiB, this guest will not start; use fewer devices",
                     (uintmax_t)(all >> 20));
}
