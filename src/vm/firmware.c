/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/firmware.c - <os firmware=>, <loader>, <nvram>: which firmware, and where its variables are kept */

/* Descriptors of the host's firmware builds tell what the XML leaves open: all of it for
 * <os firmware='efi'>, format and template of the variables for a <loader> that one of them names.
 * dev/pflash.c makes flash chips of the result. */

#include "domain/kinds.h"
#include "domain/runtime.h"
#include "host/firmware.h"

static const char *const firmware_names[] = { [FIRMWARE_BIOS] = "bios", [FIRMWARE_EFI] = "efi" };
static_assert(ARRAY_SIZE(firmware_names) == FIRMWARES, "a firmware has no name");

static const char *const loader_names[] = { [LOADER_ROM] = "rom", [LOADER_PFLASH] = "pflash" };
static_assert(ARRAY_SIZE(loader_names) == LOADER_TYPES, "a loader has no name");

/* Where libvirt's system daemon keeps them, so that a guest of its has the same here. */

/* <nvram> without a <source>; with one, dev/pflash.c reads the rest of it. */
static const struct attr nvram_attrs[] = { ATTR_STRING("text()", struct nvram, path, .empty_none = true,
                                                       .dflt = "made of the name, in libvirt's folder",
                                                       .doc = "The file that keeps the firmware's variables."),
                                           ATTR_END };

static const struct attr source_attrs[] = { ATTR_STRING("@file", struct nvram, path, .empty_ok = true,
                                                        .dflt = "made of the name, as without a type",
                                                        .doc = "The path of the image file."),
                                            ATTR_END };

static const struct attr file_attrs[] = { ATTR_SEE("source", source_attrs, .required = true), ATTR_END };
static const struct attr storage_attrs[] = { ATTR_SEE("source", NULL, .required = true), ATTR_END };

static const struct attr *const nvram_type_attrs[] = { nvram_attrs, file_attrs, storage_attrs, storage_attrs };

static const char *
any_type(TALLOC_CTX *ctx, const char *text, void *member)
{
  (void)ctx;
  *(const char **)member = text;
  return NULL;
}

enum firmware_feature { FEATURE_NONE, FEATURE_KEYS, FEATURE_SECURE_BOOT };

static const char *const feature_names[] = { [FEATURE_KEYS] = "enrolled-keys", [FEATURE_SECURE_BOOT] = "secure-boot" };

struct given_feature {
  enum firmware_feature name;
  enum tristate enabled;
};

static const struct attr feature_attrs[] = {
  ATTR_ENUM("@name", struct given_feature, name, feature_names, .required = true,
            .doc = "A property that the firmware must have, or must not."),
  ATTR_YESNO("@enabled", struct given_feature, enabled, .required = true, .doc = "Whether the firmware must have it."),
  ATTR_END
};

