/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/manager.c - what no argument of QEMU can say: cgroups, labels, partitions */

/* All of it is known and quiet; what is wrong in itself is refused. --check names what a manager
 * would have to apply. */

#include "domain/kinds.h"
#include "domain/notes.h"
#include "core/options.h"

#include <ctype.h>

enum label_type { LABEL_UNSAID, LABEL_DYNAMIC, LABEL_STATIC, LABEL_NONE };

static const char *const label_types[] = {
  [LABEL_DYNAMIC] = "dynamic", [LABEL_STATIC] = "static", [LABEL_NONE] = "none"
};

/* <seclabel> */
struct label {
  xmlNode *node;
  enum label_type type;
  enum tristate relabel;
  const char *model;
  bool label, base;
};

struct labels {
  struct label *items;
  size_t n;
};

static const struct attr label_attrs[] = {
  ATTR_NODE(".", struct label, node),
  ATTR_ENUM("@type", struct label, type, label_types, .dflt = "dynamic",
            .doc = "Whether the label is made up for each start, fixed, or none."),
  ATTR_YESNO("@relabel", struct label, relabel, .dflt = "yes of dynamic ones, else no",
             .doc = "Whether files of the guest get the label."),
  ATTR_STRING("@model", struct label, model, .empty_ok = true, .required_where = "of several, and with a label",
              .dflt = "the manager's own", .doc = "The security model that the label is of."),
  ATTR_PRESENT("label/text()", struct label, label, .required_where = "with type static", .dflt = "the manager's",
               .doc = "The label that the guest runs under."),
  ATTR_PRESENT("baselabel/text()", struct label, base, .dflt = "the manager's",
               .doc = "What a label that is made up begins with."),
  ATTR_QUIET("imagelabel", .doc = "The label of a running guest's files; it has no effect."),
  ATTR_END
};

static const struct attr labels_attrs[] = {
  ATTR_LIST("seclabel", struct labels, items, n, struct label, label_attrs, .keep = true), ATTR_END
};

/* Fibre Channel's appid, as libvirt's formatdomain has it. */
enum { APPID_MAX = 128 };

static void
check_seclabel(const struct label *label, struct diag *diag)
{
  struct place place = xml_place(label->node, NULL);
  if (label->type <= LABEL_DYNAMIC && label->relabel == OFF)
    diag_error(diag, place, NULL, "a dynamic seclabel relabels; write relabel='yes' or type='static'");
  if (label->type == LABEL_NONE && label->relabel == ON)
    diag_error(diag, place, NULL, "a seclabel of type 'none' cannot relabel; write relabel='no'");
  if (label->type == LABEL_STATIC && !str_eq(label->model, "none") && !label->label)
    diag_error(diag, place, NULL, "a static seclabel needs a <label>; add one");
  xml_skip(label->node);
}

/* Which model is meant by a label, or by what is to be part of one, must be said. */
static void
check_model_of_label(const struct label *label, struct diag *diag)
{
  const char *needs = label->type == LABEL_STATIC && label->label                               ? "label"
                      : label->type != LABEL_STATIC && label->type != LABEL_NONE && label->base ? "baselabel"
                                                                                                : NULL;
  if (!label->model && needs)
    diag_error(diag, xml_place(label->node, NULL), NULL, "a seclabel with a <%s>, but no model; write model='selinux'",
               needs);
}

/* One <seclabel> for each security model; with several all must say which is theirs. */
static void
check_models(const struct labels *labels, bool named, struct diag *diag)
{
  struct notes *notes = labels->n > 1 ? notes_new(NULL) : NULL;
  for (size_t i = 0; i < labels->n; i++) {
    const struct label *label = &labels->items[i];
    if (!label->model && named)
      diag_error(diag, xml_place(label->node, NULL), NULL, "one seclabel of several, but no model; write model='dac'");
    if (label->model && notes && notes_first(notes, label->model, i) != i)
      diag_error(diag, xml_place(label->node, label->model), NULL, "a second seclabel for model '%s'; keep one",
                 label->model);
  }
  talloc_free(notes);
}

/* A label is only given to files where files are relabelled at all. */
static bool
relabels(const struct label *label)
{
  return label->relabel ? label->relabel == ON : label->type <= LABEL_DYNAMIC;
}

/* Of a device's source: its own label must be there where relabelling is asked for, and only there. */
static void
check_source_seclabels(xmlNode *source, const struct labels *whole, struct diag *diag)
{
  struct labels labels = { 0 };
  attr_read(labels_attrs, source, &labels, NULL, diag);
  check_models(&labels, false, diag);
  for (size_t i = 0; i < labels.n; i++) {
    const struct label *label = &labels.items[i];
    if (label->relabel == ON && !label->label)
      diag_error(diag, xml_place(label->node, NULL), NULL,
                 "seclabel with relabel='yes' but no <label>; add one, or relabel='no'");
    if (label->relabel == OFF && label->label)
      diag_error(diag, xml_place(label->node, NULL), NULL,
                 "seclabel with a <label> but relabel='no'; drop one of them");
    for (size_t k = 0; k < whole->n; k++)
      if (str_eq(label->model, whole->items[k].model) && !relabels(&whole->items[k]))
        diag_error(diag, xml_place(label->node, label->model), NULL,
                   "a seclabel of its own, but the domain's (line %u) relabels nothing; write relabel='yes' there",
                   xml_place(whole->items[k].node, NULL).line);
  }
}

