/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/ready.c - is this host ready for a guest: everything that is missing, before anything is touched */

#include "launch/ready.h"

#include "launch/exec.h"
#include "launch/files.h"
#include "launch/handover.h"
#include "launch/overlays.h"
#include "launch/taps.h"
#include "launch/wants.h"
#include "core/options.h"

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
      .iommufd = pci->iommufd,
      .fd = pci->fd,
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

void
ready_check(const struct domain *domain, struct stage *stage)
{
  check_pcis(domain, stage);
  wants_check(domain, stage);
  files_check(domain, stage->host, stage->diag);
  if (stage->options->mode != MODE_CHECK)
    return; /* opening tells it better */
  check_emulator(domain, stage);
  overlays_check(domain, stage);
  taps_check(domain, stage);
}
