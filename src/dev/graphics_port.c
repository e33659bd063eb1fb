/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/graphics_port.c - the TCP ports of VNC and SPICE: which the XML gives, which are chosen */

#include "dev/graphics.h"
#include "core/options.h"
#include "host/port.h"

const struct attr graphics_port_attrs[] = { ATTR_INT("@port", struct graphics, port, .min = ANY_PORT, .max = LAST_PORT,
                                                     .dflt = "the first free one of VNC; none of SPICE",
                                                     .doc = "The TCP port for clients; -1 lets one be chosen."),
                                            ATTR_YESNO("@autoport", struct graphics, autoport,
                                                       .dflt =
                                                           "yes of VNC without a port, and of SPICE with both ports -1",
                                                       .doc = "Whether the ports are chosen when the guest starts."),
                                            ATTR_END };

/* Libvirt does not read the same for VNC and for SPICE who chooses the ports; neither do we. */
void
graphics_read_ports(struct graphics *graphics, xmlNode *node, struct stage *stage)
{
  attr_read(graphics_port_attrs, node, graphics, graphics->dev.subject, stage->diag);
  int32_t *tls_port = &graphics->spice.tls_port;
  if (graphics->type == GRAPHICS_VNC && graphics->autoport == UNSET)
    graphics->autoport = graphics->port == ANY || !xml_has(node, "@port") ? ON : OFF;
  else if (graphics->type == GRAPHICS_SPICE && graphics->port == ANY && *tls_port == ANY)
    graphics->autoport = ON;
  if (graphics->autoport == ON)
    graphics->port = *tls_port = 0;
  else if (graphics->type == GRAPHICS_VNC && graphics->port == ANY)
    graphics->port = 0;
  /* a SPICE that neither has a port nor asks for one listens nowhere */
  if (graphics->type == GRAPHICS_SPICE && graphics->listen == LISTEN_ADDRESS && graphics->autoport != ON &&
      !graphics->port && !*tls_port)
    graphics->listen = LISTEN_NONE;
}

/* Does another display, or another port of this one, have PORT? */
static bool
port_taken(const struct domain *domain, int32_t port)
{
  const struct device_list *list = domain_devices(domain, &graphics_kind);
  for (size_t i = 0; i < list->n; i++) {
    const struct graphics *other = (const struct graphics *)list->items[i];
    if (other->port == port || other->websocket == port || other->spice.tls_port == port)
      return true;
  }
  return false;
}

/* libvirt asks the host which port is free. So do we where QEMU is to start; what is printed must be
 * the same for the same input. */
static int32_t
next_port(const struct graphics *graphics, int32_t first, const struct stage *stage)
{
  bool ask = options_starts(stage->options);
  const char *address = graphics->address ? graphics->address : "127.0.0.1";
  while (first < LAST_PORT && (port_taken(graphics->dev.domain, first) ||
                               (ask && port_is_taken(stage->host, false, address, (unsigned)first))))
    first++;
  return first;
}

bool
graphics_listens_on_tcp(const struct graphics *graphics)
{
  return graphics->listen == LISTEN_ADDRESS || graphics->listen == LISTEN_NETWORK;
}

/* Does the XML ask for MODE, by a channel or for all of them? */
static bool
wants(const struct spice *spice, enum channel_mode mode)
{
  for (size_t i = 0; i < SPICE_CHANNELS; i++)
    if (spice->channels[i] == mode)
      return true;
  return spice->default_mode == mode;
}

static void
complete_spice(struct graphics *graphics, const struct stage *stage)
{
  struct spice *spice = &graphics->spice;
  bool choose = graphics->autoport == ON;
  bool plain = wants(spice, CHANNEL_INSECURE) || spice->default_mode == CHANNEL_ANY;
  if (graphics->port == ANY || (choose && plain))
    graphics->port = next_port(graphics, SPICE_FIRST_PORT, stage);
  if (spice->tls_port == ANY || (choose && wants(spice, CHANNEL_SECURE)))
    spice->tls_port = next_port(graphics, SPICE_FIRST_PORT + 1, stage);
}

void
graphics_complete_ports(struct graphics *graphics, const struct stage *stage)
{
  if (!graphics_listens_on_tcp(graphics)) {
    graphics->port = graphics->websocket = graphics->spice.tls_port = 0;
    return;
  }
  if (graphics->type == GRAPHICS_SPICE)
    complete_spice(graphics, stage);
  else if (graphics->autoport == ON)
    graphics->port = next_port(graphics, VNC_FIRST_PORT, stage);
  if (graphics->websocket == ANY)
    graphics->websocket = next_port(graphics, WEBSOCKET_FIRST_PORT, stage);
}

void
graphics_ports_props(const struct graphics *graphics, struct props *p)
{
  const int32_t ports[] = { graphics->port, graphics->websocket, graphics->spice.tls_port };
  for (size_t i = 0; i < ARRAY_SIZE(ports); i++)
    if (ports[i] > 0)
      props_port_number(p, WANT_PORT, graphics->address, (uint64_t)ports[i]);
}
