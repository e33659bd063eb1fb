/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/os.c - <os>: machine type and architecture, boot order, a kernel from the host */

#include "domain/kinds.h"
#include "bus/controller.h"
#include "core/names.h"
#include "core/options.h"

#include <json-c/json.h>

static const char *const boot_names[] = {
  [BOOT_FD] = "fd",
  [BOOT_CDROM] = "cdrom",
  [BOOT_HD] = "hd",
  [BOOT_NETWORK] = "network",
};
static_assert(ARRAY_SIZE(boot_names) == BOOT_DEVS, "a boot device has no name");

static const char *const acpi_table_names[] = {
  [ACPI_TABLE_RAW] = "raw",
  [ACPI_TABLE_RAWSET] = "rawset",
  [ACPI_TABLE_SLIC] = "slic",
  [ACPI_TABLE_MSDM] = "msdm",
};
static_assert(ARRAY_SIZE(acpi_table_names) == ACPI_TABLE_TYPES, "a table has no name");

/* QEMU hw/nvram/fw_cfg.c: both go through 16 bits. */
enum { BOOT_TIME_MAX = 65535 };

#define NO_TYPE "no <os><type>; write <os><type arch='x86_64'>hvm</type></os>"

static const struct meaning boot_meant[] = {
  { "disk", "the hard disk is 'hd'; write dev='hd'" },
  { "harddisk", "the hard disk is 'hd'; write dev='hd'" },
  { "hdd", "the hard disk is 'hd'; write dev='hd'" },
  { "cd", "write dev='cdrom'" },
  { "floppy", "write dev='fd'" },
  { "net", "write dev='network'" },
  { "pxe", "write dev='network'" },
  { NULL, NULL },
};

static const struct meaning arch_meant[] = {
  { "amd64", "write arch='x86_64'" },
  { "x64", "write arch='x86_64'" },
  { "x86", "write arch='i686', or 'x86_64' for 64 bits" },
  { "i386", "write arch='i686'" },
  { "arm64", "write arch='aarch64'" },
  { "armhf", "write arch='armv7l'" },
  { "arm", "write arch='armv7l', or 'aarch64' for 64 bits" },
  { "ppc64el", "write arch='ppc64le'" },
  { NULL, NULL },
};

/* PC boards by their chip sets, and that of other architectures */
static const struct meaning pc_meant[] = {
  { "i440fx", "the board with the i440FX is 'pc'; write machine='pc'" },
  { "i440FX", "the board with the i440FX is 'pc'; write machine='pc'" },
  { "440fx", "the board with the i440FX is 'pc'; write machine='pc'" },
  { "piix", "the board with the PIIX3 is 'pc'; write machine='pc'" },
  { "piix3", "the board with the PIIX3 is 'pc'; write machine='pc'" },
  { "ich9", "the board with the ICH9 is 'q35'; write machine='q35'" },
  { "virt", "x86 has none without a chip set; write machine='q35'" },
  { NULL, NULL },
};

static const struct attr boot_attrs[] = { ATTR_PLACE(struct boot, place),
                                          ATTR_ENUM("@dev", struct boot, dev, boot_names, .required = true,
                                                    .meant = boot_meant, .missing = "<boot> has no dev; write dev='hd'",
                                                    .doc = "What the guest tries to start from, in this order."),
                                          ATTR_END };

static const struct attr timeout_attrs[] = {
  ATTR_NUM("os/bootmenu/@timeout", struct domain, os.boot_menu_timeout, .max = BOOT_TIME_MAX, .unit = "milliseconds",
           .dflt = "the firmware's", .doc = "How long the menu is shown; where there is none it has no effect."),
  ATTR_END
};
/* As libvirt has it: without a menu the time may be anything. */
static const struct attr no_menu[] = { ATTR_UNREAD("os/bootmenu/@timeout"), ATTR_END };

static const struct attr table_attrs[] = {
  ATTR_PLACE(struct acpi_table, place),
  ATTR_ENUM("@type", struct acpi_table, type, acpi_table_names, .required = true,
            .missing = "<table> has no type; write type='raw' for a table with its header",
            .doc = "What kind of ACPI table it is."),
  ATTR_STRING("text()", struct acpi_table, path, .required = true, .missing = "<table> names no file",
              .doc = "The file with the ACPI table."),
  ATTR_END
};

