/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_caps.c - questions to a recorded QEMU, to a version, and to files that are neither */

#include "qemu/caps.h"
#include "qemu/record.h"
#include "unit/unit.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define VERSION "{\"execute\":\"query-version\",\"return\":{\"qemu\":{\"major\":8,\"minor\":1,\"micro\":3}}}\n"
#define TARGET "{\"execute\":\"query-target\",\"return\":{\"arch\":\"x86_64\"}}\n"

/* Blanks and the order of members are free. */
static const char made[] =
    "{\"execute\":\"qmp_capabilities\",\"return\":{}}\n" VERSION TARGET "\n"
    "  { \"return\" : {\"present\": true, \"enabled\": true}, \"execute\" : \"query-kvm\" }\n"
    "{\"execute\":\"qom-list-types\",\"return\":[{\"name\":\"usb-hub\",\"parent\":\"usb\"},{\"name\":\"scsi-hd\"},"
    "{\"name\":\"virtio-blk-pci\"},{\"name\":\"sev-guest\"}]}\n"
    "{\"execute\":\"query-sev-capabilities\",\"error\":{\"class\":\"GenericError\",\"desc\":\"no\"}}\n"
    "{\"execute\":\"device-list-properties\",\"arguments\":{\"typename\":\"virtio-blk-pci\"},\"return\":["
    "{\"name\":\"queue-size\"},{\"name\":\"scsi\",\"default-value\":true}]}\n"
    "{\"execute\":\"device-list-properties\",\"arguments\":{\"typename\":\"virtio-blk-ccw\"},\"error\":{}}\n"
    "{\"execute\":\"qom-list-properties\",\"arguments\":{\"typename\":\"none-machine\"},\"return\":[{\"name\":\"shim\"}"
    "]}\n"
    "{\"execute\":\"query-tpm-models\",\"return\":[\"tpm-tis\"]}\n"
    "{\"execute\":\"query-command-line-options\",\"return\":[{\"option\":\"spice\",\"parameters\":[{\"name\":\"gl\"}]}]"
    "}\n"
    "{\"execute\":\"query-qmp-schema\",\"return\":["
    "{\"name\":\"add\",\"meta-type\":\"command\",\"arg-type\":\"1\",\"ret-type\":\"5\",\"features\":[\"cli\"]},"
    "{\"name\":\"1\",\"meta-type\":\"object\",\"tag\":\"driver\",\"members\":[{\"name\":\"driver\",\"type\":\"2\"}],"
    "\"variants\":[{\"case\":\"nvme\",\"type\":\"3\"},{\"case\":\"file\",\"type\":\"4\"}]},"
    "{\"name\":\"2\",\"meta-type\":\"enum\",\"values\":[\"nvme\",\"file\"]},"
    "{\"name\":\"3\",\"meta-type\":\"object\",\"members\":[{\"name\":\"namespace\",\"type\":\"int\"}]},"
    "{\"name\":\"4\",\"meta-type\":\"object\",\"features\":[\"fdset\"],\"members\":[]},"
    "{\"name\":\"5\",\"meta-type\":\"array\",\"element-type\":\"3\"},"
    "{\"name\":\"int\",\"meta-type\":\"builtin\"}]}\n"
    "{\"execute\":\"query-cpu-definitions\",\"return\":[{\"name\":\"host\",\"typename\":\"host-x86_64-cpu\"}]}\n"
    "{\"execute\":\"query-machines\",\"return\":[{\"name\":\"none\",\"cpu-max\":1},{\"name\":\"pc-q35-8.1\","
    "\"alias\":\"q35\",\"cpu-max\":1024,\"default-cpu-type\":\"host-x86_64-cpu\",\"default-ram-id\":\"pc.ram\"},"
    "{\"name\":\"odd\",\"is-default\":true,\"acpi\":false,\"deprecated\":true,\"cpu-max\":2}]}\n"
    "{\"execute\":\"query-cpu-model-expansion\",\"arguments\":{\"type\":\"static\",\"model\":{\"name\":\"host\"}},"
    "\"return\":{\"model\":{\"name\":\"base\",\"props\":{\"aes\":true}}}}\n"
    "{\"execute\":\"query-cpu-model-expansion\",\"arguments\":{\"type\":\"static\",\"model\":{\"name\":\"host\","
    "\"props\":{\"migratable\":false}}},\"return\":{\"model\":{\"name\":\"base\",\"props\":{\"invtsc\":true}}}}\n"
    "{\"execute\":\"qmp_capabilities\",\"return\":{}}\n"
    "{\"execute\":\"query-cpu-definitions\",\"return\":[{\"name\":\"max\",\"typename\":\"max-x86_64-cpu\"}]}\n"
    "{\"execute\":\"query-machines\",\"return\":[{\"name\":\"pc-q35-8.1\",\"alias\":\"q35\",\"cpu-max\":1024,"
    "\"default-cpu-type\":\"max-x86_64-cpu\"}]}\n";

