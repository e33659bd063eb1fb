/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/explain.c - --explain: where each word of the invocation comes from */

#include "core/utf8.h"
#include "domain/helper.h"
#include "domain/kind.h"
#include "out/concern.h"
#include "out/json_text.h"
#include "out/out.h"

/* Words that belong together, and where they come from. */
struct origin {
  const char *what; /* "helper", "environment", "qemu" */
  const char *words[2];
  const struct helper *helper; /* in place of WORDS */
  struct places places;
  const char *subject, *rule;
};

struct origins {
  struct origin *items;
  size_t n;
};

static void
add(struct origins *all, struct origin origin)
{
  all->items = ARRAY_ROOM(NULL, all->items, struct origin, all->n);
  all->items[all->n++] = origin;
}

static struct places
one_place(TALLOC_CTX *ctx, struct place place)
{
  struct places places = { NULL };
  if (!place.file)
    return places;
  places.items = talloc_memdup(ctx, &place, sizeof(place));
  places.n = 1;
  return places;
}

static void
add_helpers(TALLOC_CTX *ctx, const struct explained *e, struct origins *all)
{
  for (size_t i = 0; i < e->domain->n_helpers; i++) {
    const struct helper *helper = e->domain->helpers[i];
    if (!e->device || str_eq(helper->subject, e->device->subject))
      add(all, (struct origin){ .what = "helper",
                                .helper = helper,
                                .places = one_place(ctx, helper->place),
                                .subject = helper->subject,
                                .rule = "a program that runs before QEMU" });
  }
}

static void
add_environment(TALLOC_CTX *ctx, const struct explained *e, struct origins *all)
{
  for (size_t i = 0; i < e->argv->n_env; i++) {
    const struct env *env = &e->argv->env[i];
    if (!e->device || str_eq(env->subject, e->device->subject))
      add(all, (struct origin){ .what = "environment",
                                .words = { talloc_asprintf(ctx, "%s=%s", env->name, env->value) },
                                .places = one_place(ctx, env->place),
                                .subject = env->subject });
  }
}

static void
add_emulator(TALLOC_CTX *ctx, const struct explained *e, struct origins *all)
{
  struct origin origin = { .what = "qemu", .words = { e->argv->emulator } };
  xmlNode *devices = xml_child(e->domain->root, "devices"), *node = devices ? xml_child(devices, "emulator") : NULL;
  if (e->options->qemu)
    origin.rule = "--qemu";
  else if (node && *xml_text(node))
    origin.places = one_place(ctx, xml_place(node, NULL));
  else
    origin.rule = talloc_asprintf(ctx, "no <emulator>: the QEMU for %s", arch_names[e->domain->arch]);
  add(all, origin);
}

static void
add_arguments(TALLOC_CTX *ctx, const struct explained *e, struct origins *all)
{
  const bool *concerned = e->device ? out_concerned(ctx, e->argv, e->device) : NULL;
  for (size_t i = 0; i < e->argv->n; i++) {
    const struct arg *arg = e->argv->args[i];
    struct origin origin = {
      .what = "qemu", .places = arg_places(ctx, arg), .subject = arg->subject, .rule = arg->rule
    };
    if (concerned && !concerned[i])
      continue;
    out_arg(ctx, arg, &origin.words[0], &origin.words[1]);
    add(all, origin);
  }
}

static struct origins
origins_of(TALLOC_CTX *ctx, const struct explained *e)
{
  struct origins all = { NULL };
  add_helpers(ctx, e, &all);
  add_environment(ctx, e, &all);
  if (!e->device)
    add_emulator(ctx, e, &all);
  add_arguments(ctx, e, &all);
  talloc_steal(ctx, all.items);
  return all;
}

/* --- text --- */

static char *
append_words(char *text, const char *const *words, size_t n)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  const char *blank = "";
  for (size_t i = 0; i < n && (words[i] || i == 0); i++)
    if (words[i]) {
      text = talloc_asprintf_append_buffer(text, "%s%s", blank, out_quote(scratch, words[i]));
      blank = " ";
    }
  talloc_free(scratch);
  return talloc_strdup_append_buffer(text, "\n");
}