static const struct attr firmware_attrs[] = {
  ATTR_ENUM("os/@firmware", struct domain, os.firmware, firmware_names, .empty_none = true,
            .dflt = "none; what <loader> names holds, or the board's own",
            .doc = "Which kind of firmware starts the guest; which build is found on the host."),
  ATTR_ENUM("os/loader/@type", struct domain, os.loader.type, loader_names,
            .dflt = "rom; with <os firmware=> that of the build found",
            .doc = "Whether the firmware is a ROM or lies in flash."),
  ATTR_YESNO("os/loader/@readonly", struct domain, os.loader.readonly,
             .dflt = "yes where a descriptor knows the file, else no",
             .doc = "Whether the firmware's flash cannot be written."),
  ATTR_YESNO("os/loader/@secure", struct domain, os.loader.secure, .dflt = "no, unless the build found needs it",
             .doc = "Whether the variables can be written in system management mode alone."),
  ATTR_YESNO("os/loader/@stateless", struct domain, os.loader.stateless,
             .dflt = "no, where there is a build that keeps them", .doc = "Whether the firmware keeps no variables."),
  ATTR_ENUM("os/loader/@format", struct domain, os.loader.format, flash_format_names,
            .dflt = "raw, unless its descriptor has another", .doc = "The format of the firmware's image."),
  ATTR_STRING("os/nvram/@template", struct domain, os.nvram.template, .dflt = "that of the build found, else none",
              .doc = "The file that new variables are copied from."),
  ATTR_ENUM("os/nvram/@templateFormat", struct domain, os.nvram.template_format, flash_format_names,
            .dflt = "that of the build found, else none", .doc = "The format of the template."),
  ATTR_ENUM("os/nvram/@format", struct domain, os.nvram.format, flash_format_names,
            .dflt = "the template's, else the loader's", .doc = "The format of the variables' image."),
  ATTR_WORD("os/nvram/@type", struct domain, os.nvram.type, any_type, "storage", .names = nvram_type_names,
            .n_names = NVRAM_TYPES, .dflt = "none; the text is the file",
            .doc = "What kind of storage the variables lie on."),
  ATTR_STRING("os/loader/text()", struct domain, os.loader.path, .empty_none = true,
              .required_where = "without <os firmware=>", .dflt = "that of the build found",
              .doc = "The firmware's file."),
  ATTR_NODE("os/varstore", struct domain, os.varstore.node, .dflt = "none, unless the build found wants one",
            .doc = "Variables that a device of QEMU's keeps."),
  ATTR_STRING("os/varstore/@path", struct domain, os.varstore.path, .dflt = "made of the name, in libvirt's folder",
              .doc = "The file that keeps them."),
  ATTR_STRING("os/varstore/@template", struct domain, os.varstore.template,
              .dflt = "that of the build found, else none", .doc = "The file that new variables are copied from."),
  ATTR_SEE_BY("os/nvram", nvram_type_names, nvram_type_attrs),
  ATTR_SEE("os/firmware/feature", feature_attrs, .many = true, .doc = "What the firmware must be able to do, or not."),
  ATTR_END
};

static xmlNode *
os_child(const struct domain *domain, const char *name)
{
  xmlNode *os = xml_child(domain->root, "os");
  return os ? xml_child(os, name) : NULL;
}

/* --- read --- */

static void
parse_features(struct domain *domain, xmlNode *os, struct diag *diag)
{
  xmlNode *firmware = xml_child(os, "firmware");
  if (!firmware)
    return;
  xml_each(node, firmware, "feature")
  {
    struct given_feature feature = { 0 };
    if (!attr_read(feature_attrs, node, &feature, NULL, diag))
      continue;
    if (feature.name == FEATURE_KEYS)
      domain->os.enrolled_keys = feature.enabled;
    else
      domain->os.secure_boot = feature.enabled;
  }
}

static void
parse_nvram(struct domain *domain, xmlNode *node, struct stage *stage)
{
  /* what storage of other types has */
  static const char *const others[] = { "dev", "protocol", "name", "tls", "tlsHostname", "query", "host" };
  struct nvram *nvram = &domain->os.nvram;
  struct diag *diag = stage->diag;
  nvram->there = true;
  nvram->node = node;
  if (!nvram->type) {
    attr_read(nvram_attrs, node, nvram, NULL, diag);
    return;
  }
  nvram->source = xml_child(node, "source");
  if (strcmp(nvram->type, "file") != 0 && strcmp(nvram->type, "block") != 0 && strcmp(nvram->type, "network") != 0) {
    diag_error(diag, xml_place(node, nvram->type), NULL, "nvram type '%s': one of file, block, network", nvram->type);
    if (nvram->source)
      xml_skip(nvram->source);
    return;
  }
  if (!nvram->source) {
    diag_error(diag, xml_place(node, NULL), NULL, "<nvram type='%s'> has no <source>; add one", nvram->type);
    return;
  }
  bool file = strcmp(nvram->type, "file") == 0;
  if (file)
    attr_read(source_attrs, nvram->source, nvram, NULL, diag);
  if (file && !nvram->path) {
    nvram->type = NULL; /* as good as <nvram/>: libvirt's virStorageSourceIsEmpty */
    xml_idle(nvram->source, others, ARRAY_SIZE(others), "nvram type 'file'", NULL, diag);
    xml_skip(nvram->source);
    return;
  }
  struct device *dev = domain_add(domain, kind_of_role(ROLE_FLASH), NULL, xml_place(node, NULL));
  dev->node = node;
  dev->kind->parse(dev, node, stage);
}

