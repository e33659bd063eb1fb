/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/shell.c - the invocation as text that a shell reads back unchanged */

#include "core/script_marks.h"
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

/* As core/script_marks.h has them, and the script's variables. */
static const struct {
  const char *mark, *variable;
} marks[] = {
  { SCRIPT_RUNTIME, "run" },
  { SCRIPT_SESSION "/nvram", "nvram" },
  { SCRIPT_SESSION "/varstore", "varstore" },
  { SCRIPT_SESSION "/swtpm", "swtpm" },
  { SCRIPT_IDS, "ids" },
  { SCRIPT_VHOST_JSON, "vhost" },
  { SCRIPT_VHOST_ONOFF, "vhost_onoff" },
};

/* The variable that AT begins with the mark of, NULL: none; *REST is what follows. */
static const char *
variable_at(const char *at, const char **rest)
{
  for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
    *rest = at + strlen(marks[i].mark);
    if (str_starts(at, marks[i].mark))
      return marks[i].variable;
  }
  return NULL;
}

static const char *
quote_script(TALLOC_CTX *ctx, const char *word, bool command)
{
  char *text = talloc_strdup(ctx, "");
  const char *at = strstr(word, SCRIPT_MARK), *rest, *variable;
  while (at && (variable = variable_at(at, &rest))) {
    const char *before = talloc_strndup(ctx, word, (size_t)(at - word));
    text = talloc_asprintf_append_buffer(text, "%s\"$%s\"", *before ? quote(ctx, before, false) : "", variable);
    word = rest;
    at = strstr(word, SCRIPT_MARK);
  }
  return *text && !*word ? text : talloc_asprintf_append_buffer(text, "%s", quote(ctx, word, command));
}

const char *
out_quote_script(TALLOC_CTX *ctx, const char *word)
{
  return quote_script(ctx, word, false);
}

const char *
out_quote(TALLOC_CTX *ctx, const char *word)
{
  return quote(ctx, word, false);
}

typedef const char *quoting(TALLOC_CTX *ctx, const char *word, bool command);

static char *
append_argument(char *text, const char *joint, const struct arg *arg, quoting *quoted)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  const char *option, *value;
  out_arg(scratch, arg, &option, &value);
  text = talloc_asprintf_append_buffer(text, "%s%s%s%s", joint, option ? quoted(scratch, option, false) : "",
                                       option && value ? " " : "", value ? quoted(scratch, value, false) : "");
  talloc_free(scratch);
  return text;
}

static char *
shell_text(TALLOC_CTX *ctx, const struct argv *argv, bool one_line, quoting *quoted)
{
  char *text = talloc_strdup(ctx, "");
  for (size_t i = 0; i < argv->n_env; i++)
    text = talloc_asprintf_append_buffer(text, "%s=%s%s", argv->env[i].name, quoted(text, argv->env[i].value, false),
                                         one_line ? " " : " \\\n");
  text = talloc_asprintf_append_buffer(text, "%s", quoted(ctx, argv->emulator, true));
  for (size_t i = 0; i < argv->n; i++)
    text = append_argument(text, one_line ? " " : " \\\n  ", argv->args[i], quoted);
  return text;
}

const char *
out_shell(TALLOC_CTX *ctx, const struct argv *argv, bool one_line)
{
  return talloc_asprintf_append_buffer(shell_text(ctx, argv, one_line, quote), "\n");
}

const char *
out_shell_script(TALLOC_CTX *ctx, const struct argv *argv)
{
  return shell_text(ctx, argv, false, quote_script);
}
