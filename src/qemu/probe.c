/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/probe.c - ask a QEMU binary what it can do */

#include "qemu/probe.h"

#include "qemu/caps_internal.h"
#include "qemu/given.h"
#include "qemu/qmp.h"

/* A conversation, written down as a capabilities file has it. */
struct interview {
  struct qmp *qmp;
  char *text;
  size_t length, size;
};

static void
write_down(struct interview *interview, const char *at, size_t length)
{
  if (interview->length + length + 1 > interview->size) {
    interview->size = (interview->length + length + 1) * 2;
    interview->text = talloc_realloc(interview, interview->text, char, interview->size);
  }
  memcpy(interview->text + interview->length, at, length);
  interview->length += length;
  interview->text[interview->length] = '\0';
}

/* JSON without the blanks between its words. */
static void
write_compact(struct interview *interview, struct text value)
{
  const char *from = value.at;
  bool quoted = false;
  for (const char *at = value.at; at < value.end; at++) {
    if (*at == '"')
      quoted = !quoted;
    else if (quoted && *at == '\\')
      at++;
    else if (!quoted && (*at == ' ' || *at == '\t')) {
      write_down(interview, from, (size_t)(at - from));
      from = at + 1;
    }
  }
  write_down(interview, from, (size_t)(value.end - from));
}

/* ARGUMENTS: JSON, NULL: none. That QEMU answers with an error is an answer. */
static bool
ask(struct interview *interview, const char *command, const char *arguments)
{
  char *request = talloc_asprintf(interview, "{\"execute\":\"%s\"%s%s}", command, arguments ? ",\"arguments\":" : "",
                                  arguments ? arguments : "");
  struct text reply, value;
  bool heard = qmp_ask(interview->qmp, command, request, &reply);
  if (heard) {
    value = text_member(reply, "return");
    write_down(interview, request, strlen(request) - 1);
    write_down(interview, value.at ? ",\"return\":" : ",\"error\":", value.at ? 10 : 9);
    write_compact(interview, value.at ? value : text_member(reply, "error"));
    write_down(interview, "}\n", 2);
  }
  talloc_free(request);
  return heard;
}

static bool
ask_all(struct interview *interview, const char *const *commands, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (!ask(interview, commands[i], NULL))
      return false;
  return true;
}

static bool
ask_properties(struct interview *interview, const char *command, const char *type)
{
  char *arguments = talloc_asprintf(interview, "{\"typename\":\"%s\"}", type);
  bool heard = ask(interview, command, arguments);
  talloc_free(arguments);
  return heard;
}

/* Notes that TYPE is being asked about; false: it was before. */
static bool
is_new(const char *type, const char **asked, size_t *n_asked)
{
  for (size_t i = 0; i < *n_asked; i++)
    if (str_eq(asked[i], type))
      return false;
  asked[(*n_asked)++] = type;
  return true;
}

static bool
ask_type(struct interview *interview, const struct caps *caps, const char *type, const char **asked, size_t *n_asked)
{
  bool device = !str_starts(type, "memory-backend-") && !strstr(type, "-cpu");
  if (!is_new(type, asked, n_asked) || caps_type(caps, type) != ON)
    return true;
  return ask_properties(interview, device ? "device-list-properties" : "qom-list-properties", type);
}

/* "none", of which we take no notice, and "generic-pc", which is abstract, are not among CAPS' machines. */
static bool
ask_machine(struct interview *interview, const struct caps *caps, const char *name, const char **asked, size_t *n_asked)
{
  const struct caps_machine *machine = caps_machine(caps, name, true);
  bool common = str_eq(name, "none") || (str_eq(name, "generic-pc") && arch_is_x86(caps_arch(caps)));
  char *type = talloc_asprintf(asked, "%s-machine", machine ? machine->name : name);
  if ((!machine && !common) || !is_new(type, asked, n_asked))
    return true;
  return ask_properties(interview, "qom-list-properties", type);
}

