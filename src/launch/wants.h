/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/wants.h - has the host what a guest wants: a check for each kind of want */

/* Questions only. What is asked elsewhere says so in the table of wants.c. */

#ifndef LAUNCH_WANTS_H
#define LAUNCH_WANTS_H

#include "domain/helper.h"

/* Reports each want of DOMAIN that the host lacks. */
void wants_check(const struct domain *domain, struct stage *stage);

/* --- between the files of this room --- */

/* One want while it is asked for. */
struct asking {
  const struct domain *domain;
  struct stage *stage;
  const struct want *want;
};

void want_lacks(const struct asking *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void want_warns(const struct asking *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Reports that PATH cannot be used because of ERROR; REMEDY is for where it is missing. */
void want_fails(const struct asking *a, const char *path, int error, const char *remedy);

/* Files, folders, sockets, device nodes: launch/want_files.c. */
void want_check_read(const struct asking *a);
void want_check_write(const struct asking *a);
void want_check_make(const struct asking *a);
void want_check_share(const struct asking *a);
void want_check_nss(const struct asking *a);
void want_check_bus(const struct asking *a);
void want_check_server_certificates(const struct asking *a);
void want_check_client_certificates(const struct asking *a);
void want_check_connect(const struct asking *a);
void want_check_listen(const struct asking *a);
void want_check_pipe(const struct asking *a);
void want_check_source(const struct asking *a);

/* Devices, programs, memory: launch/want_devices.c. */
void want_check_device(const struct asking *a);
void want_check_evdev(const struct asking *a);
void want_check_tpm(const struct asking *a);
void want_check_render_node(const struct asking *a);
void want_check_kvm(const struct asking *a);
void want_check_iommufd(const struct asking *a);
void want_check_vdpa(const struct asking *a);
void want_check_mdev(const struct asking *a);
void want_check_usb(const struct asking *a);
void want_check_program(const struct asking *a);
void want_check_data(const struct asking *a);
void want_check_module(const struct asking *a);
void want_check_memory(const struct asking *a);
void want_check_memory_file(const struct asking *a);
void want_check_huge_pages(const struct asking *a);

/* Addresses, ports, servers: launch/want_network.c. */
void want_check_interface(const struct asking *a);
void want_check_port(const struct asking *a);
void want_check_server(const struct asking *a);
void want_check_peer(const struct asking *a);

/* May a file be made at PATH? False after that was reported: by its folder, or by what is there. */
bool want_may_make(const struct asking *a, const char *path);

#endif