static struct caps *
from_text(TALLOC_CTX *ctx, const char *text, size_t length, struct diag *diag)
{
  return caps_from_text(ctx, "made", talloc_memdup(ctx, text, length + 1), length, diag);
}

static struct caps *
made_caps(TALLOC_CTX *ctx)
{
  struct caps *caps = from_text(ctx, made, sizeof(made) - 1, diag_new(ctx));
  ck_assert(caps);
  return caps;
}

START_TEST(what_is_recorded)
{
  TALLOC_CTX *tmp = talloc_new(NULL);
  struct caps *caps = made_caps(tmp);
  ck_assert_uint_eq(caps_version(caps), QEMU_VERSION(8, 1, 3));
  ck_assert_str_eq(caps_version_string(caps), "8.1.3");
  ck_assert_int_eq(caps_arch(caps), ARCH_X86_64);
  ck_assert_int_eq(caps_kvm(caps), ON);
  ck_assert_int_eq(caps_type(caps, "usb-hub"), ON);
  ck_assert_int_eq(caps_type(caps, "usb"), OFF);
  ck_assert_int_eq(caps_property(caps, "virtio-blk-pci", "queue-size"), ON);
  ck_assert_int_eq(caps_property(caps, "virtio-blk-pci", "queue"), OFF);
  ck_assert_int_eq(caps_property(caps, "virtio-blk-ccw", "queue-size"), OFF);
  ck_assert_int_eq(caps_property(caps, "scsi-hd", "channel"), UNSET);
  ck_assert_int_eq(caps_property(caps, "no-type", "channel"), OFF);
  talloc_free(tmp);
}
END_TEST

START_TEST(schema_paths)
{
  static const struct {
    const char *path;
    bool there;
  } cases[] = {
    { "add", true },
    { "remove", false },
    { "add/$cli", true },
    { "add/$gui", false },
    { "add/driver", true },
    { "add/arg-type/driver", true },
    { "add/driver/^nvme", true },
    { "add/driver/^nbd", false },
    { "add/+nvme", true },
    { "add/+nbd", false },
    { "add/+nvme/namespace", true },
    { "add/+file/namespace", false },
    { "add/+file/$fdset", true },
    { "add/+nvme/$fdset", false },
    { "add/ret-type/namespace", true },
    { "add/ret-type/driver", false },
    { "add/+nvme/namespace/deeper", false },
    { "add/ret-type", true },
    { "int/driver", false },
    { "", false },
  };
  TALLOC_CTX *tmp = talloc_new(NULL);
  struct caps *caps = made_caps(tmp);
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
    ck_assert_msg(caps_schema(caps, cases[i].path) == (cases[i].there ? ON : OFF), "%s", cases[i].path);
  talloc_free(tmp);
}
END_TEST

