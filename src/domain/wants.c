/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/wants.c - what a guest wants of the host before QEMU can start */

#include "domain/notes.h"
#include "domain/wants.h"
#include "domain/kind.h"

#include <uthash.h>

/* The words are what the manual promises of JSON's "host": add some, never change one. */
static const struct {
  const char *word;
  enum want_sort sort;
} kinds_of_want[] = {
  [WANT_NOTHING] = { "nothing", SORT_NONE },
  [WANT_READ] = { "read", SORT_FILE },
  [WANT_DATA] = { "data-file", SORT_FILE },
  [WANT_WRITE] = { "write", SORT_FILE },
  [WANT_MAKE] = { "make", SORT_FILE },
  [WANT_IMAGE] = { "image", SORT_FILE },
  [WANT_TEMPLATE] = { "file", SORT_FILE },
  [WANT_OVERLAY] = { "overlay", SORT_NONE },
  [WANT_MEMORY_FILE] = { "memory-file", SORT_NONE },
  [WANT_SHARE] = { "folder", SORT_FOLDER },
  [WANT_NSS] = { "nss-database", SORT_FOLDER },
  [WANT_FOLDER] = { "directory", SORT_FOLDER },
  [WANT_SERVER_CERTIFICATES] = { "server-certificates", SORT_FOLDER },
  [WANT_CLIENT_CERTIFICATES] = { "client-certificates", SORT_FOLDER },
  [WANT_CONNECT] = { "connect", SORT_SOCKET },
  [WANT_RETRY] = { "retry", SORT_SOCKET },
  [WANT_BUS] = { "session-bus", SORT_SOCKET },
  [WANT_LISTEN] = { "listen", SORT_SOCKET },
  [WANT_PIPE] = { "pipe", SORT_FILE },
  [WANT_DEVICE] = { "device", SORT_DEVICE },
  [WANT_EVDEV] = { "evdev", SORT_DEVICE },
  [WANT_TPM] = { "tpm", SORT_DEVICE },
  [WANT_SOURCE] = { "source", SORT_DEVICE },
  [WANT_RENDER_NODE] = { "render-node", SORT_DEVICE },
  [WANT_KVM] = { "kvm", SORT_DEVICE },
  [WANT_IOMMUFD] = { "iommufd", SORT_DEVICE },
  [WANT_VHOST_NET] = { "vhost-net", SORT_DEVICE },
  [WANT_VDPA] = { "vdpa", SORT_DEVICE },
  [WANT_NVME_NODE] = { "nvme-namespace", SORT_DEVICE },
  [WANT_VFIO_PCI] = { "vfio-pci", SORT_DEVICE },
  [WANT_MDEV] = { "mdev", SORT_DEVICE },
  [WANT_USB] = { "usb", SORT_DEVICE },
  [WANT_TAP] = { "tap", SORT_INTERFACE },
  [WANT_MACVTAP] = { "macvtap", SORT_INTERFACE },
  [WANT_INTERFACE] = { "interface", SORT_INTERFACE },
  [WANT_PORT] = { "port", SORT_PORT },
  [WANT_UDP_PORT] = { "udp-port", SORT_PORT },
  [WANT_SERVER] = { "server", SORT_SERVER },
  [WANT_PEER] = { "peer", SORT_PEER },
  [WANT_GROUP] = { "multicast", SORT_PEER },
  [WANT_PROGRAM] = { "program", SORT_PROGRAM },
  [WANT_MODULE] = { "module", SORT_NONE },
  [WANT_MEMORY] = { "memory", SORT_NONE },
  [WANT_MEMLOCK] = { "memlock", SORT_NONE },
  [WANT_HUGE_PAGES] = { "hugepages", SORT_NONE },
};
static_assert(ARRAY_SIZE(kinds_of_want) == WANT_KINDS, "a kind of want has no word");

