/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/read.c - from XML to struct domain: sections by their tables, devices by their kind */

#include "domain/kinds.h"
#include "domain/notes.h"
#include "core/names.h"

#include <ctype.h>

static const struct attr no_rom[] = { ATTR_NEVER("rom/@bar"), ATTR_NEVER("rom/@file"), ATTR_END };

const struct attr device_rom_attrs[] = { ATTR_YESNO("rom/@enabled", struct device, rom.enabled, .dflt = "QEMU's (yes)",
                                                    .doc = "Whether the device has an option ROM at all."),
                                         ATTR_ONOFF("rom/@bar", struct device, rom.bar, .dflt = "QEMU's (on)",
                                                    .doc = "Whether the guest sees the option ROM."),
                                         ATTR_STRING("rom/@file", struct device, rom.file, .dflt = "the device's own",
                                                     .doc = "The file with the option ROM."),
                                         ATTR_IF("rom/@enabled", "no", no_rom), ATTR_END };

const struct attr device_boot_attrs[] = {
  ATTR_UINT("boot/@order", struct device, boot_order, .min = 1, .required_here = true,
            .doc = "The device's place among those that the guest tries to start from."),
  ATTR_STRING("boot/@loadparm", struct device, loadparm, .dflt = "none",
              .doc = "What to load from the device, on s390x."),
  ATTR_END
};

const struct attr device_virtio_attrs[] = {
  ATTR_ONOFF("driver/@iommu", struct device, virtio.iommu, .dflt = "QEMU's (off)",
             .doc = "Whether the device goes through the guest's IOMMU."),
  ATTR_ONOFF("driver/@ats", struct device, virtio.ats, .dflt = "QEMU's (off)",
             .doc = "Whether the device keeps translations of addresses."),
  ATTR_ONOFF("driver/@packed", struct device, virtio.packed, .dflt = "QEMU's (off)",
             .doc = "Whether queues have the newer, packed layout."),
  ATTR_ONOFF("driver/@page_per_vq", struct device, virtio.page_per_vq, .dflt = "QEMU's (off)",
             .doc = "Whether each queue has a page for its notifications."),
  ATTR_END
};

const struct attr device_attrs[] = {
  ATTR_NUM("acpi/@index", struct device, address.acpi_index, .min = 1, .max = UINT32_MAX, .dflt = "none",
           .doc = "The number by which systemd and others name the device."),
  ATTR_STRING("alias/@name", struct device, alias, .empty_ok = true, .dflt = "made of what it is and a number",
              .doc = "A name of your own for the device, which QEMU gets as its id."),
  ATTR_SEE("address", address_attrs), ATTR_END
};

/* s390x: eight characters of the IPL parameter block, which knows no small letters. */
static bool
read_loadparm(struct device *dev, xmlNode *boot, struct diag *diag)
{
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789. ";
  enum { LOADPARM_MAX = 8 };
  const char *text = dev->loadparm;
  if (!text)
    return true;
  if (strlen(text) > LOADPARM_MAX || text[strspn(text, letters)] != '\0') {
    diag_error(diag, xml_place(boot, text), dev->subject, "loadparm '%s': at most %d letters, digits, dots and blanks",
               text, LOADPARM_MAX);
    return false;
  }
  char *upper = talloc_strdup(dev, text);
  for (char *c = upper; *c; c++)
    *c = (char)toupper((unsigned char)*c);
  dev->loadparm = upper;
  return true;
}