START_TEST(features_are_found)
{
  static const struct {
    enum feature feature;
    bool has;
    const char *what;
  } cases[] = {
    { FEAT_USB_HUB, true, "by type" },
    { FEAT_USB_REDIR, false, "no such type" },
    { FEAT_VIRTIO_BLK_QUEUE_SIZE, true, "by property, where an alternative failed" },
    { FEAT_VIRTIO_BLK_IOTHREAD_MAPPING, false, "no alternative has the property" },
    { FEAT_VIRTIO_BLK_SCSI_DEFAULT_DISABLED, false, "its default is on" },
    { FEAT_MACHINE_SHIM, true, "by a machine's property, though the version is older" },
    { FEAT_DEVICE_TPM_TIS, true, "by TPM model" },
    { FEAT_DEVICE_TPM_CRB, false, "no such TPM model" },
    { FEAT_DEVICE_TPM_EMULATOR, true, "nothing recorded: by version" },
    { FEAT_SPICE, true, "by option" },
    { FEAT_SPICE_GL, true, "by an option's parameter" },
    { FEAT_SPICE_RENDERNODE, false, "no such parameter" },
    { FEAT_SECCOMP_SANDBOX, false, "no such option" },
    { FEAT_DRIVE_NVME, false, "no such path in the schema" },
    { FEAT_SEV_GUEST, false, "the type is there, the processor is not" },
    { FEAT_SCSI_DISK_CHANNEL, true, "properties not recorded: by version" },
    { FEAT_KVM, true, "KVM" },
  };
  TALLOC_CTX *tmp = talloc_new(NULL);
  struct caps *caps = made_caps(tmp);
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
    ck_assert_msg(caps_has(caps, cases[i].feature) == cases[i].has, "%s: %s", feature_text(cases[i].feature),
                  cases[i].what);
  caps_override(caps, FEAT_USB_HUB, false);
  caps_override(caps, FEAT_USB_REDIR, true);
  ck_assert(!caps_has(caps, FEAT_USB_HUB));
  ck_assert(caps_has(caps, FEAT_USB_REDIR));
  talloc_free(tmp);
}
END_TEST

START_TEST(with_and_without_kvm)
{
  TALLOC_CTX *tmp = talloc_new(NULL);
  struct caps *caps = made_caps(tmp);
  const struct caps_machine *machine = caps_machine(caps, "q35", true);
  struct json_object *properties;
  const char *base;
  ck_assert_str_eq(machine->name, "pc-q35-8.1");
  ck_assert_str_eq(machine->default_cpu, "host");
  ck_assert_str_eq(machine->default_ram_id, "pc.ram");
  ck_assert_uint_eq(machine->max_cpus, 1024);
  ck_assert_int_eq(machine->acpi, UNSET);
  ck_assert_str_eq(caps_machine(caps, "pc-q35-8.1", false)->default_cpu, "max");
  ck_assert_ptr_null(caps_machine(caps, "none", true));
  ck_assert_str_eq(caps_default_machine(caps, true)->name, "odd");
  ck_assert(caps_default_machine(caps, true)->deprecated);
  ck_assert_ptr_null(caps_default_machine(caps, false));

  ck_assert_int_eq(caps_cpu_model(caps, "host", true), ON);
  ck_assert_int_eq(caps_cpu_model(caps, "host", false), OFF);
  ck_assert(caps_expand_cpu(caps, "host", true, true, &base, &properties));
  ck_assert_str_eq(base, "base");
  ck_assert(json_object_object_get(properties, "aes"));
  ck_assert(caps_expand_cpu(caps, "host", true, false, &base, &properties));
  ck_assert(json_object_object_get(properties, "invtsc"));
  ck_assert(!caps_expand_cpu(caps, "host", false, true, &base, &properties));
  ck_assert(caps_reply(caps, "query-tpm-models", false));
  ck_assert_ptr_null(caps_reply(caps, "query-sev-capabilities", true));
  talloc_free(tmp);
}
END_TEST

/* A file is replaced whole; what else is there keeps its place. */
START_TEST(written_in_place)
{
  char folder[] = "/tmp/d2q-recordXXXXXX", *file, *link;
  struct stat st;
  TALLOC_CTX *tmp = talloc_new(NULL);
  ck_assert_ptr_nonnull(mkdtemp(folder));
  file = talloc_asprintf(tmp, "%s/file", folder);
  link = talloc_asprintf(tmp, "%s/link", folder);
  ck_assert_int_eq(symlink("file", link), 0);
  ck_assert_int_eq(record_write(file, "long text", 9), 0);
  ck_assert_int_eq(record_write(link, "short", 5), 0);
  ck_assert(lstat(link, &st) == 0 && S_ISLNK(st.st_mode));
  ck_assert(stat(file, &st) == 0 && st.st_size == 5);
  ck_assert_int_eq(record_write("/dev/null", "text", 4), 0);
  ck_assert_int_eq(record_write("/dev/full", "text", 4), ENOSPC);
  ck_assert(stat("/dev/null", &st) == 0 && S_ISCHR(st.st_mode));
  unlink(link);
  unlink(file);
  rmdir(folder);
  talloc_free(tmp);
}
END_TEST

