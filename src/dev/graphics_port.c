/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/graphics_port.c - the TCP ports of VNC and SPICE: which the XML gives, which are chosen */

#include "dev/graphics.h"
#include "core/options.h"
#include "domain/notes.h"
#include "host/port.h"

const struct attr graphics_port_attrs[] = { ATTR_INT("@port", struct graphics, port, .min = ANY_PORT, .max = LAST_PORT,
                                                     .dflt = "the first free one of VNC; none of SPICE",
                                                     .doc = "The TCP port for clients; -1 lets one be chosen."),
                                            ATTR_YESNO("@autoport", struct graphics, autoport,
                                                       .dflt =
                                                           "yes of VNC without a port, and of SPICE with both ports -1",
                                                       .doc = "Whether the ports are chosen when the guest starts."),
                                            ATTR_END };

/* libvirt has one rule for VNC and another for SPICE about who chooses the ports; so have we. */
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
      !graphics->port && !*tls_port) {
    graphics->listen = LISTEN_NONE;
    if (!xml_refused(node, "@port") && !xml_refused(node, "@tlsPort") && !xml_refused(node, "@autoport"))
      diag_note(stage->diag, graphics->dev.place, graphics->dev.subject,
                "no client can connect, as there is no port; write autoport='yes', or <listen type='none'/> in it");
  }
}

enum { WORD_BITS = 64 };

struct display_ports {
  uint64_t words[(LAST_PORT + 1) / WORD_BITS];
};

static void
take_port(struct display_ports *taken, int32_t port)
{
  if (port > 0 && port <= LAST_PORT)
    taken->words[port / WORD_BITS] |= UINT64_C(1) << port % WORD_BITS;
}

/* The first from PORT on that is not taken; the last one where all are. */
static int32_t
free_port(const struct display_ports *taken, int32_t port)
{
  while (port < LAST_PORT && (taken->words[port / WORD_BITS] >> port % WORD_BITS & 1))
    port = taken->words[port / WORD_BITS] == UINT64_MAX ? (port / WORD_BITS + 1) * WORD_BITS : port + 1;
  return port < LAST_PORT ? port : LAST_PORT;
}

/* The ports that displays have: those of the XML, before the first is chosen, and then what is chosen. */
static struct display_ports *
ports_taken(struct domain *domain)
{
  const struct device_list *list = domain_devices(domain, &graphics_kind);
  if (domain->display_ports)
    return domain->display_ports;
  domain->display_ports = talloc_zero(domain, struct display_ports);
  for (size_t i = 0; i < list->n; i++) {
    const struct graphics *g = (const struct graphics *)list->items[i];
    if (g->listen == LISTEN_SOCKET || g->listen == LISTEN_NONE)
      continue;
    take_port(domain->display_ports, g->port);
    take_port(domain->display_ports, g->websocket);
    take_port(domain->display_ports, g->spice.tls_port);
  }
  return domain->display_ports;
}

/* libvirt asks the host which port is free. So do we where QEMU is to start; what is printed must be
 * the same for the same input. */
static int32_t
next_port(const struct graphics *graphics, int32_t first, const struct stage *stage)
{
  bool ask = options_starts(stage->options);
  struct display_ports *taken = ports_taken(graphics->dev.domain);
  const char *address = graphics->address ? graphics->address : "127.0.0.1";
  /* none below the last one that was chosen from FIRST on is free */
  uint64_t *last = &domain_note_number(graphics->dev.domain, "port from", (uint64_t)first)->number;
  int32_t port = free_port(taken, *last ? (int32_t)*last : first);
  while (ask && port < LAST_PORT && port_is_taken(stage->host, false, address, (unsigned)port))
    port = free_port(taken, port + 1);
  take_port(taken, port);
  *last = (uint64_t)port;
  return port;
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
