/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/rng.c - <rng>: random numbers of the host for the guest */

#include "bus/place.h"
#include "chardev/chardev.h"
#include "domain/kinds.h"

enum rng_backend { RNG_NONE, RNG_RANDOM, RNG_EGD, RNG_BUILTIN, RNG_BACKENDS };

static const char *const rng_backend_names[] = {
  [RNG_RANDOM] = "random",
  [RNG_EGD] = "egd",
  [RNG_BUILTIN] = "builtin",
};
static_assert(ARRAY_SIZE(rng_backend_names) == RNG_BACKENDS, "a backend has no name");

struct rng {
  struct device dev;
  enum virtio_model model;
  enum rng_backend backend;
  const char *path;        /* RANDOM: what to read */
  struct chardev *chardev; /* EGD: whom to ask */
  uint32_t bytes;          /* a period; 0: no limit */
  uint32_t period;         /* milliseconds */
};

/* libvirt's default, and the kernel's advice: both files are the same source since Linux 5.6. */
#define RANDOM_PATH "/dev/random"

static const struct attr random_attrs[] = {
  ATTR_STRING("backend/text()", struct rng, path, .empty_none = true, .dflt = RANDOM_PATH,
              .doc = "The file of the host that random numbers are read from."),
  ATTR_END
};

static const struct attr egd_attrs[] = { ATTR_SEE("backend", chardev_attrs), ATTR_END };

static const struct attr *const backend_attrs[] = { [RNG_RANDOM] = random_attrs, [RNG_EGD] = egd_attrs };

static const struct attr rng_attrs[] = {
  ATTR_SEE_BY("backend/@model", rng_backend_names, backend_attrs),
  ATTR_ENUM("@model", struct rng, model, virtio_model_names, .required = true,
            .doc = "Which generation of the virtio device it is."),
  ATTR_ENUM("backend/@model", struct rng, backend, rng_backend_names, .required = true,
            .doc = "Where random numbers come from: a file, a service, or QEMU's own source."),
  ATTR_UINT("rate/@bytes", struct rng, bytes, .unit = "bytes", .dflt = "none: no limit",
            .doc = "How much the guest may have in a period."),
  ATTR_UINT("rate/@period", struct rng, period, .unit = "milliseconds", .dflt = "1000", .doc = "How long a period is."),
  ATTR_END
};

/* QEMU's own default is longer than a minute; libvirt's is a second. */
enum { DEFAULT_PERIOD = 1000 };

static void
rng_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  struct rng *rng = (struct rng *)dev;
  xmlNode *backend = xml_child(node, "backend");
  xmlNode *second = backend ? xml_next(backend, "backend") : NULL;
  if (second) {
    diag_error(stage->diag, xml_place(second, NULL), dev->subject, "a second <backend>; an rng has one");
    xml_skip(second);
  }
  if (rng->backend == RNG_EGD)
    rng->chardev = chardev_read(dev, backend, CHARDEV_NONE, dev->subject, stage->diag);
  if (rng->backend == RNG_RANDOM)
    attr_read(random_attrs, node, rng, dev->subject, stage->diag);
  if (rng->backend == RNG_RANDOM && !rng->path)
    rng->path = RANDOM_PATH;
  if (rng->bytes && !rng->period)
    rng->period = DEFAULT_PERIOD;
}

static void
rng_place(struct device *dev, struct stage *stage)
{
  place_virtio(dev, ((struct rng *)dev)->model == VIRTIO_MODEL_TRANSITIONAL, stage);
}

static void
rng_check(const struct device *dev, struct stage *stage)
{
  static const enum feature needs[RNG_BACKENDS] = {
    [RNG_RANDOM] = FEAT_OBJECT_RNG_RANDOM,
    [RNG_EGD] = FEAT_OBJECT_RNG_EGD,
    [RNG_BUILTIN] = FEAT_OBJECT_RNG_BUILTIN,
  };
  const struct rng *rng = (const struct rng *)dev;
  stage_need(stage, FEAT_DEVICE_VIRTIO_RNG, dev->place, dev->subject);
  stage_need(stage, needs[rng->backend], dev->place, dev->subject);
  if (rng->chardev)
    chardev_check(rng->chardev, dev, stage);
}

static void
build_backend(const struct rng *rng, const char *object, const struct build *b, struct argv *argv)
{
  static const char *const types[RNG_BACKENDS] = {
    [RNG_RANDOM] = "rng-random",
    [RNG_EGD] = "rng-egd",
    [RNG_BUILTIN] = "rng-builtin",
  };
  const char *chardev = rng->chardev ? chardev_id(argv, &rng->dev) : NULL;
  if (rng->chardev)
    chardev_build(rng->chardev, chardev, b, argv);
  struct props *p = argv_object(argv, PHASE_DEVICE, types[rng->backend], object);
  props_host(device_at(p, &rng->dev, "backend"), "filename", WANT_SOURCE, rng->path);
  props_refer(p, "chardev", ID_CHARDEV, chardev);
}

static void
rng_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const struct rng *rng = (const struct rng *)dev;
  const char *object = talloc_asprintf(argv, "obj%s", dev->id);
  build_backend(rng, object, b, argv);
  const char *driver = virtio_driver(argv, dev, "virtio-rng", virtio_model_suffix(rng->model));
  struct props *p = argv_device(argv, PHASE_DEVICE, driver, dev->id);
  props_refer(p, "rng", ID_OBJECT, object);
  if (rng->bytes) {
    props_uint(device_at(p, dev, "rate/@bytes"), "max-bytes", rng->bytes);
    props_uint(device_at(p, dev, "rate/@period"), "period", rng->period);
  }
  device_virtio_props(p, dev);
  address_props(p, dev);
}

static void
rng_identify(struct device *dev, struct stage *stage)
{
  (void)stage;
  dev->id = device_next_id(dev, "rng");
}

const struct kind rng_kind = {
  .element = "rng",
  .size = sizeof(struct rng),
  .takes = TAKES_VIRTIO,
  .attrs = rng_attrs,
  .parse = rng_parse,
  .place = rng_place,
  .identify = rng_identify,
  .check = rng_check,
  .build = rng_build,
};
