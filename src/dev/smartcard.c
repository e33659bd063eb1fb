/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/smartcard.c - <smartcard>: a card in the guest's USB reader */

#include "bus/place.h"
#include "chardev/chardev.h"
#include "domain/kinds.h"

enum smartcard_mode { SMARTCARD_NONE, SMARTCARD_HOST, SMARTCARD_CERTIFICATES, SMARTCARD_PASSTHROUGH, SMARTCARD_MODES };

static const char *const smartcard_mode_names[] = {
  [SMARTCARD_HOST] = "host",
  [SMARTCARD_CERTIFICATES] = "host-certificates",
  [SMARTCARD_PASSTHROUGH] = "passthrough",
};
static_assert(ARRAY_SIZE(smartcard_mode_names) == SMARTCARD_MODES, "a mode has no name");

/* QEMU hw/usb/ccid-card-emulated.c: cert1, cert2, cert3. */
enum { CERTIFICATES = 3 };

struct certificate {
  xmlNode *node;
  const char *name; /* in the database */
};

struct smartcard {
  struct device dev;
  enum smartcard_mode mode;
  struct certificate *certificates;
  size_t n_certificates;
  const char *database;
  struct chardev *chardev; /* PASSTHROUGH */
};

#define DEFAULT_DATABASE "/etc/pki/nssdb"

static const struct attr certificate_attrs[] = {
  ATTR_NODE(".", struct certificate, node),
  ATTR_STRING("text()", struct certificate, name, .empty_ok = true, .required_where = "in each",
              .doc = "The name of a certificate in the host's database."),
  ATTR_END
};

static const struct attr certificates_attrs[] = {
  ATTR_LIST("certificate", struct smartcard, certificates, n_certificates, struct certificate, certificate_attrs,
            .doc = "One of the card's three certificates."),
  ATTR_STRING("database/text()", struct smartcard, database, .empty_ok = true, .dflt = DEFAULT_DATABASE,
              .doc = "The folder with the host's certificates."),
  ATTR_END
};

static const struct attr passthrough_attrs[] = {
  ATTR_SEE(".", chardev_attrs),
  ATTR_QUIET("target", .doc = "What libvirt writes for any character device; it has no effect."),
  /* of character devices in general */ ATTR_END
};

static const struct attr *const mode_attrs[] = {
  [SMARTCARD_CERTIFICATES] = certificates_attrs, [SMARTCARD_PASSTHROUGH] = passthrough_attrs
};

static const struct attr smartcard_attrs[] = {
  ATTR_ENUM("@mode", struct smartcard, mode, smartcard_mode_names, .required = true,
            .doc = "Where the card is: in the host's reader, in files, or at a client's."),
  ATTR_SEE_BY("@mode", smartcard_mode_names, mode_attrs), ATTR_END
};

static void
parse_certificates(struct smartcard *card, xmlNode *node, struct diag *diag)
{
  struct device *dev = &card->dev;
  attr_read(certificates_attrs, node, card, dev->subject, diag);
  for (size_t i = 0; i < card->n_certificates; i++)
    if (!*card->certificates[i].name)
      diag_error(diag, xml_place(card->certificates[i].node, NULL), dev->subject, "the certificate has no name");
  if (card->n_certificates != CERTIFICATES)
    diag_error(diag, dev->place, dev->subject, "%zu certificates; a card of mode 'host-certificates' has three",
               card->n_certificates);
  xmlNode *database = xml_child(node, "database");
  if (!database)
    card->database = DEFAULT_DATABASE;
  if (card->database[0] != '/')
    diag_error(diag, xml_place(database, NULL), dev->subject, "database '%s' is no absolute path", card->database);
}

static void
smartcard_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  struct smartcard *card = (struct smartcard *)dev;
  if (card->mode == SMARTCARD_CERTIFICATES)
    parse_certificates(card, node, stage->diag);
  if (card->mode != SMARTCARD_PASSTHROUGH)
    return;
  card->chardev = chardev_read(dev, node, CHARDEV_NONE, dev->subject, stage->diag);
  attr_read(passthrough_attrs, node, card, dev->subject, stage->diag);
  if (card->chardev->type == CHARDEV_SPICEVMC)
    card->chardev->channel = "smartcard";
}

static void
smartcard_place(struct device *dev, struct stage *stage)
{
  place_ccid(dev, stage);
}

static void
smartcard_check(const struct device *dev, struct stage *stage)
{
  const struct smartcard *card = (const struct smartcard *)dev;
  const struct ccid_address *ccid = &dev->address.ccid;
  const struct device *first = domain_devices(dev->domain, &smartcard_kind)->items[0];
  bool passthrough = card->mode == SMARTCARD_PASSTHROUGH;
  stage_need(stage, passthrough ? FEAT_CCID_PASSTHRU : FEAT_CCID_EMULATED, dev->place, dev->subject);
  if (passthrough)
    chardev_check(card->chardev, dev, stage);
  if (first != dev)
    diag_error(stage->diag, dev->place, dev->subject, "a second smartcard (the first: line %u); QEMU has one",
               first->place.line);
  else if (ccid->controller || ccid->slot)
    diag_error(stage->diag, dev->place, dev->subject, "controller %u slot %u: QEMU's reader is controller 0, slot 0",
               ccid->controller, ccid->slot);
}

static void
smartcard_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  static const char *const keys[CERTIFICATES] = { "cert1", "cert2", "cert3" };
  const struct smartcard *card = (const struct smartcard *)dev;
  if (card->mode == SMARTCARD_PASSTHROUGH) {
    const char *id = chardev_id(argv, dev);
    chardev_build(card->chardev, id, b, argv);
    struct props *p = argv_device(argv, PHASE_DEVICE, "ccid-card-passthru", dev->id);
    props_refer(p, "chardev", ID_CHARDEV, id);
    address_props(p, dev);
    return;
  }
  struct props *p = argv_device(argv, PHASE_DEVICE, "ccid-card-emulated", dev->id);
  props_str(p, "backend", card->mode == SMARTCARD_HOST ? "nss-emulated" : "certificates");
  for (size_t i = 0; i < card->n_certificates; i++)
    props_guest(p, keys[i], card->certificates[i].name);
  props_host(p, "db", WANT_NSS, card->database);
  if (card->mode == SMARTCARD_HOST)
    props_implies(p, WANT_NSS, DEFAULT_DATABASE, 0);
  address_props(p, dev);
}

const struct kind smartcard_kind = {
  .element = "smartcard",
  .size = sizeof(struct smartcard),
  .alias = "smartcard",
  .attrs = smartcard_attrs,
  .parse = smartcard_parse,
  .place = smartcard_place,
  .check = smartcard_check,
  .build = smartcard_build,
};