static const char *
parse_appid(TALLOC_CTX *ctx, const char *text, void *member)
{
  bool printable = true;
  (void)member;
  for (const char *p = text; *p; p++)
    printable &= isprint((unsigned char)*p) != 0;
  return *text && strlen(text) <= APPID_MAX && printable
             ? NULL
             : talloc_asprintf(ctx, "must be 1 to %d printable characters", APPID_MAX);
}

static const struct attr resource_attrs[] = {
  { .path = "fibrechannel/@appid",
    .type = ATTR_T_WORD,
    .offset = ATTR_NOWHERE,
    .parse = parse_appid,
    .unit = "text",
    .pattern = "[ -~]{1,128}",
    .dflt = "none",
    .doc = "The name by which a Fibre Channel network knows the guest's traffic." },
  ATTR_QUIET("partition", .doc = "The group of processes that a manager puts the guest into."),
  ATTR_END
};

/* The limits of one block device; of 32 bits or 64, as cgroups have them. */
struct limits {
  xmlNode *node;
  const char *path;
};

static const struct attr limits_attrs[] = {
  ATTR_NODE(".", struct limits, node),
  ATTR_STRING("path/text()", struct limits, path, .required = true,
              .missing = "<device> has no <path>; name the block device",
              .doc = "The block device that has the limits."),
  ATTR_UINT_ONLY("weight/text()", .max = UINT32_MAX, .empty_none = true, .dflt = "the host's",
                 .doc = "The guest's share of the device, which a manager sets."),
  ATTR_UINT_ONLY("read_iops_sec/text()", .max = UINT32_MAX, .empty_none = true, .dflt = "none",
                 .doc = "How many reads may be made each second."),
  ATTR_UINT_ONLY("write_iops_sec/text()", .max = UINT32_MAX, .empty_none = true, .dflt = "none",
                 .doc = "How many writes may be made each second."),
  ATTR_UINT_ONLY("read_bytes_sec/text()", .empty_none = true, .dflt = "none",
                 .doc = "How many bytes may be read each second."),
  ATTR_UINT_ONLY("write_bytes_sec/text()", .empty_none = true, .dflt = "none",
                 .doc = "How many bytes may be written each second."),
  ATTR_END
};

struct tune {
  struct limits *devices;
  size_t n;
};

static const struct attr blkiotune_attrs[] = {
  ATTR_LIST("device", struct tune, devices, n, struct limits, limits_attrs, .keep = true,
            .doc = "Limits for one block device of the host."),
  ATTR_QUIET("weight", .doc = "The guest's share of all disks, which a manager sets."), ATTR_END
};

static void
check_blkiotune(xmlNode *node, struct diag *diag)
{
  struct tune tune = { 0 };
  attr_read(blkiotune_attrs, node, &tune, NULL, diag);
  struct notes *notes = notes_new(NULL);
  for (size_t i = 0; i < tune.n; i++) {
    const struct limits *own = &tune.devices[i];
    size_t first = own->path ? notes_first(notes, own->path, i) : i;
    if (first != i)
      diag_error(diag, xml_place(own->node, own->path), NULL, "device '%s' has its limits from line %u already",
                 own->path, xml_place(tune.devices[first].node, NULL).line);
  }
  talloc_free(notes);
}

/* <uid>, <gid> of <idmap> */
struct range {
  uint32_t start;
};

struct ranges {
  struct range *users, *groups;
  size_t n_users, n_groups;
};

static const struct attr range_attrs[] = {
  ATTR_UINT("@start", struct range, start, .required = true, .doc = "The first id in a container."),
  ATTR_UINT_ONLY("@target", .max = UINT32_MAX, .required = true,
                 .doc = "The id on the host that the first one becomes."),
  ATTR_UINT_ONLY("@count", .max = UINT32_MAX, .required = true, .doc = "How many ids follow each other."), ATTR_END
};

static const struct attr idmap_attrs[] = {
  ATTR_LIST("uid", struct ranges, users, n_users, struct range, range_attrs, .keep = true,
            .doc = "Users of a container, and who they are on the host."),
  ATTR_LIST("gid", struct ranges, groups, n_groups, struct range, range_attrs, .keep = true,
            .doc = "Groups of a container, and which they are on the host."),
  ATTR_END
};

static const struct attr manager_attrs[] = {
  ATTR_SEE("seclabel", label_attrs, .many = true, .doc = "What one security model is told of the guest."),
  ATTR_SEE("resource", resource_attrs, .doc = "Groups and names of the host that the guest belongs to."),
  ATTR_SEE("blkiotune", blkiotune_attrs), ATTR_SEE("idmap", idmap_attrs), ATTR_END
};

