/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/serial.c - <serial> and <console>: lines to talk over, the first console being a serial line */

#include "bus/place.h"
#include "chardev/chardev.h"
#include "domain/kinds.h"
#include "domain/notes.h"

enum serial_type {
  SERIAL_DEFAULT, /* by the machine; still so after complete: a part of the board */
  SERIAL_ISA,
  SERIAL_USB,
  SERIAL_PCI,
  SERIAL_SPAPR,
  SERIAL_SYSTEM,
  SERIAL_SCLP,
  SERIAL_DEBUG,
  SERIAL_TYPES
};

static const char *const serial_type_names[] = {
  [SERIAL_ISA] = "isa-serial",         [SERIAL_USB] = "usb-serial",       [SERIAL_PCI] = "pci-serial",
  [SERIAL_SPAPR] = "spapr-vio-serial", [SERIAL_SYSTEM] = "system-serial", [SERIAL_SCLP] = "sclp-serial",
  [SERIAL_DEBUG] = "isa-debug",
};
static_assert(ARRAY_SIZE(serial_type_names) == SERIAL_TYPES, "a type of serial line has no name");

enum serial_model {
  SERIAL_MODEL_DEFAULT,
  MODEL_ISA_SERIAL,
  MODEL_USB_SERIAL,
  MODEL_PCI_SERIAL,
  MODEL_SPAPR_VTY,
  MODEL_PL011,
  MODEL_16550A,
  MODEL_SCLPCONSOLE,
  MODEL_SCLPLMCONSOLE,
  MODEL_DEBUGCON,
  SERIAL_MODELS
};

static const char *const serial_model_names[] = {
  [MODEL_ISA_SERIAL] = "isa-serial",
  [MODEL_USB_SERIAL] = "usb-serial",
  [MODEL_PCI_SERIAL] = "pci-serial",
  [MODEL_SPAPR_VTY] = "spapr-vty",
  [MODEL_PL011] = "pl011",
  [MODEL_16550A] = "16550a",
  [MODEL_SCLPCONSOLE] = "sclpconsole",
  [MODEL_SCLPLMCONSOLE] = "sclplmconsole",
  [MODEL_DEBUGCON] = "isa-debugcon",
};
static_assert(ARRAY_SIZE(serial_model_names) == SERIAL_MODELS, "a model of serial line has no name");

static const struct {
  enum serial_type type;
  enum feature needs;
} serial_models[SERIAL_MODELS] = {
  [MODEL_ISA_SERIAL] = { SERIAL_ISA, FEAT_DEVICE_ISA_SERIAL },
  [MODEL_USB_SERIAL] = { SERIAL_USB, FEAT_DEVICE_USB_SERIAL },
  [MODEL_PCI_SERIAL] = { SERIAL_PCI, FEAT_DEVICE_PCI_SERIAL },
  [MODEL_SPAPR_VTY] = { SERIAL_SPAPR, FEAT_DEVICE_SPAPR_VTY },
  [MODEL_PL011] = { SERIAL_SYSTEM, FEAT_DEVICE_PL011 },
  [MODEL_16550A] = { SERIAL_SYSTEM, FEAT_NONE },
  [MODEL_SCLPCONSOLE] = { SERIAL_SCLP, FEAT_DEVICE_SCLPCONSOLE },
  [MODEL_SCLPLMCONSOLE] = { SERIAL_SCLP, FEAT_DEVICE_SCLPLMCONSOLE },
  [MODEL_DEBUGCON] = { SERIAL_DEBUG, FEAT_NONE },
};

enum console_type {
  CONSOLE_DEFAULT,
  CONSOLE_SERIAL,
  CONSOLE_XEN,
  CONSOLE_UML,
  CONSOLE_VIRTIO,
  CONSOLE_LXC,
  CONSOLE_OPENVZ,
  CONSOLE_SCLP,
  CONSOLE_SCLPLM,
  CONSOLE_TYPES
};

