/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/probe.c - ask a QEMU binary what it can do */

#include "qemu/probe.h"

#include "qemu/caps_internal.h"
#include "qemu/given.h"
#include "qemu/qmp.h"

/* What was said, as a capabilities file has it. */
struct transcript {
  char *text;
  size_t length, size;
};

struct question {
  char *command, *request;
  struct transcript *answers;
};

/* A QEMU, and what it was asked: it answers in this order. */
struct talk {
  struct qmp *qmp;
  struct question *questions;
  size_t asked, heard;
};

/* What is to be asked for depends on a few answers. All else is asked before the answers are read, so that QEMU works
 * on it while we read, and while another QEMU does. */
struct interview {
  struct transcript *answers;
  const char **types; /* that were asked about */
  size_t n_types;
};

static void
write_down(struct transcript *answers, const char *at, size_t length)
{
  if (answers->length + length + 1 > answers->size) {
    answers->size = (answers->length + length + 1) * 2;
    answers->text = talloc_realloc(answers, answers->text, char, answers->size);
  }
  memcpy(answers->text + answers->length, at, length);
  answers->length += length;
  answers->text[answers->length] = '\0';
}

/* JSON without the blanks between its words. */
static void
write_compact(struct transcript *answers, struct text value)
{
  const char *from = value.at;
  bool quoted = false;
  for (const char *at = value.at; at < value.end; at++) {
    if (*at == '"')
      quoted = !quoted;
    else if (quoted && *at == '\\')
      at++;
    else if (!quoted && (*at == ' ' || *at == '\t')) {
      write_down(answers, from, (size_t)(at - from));
      from = at + 1;
    }
  }
  write_down(answers, from, (size_t)(value.end - from));
}

/* ARGUMENTS: JSON, NULL: none. */
static bool
ask(struct talk *talk, struct transcript *answers, const char *command, const char *arguments)
{
  struct question *question;
  talk->questions = talloc_realloc(talk, talk->questions, struct question, talk->asked + 1);
  question = &talk->questions[talk->asked++];
  question->command = talloc_strdup(talk, command);
  question->request = talloc_asprintf(talk, "{\"execute\":\"%s\"%s%s}", command, arguments ? ",\"arguments\":" : "",
                                      arguments ? arguments : "");
  question->answers = answers;
  return qmp_send(talk->qmp, command, question->request);
}

static bool
ask_all(struct talk *talk, struct transcript *answers, const char *const *commands, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (!ask(talk, answers, commands[i], NULL))
      return false;
  return true;
}

/* Writes down the answers to the first COUNT questions. That QEMU answers with an error is an answer. */
static bool
hear(struct talk *talk, size_t count)
{
  for (; talk->heard < count; talk->heard++) {
    const struct question *question = &talk->questions[talk->heard];
    struct text reply, value;
    if (!qmp_hear(talk->qmp, question->command, &reply))
      return false;
    value = text_member(reply, "return");
    write_down(question->answers, question->request, strlen(question->request) - 1);
    write_down(question->answers, value.at ? ",\"return\":" : ",\"error\":", value.at ? 10 : 9);
    write_compact(question->answers, value.at ? value : text_member(reply, "error"));
    write_down(question->answers, "}\n", 2);
  }
  return true;
}

static bool
ask_properties(struct talk *talk, struct transcript *answers, const char *command, const char *type)
{
  char *arguments = talloc_asprintf(NULL, "{\"typename\":\"%s\"}", type);
  bool asked = ask(talk, answers, command, arguments);
  talloc_free(arguments);
  return asked;
}

/* Notes that TYPE is being asked about; false: it was before. */
static bool
is_new(struct interview *interview, const char *type)
{
  for (size_t i = 0; i < interview->n_types; i++)
    if (str_eq(interview->types[i], type))
      return false;
  interview->types = talloc_realloc(interview, interview->types, const char *, interview->n_types + 1);
  interview->types[interview->n_types++] = talloc_strdup(interview->types, type);
  return true;
}

static bool
is_cpu(const char *type)
{
  return strstr(type, "-cpu");
}

static bool
ask_type(struct interview *interview, struct talk *talk, const struct caps *caps, const char *type)
{
  bool device = !str_starts(type, "memory-backend-") && !is_cpu(type);
  if (caps_type(caps, type) != ON || !is_new(interview, type))
    return true;
  return ask_properties(talk, interview->answers, device ? "device-list-properties" : "qom-list-properties", type);
}

