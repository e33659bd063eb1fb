/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/want_devices.c - devices, ports, programs and memory that a guest wants */

#include "launch/wants.h"
#include "core/options.h"
#include "host/memory.h"
#include "host/process.h"
#include "host/space.h"
#include "launch/node.h"
#include "qemu/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* A made host has plain files for device nodes. */
static bool
is_node(const struct asking *a, const struct stat *st)
{
  return S_ISCHR(st->st_mode) || (S_ISREG(st->st_mode) && !host_is_real(a->stage->host));
}

static const char *
what_it_is(const struct stat *st)
{
  switch (st->st_mode & S_IFMT) {
  case S_IFBLK:
    return "a block device";
  case S_IFDIR:
    return "a folder";
  case S_IFIFO:
    return "a FIFO";
  case S_IFSOCK:
    return "a socket";
  default:
    return "a plain file";
  }
}

/* PATH was not to be opened, because of ERROR. MISSING is for where it is missing; INSTEAD is what helps besides where
 * it is there. */
static void
cannot_open(const struct asking *a, const char *path, int error, const char *missing, const char *instead)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  const char *remedy = node_remedy(ctx, a->stage->host, path, error);
  if (remedy)
    want_lacks(a, "%s: %s; %s%s", path, strerror(error), remedy, instead);
  else
    want_fails(a, path, error, missing);
  talloc_free(ctx);
}

static bool
check_node(const struct asking *a, const char *missing)
{
  const char *path = a->want->value;
  struct stat st;
  if (!host_stat(a->stage->host, path, &st))
    want_fails(a, path, errno, missing);
  else if (!is_node(a, &st))
    want_lacks(a, "%s is %s, no character device; name one", path, what_it_is(&st));
  else if (!host_may(a->stage->host, path, R_OK | W_OK))
    cannot_open(a, path, errno, missing, "");
  else
    return true;
  return false;
}

/* The name by which the kernel knows the device behind a node; NULL: it does not tell. */
static char *
kernel_name(TALLOC_CTX *ctx, const struct host *host, const char *path)
{
  struct stat st;
  if (!host_stat(host, path, &st) || !S_ISCHR(st.st_mode))
    return NULL;
  return host_link_name(ctx, host, talloc_asprintf(ctx, "/sys/dev/char/%u:%u", major(st.st_rdev), minor(st.st_rdev)));
}

/* A node of the driver whose devices the kernel calls PREFIX and a number. */
static void
check_node_of(const struct asking *a, const char *prefix, const char *what, const char *missing)
{
  TALLOC_CTX *ctx = talloc_new(NULL);
  const char *name = check_node(a, missing) ? kernel_name(ctx, a->stage->host, a->want->value) : NULL;
  if (name && !str_starts(name, prefix))
    want_lacks(a, "%s is no %s, the kernel calls it '%s'; %s", a->want->value, what, name, missing);
  talloc_free(ctx);
}

void
want_check_device(const struct asking *a)
{
  check_node(a, "plug the device in or load its driver, or name another");
}

/* QEMU ui/input-linux.c and hw/input/virtio-input-host.c ask it for its events. */
void
want_check_evdev(const struct asking *a)
{
  check_node_of(a, "event", "event device",
                "plug the device in, and name it by a link of /dev/input/by-id or by-path that ends in -event-kbd or "
                "-event-mouse");
}

/* QEMU backends/tpm/tpm_util.c, tpm_util_test_tpmdev(), sends it a command. */
void
want_check_tpm(const struct asking *a)
{
  check_node_of(a, "tpm", "TPM",
                "switch the TPM on in the firmware and name its node, /dev/tpm0, or write <backend type='emulator'>");
}

void
want_check_render_node(const struct asking *a)
{
  const struct host *host = a->stage->host;
  TALLOC_CTX *ctx = talloc_new(NULL);
  const char *closed = NULL;
  bool found = false;
  int error = 0;
  for (char **name = host_list(ctx, host, a->want->value); name && *name && !found; name++) {
    const char *path = talloc_asprintf(ctx, "%s/%s", a->want->value, *name);
    bool node = str_starts(*name, "renderD");
    found = node && host_may(host, path, R_OK | W_OK);
    if (!node || found)
      continue;
    closed = path;
    error = errno;
  }
  if (!found && closed)
    cannot_open(a, closed, error, "load the driver of its graphics card", "");
  else if (!found)
    want_lacks(a, "no render node in %s, with which OpenGL draws; load the driver of a graphics card, or modprobe vgem",
               a->want->value);
  talloc_free(ctx);
}

