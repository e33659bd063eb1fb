/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/audio.c - <audio>: where the guest's sound goes on the host */

#include "domain/display.h"
#include "domain/kinds.h"
#include "domain/notes.h"
#include "qemu/machines.h"

enum audio_type {
  AUDIO_UNSET,
  AUDIO_NONE,
  AUDIO_ALSA,
  AUDIO_COREAUDIO,
  AUDIO_JACK,
  AUDIO_OSS,
  AUDIO_PULSEAUDIO,
  AUDIO_SDL,
  AUDIO_SPICE,
  AUDIO_FILE,
  AUDIO_DBUS,
  AUDIO_PIPEWIRE,
  AUDIO_TYPES
};

static const char *const audio_type_names[] = {
  [AUDIO_NONE] = "none", [AUDIO_ALSA] = "alsa",         [AUDIO_COREAUDIO] = "coreaudio",
  [AUDIO_JACK] = "jack", [AUDIO_OSS] = "oss",           [AUDIO_PULSEAUDIO] = "pulseaudio",
  [AUDIO_SDL] = "sdl",   [AUDIO_SPICE] = "spice",       [AUDIO_FILE] = "file",
  [AUDIO_DBUS] = "dbus", [AUDIO_PIPEWIRE] = "pipewire",
};
static_assert(ARRAY_SIZE(audio_type_names) == AUDIO_TYPES, "an audio type has no name");

/* QEMU qapi/audio.json, AudiodevDriver. */
static const char *const audio_drivers[AUDIO_TYPES] = {
  [AUDIO_NONE] = "none", [AUDIO_ALSA] = "alsa",         [AUDIO_COREAUDIO] = "coreaudio",
  [AUDIO_JACK] = "jack", [AUDIO_OSS] = "oss",           [AUDIO_PULSEAUDIO] = "pa",
  [AUDIO_SDL] = "sdl",   [AUDIO_SPICE] = "spice",       [AUDIO_FILE] = "wav",
  [AUDIO_DBUS] = "dbus", [AUDIO_PIPEWIRE] = "pipewire",
};

static const char *const format_names[] = { NULL, "u8", "s8", "u16", "s16", "u32", "s32", "f32" };
static const char *const sdl_driver_names[] = { NULL, "esd", "alsa", "arts", "pulseaudio" };

/* <input> or <output>: the common part and every driver's own. */
struct audio_side {
  enum tristate mixing_engine, fixed_settings;
  uint32_t voices, buffer_length, buffer_count, latency;
  uint32_t frequency, channels;
  int format;
  enum tristate exact_name, try_poll;
  const char *dev, *server_name, *client_name, *connect_ports, *name, *stream_name;
};

struct audio {
  struct device dev;
  enum audio_type type;
  uint32_t number;       /* <audio id='N'> */
  uint32_t timer_period; /* microseconds */
  enum tristate try_mmap, exclusive;
  struct num dsp_policy;
  const char *server_name; /* PULSEAUDIO */
  int sdl_driver;
  const char *path;        /* FILE */
  const char *runtime_dir; /* PIPEWIRE */
  struct audio_side in, out;
};

static const struct attr side_attrs[] = {
  ATTR_YESNO("@mixingEngine", struct audio_side, mixing_engine, .dflt = "QEMU's (yes)",
             .doc = "Whether QEMU mixes and converts the sound before it goes to the host."),
  ATTR_YESNO("@fixedSettings", struct audio_side, fixed_settings, .dflt = "QEMU's (yes)",
             .doc = "Whether the settings below hold, rather than what the guest asks for."),
  ATTR_UINT("@voices", struct audio_side, voices, .min = 1, .dflt = "QEMU's (1)",
            .doc = "How many sounds may play or be recorded at once."),
  ATTR_UINT("@bufferLength", struct audio_side, buffer_length, .min = 1, .unit = "microseconds",
            .dflt = "QEMU's, by the type", .doc = "How much sound is kept back against gaps."),
  ATTR_UINT("settings/@frequency", struct audio_side, frequency, .min = 1, .unit = "Hz", .dflt = "QEMU's (44100)",
            .doc = "How many samples there are each second."),
  ATTR_UINT("settings/@channels", struct audio_side, channels, .min = 1, .dflt = "QEMU's (2)",
            .doc = "How many channels: 1 is mono, 2 is stereo."),
  ATTR_ENUM("settings/@format", struct audio_side, format, format_names, .dflt = "QEMU's (s16)",
            .doc = "The type of one sample."),
  ATTR_END
};

