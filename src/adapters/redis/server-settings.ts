/** What the server's own settings mean for messages. */
import { messageOf } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Link } from './link.ts';

type Settings = Readonly<Record<string, string>>;

/** Whether a confirmed message outlives the server's restart: only if it is on disk before the confirm. */
export async function keepsWhatItConfirms(link: Link, log: Log): Promise<boolean> {
  try {
    const connection = await link.connected();
    const wanted = ['appendonly', 'appendfsync', 'maxmemory-policy'];
    const settings: Settings = await connection.sendCommand<Settings>(['CONFIG', 'GET', ...wanted]);
    const policy = settings['maxmemory-policy'] ?? '';
    if (policy.startsWith('allkeys'))
      log.warn(
        { policy },
        'this Redis deletes any key when it is full, and with it queues; set maxmemory-policy noeviction',
      );
    return settings.appendonly === 'yes' && settings.appendfsync === 'always';
  } catch (error) {
    log.info(
      { reason: messageOf(error) },
      'Redis does not say whether it keeps messages; taken for one that may lose them',
    );
    return false;
  }
}