/* Since QEMU 11.0 by query-accelerators. */
START_TEST(accelerators)
{
  static const struct {
    const char *answer;
    enum tristate kvm, present;
  } cases[] = {
    { "{\"execute\":\"query-kvm\",\"return\":{\"present\":true,\"enabled\":false}}", OFF, ON },
    { "{\"execute\":\"query-kvm\",\"return\":{\"present\":false,\"enabled\":false}}", OFF, OFF },
    { "{\"execute\":\"query-accelerators\",\"return\":{\"enabled\":\"kvm\",\"present\":[\"kvm\",\"tcg\"]}}", ON, ON },
    { "{\"execute\":\"query-accelerators\",\"return\":{\"enabled\":\"tcg\",\"present\":[\"kvm\",\"tcg\"]}}", OFF, ON },
    { "{\"execute\":\"query-accelerators\",\"return\":{\"enabled\":\"tcg\",\"present\":[\"tcg\"]}}", OFF, OFF },
    { "", UNSET, UNSET },
  };
  TALLOC_CTX *tmp = talloc_new(NULL);
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    char *text = talloc_asprintf(tmp, VERSION TARGET "%s\n", cases[i].answer);
    struct caps *caps = caps_from_text(tmp, "made", text, strlen(text), diag_new(tmp));

    ck_assert_msg(caps_kvm(caps) == cases[i].kvm && caps_kvm_present(caps) == cases[i].present, "%zu", i);
  }
  talloc_free(tmp);
}
END_TEST

/* Arm has no static expansion. */
START_TEST(full_expansion_alone)
{
  static const char text[] =
      "{\"execute\":\"query-version\",\"return\":{\"qemu\":{\"major\":9,\"minor\":1,\"micro\":0}}}\n"
      "{\"execute\":\"query-target\",\"return\":{\"arch\":\"aarch64\"}}\n"
      "{\"execute\":\"query-cpu-model-expansion\",\"arguments\":{\"type\":\"full\",\"model\":{\"name\":\"max\"}},"
      "\"return\":{\"model\":{\"name\":\"max\",\"props\":{\"sve\":true}}}}\n";
  TALLOC_CTX *tmp = talloc_new(NULL);
  struct caps *caps = from_text(tmp, text, sizeof(text) - 1, diag_new(tmp));
  const char *base = NULL;
  struct json_object *properties = NULL;
  ck_assert(caps && caps_expand_cpu(caps, "max", false, true, &base, &properties));
  ck_assert_str_eq(base, "max");
  ck_assert(json_object_object_get(properties, "sve"));
  talloc_free(tmp);
}
END_TEST

/* s390x: the static expansion of "max" lists none, it only names what is in its base. */
START_TEST(deprecated_features)
{
  static const char text[] =
      "{\"execute\":\"query-version\",\"return\":{\"qemu\":{\"major\":9,\"minor\":1,\"micro\":0}}}\n"
      "{\"execute\":\"query-target\",\"return\":{\"arch\":\"s390x\"}}\n"
      "{\"execute\":\"query-cpu-model-expansion\",\"arguments\":{\"type\":\"static\",\"model\":{\"name\":\"max\"}},"
      "\"return\":{\"model\":{\"name\":\"gen15a-base\"},\"deprecated-props\":[]}}\n"
      "{\"execute\":\"query-cpu-model-expansion\",\"arguments\":{\"type\":\"full\",\"model\":{\"name\":\"max\"}},"
      "\"return\":{\"model\":{\"name\":\"gen15a-base\"},\"deprecated-props\":[\"te\",\"csske\"]}}\n";
  TALLOC_CTX *tmp = talloc_new(NULL);
  struct caps *caps = from_text(tmp, text, sizeof(text) - 1, diag_new(tmp));
  ck_assert(caps);
  ck_assert_uint_eq(json_object_array_length(caps_deprecated_props(caps, false)), 2);
  ck_assert_ptr_null(caps_deprecated_props(made_caps(tmp), true));
  talloc_free(tmp);
}
END_TEST

