/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/vsock.c - <vsock>: sockets between host and guest without a network */

#include "bus/place.h"
#include "core/uuid.h"
#include "domain/kinds.h"

/* 0 is the hypervisor's, 1 the loopback, 2 the host's, 0xffffffff any (linux/vm_sockets.h). */
enum { FIRST_CID = 3 };
#define LAST_CID 0xfffffffeu

struct vsock {
  struct device dev;
  enum virtio_model model;
  uint32_t cid; /* 0: not yet chosen */
  enum tristate automatic;
};

static const struct attr vsock_attrs[] = {
  ATTR_ENUM("@model", struct vsock, model, virtio_model_names, .dflt = "virtio",
            .doc = "Which generation of the virtio device it is."),
  ATTR_UINT("cid/@address", struct vsock, cid, .min = FIRST_CID, .max = LAST_CID, .dflt = "made of the guest's uuid",
            .doc = "The number by which host and guest address each other."),
  ATTR_YESNO("cid/@auto", struct vsock, automatic, .dflt = "yes where no address is given",
             .doc = "Whether the number is chosen when the guest starts."),
  ATTR_END
};

/* libvirt takes the first that is free on the host. The same input must give the same bytes here,
 * and two guests hardly ever the same number. */
static uint32_t
made_up_cid(const char *uuid)
{
  uint8_t bytes[16] = { 0 };
  uint32_t cid = 0;
  uuid_from_text(uuid, bytes);
  for (size_t i = 0; i < 4; i++)
    cid = cid << 8 | bytes[i];
  return FIRST_CID + cid % (LAST_CID - FIRST_CID);
}

static void
vsock_complete(struct device *dev, struct stage *stage)
{
  struct vsock *vsock = (struct vsock *)dev;
  if (vsock->automatic == OFF && !vsock->cid)
    diag_error(stage->diag, dev->place, dev->subject,
               "no address; write <cid address='N'/> with N from %d, or auto='yes'", FIRST_CID);
  if (vsock->automatic == OFF || (vsock->automatic == UNSET && vsock->cid))
    return;
  vsock->cid = made_up_cid(dev->domain->uuid ? dev->domain->uuid : "");
  diag_note(stage->diag, dev->place, dev->subject, "context id %u, made from the guest's uuid", vsock->cid);
}

static void
vsock_place(struct device *dev, struct stage *stage)
{
  place_virtio_late(dev, ((struct vsock *)dev)->model == VIRTIO_MODEL_TRANSITIONAL, stage);
}

static void
vsock_check(const struct device *dev, struct stage *stage)
{
  const struct device *first = domain_devices(dev->domain, &vsock_kind)->items[0];
  stage_need(stage, FEAT_DEVICE_VHOST_VSOCK, dev->place, dev->subject);
  stage_check_virtio_suffix(stage, dev, virtio_model_suffix(((const struct vsock *)dev)->model));
  if (first != dev)
    diag_error(stage->diag, dev->place, dev->subject, "a second vsock (the first: line %u); a guest has one",
               first->place.line);
}

static void
vsock_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const struct vsock *vsock = (const struct vsock *)dev;
  (void)b;
  const char *driver = virtio_driver(argv, dev, "vhost-vsock", virtio_model_suffix(vsock->model));
  struct props *p = argv_device(argv, PHASE_DEVICE, driver, dev->id);
  props_uint(device_at(p, dev, "cid/@address"), "guest-cid", vsock->cid);
  props_implies(p, WANT_DEVICE, "/dev/vhost-vsock", 0);
  device_virtio_props(p, dev);
  address_props(p, dev);
}

const struct kind vsock_kind = {
  .element = "vsock",
  .size = sizeof(struct vsock),
  .alias = "vsock",
  .takes = TAKES_VIRTIO,
  .attrs = vsock_attrs,
  .complete = vsock_complete,
  .place = vsock_place,
  .check = vsock_check,
  .build = vsock_build,
};
