/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/domain.c - the domain's lists, and which machine it is */

#include "domain/kinds.h"
#include "domain/notes.h"
#include "qemu/machines.h"

#include <stdlib.h>

const char *const nvram_type_names[NVRAM_TYPES] = { NULL, "file", "block", "network" };

const char *const hyperv_names[] = {
  [HYPERV_RELAXED] = "relaxed",
  [HYPERV_VAPIC] = "vapic",
  [HYPERV_SPINLOCKS] = "spinlocks",
  [HYPERV_VPINDEX] = "vpindex",
  [HYPERV_RUNTIME] = "runtime",
  [HYPERV_SYNIC] = "synic",
  [HYPERV_STIMER] = "stimer",
  [HYPERV_RESET] = "reset",
  [HYPERV_VENDOR_ID] = "vendor_id",
  [HYPERV_FREQUENCIES] = "frequencies",
  [HYPERV_REENLIGHTENMENT] = "reenlightenment",
  [HYPERV_TLBFLUSH] = "tlbflush",
  [HYPERV_IPI] = "ipi",
  [HYPERV_EVMCS] = "evmcs",
  [HYPERV_AVIC] = "avic",
  [HYPERV_EMSR_BITMAP] = "emsr_bitmap",
  [HYPERV_XMM_INPUT] = "xmm_input",
};
static_assert(ARRAY_SIZE(hyperv_names) == HYPERV_FEATURES, "an enlightenment has no name");

static size_t
kind_index(const struct kind *kind)
{
  size_t i = 0;
  while (kinds[i] != kind)
    i++;
  return i;
}

const struct device_list *
domain_devices(const struct domain *domain, const struct kind *kind)
{
  return &domain->of_kind[kind_index(kind)];
}

static void
list_append(struct domain *domain, struct device_list *list, struct device *dev)
{
  if (list->n == talloc_array_length(list->items))
    list->items = talloc_realloc(domain, list->items, struct device *, list->n ? 2 * list->n : 8);
  list->items[list->n++] = dev;
}

struct device *
domain_add(struct domain *domain, const struct kind *kind, const char *rule, struct place place)
{
  struct device *dev = talloc_zero_size(domain, kind->size);
  dev->kind = kind;
  dev->domain = domain;
  dev->place = place;
  dev->rule = rule;
  dev->subject = kind->element;
  struct device_list *own = &domain->of_kind[kind_index(kind)];
  dev->nth = own->n;
  list_append(domain, &domain->devices, dev);
  list_append(domain, own, dev);
  return dev;
}

struct ranked {
  struct device *dev;
  size_t rank;
  int (*compare)(const struct device *a, const struct device *b);
};

static int
by_rank(const void *a, const void *b)
{
  const struct ranked *x = a, *y = b;
  int order = x->compare(x->dev, y->dev);
  return order ? order : x->rank < y->rank ? -1 : 1;
}

void
domain_sort(struct domain *domain, const struct kind *kind,
            int (*compare)(const struct device *a, const struct device *b))
{
  struct device_list *own = &domain->of_kind[kind_index(kind)];
  struct ranked *ranked = talloc_array(domain, struct ranked, (unsigned)own->n + 1);
  size_t next = 0;
  for (size_t i = 0; i < own->n; i++)
    ranked[i] = (struct ranked){ own->items[i], i, compare };
  if (own->n > 1)
    qsort(ranked, own->n, sizeof(*ranked), by_rank);
  for (size_t i = 0; i < own->n; i++) {
    own->items[i] = ranked[i].dev;
    own->items[i]->nth = i;
  }
  for (size_t i = 0; i < domain->devices.n; i++)
    if (domain->devices.items[i]->kind == kind)
      domain->devices.items[i] = own->items[next++];
  talloc_free(ranked);
}

void
domain_claim_pci(struct domain *domain, const struct host_pci *claim)
{
  domain->host_pcis = ARRAY_ROOM(domain, domain->host_pcis, struct host_pci, domain->n_host_pcis);
  domain->host_pcis[domain->n_host_pcis++] = *claim;
  struct note *note = domain_note_number(domain, "PCI claim", (uintptr_t)claim->dev);
  if (!note->number)
    note->number = domain->n_host_pcis;
}

const struct host_pci *
domain_claim_of(const struct device *dev)
{
  uint64_t number = domain_note_number(dev->domain, "PCI claim", (uintptr_t)dev)->number;
  return number ? &dev->domain->host_pcis[number - 1] : NULL;
}

void
domain_claim_image(struct domain *domain, const struct image_claim *claim)
{
  domain->images = ARRAY_ROOM(domain, domain->images, struct image_claim, domain->n_images);
  domain->images[domain->n_images++] = *claim;
}

void
domain_cut_link(const struct device *dev, struct place place)
{
  struct domain *domain = dev->domain;
  domain->cut_links = ARRAY_ROOM(domain, domain->cut_links, struct cut_link, domain->n_cut_links);
  domain->cut_links[domain->n_cut_links++] =
      (struct cut_link){ .id = dev->id, .subject = dev->subject, .place = place };
}

/* NAME itself or a version of it: "virt", "virt-8.2". */
static bool
machine_is(const struct domain *domain, const char *name)
{
  const char *machine = domain->os.machine;
  size_t length = strlen(name);
  return machine && strncmp(machine, name, length) == 0 && (machine[length] == '\0' || machine[length] == '-');
}

/* ALIAS's family, whoever built the machine: "pc" has pc-i440fx-rhel7.6.0 as well. */
static bool
of_family(const struct domain *domain, const char *alias)
{
  return str_eq(machine_family(domain->os.machine, domain->arch), alias);
}

bool
domain_is_i440fx(const struct domain *domain)
{
  return of_family(domain, "pc");
}

bool
domain_is_q35(const struct domain *domain)
{
  return of_family(domain, "q35");
}

bool
domain_is_isapc(const struct domain *domain)
{
  return arch_is_x86(domain->arch) && str_eq(domain->os.machine, "isapc");
}

bool
domain_is_microvm(const struct domain *domain)
{
  return arch_is_x86(domain->arch) && str_eq(domain->os.machine, "microvm");
}

bool
domain_is_pc(const struct domain *domain)
{
  return domain_is_i440fx(domain) || domain_is_q35(domain) || domain_is_isapc(domain);
}

/* QEMU hw/arm/versatilepb.c, hw/arm/realview.c: of the realview boards those called eb have PCI. */
bool
domain_is_arm_pci(const struct domain *domain)
{
  const char *machine = domain->os.machine;
  return arch_is_arm(domain->arch) && (str_eq(machine, "versatilepb") || str_starts(machine, "realview-eb"));
}

bool
domain_is_arm_virt(const struct domain *domain)
{
  return arch_is_arm(domain->arch) && of_family(domain, "virt");
}

bool
domain_is_virt(const struct domain *domain)
{
  return domain_is_arm_virt(domain) ||
         ((arch_is_riscv(domain->arch) || domain->arch == ARCH_LOONGARCH64) && machine_is(domain, "virt"));
}

bool
domain_is_pseries(const struct domain *domain)
{
  return of_family(domain, "pseries");
}

bool
domain_is_s390(const struct domain *domain)
{
  return domain->arch == ARCH_S390X;
}

bool
domain_is_mips_malta(const struct domain *domain)
{
  return arch_is_mips(domain->arch) && machine_is(domain, "malta");
}

bool
domain_has_pcie(const struct domain *domain)
{
  return domain_is_q35(domain) || domain_is_virt(domain);
}
