/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/override.c - what the XML says to QEMU directly, in the namespace of its own */

#include "core/names.h"
#include "domain/kinds.h"
#include "domain/notes.h"

static const char *const type_names[] = {
  [PROPERTY_STRING] = "string", [PROPERTY_UNSIGNED] = "unsigned", [PROPERTY_SIGNED] = "signed",
  [PROPERTY_BOOL] = "bool",     [PROPERTY_REMOVE] = "remove",
};
static_assert(ARRAY_SIZE(type_names) == PROPERTY_TYPES, "a type has no name");

static const char *const behaviors[] = { "none", "omit", "reject", "crash" };

#define each_ns(child, node, name) \
  for (xmlNode *child = xml_child_ns(node, XML_QEMU_NS, name); child; child = xml_next_ns(child, XML_QEMU_NS, name))

/* A name that the environment takes: letters, digits and '_', no digit first. */
static const char *
parse_variable(TALLOC_CTX *ctx, const char *text, void *member)
{
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
  (void)ctx;
  *(const char **)member = text;
  return *text && !(*text >= '0' && *text <= '9') && text[strspn(text, letters)] == '\0'
             ? NULL
             : "must be letters, digits and '_', beginning with no digit";
}

struct argument {
  const char *value;
};

static const struct attr argument_attrs[] = { ATTR_STRING("@value", struct argument, value, .required = true,
                                                          .empty_ok = true,
                                                          .doc = "An argument that is appended to QEMU's."),
                                              ATTR_END };

static const struct attr environment_attrs[] = {
  ATTR_WORD("@name", struct environment, name, parse_variable, "variable", .required = true,
            .pattern = "[a-zA-Z_][a-zA-Z0-9_]*", .doc = "The variable that is set in QEMU's environment."),
  ATTR_STRING("@value", struct environment, value, .empty_ok = true, .dflt = "an empty string",
              .doc = "The variable's value."),
  ATTR_END
};

struct capability {
  const char *name;
};

static const struct attr capability_attrs[] = { ATTR_STRING("@capability", struct capability, name, .required = true,
                                                            .empty_ok = true,
                                                            .doc = "What QEMU is taken to have, or to lack."),
                                                ATTR_END };

static const struct attr alias_attrs[] = { ATTR_STRING("@alias", struct property_override, alias, .required = true,
                                                       .empty_ok = true,
                                                       .missing = "<qemu:device> has no alias; write alias='ua-NAME'",
                                                       .doc = "The device whose properties are set."),
                                           ATTR_END };

static const struct attr property_attrs[] = {
  ATTR_PLACE(struct property_override, place),
  ATTR_STRING("@name", struct property_override, name, .required = true, .empty_ok = true,
              .doc = "The property of the device, as QEMU calls it."),
  ATTR_ENUM("@type", struct property_override, type, type_names, .required = true,
            .doc = "The type of the property's value, or that it is left out."),
  ATTR_STRING("@value", struct property_override, string, .empty_ok = true, .required_where = "unless type is remove",
              .dflt = "none", .doc = "The property's value; type='remove' has none."),
  ATTR_END
};

static const char *
parse_behavior(TALLOC_CTX *ctx, const char *text, void *member)
{
  (void)ctx;
  *(const char **)member = text;
  return NULL;
}

static const struct attr deprecation_attrs[] = {
  ATTR_WORD("@behavior", struct capability, name, parse_behavior, "behavior", .names = behaviors,
            .n_names = ARRAY_SIZE(behaviors), .dflt = "none",
            .doc = "What QEMU does where something deprecated is asked for."),
  ATTR_END
};