/* An alias of the user's own goes into QEMU's ids: libvirt's rule for its letters. */
static void
read_alias(struct device *dev, xmlNode *node, struct stage *stage)
{
  const char *alias = dev->alias;
  if (!str_starts(alias, "ua-"))
    return; /* libvirt made it up at run time, and would again */
  if (alias[strspn(alias, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")] != '\0') {
    diag_warning(stage->diag, xml_place(xml_child(node, "alias"), alias), dev->subject,
                 "alias '%s' has other characters than letters, digits, '-' and '_': it has no effect", alias);
    return;
  }
  dev->id = alias;
  dev->user_id = true;
}

static bool
read_rom(struct device *dev, xmlNode *node, struct diag *diag)
{
  if (!attr_read(device_rom_attrs, node, dev, dev->subject, diag))
    return false;
  if (dev->rom.enabled != OFF || (dev->rom.bar == UNSET && !dev->rom.file))
    return true;
  diag_error(diag, xml_place(xml_child(node, "rom"), NULL), dev->subject,
             "<rom enabled='no'> leaves nothing to tune; drop its bar and file, or write enabled='yes'");
  return false;
}

static bool
read_common(struct device *dev, xmlNode *node, struct stage *stage)
{
  const struct kind *kind = dev->kind;
  struct diag *diag = stage->diag;
  bool fine = attr_read(device_attrs, node, dev, dev->subject, diag);
  struct num acpi_index = dev->address.acpi_index;
  xmlNode *address = xml_child(node, "address");
  if (address)
    fine &= address_read(address, &dev->address, dev->subject, diag);
  dev->address_given = address != NULL;
  dev->address.acpi_index = acpi_index;
  if ((kind->takes & TAKES_BOOT) && xml_child(node, "boot"))
    fine &= attr_read(device_boot_attrs, node, dev, dev->subject, diag) &&
            read_loadparm(dev, xml_child(node, "boot"), diag);
  if (kind->takes & TAKES_ROM)
    fine &= read_rom(dev, node, diag);
  if (kind->takes & TAKES_VIRTIO)
    fine &= attr_read(device_virtio_attrs, node, dev, dev->subject, diag);
  read_alias(dev, node, stage);
  return fine;
}

static const char *
subject_of(const struct kind *kind, xmlNode *node, TALLOC_CTX *ctx)
{
  /* by hand: which of the kind's rows names the device, is the kind's */
  const char *name = kind->name_path ? xml_get(node, kind->name_path, NULL) : NULL;
  return name && *name ? talloc_asprintf(ctx, "%s %s", kind->element, name) : kind->element;
}

static void
read_device(struct domain *domain, xmlNode *node, struct stage *stage)
{
  const struct kind *kind = kind_find((const char *)node->name);
  if (strcmp((const char *)node->name, "emulator") == 0)
    return; /* vm/general.c's */
  if (!kind) {
    xml_mark(node, false); /* reported with the rest */
    return;
  }
  struct device *dev = domain_add(domain, kind, NULL, xml_place(node, NULL));
  dev->node = node;
  dev->subject = subject_of(kind, node, dev);
  unsigned before = diag_errors(stage->diag);
  bool fine = read_common(dev, node, stage);
  fine &= attr_read(kind->attrs, node, dev, dev->subject, stage->diag);
  if (kind->parse)
    kind->parse(dev, node, stage);
  if (fine && diag_errors(stage->diag) == before)
    return;
  dev->broken = true;
  xml_skip(node); /* the rest of it was not looked at, which is no news */
}

static const char *const virt_names[] = { [VIRT_QEMU] = "qemu", [VIRT_KVM] = "kvm", [VIRT_HVF] = "hvf" };

#define NOT_QEMU(name) name "'s, not QEMU's; write type='kvm' or, without KVM, type='qemu'"

static const struct meaning virt_meant[] = {
  { "xen", NOT_QEMU("Xen") },        { "lxc", NOT_QEMU("the container driver") },
  { "vmware", NOT_QEMU("VMware") },  { "vbox", NOT_QEMU("VirtualBox") },
  { "hyperv", NOT_QEMU("Hyper-V") }, { "bhyve", NOT_QEMU("bhyve") },
  { "vz", NOT_QEMU("Virtuozzo") },   { NULL, NULL },
};

const struct attr domain_attrs[] = {
  ATTR_ENUM("@type", struct domain, virt, virt_names, .required = true, .meant = virt_meant,
            .missing = "the domain has no type; write <domain type='kvm'> or, without KVM, type='qemu'",
            .doc = "Whether the host's KVM runs the guest, or QEMU's emulation."),
  ATTR_QUIET("@id", .doc = "The number of a running guest; it has no effect."), ATTR_END
};

/* More than any machine has, and few enough for 1 GiB of memory, whatever is to be said of each. */
enum { MOST_DEVICES = 32768 };

static void
read_devices(struct domain *domain, xmlNode *devices, struct stage *stage)
{
  for (xmlNode *node = xml_child(devices, NULL); node; node = xml_next(node, NULL)) {
    if (domain->devices.n == MOST_DEVICES && kind_find((const char *)node->name)) {
      diag_error(stage->diag, xml_place(node, NULL), NULL, "more than 32,768 devices, which no guest has; drop some");
      xml_skip(devices);
      return;
    }
    read_device(domain, node, stage);
  }
}

static void
read_root(struct domain *domain, struct stage *stage)
{
  xmlNode *root = domain->root;
  attr_read(domain_attrs, root, domain, NULL, stage->diag);
  for (const struct section *const *section = sections; *section; section++) {
    attr_read((*section)->attrs, root, domain, NULL, stage->diag);
    if ((*section)->parse)
      (*section)->parse(domain, root, stage);
  }
  xml_each(devices, root, "devices") read_devices(domain, devices, stage);
}

static struct domain *
domain_new(TALLOC_CTX *ctx, xmlNode *root)
{
  struct domain *domain = talloc_zero(ctx, struct domain);
  size_t n = 0;
  domain->notes = notes_new(domain);
  while (kinds[n])
    n++;
  domain->of_kind = talloc_zero_array(domain, struct device_list, n);
  domain->root = root;
  domain->place = xml_place(root, NULL);
  return domain;
}

/* --- what nobody read --- */

struct unread {
  struct domain *domain;
  struct stage *stage;
  size_t last; /* the device that was found last: reports come in the devices' order */
};

static const char *
unread_subject(xmlNode *node, void *arg)
{
  struct unread *unread = arg;
  const struct device_list *all = &unread->domain->devices;
  while (node->parent && node->parent->parent != unread->domain->root)
    node = node->parent;
  for (size_t n = 0; n < all->n; n++) {
    size_t i = (unread->last + n) % all->n;
    if (all->items[i]->node != node)
      continue;
    unread->last = i;
    return all->items[i]->subject;
  }
  return NULL;
}

static bool
unread_is_vital(const xmlNode *node, void *arg)
{
  const struct unread *unread = arg;
  return node->parent->parent == unread->domain->root && str_eq((const char *)node->parent->name, "devices");
}

/* Is NAME an element directly below <domain> that a section reads? */
static bool
is_section_element(const char *name)
{
  size_t length = strlen(name);
  for (const struct section *const *section = sections; *section; section++)
    for (const struct attr *row = (*section)->attrs; row && row->path; row++)
      if (strncmp(row->path, name, length) == 0 && (!row->path[length] || row->path[length] == '/'))
        return true;
  return false;
}

/* Advice on elements that people put in the wrong place, or call by another name. */
static const char *
unread_advice(xmlNode *node, const char *attribute, void *arg)
{
  const char *name = (const char *)node->name;
  const xmlNode *root = ((const struct unread *)arg)->domain->root;
  bool in_devices = unread_is_vital(node, arg);
  if (attribute)
    return str_eq(name, "clock") && str_eq(attribute, "sync") ? "write offset='utc' or 'localtime'" : NULL;
  if (node->parent == root && (str_eq(name, "commandline") || str_eq(name, "override")))
    return talloc_asprintf(xml_memory(node), "write <qemu:%s>, and <domain ... xmlns:qemu='" XML_QEMU_NS "'>", name);
  if (kind_find(name) && !in_devices)
    return "it belongs in <devices>";
  if (in_devices && is_section_element(name))
    return "it belongs in <domain>, outside of <devices>";
  return NULL;
}

static void
unread_reread(void *arg)
{
  struct unread *unread = arg;
  TALLOC_CTX *scratch = talloc_new(NULL);
  struct stage deaf = *unread->stage;
  deaf.diag = diag_new(scratch);
  struct domain *again = domain_new(scratch, unread->domain->root);
  read_root(again, &deaf);
  /* the names of all kinds are asked for one by one; let a near miss find them */
  xml_each(devices, again->root, "devices") for (const struct kind *const *kind = kinds; *kind;
                                                 kind++) if (!xml_child(devices, (*kind)->element)) continue;
  talloc_free(scratch);
}

static const struct meaning root_meant[] = {
  { "capabilities", "that is what libvirt says of a host; give a domain: virsh dumpxml NAME prints one" },
  { "domainCapabilities", "that is what libvirt says of a QEMU; give a domain: virsh dumpxml NAME prints one" },
  { "network", "that is a network; give the domain whose <interface> names it: virsh dumpxml NAME prints one" },
  { "pool", "that is a storage pool; give the domain whose <disk> names it: virsh dumpxml NAME prints one" },
  { "volume", "that is a volume of a pool; give the domain whose <disk> names it: virsh dumpxml NAME prints one" },
  { "domainsnapshot", "that is a snapshot, without its domain; virsh dumpxml NAME prints one" },
  { "domaincheckpoint", "that is a checkpoint, without its domain; virsh dumpxml NAME prints one" },
  { "secret", "that is a secret; give the domain that uses it: virsh dumpxml NAME prints one" },
  { NULL, NULL },
};

static void
refuse_root(const xmlNode *root, struct diag *diag)
{
  const char *name = (const char *)root->name, *remedy = name_meant(root_meant, name);
  if (!remedy && kind_find(name))
    remedy = "that is one device of a domain; give the whole: virsh dumpxml NAME prints one";
  diag_error(diag, xml_place((xmlNode *)root, NULL), NULL, "the root element is <%s>; %s", name,
             remedy ? remedy : "a domain begins with <domain>");
}

struct domain *
domain_read(TALLOC_CTX *ctx, const char *file, struct stage *stage)
{
  xmlNode *root = xml_read(ctx, file, stage->diag);
  if (!root)
    return NULL;
  if (strcmp((const char *)root->name, "domain") != 0) {
    xmlNode *inner = xml_child(root, "domain");
    if (inner)
      diag_error(stage->diag, xml_place(root, NULL), NULL,
                 "the root element is <%s>; give the <domain> in it, line %u, alone: virsh dumpxml prints one",
                 (const char *)root->name, xml_place(inner, NULL).line);
    else
      refuse_root(root, stage->diag);
    return NULL;
  }
  xml_mark(root, true);
  struct domain *domain = domain_new(ctx, root);
  domain->runtime = stage->runtime;
  domain->session = stage->session;
  read_root(domain, stage);
  struct unread unread = { domain, stage, 0 };
  const struct xml_reader reader = { unread_subject, unread_is_vital, unread_reread, unread_advice, &unread };
  xml_report_unread(root, stage->diag, &reader);
  return domain;
}
