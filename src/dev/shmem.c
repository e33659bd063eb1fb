/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/shmem.c - <shmem>: memory that guests and host processes share, as a PCI device */

#include "bus/place.h"
#include "chardev/chardev.h"
#include "domain/kinds.h"
#include "domain/runtime.h"

enum shmem_model { SHMEM_UNSET, SHMEM_IVSHMEM, SHMEM_PLAIN, SHMEM_DOORBELL, SHMEM_MODELS };
enum shmem_role { ROLE_DEFAULT, ROLE_MASTER, ROLE_PEER };

static const char *const shmem_model_names[] = {
  [SHMEM_IVSHMEM] = "ivshmem",
  [SHMEM_PLAIN] = "ivshmem-plain",
  [SHMEM_DOORBELL] = "ivshmem-doorbell",
};
static_assert(ARRAY_SIZE(shmem_model_names) == SHMEM_MODELS, "a shmem model has no name");

static const char *const shmem_role_names[] = { [ROLE_MASTER] = "master", [ROLE_PEER] = "peer" };

struct shmem {
  struct device dev;
  const char *name;
  enum shmem_model model;
  enum shmem_role role;
  uint64_t size; /* bytes */
  bool has_server, has_msi;
  const char *server; /* socket; NULL: libvirt's custom place */
  uint32_t vectors;
  enum tristate ioeventfd;
  struct chardev *chardev;
};

static const struct attr shmem_attrs[] = {
  ATTR_STRING("@name", struct shmem, name, .required = true,
              .doc = "The name of the memory, which guests that share it have in common."),
  ATTR_ENUM("model/@type", struct shmem, model, shmem_model_names,
            .dflt = "ivshmem, which QEMU has lost: one must be named",
            .doc = "Whether the memory is plain, or can ring the other guests."),
  ATTR_ENUM("@role", struct shmem, role, shmem_role_names, .dflt = "QEMU's (peer)",
            .doc = "Whether the memory goes along when the guest moves to another host."),
  ATTR_SIZE("size/text()", struct shmem, size, "bytes", .dflt = "4 MiB; none with a server, which knows it",
            .doc = "How much memory is shared."),
  ATTR_PRESENT("server", struct shmem, has_server, .dflt = "off", .doc = "A server hands the memory out."),
  ATTR_STRING("server/@path", struct shmem, server,
              .dflt = "a socket below /var/lib/libvirt with the name of the memory",
              .doc = "The socket of that server."),
  ATTR_PRESENT("msi", struct shmem, has_msi, .dflt = "off; always on with ivshmem-doorbell",
               .doc = "Guests can interrupt each other."),
  ATTR_UINT("msi/@vectors", struct shmem, vectors, .dflt = "QEMU's (1)", .doc = "How many interrupts there are."),
  ATTR_ONOFF("msi/@ioeventfd", struct shmem, ioeventfd, .dflt = "on with ivshmem-doorbell",
             .doc = "Whether interrupts go past QEMU."),
  ATTR_QUIET("msi/@enabled", .doc = "What older libvirt wrote; it has no effect."),
  ATTR_END
};

static void
shmem_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  struct shmem *shmem = (struct shmem *)dev;
  if (!shmem->name)
    return;
  if (strchr(shmem->name, '/'))
    diag_error(stage->diag, xml_place(node, shmem->name), dev->subject,
               "name '%s' contains '/'; it names a file in /dev/shm", shmem->name);
  if (strcmp(shmem->name, ".") == 0 || strcmp(shmem->name, "..") == 0)
    diag_error(stage->diag, xml_place(node, shmem->name), dev->subject, "name '%s' is a folder; give another",
               shmem->name);
}

/* libvirt's virDomainShmemDefPostParse and qemuDomainShmemDefPostParse. */
static void
shmem_complete(struct device *dev, struct stage *stage)
{
  struct shmem *shmem = (struct shmem *)dev;
  (void)stage;
  if (shmem->model == SHMEM_UNSET)
    shmem->model = SHMEM_IVSHMEM;
  if (!shmem->size && !shmem->has_server)
    shmem->size = MIB(4);
  if (shmem->model != SHMEM_DOORBELL)
    return;
  shmem->has_msi = true;
  if (shmem->ioeventfd == UNSET)
    shmem->ioeventfd = ON;
  const char *socket =
      shmem->server ? shmem->server : talloc_asprintf(dev, "/var/lib/libvirt/shmem-%s-sock", shmem->name);
  shmem->chardev = chardev_unix(dev, socket, SOCKET_CONNECT, dev->place);
}

