/** The commands of the analysis: one group, to which each file adds its own. */
import type { Command } from 'commander';
import { addGroup } from '../leaf.ts';
import type { Shell } from '../shell.ts';
import { addBenchmarkCommands } from './analyze-benchmark.ts';
import { addReportCommand } from './import.ts';

export function addAnalyzeCommands(program: Command, shell: Shell): void {
  const analyze = addGroup(program, 'analyze', 'What the analysis finds, and how well.');
  addReportCommand(analyze, shell);
  addBenchmarkCommands(analyze, shell);
}