START_TEST(drivers_that_are_not_there)
{
  TALLOC_CTX *tmp = talloc_new(NULL);
  struct diag *diag = diag_new(tmp);
  struct argv *argv = argv_new(tmp, "qemu");
  argv_origin(argv, (struct place){ .file = "a.xml", .line = 7 }, "disk", NULL);
  argv_device(argv, PHASE_DEVICE, "scsi-hd", NULL);
  argv_device(argv, PHASE_DEVICE, "no-such", NULL);
  argv_device(argv, PHASE_DEVICE, "spoken-of", NULL);
  diag_warning(diag, argv->place, "disk", "no spoken-of here");
  caps_check_drivers(made_caps(tmp), argv, diag);
  ck_assert_str_eq(unit_said(tmp, diag),
                   "a.xml:7: warning: disk: no spoken-of here\n"
                   "a.xml:7: warning: disk: this QEMU (8.1.3) has no device 'no-such', this guest will not start; "
                   "choose another model or bus\n");
  caps_check_drivers(caps_from_version(tmp, QEMU_VERSION(8, 1, 3), ARCH_X86_64), argv, diag);
  ck_assert_str_eq(unit_said(tmp, diag), "");
  talloc_free(tmp);
}
END_TEST

START_TEST(properties_that_are_not_there)
{
  static const char text[] = VERSION TARGET
      "{\"execute\":\"qom-list-types\",\"return\":[{\"name\":\"ide-cd\"},{\"name\":\"virtio-net-pci\"}]}\n"
      "{\"execute\":\"device-list-properties\",\"arguments\":{\"typename\":\"ide-cd\"},"
      "\"return\":[{\"name\":\"drive\"}]}\n"
      "{\"execute\":\"device-list-properties\",\"arguments\":{\"typename\":\"virtio-net-pci\"},"
      "\"return\":[{\"name\":\"mac\"}]}\n";
  TALLOC_CTX *tmp = talloc_new(NULL);
  struct diag *diag = diag_new(tmp);
  struct argv *argv = argv_new(tmp, "qemu");
  const struct caps *caps = from_text(tmp, text, strlen(text), diag);
  argv_origin(argv, (struct place){ .file = "a.xml", .line = 7 }, "disk", NULL);
  struct props *cd = argv_device(argv, PHASE_DEVICE, "ide-cd", "ide0");
  props_str(cd, "bus", "ide.0"); /* every device has */
  props_str(cd, "drive", "a");
  props_uint(cd, "cyls", 1);
  props_uint(cd, "spoken-of", 1);
  props_uint(cd, "secs", 1); /* one reason is enough */
  argv_origin(argv, (struct place){ .file = "a.xml", .line = 8 }, "interface", NULL);
  props_str(argv_device(argv, PHASE_DEVICE, "virtio-net", NULL), "vlan", "0"); /* an alias */
  diag_warning(diag, (struct place){ .file = "a.xml", .line = 7 }, "disk", "no spoken-of here");
  caps_check_drivers(caps, argv, diag);
  ck_assert_str_eq(unit_said(tmp, diag),
                   "a.xml:7: warning: disk: no spoken-of here\n"
                   "a.xml:7: warning: disk: this QEMU (8.1.3) has no 'cyls' for 'ide-cd', this "
                   "guest will not start; drop "
                   "what asks for it\n"
                   "a.xml:8: warning: interface: this QEMU (8.1.3) has no 'vlan' for 'virtio-net', "
                   "this guest will not start; "
                   "drop what asks for it\n");
  talloc_free(tmp);
}
END_TEST

