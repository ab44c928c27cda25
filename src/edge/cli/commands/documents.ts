/** Documents about what is there, for other programs. */
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { MillraceError, messageOf } from '../../../kernel/errors.ts';
import { addLeaf } from '../leaf.ts';
import type { Shell } from '../shell.ts';

export function addDocumentCommands(program: Command, shell: Shell): void {
  addLeaf(program, shell, {
    name: 'asyncapi',
    about: 'Prints the message services that answer at the moment as an AsyncAPI 3.0 document.',
    flags: [{ flags: '--out <file>', about: 'writes it there instead' }],
    options: z.object({ out: z.string().min(1).exactOptional() }),
    examples: ['asyncapi', 'asyncapi --out services.json'],
    run: async ({ options: { out } }) => {
      const document = await shell.client().bus.asyncApi();
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