static void
firmware_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  xmlNode *os = xml_child(root, "os");
  if (!os)
    return;
  struct os *data = &domain->os;
  xmlNode *loader = xml_child(os, "loader"), *nvram = xml_child(os, "nvram");
  if (data->loader.path && data->loader.type == LOADER_NONE)
    data->loader.type = LOADER_ROM;
  data->varstore.there = data->varstore.node;
  if (nvram)
    parse_nvram(domain, nvram, stage);
  /* without a <loader> the variables' format chooses the firmware's */
  if (nvram && !loader)
    data->loader.format = data->nvram.format;
  parse_features(domain, os, stage->diag);
}

/* --- complete --- */

#define REFUSE(name, fmt, ...) \
  diag_error(stage->diag, xml_place(os_child(domain, name), NULL), NULL, fmt, ##__VA_ARGS__)

static void
check_varstore(const struct domain *domain, struct stage *stage)
{
  const struct os *os = &domain->os;
  if (os->nvram.there)
    REFUSE("varstore", "variables lie in a chip or in <varstore>: drop <nvram> or this");
  else if (os->loader.stateless == ON)
    REFUSE("varstore", "the loader is stateless: it keeps no variables; drop <varstore> or stateless='yes'");
  else if (os->firmware == FIRMWARE_BIOS)
    REFUSE("varstore", "a BIOS keeps no variables; drop <varstore>, or write <os firmware='efi'>");
  else if (os->loader.type == LOADER_PFLASH)
    REFUSE("varstore", "a loader in flash keeps its variables in a chip; write <nvram>, or <loader type='rom'>");
  else if (os->firmware == FIRMWARE_MANUAL && !os_child(domain, "loader"))
    REFUSE("varstore", "<varstore> without a <loader>; add one, or write <os firmware='efi'>");
}

static void
check_request(const struct domain *domain, struct stage *stage)
{
  const struct os *os = &domain->os;
  if (xml_refused(domain->root, "os/@firmware"))
    return;
  if (os->firmware == FIRMWARE_MANUAL) {
    xmlNode *features = os_child(domain, "firmware");
    if (features && xml_child(features, "feature"))
      diag_warning(stage->diag, xml_place(features, NULL), NULL,
                   "features are for firmware that is chosen: they have no effect; write <os firmware='efi'>");
    if (os_child(domain, "loader") && !os->loader.path)
      REFUSE("loader", "<loader> names no file; name one, or write <os firmware='efi'>");
    else if (os->nvram.there && !os->loader.path)
      REFUSE("nvram", "<nvram> without a <loader>; add one, or write <os firmware='efi'>");
  } else {
    if (os->enrolled_keys == ON && os->secure_boot == OFF)
      REFUSE("firmware", "enrolled-keys without secure-boot have no use; enable secure-boot");
    if (os->nvram.there && os->firmware != FIRMWARE_EFI)
      REFUSE("nvram", "a BIOS keeps no variables; drop <nvram>, or write <os firmware='efi'>");
  }
  if (os->varstore.there)
    check_varstore(domain, stage);
  if (os->loader.stateless == ON && os->nvram.there)
    REFUSE("nvram", "the loader is stateless: it keeps no variables; drop <nvram> or stateless='yes'");
  if (os->loader.stateless == OFF && os->firmware == FIRMWARE_BIOS)
    REFUSE("loader", "stateless='no': a BIOS keeps no variables; write <os firmware='efi'>");
  if (os->loader.stateless == OFF && os->firmware == FIRMWARE_MANUAL && os->loader.type != LOADER_PFLASH)
    REFUSE("loader", "stateless='no': only type='pflash' keeps variables");
}

/* The names that QEMU's docs/interop/firmware.json has for them. */
static void
wish_security(struct firmware_wish *wish, const struct security *security)
{
  switch (security->type) {
  case SECURITY_SEV:
    wish->features[0] = "amd-sev";
    wish->features[1] = security->policy.value & SEV_POLICY_ES ? "amd-sev-es" : NULL;
    return;
  case SECURITY_SEV_SNP:
    wish->features[0] = "amd-sev-snp";
    return;
  case SECURITY_TDX:
    wish->features[0] = "intel-tdx";
    return;
  case SECURITY_NONE:
  case SECURITY_S390_PV:
  case SECURITY_TYPES:
    return;
  }
}

static struct firmware_wish
wish_of(const struct domain *domain, const struct stage *stage)
{
  const struct os *os = &domain->os;
  struct firmware_wish wish = {
    .interface = os->firmware != FIRMWARE_MANUAL                          ? os->firmware
                 : os->loader.type == LOADER_PFLASH || os->varstore.there ? FIRMWARE_EFI
                                                                          : FIRMWARE_BIOS,
    .arch = domain->arch,
    .machine = os->canonical,
    .type = os->loader.type,
    .path = os->loader.path,
    .readonly = os->loader.readonly,
    .secure = os->loader.secure,
    .stateless = os->loader.stateless,
    .format = os->loader.format,
    .template = os->varstore.there ? os->varstore.template : os->nvram.template,
    .kernel = os->kernel,
    .secure_boot = os->firmware != FIRMWARE_MANUAL ? os->secure_boot : UNSET,
    .enrolled_keys = os->firmware != FIRMWARE_MANUAL ? os->enrolled_keys : UNSET,
    .s3 = domain->misc.s3 == ON,
    .s4 = domain->misc.s4 == ON,
    .no_smm = domain->features.smm == OFF,
    .variables = os->nvram.there || os->loader.stateless == OFF,
    .nvram = os->nvram.there,
    .varstore = os->varstore.there,
    .has_varstore = caps_has(stage->caps, FEAT_DEVICE_UEFI_VARS),
  };
  wish_security(&wish, &domain->security);
  return wish;
}

static bool
nvram_is_local(const struct nvram *nvram)
{
  return !nvram->there || !nvram->type || strcmp(nvram->type, "file") == 0 || strcmp(nvram->type, "block") == 0;
}

static void
take_build(struct domain *domain, const struct firmware_build *build)
{
  struct os *os = &domain->os;
  os->loader.path = build->file;
  os->loader.type = build->type;
  if (build->type == LOADER_NONE) {
    os->kernel = build->file;
    os->loader.path = NULL;
  }
  if (build->type == LOADER_PFLASH) {
    os->loader.readonly = ON;
    os->loader.format = build->format;
  }
  if (build->template && nvram_is_local(&os->nvram)) {
    os->nvram.template = build->template;
    os->nvram.template_format = build->template_format;
  }
  if (build->varstore) {
    os->varstore.there = true;
    os->varstore.template = build->varstore;
  }
  if (build->requires_smm) {
    domain->features.smm = ON;
    os->loader.secure = ON;
  }
}

/* Says which demand of the XML the nearest build does not fulfil: the words, and *ELEMENT of <os> that has them. */
static const char *
missed_text(const struct domain *domain, enum firmware_miss miss, const char **element)
{
  const struct loader *loader = &domain->os.loader;
  static const char *const yes_no[] = { [UNSET] = "", [OFF] = "no", [ON] = "yes" };
  static const char *const elements[MISS_NOTHING] = {
    [MISS_LOADER_TYPE] = "loader", [MISS_PATH] = "loader",          [MISS_TEMPLATE] = "nvram",
    [MISS_KERNEL] = "kernel",      [MISS_STATELESS] = "loader",     [MISS_READONLY] = "loader",
    [MISS_FORMAT] = "loader",      [MISS_SECURE_BOOT] = "firmware", [MISS_ENROLLED_KEYS] = "firmware",
    [MISS_SECURE] = "loader",      [MISS_VARSTORE] = "varstore",
  };
  *element = elements[miss];
  switch (miss) {
  case MISS_LOADER_TYPE:
    return talloc_asprintf(domain, "is not of type='%s'", loader_names[loader->type]);
  case MISS_PATH:
    return talloc_asprintf(domain, "is not %s", loader->path);
  case MISS_TEMPLATE:
    return talloc_asprintf(domain, "has no template %s",
                           domain->os.varstore.there ? domain->os.varstore.template : domain->os.nvram.template);
  case MISS_KERNEL:
    return talloc_asprintf(domain, "is not the kernel %s", domain->os.kernel);
  case MISS_STATELESS:
    return loader->stateless == ON ? "is not stateless" : "keeps its variables in no chip of their own";
  case MISS_VARSTORE:
    return "keeps its variables in no device of QEMU's";
  case MISS_READONLY:
    return "is not for readonly='no'";
  case MISS_FORMAT:
    return talloc_asprintf(domain, "is not of format '%s'", flash_format_names[loader->format]);
  case MISS_S3:
    return "has no <suspend-to-mem>";
  case MISS_S4:
    return "has no <suspend-to-disk>";
  case MISS_SECURE_BOOT:
    return talloc_asprintf(domain, "is not for secure-boot enabled='%s'", yes_no[domain->os.secure_boot]);
  case MISS_ENROLLED_KEYS:
    return talloc_asprintf(domain, "is not for enrolled-keys enabled='%s'", yes_no[domain->os.enrolled_keys]);
  case MISS_SMM:
    return "needs SMM, which is off";
  case MISS_SECURE:
    return talloc_asprintf(domain, "is not for secure='%s'", yes_no[loader->secure]);
  case MISS_SECURITY:
    return "does not know this <launchSecurity>";
  case MISS_HOST_VARIABLES:
    return "keeps its variables in a device (uefi-vars) that this QEMU lacks, or of which it does not tell a template";
  case MISS_INTERFACE:
  case MISS_TARGET:
  case MISS_NOTHING:
    break;
  }
  return NULL;
}

static void
report_missed(const struct domain *domain, const struct firmware_search *search, struct stage *stage)
{
  const char *name = firmware_names[domain->os.firmware], *element;
  const char *missed = missed_text(domain, search->miss, &element);
  xmlNode *os = xml_child(domain->root, "os"), *node = element ? xml_child(os, element) : NULL;
  if (missed)
    diag_host(stage->diag, xml_place(node ? node : os, NULL), NULL,
              "firmware '%s': none of this host's builds for %s and machine %s suits: the nearest (%s) %s; install "
              "another, ask for less, or name a <loader>",
              name, arch_names[domain->arch], domain->os.canonical,
              host_shown(stage->diag, stage->host, search->nearest), missed);
  else
    diag_host(stage->diag, xml_place(os, NULL), NULL,
              "firmware '%s': none of the %zu builds that this host describes is for %s and machine %s; install "
              "one, or name a <loader>",
              name, search->n_read, arch_names[domain->arch], domain->os.canonical);
}

static void
report_none(const struct domain *domain, const struct firmware_search *search, struct stage *stage)
{
  xmlNode *os = xml_child(domain->root, "os");
  const char *name = firmware_names[domain->os.firmware];
  if (host_is_offline(stage->host))
    diag_unasked(stage->diag, xml_place(os, NULL), NULL,
                 "firmware '%s': which one, only the host's descriptors tell; run without --offline, or name a "
                 "<loader>",
                 name);
  else if (search->n_read == 0)
    diag_host(stage->diag, xml_place(os, NULL), NULL,
              "firmware '%s': this host has no firmware descriptors in %s; install its package (ovmf, "
              "seabios, ...), or name a <loader>",
              name, host_shown(stage->diag, stage->host, "/usr/share/qemu/firmware"));
  else
    report_missed(domain, search, stage);
}

/* The XML names both halves, as libvirt writes it back once it has chosen: what another host chose
 * can be used, though no descriptor of this one tells what it is. */
static bool
take_named(struct domain *domain, struct stage *stage)
{
  struct os *os = &domain->os;
  if (os->loader.type != LOADER_PFLASH || !os->loader.path || !(os->nvram.template || os->nvram.path))
    return false;
  os->loader.readonly = ON;
  if (os->loader.secure == ON && domain->features.smm == UNSET)
    domain->features.smm = ON;
  if (!host_is_offline(stage->host))
    diag_note(stage->diag, xml_place(os_child(domain, "loader"), NULL), NULL,
              "no descriptor of this host knows %s: it is taken as the XML has it, its features are not verified",
              os->loader.path);
  return true;
}

/* libvirt qemu_conf.c DEFAULT_LOADER_NVRAM: where code and variables were before anybody wrote
 * descriptors. Such code is read-only though its domain does not say so. */
static void
take_old_pair(struct os *os)
{
  static const char *const pairs[][2] = {
    { "/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_VARS.fd" },
    { "/usr/share/OVMF/OVMF_CODE.secboot.fd", "/usr/share/OVMF/OVMF_VARS.fd" },
    { "/usr/share/AAVMF/AAVMF_CODE.fd", "/usr/share/AAVMF/AAVMF_VARS.fd" },
    { "/usr/share/AAVMF/AAVMF32_CODE.fd", "/usr/share/AAVMF/AAVMF32_VARS.fd" },
  };
  if (os->loader.readonly == OFF || os->loader.stateless == ON || os->loader.format == FLASH_QCOW2)
    return;
  for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
    if (!str_eq(os->loader.path, pairs[i][0]))
      continue;
    os->loader.readonly = ON;
    os->loader.format = FLASH_RAW;
    if (!os->nvram.template)
      os->nvram.template = pairs[i][1];
    if (os->nvram.template_format == FLASH_UNSET)
      os->nvram.template_format = FLASH_RAW;
  }
}