/* Rows that only one driver and its sides have; by enum audio_type. */
static const struct attr dev_side[] = { ATTR_STRING("@dev", struct audio_side, dev, .dflt = "QEMU's (default)",
                                                    .doc = "The sound device of the host."),
                                        ATTR_END };
static const struct attr count_side[] = { ATTR_UINT("@bufferCount", struct audio_side, buffer_count,
                                                    .dflt = "QEMU's (4)",
                                                    .doc = "How many buffers the sound passes through."),
                                          ATTR_END };
static const struct attr jack_side[] = {
  ATTR_STRING("@serverName", struct audio_side, server_name, .dflt = "the JACK server's default",
              .doc = "The sound server of the host to connect to."),
  ATTR_STRING("@clientName", struct audio_side, client_name, .dflt = "the guest's name",
              .doc = "The name that the guest has at the JACK server."),
  ATTR_STRING("@connectPorts", struct audio_side, connect_ports, .dflt = "none",
              .doc = "A pattern of the JACK ports that the guest is connected to."),
  ATTR_YESNO("@exactName", struct audio_side, exact_name, .dflt = "QEMU's (no)",
             .doc = "Whether the name at the JACK server must be taken as it is, or may be varied."),
  ATTR_END
};
static const struct attr oss_side[] = {
  ATTR_STRING("@dev", struct audio_side, dev, .dflt = "QEMU's (/dev/dsp)", .doc = "The sound device of the host."),
  ATTR_UINT("@bufferCount", struct audio_side, buffer_count, .dflt = "QEMU's (4)",
            .doc = "How many buffers the sound passes through."),
  ATTR_YESNO("@tryPoll", struct audio_side, try_poll, .dflt = "QEMU's (yes)",
             .doc = "Whether to ask the device for readiness, where it can be asked."),
  ATTR_END
};
static const struct attr stream_side[] = {
  ATTR_STRING("@name", struct audio_side, name, .dflt = "the sound server's",
              .doc = "The sound server's sink or source to use."),
  ATTR_STRING("@streamName", struct audio_side, stream_name, .dflt = "the id of the audio device",
              .doc = "The name that mixers of the host show for the guest."),
  ATTR_UINT("@latency", struct audio_side, latency, .unit = "microseconds", .dflt = "QEMU's, by the type",
            .doc = "How late the sound may come."),
  ATTR_END
};
static const struct attr oss_attrs[] = {
  ATTR_YESNO("@tryMMap", struct audio, try_mmap, .dflt = "QEMU's (no)",
             .doc = "Whether to share memory with the device, where it allows that."),
  ATTR_YESNO("@exclusive", struct audio, exclusive, .dflt = "QEMU's (no)",
             .doc = "Whether no other program may use the device meanwhile."),
  ATTR_NUM("@dspPolicy", struct audio, dsp_policy, .max = INT32_MAX, .dflt = "QEMU's (5)",
           .doc = "The timing policy of OSS: less delay against less work."),
  ATTR_END
};
static const struct attr pulse_attrs[] = { ATTR_STRING("@serverName", struct audio, server_name,
                                                       .dflt = "the host's default",
                                                       .doc = "The sound server of the host to connect to."),
                                           ATTR_END };
static const struct attr sdl_attrs[] = { ATTR_ENUM("@driver", struct audio, sdl_driver, sdl_driver_names,
                                                   .dflt = "SDL's choice",
                                                   .doc = "Which of the host's sound systems SDL uses."),
                                         ATTR_END };
