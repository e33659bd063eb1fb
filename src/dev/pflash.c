/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/pflash.c - the flash chips of UEFI firmware: its code, and its variables */

/* No element of <devices>: vm/firmware.c reads <loader> and <nvram>, and one device of this kind
 * stands for both chips, since images are devices' to build. */

#include "dev/pflash.h"
#include "block/image.h"
#include "core/options.h"
#include "domain/kinds.h"
#include "domain/wants.h"
#include "host/host.h"

struct pflash {
  struct device dev;       /* first */
  struct image *variables; /* NULL: there are none */
};

/* Called by vm/firmware.c, for an <nvram> with a <source>. */
static void
pflash_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  struct pflash *pflash = (struct pflash *)dev;
  dev->subject = "nvram";
  xmlNode *source = xml_child(node, "source"), *wrong;
  pflash->variables = image_read_source(dev, source, dev->domain->os.nvram.type, stage);
  if ((wrong = xml_child(source, "slices")) || (wrong = xml_child(source, "reservations")) ||
      (wrong = xml_child(node, "backingStore")))
    diag_error(stage->diag, xml_place(wrong, NULL), dev->subject, "<%s> is for disks; drop it",
               (const char *)wrong->name);
}

static void
pflash_imply(struct domain *domain, struct stage *stage)
{
  (void)stage;
  if (domain->os.loader.type != LOADER_PFLASH || domain_devices(domain, &pflash_kind)->n)
    return;
  xmlNode *node = xml_child(domain->root, "os");
  struct device *dev = domain_add(domain, &pflash_kind, "UEFI firmware lies in flash chips", xml_place(node, NULL));
  dev->subject = "nvram";
}

static void
pflash_complete(struct device *dev, struct stage *stage)
{
  struct pflash *pflash = (struct pflash *)dev;
  const struct nvram *nvram = &dev->domain->os.nvram;
  const struct image_mode mode = { 0 };
  if (!nvram->there || (!pflash->variables && !nvram->path))
    return;
  if (!pflash->variables)
    pflash->variables = image_of_file(dev, nvram->node ? nvram->node : xml_child(dev->domain->root, "os"), nvram->path);
  pflash->variables->format = nvram->format == FLASH_QCOW2 ? IMAGE_QCOW2 : IMAGE_RAW;
  pflash->variables->chain_ends = true;
  image_complete(pflash->variables, "pflash1", &mode, stage);
}

/* QEMU hw/i386/pc_sysfw.c, hw/arm/virt.c, sbsa-ref.c, hw/riscv/virt.c, hw/loongarch/virt.c. */
static bool
has_chips(const struct domain *domain, const struct caps *caps)
{
  if (domain->arch == ARCH_LOONGARCH64)
    return caps_has(caps, FEAT_MACHINE_VIRT_PFLASH);
  return domain_is_i440fx(domain) || domain_is_q35(domain) || domain_is_virt(domain) ||
         str_eq(domain->os.machine, "sbsa-ref");
}

static void
pflash_check(const struct device *dev, struct stage *stage)
{
  const struct pflash *pflash = (const struct pflash *)dev;
  const struct domain *domain = dev->domain;
  xmlNode *os = xml_child(domain->root, "os"), *loader = xml_child(os, "loader");
  if (!has_chips(domain, stage->caps))
    diag_unstartable(stage->diag, xml_place(loader ? loader : os, NULL), NULL,
                     "machine %s of QEMU %s has no flash chips for UEFI: QEMU will not start; write <loader "
                     "type='rom'>",
                     domain->os.machine, caps_version_string(stage->caps));
  if (pflash->variables)
    image_check(pflash->variables, stage);
}

/* Variables in qcow2 of a template whose format nobody says. libvirt 11.3 copies it as it is (qemu_process.c,
 * qemuPrepareNVRAMFile(): "Assume the user knows what they're doing"), and QEMU then finds what it finds. */
static bool
is_unsaid(const struct nvram *nvram)
{
  return nvram->template && nvram->template_format == FLASH_UNSET && nvram->format == FLASH_QCOW2;
}

/* The command that makes NVRAM of a template of another format; NULL: there is none. */
static const char *
conversion(struct domain *domain, const struct nvram *nvram)
{
  enum flash_format format = nvram->template_format;
  if (!nvram->template || format == FLASH_UNSET || format == nvram->format)
    return NULL;
  return talloc_asprintf(domain, "make it: qemu-img convert -f %s -O %s '%s' '%s'", flash_format_names[format],
                         flash_format_names[nvram->format], nvram->template, nvram->path);
}