static const struct attr override_attrs[] = {
  ATTR_SEE("qemu:commandline/qemu:arg", argument_attrs, .many = true, .doc = "One word of QEMU's command line."),
  ATTR_SEE("qemu:commandline/qemu:env", environment_attrs, .many = true, .doc = "A variable of QEMU's environment."),
  ATTR_SEE("qemu:capabilities/qemu:add", capability_attrs, .many = true,
           .doc = "A feature that QEMU is taken to have."),
  ATTR_SEE("qemu:capabilities/qemu:del", capability_attrs, .many = true,
           .doc = "A feature that QEMU is taken to lack."),
  ATTR_SEE("qemu:override/qemu:device", alias_attrs, .many = true,
           .doc = "A device whose properties are set or removed."),
  ATTR_SEE("qemu:override/qemu:device/qemu:frontend/qemu:property", property_attrs, .many = true,
           .doc = "One property of that device."),
  ATTR_SEE("qemu:deprecation", deprecation_attrs),
  ATTR_END
};

/* "-device pvpanic" in one <qemu:arg>: the length of the option before the blank; 0: it is no such thing. What -append
 * takes may look like that. */
static size_t
option_before_blank(const char *before, const char *value)
{
  size_t dashes = strspn(value, "-"), length = strcspn(value, " ");
  bool option =
      dashes >= 1 && dashes <= 2 && length > dashes && value[length] &&
      strspn(value + dashes, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == length - dashes;
  return option && !str_eq(before, "-append") && !str_eq(before, "--append") ? length : 0;
}

static void
read_commandline(struct domain *domain, xmlNode *node, struct diag *diag)
{
  struct override *override = &domain->override;
  override->commandline = node;
  each_ns(arg, node, "arg")
  {
    struct argument argument = { 0 };
    if (!attr_read(argument_attrs, arg, &argument, NULL, diag))
      continue;
    const char *value = argument.value;
    if (override->n_args && str_eq(override->args[override->n_args - 1], "-machine") && strstr(value, "accel="))
      diag_warning(diag, xml_place(arg, value), NULL,
                   "'%s': QEMU takes no accel= of -machine beside its -accel option, which comes of <domain "
                   "type=>, and will not start; drop it here",
                   value);
    size_t option = option_before_blank(override->n_args ? override->args[override->n_args - 1] : "", value);
    if (option)
      diag_unstartable(diag, xml_place(arg, value), NULL,
                       "'%s' is one word for QEMU, which knows no such option and will not start; write <qemu:arg "
                       "value='%.*s'/> <qemu:arg value='%s'/>",
                       value, (int)option, value, value + option + strspn(value + option, " "));
    override->args = ARRAY_ROOM(domain, override->args, const char *, override->n_args);
    override->arg_places = ARRAY_ROOM(domain, override->arg_places, struct place, override->n_args);
    override->arg_places[override->n_args] = xml_place(arg, value);
    override->args[override->n_args++] = value;
  }
  each_ns(env, node, "env")
  {
    struct environment variable = { .value = "" };
    if (!attr_read(environment_attrs, env, &variable, NULL, diag))
      continue;
    override->env = ARRAY_ROOM(domain, override->env, struct environment, override->n_env);
    override->env[override->n_env++] = variable;
  }
}

static void
read_features(struct domain *domain, xmlNode *node, const char *element, bool present, struct diag *diag)
{
  struct override *override = &domain->override;
  each_ns(child, node, element)
  {
    struct capability capability = { 0 };
    if (!attr_read(capability_attrs, child, &capability, NULL, diag))
      continue;
    const char *name = capability.name;
    enum feature feature = feature_by_name(name);
    if (feature == FEATURES) {
      /* vdsm still writes 'blockdev' into every domain */
      diag_note(diag, xml_place(child, name), NULL,
                "capability '%s' decides nothing here: every QEMU has it, or it is not known", name);
      continue;
    }
    override->features = ARRAY_ROOM(domain, override->features, struct feature_override, override->n_features);
    override->features[override->n_features++] = (struct feature_override){ feature, present };
  }
}

static bool
read_value(struct property_override *property, xmlNode *node, struct diag *diag)
{
  const char *value = property->string;
  bool fine = false, remove = property->type == PROPERTY_REMOVE;
  if (remove == !!value) {
    diag_error(diag, xml_place(node, value), NULL,
               remove ? "property '%s' is to be removed, yet has a value; drop one of them"
                      : "property '%s' has no value; add one, or write type='remove'",
               property->name);
    return false;
  }
  switch (property->type) {
  case PROPERTY_STRING:
    return true;
  case PROPERTY_UNSIGNED:
    fine = parse_uint(value, &property->number);
    break;
  case PROPERTY_SIGNED:
    fine = parse_int(value, &property->sint);
    break;
  case PROPERTY_BOOL:
    property->boolean = strcmp(value, "true") == 0;
    fine = property->boolean || strcmp(value, "false") == 0;
    break;
  case PROPERTY_REMOVE:
  case PROPERTY_TYPES:
    return true;
  }
  if (!fine)
    diag_error(diag, xml_place(node, value), NULL, "property '%s': '%s' is not of type '%s'", property->name, value,
               type_names[property->type]);
  return fine;
}

static void
read_device(struct domain *domain, xmlNode *node, struct diag *diag)
{
  struct override *override = &domain->override;
  struct property_override whole = { 0 };
  attr_read(alias_attrs, node, &whole, NULL, diag);
  each_ns(frontend, node, "frontend") each_ns(child, frontend, "property")
  {
    struct property_override property = { .alias = whole.alias };
    if (!attr_read(property_attrs, child, &property, NULL, diag))
      continue;
    if (strcmp(property.name, "id") == 0) {
      diag_error(diag, xml_place(child, "id"), NULL,
                 "property 'id' is what others refer to; write <alias name='ua-NAME'/> into the device");
      continue;
    }
    if (!read_value(&property, child, diag) || !whole.alias)
      continue;
    override->properties = ARRAY_ROOM(domain, override->properties, struct property_override, override->n_properties);
    override->properties[override->n_properties++] = property;
  }
}

static void
override_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  each_ns(commandline, root, "commandline") read_commandline(domain, commandline, stage->diag);
  each_ns(capabilities, root, "capabilities")
  {
    read_features(domain, capabilities, "add", true, stage->diag);
    read_features(domain, capabilities, "del", false, stage->diag);
  }
  each_ns(override, root, "override") each_ns(device, override, "device") read_device(domain, device, stage->diag);
  each_ns(deprecation, root, "deprecation")
  {
    struct capability behaviour = { 0 };
    attr_read(deprecation_attrs, deprecation, &behaviour, NULL, stage->diag);
    const char *text = behaviour.name;
    int behavior = text ? name_find(behaviors, ARRAY_SIZE(behaviors), text) : 0;
    if (behavior < 0)
      diag_unknown(stage->diag, xml_place(deprecation, text), NULL, "behavior '%s': unknown, it has no effect; %s",
                   text, name_remedy(stage->diag, behaviors, ARRAY_SIZE(behaviors), text));
    else if (behavior > 0) {
      domain->override.deprecation = behaviors[behavior];
      domain->override.deprecation_place = xml_place(deprecation, NULL);
    }
  }
}

