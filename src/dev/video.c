/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/video.c - <video>: graphics cards */

#include "bus/place.h"
#include "chardev/chardev.h"
#include "core/options.h"
#include "domain/display.h"
#include "domain/helper.h"
#include "domain/kinds.h"
#include "domain/notes.h"
#include "domain/ram.h"
#include "domain/runtime.h"
#include "host/vhost_user.h"

enum video_type {
  VIDEO_DEFAULT,
  VIDEO_VGA,
  VIDEO_CIRRUS,
  VIDEO_VMVGA,
  VIDEO_XEN,
  VIDEO_VBOX,
  VIDEO_QXL,
  VIDEO_PARALLELS,
  VIDEO_VIRTIO,
  VIDEO_GOP,
  VIDEO_NONE,
  VIDEO_BOCHS,
  VIDEO_RAMFB,
  VIDEO_TYPES
};

static const char *const video_type_names[] = {
  [VIDEO_VGA] = "vga",   [VIDEO_CIRRUS] = "cirrus", [VIDEO_VMVGA] = "vmvga",         [VIDEO_XEN] = "xen",
  [VIDEO_VBOX] = "vbox", [VIDEO_QXL] = "qxl",       [VIDEO_PARALLELS] = "parallels", [VIDEO_VIRTIO] = "virtio",
  [VIDEO_GOP] = "gop",   [VIDEO_NONE] = "none",     [VIDEO_BOCHS] = "bochs",         [VIDEO_RAMFB] = "ramfb",
};
static_assert(ARRAY_SIZE(video_type_names) == VIDEO_TYPES, "a video type has no name");

/* QEMU's device for each model; virtio's depends on more. */
static const struct {
  const char *driver;
  enum feature needs;
} video_drivers[VIDEO_TYPES] = {
  [VIDEO_VGA] = { "VGA", FEAT_DEVICE_VGA },
  [VIDEO_CIRRUS] = { "cirrus-vga", FEAT_DEVICE_CIRRUS_VGA },
  [VIDEO_VMVGA] = { "vmware-svga", FEAT_DEVICE_VMWARE_SVGA },
  [VIDEO_QXL] = { "qxl-vga", FEAT_DEVICE_QXL },
  [VIDEO_VIRTIO] = { "virtio-gpu", FEAT_DEVICE_VIRTIO_GPU },
  [VIDEO_BOCHS] = { "bochs-display", FEAT_DEVICE_BOCHS_DISPLAY },
  [VIDEO_RAMFB] = { "ramfb", FEAT_DEVICE_RAMFB },
};

enum video_backend { VIDEO_BACKEND_DEFAULT, VIDEO_BACKEND_QEMU, VIDEO_BACKEND_VHOSTUSER };

static const char *const video_backend_names[] = {
  [VIDEO_BACKEND_QEMU] = "qemu",
  [VIDEO_BACKEND_VHOSTUSER] = "vhostuser",
};

/* The form of virtio's card that the guest sees, where its owner pins it. */
enum video_frontend { FRONTEND_UNSET, FRONTEND_VGA, FRONTEND_GPU, FRONTEND_VGA_GL, FRONTEND_GPU_GL, VIDEO_FRONTENDS };

static const char *const frontend_names[] = {
  [FRONTEND_VGA] = "virtio-vga",
  [FRONTEND_GPU] = "virtio-gpu",
  [FRONTEND_VGA_GL] = "virtio-vga-gl",
  [FRONTEND_GPU_GL] = "virtio-gpu-gl",
};
static_assert(ARRAY_SIZE(frontend_names) == VIDEO_FRONTENDS, "a form of virtio's card has no name");

struct video {
  struct device dev;
  enum video_type type;
  enum video_backend backend;
  enum video_frontend frontend;
  enum tristate primary;
  uint32_t ram, vram, vram64, vgamem; /* KiB; 0: not given */
  struct num heads;                   /* 0: as many as QEMU likes */
  enum tristate blob, edid;
  enum tristate accel3d, accel2d;
  const char *rendernode;
  struct num xres, yres;
  struct chardev *chardev; /* VIDEO_BACKEND_VHOSTUSER: to the program that draws; resolved */
};

