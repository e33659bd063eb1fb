/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/explain.c - --explain: why each argument is there */

#include "out/out.h"

/* One line of reason above each argument: "# guest.xml:42 disk vda", "# guest.xml:5: machine q35 ...". */
static char *
append_origin(char *text, const struct arg *arg)
{
  size_t start = strlen(text);
  text = talloc_asprintf_append_buffer(text, "#");
  if (arg->place.file && arg->place.line)
    text = talloc_asprintf_append_buffer(text, " %s:%u", arg->place.file, arg->place.line);
  if (arg->subject)
    text = talloc_asprintf_append_buffer(text, " %s", arg->subject);
  if (arg->rule)
    text = talloc_asprintf_append_buffer(text, "%s %s", arg->place.line || arg->subject ? ":" : "", arg->rule);
  text = talloc_asprintf_append_buffer(text, "\n");
  /* a name with a newline in it must not pass for an argument */
  for (char *c = text + start; c[1]; c++)
    if ((unsigned char)*c < ' ' || *c == 0x7f)
      *c = '?';
  return text;
}

const char *
out_explain(TALLOC_CTX *ctx, const struct argv *argv)
{
  char *text = talloc_asprintf(ctx, "%s\n", out_quote(ctx, argv->emulator));
  for (size_t i = 0; i < argv->n; i++) {
    const struct arg *arg = argv->args[i];
    const char *option, *value;
    out_arg(ctx, arg, &option, &value);
    text = append_origin(text, arg);
    text = talloc_asprintf_append_buffer(text, "%s%s%s\n", option ? out_quote(ctx, option) : "",
                                         option && value ? " " : "", value ? out_quote(ctx, value) : "");
  }
  return text;
}
