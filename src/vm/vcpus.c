/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/vcpus.c - <vcpu>, <vcpus>, <cpu><topology>: how many virtual CPUs, and how they are laid out */

#include "domain/kinds.h"
#include "domain/notes.h"
#include "qemu/machines.h"

/* So many processors an interrupt of x86 reaches without remapping (QEMU hw/i386/x86-iommu.c). */
enum { VCPUS_WITHOUT_EIM = 255 };

static const struct attr each_attrs[] = {
  ATTR_UINT("@id", struct vcpu, id, .required = true, .doc = "The number of the virtual CPU."),
  ATTR_YESNO("@enabled", struct vcpu, enabled, .required = true, .doc = "Whether it is there at the start."),
  ATTR_YESNO("@hotpluggable", struct vcpu, hotpluggable, .dflt = "no of those that are enabled, yes of the others",
             .doc = "Whether it can be taken away again."),
  ATTR_UINT("@order", struct vcpu, order, .dflt = "by their ids", .doc = "Which is plugged in first."), ATTR_END
};

static const struct attr topology_attrs[] = { ATTR_NUM("@sockets", struct cpu, sockets, .min = 1, .max = UINT32_MAX,
                                                       .required = true, .doc = "How many processors there are."),
                                              ATTR_NUM("@dies", struct cpu, dies, .min = 1, .max = UINT32_MAX,
                                                       .dflt = "1", .doc = "How many dies a processor has."),
                                              ATTR_NUM("@clusters", struct cpu, clusters, .min = 1, .max = UINT32_MAX,
                                                       .dflt = "1", .doc = "How many clusters a die has."),
                                              ATTR_NUM("@cores", struct cpu, cores, .min = 1, .max = UINT32_MAX,
                                                       .required = true, .doc = "How many cores a cluster has."),
                                              ATTR_NUM("@threads", struct cpu, threads, .min = 1, .max = UINT32_MAX,
                                                       .required = true, .doc = "How many threads a core has."),
                                              ATTR_END };

/* Which host CPUs may run it is for a manager (cgroups, affinity) to see to; malformed is refused. */
static const struct attr cpuset_attrs[] = {
  ATTR_WORD("vcpu/@cpuset", struct domain, cpu.host_cpus, numset_word, "list of numbers", .dflt = "all",
            .doc = "The host's CPUs on which the guest may run, which a manager sees to."),
  ATTR_END
};

static const struct attr of_manager[] = { ATTR_UNREAD("vcpu/@cpuset"), ATTR_END };

static const char *const placement_names[] = { "static", "auto" };

static const struct attr vcpus_attrs[] = { ATTR_SEE(".", cpuset_attrs),
                                           ATTR_SEE("vcpus/vcpu", each_attrs, .many = true, .doc = "One virtual CPU."),
                                           ATTR_SEE("cpu/topology", topology_attrs),
                                           ATTR_ENUM("vcpu/@placement", struct domain, cpu.placement_auto,
                                                     placement_names, .dflt = "static",
                                                     .doc = "Whether those CPUs are named here or chosen."),
                                           ATTR_UINT("vcpu/text()", struct domain, cpu.vcpus, .min = 1, .dflt = "1",
                                                     .doc = "How many virtual CPUs there are at most."),
                                           ATTR_UINT("vcpu/@current", struct domain, cpu.vcpus_now, .min = 1,
                                                     .dflt = "all", .doc = "How many of them are there at the start."),
                                           ATTR_IF("vcpu/@placement", "auto", of_manager),
                                           ATTR_END };

static void
read_cpuset(xmlNode *node, struct domain *domain, struct stage *stage)
{
  if (domain->cpu.placement_auto)
    xml_has(node, "@cpuset");
  else
    attr_read(cpuset_attrs, domain->root, domain, NULL, stage->diag);
}

/* The place in a list, counted from 1, of what describes virtual CPU ID; 0: none does. */
static uint64_t *
place_of_vcpu(const struct domain *domain, uint32_t id)
{
  return &domain_note_number(domain, "vcpu", id)->number;
}

static void
read_each(struct cpu *cpu, xmlNode *node, struct domain *domain, struct stage *stage)
{
  struct vcpu vcpu = { .place = xml_place(node, NULL) };
  if (!attr_read(each_attrs, node, &vcpu, NULL, stage->diag))
    return;
  uint32_t most = cpu->vcpus ? cpu->vcpus : 1;
  if (vcpu.id >= most) {
    diag_error(stage->diag, vcpu.place, NULL, "vcpu %u: <vcpu> allows %u, the last one is number %u", vcpu.id, most,
               most - 1);
    return;
  }
  uint64_t *place = place_of_vcpu(domain, vcpu.id);
  if (*place) {
    diag_error(stage->diag, vcpu.place, NULL, "vcpu %u is already described on line %u; drop one", vcpu.id,
               cpu->each[*place - 1].place.line);
    return;
  }
  if (vcpu.enabled == OFF && vcpu.hotpluggable == OFF)
    diag_error(stage->diag, vcpu.place, NULL,
               "vcpu %u can be neither used nor plugged in: it is not enabled and not hotpluggable", vcpu.id);
  cpu->each = ARRAY_ROOM(domain, cpu->each, struct vcpu, cpu->n_each);
  cpu->each[cpu->n_each++] = vcpu;
  *place = cpu->n_each;
}