static void
override_check(const struct domain *domain, struct stage *stage)
{
  const struct override *override = &domain->override;
  for (size_t i = 0; override->n_properties && i < domain->devices.n; i++)
    if (domain->devices.items[i]->id)
      domain_note(domain, "device of the id", domain->devices.items[i]->id)->number = 1;
  for (size_t i = 0; i < override->n_properties; i++)
    if (!domain_note(domain, "device of the id", override->properties[i].alias)->number)
      diag_warning(stage->diag, override->properties[i].place, NULL,
                   "no device has the alias '%s': this has no effect; give it one: <alias name='ua-NAME'/>",
                   override->properties[i].alias);
}

static void
override_build(const struct domain *domain, const struct build *b, struct argv *argv)
{
  const struct override *override = &domain->override;
  (void)b;
  if (override->deprecation) {
    argv_origin(argv, override->deprecation_place, NULL, "<qemu:deprecation>");
    struct props *p = argv_json(argv, PHASE_NAME, "-compat");
    props_str(p, "deprecated-output", "hide");
    if (strcmp(override->deprecation, "omit") != 0)
      props_str(p, "deprecated-input", override->deprecation);
  }
  for (size_t i = 0; i < override->n_args; i++) {
    argv_origin(argv, override->arg_places[i], NULL, "<qemu:commandline>");
    argv_named(argv, PHASE_LAST, NULL, NAMES_GIVEN, override->args[i]);
  }
  if (override->commandline)
    argv_origin(argv, xml_place(override->commandline, NULL), NULL, "<qemu:commandline>");
  for (size_t i = 0; i < override->n_env; i++)
    argv_env_given(argv, override->env[i].name, override->env[i].value);
}

