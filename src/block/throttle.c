/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/throttle.c - limits on a disk's throughput */

#include "block/throttle.h"
#include "domain/notes.h"

#include <inttypes.h>
#include <stdlib.h>

enum limit {
  TOTAL_BYTES,
  READ_BYTES,
  WRITE_BYTES,
  TOTAL_IOPS,
  READ_IOPS,
  WRITE_IOPS,
  TOTAL_BYTES_MAX,
  READ_BYTES_MAX,
  WRITE_BYTES_MAX,
  TOTAL_IOPS_MAX,
  READ_IOPS_MAX,
  WRITE_IOPS_MAX,
  TOTAL_BYTES_LENGTH,
  READ_BYTES_LENGTH,
  WRITE_BYTES_LENGTH,
  TOTAL_IOPS_LENGTH,
  READ_IOPS_LENGTH,
  WRITE_IOPS_LENGTH,
  SIZE_IOPS,
  LIMITS
};

enum { BUCKETS = TOTAL_BYTES_MAX, MAX = BUCKETS, LENGTH = 2 * BUCKETS };

/* The element below <iotune>, and the member of QAPI's ThrottleLimits. */
static const struct {
  const char *element, *key;
} limits[LIMITS] = {
  [TOTAL_BYTES] = { "total_bytes_sec", "bps-total" },
  [READ_BYTES] = { "read_bytes_sec", "bps-read" },
  [WRITE_BYTES] = { "write_bytes_sec", "bps-write" },
  [TOTAL_IOPS] = { "total_iops_sec", "iops-total" },
  [READ_IOPS] = { "read_iops_sec", "iops-read" },
  [WRITE_IOPS] = { "write_iops_sec", "iops-write" },
  [TOTAL_BYTES_MAX] = { "total_bytes_sec_max", "bps-total-max" },
  [READ_BYTES_MAX] = { "read_bytes_sec_max", "bps-read-max" },
  [WRITE_BYTES_MAX] = { "write_bytes_sec_max", "bps-write-max" },
  [TOTAL_IOPS_MAX] = { "total_iops_sec_max", "iops-total-max" },
  [READ_IOPS_MAX] = { "read_iops_sec_max", "iops-read-max" },
  [WRITE_IOPS_MAX] = { "write_iops_sec_max", "iops-write-max" },
  [TOTAL_BYTES_LENGTH] = { "total_bytes_sec_max_length", "bps-total-max-length" },
  [READ_BYTES_LENGTH] = { "read_bytes_sec_max_length", "bps-read-max-length" },
  [WRITE_BYTES_LENGTH] = { "write_bytes_sec_max_length", "bps-write-max-length" },
  [TOTAL_IOPS_LENGTH] = { "total_iops_sec_max_length", "iops-total-max-length" },
  [READ_IOPS_LENGTH] = { "read_iops_sec_max_length", "iops-read-max-length" },
  [WRITE_IOPS_LENGTH] = { "write_iops_sec_max_length", "iops-write-max-length" },
  [SIZE_IOPS] = { "size_iops_sec", "iops-size" },
};

/* QEMU include/qemu/throttle.h: THROTTLE_VALUE_MAX. libvirt asks for it in <iotune> alone, but for the
 * lengths. */
static const uint64_t limit_max = 1000000000000000;

struct throttle_group {
  const char *name;       /* NULL: the disk's own */
  uint64_t limit[LIMITS]; /* 0: none */
  xmlNode *node;
  const char *subject;
  const char *id; /* of the object */
  bool used;      /* by a disk's filter */
};

