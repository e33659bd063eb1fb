/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/node.c - a device node that may not be opened: what would let this user */

/* Linux fs/namei.c, inode_permission(), asks in this order: the owner's, a named user's, the groups' or the others'
 * bits, of the mode or the ACL (EACCES); then the device rules of the control group (EPERM); then security modules
 * (EACCES mostly). access(2) asks the same. open(2) asks besides whether the mount takes device nodes (EACCES).
 *
 * So of EPERM the rights are not the reason. Of EACCES they are where access(2) says so, too; a group helps then if
 * its own bits do, and nothing that comes before it decides for this user. Groups are not helpful by their name: in
 * many a container /dev/kvm is root's alone. */

#include "launch/node.h"
#include "host/accounts.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { MAY_BOTH = ACL_READ | ACL_WRITE, OWNER_BOTH = S_IRUSR | S_IWUSR, GROUP_BOTH = S_IRGRP | S_IWGRP };

/* More than any tool writes; where there are more, the mode alone is looked at. */
enum { ACL_ENTRIES = 128 };

struct acl {
  struct posix_acl_xattr_header header;
  struct posix_acl_xattr_entry entries[ACL_ENTRIES];
};

struct node {
  struct stat st;
  bool nodev; /* its mount takes no device nodes */
  struct acl acl;
  size_t n; /* entries; 0: the mode is all there is */
};

static bool
look(const struct host *host, const char *path, struct node *node)
{
  int fd = host_open_file(host, path, O_PATH, 0);
  struct statvfs mount;
  char name[64];
  if (fd < 0)
    return false;
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  bool done = fstat(fd, &node->st) == 0;
  node->nodev = fstatvfs(fd, &mount) == 0 && mount.f_flag & ST_NODEV;
  ssize_t length = getxattr(name, "system.posix_acl_access", &node->acl, sizeof node->acl);
  size_t head = sizeof node->acl.header;
  bool known = length > (ssize_t)head && le32toh(node->acl.header.a_version) == POSIX_ACL_XATTR_VERSION;
  node->n = known ? ((size_t)length - head) / sizeof node->acl.entries[0] : 0;
  close(fd);
  return done;
}

/* Its members may read and write NODE, if this user becomes one. No group of root's own: that is for root. */
static bool
has_group(const struct node *node, uint32_t *group)
{
  /* with an ACL these bits are its mask, which holds for every group */
  if ((node->st.st_mode & GROUP_BOTH) != GROUP_BOTH)
    return false;
  *group = node->st.st_gid;
  if (!node->n)
    return *group != 0;
  for (size_t i = 0; i < node->n; i++) {
    const struct posix_acl_xattr_entry *entry = &node->acl.entries[i]; /* users stand before groups */
    uint16_t tag = le16toh(entry->e_tag);
    uint32_t id = le32toh(entry->e_id);
    if (tag == ACL_USER && id == geteuid())
      return false;
    *group = tag == ACL_GROUP ? id : node->st.st_gid;
    if ((tag == ACL_GROUP_OBJ || tag == ACL_GROUP) && (le16toh(entry->e_perm) & MAY_BOTH) == MAY_BOTH && *group != 0)
      return true;
  }
  return false;
}

/* user_namespaces(7): a group that has no number in ours is shown as this one. */
static bool
is_of_outside(const struct host *host, uint32_t group)
{
  long long number;
  return host_read_number(host, "/proc/sys/kernel/overflowgid", &number) && number == group;
}

/* usermod takes the number of a group that has a name, and of no other. */
static const char *
join(TALLOC_CTX *ctx, const struct host *host, uint32_t group)
{
  const char *name = accounts_name(ctx, host, "/etc/group", group);
  if (is_of_outside(host, group))
    return "its group is none of this container's; start that with the groups of its user (podman run --group-add "
           "keep-groups)";
  if (name)
    return talloc_asprintf(ctx, "add this user to its group (usermod -aG %s USER, and log in anew)", name);
  return talloc_asprintf(ctx,
                         "add this user to its group, which has no name yet (groupadd -g %u NAME; usermod -aG %u USER, "
                         "and log in anew)",
                         group, group);
}

const char *
node_remedy(TALLOC_CTX *ctx, const struct host *host, const char *path, int error)
{
  struct node node;
  uint32_t group;
  if ((error != EACCES && error != EPERM) || !look(host, path, &node))
    return NULL;
  if (error == EPERM)
    return talloc_asprintf(ctx,
                           "the device rules of this container or service deny it, not its mode; start that with "
                           "--device=%s, or DeviceAllow=%s rw",
                           path, path);
  if (host_may(host, path, R_OK | W_OK) && node.nodev)
    return talloc_asprintf(ctx, "its mount is for no devices; mount -o remount,dev $(findmnt -no TARGET -T %s)", path);
  if (host_may(host, path, R_OK | W_OK))
    return "a policy (AppArmor, SELinux) denies it, not its mode; allow it there";
  if (node.st.st_uid == geteuid())
    return talloc_asprintf(ctx, "chmod u+rw %s", path);
  if (has_group(&node, &group))
    return join(ctx, host, group);
  bool closed = (node.st.st_mode & OWNER_BOTH) != OWNER_BOTH;
  return talloc_asprintf(ctx, "let root give it to this user (chown USER %s%s%s; for good by a udev rule)", path,
                         closed ? "; chmod u+rw " : "", closed ? path : "");
}