/* The devices that guests have most, and those that gained or lost properties: arguments are held against the answers.
 * None of those that distributors put into modules: to ask about a type whose other half is not installed
 * ends QEMU ("missing object type 'virtio-gpu-gl-device'"). */
static const char *const devices_asked[] = {
  "pcie-root-port",
  "pcie-pci-bridge",
  "pxb-pcie",
  "qemu-xhci",
  "ich9-ahci",
  "nvme",
  "nvme-ns",
  "ide-hd",
  "ide-cd",
  "scsi-hd",
  "scsi-cd",
  "scsi-block",
  "scsi-generic",
  "virtio-blk-device",
  "virtio-net-device",
  "virtio-scsi-pci",
  "virtio-scsi-ccw",
  "virtio-scsi-device",
  "virtio-serial-pci",
  "virtio-serial-ccw",
  "virtserialport",
  "virtconsole",
  "virtio-9p-pci",
  "virtio-9p-ccw",
  "virtio-rng-pci",
  "virtio-rng-ccw",
  "virtio-crypto-pci",
  "virtio-mem-pci",
  "virtio-pmem-pci",
  "virtio-iommu-pci",
  "virtio-sound-pci",

  "virtio-keyboard-pci",
  "virtio-tablet-pci",
  "vhost-user-fs-pci",
  "vhost-user-blk-pci",
  "vhost-vsock-pci",
  "vhost-vsock-ccw",
  "vhost-scsi-pci",
  "vfio-pci",
  "vfio-ap",
  "vfio-ccw",

  "usb-storage",
  "usb-bot",
  "usb-hub",
  "usb-tablet",
  "usb-audio",
  "e1000",
  "e1000e",
  "igb",
  "rtl8139",
  "vmxnet3",
  "VGA",

  "bochs-display",
  "ramfb",
  "hda-duplex",
  "ich9-intel-hda",
  "isa-serial",
  "pci-serial",
  "tpm-tis",
  "tpm-crb",
  "intel-iommu",
  "amd-iommu",
  "arm-smmuv3",
  "ivshmem-plain",
  "ivshmem-doorbell",
  "pc-dimm",
  "nvdimm",
  "vmgenid",
  "pvpanic-pci",
  "i6300esb",
  "acpi-erst",
};

static bool
ask_for_devices(struct interview *interview, const struct caps *caps, const char **asked, size_t *n_asked)
{
  bool heard = true;
  for (size_t i = 0; heard && i < ARRAY_SIZE(devices_asked); i++)
    heard = ask_type(interview, caps, devices_asked[i], asked, n_asked);
  return heard;
}

/* Asks for the properties of each type that the feature table looks at, and of the devices above. */
static bool
ask_for_properties(struct interview *interview, const struct caps *caps)
{
  enum { MOST = 3 * FEATURES };
  const char **asked = talloc_array(interview, const char *, MOST);
  size_t n_asked = 0;
  bool heard = true;
  for (enum feature feature = 0; heard && feature < FEATURES; feature++) {
    const struct feature_row *row = &feature_rows[feature];
    char *rest, *word;

    if (row->find != FIND_PROPERTY && row->find != FIND_PROPERTY_OFF && row->find != FIND_MACHINE)
      continue;
    rest = talloc_strdup(asked, row->where);
    while (heard && n_asked < MOST - ARRAY_SIZE(devices_asked) && (word = strsep(&rest, " "))) {
      *strchr(word, '.') = '\0';
      heard = row->find == FIND_MACHINE ? ask_machine(interview, caps, word, asked, &n_asked)
                                        : ask_type(interview, caps, word, asked, &n_asked);
    }
  }
  heard = heard && ask_for_devices(interview, caps, asked, &n_asked);
  talloc_free(asked);
  return heard;
}

