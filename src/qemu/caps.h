/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/caps.h - what the QEMU at hand can do */

/* The only source of "can this QEMU ...?". Filled from the built-in table by version, from a
 * recorded file, or from a probed binary (qemu/probe.h); afterwards constant: questions do no I/O.
 * A fact that the source does not tell is answered from the built-in table by version. caps.c has
 * the questions but for those about machines (caps_machine.c), devices (drivers.c) and the host's
 * processor (host_model.c). */

#ifndef QEMU_CAPS_H
#define QEMU_CAPS_H

#include "core/arch.h"
#include "core/argv.h"
#include "core/diag.h"
#include "qemu/features.h"

struct caps;

/* A version as one number that compares: 10.0.2 is QEMU_VERSION(10, 0, 2). */
#define QEMU_VERSION(major, minor, micro) ((major)*1000000u + (minor)*1000u + (micro))
#define QEMU_OLDEST QEMU_VERSION(6, 2, 0)

/* The newest that the tables know, and the default: all that names it takes it from here. */
#define QEMU_NEWEST_MAJOR 11
#define QEMU_NEWEST_MINOR 1
#define QEMU_NEWEST QEMU_VERSION(QEMU_NEWEST_MAJOR, QEMU_NEWEST_MINOR, 0)

/* One machine type, as query-machines and qom-list-properties tell it. */
struct caps_machine {
  const char *name;
  const char *alias; /* "pc" for pc-i440fx-10.0; NULL: none */
  bool is_default;
  bool deprecated;
  bool stands_in; /* by its family: this QEMU, as upstream builds it, has none of that name */
  bool hotpluggable_cpus;
  bool numa_mem_supported;    /* -numa node,mem= still taken */
  enum tristate acpi;         /* UNSET: not told */
  uint32_t max_cpus;          /* 0: not told */
  const char *default_cpu;    /* "qemu64", without the type's suffix; NULL: not told */
  const char *default_ram_id; /* "pc.ram"; NULL: none */
};

/* From the built-in table alone. VERSION below QEMU_OLDEST is the caller's error. */
struct caps *caps_from_version(TALLOC_CTX *ctx, unsigned version, enum arch arch);

/* From a recorded file: JSON lines, one QMP exchange each. NULL after an error was reported. */
struct caps *caps_from_file(TALLOC_CTX *ctx, const char *file, struct diag *diag);

/* From LENGTH bytes of such TEXT, which becomes a child of the result. FILE is for messages. */
struct caps *caps_from_text(TALLOC_CTX *ctx, const char *file, char *text, size_t length, struct diag *diag);

/* The same QEMU for one domain of several: what it claims stays its own, answers are worked out once for all. CAPS
 * must outlive it. */
struct caps *caps_view(TALLOC_CTX *ctx, const struct caps *caps);

/* Writes FILE, which caps_from_file() reads: whole or not at all. False after an error was
 * reported, as it is for what comes from a version alone. */
bool caps_save(const struct caps *caps, const char *file, struct diag *diag);

unsigned caps_version(const struct caps *caps);
const char *caps_version_string(const struct caps *caps); /* "7.2.0" */
enum arch caps_arch(const struct caps *caps);

/* Since 11.1 a binary's answers do not tell in which order of bytes it runs; before any question: ARCH
 * does, which its name says, where it is the same processor. */
void caps_settle_order(struct caps *caps, enum arch arch);

/* Do arguments leave "pc" and its like to this QEMU, or spell out which release is meant? */
bool caps_keeps_alias(const struct caps *caps);

/* The row of the feature table says how each is found. */
bool caps_has(const struct caps *caps, enum feature feature);

/* Adds or takes away a feature, for <qemu:capabilities>; before any question is asked. */
void caps_override(struct caps *caps, enum feature feature, bool present);

/* Type names and properties, as qom-list-types and device-list-properties tell them.
 * Where nothing is recorded about TYPE, UNSET: the caller decides (usually: trust the XML). */
enum tristate caps_type(const struct caps *caps, const char *type);
enum tristate caps_property(const struct caps *caps, const char *type, const char *property);

/* The same for what -device takes: types and their aliases. */
enum tristate caps_device(const struct caps *caps, const char *driver);