static void
pflash_resolve(struct device *dev, struct stage *stage)
{
  struct pflash *pflash = (struct pflash *)dev;
  struct domain *domain = dev->domain;
  struct nvram *nvram = &domain->os.nvram;
  uint64_t bytes;
  if (is_unsaid(nvram) && options_starts(stage->options))
    nvram->template_format = pflash_format_of(stage->host, nvram->template, &bytes);
  /* launch/files.c says what is wrong with a file that is to be made */
  bool to_be_made = nvram->there && nvram->path && !str_eq(nvram->type, "block");
  if (pflash->variables)
    image_resolve(pflash->variables, to_be_made, stage);
  if (options_starts(stage->options) && !host_is_offline(stage->host))
    pflash_check_sizes(domain, stage);
  if (!to_be_made)
    return;
  struct place place = nvram->node ? xml_place(nvram->node, NULL) : dev->place;
  const char *by_hand = conversion(domain, nvram);
  const char *source = by_hand ? NULL : nvram->template;
  wants_add(domain, (struct want){
                        .kind = WANT_TEMPLATE,
                        .value = nvram->path,
                        .source = source,
                        .by_hand = by_hand,
                        .subject = "nvram",
                        .place = place,
                    });
  if (options_starts(stage->options) || host_is_offline(stage->host) || host_exists(stage->host, nvram->path))
    return;
  if (source && is_unsaid(nvram))
    diag_warning(stage->diag, place, "nvram",
                 "%s is qcow2, and made by copying %s, whose format is not said: that must be qcow2, too; write "
                 "templateFormat='raw' where it is not",
                 nvram->path, nvram->template);
  if (options_script(stage->options))
    return;
  if (source)
    diag_warning(stage->diag, place, "nvram",
                 "%s is not there yet: --exec, --run and --format=script make it from %s, others must do so",
                 nvram->path, nvram->template);
  else if (by_hand)
    diag_warning(stage->diag, place, "nvram", "%s is not there; %s", nvram->path, by_hand);
  else
    diag_warning(stage->diag, place, "nvram",
                 "%s is not there, and no template to make it from is known; "
                 "write <nvram template='...'>",
                 nvram->path);
}

/* QEMU hw/block/pflash_cfi01.c: the chips are block nodes that the machine takes by name. The code's
 * has a format layer even where that is raw, so that it can be read-only whatever the file is. */
static void
build_code(const struct loader *loader, struct argv *argv)
{
  struct props *p = argv_json(argv, PHASE_MACHINE, "-blockdev");
  props_str(p, "driver", "file");
  props_host(p, "filename", WANT_READ, loader->path);
  props_define(p, "node-name", ID_NODE, "pflash0-storage");
  props_bool(p, "auto-read-only", true);
  props_str(p, "discard", "unmap");
  p = argv_json(argv, PHASE_MACHINE, "-blockdev");
  props_str(p, "driver", flash_format_names[loader->format]);
  props_define(p, "node-name", ID_NODE, "pflash0-format");
  props_bool(p, "read-only", loader->readonly == ON);
  props_refer(p, "file", ID_NODE, "pflash0-storage");
  if (loader->format == FLASH_QCOW2)
    props_null(p, "backing");
}

static void
pflash_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const struct pflash *pflash = (const struct pflash *)dev;
  const struct os *os = &b->domain->os;
  struct props *machine = argv_single(argv, PHASE_MACHINE, "-machine", "type");
  xmlNode *loader = xml_child(xml_child(b->domain->root, "os"), "loader");
  argv_origin(argv, loader ? xml_place(loader, NULL) : dev->place, "loader", dev->rule);
  build_code(&os->loader, argv);
  props_refer(machine, "pflash0", ID_NODE, "pflash0-format");
  argv_origin(argv, dev->place, dev->subject, dev->rule);
  if (pflash->variables)
    props_refer(machine, "pflash1", ID_NODE, image_build(pflash->variables, b, argv));
}

/* Which types there are, and what is there without one, vm/firmware.c says. */
static const struct attr source_attrs[] = { ATTR_SEE("source", image_whole_attrs), ATTR_END };
static const struct attr *const type_attrs[NVRAM_TYPES] = { NULL, source_attrs, source_attrs, source_attrs };
static const struct attr pflash_attrs[] = { ATTR_SEE_BY("@type", nvram_type_names, type_attrs), ATTR_END };

const struct kind pflash_kind = {
  .element = "flash chips", /* which no element can be called */
  .path = "os/nvram",
  .attrs = pflash_attrs,
  .role = ROLE_FLASH,
  .size = sizeof(struct pflash),
  .parse = pflash_parse,
  .imply = pflash_imply,
  .complete = pflash_complete,
  .check = pflash_check,
  .resolve = pflash_resolve,
  .build = pflash_build,
};
