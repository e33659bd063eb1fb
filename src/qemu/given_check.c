/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/given_check.c - will QEMU take the user's own arguments, beside ours? */

/* A -device that is no JSON is made before all those that are (QEMU system/vl.c,
 * qemu_create_cli_devices()): in the first slot that the machine itself leaves free, and before any
 * bus that a JSON device brings. So is what comes of -vga, of -nic and of a -drive of virtio's. */

#include "core/names.h"
#include "qemu/caps_internal.h"
#include "qemu/given.h"

enum { SLOTS = 32 };

/* Buses that a device finds without being told which (QEMU system/qdev-monitor.c, qdev_device_add_from_qdict()): what
 * plugs into one, and what brings one, by how the names of the types begin, or what they have in them. */
static const struct plug {
  const char *devices[3], *bringers[8];
} plugs[] = {
  { { "usb-", "u2f-", "canokey" }, { "hci" } }, /* "usb-ehci" is a controller */
  { { "hda-" }, { "intel-hda" } },
  { { "virtserialport", "virtconsole" }, { "virtio-serial" } },
  { { "scsi-" }, { "virtio-scsi", "lsi", "pvscsi", "megasas", "mptsas", "am53c974", "dc390", "vscsi" } },
  { { "ccid-card-" }, { "usb-ccid" } },
};

/* PCI devices whose names do not say so, as QEMU 7.2 to 11.1 list them, for where no binary told; between spaces. */
static const char pci_types[] =
    "  AC97 AMDVI-PCI ES1370 VGA acpi-erst am53c974 ati-vga bochs-display cirrus-vga ctucan_pci dc390 e1000 "
    "e1000-82544gc e1000-82545em e1000e edu i6300esb i82550 i82551 i82557a i82557b i82557c i82558a i82558b "
    "i82559a i82559b i82559c i82559er i82562 i82801 i82801b11-bridge ich9-ahci ich9-intel-hda ich9-usb-ehci1 "
    "ich9-usb-ehci2 ich9-usb-uhci1 ich9-usb-uhci2 ich9-usb-uhci3 ich9-usb-uhci4 ich9-usb-uhci5 ich9-usb-uhci6 "
    "igb intel-hda ioh3420 ivshmem-doorbell ivshmem-plain kvaser_pci lsi53c810 lsi53c895a megasas "
    "megasas-gen2 mioe3680_pci mptsas1068 ne2k_pci nec-usb-xhci nvme pci-bridge pci-bridge-seat pci-ipmi-bt "
    "pci-ipmi-kcs pci-ohci pci-serial pci-serial-2x pci-serial-4x pci-testdev pcie-root-port pcm3680_pci "
    "pcnet piix3-usb-uhci piix4-usb-uhci pvrdma pvscsi pxb pxb-pcie qemu-xhci qxl qxl-vga rocker rtl8139 "
    "secondary-vga tpci200 tulip ufs usb-ehci vhost-user-vga virtio-vga virtio-vga-gl vmware-svga vmxnet3 "
    "x3130-upstream ";

/* Who gets the first free slot: what the board makes of its options, the sound card, devices as they are given, and
 * what drives add to their list (QEMU hw/i386/pc_q35.c; system/vl.c; blockdev.c). */
enum turn { TURN_VGA, TURN_NIC, TURN_SOUND, TURN_DEVICE, TURN_DRIVE, TURNS };

struct looking {
  const struct caps *caps;
  const struct argv *argv;
  struct diag *diag;
  TALLOC_CTX *scratch;
  const char *machine;                          /* of our -machine */
  const char *root;                             /* its PCI bus; NULL: we know of none */
  const char *nic;                              /* what a -nic that names no model is on that; NULL: we know of none */
  bool has_vga;                                 /* it makes something of -vga */
  bool drives_virtio;                           /* what a -drive is that names no interface */
  const struct arg *holder[SLOTS];              /* the JSON device in each slot of that */
  bool taken[SLOTS + 1];                        /* by the machine, and by what is made before those */
  bool named[SLOTS];                            /* by an argument of the user's, which may come later */
  bool brought[ARRAY_SIZE(plugs)];              /* by what is made before those */
  const struct arg *bringer[ARRAY_SIZE(plugs)]; /* the first JSON device that does; NULL: none */
  const char **objects;                         /* ids */
  size_t n_objects;
  const struct arg *arg; /* what is looked at: where it comes from */
};