/* <acceleration> says something; an attribute that is needed is so where its element is there. */
static const struct attr without_accel2d[] = { ATTR_NEEDED_HERE("model/acceleration/@rendernode"), ATTR_END };
static const struct attr without_accel3d[] = { ATTR_IF("model/acceleration/@accel2d", NULL, without_accel2d),
                                               ATTR_END };

static const struct attr video_attrs[] = {
  ATTR_ENUM("model/@type", struct video, type, video_type_names,
            .dflt = "virtio on virt machines and s390x, vga on ppc64, cirrus else",
            .doc = "Which graphics card the guest sees."),
  ATTR_ENUM("driver/@name", struct video, backend, video_backend_names, .dflt = "qemu",
            .doc = "Whether QEMU or a process of its own draws."),
  ATTR_YESNO("model/@primary", struct video, primary,
             .dflt = "yes of the first card, unless another says so; no of others",
             .doc = "Whether it is the card that the guest starts on."),
  ATTR_UINT("model/@ram", struct video, ram, .unit = "KiB", .dflt = "65536 of qxl, none of others",
            .doc = "How much memory the card's primary bar has."),
  ATTR_UINT("model/@vram", struct video, vram, .unit = "KiB",
            .dflt = "65536 of qxl, 16384 of vga, cirrus, vmvga and bochs",
            .doc = "How much video memory the card has."),
  ATTR_UINT("model/@vram64", struct video, vram64, .unit = "KiB", .dflt = "0: none",
            .doc = "How much video memory lies above 4 GiB."),
  ATTR_UINT("model/@vgamem", struct video, vgamem, .unit = "KiB", .dflt = "16384 of qxl, none of others",
            .doc = "How much of it is for plain VGA."),
  ATTR_NUM("model/@heads", struct video, heads, .max = UINT32_MAX, .dflt = "1",
           .doc = "How many screens the card has."),
  ATTR_ONOFF("model/@blob", struct video, blob, .dflt = "QEMU's (off)",
             .doc = "Whether pictures are shared without copying."),
  ATTR_ONOFF("model/@edid", struct video, edid, .dflt = "QEMU's (on)",
             .doc = "Whether the guest is told what its screen can do."),
  ATTR_ENUM("model/@device", struct video, frontend, frontend_names,
            .dflt = "by acceleration and whether it is the primary card",
            .doc = "The QEMU device, where it is not the usual one of its type."),
  ATTR_YESNO("model/acceleration/@accel3d", struct video, accel3d, .dflt = "no",
             .doc = "Whether the guest can have pictures drawn in three dimensions."),
  ATTR_YESNO("model/acceleration/@accel2d", struct video, accel2d, .dflt = "no",
             .doc = "Whether the guest can have flat pictures drawn for it."),
  ATTR_STRING("model/acceleration/@rendernode", struct video, rendernode, .dflt = "the process's choice",
              .doc = "The graphics card of the host that draws."),
  ATTR_IF("model/acceleration/@accel3d", NULL, without_accel3d),
  ATTR_NUM("model/resolution/@x", struct video, xres, .min = 1, .max = UINT32_MAX, .required_here = true,
           .unit = "dots", .dflt = "QEMU's", .doc = "How wide the screen is."),
  ATTR_NUM("model/resolution/@y", struct video, yres, .min = 1, .max = UINT32_MAX, .required_here = true,
           .unit = "dots", .dflt = "QEMU's", .doc = "How high the screen is."),
  ATTR_QUIET("driver/@vgaconf", .doc = "Another hypervisor's; it has no effect."),
  ATTR_END
};

static void
video_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  const struct video *video = (struct video *)dev;
  xmlNode *model = xml_child(node, "model");
  xmlNode *acceleration = model ? xml_child(model, "acceleration") : NULL;
  if (acceleration && !video->accel3d && !video->accel2d && !video->rendernode && !xml_refused(model, "acceleration"))
    diag_error(stage->diag, xml_place(acceleration, NULL), dev->subject,
               "<acceleration> says nothing; add accel3d='yes', or drop it");
}