/* Wanted anew by each device, though they bear one name: two taps in one bridge. */
static bool
is_each_devices_own(enum want_kind kind)
{
  return kind == WANT_TAP || kind == WANT_MACVTAP || kind == WANT_VDPA || kind == WANT_VHOST_NET ||
         kind == WANT_OVERLAY;
}

/* In the order in which they were added, and by what they are, so that many disks stay quick. */
struct wants {
  struct wanted *first;
};

struct wanted {
  struct want want;
  const char *key;
  UT_hash_handle hh;
};

const char *
want_word(enum want_kind kind)
{
  return kinds_of_want[kind].word;
}

enum want_sort
want_sort(enum want_kind kind)
{
  return kinds_of_want[kind].sort;
}

const char *
want_value(TALLOC_CTX *ctx, const struct want *want)
{
  if (want->kind == WANT_MEMLOCK && want->bytes == WANTS_UNLIMITED)
    return "unlimited";
  if (want->kind == WANT_MEMORY || want->kind == WANT_MEMLOCK || want->kind == WANT_HUGE_PAGES)
    return talloc_asprintf(ctx, "%ju", (uintmax_t)want->bytes);
  return want->value;
}

const char *
want_source(TALLOC_CTX *ctx, const struct want *want)
{
  if (want->kind == WANT_HUGE_PAGES)
    return talloc_asprintf(ctx, "%ju", (uintmax_t)want->page);
  if (want->kind == WANT_MEMORY_FILE)
    return talloc_asprintf(ctx, "%ju", (uintmax_t)want->bytes);
  return want->source;
}

static int
forget(struct wants *wants)
{
  HASH_CLEAR(hh, wants->first);
  return 0;
}

static char *
key_of(TALLOC_CTX *ctx, const struct want *want)
{
  return talloc_asprintf(ctx, "%d %ju %s %s", (int)want->kind, (uintmax_t)want->page,
                         is_each_devices_own(want->kind) && want->subject ? want->subject : "",
                         want->value ? want->value : "");
}

/* Two equal wants become one; those of memory are summed. */
static void
add_up(struct want *want, const struct want *more)
{
  want->of_helper &= more->of_helper;
  want->required |= more->required;
  if (want->kind != WANT_MEMORY && want->kind != WANT_MEMORY_FILE)
    return;
  want->bytes += more->bytes;
  if (more->bytes > want->largest)
    want->largest = more->bytes;
}

bool
wants_has(const struct domain *domain, enum want_kind kind, const char *value)
{
  struct wanted *found;
  char *key = key_of(NULL, &(struct want){ .kind = kind, .value = value });
  HASH_FIND_STR(domain->wants ? domain->wants->first : NULL, key, found);
  talloc_free(key);
  return found != NULL;
}

void
wants_add(struct domain *domain, struct want want)
{
  if (!domain->wants) {
    domain->wants = talloc_zero(domain, struct wants);
    talloc_set_destructor(domain->wants, forget);
  }
  struct wanted *added = talloc_zero(domain->wants, struct wanted), *same;
  want.largest = want.bytes;
  added->want = want;
  added->key = key_of(added, &want);
  /* one port or socket twice is a mistake, which wants_check_ports() must see */
  if (want.kind == WANT_PORT || want.kind == WANT_LISTEN)
    added->key = talloc_asprintf(added, "%s %u", added->key, HASH_COUNT(domain->wants->first));
  HASH_FIND_STR(domain->wants->first, added->key, same);
  if (same)
    add_up(&same->want, &want);
  if (same)
    talloc_free(added);
  else
    HASH_ADD_KEYPTR(hh, domain->wants->first, added->key, strlen(added->key), added);
}

void
wants_add_port(struct domain *domain, enum want_kind kind, const char *address, const char *service, struct want want)
{
  if (!address)
    address = "";
  bool bare = strchr(address, ':') && address[0] != '[';
  want.kind = kind;
  want.value = talloc_asprintf(domain, "%s%s%s%s%s", bare ? "[" : "", address, bare ? "]" : "", service ? ":" : "",
                               service ? service : "");
  want.address = address;
  want.service = service;
  wants_add(domain, want);
}