/* "guest.xml:5,7,12 other.xml:3" */
static char *
append_places(char *text, const struct places *places)
{
  for (size_t i = 0; i < places->n; i++) {
    const struct place *place = &places->items[i];
    bool same = i > 0 && str_eq(place->file, places->items[i - 1].file);
    if (place->line)
      text = same ? talloc_asprintf_append_buffer(text, ",%u", place->line)
                  : talloc_asprintf_append_buffer(text, " %s:%u", place->file, place->line);
  }
  return text;
}

/* One line of reason: "# guest.xml:42,45 disk vda", "# guest.xml:5: machine q35 ...". */
static char *
append_reason(char *text, const struct origin *origin)
{
  char *reason = append_places(talloc_strdup(NULL, "#"), &origin->places);
  bool placed = reason[1] != '\0';
  if (origin->subject)
    reason = talloc_asprintf_append_buffer(reason, " %s", origin->subject);
  if (origin->rule)
    reason = talloc_asprintf_append_buffer(reason, "%s %s", placed || origin->subject ? ":" : "", origin->rule);
  /* a name with a newline in it must not pass for an argument */
  for (char *c = reason; *c; c++)
    if ((unsigned char)*c < ' ' || *c == 0x7f)
      *c = '?';
  text = talloc_asprintf_append_buffer(text, "%s\n", reason);
  talloc_free(reason);
  return text;
}

const char *
out_explain(TALLOC_CTX *ctx, const struct explained *e)
{
  const struct origins all = origins_of(ctx, e);
  char *text = talloc_strdup(ctx, "");
  for (size_t i = 0; i < all.n; i++) {
    const struct origin *origin = &all.items[i];
    text = append_reason(text, origin);
    if (origin->helper)
      text = append_words(text, (const char *const *)origin->helper->argv, origin->helper->n);
    else
      text = append_words(text, origin->words, ARRAY_SIZE(origin->words));
  }
  return text;
}

/* --- JSON --- */

static json_object *
string(const char *text)
{
  return text ? json_object_new_string(text) : NULL;
}

static void
put_place(json_object *object, const struct place *place, struct diag *diag)
{
  unsigned column = place ? diag_columns(diag, *place, NULL) : 0;
  json_object_object_add(object, "file", string(place ? place->file : NULL));
  json_object_object_add(object, "line", place && place->line ? json_object_new_int64(place->line) : NULL);
  json_object_object_add(object, "column", column ? json_object_new_int64(column) : NULL);
}

static json_object *
json_words(const struct origin *origin)
{
  json_object *words = json_object_new_array();
  for (char **word = origin->helper ? origin->helper->argv : NULL; word && *word; word++)
    json_object_array_add(words, string(*word));
  for (size_t i = 0; i < ARRAY_SIZE(origin->words); i++)
    if (origin->words[i])
      json_object_array_add(words, string(origin->words[i]));
  return words;
}

static json_object *
json_origin(const struct origin *origin, struct diag *diag)
{
  json_object *object = json_object_new_object(), *also = json_object_new_array();
  json_object_object_add(object, "of", string(origin->what));
  json_object_object_add(object, "words", json_words(origin));
  put_place(object, origin->places.n ? &origin->places.items[0] : NULL, diag);
  for (size_t i = 1; i < origin->places.n; i++) {
    json_object *place = json_object_new_object();
    put_place(place, &origin->places.items[i], diag);
    json_object_array_add(also, place);
  }
  json_object_object_add(object, "also", also);
  json_object_object_add(object, "device", string(origin->subject));
  json_object_object_add(object, "rule", string(origin->rule));
  return object;
}

const char *
out_explain_json(TALLOC_CTX *ctx, const struct explained *e)
{
  const struct origins all = origins_of(ctx, e);
  json_object *array = json_object_new_array();
  for (size_t i = 0; i < all.n; i++)
    json_object_array_add(array, json_origin(&all.items[i], e->diag));
  const char *text = json_text(ctx, array);
  json_object_put(array);
  return text;
}
