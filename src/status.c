/* SPDX-License-Identifier: GPL-2.0-or-later */
/* status.c - --status: what guests hold of this host and what is left over, as text or JSON */

#include "status.h"

#include "out/json_text.h"
#include "out/out.h"

#include <time.h>

static const char *
moment(TALLOC_CTX *ctx, int64_t seconds)
{
  char text[32];
  time_t when = (time_t)seconds;
  struct tm tm;
  strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", localtime_r(&when, &tm));
  return talloc_strdup(ctx, text);
}

/* --- text --- */

/* A name with a newline in it must not pass for a line of ours. */
static const char *
plain(TALLOC_CTX *ctx, const char *name)
{
  char *text = talloc_strdup(ctx, name);
  for (char *c = text; *c; c++)
    if ((unsigned char)*c < ' ' || *c == 0x7f)
      *c = '?';
  return text;
}

static char *
append_process(char *text, const struct held_device *held)
{
  if (held->comm)
    text = talloc_asprintf_append(text, ", process %d (%s)", held->pid, plain(text, held->comm));
  else if (held->pid && held->hold == HOLD_LEFT)
    text = talloc_asprintf_append(text, ", whose process %d has ended", held->pid);
  return held->since ? talloc_asprintf_append(text, ", since %s", moment(text, held->since)) : text;
}

static char *
append_device(char *text, const struct held_device *held)
{
  text = talloc_asprintf_append(text, "%s: %s", held->address, held->what ? held->what : "gone from this host");
  if (held->what)
    text = talloc_asprintf_append(text, " on %s", held->driver ? held->driver : "no driver");
  if (held->journal && held->hold != HOLD_DAMAGED)
    text = talloc_asprintf_append(text, ", before on %s", held->before ? held->before : "no driver");
  text = talloc_asprintf_append(text, ": %s", hold_names[held->hold]);
  if (held->guest)
    text = talloc_asprintf_append(text, " for guest %s", plain(text, held->guest));
  text = append_process(text, held);
  if (held->hold == HOLD_LEFT)
    text = talloc_asprintf_append(text, "; domxml2qemu --reattach gives it back");
  if (held->hold == HOLD_DETACHED)
    text = talloc_asprintf_append(text, "; domxml2qemu --reattach --all gives it back");
  if (held->hold == HOLD_DAMAGED)
    text = talloc_asprintf_append(text, "; its journal %s: look at lspci -ks %s and bind it by hand", held->wrong,
                                  held->address);
  return talloc_asprintf_append(text, "\n");
}

static char *
append_guest(char *text, const struct guest_entry *guest)
{
  const struct guest_record *record = guest->record;
  text = talloc_asprintf_append(text, "guest %s: %s", plain(text, record->guest), guest->runs ? "runs" : "left over");
  const char *separator = ": ";
  for (size_t i = 0; i < record->n; i++) {
    if (!owner_lives(&record->processes[i].owner))
      continue;
    text = talloc_asprintf_append(text, "%s%s (process %d)", separator, plain(text, record->processes[i].name),
                                  (int)record->processes[i].owner.pid);
    separator = ", ";
  }
  if (guest->runs && !guest->socket && record->since)
    text = talloc_asprintf_append(text, ", since %s", moment(text, record->since));
  if (guest->socket)
    text = talloc_asprintf_append(text, ", not by --run or --exec: somebody listens on %s", plain(text, guest->socket));
  else if (!guest->runs && *separator == ':' && guest->log)
    text = talloc_asprintf_append(text, ": its log %s, which may say how it ended; rm -r %s", plain(text, guest->log),
                                  out_quote(text, guest->folder));
  else if (!guest->runs && *separator == ':')
    text = talloc_asprintf_append(text, ": its folder %s; rm -r %s", guest->folder, out_quote(text, guest->folder));
  else if (!guest->runs)
    text = talloc_asprintf_append(text, "; end them with kill");
  return talloc_asprintf_append(text, "\n");
}

const char *
status_text(TALLOC_CTX *ctx, const struct status *status)
{
  char *text = talloc_strdup(ctx, "");
  for (size_t i = 0; i < status->n_devices; i++)
    text = append_device(text, &status->devices[i]);
  for (size_t i = 0; i < status->n_guests; i++)
    text = append_guest(text, &status->guests[i]);
  return text;
}

/* --- JSON --- */

static void
add_string(json_object *object, const char *key, const char *value)
{
  json_object_object_add(object, key, value ? json_object_new_string(value) : NULL);
}

static void
add_number(json_object *object, const char *key, int64_t value)
{
  json_object_object_add(object, key, value ? json_object_new_int64(value) : NULL);
}

static json_object *
device_json(const struct held_device *held)
{
  json_object *object = json_object_new_object();
  add_string(object, "address", held->address);
  add_string(object, "what", held->what);
  add_string(object, "driver", held->driver);
  add_string(object, "before", held->before);
  add_string(object, "state", hold_names[held->hold]);
  add_string(object, "guest", held->guest);
  add_number(object, "pid", held->comm ? held->pid : 0);
  add_string(object, "process", held->comm);
  add_number(object, "since", held->since);
  add_string(object, "journal", !held->journal ? "none" : held->hold == HOLD_DAMAGED ? "damaged" : "sound");
  return object;
}

static json_object *
guest_json(const struct guest_entry *guest)
{
  json_object *object = json_object_new_object(), *processes = json_object_new_array();
  const struct guest_record *record = guest->record;
  add_string(object, "name", record->guest);
  add_string(object, "state", guest->runs ? "runs" : "left over");
  add_number(object, "since", record->since);
  add_string(object, "folder", guest->folder);
  add_string(object, "log", guest->log);
  for (size_t i = 0; i < record->n; i++) {
    json_object *process;

    if (!owner_lives(&record->processes[i].owner))
      continue;
    process = json_object_new_object();
    add_string(process, "name", record->processes[i].name);
    add_number(process, "pid", record->processes[i].owner.pid);
    json_object_array_add(processes, process);
  }
  json_object_object_add(object, "processes", processes);
  return object;
}

const char *
status_json(TALLOC_CTX *ctx, const struct status *status)
{
  json_object *root = json_object_new_object();
  json_object *devices = json_object_new_array(), *guests = json_object_new_array();
  for (size_t i = 0; i < status->n_devices; i++)
    json_object_array_add(devices, device_json(&status->devices[i]));
  for (size_t i = 0; i < status->n_guests; i++)
    json_object_array_add(guests, guest_json(&status->guests[i]));
  json_object_object_add(root, "devices", devices);
  json_object_object_add(root, "guests", guests);
  const char *text = json_text(ctx, root);
  json_object_put(root);
  return text;
}