static const struct attr throttle_group_attrs[] = {
  ATTR_STRING("group_name/text()", struct throttle_group, name, .empty_none = true,
              .required_where = "in <throttlegroup>", .dflt = "none; the limits are its own",
              .doc = "Disks with the same name share one set of limits."),
  ATTR_UINT("total_bytes_sec/text()", struct throttle_group, limit[TOTAL_BYTES], .max = INT64_MAX, .unit = "bytes/s",
            .empty_none = true, .dflt = "none", .doc = "How many bytes may be read and written together each second."),
  ATTR_UINT("read_bytes_sec/text()", struct throttle_group, limit[READ_BYTES], .max = INT64_MAX, .unit = "bytes/s",
            .empty_none = true, .dflt = "none", .doc = "How many bytes may be read each second."),
  ATTR_UINT("write_bytes_sec/text()", struct throttle_group, limit[WRITE_BYTES], .max = INT64_MAX, .unit = "bytes/s",
            .empty_none = true, .dflt = "none", .doc = "How many bytes may be written each second."),
  ATTR_UINT("total_iops_sec/text()", struct throttle_group, limit[TOTAL_IOPS], .max = INT64_MAX, .unit = "operations/s",
            .empty_none = true, .dflt = "none",
            .doc = "How many requests may be made each second, reads and writes together."),
  ATTR_UINT("read_iops_sec/text()", struct throttle_group, limit[READ_IOPS], .max = INT64_MAX, .unit = "operations/s",
            .empty_none = true, .dflt = "none", .doc = "How many reads may be made each second."),
  ATTR_UINT("write_iops_sec/text()", struct throttle_group, limit[WRITE_IOPS], .max = INT64_MAX, .unit = "operations/s",
            .empty_none = true, .dflt = "none", .doc = "How many writes may be made each second."),
  ATTR_UINT("total_bytes_sec_max/text()", struct throttle_group, limit[TOTAL_BYTES_MAX], .max = INT64_MAX,
            .unit = "bytes/s", .empty_none = true, .dflt = "none",
            .doc = "How many bytes may pass each second during a burst."),
  ATTR_UINT("read_bytes_sec_max/text()", struct throttle_group, limit[READ_BYTES_MAX], .max = INT64_MAX,
            .unit = "bytes/s", .empty_none = true, .dflt = "none",
            .doc = "How many bytes may be read each second during a burst."),
  ATTR_UINT("write_bytes_sec_max/text()", struct throttle_group, limit[WRITE_BYTES_MAX], .max = INT64_MAX,
            .unit = "bytes/s", .empty_none = true, .dflt = "none",
            .doc = "How many bytes may be written each second during a burst."),
  ATTR_UINT("total_iops_sec_max/text()", struct throttle_group, limit[TOTAL_IOPS_MAX], .max = INT64_MAX,
            .unit = "operations/s", .empty_none = true, .dflt = "none",
            .doc = "How many requests may be made each second during a burst."),
  ATTR_UINT("read_iops_sec_max/text()", struct throttle_group, limit[READ_IOPS_MAX], .max = INT64_MAX,
            .unit = "operations/s", .empty_none = true, .dflt = "none",
            .doc = "How many reads may be made each second during a burst."),
  ATTR_UINT("write_iops_sec_max/text()", struct throttle_group, limit[WRITE_IOPS_MAX], .max = INT64_MAX,
            .unit = "operations/s", .empty_none = true, .dflt = "none",
            .doc = "How many writes may be made each second during a burst."),
  ATTR_UINT("total_bytes_sec_max_length/text()", struct throttle_group, limit[TOTAL_BYTES_LENGTH], .max = INT64_MAX,
            .unit = "seconds", .empty_none = true, .dflt = "QEMU's (1)", .doc = "How long a burst of bytes may last."),
  ATTR_UINT("read_bytes_sec_max_length/text()", struct throttle_group, limit[READ_BYTES_LENGTH], .max = INT64_MAX,
            .unit = "seconds", .empty_none = true, .dflt = "QEMU's (1)",
            .doc = "How long a burst of bytes read may last."),
  ATTR_UINT("write_bytes_sec_max_length/text()", struct throttle_group, limit[WRITE_BYTES_LENGTH], .max = INT64_MAX,
            .unit = "seconds", .empty_none = true, .dflt = "QEMU's (1)",
            .doc = "How long a burst of bytes written may last."),
  ATTR_UINT("total_iops_sec_max_length/text()", struct throttle_group, limit[TOTAL_IOPS_LENGTH], .max = INT64_MAX,
            .unit = "seconds", .empty_none = true, .dflt = "QEMU's (1)",
            .doc = "How long a burst of requests may last."),
  ATTR_UINT("read_iops_sec_max_length/text()", struct throttle_group, limit[READ_IOPS_LENGTH], .max = INT64_MAX,
            .unit = "seconds", .empty_none = true, .dflt = "QEMU's (1)", .doc = "How long a burst of reads may last."),
  ATTR_UINT("write_iops_sec_max_length/text()", struct throttle_group, limit[WRITE_IOPS_LENGTH], .max = INT64_MAX,
            .unit = "seconds", .empty_none = true, .dflt = "QEMU's (1)", .doc = "How long a burst of writes may last."),
  ATTR_UINT("size_iops_sec/text()", struct throttle_group, limit[SIZE_IOPS], .max = INT64_MAX, .unit = "bytes",
            .empty_none = true, .dflt = "none; each counts once",
            .doc = "How many bytes count as one request, so that large requests count more than once."),
  ATTR_END
};