/* "none", of which we take no notice, and "generic-pc", which is abstract, are not among CAPS' machines. */
static bool
ask_machine(struct interview *interview, struct talk *talk, const struct caps *caps, const char *name)
{
  const struct caps_machine *machine = caps_machine(caps, name, true);
  bool common = str_eq(name, "none") || (str_eq(name, "generic-pc") && arch_is_x86(caps_arch(caps)));
  char *type = talloc_asprintf(NULL, "%s-machine", machine ? machine->name : name);
  bool asked = (!machine && !common) || !is_new(interview, type) ||
               ask_properties(talk, interview->answers, "qom-list-properties", type);
  talloc_free(type);
  return asked;
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

/* Asks for the properties of each type that the feature table looks at. BOARD: machines and CPUs, whose names
 * query-machines tells and which KVM changes; else devices and objects, of which neither is true. */
static bool
ask_for_properties(struct interview *interview, struct talk *talk, const struct caps *caps, bool board)
{
  bool asked = true;
  for (enum feature feature = 0; asked && feature < FEATURES; feature++) {
    const struct feature_row *row = &feature_rows[feature];
    if (row->find != FIND_PROPERTY && row->find != FIND_PROPERTY_OFF && row->find != FIND_MACHINE)
      continue;
    char *words = talloc_strdup(NULL, row->where), *rest = words, *word;
    while (asked && (word = strsep(&rest, " "))) {
      *strchr(word, '.') = '\0';
      if (board != (row->find == FIND_MACHINE || is_cpu(word)))
        continue;
      asked =
          row->find == FIND_MACHINE ? ask_machine(interview, talk, caps, word) : ask_type(interview, talk, caps, word);
    }
    talloc_free(words);
  }
  return asked;
}

static bool
ask_for_devices(struct interview *interview, struct talk *talk, const struct caps *caps)
{
  bool asked = true;
  for (size_t i = 0; asked && i < ARRAY_SIZE(devices_asked); i++)
    asked = ask_type(interview, talk, caps, devices_asked[i]);
  return asked && ask_for_properties(interview, talk, caps, false);
}

/* Asks what the most capable CPU expands to: the base of <cpu mode='host-model'>. */
static bool
ask_expansions(struct talk *talk, struct transcript *answers, const struct caps *caps, bool kvm)
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
  bool asked = true;
  if (caps_schema(caps, "query-cpu-model-expansion") != ON)
    return true;
  for (size_t i = 0; asked && i < count; i++) {
    const char *hole = strstr(forms[i], "%s");
    char *arguments =
        talloc_asprintf(NULL, "%.*s%s%s", (int)(hole - forms[i]), forms[i], kvm ? "host" : "max", hole + 2);
    asked = ask(talk, answers, "query-cpu-model-expansion", arguments);
    talloc_free(arguments);
  }
  return asked;
}

/* Those that only some builds know. */
static bool
ask_if_known(struct talk *talk, struct transcript *answers, const struct caps *caps)
{
  static const char *const commands[] = {
    "query-gic-capabilities",
    "query-sev-capabilities",
    "query-sgx-capabilities",
  };
  for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
    if (caps_schema(caps, commands[i]) == ON && !ask(talk, answers, commands[i], NULL))
      return false;
  return true;
}

/* Reads the answers so far, which decide what else is asked. */
static struct caps *
so_far(struct interview *interview, const char *binary, struct diag *diag)
{
  const struct transcript *answers = interview->answers;
  char *copy = talloc_strndup(NULL, answers->text, answers->length);
  return caps_from_text(interview, binary, copy, answers->length, diag);
}

static struct talk *
start(struct interview *interview, const char *binary, const char *machine, unsigned seconds, int *error,
      struct diag *diag)
{
  const char *const arguments[] = {
    "-S", "-no-user-config", "-nodefaults", "-display", "none", "-machine", machine, "-qmp", "stdio", NULL,
  };
  struct talk *talk = talloc_zero(interview, struct talk);
  talk->qmp = qmp_start(talk, binary, arguments, seconds, error, diag);
  if (!talk->qmp)
    TALLOC_FREE(talk);
  return talk;
}

static struct interview *
interview_new(TALLOC_CTX *ctx)
{
  struct interview *interview = talloc_zero(ctx, struct interview);
  interview->answers = talloc_zero(interview, struct transcript);
  return interview;
}

static bool
hear_all(struct talk *talk)
{
  return hear(talk, talk->asked);
}

/* FIRST has KVM where that can be had. SECOND has not: it tells of the types and the devices, which are the same, and
 * where FIRST has KVM, of what is not. In a build without TCG it ends at once. */
