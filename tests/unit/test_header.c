/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_header.c - what image headers say, and what they must not make us believe */

#include "block/header.h"
#include "unit/unit.h"

#include <sys/mman.h>
#include <unistd.h>

static TALLOC_CTX *ctx;

static void
setup(void)
{
  ctx = talloc_new(NULL);
}

static void
teardown(void)
{
  talloc_free(ctx);
}

struct bytes {
  uint8_t data[8192];
  size_t length;
};

static void
put(struct bytes *b, size_t at, const void *data, size_t length)
{
  memcpy(b->data + at, data, length);
  if (at + length > b->length)
    b->length = at + length;
}

static void
put_be(struct bytes *b, size_t at, unsigned width, uint64_t value)
{
  uint8_t text[8];
  for (unsigned i = 0; i < width; i++)
    text[i] = (uint8_t)(value >> (8 * (width - 1 - i)));
  put(b, at, text, width);
}

static void
put_le(struct bytes *b, size_t at, unsigned width, uint64_t value)
{
  uint8_t text[8];
  for (unsigned i = 0; i < width; i++)
    text[i] = (uint8_t)(value >> (8 * i));
  put(b, at, text, width);
}

static const char *
read_header(const struct bytes *b, enum image_format format, struct header *header)
{
  enum { START = 1000 }; /* as in a slice */
  int fd = memfd_create("image", MFD_CLOEXEC);
  ck_assert_int_eq(pwrite(fd, b->data, b->length, START), (ssize_t)b->length);
  const char *wrong = header_read(ctx, fd, START, format, header);
  close(fd);
  return wrong;
}

/* Version 3, 64 KiB clusters, backing image at 1024. */
static struct bytes
qcow2(const char *backing, const char *format)
{
  struct bytes b = { .length = 4096 };
  put(&b, 0, "QFI\xfb", 4);
  put_be(&b, 4, 4, 3);
  put_be(&b, 20, 4, 16);
  put_be(&b, 100, 4, 104);
  if (backing) {
    put_be(&b, 8, 8, 1024);
    put_be(&b, 16, 4, strlen(backing));
    put(&b, 1024, backing, strlen(backing));
  }
  if (format) {
    put_be(&b, 104, 4, 0xe2792aca);
    put_be(&b, 108, 4, strlen(format));
    put(&b, 112, format, strlen(format));
  }
  return b;
}

START_TEST(qcow2_chain)
{
  struct header header;
  struct bytes b = qcow2("base.img", "raw");
  ck_assert_ptr_null(read_header(&b, IMAGE_QCOW2, &header));
  ck_assert_str_eq(header.backing, "base.img");
  ck_assert_int_eq(header.backing_format, IMAGE_RAW);

  b = qcow2("base.img", NULL);
  ck_assert_ptr_null(read_header(&b, IMAGE_QCOW2, &header));
  ck_assert_int_eq(header.backing_format, IMAGE_NONE);

  b = qcow2("base.img", "nonsense");
  ck_assert_ptr_null(read_header(&b, IMAGE_QCOW2, &header));
  ck_assert_int_eq(header.backing_format, IMAGE_NONE);

  b = qcow2(NULL, NULL);
  ck_assert_ptr_null(read_header(&b, IMAGE_QCOW2, &header));
  ck_assert_ptr_null(header.backing);
}
END_TEST

START_TEST(qcow2_data_file)
{
  struct header header;
  struct bytes b = qcow2(NULL, NULL);
  put_be(&b, 104, 4, 0x44415441);
  put_be(&b, 108, 4, 8);
  put(&b, 112, "data.raw", 8);
  ck_assert_ptr_null(read_header(&b, IMAGE_QCOW2, &header));
  ck_assert_ptr_null(header.data_file); /* the feature bit says that it has none */
  put_be(&b, 72, 8, 4);
  ck_assert_ptr_null(read_header(&b, IMAGE_QCOW2, &header));
  ck_assert_str_eq(header.data_file, "data.raw");
}
END_TEST

START_TEST(qcow2_content)
{
  static const enum header_cipher ciphers[] = { HEADER_PLAIN, HEADER_AES, HEADER_LUKS };
  struct header header;
  struct bytes b = qcow2(NULL, NULL), old = { .length = 512 };
  put(&old, 0, "QFI\xfb", 4);
  put_be(&old, 4, 4, 1);
  for (unsigned method = 0; method < ARRAY_SIZE(ciphers); method++) {
    put_be(&b, 32, 4, method);
    ck_assert_ptr_null(read_header(&b, IMAGE_QCOW2, &header));
    ck_assert_int_eq(header.cipher, ciphers[method]);
    ck_assert(!header.corrupt);
    put_be(&old, 36, 4, method);
    ck_assert_ptr_null(read_header(&old, IMAGE_QCOW, &header));
    ck_assert_int_eq(header.cipher, ciphers[method]);
  }
  put_be(&b, 72, 8, 2);
  ck_assert_ptr_null(read_header(&b, IMAGE_QCOW2, &header));
  ck_assert(header.corrupt);
  put_be(&b, 4, 4, 2); /* has no features yet */
  ck_assert_ptr_null(read_header(&b, IMAGE_QCOW2, &header));
  ck_assert(!header.corrupt);
}
END_TEST