START_TEST(options_that_are_gone)
{
  TALLOC_CTX *tmp = talloc_new(NULL);
  struct diag *diag = diag_new(tmp);
  struct argv *argv = argv_new(tmp, "qemu");
  argv_origin(argv, (struct place){ .file = "a.xml", .line = 7 }, NULL, NULL);
  argv_flag(argv, PHASE_GLOBAL, "-no-hpet");
  caps_check_drivers(caps_from_version(tmp, QEMU_VERSION(8, 2, 0), ARCH_X86_64), argv, diag);
  ck_assert_str_eq(unit_said(tmp, diag), "");
  caps_check_drivers(caps_from_version(tmp, QEMU_VERSION(9, 0, 0), ARCH_X86_64), argv, diag);
  ck_assert_str_eq(unit_said(tmp, diag),
                   "a.xml:7: warning: QEMU 9.0 dropped -no-hpet, this is 9.0.0: this guest will not "
                   "start; drop what asks for it\n");
  talloc_free(tmp);
}
END_TEST

START_TEST(machines_by_version)
{
  static const struct {
    enum arch arch;
    unsigned version;
    const char *name, *machine, *ram_id;
    bool stands_in;
  } cases[] = {
    { ARCH_X86_64, QEMU_VERSION(7, 2, 1), "pc", "pc-i440fx-7.2", "pc.ram" },
    { ARCH_X86_64, QEMU_VERSION(7, 2, 1), NULL, "pc-i440fx-7.2", "pc.ram" },
    { ARCH_X86_64, QEMU_VERSION(7, 2, 1), "pc-q35-2.12", "pc-q35-2.12", "pc.ram" },
    { ARCH_X86_64, QEMU_VERSION(7, 2, 1), "pc-q35-2.13", "pc-q35-2.13", "pc.ram", true },
    { ARCH_X86_64, QEMU_VERSION(7, 2, 1), "pc-q35-8.0", "pc-q35-8.0", "pc.ram", true },
    { ARCH_X86_64, QEMU_VERSION(7, 2, 1), "pc-q35", NULL, NULL },
    { ARCH_X86_64, QEMU_VERSION(7, 2, 1), "pc-i440fx-noble", "pc-i440fx-noble", "pc.ram", true },
    { ARCH_X86_64, QEMU_VERSION(7, 2, 1), "ubuntu-q35", "ubuntu-q35", "pc.ram", true },
    { ARCH_X86_64, QEMU_VERSION(7, 2, 1), "virt-rhel9.4.0", NULL, NULL },
    { ARCH_AARCH64, QEMU_VERSION(7, 2, 1), "virt-rhel9.4.0", "virt-rhel9.4.0", "mach-virt.ram", true },
    { ARCH_PPC64LE, QEMU_VERSION(7, 2, 1), "pseries-rhel9.4.0", "pseries-rhel9.4.0", "ppc_spapr.ram", true },
    { ARCH_S390X, QEMU_VERSION(9, 2, 0), "s390-ccw-virtio-rhel9.6.0", "s390-ccw-virtio-rhel9.6.0", "s390.ram", true },
    { ARCH_X86_64, QEMU_VERSION(10, 0, 0), "pc-i440fx-1.4", "pc-i440fx-1.4", "pc.ram", true },
    { ARCH_X86_64, QEMU_VERSION(10, 0, 0), "pc-q35-2.4", "pc-q35-2.4", "pc.ram" },
    { ARCH_X86_64, QEMU_VERSION(10, 1, 0), "pc-q35-4.1", "pc-q35-4.1", "pc.ram", true },
    { ARCH_X86_64, QEMU_VERSION(10, 1, 0), "pc-q35-4.2", "pc-q35-4.2", "pc.ram" },
    { ARCH_X86_64, QEMU_VERSION(11, 1, 0), "pc-q35-5.1", "pc-q35-5.1", "pc.ram", true },
    { ARCH_X86_64, QEMU_VERSION(11, 1, 0), "pc-q35-5.2", "pc-q35-5.2", "pc.ram" },
    { ARCH_X86_64, QEMU_VERSION(11, 1, 0), NULL, "pc-i440fx-11.1", "pc.ram" },
    { ARCH_LOONGARCH64, QEMU_VERSION(11, 1, 0), NULL, "virt-11.1", "loongarch.ram" },
    { ARCH_PPC64, QEMU_VERSION(11, 1, 0), "powernv", "powernv11", "pnv.ram" },
    { ARCH_PPC64, QEMU_VERSION(10, 0, 0), "powernv", "powernv10", "pnv.ram" },
    { ARCH_AARCH64, QEMU_VERSION(11, 0, 0), "highbank", NULL, NULL },
    { ARCH_AARCH64, QEMU_VERSION(10, 2, 0), "highbank", "highbank", "highbank.dram" },
    { ARCH_X86_64, QEMU_VERSION(10, 0, 0), "microvm", "microvm", "microvm.ram" },
    { ARCH_AARCH64, QEMU_VERSION(8, 0, 0), NULL, "virt-8.0", "mach-virt.ram" },
    { ARCH_PPC64LE, QEMU_VERSION(8, 0, 0), "pseries", "pseries-8.0", "ppc_spapr.ram" },
    { ARCH_S390X, QEMU_VERSION(9, 1, 0), NULL, "s390-ccw-virtio-9.1", "s390.ram" },
    { ARCH_RISCV64, QEMU_VERSION(9, 1, 0), NULL, "virt", "riscv_virt_board.ram" },
    { ARCH_LOONGARCH64, QEMU_VERSION(9, 1, 0), NULL, "virt", "loongarch.ram" },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct caps *caps = caps_from_version(NULL, cases[i].version, cases[i].arch);
    const struct caps_machine *machine =
        cases[i].name ? caps_machine(caps, cases[i].name, true) : caps_default_machine(caps, true);

    ck_assert_msg(!machine == !cases[i].machine, "case %zu", i);
    if (machine) {
      ck_assert_str_eq(machine->name, cases[i].machine);
      ck_assert_str_eq(machine->default_ram_id, cases[i].ram_id);
      ck_assert_msg(machine->stands_in == cases[i].stands_in, "case %zu", i);
    }
    ck_assert_int_eq(caps_type(caps, "usb-hub"), UNSET);
    ck_assert_int_eq(caps_schema(caps, "blockdev-add"), UNSET);
    ck_assert_int_eq(caps_cpu_model(caps, "host", true), UNSET);
    talloc_free(caps);
  }
}
END_TEST