/* --- what arguments name --- */

static void
add_named(struct domain *domain, const struct props_want *named, const struct arg *arg)
{
  if (named->want == WANT_NOTHING)
    return;
  /* an option of ours, "--qmp", has no line */
  const char *subject = arg->subject || arg->place.line ? arg->subject : arg->rule;
  if (named->address)
    wants_add_port(domain, named->want, named->address, named->service,
                   (struct want){ .subject = subject, .place = arg->place });
  else
    wants_add(domain, (struct want){
                          .kind = named->want,
                          .value = named->name,
                          .bytes = named->bytes,
                          .subject = subject,
                          .place = arg->place,
                      });
}

static void
add_props(struct domain *domain, const struct props *p, const struct arg *arg)
{
  for (size_t i = 0; i < p->n_implied; i++)
    add_named(domain, &p->implied[i], arg);
  for (size_t i = 0; i < p->n; i++) {
    const struct prop *item = &p->items[i];
    if (item->type == PROP_DICT || item->type == PROP_LIST)
      add_props(domain, item->nested, arg);
    else if (item->type == PROP_STRING && item->names == NAMES_HOST)
      add_named(domain, &item->want, arg);
  }
}

void
wants_of_arguments(struct domain *domain, const struct argv *argv)
{
  for (size_t i = 0; i < argv->n; i++) {
    const struct arg *arg = argv->args[i];
    if (arg->props)
      add_props(domain, arg->props, arg);
    else if (arg->names == NAMES_HOST)
      add_named(domain, &(struct props_want){ .want = arg->want, .name = arg->value }, arg);
  }
  for (size_t i = 0; i < argv->n_env; i++) {
    const struct env *env = &argv->env[i];
    if (env->want != WANT_NOTHING)
      wants_add(domain,
                (struct want){ .kind = env->want, .value = env->value, .subject = env->subject, .place = env->place });
  }
}

/* --- memory to lock --- */

/* QEMU util/vfio-helpers.c maps all guest RAM and its own queues, once a container; a vDPA device's
 * driver pins all guest RAM: Linux drivers/vhost/vdpa.c. */
uint64_t
wants_memlock(const struct domain *domain)
{
  uint64_t controllers = 0;
  /* mlock(2): all that QEMU maps counts, which is much more than the guest's memory */
  if (domain->memory.locked)
    return domain->memory.hard_limit ? domain->memory.hard_limit : WANTS_UNLIMITED;
  for (struct wanted *w = domain->wants ? domain->wants->first : NULL; w; w = w->hh.next)
    controllers += w->want.kind == WANT_VDPA;
  if (domain->memory.hard_limit)
    return domain->n_host_pcis || controllers ? domain->memory.hard_limit : 0;
  struct notes *notes = domain->n_host_pcis ? notes_new(NULL) : NULL;
  for (size_t i = 0; i < domain->n_host_pcis; i++)
    controllers += !notes_find(notes, "PCI", pci_address_string(notes, &domain->host_pcis[i].address))->number++;
  talloc_free(notes);
  return controllers * (domain->memory.size + GIB(1));
}

void
wants_each(const struct domain *domain, void (*say)(const struct want *want, void *arg), void *arg)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  for (size_t i = 0; i < domain->n_host_pcis; i++) {
    const struct host_pci *pci = &domain->host_pcis[i];
    const struct want want = {
      .kind = WANT_VFIO_PCI,
      .value = pci_address_string(scratch, &pci->address),
      .source = pci->managed ? "managed" : NULL,
      .subject = pci->dev->subject,
      .place = pci->place,
    };
    say(&want, arg);
  }
  uint64_t memlock = wants_memlock(domain);
  if (memlock)
    say(&(struct want){ .kind = WANT_MEMLOCK, .bytes = memlock }, arg);
  for (struct wanted *w = domain->wants ? domain->wants->first : NULL; w; w = w->hh.next)
    say(&w->want, arg);
  talloc_free(scratch);
}
