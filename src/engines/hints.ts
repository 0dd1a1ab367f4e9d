/** What an engine's error means and what cures it, by a piece of its text. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /permission denied while trying to connect|connect: permission denied/i,
    'this user may not talk to the engine: add it to the docker group, or use sudo',
  ],
  [
    /cannot connect to the docker daemon|is the docker daemon running|error during connect|unable to connect to podman/i,
    'start the engine (systemctl start docker), or choose another one: --engine podman, --engine namespaces',
  ],
  [
    /setrlimit.*RLIMIT_NPROC|RLIMIT_NPROC.*not permitted/i,
    'this machine may not raise its process limit: set default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"] under [containers] in /etc/containers/containers.conf, or add --mount …,engine-arg=--ulimit=nproc=4096:4096',
  ],
  [
    /cgroup.*hybrid|unknown version specified|requires cgroups? v2/i,
    'crun refuses this cgroup layout: set runtime = "runc" under [engine] in containers.conf',
  ],
  [/container-init binary not found|catatonit/i, 'install catatonit, which podman needs for --init'],
  [
    /no such image|unable to find image|image not known|not found locally/i,
    'build it with mountbench image, load one with docker load, or name one with --image',
  ],
  [
    /unshare failed|operation not permitted.*unshare|unshare: .*not permitted/i,
    'this system does not let ordinary users make namespaces: run as root, or set kernel.unprivileged_userns_clone=1',
  ],
  [
    /exec: "sh"|executable file `?sh`? not found|"sh": executable file not found/i,
    'the image has no shell: mountbench needs sh, and dd or fio, in it',
  ],
  [/no space left on device/i, 'free some space on the disk that holds the engine'],
  [
    /i\/o timeout|TLS handshake|dial tcp|no such host|connection refused|network is unreachable|temporary failure/i,
    'there is no registry in reach: name an image that is here with --image, load one with docker load, or use --engine namespaces',
  ],
]

/** What to try about an engine's error; undefined when nothing is known of it. */
export function hintFor(text: string): string | undefined {
  return HINTS.find(([pattern]) => pattern.test(text))?.[1]
}