START_TEST(machines_that_age)
{
  static const struct {
    unsigned version;
    const char *name;
    bool deprecated;
  } cases[] = {
    { QEMU_VERSION(9, 0, 0), "pc-q35-2.12", false }, /* nobody counted then */
    { QEMU_VERSION(9, 1, 0), "pc-q35-6.0", true },   { QEMU_VERSION(9, 1, 0), "pc-q35-6.1", true },
    { QEMU_VERSION(9, 1, 0), "pc-q35-6.2", false },  { QEMU_VERSION(9, 2, 0), "pc-q35-6.2", true },
    { QEMU_VERSION(10, 0, 0), "pc-q35-7.0", true },  { QEMU_VERSION(10, 0, 0), "pc-q35-7.1", false },
    { QEMU_VERSION(10, 0, 0), "microvm", false },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct caps *caps = caps_from_version(NULL, cases[i].version, ARCH_X86_64);
    const struct caps_machine *machine = caps_machine(caps, cases[i].name, true);
    ck_assert_msg(machine && machine->deprecated == cases[i].deprecated, "case %zu", i);
    talloc_free(caps);
  }
}
END_TEST

START_TEST(bad_records)
{
  static const struct {
    const char *text, *message, *what;
  } cases[] = {
    { "", "made: error: an empty", "nothing" },
    { " \n\n", "made: error: an empty", "blanks" },
    { "<domain/>\n", "made:1: error: not a JSON object", "XML" },
    { "[1, 2]\n", "made:1: error: not a JSON object", "an array" },
    { VERSION "{\"execute\":\"x\",\"return\":[1,2\n", "made:2: error: not a JSON object, or cut off", "cut off" },
    { VERSION "{\"execute\":\"x\",\"return\":[1,2]} {}\n", "made:2: error: ", "two on a line" },
    { VERSION "{\"execute\":\"x\",\"return\":tru}\n", "made:2: error: ", "half a word" },
    { VERSION "{\"execute\":\"x\",\"return\":\"\\x\"}\n", "made:2: error: ", "no JSON escape" },
    { VERSION TARGET "{\"return\":{}}\n", "made:3: error: no \"execute\" here", "a bare reply" },
    { VERSION "{\"execute\":\"x\"}\n", "made:2: error: neither", "a bare question" },
    { "{\"execute\":7,\"return\":{}}\n", "made:1: error: no \"execute\"", "a number for a command" },
    { TARGET, "made: error: no answer to query-version", "no version" },
    { VERSION, "made: error: no answer to query-target", "no architecture" },
    { "{\"execute\":\"query-version\",\"return\":{\"qemu\":{\"major\":\"8\"}}}\n" TARGET,
      "made: error: no answer to query-version", "a version of words" },
    { "{\"execute\":\"query-version\",\"return\":{\"qemu\":{\"major\":5,\"minor\":2,\"micro\":0}}}\n" TARGET,
      "made: error: QEMU 5.2 is too old", "an old QEMU" },
    { VERSION "{\"execute\":\"query-target\",\"return\":{\"arch\":\"pdp11\"}}\n",
      "made: error: no answer to query-target", "an unknown architecture" },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    TALLOC_CTX *tmp = talloc_new(NULL);
    struct diag *diag = diag_new(tmp);

    ck_assert_msg(!from_text(tmp, cases[i].text, strlen(cases[i].text), diag), "%s", cases[i].what);
    ck_assert_uint_eq(diag_errors(diag), 1);
    const char *text = unit_said(tmp, diag);
    ck_assert_msg(str_starts(text, cases[i].message), "%s: %s", cases[i].what, text);
    talloc_free(tmp);
  }
}
END_TEST

