/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/ready.c - is this host ready for a guest: everything that is missing, before anything is touched */

#include "launch/ready.h"

#include "host/memory.h"
#include "host/port.h"
#include "launch/exec.h"
#include "launch/files.h"
#include "launch/handover.h"
#include "domain/helper.h"
#include "launch/overlays.h"
#include "launch/taps.h"
#include "core/options.h"

#include <errno.h>
#include <unistd.h>

struct claim *
ready_claims(TALLOC_CTX *ctx, const struct domain *domain)
{
  struct claim *claims = talloc_zero_array(ctx, struct claim, domain->n_host_pcis + 1);
  for (size_t i = 0; i < domain->n_host_pcis; i++) {
    const struct host_pci *pci = &domain->host_pcis[i];
    claims[i] = (struct claim){
      .address = pci_address_string(claims, &pci->address),
      .managed = pci->managed,
      .nvme_namespace = pci->nvme_namespace,
      .uncached = pci->uncached,
      .subject = pci->dev->subject,
      .place = pci->place,
    };
  }
  return claims;
}

static void
check_blocks(const struct domain *domain, const struct claim *claims, size_t n, struct stage *stage)
{
  struct claimed_block *blocks = talloc_zero_array(claims, struct claimed_block, domain->n_images + 1);
  for (size_t i = 0; i < domain->n_images; i++)
    blocks[i] = (struct claimed_block){ .path = domain->images[i].path,
                                        .subject = domain->images[i].dev->subject,
                                        .place = domain->images[i].place };
  claims_check_blocks(stage->host, claims, n, blocks, domain->n_images, stage->diag);
}

static void
check_pcis(const struct domain *domain, struct stage *stage)
{
  struct claim *claims = ready_claims(NULL, domain);
  size_t n = domain->n_host_pcis;
  handover_check(stage->host, claims, n, stage->diag);
  check_blocks(domain, claims, n, stage);
  exec_memlock_check(wants_memlock(domain), n ? claims[0].place : domain->place, n ? claims[0].subject : NULL,
                     stage->diag);
  talloc_free(claims);
}

/* --- what the domain's parts have said that they need --- */

static void
check_port(const struct want *want, const struct stage *stage)
{
  bool udp = want->kind == WANT_UDP_PORT;
  if (port_is_taken(stage->host, udp, want->address, (unsigned)want->port))
    diag_host(stage->diag, want->place, want->subject,
              "%s port %ju of %s is in use by another program; ss -lpn%s shows which; stop it, or write another port",
              udp ? "UDP" : "TCP", (uintmax_t)want->port, *want->address ? want->address : "every address",
              udp ? "u" : "t");
}

static void
check_want(const struct want *want, void *arg)
{
  const struct stage *stage = arg;
  if (want->kind == WANT_HUGE_PAGES)
    hugepages_check(stage->host, want->page, want->bytes, want->place, want->subject, stage->diag);
  else if (want->kind == WANT_PORT || want->kind == WANT_UDP_PORT)
    check_port(want, stage);
  else if (want->kind == WANT_VDPA && !host_may(stage->host, want->value, R_OK | W_OK))
    diag_host(stage->diag, want->place, want->subject,
              "%s: %s; vdpa dev add makes one, let this user read and write it", want->value, strerror(errno));
}

/* --- programs --- */

static void
check_helper(const struct helper *helper, const struct stage *stage)
{
  if (!process_would_find(stage->host, helper->argv[0]))
    diag_host(stage->diag, (struct place){ 0 }, NULL, "%s, which the guest needs beside QEMU, is not there; install it",
              helper->argv[0]);
}

/* The probe has started it already, where it was asked. */
static void
check_emulator(const struct domain *domain, const struct stage *stage)
{
  bool asked = !stage->options->qemu_version && !stage->options->capabilities;
  if (!asked && !process_would_find(stage->host, domain->emulator))
    diag_host(stage->diag, domain->place, NULL,
              "%s is not there or not executable; install it, or name another with "
              "--qemu=PATH",
              domain->emulator);
}

/* --- files that QEMU opens by name, beside images --- */

static void
check_file(const char *path, struct place place, const char *subject, const struct stage *stage)
{
  if (path && *path && !host_may(stage->host, path, R_OK))
    diag_host(stage->diag, place, subject, "%s: %s; %s", path, strerror(errno),
              errno == ENOENT ? "install what brings it, or mend the path" : "let this user read it");
}

static void
check_boot_files(const struct domain *domain, const struct stage *stage)
{
  const struct os *os = &domain->os;
  const struct {
    const char *path, *element;
  } files[] = {
    { os->loader.path, "loader" }, { os->kernel, "kernel" }, { os->initrd, "initrd" }, { os->dtb, "dtb" },
    { os->shim, "shim" },
  };
  xmlNode *section = xml_child(domain->root, "os");
  for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
    xmlNode *node = section ? xml_child(section, files[i].element) : NULL;
    check_file(files[i].path, xml_place(node ? node : section, NULL), files[i].element, stage);
  }
  for (size_t i = 0; i < os->n_acpi_tables; i++)
    check_file(os->acpi_tables[i].path, os->acpi_tables[i].place, "acpi table", stage);
}

static void
check_roms(const struct domain *domain, const struct stage *stage)
{
  for (size_t i = 0; i < domain->devices.n; i++) {
    const struct device *dev = domain->devices.items[i];
    /* without a path QEMU looks in its own folder */
    if (dev->rom.file && strchr(dev->rom.file, '/'))
      check_file(dev->rom.file, dev->place, dev->subject, stage);
  }
}

void
ready_check(const struct domain *domain, struct stage *stage)
{
  check_pcis(domain, stage);
  wants_each(domain, check_want, stage);
  files_check(domain, stage->host, stage->diag);
  check_boot_files(domain, stage);
  check_roms(domain, stage);
  for (size_t i = 0; i < domain->n_helpers && stage->options->mode != MODE_EXEC; i++)
    check_helper(domain->helpers[i], stage);
  if (stage->options->mode != MODE_CHECK)
    return; /* opening tells it better */
  check_emulator(domain, stage);
  overlays_check(domain, stage);
  taps_check(domain, stage);
}
