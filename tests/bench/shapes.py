# SPDX-License-Identifier: GPL-2.0-or-later
"""tests/bench/shapes.py - domains of N things each: a shape for every kind of device and for what else repeats

SHAPES has a row each: name, arch and machine, what stands beside <devices>, the device of number i (or all N).
Where a guest cannot have so many, the domain is refused: that takes no longer either.
"""
Q35, PC, S390, POWER, VIRT = ('x86_64', 'q35'), ('x86_64', 'pc'), ('s390x', 's390-ccw-virtio'), \
    ('ppc64', 'pseries'), ('aarch64', 'virt')


def letters(i):
    """0: a, 26: aa"""
    text = ''
    i += 1
    while i:
        i, rest = divmod(i - 1, 26)
        text = chr(97 + rest) + text
    return text


def mac(i):
    return f'52:54:00:{i >> 16 & 255:02x}:{i >> 8 & 255:02x}:{i & 255:02x}'


def uuid(i):
    return f'00000000-0000-4000-8000-{i:012x}'


def slot(i):
    """A place on one of many bridges: 31 slots of 8 functions each."""
    bus, rest = divmod(i, 31 * 8)
    more = " multifunction='on'" if rest % 8 == 0 else ''
    return f"<address type='pci' bus='{bus + 1}' slot='{rest // 8 + 1}' function='{rest % 8}'{more}/>"