/* Asks what the most capable CPU expands to: the base of <cpu mode='host-model'>. */
static bool
ask_expansions(struct interview *interview, const struct caps *caps, bool kvm)
{
  static const char *const x86[] = {
    "{\"type\":\"static\",\"model\":{\"name\":\"%s\"}}",
    "{\"type\":\"static\",\"model\":{\"name\":\"%s\",\"props\":{\"migratable\":false}}}",
    "{\"type\":\"full\",\"model\":{\"name\":\"%s\",\"props\":{\"migratable\":false,\"hv-passthrough\":true}}}",
  };
  static const char *const full[] = { "{\"type\":\"full\",\"model\":{\"name\":\"%s\"}}" };
  static const char *const both[] = {
    "{\"type\":\"static\",\"model\":{\"name\":\"%s\"}}",
    "{\"type\":\"full\",\"model\":{\"name\":\"%s\"}}",
  };
  enum arch arch = caps_arch(caps);
  const char *const *forms = arch_is_x86(arch) ? x86 : arch_is_arm(arch) ? full : both;
  size_t count = arch_is_x86(arch) ? (kvm ? 3 : 2) : arch_is_arm(arch) ? 1 : arch == ARCH_S390X ? 2 : 1;
  bool heard = true;
  if (caps_schema(caps, "query-cpu-model-expansion") != ON)
    return true;
  for (size_t i = 0; heard && i < count; i++) {
    const char *hole = strstr(forms[i], "%s");
    char *arguments =
        talloc_asprintf(interview, "%.*s%s%s", (int)(hole - forms[i]), forms[i], kvm ? "host" : "max", hole + 2);
    heard = ask(interview, "query-cpu-model-expansion", arguments);
    talloc_free(arguments);
  }
  return heard;
}

/* Those that only some builds know. */
static bool
ask_if_known(struct interview *interview, const struct caps *caps)
{
  static const char *const commands[] = {
    "query-gic-capabilities",
    "query-sev-capabilities",
    "query-sgx-capabilities",
  };
  for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
    if (caps_schema(caps, commands[i]) == ON && !ask(interview, commands[i], NULL))
      return false;
  return true;
}

/* Reads the answers so far, which decide what else is asked. */
static struct caps *
so_far(const struct interview *interview, const char *binary, struct diag *diag)
{
  char *copy = talloc_strndup(NULL, interview->text, interview->length);
  return caps_from_text(NULL, binary, copy, interview->length, diag);
}

static bool
first_run(struct interview *interview, const char *binary, bool *kvm, struct diag *diag)
{
  static const char *const opening[] = {
    "qmp_capabilities", "query-version", "query-target", "query-qmp-schema", "qom-list-types", "query-machines",
  };
  static const char *const rest[] = {
    "query-cpu-definitions",      "query-tpm-models",           "query-tpm-types",
    "query-command-line-options", "query-migrate-capabilities",
  };
  struct caps *caps;
  bool heard;
  if (!ask_all(interview, opening, ARRAY_SIZE(opening)))
    return false;
  caps = so_far(interview, binary, diag);
  if (!caps)
    return false;
  if (!ask(interview, caps_schema(caps, "query-accelerators") == ON ? "query-accelerators" : "query-kvm", NULL)) {
    talloc_free(caps);
    return false;
  }
  talloc_free(caps);
  caps = so_far(interview, binary, diag);
  if (!caps)
    return false;
  *kvm = caps_kvm(caps) == ON;
  heard = ask_for_properties(interview, caps) && ask_all(interview, rest, ARRAY_SIZE(rest)) &&
          ask_if_known(interview, caps) && ask_expansions(interview, caps, *kvm);
  talloc_free(caps);
  return heard;
}

/* Without KVM, where the first run had it: other CPUs, other defaults. */
static bool
second_run(struct interview *interview, const char *binary, struct diag *diag)
{
  static const char *const commands[] = { "qmp_capabilities", "query-cpu-definitions", "query-machines" };
  struct caps *caps;
  bool heard;
  if (!ask_all(interview, commands, ARRAY_SIZE(commands)))
    return false;
  caps = so_far(interview, binary, diag);
  heard = caps && ask_expansions(interview, caps, false);
  talloc_free(caps);
  return heard;
}

