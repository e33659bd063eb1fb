/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/record.c - recorded capabilities: everything is asked, and a domain is printed with them */

#include "fuzz/fuzz.h"

#include "qemu/caps.h"

static const char guest[] = "<domain type='kvm'><name>g</name><memory>1048576</memory><vcpu>2</vcpu>"
                            "<os><type machine='q35'>hvm</type></os><cpu mode='host-model'/>"
                            "<features><acpi/><hyperv mode='passthrough'/></features>"
                            "<launchSecurity type='sev'/><devices><video><model type='virtio'/></video>"
                            "<disk type='file'><source file='/a'/><target dev='vda' bus='virtio'/></disk>"
                            "</devices></domain>";

static const char *const models[] = { "host", "max", "qemu64", "EPYC", "Skylake-Client", "power9", "z14" };
static const char *const machines[] = { "q35", "pc", "virt", "pseries", "none", "pc-i440fx-10.0" };

static void
ask_processors(TALLOC_CTX *ctx, const struct caps *caps, bool kvm)
{
  struct caps_cpu cpu = { 0 };
  const char *base;
  json_object *properties;
  for (size_t i = 0; i < ARRAY_SIZE(models); i++) {
    caps_cpu_model(caps, models[i], kvm);
    caps_cpu_definition(caps, models[i], kvm);
    caps_nearest_model(ctx, caps, models[i], kvm, &cpu);
    caps_expand_cpu(caps, models[i], kvm, i % 2, &base, &properties);
  }
  caps_host_model(ctx, caps, kvm, &cpu);
  caps_deprecated_props(caps, kvm);
  for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
    caps_machine(caps, machines[i], kvm);
    caps_machine_gone(ctx, caps, machines[i]);
    caps_nearest_machine(caps, machines[i], kvm);
  }
  caps_default_machine(caps, kvm);
}

static void
ask_features(TALLOC_CTX *ctx, const struct caps *caps)
{
  for (int feature = 0; feature < FEATURES; feature++)
    caps_has(caps, (enum feature)feature);
  caps_kvm(caps);
  caps_kvm_present(caps);
  caps_host_hyperv(caps);
  caps_keeps_alias(caps);
  caps_schema(caps, "blockdev-add/+nvme/namespace");
  caps_schema(caps, "query-status/ret-type/running");
  caps_property(caps, "virtio-blk-pci", "queue-size");
  caps_device_type(ctx, caps, "virtio-blk");
  caps_device(caps, "e1000");
}

void
fuzz_record(TALLOC_CTX *ctx, const uint8_t *bytes, size_t length)
{
  char *text = talloc_zero_size(ctx, length + 1);
  memcpy(text, bytes, length);
  const char *file = input_file(ctx, 2, text, length);
  struct diag *diag = diag_new(ctx);
  struct caps *caps = caps_from_text(ctx, "record", text, length, diag);
  fuzz_require(caps != NULL || diag_errors(diag), "a record that is refused has a fault");
  if (!caps)
    return;
  struct caps *view = caps_view(ctx, caps);
  caps_settle_order(view, ARCH_X86_64);
  ask_features(ctx, view);
  ask_processors(ctx, view, true);
  ask_processors(ctx, view, false);
  struct options options = { .host_root = "/", .offline = true, .capabilities = file, .format = FORMAT_JSON };
  options.file = input_file(ctx, 0, guest, strlen(guest));
  tool_run(ctx, &options);
}