struct xen {
  const char *loader, *args;
};

static const struct attr xen_attrs[] = {
  ATTR_STRING("bootloader/text()", struct xen, loader, .empty_none = true, .pattern = "", .dflt = "none",
              .doc = "Xen's program that finds a kernel."),
  ATTR_STRING("bootloader_args/text()", struct xen, args, .empty_none = true, .pattern = "", .dflt = "none",
              .doc = "Arguments of Xen's program."),
  ATTR_END
};

static const char *
parse_reboot_timeout(TALLOC_CTX *ctx, const char *text, void *member)
{
  int64_t timeout;
  if (!parse_int(text, &timeout) || timeout < -1 || timeout > BOOT_TIME_MAX)
    return talloc_asprintf(ctx, "must be from 0 to %d milliseconds, or -1 for no reboot", BOOT_TIME_MAX);
  *(struct num *)member = num_of((uint64_t)timeout);
  return NULL;
}

static const struct attr os_attrs[] = {
  ATTR_STRING("os/type/@machine", struct domain, os.machine, .empty_none = true,
              .dflt = "pc on x86, pseries, s390-ccw-virtio, virt; else QEMU's",
              .doc = "Which board the guest has, and in which version."),
  ATTR_ENUM("os/type/@arch", struct domain, arch, arch_names, .empty_none = true, .meant = arch_meant,
            .dflt = "the host's", .doc = "The processor's architecture."),
  ATTR_STRING("os/kernel/text()", struct domain, os.kernel, .empty_ok = true, .dflt = "none",
              .doc = "A kernel of the host that is started directly."),
  ATTR_STRING("os/initrd/text()", struct domain, os.initrd, .empty_ok = true, .dflt = "none",
              .doc = "The first file system of that kernel."),
  ATTR_STRING("os/cmdline/text()", struct domain, os.cmdline, .empty_ok = true, .dflt = "none",
              .doc = "The arguments of that kernel."),
  ATTR_STRING("os/shim/text()", struct domain, os.shim, .empty_ok = true, .needs = FEAT_MACHINE_SHIM, .dflt = "none",
              .doc = "The shim that checks that kernel for secure boot."),
  ATTR_STRING("os/dtb/text()", struct domain, os.dtb, .empty_ok = true, .dflt = "the machine's own",
              .doc = "The device tree that the guest is given."),
  ATTR_STRING("os/type/text()", struct domain, os.type, .required = true, .empty_ok = true, .pattern = "hvm",
              .missing = NO_TYPE, .doc = "What kind of system it is: hvm, a whole machine."),
  ATTR_LIST("os/boot", struct domain, os.boots, os.n_boots, struct boot, boot_attrs,
            .doc = "What is tried, one after the other."),
  ATTR_SEE(".", timeout_attrs), ATTR_IF("os/bootmenu/@enable", "no", no_menu),
  ATTR_IF("os/bootmenu/@enable", NULL, no_menu),
  ATTR_WORD("os/bios/@rebootTimeout", struct domain, os.reboot_timeout, parse_reboot_timeout, "milliseconds, or -1",
            .pattern = "-1|0*([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])|"
                       "0[xX]0*[0-9a-fA-F]{1,4}|-0[xX]0*1",
            .dflt = "QEMU's (-1, it does not)",
            .doc = "How long the firmware waits before it starts again when nothing boots."),
  ATTR_SEE("os/acpi/table", table_attrs, .many = true, .doc = "A table of your own beside those of the board."),
  /* containers start these in place of a system; the last is Xen's */
  ATTR_QUIET("os/init", .doc = "A container's; it has no effect."),
  ATTR_QUIET("os/initarg", .doc = "A container's; it has no effect."),
  ATTR_QUIET("os/initenv", .doc = "A container's; it has no effect."),
  ATTR_QUIET("os/initdir", .doc = "A container's; it has no effect."),
  ATTR_QUIET("os/inituser", .doc = "A container's; it has no effect."),
  ATTR_QUIET("os/initgroup", .doc = "A container's; it has no effect."),
  ATTR_QUIET("os/root", .doc = "Xen's; it has no effect."), ATTR_SEE(".", xen_attrs),
  ATTR_YESNO("os/bootmenu/@enable", struct domain, os.boot_menu, .dflt = "QEMU's (no)",
             .doc = "Whether people can choose what to start from."),
  ATTR_YESNO("os/bios/@useserial", struct domain, os.bios_serial, .dflt = "no",
             .doc = "Whether the firmware shows its messages on the first serial line."),
  ATTR_END
};

