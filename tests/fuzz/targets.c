/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/targets.c - everything that is parsed, and the target that does it */

#include "fuzz/fuzz.h"

const struct fuzz_target fuzz_targets[] = {
  { "pipeline", "domain XML, in every way of printing, and two for --diff", fuzz_pipeline },
  { "host", "domain XML and the files of a host: --check, --graph, scripts, --status, --diff --pid", fuzz_host },
  { "sysfs", "a host's /sys and /proc, PCI configuration space among it", fuzz_sysfs },
  { "image", "headers of qcow, qcow2, qed, vmdk and LUKS", fuzz_image },
  { "journal", "journals of hand-overs, records of guests that run", fuzz_journal },
  { "record", "recorded capabilities", fuzz_record },
  { "probe", "a QEMU's QMP replies while it is asked, and the cache of them", fuzz_probe },
  { "monitor", "a QEMU's QMP events and replies while it runs", fuzz_monitor },
  { "descriptor", "descriptors of firmware and vhost-user programs", fuzz_descriptor },
  { "definition", "libvirt's XML of networks, pools and secrets", fuzz_definition },
  { "cmdline", "/proc/N/cmdline, words after --, QEMU's -help", fuzz_cmdline },
  { "words", "values of options and attributes, secrets in base64, JSON", fuzz_words },
  { NULL, NULL, NULL },
};
