/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/notes.c - what a printed command cannot do by itself: folders and programs that it needs first */

#include "domain/helper.h"
#include "out/out.h"

static void
add_folder(const struct want *want, void *arg)
{
  char **line = arg;
  if (want->kind == WANT_FOLDER)
    *line = talloc_asprintf_append_buffer(*line, " %s", out_quote(*line, want->value));
}

static void
note_helper(const struct helper *helper, struct diag *diag)
{
  char *line = talloc_strdup(diag, "");
  for (char **word = helper->argv; *word; word++)
    line = talloc_asprintf_append_buffer(line, " %s", out_quote(line, *word));
  diag_note(diag, (struct place){ 0 }, NULL,
            "this command needs another program (--run starts it, --format=script writes a script that does):%s", line);
}

static void
note_want(const struct want *want, void *arg)
{
  struct diag *diag = arg;
  const char *value = want_value(diag, want), *word = want_word(want->kind);
  diag_note(diag, want->place, want->subject, "needs %s%s%s", word, value ? " " : "", value ? value : "");
}

void
out_wants(const struct domain *domain, struct diag *diag)
{
  wants_each(domain, note_want, diag);
  for (size_t i = 0; i < domain->n_secrets; i++) {
    const struct secret *secret = domain->secrets[i];
    const char *name = secret->want.uuid ? secret->want.uuid : secret->want.usage;
    diag_note(diag, secret->want.place, secret->want.subject, "needs secret %s", name);
  }
}

void
out_notes(const struct domain *domain, struct diag *diag)
{
  char *folders = talloc_strdup(diag, "");
  wants_each(domain, add_folder, &folders);
  if (*folders)
    diag_note(diag, (struct place){ 0 }, NULL,
              "this command needs folders (--exec, --run and --format=script make them): mkdir -p%s", folders);
  for (size_t i = 0; i < domain->n_helpers; i++)
    note_helper(domain->helpers[i], diag);
}