static void
keep_boot(struct os *os, struct diag *diag)
{
  for (size_t i = 0; i < os->n_boots; i++)
    if (i < ARRAY_SIZE(os->boot))
      os->boot[os->n_boot++] = os->boots[i].dev;
    else
      diag_warning(diag, os->boots[i].place, NULL, "more than %zu boot devices: this one has no effect; drop it",
                   ARRAY_SIZE(os->boot));
}

static void
parse_acpi_tables(struct domain *domain, xmlNode *node, struct diag *diag)
{
  struct os *os = &domain->os;
  xmlNode *acpi = xml_child(node, "acpi");
  if (!acpi)
    return;
  unsigned first_lines[ACPI_TABLE_TYPES] = { 0 };
  xml_each(child, acpi, "table")
  {
    struct acpi_table table = { 0 };
    if (!attr_read(table_attrs, child, &table, NULL, diag))
      continue;
    unsigned *first_line = &first_lines[table.type];
    if (*first_line && table.type != ACPI_TABLE_RAW)
      diag_error(diag, table.place, NULL, "a second ACPI table of type '%s' (the first is line %u); there is one",
                 acpi_table_names[table.type], *first_line);
    else
      *first_line = table.place.line;
    os->acpi_tables = ARRAY_ROOM(domain, os->acpi_tables, struct acpi_table, os->n_acpi_tables);
    os->acpi_tables[os->n_acpi_tables++] = table;
  }
}

static void
os_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  xmlNode *node = xml_child(root, "os");
  struct os *os = &domain->os;
  struct xen xen = { 0 };
  os->machine_said = os->machine;
  if (os->type && strcmp(os->type, "hvm") != 0)
    diag_error(stage->diag, xml_place_of(root, "os/type/text()"), NULL, "os type '%s' is not QEMU's; it must be hvm",
               os->type);
  if (domain->arch == ARCH_NONE) {
    /* by hand: what its row did not know */
    const char *arch = xml_get(root, "os/type/@arch", NULL);
    domain->strange = arch && *arch;
    domain->arch = arch_host();
  }
  attr_read(xen_attrs, root, &xen, NULL, stage->diag);
  if (xen.loader)
    diag_error(stage->diag, xml_place(xml_child(root, "bootloader"), NULL), NULL,
               "<bootloader> is Xen's; with QEMU use <os><kernel>");
  if (xen.args)
    diag_error(stage->diag, xml_place(xml_child(root, "bootloader_args"), NULL), NULL,
               "<bootloader_args> is Xen's; with QEMU use <os><kernel>");
  if (!node)
    return;
  keep_boot(os, stage->diag);
  if (os->boot_menu == ON)
    attr_read(timeout_attrs, root, domain, NULL, stage->diag);
  else
    xml_has(node, "bootmenu/@timeout");
  parse_acpi_tables(domain, node, stage->diag);
}

/* An x86_64 QEMU runs i686 guests, and so on: the larger processor knows the smaller one's modes. */
static bool
emulates(enum arch emulator, enum arch arch)
{
  return emulator == arch || (emulator == ARCH_X86_64 && arch == ARCH_I686) ||
         (emulator == ARCH_AARCH64 && arch_is_arm(arch)) || (emulator == ARCH_ARMV7L && arch == ARCH_ARMV6L) ||
         (arch_is_ppc64(emulator) && (arch_is_ppc64(arch) || arch == ARCH_PPC));
}