#define WILL_NOT(looking, ...) diag_unstartable((looking)->diag, (looking)->arg->place, NULL, __VA_ARGS__)

static const char *
string_of(const struct arg *arg, const char *key)
{
  const struct prop *prop = arg->props ? props_get(arg->props, key) : NULL;
  return prop && prop->type == PROP_STRING ? prop->string : NULL;
}

/* --- where our own devices sit --- */

/* "0x1f.0x2" */
static unsigned
slot_of(const char *addr)
{
  unsigned long slot = strtoul(addr, NULL, 16);
  return slot < SLOTS ? (unsigned)slot : 0;
}

/* QEMU hw/i386/pc_piix.c, pc_q35.c, hw/arm/virt.c, hw/riscv/virt.c, hw/ppc/spapr_pci.c: what sits on the root bus from the start. */
static void
look_at_machine(struct looking *l)
{
  static const struct {
    const char *part, *root, *nic;
    unsigned char own[2]; /* SLOTS: none */
  } machines[] = {
    { "q35", "pcie.0", "e1000e", { 0, 31 } },       { "i440fx", "pci.0", "e1000", { 0, 1 } },
    { "pc", "pci.0", "e1000", { 0, 1 } },           { "virt", "pcie.0", NULL, { 0, 0 } },
    { "pseries", "pci.0", NULL, { SLOTS, SLOTS } },
  };
  enum arch arch = caps_arch(l->caps);
  for (size_t i = 0; l->machine && !l->root && i < ARRAY_SIZE(machines); i++)
    if (strstr(l->machine, machines[i].part)) {
      bool virt = str_eq(machines[i].part, "virt");
      l->root = machines[i].root;
      l->nic = virt && arch_is_arm(arch) ? "virtio-net-pci" : machines[i].nic;
      l->has_vga = arch_is_x86(arch);
      l->drives_virtio = virt;
      l->taken[machines[i].own[0]] = l->taken[machines[i].own[1]] = true;
    }
}

static void
look_at_ours(struct looking *l)
{
  for (size_t i = 0; i < l->argv->n; i++)
    if (str_eq(l->argv->args[i]->option, "-machine"))
      l->machine = string_of(l->argv->args[i], "type");
  look_at_machine(l);
  for (size_t i = 0; i < l->argv->n; i++) {
    const struct arg *arg = l->argv->args[i];
    const char *bus = string_of(arg, "bus"), *addr = string_of(arg, "addr");
    if (str_eq(arg->option, "-device") && addr && l->root && str_eq(bus, l->root) && !l->holder[slot_of(addr)])
      l->holder[slot_of(addr)] = arg;
    if (!str_eq(arg->option, "-object") || !string_of(arg, "id"))
      continue;
    l->objects = ARRAY_ROOM(l->scratch, l->objects, const char *, l->n_objects);
    l->objects[l->n_objects++] = string_of(arg, "id");
  }
}

/* --- types and properties --- */

static struct text
properties_told(const struct caps *caps, const char *command, const char *type)
{
  for (unsigned run = 0; caps->record && run < 2; run++) {
    const struct exchange *exchange = record_find(caps->record, command, type, run);
    if (exchange)
      return exchange->reply;
  }
  return (struct text){ 0 };
}

