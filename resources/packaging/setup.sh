#!/bin/sh
# Sets up everything Outtray needs on this machine: uv, the Python environment in .venv, Qt's system libraries,
# and what the tests use. Does nothing, quickly, where nothing is to do.
#
#   setup.sh run       to open the window
#   setup.sh check     for format, lint, types and contracts
#   setup.sh test      for the tests
#   setup.sh torture   for the long tests: also mail servers that cannot be installed beside each other
#   setup.sh bench     for the benchmark and its peers
#   setup.sh package   to build the packaged program
#   setup.sh package-test   to try it in a Debian that has nothing
#
# Exit: 0 ready · 1 a step failed · 64 wrong words · 69 this machine lacks something only its owner can install.
set -eu

cd "$(dirname "$0")/../.."
# dpkg and Postfix live where an ordinary user's PATH does not look.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
what=${1:-run}
venv=.venv
own_uv=.cache/uv
stamp=$venv/outtray-$what
# Commands the tests use, then the Debian packages that bring them.
test_commands="Xvfb openbox xdotool trayer dbus-run-session /usr/libexec/at-spi-bus-launcher strace postfix saslpasswd2 dovecot mlist mutt fc-list"
test_packages="xvfb openbox xdotool trayer dbus-daemon at-spi2-core strace postfix sasl2-bin libsasl2-modules dovecot-imapd mblaze mutt fontconfig fonts-inter fonts-noto-cjk"

# Each of these is a small Debian of its own below .cache, with one package more: mail servers that as packages conflict
# with Postfix and with each other; and one with nothing, in which the packaged program is tried.
roots=.cache/roots
case $what in
    package-test)
        wanted_roots="bare:"
        roots_are="roots of a bare Debian are"
        ;;
    *)
        wanted_roots="exim:exim4-daemon-light opensmtpd:opensmtpd"
        roots_are="Exim and OpenSMTPD are"
        ;;
esac

say() { printf 'Outtray: %s\n' "$*"; }
stop() { printf 'Outtray: %s\n' "$*" >&2; exit 69; }
have() { command -v "$1" >/dev/null 2>&1; }
have_all() { for command in "$@"; do have "$command" || return 1; done; }

case $what in
    run) groups= ;;
    check | test) groups="--group dev" ;;
    torture) groups="--group dev --group fuzz" ;;
    bench) groups="--group dev --group bench" ;;
    package) groups="--group package" ;;
    package-test) groups="--group dev --group package" ;;
    *) printf 'usage: setup.sh run|check|test|torture|bench|package|package-test\n' >&2; exit 64 ;;
esac

# --- What the machine's own package system installs -----------------------------------------------------------------

# Prints how root is reached without a question; fails where it is not.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        printf 'env'
    elif have sudo && sudo -n true 2>/dev/null; then
        printf 'sudo -n env'
    else
        return 1
    fi
}

sudo_to_type() { [ "$(id -u)" = 0 ] || printf 'sudo '; }

apt() { $root DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 "$@"; }

# install_packages WHY PACKAGE...: 0 installed; 1 not, after one line that says what to type.
install_packages() {
    why=$1
    shift
    wanted=
    for package in "$@"; do
        case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || :) in
            *' ok installed') ;;
            *) wanted="$wanted $package" ;;
        esac
    done
    [ -n "$wanted" ] || return 0
    if ! have apt-get; then
        say "$why needs what Debian calls:$wanted. Please install them with your system's own installer." >&2
        return 1
    fi
    if ! root=$(as_root); then
        say "$why needs more of this machine. Type: sudo apt-get install$wanted" >&2
        return 1
    fi
    say "installing for $why:$wanted"
    log=$(mktemp)
    # Lists are fetched only where a package is unknown to the old ones, or has gone from where they say it is.
    # --no-remove: nothing of the machine's owner is removed, such as another mail server.
    # shellcheck disable=SC2086
    if { apt-cache show $wanted >/dev/null 2>&1 && apt install --no-install-recommends --no-remove $wanted >"$log" 2>&1; } ||
        { apt update >"$log" 2>&1 && apt install --no-install-recommends --no-remove $wanted >>"$log" 2>&1; }; then
        rm -f "$log"
        return 0
    fi
    tail -n 15 "$log" >&2
    rm -f "$log"
    say "that did not work. Type: $(sudo_to_type)apt-get install$wanted" >&2
    return 1
}

install_test_packages() {
    # Postfix as a program that the tests start with a configuration of their own, never as this machine's mail server.
    if have debconf-set-selections && root=$(as_root) && ! have postfix; then
        echo 'postfix postfix/main_mailer_type select No configuration' | $root debconf-set-selections
    fi
    # Dovecot likewise: its package would start it as this machine's IMAP server.
    if [ -d /run/systemd/system ] && root=$(as_root) && ! have dovecot; then
        $root systemctl --quiet mask dovecot.service dovecot.socket >/dev/null 2>&1 || :
    fi
    # shellcheck disable=SC2086
    install_packages "some tests" $test_packages ||
        say "the tests that need these are skipped, and say so."
}

have_roots() {
    for root in $wanted_roots; do
        [ -f "$roots/${root%%:*}.ready" ] || return 1
    done
}

# Prints a mirror of the packages of $codename, and their components, as this machine's apt has them.
find_mirror() {
    # shellcheck disable=SC2016
    apt-get indextargets --format '$(CODENAME) $(REPO_URI) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
        while read -r name uri component; do
            [ "$name" != "$codename" ] || case $component in main | universe) printf '%s %s\n' "$uri" "$component" ;; esac
        done
}