START_TEST(depth_is_bounded)
{
  TALLOC_CTX *tmp = talloc_new(NULL);
  size_t depth = 1000000;
  char *text = talloc_size(tmp, depth + 64);
  memcpy(text, "{\"execute\":\"x\",\"return\":", 24);
  memset(text + 24, '[', depth);
  text[24 + depth] = '\0';
  ck_assert_ptr_null(from_text(tmp, text, 24 + depth, diag_new(tmp)));
  talloc_free(tmp);
}
END_TEST

START_TEST(saved_and_read_again)
{
  TALLOC_CTX *tmp = talloc_new(NULL);
  struct diag *diag = diag_new(tmp);
  struct caps *caps = made_caps(tmp);
  char folder[] = "/tmp/domxml2qemu-caps.XXXXXX";
  char *file = talloc_asprintf(tmp, "%s/saved", mkdtemp(folder));
  ck_assert(caps_save(caps, file, diag));
  ck_assert_str_eq(caps_version_string(caps_from_file(tmp, file, diag)), "8.1.3");
  ck_assert(!caps_save(caps, talloc_asprintf(tmp, "%s/no/saved", folder), diag));
  ck_assert(!caps_from_file(tmp, folder, diag));
  ck_assert(!caps_from_file(tmp, "/nonexistent", diag));
  ck_assert_uint_eq(diag_errors(diag), 3);
  unlink(file);
  ck_assert_int_eq(rmdir(folder), 0);
  talloc_free(tmp);
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_test(tcase, what_is_recorded);
  tcase_add_test(tcase, schema_paths);
  tcase_add_test(tcase, features_are_found);
  tcase_add_test(tcase, with_and_without_kvm);
  tcase_add_test(tcase, accelerators);
  tcase_add_test(tcase, written_in_place);
  tcase_add_test(tcase, full_expansion_alone);
  tcase_add_test(tcase, deprecated_features);
  tcase_add_test(tcase, drivers_that_are_not_there);
  tcase_add_test(tcase, properties_that_are_not_there);
  tcase_add_test(tcase, options_that_are_gone);
  tcase_add_test(tcase, machines_by_version);
  tcase_add_test(tcase, machines_that_age);
  tcase_add_test(tcase, bad_records);
  tcase_add_test(tcase, depth_is_bounded);
  tcase_add_test(tcase, saved_and_read_again);
}

UNIT("qemu/caps", tests)
