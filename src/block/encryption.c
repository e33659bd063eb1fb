/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/encryption.c - <encryption>: LUKS by QEMU or by librbd */

#include "block/storage.h"
#include "core/names.h"

static const char *const encryption_format_names[ENCRYPTION_FORMATS] = {
  [ENCRYPTION_LUKS] = "luks",
  [ENCRYPTION_LUKS2] = "luks2",
  [ENCRYPTION_LUKS_ANY] = "luks-any",
};

#define GONE "the old encryption of qcow images is broken and gone from QEMU; convert the image to format='luks'"
static const struct meaning format_meant[] = { { "default", GONE }, { "qcow", GONE }, { NULL, NULL } };

static const char *const engine_names[ENGINES] = {
  [ENGINE_DEFAULT] = "default",
  [ENGINE_QEMU] = "qemu",
  [ENGINE_LIBRBD] = "librbd",
};

const struct attr encryption_attrs[] = {
  ATTR_ENUM("@format", struct encryption, format, encryption_format_names, .required = true, .meant = format_meant,
            .missing = "encryption without format; write format='luks'", .doc = "How the image is encrypted."),
  ATTR_ENUM("@engine", struct encryption, engine, engine_names, .dflt = "qemu",
            .doc = "Who decrypts it: QEMU itself, or the rbd library."),
  ATTR_SEE("secret", passphrase_attrs, .many = true, .sure = true, .required = true, .doc = "Where the passphrase is."),
  ATTR_QUIET("cipher", .doc = "Only for making a volume; an existing image knows its own cipher."),
  ATTR_QUIET("ivgen", .doc = "Only for making a volume; an existing image knows its own initial vectors."),
  ATTR_END
};

struct encryption *
encryption_read(xmlNode *node, TALLOC_CTX *ctx, const char *subject, struct stage *stage)
{
  struct encryption *e = talloc_zero(ctx, struct encryption);
  e->node = node;
  attr_read(encryption_attrs, node, e, subject, stage->diag);
  xml_each(secret, node, "secret")
  {
    struct secret_want want;
    if (!secret_read(secret, SECRET_USAGE_VOLUME, &want, subject, stage->diag))
      continue;
    e->wants = talloc_realloc(e, e->wants, struct secret_want, (unsigned)e->n + 1);
    e->wants[e->n++] = want;
  }
  xmlNode *cipher = xml_child(node, "cipher"), *ivgen = xml_child(node, "ivgen");
  if ((cipher || ivgen) && e->format == ENCRYPTION_LUKS)
    diag_error(stage->diag, xml_place(cipher ? cipher : ivgen, NULL), subject,
               "<%s> is for making a volume; an existing one knows its own; drop it", cipher ? "cipher" : "ivgen");
  return e;
}

void
encryption_complete(struct image *image, struct stage *stage)
{
  struct encryption *e = image->encryption;
  (void)stage;
  if (!e)
    return;
  const char *node = image->format_node ? image->format_node : image->storage_node;
  e->secrets = e->n ? talloc_zero_array(e, struct secret *, (unsigned)e->n) : NULL;
  for (size_t i = 0; i < e->n; i++)
    e->secrets[i] = secret_add(image->dev->domain, talloc_asprintf(e, "%s-secret%zu", node, i), e->wants[i]);
}

static void
check_qemu(const struct image *image, const struct encryption *e, struct stage *stage)
{
  const char *subject = image->dev->subject;
  struct place place = xml_place(e->node, NULL);
  if (e->format == ENCRYPTION_LUKS2 || e->format == ENCRYPTION_LUKS_ANY)
    diag_error(stage->diag, place, subject, "QEMU's own encryption is LUKS1; '%s' needs engine='librbd' on an rbd disk",
               encryption_format_names[e->format]);
  else if (image->format != IMAGE_QCOW2 && image->format != IMAGE_RAW && image->format != IMAGE_NONE)
    diag_error(stage->diag, place, subject, "QEMU encrypts raw and qcow2 images, this one is %s; convert it to qcow2",
               image_format_names[image->format]);
  if (e->n > 1)
    diag_error(stage->diag, place, subject, "QEMU's own encryption takes one secret, here are %zu; keep one", e->n);
}

static void
check_librbd(const struct image *image, const struct encryption *e, struct stage *stage)
{
  const char *subject = image->dev->subject;
  const char *version = caps_version_string(stage->caps);
  struct place place = xml_place(e->node, NULL);
  if (!str_eq(image_protocol(image), "rbd"))
    diag_error(stage->diag, place, subject, "engine='librbd' is for rbd disks; write engine='qemu'");
  else if (!caps_has(stage->caps, FEAT_RBD_ENCRYPTION))
    diag_error(stage->diag, place, subject, "encryption by librbd: this QEMU (%s) has it not; write engine='qemu'",
               version);
  if (e->n > 1 && !caps_has(stage->caps, FEAT_RBD_ENCRYPTION_LAYERING))
    diag_error(stage->diag, place, subject, "a secret for each layer needs QEMU 8.0, this is %s; keep one secret",
               version);
  if (e->format == ENCRYPTION_LUKS_ANY && !caps_has(stage->caps, FEAT_RBD_ENCRYPTION_LUKS_ANY))
    diag_error(stage->diag, place, subject, "format 'luks-any' needs QEMU 8.0, this is %s; write 'luks' or 'luks2'",
               version);
}

void
encryption_check(const struct image *image, struct stage *stage)
{
  const struct encryption *e = image->encryption;
  if (!e)
    return;
  struct place place = xml_place(e->node, NULL);
  if (!e->n)
    diag_error(stage->diag, place, image->dev->subject,
               "encryption without a secret; add <secret type='passphrase' uuid='...'/>");
  if (e->engine == ENGINE_LIBRBD)
    check_librbd(image, e, stage);
  else
    check_qemu(image, e, stage);
}

void
encryption_objects(const struct image *image, struct argv *argv)
{
  for (size_t i = 0; image->encryption && image->encryption->secrets && i < image->encryption->n; i++)
    secret_build(image->encryption->secrets[i], argv);
}

void
encryption_librbd_props(const struct image *image, struct props *p)
{
  const struct encryption *e = image->encryption;
  if (!e || e->engine != ENGINE_LIBRBD || !e->secrets)
    return;
  /* the first secret is of the image itself, each next one of the parent that it was cloned from */
  for (size_t i = 0; i < e->n; i++) {
    p = props_dict(p, i ? "parent" : "encrypt");
    props_str(p, "format", encryption_format_names[e->format]);
    props_refer(p, "key-secret", ID_OBJECT, e->secrets[i]->id);
  }
}
