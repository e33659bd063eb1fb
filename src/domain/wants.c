/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/wants.c - what an invocation needs of the host */

#include "domain/wants.h"
#include "domain/kind.h"

void
needs_host(struct domain *domain, struct host_need need)
{
  domain->needs = talloc_realloc(domain, domain->needs, struct host_need, domain->n_needs + 1);
  domain->needs[domain->n_needs++] = need;
}

void
needs_port(struct domain *domain, bool udp, const char *address, uint64_t port, const char *subject, struct place place)
{
  const char *what = udp ? "udp-port" : "port";
  bool bare = address && strchr(address, ':') && address[0] != '[';
  char *value = talloc_asprintf(domain, bare ? "[%s]:%ju" : "%s:%ju", address ? address : "", (uintmax_t)port);
  for (size_t i = 0; i < domain->n_needs; i++)
    if (str_eq(domain->needs[i].what, what) && str_eq(domain->needs[i].value, value))
      return;
  needs_host(domain, (struct host_need){ .what = what, .value = value, .subject = subject, .place = place });
}

void
needs_helper(struct domain *domain, char **argv)
{
  domain->helpers = talloc_realloc(domain, domain->helpers, char **, domain->n_helpers + 1);
  domain->helpers[domain->n_helpers++] = argv;
}

/* QEMU util/vfio-helpers.c maps all guest RAM and its own queues, once a container; a vDPA device's
 * driver pins all guest RAM: Linux drivers/vhost/vdpa.c. */
uint64_t
needs_memlock(const struct domain *domain)
{
  uint64_t controllers = 0;
  for (size_t i = 0; i < domain->n_needs; i++)
    controllers += strcmp(domain->needs[i].what, "vdpa") == 0;
  if (domain->memory.hard_limit)
    return domain->n_host_pcis || controllers ? domain->memory.hard_limit : 0;
  for (size_t i = 0; i < domain->n_host_pcis; i++) {
    bool seen = false;
    for (size_t j = 0; j < i; j++)
      seen |= pci_address_equal(&domain->host_pcis[i].address, &domain->host_pcis[j].address);
    controllers += !seen;
  }
  return controllers * (domain->memory.size + GIB(1));
}

void
needs_each_host(const struct domain *domain, void (*say)(const struct host_need *need, void *arg), void *arg)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  for (size_t i = 0; i < domain->n_host_pcis; i++) {
    const struct host_pci *pci = &domain->host_pcis[i];
    struct host_need need = { "vfio-pci", pci_address_string(scratch, &pci->address), pci->managed ? "managed" : NULL,
                              pci->dev->subject, pci->place };
    say(&need, arg);
  }
  uint64_t memlock = needs_memlock(domain);
  if (memlock) {
    struct host_need need = { .what = "memlock", .value = talloc_asprintf(scratch, "%ju", (uintmax_t)memlock) };
    say(&need, arg);
  }
  for (size_t i = 0; i < domain->n_needs; i++)
    say(&domain->needs[i], arg);
  talloc_free(scratch);
}

void
needs_each_helper(const struct domain *domain, void (*say)(char *const *argv, void *arg), void *arg)
{
  for (size_t i = 0; i < domain->n_helpers; i++)
    say(domain->helpers[i], arg);
}
