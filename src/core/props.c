/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/props.c - ordered, typed properties */

#include "core/props.h"

#include <stdarg.h>
#include <uthash.h>

/* From so many properties on their keys are looked up in a table: a processor may have thousands of features. */
enum { MANY = 32 };

struct prop_name {
  const char *key;
  size_t nth;
  UT_hash_handle hh;
};

struct props *
props_new(TALLOC_CTX *ctx)
{
  return talloc_zero(ctx, struct props);
}

static struct prop *
find(const struct props *p, const char *key)
{
  struct prop_name *name = NULL;
  if (key && p->names) {
    HASH_FIND_STR(p->names, key, name);
    return name ? &p->items[name->nth] : NULL;
  }
  for (size_t i = 0; key && i < p->n; i++)
    if (strcmp(p->items[i].key, key) == 0)
      return &p->items[i];
  return NULL;
}

void
props_at(struct props *p, struct place place)
{
  p->place = place;
}

static struct place
place_now(const struct props *p)
{
  return p->place.file || !p->usual ? p->place : *p->usual;
}

static int
forget_names(struct props *p)
{
  struct prop_name *name, *next;
  HASH_ITER(hh, p->names, name, next)
  {
    HASH_DEL(p->names, name);
    talloc_free(name);
  }
  return 0;
}

/* Names the items from FROM on, once there are many. */
static void
add_names(struct props *p, size_t from)
{
  for (size_t i = from; p->n >= MANY && i < p->n && !p->is_list; i++) {
    struct prop_name *name = talloc_zero(p, struct prop_name);
    name->key = p->items[i].key;
    name->nth = i;
    HASH_ADD_KEYPTR(hh, p->names, name->key, strlen(name->key), name);
  }
  if (p->names)
    talloc_set_destructor(p, forget_names);
}

static struct prop *
append(struct props *p, const char *key, enum prop_type type)
{
  if (p->n < MANY)
    p->items = talloc_realloc(p, p->items, struct prop, p->n + 1);
  else
    p->items = ARRAY_ROOM(p, p->items, struct prop, p->n);
  p->items[p->n] = (struct prop){ .key = key, .type = type, .place = place_now(p) };
  p->n++;
  add_names(p, p->n == MANY ? 0 : p->n - 1);
  return &p->items[p->n - 1];
}

static struct prop *
slot(struct props *p, const char *key, enum prop_type type)
{
  struct prop *item = find(p, key);
  if (!item)
    return append(p, key, type);
  *item = (struct prop){ .key = key, .type = type, .place = place_now(p) };
  return item;
}

void
props_str(struct props *p, const char *key, const char *value)
{
  if (value)
    slot(p, key, PROP_STRING)->string = talloc_strdup(p, value);
}

static void
name_it(struct props *p, const char *key, enum prop_names names, const char *name)
{
  if (!name)
    return;
  struct prop *item = slot(p, key, PROP_STRING);
  item->string = talloc_strdup(p, name);
  item->names = names;
}

static void
name_host(struct props *p, const char *key, const char *before, struct props_want want)
{
  if (!want.name)
    return;
  struct prop *item = slot(p, key, PROP_STRING);
  char *text = talloc_asprintf(p, "%s%s", before, want.name);
  item->string = text;
  item->names = NAMES_HOST;
  item->want = want;
  item->want.name = text + strlen(before);
}

void
props_host(struct props *p, const char *key, enum want_kind want, const char *name)
{
  name_host(p, key, "", (struct props_want){ .want = want, .name = name });
}

void
props_host_behind(struct props *p, const char *key, enum want_kind want, const char *before, const char *name)
{
  name_host(p, key, before, (struct props_want){ .want = want, .name = name });
}

void
props_memory_file(struct props *p, const char *key, const char *path, uint64_t bytes)
{
  name_host(p, key, "", (struct props_want){ .want = WANT_MEMORY_FILE, .name = path, .bytes = bytes });
}

static void
imply(struct props *p, struct props_want want)
{
  p->implied = ARRAY_ROOM(p, p->implied, struct props_want, p->n_implied);
  p->implied[p->n_implied++] = want;
}

void
props_implies(struct props *p, enum want_kind want, const char *name, uint64_t bytes)
{
  imply(p, (struct props_want){ .want = want, .name = name ? talloc_strdup(p, name) : NULL, .bytes = bytes });
}

void
props_address(struct props *p, const char *key, const char *address)
{
  name_it(p, key, NAMES_ADDRESS, address);
}

void
props_addressf(struct props *p, const char *key, const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  char *text = talloc_vasprintf(NULL, fmt, ap);
  va_end(ap);
  props_address(p, key, text);
  talloc_free(text);
}

