/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/features.c - the table of features: since which version, and how a binary shows them */

#include "qemu/features.h"

#include "qemu/caps.h"

static_assert(QEMU_NEWEST == QEMU_VERSION(11, 1, 0),
              "a newer QEMU: which devices, objects and properties are new or gone");

#define V(major, minor) QEMU_VERSION(major, minor, 0)

/* Families of architectures, for the column "only". */
enum {
  ON_X86 = 1 << 0,
  ON_ARM = 1 << 1,
  ON_PPC = 1 << 2,
  ON_S390 = 1 << 3,
  ON_RISCV = 1 << 4,
  ON_LOONG = 1 << 5,
  ON_OTHER = 1 << 6,
  ON_PCI = ON_X86 | ON_ARM | ON_PPC | ON_RISCV | ON_LOONG | ON_OTHER, /* ordinary PCI boards */
};

const struct feature_row feature_rows[FEATURES] = {
  [FEAT_NONE] = { "none" },

  /* the accelerator, the machine, the CPU */
  [FEAT_KVM] = { "kvm", FIND_KVM },
  [FEAT_SECCOMP_SANDBOX] = { "seccomp-sandbox", FIND_OPTION, "sandbox", .text = "-sandbox" },
  [FEAT_DEVICE_NVRAM] = { "nvram", FIND_TYPE, "spapr-nvram", .only = ON_PPC, .text = "spapr-nvram" },
  [FEAT_KVM_PIT_TICK_POLICY] = { "kvm-pit-lost-tick-policy", FIND_PROPERTY, "kvm-pit.lost_tick_policy",
                                 .only = ON_X86 },
  [FEAT_DEVICE_PANIC] = { "pvpanic", FIND_TYPE, "pvpanic", .only = ON_X86 },
  [FEAT_MACHINE_VMPORT_OPT] = { "machine-vmport-opt", FIND_TYPE, "vmport", .only = ON_X86, .text = "-machine vmport" },
  [FEAT_QUERY_CPU_MODEL_EXPANSION] = { "query-cpu-model-expansion", FIND_SCHEMA, "query-cpu-model-expansion" },
  [FEAT_QUERY_CPU_DEFINITIONS] = { "query-cpu-definitions", FIND_SCHEMA, "query-cpu-definitions" },
  [FEAT_DEVICE_VMCOREINFO] = { "vmcoreinfo", FIND_TYPE, "vmcoreinfo", .only = ON_X86 | ON_ARM | ON_RISCV | ON_LOONG },
  [FEAT_DEVICE_VMGENID] = { "vmgenid", FIND_TYPE, "vmgenid", .only = ON_X86 },
  [FEAT_DEVICE_MCH] = { "mch", FIND_TYPE, "mch", .only = ON_X86 },
  [FEAT_MCH_EXTENDED_TSEG_MBYTES] = { "mch.extended-tseg-mbytes", FIND_PROPERTY, "mch.extended-tseg-mbytes",
                                      .only = ON_X86 },
  [FEAT_SEV_GUEST] = { "sev-guest", FIND_TYPE, "sev-guest", .only = ON_X86, .confirm = "query-sev-capabilities",
                       .text = "AMD SEV" },
  [FEAT_MACHINE_VIRT_IOMMU] = { "machine.virt.iommu", FIND_MACHINE, "virt.iommu", .only = ON_ARM,
                                .text = "-machine iommu" },
  [FEAT_X86_MAX_CPU] = { "x86-max-cpu", FIND_TYPE, "max-x86_64-cpu", .only = ON_X86 },
  [FEAT_CPU_UNAVAILABLE_FEATURES] = { "cpu-unavailable-features", FIND_PROPERTY,
                                      "max-x86_64-cpu.unavailable-features max-arm-cpu.unavailable-features",
                                      .only = ON_X86 },
  [FEAT_CANONICAL_CPU_FEATURES] = { "canonical-cpu-features", FIND_PROPERTY,
                                    "max-x86_64-cpu.unavailable-features max-arm-cpu.unavailable-features",
                                    .only = ON_X86 },
  [FEAT_DBUS_VMSTATE] = { "dbus-vmstate", FIND_TYPE, "dbus-vmstate" },
  [FEAT_ARM_MAX_CPU] = { "arm-max-cpu", FIND_TYPE, "max-arm-cpu", .only = ON_ARM },
  [FEAT_SMP_DIES] = { "smp-dies", FIND_SCHEMA, "query-hotpluggable-cpus/ret-type/props/die-id", .text = "CPU dies" },
  [FEAT_DEVICE_I8042] = { "i8042", FIND_TYPE, "i8042", .only = ON_X86 | ON_PPC | ON_OTHER },
  [FEAT_CPU_KVM_NO_ADJVTIME] = { "cpu.kvm-no-adjvtime", FIND_PROPERTY,
                                 "max-x86_64-cpu.kvm-no-adjvtime max-arm-cpu.kvm-no-adjvtime", .only = ON_ARM },
  [FEAT_TCG] = { "tcg", FIND_TYPE, "tcg-accel" },
  [FEAT_CPU_MIGRATABLE] = { "cpu.migratable", FIND_PROPERTY, "max-x86_64-cpu.migratable max-arm-cpu.migratable",
                            .only = ON_X86 },
  [FEAT_CPU_MAX] = { "cpu-max", FIND_CPU, "max" },
  [FEAT_CPU_HV_EMSR_BITMAP] = { "cpu.hv-emsr-bitmap", FIND_PROPERTY, "max-x86_64-cpu.hv-emsr-bitmap", .since = V(7, 1),
                                .only = ON_X86 },
  [FEAT_ACPI_INDEX] = { "acpi-index", FIND_PROPERTY, "virtio-blk-pci.acpi-index virtio-net-pci.acpi-index" },
  [FEAT_MACHINE_CONFIDENTIAL_GUEST_SUPPORT] = { "confidential-guest-support", FIND_MACHINE,
                                                "none.confidential-guest-support" },
  [FEAT_S390_PV_GUEST] = { "s390-pv-guest", FIND_TYPE, "s390-pv-guest", .only = ON_S390 },
  [FEAT_SET_ACTION] = { "set-action", FIND_SCHEMA, "set-action", .text = "-action" },
  [FEAT_PIIX4_ACPI_ROOT_PCI_HOTPLUG] = { "piix4.acpi-root-pci-hotplug", FIND_PROPERTY, "PIIX4_PM.acpi-root-pci-hotplug",
                                         .only = ON_X86 | ON_PPC },
  [FEAT_SEV_GUEST_KERNEL_HASHES] = { "sev-guest-kernel-hashes", FIND_SCHEMA, "object-add/+sev-guest/kernel-hashes" },
  [FEAT_DEVICE_JSON] = { "device.json+hotplug", FIND_SCHEMA, "device_add/$json-cli-hotplug", .since = V(7, 0),
                         .text = "-device as JSON" },
  [FEAT_IOTHREAD_THREAD_POOL_MAX] = { "iothread.thread-pool-max", FIND_SCHEMA, "object-add/+iothread/thread-pool-max",
                                      .since = V(7, 1) },
  [FEAT_IOTHREAD_POLL_WEIGHT] = { "iothread.poll-weight", FIND_SCHEMA, "object-add/+iothread/poll-weight",
                                  .since = V(11, 1) },
  [FEAT_SGX_EPC] = { "sgx-epc", FIND_TYPE, "sgx-epc", .only = ON_X86, .confirm = "query-sgx-capabilities",
                     .text = "SGX" },
  [FEAT_THREAD_CONTEXT] = { "thread-context", FIND_TYPE, "thread-context", .since = V(7, 2) },
  [FEAT_MACHINE_HPET] = { "machine-hpet", FIND_OPTION, "machine.hpet", .since = V(8, 0), .only = ON_X86,
                          .text = "-machine hpet" },
  [FEAT_DEVICE_PANIC_PCI] = { "pvpanic-pci", FIND_TYPE, "pvpanic-pci", .only = ON_PCI },
  [FEAT_RUN_WITH_ASYNC_TEARDOWN] = { "run-with.async-teardown", FIND_OPTION, "run-with.async-teardown",
                                     .since = V(8, 1) },
  [FEAT_RUN_WITH_EXIT_WITH_PARENT] = { "run-with.exit-with-parent", FIND_OPTION, "run-with.exit-with-parent",
                                       .since = V(10, 2) },
  [FEAT_MONITOR_OBJECT] = { "monitor-qmp", FIND_TYPE, "monitor-qmp", .since = V(11, 1) },
  /* QEMU 11.0 names its threads in any case, and calls the option deprecated */
  [FEAT_NAME_DEBUG_THREADS] = { "name.debug-threads", FIND_NOTHING, .until = V(11, 0) },
  [FEAT_SMP_CLUSTERS] = { "smp-clusters", FIND_SCHEMA, "query-hotpluggable-cpus/ret-type/props/cluster-id",
                          .since = V(7, 1), .text = "CPU clusters" },
  [FEAT_MACHINE_VIRT_RAS] = { "machine.virt.ras", FIND_MACHINE, "virt.ras", .only = ON_ARM, .text = "-machine ras" },
  [FEAT_SEV_SNP_GUEST] = { "sev-snp-guest", FIND_TYPE, "sev-snp-guest", .since = V(9, 1), .only = ON_X86,
                           .confirm = "query-sev-capabilities", .text = "AMD SEV-SNP" },
  [FEAT_DEVICE_ACPI_ERST] = { "acpi-erst", FIND_TYPE, "acpi-erst", .since = V(7, 0), .only = ON_PCI },
  [FEAT_MACHINE_I8042_OPT] = { "machine-i8042-opt", FIND_MACHINE, "generic-pc.i8042", .since = V(7, 0), .only = ON_X86,
                               .text = "-machine i8042" },
  [FEAT_QUERY_CPU_MODEL_EXPANSION_DEPRECATED_PROPS] = { "query-cpu-model-expansion.deprecated-props", FIND_SCHEMA,
                                                        "query-cpu-model-expansion/ret-type/deprecated-props",
                                                        .since = V(9, 1), .only = ON_S390 },
  [FEAT_MACHINE_VIRT_AIA] = { "machine.virt.aia", FIND_MACHINE, "virt.aia", .since = V(7, 0), .only = ON_RISCV,
                              .text = "-machine aia" },
  [FEAT_MACHINE_VIRT_PFLASH] = { "machine.virt.pflash0", FIND_MACHINE, "virt.pflash0", .since = V(9, 0),
                                 .only = ON_LOONG, .text = "-machine pflash0" },
  [FEAT_MACHINE_SHIM] = { "shim", FIND_MACHINE, "none.shim", .since = V(10, 0), .text = "-shim" },
  [FEAT_TDX_GUEST] = { "tdx-guest", FIND_TYPE, "tdx-guest", .since = V(10, 1), .only = ON_X86, .text = "Intel TDX" },
  [FEAT_SPAPR_TCG_SMT] = { "spapr-tcg-smt", .since = V(8, 1), .only = ON_PPC, .text = "threads of pseries under TCG" },
  [FEAT_MACHINE_AUDIODEV] = { "machine-audiodev", FIND_MACHINE, "versatilepb.audiodev fuloong2e.audiodev q800.audiodev",
                              .since = V(9, 0), .only = ON_ARM | ON_PPC | ON_OTHER, .text = "-machine audiodev" },

  /* memory */
  [FEAT_DEVICE_PC_DIMM] = { "pc-dimm", FIND_TYPE, "pc-dimm", .only = ON_X86 | ON_ARM | ON_PPC | ON_LOONG },
  [FEAT_VIRTIO_BALLOON_AUTODEFLATE] = { "virtio-balloon-pci.deflate-on-oom", FIND_PROPERTY,
                                        "virtio-balloon-pci.deflate-on-oom virtio-balloon-ccw.deflate-on-oom "
                                        "virtio-balloon-device.deflate-on-oom" },
  [FEAT_DEVICE_IVSHMEM_PLAIN] = { "ivshmem-plain", FIND_TYPE, "ivshmem-plain", .only = ON_PCI },
  [FEAT_DEVICE_IVSHMEM_DOORBELL] = { "ivshmem-doorbell", FIND_TYPE, "ivshmem-doorbell", .only = ON_PCI },
  [FEAT_DEVICE_NVDIMM] = { "nvdimm", FIND_TYPE, "nvdimm", .only = ON_X86 | ON_ARM | ON_PPC | ON_LOONG },
  [FEAT_OBJECT_MEMORY_MEMFD] = { "memory-backend-memfd", FIND_TYPE, "memory-backend-memfd" },
  [FEAT_OBJECT_MEMORY_MEMFD_HUGETLB] = { "memory-backend-memfd.hugetlb", FIND_PROPERTY,
                                         "memory-backend-memfd.hugetlb" },
  [FEAT_OBJECT_MEMORY_FILE_PMEM] = { "memory-backend-file.pmem", FIND_PROPERTY, "memory-backend-file.pmem" },
  [FEAT_DEVICE_NVDIMM_UNARMED] = { "nvdimm.unarmed", FIND_PROPERTY, "nvdimm.unarmed",
                                   .only = ON_X86 | ON_ARM | ON_PPC | ON_LOONG },
  [FEAT_NUMA_HMAT] = { "numa.hmat", FIND_SCHEMA, "set-numa-node/+hmat-lb", .text = "NUMA HMAT" },
  [FEAT_VIRTIO_BALLOON_FREE_PAGE_REPORTING] = { "virtio-balloon.free-page-reporting", FIND_PROPERTY,
                                                "virtio-balloon-pci.free-page-reporting "
                                                "virtio-balloon-ccw.free-page-reporting "
                                                "virtio-balloon-device.free-page-reporting" },
  [FEAT_DEVICE_VIRTIO_PMEM_PCI] = { "virtio-pmem-pci", FIND_TYPE, "virtio-pmem-pci", .only = ON_X86 },
  [FEAT_X_USE_CANONICAL_PATH_FOR_RAMBLOCK_ID] = { "memory-backend-file.x-use-canonical-path-for-ramblock-id",
                                                  FIND_PROPERTY,
                                                  "memory-backend-file.x-use-canonical-path-for-ramblock-id" },
  [FEAT_DEVICE_VIRTIO_MEM_PCI] = { "virtio-mem-pci", FIND_TYPE, "virtio-mem-pci", .only = ON_X86 | ON_ARM },
  [FEAT_MEMORY_BACKEND_RESERVE] = { "memory-backend-file.reserve", FIND_PROPERTY, "memory-backend-file.reserve" },
  [FEAT_DEVICE_VIRTIO_MEM_PCI_PREALLOC] = { "virtio-mem-pci.prealloc", FIND_PROPERTY, "virtio-mem-pci.prealloc",
                                            .since = V(7, 0), .only = ON_X86 | ON_ARM },
  [FEAT_MEMORY_BACKEND_PREALLOC_THREADS] = { "memory-backend-file.prealloc-threads", FIND_PROPERTY,
                                             "memory-backend-file.prealloc-threads" },
  [FEAT_DEVICE_VIRTIO_MEM_PCI_DYNAMIC_MEMSLOTS] = { "virtio-mem-pci.dynamic-memslots", FIND_PROPERTY,
                                                    "virtio-mem-pci.dynamic-memslots", .since = V(8, 2),
                                                    .only = ON_X86 | ON_ARM },
  [FEAT_DEVICE_VIRTIO_MEM_CCW] = { "virtio-mem-ccw", FIND_TYPE, "virtio-mem-ccw", .since = V(10, 0), .only = ON_S390 },

  /* buses and bridges */
  [FEAT_VIRTIO_CCW] = { "virtio-ccw", FIND_TYPE, "virtio-blk-ccw", .only = ON_S390 },
  [FEAT_DEVICE_PCI_BRIDGE] = { "pci-bridge", FIND_TYPE, "pci-bridge" },
  [FEAT_DEVICE_DMI_TO_PCI_BRIDGE] = { "dmi-to-pci-bridge", FIND_TYPE, "i82801b11-bridge", .only = ON_PCI,
                                      .text = "i82801b11-bridge" },
  [FEAT_DEVICE_VIRTIO_MMIO] = { "virtio-mmio", FIND_TYPE, "virtio-mmio",
                                .only = ON_X86 | ON_ARM | ON_RISCV | ON_OTHER },
  [FEAT_DEVICE_IOH3420] = { "ioh3420", FIND_TYPE, "ioh3420", .only = ON_PCI },
  [FEAT_DEVICE_X3130_UPSTREAM] = { "x3130-upstream", FIND_TYPE, "x3130-upstream", .only = ON_PCI },
  [FEAT_DEVICE_XIO3130_DOWNSTREAM] = { "xio3130-downstream", FIND_TYPE, "xio3130-downstream", .only = ON_PCI },
  [FEAT_DEVICE_PXB] = { "pxb", FIND_TYPE, "pxb", .only = ON_X86 | ON_ARM },
  [FEAT_DEVICE_PXB_PCIE] = { "pxb-pcie", FIND_TYPE, "pxb-pcie", .only = ON_X86 | ON_ARM },
  [FEAT_DEVICE_PCIE_ROOT_PORT] = { "pcie-root-port", FIND_TYPE, "pcie-root-port", .only = ON_PCI },
  [FEAT_DEVICE_SPAPR_PCI_HOST_BRIDGE] = { "spapr-pci-host-bridge", FIND_TYPE, "spapr-pci-host-bridge", .only = ON_PPC },
  [FEAT_SPAPR_PCI_HOST_BRIDGE_NUMA_NODE] = { "spapr-pci-host-bridge.numa_node", FIND_PROPERTY,
                                             "spapr-pci-host-bridge.numa_node", .only = ON_PPC },
  [FEAT_DEVICE_PCIE_PCI_BRIDGE] = { "pcie-pci-bridge", FIND_TYPE, "pcie-pci-bridge", .only = ON_PCI },
  [FEAT_DEVICE_ZPCI] = { "zpci", FIND_TYPE, "zpci", .only = ON_S390 },
  [FEAT_VIRTIO_PCI_TRANSITIONAL] = { "virtio-pci-non-transitional", FIND_TYPE,
                                     "virtio-blk-pci-transitional virtio-blk-pci-non-transitional",
                                     .text = "the (non-)transitional virtio models" },
  [FEAT_PCIE_ROOT_PORT_HOTPLUG] = { "pcie-root-port.hotplug", FIND_PROPERTY, "pcie-root-port.hotplug", .only = ON_PCI },

  /* USB */
  [FEAT_CCID_EMULATED] = { "ccid-emulated", FIND_TYPE, "ccid-card-emulated" },
  [FEAT_CCID_PASSTHRU] = { "ccid-passthru", FIND_TYPE, "ccid-card-passthru" },
  [FEAT_PIIX3_USB_UHCI] = { "piix3-usb-uhci", FIND_TYPE, "piix3-usb-uhci", .only = ON_PCI },
  [FEAT_PIIX4_USB_UHCI] = { "piix4-usb-uhci", FIND_TYPE, "piix4-usb-uhci", .only = ON_PCI },
  [FEAT_USB_EHCI] = { "usb-ehci", FIND_TYPE, "usb-ehci", .only = ON_PCI },
  [FEAT_ICH9_USB_EHCI1] = { "ich9-usb-ehci1", FIND_TYPE, "ich9-usb-ehci1", .only = ON_PCI },
  [FEAT_VT82C686B_USB_UHCI] = { "vt82c686b-usb-uhci", FIND_TYPE, "vt82c686b-usb-uhci", .only = ON_PPC | ON_OTHER },
  [FEAT_PCI_OHCI] = { "pci-ohci", FIND_TYPE, "pci-ohci", .only = ON_PCI },
  [FEAT_USB_REDIR] = { "usb-redir", FIND_TYPE, "usb-redir" },
  [FEAT_USB_HUB] = { "usb-hub", FIND_TYPE, "usb-hub" },
  [FEAT_NEC_USB_XHCI] = { "nec-usb-xhci", FIND_TYPE, "nec-usb-xhci", .only = ON_PCI },
  [FEAT_USB_REDIR_FILTER] = { "usb-redir.filter", FIND_PROPERTY, "usb-redir.filter" },
  [FEAT_DEVICE_USB_SERIAL] = { "usb-serial", FIND_TYPE, "usb-serial" },
  [FEAT_DEVICE_USB_STORAGE] = { "usb-storage", FIND_TYPE, "usb-storage" },
  [FEAT_DEVICE_NVME] = { "nvme-ns", FIND_TYPE, "nvme-ns", .only = ON_PCI, .text = "emulated NVMe" },
  [FEAT_DEVICE_USB_KBD] = { "usb-kbd", FIND_TYPE, "usb-kbd" },
  [FEAT_DEVICE_QEMU_XHCI] = { "qemu-xhci", FIND_TYPE, "qemu-xhci" },
  [FEAT_USB_HOST_HOSTDEVICE] = { "usb-host.hostdevice", FIND_PROPERTY, "usb-host.hostdevice" },
  [FEAT_USB_HOST_GUESTS_RESETS_ALL] = { "usb-host.guest-resets-all", FIND_PROPERTY, "usb-host.guest-resets-all" },
  [FEAT_DEVICE_USB_MTP] = { "usb-mtp", FIND_TYPE, "usb-mtp" },

  /* disks and file systems */
  [FEAT_ICH9_AHCI] = { "ich9-ahci", FIND_TYPE, "ich9-ahci", .only = ON_PCI },
  [FEAT_VIRTIO_BLK_SCSI] = { "virtio-blk-pci.scsi", FIND_PROPERTY, "virtio-blk-pci.scsi virtio-blk-ccw.scsi",
                             .until = V(9, 1) },
  [FEAT_SCSI_DISK_CHANNEL] = { "scsi-disk.channel", FIND_PROPERTY, "scsi-hd.channel" },
  [FEAT_SCSI_BLOCK] = { "scsi-block", FIND_TYPE, "scsi-block" },
  [FEAT_SCSI_LSI] = { "lsi", FIND_TYPE, "lsi53c895a", .only = ON_PCI, .text = "lsi53c895a" },
  [FEAT_VIRTIO_SCSI] = { "virtio-scsi-pci", FIND_TYPE, "virtio-scsi-pci virtio-scsi-ccw virtio-scsi-device" },
  [FEAT_SCSI_MEGASAS] = { "megasas", FIND_TYPE, "megasas", .only = ON_PCI },
  [FEAT_SCSI_MPTSAS1068] = { "mptsas1068", FIND_TYPE, "mptsas1068", .only = ON_PCI },
  [FEAT_DEVICE_VHOST_SCSI] = { "vhost-scsi", FIND_TYPE, "vhost-scsi" },
  [FEAT_NBD_TLS] = { "nbd-tls", FIND_SCHEMA, "nbd-server-start/tls-creds" },
  [FEAT_PR_MANAGER_HELPER] = { "pr-manager-helper", FIND_TYPE, "pr-manager-helper" },
  [FEAT_DRIVE_NVME] = { "drive-nvme", FIND_SCHEMA, "blockdev-add/+nvme" },
  [FEAT_DEVICE_VHOST_USER_FS] = { "vhost-user-fs", FIND_TYPE, "vhost-user-fs-device" },
  [FEAT_FSDEV_MULTIDEVS] = { "fsdev.multidevs", FIND_OPTION, "fsdev.multidevs" },
  [FEAT_AIO_IO_URING] = { "aio.io_uring", FIND_SCHEMA, "blockdev-add/+file/aio/^io_uring" },
  [FEAT_VIRTIO_BLK_SCSI_DEFAULT_DISABLED] = { "virtio-blk-pci.scsi.default.disabled", FIND_PROPERTY_OFF,
                                              "virtio-blk-pci.scsi virtio-blk-ccw.scsi", .until = V(9, 1) },
  [FEAT_SCSI_PVSCSI] = { "pvscsi", FIND_TYPE, "pvscsi", .only = ON_PCI },
  [FEAT_SCSI_NCR53C90] = { "ncr53c90", FIND_NOTHING, .only = ON_OTHER },
  [FEAT_SCSI_DC390] = { "dc390", FIND_TYPE, "dc390", .only = ON_PCI },
  [FEAT_SCSI_AM53C974] = { "am53c974", FIND_TYPE, "am53c974", .only = ON_PCI },
  [FEAT_VHOST_USER_FS_BOOTINDEX] = { "vhost-user-fs.bootindex", FIND_PROPERTY, "vhost-user-fs-device.bootindex" },
  [FEAT_DEVICE_VHOST_USER_BLK] = { "vhost-user-blk", FIND_TYPE, "vhost-user-blk" },
  [FEAT_ROTATION_RATE] = { "rotation-rate", FIND_PROPERTY, "scsi-hd.rotation_rate" },
  [FEAT_VIRTIO_BLK_QUEUE_SIZE] = { "virtio-blk.queue-size", FIND_PROPERTY,
                                   "virtio-blk-pci.queue-size virtio-blk-ccw.queue-size" },
  [FEAT_RBD_ENCRYPTION] = { "rbd-encryption", FIND_SCHEMA, "blockdev-add/+rbd/encrypt", .text = "RBD encryption" },
  [FEAT_BLOCKDEV_NBD_TLS_HOSTNAME] = { "blockdev.nbd.tls-hostname", FIND_SCHEMA, "blockdev-add/+nbd/tls-hostname",
                                       .since = V(7, 0) },
  [FEAT_RBD_ENCRYPTION_LAYERING] = { "rbd-encryption-layering", FIND_SCHEMA, "blockdev-add/+rbd/encrypt/parent",
                                     .since = V(8, 0), .text = "RBD encryption of a backing image" },
  [FEAT_RBD_ENCRYPTION_LUKS_ANY] = { "rbd-encryption-luks-any", FIND_SCHEMA,
                                     "blockdev-add/+rbd/encrypt/format/^luks-any", .since = V(8, 0),
                                     .text = "RBD encryption luks-any" },
  [FEAT_QCOW2_DISCARD_NO_UNREF] = { "qcow2-discard-no-unref", FIND_SCHEMA, "blockdev-add/+qcow2/discard-no-unref",
                                    .since = V(8, 1) },
  [FEAT_DEVICE_VIRTIO_BLK_VHOST_VDPA] = { "virtio-blk-vhost-vdpa", FIND_SCHEMA,
                                          "blockdev-add/+virtio-blk-vhost-vdpa/$fdset", .since = V(8, 1) },
  [FEAT_VIRTIO_BLK_IOTHREAD_MAPPING] = { "virtio-blk.iothread-mapping", FIND_PROPERTY,
                                         "virtio-blk-pci.iothread-vq-mapping virtio-blk-ccw.iothread-vq-mapping",
                                         .since = V(9, 0) },
  [FEAT_VIRTIO_CCW_DEVICE_LOADPARM] = { "virtio-ccw.loadparm", FIND_PROPERTY, "virtio-blk-ccw.loadparm",
                                        .since = V(9, 2), .only = ON_S390 },
  [FEAT_VIRTIO_SCSI_IOTHREAD_MAPPING] = { "virtio-scsi.iothread-mapping", FIND_PROPERTY,
                                          "virtio-scsi-pci.iothread-vq-mapping virtio-scsi-ccw.iothread-vq-mapping",
                                          .since = V(10, 0) },
  [FEAT_DRIVE_GLUSTER] = { "drive-gluster", FIND_SCHEMA, "blockdev-add/+gluster", .until = V(11, 1),
                           .text = "gluster" },
  [FEAT_BLOCKJOB_BACKING_MASK_PROTOCOL] = { "blockjob.backing-mask-protocol", FIND_SCHEMA,
                                            "block-commit/backing-mask-protocol", .since = V(9, 0) },
  [FEAT_DISK_STATS_INTERVALS] = { "disk.stats-intervals", FIND_PROPERTY,
                                  "virtio-blk-pci.stats-intervals scsi-hd.stats-intervals", .since = V(10, 2) },
  [FEAT_SCSI_BLOCK_MIGRATE_PR] = { "scsi-block.migrate-pr", FIND_PROPERTY, "scsi-block.migrate-pr", .since = V(11, 0) },

  /* network */
  [FEAT_DEVICE_RTL8139] = { "rtl8139", FIND_TYPE, "rtl8139", .only = ON_PCI },
  [FEAT_DEVICE_E1000] = { "e1000", FIND_TYPE, "e1000", .only = ON_PCI },
  [FEAT_DEVICE_VIRTIO_NET] = { "virtio-net", FIND_TYPE, "virtio-net-pci virtio-net-ccw virtio-net-device" },
  [FEAT_NETDEV_VHOST_VDPA] = { "netdev.vhost-vdpa", FIND_SCHEMA, "netdev_add/+vhost-vdpa" },
  [FEAT_NETDEV_JSON] = { "netdev.json", FIND_SCHEMA, "netdev_add/type/^dgram", .since = V(7, 2),
                         .text = "-netdev as JSON" },
  [FEAT_VIRTIO_NET_RSS] = { "virtio-net.rss", FIND_PROPERTY, "virtio-net-pci.rss virtio-net-ccw.rss" },
  [FEAT_NETDEV_STREAM] = { "netdev.stream", FIND_SCHEMA, "netdev_add/+stream", .since = V(7, 2) },
  [FEAT_NETDEV_STREAM_RECONNECT] = { "netdev.stream.reconnect", FIND_SCHEMA, "netdev_add/+stream/reconnect",
                                     .since = V(8, 0), .until = V(10, 2), .text = "netdev stream reconnect" },
  [FEAT_NETDEV_USER] = { "netdev.user", FIND_SCHEMA, "netdev_add/+user" },
  [FEAT_NETDEV_STREAM_RECONNECT_MS] = { "netdev-stream-reconnect-miliseconds", FIND_SCHEMA,
                                        "netdev_add/+stream/reconnect-ms", .since = V(9, 2),
                                        .text = "netdev stream reconnect-ms" },

  /* display, sound, input */
  [FEAT_SDL] = { "sdl", FIND_SCHEMA, "query-display-options/ret-type/+sdl" },
  [FEAT_SPICE] = { "spice", FIND_OPTION, "spice" },
  [FEAT_HDA_DUPLEX] = { "hda-duplex", FIND_TYPE, "hda-duplex", .only = ON_PCI },
  [FEAT_HDA_MICRO] = { "hda-micro", FIND_TYPE, "hda-micro", .only = ON_PCI },
  [FEAT_VNC] = { "vnc", FIND_SCHEMA, "query-vnc" },
  [FEAT_DEVICE_QXL] = { "qxl", FIND_TYPE, "qxl", .only = ON_PCI },
  [FEAT_DEVICE_VGA] = { "VGA", FIND_TYPE, "VGA", .only = ON_PCI },
  [FEAT_DEVICE_CIRRUS_VGA] = { "cirrus-vga", FIND_TYPE, "cirrus-vga", .only = ON_PCI },
  [FEAT_DEVICE_VMWARE_SVGA] = { "vmware-svga", FIND_TYPE, "vmware-svga", .only = ON_X86 | ON_PPC | ON_OTHER },
  [FEAT_DEVICE_ICH9_INTEL_HDA] = { "ich9-intel-hda", FIND_TYPE, "ich9-intel-hda", .only = ON_PCI },
  [FEAT_OBJECT_USB_AUDIO] = { "usb-audio", FIND_TYPE, "usb-audio" },
  [FEAT_VGA_VGAMEM] = { "VGA.vgamem_mb", FIND_PROPERTY, "VGA.vgamem_mb", .only = ON_PCI },
  [FEAT_VMWARE_SVGA_VGAMEM] = { "vmware-svga.vgamem_mb", FIND_PROPERTY, "vmware-svga.vgamem_mb",
                                .only = ON_X86 | ON_PPC | ON_OTHER },
  [FEAT_QXL_VGAMEM] = { "qxl.vgamem_mb", FIND_PROPERTY, "qxl.vgamem_mb", .only = ON_PCI },
  [FEAT_DEVICE_VIRTIO_GPU] = { "virtio-gpu", FIND_TYPE, "virtio-gpu-pci virtio-gpu-device" },
  [FEAT_VIRTIO_GPU_VIRGL] = { "virtio-gpu.virgl", FIND_PROPERTY,
                              "virtio-gpu-pci.virgl virtio-gpu-device.virgl virtio-gpu-ccw.virgl", .until = V(6, 2) },
  [FEAT_VIRTIO_KEYBOARD] = { "virtio-keyboard", FIND_TYPE, "virtio-keyboard-device virtio-keyboard-pci" },
  [FEAT_VIRTIO_MOUSE] = { "virtio-mouse", FIND_TYPE, "virtio-mouse-device virtio-mouse-pci" },
  [FEAT_VIRTIO_TABLET] = { "virtio-tablet", FIND_TYPE, "virtio-tablet-device virtio-tablet-pci" },
  [FEAT_VIRTIO_INPUT_HOST] = { "virtio-input-host", FIND_TYPE, "virtio-input-host-device virtio-input-host-pci" },
  [FEAT_SPICE_GL] = { "spice-gl", FIND_OPTION, "spice.gl" },
  [FEAT_QXL_VRAM64] = { "qxl.vram64_size_mb", FIND_PROPERTY, "qxl.vram64_size_mb", .only = ON_PCI },
  [FEAT_DEVICE_VIRTIO_VGA] = { "virtio-vga", FIND_TYPE, "virtio-vga", .only = ON_X86 | ON_PPC | ON_RISCV | ON_LOONG },
  [FEAT_SPICE_RENDERNODE] = { "spice-rendernode", FIND_OPTION, "spice.rendernode" },
  [FEAT_DEVICE_VIRTIO_GPU_CCW] = { "virtio-gpu-ccw", FIND_TYPE, "virtio-gpu-ccw", .only = ON_S390 },
  [FEAT_DEVICE_VIRTIO_KEYBOARD_CCW] = { "virtio-keyboard-ccw", FIND_TYPE, "virtio-keyboard-ccw", .only = ON_S390 },
  [FEAT_DEVICE_VIRTIO_MOUSE_CCW] = { "virtio-mouse-ccw", FIND_TYPE, "virtio-mouse-ccw", .only = ON_S390 },
  [FEAT_DEVICE_VIRTIO_TABLET_CCW] = { "virtio-tablet-ccw", FIND_TYPE, "virtio-tablet-ccw", .only = ON_S390 },
  [FEAT_HDA_OUTPUT] = { "hda-output", FIND_TYPE, "hda-output", .only = ON_PCI },
  [FEAT_EGL_HEADLESS] = { "egl-headless", FIND_SCHEMA, "query-display-options/ret-type/+egl-headless" },
  [FEAT_EGL_HEADLESS_RENDERNODE] = { "egl-headless.rendernode", FIND_SCHEMA,
                                     "query-display-options/ret-type/+egl-headless/rendernode" },
  [FEAT_DEVICE_BOCHS_DISPLAY] = { "bochs-display", FIND_TYPE, "bochs-display", .only = ON_PCI },
  [FEAT_DEVICE_VHOST_USER_GPU] = { "vhost-user-gpu", FIND_TYPE, "vhost-user-gpu" },
  [FEAT_DEVICE_VHOST_USER_VGA] = { "vhost-user-vga", FIND_TYPE, "vhost-user-vga",
                                   .only = ON_X86 | ON_PPC | ON_RISCV | ON_LOONG },
  [FEAT_DEVICE_RAMFB] = { "ramfb", FIND_TYPE, "ramfb", .only = ON_X86 | ON_ARM | ON_RISCV | ON_LOONG },
  [FEAT_VNC_POWER_CONTROL] = { "vnc-power-control", FIND_OPTION, "vnc.power-control" },
  [FEAT_INPUT_LINUX] = { "input-linux", FIND_TYPE, "input-linux" },
  [FEAT_VIRTIO_GPU_GL_PCI] = { "virtio-gpu-gl-pci", FIND_TYPE, "virtio-gpu-gl-pci" },
  [FEAT_VIRTIO_VGA_GL] = { "virtio-vga-gl", FIND_TYPE, "virtio-vga-gl", .only = ON_X86 | ON_PPC | ON_RISCV | ON_LOONG },
  [FEAT_DISPLAY_DBUS] = { "display-dbus", FIND_SCHEMA, "query-display-options/ret-type/+dbus", .since = V(7, 0) },
  [FEAT_VIRTIO_GPU_BLOB] = { "virtio-gpu.blob", FIND_PROPERTY,
                             "virtio-gpu-pci.blob virtio-gpu-device.blob virtio-gpu-ccw.blob" },
  [FEAT_DEVICE_VIRTIO_SOUND] = { "virtio-sound", FIND_TYPE, "virtio-sound-pci virtio-sound-device", .since = V(8, 2) },
  [FEAT_AUDIODEV_PIPEWIRE] = { "audiodev.pipewire", FIND_SCHEMA, "query-audiodevs/ret-type/+pipewire",
                               .since = V(8, 1) },

  /* serial lines and channels */
  [FEAT_DEVICE_SCLPCONSOLE] = { "s390-sclp", FIND_TYPE, "sclpconsole", .only = ON_S390, .text = "sclpconsole" },
  [FEAT_DEVICE_PCI_SERIAL] = { "pci-serial", FIND_TYPE, "pci-serial", .only = ON_PCI },
  [FEAT_CHARDEV_RECONNECT] = { "chardev-reconnect", FIND_SCHEMA, "chardev-add/backend/+socket/data/reconnect",
                               .until = V(10, 2) },
  [FEAT_DEVICE_SPAPR_VTY] = { "spapr-vty", FIND_TYPE, "spapr-vty", .only = ON_PPC },
  [FEAT_DEVICE_SCLPLMCONSOLE] = { "sclplmconsole", FIND_TYPE, "sclplmconsole", .only = ON_S390 },
  [FEAT_DEVICE_ISA_SERIAL] = { "isa-serial", FIND_TYPE, "isa-serial", .only = ON_X86 | ON_PPC | ON_OTHER },
  [FEAT_DEVICE_PL011] = { "pl011", FIND_TYPE, "pl011", .only = ON_ARM },
  [FEAT_CHARDEV_QEMU_VDAGENT] = { "chardev.qemu-vdagent", FIND_SCHEMA, "chardev-add/backend/+qemu-vdagent" },
  [FEAT_CHARDEV_RECONNECT_MS] = { "chardev-reconnect-miliseconds", FIND_SCHEMA,
                                  "chardev-add/backend/+socket/data/reconnect-ms", .since = V(9, 2),
                                  .text = "chardev reconnect-ms" },

  /* all other devices */
  [FEAT_DEVICE_VIRTIO_RNG] = { "virtio-rng", FIND_TYPE, "virtio-rng-pci virtio-rng-ccw virtio-rng-device" },
  [FEAT_OBJECT_RNG_RANDOM] = { "rng-random", FIND_TYPE, "rng-random" },
  [FEAT_OBJECT_RNG_EGD] = { "rng-egd", FIND_TYPE, "rng-egd" },
  [FEAT_DEVICE_TPM_PASSTHROUGH] = { "tpm-passthrough", FIND_TPM_BACKEND, "passthrough" },
  [FEAT_DEVICE_TPM_TIS] = { "tpm-tis", FIND_TPM_MODEL, "tpm-tis", .only = ON_X86 | ON_ARM | ON_RISCV | ON_LOONG },
  [FEAT_DEVICE_VFIO_PCI] = { "vfio-pci", FIND_TYPE, "vfio-pci" },
  [FEAT_DEVICE_INTEL_IOMMU] = { "intel-iommu", FIND_TYPE, "intel-iommu", .only = ON_X86 },
  [FEAT_INTEL_IOMMU_INTREMAP] = { "intel-iommu.intremap", FIND_PROPERTY, "intel-iommu.intremap", .only = ON_X86 },
  [FEAT_INTEL_IOMMU_CACHING_MODE] = { "intel-iommu.caching-mode", FIND_PROPERTY, "intel-iommu.caching-mode",
                                      .only = ON_X86 },
  [FEAT_INTEL_IOMMU_EIM] = { "intel-iommu.eim", FIND_PROPERTY, "intel-iommu.eim", .only = ON_X86 },
  [FEAT_INTEL_IOMMU_DEVICE_IOTLB] = { "intel-iommu.device-iotlb", FIND_PROPERTY, "intel-iommu.device-iotlb",
                                      .only = ON_X86 },
  [FEAT_DEVICE_TPM_CRB] = { "tpm-crb", FIND_TPM_MODEL, "tpm-crb", .only = ON_X86 },
  [FEAT_DEVICE_VFIO_CCW] = { "vfio-ccw", FIND_TYPE, "vfio-ccw", .only = ON_S390 },
  [FEAT_DEVICE_VHOST_VSOCK] = { "vhost-vsock", FIND_TYPE, "vhost-vsock-device" },
  [FEAT_DEVICE_TPM_EMULATOR] = { "tpm-emulator", FIND_TPM_BACKEND, "emulator" },
  [FEAT_DEVICE_VFIO_AP] = { "vfio-ap", FIND_TYPE, "vfio-ap", .only = ON_S390 },
  [FEAT_OBJECT_RNG_BUILTIN] = { "rng-builtin", FIND_TYPE, "rng-builtin" },
  [FEAT_DEVICE_TPM_SPAPR] = { "tpm-spapr", FIND_TPM_MODEL, "tpm-spapr", .only = ON_PPC },
  [FEAT_INTEL_IOMMU_AW_BITS] = { "intel-iommu.aw-bits", FIND_PROPERTY, "intel-iommu.aw-bits", .only = ON_X86 },
  [FEAT_DEVICE_SPAPR_TPM_PROXY] = { "spapr-tpm-proxy", FIND_TYPE, "spapr-tpm-proxy", .only = ON_PPC },
  [FEAT_DEVICE_VIRTIO_IOMMU_PCI] = { "virtio-iommu-pci", FIND_TYPE, "virtio-iommu-pci" },
  [FEAT_VIRTIO_IOMMU_BOOT_BYPASS] = { "virtio-iommu.boot-bypass", FIND_PROPERTY, "virtio-iommu-pci.boot-bypass",
                                      .since = V(7, 0) },
  [FEAT_DEVICE_VIRTIO_CRYPTO] = { "virtio-crypto", FIND_TYPE, "virtio-crypto-pci virtio-crypto-device" },
  [FEAT_OBJECT_CRYPTO_LKCF] = { "cryptodev-backend-lkcf", FIND_TYPE, "cryptodev-backend-lkcf", .since = V(7, 2) },
  [FEAT_INTEL_IOMMU_DMA_TRANSLATION] = { "intel-iommu.dma-translation", FIND_PROPERTY, "intel-iommu.dma-translation",
                                         .since = V(7, 1), .only = ON_X86 },
  [FEAT_AMD_IOMMU_XTSUP] = { "amd-iommu.xtsup", FIND_PROPERTY, "amd-iommu.xtsup", .since = V(9, 2), .only = ON_X86 },
  [FEAT_AMD_IOMMU_PT] = { "amd-iommu.pt", FIND_PROPERTY, "amd-iommu.pt", .until = V(11, 1), .only = ON_X86 },
  [FEAT_AMD_IOMMU_PCI_ID] = { "amd-iommu.pci-id", FIND_PROPERTY, "amd-iommu.pci-id", .since = V(10, 1),
                              .only = ON_X86 },
  [FEAT_VIRTIO_IOMMU_GRANULE] = { "virtio-iommu.granule", FIND_PROPERTY, "virtio-iommu-pci.granule", .since = V(9, 0) },
  [FEAT_VIRTIO_IOMMU_AW_BITS] = { "virtio-iommu.aw-bits", FIND_PROPERTY, "virtio-iommu-pci.aw-bits", .since = V(9, 0) },
  /* a type of the board since long; -device takes it since 10.2, which no answer shows */
  [FEAT_DEVICE_ARM_SMMUV3] = { "arm-smmuv3", .since = V(10, 2), .only = ON_ARM, .text = "-device arm-smmuv3" },
  [FEAT_ARM_SMMUV3_ACCEL] = { "arm-smmuv3.accel", FIND_PROPERTY, "arm-smmuv3.accel", .since = V(11, 0),
                              .only = ON_ARM },
  [FEAT_ARM_SMMUV3_CMDQV] = { "arm-smmuv3.cmdqv", FIND_PROPERTY, "arm-smmuv3.cmdqv", .since = V(11, 1),
                              .only = ON_ARM },
  [FEAT_OBJECT_IOMMUFD] = { "iommufd", FIND_TYPE, "iommufd", .since = V(9, 0), .only = ON_X86 | ON_ARM | ON_S390 },
  [FEAT_DEVICE_UEFI_VARS] = { "uefi-vars", FIND_TYPE, "uefi-vars-x64 uefi-vars-sysbus", .since = V(10, 0),
                              .only = ON_X86 | ON_ARM | ON_RISCV | ON_LOONG },
  [FEAT_ACPI_GENERIC_INITIATOR] = { "acpi-generic-initiator", FIND_TYPE, "acpi-generic-initiator", .since = V(9, 0),
                                    .only = ON_X86 | ON_ARM },
};

static unsigned
family(enum arch arch)
{
  if (arch_is_x86(arch))
    return ON_X86;
  if (arch_is_arm(arch))
    return ON_ARM;
  if (arch_is_ppc64(arch) || arch == ARCH_PPC)
    return ON_PPC;
  if (arch_is_riscv(arch))
    return ON_RISCV;
  if (arch == ARCH_S390X)
    return ON_S390;
  if (arch == ARCH_LOONGARCH64)
    return ON_LOONG;
  return ON_OTHER;
}

const char *
feature_text(enum feature feature)
{
  const struct feature_row *row = &feature_rows[feature];
  return row->text ? row->text : row->name;
}

enum feature
feature_by_name(const char *name)
{
  enum feature feature = FEAT_NONE + 1;
  while (feature < FEATURES && !str_eq(feature_rows[feature].name, name))
    feature++;
  return feature;
}

bool
feature_in_version(enum feature feature, unsigned version, enum arch arch)
{
  const struct feature_row *row = &feature_rows[feature];
  if (row->only && !(row->only & family(arch)))
    return false;
  return version >= row->since && (!row->until || version < row->until);
}
