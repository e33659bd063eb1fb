/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/input.c - <input>: mouse, keyboard, tablet, and host devices passed on as events */

#include "bus/place.h"
#include "domain/kinds.h"

enum input_type { INPUT_NONE, INPUT_MOUSE, INPUT_TABLET, INPUT_KEYBOARD, INPUT_PASSTHROUGH, INPUT_EVDEV, INPUT_TYPES };

static const char *const input_type_names[] = {
  [INPUT_MOUSE] = "mouse",       [INPUT_TABLET] = "tablet",
  [INPUT_KEYBOARD] = "keyboard", [INPUT_PASSTHROUGH] = "passthrough",
  [INPUT_EVDEV] = "evdev",
};
static_assert(ARRAY_SIZE(input_type_names) == INPUT_TYPES, "an input type has no name");

enum input_bus {
  INPUT_BUS_DEFAULT,
  INPUT_BUS_PS2,
  INPUT_BUS_USB,
  INPUT_BUS_VIRTIO,
  INPUT_BUS_XEN,
  INPUT_BUS_NONE,
  INPUT_BUSES
};

static const char *const input_bus_names[] = {
  [INPUT_BUS_PS2] = "ps2", [INPUT_BUS_USB] = "usb",   [INPUT_BUS_VIRTIO] = "virtio",
  [INPUT_BUS_XEN] = "xen", [INPUT_BUS_NONE] = "none",
};
static_assert(ARRAY_SIZE(input_bus_names) == INPUT_BUSES, "an input bus has no name");

enum input_model { INPUT_MODEL_DEFAULT, INPUT_MODEL_VIRTIO, INPUT_MODEL_TRANSITIONAL, INPUT_MODEL_NON_TRANSITIONAL };

static const char *const input_model_names[] = {
  [INPUT_MODEL_VIRTIO] = "virtio",
  [INPUT_MODEL_TRANSITIONAL] = "virtio-transitional",
  [INPUT_MODEL_NON_TRANSITIONAL] = "virtio-non-transitional",
};

static const char *const grab_toggle_names[] = {
  NULL, "ctrl-ctrl", "alt-alt", "shift-shift", "meta-meta", "scrolllock", "ctrl-scrolllock",
};

static const char *const grab_names[] = { NULL, "all" };

struct input {
  struct device dev;
  enum input_type type;
  enum input_bus bus;
  enum input_model model;
  const char *evdev; /* PASSTHROUGH, EVDEV: the host's event device */
  int grab_all;      /* EVDEV */
  int grab_toggle;
  enum tristate repeat;
};

static const struct attr evdev_attrs[] = {
  ATTR_STRING("source/@dev", struct input, evdev, .required = true, .doc = "The event device of the host."),
  ATTR_ENUM("source/@grab", struct input, grab_all, grab_names, .dflt = "none: this device alone",
            .doc = "Whether all input devices are taken at once."),
  ATTR_ENUM("source/@grabToggle", struct input, grab_toggle, grab_toggle_names, .dflt = "QEMU's (ctrl-ctrl)",
            .doc = "The keys that give the device back to the host, and take it again."),
  ATTR_ONOFF("source/@repeat", struct input, repeat, .dflt = "QEMU's (off)",
             .doc = "Whether a key that stays down repeats."),
  ATTR_END
};

static const struct attr passthrough_attrs[] = { ATTR_STRING("source/@evdev", struct input, evdev, .required = true,
                                                             .doc =
                                                                 "The event device of the host that the guest gets."),
                                                 ATTR_END };

static const struct attr *const type_attrs[] = { [INPUT_EVDEV] = evdev_attrs, [INPUT_PASSTHROUGH] = passthrough_attrs };

static const struct attr input_attrs[] = {
  ATTR_SEE_BY("@type", input_type_names, type_attrs),
  ATTR_ENUM("@type", struct input, type, input_type_names, .required = true,
            .doc = "What the guest sees: a mouse, a keyboard, a tablet, or a device of the host."),
  ATTR_ENUM("@bus", struct input, bus, input_bus_names,
            .dflt = "ps2 for mouse and keyboard on x86, virtio on s390x and for passthrough, usb else",
            .doc = "Which bus the guest finds the device on."),
  ATTR_ENUM("@model", struct input, model, input_model_names, .dflt = "virtio",
            .doc = "Which generation of the virtio device it is."),
  ATTR_END
};

static void
input_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  struct input *input = (struct input *)dev;
  if (input->type == INPUT_EVDEV)
    attr_read(evdev_attrs, node, input, dev->subject, stage->diag);
  if (input->type == INPUT_PASSTHROUGH)
    attr_read(passthrough_attrs, node, input, dev->subject, stage->diag);
  else if (xml_has(node, "source/@evdev"))
    diag_error(stage->diag, xml_place(xml_child(node, "source"), "evdev"), dev->subject,
               "the host's event device is for type='passthrough'; drop <source>, or write that type");
}