static const struct attr file_attrs[] = { ATTR_STRING("@path", struct audio, path, .dflt = "QEMU's (qemu.wav)",
                                                      .doc = "The file that takes the sound."),
                                          ATTR_END };
static const struct attr pipewire_attrs[] = { ATTR_STRING("@runtimeDir", struct audio, runtime_dir,
                                                          .dflt = "the environment's",
                                                          .doc = "The folder with the socket of PipeWire."),
                                              ATTR_END };

static const struct attr *const side_tables[AUDIO_TYPES] = {
  [AUDIO_ALSA] = dev_side,        [AUDIO_COREAUDIO] = count_side,   [AUDIO_JACK] = jack_side,
  [AUDIO_OSS] = oss_side,         [AUDIO_PULSEAUDIO] = stream_side, [AUDIO_SDL] = count_side,
  [AUDIO_PIPEWIRE] = stream_side,
};

static const struct attr *const own_tables[AUDIO_TYPES] = {
  [AUDIO_OSS] = oss_attrs,   [AUDIO_PULSEAUDIO] = pulse_attrs,  [AUDIO_SDL] = sdl_attrs,
  [AUDIO_FILE] = file_attrs, [AUDIO_PIPEWIRE] = pipewire_attrs,
};

static const struct attr any_side_attrs[] = { ATTR_TABLE(side_attrs),
                                              ATTR_SEE_BY("../@type", audio_type_names, side_tables), ATTR_END };

static const struct attr audio_attrs[] = {
  ATTR_ENUM("@type", struct audio, type, audio_type_names, .required = true,
            .doc = "Where the guest's sound goes on the host; each type has its own attributes."),
  ATTR_UINT("@id", struct audio, number, .min = 1, .required = true,
            .doc = "The number by which sound cards and displays name this sound output."),
  ATTR_UINT("@timerPeriod", struct audio, timer_period, .min = 1, .unit = "microseconds", .dflt = "QEMU's (10000)",
            .doc = "How often the sound is served."),
  ATTR_SEE_BY("@type", audio_type_names, own_tables),
  ATTR_SEE("input", any_side_attrs),
  ATTR_SEE("output", any_side_attrs),
  ATTR_END
};

static void
read_side(struct audio *audio, xmlNode *node, const char *name, struct audio_side *side, struct stage *stage)
{
  xmlNode *side_node = xml_child(node, name);
  const char *subject = audio->dev.subject;
  if (!side_node)
    return;
  attr_read(side_attrs, side_node, side, subject, stage->diag);
  attr_read(side_tables[audio->type], side_node, side, subject, stage->diag);
  if (side->fixed_settings == ON && side->mixing_engine != ON)
    diag_error(stage->diag, xml_place(side_node, NULL), subject,
               "<%s> has fixedSettings without the mixing engine; add mixingEngine='yes'", name);
  xmlNode *settings = xml_child(side_node, "settings");
  if (settings && side->fixed_settings != ON)
    diag_error(stage->diag, xml_place(settings, NULL), subject,
               "<settings> have no effect here; add fixedSettings='yes' to <%s>", name);
}

static void
audio_parse(struct device *dev, xmlNode *node, struct stage *stage)
{
  struct audio *audio = (struct audio *)dev;
  attr_read(own_tables[audio->type], node, audio, dev->subject, stage->diag);
  read_side(audio, node, "input", &audio->in, stage);
  read_side(audio, node, "output", &audio->out, stage);
}

/* --- complete --- */

static void
choose_by_display(enum graphics_type type, void *arg)
{
  enum audio_type *choice = arg;
  if (type == GRAPHICS_VNC)
    *choice = AUDIO_NONE;
  else if (type == GRAPHICS_SPICE)
    *choice = AUDIO_SPICE;
  else if (type == GRAPHICS_SDL)
    *choice = AUDIO_UNSET; /* QEMU's own choice */
}

/* libvirt's qemuDomainDefSuggestDefaultAudioBackend with its default configuration: without a
 * display and with VNC no sound, with spice through it, else as QEMU likes. */
