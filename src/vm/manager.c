/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/manager.c - what no argument of QEMU can say: cgroups, labels, partitions */

/* All of it is known and quiet; what is wrong in itself is refused. --check names what a manager
 * would have to apply. */

#include "domain/kinds.h"
#include "core/options.h"

#include <ctype.h>

static const char *const label_types[] = { "dynamic", "static", "none" };
enum { LABEL_DYNAMIC, LABEL_STATIC, LABEL_NONE };

static const char *const yes_no[] = { [OFF] = "no", [ON] = "yes" };

/* Fibre Channel's appid, as libvirt's formatdomain has it. */
enum { APPID_MAX = 128 };

static void
check_seclabel(xmlNode *node, struct diag *diag)
{
  int type = LABEL_DYNAMIC, relabel = UNSET;
  read_enum(node, "@type", label_types, ARRAY_SIZE(label_types), &type, NULL, diag);
  read_enum(node, "@relabel", yes_no, ARRAY_SIZE(yes_no), &relabel, NULL, diag);
  if (type == LABEL_DYNAMIC && relabel == OFF)
    diag_error(diag, xml_place(node, NULL), NULL, "a dynamic seclabel relabels; write relabel='yes' or type='static'");
  if (type == LABEL_NONE && relabel == ON)
    diag_error(diag, xml_place(node, NULL), NULL, "a seclabel of type 'none' cannot relabel; write relabel='no'");
  if (type == LABEL_STATIC && !str_eq(xml_attr(node, "model"), "none") && !xml_child(node, "label"))
    diag_error(diag, xml_place(node, NULL), NULL, "a static seclabel needs a <label>; add one");
  xml_skip(node);
}

/* Which model is meant by a label, or by what is to be part of one, must be said. */
static void
check_model_of_label(xmlNode *node, struct diag *diag)
{
  const char *type = xml_attr(node, "type");
  const char *label = str_eq(type, "static") ? "label" : !str_eq(type, "none") ? "baselabel" : NULL;
  if (!xml_attr(node, "model") && label && xml_child(node, label))
    diag_error(diag, xml_place(node, NULL), NULL, "a seclabel with a <%s>, but no model; write model='selinux'", label);
}

/* One <seclabel> for each security model; with several all must say which is theirs. */
static void
check_models(xmlNode *parent, bool named, struct diag *diag)
{
  xml_each(node, parent, "seclabel")
  {
    const char *model = xml_attr(node, "model");
    if (!model && named)
      diag_error(diag, xml_place(node, NULL), NULL, "one seclabel of several, but no model; write model='dac'");
    for (xmlNode *other = xml_child(parent, "seclabel"); model && other != node; other = xml_next(other, "seclabel"))
      if (str_eq(xml_attr(other, "model"), model))
        diag_error(diag, xml_place(node, model), NULL, "a second seclabel for model '%s'; keep one", model);
  }
}

/* A label is only given to files where files are relabelled at all. */
static bool
relabels(xmlNode *seclabel)
{
  const char *relabel = xml_attr(seclabel, "relabel"), *type = xml_attr(seclabel, "type");
  return relabel ? strcmp(relabel, "yes") == 0 : !type || strcmp(type, "dynamic") == 0;
}

/* Of a device's source: its own label must be there where relabelling is asked for, and only there. */
static void
check_source_seclabels(xmlNode *source, xmlNode *root, struct diag *diag)
{
  check_models(source, false, diag);
  xml_each(node, source, "seclabel")
  {
    const char *relabel = xml_attr(node, "relabel"), *model = xml_attr(node, "model");
    bool label = xml_child(node, "label") != NULL;
    if (str_eq(relabel, "yes") && !label)
      diag_error(diag, xml_place(node, NULL), NULL,
                 "seclabel with relabel='yes' but no <label>; add one, or relabel='no'");
    if (str_eq(relabel, "no") && label)
      diag_error(diag, xml_place(node, NULL), NULL, "seclabel with a <label> but relabel='no'; drop one of them");
    xml_each(whole, root, "seclabel") if (model && str_eq(model, xml_attr(whole, "model")) && !relabels(whole))
        diag_error(diag, xml_place(node, model), NULL,
                   "a seclabel of its own, but the domain's (line %u) relabels nothing; write relabel='yes' there",
                   xml_place(whole, NULL).line);
  }
}

static void
check_resource(xmlNode *node, struct diag *diag)
{
  xmlNode *where;
  const char *appid = xml_get(node, "fibrechannel/@appid", &where);
  bool printable = true;
  for (const char *p = appid; p && *p; p++)
    printable &= isprint((unsigned char)*p) != 0;
  if (appid && (!*appid || strlen(appid) > APPID_MAX || !printable))
    diag_error(diag, xml_place(where, appid), NULL, "appid '%s': 1 to %d printable characters", appid, APPID_MAX);
  xml_skip(node);
}