/* The chip of the variables, where the firmware needs one. */
static void
ensure_nvram(struct domain *domain)
{
  struct os *os = &domain->os;
  struct nvram *nvram = &os->nvram;
  if (os->loader.type != LOADER_PFLASH || os->loader.readonly != ON || os->loader.stateless == ON)
    return;
  if (nvram->there && (nvram->path || nvram->type)) {
    if (nvram->format == FLASH_UNSET)
      nvram->format = os->loader.format;
    return;
  }
  nvram->there = true;
  if (nvram->format == FLASH_UNSET)
    nvram->format = nvram->template_format != FLASH_UNSET ? nvram->template_format : os->loader.format;
  size_t length = nvram->template ? strlen(nvram->template) : 0;
  const char *suffix = nvram->format == FLASH_QCOW2 ? ".qcow2" : ".fd";
  if (nvram->format == FLASH_RAW && length > 4 && strcmp(nvram->template + length - 4, ".raw") == 0)
    suffix = ".raw";
  nvram->path = kept_path(domain, KEPT_NVRAM, talloc_asprintf(domain, "%s_VARS%s", domain->name, suffix));
}

/* Without format= a raw build is preferred, since libvirt chose raw before it knew formats; where a machine has only
 * qcow2 builds, as riscv64, one of them is taken. Where the XML does not ask for stateless firmware, a build that keeps
 * variables is preferred, whatever rank the host gives to one that keeps none. */