static struct video *
primary_video(const struct domain *domain)
{
  const struct device_list *videos = domain_devices(domain, &video_kind);
  struct note *primary = domain_note(domain, "primary video", NULL); /* none among so many */
  while (primary->number < videos->n && ((struct video *)videos->items[primary->number])->primary != ON)
    primary->number++;
  size_t which = primary->number < videos->n ? primary->number : 0;
  return videos->n ? (struct video *)videos->items[which] : NULL;
}

static bool
is_primary(const struct video *video)
{
  return primary_video(video->dev.domain) == video;
}

static void
video_imply(struct domain *domain, struct stage *stage)
{
  (void)stage;
  const struct device_list *displays = domain_devices(domain, &graphics_kind);
  if (displays->n && !domain_devices(domain, &video_kind)->n)
    domain_add(domain, &video_kind, "a display needs a graphics card", displays->items[0]->place);
}

/* libvirt's qemuDomainDefaultVideoDevice. */
static enum video_type
default_type(const struct domain *domain, const struct caps *caps)
{
  if (arch_is_ppc64(domain->arch))
    return VIDEO_VGA;
  if (domain_is_virt(domain) || domain_is_s390(domain))
    return VIDEO_VIRTIO;
  return caps_has(caps, FEAT_DEVICE_CIRRUS_VGA) ? VIDEO_CIRRUS : VIDEO_VGA;
}

/* KiB; libvirt's virDomainVideoDefaultRAM. */
static uint32_t
default_memory(enum video_type type)
{
  if (type == VIDEO_QXL)
    return 64 * 1024;
  if (type == VIDEO_VGA || type == VIDEO_CIRRUS || type == VIDEO_VMVGA || type == VIDEO_BOCHS)
    return 16 * 1024;
  return 0;
}

static uint32_t
round_up_power_of_two(uint32_t n)
{
  uint64_t power = 1;
  while (power < n)
    power *= 2;
  return n ? (uint32_t)power : 0;
}

static void
video_complete(struct device *dev, struct stage *stage)
{
  struct video *video = (struct video *)dev;
  if (video->type == VIDEO_DEFAULT)
    video->type = default_type(dev->domain, stage->caps);
  if (video->type == VIDEO_NONE)
    dev->address = (struct address){ .type = ADDR_NONE };
  if (video->type == VIDEO_QXL && !video->ram)
    video->ram = default_memory(VIDEO_QXL);
  if (video->type == VIDEO_QXL && !video->vgamem)
    video->vgamem = 16 * 1024;
  if (!video->vram)
    video->vram = default_memory(video->type);
  video->ram = round_up_power_of_two(video->ram);
  video->vram = round_up_power_of_two(video->vram);
  if (!video->heads.set)
    video->heads = num_of(1);
}

static void
video_place(struct device *dev, struct stage *stage)
{
  struct video *video = (struct video *)dev;
  if (video->type == VIDEO_NONE || video->type == VIDEO_RAMFB) {
    place_fixed(dev, ADDR_NONE, stage);
    return;
  }
  if (is_primary(video))
    place_pci_primary(dev);
  if (video->type == VIDEO_VIRTIO)
    place_virtio(dev, false, stage);
  else
    place_pci(dev, video->type == VIDEO_BOCHS ? PLACE_EXPRESS : PLACE_CONVENTIONAL, stage);
}

/* The primary one is video0, whatever its place in the XML, as libvirt has it. */
static void
video_identify(struct device *dev, struct stage *stage)
{
  (void)stage;
  size_t primary = primary_video(dev->domain)->dev.nth;
  size_t n = dev->nth == primary ? 0 : dev->nth < primary ? dev->nth + 1 : dev->nth;
  dev->id = talloc_asprintf(dev, "video%zu", n);
}

/* --- check --- */