static const char *
nearest_property(TALLOC_CTX *ctx, struct text properties, const char *name)
{
  const char **names = NULL;
  size_t n = 0;
  struct walk walk = walk_begin(properties);
  while (walk_next(&walk)) {
    names = ARRAY_ROOM(ctx, names, const char *, n);
    names[n++] = text_dup(ctx, text_member(walk.value, "name"));
  }
  const char *nearest = name_nearest(names, n, name);
  return nearest ? talloc_asprintf(ctx, "did you mean '%s'?", nearest) : "drop it";
}

static bool
is_object(const struct looking *l, const char *id)
{
  for (size_t i = 0; i < l->n_objects; i++)
    if (str_eq(l->objects[i], id))
      return true;
  return false;
}

/* QEMU takes these of every device, and of every object. */
static bool
is_common(const char *key)
{
  return str_eq(key, "id") || str_eq(key, "bus") || str_eq(key, "driver") || str_eq(key, "qom-type");
}

static void
check_properties(struct looking *l, const struct given *given, const char *type, struct text properties)
{
  bool device = str_eq(given->option, "device");
  size_t n;
  struct given_item *items = given_items(l->scratch, given->value, device ? "driver" : "qom-type", &n);
  for (size_t i = 0; i < n; i++) {
    char *key = talloc_strndup(l->scratch, items[i].key, strcspn(items[i].key, ".["));
    struct text found = text_find(properties, "name", items[i].key);
    if (!found.at)
      found = text_find(properties, "name", key);
    char *kind = found.at ? text_dup(l->scratch, text_member(found, "type")) : NULL;
    if (!found.at && !is_common(key) && !str_starts(key, "len-"))
      WILL_NOT(l, "-%s %s: in this QEMU (%s) it has no property '%s', this guest will not start; %s", given->option,
               type, caps_version_string(l->caps), key, nearest_property(l->scratch, properties, key));
    else if (kind && str_starts(kind, "link<memory-backend") && !is_object(l, items[i].value))
      WILL_NOT(l, "-%s %s: %s='%s': no -object has that id, this guest will not start; add one", given->option, type,
               key, items[i].value);
  }
}

static void
check_type(struct looking *l, const struct given *given)
{
  bool device = str_eq(given->option, "device");
  const char *type = given_type(l->scratch, l->caps, given);
  if (!type)
    return;
  if (caps_type(l->caps, type) == OFF)
    WILL_NOT(l, "-%s %s: this QEMU (%s) has no such %s, this guest will not start; -%s help lists them", given->option,
             type, caps_version_string(l->caps), given->option, given->option);
  struct text properties = properties_told(l->caps, device ? "device-list-properties" : "qom-list-properties", type);
  if (properties.at)
    check_properties(l, given, type, properties);
}

static void
check_option(struct looking *l, const struct given *given)
{
  if (given_option_known(l->caps, given->option) == OFF)
    WILL_NOT(l, "-%s: this QEMU (%s) has no such option, this guest will not start; qemu -help lists them",
             given->option, caps_version_string(l->caps));
}

/* --- places --- */

static bool
is_pci(const struct caps *caps, const char *type)
{
  struct text properties = properties_told(caps, "device-list-properties", type);
  size_t length = strlen(type);
  if (properties.at)
    return text_find(properties, "name", "addr").at && text_find(properties, "name", "romfile").at;
  char *word = talloc_asprintf(NULL, " %s ", type);
  bool listed = strstr(pci_types, word) != NULL;
  talloc_free(word);
  return listed || (length > 4 && strcmp(type + length - 4, "-pci") == 0) || strstr(type, "-pci-");
}

struct items {
  const struct given_item *items;
  size_t n;
};

static const char *
device_plugs(struct looking *l, const struct given *given, struct items items)
{
  const char *bus = given_item(items.items, items.n, "bus"), *type = given_type(l->scratch, l->caps, given);
  return *given->value == '{' || !type || (bus && !str_eq(bus, l->root)) || !is_pci(l->caps, type) ? NULL : type;
}

static const char *
virtfs_plugs(struct looking *l, const struct given *given, struct items items)
{
  (void)l, (void)given, (void)items;
  return "virtio-9p-pci";
}