static struct firmware_build *
find_build(struct domain *domain, struct stage *stage, struct firmware_search *search)
{
  struct loader *loader = &domain->os.loader;
  bool any_format = domain->os.firmware != FIRMWARE_MANUAL && loader->format == FLASH_UNSET;
  struct firmware_wish wish = wish_of(domain, stage);
  const bool silent = !wish.variables && wish.stateless == UNSET;
  struct firmware_build *build = NULL;
  for (int pass = silent ? 0 : 1; !build && pass < 2; pass++) {
    wish.variables |= pass == 0;
    wish.format = loader->format = any_format ? FLASH_RAW : loader->format;
    build = firmware_find(domain, stage->host, &wish, search);
    if (!build && any_format) {
      wish.format = loader->format = FLASH_UNSET;
      build = firmware_find(domain, stage->host, &wish, search);
    }
    wish.variables &= !silent;
  }
  return build;
}

static void
firmware_complete(struct domain *domain, struct stage *stage)
{
  struct os *os = &domain->os;
  unsigned before = diag_errors(stage->diag);
  check_request(domain, stage);
  if (!domain->name || !os->canonical || diag_errors(stage->diag) > before)
    return;
  if (os->firmware == FIRMWARE_MANUAL && os->loader.type != LOADER_PFLASH && !os->varstore.there)
    return;
  struct firmware_search search;
  struct firmware_build *build = find_build(domain, stage, &search);
  if (build) {
    take_build(domain, build);
  } else if (os->firmware != FIRMWARE_MANUAL && !take_named(domain, stage)) {
    report_none(domain, &search, stage);
    return;
  } else if (!os->varstore.there) {
    take_old_pair(os);
    if (os->loader.format == FLASH_UNSET)
      os->loader.format = FLASH_RAW;
  }
  ensure_nvram(domain);
  if (os->varstore.there && !os->varstore.path)
    os->varstore.path = kept_path(domain, KEPT_VARSTORE, talloc_asprintf(domain, "%s.json", domain->name));
}

