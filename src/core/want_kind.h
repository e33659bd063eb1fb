/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/want_kind.h - the sorts of things of the host that a guest wants, and what is done with each */

/* Arguments and helpers' words say it of what they name (core/props.h, core/argv.h, domain/helper.h);
 * domain/wants.h has the list of a domain; launch/ looks whether the host has it. */

#ifndef CORE_WANT_KIND_H
#define CORE_WANT_KIND_H

enum want_kind {
  WANT_NOTHING, /* or what the slice has said already: its taps */
  /* files */
  WANT_READ,        /* there, and read */
  WANT_DATA,        /* the same by name: of QEMU's own, which it looks for in its folders */
  WANT_WRITE,       /* there, and written to */
  WANT_MAKE,        /* written, and made where it is missing */
  WANT_IMAGE,       /* opened by the block layer; whether it can is asked where it is resolved */
  WANT_TEMPLATE,    /* we make it where it is missing, of SOURCE or of CONTENT */
  WANT_OVERLAY,     /* an image, of QEMU's format SOURCE, that the guest's writes must not reach */
  WANT_MEMORY_FILE, /* guest RAM of BYTES in a file, or in a file of this folder: made where it is missing */
  /* folders */
  WANT_SHARE,               /* there, and seen by the guest */
  WANT_NSS,                 /* likewise, with a database of NSS */
  WANT_FOLDER,              /* we make it where it is missing */
  WANT_SERVER_CERTIFICATES, /* with QEMU's names of a server's certificate, key and authority */
  WANT_CLIENT_CERTIFICATES, /* with the authority that QEMU believes as a client */
  /* sockets and pipes in the file system */
  WANT_CONNECT, /* somebody listens there */
  WANT_RETRY,   /* likewise, but QEMU tries again and again */
  WANT_BUS,     /* D-Bus of the session */
  WANT_LISTEN,  /* QEMU or a helper listens there */
  WANT_PIPE,    /* a FIFO, or two with .in and .out */
  /* device nodes and devices */
  WANT_DEVICE,      /* a character device, read and written */
  WANT_EVDEV,       /* likewise, an event device */
  WANT_TPM,         /* likewise, a TPM */
  WANT_SOURCE,      /* read like a device: anything but a folder or a socket */
  WANT_RENDER_NODE, /* any in this folder */
  WANT_KVM,         /* the accelerator's node */
  WANT_IOMMUFD,     /* the node of Linux' newer interface to IOMMUs */
  WANT_VHOST_NET,   /* vhost-net's node */
  WANT_VDPA,        /* a vDPA device's node, which pins all guest RAM */
  WANT_NVME_NODE,   /* of a namespace that the host's kernel drives; SOURCE is "ADDRESS/ID" */
  WANT_VFIO_PCI,    /* a PCI address to be bound to vfio-pci; SOURCE "managed": by us */
  WANT_MDEV,        /* a mediated device, by its folder in sysfs */
  WANT_USB,         /* a USB device's node */
  /* network */
  WANT_TAP,       /* a tap, or one in this bridge */
  WANT_MACVTAP,   /* on the interface SOURCE */
  WANT_INTERFACE, /* there, whatever it is */
  WANT_PORT,      /* a TCP port to listen on; VALUE is "ADDRESS:PORT" */
  WANT_UDP_PORT,  /* likewise */
  WANT_SERVER,    /* a TCP server to connect to; VALUE likewise */
  WANT_PEER,      /* packets go there, whoever takes them; VALUE likewise */
  WANT_GROUP,     /* a multicast address to join; VALUE likewise */
  /* programs and modules of QEMU */
  WANT_PROGRAM, /* a path, or looked up in PATH */
  WANT_MODULE,  /* of QEMU, as "audio-pa", where its build has modules */
  /* memory */
  WANT_MEMORY,     /* BYTES of guest RAM without a file */
  WANT_MEMLOCK,    /* BYTES that may be locked */
  WANT_HUGE_PAGES, /* BYTES that are free in pages of PAGE bytes */
  WANT_KINDS
};

#endif