static void
audio_imply(struct domain *domain, struct stage *stage)
{
  (void)stage;
  if (domain_devices(domain, &audio_kind)->n)
    return;
  enum audio_type choice = domain_devices(domain, &graphics_kind)->n ? AUDIO_UNSET : AUDIO_NONE;
  graphics_each(domain, choose_by_display, &choice);
  if (choice == AUDIO_UNSET)
    return;
  const char *rule =
      choice == AUDIO_SPICE ? "sound goes where spice goes" : "no <audio>: the guest's sound goes nowhere";
  struct audio *audio = (struct audio *)domain_add(domain, &audio_kind, rule, domain->place);
  audio->type = choice;
  audio->number = 1;
}

static void
audio_identify(struct device *dev, struct stage *stage)
{
  (void)stage;
  dev->id = talloc_asprintf(dev, "audio%u", ((struct audio *)dev)->number);
}

/* The first of that number; of any, where ID is 0. */
static const struct audio *
audio_of(const struct domain *domain, uint32_t id)
{
  const struct device_list *audios = domain_devices(domain, &audio_kind);
  struct note *listed = domain_note(domain, "audio ids", NULL);
  for (; listed->number < audios->n; listed->number++)
    domain_first_number(audios->items[listed->number], "audio id",
                        ((struct audio *)audios->items[listed->number])->number);
  const struct device *dev = id ? domain_note_number(domain, "audio id", id)->dev : audios->n ? audios->items[0] : NULL;
  return (const struct audio *)dev;
}

const char *
audio_find(const struct domain *domain, uint32_t id)
{
  const struct audio *audio = audio_of(domain, id);
  return audio ? audio->dev.id : NULL;
}

bool
audio_is_dbus(const struct domain *domain, uint32_t id)
{
  const struct audio *audio = id ? audio_of(domain, id) : NULL;
  return audio && audio->type == AUDIO_DBUS;
}

static void
audio_check(const struct device *dev, struct stage *stage)
{
  const struct audio *audio = (const struct audio *)dev;
  const struct audio *first = audio->number ? audio_of(dev->domain, audio->number) : audio;
  if (first != audio)
    diag_error(stage->diag, dev->place, dev->subject, "audio id %u is already that of line %u; give it its own",
               audio->number, first->dev.place.line);
  if (audio->type == AUDIO_SPICE && !graphics_has(dev->domain, GRAPHICS_SPICE))
    diag_error(stage->diag, dev->place, dev->subject,
               "type 'spice' needs SPICE; add <graphics type='spice' autoport='yes'/>");
  if (audio->type == AUDIO_DBUS && !caps_has(stage->caps, FEAT_DISPLAY_DBUS))
    diag_error(stage->diag, dev->place, dev->subject, "type 'dbus': this QEMU (%s) has no D-Bus display",
               caps_version_string(stage->caps));
  if (audio->type == AUDIO_PIPEWIRE && !caps_has(stage->caps, FEAT_AUDIODEV_PIPEWIRE))
    diag_unstartable(stage->diag, dev->place, dev->subject,
                     "this QEMU (%s) knows nothing of PipeWire, which came with 8.1: it will not start; use type "
                     "'pulseaudio'",
                     caps_version_string(stage->caps));
}

/* --- build --- */

/* OSS has device nodes, ALSA names of its own. */
static void
device_props(struct props *p, const struct audio *audio, const struct audio_side *side)
{
  if (audio->type != AUDIO_OSS)
    props_host(p, "dev", WANT_NOTHING, side->dev);
  else
    props_host(p, "dev", WANT_DEVICE, side->dev);
}

