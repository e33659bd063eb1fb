/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/sound.c - <sound>: sound cards and the codecs on them */

#include "bus/place.h"
#include "domain/display.h"
#include "domain/kinds.h"

enum sound_model {
  SOUND_UNSET,
  SOUND_SB16,
  SOUND_ES1370,
  SOUND_PCSPK,
  SOUND_AC97,
  SOUND_ICH6,
  SOUND_ICH9,
  SOUND_USB,
  SOUND_ICH7,
  SOUND_VIRTIO,
  SOUND_MODELS
};

static const char *const sound_model_names[] = {
  [SOUND_SB16] = "sb16", [SOUND_ES1370] = "es1370", [SOUND_PCSPK] = "pcspk",
  [SOUND_AC97] = "ac97", [SOUND_ICH6] = "ich6",     [SOUND_ICH9] = "ich9",
  [SOUND_USB] = "usb",   [SOUND_ICH7] = "ich7",     [SOUND_VIRTIO] = "virtio",
};
static_assert(ARRAY_SIZE(sound_model_names) == SOUND_MODELS, "a sound model has no name");

static const char *const sound_drivers[SOUND_MODELS] = {
  [SOUND_SB16] = "sb16",      [SOUND_ES1370] = "ES1370",       [SOUND_AC97] = "AC97",
  [SOUND_ICH6] = "intel-hda", [SOUND_ICH9] = "ich9-intel-hda", [SOUND_USB] = "usb-audio",
};

enum codec { CODEC_DUPLEX, CODEC_MICRO, CODEC_OUTPUT, CODECS };

static const char *const codec_names[CODECS] = {
  [CODEC_DUPLEX] = "duplex",
  [CODEC_MICRO] = "micro",
  [CODEC_OUTPUT] = "output",
};
static const char *const codec_drivers[CODECS] = {
  [CODEC_DUPLEX] = "hda-duplex",
  [CODEC_MICRO] = "hda-micro",
  [CODEC_OUTPUT] = "hda-output",
};

struct sound_codec {
  enum codec type;
};

struct sound {
  struct device dev;
  enum sound_model model;
  struct sound_codec *codecs; /* ICH6, ICH9; none given: one that plays and records */
  size_t n_codecs;
  enum tristate multichannel; /* USB */
  uint32_t streams;           /* VIRTIO */
  uint32_t audio;             /* <audio id=>; 0: the first */
};

static const struct attr usb_attrs[] = { ATTR_YESNO("@multichannel", struct sound, multichannel, .dflt = "QEMU's (no)",
                                                    .doc = "Whether a USB card has more than two channels."),
                                         ATTR_END };
static const struct attr virtio_attrs[] = { ATTR_UINT("@streams", struct sound, streams, .min = 1, .dflt = "2",
                                                      .doc = "How many streams a virtio card has."),
                                            ATTR_END };
static const struct attr codec_attrs[] = { ATTR_ENUM("@type", struct sound_codec, type, codec_names, .required = true,
                                                     .missing = "codec without type; duplex, micro or output",
                                                     .doc = "What a codec of the card can do: play, record, or both."),
                                           ATTR_END };
static const struct attr ich_attrs[] = { ATTR_LIST("codec", struct sound, codecs, n_codecs, struct sound_codec,
                                                   codec_attrs, .doc = "A codec of the card."),
                                         ATTR_END };
static const struct attr *const model_attrs[SOUND_MODELS] = {
  [SOUND_ICH6] = ich_attrs,
  [SOUND_ICH9] = ich_attrs,
  [SOUND_USB] = usb_attrs,
  [SOUND_VIRTIO] = virtio_attrs,
};
static const struct attr sound_attrs[] = { ATTR_ENUM("@model", struct sound, model, sound_model_names, .required = true,
                                                     .doc = "Which sound card the guest sees."),
                                           ATTR_UINT("audio/@id", struct sound, audio, .min = 1, .required_here = true,
                                                     .dflt = "the first one",
                                                     .doc = "The sound output that the card plays to."),
                                           ATTR_CHOICE("@model", struct sound, model, sound_model_names, model_attrs),
                                           ATTR_END };

static bool
has_codecs(const struct sound *sound)
{
  return sound->model == SOUND_ICH6 || sound->model == SOUND_ICH9;
}

static void
sound_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  static const char *const others[] = { "codec", "multichannel", "streams" };
  struct sound *sound = (struct sound *)dev;
  xml_idle(node, others, ARRAY_SIZE(others), talloc_asprintf(dev, "model '%s'", sound_model_names[sound->model]),
           dev->subject, stage->diag);
}

static void
sound_complete(struct device *dev, struct stage *stage)
{
  struct sound *sound = (struct sound *)dev;
  (void)stage;
  if (sound->model == SOUND_VIRTIO && !sound->streams)
    sound->streams = 2;
}

static void
sound_place(struct device *dev, struct stage *stage)
{
  struct sound *sound = (struct sound *)dev;
  switch (sound->model) {
  case SOUND_USB:
    place_usb(dev, stage);
    return;
  case SOUND_VIRTIO:
    place_virtio(dev, false, stage);
    return;
  case SOUND_SB16:
    place_fixed(dev, ADDR_ISA, stage);
    return;
  case SOUND_PCSPK:
    place_fixed(dev, ADDR_NONE, stage);
    return;
  case SOUND_ICH9:
    /* where the chipset has it: libvirt's qemuDomainValidateDevicePCISlotsQ35 */
    if (domain_is_q35(dev->domain))
      place_pci_prefer(dev, 0x1b);
    place_pci(dev, PLACE_CONVENTIONAL, stage);
    return;
  case SOUND_ES1370:
  case SOUND_AC97:
  case SOUND_ICH6:
  case SOUND_ICH7:
  case SOUND_UNSET:
  case SOUND_MODELS:
    place_pci(dev, PLACE_CONVENTIONAL, stage);
    return;
  }
}