static const char *
of_table(const char *const (*table)[2], size_t n, const char *word)
{
  for (size_t i = 0; i < n; i++)
    if (str_eq(table[i][0], word))
      return table[i][1];
  return NULL;
}

static const char *
vga_plugs(struct looking *l, const struct given *given, struct items items)
{
  static const char *const types[][2] = {
    { "std", "VGA" },     { "cirrus", "cirrus-vga" }, { "vmware", "vmware-svga" },
    { "qxl", "qxl-vga" }, { "virtio", "virtio-vga" },
  };
  (void)items;
  return l->has_vga ? of_table(types, ARRAY_SIZE(types), given->value) : NULL;
}

/* A model that is none of PCI's (ne2k_isa) sits elsewhere. */
static const char *
nic_plugs(struct looking *l, const struct given *given, struct items items)
{
  const char *kind = given_item(items.items, items.n, "type"), *model = given_item(items.items, items.n, "model");
  bool card = str_eq(given->option, "net") ? str_eq(kind, "nic") : !str_eq(kind, "none");
  if (!card || !l->nic)
    return NULL;
  if (!model)
    return l->nic;
  const char *type = caps_device_type(l->scratch, l->caps, str_eq(model, "virtio") ? "virtio-net" : model);
  return is_pci(l->caps, type) ? type : NULL;
}

static const char *
audio_plugs(struct looking *l, const struct given *given, struct items items)
{
  static const char *const types[][2] = { { "hda", "intel-hda" }, { "ac97", "AC97" }, { "es1370", "ES1370" } };
  (void)l, (void)given;
  return of_table(types, ARRAY_SIZE(types), given_item(items.items, items.n, "model"));
}

static const char *
drive_plugs(struct looking *l, const struct given *given, struct items items)
{
  const char *interface = given_item(items.items, items.n, "if");
  (void)given;
  return (interface ? str_eq(interface, "virtio") : l->drives_virtio) ? "virtio-blk-pci" : NULL;
}

/* Options that put something into a slot of the machine's own PCI bus. */
static const struct plugger {
  const char *option;
  enum turn turn;
  const char *instead; /* what is given to name the slot; NULL: the option itself has words for it */
  /* The type; NULL: nothing that we know of. */
  const char *(*plugs)(struct looking *l, const struct given *given, struct items items);
} pluggers[] = {
  { "vga", TURN_VGA, "-device %s", vga_plugs },
  { "nic", TURN_NIC, "-netdev and -device %s,netdev=ID", nic_plugs },
  { "net", TURN_NIC, "-netdev and -device %s,netdev=ID", nic_plugs },
  { "audio", TURN_SOUND, "-audiodev and -device %s", audio_plugs },
  { "device", TURN_DEVICE, NULL, device_plugs },
  { "virtfs", TURN_DEVICE, "-fsdev and -device %s,fsdev=ID,mount_tag=TAG", virtfs_plugs },
  { "drive", TURN_DRIVE, "-drive if=none,id=ID and -device %s,drive=ID", drive_plugs },
};

static const struct plugger *
plugger_of(const struct given *given)
{
  for (size_t i = 0; given->value && i < ARRAY_SIZE(pluggers); i++)
    if (str_eq(given->option, pluggers[i].option))
      return &pluggers[i];
  return NULL;
}

/* The JSON device that brings BUS ("pci.3", "scsi0.0"); NULL: none does. */
static const struct arg *
brings(const struct looking *l, const char *bus)
{
  for (size_t i = 0; i < l->argv->n; i++) {
    const struct arg *arg = l->argv->args[i];
    const char *id = str_eq(arg->option, "-device") ? string_of(arg, "id") : NULL;
    size_t length = id ? strlen(id) : 0;
    if (id && strncmp(bus, id, length) == 0 && (bus[length] == '\0' || str_eq(bus + length, ".0")))
      return arg;
  }
  return NULL;
}