/* One field is made wrong: an answer, no crash. */
START_TEST(qcow2_damaged)
{
  static const struct {
    size_t at;
    unsigned width;
    uint64_t value;
    const char *what;
  } cases[] = {
    { 0, 4, 0, "no magic" },
    { 4, 4, 1, "version 1" },
    { 4, 4, 4, "version 4" },
    { 20, 4, 8, "tiny clusters" },
    { 20, 4, 63, "huge clusters" },
    { 100, 4, 8, "short header" },
    { 100, 4, 0xffffffff, "endless header" },
    { 16, 4, 1024, "long name" },
    { 16, 4, 0xffffffff, "endless name" },
    { 8, 8, UINT64_MAX, "name beyond all files" },
    { 8, 8, 8000, "name beyond the end" },
    { 8, 8, 2000, "name of NULs" },
    { 108, 4, 0xffffffff, "endless extension" },
  };
  for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
    struct header header;
    struct bytes b = qcow2("base.img", "raw");
    put_be(&b, cases[i].at, cases[i].width, cases[i].value);
    ck_assert_msg(read_header(&b, IMAGE_QCOW2, &header) != NULL, "%s", cases[i].what);
  }
}
END_TEST

START_TEST(other_formats)
{
  struct header header;
  struct bytes b = { .length = 4096 };
  put(&b, 0, "QED", 4);
  put_le(&b, 16, 8, 1 | 4);
  put_le(&b, 56, 4, 512);
  put_le(&b, 60, 4, 4);
  put(&b, 512, "base", 4);
  ck_assert_ptr_null(read_header(&b, IMAGE_QED, &header));
  ck_assert_str_eq(header.backing, "base");
  ck_assert_int_eq(header.backing_format, IMAGE_RAW);
  put_le(&b, 16, 8, 0);
  ck_assert_ptr_null(read_header(&b, IMAGE_QED, &header));
  ck_assert_ptr_null(header.backing);
  ck_assert_ptr_nonnull(read_header(&b, IMAGE_VMDK, &header));
  ck_assert_ptr_nonnull(read_header(&b, IMAGE_QCOW, &header));
  ck_assert_ptr_null(read_header(&b, IMAGE_RAW, &header));

  /* QEMU block/qcow.c: where the name is, then how long */
  struct bytes q = { .length = 4096 };
  put(&q, 0, "QFI\xfb", 4);
  put_be(&q, 4, 4, 1);
  put_be(&q, 8, 8, 512);
  put_be(&q, 16, 4, 4);
  put(&q, 512, "basement", 8);
  ck_assert_ptr_null(read_header(&q, IMAGE_QCOW, &header));
  ck_assert_str_eq(header.backing, "base");

  static const char text[] = "# Disk DescriptorFile\nparentFileNameHint=\"base.vmdk\"\n";
  struct bytes v = { .length = 0 };
  put(&v, 0, text, strlen(text));
  ck_assert_ptr_null(read_header(&v, IMAGE_VMDK, &header));
  ck_assert_str_eq(header.backing, "base.vmdk");
  ck_assert_int_eq(header.backing_format, IMAGE_VMDK);

  struct bytes k = { .length = 4096 };
  put(&k, 0, "KDMV", 4);
  put_le(&k, 28, 8, UINT64_MAX);
  put_le(&k, 36, 8, 1);
  ck_assert_ptr_nonnull(read_header(&k, IMAGE_VMDK, &header));
  put_le(&k, 28, 8, 1);
  put(&k, 512, text, strlen(text));
  ck_assert_ptr_null(read_header(&k, IMAGE_VMDK, &header));
  ck_assert_str_eq(header.backing, "base.vmdk");

  struct bytes empty = { .length = 0 };
  ck_assert_ptr_nonnull(read_header(&empty, IMAGE_QCOW2, &header));
}
END_TEST

static void
tests(TCase *tcase)
{
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, qcow2_chain);
  tcase_add_test(tcase, qcow2_data_file);
  tcase_add_test(tcase, qcow2_content);
  tcase_add_test(tcase, qcow2_damaged);
  tcase_add_test(tcase, other_formats);
}

UNIT("block/header", tests)
