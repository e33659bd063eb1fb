/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/schema.c - paths through what query-qmp-schema tells */

#include "qemu/schema.h"

#include <uthash.h>

/* A command, an event or a type. Names point into the reply. */
struct entity {
  struct text name;
  struct text body;
  UT_hash_handle hh;
};

struct schema {
  struct entity *entities;
};

/* Where a walk stands: on an entity, come there through a member or a variant. */
struct spot {
  struct text entity;
  struct text member;
};

static int
schema_free(struct schema *schema)
{
  HASH_CLEAR(hh, schema->entities);
  return 0;
}

struct schema *
schema_new(TALLOC_CTX *ctx, struct text reply)
{
  struct schema *schema = talloc_zero(ctx, struct schema);
  struct walk walk = walk_begin(reply);
  talloc_set_destructor(schema, schema_free);
  while (walk_next(&walk)) {
    struct entity *entity = talloc_zero(schema, struct entity);

    entity->body = walk.value;
    entity->name = text_member(walk.value, "name");
    if (entity->name.at)
      HASH_ADD_KEYPTR(hh, schema->entities, entity->name.at, entity->name.end - entity->name.at, entity);
  }
  return schema;
}

/* The entity that NAME, a JSON string, names. */
static struct text
entity_called(const struct schema *schema, struct text name)
{
  struct entity *found = NULL;
  if (name.at)
    HASH_FIND(hh, schema->entities, name.at, name.end - name.at, found);
  return found ? found->body : (struct text){ 0 };
}

static bool
follow(const struct schema *schema, struct spot *spot, const char *list, const char *key, const char *name)
{
  spot->member = text_find(text_member(spot->entity, list), key, name);
  spot->entity = entity_called(schema, text_member(spot->member, "type"));
  return spot->entity.at;
}

/* Is NAME a value of this enum? Afterwards the spot is on that value, whose features may be asked. */
static bool
follow_value(struct spot *spot, const char *name)
{
  spot->member = text_find(text_member(spot->entity, "members"), "name", name);
  return spot->member.at || text_holds(text_member(spot->entity, "values"), name);
}

static bool
step(const struct schema *schema, struct spot *spot, const char *word)
{
  while (text_is(text_member(spot->entity, "meta-type"), "array"))
    spot->entity = entity_called(schema, text_member(spot->entity, "element-type"));

  switch (*word) {
  case '$':
    return text_holds(text_member(spot->entity, "features"), word + 1) ||
           text_holds(text_member(spot->member, "features"), word + 1);
  case '^':
    return follow_value(spot, word + 1);
  case '+':
    return follow(schema, spot, "variants", "case", word + 1);
  default:
    return follow(schema, spot, "members", "name", word);
  }
}

/* From a command to its arguments, or where WORD says so to what it returns. */
static bool
enter(const struct schema *schema, struct spot *spot, const char *word)
{
  const char *side = str_eq(word, "ret-type") ? "ret-type" : "arg-type";
  spot->entity = entity_called(schema, text_member(spot->entity, side));
  return spot->entity.at;
}

bool
schema_has(const struct schema *schema, const char *path)
{
  char *words = talloc_strdup(NULL, path), *rest = words;
  const char *word = strsep(&rest, "/");
  char *name = talloc_asprintf(words, "\"%s\"", word);
  struct spot spot = { .entity = entity_called(schema, (struct text){ name, name + strlen(name) }) };
  bool there = spot.entity.at, inside = false;
  while (there && (word = strsep(&rest, "/"))) {
    if (!inside && *word != '$') {
      inside = true;
      there = enter(schema, &spot, word);
      if (str_eq(word, "arg-type") || str_eq(word, "ret-type"))
        continue;
    }
    there = there && step(schema, &spot, word);
  }
  talloc_free(words);
  return there;
}
