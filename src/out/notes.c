/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/notes.c - what a printed command cannot do by itself: folders and programs that it needs first */

#include "domain/wants.h"
#include "out/out.h"

static void
add_folder(const struct host_need *need, void *arg)
{
  char **line = arg;
  if (strcmp(need->what, "directory") == 0)
    *line = talloc_asprintf_append(*line, " %s", out_quote(*line, need->value));
}

static void
note_helper(char *const *argv, void *arg)
{
  struct diag *diag = arg;
  char *line = talloc_strdup(diag, "");
  for (; *argv; argv++)
    line = talloc_asprintf_append(line, " %s", out_quote(diag, *argv));
  diag_note(diag, (struct place){ 0 }, NULL, "this command needs another program (--run starts it):%s", line);
}

void
out_notes(const struct domain *domain, struct diag *diag)
{
  char *folders = talloc_strdup(diag, "");
  needs_each_host(domain, add_folder, &folders);
  if (*folders)
    diag_note(diag, (struct place){ 0 }, NULL, "this command needs folders (--exec and --run make them): mkdir -p%s",
              folders);
  needs_each_helper(domain, note_helper, diag);
}