static void
check_memory(const struct video *video, struct stage *stage)
{
  const struct device *dev = &video->dev;
  const char *type = video_type_names[video->type];
  if (video->type != VIDEO_QXL && (video->ram || video->vram64 || video->vgamem))
    diag_error(stage->diag, dev->place, dev->subject, "ram, vram64 and vgamem are qxl's; model '%s' has vram alone",
               type);
  if (video->type == VIDEO_QXL && (video->ram > UINT32_MAX / 1024 || video->vram > UINT32_MAX / 1024))
    diag_error(stage->diag, dev->place, dev->subject, "ram and vram count KiB; 4 GiB and more do not fit a card");
  if (video->type == VIDEO_QXL && (video->vgamem < 1024 || video->vgamem != round_up_power_of_two(video->vgamem)))
    diag_error(stage->diag, dev->place, dev->subject, "vgamem '%u': must be a power of two, 1024 (KiB) or more",
               video->vgamem);
  if ((video->type == VIDEO_VGA || video->type == VIDEO_VMVGA) && video->vram < 1024)
    diag_error(stage->diag, dev->place, dev->subject, "vram '%u': model '%s' needs 1024 (KiB) or more", video->vram,
               type);
}

static void
check_acceleration(const struct video *video, struct stage *stage)
{
  const struct device *dev = &video->dev;
  if (video->accel2d == ON)
    diag_error(stage->diag, dev->place, dev->subject, "QEMU has no 2D acceleration; drop accel2d");
  if (video->backend == VIDEO_BACKEND_VHOSTUSER || video->accel3d != ON)
    return;
  if (video->type != VIDEO_VIRTIO)
    diag_error(stage->diag, dev->place, dev->subject, "3D acceleration needs model type='virtio', not '%s'",
               video_type_names[video->type]);
  else if (!caps_has(stage->caps, FEAT_VIRTIO_GPU_VIRGL) && !caps_has(stage->caps, FEAT_VIRTIO_GPU_GL_PCI) &&
           !caps_has(stage->caps, FEAT_VIRTIO_VGA_GL))
    diag_error(stage->diag, dev->place, dev->subject, "this QEMU (%s) was built without 3D acceleration",
               caps_version_string(stage->caps));
  else if (!dev->domain->display_gl)
    diag_unstartable(stage->diag, dev->place, dev->subject,
                     "accel3d='yes' needs a display that draws with OpenGL, without one QEMU will not start; add "
                     "<graphics type='egl-headless'/>, or <gl enable='yes'/> to SPICE, SDL or D-Bus");
}

static void
check_blob(const struct video *video, struct stage *stage)
{
  const struct device *dev = &video->dev;
  if (video->blob == UNSET)
    return;
  if (video->type != VIDEO_VIRTIO)
    diag_error(stage->diag, dev->place, dev->subject, "blob resources need model type='virtio'");
  else if (!caps_has(stage->caps, FEAT_VIRTIO_GPU_BLOB))
    diag_error(stage->diag, dev->place, dev->subject, "%s: this QEMU (%s) has no such thing",
               feature_text(FEAT_VIRTIO_GPU_BLOB), caps_version_string(stage->caps));
  /* QEMU hw/display/virtio-gpu-udmabuf.c */
  else if (video->blob == ON && dev->domain->memory.source != MEMORY_MEMFD)
    diag_error(stage->diag, dev->place, dev->subject,
               "blob resources are parts of the guest's memory, which must be a memfd; add "
               "<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>");
}

/* QEMU hw/display: which cards have the property. */
static void
check_edid(const struct video *video, struct stage *stage)
{
  const struct device *dev = &video->dev;
  if (video->edid != UNSET && video->type != VIDEO_VGA && video->type != VIDEO_BOCHS && video->type != VIDEO_VIRTIO)
    diag_error(stage->diag, xml_place(xml_child(dev->node, "model"), "edid"), dev->subject,
               "model '%s' has no EDID to show or hide; drop edid, or use vga, bochs or virtio",
               video_type_names[video->type]);
}

static bool
is_vga(enum video_frontend frontend)
{
  return frontend == FRONTEND_VGA || frontend == FRONTEND_VGA_GL;
}

static bool
is_gl(enum video_frontend frontend)
{
  return frontend == FRONTEND_VGA_GL || frontend == FRONTEND_GPU_GL;
}

