/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/os.c - <os>: machine type and architecture, what the guest boots */

#include "domain/kinds.h"

static const struct attr os_attrs[] = {
  ATTR_STRING("os/type/@machine", struct domain, os.machine),
  ATTR_ENUM("os/type/@arch", struct domain, arch, arch_names),
  ATTR_END
};

static void
os_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  xmlNode *where;
  const char *type = xml_get(root, "os/type/text()", &where);
  if (!type)
    diag_error(stage->diag, xml_place(where, NULL), NULL, "no <os><type>; write <os><type arch='x86_64'>hvm</type></os>");
  else if (strcmp(type, "hvm") != 0)
    diag_error(stage->diag, xml_place(where, type), NULL, "os type '%s' is not QEMU's; it must be hvm", type);
  if (domain->arch == ARCH_NONE)
    domain->arch = arch_host();
}

static void
os_complete(struct domain *domain, struct stage *stage)
{
  bool kvm = domain->virt == VIRT_KVM;
  if (!domain->os.machine) {
    const struct caps_machine *machine = caps_default_machine(stage->caps, kvm);
    if (!machine) {
      diag_error(stage->diag, domain->place, NULL,
                 "no machine type, and QEMU has no default for %s; write <type arch='%s' machine='virt'>",
                 arch_names[domain->arch], arch_names[domain->arch]);
      return;
    }
    domain->os.machine = machine->alias ? machine->alias : machine->name;
  }
}

static void
os_build(const struct domain *domain, const struct build *b, struct argv *argv)
{
  (void)b;
  struct props *machine = argv_single(argv, PHASE_MACHINE, "-machine", "type");
  props_str(machine, "type", domain->os.machine);
}

const struct section os_section = {
  .name = "os",
  .attrs = os_attrs,
  .parse = os_parse,
  .complete = os_complete,
  .build = os_build,
};