static void
refuse_slot(struct looking *l, const struct plugger *plugger, const char *type, unsigned slot, bool chosen)
{
  const struct arg *holder = l->holder[slot];
  unsigned free = 0;
  while (free < SLOTS && (l->taken[free] || l->named[free] || l->holder[free]))
    free++;
  char *whose =
      talloc_asprintf(l->scratch, "%s%s", holder->subject ? holder->subject : "a device",
                      holder->place.line ? talloc_asprintf(l->scratch, " (line %u)", holder->place.line) : "");
  if (free < SLOTS)
    l->taken[free] = true; /* the next one shall not be sent there */
  char *instead = plugger->instead ? talloc_asprintf(l->scratch, plugger->instead, type) : NULL;
  char *remedy = free == SLOTS ? talloc_strdup(l->scratch, "no other is free on that bus")
                               : talloc_asprintf(l->scratch, "write %s%sbus=%s,addr=0x%x", instead ? instead : "",
                                                 instead ? "," : "", l->root, free);
  char *what = instead ? talloc_asprintf(l->scratch, "%s (%s)", plugger->option, type)
                       : talloc_asprintf(l->scratch, "%s %s", plugger->option, type);
  WILL_NOT(l,
           chosen ? "-%s: slot 0x%x of %s is that of %s, this guest will not start; %s"
                  : "-%s: QEMU makes it before the devices of the XML, in the first free slot, 0x%x of %s, which "
                    "is that of %s, this guest will not start; %s",
           what, slot, l->root, whose, remedy);
}

static void
check_bus(struct looking *l, const struct given *given)
{
  size_t n;
  const char *type = str_eq(given->option, "device") ? given_type(l->scratch, l->caps, given) : NULL;
  if (!type || *given->value == '{')
    return;
  struct given_item *items = given_items(l->scratch, given->value, "driver", &n);
  const char *bus = given_item(items, n, "bus"), *addr = given_item(items, n, "addr");
  if (addr && (!bus || str_eq(bus, l->root)))
    l->named[slot_of(addr)] = true;
  if (bus && brings(l, bus))
    WILL_NOT(l,
             "-device %s: QEMU makes it before bus '%s', which %s brings, this guest will not start; write it as JSON, "
             "which is made later: -device '{\"driver\":\"%s\",\"bus\":\"%s\",...}'",
             type, bus, brings(l, bus)->subject ? brings(l, bus)->subject : "another device", type, bus);
}

static void
check_slot(struct looking *l, const struct given *given, enum turn turn)
{
  const struct plugger *plugger = plugger_of(given);
  if (!plugger || plugger->turn != turn || !l->root)
    return;
  struct items items;
  items.items = given_items(l->scratch, given->value, "type", &items.n);
  const char *type = plugger->plugs(l, given, items);
  if (!type)
    return;
  const char *addr = turn == TURN_DEVICE ? given_item(items.items, items.n, "addr") : NULL;
  unsigned slot = 0;
  while (!addr && slot + 1 < SLOTS && l->taken[slot])
    slot++;
  if (addr)
    slot = slot_of(addr);
  l->taken[slot] = true;
  if (l->holder[slot])
    refuse_slot(l, plugger, type, slot, addr != NULL);
}

static bool
brings_plug(const struct plug *plug, const char *type)
{
  for (size_t i = 0; i < ARRAY_SIZE(plug->bringers) && plug->bringers[i]; i++)
    if (strstr(type, plug->bringers[i]))
      return true;
  return false;
}

static bool
needs_plug(const struct plug *plug, const char *type)
{
  for (size_t i = 0; i < ARRAY_SIZE(plug->devices) && plug->devices[i]; i++)
    if (str_starts(type, plug->devices[i]))
      return !brings_plug(plug, type);
  return false;
}

