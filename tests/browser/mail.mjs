// A real mail server on this machine (Debian's python3-aiosmtpd), which keeps what it takes in a folder.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

export class MailServer {
  constructor(folder) {
    this.folder = join(folder, 'mail');
    for (const part of ['new', 'cur', 'tmp']) mkdirSync(join(this.folder, part), { recursive: true });
  }

  /** Starts it, and waits until somebody answers there. */
  async open() {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    this.port = free.address().port;
    free.close();
    await once(free, 'close');
    this.process = spawn('/usr/bin/python3', ['-m', 'aiosmtpd', '-n', '-l', `127.0.0.1:${this.port}`, '-c', 'aiosmtpd.handlers.Mailbox', this.folder], { stdio: ['ignore', 'ignore', 'inherit'] });
    while (!(await this.answers())) if (this.process.exitCode !== null) throw new Error('no mail server: apt-get install python3-aiosmtpd');
    return this;
  }

  answers() {
    return new Promise((done) => {
      const line = connect(this.port, '127.0.0.1');
      line.once('connect', () => { line.destroy(); done(true); });
      line.once('error', () => setImmediate(done, false));
    });
  }

  /** What came, oldest first. */
  letters() {
    const there = join(this.folder, 'new');
    const files = readdirSync(there).map((name) => join(there, name));
    return files.sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs).map((file) => readFileSync(file, 'utf8'));
  }

  /** The first letter that fits, once it is there. */
  async letter(fits) {
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), 90_000);
    const changes = watch(join(this.folder, 'new'), { signal: stop.signal });
    try {
      let found = this.letters().find(fits);
      while (!found) {
        await changes.next();
        found = this.letters().find(fits);
      }
      return found;
    } catch (gone) {
      throw new Error(`no such letter came; there are:\n${this.letters().map((l) => l.match(/^Subject: .*$/m)?.[0]).join('\n')}`, { cause: gone });
    } finally {
      clearTimeout(late);
      stop.abort();
    }
  }

  async end() {
    if (this.process && this.process.exitCode === null) {
      const gone = once(this.process, 'exit');
      this.process.kill('SIGTERM');
      await gone;
    }
  }
}

/** The words of a letter, as they are read. */
export function words(letter) {
  if (!/^Content-Transfer-Encoding: quoted-printable/im.test(letter)) return letter;
  return letter.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
}
