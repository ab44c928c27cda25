/** Documents about what is there, for other programs. */
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { MillraceError, messageOf } from '../../../kernel/errors.ts';
import { addLeaf } from '../leaf.ts';
import type { Shell } from '../shell.ts';
import { ENVIRONMENT_FLAG, environmentOption } from './bus.ts';

export function addDocumentCommands(program: Command, shell: Shell): void {
  addLeaf(program, shell, {
    name: 'asyncapi',
    about: 'Prints the message services that answer at the moment as an AsyncAPI 3.0 document.',
    flags: [{ flags: '--out <file>', about: 'writes it there instead' }, ENVIRONMENT_FLAG],
    options: z.object({ out: z.string().min(1).exactOptional(), ...environmentOption }),
    examples: ['asyncapi', 'asyncapi --out services.json', 'asyncapi --env staging'],
    run: async ({ options: { out, env } }) => {
      const { bus } = await shell.bus(env);
      const document = await bus.asyncApi();
      const text = JSON.stringify(document, null, 2);
      if (out === undefined) return { json: document, text };
      await write(out, `${text}\n`);
      return { json: { file: out }, text: `Written to ${out}.` };
    },
  });
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new MillraceError('cli.usage', { problem: `--out ${file}: ${messageOf(cause)}` }, { cause });
  }
}
