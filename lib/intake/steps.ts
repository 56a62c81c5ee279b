import { begin } from './begin.ts';
import { decide } from './decide.ts';
import { diff } from './diff.ts';
import { finish } from './finish.ts';
import { giveUp } from './give-up.ts';
import { lease } from './lease.ts';
import { following, type IntakePorts, importOf, refuse, type StepOrder, type StepResult } from './step.ts';
import { work } from './work.ts';

/**
 * Takes one step of an import. Each step may be taken again after it was broken off anywhere, and then ends in the same
 * state: what calls it repeats what fails, and needs to know no more of an import than what comes next.
 */
export async function takeStep(ports: IntakePorts, order: StepOrder): Promise<StepResult> {
  const { importId: id, step, run, item = '', waitingSince = 0 } = order;
  switch (step) {
    case 'begin':
      return begin(ports, id, run);
    case 'resume':
      return resume(ports, id);
    case 'lease':
      return lease(ports, id, waitingSince);
    case 'diff':
      await diff(ports, id, item);
      return following(id, 'decide');
    case 'decide':
      return decide(ports, id);
    case 'work':
      await work(ports, id, item);
      return following(id, 'finish');
    case 'give-up':
      await giveUp(ports, id, item);
      return following(id, 'finish');
    case 'finish':
      return finish(ports, id);
    case 'fail':
      return refuse(ports, await importOf(ports, id), 'failed', FAILED, 'failed');
  }
}

/** Where an import goes on whose flow was broken off. */
async function resume(ports: IntakePorts, id: string): Promise<StepResult> {
  const found = await ports.imports.read(id);
  switch (found?.state) {
    case 'awaiting-upload':
    case 'planning':
      return following(id, found.reading ? 'lease' : 'begin');
    case 'running':
      return following(id, 'lease');
    default:
      return following(id, 'end');
  }
}

const FAILED = {
  zh: '处理中断；已写入的记录均完整有效，未写入的保持原样；记录较多、分批写入的主体可能只写入了一部分。重新提交同一文件即可继续',
  en: 'broken off; each row is written as a whole or is as it was, but a subject of more rows than are written at once may have only a part of them. The same file again does the rest',
};
