/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/nvme_kernel.c - a namespace of an NVMe controller that the host's kernel goes on driving */

/* With --nvme=kernel the controller stays where it is, and each namespace is a block device of the host:
 * so several namespaces of one controller serve one guest, or several. The node is named by the link that
 * udev makes from the controller's address and the namespace, which can be written without a look at the
 * host (systemd, rules.d/60-persistent-storage.rules). Where a guest is to start, sysfs is asked whether
 * that link says the truth. */

#include "block/nvme.h"

#include "core/options.h"
#include "domain/wants.h"
#include "host/host.h"
#include "host/nvme.h"
#include "host/pci.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static const struct storage nvme_kernel_storage;

void
nvme_kernel_complete(struct image *image)
{
  struct nvme *nvme = image->stored;
  const char *address = pci_address_string(nvme, &nvme->address);
  nvme->node = nvme_by_path(nvme, address, nvme->namespace);
  image->storage = &nvme_kernel_storage;
}

static void
kernel_check(const struct image *image, struct stage *stage)
{
  const struct nvme *nvme = image->stored;
  if (image->reservations)
    diag_error(stage->diag, xml_place(image->node, NULL), image->dev->subject,
               "an NVMe storage has no SCSI reservations; drop them");
  domain_claim_image(image->dev->domain, &(struct image_claim){
                                             .dev = image->dev,
                                             .path = nvme->node,
                                             .readonly = image->readonly,
                                             .shareable = image->mode.shareable,
                                             .place = nvme->place,
                                         });
}

/* --- before a start: is the node what its name says? --- */

/* The claim was made under the name that udev gives. */
static void
rename_node(struct image *image, const char *node)
{
  struct nvme *nvme = image->stored;
  struct domain *domain = image->dev->domain;
  for (size_t i = 0; i < domain->n_images; i++)
    if (domain->images[i].dev == image->dev && str_eq(domain->images[i].path, nvme->node))
      domain->images[i].path = node;
  nvme->node = node;
}

/* The kernel's name of the namespace, "nvme0n2"; NULL after an error was reported, or where it is not there and
 * OPTIONAL. */
static const char *
find_block(const struct image *image, bool optional, struct stage *stage)
{
  const struct nvme *nvme = image->stored;
  const char *subject = image->dev->subject;
  const char *address = pci_address_string(image->stored, &nvme->address);
  struct pci_device *device = pci_look(image->stored, stage->host, address);
  struct nvme_controller *controller = nvme_look(image->stored, stage->host, address);
  const struct nvme_namespace *ns = controller ? nvme_namespace(controller, (uint32_t)nvme->namespace) : NULL;
  if (ns)
    return ns->block;
  if (optional && (!device || controller))
    return NULL;
  if (!device)
    diag_host(stage->diag, nvme->place, subject, "no PCI device %s is there; lspci -D lists them", address);
  else if (controller)
    diag_host(stage->diag, nvme->place, subject,
              "namespace %" PRIu64 " of %s is not there, or not attached; there are: %s", nvme->namespace, address,
              controller->n_namespaces ? nvme_namespace_list(image->stored, controller) : "none");
  else if (!pci_is_nvme(device))
    diag_host(stage->diag, nvme->place, subject, "%s is %s (class %06x), no NVMe controller; lspci -D lists them",
              address, pci_class_name(device->class), device->class);
  else
    diag_host(stage->diag, nvme->place, subject,
              "%s is bound to %s, so the host's kernel has no namespace of it; domxml2qemu --reattach gives back what "
              "a guest or --detach left there, driverctl unset-override %s what somebody else did",
              address, device->driver ? device->driver : "no driver", address);
  return NULL;
}

/* Both below the host's root: does NODE lead to BLOCK? */
static bool
leads_to(const struct image *image, const char *block, const struct host *host)
{
  const struct nvme *nvme = image->stored;
  const char *target = host_link_name(image->stored, host, nvme->node);
  struct stat st;
  if (target && !str_eq(target, block))
    return false;
  const char *number = host_read_line(image->stored, host, talloc_asprintf(image->stored, "/sys/block/%s/dev", block));
  if (!number || !host_stat(host, nvme->node, &st) || !S_ISBLK(st.st_mode))
    return target != NULL;
  return str_eq(number, talloc_asprintf(image->stored, "%u:%u", major(st.st_rdev), minor(st.st_rdev)));
}

/* False after an error was reported, or where the namespace is not there and OPTIONAL. */
static bool
verify(struct image *image, bool optional, struct stage *stage)
{
  struct nvme *nvme = image->stored;
  const char *block = find_block(image, optional, stage);
  if (!block)
    return false;
  if (!host_exists(stage->host, nvme->node)) {
    const char *node = talloc_asprintf(nvme, "/dev/%s", block);
    diag_note(stage->diag, nvme->place, image->dev->subject, "%s is not there; %s is the same namespace, and is taken",
              nvme->node, node);
    rename_node(image, node);
    return true;
  }
  if (leads_to(image, block, stage->host))
    return true;
  diag_host(stage->diag, nvme->place, image->dev->subject,
            "%s leads to another device than /dev/%s, which is namespace %" PRIu64 " of that controller; "
            "udevadm trigger /dev/%s makes the link anew",
            nvme->node, block, nvme->namespace, block);
  return false;
}

static bool
kernel_resolve(struct image *image, bool optional, struct stage *stage)
{
  struct nvme *nvme = image->stored;
  if (options_starts(stage->options) && !verify(image, optional, stage))
    return false;
  wants_add(image->dev->domain,
            (struct want){
                .kind = WANT_NVME_NODE,
                .value = nvme->node,
                .source =
                    talloc_asprintf(nvme, "%s/%" PRIu64, pci_address_string(nvme, &nvme->address), nvme->namespace),
                .subject = image->dev->subject,
                .place = nvme->place,
            });
  return true;
}

static void
kernel_props(const struct image *image, struct props *p)
{
  const struct nvme *nvme = image->stored;
  props_str(p, "driver", "host_device");
  props_host(p, "filename", WANT_NOTHING, nvme->node);
  if (image->mode.io != IO_DEFAULT)
    props_str(p, "aio", io_mode_names[image->mode.io]);
}

static const char *
kernel_path(const struct image *image)
{
  return ((const struct nvme *)image->stored)->node;
}

static const char *
kernel_text(TALLOC_CTX *ctx, const struct image *image)
{
  return talloc_asprintf(ctx, "block %s", kernel_path(image));
}

static const struct storage nvme_kernel_storage = {
  .type = "nvme",
  .rule = "--nvme=kernel leaves the controller to the host's kernel",
  .on_host = true,
  .is_block = true,
  .check = kernel_check,
  .resolve = kernel_resolve,
  .props = kernel_props,
  .path = kernel_path,
  .text = kernel_text,
};