/* What one block device is allowed; of 32 bits or 64, as cgroups have it. */
static void
check_blkio_limits(xmlNode *device, struct diag *diag)
{
  static const char *const words[] = { "weight/text()", "read_iops_sec/text()", "write_iops_sec/text()" };
  static const char *const longs[] = { "read_bytes_sec/text()", "write_bytes_sec/text()" };
  uint64_t value;
  for (size_t i = 0; i < ARRAY_SIZE(words); i++)
    read_uint(device, words[i], 0, UINT32_MAX, &value, NULL, diag);
  for (size_t i = 0; i < ARRAY_SIZE(longs); i++)
    read_uint(device, longs[i], 0, UINT64_MAX, &value, NULL, diag);
}

static void
check_blkiotune(xmlNode *tune, struct diag *diag)
{
  xml_each(device, tune, "device")
  {
    const char *path = xml_child(device, "path") ? xml_text(xml_child(device, "path")) : "";
    if (!*path)
      diag_error(diag, xml_place(device, NULL), NULL, "<device> has no <path>; name the block device");
    for (xmlNode *other = xml_child(tune, "device"); *path && other != device; other = xml_next(other, "device"))
      if (xml_child(other, "path") && strcmp(xml_text(xml_child(other, "path")), path) == 0)
        diag_error(diag, xml_place(device, path), NULL, "device '%s' has its limits from line %u already", path,
                   xml_place(other, NULL).line);
    check_blkio_limits(device, diag);
  }
}

/* The first user or group of the guest, root, must be someone on the host. */
static void
check_id_ranges(xmlNode *idmap, const char *name, struct diag *diag)
{
  static const char *const attributes[] = { "start", "target", "count" };
  uint64_t least = UINT64_MAX;
  xml_each(range, idmap, name)
  {
    uint64_t values[ARRAY_SIZE(attributes)] = { 0 };
    for (size_t i = 0; i < ARRAY_SIZE(attributes); i++)
      if (!xml_attr(range, attributes[i]))
        diag_error(diag, xml_place(range, NULL), NULL, "%s is missing; write <%s start='0' target='1000' count='10'/>",
                   attributes[i], name);
      else
        read_uint(range, talloc_asprintf(diag, "@%s", attributes[i]), 0, UINT32_MAX, &values[i], NULL, diag);
    least = values[0] < least ? values[0] : least;
  }
  if (xml_child(idmap, name) && least > 0)
    diag_error(diag, xml_place(xml_child(idmap, name), "start"), NULL, "no <%s> maps root; write start='0'", name);
}

/* A container's; domains of QEMU had it checked all the same. */
static void
check_idmap(xmlNode *idmap, struct diag *diag)
{
  xmlNode *uid = xml_child(idmap, "uid"), *gid = xml_child(idmap, "gid");
  if (!uid != !gid)
    diag_error(diag, xml_place(idmap, NULL), NULL, "<idmap> maps users and groups, or neither; add the other");
  check_id_ranges(idmap, "uid", diag);
  check_id_ranges(idmap, "gid", diag);
}

static void
manager_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  (void)domain;
  static const char *const with_sources[] = { "disk", "serial", "parallel", "console", "channel" };
  xmlNode *devices = xml_child(root, "devices"), *labels = xml_child(root, "seclabel");
  check_models(root, labels && xml_next(labels, "seclabel"), stage->diag);
  if (labels && !xml_next(labels, "seclabel"))
    check_model_of_label(labels, stage->diag);
  xml_each(seclabel, root, "seclabel") check_seclabel(seclabel, stage->diag);
  for (size_t i = 0; devices && i < ARRAY_SIZE(with_sources); i++)
    xml_each(device, devices, with_sources[i]) xml_each(source, device, "source")
        check_source_seclabels(source, root, stage->diag);
  xmlNode *first = xml_child(root, "resource"), *tune = xml_child(root, "blkiotune"), *idmap = xml_child(root, "idmap");
  if (first && xml_next(first, "resource"))
    diag_error(stage->diag, xml_place(xml_next(first, "resource"), NULL), NULL, "a second <resource>; keep one");
  xml_each(resource, root, "resource") check_resource(resource, stage->diag);
  if (tune)
    check_blkiotune(tune, stage->diag);
  if (idmap)
    check_idmap(idmap, stage->diag);
  xml_skip_all(root, "blkiotune");
  xml_skip_all(root, "idmap");
}

/* Shaping, filters and tags are the tap's and the switch's. */
static void
note_interfaces(const struct domain *domain, struct stage *stage)
{
  static const char *const elements[] = { "bandwidth", "vlan", "virtualport", "filterref", "coalesce" };
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
  if (misc->on_crash == ON_RESTART || misc->on_crash >= ON_COREDUMP_DESTROY)
    diag_note(stage->diag, xml_place(xml_child(domain->root, "on_crash"), NULL), NULL,
              "restarting or dumping after a crash is for a manager: QEMU ends");
}

const struct section manager_section = {
  .name = "manager",
  .parse = manager_parse,
  .check = manager_check,
};
