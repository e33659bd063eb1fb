/* SPDX-License-Identifier: GPL-2.0-or-later */
/* launch/netlink.c - what the kernel is told of network links where no ioctl(2) can say it */

#include "launch/netlink.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- requests --- */

static struct nlmsghdr *
head(struct netlink_request *request)
{
  return (struct nlmsghdr *)request->bytes;
}

static void
begin(struct netlink_request *request, uint16_t type, uint16_t flags, unsigned index)
{
  struct ifinfomsg *link;
  *request = (struct netlink_request){ .length = NLMSG_LENGTH(sizeof *link) };
  head(request)->nlmsg_type = type;
  head(request)->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
  head(request)->nlmsg_seq = 1;
  head(request)->nlmsg_len = (uint32_t)request->length;
  link = NLMSG_DATA(head(request));
  link->ifi_family = AF_UNSPEC;
  link->ifi_index = (int)index;
}

/* BYTES NULL: the attributes that follow, up to close_nest(), are its content. */
static struct rtattr *
put(struct netlink_request *request, uint16_t type, const void *bytes, size_t length)
{
  size_t at = NLMSG_ALIGN(request->length);
  struct rtattr *attribute = (struct rtattr *)(request->bytes + at);
  if (at + RTA_SPACE(length) > sizeof request->bytes)
    abort(); /* names have 15 characters, the rest is fixed */
  attribute->rta_type = type;
  attribute->rta_len = (uint16_t)RTA_LENGTH(length);
  if (bytes)
    memcpy(RTA_DATA(attribute), bytes, length);
  request->length = at + RTA_LENGTH(length);
  head(request)->nlmsg_len = (uint32_t)request->length;
  return attribute;
}

static void
close_nest(struct netlink_request *request, struct rtattr *nest)
{
  nest->rta_len = (uint16_t)(request->bytes + request->length - (uint8_t *)nest);
}

void
netlink_new_macvtap(struct netlink_request *request, const char *name, unsigned lower, const uint8_t mac[6],
                    uint32_t mode)
{
  static const char kind[] = "macvtap";
  begin(request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0);
  put(request, IFLA_LINK, &lower, sizeof lower);
  put(request, IFLA_ADDRESS, mac, 6);
  put(request, IFLA_IFNAME, name, strlen(name) + 1);
  struct rtattr *info = put(request, IFLA_LINKINFO, NULL, 0);
  put(request, IFLA_INFO_KIND, kind, sizeof kind);
  struct rtattr *data = put(request, IFLA_INFO_DATA, NULL, 0);
  put(request, IFLA_MACVLAN_MODE, &mode, sizeof mode);
  close_nest(request, data);
  close_nest(request, info);
}

void
netlink_bring_up(struct netlink_request *request, unsigned index)
{
  begin(request, RTM_NEWLINK, 0, index);
  struct ifinfomsg *link = NLMSG_DATA(head(request));
  link->ifi_flags = link->ifi_change = IFF_UP;
}

void
netlink_set_mac(struct netlink_request *request, unsigned index, const uint8_t mac[6])
{
  begin(request, RTM_NEWLINK, 0, index);
  put(request, IFLA_ADDRESS, mac, 6);
}

/* Linux net/bridge/br_netlink.c, br_setlink: told from the old form, one number, by the flag. */
void
netlink_isolate(struct netlink_request *request, unsigned index)
{
  const uint8_t on = 1;
  begin(request, RTM_SETLINK, 0, index);
  ((struct ifinfomsg *)NLMSG_DATA(head(request)))->ifi_family = AF_BRIDGE;
  struct rtattr *port = put(request, IFLA_PROTINFO | NLA_F_NESTED, NULL, 0);
  put(request, IFLA_BRPORT_ISOLATED, &on, sizeof on);
  close_nest(request, port);
}

void
netlink_remove(struct netlink_request *request, unsigned index)
{
  begin(request, RTM_DELLINK, 0, index);
}

/* --- the kernel --- */

static int
receive_answer(int netlink)
{
  _Alignas(NLMSG_ALIGNTO) uint8_t bytes[4096];
  ssize_t got;
  while ((got = recv(netlink, bytes, sizeof bytes, 0)) < 0 && errno == EINTR)
    ;
  if (got < 0)
    return errno;
  unsigned left = (unsigned)got;
  for (const struct nlmsghdr *answer = (const struct nlmsghdr *)bytes; NLMSG_OK(answer, left);
       answer = NLMSG_NEXT(answer, left))
    if (answer->nlmsg_type == NLMSG_ERROR && answer->nlmsg_len >= NLMSG_LENGTH(sizeof(struct nlmsgerr)))
      return -((const struct nlmsgerr *)NLMSG_DATA(answer))->error;
  return EPROTO;
}

int
netlink_ask(const struct netlink_request *request)
{
  const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
  int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), error = 0;
  if (netlink < 0)
    return errno;
  if (sendto(netlink, request->bytes, request->length, 0, (const struct sockaddr *)&kernel, sizeof kernel) < 0)
    error = errno;
  else
    error = receive_answer(netlink);
  close(netlink);
  return error;
}
