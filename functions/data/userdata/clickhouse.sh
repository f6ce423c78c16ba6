#!/bin/bash
# Makes an Amazon Linux 2023 instance a ClickHouse server whose data lives on a volume that outlives the instance.
#
# cloud-init runs it once, at the instance's first boot. It may be run again at any time, on an instance that is half
# set up or wholly, and on a new instance whose volume already holds data: each step does only what is left to do.
#
#   morket-clickhouse [setup]    what cloud-init runs; goes on where an earlier run has stopped
#   morket-clickhouse password   takes the password from Secrets Manager, as happens every five minutes
#   morket-clickhouse grow       lets the filesystem fill a volume that has been enlarged
#
# It holds no secret, because whoever may describe the instance may read it. Its messages are in the instance's console
# output and in `journalctl -u cloud-final`, ClickHouse's in `journalctl -u clickhouse-server`.
set -euo pipefail

# The parameters: assigned above this line when the script is rendered.
: "${VOLUME_ID:?the EBS volume of the data, such as vol-0123456789abcdef0}"
: "${REGION:?the AWS region of the secret}"
: "${SECRET_ID:?the name of the secret, which is JSON with username and password}"
: "${VERSION:?the ClickHouse release, such as 25.8}"

# How long to wait, in seconds, for what others do meanwhile: Crossplane attaches the volume, and writes the secret's
# value, NAT gateway, routes and IAM permissions in no particular order.
volume_patience=3600
network_patience=1800
server_patience=900
pause=10

devices=/dev/disk/by-id
fstab=/etc/fstab
data=/var/lib/clickhouse
config=/etc/clickhouse-server
units=/etc/systemd/system
repos=/etc/yum.repos.d
self=/usr/local/sbin/morket-clickhouse
owner=clickhouse
address=127.0.0.1:8123

main() {
	case ${1:-setup} in
	setup) setup ;;
	password) refresh_password ;;
	grow) grow ;;
	*) die "what is ${1}? Say setup, password or grow" ;;
	esac
}

setup() {
	trap 'log "FAILED: once the cause above is gone, run: $self setup" >&2' EXIT
	install_self
	mount_volume
	grow
	install_units
	install_clickhouse
	configure
	take_password "$network_patience" || die "the secret $SECRET_ID cannot be had in $REGION"
	start
	trap - EXIT
	log "done: ClickHouse serves http on 8123 and its native protocol on 9000"
}

log() { printf 'morket-clickhouse: %s\n' "$*"; }

die() {
	log "$*" >&2
	exit 1
}

# retry SECONDS COMMAND … runs the command until it succeeds, or fails when the time is over. What it runs cannot rely
# on set -e, which bash ignores in a condition.
retry() {
	local deadline=$((SECONDS + $1))
	shift
	until "$@"; do
		((SECONDS < deadline)) || return 1
		sleep "$pause"
	done
}

# put FILE writes standard input to the file, whole or not at all.
put() {
	mkdir -p "${1%/*}"
	cat >"$1.new"
	chmod 0644 "$1.new"
	mv "$1.new" "$1"
}

# install_self keeps the script where the units below, and people, find it.
install_self() {
	[[ ${BASH_SOURCE[0]} -ef $self ]] || install -D -m 0755 "${BASH_SOURCE[0]}" "$self"
}

# --- The volume -------------------------------------------------------------------------------------------------------

mount_volume() {
	[[ $VOLUME_ID =~ ^vol-[0-9a-f]+$ ]] || die "$VOLUME_ID is not the id of a volume"
	# By the id that the volume itself reports, never by /dev/nvme1n1, which may be any disk after a boot.
	local device=$devices/nvme-Amazon_Elastic_Block_Store_${VOLUME_ID/-/}

	log "waiting for volume $VOLUME_ID to be attached"
	retry "$volume_patience" test -b "$device" ||
		die "volume $VOLUME_ID has not been attached within $volume_patience seconds ($device; only Nitro instance types have it)"

	local mounted
	mounted=$(findmnt --noheadings --raw --output SOURCE --mountpoint "$data") || mounted=
	if [[ -n $mounted ]]; then
		[[ $mounted -ef $device ]] || die "$mounted is mounted at $data, not volume $VOLUME_ID"
		log "volume $VOLUME_ID is mounted at $data"
		return
	fi

	format_if_blank "$device"
	write_fstab "$device"
	mkdir -p "$data"
	mount --fstab "$fstab" "$data" || die "cannot mount volume $VOLUME_ID at $data"
	log "mounted volume $VOLUME_ID at $data"
}