struct filter {
  const char *group;
  struct place place;
  const char *node; /* of the filter */
};

struct throttle {
  struct device *dev;
  struct throttle_group *own; /* <iotune>; NULL: none */
  bool shared;                /* another disk brings the group's object */
  const char *node;           /* of the own filter */
  struct filter *filters;
  size_t n;
};

static bool
has_limits(const struct throttle_group *group)
{
  for (size_t i = 0; group && i < LIMITS; i++)
    if (group->limit[i])
      return true;
  return false;
}

bool
throttle_has_filters(const struct throttle *throttle)
{
  return throttle && throttle->n;
}

/* --- reading --- */

/* PREFIX and NAME as an id of QEMU's (util/id.c), which has few characters: of the others their number. */
static const char *
id_of(TALLOC_CTX *ctx, const char *prefix, const char *name)
{
  static const char fine[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
  char *id = talloc_strdup(ctx, prefix);
  for (const char *c = name; *c; c++)
    id = talloc_asprintf_append_buffer(id, strchr(fine, *c) ? "%c" : "_x%02x", (unsigned char)*c);
  return id;
}

static struct throttle_group *
read_group(TALLOC_CTX *ctx, xmlNode *node, const char *subject, struct stage *stage)
{
  struct throttle_group *group = talloc_zero(ctx, struct throttle_group);
  group->node = node;
  group->subject = subject;
  attr_read(throttle_group_attrs, node, group, subject, stage->diag);
  return group;
}

static const struct attr filter_attrs[] = {
  ATTR_STRING("@group", struct filter, group, .required = true, .place = ATTR_AT(struct filter, place, struct place),
              .missing = "throttlefilter without group; write group='NAME' of one of <throttlegroups>",
              .doc = "The throttle group whose limits hold for this disk."),
  ATTR_END
};

const struct attr throttle_attrs[] = { ATTR_LIST("throttlefilters/throttlefilter", struct throttle, filters, n,
                                                 struct filter, filter_attrs,
                                                 .doc = "A set of limits that holds for the disk."),
                                       ATTR_SEE("iotune", throttle_group_attrs), ATTR_END };

static void
check_filters(const struct throttle *throttle, struct stage *stage)
{
  struct notes *names = throttle->n > 1 ? notes_new(NULL) : NULL;
  for (size_t i = 0; names && i < throttle->n; i++)
    if (throttle->filters[i].group && notes_first(names, throttle->filters[i].group, i) != i)
      diag_error(stage->diag, throttle->filters[i].place, throttle->dev->subject, "throttle group '%s' twice; keep one",
                 throttle->filters[i].group);
  talloc_free(names);
}

static bool
is_length(size_t limit)
{
  return limit >= LENGTH && limit < SIZE_IOPS;
}

/* libvirt's ranges: of a disk's own limits narrower than of a group's. */
static void
check_iotune(const struct throttle_group *group, struct stage *stage)
{
  for (size_t i = 0; i < LIMITS; i++)
    if (!is_length(i) && group->limit[i] > limit_max)
      diag_error(stage->diag, xml_place(xml_child(group->node, limits[i].element), NULL), group->subject,
                 "<%s> '%" PRIu64 "': must be a whole number, 0 to %" PRIu64, limits[i].element, group->limit[i],
                 limit_max);
}

struct throttle *
throttle_read(struct device *dev, xmlNode *disk, struct stage *stage)
{
  xmlNode *iotune = xml_child(disk, "iotune");
  struct throttle *throttle = talloc_zero(dev, struct throttle);
  throttle->dev = dev;
  attr_read(throttle_attrs, disk, throttle, dev->subject, stage->diag);
  check_filters(throttle, stage);
  if (iotune) {
    throttle->own = read_group(throttle, iotune, dev->subject, stage);
    check_iotune(throttle->own, stage);
    if (!throttle->own->name && !has_limits(throttle->own))
      throttle->own = NULL; /* an empty <iotune> limits nothing */
  }
  if (throttle->own && throttle->n)
    diag_error(stage->diag, xml_place(iotune, NULL), dev->subject,
               "iotune and throttlefilters on one disk; keep one of them");
  return throttle->own || throttle->n ? throttle : NULL;
}

/* --- completing --- */

static int
by_group(const void *a, const void *b)
{
  const struct throttle *x = *(struct throttle *const *)a, *y = *(struct throttle *const *)b;
  const char *one = x->own && x->own->name ? x->own->name : "", *other = y->own && y->own->name ? y->own->name : "";
  int order = strcmp(one, other);
  if (order)
    return order;
  /* the one that says the limits first: the others may leave them out */
  if (has_limits(x->own) != has_limits(y->own))
    return has_limits(x->own) ? -1 : 1;
  return x->dev->place.line < y->dev->place.line ? -1 : x->dev->place.line > y->dev->place.line;
}

static void
share_group(struct throttle *first, struct throttle *later, struct stage *stage)
{
  struct throttle_group *group = later->own;
  later->shared = true;
  if (!has_limits(group))
    memcpy(group->limit, first->own->limit, sizeof(group->limit));
  if (memcmp(group->limit, first->own->limit, sizeof(group->limit)) != 0)
    diag_error(stage->diag, xml_place(group->node, NULL), later->dev->subject,
               "group '%s' has other limits here than for %s (line %u); a group shares one set: repeat it, or only its "
               "name",
               group->name, first->dev->subject, xml_place(first->own->node, NULL).line);
}

void
throttle_groups(struct throttle **all, size_t n, struct stage *stage)
{
  struct throttle *first = NULL;
  if (n)
    qsort(all, n, sizeof(*all), by_group);
  for (size_t i = 0; i < n; i++) {
    struct throttle_group *group = all[i]->own;
    if (!group || !group->name)
      continue;
    if (first && strcmp(first->own->name, group->name) == 0)
      share_group(first, all[i], stage);
    else
      first = all[i];
  }
}

static struct throttle_group *
find_group(const struct domain *domain, const char *name)
{
  uint64_t number = name ? domain_note(domain, "throttle group", name)->number : 0;
  return number ? domain->throttle_groups[number - 1] : NULL;
}

void
throttle_complete(struct throttle *throttle, const char *stem)
{
  struct throttle_group *own = throttle->own;
  if (own) {
    own->id = own->name ? id_of(own, "iotune-", own->name) : talloc_asprintf(own, "%s-iotune", stem);
    throttle->node = talloc_asprintf(throttle, "%s-throttle", stem);
  }
  for (size_t i = 0; i < throttle->n; i++) {
    struct throttle_group *group = find_group(throttle->dev->domain, throttle->filters[i].group);
    throttle->filters[i].node = talloc_asprintf(throttle, "%s-throttle%zu", stem, i);
    if (group)
      group->used = true;
  }
}

/* --- checking --- */

/* libvirt takes what QEMU refuses here: util/throttle.c, throttle_is_valid(). */
static void
check_bucket(const struct throttle_group *group, size_t bucket, struct stage *stage)
{
  uint64_t average = group->limit[bucket], max = group->limit[bucket + MAX], length = group->limit[bucket + LENGTH];
  const char *element = limits[bucket].element;
  struct place place = xml_place(group->node, NULL);
  if (max && !average)
    diag_unstartable(stage->diag, place, group->subject,
                     "%s_max without %s: QEMU does not start this guest; say the lasting limit too", element, element);
  else if (max && max < average)
    diag_unstartable(stage->diag, place, group->subject,
                     "%s_max %" PRIu64 " is below %s %" PRIu64 ": QEMU does not start this guest; a burst is faster "
                     "than the lasting limit",
                     element, max, element, average);
  if (length > 1 && !max)
    diag_unstartable(stage->diag, place, group->subject,
                     "%s_max_length without %s_max: QEMU does not start this guest; say how fast a burst may be",
                     element, element);
  else if (max && length > limit_max / max)
    diag_unstartable(stage->diag, place, group->subject,
                     "%s_max_length of %" PRIu64 " seconds at %" PRIu64 " is more than QEMU counts, it does not start "
                     "this guest; shorten it",
                     element, length, max);
}

static void
check_ranges(const struct throttle_group *group, struct stage *stage)
{
  for (size_t i = 0; i < LIMITS; i++) {
    uint64_t most = is_length(i) ? UINT32_MAX : limit_max;
    if (group->limit[i] > most)
      diag_unstartable(stage->diag, xml_place(xml_child(group->node, limits[i].element), NULL), group->subject,
                       "%s %" PRIu64 ": QEMU takes %" PRIu64 " at most, it does not start this guest; lower it",
                       limits[i].element, group->limit[i], most);
  }
}

static void
check_group(const struct throttle_group *group, struct stage *stage)
{
  struct place place = xml_place(group->node, NULL);
  for (size_t i = TOTAL_BYTES; i < LENGTH; i += 3)
    if (group->limit[i] && (group->limit[i + 1] || group->limit[i + 2]))
      diag_error(stage->diag, place, group->subject,
                 "%s and %s exclude each other, QEMU takes the one or the other; keep the total, or read and write",
                 limits[i].element, group->limit[i + 1] ? limits[i + 1].element : limits[i + 2].element);
  check_ranges(group, stage);
  for (size_t i = 0; i < BUCKETS; i++)
    check_bucket(group, i, stage);
  if (group->limit[SIZE_IOPS] && !group->limit[TOTAL_IOPS] && !group->limit[READ_IOPS] && !group->limit[WRITE_IOPS])
    diag_unstartable(stage->diag, place, group->subject,
                     "size_iops_sec without a limit of operations: QEMU does not start this guest; add total_iops_sec");
}

void
throttle_check(const struct throttle *throttle, struct stage *stage)
{
  if (throttle->own && throttle->own->name && !has_limits(throttle->own))
    diag_error(stage->diag, xml_place(throttle->own->node, NULL), throttle->dev->subject,
               "group_name '%s' without any limit; add one, here or on another disk of the group", throttle->own->name);
  else if (throttle->own && !throttle->shared)
    check_group(throttle->own, stage);
  for (size_t i = 0; i < throttle->n; i++)
    if (!find_group(throttle->dev->domain, throttle->filters[i].group))
      diag_error(stage->diag, throttle->filters[i].place, throttle->dev->subject,
                 "throttle group '%s' is not defined; add it to <throttlegroups>", throttle->filters[i].group);
}

/* --- building --- */

static void
build_group(const struct throttle_group *group, enum phase phase, struct argv *argv)
{
  struct place before = argv->place;
  argv->place = group->node ? xml_place(group->node, NULL) : before;
  struct props *p = argv_object(argv, phase, "throttle-group", group->id);
  struct props *values = props_dict(p, "limits");
  for (size_t i = 0; i < LIMITS; i++)
    props_nonzero(values, limits[i].key, group->limit[i]);
  argv->place = before;
}

static const char *
build_filter(const char *node, const char *group_id, const char *below, bool readonly, struct argv *argv)
{
  struct props *p = argv_json(argv, PHASE_DEVICE, "-blockdev");
  props_str(p, "driver", "throttle");
  props_define(p, "node-name", ID_NODE, node);
  props_refer(p, "throttle-group", ID_OBJECT, group_id);
  props_refer(p, "file", ID_NODE, below);
  props_str(p, "discard", "unmap"); /* else it takes the guest's TRIM and hands nothing on */
  if (readonly)
    props_bool(p, "read-only", true);
  return node;
}

const char *
throttle_build(const struct throttle *throttle, const char *below, bool readonly, struct argv *argv)
{
  if (throttle->own) {
    if (!throttle->shared)
      build_group(throttle->own, PHASE_DEVICE, argv);
    below = build_filter(throttle->node, throttle->own->id, below, readonly, argv);
  }
  for (size_t i = 0; i < throttle->n; i++) {
    const struct throttle_group *group = find_group(throttle->dev->domain, throttle->filters[i].group);
    below = build_filter(throttle->filters[i].node, group->id, below, readonly, argv);
  }
  return below;
}

/* --- <throttlegroups> --- */

static const struct attr groups_attrs[] = { ATTR_SEE("throttlegroups/throttlegroup", throttle_group_attrs, .many = true,
                                                     .doc = "A set of limits that disks share by its name."),
                                            ATTR_END };

static void
groups_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  xmlNode *groups = xml_child(root, "throttlegroups");
  if (!groups)
    return;
  xml_each(node, groups, "throttlegroup")
  {
    struct throttle_group *group = read_group(domain, node, NULL, stage);
    if (!group->name) {
      diag_error(stage->diag, xml_place(node, NULL), NULL, "throttlegroup without a name; add <group_name>");
      continue;
    }
    struct note *note = domain_note(domain, "throttle group", group->name);
    if (note->number)
      diag_error(stage->diag, xml_place(node, NULL), NULL, "throttle group '%s' is defined twice; keep one",
                 group->name);
    group->subject = talloc_asprintf(group, "throttle group %s", group->name);
    group->id = id_of(group, "throttle-", group->name);
    domain->throttle_groups =
        ARRAY_ROOM(domain, domain->throttle_groups, struct throttle_group *, domain->n_throttle_groups);
    domain->throttle_groups[domain->n_throttle_groups++] = group;
    note->number = note->number ? note->number : domain->n_throttle_groups;
  }
}

static void
groups_check(const struct domain *domain, struct stage *stage)
{
  for (size_t i = 0; i < domain->n_throttle_groups; i++) {
    const struct throttle_group *group = domain->throttle_groups[i];
    if (!has_limits(group))
      diag_warning(stage->diag, xml_place(group->node, NULL), group->subject,
                   "it limits nothing; add a limit or drop it");
    check_group(group, stage);
  }
}

static void
groups_build(const struct domain *domain, const struct build *b, struct argv *argv)
{
  (void)b;
  for (size_t i = 0; i < domain->n_throttle_groups; i++)
    if (has_limits(domain->throttle_groups[i]) || domain->throttle_groups[i]->used)
      build_group(domain->throttle_groups[i], PHASE_CONTROLLER, argv);
}

const struct section throttle_section = {
  .name = "throttlegroups",
  .attrs = groups_attrs,
  .parse = groups_parse,
  .check = groups_check,
  .build = groups_build,
};
