/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/uuid.h - UUIDs: reading them, and making one that stays the same */

#ifndef CORE_UUID_H
#define CORE_UUID_H

#include "core/util.h"

/* 32 hex digits, dashes anywhere between bytes, as libvirt takes them. OUT may be NULL. */
#define UUID_PATTERN "[0-9a-fA-F]{2}(-*[0-9a-fA-F]{2}){15}-*" /* as XML Schema has it */
bool uuid_parse(const char *text, uint8_t out[16]);

/* For a row of a table (core/attr.h), of a const char *: as uuid_text() spells it. */
const char *uuid_word(TALLOC_CTX *ctx, const char *text, void *member);

/* "0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f", a talloc child of CTX. */
const char *uuid_text(TALLOC_CTX *ctx, const uint8_t uuid[16]);

/* A version 8 UUID that depends on TEXT alone (two FNV-1a hashes): same input, same bytes. */
void uuid_from_text(const char *text, uint8_t out[16]);

#endif