static void
check_frontend(const struct video *video, struct stage *stage)
{
  static const enum feature needs[VIDEO_FRONTENDS] = {
    [FRONTEND_VGA] = FEAT_DEVICE_VIRTIO_VGA,
    [FRONTEND_GPU] = FEAT_DEVICE_VIRTIO_GPU,
    [FRONTEND_VGA_GL] = FEAT_VIRTIO_VGA_GL,
    [FRONTEND_GPU_GL] = FEAT_VIRTIO_GPU_GL_PCI,
  };
  const struct device *dev = &video->dev;
  const char *name = frontend_names[video->frontend];
  if (video->frontend == FRONTEND_UNSET)
    return;
  struct place place = xml_place(xml_child(dev->node, "model"), name);
  if (video->type != VIDEO_VIRTIO)
    diag_error(stage->diag, place, dev->subject, "device '%s' is a form of model type='virtio', this is '%s'; drop it",
               name, video_type_names[video->type]);
  else if (video->backend == VIDEO_BACKEND_VHOSTUSER)
    diag_error(stage->diag, place, dev->subject, "device '%s': driver 'vhostuser' has its own cards; drop one of them",
               name);
  else if (is_vga(video->frontend) && !is_primary(video))
    diag_error(stage->diag, place, dev->subject, "device '%s' can only be the primary card; write 'virtio-gpu%s'", name,
               is_gl(video->frontend) ? "-gl" : "");
  else if (is_gl(video->frontend) && video->accel3d == UNSET)
    diag_error(stage->diag, place, dev->subject,
               "device '%s' is the one that draws in 3D; add <acceleration accel3d='yes'/>, or write '%s'", name,
               is_vga(video->frontend) ? "virtio-vga" : "virtio-gpu");
  else if (is_gl(video->frontend) != (video->accel3d == ON) && video->accel3d != UNSET)
    diag_error(stage->diag, place, dev->subject, "device '%s' and accel3d='%s' contradict each other; drop one of them",
               name, video->accel3d == ON ? "yes" : "no");
  else
    stage_need(stage, needs[video->frontend], place, dev->subject);
}

static void
check_backend(const struct video *video, struct stage *stage)
{
  const struct device *dev = &video->dev;
  if (video->type != VIDEO_VIRTIO && device_has_virtio_options(dev))
    diag_error(stage->diag, dev->place, dev->subject,
               "iommu, ats, packed and page_per_vq are virtio's, this is model '%s'; drop them",
               video_type_names[video->type]);
  if (video->backend != VIDEO_BACKEND_VHOSTUSER && video->rendernode)
    diag_error(stage->diag, dev->place, dev->subject,
               "rendernode is for <driver name='vhostuser'>; else the display has it: <graphics><gl rendernode='...'>");
  if (video->backend != VIDEO_BACKEND_VHOSTUSER)
    return;
  if (video->type != VIDEO_VIRTIO)
    diag_error(stage->diag, dev->place, dev->subject, "driver 'vhostuser' needs model type='virtio', not '%s'",
               video_type_names[video->type]);
  else
    stage_need(stage, FEAT_DEVICE_VHOST_USER_GPU, dev->place, dev->subject);
  if (!ram_is_shared(dev->domain))
    diag_unstartable(stage->diag, dev->place, dev->subject,
                     "a program that draws in QEMU's place needs shared memory, without which it gets no command; add "
                     "<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>");
}