/* The first user or group of the guest, root, must be someone on the host. */
static void
check_ids(xmlNode *idmap, const char *name, const struct range *ranges, size_t n, struct diag *diag)
{
  uint32_t least = UINT32_MAX;
  for (size_t i = 0; i < n; i++)
    least = ranges[i].start < least ? ranges[i].start : least;
  if (n && least > 0)
    diag_error(diag, xml_place(xml_child(idmap, name), "start"), NULL, "no <%s> maps root; write start='0'", name);
}

/* A container's; domains of QEMU had it checked all the same. */
static void
check_idmap(xmlNode *idmap, struct diag *diag)
{
  struct ranges ranges = { 0 };
  attr_read(idmap_attrs, idmap, &ranges, NULL, diag);
  if (!ranges.n_users != !ranges.n_groups)
    diag_error(diag, xml_place(idmap, NULL), NULL, "<idmap> maps users and groups, or neither; add the other");
  check_ids(idmap, "uid", ranges.users, ranges.n_users, diag);
  check_ids(idmap, "gid", ranges.groups, ranges.n_groups, diag);
}

/* A disk has one source: a second one is nobody's, and is reported so. */
static void
check_sources(xmlNode *device, const struct labels *labels, struct diag *diag)
{
  bool disk = str_eq((const char *)device->name, "disk");
  for (xmlNode *source = xml_child(device, "source"); source; source = disk ? NULL : xml_next(source, "source"))
    check_source_seclabels(source, labels, diag);
}

static void
manager_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  (void)domain;
  static const char *const with_sources[] = { "disk", "serial", "parallel", "console", "channel" };
  xmlNode *devices = xml_child(root, "devices");
  struct labels labels = { 0 };
  attr_read(labels_attrs, root, &labels, NULL, stage->diag);
  check_models(&labels, labels.n > 1, stage->diag);
  if (labels.n == 1)
    check_model_of_label(&labels.items[0], stage->diag);
  for (size_t i = 0; i < labels.n; i++)
    check_seclabel(&labels.items[i], stage->diag);
  for (size_t i = 0; devices && i < ARRAY_SIZE(with_sources); i++)
    xml_each(device, devices, with_sources[i]) check_sources(device, &labels, stage->diag);
  xmlNode *first = xml_child(root, "resource"), *tune = xml_child(root, "blkiotune"), *idmap = xml_child(root, "idmap");
  if (first && xml_next(first, "resource"))
    diag_error(stage->diag, xml_place(xml_next(first, "resource"), NULL), NULL, "a second <resource>; keep one");
  xml_each(resource, root, "resource")
  {
    attr_read(resource_attrs, resource, NULL, NULL, stage->diag);
    xml_skip(resource);
  }
  if (tune)
    check_blkiotune(tune, stage->diag);
  if (idmap)
    check_idmap(idmap, stage->diag);
  xml_skip_all(root, "blkiotune");
  xml_skip_all(root, "idmap");
}

/* Shaping and tags are the tap's and the switch's; of filters their cards tell in every mode. */
static void
note_interfaces(const struct domain *domain, struct stage *stage)
{
  static const char *const elements[] = { "bandwidth", "vlan", "virtualport", "coalesce" };
  const struct device_list *list = domain_devices_of(domain, ROLE_NETWORK);
  for (size_t i = 0; i < list->n; i++)
    for (size_t n = 0; n < ARRAY_SIZE(elements); n++) {
      xmlNode *node = list->items[i]->node ? xml_child(list->items[i]->node, elements[n]) : NULL;
      if (node)
        diag_note(stage->diag, xml_place(node, NULL), list->items[i]->subject,
                  "<%s> is for a manager to apply on the host, QEMU cannot", elements[n]);
    }
}

/* --check: what the guest will not get from us, though its XML says so. */
static void
manager_check(const struct domain *domain, struct stage *stage)
{
  static const char *const elements[] = { "blkiotune",      "cputune", "idmap",    "memtune",
                                          "on_lockfailure", "perf",    "resource", "seclabel" };
  const struct misc *misc = &domain->misc;
  if (stage->options->mode != MODE_CHECK)
    return;
  for (size_t i = 0; i < ARRAY_SIZE(elements); i++)
    xml_each(node, domain->root, elements[i])
        diag_note(stage->diag, xml_place(node, NULL), NULL, "<%s> is for a manager to apply, QEMU cannot", elements[i]);
  note_interfaces(domain, stage);
  if (misc->on_poweroff == ON_RESTART)
    diag_note(stage->diag, xml_place(xml_child(domain->root, "on_poweroff"), NULL), NULL,
              "restarting after a power-off is for a manager: QEMU ends");
  if (misc->on_crash == ON_RESTART || misc->on_crash == ON_COREDUMP_DESTROY || misc->on_crash == ON_COREDUMP_RESTART)
    diag_note(stage->diag, xml_place(xml_child(domain->root, "on_crash"), NULL), NULL,
              "restarting or dumping after a crash is for a manager: QEMU ends");
}

const struct section manager_section = {
  .name = "manager",
  .attrs = manager_attrs,
  .parse = manager_parse,
  .check = manager_check,
};