# format_if_blank makes a filesystem on a device that is proven to be blank, leaves one that holds XFS alone, and stops
# at any other. Nothing here may mistake "could not look" for "found nothing": blkid exits with 2 for both, so what it
# does not find has to be absent for wipefs, lsblk and mkfs.xfs too (never with -f), and the bytes must have been read.
format_if_blank() {
	local device=$1 type status=0 signatures tree

	type=$(blkid --probe --match-tag TYPE --output value "$device") || status=$?
	if ((status == 0)) && [[ $type == xfs ]]; then
		log "volume $VOLUME_ID holds a filesystem: keeping it"
		return
	fi
	((status != 0)) || die "volume $VOLUME_ID holds ${type:-a partition table}, not XFS: not touching it"
	((status == 2)) || die "blkid cannot tell what volume $VOLUME_ID holds (exit status $status): not touching it"

	signatures=$(wipefs --noheadings --output TYPE "$device") || die "wipefs cannot read volume $VOLUME_ID: not touching it"
	[[ -z $signatures ]] || die "volume $VOLUME_ID holds $signatures: not touching it"
	tree=$(lsblk --noheadings --raw --output NAME,MOUNTPOINT "$device") || die "lsblk cannot read volume $VOLUME_ID: not touching it"
	[[ $tree =~ ^[^[:space:]]+\ ?$ ]] || die "volume $VOLUME_ID has partitions or is in use: not touching it"
	expect_zeros "$device"

	log "volume $VOLUME_ID is blank: making a filesystem"
	mkfs.xfs -q -L clickhouse "$device" || die "mkfs.xfs has refused volume $VOLUME_ID"
}

