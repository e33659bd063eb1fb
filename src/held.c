/* SPDX-License-Identifier: GPL-2.0-or-later */
/* held.c - the modes about host devices alone: --detach, --status, --reattach */

#include "held.h"

#include "core/shortage.h"
#include "domain/kinds.h"
#include "host/host.h"
#include "launch/handover.h"
#include "launch/ready.h"
#include "pipeline.h"
#include "stages.h"
#include "status.h"

/* The domain in FILE as far as its host devices need it; NULL after an error was reported. No QEMU is asked:
 * what is handed over and given back does not depend on it. */
static struct domain *
domain_of_devices(TALLOC_CTX *ctx, const char *file, struct stage *stage)
{
  struct domain *domain = domain_read(ctx, file, stage);
  if (!domain)
    return NULL;
  stage->caps = caps_from_version(ctx, QEMU_NEWEST, domain->arch);
  domain_complete(domain, stage);
  return domain;
}

static const char **
devices_of(TALLOC_CTX *ctx, const struct domain *domain)
{
  const char **addresses = talloc_zero_array(ctx, const char *, domain->n_host_pcis + 1);
  for (size_t i = 0; i < domain->n_host_pcis; i++)
    addresses[i] = pci_address_string(addresses, &domain->host_pcis[i].address);
  return addresses;
}

static int
reattach(TALLOC_CTX *ctx, struct stage *stage)
{
  const char *file = stage->options->file;
  struct domain *domain = file ? domain_of_devices(ctx, file, stage) : NULL;
  if (file && !domain)
    return pipeline_status(stage->diag);
  const char **addresses = file ? devices_of(ctx, domain) : NULL;
  const struct handover_options options = { .detached = stage->options->all };
  unsigned count;
  guest_tidy(stage->host);
  bool good = handover_reattach(stage->host, addresses, &options, &count, stage->diag);
  diag_note(stage->diag, (struct place){ 0 }, NULL, count ? "%u given back" : "nothing to give back", count);
  return good ? EXIT_DONE : EXIT_HOST;
}

static int
detach(TALLOC_CTX *ctx, struct stage *stage)
{
  struct domain *domain = domain_of_devices(ctx, stage->options->file, stage);
  if (!domain || diag_errors(stage->diag))
    return pipeline_status(stage->diag);
  const struct handover_options options = { .guest = domain->name };
  unsigned count;
  bool good =
      handover_detach(stage->host, ready_claims(ctx, domain), domain->n_host_pcis, &options, &count, stage->diag);
  if (good)
    diag_note(stage->diag, (struct place){ 0 }, NULL,
              count ? "%u handed over; domxml2qemu --reattach %s gives back" : "nothing to hand over", count,
              stage->options->file);
  return good ? EXIT_DONE : EXIT_HOST;
}

static int
tell(TALLOC_CTX *ctx, struct stage *stage)
{
  const char *file = stage->options->file;
  struct domain *domain = file ? domain_of_devices(ctx, file, stage) : NULL;
  if (file && !domain)
    return pipeline_status(stage->diag);
  const char **addresses = file ? devices_of(ctx, domain) : NULL;
  struct status *status = status_look(ctx, stage->host, addresses, file ? domain->name : NULL);
  bool json = stage->options->format == FORMAT_JSON;
  const char *text = json ? status_json(ctx, status) : status_text(ctx, status);
  int written = pipeline_write(text, strlen(text), stage->diag);
  return written != EXIT_DONE ? written : status_has_leftovers(status) ? EXIT_HOST : EXIT_DONE;
}

int
held_run(TALLOC_CTX *ctx, struct stage *stage)
{
  if (stage->options->mode == MODE_STATUS)
    return tell(ctx, stage);
  shortage_prepare();
  return stage->options->mode == MODE_DETACH ? detach(ctx, stage) : reattach(ctx, stage);
}