static void
shmem_place(struct device *dev, struct stage *stage)
{
  place_pci(dev, PLACE_CONVENTIONAL, stage);
}

static void
shmem_check(const struct device *dev, struct stage *stage)
{
  static const enum feature needs[SHMEM_MODELS] = {
    [SHMEM_PLAIN] = FEAT_DEVICE_IVSHMEM_PLAIN,
    [SHMEM_DOORBELL] = FEAT_DEVICE_IVSHMEM_DOORBELL,
  };
  const struct shmem *shmem = (const struct shmem *)dev;
  if (shmem->size && (shmem->size < MIB(1) || (shmem->size & (shmem->size - 1))))
    diag_error(stage->diag, dev->place, dev->subject, "size: must be a power of two, 1 MiB or more");
  if (shmem->model == SHMEM_IVSHMEM)
    diag_error(stage->diag, dev->place, dev->subject,
               "model 'ivshmem' is gone since QEMU 4.0; use ivshmem-plain or ivshmem-doorbell");
  else
    stage_need(stage, needs[shmem->model], dev->place, dev->subject);
  if (shmem->model == SHMEM_PLAIN && (shmem->has_server || shmem->has_msi))
    diag_error(stage->diag, dev->place, dev->subject,
               "ivshmem-plain has neither <server> nor <msi>; use ivshmem-doorbell");
  if (shmem->model == SHMEM_DOORBELL && !shmem->has_server)
    diag_error(stage->diag, dev->place, dev->subject, "ivshmem-doorbell needs a <server>");
  if (shmem->model == SHMEM_DOORBELL && shmem->has_server && shmem->size)
    diag_error(stage->diag, dev->place, dev->subject, "with a <server> the size is the server's; drop <size>");
  if (shmem->model == SHMEM_DOORBELL && shmem->role)
    diag_warning(stage->diag, dev->place, dev->subject, "role= goes with ivshmem-plain only; it is left out");
}

static void
build_plain(const struct shmem *shmem, struct argv *argv)
{
  const struct device *dev = &shmem->dev;
  const char *memory = talloc_asprintf(argv, "shmmem-%s", dev->id);
  struct props *p = argv_object(argv, PHASE_DEVICE, "memory-backend-file", memory);
  props_memory_file(device_at(p, dev, "@name"), "mem-path", talloc_asprintf(p, "/dev/shm/%s", shmem->name),
                    shmem->size);
  props_uint(device_at(p, dev, "size"), "size", shmem->size);
  props_bool(device_at(p, dev, NULL), "share", true);
  p = argv_device(argv, PHASE_DEVICE, "ivshmem-plain", dev->id);
  props_refer(p, "memdev", ID_OBJECT, memory);
  if (shmem->role)
    props_onoff(device_at(p, dev, "@role"), "master", shmem->role == ROLE_MASTER ? ON : OFF);
  address_props(p, dev);
}

static void
build_doorbell(const struct shmem *shmem, const struct build *b, struct argv *argv)
{
  const struct device *dev = &shmem->dev;
  const char *chardev = chardev_id(argv, dev);
  chardev_build(shmem->chardev, chardev, b, argv);
  struct props *p = argv_device(argv, PHASE_DEVICE, "ivshmem-doorbell", dev->id);
  props_refer(p, "chardev", ID_CHARDEV, chardev);
  props_nonzero(device_at(p, dev, "msi/@vectors"), "vectors", shmem->vectors);
  props_switch(device_at(p, dev, "msi/@ioeventfd"), "ioeventfd", shmem->ioeventfd);
  address_props(p, dev);
}

static void
shmem_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const struct shmem *shmem = (const struct shmem *)dev;
  if (shmem->model == SHMEM_PLAIN)
    build_plain(shmem, argv);
  else
    build_doorbell(shmem, b, argv);
}

const struct kind shmem_kind = {
  .element = "shmem",
  .size = sizeof(struct shmem),
  .name_path = "@name",
  .alias = "shmem",
  .attrs = shmem_attrs,
  .parse = shmem_parse,
  .complete = shmem_complete,
  .place = shmem_place,
  .check = shmem_check,
  .build = shmem_build,
};