/* Text in <vcpus>, where no <vcpu> stands: one letter too many. */
static void
tell_of_count(xmlNode *root, struct stage *stage)
{
  xmlNode *vcpus = xml_child(root, "vcpus");
  if (!vcpus || xml_child(vcpus, "vcpu") || xml_child(root, "vcpu"))
    return;
  const char *text = xml_text(vcpus); /* by hand: no text belongs there */
  if (*text)
    diag_unknown(stage->diag, xml_place(vcpus, text), NULL,
                 "text '%s' in <vcpus>: it has no effect, the guest has one CPU; did you mean <vcpu>%s</vcpu>?", text,
                 text);
}

static void
vcpus_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  struct cpu *cpu = &domain->cpu;
  xmlNode *vcpu = xml_child(root, "vcpu");
  if (vcpu)
    read_cpuset(vcpu, domain, stage);
  tell_of_count(root, stage);
  xml_each(vcpus, root, "vcpus") xml_each(node, vcpus, "vcpu") read_each(cpu, node, domain, stage);
  xmlNode *whole = xml_child(root, "cpu");
  xmlNode *topology = whole ? xml_child(whole, "topology") : NULL;
  if (topology)
    attr_read(topology_attrs, topology, cpu, NULL, stage->diag);
}

static void
vcpus_complete(struct domain *domain, struct stage *stage)
{
  (void)stage;
  struct cpu *cpu = &domain->cpu;
  if (!cpu->vcpus)
    cpu->vcpus = 1;
  if (!cpu->vcpus_now)
    cpu->vcpus_now = cpu->vcpus;
  if (!cpu->n_each)
    return;
  /* hotpluggable ones are plugged after the start: QEMU's own count is of the others */
  cpu->vcpus_now = 0;
  for (size_t i = 0; i < cpu->n_each; i++)
    cpu->vcpus_now += cpu->each[i].enabled == ON && cpu->each[i].hotpluggable != ON;
}

static const struct vcpu *
find_vcpu(const struct domain *domain, uint32_t id)
{
  uint64_t place = *place_of_vcpu(domain, id);
  return place ? &domain->cpu.each[place - 1] : NULL;
}

/* libvirt qemuDomainDefVcpusPostParse: the first one is there from the start, the others come up
 * in the order of their ids, those that can be plugged after those that cannot. */
static void
check_order(const struct domain *domain, struct stage *stage)
{
  const struct cpu *cpu = &domain->cpu;
  const struct vcpu *first = find_vcpu(domain, 0);
  if (!first || first->enabled != ON || first->hotpluggable == ON) {
    diag_error(stage->diag, first ? first->place : cpu->each[0].place, NULL,
               "vcpu 0 must be there from the start: write <vcpu id='0' enabled='yes' hotpluggable='no'/>");
    return;
  }
  if (first->order > 1)
    diag_error(stage->diag, first->place, NULL, "vcpu 0 has order '%u': it is the first; write order='1'",
               first->order);
  for (size_t i = 0; i < cpu->n_each; i++) {
    const struct vcpu *vcpu = &cpu->each[i], *before = vcpu->id ? find_vcpu(domain, vcpu->id - 1) : NULL;
    if (vcpu == first || vcpu->enabled != ON)
      continue;
    if (!vcpu->order != !first->order)
      diag_error(stage->diag, vcpu->place, NULL, "vcpu %u: all that are enabled have an order, or none has", vcpu->id);
    if (vcpu->hotpluggable == ON)
      continue;
    if (!before || before->enabled != ON || before->hotpluggable == ON)
      diag_error(stage->diag, vcpu->place, NULL,
                 "vcpu %u is not hotpluggable, but %u is, or is missing; those that are not come first", vcpu->id,
                 vcpu->id - 1);
    else if (before->order > vcpu->order)
      diag_error(stage->diag, vcpu->place, NULL, "vcpu %u has order '%u', but %u before it has '%u': they must rise",
                 vcpu->id, vcpu->order, before->id, before->order);
  }
}

static void
append_run(unsigned first, unsigned last, void *arg)
{
  char **text = arg;
  const char *comma = **text ? "," : "";
  *text = first == last ? talloc_asprintf_append(*text, "%s%u", comma, first)
                        : talloc_asprintf_append(*text, "%s%u-%u", comma, first, last);
}

