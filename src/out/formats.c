/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/formats.c - the formats of a printed command: a name and a writer each */

#include "out/out.h"

const char *const out_format_names[] = {
  [FORMAT_SHELL] = "shell", [FORMAT_LINE] = "line",     [FORMAT_JSON] = "json",
  [FORMAT_NUL] = "nul",     [FORMAT_SCRIPT] = "script",
};
static_assert(ARRAY_SIZE(out_format_names) == FORMATS, "a format has no name");

static const char *
shell(TALLOC_CTX *ctx, const struct printed *printed, size_t *length)
{
  const char *text = out_shell(ctx, printed->argv, false);
  *length = strlen(text);
  return text;
}

static const char *
line(TALLOC_CTX *ctx, const struct printed *printed, size_t *length)
{
  const char *text = out_shell(ctx, printed->argv, true);
  *length = strlen(text);
  return text;
}

static const char *
json(TALLOC_CTX *ctx, const struct printed *printed, size_t *length)
{
  const char *text = out_json(ctx, printed);
  *length = strlen(text);
  return text;
}

static const char *
nul(TALLOC_CTX *ctx, const struct printed *printed, size_t *length)
{
  return out_nul(ctx, printed->argv, length);
}

static const char *
script(TALLOC_CTX *ctx, const struct printed *printed, size_t *length)
{
  const char *text = out_script(ctx, printed->domain, printed->argv);
  *length = strlen(text);
  return text;
}

static const char *(*const writers[])(TALLOC_CTX *ctx, const struct printed *printed, size_t *length) = {
  [FORMAT_SHELL] = shell, [FORMAT_LINE] = line, [FORMAT_JSON] = json, [FORMAT_NUL] = nul, [FORMAT_SCRIPT] = script,
};
static_assert(ARRAY_SIZE(writers) == FORMATS, "a format has no writer");

const char *
out_format(TALLOC_CTX *ctx, enum out_format format, const struct printed *printed, size_t *length)
{
  return writers[format](ctx, printed, length);
}