def bridges(n):
    return ''.join(f"<controller type='pci' index='{i + 1}' model='pci-bridge'><address type='pci' bus='0' "
                   f"slot='{i // 8 + 3}' function='{i % 8}'/></controller>" for i in range((n - 1) // 248 + 1))


def disk(i, bus, prefix, more=''):
    return f"<disk type='file'><driver type='qcow2'/><source file='/i/{i}'/>" \
           f"<target dev='{prefix}{letters(i)}' bus='{bus}'/>{more}</disk>"


def scsi_address(i):
    """256 targets of 1000 units to a controller, so each disk has its controller in the XML."""
    return f"<address type='drive' controller='{i // 200}' target='{i % 200}' unit='0'/>"


def host_pci(i):
    return f"<source><address domain='{i >> 13}' bus='{i >> 5 & 255}' slot='{i & 31}' function='0'/></source>"


def chardev(element, i, target, at=''):
    return f"<{element} type='file'><source path='/c/{i}'/>{target}{at}</{element}>"


def nested(n):
    return '<a>' * min(n, 200) + '</a>' * min(n, 200)


MIB = "<size unit='MiB'>1</size>"

# name, board, device(i)
DEVICES = [
    ('disk ccw', S390, lambda i: disk(i, 'virtio', 'vd')),
    ('disk pci', Q35, lambda i: disk(i, 'virtio', 'vd')),
    ('disk pci, addressed', PC, lambda i: disk(i, 'virtio', 'vd', slot(i))),
    ('disk scsi', Q35, lambda i: disk(i, 'scsi', 'sd')),
    ('disk scsi, addressed', Q35, lambda i: disk(i, 'scsi', 'sd', scsi_address(i))),
    ('disk scsi spapr', POWER, lambda i: disk(i, 'scsi', 'sd')),
    ('disk sata', Q35, lambda i: disk(i, 'sata', 'sd')),
    ('disk ide', PC, lambda i: disk(i, 'ide', 'hd')),
    ('disk fdc', PC, lambda i: disk(i, 'fdc', 'fd')),
    ('disk usb', Q35, lambda i: disk(i, 'usb', 'sd')),
    ('disk nvme', S390, lambda i: f"<disk type='nvme'><source type='pci' managed='yes' namespace='1'>"
     f"<address domain='{i >> 13}' bus='{i >> 5 & 255}' slot='{i & 31}' function='0'/></source>"
     f"<target dev='vd{letters(i)}' bus='virtio'/></disk>"),
    ('disk nvme, one controller', S390, lambda i: f"<disk type='nvme'><source type='pci' namespace='{i + 1}'>"
     f"<address domain='0' bus='1' slot='0' function='0'/></source><target dev='vd{letters(i)}' bus='virtio'/></disk>"),
    ('disk network', S390, lambda i: f"<disk type='network'><source protocol='rbd' name='p/{i}'><host name='h{i}'/>"
     f"<auth username='u'><secret type='ceph' uuid='{uuid(i)}'/></auth></source>"
     f"<target dev='vd{letters(i)}' bus='virtio'/></disk>"),
    ('disk luks', S390, lambda i: f"<disk type='file'><driver type='qcow2'/><source file='/i/{i}'><encryption "
     f"format='luks'><secret type='passphrase' uuid='{uuid(i)}'/></encryption></source>"
     f"<target dev='vd{letters(i)}' bus='virtio'/></disk>"),
    ('disk, one image', S390, lambda i: f"<disk type='file'><source file='/i'/><target dev='vd{letters(i)}' "
     "bus='virtio'/><readonly/></disk>"),
    ('disk, one image written', S390, lambda i: f"<disk type='file'><source file='/i'/><target dev='vd{letters(i)}' "
     "bus='virtio'/></disk>"),
    ('disk, chain', S390, lambda i: f"<disk type='file'><driver type='qcow2'/><source file='/i/{i}'/><backingStore "
     f"type='file'><format type='qcow2'/><source file='/b/{i}'/><backingStore type='file'><format type='raw'/>"
     f"<source file='/base'/></backingStore></backingStore><target dev='vd{letters(i)}' bus='virtio'/></disk>"),
    ('disk, transient', S390, lambda i: disk(i, 'virtio', 'vd', '<transient/>')),
    ('disk, iotune', S390, lambda i: disk(i, 'virtio', 'vd', f'<iotune><total_bytes_sec>{i + 1}</total_bytes_sec>'
                                          f'<group_name>g{i}</group_name></iotune>')),
    ('disk, alias', S390, lambda i: disk(i, 'virtio', 'vd', f"<alias name='ua-{i}'/>")),
    ('disk, boot order', S390, lambda i: disk(i, 'virtio', 'vd', f"<boot order='{i + 1}'/>")),
    ('disk, serial', S390, lambda i: disk(i, 'virtio', 'vd', f'<serial>{i}</serial><wwn>{i:016x}</wwn>')),
    ('disk, one target', S390, lambda i: disk(0, 'virtio', 'vd')),
    ('disk vhostuser', S390, lambda i: f"<disk type='vhostuser'><source type='unix' path='/s/{i}'/>"
     f"<target dev='vd{letters(i)}' bus='virtio'/></disk>"),
    ('disk volume', S390, lambda i: f"<disk type='volume'><source pool='p' volume='v{i}'/>"
     f"<target dev='vd{letters(i)}' bus='virtio'/></disk>"),
    ('interface ccw', S390, lambda i: f"<interface type='user'><mac address='{mac(i)}'/></interface>"),
    ('interface pci', Q35, lambda i: "<interface type='user'><model type='virtio'/></interface>"),
    ('interface pci, addressed', PC, lambda i: "<interface type='bridge'><source bridge='br0'/><model type='virtio'/>"
     f"{slot(i)}</interface>"),
    ('interface, tap', S390, lambda i: f"<interface type='ethernet'><target dev='t{i}'/></interface>"),
    ('interface network', S390, lambda i: "<interface type='network'><source network='n'/></interface>"),
    ('interface direct', S390, lambda i: "<interface type='direct'><source dev='eth0'/></interface>"),
    ('interface vhostuser', S390, lambda i: f"<interface type='vhostuser'><source type='unix' path='/s/{i}' "
     "mode='client'/></interface>"),
    ('interface passt', S390, lambda i: f"<interface type='user'><backend type='passt'/><portForward proto='tcp'>"
     f"<range start='{i + 1024}'/></portForward></interface>"),
    ('interface hostdev', PC, lambda i: f"<interface type='hostdev'>{host_pci(i).replace('address ', 'address type=%s ' % repr('pci'))}"
     f"{slot(i)}</interface>"),
    ('interface, one mac', S390, lambda i: f"<interface type='user'><mac address='{mac(1)}'/></interface>"),
    ('filesystem', S390, lambda i: f"<filesystem type='mount'><source dir='/d/{i}'/><target dir='t{i}'/></filesystem>"),
    ('filesystem virtiofs', S390, lambda i: f"<filesystem type='mount'><driver type='virtiofs'/><source dir='/d/{i}'/>"
     f"<target dir='t{i}'/></filesystem>"),
    ('filesystem mtp', Q35, lambda i: f"<filesystem type='mount'><driver type='mtp'/><source dir='/d/{i}'/>"
     f"<target dir='t{i}'/></filesystem>"),
    ('sound', PC, lambda i: "<sound model='ich6'/>"),
    ('sound, addressed', PC, lambda i: f"<sound model='ich6'>{slot(i)}</sound>"),
    ('sound usb', PC, lambda i: "<sound model='usb'/>"),
    ('sound virtio', PC, lambda i: f"<sound model='virtio'><audio id='{i + 1}'/>{slot(i)}</sound>"
     f"<audio id='{i + 1}' type='none'/>"),
    ('controller pci', Q35, lambda i: f"<controller type='pci' index='{i}' model='pcie-root-port'/>"),
    ('controller scsi', S390, lambda i: f"<controller type='scsi' index='{i}' model='virtio-scsi'/>"),
    ('controller scsi, one index', S390, lambda i: "<controller type='scsi' index='0' model='virtio-scsi'/>"),
    ('controller scsi, no index', S390, lambda i: "<controller type='scsi' model='virtio-scsi'/>"),
    ('controller virtio-serial', S390, lambda i: f"<controller type='virtio-serial' index='{i}'/>"),
    ('controller usb', PC, lambda i: f"<controller type='usb' index='{i}' model='qemu-xhci'>{slot(i)}</controller>"),
    ('controller usb, no place', PC, lambda i: f"<controller type='usb' index='{i}' model='qemu-xhci'/>"),
    ('controller usb ehci', PC, lambda i: f"<controller type='usb' index='{i}' model='ich9-ehci1'>{slot(2 * i)}"
     f"</controller><controller type='usb' index='{i}' model='ich9-uhci1'><master startport='0'/>{slot(2 * i + 1)}"
     '</controller>'),
    ('controller ccid', Q35, lambda i: f"<controller type='ccid' index='{i}'/>"),
    ('controller sata', Q35, lambda i: f"<controller type='sata' index='{i}'/>"),
    ('controller nvme', Q35, lambda i: f"<controller type='nvme' index='{i}'/>"),
    ('controller spapr', POWER, lambda i: f"<controller type='scsi' index='{i}' model='ibmvscsi'/>"),
    ('hostdev pci', PC, lambda i: f"<hostdev mode='subsystem' type='pci' managed='yes'>{host_pci(i)}{slot(i)}"
     "</hostdev>"),
    ('hostdev pci, no place', PC, lambda i: f"<hostdev mode='subsystem' type='pci'>{host_pci(i)}</hostdev>"),
    ('hostdev pci ccw', S390, lambda i: f"<hostdev mode='subsystem' type='pci'>{host_pci(i)}</hostdev>"),
    ('hostdev usb', Q35, lambda i: "<hostdev mode='subsystem' type='usb'><source><vendor id='0x1234'/>"
     f"<product id='0x{i:04x}'/></source></hostdev>"),
    ('hostdev usb by address', Q35, lambda i: "<hostdev mode='subsystem' type='usb'><source>"
     f"<address bus='{i // 127 + 1}' device='{i % 127 + 1}'/></source></hostdev>"),
    ('hostdev scsi', Q35, lambda i: "<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host0'/>"
     f"<address bus='0' target='{i // 100}' unit='{i % 100}'/></source></hostdev>"),
    ('hostdev scsi_host', S390, lambda i: "<hostdev mode='subsystem' type='scsi_host'><source protocol='vhost' "
     f"wwpn='naa.5123456789{i:06x}'/></hostdev>"),
    ('hostdev mdev', S390, lambda i: "<hostdev mode='subsystem' type='mdev' model='vfio-ccw'><source>"
     f"<address uuid='{uuid(i)}'/></source></hostdev>"),
    ('memballoon', Q35, lambda i: "<memballoon model='virtio'/>"),
    ('rng', S390, lambda i: "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>"),
    ('rng egd', S390, lambda i: "<rng model='virtio'><backend model='egd' type='unix'>"
     f"<source mode='connect' path='/r/{i}'/></backend></rng>"),
    ('watchdog', PC, lambda i: f"<watchdog model='i6300esb'>{slot(i)}</watchdog>"),
    ('video', PC, lambda i: f"<video><model type='{'virtio' if i else 'vga'}'/></video>"),
    ('video ccw', S390, lambda i: "<video><model type='virtio'/></video>"),
    ('shmem', PC, lambda i: f"<shmem name='s{i}'><model type='ivshmem-plain'/>{MIB}{slot(i)}</shmem>"),
    ('shmem, no place', PC, lambda i: f"<shmem name='s{i}'><model type='ivshmem-plain'/>{MIB}</shmem>"),
    ('input usb', Q35, lambda i: "<input type='tablet' bus='usb'/>"),
    ('input ccw', S390, lambda i: "<input type='keyboard' bus='virtio'/>"),
    ('input evdev', Q35, lambda i: f"<input type='evdev'><source dev='/dev/input/{i}'/></input>"),
    ('parallel', Q35, lambda i: chardev('parallel', i, '')),
    ('parallel, ports', Q35, lambda i: chardev('parallel', i, f"<target port='{i}'/>")),
    ('serial', Q35, lambda i: chardev('serial', i, '')),
    ('serial, ports', Q35, lambda i: chardev('serial', i, f"<target port='{i}'/>")),
    ('serial, ports back', Q35, lambda i: chardev('serial', i, f"<target port='{9999 - i}'/>")),
    ('serial usb', Q35, lambda i: chardev('serial', i, "<target type='usb-serial'/>")),
    ('serial pci', PC, lambda i: chardev('serial', i, "<target type='pci-serial'/>", slot(i))),
    ('serial spapr', POWER, lambda i: chardev('serial', i, "<target type='spapr-vio-serial'/>")),
    ('serial tcp', Q35, lambda i: f"<serial type='tcp'><source mode='bind' host='127.0.0.1' service='{i + 1024}'/>"
     "<protocol type='raw'/></serial>"),
    ('console sclp', S390, lambda i: chardev('console', i, "<target type='sclp'/>")),
    ('console virtio', Q35, lambda i: chardev('console', i, "<target type='virtio'/>")),
    ('console serial', Q35, lambda i: chardev('console', i, "<target type='serial'/>")),
    ('channel', Q35, lambda i: chardev('channel', i, f"<target type='virtio' name='c.{i}'/>")),
    ('channel unix, no path', Q35, lambda i: f"<channel type='unix'><target type='virtio' name='c.{i}'/></channel>"),
    ('channel, one name', Q35, lambda i: chardev('channel', i, "<target type='virtio' name='c'/>")),
    ('channel guestfwd', PC, lambda i: chardev('channel', i, "<target type='guestfwd' address='10.0.2.1' "
                                                             f"port='{i + 1}'/>")),
    ('iommu', VIRT, lambda i: "<iommu model='smmuv3'/>"),
    ('iommu amd', Q35, lambda i: "<iommu model='virtio'/>"),
    ('vsock', S390, lambda i: f"<vsock model='virtio'><cid auto='no' address='{i + 3}'/></vsock>"),
    ('memory', Q35, lambda i: f"<memory model='dimm'><target>{MIB.replace('>1<', '>128<')}<node>0</node></target></memory>"),
    ('memory, slots', Q35, lambda i: f"<memory model='dimm'><target>{MIB.replace('>1<', '>128<')}<node>0</node></target>"
     f"<address type='dimm' slot='{i}'/></memory>"),
    ('memory virtio', PC, lambda i: f"<memory model='virtio-mem'><target>{MIB.replace('>1<', '>128<')}<node>0</node>"
     f"<block unit='MiB'>2</block><requested unit='MiB'>0</requested></target>{slot(i)}</memory>"),
    ('crypto', S390, lambda i: "<crypto model='virtio' type='qemu'><backend model='builtin'/></crypto>"),
    ('panic', S390, lambda i: "<panic model='s390'/>"),
    ('panic pv', Q35, lambda i: "<panic model='isa'/>"),
    ('pstore', PC, lambda i: f"<pstore backend='acpi-erst'><path>/p/{i}</path><size unit='KiB'>64</size>{slot(i)}"
     "</pstore>"),
    ('smartcard', Q35, lambda i: f"<smartcard mode='passthrough' type='unix'><source mode='bind' path='/s/{i}'/>"
     "</smartcard>"),
    ('smartcard, addressed', Q35, lambda i: f"<smartcard mode='passthrough' type='unix'><source mode='bind' "
     f"path='/s/{i}'/><address type='ccid' controller='{i}' slot='0'/></smartcard>"),
    ('tpm', Q35, lambda i: "<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>"),
    ('redirdev', Q35, lambda i: f"<redirdev bus='usb' type='tcp'><source mode='connect' host='h' service='{i + 1}'/>"
     "</redirdev>"),
    ('redirdev spice', Q35, lambda i: "<redirdev bus='usb' type='spicevmc'/>"),
    ('redirfilter', Q35, lambda i: f"<redirfilter><usbdev vendor='0x{i:04x}' allow='no'/></redirfilter>"),
    ('hub', Q35, lambda i: "<hub type='usb'/>"),
    ('graphics vnc, autoport', Q35, lambda i: "<graphics type='vnc' autoport='yes'/>"),
    ('graphics vnc, ports', Q35, lambda i: f"<graphics type='vnc' port='{5900 + i}' websocket='{16000 + i}'/>"),
    ('graphics vnc, socket', Q35, lambda i: f"<graphics type='vnc' socket='/v/{i}'/>"),
    ('graphics vnc and websocket', Q35, lambda i: "<graphics type='vnc' autoport='yes' websocket='-1'/>"),
    ('graphics spice', Q35, lambda i: "<graphics type='spice' autoport='yes' tlsPort='-1'/>"),
    ('graphics sdl', Q35, lambda i: "<graphics type='sdl'/>"),
    ('graphics egl', Q35, lambda i: "<graphics type='egl-headless'/>"),
    ('audio', Q35, lambda i: f"<audio id='{i + 1}' type='none'/>"),
    ('audio, one id', Q35, lambda i: "<audio id='1' type='none'/>"),
    ('nvram', POWER, lambda i: "<nvram/>"),
    ('lease', Q35, lambda i: f"<lease><lockspace>l</lockspace><key>k{i}</key><target path='/l/{i}'/></lease>"),
    ('unknown device', Q35, lambda i: f"<thing{i}/>"),
    ('unknown attributes of devices', S390, lambda i: disk(i, 'virtio', 'vd', "<thing a='1' b='2'/>")),
    ('device of an unknown word', Q35, lambda i: "<interface type='usr'><model type='virtio'/></interface>"),
]


def each(text):
    return lambda n: '\n'.join(text(i) for i in range(n))


# name, what stands beside <devices>, what stands in it, attributes of <domain>
OTHERS = [
    ('attributes on one element', lambda n: '<features ' + each(lambda i: f"a{i}='' ")(n) + '/>', None),
    ('attributes on one device', None, lambda n: '<rng ' + each(lambda i: f"a{i}='' ")(n) + '/>'),
    ('unknown elements', each(lambda i: '<a/>'), None),
    ('unknown elements, many names', each(lambda i: f'<a{i}/>'), None),
    ('unknown attributes', each(lambda i: "<a b='c'/>"), None),
    ('deep elements', lambda n: each(lambda i: nested(100))(n // 100), None),
    ('comments', each(lambda i: '<!-- a -->'), None),
    ('instructions', each(lambda i: '<?a b?>'), None),
    ('text', each(lambda i: 'a <a/>'), None),
    ('long text', lambda n: '<title>' + 'a b ' * n * 20 + '</title>', None),
    ('lines', lambda n: '\n' * n * 20, None),
    ('entities of characters', lambda n: '<description>' + '&#65;&lt;' * n + '</description>', None),
    ('metadata', lambda n: '<metadata>' + each(lambda i: f"<m:x{i} xmlns:m='u'/>")(n) + '</metadata>', None),
    ('namespaces', lambda n: '<metadata>' + each(lambda i: f"<m{i}:x xmlns:m{i}='u{i}'/>")(n) + '</metadata>', None),
    ('several <devices>', each(lambda i: f"<devices><audio id='{i + 1}' type='none'/></devices>"), None),
    ('<features> many times', each(lambda i: '<features><acpi/></features>'), None),
    ('seclabel', each(lambda i: "<seclabel type='none'/>"), None),
    ('sysinfo', lambda n: each(lambda i: f"<sysinfo type='fwcfg'><entry name='opt/{i}'>v</entry></sysinfo>")(n), None),
    ('sysinfo oem', lambda n: "<sysinfo type='smbios'><oemStrings>" + each(lambda i: f'<entry>s{i}</entry>')(n) +
     '</oemStrings></sysinfo>', None),
    ('fw_cfg entries', lambda n: "<sysinfo type='fwcfg'>" + each(lambda i: f"<entry name='opt/org.x/{i}'>v</entry>")(n)
     + '</sysinfo>', None),
    ('baseBoard', lambda n: "<sysinfo type='smbios'>" + each(lambda i: f"<baseBoard><entry name='serial'>{i}</entry></baseBoard>")(n) + '</sysinfo>', None),
    ('vcpus', lambda n: f'<vcpu>{n}</vcpu><vcpus>' + each(lambda i: f"<vcpu id='{i}' enabled='yes' hotpluggable='no'/>")(n)
     + '</vcpus>', None),
    ('vcpu number', lambda n: f'<vcpu>{n}</vcpu>', None),
    ('vcpupin', lambda n: f'<vcpu>{n}</vcpu><cputune>' + each(lambda i: f"<vcpupin vcpu='{i}' cpuset='{i % 64}'/>")(n)
     + '</cputune>', None),
    ('vcpusched', lambda n: f'<vcpu>{n}</vcpu><cputune>' + each(lambda i: f"<vcpusched vcpus='{i}' scheduler='idle'/>")(n)
     + '</cputune>', None),
    ('cachetune', lambda n: f'<vcpu>{n}</vcpu><cputune>' +
     each(lambda i: f"<cachetune vcpus='{i}'><cache id='0' level='3' type='both' size='1' unit='MiB'/></cachetune>")(n)
     + '</cputune>', None),
    ('memorytune', lambda n: f'<vcpu>{n}</vcpu><cputune>' +
     each(lambda i: f"<memorytune vcpus='{i}'><node id='0' bandwidth='50'/></memorytune>")(n) + '</cputune>', None),
    ('memorytune nodes', lambda n: '<vcpu>1</vcpu><cputune><memorytune vcpus="0">' +
     each(lambda i: f"<node id='{i}' bandwidth='50'/>")(n) + '</memorytune></cputune>', None),
    ('set of every other processor', lambda n: f"<vcpu cpuset='{','.join(str(2 * i) for i in range(n))}'>2</vcpu>", None),
    ('iothreads', lambda n: f'<iothreads>{n}</iothreads>', None),
    ('iothreadids', lambda n: '<iothreadids>' + each(lambda i: f"<iothread id='{i + 1}'/>")(n) + '</iothreadids>', None),
    ('iothreadids back', lambda n: f'<iothreads>{n}</iothreads><iothreadids>' +
     each(lambda i: f"<iothread id='{2 * n - i}'/>")(n // 2) + '</iothreadids>', None),
    ('iothread of each disk', lambda n: f'<iothreads>{n}</iothreads>', each(lambda i: f"<disk type='file'>"
     f"<driver type='raw' iothread='{i + 1}'/><source file='/i/{i}'/><target dev='vd{letters(i)}' bus='virtio'/>"
     "<address type='ccw' cssid='0xfe' ssid='0x0' devno='0x%04x'/></disk>" % i)),
    ('iothreads of one disk', lambda n: f'<iothreads>{n}</iothreads>', lambda n: "<disk type='file'><driver type='raw'>"
     '<iothreads>' + each(lambda i: f"<iothread id='{i + 1}'/>")(n) + "</iothreads></driver><source file='/i'/>"
     "<target dev='vda' bus='virtio'/></disk>"),
    ('queues of one disk', lambda n: f'<iothreads>{1}</iothreads>', lambda n: f"<disk type='file'><driver type='raw' queues='{n}'>"
     "<iothreads><iothread id='1'>" + each(lambda i: f"<queue id='{i}'/>")(n) + "</iothread></iothreads></driver><source file='/i'/>"
     "<target dev='vda' bus='virtio'/></disk>"),
    ('numa cells', lambda n: f'<vcpu>{n}</vcpu><cpu><numa>' + each(lambda i: f"<cell id='{i}' cpus='{i}' memory='1' "
     "unit='MiB'/>")(n) + '</numa></cpu>', None),
    ('numa distances', lambda n: f"<vcpu>2</vcpu><cpu><numa><cell id='0' cpus='0-1' memory='64' unit='MiB'><distances>" +
     each(lambda i: f"<sibling id='{i}' value='20'/>")(n) + '</distances></cell></numa></cpu>', None),
    ('numa latencies', lambda n: f"<vcpu>2</vcpu><cpu><numa><cell id='0' cpus='0-1' memory='64' unit='MiB'/>"
     '<interconnects>' + each(lambda i: "<latency initiator='0' target='0' type='access' value='5'/>")(n) +
     '</interconnects></numa></cpu>', None),
    ('memnode', lambda n: '<numatune>' + each(lambda i: f"<memnode cellid='{i}' mode='strict' nodeset='0'/>")(n) + '</numatune>', None),
    ('huge pages', lambda n: '<memoryBacking><hugepages>' + each(lambda i: f"<page size='2' unit='MiB' nodeset='{i}'/>")(n) +
     '</hugepages></memoryBacking>', None),
    ('cpu features', lambda n: "<cpu mode='custom'><model>qemu64</model>" + each(lambda i: f"<feature policy='require' name='f{i}'/>")(n) + '</cpu>', None),
    ('cpu features, the same', lambda n: "<cpu mode='custom'><model>qemu64</model>" + each(lambda i: "<feature policy='require' name='vmx'/>")(n) + '</cpu>', None),
    ('timers', lambda n: "<clock offset='utc'>" + each(lambda i: "<timer name='hpet' present='no'/>")(n) + '</clock>', None),
    ('boot', lambda n: ('<BOOT>' + each(lambda i: "<boot dev='hd'/>")(n)), None),
    ('acpi tables', lambda n: '<BOOT><acpi>' + each(lambda i: f"<table type='raw'>/a/{i}</table>")(n) + '</acpi>', None),
    ('qemu:arg', lambda n: '<qemu:commandline>' + each(lambda i: f"<qemu:arg value='a{i}'/>")(n) + '</qemu:commandline>', None),
    ('qemu:arg -device', lambda n: '<qemu:commandline>' + each(lambda i: f"<qemu:arg value='-device'/><qemu:arg value='virtio-rng-ccw,id=x{i}'/>")(n) + '</qemu:commandline>', None),
    ('qemu:env', lambda n: '<qemu:commandline>' + each(lambda i: f"<qemu:env name='A{i}' value='v'/>")(n) + '</qemu:commandline>', None),
    ('qemu:add', lambda n: '<qemu:capabilities>' + each(lambda i: f"<qemu:add capability='a{i}'/>")(n) + '</qemu:capabilities>', None),
    ('qemu:override', lambda n: '<qemu:override>' + each(lambda i: f"<qemu:device alias='virtio-disk{i}'><qemu:frontend>"
     "<qemu:property name='x' type='string' value='y'/></qemu:frontend></qemu:device>")(n) + '</qemu:override>',
     each(lambda i: disk(i, 'virtio', 'vd'))),
    ('qemu:property', lambda n: "<qemu:override><qemu:device alias='virtio-disk0'><qemu:frontend>" +
     each(lambda i: f"<qemu:property name='x{i}' type='string' value='y'/>")(n) + '</qemu:frontend></qemu:device></qemu:override>',
     lambda n: disk(0, 'virtio', 'vd')),
    ('throttle groups', lambda n: '<throttlegroups>' + each(lambda i: f'<throttlegroup><group_name>g{i}</group_name><total_bytes_sec>9</total_bytes_sec></throttlegroup>')(n)
     + '</throttlegroups>', each(lambda i: disk(i, 'virtio', 'vd', f"<throttlefilters><throttlefilter group='g{i}'/></throttlefilters>"))),
    ('throttle filters of one disk', lambda n: '<throttlegroups>' + each(lambda i: f'<throttlegroup><group_name>g{i}</group_name><total_bytes_sec>9</total_bytes_sec></throttlegroup>')(n)
     + '</throttlegroups>', lambda n: disk(0, 'virtio', 'vd', '<throttlefilters>' + each(lambda i: f"<throttlefilter group='g{i}'/>")(n) + '</throttlefilters>')),
    ('backing chain', None, lambda n: "<disk type='file'><driver type='qcow2'/><source file='/i'/>" +
     each(lambda i: f"<backingStore type='file'><format type='qcow2'/><source file='/i/{i}'/>")(min(n // 100, 100)) +
     '</backingStore>' * min(n // 100, 100) + "<target dev='vda' bus='virtio'/></disk>"),
    ('hosts of one disk', None, lambda n: "<disk type='network'><source protocol='rbd' name='p/i'>" +
     each(lambda i: f"<host name='h{i}' port='1'/>")(n) + "</source><target dev='vda' bus='virtio'/></disk>"),
    ('cookies of one disk', None, lambda n: "<disk type='network'><source protocol='https' name='i'><host name='h'/><cookies>" +
     each(lambda i: f"<cookie name='c{i}'>v</cookie>")(n) + "</cookies></source><target dev='vda' bus='virtio'/></disk>"),
    ('seclabels of one disk', None, lambda n: "<disk type='file'><source file='/i'>" +
     each(lambda i: "<seclabel relabel='no'/>")(n) + "</source><target dev='vda' bus='virtio'/></disk>"),
    ('secrets of one disk', None, lambda n: "<disk type='file'><source file='/i'><encryption format='luks'>" +
     each(lambda i: f"<secret type='passphrase' uuid='{uuid(i)}'/>")(n) + "</encryption></source><target dev='vda' bus='virtio'/></disk>"),
    ('statistics of one disk', None, lambda n: "<disk type='file'><driver><statistics>" +
     each(lambda i: f"<statistic interval='{i + 1}'/>")(n) + "</statistics></driver><source file='/i'/><target dev='vda' bus='virtio'/></disk>"),
    ('slices of one disk', None, lambda n: "<disk type='file'><source file='/i'><slices>" +
     each(lambda i: f"<slice type='storage' offset='{i}' size='1'/>")(n) + "</slices></source><target dev='vda' bus='virtio'/></disk>"),
    ('addresses of one interface', None, lambda n: "<interface type='user'><backend type='passt'/>" +
     each(lambda i: f"<ip family='ipv4' address='10.0.{i >> 8}.{i & 255}' prefix='24'/>")(n) + '</interface>'),
    ('routes of one interface', None, lambda n: "<interface type='user'><backend type='passt'/>" +
     each(lambda i: f"<route family='ipv4' address='10.0.{i >> 8}.{i & 255}' prefix='24' gateway='10.0.0.1'/>")(n) + '</interface>'),
    ('forwards of one interface', None, lambda n: "<interface type='user'><backend type='passt'/>" +
     each(lambda i: f"<portForward proto='tcp'><range start='{i + 1}'/></portForward>")(n) + '</interface>'),
    ('ranges of one forward', None, lambda n: "<interface type='user'><backend type='passt'/><portForward proto='tcp'>" +
     each(lambda i: f"<range start='{i + 1}'/>")(n) + '</portForward></interface>'),
    ('codecs of one sound', None, lambda n: "<sound model='ich6'>" + each(lambda i: "<codec type='duplex'/>")(n) + '</sound>'),
    ('certificates of one smartcard', None, lambda n: "<smartcard mode='host-certificates'>" + each(lambda i: f'<certificate>c{i}</certificate>')(n) + '</smartcard>'),
    ('channels of SPICE', None, lambda n: "<graphics type='spice' autoport='yes'>" + each(lambda i: "<channel name='main' mode='secure'/>")(n) + '</graphics>'),
    ('listens of VNC', None, lambda n: "<graphics type='vnc' autoport='yes'>" + each(lambda i: f"<listen type='address' address='10.0.{i >> 8}.{i & 255}'/>")(n) + '</graphics>'),
    ('rules of redirfilter', None, lambda n: '<redirfilter>' + each(lambda i: f"<usbdev vendor='0x{i:04x}' allow='no'/>")(n) + '</redirfilter>'),
    ('ids of virtiofs', None, lambda n: "<filesystem type='mount'><driver type='virtiofs'/><source dir='/d'/><target dir='t'/><idmap>" +
     each(lambda i: f"<uid start='{i}' target='{i}' count='1'/>")(n) + '</idmap></filesystem>'),
    ('vlan tags', None, lambda n: "<interface type='bridge'><source bridge='b'/><vlan>" + each(lambda i: f"<tag id='{i % 4095}'/>")(n) + '</vlan></interface>'),
    ('serials and consoles', None, lambda n: each(lambda i: chardev('serial', i, '') + chardev('console', i, ''))(n // 2)),
    ('every sort of USB', None, lambda n: each(lambda i: "<input type='tablet' bus='usb'/><hub type='usb'/><redirdev bus='usb' type='spicevmc'/>" +
                                             "<sound model='usb'/>")(n // 4)),
    ('blkiotune devices', lambda n: '<blkiotune>' + each(lambda i: f"<device><path>/dev/d{i}</path><weight>500</weight></device>")(n) + '</blkiotune>', None),
    ('perf events', lambda n: '<perf>' + each(lambda i: "<event name='cmt' enabled='yes'/>")(n) + '</perf>', None),
    ('description', lambda n: '<description>' + each(lambda i: f'line {i}\n')(n) + '</description>', None),
]
BOARDS = {'codecs of one sound': PC, 'channels of SPICE': Q35, 'listens of VNC': Q35, 'every sort of USB': Q35, 'cpu features': Q35, 'cpu features, the same': Q35,
          'serials and consoles': Q35, 'timers': Q35, 'numa cells': Q35, 'numa distances': Q35, 'numa latencies': Q35,
          'rules of redirfilter': Q35, 'certificates of one smartcard': Q35, 'sysinfo oem': Q35, 'baseBoard': Q35}


def domain(board, beside, devices):
    boot, beside = (beside.removeprefix('<BOOT>'), '') if beside.startswith('<BOOT>') else ('', beside)
    features = '<features><acpi/></features>' if board in (PC, Q35, VIRT) and '<features' not in beside else ''
    memory = "<maxMemory slots='256' unit='GiB'>4096</maxMemory>" if '<memory ' in devices else ''
    cpu = "<cpu><numa><cell id='0' cpus='0' memory='1024' unit='MiB'/></numa></cpu>" if memory else ''
    balloon = '' if '<memballoon' in devices else "<memballoon model='none'/>"
    if 'bus=' in devices and "slot='1' function='0' multifunction" in devices:
        devices = bridges(devices.count("type='pci' bus=")) + devices
    return (f"<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>\n<name>g</name>{memory}"
            f"<memory unit='MiB'>1024</memory>{cpu}<os><type arch='{board[0]}' machine='{board[1]}'>hvm</type>{boot}</os>"
            f"{features}\n{beside}\n<devices><emulator>/usr/bin/qemu-system-{board[0]}</emulator>{balloon}\n{devices}"
            "</devices></domain>\n")


def shapes():
    """(name, make(n)) of each."""
    for name, board, device in DEVICES:
        yield name, lambda n, board=board, device=device: domain(board, '', '\n'.join(map(device, range(n))))
    for name, beside, devices in OTHERS:
        yield name, lambda n, name=name, beside=beside, devices=devices: domain(
            BOARDS.get(name, S390), beside(n) if beside else '', devices(n) if devices else '')