void
want_check_iommufd(const struct asking *a)
{
  check_node(a, "modprobe iommufd (Linux 6.6 and newer have it), or write <driver iommufd='no'/>");
}

void
want_check_vdpa(const struct asking *a)
{
  check_node(a, "vdpa dev add makes one");
}

/* A right that its mode grants, a container's device rules may deny: only opening tells. */
void
want_check_kvm(const struct asking *a)
{
  int fd = host_open_file(a->stage->host, a->want->value, O_RDWR, 0);
  if (fd >= 0)
    close(fd);
  else if (errno == EACCES || errno == EPERM)
    cannot_open(a, a->want->value, errno, "", ", or write <domain type='qemu'>");
  else
    want_lacks(a,
               "%s: %s; switch virtualization on in the firmware and load kvm_intel or kvm_amd, or write <domain "
               "type='qemu'>",
               a->want->value, strerror(errno));
}

/* Linux Documentation/driver-api/vfio-mediated-device.rst: VFIO opens the device by its group. */
void
want_check_mdev(const struct asking *a)
{
  const struct host *host = a->stage->host;
  const char *path = a->want->value;
  struct stat st;
  if (!host_stat(host, path, &st)) {
    want_fails(a, path, errno, "make the mediated device: mdevctl start, or write its uuid to its type's create");
    return;
  }
  TALLOC_CTX *ctx = talloc_new(NULL);
  const char *group = host_link_name(ctx, host, talloc_asprintf(ctx, "%s/iommu_group", path));
  const char *node = group ? talloc_asprintf(ctx, "/dev/vfio/%s", group) : NULL;
  if (node && !host_may(host, node, R_OK | W_OK))
    want_fails(a, node, errno, "load vfio_mdev, and let this user read and write it");
  talloc_free(ctx);
}

void
want_check_usb(const struct asking *a)
{
  check_node(a, "plug the device in; lsusb shows where those are that there are");
}

void
want_check_program(const struct asking *a)
{
  if (!process_would_find(a->stage->host, a->want->value))
    want_lacks(a, "%s, which the guest needs beside QEMU, is not there; install it", a->want->value);
}

static bool
has_word(const char *const *words, size_t n, const char *word)
{
  for (size_t i = 0; i < n && words[i]; i++)
    if (str_eq(words[i], word))
      return true;
  return false;
}

/* Does the user name folders of data, with -L? */
static bool
names_folders(const struct asking *a)
{
  const struct override *override = &a->domain->override;
  const char *const *extra = a->stage->options->extra;
  return has_word(override->args, override->n_args, "-L") || (extra && has_word(extra, SIZE_MAX, "-L"));
}

/* QEMU system/datadir.c, qemu_find_file(): the name as it is, then in each folder. */
void
want_check_data(const struct asking *a)
{
  const struct host *host = a->stage->host;
  TALLOC_CTX *ctx = talloc_new(NULL);
  const char *name = a->want->value;
  bool found = host_may(host, name, R_OK) || !host_is_real(host) || names_folders(a);
  char *folders = found ? NULL : probe_data_folders(ctx, a->domain->emulator), *save = NULL;
  found |= !folders;
  for (char *folder = folders ? strtok_r(folders, "\n", &save) : NULL; folder && !found;
       folder = strtok_r(NULL, "\n", &save))
    found = *folder != '/' || host_may(host, talloc_asprintf(ctx, "%s/%s", folder, name), R_OK);
  if (!found)
    want_lacks(a,
               "QEMU has no file %s; qemu -L help shows where it looks; install the package that brings it, or name "
               "it with its path",
               name);
  talloc_free(ctx);
}

/* Has FOLDER MODULE.so? OFF: it has others. UNSET: it has none, QEMU's are elsewhere or built in. */
static enum tristate
module_in(TALLOC_CTX *ctx, const struct host *host, const char *folder, const char *module)
{
  const char *wanted = talloc_asprintf(ctx, "%s.so", module);
  enum tristate there = UNSET;
  for (char **name = host_list(ctx, host, folder); name && *name && there != ON; name++) {
    size_t length = strlen(*name);
    if (str_eq(*name, wanted))
      there = ON;
    else if (length > 3 && str_eq(*name + length - 3, ".so"))
      there = OFF;
  }
  return there;
}

/* QEMU util/module.c looks in the folder of its build, which lies beside that of the binary: PREFIX/lib/qemu,
 * lib64/qemu-kvm, lib/x86_64-linux-gnu/qemu. */
