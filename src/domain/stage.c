/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/stage.c - questions that hooks ask of the stage which calls them */

#include "domain/kind.h"

bool
stage_need(struct stage *stage, enum feature feature, struct place place, const char *subject)
{
  const struct caps *caps = stage->caps;
  unsigned since = feature_rows[feature].since, until = feature_rows[feature].until;
  if (caps_has(caps, feature))
    return true;
  if (until && caps_version(caps) >= until)
    diag_error(stage->diag, place, subject, "%s: QEMU %u.%u dropped it, this is %s", feature_text(feature),
               until / 1000000, until / 1000 % 1000, caps_version_string(caps));
  else if (caps_version(caps) >= since)
    diag_error(stage->diag, place, subject, "%s: this QEMU (%s) was built without it", feature_text(feature),
               caps_version_string(caps));
  else
    diag_error(stage->diag, place, subject, "%s needs QEMU %u.%u, this is %s", feature_text(feature), since / 1000000,
               since / 1000 % 1000, caps_version_string(caps));
  return false;
}

/* libvirt qemu_command.c, qemuBuildVirtioDevGetConfig: CCW and MMIO have one form of each device. */
void
stage_check_virtio_suffix(struct stage *stage, const struct device *dev, const char *suffix)
{
  if (suffix && dev->address.type != ADDR_PCI)
    diag_error(stage->diag, dev->place, dev->subject, "model 'virtio%s' is one of PCI's; write model='virtio'", suffix);
}