static void
video_check(const struct device *dev, struct stage *stage)
{
  const struct video *video = (const struct video *)dev;
  const char *type = video_type_names[video->type];
  const struct video *first = primary_video(dev->domain);
  if (video->type == VIDEO_NONE) {
    if (domain_devices(dev->domain, &video_kind)->n > 1)
      diag_error(stage->diag, dev->place, dev->subject, "model 'none' beside another <video>; keep one of them");
    return;
  }
  if (video->primary == ON && first != video)
    diag_error(stage->diag, dev->place, dev->subject, "second primary card (the first is on line %u); a guest has one",
               first->dev.place.line);
  if (!video_drivers[video->type].driver)
    diag_error(stage->diag, dev->place, dev->subject, "QEMU has no graphics card '%s'; use virtio, vga or qxl", type);
  else if (!caps_has(stage->caps, video_drivers[video->type].needs))
    diag_error(stage->diag, dev->place, dev->subject, "model '%s': this QEMU (%s) has no %s", type,
               caps_version_string(stage->caps), feature_text(video_drivers[video->type].needs));
  if (video->type != VIDEO_QXL && video->type != VIDEO_VIRTIO) {
    if (first != video)
      diag_error(stage->diag, dev->place, dev->subject, "model '%s' can only be the primary card; use qxl or virtio",
                 type);
    if (video->heads.value != 1)
      diag_error(stage->diag, dev->place, dev->subject, "model '%s' has one head, not %ju", type,
                 (uintmax_t)video->heads.value);
  }
  if ((video->xres.set || video->yres.set) && video->type != VIDEO_VGA && video->type != VIDEO_QXL &&
      video->type != VIDEO_VIRTIO && video->type != VIDEO_BOCHS)
    diag_error(stage->diag, dev->place, dev->subject, "model '%s' takes no resolution", type);
  check_memory(video, stage);
  check_acceleration(video, stage);
  check_blob(video, stage);
  check_edid(video, stage);
  check_frontend(video, stage);
  check_backend(video, stage);
}

/* --- resolve --- */

/* QEMU docs/interop/vhost-user.rst, "vhost-user-gpu". */
static void
video_resolve(struct device *dev, struct stage *stage)
{
  struct video *video = (struct video *)dev;
  if (dev->broken || video->backend != VIDEO_BACKEND_VHOSTUSER)
    return;
  const char *socket = runtime_path(dev->domain, talloc_asprintf(dev, "%s-vhost-user.sock", dev->id));
  video->chardev = chardev_unix(dev, socket, SOCKET_CONNECT, dev->place);
  const char *program = vhost_user_program(dev, stage->host, "gpu", NULL);
  if (!program && options_starts(stage->options))
    diag_host(stage->diag, dev->place, dev->subject,
              "no program of type 'gpu' is described in %s; install one (vhost-user-gpu)",
              host_shown(dev, stage->host, "/usr/share/qemu/vhost-user"));
  struct helper *gpu = helper_new(dev->domain, program ? program : "vhost-user-gpu", dev->subject, dev->place);
  helper_listens(gpu, "--socket-path=", socket, "");
  if (video->accel3d == ON)
    helper_word(gpu, "--virgl");
  if (video->rendernode)
    helper_host(gpu, "--render-node=", WANT_DEVICE, video->rendernode, "");
}

/* --- build --- */

/* The primary card of a machine that has VGA gets a VGA-compatible model, if there is one. */
static const char *
driver_of(const struct video *video, const struct caps *caps, TALLOC_CTX *ctx)
{
  const struct device *dev = &video->dev;
  bool vhost_user = video->backend == VIDEO_BACKEND_VHOSTUSER;
  if (video->type == VIDEO_QXL)
    return is_primary(video) ? "qxl-vga" : "qxl";
  if (video->type != VIDEO_VIRTIO)
    return video_drivers[video->type].driver;
  bool vga = is_primary(video) && caps_has(caps, vhost_user ? FEAT_DEVICE_VHOST_USER_VGA : FEAT_DEVICE_VIRTIO_VGA);
  if (vhost_user)
    return vga ? "vhost-user-vga" : virtio_driver(ctx, dev, "vhost-user-gpu", NULL);
  if (video->frontend != FRONTEND_UNSET)
    return is_vga(video->frontend) ? frontend_names[video->frontend]
                                   : virtio_driver(ctx, dev, frontend_names[video->frontend], NULL);
  bool gl = video->accel3d == ON && caps_has(caps, vga ? FEAT_VIRTIO_VGA_GL : FEAT_VIRTIO_GPU_GL_PCI);
  if (vga)
    return gl ? "virtio-vga-gl" : "virtio-vga";
  return virtio_driver(ctx, dev, gl ? "virtio-gpu-gl" : "virtio-gpu", NULL);
}