static const char *const console_type_names[] = {
  [CONSOLE_SERIAL] = "serial", [CONSOLE_XEN] = "xen",       [CONSOLE_UML] = "uml",   [CONSOLE_VIRTIO] = "virtio",
  [CONSOLE_LXC] = "lxc",       [CONSOLE_OPENVZ] = "openvz", [CONSOLE_SCLP] = "sclp", [CONSOLE_SCLPLM] = "sclplm",
};
static_assert(ARRAY_SIZE(console_type_names) == CONSOLE_TYPES, "a type of console has no name");

struct serial {
  struct device dev;
  struct chardev *chardev;
  enum serial_type type;
  enum serial_model model;
  struct num port;
  bool said_isa; /* by the XML; what it is, the machine decides */
};

struct console {
  struct device dev;
  struct chardev *chardev;
  enum console_type type;
  struct num port; /* libvirt counts consoles itself */
  bool is_serial;  /* another name for serial line 0 */
};

static const struct attr serial_attrs[] = {
  ATTR_ENUM("target/@type", struct serial, type, serial_type_names,
            .dflt = "isa on x86, spapr on pseries, system on virt, sclp on s390x",
            .doc = "Which kind of port or console the guest sees."),
  ATTR_ENUM("target/model/@name", struct serial, model, serial_model_names,
            .dflt = "by the type and the machine: isa-serial, pl011, ...",
            .doc = "The QEMU device that makes the port."),
  ATTR_NUM("target/@port", struct serial, port, .max = INT32_MAX, .dflt = "the first free one of ISA's, else the next",
           .doc = "The number of the line."),
  ATTR_SEE(".", chardev_attrs), ATTR_END
};

static const struct attr console_attrs[] = {
  ATTR_ENUM("target/@type", struct console, type, console_type_names, .dflt = "serial",
            .doc = "Which kind of port or console the guest sees."),
  ATTR_NUM("target/@port", struct console, port, .max = INT32_MAX, .dflt = "by the order",
           .doc = "The number of the line."),
  ATTR_QUIET("target/model/@name", .doc = "The QEMU device that makes the port."), ATTR_SEE(".", chardev_attrs),
  ATTR_END
};

/* --- serial lines --- */

static void
serial_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  struct serial *serial = (struct serial *)dev;
  serial->chardev = chardev_read(dev, node, CHARDEV_PTY, dev->subject, stage->diag);
}

/* libvirt qemu_postparse.c: isa-serial once was every machine's word for "the usual". */
static enum serial_type
usual_type(const struct domain *domain)
{
  if (arch_is_x86(domain->arch))
    return SERIAL_ISA;
  if (domain_is_pseries(domain))
    return SERIAL_SPAPR;
  if (domain_is_virt(domain))
    return SERIAL_SYSTEM;
  return domain_is_s390(domain) ? SERIAL_SCLP : SERIAL_DEFAULT;
}

static enum serial_model
usual_model(const struct serial *serial)
{
  for (int model = MODEL_ISA_SERIAL; model < SERIAL_MODELS; model++) {
    bool other_board = model == MODEL_PL011 && !domain_is_arm_virt(serial->dev.domain);
    if (serial_models[model].type == serial->type && !other_board)
      return (enum serial_model)model;
  }
  return SERIAL_MODEL_DEFAULT;
}

/* QEMU include/hw/char/serial-isa.h, MAX_ISA_SERIAL_PORTS */
enum { ISA_LINES = 4 };

/* libvirt domain_postparse.c: lines that are said to be ISA's fill its gaps, all others count on. */
static void
serial_imply(struct domain *domain, struct stage *stage)
{
  const struct device_list *list = domain_devices(domain, &serial_kind);
  bool taken[ISA_LINES] = { false };
  uint64_t port = 0;
  (void)stage;
  for (size_t i = 0; i < list->n; i++) {
    struct serial *serial = (struct serial *)list->items[i];
    serial->said_isa = serial->type == SERIAL_ISA;
    if (serial->said_isa && serial->port.set && serial->port.value < ISA_LINES)
      taken[serial->port.value] = true;
  }
  for (size_t i = 0; i < list->n; i++) {
    struct serial *serial = (struct serial *)list->items[i];
    if (!serial->said_isa || serial->port.set)
      continue;
    while (port < ISA_LINES && taken[port])
      port++;
    serial->port = num_of(port);
    if (port < ISA_LINES)
      taken[port] = true;
  }
}