static void
complete_machine(struct domain *domain, struct stage *stage)
{
  bool kvm = domain->virt == VIRT_KVM;
  struct os *os = &domain->os;
  const struct caps_machine *machine =
      os->machine ? caps_machine(stage->caps, os->machine, kvm) : caps_default_machine(stage->caps, kvm);
  if (!os->machine && !machine) {
    diag_error(stage->diag, domain->place, NULL,
               "no machine type, and QEMU has no default for %s; write <type arch='%s' machine='...'>, "
               "qemu-system-%s -machine help lists them",
               arch_names[domain->arch], arch_names[domain->arch], arch_qemu_suffix(domain->arch));
    domain->strange = true;
    return;
  }
  if (!os->machine)
    os->machine = machine->alias ? machine->alias : machine->name;
  os->canonical = machine ? machine->name : os->machine;
  /* "pc" is whatever the QEMU that starts takes for the latest. A new one is left to do so; for an older
   * one that somebody named it is pinned, as libvirt does for every guest. */
  if (!caps_keeps_alias(stage->caps))
    os->machine = os->canonical;
}

/* Of a family whose devices we know, whatever the version and whoever built it. */
static bool
is_of_family(const struct domain *domain)
{
  return domain_is_pc(domain) || domain_is_microvm(domain) || domain_is_virt(domain) || domain_is_pseries(domain) ||
         domain_is_s390(domain);
}

/* A binary's own list is whole; what we know by heart lacks what distributions add to a family. */
static void
refuse_machine(struct domain *domain, struct stage *stage)
{
  bool kvm = domain->virt == VIRT_KVM, whole = caps_reply(stage->caps, "query-machines", kvm);
  const char *name = domain->os.machine_said;
  if (!name || !*name || caps_machine(stage->caps, name, kvm))
    return;
  domain->strange = !is_of_family(domain);
  const char *nearest = caps_nearest_machine(stage->caps, name, kvm);
  const char *meant = arch_is_x86(domain->arch) ? name_meant(pc_meant, name) : NULL;
  const char *remedy = meant     ? talloc_asprintf(stage->diag, "; %s", meant)
                       : nearest ? talloc_asprintf(stage->diag, "; did you mean '%s'?", nearest)
                                 : talloc_asprintf(stage->diag, "; qemu-system-%s -machine help lists them",
                                                   arch_qemu_suffix(domain->arch));
  const char *gone = caps_machine_gone(stage->diag, stage->caps, name);
  const char *why = gone ? talloc_asprintf(stage->diag, " (%s)", gone) : "";
  if (whole)
    diag_error(stage->diag, xml_place_of(domain->root, "os/type/@machine"), NULL,
               "machine '%s': this QEMU (%s) has none of that name%s%s", name, caps_version_string(stage->caps), why,
               remedy);
  else if (domain->strange)
    diag_error(stage->diag, xml_place_of(domain->root, "os/type/@machine"), NULL,
               "machine '%s': QEMU %s has none of that name for %s%s%s; where yours has it, let it say so with --probe",
               name, caps_version_string(stage->caps), arch_names[domain->arch], why, nearest || meant ? remedy : "");
}

static bool
boots_by_device(const struct domain *domain)
{
  for (size_t i = 0; i < domain->devices.n; i++)
    if (domain->devices.items[i]->boot_order)
      return true;
  return false;
}

/* The binary's architecture: as it told, else as its name says. */
static enum arch
emulator_arch(const struct domain *domain, const struct stage *stage)
{
  if (!domain->emulator)
    return caps_arch(stage->caps);
  const char *base = strrchr(domain->emulator, '/');
  base = base ? base + 1 : domain->emulator;
  enum arch named = str_starts(base, "qemu-system-") ? arch_from_qemu(base + strlen("qemu-system-")) : ARCH_NONE;
  return emulates(caps_arch(stage->caps), domain->arch) && named != ARCH_NONE ? named : caps_arch(stage->caps);
}

