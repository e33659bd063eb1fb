/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/tpm.c - <tpm>: the host's, an emulated one (swtpm), or one that somebody else runs */

#include "dev/tpm.h"
#include "bus/place.h"
#include "domain/kinds.h"
#include "host/host.h"

static const char *const tpm_model_names[] = {
  [TPM_TIS] = "tpm-tis",
  [TPM_CRB] = "tpm-crb",
  [TPM_SPAPR] = "tpm-spapr",
  [TPM_SPAPR_PROXY] = "spapr-tpm-proxy",
};
static_assert(ARRAY_SIZE(tpm_model_names) == TPM_MODELS, "a TPM model has no name");

static const char *const tpm_backend_names[] = {
  [TPM_PASSTHROUGH] = "passthrough",
  [TPM_EMULATOR] = "emulator",
  [TPM_EXTERNAL] = "external",
};
static_assert(ARRAY_SIZE(tpm_backend_names) == TPM_BACKENDS, "a TPM backend has no name");

static const struct attr passthrough_attrs[] = { ATTR_STRING("backend/device/@path", struct tpm, path,
                                                             .dflt = "/dev/tpm0",
                                                             .doc = "The TPM of the host that the guest gets."),
                                                 ATTR_END };

/* the other backends' TPM knows its own */
static const struct attr version_attrs[] = {
  ATTR_QUIET("backend/@version", .doc = "The version of a TPM that is no emulated one; it knows its own."), ATTR_END
};

static const struct attr host_attrs[] = { ATTR_TABLE(passthrough_attrs), ATTR_TABLE(version_attrs), ATTR_END };
static const struct attr emulator_attrs[] = { ATTR_SEE("backend", swtpm_attrs), ATTR_END };
static const struct attr external_attrs[] = { ATTR_TABLE(version_attrs), ATTR_SEE("backend", chardev_source_attrs),
                                              ATTR_END };
static const struct attr *const backend_attrs[TPM_BACKENDS] = {
  [TPM_PASSTHROUGH] = host_attrs,
  [TPM_EMULATOR] = emulator_attrs,
  [TPM_EXTERNAL] = external_attrs,
};

static const struct attr tpm_attrs[] = {
  ATTR_ENUM("@model", struct tpm, model, tpm_model_names, .dflt = "tpm-spapr on ppc64, tpm-tis else",
            .doc = "Which TPM interface the guest sees."),
  ATTR_ENUM("backend/@type", struct tpm, backend, tpm_backend_names, .required = true,
            .doc = "Where the TPM is: the host's, an emulated one, or one that runs already."),
  ATTR_CHOICE("backend/@type", struct tpm, backend, tpm_backend_names, backend_attrs), ATTR_END
};

#define HOST_TPM "/dev/tpm0"

static void
tpm_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  struct tpm *tpm = (struct tpm *)dev;
  xmlNode *backend = xml_child(node, "backend");
  xmlNode *second = backend ? xml_next(backend, "backend") : NULL;
  if (second) {
    diag_error(stage->diag, xml_place(second, NULL), dev->subject, "a second <backend>; a tpm has one");
    xml_skip(second);
  }
  if (tpm->backend == TPM_EMULATOR)
    swtpm_read(tpm, backend, stage->diag);
  if (tpm->backend == TPM_EXTERNAL)
    tpm->chardev = chardev_read_source(dev, backend, dev->subject, stage->diag);
}

/* --- complete --- */

bool
tpm_can_be_1_2(const struct tpm *tpm)
{
  return tpm->model == TPM_TIS && arch_is_x86(tpm->dev.domain->arch);
}

static void
tpm_complete(struct device *dev, struct stage *stage)
{
  struct tpm *tpm = (struct tpm *)dev;
  (void)stage;
  if (tpm->model == TPM_DEFAULT)
    tpm->model = arch_is_ppc64(dev->domain->arch) ? TPM_SPAPR : TPM_TIS;
  if (tpm->backend == TPM_PASSTHROUGH && !tpm->path)
    tpm->path = HOST_TPM;
  if (tpm->backend != TPM_EMULATOR)
    return;
  swtpm_complete(tpm);
}