/* The one after the highest, of those in the XML and those that were given so far. */
static uint64_t
next_port(const struct domain *domain)
{
  const struct device_list *list = domain_devices(domain, &serial_kind);
  struct note *next = domain_note(domain, "serial port", NULL);
  for (size_t i = 0; !next->dev && i < list->n; i++) {
    const struct serial *serial = (const struct serial *)list->items[i];
    if (serial->port.set && serial->port.value >= next->number)
      next->number = serial->port.value + 1;
  }
  next->dev = list->items[0];
  return next->number++;
}

static void
serial_complete(struct device *dev, struct stage *stage)
{
  struct serial *serial = (struct serial *)dev;
  (void)stage;
  if (serial->type == SERIAL_DEFAULT || serial->type == SERIAL_ISA)
    serial->type = usual_type(dev->domain);
  if (serial->model == SERIAL_MODEL_DEFAULT)
    serial->model = usual_model(serial);
  if (!serial->port.set)
    serial->port = num_of(next_port(dev->domain));
}

static void
serial_place(struct device *dev, struct stage *stage)
{
  /* QEMU hw/char/spapr_vty.c */
  enum { VTY_REG = 0x30000000 };
  switch (((struct serial *)dev)->type) {
  case SERIAL_ISA:
  case SERIAL_DEBUG:
    place_fixed(dev, ADDR_ISA, stage);
    return;
  case SERIAL_USB:
    place_usb(dev, stage);
    return;
  case SERIAL_PCI:
    place_pci(dev, PLACE_CONVENTIONAL, stage);
    return;
  case SERIAL_SPAPR:
    place_spapr_vio(dev, VTY_REG, stage);
    return;
  case SERIAL_DEFAULT:
  case SERIAL_SYSTEM:
  case SERIAL_SCLP:
  case SERIAL_TYPES:
    place_fixed(dev, ADDR_NONE, stage);
    return;
  }
}

static bool
fits_machine(const struct serial *serial)
{
  const struct domain *domain = serial->dev.domain;
  if (serial->model == MODEL_PL011)
    return domain_is_arm_virt(domain);
  if (serial->model == MODEL_16550A)
    return domain_is_virt(domain) && !domain_is_arm_virt(domain);
  if (serial->type == SERIAL_SYSTEM)
    return domain_is_virt(domain);
  if (serial->type == SERIAL_SPAPR)
    return domain_is_pseries(domain);
  if (serial->type == SERIAL_SCLP)
    return domain_is_s390(domain);
  if (serial->type == SERIAL_DEBUG)
    return arch_is_x86(domain->arch);
  return true;
}

/* libvirt counts only the lines that are said to be ISA's, on every machine; QEMU those that are. */
static void
check_isa(const struct serial *serial, struct diag *diag)
{
  const struct device *dev = &serial->dev, *first = domain_first_number(dev, "ISA line", serial->port.value);
  if (serial->port.value >= ISA_LINES)
    (serial->said_isa ? diag_error : diag_unstartable)(diag, dev->place, dev->subject,
                                                       "port %ju: ISA has lines 0 to %d, with others the guest will "
                                                       "not start; use target type pci-serial or usb-serial",
                                                       (uintmax_t)serial->port.value, ISA_LINES - 1);
  if (first != dev)
    (serial->said_isa ? diag_error : diag_warning)(diag, dev->place, dev->subject,
                                                   "port %ju is also that of line %u; give each its own",
                                                   (uintmax_t)serial->port.value, first->place.line);
}