static struct qmp *
start(struct interview *interview, const char *binary, const char *machine, unsigned seconds, int *error,
      struct diag *diag)
{
  const char *const arguments[] = {
    "-S", "-no-user-config", "-nodefaults", "-display", "none", "-machine", machine, "-qmp", "stdio", NULL,
  };
  interview->qmp = qmp_start(interview, binary, arguments, seconds, error, diag);
  return interview->qmp;
}

struct caps *
probe_binary(TALLOC_CTX *ctx, const char *binary, unsigned seconds, int *error, struct diag *diag)
{
  struct interview *interview = talloc_zero(NULL, struct interview);
  struct caps *caps = NULL;
  bool kvm = false, done;
  *error = 0;
  done =
      start(interview, binary, "none,accel=kvm:tcg", seconds, error, diag) && first_run(interview, binary, &kvm, diag);
  TALLOC_FREE(interview->qmp);
  if (done && kvm)
    done = start(interview, binary, "none,accel=tcg", seconds, error, diag) && second_run(interview, binary, diag);
  if (done)
    caps = caps_from_text(ctx, binary, interview->text, interview->length, diag);
  talloc_free(interview);
  return caps;
}

/* --- what the user's own arguments are about --- */

static bool
was_asked(const struct caps *caps, const char *command, const char *type)
{
  return record_find(caps->record, command, type, 0) || record_find(caps->record, command, type, 1);
}

static void
ask_help(struct interview *interview, const char *binary, unsigned seconds, struct diag *diag)
{
  static const char *const arguments[] = { "-help", NULL };
  char *help = qmp_printed(interview, binary, arguments, seconds, diag);
  if (!help)
    return;
  char *line =
      talloc_asprintf(interview, "{\"execute\":\"-help\",\"return\":%s}\n", given_options_of_help(interview, help));
  write_down(interview, line, strlen(line));
}

/* The types among GIVEN whose properties nobody has asked for; the binary is started for the first. */
static void
ask_types(struct interview *interview, const struct caps *caps, const char *binary, const struct given *given,
          size_t count, unsigned seconds, struct diag *diag)
{
  const char **asked = talloc_array(interview, const char *, count + 1);
  size_t n_asked = 0;
  int error;
  for (size_t i = 0; i < count; i++) {
    const char *type = given_type(interview, caps, &given[i]);
    const char *command = str_eq(given[i].option, "device") ? "device-list-properties" : "qom-list-properties";
    if (!type || caps_type(caps, type) != ON || was_asked(caps, command, type) || !is_new(type, asked, &n_asked))
      continue;
    if (!interview->qmp && !(start(interview, binary, "none,accel=tcg", seconds, &error, diag) &&
                             ask(interview, "qmp_capabilities", NULL)))
      return;
    if (!ask_properties(interview, command, type))
      return;
  }
}

char *
probe_about(TALLOC_CTX *ctx, const struct caps *caps, const char *binary, const char *const *words, size_t n)
{
  struct interview *interview = talloc_zero(NULL, struct interview);
  struct diag *unheard = diag_new(interview);
  size_t count;
  if (!was_asked(caps, "-help", NULL))
    ask_help(interview, binary, PROBE_SECONDS, unheard);
  const struct given *given = given_split(interview, caps, words, n, &count);
  ask_types(interview, caps, binary, given, count, PROBE_SECONDS, unheard);
  char *text = talloc_steal(ctx, interview->text);
  talloc_free(interview);
  return text;
}

char *
probe_data_folders(TALLOC_CTX *ctx, const char *binary)
{
  static const char *const arguments[] = { "-L", "help", NULL };
  struct diag *unheard = diag_new(NULL);
  char *folders = qmp_printed(ctx, binary, arguments, PROBE_SECONDS, unheard);
  talloc_free(unheard);
  return folders;
}