static void
memory_props(struct props *p, const struct video *video, const struct caps *caps)
{
  switch (video->type) {
  case VIDEO_QXL:
    props_nonzero(device_at(p, &video->dev, "model/@ram"), "ram_size", (uint64_t)video->ram * 1024);
    props_nonzero(device_at(p, &video->dev, "model/@vram"), "vram_size", (uint64_t)video->vram * 1024);
    props_uint(device_at(p, &video->dev, "model/@vram64"), "vram64_size_mb", video->vram64 / 1024);
    props_uint(device_at(p, &video->dev, "model/@vgamem"), "vgamem_mb", video->vgamem / 1024);
    return;
  case VIDEO_VGA:
    if (caps_has(caps, FEAT_VGA_VGAMEM))
      props_nonzero(device_at(p, &video->dev, "model/@vram"), "vgamem_mb", video->vram / 1024);
    return;
  case VIDEO_VMVGA:
    if (caps_has(caps, FEAT_VMWARE_SVGA_VGAMEM))
      props_nonzero(device_at(p, &video->dev, "model/@vram"), "vgamem_mb", video->vram / 1024);
    return;
  case VIDEO_BOCHS:
    props_nonzero(device_at(p, &video->dev, "model/@vram"), "vgamem", (uint64_t)video->vram * 1024);
    return;
  case VIDEO_VIRTIO:
    if (video->backend != VIDEO_BACKEND_VHOSTUSER)
      props_switch(device_at(p, &video->dev, "model/@blob"), "blob", video->blob);
    return;
  case VIDEO_DEFAULT:
  case VIDEO_CIRRUS:
  case VIDEO_XEN:
  case VIDEO_VBOX:
  case VIDEO_PARALLELS:
  case VIDEO_GOP:
  case VIDEO_NONE:
  case VIDEO_RAMFB:
  case VIDEO_TYPES:
    return;
  }
}

static void
video_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const struct video *video = (const struct video *)dev;
  if (video->type == VIDEO_NONE)
    return;
  const char *chardev = video->chardev ? talloc_asprintf(argv, "chr-vu-%s", dev->id) : NULL;
  if (chardev)
    chardev_build(video->chardev, chardev, b, argv);
  /* The guest's first console is the first display of the command line, and qxl-vga must be that
   * (hw/display/qxl.c), wherever it stands in the XML. */
  bool first = is_primary(video) && domain_devices(dev->domain, &video_kind)->items[0] != dev;
  struct props *p =
      argv_device(argv, first ? PHASE_CONTROLLER : PHASE_DEVICE, driver_of(video, b->caps, argv), dev->id);
  if (video->type == VIDEO_VIRTIO && video->backend != VIDEO_BACKEND_VHOSTUSER &&
      caps_has(b->caps, FEAT_VIRTIO_GPU_VIRGL))
    props_switch(device_at(p, dev, "model/acceleration/@accel3d"), "virgl", video->accel3d);
  if (video->type == VIDEO_QXL || video->type == VIDEO_VIRTIO)
    props_nonzero(device_at(p, dev, "model/@heads"), "max_outputs", video->heads.value);
  props_refer(device_at(p, dev, "driver/@name"), "chardev", ID_CHARDEV, chardev);
  memory_props(p, video, b->caps);
  props_switch(device_at(p, dev, "model/@edid"), "edid", video->edid);
  props_num(device_at(p, dev, "model/resolution/@x"), "xres", video->xres);
  props_num(device_at(p, dev, "model/resolution/@y"), "yres", video->yres);
  device_virtio_props(p, dev);
  address_props(p, dev);
}

const struct kind video_kind = {
  .element = "video",
  .size = sizeof(struct video),
  .alias = "video",
  .takes = TAKES_VIRTIO,
  .attrs = video_attrs,
  .parse = video_parse,
  .imply = video_imply,
  .complete = video_complete,
  .place = video_place,
  .identify = video_identify,
  .check = video_check,
  .resolve = video_resolve,
  .build = video_build,
};