static void
side_props(struct props *p, const struct audio *audio, const struct audio_side *side, const char *element)
{
  const struct device *dev = &audio->dev;
  const char *settings = talloc_asprintf(p, "%s/settings", element);
  device_at(p, dev, element);
  props_switch(p, "mixing-engine", side->mixing_engine);
  props_switch(p, "fixed-settings", side->fixed_settings);
  props_nonzero(p, "voices", side->voices);
  props_nonzero(p, "buffer-length", side->buffer_length);
  device_at(p, dev, settings);
  props_nonzero(p, "frequency", side->frequency);
  props_nonzero(p, "channels", side->channels);
  props_str(p, "format", format_names[side->format]);
  device_at(p, dev, element);
  device_props(p, audio, side);
  props_nonzero(p, "buffer-count", side->buffer_count);
  props_switch(p, "try-poll", side->try_poll);
  props_str(p, "server-name", side->server_name);
  props_str(p, "client-name", side->client_name);
  props_str(p, "connect-ports", side->connect_ports);
  props_switch(p, "exact-name", side->exact_name);
  props_str(p, "name", side->name);
  props_str(p, "stream-name", side->stream_name);
  props_nonzero(p, "latency", side->latency);
}

static void
add_side(struct props *p, const char *key, const struct audio *audio, const struct audio_side *side,
         const char *element)
{
  struct props *nested = props_new(p);
  side_props(nested, audio, side, element);
  if (nested->n)
    props_add(p, key, nested);
  if (audio->type == AUDIO_OSS && !side->dev)
    props_implies(p, WANT_DEVICE, "/dev/dsp", 0);
}

/* PulseAudio's "unix:/PATH", a path alone, or another machine. */
static void
server_props(struct props *p, const char *server)
{
  if (str_starts(server, "unix:/"))
    props_host_behind(p, "server", WANT_CONNECT, "unix:", server + strlen("unix:"));
  else if (str_starts(server, "/"))
    props_host(p, "server", WANT_CONNECT, server);
  else
    props_remote(p, "server", server);
}

/* QEMU docs/about/removed-features.rst: since 8.2 what is on the board takes no -audiodev by itself. The
 * first is meant, as it was until then. */
static bool
is_boards(const struct device *dev)
{
  return dev == domain_devices(dev->domain, &audio_kind)->items[0] &&
         machine_has_sound(dev->domain->os.canonical, dev->domain->arch);
}

static void
audio_build(const struct device *dev, const struct build *b, struct argv *argv)
{
  const struct audio *audio = (const struct audio *)dev;
  struct props *p = argv_json(argv, PHASE_DEVICE, "-audiodev");
  props_define(p, "id", ID_AUDIODEV, dev->id);
  props_str(p, "driver", audio_drivers[audio->type]);
  if (audio->type != AUDIO_NONE && audio->type != AUDIO_FILE) /* QEMU has these built in: audio/meson.build */
    props_implies(p, WANT_MODULE, talloc_asprintf(p, "audio-%s", audio_drivers[audio->type]), 0);
  props_nonzero(device_at(p, dev, "@timerPeriod"), "timer-period", audio->timer_period);
  props_switch(device_at(p, dev, "@tryMMap"), "try-mmap", audio->try_mmap);
  props_switch(device_at(p, dev, "@exclusive"), "exclusive", audio->exclusive);
  props_num(device_at(p, dev, "@dspPolicy"), "dsp-policy", audio->dsp_policy);
  server_props(device_at(p, dev, "@serverName"), audio->server_name);
  props_host(device_at(p, dev, "@path"), "path", WANT_MAKE, audio->path);
  device_at(p, dev, NULL);
  add_side(p, "in", audio, &audio->in, "input");
  add_side(p, "out", audio, &audio->out, "output");
  if (is_boards(dev) && caps_has(b->caps, FEAT_MACHINE_AUDIODEV))
    props_refer(argv_single(argv, PHASE_MACHINE, "-machine", "type"), "audiodev", ID_AUDIODEV, dev->id);
  if (audio->sdl_driver)
    argv_env(argv, "SDL_AUDIODRIVER", sdl_driver_names[audio->sdl_driver]);
  if (audio->runtime_dir)
    argv_env_host(argv, "PIPEWIRE_RUNTIME_DIR", WANT_SHARE, audio->runtime_dir);
}

const struct kind audio_kind = {
  .element = "audio",
  .size = sizeof(struct audio),
  .attrs = audio_attrs,
  .parse = audio_parse,
  .imply = audio_imply,
  .identify = audio_identify,
  .check = audio_check,
  .build = audio_build,
};