static void
os_complete(struct domain *domain, struct stage *stage)
{
  struct os *os = &domain->os;
  enum arch emulator = emulator_arch(domain, stage);
  if (!emulates(emulator, domain->arch)) {
    struct place place = xml_place_of(domain->root, "os/type/@arch");
    if (stage->options->capabilities)
      diag_error(stage->diag, place, NULL,
                 "arch '%s': %s holds the answers of a QEMU for %s; name those of qemu-system-%s",
                 arch_names[domain->arch], stage->options->capabilities, arch_names[emulator],
                 arch_qemu_suffix(domain->arch));
    else
      diag_error(stage->diag, place, NULL, "arch '%s': emulator %s is for %s; write that, or name qemu-system-%s",
                 arch_names[domain->arch], domain->emulator, arch_names[emulator], arch_qemu_suffix(domain->arch));
    domain->strange = true;
    return;
  }
  complete_machine(domain, stage);
  refuse_machine(domain, stage);
  if (!boots_by_device(domain)) {
    if (os->n_boot == 0)
      os->boot[os->n_boot++] = BOOT_HD;
  } else if (os->n_boot) {
    diag_error(stage->diag, xml_place(xml_child(xml_child(domain->root, "os"), "boot"), NULL), NULL,
               "<boot> here and <boot order='...'> at devices do not go together; keep one of them");
  }
}

/* QEMU 9.2 gave each boot device a loadparm of its own; before, the machine had the one. */
static void
os_finish(struct domain *domain, struct stage *stage)
{
  bool by_device = domain_is_s390(domain) && caps_has(stage->caps, FEAT_VIRTIO_CCW_DEVICE_LOADPARM);
  for (size_t i = 0; i < domain->devices.n; i++) {
    struct device *dev = domain->devices.items[i];
    if (!dev->loadparm || by_device)
      continue;
    if (!domain_is_s390(domain))
      diag_warning(stage->diag, dev->place, dev->subject, "loadparm is s390x's: it has no effect on %s",
                   arch_names[domain->arch]);
    else if (dev->boot_order == 1)
      domain->os.loadparm = dev->loadparm;
    else
      diag_warning(stage->diag, dev->place, dev->subject,
                   "loadparm: before QEMU 9.2 only that of the first boot device counts, this is %s",
                   caps_version_string(stage->caps));
    dev->loadparm = NULL;
  }
}

/* Of what is no machine of this QEMU at all, refuse_machine() has told. */
static void
check_machine(const struct domain *domain, struct stage *stage)
{
  bool kvm = domain->virt == VIRT_KVM;
  const char *name = domain->os.machine_said;
  const struct caps_machine *machine = caps_machine(stage->caps, name, kvm);
  if (!name || !*name || (machine && !machine->stands_in)) {
    if (machine && machine->deprecated && stage->options->mode == MODE_CHECK)
      diag_note(stage->diag, xml_place_of(domain->root, "os/type/@machine"), NULL,
                "machine '%s' is deprecated: a later QEMU will not have it", name);
    return;
  }
  const char *gone = caps_machine_gone(stage->diag, stage->caps, name);
  const char *alias = caps_nearest_machine(stage->caps, name, kvm);
  bool whole = caps_reply(stage->caps, "query-machines", kvm); /* then refuse_machine() has told */
  if (gone && !whole)
    diag_unstartable(stage->diag, xml_place_of(domain->root, "os/type/@machine"), NULL,
                     "machine '%s': QEMU %s has none of that name (%s): this guest will not start%s%s%s", name,
                     caps_version_string(stage->caps), gone, alias ? "; '" : "", alias ? alias : "",
                     alias ? "' is the nearest there" : "");
  else if (!whole)
    diag_warning(stage->diag, xml_place_of(domain->root, "os/type/@machine"), NULL,
                 "machine '%s' is not among those of QEMU %s for %s, as upstream builds it%s%s%s", name,
                 caps_version_string(stage->caps), arch_names[domain->arch], alias ? "; there write machine='" : "",
                 alias ? alias : "", alias ? "'" : "");
}

/* No host makes up for an accelerator that the binary was built without. */
static void
check_accelerator(const struct domain *domain, struct stage *stage)
{
  bool no_kvm = caps_kvm_present(stage->caps) == OFF;
  xmlNode *root = domain->root;
  if (domain->virt == VIRT_KVM && no_kvm)
    diag_error(stage->diag, xml_place(root, "kvm"), NULL,
               "type 'kvm': this QEMU (%s for %s) was built without KVM; "
               "write type='qemu'",
               caps_version_string(stage->caps), arch_names[caps_arch(stage->caps)]);
  if (domain->virt == VIRT_QEMU && caps_type(stage->caps, "tcg-accel") == OFF)
    diag_error(stage->diag, xml_place(root, "qemu"), NULL,
               "type 'qemu': this QEMU (%s for %s) was built without TCG, or the package with its module is not "
               "installed; write type='kvm'",
               caps_version_string(stage->caps), arch_names[caps_arch(stage->caps)]);
  if (domain->virt == VIRT_HVF && caps_type(stage->caps, "hvf-accel") == OFF)
    diag_error(stage->diag, xml_place(root, "hvf"), NULL,
               "type 'hvf': this QEMU (%s) was built without it, only macOS has it; write type='kvm'",
               caps_version_string(stage->caps));
}

