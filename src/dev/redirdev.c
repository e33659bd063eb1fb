/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/redirdev.c - <redirdev> and <redirfilter>: USB devices of somebody's desk, and which of them */

#include "bus/place.h"
#include "chardev/chardev.h"
#include "domain/kinds.h"

enum redir_bus { REDIR_USB, REDIR_BUSES };

static const char *const redir_bus_names[] = { [REDIR_USB] = "usb" };
static_assert(ARRAY_SIZE(redir_bus_names) == REDIR_BUSES, "a bus has no name");

struct redirdev {
  struct device dev;
  enum redir_bus bus;
  struct chardev *chardev;
};

/* One rule; -1: any. */
struct redir_rule {
  int32_t class, vendor, product, version;
  enum tristate allow;
};

struct redirfilter {
  struct device dev;
  struct redir_rule *rules;
  size_t n_rules;
};

static const struct attr redirdev_attrs[] = { ATTR_ENUM("@bus", struct redirdev, bus, redir_bus_names, .dflt = "usb",
                                                        .doc = "The bus of the redirected device: usb."),
                                              ATTR_SEE(".", chardev_attrs), ATTR_END };

/* --- the filter --- */

/* USB 2.0 is 0x0200, 1.15 is 0x0115, "2.1" counts as 2.10 (libvirt domain_conf.c). */
static const char *
parse_version(TALLOC_CTX *ctx, const char *text, void *member)
{
  static const char wrong[] = "must be as 2.0 or 1.15, or -1 for any";
  uint64_t major, minor;
  const char *dot = strchr(text, '.');
  char whole[3] = { 0 };
  (void)ctx;
  if (strcmp(text, "-1") == 0)
    return NULL;
  if (!dot || dot == text || dot - text > 2)
    return wrong;
  memcpy(whole, text, (size_t)(dot - text));
  if (!parse_uint(whole, &major) || !parse_uint(dot + 1, &minor) || major > 99 || minor > 99)
    return wrong;
  if (strlen(dot + 1) == 1)
    minor *= 10;
  *(int32_t *)member = (int32_t)((major / 10) << 12 | (major % 10) << 8 | (minor / 10) << 4 | minor % 10);
  return NULL;
}

/* An id in decimal or hex, or -1 for any. */
static const char *
parse_id(const char *text, uint64_t max, int32_t *id)
{
  uint64_t value;
  if (strcmp(text, "-1") == 0)
    return NULL;
  if (!parse_uint(text, &value) || value > max)
    return max == 0xff ? "must be a number up to 0xff, or -1 for any" : "must be a number up to 0xffff, or -1 for any";
  *id = (int32_t)value;
  return NULL;
}

static const char *
parse_class(TALLOC_CTX *ctx, const char *text, void *member)
{
  (void)ctx;
  return parse_id(text, 0xff, member);
}

static const char *
parse_usb_id(TALLOC_CTX *ctx, const char *text, void *member)
{
  (void)ctx;
  return parse_id(text, 0xffff, member);
}

#define USB_ID_PATTERN \
  "-1|0*([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])|0[xX]0*[0-9a-fA-F]{1,4}"

static const struct attr rule_attrs[] = {
  ATTR_YESNO("@allow", struct redir_rule, allow, .required = true,
             .doc = "Whether devices that match may be redirected."),
  ATTR_WORD("@class", struct redir_rule, class, parse_class, "number up to 0xff or -1", .dflt = "-1",
            .pattern = "-1|0*([0-9]{1,2}|1[0-9]{2}|2[0-4][0-9]|25[0-5])|0[xX]0*[0-9a-fA-F]{1,2}",
            .doc = "The class of devices that the rule is for."),
  ATTR_WORD("@vendor", struct redir_rule, vendor, parse_usb_id, "number up to 0xffff or -1", .dflt = "-1",
            .pattern = USB_ID_PATTERN, .doc = "The vendor of devices that the rule is for."),
  ATTR_WORD("@product", struct redir_rule, product, parse_usb_id, "number up to 0xffff or -1", .dflt = "-1",
            .pattern = USB_ID_PATTERN, .doc = "The product that the rule is for."),
  ATTR_WORD("@version", struct redir_rule, version, parse_version, "version or -1", .dflt = "-1",
            .pattern = "-1|[0-9]{1,2}\\.0*[0-9]{1,2}", .doc = "The version of the device that the rule is for."),
  ATTR_END
};

