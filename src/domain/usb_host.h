/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/usb_host.h - a USB device of the host: <source> of <hostdev type='usb'> and <interface type='hostdev'> */

/* It is named by where it is plugged in, by vendor and product, or by both. */

#ifndef DOMAIN_USB_HOST_H
#define DOMAIN_USB_HOST_H

#include "domain/kind.h"
#include "domain/startup.h"

enum usb_reset { USB_RESET_DEFAULT, USB_RESET_OFF, USB_RESET_UNINITIALIZED, USB_RESET_ON };

struct usb_host {
  uint32_t bus, device; /* 0: not given */
  struct num vendor, product;
  enum usb_reset reset;
  enum startup_policy startup;
  const char *port; /* "1.2": where it is plugged in, whatever number it gets; NULL: not given */
  bool missing;     /* after find: optional, and not there */
  const char *node; /* after find: where it is plugged in; NULL: not looked for, or given */
};

extern const struct attr usb_host_attrs[];

/* Reads <source> of NODE, which is there. */
void usb_host_read(struct usb_host *usb, xmlNode *node, const char *subject, struct diag *diag);

/* What DEV, whose device USB is, cannot have: one that another of any kind has already, what this QEMU lacks. */
void usb_host_check(const struct usb_host *usb, const struct device *dev, struct stage *stage);

/* resolve: a start, and --check, must know which device it is; printing leaves that to QEMU. */
void usb_host_find(struct usb_host *usb, struct device *dev, struct stage *stage);

/* The -device of one that is not missing; its address in the guest is all that it lacks. */
struct props *usb_host_build(const struct usb_host *usb, const struct device *dev, const struct build *b,
                             struct argv *argv);

#endif