static bool
ask_both(struct interview *interview, const char *binary, struct talk *first, struct talk *second, struct diag *diag)
{
  static const char *const opening[] = {
    "qmp_capabilities", "query-version", "query-target", "query-accelerators", "query-kvm",
  };
  static const char *const what_there_is[] = { "query-qmp-schema", "query-machines" };
  static const char *const rest[] = {
    "query-cpu-definitions",      "query-tpm-models",           "query-tpm-types",
    "query-command-line-options", "query-migrate-capabilities",
  };
  static const char *const without_kvm[] = { "query-cpu-definitions", "query-machines" };
  struct transcript *answers = interview->answers, *without = talloc_zero(interview, struct transcript);

  bool tcg = ask(second, without, "qmp_capabilities", NULL) && ask(second, answers, "qom-list-types", NULL);
  if (!ask_all(first, answers, opening, ARRAY_SIZE(opening)) ||
      !ask_all(first, answers, what_there_is, ARRAY_SIZE(what_there_is)) ||
      !ask_all(first, answers, rest, ARRAY_SIZE(rest)) || !hear(first, ARRAY_SIZE(opening)))
    return false;

  tcg = tcg && hear_all(second);
  if (!tcg && !(ask(first, answers, "qom-list-types", NULL) && hear_all(first)))
    return false;

  struct caps *caps = so_far(interview, binary, diag);
  if (!caps || (!tcg && caps_type(caps, "tcg-accel") == ON))
    return false;
  bool twice = tcg && caps_kvm(caps) == ON;
  if (!ask_for_devices(interview, tcg ? second : first, caps) ||
      (twice && !ask_all(second, without, without_kvm, ARRAY_SIZE(without_kvm))) ||
      !hear(first, ARRAY_SIZE(opening) + ARRAY_SIZE(what_there_is)))
    return false;

  caps = so_far(interview, binary, diag);
  if (!caps || !ask_for_properties(interview, first, caps, true) || !ask_if_known(first, answers, caps) ||
      !ask_expansions(first, answers, caps, caps_kvm(caps) == ON) ||
      (twice && !ask_expansions(second, without, caps, false)) || !hear_all(first) || (tcg && !hear_all(second)))
    return false;
  if (twice)
    write_down(answers, without->text, without->length);
  return true;
}

struct caps *
probe_binary(TALLOC_CTX *ctx, const char *binary, unsigned seconds, int *error, struct diag *diag)
{
  struct interview *interview = interview_new(NULL);
  struct diag *said = diag_new(interview), *second_said = diag_new(interview);
  struct caps *caps = NULL;
  int second_error;
  *error = 0;
  struct talk *first = start(interview, binary, "none,accel=kvm:tcg", seconds, error, said);
  struct talk *second = first ? start(interview, binary, "none,accel=tcg", seconds, &second_error, second_said) : NULL;
  if (second && ask_both(interview, binary, first, second, said))
    caps = caps_from_text(ctx, binary, interview->answers->text, interview->answers->length, said);
  if (!caps)
    diag_repeat(diag, diag_errors(said) ? said : second_said);
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
  write_down(interview->answers, line, strlen(line));
}

/* The types among GIVEN whose properties nobody has asked for; the binary is started for the first. */
static void
ask_types(struct interview *interview, const struct caps *caps, const char *binary, const struct given *given,
          size_t count, unsigned seconds, struct diag *diag)
{
  struct transcript *answers = interview->answers;
  struct talk *talk = NULL;
  int error;
  for (size_t i = 0; i < count; i++) {
    const char *type = given_type(interview, caps, &given[i]);
    const char *command = str_eq(given[i].option, "device") ? "device-list-properties" : "qom-list-properties";
    if (!type || caps_type(caps, type) != ON || was_asked(caps, command, type) || !is_new(interview, type))
      continue;
    if (!talk) {
      talk = start(interview, binary, "none,accel=tcg:kvm", seconds, &error, diag);
      if (!talk || !ask(talk, answers, "qmp_capabilities", NULL))
        return;
    }
    if (!ask_properties(talk, answers, command, type))
      return;
  }
  if (talk)
    hear_all(talk);
}

char *
probe_about(TALLOC_CTX *ctx, const struct caps *caps, const char *binary, const char *const *words, size_t n)
{
  struct interview *interview = interview_new(NULL);
  struct diag *unheard = diag_new(interview);
  size_t count;
  if (!was_asked(caps, "-help", NULL))
    ask_help(interview, binary, PROBE_SECONDS, unheard);
  const struct given *given = given_split(interview, caps, words, n, &count);
  ask_types(interview, caps, binary, given, count, PROBE_SECONDS, unheard);
  char *text = talloc_steal(ctx, interview->answers->text);
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