static void
look_for_plugs(struct looking *l)
{
  for (size_t i = 0; i < l->argv->n; i++) {
    const struct arg *arg = l->argv->args[i];
    const char *driver = arg->style == ARG_JSON && str_eq(arg->option, "-device") ? string_of(arg, "driver") : NULL;
    for (size_t plug = 0; driver && plug < ARRAY_SIZE(plugs); plug++)
      if (!l->bringer[plug] && brings_plug(&plugs[plug], driver) && string_of(arg, "id"))
        l->bringer[plug] = arg;
  }
}

static void
check_plug(struct looking *l, const struct given *given)
{
  size_t n;
  const char *type = str_eq(given->option, "device") ? given_type(l->scratch, l->caps, given) : NULL;
  l->brought[0] |= str_eq(given->option, "usb");
  if (!type || *given->value == '{')
    return;
  struct given_item *items = given_items(l->scratch, given->value, "driver", &n);
  for (size_t i = 0; i < ARRAY_SIZE(plugs); i++) {
    const struct arg *ours = l->bringer[i];
    if (ours && l->root && needs_plug(&plugs[i], type) && !given_item(items, n, "bus") && !l->brought[i])
      WILL_NOT(l,
               "-device %s: QEMU makes it before %s, whose bus it needs, this guest will not start; write it as JSON, "
               "which is made later: -device '{\"driver\":\"%s\",\"bus\":\"%s.0\",...}'",
               type, ours->subject ? ours->subject : "the device", type, string_of(ours, "id"));
    l->brought[i] |= brings_plug(&plugs[i], type);
  }
}

/* "pc" is pc-i440fx-10.0, or whatever the newest is. */
static bool
is_same_machine(const struct caps *caps, const char *a, const char *b)
{
  const struct caps_machine *x = caps_machine(caps, a, true), *y = caps_machine(caps, b, true);
  return str_eq(a, b) || (x && y && str_eq(x->name, y->name));
}

static void
check_machine(struct looking *l, const struct given *given)
{
  size_t n;
  if (!given->value || !(str_eq(given->option, "machine") || str_eq(given->option, "M")))
    return;
  struct given_item *items = given_items(l->scratch, given->value, "type", &n);
  const char *type = given_item(items, n, "type");
  if (type && l->machine && !is_same_machine(l->caps, type, l->machine))
    diag_warning(l->diag, l->arg->place, NULL,
                 "-%s %s: QEMU takes this machine instead of %s, for which all else is laid out; write it into <os>: "
                 "<type machine='%s'>",
                 given->option, type, l->machine, type);
}

void
given_check(const struct caps *caps, const struct argv *argv, struct diag *diag)
{
  struct looking l = { .caps = caps, .argv = argv, .diag = diag, .scratch = talloc_new(NULL) };
  const struct arg **args;
  size_t count;
  const struct given *given = given_in(l.scratch, caps, argv, &args, &count);
  look_at_ours(&l);
  if (count)
    look_for_plugs(&l);
  for (size_t i = 0; i < count; i++) {
    size_t n_items;
    if (!given[i].value || !str_eq(given[i].option, "object"))
      continue;
    struct given_item *items = given_items(l.scratch, given[i].value, "qom-type", &n_items);
    l.objects = ARRAY_ROOM(l.scratch, l.objects, const char *, l.n_objects);
    l.objects[l.n_objects++] = given_item(items, n_items, "id");
  }
  for (size_t i = 0; i < count; i++) {
    l.arg = args[given[i].word + (given[i].value != NULL)];
    check_option(&l, &given[i]);
    check_type(&l, &given[i]);
    check_bus(&l, &given[i]);
    check_plug(&l, &given[i]);
    check_machine(&l, &given[i]);
  }
  for (enum turn turn = 0; turn < TURNS; turn++)
    for (size_t i = 0; i < count; i++) {
      l.arg = args[given[i].word + (given[i].value != NULL)];
      check_slot(&l, &given[i], turn);
    }
  talloc_free(l.scratch);
}