# expect_zeros stops unless the device's first 16 MiB and last MiB, where every filesystem, volume manager and partition
# table has its mark, and samples of all that is between can be read, and are zero as a new volume's are.
expect_zeros() {
	local found
	found=$(python3 -I -c '
import os, sys
MIB = 1 << 20
with open(sys.argv[1], "rb") as device:
    size = device.seek(0, os.SEEK_END)
    if size < 64 * MIB:
        sys.exit(f"{size} bytes are no volume")
    for offset, length in [(0, 16 * MIB), (size - MIB, MIB)] + [(size * i // 1024, 65536) for i in range(1024)]:
        device.seek(offset)
        if device.read(length) != bytes(length):
            print("data")
            break
    else:
        print("zeros")' "$1") || die "cannot read volume $VOLUME_ID: not touching it"
	[[ $found == zeros ]] || die "volume $VOLUME_ID holds data that nothing recognises: not touching it. If it may be lost: mkfs.xfs -L clickhouse $1"
}

# write_fstab makes the volume's the one line for the data's directory. By UUID, which a restored backup keeps; nofail,
# so that an instance without its volume boots and can be looked at.
write_fstab() {
	local uuid others
	uuid=$(blkid --probe --match-tag UUID --output value "$1") || die "the filesystem of volume $VOLUME_ID has no UUID"
	others=$(awk -v directory="$data" '$2 != directory' "$fstab") || die "cannot read $fstab"
	put "$fstab" <<-EOF
		$others
		UUID=$uuid $data xfs defaults,noatime,nofail,x-systemd.device-timeout=10min 0 0
	EOF
	systemctl daemon-reload
}

# grow does nothing when the filesystem fills its volume.
grow() { xfs_growfs -d "$data" >/dev/null; }

# --- The server -------------------------------------------------------------------------------------------------------

# install_units comes before the package, whose installation enables the server: the server must never start on the
# root disk, nor without its user.
install_units() {
	put "$units/clickhouse-server.service.d/morket.conf" <<-EOF
		[Unit]
		RequiresMountsFor=$data
		AssertPathIsMountPoint=$data
		AssertPathExists=$config/users.d/morket.xml
		Wants=morket-clickhouse-password.service
		After=morket-clickhouse-password.service

		[Service]
		LimitCORE=0
	EOF
	# Before each start of the server. The server wants it and does not require it: while Secrets Manager cannot be
	# reached, the password that was known last is better than no server.
	put "$units/morket-clickhouse-password.service" <<-EOF
		[Unit]
		Description=ClickHouse's password from Secrets Manager
		Wants=network-online.target
		After=network-online.target

		[Service]
		Type=oneshot
		ExecStart=$self password
	EOF
	# A volume is enlarged while the server runs, and nothing tells the instance.
	put "$units/morket-clickhouse-grow.service" <<-EOF
		[Unit]
		Description=Let ClickHouse's filesystem fill its volume
		RequiresMountsFor=$data
		AssertPathIsMountPoint=$data

		[Service]
		Type=oneshot
		ExecStart=$self grow
	EOF
	put "$units/morket-clickhouse-grow.timer" <<-EOF
		[Unit]
		Description=Let ClickHouse's filesystem fill its volume, every ten minutes

		[Timer]
		OnBootSec=1min
		OnUnitActiveSec=10min

		[Install]
		WantedBy=timers.target
	EOF
	# A rotated password is taken without a restart, which ClickHouse does not need to see another file.
	put "$units/morket-clickhouse-password.timer" <<-EOF
		[Unit]
		Description=Take ClickHouse's password from Secrets Manager, every five minutes

		[Timer]
		OnActiveSec=5min
		OnUnitInactiveSec=5min

		[Install]
		WantedBy=timers.target
	EOF
	systemctl daemon-reload
	systemctl enable --now morket-clickhouse-grow.timer
}

# install_clickhouse installs the newest package of the release line. The repository shows dnf nothing else, so that
# dnf upgrade stays within the line as well.
install_clickhouse() {
	[[ $VERSION =~ ^[0-9]+(\.[0-9]+)+$ ]] || die "$VERSION is not a ClickHouse release"
	local release="$VERSION.*" # 25.8 must not become 25.80
	[[ $VERSION != *.*.*.* ]] || release="$VERSION-*"
	# gpgcheck=0 as ClickHouse's own file has it: the packages are not signed, but the index with their checksums is.
	put "$repos/clickhouse.repo" <<-EOF
		[clickhouse-stable]
		name=ClickHouse $VERSION
		baseurl=https://packages.clickhouse.com/rpm/stable/
		gpgkey=https://packages.clickhouse.com/rpm/stable/repodata/repomd.xml.key
		gpgcheck=0
		repo_gpgcheck=1
		enabled=1
		includepkgs=clickhouse-server-$release,clickhouse-client-$release,clickhouse-common-static-$release
	EOF
	if ! rpm --quiet --query clickhouse-server clickhouse-client; then
		log "installing ClickHouse $VERSION"
		retry "$network_patience" dnf --assumeyes install clickhouse-server clickhouse-client </dev/null ||
			die "ClickHouse $VERSION cannot be installed from packages.clickhouse.com"
	fi
	# On another instance the owner of the volume's files may have had another number.
	find "$data" -xdev ! -user "$owner" -exec chown --no-dereference "$owner:$owner" {} +
}

configure() {
	# Its own files would take up to 20 GB of the root disk, which is smaller; journald keeps within its bounds.
	put "$config/config.d/morket.xml" <<-'EOF'
		<clickhouse>
		    <logger>
		        <level>information</level>
		        <console>1</console>
		        <log remove="remove"/>
		        <errorlog remove="remove"/>
		    </logger>
		    <listen_host>0.0.0.0</listen_host>
		    <http_port>8123</http_port>
		    <tcp_port>9000</tcp_port>
		    <mysql_port remove="remove"/>
		    <postgresql_port remove="remove"/>
		    <interserver_http_port remove="remove"/>
		</clickhouse>
	EOF
}

start() {
	log "starting ClickHouse"
	systemctl enable clickhouse-server
	systemctl start clickhouse-server || die "ClickHouse does not start: see journalctl -u clickhouse-server"
	retry "$server_patience" curl -fsS --max-time 5 "http://$address/ping" || die "ClickHouse does not answer: see journalctl -u clickhouse-server"
	# Also the proof that the password of the secret is the one that ClickHouse knows.
	retry 60 create_database || die "ClickHouse does not let the secret's user in"
	systemctl enable --now morket-clickhouse-password.timer
}

# --- The password -----------------------------------------------------------------------------------------------------
# The secret goes from the aws command to python3 through a pipe, and nowhere else: no variable, argument, file or log.

# refresh_password is what runs before each start of the server. It gives up soon when there is an earlier password.
refresh_password() {
	local patience=$network_patience
	[[ ! -e $config/users.d/morket.xml ]] || patience=120
	take_password "$patience" || die "the secret $SECRET_ID cannot be had in $REGION: ClickHouse keeps the password it has, if any"
}

take_password() {
	log "taking the password from Secrets Manager"
	retry "$1" write_user
}

# write_user writes the secret's user, with the hash of its password and in place of the default user, who has none.
write_user() {
	local file=$config/users.d/morket.xml
	# ClickHouse reads what ends in .xml: a new file is seen only when it is whole.
	mkdir -p "${file%/*}" && install -m 0640 -g "$owner" /dev/null "$file.new" || return
	secret | render_user >"$file.new" || return
	if [[ -e $file && $(<"$file") == "$(<"$file.new")" ]]; then
		rm "$file.new" # ClickHouse would read it again for nothing
		return
	fi
	mv "$file.new" "$file"
}

secret() { aws secretsmanager get-secret-value --region "$REGION" --secret-id "$SECRET_ID" --query SecretString --output text; }

render_user() {
	python3 -I -c '
import hashlib, json, re, sys
try:
    secret = json.load(sys.stdin)
    user, password = secret["username"], secret["password"].encode()
    usable = re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", user) and user != "default" and password
except Exception:  # whose message might quote the secret
    usable = False
if not usable:
    sys.exit("the secret is not JSON with a username and a password, or has not been written yet")
print(f"""<clickhouse>
    <users>
        <default remove="remove"/>
        <{user}>
            <password_sha256_hex>{hashlib.sha256(password).hexdigest()}</password_sha256_hex>
            <networks><ip>::/0</ip></networks>
            <profile>default</profile>
            <quota>default</quota>
        </{user}>
    </users>
</clickhouse>""")'
}

create_database() {
	secret | python3 -I -c '
import base64, http.client, json, sys
secret = json.load(sys.stdin)
login = base64.b64encode("{username}:{password}".format(**secret).encode()).decode()
server = http.client.HTTPConnection(sys.argv[1], timeout=60)
server.request("POST", "/", "CREATE DATABASE IF NOT EXISTS morket", {"Authorization": "Basic " + login})
answer = server.getresponse()
if answer.status != 200:
    sys.exit(f"ClickHouse answers {answer.status}: {answer.read(300)}")' "$address"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
	main "$@"
fi