static void
check_each(const struct domain *domain, struct stage *stage)
{
  const struct cpu *cpu = &domain->cpu;
  const struct vcpu *first = NULL;
  struct numset *later = numset_new(stage->diag);
  for (size_t i = 0; i < cpu->n_each; i++) {
    if (cpu->each[i].enabled != ON || cpu->each[i].hotpluggable != ON)
      continue;
    first = first ? first : &cpu->each[i];
    numset_add(later, cpu->each[i].id);
  }
  char *text = talloc_strdup(later, "");
  numset_each_run(later, append_run, &text);
  if (first)
    diag_warning(stage->diag, first->place, NULL,
                 "vcpu %s: hotpluggable ones are not there when QEMU starts; plug them with device_add "
                 "(query-hotpluggable-cpus), or drop hotpluggable='yes'",
                 text);
  if (cpu->n_each)
    check_order(domain, stage);
}

static uint64_t
topology_total(const struct cpu *cpu)
{
  const struct num *const parts[] = { &cpu->sockets, &cpu->dies, &cpu->clusters, &cpu->cores, &cpu->threads };
  uint64_t total = 1;
  for (size_t i = 0; i < ARRAY_SIZE(parts) && total <= UINT32_MAX; i++)
    total *= parts[i]->set ? parts[i]->value : 1;
  return total;
}

/* Several DIES or CLUSTERS: does this QEMU know the word, and the machine the thing? */
static void
check_part(const char *name, struct num number, bool known, bool there, const struct domain *domain,
           struct stage *stage)
{
  struct place place = xml_place(xml_child(xml_child(domain->root, "cpu"), "topology"), name);
  if (number.value <= 1 || (known && there))
    return;
  if (!known)
    diag_error(stage->diag, place, NULL, "%s '%ju': this QEMU (%s) knows no %s; write %s='1'", name,
               (uintmax_t)number.value, caps_version_string(stage->caps), name, name);
  else
    diag_unstartable(stage->diag, place, NULL,
                     "%s '%ju': machine %s (%s) has no %s, this guest will not start; write %s='1'", name,
                     (uintmax_t)number.value, domain->os.machine, arch_names[domain->arch], name, name);
}

/* Those that are there, and those that are plugged in at once. */
static unsigned
online_vcpus(const struct cpu *cpu)
{
  unsigned online = 0;
  for (size_t i = 0; i < cpu->n_each; i++)
    online += cpu->each[i].enabled == ON;
  return cpu->n_each ? online : cpu->vcpus_now;
}

static void
check_topology(const struct domain *domain, struct place place, struct stage *stage)
{
  const struct cpu *cpu = &domain->cpu;
  uint64_t total = topology_total(cpu);
  unsigned online = online_vcpus(cpu);
  bool refused = xml_refused(domain->root, "cpu/topology") || xml_refused(domain->root, "vcpu");
  if (total != cpu->vcpus && !refused)
    diag_error(stage->diag, place, NULL,
               "the topology makes %s%ju virtual CPUs, <vcpu> says %u; sockets * dies * clusters * cores * threads "
               "must be as many",
               total > UINT32_MAX ? "more than " : "", total > UINT32_MAX ? (uintmax_t)UINT32_MAX : (uintmax_t)total,
               cpu->vcpus);
  /* QEMU hw/core/machine-smp.c: dies are for PCs, clusters for Arm's boards */
  check_part("dies", cpu->dies, caps_has(stage->caps, FEAT_SMP_DIES), domain_is_pc(domain), domain, stage);
  check_part("clusters", cpu->clusters, caps_has(stage->caps, FEAT_SMP_CLUSTERS), arch_is_arm(domain->arch), domain,
             stage);
  bool single = domain_is_pseries(domain) && domain->virt == VIRT_QEMU && !caps_has(stage->caps, FEAT_SPAPR_TCG_SMT);
  if (cpu->threads.value > 1 && (domain_is_s390(domain) || single))
    diag_unstartable(stage->diag, place, NULL,
                     "threads '%ju': QEMU's cores of %s have one%s, this guest will not start; write threads='1'",
                     (uintmax_t)cpu->threads.value, arch_names[domain->arch],
                     domain_is_s390(domain) ? "" : " under TCG");
  if (domain_is_pseries(domain) && cpu->threads.value && online % cpu->threads.value)
    diag_error(stage->diag, place, NULL,
               "%u virtual CPUs at the start: pseries plugs whole cores; a multiple of %ju threads", online,
               (uintmax_t)cpu->threads.value);
}