/* The type that "-device DRIVER" makes one of, or a child of CTX; DRIVER where it is not known. */
const char *caps_device_type(TALLOC_CTX *ctx, const struct caps *caps, const char *driver);

/* Warns of devices that a QEMU that was asked does not have, and that no kind has spoken of; and of those
 * that no QEMU makes as they are placed. */
void caps_check_drivers(const struct caps *caps, const struct argv *argv, struct diag *diag);

/* A walk through query-qmp-schema: "blockdev-add/+nvme/namespace": command, then members;
 * "+x" chooses a variant of a union, "^x" asks for an enum's value, "$x" for a feature flag.
 * "query-status/ret-type/running" walks what is returned instead of the arguments. */
enum tristate caps_schema(const struct caps *caps, const char *path);

/* KVM usable with this binary, as recorded, or at least built in (UNSET: not told). */
enum tristate caps_kvm(const struct caps *caps);
enum tristate caps_kvm_present(const struct caps *caps);

/* NAME or alias; NULL: not known to the source, and where that is the table: of no family either. The
 * default, for a domain that names none: the architecture's customary one, else QEMU's own, NULL where
 * it has none. KVM chooses between the answers recorded with and without acceleration. */
const struct caps_machine *caps_machine(const struct caps *caps, const char *name, bool kvm);
const struct caps_machine *caps_default_machine(const struct caps *caps, bool kvm);

/* Why this QEMU lacks NAME, where the table knows: "QEMU 11.1 dropped it", "it came with QEMU 10.0". A
 * child of CTX; NULL: that is not known. */
const char *caps_machine_gone(TALLOC_CTX *ctx, const struct caps *caps, const char *name);

/* The name or alias nearest to NAME, NULL: none is near. */
const char *caps_nearest_machine(const struct caps *caps, const char *name, bool kvm);

/* The CPU models: UNSET where the source does not tell; by version, only what came or went is OFF. */
enum tristate caps_cpu_model(const struct caps *caps, const char *model, bool kvm);

/* The entry of query-cpu-definitions ({"name", "typename", "unavailable-features": [...], ...}),
 * owned by CAPS; NULL: not told. PowerPC models are found in any case of letters. */
struct json_object;
struct json_object *caps_cpu_definition(const struct caps *caps, const char *model, bool kvm);

/* The model that MODEL ("host", "max") expands to, for <cpu mode='host-model'>: the base model's name and
 * its properties as a json-c object {name: bool, ...}, both owned by CAPS; false: not recorded. */
bool caps_expand_cpu(const struct caps *caps, const char *model, bool kvm, bool migratable, const char **base,
                     struct json_object **properties);

/* Enlightenments for a guest that knows Hyper-V which the host's KVM has, by the names of -cpu's properties
 * ("hv-relaxed"). NULL: the source does not say. */
struct json_object *caps_host_hyperv(const struct caps *caps);

/* A processor as a model's name and what differs from it. Names are spelt as in domain XML. */
struct caps_cpu_feature {
  const char *name;
  bool on;
};

struct caps_cpu {
  const char *model;
  const char *vendor; /* "Intel", "AMD"; NULL: not told */
  struct caps_cpu_feature *features;
  size_t n_features;
};

/* The model that <cpu mode='host-model'> stands for: on x86 the nearest named model, on s390x what QEMU
 * names; its features are children of CTX. False: nothing is recorded, or another architecture. */
bool caps_host_model(TALLOC_CTX *ctx, const struct caps *caps, bool kvm, struct caps_cpu *cpu);

/* The nearest to MODEL among the models that this QEMU has, for fallback='allow'. */
bool caps_nearest_model(TALLOC_CTX *ctx, const struct caps *caps, const char *model, bool kvm, struct caps_cpu *cpu);

/* Names of CPU features that QEMU says will go one day, a json-c array owned by CAPS; NULL: it does not say. */
struct json_object *caps_deprecated_props(const struct caps *caps, bool kvm);

/* The recorded reply of COMMAND ("query-sev-capabilities", ...), first or with KVM off; NULL: none. */
struct json_object *caps_reply(const struct caps *caps, const char *command, bool kvm);

#endif