/* QEMU system/vl.c, qemu_validate_options(). */
static void
check_kernel(const struct os *os, xmlNode *node, struct stage *stage)
{
  if (os->kernel && *os->kernel)
    return;
  if (os->shim && *os->shim)
    diag_error(stage->diag, xml_place(xml_child(node, "shim"), NULL), NULL, "<shim> goes with a <kernel>; add one");
  const struct {
    const char *name, *value;
  } rows[] = { { "initrd", os->initrd }, { "cmdline", os->cmdline } };
  for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
    if (rows[i].value && *rows[i].value)
      diag_unstartable(stage->diag, xml_place(xml_child(node, rows[i].name), NULL), NULL,
                       "<%s> goes with a <kernel>: QEMU will not start; add one", rows[i].name);
}

/* Of firmware in two files the one with the code: "OVMF_CODE_4M.fd", "edk2-x86_64-secure-code.fd", "QEMU_CODE.qcow2". */
static bool
is_code_alone(const char *path)
{
  const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
  return strcasestr(name, "_CODE") || strcasestr(name, "-code.");
}

static void
check_rom(const struct domain *domain, struct stage *stage)
{
  const struct loader *loader = &domain->os.loader;
  if (domain->os.firmware == FIRMWARE_MANUAL && loader->type == LOADER_ROM && loader->path &&
      is_code_alone(loader->path))
    diag_warning(stage->diag, xml_place(xml_child(xml_child(domain->root, "os"), "loader"), loader->path), NULL,
                 "%s is by its name firmware without its variables, which does not run as a ROM; write <loader "
                 "readonly='yes' type='pflash'>, or <os firmware='efi'> without <loader>",
                 loader->path);
}

static void
os_check(const struct domain *domain, struct stage *stage)
{
  const struct os *os = &domain->os;
  xmlNode *node = xml_child(domain->root, "os");
  check_machine(domain, stage);
  check_accelerator(domain, stage);
  check_kernel(os, node, stage);
  check_rom(domain, stage);
  if (os->bios_serial == ON && !arch_is_x86(domain->arch))
    diag_error(stage->diag, xml_place(xml_child(node, "bios"), NULL), NULL,
               "useserial is the PC BIOS', this is %s; drop it", arch_names[domain->arch]);
  else if (os->bios_serial == ON && !domain_devices_of(domain, ROLE_SERIAL)->n)
    diag_error(stage->diag, xml_place(xml_child(node, "bios"), "useserial"), NULL,
               "useserial, but there is no serial line; add <serial type='pty'/>");
  for (size_t i = 0; i < os->n_acpi_tables; i++)
    if (os->acpi_tables[i].type == ACPI_TABLE_RAWSET)
      diag_error(stage->diag, os->acpi_tables[i].place, NULL,
                 "ACPI table type 'rawset' is Xen's; write a <table type='raw'> for each table");
}

static void
build_boot(const struct domain *domain, struct argv *argv)
{
  const struct os *os = &domain->os;
  argv_origin(argv, domain->place, NULL, "nothing boots but what the XML says");
  struct props *p = argv_single(argv, PHASE_GLOBAL, "-boot", NULL);
  props_at(p, xml_place_at(domain->root, "os/bootmenu/@enable"));
  props_onoff(p, "menu", os->boot_menu);
  props_at(p, xml_place_at(domain->root, "os/bios/@rebootTimeout"));
  if (os->reboot_timeout.set)
    props_int(p, "reboot-timeout", (int64_t)os->reboot_timeout.value);
  props_at(p, xml_place_at(domain->root, "os/bootmenu/@timeout"));
  props_num(p, "splash-time", os->boot_menu_timeout);
  props_at(p, xml_place_at(domain->root, "os"));
  props_bool(p, "strict", true);
}