/* QEMU hw/i386/x86-common.c, hw/intc/apic_common.c: TCG has x2APIC since 9.0, where the CPU has it. */
static void
check_apic_ids(const struct domain *domain, struct place place, struct stage *stage)
{
  const struct cpu *cpu = &domain->cpu;
  if (!arch_is_x86(domain->arch) || domain->virt != VIRT_QEMU || cpu->vcpus <= VCPUS_WITHOUT_EIM)
    return;
  bool has = cpu->mode == CPU_MAXIMUM;
  for (size_t i = 0; i < cpu->n_features; i++)
    has |= str_eq(cpu->features[i].name, "x2apic") && cpu->features[i].policy <= CPU_REQUIRE;
  if (caps_version(stage->caps) < QEMU_VERSION(9, 0, 0))
    diag_unstartable(stage->diag, place, NULL,
                     "%u virtual CPUs: TCG of this QEMU (%s) has no x2APIC, this guest will not start; write at most "
                     "%d",
                     cpu->vcpus, caps_version_string(stage->caps), VCPUS_WITHOUT_EIM);
  else if (!has && (!cpu->model || str_starts(cpu->model, "qemu")))
    diag_unstartable(stage->diag, place, NULL,
                     "%u virtual CPUs need x2APIC, which QEMU's own CPU lacks: this guest will not start; write <cpu "
                     "mode='maximum'/>",
                     cpu->vcpus);
}

static void
vcpus_check(const struct domain *domain, struct stage *stage)
{
  const struct cpu *cpu = &domain->cpu;
  xmlNode *node = xml_child(domain->root, "vcpu");
  struct place place = node ? xml_place(node, NULL) : domain->place;
  if (cpu->vcpus_now > cpu->vcpus)
    diag_error(stage->diag, place, NULL, "current '%u' is more than the %u that <vcpu> allows", cpu->vcpus_now,
               cpu->vcpus);
  const struct caps_machine *machine =
      domain->os.machine ? caps_machine(stage->caps, domain->os.machine, domain->virt == VIRT_KVM) : NULL;
  if (machine && machine->max_cpus && cpu->vcpus > machine->max_cpus)
    diag_error(stage->diag, place, NULL, "%u virtual CPUs: machine %s takes at most %u", cpu->vcpus, domain->os.machine,
               machine->max_cpus);
  if (domain->os.machine && cpu->vcpus < machine_min_cpus(domain->os.machine))
    diag_unstartable(stage->diag, place, NULL,
                     "%u virtual CPUs: machine %s has at least %u, this guest will not start; write <vcpu>%u</vcpu>",
                     cpu->vcpus, domain->os.machine, machine_min_cpus(domain->os.machine),
                     machine_min_cpus(domain->os.machine));
  check_apic_ids(domain, place, stage);
  if (arch_is_x86(domain->arch) && cpu->vcpus > VCPUS_WITHOUT_EIM && !domain_devices_of(domain, ROLE_IOMMU)->n)
    diag_error(stage->diag, place, NULL,
               "%u virtual CPUs: more than %d need machine q35 and <iommu model='intel'><driver intremap='on' "
               "eim='on'/>",
               cpu->vcpus, VCPUS_WITHOUT_EIM);
  check_each(domain, stage);
  if (!cpu->sockets.set)
    return;
  xmlNode *topology = xml_child(xml_child(domain->root, "cpu"), "topology");
  check_topology(domain, xml_place(topology, NULL), stage);
}

static uint64_t
or_one(struct num n)
{
  return n.set ? n.value : 1;
}

static void
vcpus_build(const struct domain *domain, const struct build *b, struct argv *argv)
{
  const struct cpu *cpu = &domain->cpu;
  struct props *smp = argv_keyval(argv, PHASE_MACHINE, "-smp", "cpus");
  props_strf(smp, "cpus", "%u", cpu->vcpus_now);
  if (cpu->vcpus_now != cpu->vcpus)
    props_uint(smp, "maxcpus", cpu->vcpus);
  props_at(smp, xml_place_at(domain->root, cpu->sockets.set ? "cpu/topology" : "vcpu"));
  /* QEMU's own guess at a topology has changed with its versions: always spelt out */
  props_uint(smp, "sockets", cpu->sockets.set ? cpu->sockets.value : cpu->vcpus);
  if (cpu->sockets.set && caps_has(b->caps, FEAT_SMP_DIES))
    props_uint(smp, "dies", or_one(cpu->dies));
  if (cpu->sockets.set && caps_has(b->caps, FEAT_SMP_CLUSTERS))
    props_uint(smp, "clusters", or_one(cpu->clusters));
  props_uint(smp, "cores", or_one(cpu->cores));
  props_uint(smp, "threads", or_one(cpu->threads));
}

const struct section vcpus_section = {
  .name = "vcpu",
  .element = "vcpu",
  .attrs = vcpus_attrs,
  .parse = vcpus_parse,
  .complete = vcpus_complete,
  .check = vcpus_check,
  .build = vcpus_build,
};