static const struct attr redirfilter_attrs[] = {
  ATTR_SEE("usbdev", rule_attrs, .many = true, .doc = "A rule; the first that fits decides."), ATTR_END
};

static void
read_rule(struct redirfilter *filter, xmlNode *node, struct diag *diag)
{
  struct redir_rule rule = { .class = -1, .vendor = -1, .product = -1, .version = -1 };
  attr_read(rule_attrs, node, &rule, filter->dev.subject, diag);
  filter->rules = ARRAY_ROOM(filter, filter->rules, struct redir_rule, filter->n_rules);
  filter->rules[filter->n_rules++] = rule;
}

static void
redirfilter_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  xml_each(usbdev, node, "usbdev") read_rule((struct redirfilter *)dev, usbdev, stage->diag);
}

static void
redirfilter_check(const struct device *dev, struct stage *stage)
{
  const struct device *first = domain_devices(dev->domain, &redirfilter_kind)->items[0];
  stage_need(stage, FEAT_USB_REDIR_FILTER, dev->place, dev->subject);
  if (first != dev)
    diag_error(stage->diag, dev->place, dev->subject, "a second filter; put its rules into the first, line %u",
               first->place.line);
}

static char *
append_id(char *text, int32_t id, int digits)
{
  return id < 0 ? talloc_asprintf_append_buffer(text, "-1:")
                : talloc_asprintf_append_buffer(text, "0x%0*X:", digits, (unsigned)id);
}

/* "0x08:0x15E1:0x2007:0x0110:1|-1:-1:-1:-1:0"; NULL: no filter. */
static const char *
filter_text(TALLOC_CTX *ctx, const struct domain *domain)
{
  const struct device_list *list = domain_devices(domain, &redirfilter_kind);
  const struct redirfilter *filter = list->n ? (const struct redirfilter *)list->items[0] : NULL;
  if (!filter || filter->n_rules == 0)
    return NULL;
  char *text = talloc_strdup(ctx, "");
  for (size_t i = 0; i < filter->n_rules; i++) {
    const struct redir_rule *rule = &filter->rules[i];
    text = append_id(text, rule->class, 2);
    text = append_id(text, rule->vendor, 4);
    text = append_id(text, rule->product, 4);
    text = append_id(text, rule->version, 4);
    text = talloc_asprintf_append_buffer(text, "%d%s", rule->allow == ON, i + 1 < filter->n_rules ? "|" : "");
  }
  return text;
}

const struct kind redirfilter_kind = {
  .element = "redirfilter",
  .size = sizeof(struct redirfilter),
  .attrs = redirfilter_attrs,
  .parse = redirfilter_parse,
  .check = redirfilter_check,
};

/* --- the devices --- */

static void
redirdev_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  struct redirdev *redirdev = (struct redirdev *)dev;
  struct chardev *chardev = chardev_read(dev, node, CHARDEV_NONE, dev->subject, stage->diag);
  redirdev->chardev = chardev;
  if (chardev->type == CHARDEV_SPICEVMC)
    chardev->channel = "usbredir";
  if (chardev->type == CHARDEV_DBUS && !chardev->channel)
    chardev->channel = "org.qemu.usbredir";
}

static void
redirdev_complete(struct device *dev, struct stage *stage)
{
  device_drop_loadparm(dev, stage->diag);
}

static void
redirdev_place(struct device *dev, struct stage *stage)
{
  place_usb(dev, stage);
}

static void
redirdev_check(const struct device *dev, struct stage *stage)
{
  stage_need(stage, FEAT_USB_REDIR, dev->place, dev->subject);
  chardev_check(((const struct redirdev *)dev)->chardev, dev, stage);
}

static void
redirdev_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const char *id = chardev_id(argv, dev);
  chardev_build(((const struct redirdev *)dev)->chardev, id, b, argv);
  struct props *p = argv_device(argv, PHASE_DEVICE, "usb-redir", dev->id);
  props_refer(p, "chardev", ID_CHARDEV, id);
  props_str(p, "filter", filter_text(argv, b->domain));
  device_boot_props(p, dev);
  address_props(p, dev);
}

const struct kind redirdev_kind = {
  .element = "redirdev",
  .size = sizeof(struct redirdev),
  .alias = "redir",
  .takes = TAKES_BOOT,
  .attrs = redirdev_attrs,
  .parse = redirdev_parse,
  .complete = redirdev_complete,
  .place = redirdev_place,
  .check = redirdev_check,
  .build = redirdev_build,
};