static void
sound_check(const struct device *dev, struct stage *stage)
{
  static const enum feature needs[SOUND_MODELS] = {
    [SOUND_USB] = FEAT_OBJECT_USB_AUDIO,
    [SOUND_ICH9] = FEAT_DEVICE_ICH9_INTEL_HDA,
    [SOUND_VIRTIO] = FEAT_DEVICE_VIRTIO_SOUND,
  };
  static const enum feature codec_needs[CODECS] = {
    [CODEC_DUPLEX] = FEAT_HDA_DUPLEX,
    [CODEC_MICRO] = FEAT_HDA_MICRO,
    [CODEC_OUTPUT] = FEAT_HDA_OUTPUT,
  };
  const struct sound *sound = (const struct sound *)dev;
  if (sound->model == SOUND_ICH7)
    diag_error(stage->diag, dev->place, dev->subject, "QEMU has no sound card 'ich7'; use ich6 or ich9");
  else if (!caps_has(stage->caps, needs[sound->model]))
    diag_error(stage->diag, dev->place, dev->subject, "model '%s': this QEMU (%s) has no %s",
               sound_model_names[sound->model], caps_version_string(stage->caps), feature_text(needs[sound->model]));
  if (sound->model != SOUND_VIRTIO && device_has_virtio_options(dev))
    diag_warning(stage->diag, dev->place, dev->subject,
                 "iommu, ats, packed and page_per_vq are virtio's and mean nothing to model '%s'; drop them",
                 sound_model_names[sound->model]);
  /* QEMU hw/audio/virtio-snd.c */
  if (sound->model == SOUND_VIRTIO && sound->streams > 10)
    diag_unstartable(stage->diag, xml_place(dev->node, "streams"), dev->subject,
                     "%u streams: QEMU's card has 10 at most, it will not start", sound->streams);
  for (size_t i = 0; i < sound->n_codecs; i++)
    if (!caps_has(stage->caps, codec_needs[sound->codecs[i].type]))
      diag_error(stage->diag, dev->place, dev->subject, "codec '%s': this QEMU (%s) has no %s",
                 codec_names[sound->codecs[i].type], caps_version_string(stage->caps),
                 codec_drivers[sound->codecs[i].type]);
  if (xml_refused(dev->domain->root, "devices/audio"))
    return;
  if (sound->audio && !audio_find(dev->domain, sound->audio))
    diag_error(stage->diag, dev->place, dev->subject, "no <audio id='%u'> in this domain; add it, or name another",
               sound->audio);
  else if (!audio_find(dev->domain, 0))
    diag_error(stage->diag, dev->place, dev->subject, "the sound has nowhere to go; add an <audio>");
}

static void
build_codec(const struct sound *sound, size_t cad, enum codec codec, const char *audio, struct argv *argv)
{
  const char *id = talloc_asprintf(argv, "%s-codec%zu", sound->dev.id, cad);
  struct props *p = argv_device(argv, PHASE_DEVICE, codec_drivers[codec], id);
  props_refer(p, "bus", ID_BUS, talloc_asprintf(p, "%s.0", sound->dev.id));
  props_uint(p, "cad", cad);
  props_refer(p, "audiodev", ID_AUDIODEV, audio);
}

static void
build_pc_speaker(const struct sound *sound, struct argv *argv)
{
  struct props *machine = argv_single(argv, PHASE_MACHINE, "-machine", "type");
  props_refer(machine, "pcspk-audiodev", ID_AUDIODEV, audio_find(sound->dev.domain, sound->audio));
}

static void
sound_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const struct sound *sound = (const struct sound *)dev;
  const char *audio = audio_find(b->domain, sound->audio);
  if (sound->model == SOUND_PCSPK) {
    build_pc_speaker(sound, argv);
    return;
  }
  const char *driver =
      sound->model == SOUND_VIRTIO ? virtio_driver(argv, dev, "virtio-sound", NULL) : sound_drivers[sound->model];
  struct props *p = argv_device(argv, PHASE_DEVICE, driver, dev->id);
  if (!has_codecs(sound))
    props_refer(device_at(p, dev, "audio/@id"), "audiodev", ID_AUDIODEV, audio);
  props_switch(device_at(p, dev, "@multichannel"), "multi", sound->multichannel);
  props_nonzero(device_at(p, dev, "@streams"), "streams", sound->streams);
  if (sound->model == SOUND_VIRTIO)
    device_virtio_props(p, dev);
  address_props(p, dev);
  if (!has_codecs(sound))
    return;
  argv_offers_bus(argv, talloc_asprintf(argv, "%s.0", dev->id));
  for (size_t i = 0; i < sound->n_codecs; i++)
    build_codec(sound, i, sound->codecs[i].type, audio, argv);
  if (!sound->n_codecs)
    build_codec(sound, 0, CODEC_DUPLEX, audio, argv);
}

const struct kind sound_kind = {
  .element = "sound",
  .size = sizeof(struct sound),
  .name_path = "@model",
  .alias = "sound",
  .takes = TAKES_VIRTIO,
  .attrs = sound_attrs,
  .parse = sound_parse,
  .complete = sound_complete,
  .place = sound_place,
  .check = sound_check,
  .build = sound_build,
};
