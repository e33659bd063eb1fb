/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/varstore.c - <varstore>: UEFI's variables in a file that QEMU's own device keeps */

/* vm/firmware.c reads it, since variables are part of the choice of a firmware. */

#include "core/options.h"
#include "domain/kinds.h"
#include "domain/wants.h"

#include <errno.h>
#include <unistd.h>

static struct place
varstore_place(const struct domain *domain)
{
  xmlNode *node = domain->os.varstore.node;
  return xml_place(node ? node : xml_child(domain->root, "os"), NULL);
}

static void
varstore_check(const struct domain *domain, struct stage *stage)
{
  if (!domain->os.varstore.there || !stage_need(stage, FEAT_DEVICE_UEFI_VARS, varstore_place(domain), "varstore"))
    return;
  /* QEMU hw/uefi/var-service-sysbus.c; of x86's machines microvm takes none */
  if (!domain_is_q35(domain) && !domain_is_i440fx(domain) && !domain_is_virt(domain))
    diag_unstartable(stage->diag, varstore_place(domain), "varstore",
                     "machine %s has no room for the device that keeps the variables: QEMU will not start; write "
                     "<nvram>, or another machine",
                     domain->os.machine);
}

static void
varstore_resolve(struct domain *domain, struct stage *stage)
{
  const struct varstore *varstore = &domain->os.varstore;
  struct place place = varstore_place(domain);
  if (!varstore->path)
    return;
  wants_add(domain, (struct want){ .kind = WANT_TEMPLATE,
                                   .value = varstore->path,
                                   .source = varstore->template,
                                   .subject = "varstore",
                                   .place = place });
  if (host_is_offline(stage->host))
    return;
  bool there = host_exists(stage->host, varstore->path);
  if (options_starts(stage->options)) {
    if (there && !host_may(stage->host, varstore->path, R_OK | W_OK))
      diag_host(stage->diag, place, "varstore", "%s cannot be written: %s; let this user write it, or name another",
                varstore->path, strerror(errno));
  } else if (!there && !options_script(stage->options)) {
    /* QEMU itself would make it, empty: without the keys of secure boot */
    diag_warning(stage->diag, place, "varstore",
                 varstore->template ? "%s is not there yet: --exec, --run and --format=script make it from %s, "
                                      "others must do so"
                                    : "%s is not there, and no template to make it from is known; write "
                                      "<varstore template='...'>",
                 varstore->path, varstore->template);
  }
}

static void
varstore_build(const struct domain *domain, const struct build *b, struct argv *argv)
{
  (void)b;
  if (!domain->os.varstore.path)
    return;
  argv_origin(argv, varstore_place(domain), "varstore",
              domain->os.varstore.node ? NULL : "the firmware's descriptor says where variables are kept");
  struct props *p =
      argv_device(argv, PHASE_DEVICE, arch_is_x86(domain->arch) ? "uefi-vars-x64" : "uefi-vars-sysbus", NULL);
  props_host(p, "jsonfile", WANT_TEMPLATE, domain->os.varstore.path);
}

const struct section varstore_section = {
  .name = "varstore",
  .check = varstore_check,
  .resolve = varstore_resolve,
  .build = varstore_build,
};
