/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/wants.c - has the host what a guest wants: a check for each kind of want */

#include "launch/wants.h"
#include "core/options.h"

#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

/* NULL: asked elsewhere, or nothing that could be asked. */
static void (*const checks[])(const struct asking *a) = {
  [WANT_NOTHING] = NULL,
  [WANT_READ] = want_check_read,
  [WANT_DATA] = want_check_data,
  [WANT_WRITE] = want_check_write,
  [WANT_MAKE] = want_check_make,
  [WANT_IMAGE] = NULL,    /* where it is resolved: block/chain_files.c */
  [WANT_TEMPLATE] = NULL, /* launch/files.c, which makes it */
  [WANT_OVERLAY] = NULL,  /* launch/overlays.c, which makes it */
  [WANT_MEMORY_FILE] = want_check_memory_file,
  [WANT_SHARE] = want_check_share,
  [WANT_NSS] = want_check_nss,
  [WANT_FOLDER] = NULL, /* launch/files.c, which makes it */
  [WANT_SERVER_CERTIFICATES] = want_check_server_certificates,
  [WANT_CLIENT_CERTIFICATES] = want_check_client_certificates,
  [WANT_CONNECT] = want_check_connect,
  [WANT_RETRY] = NULL, /* QEMU starts without */
  [WANT_BUS] = want_check_bus,
  [WANT_LISTEN] = want_check_listen,
  [WANT_PIPE] = want_check_pipe,
  [WANT_DEVICE] = want_check_device,
  [WANT_EVDEV] = want_check_evdev,
  [WANT_TPM] = want_check_tpm,
  [WANT_SOURCE] = want_check_source,
  [WANT_RENDER_NODE] = want_check_render_node,
  [WANT_KVM] = want_check_kvm,
  [WANT_IOMMUFD] = want_check_iommufd,
  [WANT_VHOST_NET] = NULL, /* launch/taps.c, which opens it */
  [WANT_VDPA] = want_check_vdpa,
  [WANT_NVME_NODE] = NULL, /* where it is resolved: block/nvme_kernel.c */
  [WANT_VFIO_PCI] = NULL,  /* launch/claims.c */
  [WANT_MDEV] = want_check_mdev,
  [WANT_USB] = want_check_usb,
  [WANT_TAP] = NULL,     /* launch/taps.c, which opens it */
  [WANT_MACVTAP] = NULL, /* likewise */
  [WANT_INTERFACE] = want_check_interface,
  [WANT_PORT] = want_check_port,
  [WANT_UDP_PORT] = want_check_port,
  [WANT_SERVER] = want_check_server,
  [WANT_PEER] = want_check_peer,
  [WANT_GROUP] = want_check_peer,
  [WANT_PROGRAM] = want_check_program,
  [WANT_MODULE] = want_check_module,
  [WANT_MEMORY] = want_check_memory,
  [WANT_MEMLOCK] = NULL, /* launch/ready.c, beside the devices that need it */
  [WANT_HUGE_PAGES] = want_check_huge_pages,
};
static_assert(ARRAY_SIZE(checks) == WANT_KINDS, "a kind of want has no row");

void
want_lacks(const struct asking *a, const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  char *text = talloc_vasprintf(NULL, fmt, ap);
  va_end(ap);
  diag_host(a->stage->diag, a->want->place, a->want->subject, "%s", text);
  talloc_free(text);
}

void
want_warns(const struct asking *a, const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  char *text = talloc_vasprintf(NULL, fmt, ap);
  va_end(ap);
  diag_warning(a->stage->diag, a->want->place, a->want->subject, "%s", text);
  talloc_free(text);
}

/* The folder on the way to PATH that this user may not enter; NULL: none. */
static const char *
closed_folder(TALLOC_CTX *ctx, const struct host *host, const char *path)
{
  for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    char *folder = talloc_strndup(ctx, path, (size_t)(slash - path));
    if (!host_may(host, folder, X_OK) && errno == EACCES)
      return folder;
  }
  return NULL;
}

/* A talloc child of CTX. */
static const char *
remedy_for(TALLOC_CTX *ctx, const struct host *host, const char *path, int error, const char *missing)
{
  const char *closed = error == EACCES ? closed_folder(ctx, host, path) : NULL;
  switch (error) {
  case ENOENT:
    return missing;
  case EACCES:
  case EPERM:
    return closed ? talloc_asprintf(ctx, "let this user enter %s", closed)
                  : "let this user read and write what it must";
  case ELOOP:
    return "its links lead in a circle, let one of them end";
  case ENAMETOOLONG:
    return "Linux takes 255 bytes a name and 4095 a path, shorten it";
  case ENOTDIR:
    return "a part of the path is no folder, mend it";
  default:
    return "mend the path";
  }
}

void
want_fails(const struct asking *a, const char *path, int error, const char *remedy)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  char *here = path[0] == '/' ? NULL : host_real_path(ctx, a->stage->host, ".");
  want_lacks(a, "%s: %s%s%s%s; %s", path, strerror(error), here ? " (looked for from " : "", here ? here : "",
             here ? ", where this runs)" : "", remedy_for(ctx, a->stage->host, path, error, remedy));
  talloc_free(ctx);
}

struct checking {
  const struct domain *domain;
  struct stage *stage;
};

static void
check_one(const struct want *want, void *arg)
{
  const struct checking *c = arg;
  const struct asking a = { c->domain, c->stage, want };
  /* --exec starts no helpers: what is theirs, whoever starts them sees */
  bool ours = !want->of_helper || c->stage->options->mode != MODE_EXEC;
  if (checks[want->kind] && ours)
    checks[want->kind](&a);
}

void
wants_check(const struct domain *domain, struct stage *stage)
{
  struct checking checking = { domain, stage };
  wants_each(domain, check_one, &checking);
}
