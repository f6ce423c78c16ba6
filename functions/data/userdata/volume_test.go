package userdata

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	device     = "dev/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0"
	deviceSize = 64 << 20
	fstabRoot  = "# the root disk\nUUID=aaaa-root / xfs defaults,noatime 1 1\n"
	fstabData  = "UUID=bbbb-data /var/lib/clickhouse xfs defaults,noatime,nofail,x-systemd.device-timeout=10min 0 0\n"
	mkfs       = "mkfs.xfs -q -L clickhouse /" + device
)

// newDisk returns a machine to which a blank volume is attached: a file, and stubs of the block tools that behave as the
// real ones do with a blank disk, and after mkfs.xfs with one that holds XFS.
func newDisk(t *testing.T) *machine {
	t.Helper()
	m := newMachine(t)
	m.attach(nil)
	m.stub("blkid", `case "$* $(cat "$state/type" 2>/dev/null)" in *TYPE*xfs) echo xfs ;; *UUID*xfs) echo bbbb-data ;; *) exit 2 ;; esac`)
	m.stub("wipefs", `:`)
	m.stub("lsblk", `echo "nvme1n1 "`)
	m.stub("findmnt", `cat "$state/mounted" 2>/dev/null`)
	m.stub("mkfs.xfs", `echo xfs >"$state/type"`)
	m.stub("mount", `echo "$root/`+device+`" >"$state/mounted"`)
	m.stub("systemctl", `:`)
	return m
}

