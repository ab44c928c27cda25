/**
 * Makes the inbox of a process, or says that it is still wanted. Without its process it runs out. KEYS: inbox. ARGV: lease
 * in ms. Answer: 1 when it was there, 0 when it is new and whatever came before is lost.
 */
import { script } from './script.ts';

export const inboxScript = script(`
local isThere = redis.call('EXISTS', KEYS[1])
if isThere == 0 then
  redis.call('XDEL', KEYS[1], redis.call('XADD', KEYS[1], '*', 'made', '1'))
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return isThere
`);
