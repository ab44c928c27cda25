/** What a consumer takes over, keeps, and brings back in time. */
import { GROUP, RETURNED } from './keys.ts';
import { script } from './script.ts';

/**
 * Takes what was given back, then what a dead consumer left, each in the order of the queue; with held ids also what was
 * delivered to the consumer itself and never arrived. KEYS: stream. ARGV: consumer, how many at most, lease in ms, whether
 * to look for its own; then the ids it holds. Answer: id, how often handed out, fields.
 */
export const claimScript = script(`
local consumer, limit, lease, looksForOwn = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local held, claimed = {}, {}
for i = 5, #ARGV do held[ARGV[i]] = true end
local function claim(pending)
  for _, one in ipairs(pending) do
    local id, holder, count = one[1], one[2], one[4]
    if #claimed >= limit then return end
    if not held[id] and (holder ~= consumer or looksForOwn == '1') then
      local entry = redis.call('XCLAIM', KEYS[1], '${GROUP}', consumer, 0, id, 'RETRYCOUNT', count + 1)[1]
      held[id] = true
      if entry then claimed[#claimed + 1] = { id, count + 1, entry[2] } end
    end
  end
end
claim(redis.call('XPENDING', KEYS[1], '${GROUP}', '-', '+', limit, '${RETURNED}'))
if looksForOwn == '1' then
  claim(redis.call('XPENDING', KEYS[1], '${GROUP}', '-', '+', limit + #ARGV, consumer))
end
claim(redis.call('XPENDING', KEYS[1], '${GROUP}', 'IDLE', lease, '-', '+', limit + #ARGV))
return claimed
`);

/**
 * Says that the consumer lives and still works on what it holds, and forgets dead ones that hold nothing. KEYS: stream, owner.
 * ARGV: consumer, lease in ms, whether the queue is temporary; then ids. Answer: the ids that others have by now, or
 * nothing when the queue is not its own any more.
 */
export const renewScript = script(`
local consumer, lease, isTemporary = ARGV[1], tonumber(ARGV[2]), ARGV[3]
if isTemporary == '1' then
  if redis.call('GET', KEYS[2]) ~= consumer then return false end
  redis.call('PEXPIRE', KEYS[2], ARGV[2])
end
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local lost = {}
for i = 4, #ARGV do
  local pending = redis.call('XPENDING', KEYS[1], '${GROUP}', ARGV[i], ARGV[i], 1)[1]
  if pending and pending[2] == consumer then
    redis.call('XCLAIM', KEYS[1], '${GROUP}', consumer, 0, ARGV[i], 'JUSTID')
  elseif pending then
    lost[#lost + 1] = ARGV[i]
  end
end
for _, other in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], '${GROUP}')) do
  local about = {}
  for i = 1, #other, 2 do about[other[i]] = other[i + 1] end
  if about.pending == 0 and about.idle > 2 * lease and about.name ~= '${RETURNED}' and about.name ~= consumer then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], '${GROUP}', about.name)
  end
end
return lost
`);

/** Entries that one call brings back. */
const BROUGHT_BACK = 200;

/** KEYS: later, stream. Answer: in how many ms the next one is due, as text, or nothing when none waits. */
export const bringBackScript = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.3f', now), 'LIMIT', 0, ${BROUGHT_BACK})
for _, member in ipairs(due) do
  redis.call('XADD', KEYS[2], '*', unpack(cmsgpack.unpack(member)[2]))
  redis.call('ZREM', KEYS[1], member)
end
local next = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if not next[2] then return false end
return string.format('%.3f', math.max(0, tonumber(next[2]) - now))
`);
