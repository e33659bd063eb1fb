/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/json.c - --format=json: the invocation and all that goes with it, for scripts */

#include "domain/helper.h"
#include "out/json_text.h"
#include "out/out.h"

static json_object *
string(const char *text)
{
  return text ? json_object_new_string(text) : NULL;
}

static json_object *
json_argv(const struct argv *argv)
{
  json_object *array = json_object_new_array();
  char **words = out_words(NULL, argv);
  for (char **word = words; *word; word++)
    json_object_array_add(array, string(*word));
  talloc_free(words);
  return array;
}

static json_object *
json_env(const struct argv *argv)
{
  json_object *env = json_object_new_object();
  for (size_t i = 0; i < argv->n_env; i++)
    json_object_object_add(env, argv->env[i].name, string(argv->env[i].value));
  return env;
}

static json_object *
json_secrets(const struct domain *domain)
{
  json_object *array = json_object_new_array();
  for (size_t i = 0; i < domain->n_secrets; i++) {
    const struct secret *secret = domain->secrets[i];
    if (!secret->file.path)
      continue;
    json_object *o = json_object_new_object();
    json_object_object_add(o, "object", string(secret->id));
    json_object_object_add(o, "device", string(secret->want.subject));
    json_object_object_add(o, secret->want.uuid ? "uuid" : "usage",
                           string(secret->want.uuid ? secret->want.uuid : secret->want.usage));
    json_object_object_add(o, "file", string(secret->file.path));
    json_object_object_add(o, "format", string(secret->file.format));
    json_object_array_add(array, o);
  }
  return array;
}

static void
add_want(const struct want *want, void *arg)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  json_object *o = json_object_new_object();
  json_object_object_add(o, "need", string(want_word(want->kind)));
  json_object_object_add(o, "device", string(want->subject));
  json_object_object_add(o, "value", string(want_value(scratch, want)));
  if (want_source(scratch, want))
    json_object_object_add(o, "source", string(want_source(scratch, want)));
  json_object_array_add(arg, o);
  talloc_free(scratch);
}

static json_object *
json_helpers(const struct domain *domain)
{
  json_object *helpers = json_object_new_array();
  for (size_t i = 0; i < domain->n_helpers; i++) {
    json_object *o = json_object_new_array();
    for (char **word = domain->helpers[i]->argv; *word; word++)
      json_object_array_add(o, string(*word));
    json_object_array_add(helpers, o);
  }
  return helpers;
}

static void
add_warning(struct place place, const char *subject, const char *text, void *arg)
{
  json_object *o = json_object_new_object();
  json_object_object_add(o, "file", string(place.file));
  json_object_object_add(o, "line", place.line ? json_object_new_int64(place.line) : NULL);
  json_object_object_add(o, "device", string(subject));
  json_object_object_add(o, "message", string(text));
  json_object_array_add(arg, o);
}

const char *
out_json(TALLOC_CTX *ctx, const struct printed *printed)
{
  const struct domain *domain = printed->domain;
  const struct argv *argv = printed->argv;
  json_object *root = json_object_new_object();
  json_object *host = json_object_new_array(), *warnings = json_object_new_array();
  wants_each(domain, add_want, host);
  diag_each_warning(printed->diag, add_warning, warnings);
  json_object_object_add(root, "file", json_file(printed->file));
  json_object_object_add(root, "emulator", string(argv->emulator));
  json_object_object_add(root, "argv", json_argv(argv));
  json_object_object_add(root, "env", json_env(argv));
  json_object_object_add(root, "secrets", json_secrets(domain));
  json_object_object_add(root, "host", host);
  json_object_object_add(root, "helpers", json_helpers(domain));
  json_object_object_add(root, "warnings", warnings);
  const char *text = printed->several ? json_line(ctx, root) : json_text(ctx, root);
  json_object_put(root);
  return text;
}