static bool
has_usb_input(const struct domain *domain, enum input_type type)
{
  const struct device_list *list = domain_devices(domain, &input_kind);
  for (size_t i = 0; i < list->n; i++) {
    const struct input *input = (const struct input *)list->items[i];
    if (input->type == type && input->bus == INPUT_BUS_USB)
      return true;
  }
  return false;
}

static bool
usb_is_off(const struct domain *domain)
{
  const struct device_list *list = domain_devices(domain, &controller_kind);
  for (size_t i = 0; i < list->n; i++)
    if (((const struct controller *)list->items[i])->model == USB_NONE)
      return true;
  return false;
}

/* libvirt's qemuDomainDefAddDefaultDevices: whoever looks at a PowerPC has a keyboard and a mouse,
 * but no mouse beside a tablet. An input whose bus is yet to be chosen does not count. */
static void
input_imply(struct domain *domain, struct stage *stage)
{
  static const enum input_type types[] = { INPUT_KEYBOARD, INPUT_MOUSE };
  (void)stage;
  const struct device_list *displays = domain_devices(domain, &graphics_kind);
  if (!arch_is_ppc64(domain->arch) || !displays->n || usb_is_off(domain))
    return;
  bool tablet = has_usb_input(domain, INPUT_TABLET);
  for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
    if (has_usb_input(domain, types[i]) || (types[i] == INPUT_MOUSE && tablet))
      continue;
    struct device *dev =
        domain_add(domain, &input_kind, "a display on PowerPC needs keyboard and mouse", displays->items[0]->place);
    ((struct input *)dev)->type = types[i];
    ((struct input *)dev)->bus = INPUT_BUS_USB;
  }
}

/* libvirt's virDomainInputDefPostParse. */
static enum input_bus
default_bus(const struct input *input)
{
  if (input->type == INPUT_EVDEV)
    return INPUT_BUS_NONE;
  if (input->type == INPUT_PASSTHROUGH || domain_is_s390(input->dev.domain))
    return INPUT_BUS_VIRTIO;
  if ((input->type == INPUT_MOUSE || input->type == INPUT_KEYBOARD) && arch_is_x86(input->dev.domain->arch))
    return INPUT_BUS_PS2;
  return INPUT_BUS_USB;
}

static void
input_complete(struct device *dev, struct stage *stage)
{
  struct input *input = (struct input *)dev;
  (void)stage;
  if (input->bus == INPUT_BUS_DEFAULT)
    input->bus = default_bus(input);
}

static void
input_place(struct device *dev, struct stage *stage)
{
  struct input *input = (struct input *)dev;
  if (input->bus == INPUT_BUS_VIRTIO)
    place_virtio(dev, false, stage);
  else if (input->bus == INPUT_BUS_USB)
    place_usb(dev, stage);
  else
    place_fixed(dev, ADDR_NONE, stage);
}

/* A host's event device is passed on over PCI alone: there is no virtio-input-host-ccw. */
static void
check_features(const struct input *input, struct stage *stage)
{
  static const struct {
    enum feature pci, ccw;
  } virtio[INPUT_TYPES] = {
    [INPUT_MOUSE] = { FEAT_VIRTIO_MOUSE, FEAT_DEVICE_VIRTIO_MOUSE_CCW },
    [INPUT_TABLET] = { FEAT_VIRTIO_TABLET, FEAT_DEVICE_VIRTIO_TABLET_CCW },
    [INPUT_KEYBOARD] = { FEAT_VIRTIO_KEYBOARD, FEAT_DEVICE_VIRTIO_KEYBOARD_CCW },
    [INPUT_PASSTHROUGH] = { FEAT_VIRTIO_INPUT_HOST, FEAT_NONE },
  };
  const struct device *dev = &input->dev;
  bool ccw = dev->address.type == ADDR_CCW;
  if (input->bus == INPUT_BUS_USB && input->type == INPUT_KEYBOARD)
    stage_need(stage, FEAT_DEVICE_USB_KBD, dev->place, dev->subject);
  if (input->bus != INPUT_BUS_VIRTIO)
    return;
  if (ccw && input->type == INPUT_PASSTHROUGH)
    diag_error(stage->diag, dev->place, dev->subject,
               "an event device is passed on over PCI alone; write <address type='pci'/>");
  else
    stage_need(stage, ccw ? virtio[input->type].ccw : virtio[input->type].pci, dev->place, dev->subject);
}

/* Instead of PS/2. */
static const char *
other_bus(const struct input *input)
{
  const struct domain *domain = input->dev.domain;
  if (!machine_lacks_pci(domain))
    return "use bus='usb' or bus='virtio'";
  if (domain_is_isapc(domain))
    return "drop it, or use bus='usb' on another machine (pc, q35)";
  if (domain_is_microvm(domain))
    return "use bus='virtio'";
  return "drop it, or write bus='virtio' with <address type='virtio-mmio'/> where the board has that";
}

