import { expect, test } from 'vitest'
import { hintFor } from '../../src/engines/hints.js'

// Texts of docker 28.2 with Engine 20.10, podman 4.3.1 and util-linux 2.38.
test.each([
  ['Cannot connect to the Docker daemon at tcp://127.0.0.1:1. Is the docker daemon running?', /start the engine/],
  [
    'error during connect: Get "http://nowhere.invalid:2375/v1.50/version": dial tcp: lookup nowhere.invalid on 10.0.0.1:53: no such host',
    /start the engine/,
  ],
  [
    'Error: unable to connect to Podman socket: Get "http://d/v4.3.1/libpod/_ping": dial unix /run/podman.sock: connect: no such file or directory',
    /start the engine/,
  ],
  [
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
    /docker group/,
  ],
  [
    'Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 10.0.0.1:53: no such host',
    /--image.*docker load.*--engine namespaces/,
  ],
  [
    'Error: initializing source docker://x:1: pinging container registry x: Get "https://x/v2/": dial tcp 10.0.0.1:443: connect: connection refused',
    /--image.*docker load.*--engine namespaces/,
  ],
  ['Get "https://registry-1.docker.io/v2/": net/http: TLS handshake timeout', /docker load/],
  ['Get "https://registry-1.docker.io/v2/": dial tcp 3.3.3.3:443: i/o timeout', /docker load/],
  ['docker: Error response from daemon: No such image: mine:1', /mountbench image/],
  ['Error: mine:1: image not known', /mountbench image/],
  ['unshare: unshare failed: Operation not permitted', /run as root/],
  [
    'runc create failed: unable to start container process: exec: "sh": executable file not found in $PATH: unknown',
    /no shell/,
  ],
  ['error setting rlimits: setrlimit RLIMIT_NPROC: operation not permitted', /process limit/],
  ['Error: crun: unknown version specified: OCI runtime error', /runc/],
  ['Error: container-init binary not found on the host: stat /usr/libexec/podman/catatonit: no such file', /catatonit/],
  ['write /var/lib/docker/tmp/x: no space left on device', /free some space/],
])('%s', (text, hint) => {
  expect(hintFor(text)).toMatch(hint)
})

test('of an unknown text nothing is said', () => {
  expect(hintFor('')).toBeUndefined()
  expect(hintFor('Error: volume name is already in use')).toBeUndefined()
})
