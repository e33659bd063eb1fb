/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/shell.c - the invocation as text that a shell reads back unchanged */

#include "out/out.h"

/* Harmless everywhere in sh, dash, bash and zsh. '=' is so too, but not first in a word (zsh), nor
 * in the command's own word, which it would turn into an assignment. */
static bool
is_plain(const char *word, bool command)
{
  static const char plain[] = "=abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,:@%+";
  return *word && *word != '=' && word[strspn(word, plain)] == '\0' && !(command && strchr(word, '='));
}

static const char *
quote(TALLOC_CTX *ctx, const char *word, bool command)
{
  if (is_plain(word, command))
    return talloc_strdup(ctx, word);
  /* '...' keeps every byte; a quote itself is written '\'' */
  char *text = talloc_array(ctx, char, 4 * strlen(word) + 3), *p = text;
  *p++ = '\'';
  for (; *word; word++) {
    if (*word != '\'') {
      *p++ = *word;
      continue;
    }
    memcpy(p, "'\\''", 4);
    p += 4;
  }
  *p++ = '\'';
  *p = '\0';
  return text;
}

const char *
out_quote(TALLOC_CTX *ctx, const char *word)
{
  return quote(ctx, word, false);
}

const char *
out_shell(TALLOC_CTX *ctx, const struct argv *argv, bool one_line)
{
  const char *joint = one_line ? " " : " \\\n  ";
  char *text = talloc_strdup(ctx, "");
  for (size_t i = 0; i < argv->n_env; i++)
    text = talloc_asprintf_append_buffer(text, "%s=%s%s", argv->env[i].name, out_quote(text, argv->env[i].value),
                                         one_line ? " " : " \\\n");
  text = talloc_asprintf_append_buffer(text, "%s", quote(ctx, argv->emulator, true));
  for (size_t i = 0; i < argv->n; i++) {
    const char *option, *value;
    out_arg(ctx, argv->args[i], &option, &value);
    text = talloc_asprintf_append_buffer(text, "%s%s%s%s", joint, option ? out_quote(ctx, option) : "",
                                         option && value ? " " : "", value ? out_quote(ctx, value) : "");
  }
  return talloc_asprintf_append_buffer(text, "\n");
}