// attach makes the volume's device a file of zeros, but for the bytes at the offsets.
func (m *machine) attach(content map[int64]string) {
	m.t.Helper()
	m.write(device, "")
	f, err := os.OpenFile(m.path(device), os.O_WRONLY, 0)
	if err != nil {
		m.t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // what was written is read by the test
	if err := f.Truncate(deviceSize); err != nil {
		m.t.Fatal(err)
	}
	for offset, text := range content {
		if _, err := f.WriteAt([]byte(text), offset); err != nil {
			m.t.Fatal(err)
		}
	}
}

// mountVolume runs the script's step. Files stand in for block devices, which `test -b` would tell apart.
func (m *machine) mountVolume() result {
	m.t.Helper()
	return m.run(production, `test() { [[ $1 == -b && -e $2 ]]; }; mount_volume`)
}

func TestVolume(t *testing.T) {
	cases := map[string]struct {
		reason  string
		machine func(m *machine)
		params  ClickHouse
		ok      bool
		says    string   // part of the output
		changes []string // calls that change a disk or a mount
		fstab   string
	}{
		"Blank": {
			reason:  "Should format a blank volume once, and mount it as the next boot will.",
			machine: func(*machine) {},
			ok:      true,
			says:    "volume vol-0123456789abcdef0 is blank",
			changes: []string{mkfs, "mount --fstab /etc/fstab /var/lib/clickhouse"},
			fstab:   fstabRoot + fstabData,
		},
		"HoldsXFS": {
			reason:  "Should keep the filesystem of an earlier instance, or of a restored backup.",
			machine: func(m *machine) { m.set("type", "xfs") },
			ok:      true,
			says:    "holds a filesystem: keeping it",
			changes: []string{"mount --fstab /etc/fstab /var/lib/clickhouse"},
			fstab:   fstabRoot + fstabData,
		},
		"StaleFstab": {
			reason: "Should replace an earlier line for the directory, and leave every other line alone.",
			machine: func(m *machine) {
				m.set("type", "xfs")
				m.write("etc/fstab", "UUID=cccc-old "+m.path("var/lib/clickhouse")+" xfs defaults 0 0\n"+fstabRoot+"tmpfs /tmp$HOME tmpfs `x` 0 0\n")
			},
			ok:      true,
			changes: []string{"mount --fstab /etc/fstab /var/lib/clickhouse"},
			fstab:   fstabRoot + "tmpfs /tmp$HOME tmpfs `x` 0 0\n" + fstabData,
		},
		"Mounted": {
			reason:  "Should do nothing to a volume that is mounted already.",
			machine: func(m *machine) { m.set("type", "xfs"); m.set("mounted", m.path(device)) },
			ok:      true,
			says:    "is mounted at",
			fstab:   fstabRoot,
		},
		"AnotherMounted": {
			reason:  "Should stop when another disk is mounted where the data belongs.",
			machine: func(m *machine) { m.set("mounted", "/dev/other") },
			says:    "/dev/other is mounted at",
			fstab:   fstabRoot,
		},
		"Ext4": {
			reason:  "Should never format a volume that holds another filesystem.",
			machine: func(m *machine) { m.stub("blkid", `echo ext4`) },
			says:    "holds ext4, not XFS: not touching it",
			fstab:   fstabRoot,
		},
		"PartitionTable": {
			reason:  "Should never format a volume that blkid knows to have partitions: it succeeds, and prints no type.",
			machine: func(m *machine) { m.stub("blkid", `:`) },
			says:    "holds a partition table, not XFS: not touching it",
			fstab:   fstabRoot,
		},
		"Ambivalent": {
			reason:  "Should never format a volume in which blkid sees several things, its exit status 8.",
			machine: func(m *machine) { m.stub("blkid", `exit 8`) },
			says:    "blkid cannot tell what volume vol-0123456789abcdef0 holds (exit status 8)",
			fstab:   fstabRoot,
		},
		"BlkidFails": {
			reason:  "Should never format a volume because blkid failed, even if it printed what it expected.",
			machine: func(m *machine) { m.stub("blkid", `echo xfs; exit 4`) },
			says:    "exit status 4",
			fstab:   fstabRoot,
		},
		"BlkidMissing": {
			reason:  "Should never format a volume because there is no blkid.",
			machine: func(m *machine) { m.stub("blkid", `exit 127`) },
			says:    "exit status 127",
			fstab:   fstabRoot,
		},
		"BlkidSawNothingWipefsDid": {
			reason:  "Should never format a volume whose content blkid has missed, but wipefs sees: 2 also means that it could not look.",
			machine: func(m *machine) { m.stub("wipefs", `echo xfs`) },
			says:    "holds xfs: not touching it",
			fstab:   fstabRoot,
		},
		"WipefsFails": {
			reason:  "Should never format a volume that wipefs cannot read.",
			machine: func(m *machine) { m.stub("wipefs", `exit 1`) },
			says:    "wipefs cannot read volume",
			fstab:   fstabRoot,
		},
		"HasPartitions": {
			reason:  "Should never format a volume that the kernel knows to have partitions.",
			machine: func(m *machine) { m.stub("lsblk", `printf 'nvme1n1 \nnvme1n1p1 \n'`) },
			says:    "has partitions or is in use",
			fstab:   fstabRoot,
		},
		"MountedElsewhere": {
			reason:  "Should never format a volume that is mounted somewhere: the root disk, say.",
			machine: func(m *machine) { m.stub("lsblk", `echo "nvme0n1 /"`) },
			says:    "has partitions or is in use",
			fstab:   fstabRoot,
		},
		"LsblkFails": {
			reason:  "Should never format a volume that lsblk cannot read, or says nothing of.",
			machine: func(m *machine) { m.stub("lsblk", `exit 32`) },
			says:    "lsblk cannot read volume",
			fstab:   fstabRoot,
		},
		"LsblkSilent": {
			reason:  "Should never format a volume of which lsblk says nothing.",
			machine: func(m *machine) { m.stub("lsblk", `:`) },
			says:    "has partitions or is in use",
			fstab:   fstabRoot,
		},
		"UnknownAtStart": {
			reason:  "Should never format a volume with data that no tool recognises, such as a filesystem whose first block is damaged.",
			machine: func(m *machine) { m.attach(map[int64]string{10 << 20: "precious"}) },
			says:    "holds data that nothing recognises: not touching it",
			fstab:   fstabRoot,
		},
		"UnknownAtEnd": {
			reason:  "Should never format a volume with data at its end, where some RAID and partition tables keep theirs.",
			machine: func(m *machine) { m.attach(map[int64]string{deviceSize - 8: "precious"}) },
			says:    "holds data that nothing recognises: not touching it",
			fstab:   fstabRoot,
		},
		"UnknownWithin": {
			reason:  "Should never format a volume with data in between, such as a filesystem whose start has been overwritten.",
			machine: func(m *machine) { m.attach(map[int64]string{deviceSize / 4: "XFSB"}) },
			says:    "holds data that nothing recognises: not touching it",
			fstab:   fstabRoot,
		},
		"CannotBeRead": {
			reason:  "Should never format a volume whose bytes cannot be read.",
			machine: func(m *machine) { m.stub("python3", `exit 1`) },
			says:    "cannot read volume",
			fstab:   fstabRoot,
		},
		"ReadSaysNothing": {
			reason:  "Should never format a volume because nothing was said against it.",
			machine: func(m *machine) { m.stub("python3", `:`) },
			says:    "not touching it",
			fstab:   fstabRoot,
		},
		"NoSize": {
			reason: "Should never format a volume that has no size yet.",
			machine: func(m *machine) {
				if err := os.Truncate(m.path(device), 0); err != nil {
					m.t.Fatal(err)
				}
			},
			says:  "0 bytes are no volume",
			fstab: fstabRoot,
		},
		"MkfsRefuses": {
			reason:  "Should not force mkfs.xfs, the last to look, when it refuses.",
			machine: func(m *machine) { m.stub("mkfs.xfs", `exit 1`) },
			says:    "mkfs.xfs has refused",
			changes: []string{mkfs},
			fstab:   fstabRoot,
		},
		"FstabCannotBeRead": {
			reason:  "Should not write an fstab without the root disk because the present one could not be read.",
			machine: func(m *machine) { m.set("type", "xfs"); m.stub("awk", `exit 2`) },
			says:    "cannot read",
			fstab:   fstabRoot,
		},
		"MountFails": {
			reason:  "Should stop when the volume cannot be mounted: what follows would write to the root disk.",
			machine: func(m *machine) { m.set("type", "xfs"); m.stub("mount", `exit 32`) },
			says:    "cannot mount volume",
			changes: []string{"mount --fstab /etc/fstab /var/lib/clickhouse"},
			fstab:   fstabRoot + fstabData,
		},
		"NeverAttached": {
			reason: "Should give up on a volume that is not attached in time, and touch no other disk.",
			machine: func(m *machine) {
				if err := os.Rename(m.path(device), m.path("dev/nvme-Amazon_Elastic_Block_Store_vol00000000000000000")); err != nil {
					m.t.Fatal(err)
				}
			},
			says:  "volume vol-0123456789abcdef0 has not been attached within 0 seconds",
			fstab: fstabRoot,
		},
		"NotAVolume": {
			reason:  "Should refuse what is not the id of a volume, rather than look for a device by it.",
			machine: func(*machine) {},
			params:  ClickHouse{VolumeID: "vol-", Region: "r", SecretID: "s", Version: "1.1"},
			says:    "vol- is not the id of a volume",
			fstab:   fstabRoot,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := newDisk(t)
			tc.machine(m)
			params := production
			if tc.params != (ClickHouse{}) {
				params = tc.params
			}
			got := m.run(params, `test() { [[ $1 == -b && -e $2 ]]; }; mount_volume`)

			if got.ok != tc.ok || !strings.Contains(got.output, tc.says) {
				t.Errorf("%s\nmount_volume: ok %t, want %t, saying %q:\n%s", tc.reason, got.ok, tc.ok, tc.says, got.output)
			}
			if diff := cmp.Diff(tc.changes, m.calls("mkfs.xfs", "mount", "umount")); diff != "" {
				t.Errorf("%s\nmount_volume: calls that change something: -want, +got:\n%s\n%s", tc.reason, diff, got.output)
			}
			if diff := cmp.Diff(tc.fstab, m.read("etc/fstab")); diff != "" {
				t.Errorf("%s\nfstab: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestVolumeTwice(t *testing.T) {
	m := newDisk(t)
	for range 2 {
		if got := m.mountVolume(); !got.ok {
			t.Fatalf("mount_volume: %s", got.output)
		}
	}
	if err := os.Remove(filepath.Join(m.state, "mounted")); err != nil { // as if a boot had not mounted it
		t.Fatal(err)
	}
	if got := m.mountVolume(); !got.ok {
		t.Fatalf("mount_volume: %s", got.output)
	}
	mounts := "mount --fstab /etc/fstab /var/lib/clickhouse"
	if diff := cmp.Diff([]string{mkfs, mounts, mounts}, m.calls("mkfs.xfs", "mount")); diff != "" {
		t.Errorf("Should format once, and mount what is not mounted: -want, +got:\n%s", diff)
	}
	if diff := cmp.Diff(fstabRoot+fstabData, m.read("etc/fstab")); diff != "" {
		t.Errorf("Should have one line in fstab however often it runs: -want, +got:\n%s", diff)
	}
}

func TestVolumeAttachedLate(t *testing.T) {
	m := newDisk(t)
	late := m.path("late")
	if err := os.Rename(m.path(device), late); err != nil {
		t.Fatal(err)
	}
	got := m.run(production, `
		volume_patience=60
		sleep() { mv `+quote(late)+` `+quote(m.path(device))+`; }
		test() { [[ $1 == -b && -e $2 ]]; }
		mount_volume`)
	if !got.ok {
		t.Errorf("Should wait for a volume that is attached after the instance runs:\n%s", got.output)
	}
}

// TestRealVolume does to a loop device what the stubs only claim.
func TestRealVolume(t *testing.T) {
	cases := map[string]struct {
		reason  string
		prepare string // shell, with the device as $1
		ok      bool
		says    string
	}{
		"Blank":       {reason: "Should format a blank volume.", prepare: `:`, ok: true, says: "is blank"},
		"XFS":         {reason: "Should keep XFS.", prepare: `mkfs.xfs -q "$1"`, ok: true, says: "holds a filesystem: keeping it"},
		"Ext4":        {reason: "Should not touch ext4.", prepare: `mkfs.ext4 -q "$1"`, says: "holds ext4, not XFS"},
		"Swap":        {reason: "Should not touch swap.", prepare: `mkswap "$1"`, says: "holds swap, not XFS"},
		"Partitions":  {reason: "Should not touch a partition table.", prepare: `printf '\x83\0\0\0\0\x08\0\0\0\0\x08\0' | dd of="$1" bs=1 seek=450 status=none; printf '\x55\xaa' | dd of="$1" bs=1 seek=510 status=none`, says: "holds a partition table, not XFS"},
		"BackupGPT":   {reason: "Should not touch a GPT of which only the copy at the end is left.", prepare: `printf 'EFI PART' | dd of="$1" bs=512 seek=$(($(blockdev --getsz "$1") - 1)) status=none`, says: "not touching it"},
		"DamagedXFS":  {reason: "Should not touch XFS that has lost its first block, which blkid calls nothing.", prepare: `mkfs.xfs -q "$1"; dd if=/dev/zero of="$1" bs=512 count=1 status=none`, says: "holds data that nothing recognises"},
		"WipedXFS":    {reason: "Should not touch XFS of which only the start has been wiped: the rest can be repaired.", prepare: `mkfs.xfs -q "$1"; dd if=/dev/zero of="$1" bs=1M count=16 status=none`, says: "holds data that nothing recognises"},
		"UnknownData": {reason: "Should not touch what nothing recognises.", prepare: `dd if=/dev/urandom of="$1" bs=1M count=1 status=none`, says: "holds data that nothing recognises"},
		"TwoThings":   {reason: "Should not touch what could be two things.", prepare: `mkfs.xfs -q "$1"; mkswap --force "$1"; printf 'XFSB' | dd of="$1" conv=notrunc status=none`, says: "not touching it"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			loop := m.loop()
			shell(t, tc.prepare, loop)
			copied := filepath.Join(m.state, "copy")
			shell(t, `cp --sparse=auto "$1" "$2"`, filepath.Join(m.state, "volume"), copied)

			got := m.run(production, "mount_volume")

			if got.ok != tc.ok || !strings.Contains(got.output, tc.says) {
				t.Errorf("%s\nmount_volume: ok %t, want %t, saying %q:\n%s", tc.reason, got.ok, tc.ok, tc.says, got.output)
			}
			if tc.ok {
				return
			}
			if out, err := exec.CommandContext(t.Context(), "cmp", loop, copied).CombinedOutput(); err != nil {
				t.Errorf("%s\nThe volume's bytes have changed: %v: %s", tc.reason, err, out)
			}
		})
	}
}

// TestRealVolumeLife follows a volume from its first instance to a second one, which finds it enlarged.
func TestRealVolumeLife(t *testing.T) {
	m := newMachine(t)
	loop := m.loop()
	data := m.path("var/lib/clickhouse")
	run := func(commands string) {
		t.Helper()
		if got := m.run(production, commands); !got.ok {
			t.Fatalf("%s:\n%s", commands, got.output)
		}
	}

	run("mount_volume; grow")
	if label := shell(t, `blkid --probe --match-tag LABEL --output value "$1"`, loop); label != "clickhouse" {
		t.Errorf("The filesystem's label: want clickhouse, got %q", label)
	}
	m.write("var/lib/clickhouse/part", "precious")
	size := filesystemSize(t, data)

	run("mount_volume; grow")
	shell(t, `umount "$1"`, data)
	m.write("etc/fstab", fstabRoot) // another root disk
	shell(t, `truncate --size=512M "$2"; losetup --set-capacity "$1"`, loop, filepath.Join(m.state, "volume"))
	run("mount_volume; mount_volume")
	if got := m.read("var/lib/clickhouse/part"); got != "precious" {
		t.Errorf("The data should be there on the second instance, got %q", got)
	}
	if lines := strings.Count(m.read("etc/fstab"), "/var/lib/clickhouse"); lines != 1 {
		t.Errorf("fstab should have one line for the volume, has %d", lines)
	}
	run("grow")
	if grown := filesystemSize(t, data); grown <= size {
		t.Errorf("The filesystem should fill the enlarged volume: %d bytes before, %d after", size, grown)
	}
}

// loop attaches a blank 320 MiB loop device as the volume, with the real block tools. Small as can be: mkfs.xfs makes no
// filesystem under 300 MiB.
func (m *machine) loop() string {
	m.t.Helper()
	if os.Getuid() != 0 {
		m.t.Skip("SKIPPED: only root may use loop devices: the volume was only tried with stubs")
	}
	for _, name := range []string{"losetup", "mkfs.xfs", "xfs_growfs", "mkfs.ext4", "mkswap"} {
		if _, err := exec.LookPath(name); err != nil {
			m.t.Skipf("SKIPPED: there is no %s (Debian: apt-get install xfsprogs e2fsprogs): the volume was only tried with stubs", name)
		}
	}
	m.real("blkid", "findmnt", "lsblk", "mkfs.xfs", "mount", "umount", "wipefs", "xfs_growfs")
	m.stub("systemctl", `:`)
	file := filepath.Join(m.state, "volume")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		m.t.Fatal(err)
	}
	if err := os.Truncate(file, 320<<20); err != nil {
		m.t.Fatal(err)
	}
	out, err := exec.CommandContext(m.t.Context(), "losetup", "--find", "--show", file).Output()
	loop := strings.TrimSpace(string(out))
	if err != nil {
		m.t.Skipf("SKIPPED: no loop device can be had here (%v): the volume was only tried with stubs", err)
	}
	m.t.Cleanup(func() {
		// The test's own context is over by now.
		_ = exec.Command("umount", "--quiet", m.path("var/lib/clickhouse")).Run()
		if out, err := exec.Command("losetup", "--detach", loop).CombinedOutput(); err != nil {
			m.t.Errorf("losetup --detach %s: %v: %s", loop, err, out)
		}
	})
	if err := os.Symlink(loop, m.path(device)); err != nil {
		m.t.Fatal(err)
	}
	return loop
}

// shell runs commands that must succeed.
func shell(t *testing.T, commands string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash", append([]string{"-euc", commands, "bash"}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", commands, err, out)
	}
	return strings.TrimSpace(string(out))
}

func filesystemSize(t *testing.T, dir string) uint64 {
	t.Helper()
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		t.Fatal(err)
	}
	size, err := strconv.ParseUint(strconv.FormatInt(s.Bsize, 10), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return s.Blocks * size
}