static void
serial_check(const struct device *dev, struct stage *stage)
{
  const struct serial *serial = (const struct serial *)dev;
  const char *type = serial_type_names[serial->type], *model = serial_model_names[serial->model];
  chardev_check(serial->chardev, dev, stage);
  bool other_type = serial->model != SERIAL_MODEL_DEFAULT && serial_models[serial->model].type != serial->type;
  bool isa_elsewhere = serial->said_isa && serial->model == MODEL_ISA_SERIAL;
  if (other_type && !isa_elsewhere) {
    const char *right = serial_type_names[serial_models[serial->model].type];
    diag_error(stage->diag, dev->place, dev->subject,
               "model '%s' is of target type %s, not %s; write <target type='%s'>", model, right,
               type ? type : "what this board has", right);
    return;
  }
  if (other_type || !fits_machine(serial))
    diag_error(stage->diag, dev->place, dev->subject, "machine '%s' (%s) has no %s; leave target type and model out",
               dev->domain->os.machine, arch_names[dev->domain->arch], model ? model : type);
  else if (serial_models[serial->model].needs != FEAT_NONE)
    stage_need(stage, serial_models[serial->model].needs, dev->place, dev->subject);
  if (serial->type == SERIAL_ISA || serial->said_isa)
    check_isa(serial, stage->diag);
}

static void
serial_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const struct serial *serial = (const struct serial *)dev;
  const char *id = chardev_id(argv, dev);
  chardev_build(serial->chardev, id, b, argv);
  /* the board has its ports: no -device */
  if (serial->type == SERIAL_SYSTEM || serial->type == SERIAL_DEFAULT) {
    argv_plain(argv, PHASE_DEVICE, "-serial", talloc_asprintf(argv, "chardev:%s", id));
    return;
  }
  struct props *p = argv_device(argv, PHASE_DEVICE, serial_model_names[serial->model], dev->id);
  props_refer(p, "chardev", ID_CHARDEV, id);
  if (serial->model == MODEL_ISA_SERIAL)
    props_num(p, "index", serial->port);
  address_props(p, dev);
}

const struct kind serial_kind = {
  .element = "serial",
  .role = ROLE_SERIAL,
  .size = sizeof(struct serial),
  .alias = "serial",
  .attrs = serial_attrs,
  .parse = serial_parse,
  .imply = serial_imply,
  .complete = serial_complete,
  .place = serial_place,
  .check = serial_check,
  .build = serial_build,
};

/* --- consoles --- */

static void
console_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  struct console *console = (struct console *)dev;
  console->chardev = chardev_read(dev, node, CHARDEV_PTY, dev->subject, stage->diag);
}

/* Where the machine has no serial line yet, the console's description makes one. */
static void
make_serial(struct console *console)
{
  struct device *from = &console->dev;
  struct serial *serial =
      (struct serial *)domain_add(from->domain, &serial_kind, "the first console is serial line 0", from->place);
  serial->chardev = console->chardev;
  serial->port = num_of(0);
  serial->dev.node = from->node;
  serial->dev.subject = from->subject;
  serial->dev.address = from->address;
  serial->dev.broken = from->broken;
  if (from->user_id) {
    serial->dev.id = from->id;
    serial->dev.user_id = true;
    from->id = NULL;
    from->user_id = false;
  }
}

/* libvirt domain_conf.c, virDomainDefAddConsoleCompat: a guest's first console once was its first
 * serial line, and still is unless it says another type. */
static void
console_imply(struct domain *domain, struct stage *stage)
{
  const struct device_list *consoles = domain_devices(domain, &console_kind);
  if (consoles->n == 0)
    return;
  struct console *first = (struct console *)consoles->items[0];
  if (first->type != CONSOLE_DEFAULT && first->type != CONSOLE_SERIAL)
    return;
  const struct device_list *serials = domain_devices(domain, &serial_kind);
  if (serials->n == 0)
    make_serial(first);
  else if (((struct serial *)serials->items[0])->chardev->type != first->chardev->type)
    diag_warning(stage->diag, first->dev.place, first->dev.subject,
                 "the first console is the first serial line (line %u), whose type holds; this one's does not",
                 serials->items[0]->place.line);
  first->is_serial = true;
  first->dev.address = (struct address){ .type = ADDR_NONE };
  /* a running guest's XML says the line's alias here too */
  first->dev.user_id = false;
}