void
want_check_module(const struct asking *a)
{
  const struct host *host = a->stage->host;
  TALLOC_CTX *ctx = talloc_new(NULL);
  const char *binary = host_real_path(ctx, host, a->domain->emulator), *bin = binary ? path_folder(ctx, binary) : "/";
  const char *lib = talloc_asprintf(ctx, "%s/lib", path_folder(ctx, bin));
  char **names = host_list(ctx, host, lib);
  const char *folders[] = { talloc_asprintf(ctx, "%s/qemu", lib), talloc_asprintf(ctx, "%s64/qemu", lib),
                            talloc_asprintf(ctx, "%s64/qemu-kvm", lib) };
  enum tristate there = UNSET;
  for (size_t i = 0; i < ARRAY_SIZE(folders) && there != ON; i++)
    there = module_in(ctx, host, folders[i], a->want->value) ?: there;
  for (; names && *names && there != ON; names++)
    if (strstr(*names, "-linux-"))
      there = module_in(ctx, host, talloc_asprintf(ctx, "%s/%s/qemu", lib, *names), a->want->value) ?: there;
  if (there == OFF)
    want_lacks(a, "QEMU's module %s.so is not there; install the package of your system that brings it (%s)",
               a->want->value,
               str_starts(a->want->value, "block-")
                   ? "qemu-block-extra, qemu-block-*"
                   : "qemu-system-gui, qemu-system-modules-*, qemu-audio-*, qemu-ui-*");
  talloc_free(ctx);
}

/* --- memory --- */

void
want_check_huge_pages(const struct asking *a)
{
  hugepages_check(a->stage->host, a->want->page, a->want->bytes, a->want->folder, a->want->place, a->want->subject,
                  a->stage->diag);
}

static uintmax_t
mib(uint64_t bytes)
{
  return (uintmax_t)(bytes >> 20);
}

/* Linux Documentation/mm/overcommit-accounting.rst. With 0, one mapping is refused that alone is more
 * than all memory and swap; with 2, what passes the limit; with 1, nothing. */
void
want_check_memory(const struct asking *a)
{
  const struct want *want = a->want;
  struct memory_room room;
  if (!memory_room(a->stage->host, &room))
    return;
  if (room.overcommit == 0 && want->largest > room.all)
    want_lacks(a,
               "%ju MiB of guest memory in one piece, and this host has %ju MiB with swap and allows no more "
               "(vm.overcommit_memory is 0); give the guest less, add swap, or sysctl vm.overcommit_memory=1",
               mib(want->largest), mib(room.all));
  else if (room.overcommit == 2 && want->bytes > room.uncommitted)
    want_lacks(a,
               "%ju MiB of guest memory, and this host has %ju MiB that nobody was promised (vm.overcommit_memory is "
               "2); give the guest less, or raise vm.overcommit_ratio",
               mib(want->bytes), mib(room.uncommitted));
  else if (want->bytes > room.available)
    want_warns(a,
               "%ju MiB of guest memory, and this host has %ju MiB available with swap: once the guest uses it, QEMU "
               "or another program is killed; give it less, or add swap",
               mib(want->bytes), mib(room.available));
}

/* QEMU backends/hostmem-file.c: a folder gets a file without a name, a file is made where it is missing. */
void
want_check_memory_file(const struct asking *a)
{
  const struct want *want = a->want;
  const struct host *host = a->stage->host;
  TALLOC_CTX *ctx = talloc_new(NULL);
  struct stat st = { 0 };
  bool there = host_stat(host, want->value, &st);
  uint64_t room, has = there && S_ISREG(st.st_mode) ? (uint64_t)st.st_blocks * 512 : 0;
  const char *where = there ? want->value : path_folder(ctx, want->value);
  bool good = true;
  if (there && S_ISDIR(st.st_mode)) {
    good = host_may(host, want->value, W_OK | X_OK);
    if (!good)
      want_fails(a, want->value, errno, "");
  } else if (there && S_ISCHR(st.st_mode)) {
    want_check_device(a); /* /dev/dax0.0 */
    good = false;
  } else {
    good = want_may_make(a, want->value);
  }
  uint64_t size = there && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
  if (good && size && size < want->largest)
    want_lacks(a,
               "%s has %ju KiB already, and %ju KiB of guest memory go there: QEMU makes no file longer; remove it, or "
               "name another",
               want->value, (uintmax_t)size >> 10, (uintmax_t)want->largest >> 10);
  else if (good && space_free(host, where, &room) && want->bytes > room + has)
    want_lacks(a,
               "%ju MiB of guest memory in %s, whose file system has room for %ju MiB: QEMU would be killed on its "
               "way; make room, give the guest less, or name another",
               mib(want->bytes), want->value, mib(room + has));
  talloc_free(ctx);
}