static void
tpm_place(struct device *dev, struct stage *stage)
{
  enum { TPM_REG = 0x4000 }; /* libvirt qemu_domain_address.c: beside QEMU's 0x1000, 0x2000, 0x3000 */
  if (((struct tpm *)dev)->model == TPM_SPAPR && domain_is_pseries(dev->domain))
    place_spapr_vio(dev, TPM_REG, stage);
  else
    place_fixed(dev, ADDR_NONE, stage);
}

/* --- check --- */

static const enum feature model_needs[TPM_MODELS] = {
  [TPM_TIS] = FEAT_DEVICE_TPM_TIS,
  [TPM_CRB] = FEAT_DEVICE_TPM_CRB,
  [TPM_SPAPR] = FEAT_DEVICE_TPM_SPAPR,
  [TPM_SPAPR_PROXY] = FEAT_DEVICE_SPAPR_TPM_PROXY,
};

/* Which models there are is a matter of the architecture: none has them all. */
static bool
need_model(const struct tpm *tpm, struct stage *stage)
{
  static const enum tpm_model usual[] = { TPM_TIS, TPM_CRB, TPM_SPAPR };
  const struct device *dev = &tpm->dev;
  const char *others[ARRAY_SIZE(usual)];
  size_t n = 0;
  if (caps_has(stage->caps, model_needs[tpm->model]))
    return true;
  for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
    if (caps_has(stage->caps, model_needs[usual[i]]) && (usual[i] != TPM_SPAPR || domain_is_pseries(dev->domain)))
      others[n++] = tpm_model_names[usual[i]];
  char *remedy = n ? talloc_asprintf(stage->diag, "write model='%s'%s%s%s", others[0], n > 1 ? " or '" : "",
                                     n > 1 ? others[1] : "", n > 1 ? "'" : "")
                   : talloc_asprintf(stage->diag, "it has no TPM at all for %s, drop <tpm>",
                                     dev->domain->os.machine ? dev->domain->os.machine : arch_names[dev->domain->arch]);
  diag_error(stage->diag, dev->place, dev->subject, "%s: this QEMU (%s) was built without it; %s",
             tpm_model_names[tpm->model], caps_version_string(stage->caps), remedy);
  return false;
}

static void
check_model(const struct tpm *tpm, struct stage *stage)
{
  const struct device *dev = &tpm->dev;
  bool there = need_model(tpm, stage);
  if (there && tpm->model == TPM_SPAPR && !domain_is_pseries(dev->domain))
    diag_unstartable(stage->diag, dev->place, dev->subject,
                     "model 'tpm-spapr' sits on a bus of machine pseries alone, this is %s: this guest will not start",
                     dev->domain->os.machine);
  if (tpm->model == TPM_SPAPR_PROXY && tpm->backend != TPM_PASSTHROUGH)
    diag_error(stage->diag, dev->place, dev->subject,
               "model 'spapr-tpm-proxy' hands on to the host's TPM; write <backend type='passthrough'>");
  if (tpm->backend == TPM_EMULATOR && tpm->swtpm.version == SWTPM_1_2 && !tpm_can_be_1_2(tpm))
    diag_error(stage->diag, dev->place, dev->subject,
               "version 1.2 is for model tpm-tis on x86 alone, this is %s on %s; write version='2.0'",
               tpm_model_names[tpm->model], arch_names[dev->domain->arch]);
}

/* One TPM, and on pseries one proxy beside it. */
static void
check_single(const struct tpm *tpm, struct diag *diag)
{
  const struct device_list *list = domain_devices(tpm->dev.domain, &tpm_kind);
  bool proxy = tpm->model == TPM_SPAPR_PROXY;
  for (size_t i = 0; list->items[i] != &tpm->dev; i++) {
    if ((((const struct tpm *)list->items[i])->model == TPM_SPAPR_PROXY) != proxy)
      continue;
    diag_error(diag, tpm->dev.place, tpm->dev.subject, "a second %s (the first: line %u); a guest has one",
               proxy ? "TPM proxy" : "TPM", list->items[i]->place.line);
    return;
  }
}