static void
console_place(struct device *dev, struct stage *stage)
{
  const struct console *console = (const struct console *)dev;
  if (console->is_serial)
    return;
  if (console->type == CONSOLE_VIRTIO)
    place_virtio_serial(dev, true, stage);
  else
    place_fixed(dev, ADDR_NONE, stage);
}

/* A serial line that could be console 0 takes that number, even where no <console> says so. */
static bool
number_taken(const struct domain *domain)
{
  const struct device_list *serials = domain_devices(domain, &serial_kind);
  if (serials->n == 0)
    return false;
  enum serial_type type = ((const struct serial *)serials->items[0])->type;
  return type != SERIAL_USB && type != SERIAL_PCI && type != SERIAL_DEBUG;
}

static void
console_identify(struct device *dev, struct stage *stage)
{
  const struct device_list *consoles = domain_devices(dev->domain, &console_kind);
  size_t number = dev->nth;
  (void)stage;
  if (!((const struct console *)consoles->items[0])->is_serial && number_taken(dev->domain))
    number++;
  dev->id = talloc_asprintf(dev, "console%zu", number);
}

static void
console_check(const struct device *dev, struct stage *stage)
{
  const struct console *console = (const struct console *)dev;
  struct diag *diag = stage->diag;
  if (console->is_serial)
    return;
  chardev_check(console->chardev, dev, stage);
  switch (console->type) {
  case CONSOLE_VIRTIO:
    return;
  case CONSOLE_SCLP:
  case CONSOLE_SCLPLM:
    if (!domain_is_s390(dev->domain))
      diag_error(diag, dev->place, dev->subject, "a console of type '%s' is s390x's, this is %s; use type='virtio'",
                 console_type_names[console->type], arch_names[dev->domain->arch]);
    else
      stage_need(stage, console->type == CONSOLE_SCLP ? FEAT_DEVICE_SCLPCONSOLE : FEAT_DEVICE_SCLPLMCONSOLE, dev->place,
                 dev->subject);
    return;
  case CONSOLE_DEFAULT:
  case CONSOLE_SERIAL:
    diag_error(diag, dev->place, dev->subject,
               "only the first console can be a serial line; write <target type='virtio'/> here, or a <serial>");
    return;
  case CONSOLE_XEN:
  case CONSOLE_UML:
  case CONSOLE_LXC:
  case CONSOLE_OPENVZ:
  case CONSOLE_TYPES:
    diag_error(diag, dev->place, dev->subject, "QEMU has no console of type '%s'; use serial, virtio, sclp or sclplm",
               console_type_names[console->type]);
    return;
  }
}

static void
console_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  static const char *const drivers[CONSOLE_TYPES] = {
    [CONSOLE_VIRTIO] = "virtconsole",
    [CONSOLE_SCLP] = "sclpconsole",
    [CONSOLE_SCLPLM] = "sclplmconsole",
  };
  const struct console *console = (const struct console *)dev;
  if (console->is_serial)
    return;
  const char *id = chardev_id(argv, dev);
  chardev_build(console->chardev, id, b, argv);
  enum phase phase = dev->wish.unplaced ? PHASE_LEFTOVER : PHASE_DEVICE;
  struct props *p = argv_device(argv, phase, drivers[console->type], dev->id);
  props_refer(p, "chardev", ID_CHARDEV, id);
  address_props(p, dev);
}

const struct kind console_kind = {
  .element = "console",
  .role = ROLE_CONSOLE,
  .size = sizeof(struct console),
  .attrs = console_attrs,
  .parse = console_parse,
  .imply = console_imply,
  .place = console_place,
  .identify = console_identify,
  .check = console_check,
  .build = console_build,
};
