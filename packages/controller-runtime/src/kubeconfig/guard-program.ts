/**
 * A program for `node -e` that runs the program named by its arguments and exits with the same code. It leads the
 * process group. When its input ends, because the process that started it is gone, it ends the whole group. The kernel
 * closes that input even if the process was killed and could do nothing itself.
 *
 * The program receives an empty input and no controlling terminal, so it cannot prompt anyone.
 */
export const guardProgram = `
const { spawn } = require('node:child_process');
const { constants } = require('node:os');
const [file, argv0, ...args] = process.argv.slice(1);
const endAll = () => process.kill(-process.pid, 'SIGKILL');
process.stdin.on('end', endAll).on('error', endAll).resume();
const child = spawn(file, args, { argv0, stdio: ['ignore', 'inherit', 'inherit'] });
child.on('error', ({ message }) => {
  process.stderr.write(message);
  process.exitCode = 126;
  process.stdin.destroy();
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
`;