static void
set_property(struct props *p, const struct property_override *property)
{
  switch (property->type) {
  case PROPERTY_STRING:
    props_given(p, property->name, property->string);
    return;
  case PROPERTY_UNSIGNED:
    props_uint(p, property->name, property->number);
    return;
  case PROPERTY_SIGNED:
    props_int(p, property->name, property->sint);
    return;
  case PROPERTY_BOOL:
    props_bool(p, property->name, property->boolean);
    return;
  case PROPERTY_REMOVE:
    props_remove(p, property->name);
    return;
  case PROPERTY_TYPES:
    return;
  }
}

/* The user's -set finds only devices that are not given as JSON (QEMU system/vl.c,
 * qemu_set_option); or the user wants none of them so. */
static bool
wants_keyval_devices(const struct override *override)
{
  for (size_t i = 0; i + 1 < override->n_args; i++)
    if (str_eq(override->args[i], "-set") && str_starts(override->args[i + 1], "device."))
      return true;
  for (size_t i = 0; i < override->n_features; i++)
    if (override->features[i].feature == FEAT_DEVICE_JSON && !override->features[i].present)
      return true;
  return false;
}

/* -device as key=value knows no lists: a device that has one stays as it is. */
static bool
is_flat(const struct props *p)
{
  for (size_t i = 0; i < p->n; i++)
    if (p->items[i].type == PROP_DICT || p->items[i].type == PROP_LIST || p->items[i].type == PROP_NULL)
      return false;
  return true;
}

static void
respell_devices(struct argv *argv)
{
  for (size_t i = 0; i < argv->n; i++) {
    struct arg *arg = argv->args[i];
    if (arg->style != ARG_JSON || !str_eq(arg->option, "-device") || !is_flat(arg->props))
      continue;
    arg->style = ARG_KEYVAL;
    arg->implied = "driver";
  }
}

static void
override_amend(const struct domain *domain, const struct build *b, struct argv *argv)
{
  const struct override *override = &domain->override;
  (void)b;
  struct notes *ids = override->n_properties ? notes_new(NULL) : NULL;
  for (size_t i = 0; ids && i < argv->n; i++) {
    const struct arg *arg = argv->args[i];
    const struct prop *id = str_eq(arg->option, "-device") && arg->props ? props_get(arg->props, "id") : NULL;
    if (id)
      notes_first(ids, id->string, i);
  }
  for (size_t i = 0; i < override->n_properties; i++) {
    size_t nth = notes_first(ids, override->properties[i].alias, argv->n);
    if (nth < argv->n)
      set_property(argv->args[nth]->props, &override->properties[i]);
  }
  talloc_free(ids);
  if (wants_keyval_devices(override))
    respell_devices(argv);
}

const struct section override_section = {
  .name = "override",
  .attrs = override_attrs,
  .parse = override_parse,
  .check = override_check,
  .build = override_build,
  .amend = override_amend,
};
