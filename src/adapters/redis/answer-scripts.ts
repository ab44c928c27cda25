/**
 * What a consumer's answer does to an entry. Each script is safe to repeat when its reply was lost: an entry that is
 * gone, or that somebody else holds by now, is left alone. Only an ack counts even then, because the work is done.
 */
import { GROUP, RETURNED } from './keys.ts';
import { script } from './script.ts';

/**
 * KEYS: stream. ARGV: base, longest inbox, number of ids, ids; then by turns an id and the settlement address of its
 * message. Removes them, and tells the publishers who wait for it.
 */
export const ackScript = script(`
local base, longestInbox, count = ARGV[1], ARGV[2], tonumber(ARGV[3])
local ids = {}
for i = 4, 3 + count do ids[#ids + 1] = ARGV[i] end
local tags = {}
for i = 4 + count, #ARGV, 2 do
  ids[#ids + 1] = ARGV[i]
  if redis.call('XDEL', KEYS[1], ARGV[i]) == 1 then
    local inbox, tag = string.match(ARGV[i + 1], '^([^.]*)%.(.*)$')
    if inbox then tags[inbox] = tags[inbox] and tags[inbox] .. ' ' .. tag or tag end
  end
end
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('XACK', KEYS[1], '${GROUP}', unpack(ids))
if count > 0 then redis.call('XDEL', KEYS[1], unpack(ids, 1, count)) end
for inbox, settled in pairs(tags) do
  redis.call('XADD', base .. 'inbox:' .. inbox, 'NOMKSTREAM', 'MAXLEN', '~', longestInbox, '*', 'settled', settled)
end
return #ids
`);

/**
 * The fields of an entry that the consumer holds, without those that a copy says anew; nothing if it holds it no more. The
 * copy is written before the entry goes, because a script that fails half-way is not undone.
 */
const HELD = `
local function fieldsOf(stream, consumer, id)
  if redis.call('EXISTS', stream) == 0 then return nil end
  local pending = redis.call('XPENDING', stream, '${GROUP}', id, id, 1)[1]
  local entry = redis.call('XRANGE', stream, id, id)[1]
  if not pending or pending[2] ~= consumer or not entry then return nil end
  local fields = {}
  for i = 1, #entry[2], 2 do
    if entry[2][i] ~= 'attempt' and entry[2][i] ~= 'deliveries' then
      fields[#fields + 1] = entry[2][i]
      fields[#fields + 1] = entry[2][i + 1]
    end
  end
  return fields
end
local function remove(stream, id)
  redis.call('XACK', stream, '${GROUP}', id)
  redis.call('XDEL', stream, id)
end
`;

/**
 * KEYS: stream, later. ARGV: consumer, id, attempt, deliveries, pause in ms, bell, queue. The copy goes to the end of the
 * queue, or waits for its time.
 */
export const requeueScript = script(`${HELD}
local consumer, id, attempt, deliveries, pause, bell, queue = unpack(ARGV)
local fields = fieldsOf(KEYS[1], consumer, id)
if not fields then return 0 end
for _, part in ipairs({ 'attempt', attempt, 'deliveries', deliveries }) do fields[#fields + 1] = part end
if tonumber(pause) <= 0 then
  redis.call('XADD', KEYS[1], '*', unpack(fields))
  remove(KEYS[1], id)
  return 1
end
local time = redis.call('TIME')
local due = time[1] * 1000 + time[2] / 1000 + tonumber(pause)
redis.call('ZADD', KEYS[2], string.format('%.3f', due), cmsgpack.pack({ id, fields }))
remove(KEYS[1], id)
redis.call('PUBLISH', bell, 'later ' .. math.ceil(tonumber(pause)) .. ' ' .. queue)
return 1
`);

/** KEYS: stream, dead. ARGV: consumer, id, reason, deliveries, dead letters kept. */
export const buryScript = script(`${HELD}
local consumer, id, reason, deliveries, kept = unpack(ARGV)
local fields = fieldsOf(KEYS[1], consumer, id)
if not fields then return 0 end
local time = redis.call('TIME')
local at = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('XADD', KEYS[2], 'MAXLEN', '~', kept, '*', 'reason', reason, 'died', deliveries, 'deadAt', at, unpack(fields))
remove(KEYS[1], id)
return 1
`);

/**
 * Leaves entries where they are, for whoever comes first. KEYS: stream. ARGV: consumer, bell, queue; then by turns an id and
 * how often it counts as handed out.
 */
export const giveBackScript = script(`
local consumer, bell, queue = ARGV[1], ARGV[2], ARGV[3]
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local count = 0
for i = 4, #ARGV, 2 do
  local id, deliveries = ARGV[i], ARGV[i + 1]
  local pending = redis.call('XPENDING', KEYS[1], '${GROUP}', id, id, 1)[1]
  if pending and pending[2] == consumer then
    redis.call('XCLAIM', KEYS[1], '${GROUP}', '${RETURNED}', 0, id, 'RETRYCOUNT', deliveries, 'JUSTID')
    count = count + 1
  end
end
if count > 0 then redis.call('PUBLISH', bell, 'returned 0 ' .. queue) end
return count
`);