# Each is about 220 MB and takes half a minute. Where it cannot be done, the tests that need it say so and the others run.
make_roots() {
    if [ "$(id -u)" != 0 ] || ! have apt-get; then
        say "$roots_are not tried: they need root, and a system whose packages come by apt."
        return 0
    fi
    install_packages "${roots_are% *}" debootstrap || return 0
    codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}") || :
    found=$(find_mirror)
    mirror=$(printf '%s\n' "$found" | sed -n '1s/ .*//p')
    components=$(printf '%s\n' "$found" | sed -n "s|^$mirror ||p" | sort -u | paste -s -d ,)
    if [ -z "$mirror" ]; then
        say "$roots_are not tried: apt knows no mirror of this system."
        return 0
    fi
    mkdir -p "$roots"
    for each in $wanted_roots; do
        name=${each%%:*}
        include=${each#*:}
        [ ! -f "$roots/$name.ready" ] || continue
        say "making a root for $name"
        rm -rf "${roots:?}/$name"
        log=$(mktemp)
        # shellcheck disable=SC2086
        if debootstrap --variant=minbase --components="$components" ${include:+--include="$include"} \
            "$codename" "$roots/$name" "$mirror" >"$log" 2>&1; then
            rm -rf "$roots/$name"/var/cache/apt/archives/*.deb "$roots/$name"/var/lib/apt/lists/*
            : >"$roots/$name.ready"
        else
            tail -n 3 "$log" >&2
            say "$name is not tried: its root could not be made."
        fi
        rm -f "$log"
    done
}

install_qt_libraries() {
    "$venv/bin/python" core/platform_check.py 2>/dev/null && return 0
    packages=$("$venv/bin/python" core/platform_check.py --packages || :)
    # shellcheck disable=SC2086
    if have apt-get && [ -n "$packages" ] && ! install_packages "Qt's window" $packages; then
        exit 69
    fi
    "$venv/bin/python" core/platform_check.py || exit 69
}

# --- uv, and with it the environment --------------------------------------------------------------------------------

# uv from 0.5 on reads this project's lock file and groups.
is_fit() {
    case $("$1" --version 2>/dev/null || :) in
        'uv 0.'[0-4].* | '') return 1 ;;
    esac
}

find_uv() {
    for uv in "$own_uv/bin/uv" "$(command -v uv || :)" "${HOME:-}/.local/bin/uv"; do
        if [ -x "$uv" ] && is_fit "$uv"; then
            return 0
        fi
    done
    return 1
}

# A virtual environment of its own: an externally managed Python (PEP 668) lets pip install nowhere else.
get_uv() {
    if ! have python3; then
        install_packages "Outtray" python3 python3-venv || exit 69
    elif ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
        install_packages "Outtray" python3-venv || exit 69
    fi
    say "getting uv, which installs the Python packages"
    rm -rf "$own_uv"
    python3 -m venv "$own_uv"
    "$own_uv/bin/python" -m pip install --quiet --disable-pip-version-check 'uv>=0.5,<1' ||
        stop "uv could not be fetched. Is there a network? Then type: make $what"
    uv=$own_uv/bin/uv
}

# The certificates that the machine's owner trusts; uv and older pips bring lists of their own.
trust_what_the_machine_trusts() {
    for bundle in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; do
        if [ -f "$bundle" ]; then
            export SSL_CERT_FILE="${SSL_CERT_FILE:-$bundle}" PIP_CERT="${PIP_CERT:-$bundle}"
            return
        fi
    done
}

# --- The steps ------------------------------------------------------------------------------------------------------

# Says whether what a target needs beside the Python packages is here, as far as it can be had.
is_complete() {
    case $what in
        test | torture | package-test) ;;
        *) return 0 ;;
    esac
    # shellcheck disable=SC2086
    if have apt-get && ! have_all $test_commands && as_root >/dev/null; then
        return 1
    fi
    [ "$what" = test ] || have_roots || ! have apt-get || [ "$(id -u)" != 0 ]
}

# The window's texts as Qt reads them: made anew where they have changed.
release_translations() {
    for source in resources/translations/*.ts; do
        [ -f "$source" ] || continue
        if [ -z "$(find "${source%.ts}.qm" -newer "$source" 2>/dev/null)" ]; then
            "$venv/bin/python" resources/packaging/translations.py --release
            return
        fi
    done
}

key=$(cat uv.lock pyproject.toml resources/packaging/setup.sh core/platform_check.py | cksum)
if [ -x "$venv/bin/python" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$key" ]; then
    if is_complete; then
        release_translations
        exit 0
    fi
fi

trust_what_the_machine_trusts
find_uv || get_uv
say "installing the Python packages into $venv"
# --inexact: what another make target has put there stays.
# shellcheck disable=SC2086
UV_PROJECT_ENVIRONMENT=$venv "$uv" sync --frozen --inexact --quiet $groups ||
    stop "the Python packages could not be installed. Is there a network? Then type: make $what"

case $what in
    run) install_qt_libraries ;;
    test | bench) install_qt_libraries; install_test_packages ;;
    torture) install_qt_libraries; install_test_packages; make_roots ;;
    package-test)
        install_qt_libraries
        install_test_packages
        install_packages "the looks at the package" appstream desktop-file-utils x11-apps x11-utils || :
        make_roots
        ;;
    package)
        install_qt_libraries
        have objdump || ! have apt-get || install_packages "PyInstaller" binutils || exit 69
        # Qt's Wayland plugin is linked to them: what is not here cannot be packaged, and cannot be depended on.
        ! have apt-get || install_packages "the window on Wayland" libwayland-cursor0 libwayland-egl1 || exit 69
        # Without it, and elsewhere, no .deb is made.
        have dpkg-shlibdeps || ! have apt-get || install_packages "the .deb" dpkg-dev || :
        ;;
esac
release_translations
printf '%s\n' "$key" >"$stamp"
say "ready for make $what"