void
props_port(struct props *p, enum want_kind want, const char *address, const char *service)
{
  imply(p, (struct props_want){ .want = want,
                                .address = talloc_strdup(p, address ? address : ""),
                                .service = service ? talloc_strdup(p, service) : NULL });
}

void
props_port_number(struct props *p, enum want_kind want, const char *address, uint64_t port)
{
  props_port(p, want, address, talloc_asprintf(p, "%ju", (uintmax_t)port));
}

void
props_guest(struct props *p, const char *key, const char *name)
{
  name_it(p, key, NAMES_GUEST, name);
}

void
props_remote(struct props *p, const char *key, const char *name)
{
  name_it(p, key, NAMES_REMOTE, name);
}

void
props_ours(struct props *p, const char *key, const char *name)
{
  name_it(p, key, NAMES_OURS, name);
}

void
props_given(struct props *p, const char *key, const char *name)
{
  name_it(p, key, NAMES_GIVEN, name);
}

void
props_str_more(struct props *p, const char *key, const char *value)
{
  append(p, key, PROP_STRING)->string = talloc_strdup(p, value);
}

void
props_guest_more(struct props *p, const char *key, const char *name)
{
  struct prop *item = append(p, key, PROP_STRING);
  item->string = talloc_strdup(p, name);
  item->names = NAMES_GUEST;
}

void
props_strf(struct props *p, const char *key, const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  slot(p, key, PROP_STRING)->string = talloc_vasprintf(p, fmt, ap);
  va_end(ap);
}

void
props_uint(struct props *p, const char *key, uint64_t value)
{
  slot(p, key, PROP_UINT)->uint = value;
}

void
props_num(struct props *p, const char *key, struct num value)
{
  if (value.set)
    props_uint(p, key, value.value);
}

void
props_nonzero(struct props *p, const char *key, uint64_t value)
{
  if (value)
    props_uint(p, key, value);
}

void
props_int(struct props *p, const char *key, int64_t value)
{
  slot(p, key, PROP_INT)->sint = value;
}

void
props_bool(struct props *p, const char *key, bool value)
{
  slot(p, key, PROP_BOOL)->boolean = value;
}

void
props_switch(struct props *p, const char *key, enum tristate value)
{
  if (value != UNSET)
    props_bool(p, key, value == ON);
}

void
props_onoff(struct props *p, const char *key, enum tristate value)
{
  if (value != UNSET)
    props_str(p, key, value == ON ? "on" : "off");
}

void
props_mark(struct props *p, const char *key, const char *mark)
{
  slot(p, key, PROP_MARK)->string = talloc_strdup(p, mark);
}

void
props_null(struct props *p, const char *key)
{
  slot(p, key, PROP_NULL);
}

static struct props *
nest(struct props *p)
{
  struct props *nested = props_new(p);
  nested->place = p->place;
  nested->usual = p->usual;
  return nested;
}

struct props *
props_dict(struct props *p, const char *key)
{
  struct props *nested = nest(p);
  slot(p, key, PROP_DICT)->nested = nested;
  return nested;
}

struct props *
props_list(struct props *p, const char *key)
{
  struct props *nested = nest(p);
  nested->is_list = true;
  slot(p, key, PROP_LIST)->nested = nested;
  return nested;
}

void
props_add(struct props *p, const char *key, struct props *nested)
{
  slot(p, key, nested->is_list ? PROP_LIST : PROP_DICT)->nested = talloc_steal(p, nested);
}

static void
set_id(struct props *p, const char *key, enum id_space space, const char *id, bool defines)
{
  if (!id)
    return;
  struct prop *item = slot(p, key, PROP_STRING);
  item->string = talloc_strdup(p, id);
  item->space = space;
  item->defines = defines;
  item->refers = !defines;
}

void
props_define(struct props *p, const char *key, enum id_space space, const char *id)
{
  set_id(p, key, space, id, true);
}

void
props_refer(struct props *p, const char *key, enum id_space space, const char *id)
{
  set_id(p, key, space, id, false);
}

void
props_behind(struct props *p, const char *key, const char *bus)
{
  struct prop *item = find(p, key);
  if (item && bus)
    item->behind = talloc_strdup(p, bus);
}

const struct prop *
props_get(const struct props *p, const char *key)
{
  return find(p, key);
}

void
props_remove(struct props *p, const char *key)
{
  struct prop *item = find(p, key);
  if (!item)
    return;
  size_t after = (size_t)(p->items + p->n - (item + 1));
  memmove(item, item + 1, after * sizeof(*item));
  p->n--;
  if (p->names) {
    forget_names(p);
    add_names(p, 0);
  }
}