static void
tpm_check(const struct device *dev, struct stage *stage)
{
  const struct tpm *tpm = (const struct tpm *)dev;
  check_model(tpm, stage);
  check_single(tpm, stage->diag);
  if (tpm->chardev)
    chardev_check(tpm->chardev, dev, stage);
  if (tpm->backend == TPM_PASSTHROUGH && tpm->model != TPM_SPAPR_PROXY)
    stage_need(stage, FEAT_DEVICE_TPM_PASSTHROUGH, dev->place, dev->subject);
  if (tpm->backend == TPM_EMULATOR || tpm->backend == TPM_EXTERNAL)
    stage_need(stage, FEAT_DEVICE_TPM_EMULATOR, dev->place, dev->subject);
  if (tpm->backend == TPM_EMULATOR)
    swtpm_check(tpm, stage->diag);
  if (tpm->backend == TPM_EXTERNAL && (tpm->chardev->type != CHARDEV_UNIX || tpm->chardev->mode != SOCKET_CONNECT))
    diag_error(stage->diag, tpm->chardev->place, dev->subject,
               "an external TPM is a socket that somebody listens on; write <source type='unix' mode='connect' "
               "path='...'/>");
}

/* --- resolve, build --- */

/* A TPM 2.0 has no such file; QEMU would not start without one. */
static const char *
cancel_path(TALLOC_CTX *ctx, const struct host *host, const char *device)
{
  const char *name = strrchr(device, '/');
  const char *path = talloc_asprintf(ctx, "/sys/class/tpm/%s/device/cancel", name ? name + 1 : device);
  return host_exists(host, path) ? path : "/dev/null";
}

static void
tpm_resolve(struct device *dev, struct stage *stage)
{
  struct tpm *tpm = (struct tpm *)dev;
  if (tpm->backend == TPM_PASSTHROUGH)
    tpm->cancel = cancel_path(tpm, stage->host, tpm->path);
  if (tpm->backend == TPM_EMULATOR)
    swtpm_resolve(tpm);
}

static void
build_proxy(const struct tpm *tpm, struct argv *argv)
{
  struct props *p = argv_device(argv, PHASE_DEVICE, tpm_model_names[TPM_SPAPR_PROXY], tpm->dev.id);
  props_host(p, "host-path", WANT_DEVICE, tpm->path);
}

static void
tpm_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const struct tpm *tpm = (const struct tpm *)dev;
  const char *id = talloc_asprintf(argv, "tpm-%s", dev->id), *chardev = tpm->chardev ? "chrtpm" : NULL;
  if (tpm->model == TPM_SPAPR_PROXY) {
    build_proxy(tpm, argv);
    return;
  }
  if (chardev)
    chardev_build(tpm->chardev, chardev, b, argv);
  struct props *p = argv_keyval(argv, PHASE_DEVICE, "-tpmdev", "type");
  device_at(p, dev, "backend");
  props_str(p, "type", tpm->backend == TPM_PASSTHROUGH ? "passthrough" : "emulator");
  props_define(p, "id", ID_TPMDEV, id);
  props_host(p, "path", WANT_TPM, tpm->path);
  props_host(p, "cancel-path", WANT_WRITE, tpm->cancel);
  props_refer(p, "chardev", ID_CHARDEV, chardev);
  bool on_board = tpm->model == TPM_TIS && !arch_is_x86(dev->domain->arch);
  p = argv_device(argv, PHASE_DEVICE, on_board ? "tpm-tis-device" : tpm_model_names[tpm->model], dev->id);
  props_refer(p, "tpmdev", ID_TPMDEV, id);
  address_props(p, dev);
}

const struct kind tpm_kind = {
  .element = "tpm",
  .size = sizeof(struct tpm),
  .alias = "tpm",
  .attrs = tpm_attrs,
  .parse = tpm_parse,
  .complete = tpm_complete,
  .place = tpm_place,
  .check = tpm_check,
  .resolve = tpm_resolve,
  .build = tpm_build,
};