static void
input_check(const struct device *dev, struct stage *stage)
{
  const struct input *input = (const struct input *)dev;
  struct diag *diag = stage->diag;
  const char *type = input_type_names[input->type], *bus = input_bus_names[input->bus];
  bool pointer_or_keys = input->type == INPUT_MOUSE || input->type == INPUT_KEYBOARD;
  if (input->bus == INPUT_BUS_XEN)
    diag_error(diag, dev->place, dev->subject, "bus 'xen' is Xen's; use ps2, usb or virtio");
  else if (input->bus == INPUT_BUS_PS2 && !pointer_or_keys)
    diag_error(diag, dev->place, dev->subject, "a %s has no PS/2 form; %s", type, other_bus(input));
  else if (input->bus == INPUT_BUS_PS2 && (!domain_is_pc(dev->domain) || !caps_has(stage->caps, FEAT_DEVICE_I8042)))
    diag_error(diag, dev->place, dev->subject, "machine %s has no PS/2 ports; %s", dev->domain->os.machine,
               other_bus(input));
  else if (input->bus == INPUT_BUS_PS2 && dev->domain->features.ps2 == OFF && dev->node)
    diag_error(diag, dev->place, dev->subject,
               "the machine has no PS/2 ports, since <features> says <ps2 state='off'/>; %s", other_bus(input));
  else if (input->type == INPUT_PASSTHROUGH && input->bus != INPUT_BUS_VIRTIO)
    diag_error(diag, dev->place, dev->subject, "a passed-through event device sits on bus='virtio', not '%s'", bus);
  else if (input->type == INPUT_EVDEV && input->bus != INPUT_BUS_NONE)
    diag_error(diag, dev->place, dev->subject, "bus '%s' does not go with type '%s'; type='evdev' alone has none", bus,
               type);
  else if (input->type != INPUT_EVDEV && input->bus == INPUT_BUS_NONE)
    diag_warning(diag, dev->place, dev->subject,
                 "bus 'none' is evdev's: the guest has no such %s; name a bus, or drop it", type);
  if (input->bus != INPUT_BUS_VIRTIO && device_has_virtio_options(dev))
    diag_warning(diag, dev->place, dev->subject,
                 "iommu, ats, packed and page_per_vq are virtio's and mean nothing to bus='%s'; drop them", bus);
  if (input->model != INPUT_MODEL_DEFAULT && input->bus != INPUT_BUS_VIRTIO)
    diag_error(diag, dev->place, dev->subject, "model '%s' needs bus='virtio'", input_model_names[input->model]);
  if (input->model == INPUT_MODEL_TRANSITIONAL || input->model == INPUT_MODEL_NON_TRANSITIONAL)
    diag_error(diag, dev->place, dev->subject, "virtio input devices have no (non-)transitional model; drop it");
  check_features(input, stage);
}

static void
build_evdev(const struct input *input, struct argv *argv)
{
  struct props *p = argv_object(argv, PHASE_DEVICE, "input-linux", input->dev.id);
  props_host(p, "evdev", WANT_EVDEV, input->evdev);
  props_switch(p, "repeat", input->repeat);
  if (input->grab_all)
    props_bool(p, "grab_all", true);
  props_str(p, "grab-toggle", grab_toggle_names[input->grab_toggle]);
}

static void
build_virtio(const struct input *input, struct argv *argv)
{
  static const char *const drivers[] = {
    [INPUT_MOUSE] = "virtio-mouse",
    [INPUT_TABLET] = "virtio-tablet",
    [INPUT_KEYBOARD] = "virtio-keyboard",
    [INPUT_PASSTHROUGH] = "virtio-input-host",
  };
  const struct device *dev = &input->dev;
  struct props *p = argv_device(argv, PHASE_DEVICE, virtio_driver(argv, dev, drivers[input->type], NULL), dev->id);
  props_host(p, "evdev", WANT_EVDEV, input->evdev);
  device_virtio_props(p, dev);
  address_props(p, dev);
}

static void
build_usb(const struct input *input, struct argv *argv)
{
  static const char *const drivers[] = {
    [INPUT_MOUSE] = "usb-mouse",
    [INPUT_TABLET] = "usb-tablet",
    [INPUT_KEYBOARD] = "usb-kbd",
  };
  struct props *p = argv_device(argv, PHASE_DEVICE, drivers[input->type], input->dev.id);
  address_props(p, &input->dev);
}

/* PS/2 needs nothing: the machine has it. */
static void
input_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const struct input *input = (const struct input *)dev;
  (void)b;
  if (input->type == INPUT_EVDEV)
    build_evdev(input, argv);
  else if (input->bus == INPUT_BUS_VIRTIO)
    build_virtio(input, argv);
  else if (input->bus == INPUT_BUS_USB)
    build_usb(input, argv);
}

const struct kind input_kind = {
  .element = "input",
  .size = sizeof(struct input),
  .alias = "input",
  .takes = TAKES_VIRTIO,
  .attrs = input_attrs,
  .parse = input_parse,
  .imply = input_imply,
  .complete = input_complete,
  .place = input_place,
  .check = input_check,
  .build = input_build,
};
