/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/crypto.c - <crypto>: ciphers that the host computes for the guest */

#include "bus/place.h"
#include "domain/kinds.h"

enum crypto_model { CRYPTO_MODEL_NONE, CRYPTO_VIRTIO, CRYPTO_MODELS };
enum crypto_type { CRYPTO_TYPE_NONE, CRYPTO_QEMU, CRYPTO_TYPES };
enum crypto_backend { CRYPTO_BACKEND_NONE, CRYPTO_BUILTIN, CRYPTO_LKCF, CRYPTO_BACKENDS };

static const char *const crypto_model_names[] = { [CRYPTO_VIRTIO] = "virtio" };
static_assert(ARRAY_SIZE(crypto_model_names) == CRYPTO_MODELS, "a model has no name");

static const char *const crypto_type_names[] = { [CRYPTO_QEMU] = "qemu" };
static_assert(ARRAY_SIZE(crypto_type_names) == CRYPTO_TYPES, "a type has no name");

static const char *const crypto_backend_names[] = { [CRYPTO_BUILTIN] = "builtin", [CRYPTO_LKCF] = "lkcf" };
static_assert(ARRAY_SIZE(crypto_backend_names) == CRYPTO_BACKENDS, "a backend has no name");

struct crypto {
  struct device dev;
  enum crypto_model model;
  enum crypto_type type;
  enum crypto_backend backend;
  uint32_t queues; /* 0: QEMU's default */
};

static const struct attr crypto_attrs[] = {
  ATTR_ENUM("@model", struct crypto, model, crypto_model_names, .required = true, .doc = "The guest's device: virtio."),
  ATTR_ENUM("@type", struct crypto, type, crypto_type_names, .required = true, .doc = "Who makes the device: QEMU."),
  ATTR_ENUM("backend/@model", struct crypto, backend, crypto_backend_names, .required = true,
            .doc = "Who does the cryptography: QEMU itself, or the host's kernel."),
  ATTR_UINT("backend/@queues", struct crypto, queues, .dflt = "QEMU's (1)",
            .doc = "How many request queues the device has."),
  ATTR_END
};

static void
crypto_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  xmlNode *backend = xml_child(node, "backend");
  xmlNode *second = backend ? xml_next(backend, "backend") : NULL;
  if (second) {
    diag_error(stage->diag, xml_place(second, NULL), dev->subject, "a second <backend>; a crypto device has one");
    xml_skip(second);
  }
}

/* Always in a conventional slot: libvirt qemu_domain_address.c. */
static void
crypto_place(struct device *dev, struct stage *stage)
{
  place_virtio(dev, true, stage);
}

static void
crypto_check(const struct device *dev, struct stage *stage)
{
  stage_need(stage, FEAT_DEVICE_VIRTIO_CRYPTO, dev->place, dev->subject);
  if (((const struct crypto *)dev)->backend == CRYPTO_LKCF)
    stage_need(stage, FEAT_OBJECT_CRYPTO_LKCF, dev->place, dev->subject);
  /* QEMU backends/cryptodev-builtin.c, -lkcf.c */
  if (((const struct crypto *)dev)->queues > 1)
    diag_unstartable(stage->diag, dev->place, dev->subject,
                     "%u queues: QEMU's crypto back ends have one, this guest will not start",
                     ((const struct crypto *)dev)->queues);
}

static void
crypto_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  static const char *const types[CRYPTO_BACKENDS] = {
    [CRYPTO_BUILTIN] = "cryptodev-backend-builtin",
    [CRYPTO_LKCF] = "cryptodev-backend-lkcf",
  };
  const struct crypto *crypto = (const struct crypto *)dev;
  const char *object = talloc_asprintf(argv, "obj%s", dev->id);
  (void)b;
  struct props *p = argv_object(argv, PHASE_DEVICE, types[crypto->backend], object);
  props_nonzero(device_at(p, dev, "backend/@queues"), "queues", crypto->queues);
  p = argv_device(argv, PHASE_DEVICE, virtio_driver(argv, dev, "virtio-crypto", NULL), dev->id);
  props_refer(p, "cryptodev", ID_OBJECT, object);
  device_virtio_props(p, dev);
  address_props(p, dev);
}

static void
crypto_identify(struct device *dev, struct stage *stage)
{
  (void)stage;
  dev->id = device_next_id(dev, "crypto");
}

const struct kind crypto_kind = {
  .element = "crypto",
  .size = sizeof(struct crypto),
  .takes = TAKES_VIRTIO,
  .attrs = crypto_attrs,
  .parse = crypto_parse,
  .place = crypto_place,
  .identify = crypto_identify,
  .check = crypto_check,
  .build = crypto_build,
};
