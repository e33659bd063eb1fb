/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/tmp_host.h - a host made of files, for one test */

#ifndef TESTS_UNIT_TMP_HOST_H
#define TESTS_UNIT_TMP_HOST_H

#include "host/host.h"

/* An empty folder that is gone, with all in it, when the test's process ends normally. */
struct tmp_host {
  const char *root;
  struct host *host;
  struct diag *diag;
};

struct tmp_host *tmp_host_new(void);

/* Files, folders and links below the root; parents are made. Fails the test where it cannot. */
void tmp_host_file(const struct tmp_host *tmp, const char *path, const char *text);
void tmp_host_dir(const struct tmp_host *tmp, const char *path);
void tmp_host_link(const struct tmp_host *tmp, const char *path, const char *target);

/* "ROOT/PATH", a talloc child of TMP. */
char *tmp_host_path(const struct tmp_host *tmp, const char *path);

/* The messages since the last call, as the user would see them. */
const char *tmp_host_reports(const struct tmp_host *tmp);

#endif