/* --- check --- */

static void
check_secure(const struct domain *domain, struct stage *stage)
{
  const struct os *os = &domain->os;
  if (os->loader.secure != ON || xml_refused(domain->root, "os/@firmware") || xml_refused(domain->root, "features/smm"))
    return;
  if (!domain_is_q35(domain))
    REFUSE("loader", "a secure loader needs the q35 machine, this is %s", os->machine);
  else if (domain->arch != ARCH_X86_64)
    REFUSE("loader", "a secure loader needs x86_64, this is %s", arch_names[domain->arch]);
  else if (os->firmware == FIRMWARE_MANUAL && domain->features.smm != ON)
    REFUSE("loader", "a secure loader needs SMM; add <features><smm state='on'/></features>");
}

static void
firmware_check(const struct domain *domain, struct stage *stage)
{
  const struct os *os = &domain->os;
  bool uefi = os->firmware == FIRMWARE_EFI || os->loader.type == LOADER_PFLASH;
  xmlNode *acpi = xml_child(domain->root, "features");
  acpi = acpi ? xml_child(acpi, "acpi") : NULL;
  check_secure(domain, stage);
  if (uefi && arch_is_x86(domain->arch) && !domain->features.acpi)
    diag_error(stage->diag, xml_place(xml_child(domain->root, "os"), NULL), NULL,
               "UEFI needs ACPI on x86; add <features><acpi/></features>");
  if (!uefi && domain->arch == ARCH_AARCH64 && domain->features.acpi && !xml_refused(domain->root, "os"))
    diag_error(stage->diag, xml_place(acpi, NULL), NULL,
               "ACPI needs UEFI on aarch64; write <os firmware='efi'>, or drop it");
}

static void
firmware_build(const struct domain *domain, const struct build *b, struct argv *argv)
{
  const struct os *os = &domain->os;
  (void)b;
  xmlNode *loader = os_child(domain, "loader");
  argv_origin(argv, loader ? xml_place(loader, NULL) : domain->place, "loader",
              os->firmware != FIRMWARE_MANUAL ? "firmware chosen by its descriptor" : NULL);
  if (os->loader.type == LOADER_ROM && os->loader.path) /* --check builds what was refused, too */
    argv_host(argv, PHASE_MACHINE, "-bios", strchr(os->loader.path, '/') ? WANT_READ : WANT_DATA, os->loader.path);
  if (os->loader.type != LOADER_PFLASH || os->loader.secure != ON)
    return;
  struct props *p = argv_keyval(argv, PHASE_GLOBAL, "-global", NULL);
  props_str(p, "driver", "cfi.pflash01");
  props_str(p, "property", "secure");
  props_str(p, "value", "on");
}

const struct section firmware_section = {
  .name = "firmware",
  .attrs = firmware_attrs,
  .parse = firmware_parse,
  .complete = firmware_complete,
  .check = firmware_check,
  .build = firmware_build,
};