/* The element's own line, for whoever finds that the file is not there. */
static void
origin_of(const struct domain *domain, const char *element, struct argv *argv)
{
  xmlNode *os = xml_child(domain->root, "os"), *node = os ? xml_child(os, element) : NULL;
  argv_origin(argv, node ? xml_place(node, NULL) : argv->place, element, NULL);
}

static void
build_file(const struct domain *domain, struct argv *argv, const char *element, const char *path)
{
  if (!path || !*path)
    return;
  origin_of(domain, element, argv);
  argv_host(argv, PHASE_GLOBAL, talloc_asprintf(argv, "-%s", element), WANT_READ, path);
}

static void
offer(const char *name, void *arg)
{
  struct argv *argv = arg;
  argv_props_offer_bus(argv, argv_single(argv, PHASE_MACHINE, "-machine", "type"), name);
}

static void
os_build(const struct domain *domain, const struct build *b, struct argv *argv)
{
  static const char *const sigs[] = { [ACPI_TABLE_SLIC] = "SLIC", [ACPI_TABLE_MSDM] = "MSDM" };
  static const char *const accels[] = { [VIRT_QEMU] = "tcg", [VIRT_KVM] = "kvm", [VIRT_HVF] = "hvf" };
  const struct os *os = &domain->os;
  (void)b;
  xmlNode *root = domain->root;
  argv_origin(argv, xml_place_at(root, "os/type/@machine"), NULL, NULL);
  struct props *machine = argv_single(argv, PHASE_MACHINE, "-machine", "type");
  props_str(machine, "type", os->machine);
  /* a USB controller is there when the XML has one */
  props_bool(machine, "usb", false);
  props_bool(machine, "dump-guest-core", false);
  props_str(machine, "loadparm", os->loadparm);
  props_at(machine, xml_place_at(root, "os/bios/@useserial"));
  if (os->bios_serial == ON)
    props_bool(machine, "graphics", false);
  bus_builtin(domain, offer, argv);
  props_at(machine, (struct place){ 0 });
  argv_origin(argv, xml_place_at(root, "@type"), NULL, NULL);
  struct props *accel = argv_single(argv, PHASE_MACHINE, "-accel", "accel");
  props_str(accel, "accel", accels[domain->virt]);
  props_at(accel, xml_place_at(root, "features/tcg/tb-cache"));
  if (domain->virt == VIRT_QEMU)
    props_nonzero(accel, "tb-size", domain->features.tb_cache >> 20);
  if (domain->virt == VIRT_KVM)
    props_implies(accel, WANT_KVM, "/dev/kvm", 0);
  props_at(accel, xml_place_at(root, "features/kvm/dirty-ring"));
  if (domain->virt == VIRT_KVM)
    props_nonzero(accel, "dirty-ring-size", domain->features.kvm.dirty_ring_size);

  build_boot(domain, argv);
  build_file(domain, argv, "kernel", os->kernel);
  build_file(domain, argv, "initrd", os->initrd);
  if (os->cmdline && *os->cmdline) {
    origin_of(domain, "cmdline", argv);
    argv_named(argv, PHASE_GLOBAL, "-append", NAMES_GUEST, os->cmdline);
  }
  build_file(domain, argv, "shim", os->shim);
  build_file(domain, argv, "dtb", os->dtb);
  for (size_t i = 0; i < os->n_acpi_tables; i++) {
    argv_origin(argv, os->acpi_tables[i].place, "acpi table", NULL);
    struct props *p = argv_keyval(argv, PHASE_GLOBAL, "-acpitable", NULL);
    if (os->acpi_tables[i].type < ARRAY_SIZE(sigs))
      props_str(p, "sig", sigs[os->acpi_tables[i].type]);
    props_host(p, "file", WANT_READ, os->acpi_tables[i].path);
  }
}

const struct section os_section = {
  .name = "os",
  .element = "os",
  .attrs = os_attrs,
  .parse = os_parse,
  .complete = os_complete,
  .finish = os_finish,
  .check = os_check,
  .build = os_build,
};
